//! BAN files become an index, in bounded memory whatever their size.
//!
//! One thread unpacks and parses. This one files what comes: numbers go to disk as they are, streets into a sort on
//! disk by commune and name. Once all are in order, streets that came in several pieces are joined, numbers sorted
//! street by street, and records and automata written front to back. Nothing that is in force is touched before
//! [`Prepared::install`].

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};

use super::FOLDER;
use super::ban::{self, Stretch, Tally};
use super::error::{Result, StreetsError};
use super::manifest::{LICENCE, MANIFEST, Manifest, PRODUCER, VERSION, kinds};
use super::output::Output;
use super::sort::{Sorter, scratch};
use super::spelling::Spelling;
use super::write::{Piece, Writer};
use crate::domain::codes::{CodePostal, CommuneCode};

/// So many numbers are handed from thread to thread at once.
const BATCH: usize = 1 << 14;
/// And so many streets.
const BATCH_STREETS: usize = 512;
/// So many batches wait.
const WAITING: usize = 4;
/// What a code that is missing is filed as.
pub(super) const NO_CODE: &str = "-----";

/// What an import read and made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Rows that were read.
    pub rows: u64,
    /// Rows that were refused.
    pub refused: u64,
    /// Why the first of them were, in sentences that name file and line.
    pub reasons: Vec<String>,
    /// Streets.
    pub streets: u64,
    /// House numbers.
    pub houses: u64,
    /// Communes, as the files name them.
    pub towns: usize,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "adresses\u{a0}: {} lignes lues, {} refusées ; {} voies, {} numéros, {} communes",
            self.rows, self.refused, self.streets, self.houses, self.towns
        )?;
        for reason in &self.reasons {
            write!(f, "\n  refusée\u{a0}: {reason}")?;
        }
        let described = self.reasons.len() as u64;
        if self.refused > described {
            write!(f, "\n  et {} autres", self.refused - described)?;
        }
        Ok(())
    }
}

/// An index that was written beside the one in force.
#[must_use = "nothing is in force before it is installed"]
pub struct Prepared {
    /// What it was made from, and what it holds.
    pub report: Report,
    outputs: Vec<Output>,
    sources: Vec<String>,
    /// The last: it is dropped after the files in it.
    folder: Folder,
}

/// The folder of the index, removed again where it was made for nothing.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        // Fails where the folder holds an index, as it should.
        let _ = fs::remove_dir(&self.0);
    }
}

/// Reads BAN files and writes an index for a data folder, to be put in force by [`Prepared::install`].
///
/// `today` is the commune that answers for a code today; a code without one is filed under itself. `progress` is
/// told how many bytes of how many were read.
///
/// # Errors
/// A file that cannot be read to its end, that is no BAN file or holds no readable row; a folder that cannot be
/// written. What was in force stays so.
pub fn prepare(
    files: &[PathBuf],
    donnees: &Path,
    today: impl Fn(CommuneCode) -> Option<CommuneCode>,
    mut progress: impl FnMut(u64, u64),
) -> Result<Prepared> {
    let mut all = 0;
    for path in files {
        all += fs::metadata(path).map_err(StreetsError::io(path))?.len();
    }
    let path = donnees.join(FOLDER);
    fs::create_dir_all(&path).map_err(StreetsError::io(&path))?;
    // Named before the files in it, so that it is dropped after them.
    let folder = Folder(path);
    let mut intake = Intake::new(&folder.0).map_err(StreetsError::io(&folder.0))?;
    let read = Arc::new(AtomicU64::new(0));
    let (sender, receiver) = sync_channel::<Vec<Stretch>>(WAITING);
    let tally = std::thread::scope(|threads| {
        let counter = &read;
        let reading = threads.spawn(move || read_all(files, counter, &sender));
        let mut outcome = Ok(());
        for batch in &receiver {
            outcome = batch
                .iter()
                .try_for_each(|stretch| intake.take(stretch, &today));
            if outcome.is_err() {
                break;
            }
            progress(read.load(Ordering::Relaxed), all);
        }
        // The reader ends when nobody listens any more.
        drop(receiver);
        let tally = reading
            .join()
            .map_err(|_| StreetsError::io(&folder.0)(io::Error::other("lecture interrompue")))?;
        outcome.map_err(StreetsError::io(&folder.0))?;
        tally
    })?;
    if tally.rows == 0 {
        let path = files.first().map_or(donnees, PathBuf::as_path);
        let reason = tally
            .reasons
            .first()
            .map_or("il n’y en a pas", String::as_str);
        let message = format!("aucune ligne n’a pu être lue ({reason})");
        return Err(StreetsError::content(path, message));
    }
    let mut report = Report {
        rows: tally.rows,
        refused: tally.refused,
        reasons: tally.reasons,
        towns: intake.towns.len(),
        ..Report::default()
    };
    let outputs = intake
        .write(&folder.0, &mut report)
        .map_err(StreetsError::io(&folder.0))?;
    let name = |path: &PathBuf| path.file_name().map(|n| n.to_string_lossy().into_owned());
    Ok(Prepared {
        report,
        outputs,
        sources: files.iter().filter_map(name).collect(),
        folder,
    })
}

fn read_all(
    files: &[PathBuf],
    read: &Arc<AtomicU64>,
    to: &SyncSender<Vec<Stretch>>,
) -> Result<Tally> {
    let mut tally = Tally::default();
    let mut batch = Vec::new();
    let mut houses = 0;
    for path in files {
        ban::read(path, read, &mut tally, &mut |stretch| {
            houses += stretch.houses.len();
            batch.push(stretch);
            if houses < BATCH && batch.len() < BATCH_STREETS {
                return true;
            }
            houses = 0;
            to.send(std::mem::take(&mut batch)).is_ok()
        })?;
    }
    // Where nobody listens, whoever stopped knows why.
    let _ = to.send(batch);
    Ok(tally)
}

