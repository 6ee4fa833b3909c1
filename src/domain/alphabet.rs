//! The order of names in lists that people read: the Unicode Collation Algorithm with the root order of CLDR, which is that of
//! French: accents decide only between words that are else the same.

use std::cmp::Ordering;
use std::sync::OnceLock;

use icu_collator::options::CollatorOptions;
use icu_collator::{CollatorBorrowed, CollatorPreferences};

use super::fold::fold;

/// How two names follow each other.
#[must_use]
pub fn order(a: &str, b: &str) -> Ordering {
    static COLLATOR: OnceLock<Option<CollatorBorrowed<'static>>> = OnceLock::new();
    let collator = COLLATOR.get_or_init(|| {
        CollatorBorrowed::try_new(CollatorPreferences::default(), CollatorOptions::default()).ok()
    });
    match collator {
        Some(collator) => collator.compare(a, b),
        // Its tables are compiled in: never in practice.
        None => fold(a).cmp(&fold(b)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_the_order_of_a_french_dictionary() {
        let mut names = [
            "Évreux",
            "Zuydcoote",
            "Eu",
            "Étampes",
            "eu",
            "Œting",
            "Oô",
            "Saint-Dié",
            "Sainte-Foy",
            "Orly",
        ];
        names.sort_by(|a, b| order(a, b));
        assert_eq!(
            names,
            [
                "Étampes",
                "eu",
                "Eu",
                "Évreux",
                "Œting",
                "Oô",
                "Orly",
                "Saint-Dié",
                "Sainte-Foy",
                "Zuydcoote"
            ]
        );
    }
}
