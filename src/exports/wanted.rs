//! What is wanted of an export, checked against what there is.

use super::format::{self, Format};
use super::systems::{System, WGS84};
use crate::atlas::world::Atlas;
use crate::domain::codes::RegionCode;
use crate::domain::fold::fold;
use crate::domain::level::Level;
use crate::domain::typography;

/// What a user writes; the texts as they come.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'a> {
    /// `crs`: the code of a system.
    pub crs: Option<&'a str>,
    /// `region`: the code or name of a région.
    pub region: Option<&'a str>,
    /// `territoire`: an id, or phase and id with a slash between.
    pub territoire: Option<&'a str>,
    /// `geometrie`: `oui` or `non`.
    pub geometrie: Option<&'a str>,
}

/// An export that can be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The name of its level.
    pub layer: String,
    /// How it is written.
    pub format: Format,
    /// The system of its coordinates.
    pub system: &'static System,
    /// Only what lies in this région.
    pub region: Option<RegionCode>,
    /// Only what shares a commune with this territory: the positions of phase and territory.
    pub territoire: Option<(usize, usize)>,
    /// Whether outlines are written.
    pub has_outlines: bool,
}

/// Why there is no such export.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{sentence}")]
pub struct Refusal {
    /// The option at fault; empty for the name of the file.
    pub option: &'static str,
    /// Whether it names something that does not exist.
    pub is_missing: bool,
    /// A sentence in French, without its full stop.
    pub sentence: String,
}

impl Refusal {
    fn wrong(option: &'static str, sentence: impl Into<String>) -> Self {
        let (is_missing, sentence) = (false, sentence.into());
        Self {
            option,
            is_missing,
            sentence,
        }
    }

    fn missing(option: &'static str, sentence: impl Into<String>) -> Self {
        let (is_missing, sentence) = (true, sentence.into());
        Self {
            option,
            is_missing,
            sentence,
        }
    }
}

impl Wanted {
    /// Checks what is asked of a level.
    ///
    /// # Errors
    /// A sentence that names the option at fault.
    pub fn new(
        atlas: &Atlas,
        layer: &str,
        format: Format,
        options: Options,
    ) -> Result<Self, Refusal> {
        let Some((chart, at)) = atlas.level(layer) else {
            let known: Vec<&str> = atlas.levels().map(|l| l.level.name()).collect();
            let shown = typography::shown(layer, 40);
            let sentence = format!(
                "la couche « {shown} » n’existe pas ; il y a {}",
                known.join(", ")
            );
            return Err(Refusal::missing("", sentence));
        };
        let is_context = chart.levels[at].level == Level::Pays;
        let filters = [
            ("region", options.region),
            ("territoire", options.territoire),
        ];
        for (option, given) in filters {
            if given.is_some() && (is_context || format.is_tiles()) {
                let why = if is_context {
                    format!("{option}= ne s’applique pas à la couche pays, qui est hors de France")
                } else {
                    format!(
                        "une archive {} couvre tout le pays : {option}= ne s’y applique pas",
                        format.name()
                    )
                };
                return Err(Refusal::wrong(option, why));
            }
        }
        let region = options.region.map(|text| region(atlas, text)).transpose()?;
        let territoire = options
            .territoire
            .map(|text| territoire(atlas, layer, text))
            .transpose()?;
        Ok(Self {
            layer: layer.to_owned(),
            format,
            system: system(format, options.crs)?,
            region,
            territoire,
            has_outlines: has_outlines(format, options.geometrie)?,
        })
    }

    /// All of a level in a format.
    ///
    /// # Errors
    /// A level that does not exist.
    pub fn whole(atlas: &Atlas, layer: &str, format: Format) -> Result<Self, Refusal> {
        Self::new(atlas, layer, format, Options::default())
    }

    /// What tells it from others, the same however it was asked for.
    #[must_use]
    pub fn key(&self) -> String {
        let region = self.region.map(|r| format!("-r{r}"));
        let territoire = self
            .territoire
            .map(|(phase, number)| format!("-t{phase}.{number}"));
        format!(
            "{}.{}-{}{}{}{}",
            self.layer,
            self.format.extension(),
            self.system.epsg,
            region.unwrap_or_default(),
            territoire.unwrap_or_default(),
            if self.has_outlines { "" } else { "-nu" }
        )
    }

