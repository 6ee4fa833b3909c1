//! SVG 1.1 with layers as Inkscape has them, text as text, and the typeface inside.

use std::collections::BTreeSet;
use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::scene::{Group, Item, Outline, Page, Shape, Words};
use super::style::Colour;
use super::typeface::{FAMILY, Weight};

/// Writes a page. Units are millimetres.
#[must_use]
pub fn write(page: &Page) -> String {
    let [width, height] = page.size;
    let mut out = String::with_capacity(1 << 20);
    let _ = write!(
        out,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:inkscape=\"http://www.inkscape.org/namespaces/inkscape\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:cc=\"http://creativecommons.org/ns#\" \
         xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" version=\"1.1\" xml:lang=\"fr\" \
         width=\"{width}mm\" height=\"{height}mm\" viewBox=\"0 0 {width} {height}\">\n\
         <title>{}</title>\n<desc>{}</desc>\n\
         <metadata><rdf:RDF><cc:Work rdf:about=\"\"><dc:title>{}</dc:title><dc:rights>{}</dc:rights>\
         <dc:language>fr</dc:language></cc:Work></rdf:RDF></metadata>\n",
        Escaped(&page.title),
        Escaped(&page.description),
        Escaped(&page.title),
        Escaped(&page.sources),
    );
    out.push_str("<style>");
    for weight in Weight::ALL {
        let _ = write!(
            out,
            "@font-face{{font-family:'{FAMILY}';font-weight:{};src:url(data:font/woff2;base64,{}) format('woff2')}}",
            weight.number(),
            STANDARD.encode(weight.file()),
        );
    }
    let _ = writeln!(
        out,
        "text{{font-family:'{FAMILY}','Source Sans Pro',sans-serif;white-space:pre}}</style>"
    );
    let _ = writeln!(
        out,
        "<rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>"
    );
    let mut writer = Writer {
        out,
        clips: 0,
        ids: BTreeSet::new(),
    };
    for layer in &page.layers {
        writer.group(layer);
    }
    writer.out.push_str("</svg>\n");
    writer.out
}

struct Writer {
    out: String,
    clips: usize,
    ids: BTreeSet<String>,
}

impl Writer {
    fn group(&mut self, group: &Group) {
        self.out.push_str("<g");
        if let Some(name) = &group.name {
            let id = self.id(name);
            let _ = write!(
                self.out,
                " id=\"{id}\" inkscape:groupmode=\"layer\" inkscape:label=\"{}\"",
                Escaped(name)
            );
        }
        if let Some(clip) = &group.clip {
            self.clips += 1;
            let number = self.clips;
            let _ = write!(
                self.out,
                " clip-path=\"url(#cadre-{number})\"><clipPath id=\"cadre-{number}\"><path clip-rule=\"evenodd\" d=\""
            );
            path(&mut self.out, clip);
            self.out.push_str("\"/></clipPath>\n");
        } else {
            self.out.push_str(">\n");
        }
        for item in &group.items {
            match item {
                Item::Group(group) => self.group(group),
                Item::Shape(shape) => self.shape(shape),
                Item::Words(words) => self.words(words),
            }
        }
        self.out.push_str("</g>\n");
    }

    /// A layer's name as an id that is there once.
    fn id(&mut self, name: &str) -> String {
        let plain: String = crate::domain::fold::fold(name)
            .split_whitespace()
            .collect::<Vec<_>>()
            .join("-");
        let plain: String = plain
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
            .collect();
        let mut id = plain.clone();
        let mut number = 2;
        while !self.ids.insert(id.clone()) {
            id = format!("{plain}-{number}");
            number += 1;
        }
        id
    }

    fn shape(&mut self, shape: &Shape) {
        self.out.push_str("<path");
        match shape.fill {
            Some(colour) => {
                self.colour("fill", colour);
                self.out.push_str(" fill-rule=\"evenodd\"");
            }
            None => self.out.push_str(" fill=\"none\""),
        }
        if let Some(stroke) = &shape.stroke {
            self.colour("stroke", stroke.colour);
            let _ = write!(self.out, " stroke-width=\"{}\"", Short(stroke.width));
            if stroke.is_round {
                self.out
                    .push_str(" stroke-linejoin=\"round\" stroke-linecap=\"round\"");
            }
            if !stroke.dashes.is_empty() {
                let dashes: Vec<String> = stroke
                    .dashes
                    .iter()
                    .map(|d| Short(*d).to_string())
                    .collect();
                let _ = write!(self.out, " stroke-dasharray=\"{}\"", dashes.join(" "));
            }
        }
        self.out.push_str(" d=\"");
        path(&mut self.out, &shape.outline);
        self.out.push_str("\"/>\n");
    }

