//! What a request for a map asks for.

use super::EXAMPLE;
use crate::api::params::Params;
use crate::api::problem::Problem;
use crate::exports::print::{Form, Order, Orientation, Paper, Sheet, Style};

/// Style and form, as the file's name has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// The style's name.
    pub style: String,
    /// The end of the file's name.
    form: &'static str,
}

/// Ends of names, and media types.
const FORMS: [(&str, &str); 3] = [
    ("svg", "image/svg+xml"),
    ("pdf", "application/pdf"),
    ("png", "image/png"),
];

impl File {
    /// Reads `regions.pdf`.
    ///
    /// # Errors
    /// 404 that names the forms there are.
    pub fn read(name: &str) -> Result<Self, Problem> {
        let found = name.rsplit_once('.').and_then(|(style, end)| {
            let (form, _) = FORMS.into_iter().find(|(form, _)| *form == end)?;
            Some(Self {
                style: style.to_owned(),
                form,
            })
        });
        found.ok_or_else(|| Problem::not_found("Une carte s’écrit en svg, pdf ou png : le nom du fichier finit par l’un des trois.", EXAMPLE))
    }

    /// Its media type.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        FORMS
            .iter()
            .find(|(form, _)| *form == self.form)
            .map_or("application/octet-stream", |(_, kind)| kind)
    }
}

/// An order but for its style.
pub struct Asked {
    /// The file's name.
    pub file: File,
    /// The form of the map.
    pub form: Form,
    sheet: Sheet,
    phase: Option<String>,
    region: Option<String>,
    territoire: Option<String>,
    title: Option<String>,
    north: bool,
    graticule: bool,
}

/// Dots per inch where nothing is said.
const DPI: u32 = 150;
/// What a side may measure in millimetres, as the page itself has it.
const SIDES: std::ops::RangeInclusive<usize> = 100..=1500;
/// Longer values than any name are refused unread.
const MAX_TEXT: usize = 100;
/// Signs of a title.
const MAX_TITLE: usize = 120;

impl Asked {
    /// Reads the parameters.
    ///
    /// # Errors
    /// A problem that names the parameter.
    pub fn read(params: &Params, file: File) -> Result<Self, Problem> {
        let text = |name| Ok(params.text(name, MAX_TEXT)?.map(str::to_owned));
        let dpi = params
            .count("dpi", 36..=600)?
            .and_then(|d| u32::try_from(d).ok());
        let form = match file.form {
            "svg" => Form::Svg,
            "pdf" => Form::Pdf,
            _ => Form::Png {
                dpi: dpi.unwrap_or(DPI),
            },
        };
        if dpi.is_some() && !matches!(form, Form::Png { .. }) {
            return Err(params.problem(
                "dpi",
                "dpi ne dit rien d’un SVG ni d’un PDF : il vaut pour png.",
            ));
        }
        Ok(Self {
            form,
            file,
            sheet: sheet(params)?,
            phase: text("phase")?,
            region: text("region")?,
            territoire: text("territoire")?,
            title: params.text("titre", MAX_TITLE)?.map(str::to_owned),
            north: flag(params, "nord")?,
            graticule: flag(params, "graticule")?,
        })
    }

    /// What decides the map besides its style and the data.
    #[must_use]
    pub fn key(&self) -> String {
        let Self {
            file,
            form,
            sheet,
            phase,
            region,
            territoire,
            title,
            north,
            graticule,
        } = self;
        format!(
            "{file:?} {form:?} {sheet:?} {phase:?} {region:?} {territoire:?} {title:?} {north} {graticule}"
        )
    }

    /// The order.
    #[must_use]
    pub fn order(self, style: Style) -> Order {
        Order {
            style,
            sheet: self.sheet,
            phase: self.phase,
            region: self.region,
            territoire: self.territoire,
            title: self.title,
            north: self.north,
            graticule: self.graticule,
        }
    }
}

fn sheet(params: &Params) -> Result<Sheet, Problem> {
    let paper = params.get("papier").map(|name| {
        let names: Vec<&str> = Paper::ALL.iter().map(|p| p.name()).collect();
        let unknown = || {
            params.problem(
                "papier",
                format!(
                    "Ce papier n’existe pas ici ; il y a : {}.",
                    names.join(", ")
                ),
            )
        };
        Paper::named(name).ok_or_else(unknown)
    });
    let paper = paper.transpose()?;
    let orientation = params.get("orientation").map(|name| {
        let unknown = || {
            params.problem(
                "orientation",
                "orientation est « portrait » ou « paysage ».",
            )
        };
        Orientation::named(name).ok_or_else(unknown)
    });
    let orientation = orientation.transpose()?;
    let side = |name| {
        let side = params.count(name, SIDES)?;
        Ok(side.and_then(|s| u32::try_from(s).ok()).map(f64::from))
    };
    let sides = [side("largeur")?, side("hauteur")?];
    match (paper, sides) {
        (paper, [None, None]) => Ok(Sheet::Paper(paper.unwrap_or(Paper::A3), orientation)),
        (None, [Some(width), Some(height)]) if orientation.is_none() => {
            Ok(Sheet::Millimetres([width, height]))
        }
        (None, [Some(_), None]) => Err(params.problem(
            "hauteur",
            "largeur va avec hauteur : donnez les deux, en millimètres.",
        )),
        (None, [None, Some(_)]) => Err(params.problem(
            "largeur",
            "hauteur va avec largeur : donnez les deux, en millimètres.",
        )),
        _ => Err(params.problem(
            "papier",
            "Donnez papier et orientation, ou largeur et hauteur, pas les deux.",
        )),
    }
}

fn flag(params: &Params, name: &'static str) -> Result<bool, Problem> {
    match params.get(name) {
        None | Some("non") => Ok(false),
        Some("oui") => Ok(true),
        Some(_) => Err(params.problem(name, format!("{name} est « oui » ou « non »."))),
    }
}
