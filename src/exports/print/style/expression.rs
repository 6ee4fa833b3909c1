//! The part of MapLibre's expressions that styles may use (MapLibre Style Specification, version 8, "Expressions").

use serde_json::Value as Json;

use super::value::Value;

/// What an expression is evaluated for.
pub trait Subject {
    /// The value of a field, [`Value::Null`] where there is none.
    fn field(&self, name: &str) -> Value;
    /// What is true of the feature on this map alone: `feature-state`.
    fn state(&self, name: &str) -> bool;
}

/// A map without a feature: what a background is evaluated for.
pub struct Nothing;

impl Subject for Nothing {
    fn field(&self, _: &str) -> Value {
        Value::Null
    }

    fn state(&self, _: &str) -> bool {
        false
    }
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Expression {
    /// A value as it stands.
    Literal(Value),
    /// A field of the feature.
    Get(String),
    /// Whether the feature has a field.
    Has(String),
    /// The zoom that goes with the map's scale.
    Zoom,
    /// What is true of the feature on this map.
    State(String),
    /// Two values compared.
    Compare(Comparison, Box<[Expression; 2]>),
    /// Whether all are true.
    All(Vec<Expression>),
    /// Whether one is true.
    Any(Vec<Expression>),
    /// The contrary.
    Not(Box<Expression>),
    /// The value of the first condition that is true, or the last one.
    Case(Vec<(Expression, Expression)>, Box<Expression>),
    /// The value of the first list that holds the input, or the last one.
    Match(
        Box<Expression>,
        Vec<(Vec<Value>, Expression)>,
        Box<Expression>,
    ),
    /// The value of the last stop that the input has reached.
    Step(Box<Expression>, Box<Expression>, Vec<(f64, Expression)>),
    /// Between the stops around the input; the first number is the base of the exponential, 1 for linear.
    Interpolate(f64, Box<Expression>, Vec<(f64, Expression)>),
    /// The first that is something.
    Coalesce(Vec<Expression>),
    /// All as text, one after another.
    Concat(Vec<Expression>),
}

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// Equal, for any values.
    Equal,
    /// Not equal.
    Different,
    /// Less, for numbers.
    Less,
    /// Less or equal.
    AtMost,
    /// Greater.
    More,
    /// Greater or equal.
    AtLeast,
}

/// What operators there are, for who used another.
const KNOWN: &str = "get, has, zoom, feature-state, boolean, number, string, to-string, to-number, literal, ==, !=, <, <=, >, >=, all, any, !, case, match, step, interpolate, coalesce, concat";
/// Expressions are no deeper than this: they are read from strangers.
const DEPTH: usize = 32;

impl Expression {
    /// Reads an expression.
    ///
    /// # Errors
    /// What is not understood, in French.
    pub fn read(json: &Json) -> Result<Self, String> {
        Self::read_at(json, DEPTH)
    }

