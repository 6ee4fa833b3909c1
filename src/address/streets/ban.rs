//! The CSV files of the Base Adresse Nationale, row by row: `;` between columns that are found by their names.
//!
//! Rows of one street that follow each other are handed on together, as files have them. A row that cannot be read is
//! refused and counted; a file that is no BAN file is refused whole.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;

use super::error::{Result, StreetsError};
use super::house::{House, repetition_of};
use super::record::{MAX_NAME, Placed, Position};
use crate::domain::codes::{CodePostal, CommuneCode};
use crate::domain::fold::fold;
use crate::domain::typography;

/// Longer lines are refused unread: real ones have some 200 bytes.
const MAX_LINE: usize = 1 << 16;
/// So many numbers of a street are handed on at once.
const MAX_STRETCH: usize = 4096;
/// So many refused rows are described.
const MAX_DESCRIBED: usize = 5;
/// The number that stands for a street or a hamlet as a whole.
const WHOLE_STREET: &str = "99999";

/// The columns that are read, in the order of [`Columns`].
const NAMES: [&str; 8] = [
    "numero",
    "rep",
    "nom_voie",
    "code_postal",
    "code_insee",
    "nom_commune",
    "lon",
    "lat",
];
/// Older editions lack it.
const FORMER: &str = "code_insee_ancienne_commune";

/// Rows of one street that follow each other.
#[derive(Debug, PartialEq)]
pub(super) struct Stretch {
    pub voie: String,
    pub postcode: Option<CodePostal>,
    pub insee: CommuneCode,
    pub ville: String,
    /// The former commune that the street is in.
    pub former: Option<CommuneCode>,
    pub houses: Vec<Placed>,
}

/// What was read, and what was not.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// Rows that were read.
    pub rows: u64,
    /// Rows that were refused.
    pub refused: u64,
    /// Why, for the first ones: sentences that name file and line.
    pub reasons: Vec<String>,
}

