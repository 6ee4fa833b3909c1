//! What is known of towns: their names, former names and postcodes, arranged to be looked up by what people write.

use foldhash::{HashMap, HashMapExt};
use std::collections::BTreeMap;
use std::hash::BuildHasher;
use std::ops::Range;

use super::edits::within_one;
use super::names::Name;
use crate::domain::administrative::{
    Commune, Departement, OtherName, Passage, PassageKind, Region,
};
use crate::domain::codes::{CodePostal, CommuneCode};
use crate::domain::fold::fold;

/// The number of one of today's communes, in the order given.
pub(super) type TownId = u32;
/// The number of a name.
pub(super) type EntryId = u32;

/// Names shorter than this are not looked for with slips: every slip makes another name of them.
const MIN_SLIPPED: usize = 4;

/// What a gazetteer is made of.
#[derive(Clone, Copy)]
pub struct Tables<'a> {
    /// Today's communes.
    pub communes: &'a [Commune],
    /// Codes that are no commune today.
    pub passages: &'a [&'a Passage],
    /// Names that codes had before, or have for a part.
    pub other_names: &'a [OtherName],
    /// Which postcodes serve which codes.
    pub postcodes: &'a [(CodePostal, CommuneCode)],
    /// Départements, for those who write them after the town.
    pub departements: &'a [Departement],
    /// Régions, likewise.
    pub regions: &'a [Region],
}

/// Of the hashes of names so many first bits are indexed: some eight hashes a bucket, which is a line of the cache.
const BUCKET_BITS: u32 = 17;

/// The bucket of a hash.
fn bucket_of(hash: u32) -> u32 {
    hash >> (u32::BITS - BUCKET_BITS)
}

/// How a name stands to the town.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Standing {
    /// Its name today.
    Today,
    /// A part of it that still bears the name: commune déléguée or associée, arrondissement.
    Part,
    /// A name given up.
    Past,
}

/// A name of a town.
#[derive(Debug)]
pub(super) struct Entry {
    pub town: TownId,
    /// The code that the name is of: the town's, or that of a former commune.
    pub code: CommuneCode,
    pub standing: Standing,
    pub name: Name,
}

/// One of today's communes.
#[derive(Debug)]
pub(super) struct Town {
    pub code: CommuneCode,
    pub nom: String,
    pub population: u32,
    pub postcodes: Vec<CodePostal>,
    /// Names: a range of entries.
    entries: Range<EntryId>,
    /// The first digits that its postcodes begin with: its département's, mostly.
    prefix: [u8; 3],
}

/// What may be written after a town.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Area {
    /// A département, by how its postcodes begin.
    Departement([u8; 3]),
    /// A région.
    Region,
}

/// Towns by what people write. Immutable, made once in some 100 ms; some 20 MB.
#[derive(Debug)]
pub struct Gazetteer {
    towns: Vec<Town>,
    entries: Vec<Entry>,
    /// Names without joining words.
    by_name: HashMap<Box<str>, Vec<EntryId>>,
    by_postcode: HashMap<CodePostal, Vec<EntryId>>,
    /// Hashes of names and of names less one letter, sorted (symmetric deletion: two texts one slip apart
    /// have one of these in common).
    near: Vec<(u32, EntryId)>,
    /// Where those begin whose hash has the same first [`BUCKET_BITS`]: hashes are spread evenly, so that a few are
    /// looked at where halving would look at twenty, each elsewhere in memory.
    buckets: Vec<u32>,
    hasher: foldhash::fast::FixedState,
    /// Départements and régions by name, without joining words.
    areas: HashMap<Box<str>, Area>,
}

/// The first digits of a postcode that say the département: two, three overseas.
pub(super) fn prefix_of_postcode(code: CodePostal) -> [u8; 3] {
    let text = code.as_str();
    let overseas = text.starts_with("97") || text.starts_with("98");
    prefix(&text[..if overseas { 3 } else { 2 }]).unwrap_or_default()
}

