//! Small numbers in few bytes: LEB128, seven bits a byte, and zigzag for signed differences. Vector tiles
//! and the file of the zooms write lines so, each vertex as the difference from the one before.

use super::lattice::Vertex;

/// Appends a number.
pub fn write(out: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        out.push(low_byte(n) | 0x80);
        n >>= 7;
    }
    out.push(low_byte(n));
}

/// Appends the way from `at` to `to`, zigzag x and y, and goes there. The two are less than 2^31 apart.
pub fn write_step(out: &mut Vec<u8>, at: &mut Vertex, to: Vertex) {
    for d in [to.x - at.x, to.y - at.y] {
        write(out, u64::from(((d << 1) ^ (d >> 31)).cast_unsigned()));
    }
    *at = to;
}

/// Takes a number of at most 35 bits from the front.
pub fn read(from: &mut &[u8]) -> Option<u64> {
    let mut n = 0;
    for shift in (0..35).step_by(7) {
        let (byte, rest) = from.split_first()?;
        *from = rest;
        n |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(n);
        }
    }
    None
}

/// Takes a step from the front and gives where it leads to; `None` also beyond 32 bits.
pub fn read_step(from: &mut &[u8], at: Vertex) -> Option<Vertex> {
    let mut go = |from_c: i32| {
        let zigzag = u32::try_from(read(from)?).ok()?;
        from_c.checked_add((zigzag >> 1).cast_signed() ^ -((zigzag & 1).cast_signed()))
    };
    Some(Vertex::new(go(at.x)?, go(at.y)?))
}

#[allow(clippy::cast_possible_truncation)] // what is above comes in the next byte
const fn low_byte(n: u64) -> u8 {
    n as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_and_steps_come_back(n in 0..1_u64 << 35, x in -1 << 29..1 << 29, y in -1 << 29..1 << 29) {
            let mut bytes = Vec::new();
            write(&mut bytes, n);
            write_step(&mut bytes, &mut Vertex::new(5, -7), Vertex::new(x, y));
            let mut rest = &bytes[..];
            prop_assert_eq!(read(&mut rest), Some(n));
            prop_assert_eq!(read_step(&mut rest, Vertex::new(5, -7)), Some(Vertex::new(x, y)));
            prop_assert!(rest.is_empty() && read(&mut rest).is_none());
        }
    }
}