    fn read_at(json: &Json, depth: usize) -> Result<Self, String> {
        if depth == 0 {
            return Err(format!("l’expression a plus de {DEPTH} niveaux"));
        }
        let read = |json: &Json| Self::read_at(json, depth - 1);
        let items = match json {
            Json::Array(items) => items,
            Json::Object(_) => {
                return Err("les fonctions « stops » ne sont pas lues ; écrivez une expression interpolate ou step".to_owned());
            }
            plain => return Ok(Self::Literal(value(plain)?)),
        };
        let Some((Json::String(operator), rest)) = items.split_first() else {
            // A list of values, as `text-font` has it.
            return Ok(Self::Literal(value(json)?));
        };
        let all = |items: &[Json]| items.iter().map(read).collect::<Result<Vec<_>, _>>();
        let name = || match rest {
            [Json::String(name)] => Ok(name.clone()),
            _ => Err(format!("« {operator} » prend un nom")),
        };
        let compare = |how: Comparison| match rest {
            [a, b] => Ok(Self::Compare(how, Box::new([read(a)?, read(b)?]))),
            _ => Err(format!("« {operator} » compare deux valeurs")),
        };
        Ok(match operator.as_str() {
            "get" => Self::Get(name()?),
            "has" => Self::Has(name()?),
            "feature-state" => Self::State(name()?),
            "zoom" if rest.is_empty() => Self::Zoom,
            // Values have the types that fields have: assertions change none.
            "boolean" | "number" | "string" | "to-number" => {
                Self::Coalesce(all(non_empty(operator, rest)?)?)
            }
            // Of one value: what it reads as. Nothing is no words.
            "to-string" if rest.len() == 1 => Self::Concat(all(rest)?),
            "to-string" => return Err("« to-string » prend une valeur".to_owned()),
            "coalesce" => Self::Coalesce(all(non_empty(operator, rest)?)?),
            "concat" => Self::Concat(all(rest)?),
            "literal" => match rest {
                [one] => Self::Literal(value(one)?),
                _ => return Err("« literal » prend une valeur".to_owned()),
            },
            "==" => compare(Comparison::Equal)?,
            "!=" => compare(Comparison::Different)?,
            "<" => compare(Comparison::Less)?,
            "<=" => compare(Comparison::AtMost)?,
            ">" => compare(Comparison::More)?,
            ">=" => compare(Comparison::AtLeast)?,
            "all" => Self::All(all(rest)?),
            "any" => Self::Any(all(rest)?),
            "!" => match rest {
                [one] => Self::Not(Box::new(read(one)?)),
                _ => return Err("« ! » prend une condition".to_owned()),
            },
            "case" => {
                let (pairs, last) = pairs(operator, rest)?;
                let cases = pairs
                    .iter()
                    .map(|[condition, value]| Ok((read(condition)?, read(value)?)));
                Self::Case(cases.collect::<Result<_, String>>()?, Box::new(read(last)?))
            }
            "match" => {
                let (input, rest) = rest.split_first().ok_or("« match » prend une valeur")?;
                let (pairs, last) = pairs(operator, rest)?;
                let cases = pairs.iter().map(|[labels, result]| {
                    let labels = match value(labels)? {
                        Value::List(labels) => labels,
                        one => vec![one],
                    };
                    Ok((labels, read(result)?))
                });
                Self::Match(
                    Box::new(read(input)?),
                    cases.collect::<Result<_, String>>()?,
                    Box::new(read(last)?),
                )
            }
            "step" => match rest {
                [input, first, stops @ ..] => Self::Step(
                    Box::new(read(input)?),
                    Box::new(read(first)?),
                    read_stops(operator, stops, read)?,
                ),
                _ => return Err("« step » prend une valeur et des paliers".to_owned()),
            },
            "interpolate" => match rest {
                [how, input, stops @ ..] if stops.len() >= 2 => Self::Interpolate(
                    base(how)?,
                    Box::new(read(input)?),
                    read_stops(operator, stops, read)?,
                ),
                _ => {
                    return Err(
                        "« interpolate » prend une façon, une valeur et des paliers".to_owned()
                    );
                }
            },
            other => {
                return Err(format!(
                    "l’opérateur « {other} » n’est pas connu ; il y a : {KNOWN}"
                ));
            }
        })
    }

    /// Reads what may also be a plain list of words, such as fonts and anchors.
    pub fn read_words(json: &Json) -> Result<Self, String> {
        match json.as_array() {
            Some(words) if words.iter().all(Json::is_string) => Ok(Self::Literal(value(json)?)),
            _ => Self::read(json),
        }
    }

    /// Whether it asks for what is true of a feature on this map alone.
    pub fn is_of_state(&self) -> bool {
        let any = |all: &[Self]| all.iter().any(Self::is_of_state);
        match self {
            Self::State(_) => true,
            Self::Literal(_) | Self::Get(_) | Self::Has(_) | Self::Zoom => false,
            Self::Compare(_, sides) => any(&sides[..]),
            Self::All(all) | Self::Any(all) | Self::Coalesce(all) | Self::Concat(all) => any(all),
            Self::Not(one) => one.is_of_state(),
            Self::Case(cases, last) => {
                cases
                    .iter()
                    .any(|(a, b)| a.is_of_state() || b.is_of_state())
                    || last.is_of_state()
            }
            Self::Match(input, cases, last) => {
                input.is_of_state()
                    || cases.iter().any(|(_, value)| value.is_of_state())
                    || last.is_of_state()
            }
            Self::Step(input, first, stops) => {
                input.is_of_state()
                    || first.is_of_state()
                    || stops.iter().any(|(_, value)| value.is_of_state())
            }
            Self::Interpolate(_, input, stops) => {
                input.is_of_state() || stops.iter().any(|(_, value)| value.is_of_state())
            }
        }
    }

