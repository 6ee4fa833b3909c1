//! Records of a CSV file (RFC 4180 and what passes for it), as fields and as the bytes they were.

use std::io::{self, Read};

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

/// A record may have so many bytes. Longer ones are quotes that were never closed.
pub const MAX_RECORD: usize = 1 << 20;
/// What is read at once.
const CHUNK: usize = 1 << 17;
/// A batch ends with the record that reaches this.
const BATCH_BYTES: usize = 1 << 16;
const BATCH_RECORDS: usize = 1024;

const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Why a record is kept but not asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing on the line.
    Blank,
    /// A quote that opens a field and is never closed.
    OpenQuote,
}

/// Where a record lies in its batch.
#[derive(Clone, Copy, Debug)]
struct Place {
    /// The end of its bytes, its line ending included; and without.
    end: usize,
    content_end: usize,
    /// The end of its fields in the list of all.
    fields_end: usize,
    fault: Option<Fault>,
}

/// Some records that follow each other.
#[derive(Debug, Default)]
pub struct Batch {
    bytes: Vec<u8>,
    fields: Vec<u8>,
    /// The end of each field in `fields`.
    ends: Vec<usize>,
    places: Vec<Place>,
}

/// One record.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// The bytes as they were, without the line ending.
    pub content: &'a [u8],
    /// The line ending; nothing where the file ends without one.
    pub ending: &'a [u8],
    /// Why it is not to be asked about.
    pub fault: Option<Fault>,
    fields: &'a [u8],
    ends: &'a [usize],
    start: usize,
}

impl<'a> Record<'a> {
    /// How many fields it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// A field, unquoted.
    #[must_use]
    pub fn field(&self, number: usize) -> Option<&'a [u8]> {
        let end = *self.ends.get(number)?;
        let start = match number {
            0 => self.start,
            _ => self.ends[number - 1],
        };
        Some(&self.fields[start..end])
    }
}

impl Batch {
    /// The records, in order.
    pub fn records(&self) -> impl Iterator<Item = Record<'_>> {
        let mut before = Place {
            end: 0,
            content_end: 0,
            fields_end: 0,
            fault: None,
        };
        self.places.iter().map(move |&place| {
            let first = before.fields_end;
            let record = Record {
                content: &self.bytes[before.end..place.content_end],
                ending: &self.bytes[place.content_end..place.end],
                fault: place.fault,
                fields: &self.fields,
                ends: &self.ends[first..place.fields_end],
                start: first.checked_sub(1).map_or(0, |last| self.ends[last]),
            };
            before = place;
            record
        })
    }

    /// The first record.
    #[must_use]
    pub fn first(&self) -> Option<Record<'_>> {
        self.records().next()
    }

    fn is_full(&self) -> bool {
        self.bytes.len() >= BATCH_BYTES || self.places.len() >= BATCH_RECORDS
    }

    fn push(&mut self, content: &[u8], ending: &[u8], fault: Option<Fault>) {
        self.bytes.extend_from_slice(content);
        let content_end = self.bytes.len();
        self.bytes.extend_from_slice(ending);
        self.places.push(Place {
            end: self.bytes.len(),
            content_end,
            fields_end: self.ends.len(),
            fault,
        });
    }
}

/// Reads records.
pub struct Records<R> {
    input: R,
    parser: Reader,
    separator: u8,
    had_bom: bool,
    buffer: Vec<u8>,
    at: usize,
    is_at_end: bool,
    fields: Vec<u8>,
    ends: Vec<usize>,
}

