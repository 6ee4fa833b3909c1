//! What the fuzzer asks (`make fuzz`), for a second: its seeds and what it has found, then these with their bytes changed at
//! random, the same in every run.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

#[path = "../../fuzz/targets/mod.rs"]
pub mod targets;

/// So many inputs are made of the seeds, or as many as the time allows.
const INPUTS: usize = 3000;
const TIME: Duration = Duration::from_millis(1200);

/// Longer inputs are cut: what readers do with long ones takes longer and is no different.
const LONGEST: usize = 1 << 14;

/// The files in a folder, in the order of their names; none where there is no folder.
fn inputs(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let with_bytes = |path: PathBuf| {
        let bytes = fs::read(&path).unwrap();
        (path, bytes)
    };
    paths.into_iter().map(with_bytes).collect()
}

/// Keeps an input at hand for who has to look into it, if the target panics.
struct Kept<'a> {
    target: &'a str,
    input: &'a [u8],
    from: &'a str,
}

impl Drop for Kept<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fuzz-{}", self.target));
            fs::write(&path, self.input).unwrap();
            eprintln!(
                "{}, made of {}: kept as {}",
                self.target,
                self.from,
                path.display()
            );
        }
    }
}

fn run(target: &str, input: &[u8], from: &str) {
    let (_, body) = targets::ALL
        .iter()
        .find(|(name, _)| *name == target)
        .unwrap();
    let _kept = Kept {
        target,
        input,
        from,
    };
    body(input);
}

/// One of the bytes that sizes, signs and separators are made of, or any.
fn byte(dice: &mut ChaCha8Rng) -> u8 {
    const TELLING: &[u8] = b"\0\x01\x7F\x80\xFF\"',;:{}[]()\n\r\t %&=/\\-.0123456789eE";
    if dice.random_bool(0.5) {
        TELLING[dice.random_range(0..TELLING.len())]
    } else {
        dice.random()
    }
}

/// Changes an input in one of the ways in which files are damaged, and people and programs go wrong.
fn change(input: &mut Vec<u8>, other: &[u8], dice: &mut ChaCha8Rng) {
    let length = input.len();
    if length == 0 {
        input.push(byte(dice));
        return;
    }
    let at = dice.random_range(0..length);
    let end = (at + dice.random_range(1..=16)).min(length);
    match dice.random_range(0..9) {
        0 | 1 => input[at] ^= 1 << dice.random_range(0..8),
        2 | 3 => input[at] = byte(dice),
        4 => input.truncate(at),
        5 => input.insert(at, byte(dice)),
        6 => drop(input.drain(at..end)),
        7 => {
            let again = input[at..end].to_vec();
            input.splice(at..at, again);
        }
        _ => {
            let from = dice.random_range(0..=other.len());
            let to = (from + dice.random_range(1..=64)).min(other.len());
            input.splice(at..end, other[from..to].iter().copied());
        }
    }
    input.truncate(LONGEST);
}

/// Replays what is kept of a target, and goes on from there.
fn replay(target: &str) {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let mut all = inputs(&fuzz.join("seeds").join(target));
    assert!(!all.is_empty(), "no seeds");
    all.extend(inputs(&fuzz.join("regressions").join(target)));
    for (path, input) in &all {
        run(target, input, &path.display().to_string());
    }
    let mut dice = ChaCha8Rng::seed_from_u64(2026);
    let start = Instant::now();
    for made in 0..INPUTS {
        if start.elapsed() > TIME {
            println!("{target}: {made} inputs");
            return;
        }
        let (path, seed) = &all[dice.random_range(0..all.len())];
        let (_, other) = &all[dice.random_range(0..all.len())];
        let mut input = seed.clone();
        for _ in 0..dice.random_range(1..=4) {
            change(&mut input, other, &mut dice);
        }
        run(target, &input, &path.display().to_string());
    }
}

/// One test for each target.
macro_rules! replayed {
    ($($target:ident)*) => {
        $(#[test] fn $target() { replay(stringify!($target)); })*

        #[test]
        fn every_target_is_replayed() {
            let names = targets::ALL.map(|(name, _)| name);
            assert_eq!(names, [$(stringify!($target)),*]);
        }
    };
}

replayed! {
    address ban composition csv flatgeobuf folder geojson geopackage request shapefile style tile
}
