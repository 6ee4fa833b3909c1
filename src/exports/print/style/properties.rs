//! The properties of layers that paper knows.

use super::Kind;
use super::expression::Expression;
use super::value::{Colour, Value};

macro_rules! properties {
    ($($name:ident = $text:literal, $kind:ident, $wants:ident;)*) => {
        /// A property of a layer.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Property {
            /// Whether the layer is drawn.
            Visibility,
            $(#[doc = concat!("`", $text, "`")] $name,)*
        }

        const ALL: &[(Property, &str, Kind, Wants)] = &[
            $((Property::$name, $text, Kind::$kind, Wants::$wants),)*
        ];
    };
}

/// What a property takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wants {
    Number,
    Colour,
    Text,
    Numbers,
    /// For screens only: whatever it is.
    Anything,
}

properties! {
    BackgroundColor = "background-color", Background, Colour;
    BackgroundOpacity = "background-opacity", Background, Number;
    FillColor = "fill-color", Fill, Colour;
    FillOpacity = "fill-opacity", Fill, Number;
    FillAntialias = "fill-antialias", Fill, Anything;
    LineColor = "line-color", Line, Colour;
    LineWidth = "line-width", Line, Number;
    LineOpacity = "line-opacity", Line, Number;
    LineOffset = "line-offset", Line, Number;
    LineDashes = "line-dasharray", Line, Numbers;
    LineCap = "line-cap", Line, Text;
    LineJoin = "line-join", Line, Text;
    TextField = "text-field", Symbol, Text;
    TextFont = "text-font", Symbol, Anything;
    TextSize = "text-size", Symbol, Number;
    TextMaxWidth = "text-max-width", Symbol, Number;
    TextLineHeight = "text-line-height", Symbol, Number;
    TextLetterSpacing = "text-letter-spacing", Symbol, Number;
    TextTransform = "text-transform", Symbol, Text;
    TextColor = "text-color", Symbol, Colour;
    TextOpacity = "text-opacity", Symbol, Number;
    TextHaloColor = "text-halo-color", Symbol, Colour;
    TextHaloWidth = "text-halo-width", Symbol, Number;
    TextPadding = "text-padding", Symbol, Anything;
    TextVariableAnchor = "text-variable-anchor", Symbol, Anything;
    TextRadialOffset = "text-radial-offset", Symbol, Anything;
    TextJustify = "text-justify", Symbol, Anything;
    SymbolSortKey = "symbol-sort-key", Symbol, Anything;
}

impl Property {
    /// The property of a kind of layer that has this name.
    pub(super) fn named(kind: Kind, name: &str) -> Option<Self> {
        if name == "visibility" {
            return Some(Self::Visibility);
        }
        ALL.iter().find(|p| p.1 == name && p.2 == kind).map(|p| p.0)
    }

    /// The names of all properties of a kind of layer.
    pub(super) fn names(kind: Kind) -> Vec<&'static str> {
        let own = ALL.iter().filter(|p| p.2 == kind).map(|p| p.1);
        own.chain(["visibility"]).collect()
    }

    /// Whether its value may be a plain list of words.
    pub(super) fn is_of_words(self) -> bool {
        matches!(self, Self::TextFont | Self::TextVariableAnchor)
    }

    /// Whether a value fits, as far as that can be seen without a feature.
    pub(super) fn check(self, value: &Expression) -> Result<(), String> {
        let Expression::Literal(value) = value else {
            return Ok(());
        };
        let wants = ALL.iter().find(|p| p.0 == self).map(|p| p.3);
        match wants {
            Some(Wants::Number) if value.number().is_none() => {
                Err("un nombre est attendu".to_owned())
            }
            Some(Wants::Colour) if value.colour().is_none() => Err(format!(
                "« {} » n’est pas une couleur ; écrivez par exemple #95c2f5",
                value.text()
            )),
            Some(Wants::Text) => match value {
                Value::Text(text) if text.contains('{') => {
                    Err("les accolades ne sont pas lues ; écrivez [\"get\", \"nom\"]".to_owned())
                }
                Value::Text(_) => Ok(()),
                _ => Err("un texte est attendu".to_owned()),
            },
            Some(Wants::Numbers) => match value {
                Value::List(values)
                    if values.len() <= 16
                        && values.iter().all(|v| v.number().is_some_and(|n| n >= 0.0)) =>
                {
                    Ok(())
                }
                _ => Err("une liste de nombres positifs est attendue".to_owned()),
            },
            _ => Ok(()),
        }
    }
}

/// The colours that a value of a property may come to, in the order in which they are written.
pub(super) fn colours(value: &Expression) -> Vec<Colour> {
    match value {
        Expression::Literal(value) => value.colour().into_iter().collect(),
        Expression::Case(cases, last) => {
            let all = cases.iter().map(|(_, value)| value).chain([&**last]);
            all.flat_map(colours).collect()
        }
        Expression::Match(_, cases, last) => {
            let all = cases.iter().map(|(_, value)| value).chain([&**last]);
            all.flat_map(colours).collect()
        }
        Expression::Step(_, first, stops) => {
            let all = std::iter::once(&**first).chain(stops.iter().map(|(_, value)| value));
            all.flat_map(colours).collect()
        }
        _ => Vec::new(),
    }
}
