//! A Shapefile: the first byte says whether all of its files are foreign, or one of them beside sound ones.

use super::{framed, layer};

/// A triangle, as `seeds.py` writes it.
const SOUND: &[u8] = include_bytes!("../seeds/shapefile/triangle");

/// Reads it as import does.
pub fn run(data: &[u8]) {
    let Some((mode, data)) = data.split_first() else {
        return;
    };
    let [mut shp, mut shx, mut dbf, mut prj, mut cpg] = framed(&SOUND[1..]);
    match mode % 5 {
        0 => [shp, shx, dbf, prj, cpg] = framed(data),
        1 => prj = data,
        2 => dbf = data,
        3 => [dbf, cpg] = framed(data),
        _ => [shp, shx] = framed(data),
    }
    layer::check(&[
        ("essai.shp", shp),
        ("essai.shx", shx),
        ("essai.dbf", dbf),
        ("essai.prj", prj),
        ("essai.cpg", cpg),
    ]);
}
