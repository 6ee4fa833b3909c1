//! Streets and house numbers as the index has them on disk.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use super::house::{House, REPETITION};
use crate::domain::codes::{CodePostal, CommuneCode};

/// What the file of streets begins with; the last digit is the version of the format.
pub(super) const STREETS_MAGIC: [u8; 8] = *b"TIvoies1";
/// What the file of numbers begins with.
pub(super) const HOUSES_MAGIC: [u8; 8] = *b"TInumer1";

/// Names of streets and towns are at most so long.
pub(super) const MAX_NAME: usize = 200;

/// Bytes of a number.
pub(super) const PLACED: usize = 2 + REPETITION + 8;
/// Bytes of a street before its names.
const FIXED: usize = 2 + 8 + 4 + 8 + 5 + 5 + 1;
/// A street with the longest names.
const MAX_STREET: usize = FIXED + 2 * MAX_NAME;

/// So many numbers are read at once.
const AT_ONCE: u32 = 512;

/// Units of a stored position in a degree: seven decimals are a centimetre.
const UNITS: f64 = 1e7;

/// A position in ten-millionths of a degree, longitude first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Position(pub [i32; 2]);

impl Position {
    /// The position of a longitude and a latitude in degrees, where they are on Earth.
    #[allow(clippy::cast_possible_truncation)] // 1.8e9 at most
    pub fn of(lon: f64, lat: f64) -> Option<Self> {
        let fits = lon.abs() <= 180.0 && lat.abs() <= 90.0;
        fits.then(|| Self([(lon * UNITS).round() as i32, (lat * UNITS).round() as i32]))
    }

    /// In degrees.
    pub fn degrees(self) -> [f64; 2] {
        self.0.map(|units| f64::from(units) / UNITS)
    }
}

/// A number and where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Placed {
    pub house: House,
    pub position: Position,
}

impl Placed {
    /// As it is stored.
    pub fn to_bytes(self) -> [u8; PLACED] {
        let mut bytes = [0; PLACED];
        bytes[..2].copy_from_slice(&self.house.number.to_le_bytes());
        bytes[2..8].copy_from_slice(&self.house.repetition);
        bytes[8..12].copy_from_slice(&self.position.0[0].to_le_bytes());
        bytes[12..].copy_from_slice(&self.position.0[1].to_le_bytes());
        bytes
    }

    /// From what is stored.
    pub fn from_bytes(bytes: &[u8; PLACED]) -> Self {
        let [
            n0,
            n1,
            r0,
            r1,
            r2,
            r3,
            r4,
            r5,
            x0,
            x1,
            x2,
            x3,
            y0,
            y1,
            y2,
            y3,
        ] = *bytes;
        Self {
            house: House {
                number: u16::from_le_bytes([n0, n1]),
                repetition: [r0, r1, r2, r3, r4, r5],
            },
            position: Position([
                i32::from_le_bytes([x0, x1, x2, x3]),
                i32::from_le_bytes([y0, y1, y2, y3]),
            ]),
        }
    }
}

/// A street.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Street {
    /// Where its numbers begin.
    pub houses_at: u64,
    /// How many it has.
    pub houses: u32,
    /// On it.
    pub position: Position,
    /// The commune as the file has it.
    pub insee: CommuneCode,
    /// None where the file has none.
    pub postcode: Option<CodePostal>,
    /// Its name.
    pub voie: String,
    /// The commune's name.
    pub ville: String,
}

impl Street {
    /// Appends it as it is stored. Names are at most [`MAX_NAME`] long.
    #[allow(clippy::cast_possible_truncation)] // by MAX_NAME
    pub fn put(&self, to: &mut Vec<u8>) {
        let length = FIXED + self.voie.len() + self.ville.len();
        to.extend((length as u16).to_le_bytes());
        to.extend(self.houses_at.to_le_bytes());
        to.extend(self.houses.to_le_bytes());
        to.extend(self.position.0.iter().flat_map(|units| units.to_le_bytes()));
        to.extend(self.insee.as_str().bytes());
        to.extend(
            self.postcode
                .as_ref()
                .map_or("-----", CodePostal::as_str)
                .bytes(),
        );
        to.push(self.voie.len() as u8);
        to.extend(self.voie.bytes());
        to.extend(self.ville.bytes());
    }

