//! Putting a data folder in force: all of its files or none, wherever the power goes out.
//!
//! Every file is written beside the one it replaces, under a name of its own, and forced to the disk. Then the new
//! manifest takes the place of the old one: from that moment on the folder is the new edition. A file that still
//! stands under its own name then is found there by its digest (see [`read`]), and is put in its place by the next
//! install, if this one is killed before it could.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::error::{BoundaryError, Result};
use super::manifest::{MANIFEST, Manifest};
use super::packages::sha256;

/// Where a file waits to take the place of another.
fn fresh(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.nouveau"))
}

/// A file of a folder: the one in its place, or the one that waits to take it, whichever has the digest. Where neither
/// has, the one in its place, for the caller to refuse.
///
/// # Errors
/// Where none can be read.
pub(super) fn read(folder: &Path, name: &str, digest: Option<&str>) -> Result<Vec<u8>> {
    let path = folder.join(name);
    let place = fs::read(&path);
    let is_meant = |bytes: &[u8]| digest.is_none_or(|digest| sha256(bytes) == digest);
    match place {
        Ok(bytes) if is_meant(&bytes) => Ok(bytes),
        in_place => {
            let waiting = fs::read(fresh(&path)).ok().filter(|bytes| is_meant(bytes));
            // It may have been put in its place between the two looks.
            let waiting = waiting.or_else(|| fs::read(&path).ok().filter(|bytes| is_meant(bytes)));
            waiting.map_or_else(|| in_place.map_err(BoundaryError::io(&path)), Ok)
        }
    }
}

/// Puts files in force in a folder, which is made where there is none.
///
/// # Errors
/// Where something cannot be written: then what was in force stays so.
pub fn install(
    folder: &Path,
    files: &BTreeMap<String, Vec<u8>>,
    manifest: &Manifest,
) -> Result<()> {
    finish(folder)?;
    let text = manifest.to_text()?.into_bytes();
    let all = files.iter().map(|(name, bytes)| (name.as_str(), bytes));
    let mut written = Vec::new();
    for (name, bytes) in all.chain([(MANIFEST, &text)]) {
        let path = folder.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(BoundaryError::io(parent))?;
        }
        let fresh = fresh(&path);
        let outcome = write(&fresh, bytes);
        written.push((fresh.clone(), path));
        if let Err(source) = outcome {
            for (fresh, _) in written {
                // Best effort: what cannot be removed is named by the error that follows.
                let _ = fs::remove_file(fresh);
            }
            let path = fresh;
            return Err(BoundaryError::Io { path, source });
        }
    }
    sync(&written)?;
    // The manifest first: it is what makes the others count.
    for (fresh, path) in written.iter().rev() {
        fs::rename(fresh, path).map_err(BoundaryError::io(path))?;
        if path.ends_with(MANIFEST) {
            sync(&written[written.len() - 1..])?;
        }
    }
    sync(&written)
}

/// Puts in their places the files of an install that was cut off after its manifest was.
fn finish(folder: &Path) -> Result<()> {
    let Ok(text) = fs::read_to_string(folder.join(MANIFEST)) else {
        return Ok(());
    };
    let Ok(manifest) = Manifest::parse(&text) else {
        return Ok(());
    };
    for (name, digest) in &manifest.fichiers {
        let path = folder.join(name);
        let waiting = fs::read(fresh(&path)).is_ok_and(|bytes| sha256(&bytes) == *digest);
        if waiting {
            fs::rename(fresh(&path), &path).map_err(BoundaryError::io(&path))?;
        }
    }
    Ok(())
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Forces the folders of files to the disk, so that their names are there too.
fn sync(written: &[(PathBuf, PathBuf)]) -> Result<()> {
    let mut folders: Vec<&Path> = written.iter().filter_map(|(_, p)| p.parent()).collect();
    folders.sort_unstable();
    folders.dedup();
    for folder in folders {
        let synced = File::open(folder).and_then(|folder| folder.sync_all());
        synced.map_err(BoundaryError::io(folder))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edition(words: &str) -> (BTreeMap<String, Vec<u8>>, Manifest) {
        let names = ["communes.fgb", "composition/a.csv", "regions.csv"];
        let file = |name: &&str| ((*name).to_owned(), format!("{name} {words}").into_bytes());
        let files: BTreeMap<String, Vec<u8>> = names.iter().map(file).collect();
        let manifest = Manifest::of(2026, words.to_owned(), &files);
        (files, manifest)
    }

    /// What the folder is: the words of its edition, found in every file.
    fn words(folder: &Path) -> String {
        let text = fs::read_to_string(folder.join(MANIFEST)).unwrap();
        let manifest = Manifest::parse(&text).unwrap();
        for (name, digest) in &manifest.fichiers {
            let bytes = read(folder, name, Some(digest)).unwrap();
            assert_eq!(bytes, format!("{name} {}", manifest.contours).as_bytes());
        }
        manifest.contours
    }

    /// Every state of the folder that a process killed in the middle can leave behind, found by doing by hand, up to
    /// that point, what [`install`] does.
    #[test]
    fn an_install_that_is_cut_off_leaves_one_edition_or_the_other_whole() {
        let (files, manifest) = edition("deux");
        for cut in 0..=2 * (files.len() + 1) {
            let folder = tempfile::tempdir().unwrap();
            let folder = folder.path();
            let (before, its) = edition("un");
            install(folder, &before, &its).unwrap();
            let mut steps = 0;
            let mut goes_on = || {
                steps += 1;
                steps <= cut
            };
            let text = manifest.to_text().unwrap().into_bytes();
            let all = files.iter().map(|(n, b)| (n.as_str(), b));
            let all: Vec<(&str, &Vec<u8>)> = all.chain([(MANIFEST, &text)]).collect();
            for (name, bytes) in &all {
                if goes_on() {
                    fs::write(fresh(&folder.join(name)), bytes).unwrap();
                }
            }
            for (name, _) in all.iter().rev() {
                if goes_on() {
                    fs::rename(fresh(&folder.join(name)), folder.join(name)).unwrap();
                }
            }
            let expected = if cut > all.len() { "deux" } else { "un" };
            assert_eq!(words(folder), expected, "cut after {cut} steps");
            // And the next install loses nothing of it, cut off before its own manifest.
            finish(folder).unwrap();
            assert_eq!(words(folder), expected, "finished after {cut} steps");
            let (next, its) = edition("trois");
            install(folder, &next, &its).unwrap();
            assert_eq!(words(folder), "trois");
        }
    }

    #[test]
    fn an_install_that_cannot_write_leaves_what_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let (before, its) = edition("un");
        install(folder.path(), &before, &its).unwrap();
        let (mut files, _) = edition("deux");
        // A file where a folder must be.
        files.insert("regions.csv/non.csv".to_owned(), b"x".to_vec());
        let manifest = Manifest::of(2026, "deux".to_owned(), &files);
        install(folder.path(), &files, &manifest).unwrap_err();
        assert_eq!(words(folder.path()), "un");
    }
}
