//! `territoires locate --csv`: a file of questions, by the same code as `POST /api/v1/appartenance/csv`.

use std::fs::File;
use std::io::{self, ErrorKind, IsTerminal, Read, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::CommandError;
use crate::api::bulk;
use crate::api::bulk::columns::{self, Plan, Wanted};
use crate::api::bulk::records::Records;
use crate::api::state::App;
use crate::atlas::answer::Question;

/// Which columns of the file are asked about.
#[derive(clap::Args)]
pub(super) struct Columns {
    /// Avec --csv : colonnes qui font l’adresse, dans l’ordre, séparées par des virgules
    #[arg(long, value_name = "COLONNES", requires = "csv")]
    colonnes: Option<String>,

    /// Avec --csv : colonne des longitudes ; avec --lat
    #[arg(
        long = "lon",
        value_name = "COLONNE",
        requires = "csv",
        requires = "colonne_lat"
    )]
    colonne_lon: Option<String>,

    /// Avec --csv : colonne des latitudes ; avec --lon
    #[arg(
        long = "lat",
        value_name = "COLONNE",
        requires = "csv",
        requires = "colonne_lon"
    )]
    colonne_lat: Option<String>,

    /// Avec --csv : colonne des SIREN d’EPCI ou d’EPT
    #[arg(long, value_name = "COLONNE", requires = "csv")]
    siren: Option<String>,
}

impl Columns {
    /// The one thing that is asked about; `commune` is the value of `--commune`.
    fn wanted(&self, commune: Option<&str>) -> Result<Wanted, CommandError> {
        let mut all = Vec::new();
        if let Some(list) = &self.colonnes {
            all.push(Wanted::Address(columns::names(list)));
        }
        if let (Some(lon), Some(lat)) = (&self.colonne_lon, &self.colonne_lat) {
            all.push(Wanted::Point {
                lon: lon.clone(),
                lat: lat.clone(),
            });
        }
        all.extend(commune.map(|column| Wanted::Commune(column.to_owned())));
        all.extend(self.siren.clone().map(Wanted::Siren));
        match <[Wanted; 1]>::try_from(all) {
            Ok([Wanted::Address(names)]) if names.is_empty() => {
                Err("--colonnes est vide : il faut les colonnes qui font l’adresse, par exemple --colonnes adresse,ville".into())
            }
            Ok([wanted]) => Ok(wanted),
            Err(_) => Err("avec --csv, il faut dire quelles colonnes lire, d’une seule façon : --colonnes adresse,ville, \
                           --lon et --lat, --commune ou --siren"
                .into()),
        }
    }
}

/// Writes the rows of a file (`-`: of the standard input) with their answers to the standard output.
pub(super) fn run(
    app: &App,
    question: Question,
    path: &Path,
    columns: &Columns,
    commune: Option<&str>,
) -> Result<ExitCode, CommandError> {
    let wanted = columns.wanted(commune)?;
    let shown = path.display();
    let (input, size): (Box<dyn Read>, u64) = if path.as_os_str() == "-" {
        (Box::new(io::stdin().lock()), 0)
    } else {
        let file = File::open(path).map_err(|e| format!("{shown} : {e}"))?;
        let size = file.metadata().map_or(0, |m| m.len());
        (Box::new(file), size)
    };
    let bar = progress(size);
    let mut records = Records::new(bar.wrap_read(input)).map_err(|e| format!("{shown} : {e}"))?;
    let plan = Plan::new(&wanted, &mut records).map_err(|e| format!("{shown} : {e}"))?;
    let plan = plan.map_err(|e| format!("{shown} : {e}"))?;
    let mut out = io::stdout();
    let begun = Instant::now();
    let written = bulk::run(app, question, &plan, records, |bytes| out.write_all(&bytes));
    bar.finish_and_clear();
    match written {
        Ok(done) => {
            let faulty = match done.faulty {
                0 => String::new(),
                n => format!(
                    ", dont {n} sans réponse (ti_reponse = erreur, la raison dans ti_explication)"
                ),
            };
            let each_second = rate(done.rows, begun.elapsed());
            eprintln!("{} lignes{faulty}, {each_second} par seconde", done.rows);
            Ok(ExitCode::SUCCESS)
        }
        // A reader that has seen enough.
        Err(e) if e.kind() == ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        Err(e) => Err(format!("{shown} : {e}").into()),
    }
}

/// So many a second, in whole numbers.
fn rate(rows: u64, took: Duration) -> u128 {
    u128::from(rows) * 1_000_000 / took.as_micros().max(1)
}

/// A bar of bytes read, where someone looks and the answers do not go to the same screen.
fn progress(size: u64) -> ProgressBar {
    if size == 0 || io::stdout().is_terminal() || !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:40} {percent} %  {bytes_per_sec}  encore {eta}");
    ProgressBar::new(size).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
