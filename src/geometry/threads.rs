//! Work on all cores for values that are made when first asked for.
//!
//! Not by rayon: a thread that waits for its part of a rayon job takes up other jobs meanwhile, and where one
//! of those asks for the very value being made, it waits for itself.

use std::num::NonZero;
use std::thread;

/// The results for all items, in their order.
pub fn map<T: Sync, R: Send>(items: &[T], result: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let share = items.len().div_ceil(cores).max(1);
    let result = &result;
    thread::scope(|scope| {
        let shares: Vec<_> = items
            .chunks(share)
            .map(|part| scope.spawn(move || part.iter().map(result).collect::<Vec<R>>()))
            .collect();
        let done = shares.into_iter().map(thread::ScopedJoinHandle::join);
        // A panic in a share goes on here: it is not to be lost.
        done.flat_map(|part| part.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_their_items() {
        for count in [0, 1, 2, 7, 1000] {
            let items: Vec<u32> = (0..count).collect();
            let doubled: Vec<u32> = items.iter().map(|i| i * 2).collect();
            assert_eq!(map(&items, |i| i * 2), doubled);
        }
    }
}