    /// Reads the one at the front and says how long it is; none where the bytes are no street.
    fn take(bytes: &[u8]) -> Option<(Self, usize)> {
        let (length, rest) = bytes.split_first_chunk::<2>()?;
        let length = usize::from(u16::from_le_bytes(*length));
        let rest = rest.get(..length.checked_sub(2)?)?;
        let (houses_at, rest) = rest.split_first_chunk()?;
        let (houses, rest) = rest.split_first_chunk()?;
        let (lon, rest) = rest.split_first_chunk()?;
        let (lat, rest) = rest.split_first_chunk()?;
        let (insee, rest) = rest.split_at_checked(5)?;
        let (postcode, rest) = rest.split_at_checked(5)?;
        let (voie, rest) = rest.split_first()?;
        let (voie, ville) = rest.split_at_checked(usize::from(*voie))?;
        let text = |bytes| std::str::from_utf8(bytes).ok();
        let street = Self {
            houses_at: u64::from_le_bytes(*houses_at),
            houses: u32::from_le_bytes(*houses),
            position: Position([i32::from_le_bytes(*lon), i32::from_le_bytes(*lat)]),
            insee: text(insee)?.parse().ok()?,
            postcode: text(postcode)?.parse().ok(),
            voie: text(voie)?.to_owned(),
            ville: text(ville)?.to_owned(),
        };
        Some((street, length))
    }

    /// The streets that follow each other from a place of the file on, `count` at most.
    pub fn read(file: &File, mut at: u64, count: usize) -> io::Result<Vec<Self>> {
        let mut streets = Vec::with_capacity(count.min(8));
        let mut bytes = [0; MAX_STREET];
        for _ in 0..count {
            let length = read_up_to(file, &mut bytes, at)?;
            let Some((street, length)) = Self::take(&bytes[..length]) else {
                return Err(io::ErrorKind::InvalidData.into());
            };
            at += length as u64;
            streets.push(street);
        }
        Ok(streets)
    }

    /// One of its numbers: the very repetition, or one that means the same.
    pub fn house(&self, file: &File, asked: House) -> io::Result<Option<Placed>> {
        let at = |i: u32| self.houses_at + u64::from(i) * PLACED as u64;
        let (mut from, mut to) = (0, self.houses);
        // Long streets: halved until the first of the number is among few.
        while to - from > AT_ONCE {
            let middle = from + (to - from) / 2;
            let mut bytes = [0; PLACED];
            file.read_exact_at(&mut bytes, at(middle))?;
            if Placed::from_bytes(&bytes).house.number < asked.number {
                from = middle;
            } else {
                to = middle;
            }
        }
        // And as many again, for its repetitions.
        let count = (self.houses - from).min(2 * AT_ONCE);
        let mut bytes = vec![0; count as usize * PLACED];
        file.read_exact_at(&mut bytes, at(from))?;
        let (placed, _) = bytes.as_chunks::<PLACED>();
        let same = |house: House| house == asked;
        let means = |house: House| house.short() == asked.short();
        let find = |fits: &dyn Fn(House) -> bool| {
            placed
                .iter()
                .map(Placed::from_bytes)
                .find(|p| fits(p.house))
        };
        Ok(find(&same).or_else(|| find(&means)))
    }
}

/// Reads until the room or the file ends.
fn read_up_to(file: &File, bytes: &mut [u8], at: u64) -> io::Result<usize> {
    let mut read = 0;
    while read < bytes.len() {
        match file.read_at(&mut bytes[read..], at + read as u64) {
            Ok(0) => break,
            Ok(n) => read += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(read)
}
