//! House numbers: « 12 », « 12 bis », « 12B », « 12-14 ».

use crate::domain::fold::fold;

/// Letters of a repetition that are kept: « quater » has six.
pub(super) const REPETITION: usize = 6;

/// A house number and its repetition index. In order, numbers come before repetitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct House {
    /// The number, up to 65,534.
    pub number: u16,
    /// Folded, zeros after it; all zeros where there is none.
    pub repetition: [u8; REPETITION],
}

impl House {
    /// Stands for « no number »: the row of a street or a hamlet as a whole.
    pub const NONE: Self = Self {
        number: u16::MAX,
        repetition: [0; REPETITION],
    };

    /// Reads a number as people write it; the first of a range.
    pub fn read(text: &str) -> Option<Self> {
        let folded = fold(text.get(..40).unwrap_or(text));
        // « n° 12 »
        let mut words = folded
            .split(' ')
            .skip_while(|w| !w.starts_with(|c: char| c.is_ascii_digit()));
        let first = words.next()?;
        let digits = first.bytes().take_while(u8::is_ascii_digit).count();
        let number = first[..digits].parse().ok().filter(|n| *n < u16::MAX)?;
        let rest = &first[digits..];
        let next = words.next().unwrap_or_default();
        let repetition = if !rest.is_empty() {
            rest
        } else if next.starts_with(|c: char| c.is_ascii_digit())
            || (next == "a" && words.next().is_some())
        {
            // « 12-14 », « 12 à 14 »
            ""
        } else {
            next
        };
        Some(Self {
            number,
            repetition: repetition_of(repetition),
        })
    }

    /// The same with a repetition in its shortest form: « bis » is `b`.
    pub fn short(self) -> Self {
        let short = match self.repetition() {
            "bis" => "b",
            "ter" => "t",
            "quater" => "q",
            other => other,
        };
        Self {
            number: self.number,
            repetition: repetition_of(short),
        }
    }

    /// The repetition as text.
    pub fn repetition(&self) -> &str {
        let len = self
            .repetition
            .iter()
            .position(|b| *b == 0)
            .unwrap_or(REPETITION);
        std::str::from_utf8(&self.repetition[..len]).unwrap_or_default()
    }
}

/// A folded repetition in its room; what is longer is cut, what is no ASCII is left out.
pub(super) fn repetition_of(folded: &str) -> [u8; REPETITION] {
    let mut repetition = [0; REPETITION];
    let letters = folded.bytes().filter(u8::is_ascii_alphanumeric);
    for (to, letter) in repetition.iter_mut().zip(letters) {
        *to = letter.to_ascii_lowercase();
    }
    repetition
}

impl std::fmt::Display for House {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.repetition() {
            "" => write!(f, "{}", self.number),
            repetition => write!(f, "{} {repetition}", self.number),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (text, read) in [
            ("12", "12"),
            ("12 bis", "12 bis"),
            ("12B", "12 b"),
            ("12 b", "12 b"),
            ("12-14", "12"),
            ("12/14", "12"),
            ("12 à 14", "12"),
            ("12 bis-14", "12 bis"),
            ("12 A", "12 a"),
            ("n° 7", "7"),
            ("9 p1", "9 p1"),
            ("0012", "12"),
        ] {
            assert_eq!(House::read(text).unwrap().to_string(), read, "{text}");
        }
        for text in ["", "bis", "70000", "65535", "é"] {
            assert_eq!(House::read(text), None, "{text}");
        }
    }

    #[test]
    fn bis_and_b_are_one_repetition() {
        let of = |text: &str| House::read(text).unwrap().short();
        assert_eq!(of("12 bis"), of("12b"));
        assert_eq!(of("12 ter"), of("12T"));
        assert_ne!(of("12 bis"), of("12"));
    }
}
