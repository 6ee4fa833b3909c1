//! The target that `CIBLE` names: one link of everything instead of twelve.
#![no_main]

use std::sync::LazyLock;

use territoires_fuzz::targets::{ALL, Target};

static TARGET: LazyLock<Target> = LazyLock::new(|| {
    let wanted = std::env::var("CIBLE").unwrap_or_default();
    let found = ALL.iter().find(|(name, _)| *name == wanted);
    found
        .unwrap_or_else(|| panic!("CIBLE ne nomme aucune cible : « {wanted} »"))
        .1
});

libfuzzer_sys::fuzz_target!(|data: &[u8]| TARGET(data));
