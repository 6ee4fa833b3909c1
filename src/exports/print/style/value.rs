//! What expressions of a style come to.

use std::str::FromStr;

use svgtypes::Color;

/// A colour: red, green, blue from 0 to 255 and how opaque it is from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Colour {
    /// Red, green and blue.
    pub rgb: [u8; 3],
    /// 0 is not there at all, 1 hides what is below.
    pub opacity: f64,
}

impl Colour {
    /// A colour that hides what is below it.
    #[must_use]
    pub const fn solid(rgb: [u8; 3]) -> Self {
        Self { rgb, opacity: 1.0 }
    }

    /// A colour as CSS writes it (CSS Color Module Level 3).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let c = Color::from_str(text).ok()?;
        Some(Self {
            rgb: [c.red, c.green, c.blue],
            opacity: f64::from(c.alpha) / 255.0,
        })
    }

    /// The same, more transparent.
    #[must_use]
    pub fn at(self, opacity: f64) -> Self {
        Self {
            opacity: self.opacity * opacity.clamp(0.0, 1.0),
            ..self
        }
    }

    /// Part of the way from one colour to another.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // between two bytes
    fn towards(self, other: Self, part: f64) -> Self {
        let mix =
            |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * part).round() as u8;
        Self {
            rgb: [0, 1, 2].map(|i| mix(self.rgb[i], other.rgb[i])),
            opacity: self.opacity + (other.opacity - self.opacity) * part,
        }
    }
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing: a field that a feature does not have.
    Null,
    /// Yes or no.
    Flag(bool),
    /// A number.
    Number(f64),
    /// Text, colours included until one is wanted.
    Text(String),
    /// Several.
    List(Vec<Value>),
}

impl Value {
    /// A number, if it is one.
    #[must_use]
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Number(n) => Some(*n),
            _ => None,
        }
    }

    /// A colour, if its text names one.
    #[must_use]
    pub fn colour(&self) -> Option<Colour> {
        match self {
            Self::Text(text) => Colour::parse(text),
            _ => None,
        }
    }

    /// As text: what `to-string` and `concat` make of it.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Flag(flag) => flag.to_string(),
            Self::Number(n) => n.to_string(),
            Self::Text(text) => text.clone(),
            Self::List(values) => values.iter().map(Self::text).collect::<Vec<_>>().join(","),
        }
    }

    /// Part of the way to another value, for numbers and colours.
    pub(super) fn towards(&self, other: &Self, part: f64) -> Option<Self> {
        if let (Some(a), Some(b)) = (self.number(), other.number()) {
            return Some(Self::Number(a + (b - a) * part));
        }
        let mixed = self.colour()?.towards(other.colour()?, part);
        let [r, g, b] = mixed.rgb;
        Some(Self::Text(format!(
            "rgba({r}, {g}, {b}, {})",
            mixed.opacity
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_as_css_writes_them() {
        assert_eq!(
            Colour::parse("#95c2f5"),
            Some(Colour::solid([0x95, 0xc2, 0xf5]))
        );
        assert_eq!(Colour::parse("white"), Some(Colour::solid([255; 3])));
        let pale = Colour::parse("rgba(252, 250, 247, 0.5)").unwrap();
        assert_eq!(pale.rgb, [252, 250, 247]);
        assert!((pale.opacity - 0.5).abs() < 0.01);
        assert_eq!(Colour::parse("fuschia"), None);
    }

    #[test]
    fn numbers_and_colours_are_mixed_and_nothing_else() {
        let text = |t: &str| Value::Text(t.to_owned());
        assert_eq!(
            Value::Number(2.0).towards(&Value::Number(4.0), 0.25),
            Some(Value::Number(2.5))
        );
        let grey = text("#000000")
            .towards(&text("#ffffff"), 0.5)
            .and_then(|v| v.colour());
        assert_eq!(grey, Some(Colour::solid([128; 3])));
        assert_eq!(text("Pau").towards(&text("Lourdes"), 0.5), None);
    }
}