impl Gazetteer {
    /// Arranges the tables.
    #[must_use]
    #[allow(clippy::cast_possible_truncation)] // some 45,000 names
    pub fn new(tables: Tables) -> Self {
        let mut passages: BTreeMap<CommuneCode, Vec<&Passage>> = BTreeMap::new();
        let mut parts: BTreeMap<CommuneCode, Vec<&Passage>> = BTreeMap::new();
        for &passage in tables.passages {
            passages.entry(passage.code).or_default().push(passage);
            parts.entry(passage.actuelle).or_default().push(passage);
        }
        let mut others: BTreeMap<CommuneCode, Vec<&OtherName>> = BTreeMap::new();
        for other in tables.other_names {
            others.entry(other.code).or_default().push(other);
        }
        let mut built = Self {
            towns: Vec::with_capacity(tables.communes.len()),
            entries: Vec::new(),
            by_name: HashMap::with_capacity(tables.communes.len()),
            by_postcode: HashMap::with_capacity(7000),
            near: Vec::new(),
            buckets: Vec::new(),
            hasher: foldhash::fast::FixedState::default(),
            areas: areas(&tables),
        };
        for (town, commune) in (0..).zip(tables.communes) {
            let first = built.entries.len() as EntryId;
            built.add(town, commune.code, Standing::Today, &commune.nom);
            for other in others.get(&commune.code).into_iter().flatten() {
                built.add(town, commune.code, standing(other.kind), &other.nom);
            }
            for part in parts.get(&commune.code).into_iter().flatten() {
                // A former commune that was divided is in each of its heirs, and no code says which.
                let divided = passages.get(&part.code).is_some_and(|p| p.len() > 1);
                let code = if divided { commune.code } else { part.code };
                built.add(town, code, standing(part.kind), &part.nom);
                for other in others.get(&part.code).into_iter().flatten() {
                    built.add(town, code, standing(other.kind), &other.nom);
                }
            }
            built.towns.push(Town {
                code: commune.code,
                nom: commune.nom.clone(),
                population: commune.population,
                postcodes: Vec::new(),
                entries: first..built.entries.len() as EntryId,
                prefix: prefix(commune.departement.as_str()).unwrap_or_default(),
            });
        }
        built.take_postcodes(tables.postcodes, &passages);
        built.arrange();
        built
    }

    fn add(&mut self, town: TownId, code: CommuneCode, standing: Standing, nom: &str) {
        let folded = fold(nom);
        if folded.is_empty() {
            return;
        }
        let name = Name::of(&folded.split(' '));
        self.entries.push(Entry {
            town,
            code,
            standing,
            name,
        });
    }

    fn take_postcodes(
        &mut self,
        postcodes: &[(CodePostal, CommuneCode)],
        passages: &BTreeMap<CommuneCode, Vec<&Passage>>,
    ) {
        let numbers: HashMap<CommuneCode, TownId> = self
            .towns
            .iter()
            .zip(0..)
            .map(|(t, i)| (t.code, i))
            .collect();
        for &(postcode, code) in postcodes {
            let heirs = match numbers.get(&code) {
                Some(&town) => vec![(town, true)],
                None => passages
                    .get(&code)
                    .into_iter()
                    .flatten()
                    .filter_map(|p| {
                        // Arrondissements have the postcodes that people write; their city has none.
                        let whole = p.kind == PassageKind::Arrondissement;
                        Some((*numbers.get(&p.actuelle)?, whole))
                    })
                    .collect(),
            };
            let of_code = self.by_postcode.entry(postcode).or_default();
            for (town, whole) in heirs {
                let entries = self.towns[town as usize].entries.clone();
                of_code.extend(entries.filter(|&e| whole || self.entries[e as usize].code == code));
                let known = &mut self.towns[town as usize].postcodes;
                if !known.contains(&postcode) {
                    known.push(postcode);
                }
            }
        }
        for of_code in self.by_postcode.values_mut() {
            of_code.sort_unstable();
            of_code.dedup();
            of_code.shrink_to_fit();
        }
    }

    #[allow(clippy::cast_possible_truncation)] // a million hashes
    fn arrange(&mut self) {
        let mut by_name: HashMap<Box<str>, Vec<EntryId>> =
            HashMap::with_capacity(self.entries.len());
        let mut near = Vec::with_capacity(self.entries.len() * 24);
        for (id, entry) in (0..).zip(&self.entries) {
            by_name
                .entry(entry.name.bare.as_str().into())
                .or_default()
                .push(id);
            for text in variants(&entry.name) {
                near.extend(self.hashes(text).map(|hash| (hash, id)));
            }
        }
        near.sort_unstable();
        near.dedup();
        self.by_name = by_name;
        self.buckets = (0..=1 << BUCKET_BITS)
            .map(|bucket| near.partition_point(|(hash, _)| bucket_of(*hash) < bucket) as u32)
            .collect();
        self.near = near;
    }

