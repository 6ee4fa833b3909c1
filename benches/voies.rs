//! Streets and house numbers: how fast a BAN file is imported, and how often its own addresses are found again.
//!
//! `cargo bench --bench voies -- adresses-75.csv.gz`: rows a second, unpacking included; of 1,000 seeded rows asked as
//! « numéro voie code postal Paris », the share that comes back with its own number and point, as written and with one
//! slip in the street; what completing seeded beginnings costs. Failures are printed.

// A bench that cannot read its data has nothing to measure.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::cast_precision_loss)] // counts

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use flate2::read::MultiGzDecoder;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use territoires::address::streets::{self, Streets};
use territoires::api::state::App;
use territoires::cli::world;
use territoires::config::Config;
use territoires::domain::answer::Precision;

const ASKED: usize = 1000;
const SHOWN: usize = 40;

/// A row of the file.
#[derive(Clone)]
struct Row {
    numero: String,
    rep: String,
    voie: String,
    postcode: String,
    point: [f64; 2],
}

fn rows(path: &Path) -> Vec<Row> {
    let file = MultiGzDecoder::new(File::open(path).unwrap());
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(file);
    let header = reader.headers().unwrap().clone();
    let column = |name: &str| header.iter().position(|h| h == name).unwrap();
    let names = ["numero", "rep", "nom_voie", "code_postal", "lon", "lat"].map(column);
    let row = |record: csv::StringRecord| {
        let [numero, rep, voie, postcode, lon, lat] = names.map(|i| record[i].to_owned());
        Row {
            numero,
            rep,
            voie,
            postcode,
            point: [lon.parse().unwrap(), lat.parse().unwrap()],
        }
    };
    reader.records().map(|r| row(r.unwrap())).collect()
}

/// One slip of the finger at a letter: left out, doubled, swapped with the next, or changed.
fn slipped(text: &str, random: &mut ChaCha8Rng) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let places: Vec<usize> = (0..letters.len())
        .filter(|&i| letters[i].is_alphabetic())
        .collect();
    let &at = places.choose(random).unwrap();
    match random.random_range(0..4) {
        0 => drop(letters.remove(at)),
        1 => letters.insert(at, letters[at]),
        2 if at + 1 < letters.len() => letters.swap(at, at + 1),
        _ => letters[at] = random.random_range('a'..='z'),
    }
    letters.into_iter().collect()
}

/// Asks for rows and prints the share that comes back as its own number.
fn ask(app: &App, what: &str, asked: &[(Row, String)]) {
    let mut wrong = Vec::new();
    let mut took = Vec::new();
    let phase = app.atlas.current_phase();
    let question = app.atlas.question(phase, None).unwrap();
    for (row, text) in asked {
        let start = Instant::now();
        let answer = app.answer_address(question, text);
        took.push(start.elapsed());
        let said = answer.geocodage.as_ref();
        let right =
            said.is_some_and(|g| g.precision == Precision::Numero && g.position == Some(row.point));
        if !right {
            wrong.push(format!(
                "  {text} [{}]: {:?} {:?} {:?}",
                row.voie,
                said.map(|g| g.precision),
                said.map(|g| &g.libelle),
                said.map(|g| (&g.lecture.numero, &g.lecture.voie))
            ));
        }
    }
    let share = 100.0 * (asked.len() - wrong.len()) as f64 / asked.len() as f64;
    let [p50, p99] = percentiles(&mut took);
    println!("{what}: {share:.1} % own number and point; p50 {p50:?}, p99 {p99:?}");
    for line in wrong.iter().take(SHOWN) {
        println!("{line}");
    }
}

fn percentiles(took: &mut [Duration]) -> [Duration; 2] {
    took.sort_unstable();
    [50, 99].map(|p| took[took.len() * p / 100])
}

fn complete(streets: &Streets, rows: &[Row], random: &mut ChaCha8Rng) {
    let mut took = Vec::new();
    let mut met = 0;
    let mut slowest = (Duration::ZERO, String::new());
    for _ in 0..ASKED {
        let row = rows.choose(random).unwrap();
        let words: Vec<&str> = row.voie.split(' ').collect();
        let from = words[random.random_range(0..words.len())..].join(" ");
        let letters: Vec<char> = from.chars().collect();
        let begin: String = letters[..random.random_range(1..=letters.len())]
            .iter()
            .collect();
        let text = match random.random_range(0..4) {
            0 => format!("{from} par"),
            1 => format!("{from} {}", row.postcode),
            2 if begin.len() > 7 => slipped(&begin, random),
            _ => begin,
        };
        let start = Instant::now();
        let hits = streets.search(&text, 10);
        let spent = start.elapsed();
        took.push(spent);
        met += usize::from(hits.iter().any(|h| h.voie == row.voie));
        if spent > slowest.0 {
            slowest = (spent, text);
        }
    }
    let [p50, p99] = percentiles(&mut took);
    println!(
        "completion: p50 {p50:?}, p99 {p99:?}, slowest {slowest:?}; own street among ten: {met} of {ASKED}"
    );
}

fn main() {
    let Some(path) = std::env::args().skip(1).find(|a| !a.starts_with('-')) else {
        println!("cargo bench --bench voies -- adresses-75.csv.gz");
        return;
    };
    let path = PathBuf::from(path);
    let atlas = world::load(None).unwrap();
    let folder = tempfile::TempDir::new().unwrap();
    let files = [path.clone()];
    let start = Instant::now();
    let today = |code| world::today(&atlas, code);
    let prepared = streets::prepare(&files, folder.path(), today, |_, _| {}).unwrap();
    let report = prepared.install().unwrap();
    let took = start.elapsed();
    println!(
        "{report}\nimport: {took:?}, {:.0} rows a second",
        report.rows as f64 / took.as_secs_f64()
    );
    for entry in std::fs::read_dir(folder.path().join(streets::FOLDER)).unwrap() {
        let entry = entry.unwrap();
        println!(
            "  {} {}",
            entry.file_name().display(),
            entry.metadata().unwrap().len()
        );
    }

    let streets = Streets::open(folder.path()).unwrap();
    let app = App::new(atlas, streets, Config::default());
    let rows = rows(&path);
    let mut random = ChaCha8Rng::seed_from_u64(2027);
    let chosen: Vec<Row> = rows.choose_multiple(&mut random, ASKED).cloned().collect();
    let with = |voie: &str, row: &Row| {
        let number = [row.numero.as_str(), &row.rep].join(" ");
        format!("{} {voie} {} Paris", number.trim(), row.postcode)
    };
    let plain: Vec<_> = chosen
        .iter()
        .map(|r| (r.clone(), with(&r.voie, r)))
        .collect();
    ask(&app, "as written", &plain);
    let slips: Vec<_> = chosen
        .iter()
        .map(|r| (r.clone(), with(&slipped(&r.voie, &mut random), r)))
        .collect();
    ask(&app, "one slip", &slips);
    if let Some(streets) = &app.streets {
        complete(streets, &rows, &mut random);
    }
}
