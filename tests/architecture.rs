//! Holds the rooms and arrows of the README's « Map of the code ».
//!
//! Every file of `src/` belongs to the room its path names. This test reads the paths written in
//! each file (`use` trees and paths in expressions, `crate::…`, `super::…`, `self::…`) and fails
//! on an arrow that climbs, naming the file, the line, the arrow and the arrows allowed. Test
//! modules are held like the rest: a test that needs a higher room belongs to that room, or here
//! in `tests/`.
//!
//! It reads text, not types: a macro that builds paths out of pieces would escape it.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::path::Path;

/// The crate's own name: `main.rs` reaches the library through it.
const CRATE: &str = "territoires";

/// Which rooms each room may use, beside itself. `domain` is the one everybody may use.
const ARROWS: &[(&str, &[&str])] = &[
    ("main", &["cli"]),
    (
        "cli",
        // address: imports streets and opens them for the service, as it does with boundaries.
        &[
            "config",
            "boundaries",
            "atlas",
            "exports",
            "api",
            "address",
            "domain",
        ],
    ),
    (
        "api",
        &["atlas", "tiles", "address", "exports", "domain", "config"],
    ),
    ("tiles", &["atlas", "geometry", "domain"]),
    ("exports", &["atlas", "tiles", "geometry", "domain"]),
    ("atlas", &["topology", "index", "geometry", "domain"]),
    ("boundaries", &["geometry", "domain"]),
    ("topology", &["geometry", "domain"]),
    ("index", &["geometry", "domain"]),
    ("config", &["domain"]),
    ("geometry", &["domain"]),
    ("address", &["domain"]),
    ("domain", &[]),
];

/// Crates that only some rooms may use, and why.
const CRATES: &[(&[&str], &[&str], &str)] = &[
    (
        &[
            "axum",
            "axum_core",
            "axum_extra",
            "tower",
            "tower_http",
            "hyper",
            "hyper_util",
            "http",
            "http_body_util",
        ],
        &["api"],
        "only api knows HTTP",
    ),
    (
        &["proj", "proj_sys"],
        &["boundaries", "exports"],
        "coordinates are WGS84 inside, other systems only at the doors",
    ),
    (
        &[
            "tokio",
            "tokio_stream",
            "tokio_io_timeout",
            "futures",
            "futures_util",
            "async_trait",
        ],
        &["main", "cli", "config", "api"],
        "nothing below api waits",
    ),
];

/// Rooms where `async` and `.await` may stand.
const MAY_WAIT: &[&str] = &["main", "cli", "config", "api"];

/// Names that say nothing of what is inside.
const EMPTY_NAMES: &[&str] = &["utils", "util", "helpers", "helper", "common", "misc"];

// --- What the test says -----------------------------------------------------------------------

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Fault {
    file: String,
    line: usize,
    message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.message)
    }
}

fn allowed(room: &str) -> Option<&'static [&'static str]> {
    ARROWS
        .iter()
        .find(|(name, _)| *name == room)
        .map(|(_, to)| *to)
}

fn list(names: &[&str]) -> String {
    if names.is_empty() {
        "nothing of ours".to_owned()
    } else {
        names.join(", ")
    }
}

// --- Reading Rust: just enough of a lexer -----------------------------------------------------

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    /// An identifier or a keyword, without `r#`.
    Word(String),
    /// `::`
    PathSep,
    /// Any other character that is not white space.
    Mark(char),
    /// A string, a character, a number or a lifetime: never part of a path.
    Literal,
}

