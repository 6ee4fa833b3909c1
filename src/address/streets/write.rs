//! The files of an index, written front to back from streets that come in order.

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;

use fst::MapBuilder;

use super::house::House;
use super::import::NO_CODE;
use super::index::{group, name};
use super::manifest::kinds;
use super::output::Output;
use super::record::{HOUSES_MAGIC, PLACED, Placed, Position, STREETS_MAGIC, Street};
use super::sort::Sorter;
use super::spelling::Spelling;
use crate::domain::codes::CodePostal;

/// Names are filed from so many of their words on.
const MAX_STARTS: usize = 8;
/// A street has at most so many numbers: the most in France has some 3,000.
const MAX_HOUSES: usize = 1 << 20;

/// A piece of a street as it was sorted.
pub(super) struct Piece<'a> {
    /// Commune and name without joining words.
    group: &'a [u8],
    /// All that tells streets apart.
    street: &'a [u8],
    whole: &'a str,
    postcode: &'a str,
    insee: &'a str,
    voie: &'a str,
    ville: &'a str,
    at: u64,
    count: u32,
}

impl<'a> Piece<'a> {
    pub fn of(record: &'a [u8]) -> Option<Self> {
        let (rest, count) = record.split_last_chunk::<4>()?;
        let (street, at) = rest.split_last_chunk::<8>()?;
        let mut parts = std::str::from_utf8(street).ok()?.split('\0');
        let group = parts.next()?.as_bytes();
        let whole = parts.next()?;
        let (postcode, rest) = parts.next()?.split_at_checked(5)?;
        let (insee, rest) = rest.split_at_checked(5)?;
        let (_former, voie) = rest.split_at_checked(5)?;
        Some(Self {
            group,
            street,
            whole,
            postcode,
            insee,
            voie,
            ville: parts.next()?,
            at: u64::from_be_bytes(*at),
            count: u32::from_be_bytes(*count),
        })
    }
}

/// The street being put together.
struct Open {
    key: Vec<u8>,
    street: Street,
    houses: Vec<Placed>,
}

/// Writes what comes in order.
pub(super) struct Writer {
    streets: Output,
    houses: Output,
    bare: MapBuilder<Output>,
    whole: Sorter,
    names: Sorter,
    open: Option<Open>,
    /// The group being written: its key, where its records begin, how many there are, names with joining words.
    group: Vec<u8>,
    group_at: u64,
    group_count: u64,
    group_wholes: Vec<String>,
    /// Streets written.
    pub street_count: u64,
    /// Numbers written.
    pub house_count: u64,
    bytes: Vec<u8>,
}

impl Writer {
    pub fn new(folder: &Path) -> io::Result<Self> {
        let mut streets = Output::create(folder, kinds::STREETS)?;
        streets.write_all(&STREETS_MAGIC)?;
        let mut houses = Output::create(folder, kinds::HOUSES)?;
        houses.write_all(&HOUSES_MAGIC)?;
        Ok(Self {
            bare: MapBuilder::new(Output::create(folder, kinds::BARE)?)
                .map_err(io::Error::other)?,
            whole: Sorter::new(folder),
            names: Sorter::new(folder),
            group_at: streets.length(),
            streets,
            houses,
            open: None,
            group: Vec::new(),
            group_count: 0,
            group_wholes: Vec::new(),
            street_count: 0,
            house_count: 0,
            bytes: Vec::new(),
        })
    }

    /// Makes a piece's street the open one.
    pub fn begin(&mut self, piece: &Piece) -> io::Result<()> {
        if self
            .open
            .as_ref()
            .is_some_and(|open| open.key == piece.street)
        {
            return Ok(());
        }
        self.end_street()?;
        if self.group != piece.group {
            self.end_group()?;
            self.group.extend_from_slice(piece.group);
            self.group_at = self.streets.length();
        }
        if !self.group_wholes.iter().any(|whole| whole == piece.whole) {
            self.group_wholes.push(piece.whole.to_owned());
        }
        self.open = Some(Open {
            key: piece.street.to_vec(),
            street: Street {
                houses_at: self.houses.length(),
                houses: 0,
                position: Position([0, 0]),
                insee: piece.insee.parse().map_err(io::Error::other)?,
                postcode: piece.postcode.parse().ok(),
                voie: piece.voie.to_owned(),
                ville: piece.ville.to_owned(),
            },
            houses: Vec::new(),
        });
        Ok(())
    }

    /// Adds a piece's numbers to the open street.
    pub fn add(&mut self, taken: &File, piece: &Piece) -> io::Result<()> {
        let Some(open) = &mut self.open else {
            return Ok(());
        };
        if open.houses.len() + piece.count as usize > MAX_HOUSES {
            return Err(io::Error::other(format!(
                "la voie « {} » de {} a plus de {MAX_HOUSES} numéros",
                piece.voie, piece.ville
            )));
        }
        self.bytes.resize(piece.count as usize * PLACED, 0);
        taken.read_exact_at(&mut self.bytes, piece.at)?;
        open.houses
            .extend(self.bytes.as_chunks().0.iter().map(Placed::from_bytes));
        Ok(())
    }

