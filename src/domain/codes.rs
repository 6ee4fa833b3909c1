//! INSEE and SIREN codes. A value that exists is well-formed; whether it names something is the
//! atlas's to say.

use std::fmt;
use std::str::FromStr;

use super::typography;

/// Why a text is no code: a sentence in French that shows a code that works.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("« {value} » n’est pas un {kind} : il faut {expected}, par exemple {example}")]
pub struct CodeError {
    /// The text as given, cut at 40 characters.
    pub value: String,
    kind: &'static str,
    expected: &'static str,
    example: &'static str,
}

impl CodeError {
    fn new(value: &str, kind: &'static str, expected: &'static str, example: &'static str) -> Self {
        Self {
            value: typography::shown(value, 40),
            kind,
            expected,
            example,
        }
    }
}

/// The INSEE code of a commune: five characters, `64445`, `2A004`, `97105`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommuneCode([u8; 5]);

impl CommuneCode {
    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Only ASCII digits and letters get in, by `from_str`.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The département that the code itself names: `64`, `2A`, `971`.
    #[must_use]
    pub fn departement(&self) -> DepartementCode {
        let overseas = &self.0[..2] == b"97" || &self.0[..2] == b"98";
        DepartementCode::from_bytes(&self.0[..if overseas { 3 } else { 2 }])
    }
}

impl FromStr for CommuneCode {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || {
            CodeError::new(
                text,
                "code INSEE de commune",
                "cinq caractères (deux chiffres, ou 2A ou 2B, puis trois chiffres)",
                "64445",
            )
        };
        let mut code: [u8; 5] = text.as_bytes().try_into().map_err(|_| error())?;
        code.make_ascii_uppercase();
        let letter =
            code[1].is_ascii_digit() || (code[0] == b'2' && matches!(code[1], b'A' | b'B'));
        if letter && code[0].is_ascii_digit() && code[2..].iter().all(u8::is_ascii_digit) {
            Ok(Self(code))
        } else {
            Err(error())
        }
    }
}

/// The SIREN of an EPCI or EPT: nine digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Siren(u32);

impl FromStr for Siren {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.len() == 9 && text.bytes().all(|b| b.is_ascii_digit());
        digits
            .then(|| text.parse().ok())
            .flatten()
            .map(Self)
            .ok_or_else(|| CodeError::new(text, "SIREN", "neuf chiffres", "200067254"))
    }
}

impl fmt::Display for Siren {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:09}", self.0)
    }
}

impl fmt::Debug for Siren {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A postcode: five digits. La Poste's, not INSEE's: it says little about the commune.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CodePostal([u8; 5]);

impl CodePostal {
    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Only ASCII digits get in, by `from_str`.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl FromStr for CodePostal {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let code = text.as_bytes().try_into().ok();
        code.filter(|code: &[u8; 5]| code.iter().all(u8::is_ascii_digit))
            .map(Self)
            .ok_or_else(|| CodeError::new(text, "code postal", "cinq chiffres", "64000"))
    }
}

/// The code of a département or région: one to three characters, `64`, `2A`, `971`, `75`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShortCode {
    bytes: [u8; 3],
    len: u8,
}

/// The code of a département.
pub type DepartementCode = ShortCode;
/// The code of a région.
pub type RegionCode = ShortCode;

impl ShortCode {
    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..usize::from(self.len)]).unwrap_or_default()
    }

    fn from_bytes(text: &[u8]) -> Self {
        let mut bytes = [0; 3];
        bytes[..text.len()].copy_from_slice(text);
        // At most three, by the callers.
        #[allow(clippy::cast_possible_truncation)]
        let len = text.len() as u8;
        Self { bytes, len }
    }
}

impl FromStr for ShortCode {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = (1..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric());
        if fits {
            Ok(Self::from_bytes(text.to_ascii_uppercase().as_bytes()))
        } else {
            Err(CodeError::new(
                text,
                "code de département ou de région",
                "un à trois chiffres ou lettres",
                "64",
            ))
        }
    }
}

macro_rules! text_code {
    ($($code:ty),*) => {$(
        impl fmt::Display for $code {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl fmt::Debug for $code {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    )*};
}
text_code!(CommuneCode, CodePostal, ShortCode);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commune_codes_of_the_mainland_corse_and_overseas_are_read() {
        for (text, departement) in [
            ("64445", "64"),
            ("2A004", "2A"),
            ("2b033", "2B"),
            ("97105", "971"),
        ] {
            let code: CommuneCode = text.parse().unwrap();
            assert_eq!(code.as_str(), text.to_uppercase());
            assert_eq!(code.departement().as_str(), departement);
        }
    }

    #[test]
    fn what_is_no_code_is_refused_with_an_example() {
        for text in ["", "6444", "644455", "2C004", "A4445", "64é5", "64 45"] {
            let error = text.parse::<CommuneCode>().unwrap_err().to_string();
            assert!(error.contains("64445"), "{error}");
        }
        for text in ["6400", "64 000", "2A000", "640000"] {
            assert!(text.parse::<CodePostal>().is_err());
        }
        assert!("20006725".parse::<Siren>().is_err());
        assert!("20006725X".parse::<Siren>().is_err());
        assert_eq!(
            "000067254".parse::<Siren>().unwrap().to_string(),
            "000067254"
        );
    }
}