/// Cuts a source into tokens with their line; comments, doc comments and literals lose their text.
fn tokens(source: &str) -> Vec<(Token, usize)> {
    let chars: Vec<char> = source.chars().collect();
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    let mut out = Vec::new();
    let mut line = 1;
    let mut i = 0;
    while i < chars.len() {
        let start = i;
        let first_line = line;
        let token = match at(i) {
            '/' if at(i + 1) == '/' => {
                i = end_of_line(&chars, i);
                None
            }
            '/' if at(i + 1) == '*' => {
                i = end_of_block_comment(&chars, i);
                None
            }
            '"' => {
                i = end_of_quoted(&chars, i, '"');
                Some(Token::Literal)
            }
            '\'' => {
                let is_char = at(i + 1) == '\\' || at(i + 2) == '\'';
                i = if is_char {
                    end_of_quoted(&chars, i, '\'')
                } else {
                    end_of_word(&chars, i + 1)
                };
                Some(Token::Literal)
            }
            c if c.is_ascii_digit() => {
                i = end_of_word(&chars, i);
                Some(Token::Literal)
            }
            c if c == '_' || c.is_alphabetic() => {
                let end = end_of_word(&chars, i);
                let word: String = chars.get(i..end).unwrap_or_default().iter().collect();
                if let Some(after) = end_of_prefixed_string(&chars, &word, end) {
                    i = after;
                    Some(Token::Literal)
                } else if word == "r" && at(end) == '#' {
                    i = end_of_word(&chars, end + 1);
                    Some(Token::Word(
                        chars.get(end + 1..i).unwrap_or_default().iter().collect(),
                    ))
                } else {
                    i = end;
                    Some(Token::Word(word))
                }
            }
            ':' if at(i + 1) == ':' => {
                i += 2;
                Some(Token::PathSep)
            }
            c if c.is_whitespace() => {
                i += 1;
                None
            }
            c => {
                i += 1;
                Some(Token::Mark(c))
            }
        };
        line += chars
            .get(start..i)
            .unwrap_or_default()
            .iter()
            .filter(|c| **c == '\n')
            .count();
        out.extend(token.map(|token| (token, first_line)));
    }
    out
}

fn end_of_line(chars: &[char], from: usize) -> usize {
    chars
        .iter()
        .skip(from)
        .position(|c| *c == '\n')
        .map_or(chars.len(), |n| from + n)
}

/// The end of a run of letters, digits and `_`.
fn end_of_word(chars: &[char], from: usize) -> usize {
    let is_part = |c: &char| *c == '_' || c.is_alphanumeric();
    chars
        .iter()
        .skip(from)
        .position(|c| !is_part(c))
        .map_or(chars.len(), |n| from + n)
}

/// Rust's block comments nest.
fn end_of_block_comment(chars: &[char], from: usize) -> usize {
    let mut depth = 0_usize;
    let mut i = from;
    while let Some(pair) = chars.get(i..i + 2) {
        match pair {
            ['/', '*'] => {
                depth += 1;
                i += 2;
            }
            ['*', '/'] => {
                depth -= 1;
                i += 2;
                if depth == 0 {
                    return i;
                }
            }
            _ => i += 1,
        }
    }
    chars.len()
}

/// The end of a literal whose opening quote is at `from`, minding `\` before a character.
fn end_of_quoted(chars: &[char], from: usize, quote: char) -> usize {
    let mut i = from + 1;
    while let Some(c) = chars.get(i) {
        match c {
            '\\' => i += 2,
            c if *c == quote => return i + 1,
            _ => i += 1,
        }
    }
    chars.len()
}

/// The end of `b"…"`, `c"…"`, `r"…"`, `br##"…"##` and the like, when `word` is such a prefix.
fn end_of_prefixed_string(chars: &[char], word: &str, after_word: usize) -> Option<usize> {
    let raw = matches!(word, "r" | "br" | "cr");
    if !raw && !matches!(word, "b" | "c") {
        return None;
    }
    let hashes = if raw {
        chars
            .iter()
            .skip(after_word)
            .take_while(|c| **c == '#')
            .count()
    } else {
        0
    };
    if chars.get(after_word + hashes) != Some(&'"') {
        return None;
    }
    if !raw {
        return Some(end_of_quoted(chars, after_word, '"'));
    }
    let mut closing = vec!['"'];
    closing.resize(hashes + 1, '#');
    let body = after_word + hashes + 1;
    let found = chars
        .get(body..)?
        .windows(closing.len())
        .position(|w| w == closing);
    Some(found.map_or(chars.len(), |n| body + n + closing.len()))
}

