//! The composition of the programme: `phases.toml` and the member lists beside it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::error::{BoundaryError, Result};
use super::tables;
use crate::domain::programme::{
    Edition, Laureat, Membre, MembreCode, Phase, Rebond, Soutien, Territoire,
};

/// Name of the declaration file.
pub const DECLARATION: &str = "phases.toml";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Declaration {
    phase: Vec<PhaseEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PhaseEntry {
    id: String,
    nom: String,
    debut: u16,
    fin: u16,
    suit: Option<String>,
    soutien_animation: Option<SoutienEntry>,
    rebond_industriel: Option<RebondEntry>,
    edition: Vec<EditionEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SoutienEntry {
    une_ou_deux: u32,
    trois_ou_plus: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RebondEntry {
    fichier: String,
    complet: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EditionEntry {
    id: String,
    cog: u16,
    producteur: String,
    attribution: String,
    territoires: String,
    membres: String,
}

#[derive(Serialize, Deserialize)]
struct TerritoireRow {
    phase: String,
    territoire: String,
    nom: String,
    region: String,
}

#[derive(Serialize, Deserialize)]
struct MembreRow {
    territoire: String,
    #[serde(rename = "type")]
    kind: String,
    code: String,
    nom: String,
}

#[derive(Deserialize)]
struct LaureatRow {
    territoire: String,
    statut: String,
    perimetre: String,
    date: String,
    source: String,
}

/// The files that a declaration names, itself first.
///
/// # Errors
/// Where the declaration cannot be read.
pub fn files(declaration: &str) -> Result<BTreeSet<String>> {
    let parsed = parse(declaration)?;
    let editions = parsed.phase.iter().flat_map(|p| &p.edition);
    let named = editions.flat_map(|e| [e.territoires.clone(), e.membres.clone()]);
    let rebonds = parsed
        .phase
        .iter()
        .filter_map(|p| p.rebond_industriel.as_ref());
    Ok(std::iter::once(DECLARATION.to_owned())
        .chain(named)
        .chain(rebonds.map(|r| r.fichier.clone()))
        .collect())
}

fn parse(declaration: &str) -> Result<Declaration> {
    let parsed: Declaration = toml::from_str(declaration)
        .map_err(|e| BoundaryError::content(DECLARATION, format!("illisible: {e}")))?;
    for phase in &parsed.phase {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if phase.id.is_empty() || !phase.id.chars().all(plain) {
            return Err(BoundaryError::content(
                DECLARATION,
                format!(
                    "l’identifiant de phase « {} » sert dans les adresses: minuscules, chiffres et tirets, \
                     par exemple « temps-2 »",
                    phase.id
                ),
            ));
        }
        if phase.edition.is_empty() {
            return Err(BoundaryError::content(
                DECLARATION,
                format!("la phase « {} » n’a aucune édition", phase.id),
            ));
        }
    }
    Ok(parsed)
}

/// Reads phases, editions, territories and members from the files that `content` gives.
///
/// # Errors
/// Names the file, the line and what would work: an unknown type, a malformed code, a member of a
/// territory that the list of territories does not have, a territory listed twice or without member.
pub fn read(content: &BTreeMap<String, Vec<u8>>) -> Result<Vec<Phase>> {
    let file = |name: &str| {
        content
            .get(name)
            .ok_or_else(|| BoundaryError::content(name, "fichier absent de la composition"))
    };
    let declaration = String::from_utf8_lossy(file(DECLARATION)?);
    let mut phases = Vec::new();
    for entry in parse(&declaration)?.phase {
        let mut editions = Vec::new();
        for e in entry.edition {
            let territoires = territoires(&entry.id, &e, file(&e.territoires)?, file(&e.membres)?)?;
            editions.push(Edition {
                id: e.id,
                cog: e.cog,
                producteur: e.producteur,
                attribution: e.attribution,
                territoires,
            });
        }
        // ISO dates sort as text.
        editions.sort_by(|a, b| a.id.cmp(&b.id));
        let rebond = match &entry.rebond_industriel {
            Some(declared) => Some(rebond(declared, file(&declared.fichier)?, &editions)?),
            None => None,
        };
        phases.push(Phase {
            id: entry.id,
            nom: entry.nom,
            debut: entry.debut,
            fin: entry.fin,
            suit: entry.suit,
            soutien: entry.soutien_animation.map(|s| Soutien {
                une_ou_deux: s.une_ou_deux,
                trois_ou_plus: s.trois_ou_plus,
            }),
            rebond,
            editions,
        });
    }
    phases.sort_by_key(|p| (p.debut, p.id.clone()));
    Ok(phases)
}

/// The laureates of a phase; each must be of a territory that one of its editions has.
fn rebond(declared: &RebondEntry, bytes: &[u8], editions: &[Edition]) -> Result<Rebond> {
    let known: BTreeSet<&str> = editions
        .iter()
        .flat_map(|e| &e.territoires)
        .map(|t| t.id.as_str())
        .collect();
    let rows = tables::read(&declared.fichier, bytes, |row: LaureatRow| {
        if !known.contains(row.territoire.as_str()) {
            return Err(format!(
                "le territoire « {} » n’est pas de cette phase",
                row.territoire
            ));
        }
        let is_date = |(i, c): (usize, char)| match i {
            4 | 7 => c == '-',
            _ => c.is_ascii_digit(),
        };
        if row.date.len() != 10 || !row.date.chars().enumerate().all(is_date) {
            return Err(format!(
                "« {} » n’est pas une date: il faut l’année, le mois et le jour, par exemple 2023-11-09",
                row.date
            ));
        }
        Ok(row)
    })?;
    let mut laureats: BTreeMap<String, Vec<Laureat>> = BTreeMap::new();
    for row in rows {
        laureats.entry(row.territoire).or_default().push(Laureat {
            statut: row.statut,
            perimetre: row.perimetre,
            date: row.date,
            source: row.source,
        });
    }
    Ok(Rebond {
        complet: declared.complet,
        laureats,
    })
}

fn territoires(
    phase: &str,
    edition: &EditionEntry,
    names: &[u8],
    members: &[u8],
) -> Result<Vec<Territoire>> {
    let mut found: BTreeMap<String, Territoire> = BTreeMap::new();
    let rows = tables::read(&edition.territoires, names, |r: TerritoireRow| Ok(r))?;
    for row in rows.into_iter().filter(|r| r.phase == phase) {
        let territoire = Territoire {
            id: row.territoire.clone(),
            nom: row.nom,
            region: row.region,
            membres: Vec::new(),
        };
        if found.insert(row.territoire, territoire).is_some() {
            return Err(BoundaryError::content(
                &edition.territoires,
                "un territoire est listé deux fois",
            ));
        }
    }
    let rows = tables::read(&edition.membres, members, |r: MembreRow| {
        let code = match r.kind.as_str() {
            "epci" => MembreCode::Epci(r.code.parse().map_err(|e| format!("{e}"))?),
            "ept" => MembreCode::Ept(r.code.parse().map_err(|e| format!("{e}"))?),
            "commune" => MembreCode::Commune(r.code.parse().map_err(|e| format!("{e}"))?),
            other => return Err(format!("type « {other} » inconnu: epci, ept ou commune")),
        };
        Ok((r.territoire, Membre { code, nom: r.nom }))
    })?;
    for (id, membre) in rows {
        let territoire = found.get_mut(&id).ok_or_else(|| {
            BoundaryError::content(
                &edition.membres,
                format!(
                    "le territoire « {id} » n’est pas dans {} pour {phase}",
                    edition.territoires
                ),
            )
        })?;
        if territoire.membres.iter().any(|m| m.code == membre.code) {
            return Err(BoundaryError::content(
                &edition.membres,
                format!(
                    "{} {} est listé deux fois dans {id}",
                    membre.code.kind(),
                    membre.code
                ),
            ));
        }
        territoire.membres.push(membre);
    }
    let mut territoires: Vec<Territoire> = found.into_values().collect();
    if let Some(empty) = territoires.iter().find(|t| t.membres.is_empty()) {
        return Err(BoundaryError::content(
            &edition.membres,
            format!(
                "le territoire {} ({}) n’a aucun membre",
                empty.id, empty.nom
            ),
        ));
    }
    for t in &mut territoires {
        t.membres.sort();
    }
    Ok(territoires)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PHASES: &str = r#"
        [[phase]]
        id = "temps-9"
        nom = "Temps 9"
        debut = 2031
        fin = 2035
        [[phase.edition]]
        id = "2031-01-01"
        cog = 2031
        producteur = "ANCT"
        attribution = "ANCT"
        territoires = "t.csv"
        membres = "m.csv"
    "#;

    fn read_with(members: &str) -> Result<Vec<Phase>> {
        read(&BTreeMap::from([
            (DECLARATION.to_owned(), PHASES.into()),
            (
                "t.csv".to_owned(),
                b"phase,territoire,nom,region\ntemps-9,ti-1,Un,Bretagne\n".to_vec(),
            ),
            (
                "m.csv".to_owned(),
                format!("territoire,type,code,nom\n{members}").into_bytes(),
            ),
        ]))
    }

    #[test]
    fn a_third_phase_needs_no_code() {
        let phases = read_with("ti-1,epci,200067254,CA\nti-1,commune,64445,Pau\n").unwrap();
        assert_eq!(phases[0].editions[0].territoires[0].membres.len(), 2);
    }

    fn laureats(rows: &str) -> Result<Vec<Phase>> {
        let declared = PHASES.replace(
            "[[phase.edition]]",
            "[phase.rebond_industriel]\nfichier = \"r.csv\"\ncomplet = false\n[[phase.edition]]",
        );
        assert!(files(&declared).unwrap().contains("r.csv"));
        read(&BTreeMap::from([
            (DECLARATION.to_owned(), declared.into_bytes()),
            (
                "t.csv".to_owned(),
                b"phase,territoire,nom,region\ntemps-9,ti-1,Un,Bretagne\n".to_vec(),
            ),
            (
                "m.csv".to_owned(),
                b"territoire,type,code,nom\nti-1,epci,200067254,CA\n".to_vec(),
            ),
            (
                "r.csv".to_owned(),
                format!("territoire,statut,perimetre,date,source\n{rows}").into_bytes(),
            ),
        ]))
    }

    #[test]
    fn laureates_are_of_a_territory_of_their_phase() {
        let phases = laureats("ti-1,lauréat,Un,2031-06-14,presse\n").unwrap();
        let rebond = phases[0].rebond.as_ref().unwrap();
        assert_eq!(rebond.laureats["ti-1"][0].date, "2031-06-14");
        assert!(!rebond.complet);
        for (row, expected) in [
            (
                "ti-2,lauréat,Un,2031-06-14,presse\n",
                "« ti-2 » n’est pas de cette phase",
            ),
            (
                "ti-1,lauréat,Un,14/06/2031,presse\n",
                "ligne 2: « 14/06/2031 » n’est pas une date",
            ),
        ] {
            let error = laureats(row).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn faults_name_file_and_line() {
        for (members, expected) in [
            ("ti-1,epci,20006725,CA\n", "m.csv: ligne 2: « 20006725 »"),
            (
                "ti-1,epci,200067254,CA\nti-1,canton,1,X\n",
                "ligne 3: type « canton »",
            ),
            ("ti-2,epci,200067254,CA\n", "« ti-2 » n’est pas dans t.csv"),
            (
                "ti-1,epci,200067254,CA\nti-1,epci,200067254,CA\n",
                "listé deux fois",
            ),
            ("", "aucun membre"),
        ] {
            let error = read_with(members).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