    fn words(&mut self, words: &Words) {
        let _ = write!(
            self.out,
            "<text x=\"{}\" y=\"{}\" font-size=\"{}\"",
            Short(words.at[0]),
            Short(words.at[1]),
            Short(words.size)
        );
        if words.weight != Weight::Regular {
            let _ = write!(self.out, " font-weight=\"{}\"", words.weight.number());
        }
        if words.spacing > 0.0 {
            let _ = write!(
                self.out,
                " letter-spacing=\"{}\"",
                Short(words.spacing * words.size)
            );
        }
        self.colour("fill", words.colour);
        if let Some((colour, width)) = words.halo {
            self.colour("stroke", colour);
            let _ = write!(
                self.out,
                " stroke-width=\"{}\" stroke-linejoin=\"round\" paint-order=\"stroke\"",
                Short(2.0 * width)
            );
        }
        let _ = writeln!(self.out, ">{}</text>", Escaped(&words.text));
    }

    fn colour(&mut self, property: &str, colour: Colour) {
        let [r, g, b] = colour.rgb;
        let _ = write!(self.out, " {property}=\"#{r:02x}{g:02x}{b:02x}\"");
        if colour.opacity < 1.0 {
            let _ = write!(
                self.out,
                " {property}-opacity=\"{}\"",
                Short(colour.opacity)
            );
        }
    }
}

/// Path data, relative, in hundredths of a millimetre.
fn path(out: &mut String, outline: &Outline) {
    #[allow(clippy::cast_possible_truncation)] // a page
    let hundredths = |p: &[f64; 2]| p.map(|c| (c * 100.0).round() as i64);
    for points in &outline.paths {
        let mut last: Option<[i64; 2]> = None;
        for point in points {
            let here = hundredths(point);
            match last {
                None => {
                    let _ = write!(out, "M{} {}l", Hundredths(here[0]), Hundredths(here[1]));
                }
                Some(last) if last == here => continue,
                Some(last) => {
                    let _ = write!(
                        out,
                        "{} {} ",
                        Hundredths(here[0] - last[0]),
                        Hundredths(here[1] - last[1])
                    );
                }
            }
            last = Some(here);
        }
        out.truncate(out.trim_end().len());
        if outline.is_closed {
            out.push('z');
        }
    }
}

/// A number of hundredths, as short as it can be.
struct Hundredths(i64);

impl std::fmt::Display for Hundredths {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0 < 0 {
            f.write_char('-')?;
        }
        let size = self.0.unsigned_abs();
        let (whole, part) = (size / 100, size % 100);
        if whole > 0 || part == 0 {
            write!(f, "{whole}")?;
        }
        match part {
            0 => Ok(()),
            part if part % 10 == 0 => write!(f, ".{}", part / 10),
            part => write!(f, ".{part:02}"),
        }
    }
}

/// A number to four decimals, as short as it can be.
struct Short(f64);

impl std::fmt::Display for Short {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = format!("{:.4}", self.0);
        f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

/// Text as XML has it; control characters, which XML has no place for, as spaces.
struct Escaped<'a>(&'a str);

impl std::fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.chars().try_for_each(|c| match c {
            '&' => f.write_str("&amp;"),
            '<' => f.write_str("&lt;"),
            '>' => f.write_str("&gt;"),
            '"' => f.write_str("&quot;"),
            c if c.is_control() => f.write_char(' '),
            c => f.write_char(c),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        let all: Vec<String> = [0, 5, -50, 100, -1234]
            .iter()
            .map(|n| Hundredths(*n).to_string())
            .collect();
        assert_eq!(all, ["0", ".05", "-.5", "1", "-12.34"]);
        assert_eq!(Short(0.500_04).to_string(), "0.5");
    }

    #[test]
    fn layers_are_named_once_and_text_is_escaped() {
        let mut layer = Group::layer("Échelle & nord");
        layer.items.push(Item::Words(Words {
            text: "A < B\u{7}".to_owned(),
            at: [1.0, 2.0],
            size: 3.0,
            weight: Weight::Semibold,
            colour: Colour::solid([0; 3]),
            halo: None,
            spacing: 0.0,
        }));
        let page = Page {
            size: [100.0, 50.0],
            title: "Essai".to_owned(),
            description: String::new(),
            sources: String::new(),
            layers: vec![layer.clone(), layer],
        };
        let svg = write(&page);
        assert!(svg.contains("inkscape:label=\"Échelle &amp; nord\""));
        assert!(svg.contains(">A &lt; B </text>"));
        assert_eq!(svg.matches("inkscape:groupmode=\"layer\"").count(), 2);
        assert!(
            svg.contains("id=\"echelle-nord\"") && svg.contains("id=\"echelle-nord-2\""),
            "{}",
            &svg[svg.len() - 600..]
        );
    }
}