    /// The hash of a text and of the text less each of its letters.
    #[allow(clippy::cast_possible_truncation)] // 32 of its bits are enough
    fn hashes<'t>(&'t self, text: &'t str) -> impl Iterator<Item = u32> + 't {
        let bytes = text.as_bytes();
        let without = (0..bytes.len()).map(move |i| {
            let mut buffer = [0_u8; MAX_NAME];
            buffer[..i].copy_from_slice(&bytes[..i]);
            buffer[i..bytes.len() - 1].copy_from_slice(&bytes[i + 1..]);
            self.hasher.hash_one(&buffer[..bytes.len() - 1]) as u32
        });
        std::iter::once(self.hasher.hash_one(bytes) as u32).chain(without)
    }

    /// The département or région with a name.
    pub(super) fn area(&self, bare: &str) -> Option<Area> {
        self.areas.get(bare).copied()
    }

    /// One of today's communes.
    pub(super) fn town(&self, town: TownId) -> &Town {
        &self.towns[town as usize]
    }

    /// A name.
    pub(super) fn entry(&self, entry: EntryId) -> &Entry {
        &self.entries[entry as usize]
    }

    /// The names that are the same but for joining words.
    pub(super) fn named(&self, bare: &str) -> &[EntryId] {
        self.by_name.get(bare).map_or(&[], Vec::as_slice)
    }

    /// The names of the towns that a postcode serves; none for a CEDEX and for what is no postcode.
    pub(super) fn with_postcode(&self, code: CodePostal) -> &[EntryId] {
        self.by_postcode.get(&code).map_or(&[], Vec::as_slice)
    }

    /// Whether a town may have a postcode that begins like this: by its département, or by a postcode of its own.
    pub(super) fn is_under(&self, town: TownId, prefix: [u8; 3]) -> bool {
        let town = self.town(town);
        town.prefix == prefix
            || town
                .postcodes
                .iter()
                .any(|p| prefix_of_postcode(*p) == prefix)
    }

    /// The names one slip away from a text, itself included, in order.
    pub(super) fn near(&self, text: &str) -> Vec<EntryId> {
        let mut found = Vec::new();
        if !(MIN_SLIPPED..=MAX_NAME).contains(&text.len()) {
            return found;
        }
        for hash in self.hashes(text) {
            let bucket = bucket_of(hash) as usize;
            let [from, to] = [bucket, bucket + 1].map(|b| self.buckets[b] as usize);
            let same = self.near[from..to].iter().filter(|(h, _)| *h == hash);
            found.extend(same.map(|(_, entry)| *entry));
        }
        found.sort_unstable();
        found.dedup();
        found.retain(|&e| variants(&self.entry(e).name).any(|v| within_one(v, text)));
        found
    }
}

/// Longer names are not looked for with slips.
const MAX_NAME: usize = 64;

/// The forms of a name that a slip is looked for in: with and without its article.
pub(super) fn variants(name: &Name) -> impl Iterator<Item = &str> {
    let whole = Some(name.whole.as_str());
    let proper = (name.article > 0).then(|| name.proper());
    whole
        .into_iter()
        .chain(proper)
        .filter(|v| (MIN_SLIPPED - 1..=MAX_NAME).contains(&v.len()))
}

fn areas(tables: &Tables) -> HashMap<Box<str>, Area> {
    let bare = |nom: &str| Box::from(Name::of(&fold(nom).split(' ')).bare);
    let mut areas: HashMap<Box<str>, Area> = HashMap::default();
    areas.extend(tables.regions.iter().map(|r| (bare(&r.nom), Area::Region)));
    // La Réunion and others are both: the département says more.
    areas.extend(
        tables
            .departements
            .iter()
            .filter_map(|d| Some((bare(&d.nom), Area::Departement(prefix(d.code.as_str())?)))),
    );
    areas
}

/// How the postcodes of a département begin.
pub(super) fn prefix(departement: &str) -> Option<[u8; 3]> {
    match departement.as_bytes() {
        [b'2', b'A' | b'B' | b'a' | b'b'] => Some([b'2', b'0', 0]),
        &[first, second] if first.is_ascii_digit() && second.is_ascii_digit() => {
            Some([first, second, 0])
        }
        &[b'9', second @ (b'7' | b'8'), third] if third.is_ascii_digit() => {
            Some([b'9', second, third])
        }
        _ => None,
    }
}

fn standing(kind: PassageKind) -> Standing {
    match kind {
        PassageKind::Ancienne => Standing::Past,
        PassageKind::Deleguee | PassageKind::Associee | PassageKind::Arrondissement => {
            Standing::Part
        }
    }
}
