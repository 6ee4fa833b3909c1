//! The attributes of a Shapefile: dBASE III, its texts in UTF-8.
//!
//! Written here, since what there is writes the day of the export into the file: the same data would give other bytes.

use std::io::{self, Write};

use super::extract::Extract;
use super::table::{Cell, Kind};

/// A text may have so many bytes.
pub const MAX_TEXT: usize = 254;

/// Ends a text that was cut.
const CUT: &str = "…";

/// A column as the file has it.
struct Field {
    name: String,
    kind: u8,
    width: u8,
    decimals: u8,
}

/// Writes the rows of an extract that `chosen` names.
///
/// # Errors
/// What the writer says.
pub fn write(out: &mut impl Write, extract: &Extract, chosen: &[usize]) -> io::Result<()> {
    let fields = fields(extract, chosen);
    let record: u16 = 1 + fields.iter().map(|f| u16::from(f.width)).sum::<u16>();
    let header = 33 + 32 * fields.len();
    let small = |n: usize| u16::try_from(n).map_err(|_| io::Error::other("trop de colonnes"));
    let rows = u32::try_from(chosen.len()).map_err(|_| io::Error::other("trop de lignes"))?;
    out.write_all(&[3])?;
    out.write_all(&day(&extract.credit.date))?;
    out.write_all(&rows.to_le_bytes())?;
    out.write_all(&small(header)?.to_le_bytes())?;
    out.write_all(&record.to_le_bytes())?;
    out.write_all(&[0; 20])?;
    for field in &fields {
        let mut descriptor = [0; 32];
        for (slot, byte) in descriptor.iter_mut().zip(field.name.bytes().take(10)) {
            *slot = byte;
        }
        descriptor[11] = field.kind;
        descriptor[16] = field.width;
        descriptor[17] = field.decimals;
        out.write_all(&descriptor)?;
    }
    out.write_all(b"\r")?;
    for &at in chosen {
        out.write_all(b" ")?;
        for (field, cell) in fields.iter().zip(extract.table.cells(at)) {
            let text = written(&cell);
            let width = usize::from(field.width);
            let blank = vec![b' '; width.saturating_sub(text.len())];
            if field.kind == b'C' {
                out.write_all(text.as_bytes())?;
                out.write_all(&blank)?;
            } else {
                out.write_all(&blank)?;
                out.write_all(text.as_bytes())?;
            }
        }
    }
    out.write_all(b"\x1a")
}

/// The columns, each as wide as its widest value.
fn fields(extract: &Extract, chosen: &[usize]) -> Vec<Field> {
    let mut widths = vec![1; extract.columns().len()];
    for &at in chosen {
        for (width, cell) in widths.iter_mut().zip(extract.table.cells(at)) {
            *width = written(&cell).len().max(*width);
        }
    }
    let columns = extract.columns().iter().zip(widths);
    columns
        .map(|(column, width)| {
            let (kind, decimals) = match column.kind {
                Kind::Text | Kind::List => (b'C', 0),
                Kind::Whole => (b'N', 0),
                Kind::Real => (b'N', 6),
                Kind::Flag => (b'L', 0),
            };
            Field {
                name: column.short.clone(),
                kind,
                width: u8::try_from(width).unwrap_or(u8::MAX),
                decimals,
            }
        })
        .collect()
}

/// A value as the file has it.
fn written(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Real(x) => format!("{x:.6}"),
        Cell::Flag(flag) => if *flag { "T" } else { "F" }.to_owned(),
        other => cut(other.text().unwrap_or_default()),
    }
}

/// A text that fits, cut between two letters where it does not.
pub fn cut(mut text: String) -> String {
    if text.len() > MAX_TEXT {
        let mut end = MAX_TEXT - CUT.len();
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        text.push_str(CUT);
    }
    text
}

/// Years since 1900, month, day.
fn day(date: &str) -> [u8; 3] {
    let mut parts = date.split('-').map(|part| part.parse::<u16>().unwrap_or(1));
    let mut part = |from: u16| {
        parts
            .next()
            .and_then(|n| u8::try_from(n.saturating_sub(from)).ok())
            .unwrap_or(1)
    };
    [part(1900), part(0), part(0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_between_letters() {
        assert_eq!(cut("é".repeat(127)).len(), 254);
        let text = cut(format!("a{}", "é".repeat(127)));
        assert!(text.len() <= MAX_TEXT && text.ends_with("é…"));
    }

    #[test]
    fn a_day_is_three_bytes() {
        assert_eq!(day("2024-07-04"), [124, 7, 4]);
        assert_eq!(day("2026-01-01"), [126, 1, 1]);
        assert_eq!(day(""), [0, 1, 1]);
    }
}