/// Bytes of a file as they are read, counted.
struct Counted {
    file: File,
    read: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(room)?;
        self.read.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// Reads a file, plain or gzip, and hands on its streets in order, until `each` says that it wants no more.
///
/// # Errors
/// A file that cannot be read to its end, or that is no BAN file.
pub(super) fn read(
    path: &Path,
    progress: &Arc<AtomicU64>,
    tally: &mut Tally,
    each: &mut dyn FnMut(Stretch) -> bool,
) -> Result<()> {
    let file = File::open(path).map_err(StreetsError::io(path))?;
    let counted = Counted {
        file,
        read: Arc::clone(progress),
    };
    let mut file = BufReader::with_capacity(1 << 18, counted);
    let head = file.fill_buf().map_err(StreetsError::io(path))?;
    if head.starts_with(&[0x1f, 0x8b]) {
        let decoder = BufReader::with_capacity(1 << 18, MultiGzDecoder::new(file));
        lines(path, decoder, tally, each)
    } else {
        lines(path, file, tally, each)
    }
}

fn lines(
    path: &Path,
    mut from: impl BufRead,
    tally: &mut Tally,
    each: &mut dyn FnMut(Stretch) -> bool,
) -> Result<()> {
    let mut line = Vec::with_capacity(1024);
    let mut row = Row::default();
    let Some(Line::Read) = next_line(&mut from, &mut line).map_err(|e| cut_off(path, e))? else {
        return Err(no_ban(path, &NAMES));
    };
    let columns = Columns::find(path, &line, &mut row)?;
    let mut reader = Reader::default();
    for number in 2_u64.. {
        let read = match next_line(&mut from, &mut line).map_err(|e| cut_off(path, e))? {
            None => break,
            Some(Line::Read) if line.is_empty() => continue,
            Some(Line::Read) => reader.take(&line, &columns, &mut row, each),
            Some(Line::TooLong) => Err(format!(
                "elle a plus de {MAX_LINE} octets, une ligne de la Base Adresse Nationale en a quelque 200"
            )),
        };
        match read {
            Ok(true) => tally.rows += 1,
            Ok(false) => return Ok(()),
            Err(reason) => {
                tally.refused += 1;
                if tally.reasons.len() < MAX_DESCRIBED {
                    let file = path.file_name().unwrap_or_default().to_string_lossy();
                    tally
                        .reasons
                        .push(format!("{file}, ligne {number}\u{a0}: {reason}"));
                }
            }
        }
    }
    if let Some(last) = reader.stretch.take() {
        each(last);
    }
    Ok(())
}

fn cut_off(path: &Path, error: io::Error) -> StreetsError {
    match error.kind() {
        io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => {
            StreetsError::content(
                path,
                format!("le fichier est coupé ou abîmé ({error}) ; téléchargez-le à nouveau"),
            )
        }
        _ => StreetsError::io(path)(error),
    }
}

fn no_ban(path: &Path, missing: &[&str]) -> StreetsError {
    let (columns, which) = match missing {
        [one] => ("la colonne", (*one).to_owned()),
        several => ("les colonnes", several.join(", ")),
    };
    StreetsError::content(
        path,
        format!(
            "ce n’est pas un fichier CSV de la Base Adresse Nationale, {columns} {which} y manque{} ; il faut par \
             exemple adresses-64.csv.gz de https://adresse.data.gouv.fr/data/ban/adresses/latest/csv/",
            if missing.len() > 1 { "nt" } else { "" }
        ),
    )
}

/// How a line came.
enum Line {
    /// Whole, without its end.
    Read,
    /// Too long to be kept.
    TooLong,
}

/// The next line, none at the end of the file.
fn next_line(from: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<Option<Line>> {
    line.clear();
    let mut read = 0_u64;
    loop {
        let bytes = match from.fill_buf() {
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            other => other?,
        };
        if bytes.is_empty() {
            break;
        }
        let end = bytes.iter().position(|b| *b == b'\n');
        let taken = end.unwrap_or(bytes.len());
        read += taken as u64;
        if line.len() + taken <= MAX_LINE {
            line.extend_from_slice(&bytes[..taken]);
        }
        let used = taken + usize::from(end.is_some());
        from.consume(used);
        if end.is_some() {
            if line.last() == Some(&b'\r') {
                line.pop();
            }
            read += 1;
            break;
        }
    }
    Ok(match read {
        0 => None,
        long if long > MAX_LINE as u64 => Some(Line::TooLong),
        _ => Some(Line::Read),
    })
}

/// A line cut into its columns, quotes taken off.
#[derive(Default)]
struct Row {
    bytes: Vec<u8>,
    columns: Vec<Range<usize>>,
}

impl Row {
    /// Cuts a line; `false` where a quote is not closed.
    fn cut(&mut self, line: &[u8]) -> bool {
        self.bytes.clear();
        self.columns.clear();
        let mut start = 0;
        if !line.contains(&b'"') {
            self.bytes.extend_from_slice(line);
            for (at, _) in line.iter().enumerate().filter(|(_, b)| **b == b';') {
                self.columns.push(start..at);
                start = at + 1;
            }
            self.columns.push(start..line.len());
            return true;
        }
        let mut quoted = false;
        let mut bytes = line.iter().peekable();
        while let Some(&byte) = bytes.next() {
            match byte {
                b'"' if quoted && bytes.next_if(|b| **b == b'"').is_some() => self.bytes.push(b'"'),
                b'"' if quoted || self.bytes.len() == start => quoted = !quoted,
                b';' if !quoted => {
                    self.columns.push(start..self.bytes.len());
                    start = self.bytes.len();
                }
                other => self.bytes.push(other),
            }
        }
        self.columns.push(start..self.bytes.len());
        !quoted
    }

    fn get(&self, column: usize) -> &[u8] {
        self.columns
            .get(column)
            .map_or(&[], |range| self.bytes[range.clone()].trim_ascii())
    }
}

/// Where the columns of [`NAMES`] are, and [`FORMER`]; how many a row has.
struct Columns {
    at: [usize; NAMES.len()],
    former: Option<usize>,
    count: usize,
}

impl Columns {
    fn find(path: &Path, line: &[u8], row: &mut Row) -> Result<Self> {
        row.cut(line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line));
        let names: Vec<String> = (0..row.columns.len())
            .map(|i| String::from_utf8_lossy(row.get(i)).to_ascii_lowercase())
            .collect();
        let find = |name: &str| names.iter().position(|n| n == name);
        let missing: Vec<&str> = NAMES
            .into_iter()
            .filter(|name| find(name).is_none())
            .collect();
        if !missing.is_empty() {
            return Err(no_ban(path, &missing));
        }
        Ok(Self {
            at: NAMES.map(|name| find(name).unwrap_or_default()),
            former: find(FORMER),
            count: names.len(),
        })
    }
}

/// The street being read.
#[derive(Default)]
struct Reader {
    stretch: Option<Stretch>,
    /// Its columns as they were written.
    written: [Vec<u8>; 5],
}

impl Reader {
    /// Reads a row: whether more is wanted, or what is wrong with it.
    fn take(
        &mut self,
        line: &[u8],
        columns: &Columns,
        row: &mut Row,
        each: &mut dyn FnMut(Stretch) -> bool,
    ) -> std::result::Result<bool, String> {
        if !row.cut(line) {
            return Err("un guillemet y est ouvert et jamais fermé".to_owned());
        }
        if row.columns.len() != columns.count {
            return Err(format!(
                "elle a {} colonnes, l’en-tête en a {}",
                row.columns.len(),
                columns.count
            ));
        }
        let [numero, rep, voie, postcode, insee, ville, lon, lat] = columns.at;
        let placed = Placed {
            house: house(row.get(numero), row.get(rep))?,
            position: position(row.get(lon), row.get(lat))?,
        };
        let former: &[u8] = columns.former.map_or(&[], |i| row.get(i));
        let written = [
            row.get(voie),
            row.get(postcode),
            row.get(insee),
            row.get(ville),
            former,
        ];
        if let Some(stretch) = &mut self.stretch
            && self.written.iter().zip(written).all(|(a, b)| a == b)
            && stretch.houses.len() < MAX_STRETCH
        {
            stretch.houses.push(placed);
            return Ok(true);
        }
        let next = stretch(written, placed)?;
        for (kept, new) in self.written.iter_mut().zip(written) {
            kept.clear();
            kept.extend_from_slice(new);
        }
        Ok(self.stretch.replace(next).is_none_or(each))
    }
}

fn stretch(
    [voie, postcode, insee, ville, former]: [&[u8]; 5],
    first: Placed,
) -> std::result::Result<Stretch, String> {
    let code = |bytes| String::from_utf8_lossy(bytes).parse::<CommuneCode>();
    let voie = name(voie, "nom_voie", "Rue de la République")?;
    if fold(&voie).is_empty() {
        return Err(
            "la colonne nom_voie ne nomme aucune voie, par exemple Rue de la République".to_owned(),
        );
    }
    Ok(Stretch {
        voie,
        postcode: match postcode {
            [] => None,
            some => Some(
                String::from_utf8_lossy(some)
                    .parse()
                    .map_err(|e| format!("{e}"))?,
            ),
        },
        insee: code(insee).map_err(|e| e.to_string())?,
        ville: name(ville, "nom_commune", "Pau")?,
        // It only tells homonyms apart: what is no code tells nothing.
        former: code(former).ok(),
        houses: vec![first],
    })
}

fn name(bytes: &[u8], column: &str, example: &str) -> std::result::Result<String, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| {
        format!("la colonne {column} n’est pas en UTF-8, comme l’est la Base Adresse Nationale")
    })?;
    if text.is_empty() {
        return Err(format!(
            "la colonne {column} est vide, il y faut un nom, par exemple {example}"
        ));
    }
    if text.len() > MAX_NAME {
        return Err(format!(
            "la colonne {column} a {} octets, il en faut {MAX_NAME} au plus",
            text.len()
        ));
    }
    if text.chars().any(char::is_control) {
        return Err(format!(
            "la colonne {column} contient un caractère de contrôle"
        ));
    }
    Ok(text.to_owned())
}

