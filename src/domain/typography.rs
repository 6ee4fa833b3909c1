//! French typography of what people read: numbers, dates, and the spaces that must not break
//! (Lexique des règles typographiques en usage à l'Imprimerie nationale).

use std::borrow::Cow;

/// A narrow no-break space.
const NARROW: char = '\u{202f}';
/// A no-break space.
const WIDE: char = '\u{a0}';

/// What a stranger wrote as part of a sentence: so many characters of it at most, and none that ends the line or moves
/// the cursor of a terminal.
#[must_use]
pub fn shown(text: &str, most: usize) -> String {
    let mut shown: String = text.chars().take(most).map(legible).collect();
    if text.chars().nth(most).is_some() {
        shown.push('…');
    }
    shown
}

/// A character that can be read, in the place of one that cannot.
#[must_use]
pub fn legible(c: char) -> char {
    if c.is_control() {
        char::REPLACEMENT_CHARACTER
    } else {
        c
    }
}

const MONTHS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

/// `533255` → « 533 255 », with narrow no-break spaces.
#[must_use]
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 2);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(NARROW);
        }
        text.push(digit);
    }
    text
}

/// A count and its unit, which takes an `s` from two on: « 1 commune », « 561 communes ».
#[must_use]
pub fn count(number: usize, unit: &str) -> String {
    let s = if number > 1 { "s" } else { "" };
    format!("{}{WIDE}{unit}{s}", thousands(number as u64))
}

/// `2024-07-04` → « 4 juillet 2024 »; what is no such date as it came.
#[must_use]
pub fn date(iso: &str) -> Cow<'_, str> {
    let mut parts = iso.splitn(3, '-').map(str::parse::<usize>);
    let (Some(Ok(year)), Some(Ok(month)), Some(Ok(day))) =
        (parts.next(), parts.next(), parts.next())
    else {
        return Cow::Borrowed(iso);
    };
    let Some(month) = month.checked_sub(1).and_then(|m| MONTHS.get(m)) else {
        return Cow::Borrowed(iso);
    };
    let day = if day == 1 {
        "1er".to_owned()
    } else {
        day.to_string()
    };
    Cow::Owned(format!("{day}{WIDE}{month}{WIDE}{year}"))
}

/// Keeps signs on the line of the word they go with: `; ! ?` after a narrow space, `: » –` after and `«` before a
/// no-break one.
#[must_use]
pub fn unbreakable(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let space = match (letter, letters.peek()) {
            (' ', Some(';' | '!' | '?')) => NARROW,
            (' ', Some(':' | '»' | '–')) => WIDE,
            (' ', _) if out.ends_with('«') => WIDE,
            _ => letter,
        };
        out.push(space);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_in_groups_of_three() {
        assert_eq!(thousands(0), "0");
        assert_eq!(thousands(999), "999");
        assert_eq!(thousands(30_000), "30\u{202f}000");
        assert_eq!(thousands(1_234_567), "1\u{202f}234\u{202f}567");
        assert_eq!(count(1, "commune"), "1\u{a0}commune");
        assert_eq!(count(2, "commune"), "2\u{a0}communes");
    }

    #[test]
    fn what_a_stranger_wrote_is_cut_and_moves_no_cursor() {
        assert_eq!(shown("Pau", 3), "Pau");
        assert_eq!(shown("Œuilly", 2), "Œu…");
        assert_eq!(shown("a\x1b[2J\n", 9), "a\u{fffd}[2J\u{fffd}");
    }

    #[test]
    fn dates_are_in_words() {
        assert_eq!(date("2024-07-04"), "4\u{a0}juillet\u{a0}2024");
        assert_eq!(date("2026-01-01"), "1er\u{a0}janvier\u{a0}2026");
        for odd in ["2024", "2024-13-01", "COG 2026", ""] {
            assert_eq!(date(odd), odd);
        }
    }

    #[test]
    fn signs_stay_with_their_words() {
        assert_eq!(
            unbreakable("« Pau » – oui ? non ; rien"),
            "«\u{a0}Pau\u{a0}»\u{a0}– oui\u{202f}? non\u{202f}; rien"
        );
    }
}