    /// What it comes to at a zoom.
    pub fn value(&self, subject: &dyn Subject, zoom: f64) -> Value {
        let of = |e: &Self| e.value(subject, zoom);
        let is = |e: &Self| of(e) == Value::Flag(true);
        match self {
            Self::Literal(value) => value.clone(),
            Self::Get(name) => subject.field(name),
            Self::Has(name) => Value::Flag(subject.field(name) != Value::Null),
            Self::Zoom => Value::Number(zoom),
            Self::State(name) => Value::Flag(subject.state(name)),
            Self::Compare(how, sides) => Value::Flag(how.holds(&of(&sides[0]), &of(&sides[1]))),
            Self::All(all) => Value::Flag(all.iter().all(is)),
            Self::Any(any) => Value::Flag(any.iter().any(is)),
            Self::Not(one) => Value::Flag(!is(one)),
            Self::Case(cases, last) => {
                let found = cases.iter().find(|(condition, _)| is(condition));
                of(found.map_or(last, |(_, value)| value))
            }
            Self::Match(input, cases, last) => {
                let input = of(input);
                let found = cases.iter().find(|(labels, _)| labels.contains(&input));
                of(found.map_or(last, |(_, value)| value))
            }
            Self::Step(input, first, stops) => {
                let Some(input) = of(input).number() else {
                    return of(first);
                };
                let reached = stops.iter().rev().find(|(stop, _)| *stop <= input);
                of(reached.map_or(first, |(_, value)| value))
            }
            Self::Interpolate(base, input, stops) => {
                let Some(input) = of(input).number() else {
                    return Value::Null;
                };
                let after = stops.partition_point(|(stop, _)| *stop <= input);
                let (Some((low, a)), Some((high, b))) = (
                    after.checked_sub(1).and_then(|i| stops.get(i)),
                    stops.get(after),
                ) else {
                    let end = if after == 0 {
                        stops.first()
                    } else {
                        stops.last()
                    };
                    return end.map_or(Value::Null, |(_, value)| of(value));
                };
                of(a)
                    .towards(&of(b), part(*base, *low, *high, input))
                    .unwrap_or(Value::Null)
            }
            Self::Coalesce(all) => all
                .iter()
                .map(of)
                .find(|value| *value != Value::Null)
                .unwrap_or(Value::Null),
            Self::Concat(all) => Value::Text(all.iter().map(|e| of(e).text()).collect()),
        }
    }
}

impl Comparison {
    fn holds(self, a: &Value, b: &Value) -> bool {
        let numbers = a.number().zip(b.number());
        match self {
            Self::Equal => a == b,
            Self::Different => a != b,
            Self::Less => numbers.is_some_and(|(a, b)| a < b),
            Self::AtMost => numbers.is_some_and(|(a, b)| a <= b),
            Self::More => numbers.is_some_and(|(a, b)| a > b),
            Self::AtLeast => numbers.is_some_and(|(a, b)| a >= b),
        }
    }
}

/// How far between two stops, as the specification has it.
#[allow(clippy::float_cmp)] // a base of exactly 1 is the linear case
fn part(base: f64, low: f64, high: f64, input: f64) -> f64 {
    let (range, done) = (high - low, input - low);
    if range <= 0.0 {
        0.0
    } else if base == 1.0 {
        done / range
    } else {
        (base.powf(done) - 1.0) / (base.powf(range) - 1.0)
    }
}

/// The base of an interpolation.
fn base(how: &Json) -> Result<f64, String> {
    let how = how.as_array().map(Vec::as_slice);
    match how {
        Some([Json::String(linear)]) if linear == "linear" => Ok(1.0),
        Some([Json::String(name), base]) if name == "exponential" => base
            .as_f64()
            .filter(|base| *base > 0.0)
            .ok_or_else(|| "« exponential » prend un nombre positif".to_owned()),
        _ => {
            Err("« interpolate » est lue avec [\"linear\"] ou [\"exponential\", nombre]".to_owned())
        }
    }
}

fn non_empty<'a>(operator: &str, rest: &'a [Json]) -> Result<&'a [Json], String> {
    if rest.is_empty() {
        return Err(format!("« {operator} » prend une valeur"));
    }
    Ok(rest)
}

/// Pairs and a last value.
fn pairs<'a>(operator: &str, rest: &'a [Json]) -> Result<(&'a [[Json; 2]], &'a Json), String> {
    let fault = || format!("« {operator} » prend des paires et une dernière valeur");
    let (last, rest) = rest.split_last().ok_or_else(fault)?;
    let (pairs, odd) = rest.as_chunks::<2>();
    if pairs.is_empty() || !odd.is_empty() {
        return Err(fault());
    }
    Ok((pairs, last))
}

