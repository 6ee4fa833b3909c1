//! Codes to what they name.

use foldhash::HashMap;
use std::hash::Hash;

/// A table from code to number, built once.
#[derive(Debug)]
pub struct Codes<C> {
    numbers: HashMap<C, u32>,
}

impl<C: Hash + Eq> Codes<C> {
    /// Numbers the codes in the order given. Returns the first code that comes twice as the error.
    ///
    /// # Errors
    /// The code that comes twice.
    pub fn new(codes: impl IntoIterator<Item = C>) -> Result<Self, C>
    where
        C: Copy,
    {
        let mut numbers = HashMap::default();
        for (i, code) in codes.into_iter().enumerate() {
            #[allow(clippy::cast_possible_truncation)] // some 35,000 codes
            if numbers.insert(code, i as u32).is_some() {
                return Err(code);
            }
        }
        Ok(Self { numbers })
    }

    /// The number of a code.
    #[must_use]
    pub fn get(&self, code: &C) -> Option<usize> {
        self.numbers.get(code).map(|n| *n as usize)
    }
}