    /// Writes the open street.
    pub fn end_street(&mut self) -> io::Result<()> {
        let Some(Open {
            mut street,
            mut houses,
            ..
        }) = self.open.take()
        else {
            return Ok(());
        };
        street.position = middle(&houses);
        // Of positions of one number the first in the file is kept.
        houses.sort_by_key(|placed| placed.house);
        houses.dedup_by_key(|placed| placed.house);
        houses.retain(|placed| placed.house.number != House::NONE.number);
        street.houses = u32::try_from(houses.len()).map_err(io::Error::other)?;
        self.bytes.clear();
        for placed in &houses {
            self.bytes.extend(placed.to_bytes());
        }
        self.houses.write_all(&self.bytes)?;

        let at = self.streets.length();
        self.bytes.clear();
        street.put(&mut self.bytes);
        self.streets.write_all(&self.bytes)?;
        self.file_names(&street, at)?;
        self.group_count += 1;
        self.street_count += 1;
        self.house_count += u64::from(street.houses);
        Ok(())
    }

    /// Files a street by its name from each word on.
    fn file_names(&mut self, street: &Street, at: u64) -> io::Result<()> {
        let spaced = Spelling::of(&street.voie).spaced;
        let mut rest = spaced.as_str();
        for start in 0..MAX_STARTS {
            self.bytes.clear();
            self.bytes.extend(rest.bytes());
            self.bytes.push(0);
            self.bytes.extend_from_slice(&self.group[..5]);
            self.bytes.extend(
                street
                    .postcode
                    .as_ref()
                    .map_or(NO_CODE, CodePostal::as_str)
                    .bytes(),
            );
            self.bytes
                .extend(name::pack(at, start, street.houses).to_be_bytes());
            self.names.push(&self.bytes)?;
            match rest.split_once(' ') {
                Some((_, next)) => rest = next,
                None => break,
            }
        }
        Ok(())
    }

    /// Files the streets of one name.
    pub fn end_group(&mut self) -> io::Result<()> {
        if self.group_count > 0 {
            let value = group::pack(self.group_at, self.group_count);
            self.bare
                .insert(&self.group, value)
                .map_err(io::Error::other)?;
            for whole in self.group_wholes.drain(..) {
                if whole.as_bytes() != &self.group[5..] {
                    self.bytes.clear();
                    self.bytes.extend_from_slice(&self.group[..5]);
                    self.bytes.extend(whole.bytes());
                    self.bytes.extend(value.to_be_bytes());
                    self.whole.push(&self.bytes)?;
                }
            }
        }
        self.group_wholes.clear();
        self.group.clear();
        self.group_count = 0;
        Ok(())
    }

    pub fn finish(self, folder: &Path) -> io::Result<Vec<Output>> {
        let bare = self.bare.into_inner().map_err(io::Error::other)?;
        let whole = map_of(self.whole, Output::create(folder, kinds::WHOLE)?)?;
        let names = map_of(self.names, Output::create(folder, kinds::NAMES)?)?;
        Ok(vec![self.streets, self.houses, bare, whole, names])
    }
}

/// Builds a map of sorted keys that end in their value; of those that are the same the better is kept. A value
/// begins with a zero byte (places stay under 2^36), and no name holds one: a key sorts before what it begins.
fn map_of(keys: Sorter, output: Output) -> io::Result<Output> {
    let mut map = MapBuilder::new(output).map_err(io::Error::other)?;
    let mut sorted = keys.sorted()?;
    let mut last: Option<(Vec<u8>, u64)> = None;
    while let Some(record) = sorted.next()? {
        let Some((key, value)) = record.split_last_chunk::<8>() else {
            continue;
        };
        let value = u64::from_be_bytes(*value);
        match &mut last {
            Some((known, kept)) if known == key => *kept = name::better(*kept, value),
            Some((known, kept)) => {
                map.insert(&known, *kept).map_err(io::Error::other)?;
                known.clear();
                known.extend_from_slice(key);
                *kept = value;
            }
            None => last = Some((key.to_vec(), value)),
        }
    }
    if let Some((key, value)) = last {
        map.insert(key, value).map_err(io::Error::other)?;
    }
    map.into_inner().map_err(io::Error::other)
}

/// The position that is nearest to the mean of all: on the street, where it bends too.
fn middle(houses: &[Placed]) -> Position {
    let count = i64::try_from(houses.len()).unwrap_or(i64::MAX).max(1);
    let mean = |axis: usize| {
        houses
            .iter()
            .map(|p| i64::from(p.position.0[axis]))
            .sum::<i64>()
            / count
    };
    let centre = [mean(0), mean(1)];
    let distance = |p: &&Placed| {
        // Differences of ten-millionths of a degree: their squares fit for 300 degrees.
        let [x, y] = [0, 1].map(|axis| i64::from(p.position.0[axis]) - centre[axis]);
        x.saturating_mul(x).saturating_add(y.saturating_mul(y))
    };
    houses
        .iter()
        .min_by_key(distance)
        .map_or(Position([0, 0]), |p| p.position)
}
