//! The address of a tile, with its query behind `?`.

use axum::http::Uri;
use percent_encoding::percent_decode_str;
use territoires::api::asked;
use territoires::tiles::compress::Encoding;

use crate::app;

/// Reads it: what is accepted exists, and is what was written.
pub fn run(data: &[u8]) {
    let Ok(uri) = Uri::try_from(data) else {
        return;
    };
    let Some(segments) = asked::segments(&uri) else {
        return;
    };
    let app = app();
    match asked::read(app, segments, uri.query()) {
        Ok(asked) => {
            let tile = asked.key(Encoding::Identity).tile;
            let side = 1_u32 << tile.z();
            assert!(
                tile.z() <= 14 && tile.x() < side && tile.y() < side,
                "{tile}"
            );
            let plain = |text: &str| percent_decode_str(text).decode_utf8().unwrap().into_owned();
            let [_, z, x, y] = segments.map(plain);
            let (y, _) = y.rsplit_once('.').unwrap();
            assert_eq!(format!("{z}/{x}/{y}"), tile.to_string());
            for encoding in Encoding::ALL {
                let tag = asked.tag(app, encoding);
                assert!(
                    tag.to_str()
                        .unwrap()
                        .starts_with(&format!("\"{}-", app.version))
                );
            }
        }
        Err(problem) => {
            super::is_sentence(problem.detail());
            assert!(
                [400, 404].contains(&problem.status().as_u16()),
                "{problem:?}"
            );
            assert!(problem.detail().ends_with('.'), "{problem:?}");
            assert!(problem.example().is_some(), "{problem:?}");
        }
    }
}