impl<R: Read> Records<R> {
    /// Looks at the beginning of a file: a mark of UTF-8 is taken off, and the separator is the one of comma,
    /// semicolon and tab that the first line has most of.
    ///
    /// # Errors
    /// What the reader says; UTF-16, which is not read.
    pub fn new(input: R) -> io::Result<Self> {
        let mut records = Self {
            input,
            parser: Reader::new(),
            separator: b',',
            had_bom: false,
            buffer: Vec::new(),
            at: 0,
            is_at_end: false,
            fields: vec![0; 1 << 12],
            ends: vec![0; 64],
        };
        while !records.is_at_end
            && !records.buffer.contains(&b'\n')
            && records.buffer.len() < MAX_RECORD
        {
            records.fill()?;
        }
        if records.buffer.starts_with(b"\xFF\xFE") || records.buffer.starts_with(b"\xFE\xFF") {
            let message = "le fichier est en UTF-16 : enregistrez-le en UTF-8 (« CSV UTF-8 » dans un tableur)";
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        if records.buffer.starts_with(BOM) {
            records.had_bom = true;
            records.at = BOM.len();
        }
        records.separator = separator(&records.buffer[records.at..]);
        records.parser = ReaderBuilder::new().delimiter(records.separator).build();
        Ok(records)
    }

    /// What parts the fields.
    #[must_use]
    pub fn separator(&self) -> u8 {
        self.separator
    }

    /// Whether the file began with the mark of UTF-8.
    #[must_use]
    pub fn had_bom(&self) -> bool {
        self.had_bom
    }

    /// The header: a batch of one record. `None` for an empty file.
    ///
    /// # Errors
    /// As [`Self::batch`].
    pub fn header(&mut self) -> io::Result<Option<Batch>> {
        let mut batch = Batch::default();
        Ok(self.read(&mut batch)?.then_some(batch))
    }

    /// The next records; `None` at the end.
    ///
    /// # Errors
    /// What the reader says; a line longer than [`MAX_RECORD`].
    pub fn batch(&mut self) -> io::Result<Option<Batch>> {
        let mut batch = Batch {
            bytes: Vec::with_capacity(BATCH_BYTES + BATCH_BYTES / 8),
            fields: Vec::with_capacity(BATCH_BYTES),
            ..Batch::default()
        };
        while !batch.is_full() && self.read(&mut batch)? {}
        Ok((!batch.places.is_empty()).then_some(batch))
    }

    /// Takes more of the input into the buffer.
    fn fill(&mut self) -> io::Result<()> {
        self.buffer.drain(..self.at);
        self.at = 0;
        let had = self.buffer.len();
        self.buffer.resize(had + CHUNK, 0);
        let read = loop {
            match self.input.read(&mut self.buffer[had..]) {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        self.buffer.truncate(had + *read.as_ref().unwrap_or(&0));
        self.is_at_end = read? == 0;
        Ok(())
    }

    /// Reads one record; `false` at the end.
    fn read(&mut self, batch: &mut Batch) -> io::Result<bool> {
        while self.buffer.len() - self.at < 2 && !self.is_at_end {
            self.fill()?;
        }
        loop {
            let rest = &self.buffer[self.at..];
            if rest.is_empty() && self.is_at_end {
                return Ok(false);
            }
            if let Some(ending) = blank(rest, self.is_at_end) {
                batch.push(&[], ending, Some(Fault::Blank));
                self.at += ending.len();
                return Ok(true);
            }
            match self.parse() {
                // A line feed may follow a carriage return.
                Parsed::Record { bytes, .. } if self.ends_with_return(bytes) && !self.is_at_end => {
                    self.fill()?;
                }
                Parsed::Record {
                    bytes,
                    fields,
                    ends,
                } => {
                    self.take(batch, bytes, fields, ends);
                    return Ok(true);
                }
                Parsed::Unclosed => return self.take_line(batch).map(|()| true),
                Parsed::TooShort if self.buffer.len() - self.at > MAX_RECORD => {
                    return self.take_line(batch).map(|()| true);
                }
                Parsed::TooShort => self.fill()?,
            }
        }
    }

    /// Parses the record that begins the rest of the buffer.
    fn parse(&mut self) -> Parsed {
        loop {
            self.parser.reset();
            let rest = &self.buffer[self.at..];
            let (mut result, read, mut written, mut ended) =
                self.parser
                    .read_record(rest, &mut self.fields, &mut self.ends);
            if result == ReadRecordResult::InputEmpty && self.is_at_end {
                // The end of the file ends the record as a line ending would, if quotes are closed.
                let (last, _, more, another) = self.parser.read_record(
                    b"\n",
                    &mut self.fields[written..],
                    &mut self.ends[ended..],
                );
                if last == ReadRecordResult::InputEmpty {
                    return Parsed::Unclosed;
                }
                (result, written, ended) = (last, written + more, ended + another);
            }
            match result {
                ReadRecordResult::Record => {
                    return Parsed::Record {
                        bytes: read,
                        fields: written,
                        ends: ended,
                    };
                }
                ReadRecordResult::OutputFull => self.fields.resize(2 * self.fields.len(), 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(2 * self.ends.len(), 0),
                ReadRecordResult::InputEmpty | ReadRecordResult::End => return Parsed::TooShort,
            }
        }
    }

    /// Whether a record of so many bytes ends with a carriage return that is the last byte known.
    fn ends_with_return(&self, bytes: usize) -> bool {
        let rest = &self.buffer[self.at..];
        bytes == rest.len() && rest.ends_with(b"\r")
    }

    fn take(&mut self, batch: &mut Batch, bytes: usize, fields: usize, ends: usize) {
        let before = batch.fields.len();
        batch.fields.extend_from_slice(&self.fields[..fields]);
        batch
            .ends
            .extend(self.ends[..ends].iter().map(|end| before + end));
        let rest = &self.buffer[self.at..];
        let is_pair = rest[..bytes].ends_with(b"\r") && rest.get(bytes) == Some(&b'\n');
        let bytes = bytes + usize::from(is_pair);
        let record = &rest[..bytes];
        let content = record.trim_ascii_end_of_line();
        batch.push(content, &record[content.len()..], None);
        self.at += bytes;
    }

    /// Takes one line where the quotes of a record do not close, so that the lines after it are read.
    fn take_line(&mut self, batch: &mut Batch) -> io::Result<()> {
        let rest = &self.buffer[self.at..];
        let bytes = match rest.iter().position(|b| *b == b'\n') {
            Some(end) => end + 1,
            None if self.is_at_end => rest.len(),
            None => {
                let message =
                    format!("une ligne a plus de {MAX_RECORD} octets : ce n’est pas un CSV");
                return Err(io::Error::new(io::ErrorKind::InvalidData, message));
            }
        };
        let line = &rest[..bytes];
        let content = line.trim_ascii_end_of_line();
        batch.push(content, &line[content.len()..], Some(Fault::OpenQuote));
        self.at += bytes;
        Ok(())
    }
}

enum Parsed {
    /// So many bytes, bytes of fields, and fields.
    Record {
        bytes: usize,
        fields: usize,
        ends: usize,
    },
    /// It goes on beyond what was read.
    TooShort,
    /// The file ends within quotes.
    Unclosed,
}

trait Line {
    /// Without `\n`, `\r\n` or `\r` at the end.
    fn trim_ascii_end_of_line(&self) -> &Self;
}

impl Line for [u8] {
    fn trim_ascii_end_of_line(&self) -> &[u8] {
        let line = self.strip_suffix(b"\n").unwrap_or(self);
        line.strip_suffix(b"\r").unwrap_or(line)
    }
}

/// The line ending that a rest begins with, where that can be told.
fn blank(rest: &[u8], is_at_end: bool) -> Option<&[u8]> {
    match rest {
        [b'\r', b'\n', ..] => Some(&rest[..2]),
        [b'\n', ..] | [b'\r', _, ..] => Some(&rest[..1]),
        [b'\r'] if is_at_end => Some(rest),
        _ => None,
    }
}

fn separator(start: &[u8]) -> u8 {
    let line = start.split(|b| *b == b'\n').next().unwrap_or_default();
    let mut counts = [(b',', 0_usize), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    for byte in line {
        quoted ^= *byte == b'"';
        for (separator, count) in &mut counts {
            *count += usize::from(!quoted && byte == separator);
        }
    }
    // The first of the most.
    counts
        .into_iter()
        .rev()
        .max_by_key(|(_, count)| *count)
        .map_or(b',', |(separator, _)| separator)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Gives out its bytes a few at a time.
    struct Slow<'a>(&'a [u8], usize);

    impl Read for Slow<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let count = self.1.min(into.len()).min(self.0.len());
            into[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    type Seen = (Vec<String>, String, Option<Fault>);

    fn seen(text: &[u8], step: usize) -> Vec<Seen> {
        let mut records = Records::new(Slow(text, step)).unwrap();
        let mut all = Vec::new();
        while let Some(batch) = records.batch().unwrap() {
            all.extend(batch.records().map(|r| {
                let fields =
                    (0..r.len()).map(|i| String::from_utf8_lossy(r.field(i).unwrap()).into_owned());
                let bytes = [r.content, r.ending].concat();
                (
                    fields.collect(),
                    String::from_utf8_lossy(&bytes).into_owned(),
                    r.fault,
                )
            }));
        }
        all
    }

    #[test]
    fn quotes_line_breaks_and_endings_are_kept() {
        let text = b"a;b\r\n\"x;\"\"y\"\"\nz\";2\r3;4\n\r\n5;6";
        let expected: Vec<Seen> = [
            (vec!["a", "b"], "a;b\r\n", None),
            (vec!["x;\"y\"\nz", "2"], "\"x;\"\"y\"\"\nz\";2\r", None),
            (vec!["3", "4"], "3;4\n", None),
            (vec![], "\r\n", Some(Fault::Blank)),
            (vec!["5", "6"], "5;6", None),
        ]
        .map(|(f, t, fault)| {
            (
                f.into_iter().map(str::to_owned).collect(),
                t.to_owned(),
                fault,
            )
        })
        .into();
        for step in 1..=text.len() {
            assert_eq!(seen(text, step), expected, "{step} bytes at a time");
        }
    }

    #[test]
    fn a_quote_never_closed_costs_its_line_only() {
        let rows = seen(b"a,b\n\"x,1\ny,2\n", 100);
        let faults: Vec<_> = rows.iter().map(|r| (r.1.as_str(), r.2)).collect();
        assert_eq!(
            faults,
            [
                ("a,b\n", None),
                ("\"x,1\n", Some(Fault::OpenQuote)),
                ("y,2\n", None)
            ]
        );
    }

    #[test]
    fn the_separator_is_what_the_first_line_has_most_of() {
        for (text, expected) in [
            ("a,b;c;d", b';'),
            ("a\tb\tc", b'\t'),
            ("a,b", b','),
            ("seul", b','),
            ("\"a;b;c\",d", b','),
        ] {
            assert_eq!(separator(text.as_bytes()), expected, "{text}");
        }
        assert!(Records::new(&b"\xFF\xFEa\0"[..]).is_err());
    }

    proptest! {
        #[test]
        fn no_byte_is_lost_or_moved(text in proptest::collection::vec(
            proptest::sample::select(b"a1,;\"\r\n\xE9 ".to_vec()), 0..200), step in 1_usize..50)
        {
            let rows = {
                let mut records = Records::new(Slow(&text, step)).unwrap();
                let mut all = Vec::new();
                while let Some(batch) = records.batch().unwrap() {
                    for r in batch.records() {
                        all.extend_from_slice(r.content);
                        all.extend_from_slice(r.ending);
                        prop_assert!(r.fault.is_some() || !r.is_empty());
                    }
                }
                all
            };
            prop_assert_eq!(rows, text);
        }
    }
}
