//! `POST /api/v1/appartenance/csv`: the rows of a CSV file with their answers, streamed both ways.

use std::io::{self, Read};
use std::thread;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::multipart::Multipart;
use axum::extract::{FromRequest, RawQuery, Request, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};
use tokio_stream::Stream;
use tokio_stream::wrappers::ReceiverStream;
use utoipa::ToSchema;

use super::asked;
use super::pace::Pace;
use super::spool::Spool;
use crate::api::bulk;
use crate::api::bulk::columns::{self, Plan, Wanted};
use crate::api::bulk::records::Records;
use crate::api::params::Params;
use crate::api::problem::{Problem, sentence};
use crate::api::state::{App, SharedApp};

/// The parameters there are.
pub const KNOWN: [&str; 7] = [
    "colonnes", "lon", "lat", "commune", "siren", "phase", "edition",
];

/// A request that works.
pub const EXAMPLE: &str = "curl -T lieux.csv 'http://…/api/v1/appartenance/csv?colonnes=adresse,code_postal,ville' -X POST";

/// Pieces of a body that wait to be read, or to be sent.
const QUEUE: usize = 8;

/// A body may have so many bytes: a hundred million rows or so.
const MAX_BODY: u64 = 8 << 30;

/// The form that a file may come in.
#[derive(ToSchema)]
#[schema(description = "Le fichier dans un formulaire.")]
#[allow(dead_code)] // read piece by piece, never whole
pub struct Formulaire {
    /// Le fichier CSV.
    #[schema(value_type = String, format = Binary)]
    data: Vec<u8>,
}

type Piece = io::Result<Bytes>;

