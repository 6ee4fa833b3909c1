//! The index as it is held: automata in memory, records and numbers on disk.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use fst::Map;
use sha2::{Digest, Sha256};

use super::super::names::Name;
use super::FOLDER;
use super::error::{Result, StreetsError};
use super::manifest::{Entry, MANIFEST, Manifest, kinds};
use super::record::{HOUSES_MAGIC, STREETS_MAGIC, Street};

use crate::domain::codes::CommuneCode;
use crate::domain::fold::fold;

/// Where the streets of one commune and name are: place of the first and count.
pub(super) mod group {
    const BITS: u32 = 20;

    /// Both as one number.
    pub fn pack(at: u64, count: u64) -> u64 {
        at << BITS | count.min((1 << BITS) - 1)
    }

    /// Place and count.
    #[allow(clippy::cast_possible_truncation)] // twenty bits
    pub fn unpack(value: u64) -> (u64, usize) {
        (value >> BITS, (value & ((1 << BITS) - 1)) as usize)
    }
}

/// Where a street is that a name, or the end of one, is of; from which of its words on; how many numbers it has.
pub(super) mod name {
    const HOUSES: u32 = 20;
    const START: u32 = 4;

    /// All as one number.
    pub fn pack(at: u64, start: usize, houses: u32) -> u64 {
        let start = (start as u64).min((1 << START) - 1);
        (at << START | start) << HOUSES | u64::from(houses).min((1 << HOUSES) - 1)
    }

    /// Place, word and numbers.
    #[allow(clippy::cast_possible_truncation)] // few bits
    pub fn unpack(value: u64) -> (u64, usize, u32) {
        let start = value >> HOUSES & ((1 << START) - 1);
        (
            value >> (HOUSES + START),
            start as usize,
            (value & ((1 << HOUSES) - 1)) as u32,
        )
    }

    /// Of two streets of one name, commune and postcode the one with more numbers, the first of equals.
    pub fn better(a: u64, b: u64) -> u64 {
        if unpack(b).2 > unpack(a).2 { b } else { a }
    }
}

/// The streets of an index. Some 25 bytes of memory for each; the rest is read from disk as it is asked for.
#[derive(Debug)]
pub struct Streets {
    /// Street records.
    pub(super) records: File,
    /// Numbers.
    pub(super) houses: File,
    /// Commune and name without joining words.
    pub(super) bare: Map<Vec<u8>>,
    /// Commune and name with them.
    pub(super) whole: Map<Vec<u8>>,
    /// Names from each word on.
    pub(super) names: Map<Vec<u8>>,
    /// Communes by name, without joining words and spaces.
    pub(super) towns: BTreeMap<String, Vec<CommuneCode>>,
    manifest: Manifest,
}

impl Streets {
    /// Opens the index of a data folder; none where it has no folder of addresses.
    ///
    /// # Errors
    /// An index that is cut off, was altered, or is of another version: a sentence in French. Every byte is looked at:
    /// a gigabyte takes about a second.
    pub fn open(donnees: &Path) -> Result<Option<Self>> {
        let folder = donnees.join(FOLDER);
        if !folder.try_exists().map_err(StreetsError::io(&folder))? {
            return Ok(None);
        }
        let manifest = Manifest::read(&folder)?;
        let opened = Opened {
            folder: &folder,
            manifest: &manifest,
        };
        Ok(Some(Self {
            records: opened.file(kinds::STREETS, STREETS_MAGIC)?,
            houses: opened.file(kinds::HOUSES, HOUSES_MAGIC)?,
            bare: opened.map(kinds::BARE)?,
            whole: opened.map(kinds::WHOLE)?,
            names: opened.map(kinds::NAMES)?,
            towns: opened.towns()?,
            manifest,
        }))
    }

    /// How many streets there are.
    #[must_use]
    pub fn street_count(&self) -> u64 {
        self.manifest.voies
    }

    /// How many house numbers there are.
    #[must_use]
    pub fn house_count(&self) -> u64 {
        self.manifest.numeros
    }

    /// Who made the data, to be named beside what is found in them.
    #[must_use]
    pub fn producer(&self) -> &str {
        &self.manifest.producteur
    }

    /// The streets that a value of `bare` or `whole` stands for, `most` at most.
    pub(super) fn group(&self, value: u64, most: usize) -> io::Result<Vec<Street>> {
        let (at, count) = group::unpack(value);
        Street::read(&self.records, at, count.min(most))
    }
}

/// A folder being opened.
struct Opened<'a> {
    folder: &'a Path,
    manifest: &'a Manifest,
}

