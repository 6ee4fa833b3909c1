//! Slips of the finger: letters left out, put in, changed, or two neighbours swapped.

/// Longer texts are not compared letter by letter: no commune has a name of as many letters.
const MAX_LETTERS: usize = 64;

/// Whether two texts differ by one slip at most. Texts compare by bytes: folded ones are ASCII but for foreign
/// alphabets.
pub(super) fn within_one(a: &str, b: &str) -> bool {
    let (a, b) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if b.len() - a.len() > 1 {
        return false;
    }
    let front = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[front..], &b[front..]);
    match (a, b) {
        ([], _) => true,
        _ if a.len() < b.len() => a == &b[1..],
        ([x, y, rest_a @ ..], [v, w, rest_b @ ..]) if x == w && y == v => {
            rest_a == rest_b || a[1..] == b[1..]
        }
        _ => a[1..] == b[1..],
    }
}

/// How many slips apart two texts are (optimal string alignment), `None` where more than `most`.
pub(super) fn slips(a: &str, b: &str, most: usize) -> Option<usize> {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len().abs_diff(b.len()) > most || a.len().max(b.len()) > MAX_LETTERS {
        return None;
    }
    let mut before = [0_usize; MAX_LETTERS + 1];
    let mut above = [0_usize; MAX_LETTERS + 1];
    let mut row = [0_usize; MAX_LETTERS + 1];
    for (j, cell) in above.iter_mut().enumerate() {
        *cell = j;
    }
    for i in 1..=a.len() {
        row[0] = i;
        let mut least = i;
        for j in 1..=b.len() {
            let changed = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (above[j - 1] + changed)
                .min(above[j] + 1)
                .min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(before[j - 2] + 1);
            }
            row[j] = best;
            least = least.min(best);
        }
        if least > most {
            return None;
        }
        before = above;
        above = row;
    }
    Some(above[b.len()]).filter(|n| *n <= most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn slips_are_counted_and_neighbours_swapped_are_one() {
        for (a, b, count) in [
            ("pau", "pau", 0),
            ("pau", "apu", 1),
            ("tarbes", "tarbs", 1),
            ("tarbes", "tardes", 1),
            ("lourdes", "lourds", 1),
            ("bordeaux", "bodeaus", 2),
        ] {
            assert_eq!(slips(a, b, 2), Some(count), "{a} {b}");
        }
        assert_eq!(slips("pau", "lourdes", 2), None);
    }

    proptest! {
        #[test]
        fn both_ways_of_counting_agree(a in "[a-c]{0,7}", b in "[a-c]{0,7}") {
            prop_assert_eq!(within_one(&a, &b), slips(&a, &b, 1).is_some());
            prop_assert_eq!(slips(&a, &b, 3), slips(&b, &a, 3));
        }
    }
}