// --- Paths ------------------------------------------------------------------------------------

/// One path as written: `use a::{b, c::*}` gives `a::b` and `a::c::*`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Written {
    segments: Vec<String>,
    line: usize,
    in_use: bool,
    /// The modules around it, from the crate's root.
    module: Vec<String>,
}

struct Reader<'a> {
    tokens: &'a [(Token, usize)],
    module: Vec<String>,
    paths: Vec<Written>,
}

impl Reader<'_> {
    fn token(&self, i: usize) -> Option<&Token> {
        self.tokens.get(i).map(|(token, _)| token)
    }

    fn is_mark(&self, i: usize, mark: char) -> bool {
        self.token(i) == Some(&Token::Mark(mark))
    }

    fn word(&self, i: usize) -> Option<&str> {
        match self.token(i) {
            Some(Token::Word(word)) => Some(word),
            _ => None,
        }
    }

    fn line(&self, i: usize) -> usize {
        self.tokens.get(i).map_or(0, |(_, line)| *line)
    }

    /// Reads the whole file, following the `mod name { … }` it is in.
    fn read(&mut self) {
        let mut depth = 0_usize;
        let mut inline: Vec<usize> = Vec::new();
        let mut i = 0;
        while i < self.tokens.len() {
            match self.token(i) {
                Some(Token::Mark('{')) => {
                    depth += 1;
                    i += 1;
                }
                Some(Token::Mark('}')) => {
                    if inline.last() == Some(&depth) {
                        inline.pop();
                        self.module.pop();
                    }
                    depth = depth.saturating_sub(1);
                    i += 1;
                }
                Some(Token::Word(word)) => match word.as_str() {
                    "mod" if self.word(i + 1).is_some() && self.is_mark(i + 2, '{') => {
                        self.module.extend(self.word(i + 1).map(str::to_owned));
                        depth += 1;
                        inline.push(depth);
                        i += 3;
                    }
                    // Not `impl Trait + use<'a>`.
                    "use" if !self.is_mark(i + 1, '<') => i = self.tree(i + 1, &[]),
                    _ => i = self.path(i),
                },
                _ => i += 1,
            }
        }
    }

    /// A path in an expression, a type or a macro: `a::b::c`. Gives the index after it.
    fn path(&mut self, from: usize) -> usize {
        if self.token(from + 1) != Some(&Token::PathSep) {
            return from + 1;
        }
        let mut segments = Vec::new();
        let mut i = from;
        while let Some(word) = self.word(i) {
            segments.push(word.to_owned());
            i += 1;
            if self.token(i) != Some(&Token::PathSep) {
                break;
            }
            i += 1;
        }
        self.keep(segments, self.line(from), false);
        i
    }

    /// One branch of a `use` tree. Gives the index after it.
    fn tree(&mut self, from: usize, prefix: &[String]) -> usize {
        let line = self.line(from);
        let mut segments = prefix.to_vec();
        let mut i = from;
        loop {
            match self.token(i) {
                Some(Token::PathSep) => i += 1,
                Some(Token::Word(word)) if word == "as" => {
                    self.keep(segments, line, true);
                    return i + 2;
                }
                Some(Token::Word(word)) => {
                    segments.push(word.clone());
                    i += 1;
                }
                Some(Token::Mark('*')) => {
                    segments.push("*".to_owned());
                    i += 1;
                }
                Some(Token::Mark('{')) => {
                    i += 1;
                    while i < self.tokens.len() && !self.is_mark(i, '}') {
                        i = if self.is_mark(i, ',') {
                            i + 1
                        } else {
                            self.tree(i, &segments)
                        };
                    }
                    return i + 1;
                }
                Some(Token::Mark(',' | '}' | ';')) | None => {
                    self.keep(segments, line, true);
                    return i;
                }
                // Not a use tree after all (a macro's pattern, say): step over.
                _ => return i + 1,
            }
        }
    }

    fn keep(&mut self, mut segments: Vec<String>, line: usize, in_use: bool) {
        // `use a::b::{self, c}`: the first leaf is `a::b`.
        if segments.len() > 1 && segments.last().is_some_and(|last| last == "self") {
            segments.pop();
        }
        if !segments.is_empty() {
            self.paths.push(Written {
                segments,
                line,
                in_use,
                module: self.module.clone(),
            });
        }
    }
}

