//! Query parameters: each known, each given once, or a problem that says which and what would work.

use std::borrow::Cow;

use axum::extract::RawQuery;

use super::problem::Problem;
use crate::domain::typography;

/// The parameters of a request that were checked against those a resource has.
pub struct Params<'q> {
    pairs: Vec<(Cow<'q, str>, Cow<'q, str>)>,
    example: &'static str,
}

impl Params<'static> {
    /// Decodes a query string.
    ///
    /// # Errors
    /// A parameter that the resource does not have, or that is given twice.
    pub fn new(
        RawQuery(query): RawQuery,
        known: &[&str],
        example: &'static str,
    ) -> Result<Self, Problem> {
        let query = query.unwrap_or_default();
        let Params { pairs, example } = Params::of(&query, known, example)?;
        let owned = |text: Cow<str>| Cow::Owned(text.into_owned());
        let pairs = pairs.into_iter();
        Ok(Self {
            pairs: pairs.map(|(n, v)| (owned(n), owned(v))).collect(),
            example,
        })
    }
}

impl<'q> Params<'q> {
    /// Decodes a query string where it stands: most values are what is written there.
    ///
    /// # Errors
    /// A parameter that the resource does not have, or that is given twice.
    pub fn of(query: &'q str, known: &[&str], example: &'static str) -> Result<Self, Problem> {
        let mut pairs = Vec::with_capacity(2); // most questions have one or two
        pairs.extend(form_urlencoded::parse(query.as_bytes()));
        for (i, (name, _)) in pairs.iter().enumerate() {
            if !known.contains(&name.as_ref()) {
                let shown = typography::shown(name, 40);
                let others = match known {
                    [] => "cette adresse n’en a aucun".to_owned(),
                    known => format!("il y a : {}", known.join(", ")),
                };
                let detail = format!("Le paramètre « {shown} » n’existe pas ici ; {others}.");
                return Err(Problem::parameter(shown, detail, example));
            }
            if pairs[..i].iter().any(|(n, _)| n == name) {
                let shown = typography::shown(name, 40);
                let detail = format!("Le paramètre « {shown} » est donné deux fois.");
                return Err(Problem::parameter(shown, detail, example));
            }
        }
        Ok(Self { pairs, example })
    }

    /// Whether no parameter is given.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// The value of a parameter, where it is given.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, v)| v.as_ref())
    }

    /// A number, where it is given, within a range.
    ///
    /// # Errors
    /// Text that is no number, or a number out of range.
    pub fn number(
        &self,
        name: &'static str,
        range: std::ops::RangeInclusive<f64>,
    ) -> Result<Option<f64>, Problem> {
        let Some(text) = self.get(name) else {
            return Ok(None);
        };
        let shown = || typography::shown(text, 40);
        let number: f64 = text.trim().parse().ok().filter(|n: &f64| n.is_finite()).ok_or_else(|| {
            let shown = shown();
            let detail = format!(
                "« {shown} » n’est pas un nombre : {name} s’écrit en degrés décimaux, avec un point."
            );
            self.problem(name, detail)
        })?;
        if range.contains(&number) {
            return Ok(Some(number));
        }
        let detail = format!(
            "{name} = {} est hors de {} à {}.",
            shown(),
            range.start(),
            range.end()
        );
        Err(self.problem(name, detail))
    }

    /// A text, where it is given, of one character to so many.
    ///
    /// # Errors
    /// An empty or longer text.
    pub fn text(&self, name: &'static str, most: usize) -> Result<Option<&str>, Problem> {
        let Some(text) = self.get(name) else {
            return Ok(None);
        };
        let count = text.chars().count();
        if count == 0 {
            return Err(self.problem(name, format!("{name} est vide.")));
        }
        if count > most {
            let detail = format!("{name} a {count} caractères : il en faut {most} au plus.");
            return Err(self.problem(name, detail));
        }
        Ok(Some(text))
    }

    /// A whole number, where it is given, within a range.
    ///
    /// # Errors
    /// Text that is no whole number, or a number out of range.
    pub fn count(
        &self,
        name: &'static str,
        range: std::ops::RangeInclusive<usize>,
    ) -> Result<Option<usize>, Problem> {
        let Some(text) = self.get(name) else {
            return Ok(None);
        };
        let number = text.parse().ok().filter(|n| range.contains(n));
        number.map(Some).ok_or_else(|| {
            let shown = typography::shown(text, 40);
            let detail = format!(
                "{name} = « {shown} » : il faut un nombre entier de {} à {}.",
                range.start(),
                range.end()
            );
            self.problem(name, detail)
        })
    }

    /// A problem with a parameter of this resource.
    #[must_use]
    pub fn problem(&self, name: &str, detail: impl Into<String>) -> Problem {
        Problem::parameter(name, detail, self.example)
    }
}
