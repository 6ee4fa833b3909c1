//! The settings of a file: TOML, one flat table.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use toml::Value;

use super::error::ConfigError;

/// A file of settings has no more bytes.
const MAX: u64 = 1 << 20;

/// Reads a file: its keys with their values as text.
///
/// # Errors
/// Where it cannot be read, is no TOML, or holds a value that no setting can have.
pub(super) fn read(path: &Path) -> Result<Vec<(String, String)>, ConfigError> {
    let io = |source| ConfigError::Io {
        path: path.to_owned(),
        source,
    };
    let mut text = String::new();
    let mut file = fs::File::open(path).map_err(io)?.take(MAX + 1);
    file.read_to_string(&mut text).map_err(io)?;
    if text.len() as u64 > MAX {
        let long = "le fichier dépasse un mébioctet, ce n’est pas un fichier de réglages";
        return Err(io(io::Error::new(io::ErrorKind::InvalidData, long)));
    }
    let table: toml::Table = toml::from_str(&text).map_err(|e| ConfigError::Syntax {
        path: path.to_owned(),
        line: 1 + e.span().map_or(0, |span| {
            text.get(..span.start)
                .unwrap_or_default()
                .matches('\n')
                .count()
        }),
        message: e.message().to_owned(),
    })?;
    let texts = table.into_iter().map(|(name, value)| {
        let text = as_text(&value).ok_or_else(|| ConfigError::Kind {
            path: path.to_owned(),
            name: name.clone(),
        })?;
        Ok((name, text))
    });
    texts.collect()
}

/// As it would be written in a flag.
fn as_text(value: &Value) -> Option<String> {
    Some(match value {
        Value::String(text) => text.clone(),
        Value::Integer(number) => number.to_string(),
        Value::Boolean(is) => if *is { "oui" } else { "non" }.to_owned(),
        Value::Array(items) => {
            let texts: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
            texts?.join(",")
        }
        _ => return None,
    })
}
