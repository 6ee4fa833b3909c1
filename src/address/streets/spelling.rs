//! Names of streets made comparable: « Av. du Gal Leclerc », `AVENUE DU GENERAL LECLERC`.

use super::super::names::{is_joining, written_out};
use crate::domain::fold::fold;

/// A kind of street written out, where a name begins with its abbreviation.
fn kind(word: &str) -> Option<&'static str> {
    Some(match word {
        "av" | "ave" | "aven" => "avenue",
        "bd" | "bld" | "blvd" | "bvd" | "boul" => "boulevard",
        "pl" | "plc" => "place",
        "r" => "rue",
        "rte" => "route",
        "ch" | "che" | "chem" | "chm" => "chemin",
        "imp" => "impasse",
        "all" | "allees" => "allee",
        "sq" => "square",
        "pas" | "pass" => "passage",
        "crs" => "cours",
        "qu" => "quai",
        "res" => "residence",
        "lot" => "lotissement",
        "ham" => "hameau",
        "esp" => "esplanade",
        "prom" => "promenade",
        "car" => "carrefour",
        "vla" => "villa",
        "sen" => "sentier",
        "rle" => "ruelle",
        "chs" => "chaussee",
        "mte" => "montee",
        "dom" => "domaine",
        "qrt" | "quart" => "quartier",
        "rpt" => "rondpoint",
        _ => return None,
    })
}

/// A title or another usual abbreviation written out, wherever it stands.
fn title(word: &str) -> &str {
    match word {
        "gal" | "gen" | "gnl" => "general",
        "mal" => "marechal",
        "dr" => "docteur",
        "pr" | "prof" => "professeur",
        "cdt" | "cmdt" => "commandant",
        "col" => "colonel",
        "cap" | "cne" => "capitaine",
        "lt" => "lieutenant",
        "sgt" => "sergent",
        "adj" => "adjudant",
        "mgr" => "monseigneur",
        "pdt" => "president",
        "fg" | "fbg" => "faubourg",
        other => written_out(other),
    }
}

/// Whether a word says what kind of street it is, and not which.
fn is_kind(word: &str) -> bool {
    matches!(
        word,
        "rue"
            | "avenue"
            | "boulevard"
            | "place"
            | "route"
            | "chemin"
            | "impasse"
            | "allee"
            | "square"
            | "passage"
            | "cours"
            | "quai"
            | "residence"
            | "lotissement"
            | "hameau"
            | "esplanade"
            | "promenade"
            | "carrefour"
            | "villa"
            | "sentier"
            | "ruelle"
            | "chaussee"
            | "montee"
            | "domaine"
            | "quartier"
            | "rondpoint"
            | "cite"
            | "venelle"
            | "voie"
            | "sente"
            | "traverse"
            | "mail"
            | "cour"
            | "parvis"
            | "clos"
            | "faubourg"
    )
}

/// Words after which something inside a street stands, and no more of its name.
fn begins_complement(word: &str, next: Option<&str>) -> bool {
    match word {
        // « porte 3 », not « Porte de Sèvres »
        "porte" => next.is_none_or(|n| n.len() < 3 && !is_joining(n)),
        _ => matches!(
            word,
            "bat"
                | "batiment"
                | "bt"
                | "esc"
                | "escalier"
                | "appt"
                | "apt"
                | "appartement"
                | "etage"
                | "bp"
                | "cs"
                | "boite"
                | "imm"
                | "immeuble"
        ),
    }
}

/// A name of a street in the forms that are compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Spelling {
    /// All words as they are, without spaces: for slips that make an abbreviation of a word.
    pub raw: String,
    /// All words written out, without spaces.
    pub whole: String,
    /// Without the words that join others, written out, one space between them.
    pub spaced: String,
}

impl Spelling {
    /// The forms of a name.
    pub fn of(name: &str) -> Self {
        Self::of_folded(&fold(name))
    }

    /// The forms of folded words, one space between them.
    pub fn of_folded(folded: &str) -> Self {
        let mut spelling = Self::default();
        let mut words = folded
            .split(' ')
            .filter(|w| !w.is_empty())
            .enumerate()
            .peekable();
        while let Some((i, word)) = words.next() {
            let written = kind(word).filter(|_| i == 0).unwrap_or_else(|| title(word));
            spelling.raw.push_str(word);
            spelling.whole.push_str(written);
            // « Rue A »: the last word joins nothing.
            if !is_joining(word) || words.peek().is_none() {
                if !spelling.spaced.is_empty() {
                    spelling.spaced.push(' ');
                }
                spelling.spaced.push_str(written);
            }
        }
        spelling
    }

    /// Without joining words and without spaces: where words part is the first thing that people lose.
    pub fn bare(&self) -> String {
        self.spaced.replace(' ', "")
    }

    /// The kind of street, where the name begins with one, and the rest of the spaced form.
    pub fn split_kind(&self) -> (Option<&str>, &str) {
        match self.spaced.split_once(' ') {
            Some((first, rest)) if is_kind(first) => (Some(first), rest),
            _ => (None, &self.spaced),
        }
    }
}

/// The folded words of a street without what says where in it: « rue X bâtiment B » is « rue X ».
pub(super) fn without_complement(folded: &str) -> &str {
    let mut at = 0;
    for (i, word) in folded.split(' ').enumerate() {
        let next = folded
            .get(at + word.len() + 1..)
            .and_then(|rest| rest.split(' ').next());
        if i > 1 && begins_complement(word, next) {
            let before = &folded[..at - 1];
            // « rue de la Porte », « rue des Immeubles Industriels »
            return match before.rsplit(' ').next() {
                Some(last) if is_joining(last) => folded,
                _ => before,
            };
        }
        at += word.len() + 1;
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abbreviations_and_joining_words_are_seen_through() {
        for (a, b) in [
            ("Av. du Gal Leclerc", "AVENUE GENERAL LECLERC"),
            ("bd St-Michel", "Boulevard Saint Michel"),
            ("R. du Fbg St Honoré", "rue du Faubourg-Saint-Honoré"),
            ("Allées de l’Europe", "all Europe"),
            ("ch des Vignes", "chemin des vignes"),
        ] {
            assert_eq!(Spelling::of(a).bare(), Spelling::of(b).bare(), "{a}");
        }
        assert_ne!(Spelling::of("rue A").bare(), Spelling::of("rue D").bare());
        // An abbreviated kind is one only where it begins the name.
        assert_eq!(Spelling::of("rue du Pas").bare(), "ruepas");
    }

    #[test]
    fn the_kind_of_street_is_told_from_its_name() {
        let spelling = Spelling::of("av. du Gal Lemonnier");
        assert_eq!(spelling.split_kind(), (Some("avenue"), "general lemonnier"));
        assert_eq!(Spelling::of("Le Bourg").split_kind().0, None);
    }

    #[test]
    fn what_stands_inside_a_street_is_no_part_of_its_name() {
        assert_eq!(without_complement("rue pasteur bat b"), "rue pasteur");
        assert_eq!(without_complement("rue pasteur porte 3"), "rue pasteur");
        assert_eq!(
            without_complement("avenue de lf porte de sevres"),
            "avenue de lf porte de sevres"
        );
        assert_eq!(
            without_complement("rue de la porte verte"),
            "rue de la porte verte"
        );
    }
}
