//! Names by how they begin, for a search box: all of a name, its beginning, the beginning of one of its words, its
//! beginning with one slip of the finger.
//!
//! All names stand in one text in the order in which they are to be shown, and a search reads through it, with
//! instructions that compare many letters at once (`memchr`): for the 50,000 names of France that takes some 50 µs, and
//! the likeliest are found first.
//!
//! ```text
//! "\n paris\n marseille\n saint denis\n …"     " den" is a word's beginning, "\n den" that of a name
//! ```

use memchr::memmem;

/// How a name was found, the better before the worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// It is the name.
    Whole,
    /// The name begins so.
    Beginning,
    /// A word of the name begins so.
    Word,
    /// Each word asked for begins a word of the name, in any order.
    Words,
    /// It is the name but for one letter.
    Nearly,
    /// The name begins so but for one letter.
    Slip,
}

/// A name that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Its number, in the order given.
    pub name: usize,
    /// How it was found.
    pub fit: Fit,
}

/// Names to be searched.
#[derive(Debug)]
pub struct Names {
    text: String,
    /// Where each name begins: its line feed.
    starts: Vec<u32>,
    /// The first two letters of each name: most are no slip of another by these alone.
    heads: Vec<[u8; 2]>,
}

impl Names {
    /// Names, folded as [`fold`](crate::domain::fold::fold) does it, those to be shown first first.
    #[must_use]
    #[allow(clippy::cast_possible_truncation)] // some megabytes
    pub fn new<'n>(names: impl IntoIterator<Item = &'n str>) -> Self {
        let mut text = String::new();
        let mut starts = Vec::new();
        let mut heads = Vec::new();
        for name in names {
            let letter = |at| name.as_bytes().get(at).copied().unwrap_or_default();
            heads.push([letter(0), letter(1)]);
            starts.push(text.len() as u32);
            text.push_str("\n ");
            text.push_str(name);
        }
        starts.push(text.len() as u32);
        text.push('\n');
        Self {
            text,
            starts,
            heads,
        }
    }

    /// The names that a folded text finds as it is, the best first, `limit` at most.
    #[must_use]
    pub fn find(&self, asked: &str, limit: usize) -> Vec<Hit> {
        let mut hits: Vec<Hit> = Vec::new();
        if asked.is_empty() || limit == 0 {
            return hits;
        }
        let mut words = Vec::new();
        let word = format!(" {asked}");
        let mut beginnings = 0;
        self.each(&word, |name, at, end| {
            let begins = self.text.as_bytes()[at - 1] == b'\n';
            let fit = match (begins, self.text.as_bytes()[end]) {
                (true, b'\n') => Fit::Whole,
                (true, _) => Fit::Beginning,
                _ => Fit::Word,
            };
            match fit {
                Fit::Whole => {}
                Fit::Beginning => beginnings += 1,
                _ => {
                    if words.len() < limit {
                        words.push(Hit { name, fit });
                    }
                    return true;
                }
            }
            // Those that come first are to be shown first.
            if fit == Fit::Whole || beginnings <= limit {
                hits.push(Hit { name, fit });
            }
            true
        });
        hits.extend(words);
        hits.sort_by_key(|hit| (hit.fit, hit.name));
        hits.dedup_by_key(|hit| hit.name);
        hits.truncate(limit);
        let mut add = |name: usize, fit: Fit| {
            if hits.len() < limit && hits.iter().all(|hit| hit.name != name) {
                hits.push(Hit { name, fit });
            }
            hits.len() < limit
        };
        self.with_all_words(asked, &mut add);
        hits
    }

    /// Names in which each of several words begins a word.
    fn with_all_words(&self, asked: &str, add: &mut impl FnMut(usize, Fit) -> bool) {
        let words: Vec<String> = asked.split(' ').map(|word| format!(" {word}")).collect();
        let Some(longest) = words.iter().max_by_key(|word| word.len()) else {
            return;
        };
        if words.len() < 2 {
            return;
        }
        self.each(longest, |name, _, _| {
            let own = self.name(name);
            let has_all = words.iter().all(|word| own.contains(word.as_str()));
            !has_all || add(name, Fit::Words)
        });
    }

    /// The names that begin with a folded text but for one letter, `limit` at most.
    #[must_use]
    pub fn find_slips(&self, asked: &str, limit: usize) -> Vec<Hit> {
        let [a, b, _, _, ..] = asked.as_bytes() else {
            return Vec::new(); // of three letters one is too much to be wrong
        };
        let (a, b) = (*a, *b);
        // One letter left out, put in, changed or swapped leaves one of these.
        let may_be = |[c, d]: [u8; 2]| c == a || d == b || c == b || d == a;
        let names = (0..).zip(&self.heads).filter(|(_, head)| may_be(**head));
        let hits = names.filter_map(|(name, _)| {
            let own = &self.name(name)[2..];
            let fit = if own.len().abs_diff(asked.len()) <= 1 {
                Fit::Nearly
            } else {
                Fit::Slip
            };
            begins_within_one(own, asked).then_some(Hit { name, fit })
        });
        let mut hits: Vec<Hit> = hits.collect();
        hits.sort_by_key(|hit| hit.fit);
        hits.truncate(limit);
        hits
    }

    /// A name as it stands in the text, with what stands before it.
    fn name(&self, name: usize) -> &str {
        &self.text[self.starts[name] as usize..self.starts[name + 1] as usize]
    }

    /// Calls for each place of a text: the name, where the text begins there and where it ends. Until `false`.
    fn each(&self, text: &str, mut found: impl FnMut(usize, usize, usize) -> bool) {
        for at in memmem::find_iter(self.text.as_bytes(), text) {
            let name = self.starts.partition_point(|start| (*start as usize) < at) - 1;
            if !found(name, at, at + text.len()) {
                return;
            }
        }
    }
}