/// Stops in rising order.
fn read_stops(
    operator: &str,
    stops: &[Json],
    read: impl Fn(&Json) -> Result<Expression, String>,
) -> Result<Vec<(f64, Expression)>, String> {
    let (pairs, odd) = stops.as_chunks::<2>();
    if !odd.is_empty() {
        return Err(format!("« {operator} » : à chaque palier sa valeur"));
    }
    let mut read_stops: Vec<(f64, Expression)> = Vec::new();
    for [at, value] in pairs {
        let at = at
            .as_f64()
            .filter(|at| read_stops.last().is_none_or(|(before, _)| before < at))
            .ok_or_else(|| format!("« {operator} » : les paliers sont des nombres croissants"))?;
        read_stops.push((at, read(value)?));
    }
    Ok(read_stops)
}

/// A value as it stands.
fn value(json: &Json) -> Result<Value, String> {
    Ok(match json {
        Json::Null => Value::Null,
        Json::Bool(flag) => Value::Flag(*flag),
        Json::Number(n) => Value::Number(n.as_f64().unwrap_or(f64::NAN)),
        Json::String(text) => Value::Text(text.clone()),
        Json::Array(items) => Value::List(items.iter().map(value).collect::<Result<_, _>>()?),
        Json::Object(_) => return Err("un objet n’est pas une valeur".to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    struct Pau;

    impl Subject for Pau {
        fn field(&self, name: &str) -> Value {
            match name {
                "nom" => Value::Text("Pau".to_owned()),
                "population" => Value::Number(77_000.0),
                "interregional" => Value::Flag(true),
                _ => Value::Null,
            }
        }

        fn state(&self, name: &str) -> bool {
            name == "choisi"
        }
    }

    fn of(json: &Json, zoom: f64) -> Value {
        Expression::read(json).unwrap().value(&Pau, zoom)
    }

    #[test]
    #[allow(clippy::float_cmp)] // halves and whole numbers
    fn expressions_come_to_what_the_specification_says() {
        let text = |t: &str| Value::Text(t.to_owned());
        assert_eq!(of(&json!(["get", "nom"]), 5.0), text("Pau"));
        assert_eq!(
            of(&json!(["coalesce", ["get", "rien"], "—"]), 5.0),
            text("—")
        );
        assert_eq!(
            of(
                &json!(["concat", ["get", "nom"], " ", ["get", "population"]]),
                5.0
            ),
            text("Pau 77000")
        );
        assert_eq!(
            of(
                &json!(["match", ["get", "nom"], ["Lons", "Pau"], "a", "b"]),
                5.0
            ),
            text("a")
        );
        assert_eq!(
            of(
                &json!(["case", ["==", ["get", "interregional"], true], 1, 0]),
                5.0
            ),
            Value::Number(1.0)
        );
        assert_eq!(
            of(
                &json!([
                    "case",
                    ["boolean", ["feature-state", "choisi"], false],
                    1,
                    0
                ]),
                5.0
            ),
            Value::Number(1.0)
        );
        let steps = json!(["step", ["zoom"], 14, 5, 24, 6, 80]);
        assert_eq!(
            [4.0, 5.0, 5.9, 6.0].map(|z| of(&steps, z).number().unwrap()),
            [14.0, 24.0, 24.0, 80.0]
        );
        let linear = json!(["interpolate", ["linear"], ["zoom"], 4, 1, 6, 3]);
        assert_eq!(
            [3.0, 4.0, 5.0, 9.0].map(|z| of(&linear, z).number().unwrap()),
            [1.0, 1.0, 2.0, 3.0]
        );
        let doubling = json!(["interpolate", ["exponential", 2], ["zoom"], 0, 0, 2, 3]);
        assert_eq!(of(&doubling, 1.0), Value::Number(1.0));
        assert_eq!(
            of(&json!(["all", ["has", "nom"], ["!", ["has", "rien"]]]), 5.0),
            Value::Flag(true)
        );
    }

    #[test]
    fn what_is_not_understood_is_named() {
        let fault = |json: Json| Expression::read(&json).unwrap_err();
        assert!(fault(json!(["within", {}])).contains("« within »"));
        assert!(fault(json!({ "stops": [[0, 1]] })).contains("stops"));
        assert!(
            fault(json!([
                "interpolate",
                ["cubic-bezier", 0, 0, 1, 1],
                ["zoom"],
                0,
                1
            ]))
            .contains("linear")
        );
        assert!(fault(json!(["step", ["zoom"], 1, 5, 2, 4, 3])).contains("croissants"));
        assert!(fault(json!(["case", true])).contains("paires"));
        let deep = (0..100).fold(json!(true), |inner, _| json!(["!", inner]));
        assert!(fault(deep).contains("niveaux"));
    }
}
