//! Which postcodes serve which communes.

use std::collections::{BTreeMap, BTreeSet};

use super::error::{BoundaryError, Result};
use super::import::code;
use super::packages::EtalabCommune;
use crate::domain::codes::{CodePostal, CommuneCode};

/// The pairs of postcode and commune, in order, without duplicates: those of today's communes and of arrondissements
/// as the newest year has them, and for communes merged since the oldest year, the postcodes of the last year that
/// knew them as communes. `years` come from the oldest to the newest; a postcode that the newest does not have is left
/// out.
///
/// # Errors
/// A malformed code.
pub fn pairs(years: &[&[EtalabCommune]]) -> Result<Vec<(CodePostal, CommuneCode)>> {
    let mut of: BTreeMap<CommuneCode, BTreeSet<CodePostal>> = BTreeMap::new();
    let mut in_use: BTreeSet<CodePostal> = BTreeSet::new();
    for (age, year) in years.iter().rev().enumerate() {
        let mut of_year: BTreeMap<CommuneCode, BTreeSet<CodePostal>> = BTreeMap::new();
        // Communes déléguées and associées come without postcodes.
        for c in year.iter().filter(|c| !c.codes_postaux.is_empty()) {
            let codes = of_year.entry(code(&c.code)?).or_default();
            for text in &c.codes_postaux {
                let postcode = text.parse().map_err(|e| {
                    BoundaryError::content("communes.json", format!("{}: {e}", c.code))
                })?;
                if age == 0 {
                    in_use.insert(postcode);
                }
                codes.insert(postcode);
            }
        }
        for (commune, postcodes) in of_year {
            of.entry(commune).or_insert(postcodes);
        }
    }
    let mut pairs: Vec<_> = of
        .into_iter()
        .flat_map(|(commune, codes)| codes.into_iter().map(move |code| (code, commune)))
        .filter(|(code, _)| in_use.contains(code))
        .collect();
    pairs.sort_unstable();
    Ok(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn year(communes: &[(&str, &[&str])]) -> Vec<EtalabCommune> {
        let of = |(code, postcodes): &(&str, &[&str])| {
            serde_json::json!({
                "code": code, "nom": "", "type": "commune-actuelle", "codesPostaux": postcodes,
            })
        };
        serde_json::from_value(communes.iter().map(of).collect()).unwrap()
    }

    #[test]
    fn merged_communes_keep_the_postcodes_they_had_where_these_are_still_in_use() {
        let before = year(&[
            ("01001", &["01400", "01990"]),
            ("01002", &["01640"]),
            ("01004", &["01599"]),
        ]);
        let today = year(&[("01004", &["01500", "01400"])]);
        let pairs = pairs(&[&before, &today]).unwrap();
        let text: Vec<_> = pairs.iter().map(|(p, c)| format!("{p} {c}")).collect();
        assert_eq!(text, ["01400 01001", "01400 01004", "01500 01004"]);
    }
}
