//! The attributes of a level: all that is known of its features, the same in every format.

use crate::atlas::features::{Feature, LevelData, Value};
use crate::atlas::membership::Standing;
use crate::atlas::profile::Profile;
use crate::atlas::world::Atlas;
use crate::domain::codes::{DepartementCode, RegionCode, Siren};
use crate::domain::level::Level;
use crate::domain::programme::Evolution;
use crate::geometry::planar::NOBODY;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// Whole numbers.
    Whole,
    /// Numbers.
    Real,
    /// Yes or no.
    Flag,
    /// Several texts; one text with « ; » between where a format has no lists.
    List,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name, as the API has it.
    pub name: String,
    /// Its name in ten characters, for a Shapefile.
    pub short: String,
    /// What it holds.
    pub kind: Kind,
    /// What it means, in French.
    pub about: String,
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing is known, or there is none.
    Empty,
    /// Text.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// A number.
    Real(f64),
    /// Yes or no.
    Flag(bool),
    /// Several texts.
    List(Vec<String>),
}

impl Cell {
    /// The value as text: numbers as they are, `true` and `false`, lists with « ; » between; none where it is empty.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        Some(match self {
            Self::Empty => return None,
            Self::Text(text) => text.clone(),
            Self::Whole(n) => n.to_string(),
            Self::Real(x) => x.to_string(),
            Self::Flag(flag) => flag.to_string(),
            Self::List(all) => all.join(" ; "),
        })
    }

    /// Whether it is this text, or a list that has it.
    #[must_use]
    pub fn is(&self, wanted: &str) -> bool {
        match self {
            Self::List(all) => all.iter().any(|one| one == wanted),
            other => other.text().is_some_and(|text| text == wanted),
        }
    }
}

/// The attributes of a level's features.
pub struct Table<'a> {
    atlas: &'a Atlas,
    level: &'a LevelData,
    /// The columns, in order.
    pub columns: Vec<Column>,
    rows: Rows<'a>,
}

/// What the rows are of.
enum Rows<'a> {
    Territories(Vec<Profile<'a>>),
    Communes,
    /// Areas of communes, with how many there are in each.
    Units(Vec<usize>),
    Countries,
}

impl<'a> Table<'a> {
    /// The attributes of a level of the atlas.
    #[must_use]
    pub fn new(atlas: &'a Atlas, level: &'a LevelData) -> Self {
        let (columns, rows) = match &level.level {
            Level::Phase(id) => {
                let phase = atlas.phase(id).into_iter();
                let profiles = phase.flat_map(|p| atlas.profiles(p)).collect();
                (drafts(&TERRITORY), Rows::Territories(profiles))
            }
            Level::Communes => (commune_columns(atlas), Rows::Communes),
            Level::Pays => (country_columns(), Rows::Countries),
            other => {
                let mut counts = vec![0; level.features.len()];
                for &label in level.labels.iter().filter(|l| **l != NOBODY) {
                    counts[label as usize] += 1;
                }
                (unit_columns(other), Rows::Units(counts))
            }
        };
        let columns = with_short_names(columns);
        Self {
            atlas,
            level,
            columns,
            rows,
        }
    }

    /// The values of a feature, by its position in the level, in the order of the columns.
    #[must_use]
    pub fn cells(&self, at: usize) -> Vec<Cell> {
        let feature = &self.level.features[at];
        match &self.rows {
            Rows::Territories(profiles) => profiles
                .get(at)
                .map_or_else(Vec::new, |profile| self.territory(profile)),
            Rows::Communes => self.commune(feature, at),
            Rows::Units(communes) => self.unit(feature, communes[at]),
            Rows::Countries => vec![text(&feature.code), text(&feature.nom)],
        }
    }