/// Where a path leads inside the crate, from the root; `None` for another crate or a local name.
fn inside_crate(path: &Written) -> Option<Vec<String>> {
    let mut module = path.module.clone();
    let mut rest = path.segments.as_slice();
    match rest.first()?.as_str() {
        "crate" | CRATE => {
            module.clear();
            rest = rest.get(1..)?;
        }
        "self" => rest = rest.get(1..)?,
        "super" => {
            while rest.first().is_some_and(|segment| segment == "super") {
                module.pop();
                rest = rest.get(1..)?;
            }
        }
        // In `main.rs` and `lib.rs` a room is in scope by its bare name.
        first if module.is_empty() && allowed(first).is_some() => {}
        _ => return None,
    }
    module.extend(rest.iter().cloned());
    Some(module)
}

// --- The rules --------------------------------------------------------------------------------

/// The modules that a file of `src/` holds: `tiles/encode.rs` is `tiles::encode`, `main.rs` the root.
fn module_of(file: &str) -> Vec<String> {
    let inside = file.strip_prefix("src/").unwrap_or(file);
    let stem = inside.strip_suffix(".rs").unwrap_or(inside);
    let mut parts: Vec<String> = stem.split('/').map(str::to_owned).collect();
    let is_root = parts.len() == 1 && matches!(stem, "main" | "lib");
    if is_root || parts.last().is_some_and(|last| last == "mod") {
        parts.pop();
    }
    parts
}

/// All faults of one file. `file` is written from the project's root, with `/`.
fn faults(file: &str, source: &str) -> BTreeSet<Fault> {
    let module = module_of(file);
    let room = module.first().map_or("main", String::as_str);
    let mut said = Vec::new();
    if let Some(may_use) = allowed(room) {
        let tokens = tokens(source);
        let mut reader = Reader {
            tokens: &tokens,
            module: module.clone(),
            paths: Vec::new(),
        };
        reader.read();
        for path in &reader.paths {
            said.extend(crate_fault(room, path).map(|message| (path.line, message)));
            said.extend(arrow_fault(room, may_use, path).map(|message| (path.line, message)));
        }
        for i in 0..tokens.len() {
            said.extend(word_fault(room, &reader, i).map(|message| (reader.line(i), message)));
        }
        said.extend(
            module
                .iter()
                .filter_map(|name| empty_name_fault(name))
                .map(|message| (1, message)),
        );
    } else {
        let rooms: Vec<&str> = ARROWS.iter().map(|(name, _)| *name).collect();
        said.push((
            1,
            format!(
                "src/{room} is no room of the map of the code; the rooms are: {}",
                list(&rooms)
            ),
        ));
    }
    said.into_iter()
        .map(|(line, message)| Fault {
            file: file.to_owned(),
            line,
            message,
        })
        .collect()
}

/// A crate used in a room that may not.
fn crate_fault(room: &str, path: &Written) -> Option<String> {
    let first = path.segments.first()?.as_str();
    let (_, rooms, why) = CRATES.iter().find(|(names, _, _)| names.contains(&first))?;
    (!rooms.contains(&room)).then(|| {
        format!(
            "{room} uses the crate {first}: {why}; rooms that may: {}",
            list(rooms)
        )
    })
}