    /// The name of its file: `territoires-temps-2-2024-07-04.gpkg`.
    #[must_use]
    pub fn file_name(&self, atlas: &Atlas) -> String {
        let latest = |phase: usize| atlas.tables.phases[phase].editions.last();
        let edition = match atlas.phase(&self.layer).and_then(latest) {
            Some(edition) => format!("-{}", edition.id),
            None if self.layer == Level::Pays.name() => String::new(),
            None => format!("-cog-{}", atlas.tables.cog),
        };
        let region = self.region.map(|r| format!("-region-{r}"));
        let territoire = self.territoire.and_then(|(phase, number)| {
            let territoire = latest(phase)?.territoires.get(number)?;
            Some(format!("-{}", territoire.id))
        });
        let system = (!self.system.is_wgs84()).then(|| format!("-epsg-{}", self.system.epsg));
        format!(
            "territoires-{}{edition}{}{}{}{}.{}",
            self.layer,
            region.unwrap_or_default(),
            territoire.unwrap_or_default(),
            system.unwrap_or_default(),
            if self.has_outlines {
                ""
            } else {
                "-sans-geometrie"
            },
            self.format.extension()
        )
    }
}

fn system(format: Format, given: Option<&str>) -> Result<&'static System, Refusal> {
    let Some(given) = given else {
        return Ok(WGS84);
    };
    let system = System::find(given).map_err(|e| Refusal::wrong("crs", e.to_string()))?;
    match format.only_wgs84() {
        Some(why) if !system.is_wgs84() => {
            let sentence = format!(
                "un fichier .{} ne s’écrit pas en EPSG:{} : {why} ; prenez gpkg, shp.zip, fgb ou csv",
                format.extension(),
                system.epsg
            );
            Err(Refusal::wrong("crs", sentence))
        }
        _ => Ok(system),
    }
}

fn has_outlines(format: Format, given: Option<&str>) -> Result<bool, Refusal> {
    match given {
        None | Some("oui") => Ok(true),
        Some("non") if format == Format::Csv => Ok(false),
        Some("non") => {
            let sentence = format!(
                "seul le CSV s’écrit sans géométrie, pas un fichier .{}",
                format.extension()
            );
            Err(Refusal::wrong("geometrie", sentence))
        }
        Some(_) => Err(Refusal::wrong("geometrie", "geometrie= vaut oui ou non")),
    }
}

/// The région that a text names by code or by name.
pub(super) fn region(atlas: &Atlas, text: &str) -> Result<RegionCode, Refusal> {
    let wanted = fold(text);
    let mut all = atlas.tables.regions.iter();
    let found = all.find(|r| fold(r.code.as_str()) == wanted || fold(&r.nom) == wanted);
    found.map(|r| r.code).ok_or_else(|| {
        let shown = typography::shown(text, 40);
        let sentence = format!(
            "« {shown} » n’est le code ni le nom d’une région ; par exemple 75 ou Bretagne"
        );
        Refusal::missing("region", sentence)
    })
}

/// The territory that a text names: `ti-7510` of the level's own phase, or else of the latest; `temps-1/ti-7510` of any.
fn territoire(atlas: &Atlas, layer: &str, text: &str) -> Result<(usize, usize), Refusal> {
    let shown = typography::shown(text, 40);
    let own = atlas.phase(layer).unwrap_or(atlas.current_phase());
    let (phase, id) = match text.split_once('/') {
        Some((phase, id)) => (atlas.phase(phase), id),
        None => (Some(own), text),
    };
    let missing = |sentence| Refusal::missing("territoire", sentence);
    let phase = phase.ok_or_else(|| {
        let known: Vec<&str> = atlas.tables.phases.iter().map(|p| p.id.as_str()).collect();
        missing(format!(
            "« {shown} » ne nomme pas une phase ; il y a {}",
            known.join(", ")
        ))
    })?;
    let declared = &atlas.tables.phases[phase];
    let mut all = declared
        .editions
        .last()
        .into_iter()
        .flat_map(|e| &e.territoires);
    let number = all.position(|t| t.id == id);
    let number = number.ok_or_else(|| {
        missing(format!(
            "aucun territoire de {} n’a l’identifiant « {shown} » ; par exemple ti-7510",
            declared.id
        ))
    })?;
    Ok((phase, number))
}

/// The layer and the format that the name of a file says.
///
/// # Errors
/// A sentence that names the formats there are.
pub fn layer_and_format(name: &str) -> Result<(&str, Format), Refusal> {
    Format::of(name).ok_or_else(|| {
        let shown = typography::shown(name, 60);
        let sentence = format!(
            "« {shown} » ne finit par aucun format proposé ; il y a {}",
            format::known()
        );
        Refusal::missing("", sentence)
    })
}
