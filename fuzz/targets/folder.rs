//! The files of a data folder that are not text: outlines, how they are drawn, the index of streets. An operator's own,
//! but disks and hands change bytes. The first byte says which.

use std::cell::OnceCell;
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::sync::LazyLock;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use tempfile::TempDir;
use territoires::address::streets::{FOLDER, Streets, prepare};
use territoires::boundaries::flat;
use territoires::geometry::arcs::Arcs;
use territoires::geometry::coverage::Coverage;
use territoires::geometry::lattice::Vertex;
use territoires::topology::cut::cut;
use territoires::topology::generalisation::Generalisation;
use territoires::topology::simplify::MAX_ZOOM;

use super::is_sentence;

/// Three squares in a row.
static ARCS: LazyLock<Arcs> = LazyLock::new(|| {
    let mut coverage = Coverage::default();
    for x in 0..3 {
        let at = |dx: i32, dy: i32| Vertex::new((x + dx) * 40_000, 47_000_000 + dy * 40_000);
        coverage.push_ring([at(0, 0), at(1, 0), at(1, 1), at(0, 1)]);
        coverage.end_polygon();
        coverage.end_face();
    }
    cut(&coverage).unwrap().0
});

/// Addresses enough for numbers, slips and homonyms.
const ADDRESSES: &[u8] = include_bytes!("../seeds/ban/adresses");

/// Reads it.
pub fn run(data: &[u8]) {
    let Some((mode, data)) = data.split_first() else {
        return;
    };
    match mode {
        b'z' => zooms(data),
        b'Z' => {
            let mut deflated = ZlibEncoder::new(Vec::new(), Compression::fast());
            deflated.write_all(data).unwrap();
            zooms(&deflated.finish().unwrap());
        }
        b'a' => streets(data),
        _ => outlines(data),
    }
}

fn outlines(data: &[u8]) {
    let mut rows = 0;
    let columns = ["code", "nom", "population"];
    let read = flat::read("communes.fgb", data, &columns, |row| {
        rows += 1;
        let _ = (row.take(0), row.take(1), row.count(2));
        Ok(())
    });
    match read {
        Ok(coverage) => {
            assert_eq!(coverage.face_count(), rows);
            // Whether it is a coverage is for `cut` to say.
            let _ = cut(&coverage);
        }
        Err(refusal) => is_sentence(&refusal.to_string()),
    }
}

fn zooms(data: &[u8]) {
    match Generalisation::read(data, &ARCS, 3) {
        Ok(zooms) => {
            for zoom in 0..=MAX_ZOOM {
                let line = |line: &[Vertex], _, _| assert!(line.len() > 1);
                zooms.lines(&ARCS, zoom, |_, _| true, line);
            }
        }
        Err(refusal) => is_sentence(&refusal.to_string()),
    }
}

struct Index {
    folder: TempDir,
    files: Vec<(PathBuf, Vec<u8>)>,
}

thread_local! {
    static INDEX: OnceCell<Index> = const { OnceCell::new() };
}

fn index() -> Index {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("adresses.csv");
    fs::write(&file, ADDRESSES).unwrap();
    let prepared = prepare(&[file], folder.path(), Some, |_, _| ()).unwrap();
    prepared.install().unwrap();
    let entries = fs::read_dir(folder.path().join(FOLDER)).unwrap();
    let mut files: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_none_or(|e| e != "toml"))
        .map(|path| (path.clone(), fs::read(&path).unwrap()))
        .collect();
    files.sort();
    Index { folder, files }
}

/// Four bytes each: which file, where in it (little-endian), and the byte that stands there instead.
fn streets(data: &[u8]) {
    INDEX.with(|index_| {
        let index = index_.get_or_init(index);
        let mut files = index.files.clone();
        let count = files.len();
        let (changes, _) = data.as_chunks::<4>();
        for &[file, low, high, value] in changes {
            let bytes = &mut files[usize::from(file) % count].1;
            let at = usize::from(u16::from_le_bytes([low, high])) % bytes.len();
            bytes[at] = value;
        }
        for (path, bytes) in files {
            fs::write(path, bytes).unwrap();
        }
        match Streets::open(index.folder.path()) {
            Ok(streets) => {
                let streets = streets.unwrap();
                let words = [
                    "rue",
                    "rue de la pai",
                    "avenue du général lemonier",
                    "12 r",
                    "ch",
                    "paris",
                ];
                for hit in words.iter().flat_map(|text| streets.search(text, 10)) {
                    let found = streets.find(hit.insee, hit.postcode, &hit.voie, Some("2 bis"));
                    assert!(found.is_none_or(|f| (0.0..=1.0).contains(&f.score)));
                }
            }
            Err(refusal) => is_sentence(&refusal.to_string()),
        }
    });
}
