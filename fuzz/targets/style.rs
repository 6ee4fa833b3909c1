//! A MapLibre style for a printed map. Behind a space it is drawn as well, which takes a thousand times as long.

use territoires::exports::print::{Form, Order, Sheet, Style, StyleError, compose};

use crate::app;

/// Reads it, and draws a territory with it.
pub fn run(data: &[u8]) {
    let style = match Style::read(data) {
        Ok(style) => style,
        Err(refusal) => return is_refusal(&refusal, data),
    };
    for layer in &style.layers {
        assert!(!layer.id.is_empty() || data.contains(&b'"'));
        for zoom in [0.0, 5.5, 22.0] {
            let _ = layer.is_drawn_at(zoom);
        }
    }
    if data.first() == Some(&b' ') {
        draw(style);
    }
}

fn is_refusal(refusal: &StyleError, data: &[u8]) {
    super::is_sentence(&refusal.to_string());
    match refusal {
        StyleError::Json { line, .. } => assert!(*line > 0),
        StyleError::Style { fault, .. } => assert!(!fault.is_empty()),
        StyleError::Layer {
            fault, property, ..
        } => {
            assert!(!fault.is_empty(), "{refusal}");
            // A member may have no name.
            assert!(
                !property.is_empty() || data.windows(2).any(|two| two == b"\"\""),
                "{refusal}"
            );
        }
    }
}

fn draw(style: Style) {
    let order = Order {
        style,
        sheet: Sheet::Millimetres([150.0, 150.0]),
        phase: None,
        region: None,
        territoire: Some("ti-7510".to_owned()),
        title: None,
        north: false,
        graticule: false,
    };
    match compose(&app().atlas, &order) {
        Ok(page) => {
            let svg = page.write(Form::Svg).unwrap();
            let svg = std::str::from_utf8(&svg).unwrap();
            assert!(svg.trim_end().ends_with("</svg>"));
            assert!(
                !svg.contains("NaN") && !svg.contains("\"inf"),
                "numbers that are none"
            );
        }
        Err(refusal) => super::is_sentence(&refusal.to_string()),
    }
}
