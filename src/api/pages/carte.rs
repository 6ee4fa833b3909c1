//! The picture of a territory: on its page, by itself as SVG, and as the PNG that links to the page show.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use crate::api::path::Segments;
use crate::api::problem::Problem;
use crate::api::state::{App, SharedApp};
use crate::api::territoires::one;
use crate::atlas::changes::Changes;
use crate::atlas::drawing::NOBODY;
use crate::atlas::features::Feature;
use crate::atlas::profile::Profile;
use crate::exports::picture::{Class, Name, Picture, png};

/// What of a territory is shown.
#[derive(Clone, Copy)]
pub enum Subject<'a> {
    /// Its members, with their names.
    Members,
    /// The communes that came, went and stayed.
    Changes(&'a Changes),
}

/// Colours of a picture that stands alone, by day: those of the page.
const STYLE: &str = include_str!("../../../web/src/style/image.css");

const SIZE: [u32; 2] = [720, 480];
/// What social networks ask of a picture (Open Graph).
const PREVIEW: [u32; 2] = [1200, 630];
/// Land around the territory that is drawn with it, of its box.
const AROUND: f64 = 0.6;

/// `GET /territoires/{phase}/{id}/carte.svg`
///
/// # Errors
/// 404 for what does not exist; 503 where too many wait.
pub async fn get(
    State(app): State<SharedApp>,
    Segments((phase, id)): Segments<(String, String)>,
    request: HeaderMap,
) -> Result<Response, Problem> {
    let found = one::find(&app.atlas, &phase, &id)?;
    let make = |app: &App, profile: &Profile| {
        Ok(svg(app, profile, Subject::Members, Some(STYLE)).into_bytes())
    };
    one::send(app, request, "image/svg+xml", ("carte", found), make).await
}

/// `GET /territoires/{phase}/{id}/apercu.png`
///
/// # Errors
/// 404 for what does not exist; 503 where too many wait.
pub async fn preview(
    State(app): State<SharedApp>,
    Segments((phase, id)): Segments<(String, String)>,
    request: HeaderMap,
) -> Result<Response, Problem> {
    let found = one::find(&app.atlas, &phase, &id)?;
    let make = |app: &App, profile: &Profile| {
        let drawn = draw(app, profile, Subject::Members, Some(STYLE), PREVIEW);
        png(&drawn).ok_or_else(Problem::internal)
    };
    one::send(app, request, "image/png", ("carte", found), make).await
}

/// The picture, with a style of its own where it stands alone.
#[must_use]
pub fn svg(app: &App, profile: &Profile, subject: Subject, style: Option<&str>) -> String {
    draw(app, profile, subject, style, SIZE)
}

fn draw(
    app: &App,
    profile: &Profile,
    subject: Subject,
    style: Option<&str>,
    size: [u32; 2],
) -> String {
    let atlas = &app.atlas;
    let chart = profile.chart;
    let Some(frame) = profile.feature().bbox() else {
        return String::new();
    };
    let mut labels = vec![NOBODY; atlas.places.face_count()];
    land_around(app, frame, &mut labels);
    let mut give = |place: usize, label: u32| {
        if let Some(slot) = atlas
            .places
            .face(place)
            .and_then(|face| labels.get_mut(face))
        {
            *slot = label;
        }
    };
    let mut names = Vec::new();
    let mut classes = vec![Class {
        name: "terre",
        title: None,
        is_outlined: false,
    }];
    match subject {
        Subject::Members => {
            let members = atlas.members_of(profile);
            for (membre, of) in profile.territoire.membres.iter().zip(&members) {
                #[allow(clippy::cast_possible_truncation)] // a few members
                let label = classes.len() as u32;
                classes.push(Class {
                    name: "membre",
                    title: Some(&membre.nom),
                    is_outlined: true,
                });
                for &place in &of.communes {
                    give(place, label);
                }
                if let Some(at) = of.centre(atlas) {
                    names.push((
                        of.population,
                        Name {
                            at,
                            text: &membre.nom,
                        },
                    ));
                }
            }
        }
        Subject::Changes(changes) => {
            let kinds = [
                ("inchangee", "Communes inchangées", true, &changes.kept),
                ("venue", "Communes venues", true, &changes.come),
                ("partie", "Communes parties", false, &changes.gone),
            ];
            for (label, (name, title, is_outlined, places)) in (1..).zip(kinds) {
                classes.push(Class {
                    name,
                    title: Some(title),
                    is_outlined,
                });
                for &place in places {
                    give(place, label);
                }
            }
        }
    }
    names.sort_by_key(|(population, _)| std::cmp::Reverse(*population));
    let names: Vec<Name> = names.into_iter().map(|(_, name)| name).collect();
    let picture = Picture {
        chart,
        classes: &classes,
        labels: &labels,
        names: &names,
        abroad: &atlas.context,
        frame,
        size,
        description: &format!("Carte de {}", profile.territoire.nom),
        style,
    };
    picture.svg()
}

/// Gives the communes in and around a frame the first label.
fn land_around(app: &App, [west, south, east, north]: [f64; 4], labels: &mut [u32]) {
    let room = AROUND * (east - west).max(north - south);
    let Some((chart, at)) = app.atlas.level("communes") else {
        return;
    };
    let level = &chart.levels[at];
    for (slot, &label) in labels.iter_mut().zip(&level.labels) {
        let feature = level.features.get(label as usize);
        let Some([w, s, e, n]) = feature.and_then(Feature::bbox) else {
            continue;
        };
        if w < east + room && e > west - room && s < north + room && n > south - room {
            *slot = 0;
        }
    }
}