    /// The territory at a position, where the level has territories.
    #[must_use]
    pub fn profile(&self, at: usize) -> Option<&Profile<'a>> {
        match &self.rows {
            Rows::Territories(profiles) => profiles.get(at),
            _ => None,
        }
    }

    fn territory(&self, profile: &Profile) -> Vec<Cell> {
        let Profile {
            phase,
            territoire,
            facts,
            ..
        } = *profile;
        let feature = profile.feature();
        let before = profile
            .predecesseurs()
            .map(|(_, all)| all)
            .unwrap_or_default();
        let [west, south, east, north] = feature
            .bbox()
            .map_or([const { Cell::Empty }; 4], |b| b.map(Cell::Real));
        let [lon, lat] = profile
            .centre()
            .map_or([const { Cell::Empty }; 2], |c| c.map(Cell::Real));
        let laureats = profile.laureats().iter();
        vec![
            text(&phase.id),
            text(&territoire.id),
            text(&territoire.nom),
            text(&territoire.region),
            list(facts.regions.iter().map(|&r| self.region(r))),
            list(facts.regions.iter()),
            list(facts.departements.iter().map(|&d| self.departement(d))),
            list(facts.departements.iter()),
            Cell::Flag(facts.interregional),
            facts
                .evolution
                .map_or(Cell::Empty, |e: Evolution| text(e.as_str())),
            list(before.iter().map(|t| &t.id)),
            list(before.iter().map(|t| &t.nom)),
            list(territoire.membres.iter().map(|m| &m.nom)),
            list(territoire.membres.iter().map(|m| m.code)),
            whole(facts.intercommunalites),
            whole(facts.communes.len()),
            Cell::Whole(feature.population.try_into().unwrap_or(i64::MAX)),
            Cell::Real(hundredths(feature.superficie)),
            profile
                .soutien()
                .map_or(Cell::Empty, |euros| Cell::Whole(euros.into())),
            list(laureats.map(|l| format!("{}, {}, {}", l.statut, l.date, l.perimetre))),
            Cell::Flag(profile.laureats_complets()),
            west,
            south,
            east,
            north,
            lon,
            lat,
            class(feature),
        ]
    }

    fn commune(&self, feature: &Feature, at: usize) -> Vec<Cell> {
        let commune = self.atlas.places.commune(at);
        let named = |siren: Option<Siren>| match siren {
            None => [Cell::Empty, Cell::Empty],
            Some(siren) => {
                let known = self.atlas.intercommunalite(siren);
                [
                    text(&siren.to_string()),
                    known.map_or(Cell::Empty, |(i, _)| text(&i.nom)),
                ]
            }
        };
        let mut cells = vec![
            text(&feature.code),
            text(&feature.nom),
            text(commune.departement.as_str()),
            text(&self.departement(commune.departement)),
            text(commune.region.as_str()),
            text(&self.region(commune.region)),
        ];
        cells.extend(named(commune.epci));
        cells.extend(named(commune.ept));
        for phase in 0..self.atlas.tables.phases.len() {
            let edition = self.atlas.edition(phase, None);
            let standing = edition.and_then(|e| e.membership.standings().get(at));
            let listed = self.atlas.tables.phases[phase].editions.last();
            let (reponse, territoire) = match standing {
                Some(Standing::In((t, _))) => {
                    let of = listed.and_then(|e| e.territoires.get(*t as usize));
                    ("oui", of.map_or(Cell::Empty, |t| text(&t.id)))
                }
                Some(Standing::Mixed(_)) => ("incertain", Cell::Empty),
                Some(Standing::Out) | None => ("non", Cell::Empty),
            };
            cells.extend([text(reponse), territoire]);
        }
        cells.extend(measures(feature));
        cells
    }

    fn unit(&self, feature: &Feature, communes: usize) -> Vec<Cell> {
        let own = |name: &str| {
            let found = feature.fields.iter().find(|(n, _)| *n == name);
            found.and_then(|(_, value)| match value {
                Value::Text(text) => Some(text.clone()),
                _ => None,
            })
        };
        let mut cells = vec![text(&feature.code), text(&feature.nom)];
        match self.level.level {
            Level::Epci | Level::Ept => cells.push(own("type").map_or(Cell::Empty, Cell::Text)),
            Level::Departements => {
                let region = own("region").and_then(|code| code.parse().ok());
                cells.push(region.map_or(Cell::Empty, |r: RegionCode| text(r.as_str())));
                cells.push(region.map_or(Cell::Empty, |r| text(&self.region(r))));
            }
            _ => {}
        }
        cells.push(whole(communes));
        cells.extend(measures(feature));
        cells
    }

    /// The name of a région; its code stands for a name that the data lack.
    fn region(&self, code: RegionCode) -> String {
        let named = self.atlas.tables.regions.iter().find(|r| r.code == code);
        named.map_or_else(|| code.to_string(), |r| r.nom.clone())
    }

    fn departement(&self, code: DepartementCode) -> String {
        let named = self
            .atlas
            .tables
            .departements
            .iter()
            .find(|d| d.code == code);
        named.map_or_else(|| code.to_string(), |d| d.nom.clone())
    }
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

fn whole(count: usize) -> Cell {
    Cell::Whole(count.try_into().unwrap_or(i64::MAX))
}

fn list(all: impl Iterator<Item = impl ToString>) -> Cell {
    Cell::List(all.map(|one| one.to_string()).collect())
}

/// Square kilometres as they are given out everywhere: the outlines are not known any closer.
fn hundredths(area: f64) -> f64 {
    (area * 100.0).round() / 100.0
}

/// The class for a style: neighbours differ.
fn class(feature: &Feature) -> Cell {
    let found = feature.fields.iter().find(|(name, _)| *name == "classe");
    match found {
        Some((_, Value::Whole(class))) => Cell::Whole(*class),
        _ => Cell::Empty,
    }
}

