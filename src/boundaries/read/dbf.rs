//! The attribute table of a Shapefile (dBase III), as text.
//!
//! Written here rather than taken from the `dbase` crate: that crate skips deleted rows, which shifts every
//! following feature against its geometry, and cannot read Windows-1252, the encoding of many French files.

use std::collections::{BTreeMap, BTreeSet};

use super::error::Fault;

const FORMAT: &str = "Shapefile, table .dbf";

/// Bytes of the fixed part of the header, and of each field's description.
const BLOCK_BYTES: usize = 32;

/// How the bytes of text fields are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// UTF-8; anything else is an error.
    Utf8,
    /// One byte per character: Windows-1252, with the three letters that ISO-8859-15 places elsewhere.
    Western,
}

impl Encoding {
    /// The encoding a `.cpg` declares; without one, UTF-8 when the whole table is valid UTF-8, else Western.
    ///
    /// # Errors
    /// [`Fault::Encoding`] when the `.cpg` names another encoding.
    pub(super) fn chosen(cpg: Option<&[u8]>, table: &[u8]) -> Result<Self, Fault> {
        let label = cpg.map(|bytes| {
            String::from_utf8_lossy(bytes)
                .trim()
                .trim_start_matches('\u{feff}')
                .to_owned()
        });
        let Some(label) = label.filter(|label| !label.is_empty()) else {
            return Ok(if valid_fields(table) {
                Self::Utf8
            } else {
                Self::Western
            });
        };
        let plain: String = label
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_uppercase())
            .collect();
        match plain.as_str() {
            "UTF8" | "65001" => Ok(Self::Utf8),
            "ISO88591" | "ISO885915" | "88591" | "885915" | "LATIN1" | "LATIN9" | "CP1252"
            | "WINDOWS1252" | "ANSI1252" | "1252" | "ANSI" => Ok(Self::Western),
            _ => Err(Fault::Encoding { found: label }),
        }
    }

    fn decode(self, bytes: &[u8]) -> Option<String> {
        match self {
            Self::Utf8 => utf8(bytes).map(str::to_owned),
            Self::Western => Some(bytes.iter().map(|&byte| western(byte)).collect()),
        }
    }
}

/// Text in UTF-8, without the character that a full field may cut in two at its end.
fn utf8(bytes: &[u8]) -> Option<&str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&bytes[..error.valid_up_to()]).ok()
        }
        Err(_) => None,
    }
}

/// One character. `¼ ½ ¾` occur in no French place name: those bytes are the `Œ œ Ÿ` of ISO-8859-15, which the
/// IGN's older Shapefiles are written in while declaring Latin-1.
fn western(byte: u8) -> char {
    const UPPER: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž',
        '\u{8f}', '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}',
        'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9F => UPPER[usize::from(byte - 0x80)],
        0xBC => 'Œ',
        0xBD => 'œ',
        0xBE => 'Ÿ',
        _ => char::from(byte),
    }
}

/// A table: a row is `None` when it is marked deleted.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<Option<BTreeMap<String, String>>>,
}

struct Field {
    name: String,
    kind: u8,
    bytes: usize,
}

/// The shape of a table, read from its header and checked against its length.
struct Layout<'a> {
    fields: Vec<(&'a [u8], u8, usize)>,
    rows: &'a [u8],
    row_bytes: usize,
}

fn damaged(detail: impl Into<String>) -> Fault {
    Fault::Damaged {
        format: FORMAT,
        detail: detail.into(),
    }
}

/// Reads a whole table. Values are trimmed; empty ones and starred-out numbers are absent.
///
/// # Errors
/// [`Fault::Damaged`] when the sizes of the header do not agree with each other or with the bytes, or when a
/// text is not in the encoding given.
pub(super) fn read(bytes: &[u8], encoding: Encoding) -> Result<Table, Fault> {
    let layout = layout(bytes)?;
    let mut fields = Vec::new();
    let mut seen = BTreeSet::new();
    for (name, kind, bytes) in layout.fields {
        let name = encoding
            .decode(name)
            .ok_or_else(|| damaged("nom de colonne illisible"))?;
        if !seen.insert(name.to_lowercase()) {
            return Err(damaged(format!("la colonne {name} y est deux fois")));
        }
        fields.push(Field { name, kind, bytes });
    }
    let rows = layout.rows.chunks_exact(layout.row_bytes).enumerate();
    let rows = rows
        .map(|(index, row)| record(row, &fields, encoding, index + 1))
        .collect::<Result<_, _>>()?;
    Ok(Table {
        columns: fields.into_iter().map(|field| field.name).collect(),
        rows,
    })
}