impl Opened<'_> {
    fn entry(&self, kind: &str) -> Result<(&Entry, PathBuf)> {
        let path = self.folder.join(MANIFEST);
        let entry = self.manifest.fichiers.get(kind);
        // A name only: nothing outside the folder is opened.
        let plain = entry.filter(|e| !e.fichier.contains(['/', '\\']));
        plain
            .map(|entry| (entry, self.folder.join(&entry.fichier)))
            .ok_or_else(|| {
                let message = format!("le fichier {kind} n’y est pas nommé ; {AGAIN}");
                StreetsError::content(&path, message)
            })
    }

    /// A file of the size that the manifest says.
    fn sized(&self, kind: &str) -> Result<(File, PathBuf)> {
        let (entry, path) = self.entry(kind)?;
        let file = File::open(&path).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => {
                StreetsError::content(&path, format!("ce fichier manque ; {AGAIN}"))
            }
            _ => StreetsError::io(&path)(source),
        })?;
        let size = file.metadata().map_err(StreetsError::io(&path))?.len();
        if size != entry.octets {
            let message = format!(
                "le fichier a {size} octets au lieu de {}, il est coupé ou a changé depuis l’import ; {AGAIN}",
                entry.octets
            );
            return Err(StreetsError::content(&path, message));
        }
        if digest(&file).map_err(StreetsError::io(&path))? != entry.sha256 {
            return Err(altered(&path));
        }
        Ok((file, path))
    }

    fn file(&self, kind: &str, magic: [u8; 8]) -> Result<File> {
        let (file, path) = self.sized(kind)?;
        let mut head = [0; 8];
        match file.read_exact_at(&mut head, 0) {
            Ok(()) if head == magic => Ok(file),
            _ => Err(altered(&path)),
        }
    }

    fn map(&self, kind: &str) -> Result<Map<Vec<u8>>> {
        let (_, path) = self.sized(kind)?;
        let bytes = fs::read(&path).map_err(StreetsError::io(&path))?;
        let map = Map::new(bytes).map_err(|_| altered(&path))?;
        // Its look-ups trust every byte, and panic on a wrong one.
        map.as_fst().verify().map_err(|_| altered(&path))?;
        Ok(map)
    }

    fn towns(&self) -> Result<BTreeMap<String, Vec<CommuneCode>>> {
        let (_, path) = self.sized(kinds::TOWNS)?;
        let text = fs::read_to_string(&path).map_err(StreetsError::io(&path))?;
        let mut towns: BTreeMap<String, Vec<CommuneCode>> = BTreeMap::new();
        for line in text.lines() {
            let mut columns = line.splitn(3, '\t').skip(1);
            let (Some(commune), Some(ville)) = (columns.next(), columns.next()) else {
                return Err(altered(&path));
            };
            let commune = commune.parse().map_err(|_| altered(&path))?;
            let known = towns
                .entry(town_key(&fold(without_arrondissement(ville))))
                .or_default();
            if !known.contains(&commune) {
                known.push(commune);
            }
        }
        Ok(towns)
    }
}

const AGAIN: &str = "relancez « territoires import --adresses »";

fn digest(file: &File) -> io::Result<String> {
    let (mut sha, mut at) = (Sha256::new(), 0);
    let mut bytes = vec![0; 1 << 18];
    loop {
        match file.read_at(&mut bytes, at)? {
            0 => return Ok(hex::encode(sha.finalize())),
            count => {
                sha.update(&bytes[..count]);
                at += count as u64;
            }
        }
    }
}

fn altered(path: &Path) -> StreetsError {
    StreetsError::content(
        path,
        format!("ce n’est pas le fichier que l’import a écrit ; {AGAIN}"),
    )
}

/// A town's folded words as towns are filed.
pub(super) fn town_key(folded: &str) -> String {
    Name::of(&folded.split(' ')).bare
}

/// « Paris 1er Arrondissement » is written Paris.
pub(super) fn without_arrondissement(ville: &str) -> &str {
    let cut = || {
        let (before, last) = ville.rsplit_once(' ')?;
        let (city, number) = before.rsplit_once(' ')?;
        let is_one = last.eq_ignore_ascii_case("arrondissement")
            && number.starts_with(|c: char| c.is_ascii_digit());
        is_one.then_some(city)
    };
    cut().unwrap_or(ville)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arrondissement_is_written_as_its_city() {
        assert_eq!(without_arrondissement("Paris 1er Arrondissement"), "Paris");
        assert_eq!(without_arrondissement("Lyon 3e Arrondissement"), "Lyon");
        assert_eq!(without_arrondissement("Saint-Denis"), "Saint-Denis");
    }

    #[test]
    fn what_is_packed_comes_back() {
        assert_eq!(group::unpack(group::pack(1 << 40, 12)), (1 << 40, 12));
        assert_eq!(name::unpack(name::pack(1 << 38, 3, 250)), (1 << 38, 3, 250));
        assert_eq!(
            name::unpack(name::pack(8, 99, u32::MAX)),
            (8, 15, (1 << 20) - 1)
        );
    }
}
