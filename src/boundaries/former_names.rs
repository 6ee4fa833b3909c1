//! Names that addresses may still bear: those of former communes, and those that communes had before.

use std::collections::{BTreeMap, HashMap};

use super::error::Result;
use super::import::{code, typographic};
use super::packages::{EtalabCommune, EtalabPast};
use crate::domain::administrative::{OtherName, Passage, PassageKind};
use crate::domain::codes::CommuneCode;
use crate::domain::fold::fold;

/// Gives former codes without a name the last one that history knows for them.
pub fn complete(passages: &mut [Passage], history: &[EtalabPast]) {
    let mut last: HashMap<&str, &EtalabPast> = HashMap::new();
    for past in history {
        let known = last.entry(&past.code).or_insert(past);
        if past.date_debut >= known.date_debut {
            *known = past;
        }
    }
    for passage in passages.iter_mut().filter(|p| p.nom.is_empty()) {
        if let Some(past) = last.get(passage.code.as_str()) {
            passage.nom = typographic(&past.nom);
        }
    }
}

/// The names of today's and former codes besides the main one, in order of code and name. Names that differ by
/// accents, dashes or capitals only are one name.
///
/// # Errors
/// A malformed code.
pub fn other_names(
    years: &[Vec<EtalabCommune>],
    history: &[EtalabPast],
    current: &BTreeMap<CommuneCode, &EtalabCommune>,
    passages: &[Passage],
) -> Result<Vec<OtherName>> {
    let mut main: HashMap<CommuneCode, String> = HashMap::new();
    main.extend(current.iter().map(|(code, c)| (*code, fold(&c.nom))));
    main.extend(passages.iter().map(|p| (p.code, fold(&p.nom))));

    let mut found: BTreeMap<(CommuneCode, String), OtherName> = BTreeMap::new();
    let mut add = |text: &str, kind: PassageKind, nom: &str| -> Result<()> {
        let code = code(text)?;
        let folded = fold(nom);
        if main.get(&code).is_some_and(|main| *main != folded) {
            let name = || OtherName {
                code,
                kind,
                nom: typographic(nom),
            };
            found.entry((code, folded)).or_insert_with(name);
        }
        Ok(())
    };
    // Parts that still bear a name under the code of the whole come first: they are more than a memory.
    for c in years.last().into_iter().flatten() {
        match c.kind.as_str() {
            "commune-deleguee" => add(&c.code, PassageKind::Deleguee, &c.nom)?,
            "commune-associee" => add(&c.code, PassageKind::Associee, &c.nom)?,
            _ => {}
        }
    }
    for c in years.iter().rev().flatten() {
        add(&c.code, PassageKind::Ancienne, &c.nom)?;
    }
    for past in history {
        add(&past.code, PassageKind::Ancienne, &past.nom)?;
    }
    Ok(found.into_values().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn past(code: &str, nom: &str, since: Option<&str>) -> EtalabPast {
        EtalabPast {
            code: code.into(),
            nom: nom.into(),
            date_debut: since.map(Into::into),
        }
    }

    #[test]
    fn a_former_commune_gets_the_last_name_it_had() {
        let mut passages = vec![Passage {
            code: "01003".parse().unwrap(),
            actuelle: "01165".parse().unwrap(),
            kind: PassageKind::Ancienne,
            nom: String::new(),
        }];
        let history = [
            past("01003", "Amareins-d'Ars", Some("1983-01-01")),
            past("01003", "Amareins", None),
            past("01165", "Francheleins", None),
        ];
        complete(&mut passages, &history);
        assert_eq!(passages[0].nom, "Amareins-d’Ars");
    }

    #[test]
    fn names_that_differ_by_spelling_only_are_one_and_a_living_part_comes_before_a_memory() {
        let years: [Vec<EtalabCommune>; 1] = [serde_json::from_str(
            r#"[{"code": "14174", "nom": "Condé-en-Normandie", "type": "commune-actuelle"},
                {"code": "14174", "nom": "Condé-sur-Noireau", "type": "commune-deleguee"}]"#,
        )
        .unwrap()];
        let current = BTreeMap::from([("14174".parse().unwrap(), &years[0][0])]);
        let history = [
            past("14174", "Conde sur Noireau", None),
            past("14174", "Condé", None),
            past("99999", "Ailleurs", None),
        ];
        let names = other_names(&years, &history, &current, &[]).unwrap();
        let names: Vec<_> = names.iter().map(|n| (n.kind, n.nom.as_str())).collect();
        assert_eq!(
            names,
            [
                (PassageKind::Ancienne, "Condé"),
                (PassageKind::Deleguee, "Condé-sur-Noireau")
            ]
        );
    }
}