/// Answers row by row while the body comes in.
///
/// # Errors
/// A problem with a parameter, with the form, or with the header of the file; [`Problem::busy`] where as many
/// files as may be are being answered.
#[utoipa::path(
    post,
    path = "/api/v1/appartenance/csv",
    operation_id = "appartenanceCsv",
    tag = "Appartenance",
    summary = "Répondre pour chaque ligne d’un CSV",
    description = "Les mêmes lignes, dans le même ordre, avec les colonnes ti_reponse, ti_id, ti_nom, ti_membre (code), ti_commune (code), ti_base, ti_score et ti_explication ; un numéro s’ajoute au nom d’une colonne que le fichier a déjà. La réponse commence avant la fin de l’envoi ; qui ne la lit qu’après l’avoir fini peut envoyer jusqu’à deux gibioctets de réponse en attente. Séparateur virgule, point-virgule ou tabulation, reconnu à l’en-tête ; UTF-8 avec ou sans BOM, ou Windows-1252 ; la réponse est en UTF-8. Une ligne qui ne se lit pas est rendue telle quelle, avec ti_reponse = erreur et la raison dans ti_explication. Il faut l’un de colonnes, lon et lat, commune, siren.",
    params(
        ("colonnes" = Option<String>, Query, description = "Les colonnes qui font l’adresse, dans l’ordre, séparées par des virgules.", example = "adresse,code_postal,ville"),
        ("lon" = Option<String>, Query, description = "La colonne des longitudes WGS84 ; avec lat.", example = "lon"),
        ("lat" = Option<String>, Query, description = "La colonne des latitudes WGS84 ; avec lon.", example = "lat"),
        ("commune" = Option<String>, Query, description = "La colonne des codes INSEE de communes.", example = "code_insee"),
        ("siren" = Option<String>, Query, description = "La colonne des SIREN d’EPCI ou d’EPT.", example = "siren"),
        ("phase" = Option<String>, Query, description = "Phase du programme ; la plus récente si elle n’est pas donnée.", example = "temps-2"),
        ("edition" = Option<String>, Query, description = "Édition de la liste, par sa date ; la dernière de la phase si elle n’est pas donnée.", example = "2024-07-04"),
    ),
    request_body(description = "Un fichier CSV avec une ligne d’en-tête.", content(
        (String = "text/csv", example = "code_insee\n64445\n"),
        (Formulaire = "multipart/form-data"),
    )),
    responses(
        (status = 200, description = "Les lignes avec leurs réponses.", body = String, content_type = "text/csv"),
        (status = 400, description = "Un paramètre est inconnu ou incorrect, une colonne n’existe pas, le fichier ne se lit pas.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "L’édition n’existe pas.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Trop de fichiers à la fois.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn post(
    State(app): State<SharedApp>,
    query: RawQuery,
    request: Request,
) -> Result<Response, Problem> {
    let params = Params::new(query, &KNOWN, EXAMPLE)?;
    let wanted = wanted(&params)?;
    asked::question(&app.atlas, &params)?;
    let (give, incoming) = mpsc::channel(QUEUE);
    let patience = app.service.config.delai_inactif;
    if is_form(&request) {
        let form = Multipart::from_request(request, &())
            .await
            .map_err(|_| no_form(&params))?;
        tokio::spawn(forward_form(form, give, patience));
    } else {
        let body = request.into_body().into_data_stream();
        tokio::spawn(forward(body, give, patience));
    }
    let (outgoing, answered) = mpsc::channel::<Piece>(QUEUE);
    let (begun, begins) = oneshot::channel();
    let shared = SharedApp::clone(&app);
    let outgoing = Outgoing {
        pieces: outgoing,
        patience,
        runtime: Handle::current(),
    };
    app.service.files.begin(move || {
        run(&shared, &params, &wanted, incoming, begun, &outgoing);
    })?;
    begins.await.map_err(|_| Problem::internal())??;

    let mut response = Response::new(Body::from_stream(ReceiverStream::new(answered)));
    let kind = HeaderValue::from_static("text/csv; charset=utf-8; header=present");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    let never = HeaderValue::from_static("no-store");
    response.headers_mut().insert(header::CACHE_CONTROL, never);
    Ok(response)
}

/// Reads the header, says through `begun` whether it will do, and answers the rows.
fn run(
    app: &App,
    params: &Params,
    wanted: &Wanted,
    incoming: mpsc::Receiver<Piece>,
    begun: oneshot::Sender<Result<(), Problem>>,
    outgoing: &Outgoing,
) {
    let planned = asked::question(&app.atlas, params).and_then(|question| {
        let mut records = Records::new(Incoming::new(incoming)).map_err(|e| unreadable(&e))?;
        let plan = Plan::new(wanted, &mut records).map_err(|e| unreadable(&e))?;
        let plan = plan.map_err(|e| params.problem("colonnes", sentence(&e.to_string())))?;
        Ok((question, records, plan))
    });
    let (question, records, plan) = match planned {
        Ok(planned) => planned,
        Err(problem) => {
            // A caller that has gone away needs no answer.
            let _ = begun.send(Err(problem));
            return;
        }
    };
    if begun.send(Ok(())).is_err() {
        return;
    }
    let spool = Spool::default();
    let answered = thread::scope(|scope| {
        scope.spawn(|| hand_out(&spool, outgoing));
        let answered = bulk::run(app, question, &plan, records, |bytes| spool.write(bytes));
        spool.close();
        answered
    });
    if let Err(e) = answered {
        // The answer has begun: it is cut off, so that nobody takes it for whole.
        tracing::debug!(error = %e, "a file was not answered to its end");
        outgoing.send(Err(e));
    }
}

/// Sends what is answered, until all is or the caller takes no more.
fn hand_out(spool: &Spool, outgoing: &Outgoing) {
    loop {
        let piece = match spool.read() {
            Ok(Some(bytes)) => Ok(bytes.into()),
            Ok(None) => return,
            Err(e) => Err(e),
        };
        let failed = piece.is_err();
        if !outgoing.send(piece) || failed {
            spool.leave();
            return;
        }
    }
}

/// The one thing that is asked about.
fn wanted(params: &Params) -> Result<Wanted, Problem> {
    let given: Vec<&'static str> = ["colonnes", "lon", "commune", "siren"]
        .into_iter()
        .filter(|name| params.get(name).is_some())
        .collect();
    if let [first, second, ..] = given[..] {
        let detail = format!(
            "Il faut un seul de colonnes=, lon= et lat=, commune=, siren= : {first} et {second} sont donnés."
        );
        return Err(params.problem(second, detail));
    }
    let column = |name: &'static str| {
        let column = params
            .get(name)
            .map(str::trim)
            .filter(|column| !column.is_empty());
        let detail = format!("{name}= nomme une colonne du fichier : il est vide ou absent.");
        column
            .map(str::to_owned)
            .ok_or_else(|| params.problem(name, detail))
    };
    match given.first() {
        Some(&"colonnes") => {
            let names = columns::names(params.get("colonnes").unwrap_or_default());
            if names.is_empty() {
                return Err(params.problem("colonnes", "colonnes= est vide : il faut les colonnes qui font l’adresse, dans l’ordre."));
            }
            Ok(Wanted::Address(names))
        }
        Some(&"commune") => Ok(Wanted::Commune(column("commune")?)),
        Some(&"siren") => Ok(Wanted::Siren(column("siren")?)),
        Some(_) => Ok(Wanted::Point {
            lon: column("lon")?,
            lat: column("lat")?,
        }),
        None if params.get("lat").is_some() => Err(params.problem("lon", "Il manque lon=, la colonne des longitudes.")),
        None => Err(params.problem(
            "colonnes",
            "Il faut dire quelles colonnes lire : colonnes= (celles de l’adresse), lon= et lat=, commune= ou siren=.",
        )),
    }
}

fn is_form(request: &Request) -> bool {
    let kind = request.headers().get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.trim_start()
        .to_ascii_lowercase()
        .starts_with("multipart/form-data")
}

fn no_form(params: &Params) -> Problem {
    params.problem("data", "Le formulaire ne se lit pas : il faut un champ de fichier nommé data, ou le CSV seul comme corps.")
}

fn unreadable(error: &io::Error) -> Problem {
    Problem::parameter("data", sentence(&error.to_string()), EXAMPLE)
}

/// The way to the client.
struct Outgoing {
    pieces: mpsc::Sender<Piece>,
    patience: Duration,
    runtime: Handle,
}

impl Outgoing {
    /// Sends a piece; whether the client took it, in time.
    fn send(&self, piece: Piece) -> bool {
        // Inside, since time-outs need the runtime they begin in.
        let sent = async { tokio::time::timeout(self.patience, self.pieces.send(piece)).await };
        matches!(self.runtime.block_on(sent), Ok(Ok(())))
    }
}

/// Hands a body on, piece by piece, until nobody takes it any more, or it comes too slowly.
async fn forward<E: Into<axum::BoxError>>(
    mut body: impl Stream<Item = Result<Bytes, E>> + Unpin,
    give: mpsc::Sender<Piece>,
    patience: Duration,
) {
    let mut left = MAX_BODY;
    let mut pace = Pace::new(patience);
    loop {
        let piece = match pace.next(&mut body).await {
            Ok(None) => return,
            Ok(Some(piece)) => piece.map_err(io::Error::other).and_then(|bytes| {
                left = left.checked_sub(bytes.len() as u64).ok_or_else(|| {
                    io::Error::new(
                        io::ErrorKind::InvalidData,
                        "le fichier dépasse huit gibioctets",
                    )
                })?;
                Ok(bytes)
            }),
            Err(slow) => Err(slow),
        };
        let failed = piece.is_err();
        if give.send(piece).await.is_err() || failed {
            return;
        }
        // What we were slow to take is not the client's slowness.
        pace.resume();
    }
}

/// Hands on the field `data` of a form.
async fn forward_form(mut form: Multipart, give: mpsc::Sender<Piece>, patience: Duration) {
    loop {
        match tokio::time::timeout(patience, form.next_field()).await {
            Ok(Ok(Some(field))) if field.name() == Some("data") => {
                return forward(field, give, patience).await;
            }
            Ok(Ok(Some(_))) => {}
            Ok(Ok(None) | Err(_)) | Err(_) => {
                let message = "le formulaire n’a pas de champ nommé data";
                let missing = io::Error::new(io::ErrorKind::InvalidData, message);
                // Whoever asked may be gone.
                let _ = give.send(Err(missing)).await;
                return;
            }
        }
    }
}

/// A body as a reader, on a thread that may wait.
struct Incoming {
    pieces: mpsc::Receiver<Piece>,
    piece: Bytes,
}

impl Incoming {
    fn new(pieces: mpsc::Receiver<Piece>) -> Self {
        let piece = Bytes::new();
        Self { pieces, piece }
    }
}

impl Read for Incoming {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.piece.is_empty() {
            match self.pieces.blocking_recv() {
                Some(piece) => self.piece = piece?,
                None => return Ok(0),
            }
        }
        let count = self.piece.len().min(into.len());
        into[..count].copy_from_slice(&self.piece.split_to(count));
        Ok(count)
    }
}