/// A path that leads to a room which this one may not use.
fn arrow_fault(room: &str, may_use: &[&str], path: &Written) -> Option<String> {
    let target = inside_crate(path)?;
    let written = path.segments.join("::");
    match target.first().map_or("*", String::as_str) {
        // `use super::*` at the root, or the root under another name: every room at once.
        "*" if path.in_use => Some(format!(
            "`{written}` brings in the whole crate: name the room it needs"
        )),
        "*" => None,
        to if to == room || may_use.contains(&to) => None,
        to if allowed(to).is_none() => Some(format!(
            "`{written}` names `{to}` at the root of the crate, which is no room: put it in one"
        )),
        to => Some(format!(
            "{room} -> {to} (`{written}`) is no arrow of the map of the code; {room} may use: {}",
            list(may_use)
        )),
    }
}

/// A single word, at token `i`, that its room may not hold.
fn word_fault(room: &str, reader: &Reader<'_>, i: usize) -> Option<String> {
    let word = reader.word(i)?;
    match word {
        "async" | "await" if !MAY_WAIT.contains(&room) => {
            Some(format!("`{word}` in {room}: nothing below api waits"))
        }
        "serde" | "Serialize" | "Deserialize" if room == "domain" => Some(format!(
            "`{word}` in domain: the written form of a type belongs to the room that writes or reads it"
        )),
        "mod" => empty_name_fault(reader.word(i + 1)?),
        // Ways to put a file in a room that its path does not tell, or to rename the crate.
        "path" if i > 0 && reader.is_mark(i - 1, '[') && reader.is_mark(i + 1, '=') => {
            Some("`#[path]` hides which room a file is in: move the file".to_owned())
        }
        "include" if reader.is_mark(i + 1, '!') => {
            Some("`include!` hides which room a source is in: make it a module".to_owned())
        }
        "extern" if reader.word(i + 1) == Some("crate") => {
            Some("`extern crate` is not needed, and hides what is used: write the path".to_owned())
        }
        _ => None,
    }
}

fn empty_name_fault(name: &str) -> Option<String> {
    EMPTY_NAMES
        .contains(&name)
        .then(|| format!("a module called `{name}` does not say what it holds: name it after that"))
}

// --- The test itself, then the tests of the test ------------------------------------------------

/// Every `.rs` file under `folder`, as (path from the project's root with `/`, text).
fn sources(folder: &Path, out: &mut Vec<(String, String)>) -> std::io::Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(fs::DirEntry::path);
    for entry in entries {
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            sources(&path, out)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path
                .strip_prefix(env!("CARGO_MANIFEST_DIR"))
                .unwrap_or(&path);
            let name = name
                .iter()
                .map(|part| part.to_string_lossy())
                .collect::<Vec<_>>()
                .join("/");
            out.push((name, fs::read_to_string(&path)?));
        }
    }
    Ok(())
}

#[test]
fn no_arrow_climbs() -> std::io::Result<()> {
    let mut files = Vec::new();
    sources(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut files,
    )?;
    assert!(
        files.iter().any(|(name, _)| name == "src/main.rs"),
        "src/main.rs was not among {} files",
        files.len()
    );
    let found: Vec<String> = files
        .iter()
        .flat_map(|(name, text)| faults(name, text))
        .map(|fault| fault.to_string())
        .collect();
    assert!(
        found.is_empty(),
        "the map of the code does not hold:\n{}",
        found.join("\n")
    );
    Ok(())
}

/// The table itself leads downwards: following the arrows never comes back.
#[test]
fn the_allowed_arrows_have_no_cycle() {
    let mut settled: BTreeSet<&str> = BTreeSet::new();
    while let Some((room, _)) = ARROWS
        .iter()
        .find(|(room, to)| !settled.contains(room) && to.iter().all(|room| settled.contains(room)))
    {
        settled.insert(room);
    }
    let stuck: Vec<&str> = ARROWS
        .iter()
        .map(|(room, _)| *room)
        .filter(|room| !settled.contains(room))
        .collect();
    assert!(
        stuck.is_empty(),
        "these rooms use each other, or a room that is not in the table: {}",
        list(&stuck)
    );
}

