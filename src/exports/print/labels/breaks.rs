//! Names in one, two or three lines.

/// Lines of a name, and how wide the widest is, in ems.
#[derive(Clone, Debug, PartialEq)]
pub struct Lines {
    /// The lines.
    pub text: Vec<String>,
    /// Their widths.
    pub widths: Vec<f64>,
}

impl Lines {
    /// The width of the widest line.
    #[must_use]
    pub fn width(&self) -> f64 {
        self.widths.iter().copied().fold(0.0, f64::max)
    }
}

/// Lines at most.
pub const MOST: usize = 3;

/// A name in each number of lines that it can be broken into, the fewest first, each time as narrow as it gets. Lines
/// end after spaces and hyphens; a dash ends a line, never begins one.
#[must_use]
pub fn ways(name: &str, width: impl Fn(&str) -> f64) -> Vec<Lines> {
    let pieces = pieces(name);
    (1..=MOST.min(pieces.len()))
        .map(|count| {
            let (_, ends) = best(&pieces, count, &width);
            let starts = std::iter::once(0).chain(ends.iter().copied());
            let text: Vec<String> = starts
                .zip(&ends)
                .map(|(start, &end)| pieces[start..end].concat().trim_end().to_owned())
                .collect();
            Lines {
                widths: text.iter().map(|line| width(line)).collect(),
                text,
            }
        })
        .collect()
}

/// Where lines of a name may end: the pieces keep their spaces and hyphens.
fn pieces(name: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut letters = name.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let next = letters.peek().map(|(_, c)| *c);
        let is_end = match letter {
            // A word goes with the dash behind it.
            ' ' => !matches!(next, Some('–' | ':' | '»' | '/')),
            '-' => next.is_some_and(char::is_alphabetic),
            _ => false,
        };
        if is_end {
            let end = at + letter.len_utf8();
            pieces.push(&name[start..end]);
            start = end;
        }
    }
    pieces.push(&name[start..]);
    pieces
}

/// The ends of so many lines with the least widest line, and its width.
fn best(pieces: &[&str], count: usize, width: &impl Fn(&str) -> f64) -> (f64, Vec<usize>) {
    let end = pieces.len();
    if count <= 1 {
        return (width(pieces.concat().trim_end()), vec![end]);
    }
    let ways = (count - 1..end).map(|start| {
        let last = width(pieces[start..].concat().trim_end());
        let (widest, mut ends) = best(&pieces[..start], count - 1, width);
        ends.push(end);
        (widest.max(last), ends)
    });
    ways.min_by(|a, b| a.0.total_cmp(&b.0))
        .unwrap_or((f64::INFINITY, vec![end]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[allow(clippy::cast_precision_loss)] // a few letters
    fn ways_of(name: &str) -> Vec<Vec<String>> {
        ways(name, |line| line.chars().count() as f64)
            .into_iter()
            .map(|l| l.text)
            .collect()
    }

    #[test]
    fn names_break_where_they_are_narrowest() {
        assert_eq!(
            ways_of("Lacq – Pau – Tarbes"),
            [
                vec!["Lacq – Pau – Tarbes"],
                vec!["Lacq –", "Pau – Tarbes"],
                vec!["Lacq –", "Pau –", "Tarbes"],
            ]
        );
        assert_eq!(
            ways_of("Grand-Orly Seine Bièvre")[1],
            ["Grand-Orly", "Seine Bièvre"]
        );
        assert_eq!(ways_of("Vendée"), [vec!["Vendée"]]);
        assert_eq!(ways_of("Saint-Nazaire")[1], ["Saint-", "Nazaire"]);
    }
}