fn measures(feature: &Feature) -> [Cell; 3] {
    [
        Cell::Whole(feature.population.try_into().unwrap_or(i64::MAX)),
        Cell::Real(hundredths(feature.superficie)),
        class(feature),
    ]
}

/// Name, short name, kind, meaning.
type Draft = (String, &'static str, Kind, String);

fn drafts(all: &[(&str, &'static str, Kind, &str)]) -> Vec<Draft> {
    let own = |&(name, short, kind, about): &(&str, &'static str, Kind, &str)| {
        (name.to_owned(), short, kind, about.to_owned())
    };
    all.iter().map(own).collect()
}

const POPULATION: (&str, &str, Kind, &str) = (
    "population",
    "population",
    Kind::Whole,
    "Population municipale.",
);
const AREA: (&str, &str, Kind, &str) = (
    "superficieKm2",
    "superf_km2",
    Kind::Real,
    "Superficie sur l’ellipsoïde, en kilomètres carrés.",
);
const CLASS: (&str, &str, Kind, &str) = (
    "classe",
    "classe",
    Kind::Whole,
    "Classe de couleur de 0 à 5 : deux voisins n’ont pas la même.",
);
const COMMUNES: (&str, &str, Kind, &str) = (
    "communes",
    "nb_com",
    Kind::Whole,
    "Nombre de communes d’aujourd’hui.",
);

/// Name, short name, kind, meaning: what is known of a territory.
const TERRITORY: [(&str, &str, Kind, &str); 28] = [
    (
        "phase",
        "phase",
        Kind::Text,
        "Phase du programme : temps-1 (2018-2022) ou temps-2 (2023-2027).",
    ),
    (
        "id",
        "id",
        Kind::Text,
        "Identifiant, unique dans sa phase seulement.",
    ),
    ("nom", "nom", Kind::Text, "Nom du territoire."),
    (
        "region",
        "region",
        Kind::Text,
        "Nom de la région chef de file.",
    ),
    (
        "regions",
        "regions",
        Kind::List,
        "Régions de ses communes, la plus peuplée d’abord.",
    ),
    (
        "codesRegions",
        "reg_codes",
        Kind::List,
        "Codes de ces régions.",
    ),
    (
        "departements",
        "dep_noms",
        Kind::List,
        "Départements de ses communes.",
    ),
    (
        "codesDepartements",
        "dep_codes",
        Kind::List,
        "Codes de ces départements.",
    ),
    (
        "interregional",
        "interreg",
        Kind::Flag,
        "Ses membres viennent-ils de plusieurs régions ?",
    ),
    (
        "evolution",
        "evolution",
        Kind::Text,
        "Depuis la phase précédente : identique, reconfigure ou nouveau.",
    ),
    (
        "predecesseurs",
        "prec_ids",
        Kind::List,
        "Identifiants des territoires de la phase précédente qui partagent une commune avec lui.",
    ),
    (
        "nomsPredecesseurs",
        "prec_noms",
        Kind::List,
        "Noms de ces territoires.",
    ),
    (
        "membres",
        "membres",
        Kind::List,
        "Ce qui y fait entrer des communes : EPCI, EPT, communes seules.",
    ),
    (
        "codesMembres",
        "mbr_codes",
        Kind::List,
        "SIREN ou codes INSEE de ces membres, dans le même ordre.",
    ),
    (
        "intercommunalites",
        "nb_interco",
        Kind::Whole,
        "Nombre d’intercommunalités.",
    ),
    (
        "communes",
        "nb_com",
        Kind::Whole,
        "Nombre de communes d’aujourd’hui qui en font partie en entier.",
    ),
    POPULATION,
    AREA,
    (
        "soutienAnimationEuros",
        "soutien",
        Kind::Whole,
        "Soutien annuel de l’État à l’animation, en euros.",
    ),
    (
        "rebondIndustriel",
        "rebond",
        Kind::List,
        "Lauréats connus de « Rebond industriel » : statut, date, partie concernée.",
    ),
    (
        "rebondIndustrielComplet",
        "rebond_fin",
        Kind::Flag,
        "La liste de ces lauréats est-elle complète ?",
    ),
    (
        "ouest",
        "ouest",
        Kind::Real,
        "Emprise : longitude ouest, en degrés WGS84.",
    ),
    ("sud", "sud", Kind::Real, "Emprise : latitude sud."),
    ("est", "est", Kind::Real, "Emprise : longitude est."),
    ("nord", "nord", Kind::Real, "Emprise : latitude nord."),
    (
        "centreLon",
        "centre_lon",
        Kind::Real,
        "Point bien à l’intérieur : longitude en degrés WGS84.",
    ),
    (
        "centreLat",
        "centre_lat",
        Kind::Real,
        "Point bien à l’intérieur : latitude.",
    ),
    CLASS,
];

fn commune_columns(atlas: &Atlas) -> Vec<Draft> {
    use Kind::Text;
    let mut all = drafts(&[
        ("code", "code", Text, "Code INSEE."),
        ("nom", "nom", Text, "Nom de la commune."),
        ("departement", "dep_code", Text, "Code de son département."),
        ("nomDepartement", "dep_nom", Text, "Nom de son département."),
        ("region", "reg_code", Text, "Code de sa région."),
        ("nomRegion", "reg_nom", Text, "Nom de sa région."),
        ("epci", "epci", Text, "SIREN de son EPCI."),
        ("nomEpci", "epci_nom", Text, "Nom de son EPCI."),
        (
            "ept",
            "ept",
            Text,
            "SIREN de son EPT, dans la Métropole du Grand Paris.",
        ),
        ("nomEpt", "ept_nom", Text, "Nom de son EPT."),
    ]);
    for phase in &atlas.tables.phases {
        let name = phase.id.replace('-', "");
        let years = phase.years();
        all.push((
            format!("{name}Reponse"),
            "",
            Text,
            format!("Fait-elle partie d’un territoire de {years} : oui, non ou incertain."),
        ));
        all.push((
            format!("{name}Territoire"),
            "",
            Text,
            format!("Identifiant de ce territoire, dans la phase {}.", phase.id),
        ));
    }
    all.extend(drafts(&[POPULATION, AREA, CLASS]));
    all
}

fn unit_columns(level: &Level) -> Vec<Draft> {
    use Kind::Text;
    let (code, nom): (&str, &str) = match level {
        Level::Epci => ("SIREN.", "Nom de l’EPCI."),
        Level::Ept => ("SIREN.", "Nom de l’EPT."),
        Level::Departements => ("Code INSEE.", "Nom du département."),
        _ => ("Code INSEE.", "Nom de la région."),
    };
    let mut all = drafts(&[("code", "code", Text, code), ("nom", "nom", Text, nom)]);
    match level {
        Level::Epci | Level::Ept => {
            all.extend(drafts(&[(
                "type",
                "type",
                Text,
                "Nature : CC, CA, CU, METRO, MET69 ou EPT.",
            )]));
        }
        Level::Departements => all.extend(drafts(&[
            ("region", "reg_code", Text, "Code de sa région."),
            ("nomRegion", "reg_nom", Text, "Nom de sa région."),
        ])),
        _ => {}
    }
    all.extend(drafts(&[COMMUNES, POPULATION, AREA, CLASS]));
    all
}

fn country_columns() -> Vec<Draft> {
    drafts(&[
        (
            "code",
            "code",
            Kind::Text,
            "Code ISO 3166-1 à deux lettres, ou le nom où il n’y en a pas.",
        ),
        ("nom", "nom", Kind::Text, "Nom en français."),
    ])
}

/// Gives names of their own, of ten letters and digits, to columns that lack one.
fn with_short_names(drafts: Vec<Draft>) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::with_capacity(drafts.len());
    for (name, short, kind, about) in drafts {
        let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        let mut short = if short.is_empty() {
            plain.chars().take(10).collect()
        } else {
            short.to_owned()
        };
        let mut number = 1;
        while columns.iter().any(|c| c.short.eq_ignore_ascii_case(&short)) {
            number += 1;
            let end = number.to_string();
            let start: String = plain
                .chars()
                .take(10_usize.saturating_sub(end.len()))
                .collect();
            short = start + &end;
        }
        columns.push(Column {
            name,
            short,
            kind,
            about,
        });
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_fit_a_shapefile_and_differ() {
        let named = |name: &str| (name.to_owned(), "", Kind::Text, String::new());
        let several = vec![
            named("temps2Reponse"),
            named("temps2Reponses"),
            named("temps-2-territoire"),
        ];
        let columns = with_short_names(several);
        let short: Vec<&str> = columns.iter().map(|c| c.short.as_str()).collect();
        assert_eq!(short, ["temps2Repo", "temps2Rep2", "temps2terr"]);
        for columns in [
            drafts(&TERRITORY),
            country_columns(),
            unit_columns(&Level::Epci),
        ] {
            let all = with_short_names(columns.clone());
            for (column, draft) in all.iter().zip(columns) {
                assert_eq!(column.short, draft.1);
                assert!(column.short.len() <= 10, "{}", column.short);
            }
        }
    }

    #[test]
    fn lists_are_one_text_where_there_are_no_lists() {
        let list = Cell::List(vec!["a".to_owned(), "b".to_owned()]);
        assert_eq!(list.text().unwrap(), "a ; b");
        assert!(list.is("b") && !list.is("a ; b"));
        assert_eq!(Cell::Empty.text(), None);
        assert!(Cell::Flag(true).is("true") && Cell::Whole(3).is("3"));
    }
}