mod the_checker {
    use super::{faults, tokens};

    /// Checks the files written in `text`, each under a line `--- path`. A line that ends in
    /// `//~ piece` must have one fault whose message holds that piece (two: two faults), and the
    /// others none.
    #[track_caller]
    fn expect(text: &str) {
        for file in text.split("--- ").skip(1) {
            let (name, source) = file.split_once('\n').unwrap_or((file, ""));
            let mut found = faults(name, source);
            for (number, line) in (1..).zip(source.lines()) {
                for piece in line.split("//~ ").skip(1).map(str::trim) {
                    let said = |message: &str| message.contains(piece);
                    let taken = found.extract_if(.., |f| f.line == number && said(&f.message));
                    let taken = taken.count();
                    assert_eq!(
                        taken, 1,
                        "{name}:{number}: {piece:?} was said {taken} times"
                    );
                }
            }
            let rest: Vec<String> = found.iter().map(ToString::to_string).collect();
            assert!(rest.is_empty(), "not expected: {rest:#?}");
        }
    }

    #[test]
    fn lets_the_allowed_arrows_pass() {
        expect(
            r"
--- src/main.rs
fn main() { territoires::cli::run() }
--- src/lib.rs
pub mod api; pub mod cli; mod domain;
--- src/cli/serve.rs
use crate::{api, atlas::Atlas, config};
--- src/api/mod.rs
use axum::Router; use crate::domain::Code; async fn f() { g().await }
--- src/tiles/encode.rs
use super::cache; use super::super::atlas::Atlas; use crate::tiles::x;
--- src/geometry.rs
use crate::domain; mod clip { use super::area; } use self::clip::x;
--- src/exports/print/page.rs
use proj::Proj; use super::super::data;
--- src/index/points.rs
pub(crate) fn f() {} pub(super) fn g() {} pub(in crate::index) fn h() {}
",
        );
    }

    #[test]
    fn sees_an_arrow_that_climbs() {
        expect(
            r"
--- src/tiles/encode.rs

use crate::api::Route; //~ tiles -> api (`crate::api::Route`) is no arrow of the map of the code; tiles may use: atlas, geometry, domain
--- src/domain/code.rs
use crate::geometry::Ring; //~ domain may use: nothing of ours
--- src/topology/mod.rs
use crate::index; //~ topology -> index
--- src/cli/mod.rs
use crate::tiles::Tile; //~ cli -> tiles
--- src/main.rs
use territoires::api; //~ main -> api
fn main() { api::serve() } //~ main -> api
--- src/lib.rs
pub mod atlas;
pub use atlas::Atlas; //~ main -> atlas
",
        );
    }

    #[test]
    fn sees_it_in_expressions_types_and_macros() {
        expect(
            r"
--- src/atlas/mod.rs
fn f(a: crate::api::A) { //~ atlas -> api
    crate::tiles::g::<u8>(); //~ atlas -> tiles
    vec![<A as crate::exports::X>::y()]; //~ atlas -> exports
}
macro_rules! m { () => { $crate::cli::run() } } //~ atlas -> cli
",
        );
    }

    #[test]
    fn sees_it_in_groups() {
        expect(
            r"
--- src/index/mod.rs
use crate::{
    domain::{self, Code},
    atlas::{self, Atlas as A}, //~ (`crate::atlas`) //~ (`crate::atlas::Atlas`)
    api, //~ index -> api
};
use {std::fmt, crate::tiles::*}; //~ index -> tiles
",
        );
    }

