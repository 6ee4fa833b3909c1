//! Flat pictures as PNG of sixteen colours, half a byte for each dot: a third of what all colours take.

use std::collections::BTreeMap;

use resvg::tiny_skia::Pixmap;

/// Colours of a picture.
const COLOURS: usize = 16;

type Rgb = [u8; 3];

/// The file, of a picture without transparency; `None` where it cannot be made.
#[must_use]
pub fn png(pixels: &Pixmap) -> Option<Vec<u8>> {
    let dots: Vec<Rgb> = pixels
        .data()
        .as_chunks::<4>()
        .0
        .iter()
        .map(|&[r, g, b, _]| [r, g, b])
        .collect();
    let palette = palette(&dots);
    let mut known: BTreeMap<Rgb, u8> = BTreeMap::new();
    let width = usize::try_from(pixels.width()).ok()?;
    let mut rows = Vec::with_capacity(dots.len().div_ceil(2));
    for row in dots.chunks(width) {
        for pair in row.chunks(2) {
            let mut number =
                |dot: &Rgb| *known.entry(*dot).or_insert_with(|| nearest(&palette, *dot));
            let first = number(&pair[0]) << 4;
            rows.push(first | pair.get(1).map_or(0, number));
        }
    }
    let mut file = Vec::with_capacity(1 << 17);
    let mut encoder = ::png::Encoder::new(&mut file, pixels.width(), pixels.height());
    encoder.set_color(::png::ColorType::Indexed);
    encoder.set_depth(::png::BitDepth::Four);
    encoder.set_palette(palette.concat());
    encoder.set_compression(::png::Compression::High);
    encoder.set_filter(::png::Filter::NoFilter);
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(&rows).ok()?;
    writer.finish().ok()?;
    Some(file)
}

/// The most frequent colours, one of those that are nearly the same: the grounds of a map, its lines, and what lies between.
fn palette(dots: &[Rgb]) -> Vec<Rgb> {
    let mut counts: BTreeMap<Rgb, usize> = BTreeMap::new();
    for dot in dots {
        *counts.entry(*dot).or_default() += 1;
    }
    // By their upper four bits: how many, and the most frequent.
    let mut alike: BTreeMap<Rgb, (usize, usize, Rgb)> = BTreeMap::new();
    for (colour, count) in counts {
        let (all, most, first) = alike
            .entry(colour.map(|c| c >> 4))
            .or_insert((0, 0, colour));
        *all += count;
        if count > *most {
            (*most, *first) = (count, colour);
        }
    }
    let mut alike: Vec<(usize, usize, Rgb)> = alike.into_values().collect();
    alike.sort_by(|a, b| b.cmp(a));
    alike.truncate(COLOURS);
    alike.into_iter().map(|(.., colour)| colour).collect()
}

/// The number of the colour nearest to one.
fn nearest(palette: &[Rgb], wanted: Rgb) -> u8 {
    let away = |colour: &Rgb| -> u32 {
        let channels = colour.iter().zip(wanted);
        channels.map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum()
    };
    let numbered = (0_u8..).zip(palette);
    let best = numbered.min_by_key(|(_, colour)| away(colour));
    best.map_or(0, |(number, _)| number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frequent_colours_are_kept_as_they_are_and_others_become_the_nearest() {
        let mut dots = vec![[10, 20, 30]; 50];
        dots.extend([[11, 20, 30]; 3]);
        dots.extend((0..40).map(|i| [i * 6, 255 - i * 6, 128]));
        let palette = palette(&dots);
        assert_eq!(palette.len(), COLOURS);
        assert_eq!(palette[0], [10, 20, 30]);
        assert_eq!(nearest(&palette, [12, 20, 30]), 0);
    }

    #[test]
    fn a_picture_is_written_and_read_back() {
        let mut pixels = Pixmap::new(3, 2).unwrap();
        pixels.fill(resvg::tiny_skia::Color::from_rgba8(223, 231, 235, 255));
        let file = png(&pixels).unwrap();
        let mut reader = ::png::Decoder::new(std::io::Cursor::new(file))
            .read_info()
            .unwrap();
        let mut read = vec![0; reader.output_buffer_size().unwrap()];
        let frame = reader.next_frame(&mut read).unwrap();
        assert_eq!((frame.width, frame.height), (3, 2));
        assert_eq!(reader.info().palette.as_deref(), Some(&[223, 231, 235][..]));
    }
}