fn house(numero: &[u8], rep: &[u8]) -> std::result::Result<House, String> {
    if numero.is_empty() || numero == WHOLE_STREET.as_bytes() {
        return Ok(House::NONE);
    }
    let text = String::from_utf8_lossy(numero);
    let number = text
        .parse()
        .ok()
        .filter(|n| *n < House::NONE.number)
        .ok_or_else(|| {
            format!(
                "le numéro « {} » n’est pas un nombre de 0 à 65534",
                shown(&text)
            )
        })?;
    let repetition = match rep {
        [] => repetition_of(""),
        rep if rep.is_ascii() => repetition_of(&String::from_utf8_lossy(rep)),
        rep => repetition_of(&fold(&String::from_utf8_lossy(rep))),
    };
    Ok(House { number, repetition })
}

fn position(lon: &[u8], lat: &[u8]) -> std::result::Result<Position, String> {
    let degrees = |bytes: &[u8], what: &str, example: &str| {
        let text = std::str::from_utf8(bytes).unwrap_or_default();
        text.parse::<f64>().map_err(|_| {
            format!(
                "la {what} « {} » n’est pas un nombre de degrés, par exemple {example}",
                shown(&String::from_utf8_lossy(bytes))
            )
        })
    };
    let (lon, lat) = (
        degrees(lon, "longitude", "2.330113")?,
        degrees(lat, "latitude", "48.861299")?,
    );
    Position::of(lon, lat).ok_or_else(|| {
        format!("{lon} {lat} n’est pas un point de la Terre, en degrés : lon de -180 à 180, lat de -90 à 90")
    })
}

