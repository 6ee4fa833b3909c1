//! A text cut into folded words that remember where they stood.

use std::ops::Range;

use super::MAX_CHARACTERS;
use crate::domain::fold::fold_char;

/// Of more words the last are read: the town stands at the end.
pub(super) const MAX_WORDS: usize = 64;

/// A word of a text.
#[derive(Clone, Debug)]
pub(super) struct Word {
    /// Where it stands in the folded text.
    folded: Range<usize>,
    /// Where it stands in the text as given, in bytes.
    pub at: Range<usize>,
    /// Whether a comma, a line's end, a bracket or a lone dash stands before it.
    pub after_break: bool,
    /// Whether a dash or an apostrophe joins it to the word before.
    pub is_joined: bool,
}

/// The words of a text.
#[derive(Debug, Default)]
pub(super) struct Words {
    folded: String,
    words: Vec<Word>,
}

impl Words {
    /// Cuts a text, of which the first [`MAX_CHARACTERS`] count.
    pub fn of(text: &str) -> Self {
        let mut words = Self {
            folded: String::with_capacity(text.len().min(4 * MAX_CHARACTERS)),
            words: Vec::with_capacity(16),
        };
        let mut start: Option<(usize, usize)> = None;
        let mut breaks = false;
        let mut before = ' ';
        let mut joined = false;
        let mut end = text.len();
        for (count, (at, c)) in text.char_indices().enumerate() {
            if count == MAX_CHARACTERS {
                end = at;
                break;
            }
            // « 64000PAU »
            let glued = start.is_some_and(|(from, _)| is_five_digits(&words.folded[from..]))
                && c.is_alphabetic();
            if glued {
                words.close(&mut start, at, &mut breaks, false);
            }
            let length = words.folded.len();
            let mut parts = false;
            let folded = &mut words.folded;
            fold_char(c, |c| {
                if c == ' ' {
                    parts = true;
                } else {
                    folded.push(c);
                }
            });
            if words.folded.len() > length {
                if start.is_none() {
                    joined = matches!(before, '-' | '‐' | '‑' | '\'' | '’');
                    start = Some((length, at));
                }
            } else if parts {
                words.close(&mut start, at, &mut breaks, joined);
                let lone_dash = matches!(c, '-' | '–' | '—') && before.is_whitespace();
                // « s/ Seine » and « 12/14 » are no breaks.
                breaks |= lone_dash || matches!(c, ',' | ';' | '\n' | '\r' | '(' | ')' | '|');
            }
            before = c;
        }
        words.close(&mut start, end, &mut breaks, joined);
        let extra = words.words.len().saturating_sub(MAX_WORDS);
        words.words.drain(..extra);
        words
    }

    fn close(
        &mut self,
        start: &mut Option<(usize, usize)>,
        at: usize,
        breaks: &mut bool,
        is_joined: bool,
    ) {
        if let Some((folded, from)) = start.take() {
            self.words.push(Word {
                folded: folded..self.folded.len(),
                at: from..at,
                after_break: std::mem::take(breaks) || self.words.is_empty(),
                is_joined,
            });
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// A word, folded.
    pub fn get(&self, word: usize) -> &str {
        &self.folded[self.words[word].folded.clone()]
    }

    /// The words of a range, folded.
    pub fn all(&self, range: Range<usize>) -> impl DoubleEndedIterator<Item = &str> + Clone {
        self.words[range]
            .iter()
            .map(|w| &self.folded[w.folded.clone()])
    }

    /// Whether a break stands before a word.
    pub fn breaks(&self, word: usize) -> bool {
        self.words[word].after_break
    }

    /// Whether a dash or an apostrophe joins a word to the one before.
    pub fn joins(&self, word: usize) -> bool {
        self.words[word].is_joined && !self.words[word].after_break
    }

    /// A range of words as it was written.
    pub fn written<'t>(&self, text: &'t str, range: Range<usize>) -> Option<&'t str> {
        let words = self.words.get(range)?;
        let (first, last) = (words.first()?, words.last()?);
        text.get(first.at.start..last.at.end)
    }
}

fn is_five_digits(text: &str) -> bool {
    text.len() == 5 && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_know_where_they_stood_and_what_parted_them() {
        let text = "12 bis, Rue de l’Île\n64000PAU - (France)";
        let words = Words::of(text);
        let all: Vec<(&str, bool)> = (0..words.len())
            .map(|i| (words.get(i), words.breaks(i)))
            .collect();
        assert_eq!(
            all,
            [
                ("12", true),
                ("bis", false),
                ("rue", true),
                ("de", false),
                ("l", false),
                ("ile", false),
                ("64000", true),
                ("pau", false),
                ("france", true),
            ]
        );
        assert_eq!(words.written(text, 2..6), Some("Rue de l’Île"));
        assert_eq!(words.written(text, 6..8), Some("64000PAU"));
    }

    proptest! {
        #[test]
        fn any_text_can_be_cut(text in "\\PC{0,500}") {
            let words = Words::of(&text);
            for i in 0..words.len() {
                prop_assert!(!words.get(i).is_empty());
                prop_assert!(words.written(&text, i..i + 1).is_some());
            }
        }
    }
}