    #[test]
    fn sees_it_through_super_and_self() {
        expect(
            r"
--- src/geometry/clip.rs
use super::super::topology::Arc; //~ geometry -> topology
--- src/geometry/mod.rs
fn f() { super::topology::g() } //~ geometry -> topology
mod a {
    mod b { use super::super::super::index::X; } //~ geometry -> index
    use super::super::index::X; //~ geometry -> index
    use super::b;
}
--- src/lib.rs
use self::tiles::Tile; //~ main -> tiles
",
        );
    }

    #[test]
    fn holds_test_modules_too() {
        expect(
            r"
--- src/geometry/clip.rs
#[cfg(test)]
mod tests {
    use super::*;
    use crate::atlas::Atlas; //~ geometry -> atlas
}
",
        );
    }

    #[test]
    fn refuses_the_whole_crate_and_items_at_its_root() {
        expect(
            r"
--- src/tiles/mod.rs
use crate::*; //~ brings in the whole crate
use super::*; //~ brings in the whole crate
use crate as c; //~ brings in the whole crate
use super::{self as up}; //~ brings in the whole crate
use crate::Shortcut; //~ names `Shortcut` at the root
",
        );
    }

    #[test]
    fn ignores_comments_and_literals() {
        expect(
            r##"
--- src/domain/mod.rs
//! use crate::api; async
/* crate::api::x /* nested */ use crate::cli; */
/// ```
/// use territoires::api::x;
/// ```
const A: &str = "use crate::api; \" crate::cli::x";
const B: &str = r#"crate::api::x " async"#;
const C: &[u8] = b"\\"; const D: char = '"'; const E: char = '\''; const F: &str = "crate::cli::x";
fn f<'a>(x: &'a str) -> &'a str { x } // crate::api::x
use crate::tiles::T; //~ domain -> tiles
"##,
        );
    }

    #[test]
    fn keeps_http_projection_and_waiting_in_their_rooms() {
        expect(
            r"
--- src/cli/serve.rs
use axum::Router; //~ cli uses the crate axum: only api knows HTTP; rooms that may: api
fn f() { tokio::runtime::Runtime::new(); async {}; }
--- src/main.rs
use {std::io, tower_http::trace}; //~ the crate tower_http
--- src/tiles/mod.rs
fn f() -> axum::Json<u8> { g(::http::X) } //~ crate axum //~ crate http
async fn f() { //~ `async` in tiles
    g().await; //~ `await` in tiles
}
--- src/geometry/mod.rs
use proj::Proj; //~ rooms that may: boundaries, exports
fn f() { let proj = 1; g(proj); }
--- src/atlas/mod.rs
use tokio::sync::Mutex; //~ nothing below api waits
",
        );
    }

    #[test]
    fn keeps_domain_types_unwritten() {
        expect(
            r"
--- src/domain/code.rs
#[derive(Debug, serde::Serialize)] //~ `serde` in domain //~ `Serialize` in domain
struct A;
--- src/api/answer.rs
use serde::Serialize; #[derive(Serialize)] struct A;
",
        );
    }

    #[test]
    fn refuses_unknown_rooms_empty_names_and_hidden_files() {
        expect(
            r#"
--- src/utils/mod.rs
use std::fmt; //~ src/utils is no room of the map of the code
--- src/tiles/helpers.rs
use std::fmt; //~ a module called `helpers`
--- src/tiles/mod.rs
mod common; //~ `common`
mod misc {} //~ `misc`
#[path = "../api/x.rs"] //~ #[path]
mod x;
include!("x.rs"); //~ include!
include_str!("x");
extern crate self as me; //~ extern crate
"#,
        );
    }

    #[test]
    fn counts_lines_through_literals_and_comments() {
        let source = "\"a\nb\" /* c\nd */ 'e' x\ny";
        let lines: Vec<usize> = tokens(source).iter().map(|(_, line)| *line).collect();
        assert_eq!(lines, [1, 3, 3, 4]);
    }
}