/// Whether a name begins with a text but for one letter left out, put in, changed, or swapped with its neighbour.
fn begins_within_one(name: &str, asked: &str) -> bool {
    let (name, asked) = (name.as_bytes(), asked.as_bytes());
    let front = name.iter().zip(asked).take_while(|(a, b)| a == b).count();
    let (name, asked) = (&name[front..], &asked[front..]);
    match (name, asked) {
        (_, []) => true,
        ([], rest) => rest.len() == 1,
        ([a, b, name @ ..], [c, d, asked @ ..]) if a == d && b == c => name.starts_with(asked),
        _ => {
            name[1..].starts_with(&asked[1..])
                || name[1..].starts_with(asked)
                || name.starts_with(&asked[1..])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(asked: &str, limit: usize) -> Vec<(usize, Fit)> {
        let names = Names::new([
            "paris",
            "saint denis",
            "pau",
            "lacq pau tarbes",
            "saint paul",
            "bordeaux",
            "paul",
        ]);
        let mut hits = names.find(asked, limit);
        if hits.is_empty() {
            hits = names.find_slips(asked, limit);
        }
        hits.iter().map(|hit| (hit.name, hit.fit)).collect()
    }

    #[test]
    fn whole_names_come_first_then_beginnings_then_words() {
        assert_eq!(
            found("pau", 9),
            [
                (2, Fit::Whole),
                (6, Fit::Beginning),
                (3, Fit::Word),
                (4, Fit::Word)
            ]
        );
        assert_eq!(found("pau", 2), [(2, Fit::Whole), (6, Fit::Beginning)]);
        assert_eq!(found("p", 2), [(0, Fit::Beginning), (2, Fit::Beginning)]);
    }

    #[test]
    fn words_come_in_any_order_and_slips_are_seen_through() {
        assert_eq!(found("tarbes lacq", 9), [(3, Fit::Words)]);
        for slip in ["bordaux", "obrdeaux", "bordxaux"] {
            assert_eq!(found(slip, 9), [(5, Fit::Nearly)], "{slip}");
        }
        for slip in ["brode", "ordea", "bordec", "xbord"] {
            assert_eq!(found(slip, 9), [(5, Fit::Slip)], "{slip}");
        }
        assert_eq!(found("zzz", 9), []);
        assert_eq!(found("", 9), []);
    }
}