fn layout(bytes: &[u8]) -> Result<Layout<'_>, Fault> {
    let header = bytes
        .first_chunk::<BLOCK_BYTES>()
        .ok_or_else(|| damaged("en-tête incomplet"))?;
    let count = u32::from_le_bytes([header[4], header[5], header[6], header[7]]);
    let header_bytes = usize::from(u16::from_le_bytes([header[8], header[9]]));
    let row_bytes = usize::from(u16::from_le_bytes([header[10], header[11]]));
    let descriptions = bytes
        .get(BLOCK_BYTES..header_bytes)
        .ok_or_else(|| damaged("en-tête plus long que le fichier"))?;
    let mut fields = Vec::new();
    let mut needed = 1;
    for block in descriptions
        .chunks_exact(BLOCK_BYTES)
        .take_while(|block| block[0] != 0x0D)
    {
        let name = block[..11]
            .split(|byte| *byte == 0)
            .next()
            .unwrap_or_default();
        // A text longer than 255 bytes keeps the high byte of its length in the place of the decimals.
        let high = if block[11] == b'C' {
            usize::from(block[17]) << 8
        } else {
            0
        };
        let length = usize::from(block[16]) + high;
        needed += length;
        fields.push((name, block[11], length));
    }
    if fields.is_empty() || needed != row_bytes {
        return Err(damaged("colonnes qui ne font pas la longueur d’une ligne"));
    }
    let total = usize::try_from(count)
        .ok()
        .and_then(|count| count.checked_mul(row_bytes));
    let rows = total.and_then(|total| bytes.get(header_bytes..header_bytes.checked_add(total)?));
    let rows =
        rows.ok_or_else(|| damaged(format!("{count} lignes annoncées, plus qu’il n’en tient")))?;
    Ok(Layout {
        fields,
        rows,
        row_bytes,
    })
}

fn record(
    row: &[u8],
    fields: &[Field],
    encoding: Encoding,
    number: usize,
) -> Result<Option<BTreeMap<String, String>>, Fault> {
    if row.first() == Some(&b'*') {
        return Ok(None);
    }
    let mut values = BTreeMap::new();
    let mut offset = 1;
    for field in fields {
        let bytes = &row[offset..offset + field.bytes];
        offset += field.bytes;
        let text = encoding.decode(bytes).ok_or_else(|| {
            damaged(format!(
                "ligne {number}, colonne {}, texte qui n’est pas dans l’encodage déclaré",
                field.name
            ))
        })?;
        let text = text.trim_matches(|c: char| c == '\0' || c.is_whitespace());
        let null = text.is_empty() || (b"NFD".contains(&field.kind) && text.contains('*'));
        if !null {
            values.insert(field.name.clone(), text.to_owned());
        }
    }
    Ok(Some(values))
}

/// Whether every field of the table is valid UTF-8.
fn valid_fields(table: &[u8]) -> bool {
    let Ok(layout) = layout(table) else {
        return true;
    };
    layout.rows.chunks_exact(layout.row_bytes).all(|row| {
        let mut rest = &row[1..];
        layout.fields.iter().all(|(_, _, bytes)| {
            let (field, after) = rest.split_at(*bytes);
            rest = after;
            utf8(field).is_some()
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[&[u8]]) -> Vec<u8> {
        let mut bytes = vec![0; BLOCK_BYTES];
        bytes[0] = 3;
        bytes[4..8].copy_from_slice(&u32::try_from(rows.len()).unwrap().to_le_bytes());
        bytes[8..10].copy_from_slice(&97u16.to_le_bytes());
        bytes[10..12].copy_from_slice(&13u16.to_le_bytes());
        for (name, kind, length) in [(&b"NOM"[..], b'C', 8), (b"POPULATION", b'N', 4)] {
            let mut block = [0; BLOCK_BYTES];
            block[..name.len()].copy_from_slice(name);
            (block[11], block[16]) = (kind, length);
            bytes.extend(block);
        }
        bytes.push(0x0D);
        bytes.extend(rows.concat());
        bytes
    }

    #[test]
    fn rows_keep_their_rank_and_nulls_are_absent() {
        let bytes = table(&[b" Pau      12", b"*Lons        ", b" Lescar  ****"]);
        let short = read(&bytes, Encoding::Utf8);
        assert!(short.is_err(), "a row one byte short");
        let bytes = table(&[b" Pau       12", b"*Lons        ", b" Lescar  ****"]);
        let table = read(&bytes, Encoding::Utf8).unwrap();
        assert_eq!(table.columns, ["NOM", "POPULATION"]);
        assert_eq!(table.rows[0].as_ref().unwrap()["POPULATION"], "12");
        assert!(table.rows[1].is_none());
        assert_eq!(table.rows[2].as_ref().unwrap().len(), 1);
    }

    #[test]
    fn the_encoding_is_declared_or_found() {
        let latin = table(&[b" Ath\xE9e      1"]);
        let utf8 = table(&["\u{20}Athée     1".as_bytes()]);
        assert_eq!(Encoding::chosen(None, &latin).unwrap(), Encoding::Western);
        assert_eq!(Encoding::chosen(None, &utf8).unwrap(), Encoding::Utf8);
        assert_eq!(
            Encoding::chosen(Some(b"ISO-8859-1\r\n"), &utf8).unwrap(),
            Encoding::Western
        );
        assert!(matches!(
            Encoding::chosen(Some(b"CP850"), &latin),
            Err(Fault::Encoding { .. })
        ));
        assert_eq!(
            read(&latin, Encoding::Western).unwrap().rows[0]
                .as_ref()
                .unwrap()["NOM"],
            "Athée"
        );
        assert!(read(&latin, Encoding::Utf8).is_err());
    }

    #[test]
    fn ligatures_survive_both_western_code_pages() {
        assert_eq!(
            Encoding::Western.decode(b"\x8Cuilly Paimb\x9Cuf"),
            Some("Œuilly Paimbœuf".to_owned())
        );
        assert_eq!(
            Encoding::Western.decode(b"\xBCuilly Paimb\xBDuf"),
            Some("Œuilly Paimbœuf".to_owned())
        );
    }
}