/// A value that a sentence can hold.
fn shown(text: &str) -> String {
    typography::shown(text, 40)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "id;numero;rep;nom_voie;code_postal;code_insee;nom_commune;code_insee_ancienne_commune;lon;lat";

    fn read_text(text: &str) -> Result<(Vec<Stretch>, Tally)> {
        let mut tally = Tally::default();
        let mut found = Vec::new();
        lines(
            Path::new("essai.csv"),
            text.as_bytes(),
            &mut tally,
            &mut |s| {
                found.push(s);
                true
            },
        )?;
        Ok((found, tally))
    }

    #[test]
    fn rows_of_a_street_come_together_and_bad_ones_are_counted() {
        let text = format!(
            "\u{feff}{HEADER}\r\n\
             a;1;;Rue \"X\";64000;64445;Pau;;-0.37;43.3\r\n\
             b;2;bis;Rue \"X\";64000;64445;Pau;;-0.37;43.3\r\n\
             c;3;;\"Rue \"\"Y\"\"; fin\";64000;64445;Pau;;-0.37;43.3\n\
             d;4;;Rue Z;64000;64445;Pau\n\
             e;5;;Rue Z;64000;64445;Pau;;ouest;43.3\n\
             f;70000;;Rue Z;64000;64445;Pau;;-0.37;43.3\n\
             g;7;;\"Rue Z;64000;64445;Pau;;-0.37;43.3\n\
             h;99999;;Le Bourg;;64445;Pau;64001;-0.37;43.3"
        );
        let (found, tally) = read_text(&text).unwrap();
        let names: Vec<(&str, usize)> = found
            .iter()
            .map(|s| (s.voie.as_str(), s.houses.len()))
            .collect();
        assert_eq!(
            names,
            [("Rue \"X\"", 2), ("Rue \"Y\"; fin", 1), ("Le Bourg", 1)]
        );
        assert_eq!((tally.rows, tally.refused), (4, 4));
        assert!(
            tally.reasons[0].starts_with("essai.csv, ligne 5\u{a0}: elle a 7 colonnes"),
            "{:?}",
            tally.reasons
        );
        assert!(
            tally.reasons[1].contains("« ouest »"),
            "{:?}",
            tally.reasons
        );
        assert_eq!(found[2].houses[0].house, House::NONE);
        assert_eq!(found[2].former.unwrap().as_str(), "64001");
    }

    #[test]
    fn what_is_no_ban_file_is_refused_and_the_missing_column_named() {
        let error = read_text("code;nom\n1;2\n").unwrap_err().to_string();
        assert!(
            error.contains("les colonnes numero, rep, nom_voie"),
            "{error}"
        );
        let error = read_text(&HEADER.replace(";lat", ";latitude"))
            .unwrap_err()
            .to_string();
        assert!(error.contains("la colonne lat y manque ;"), "{error}");
        assert!(read_text("").is_err());
    }

    #[test]
    fn a_line_without_end_is_not_kept_in_memory() {
        let text = format!(
            "{HEADER}\n{}\na;1;;Rue X;64000;64445;Pau;;-0.37;43.3\n",
            "x".repeat(3 * MAX_LINE)
        );
        let (found, tally) = read_text(&text).unwrap();
        assert_eq!((found.len(), tally.refused), (1, 1));
        assert!(
            tally.reasons[0].contains("65536 octets"),
            "{:?}",
            tally.reasons
        );
    }
}