/// Streets and numbers as they come.
struct Intake {
    houses: BufWriter<File>,
    houses_length: u64,
    streets: Sorter,
    /// By the code in the files: today's commune and its name.
    towns: BTreeMap<CommuneCode, (CommuneCode, String)>,
    record: Vec<u8>,
    bytes: Vec<u8>,
}

impl Intake {
    fn new(folder: &Path) -> io::Result<Self> {
        Ok(Self {
            houses: BufWriter::with_capacity(1 << 18, scratch(folder)?),
            houses_length: 0,
            streets: Sorter::new(folder),
            towns: BTreeMap::new(),
            record: Vec::new(),
            bytes: Vec::new(),
        })
    }

    fn take(
        &mut self,
        stretch: &Stretch,
        today: impl Fn(CommuneCode) -> Option<CommuneCode>,
    ) -> io::Result<()> {
        let (commune, _) = self.towns.entry(stretch.insee).or_insert_with(|| {
            let commune = today(stretch.insee).unwrap_or(stretch.insee);
            (commune, stretch.ville.clone())
        });
        let spelling = Spelling::of(&stretch.voie);
        let postcode = stretch
            .postcode
            .as_ref()
            .map_or(NO_CODE, CodePostal::as_str);
        let former = stretch.former.as_ref().map_or(NO_CODE, CommuneCode::as_str);
        // In this order: what is filed together, what tells streets apart, where the numbers are.
        self.record.clear();
        for part in [
            commune.as_str(),
            &spelling.bare(),
            "\0",
            &spelling.whole,
            "\0",
            postcode,
            stretch.insee.as_str(),
            former,
            &stretch.voie,
            "\0",
            &stretch.ville,
            "\0",
        ] {
            self.record.extend_from_slice(part.as_bytes());
        }
        self.record.extend(self.houses_length.to_be_bytes());
        self.record.extend(
            u32::try_from(stretch.houses.len())
                .unwrap_or(u32::MAX)
                .to_be_bytes(),
        );
        self.streets.push(&self.record)?;
        self.bytes.clear();
        for placed in &stretch.houses {
            self.bytes.extend(placed.to_bytes());
        }
        self.houses.write_all(&self.bytes)?;
        self.houses_length += self.bytes.len() as u64;
        Ok(())
    }

    /// Writes the files of the index.
    fn write(self, folder: &Path, report: &mut Report) -> io::Result<Vec<Output>> {
        let taken = self
            .houses
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?;
        let mut writer = Writer::new(folder)?;
        let mut records = self.streets.sorted()?;
        while let Some(record) = records.next()? {
            let piece = Piece::of(record).ok_or(io::ErrorKind::InvalidData)?;
            writer.begin(&piece)?;
            writer.add(&taken, &piece)?;
        }
        writer.end_street()?;
        writer.end_group()?;
        report.streets = writer.street_count;
        report.houses = writer.house_count;
        let mut towns = Output::create(folder, kinds::TOWNS)?;
        for (insee, (commune, ville)) in &self.towns {
            writeln!(towns, "{insee}\t{commune}\t{ville}")?;
        }
        let mut outputs = writer.finish(folder)?;
        outputs.push(towns);
        Ok(outputs)
    }
}

impl Prepared {
    /// Puts the index in force: its files under names of their own, then the manifest that names them, in one step;
    /// then what no manifest names any more is removed. A service that runs keeps the index it opened.
    ///
    /// # Errors
    /// Where the folder cannot be written: then what was in force stays so.
    pub fn install(self) -> Result<Report> {
        let folder = &self.folder.0;
        let mut fichiers = BTreeMap::new();
        for output in self.outputs {
            let kind = output.kind().to_owned();
            fichiers.insert(kind, output.keep().map_err(StreetsError::io(folder))?);
        }
        let manifest = Manifest {
            version: VERSION,
            producteur: PRODUCER.to_owned(),
            licence: LICENCE.to_owned(),
            sources: self.sources,
            lignes: self.report.rows,
            refusees: self.report.refused,
            voies: self.report.streets,
            numeros: self.report.houses,
            fichiers,
        };
        let path = folder.join(MANIFEST);
        let text = manifest.to_text(&path)?;
        let fresh = folder.join(format!(".{MANIFEST}.nouveau"));
        let written = File::create(&fresh).and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            fs::rename(&fresh, &path)?;
            File::open(folder)?.sync_all()
        });
        written.map_err(StreetsError::io(&path))?;
        sweep(folder, &manifest);
        Ok(self.report)
    }
}

/// Removes what imports wrote and the manifest does not name. Best effort: it is only room on the disk, and the next
/// import tries again.
fn sweep(folder: &Path, manifest: &Manifest) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let is_named = manifest.fichiers.values().any(|e| name == e.fichier);
        let is_ours = manifest.fichiers.keys().any(|kind| {
            let (stem, extension) = kind.split_once('.').unwrap_or((kind, ""));
            let finished = name
                .strip_prefix(stem)
                .is_some_and(|rest| rest.starts_with('-'));
            (finished && name.ends_with(extension)) || name == format!(".{kind}.nouveau")
        });
        if is_ours && !is_named {
            let _ = fs::remove_file(entry.path());
        }
    }
}
