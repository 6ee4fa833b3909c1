//! `territoires carte`

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use super::{CommandError, DataArguments, say, world};
use crate::atlas::world::Atlas;
use crate::domain::fold::fold;
use crate::exports::beside::beside;
use crate::exports::print::{Form, Order, Orientation, Paper, Sheet, Style, compose};
use crate::exports::styles;

/// Which map, and where to.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Style du service (regions, evolution, neutre, rebond-industriel…) ou fichier de style MapLibre (.json)
    style: String,

    /// Fichier à écrire : .svg, .pdf ou .png
    #[arg(value_name = "FICHIER", required_unless_present = "toutes")]
    fichier: Option<PathBuf>,

    /// Écrire dans ce dossier une feuille par territoire, en PDF
    #[arg(long, value_name = "DOSSIER", conflicts_with_all = ["fichier", "territoire", "region"])]
    toutes: Option<PathBuf>,

    /// Papier : a4, a3, a2, a1 ou a0 [défaut : a3 ; a4 avec --toutes]
    #[arg(long)]
    papier: Option<String>,

    /// Orientation : portrait ou paysage [défaut : ce qui convient à la carte]
    #[arg(long)]
    orientation: Option<String>,

    /// Largeur de la feuille en millimètres, avec --hauteur
    #[arg(long, requires = "hauteur", conflicts_with_all = ["papier", "orientation"])]
    largeur: Option<f64>,

    /// Hauteur de la feuille en millimètres, avec --largeur
    #[arg(long, requires = "largeur")]
    hauteur: Option<f64>,

    /// Points par pouce d’un PNG
    #[arg(long, default_value_t = 150)]
    dpi: u32,

    /// Phase : temps-2 ou temps-1 [défaut : la plus récente]
    #[arg(long)]
    phase: Option<String>,

    /// Une région seule, par son code ou son nom
    #[arg(long, value_name = "RÉGION")]
    region: Option<String>,

    /// Un territoire seul, avec ses membres
    #[arg(long, value_name = "TERRITOIRE", conflicts_with = "region")]
    territoire: Option<String>,

    /// Titre de la feuille
    #[arg(long)]
    titre: Option<String>,

    /// Une flèche du nord
    #[arg(long)]
    nord: bool,

    /// Méridiens et parallèles
    #[arg(long)]
    graticule: bool,

    #[command(flatten)]
    data: DataArguments,
}

/// Draws and writes.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, CommandError> {
    let order = Order {
        style: style(&arguments.style)?,
        sheet: sheet(arguments)?,
        phase: arguments.phase.clone(),
        region: arguments.region.clone(),
        territoire: arguments.territoire.clone(),
        title: arguments.titre.clone(),
        north: arguments.nord,
        graticule: arguments.graticule,
    };
    let atlas = world::load(arguments.data.donnees.as_deref())?;
    if let Some(folder) = &arguments.toutes {
        return all(&atlas, order, folder);
    }
    let Some(path) = &arguments.fichier else {
        return Err("donnez un fichier à écrire, ou --toutes DOSSIER".into());
    };
    let form = match path.extension().and_then(|e| e.to_str()) {
        Some("svg") => Form::Svg,
        Some("pdf") => Form::Pdf,
        Some("png") => Form::Png { dpi: arguments.dpi },
        _ => {
            return Err(format!(
                "{} : une carte s’écrit en .svg, .pdf ou .png",
                path.display()
            )
            .into());
        }
    };
    let size = write(&atlas, &order, form, path)?;
    say(format!("{} : {} Kio", path.display(), size.div_ceil(1024)))?;
    Ok(ExitCode::SUCCESS)
}

/// A sheet for each territory of the phase, in PDF.
fn all(atlas: &Atlas, mut order: Order, folder: &Path) -> Result<ExitCode, CommandError> {
    let unknown = |id: &String| format!("la phase « {id} » n’existe pas");
    let phase = match &order.phase {
        None => atlas.current_phase(),
        Some(id) => atlas.phase(id).ok_or_else(|| unknown(id))?,
    };
    std::fs::create_dir_all(folder)
        .map_err(|e| format!("impossible de créer {} : {e}", folder.display()))?;
    let sheets: Vec<(String, String)> = atlas
        .profiles(phase)
        .map(|p| (p.territoire.id.clone(), p.territoire.nom.clone()))
        .collect();
    let count = sheets.len();
    let mut said = Instant::now();
    for (number, (id, nom)) in (1_usize..).zip(sheets) {
        let words: Vec<String> = fold(&nom).split_whitespace().map(str::to_owned).collect();
        let path = folder.join(format!("{id}-{}.pdf", words.join("-")));
        order.territoire = Some(id);
        write(atlas, &order, Form::Pdf, &path)?;
        if number == count || said.elapsed() > Duration::from_secs(2) {
            said = Instant::now();
            eprintln!("{number} feuilles sur {count}");
        }
    }
    say(format!("{} : {count} feuilles", folder.display()))?;
    Ok(ExitCode::SUCCESS)
}

/// Writes one map. Returns how many bytes it has.
fn write(atlas: &Atlas, order: &Order, form: Form, path: &Path) -> Result<usize, CommandError> {
    let bytes = compose(atlas, order)?.write(form)?;
    beside(path, |fresh| std::fs::write(fresh, &bytes))
        .map_err(|e| format!("impossible d’écrire {} : {e}", path.display()))?;
    Ok(bytes.len())
}

fn style(name: &str) -> Result<Style, CommandError> {
    let is_file = Path::new(name)
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("json"));
    if is_file {
        let bytes = std::fs::read(name).map_err(|e| format!("impossible de lire {name} : {e}"))?;
        return Ok(Style::read(&bytes).map_err(|e| format!("{name} : {e}"))?);
    }
    let embedded = styles::named(name).ok_or_else(|| {
        let known = styles::names().join(", ");
        format!("le style « {name} » n’existe pas ; il y a : {known}, ou un fichier .json")
    })?;
    Ok(Style::read(&embedded.data)?)
}

fn sheet(arguments: &Arguments) -> Result<Sheet, CommandError> {
    if let (Some(width), Some(height)) = (arguments.largeur, arguments.hauteur) {
        return Ok(Sheet::Millimetres([width, height]));
    }
    let paper = match &arguments.papier {
        None if arguments.toutes.is_some() => Paper::A4,
        None => Paper::A3,
        Some(name) => {
            let names: Vec<&str> = Paper::ALL.iter().map(|p| p.name()).collect();
            let unknown = || {
                format!(
                    "le papier « {name} » n’existe pas ; il y a : {}",
                    names.join(", ")
                )
            };
            Paper::named(name).ok_or_else(unknown)?
        }
    };
    let orientation = match &arguments.orientation {
        None => None,
        Some(name) => {
            Some(Orientation::named(name).ok_or("l’orientation est « portrait » ou « paysage »")?)
        }
    };
    Ok(Sheet::Paper(paper, orientation))
}
