//! A service under more than it can do, and for a long time: `make charge`.
//!
//!     charge BINARY surcharge [seconds [sustainable]] [égal]    three times the sustainable rate, five minutes
//!     charge BINARY endurance [seconds [sustainable]] [égal]    half of it, thirty minutes, memory before and after
//!
//! The binary is started here, on loopback. Requests arrive at their rate whether or not those before were answered
//! (an open loop); those for which no connection is free are counted apart, as a proxy with a pool of its own would
//! refuse them. The sustainable rate is the highest of a ladder of rates at which no more than one in 500 is refused and
//! the look-ups' 99th percentile stays under 20 ms. Service and load share the machine's cores. Where it may, the load
//! goes before the service, so that it is not its own lateness that is measured; « égal » as the last argument leaves
//! them equal.
//!
//! The exit code is 1 where something that was promised did not hold.

// A bench that cannot start has nothing to measure.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(missing_docs)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::{Request, StatusCode};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// Connections that the load may hold.
const CONNECTIONS: usize = 400;
/// What is promised of look-ups.
const PROMISE: Duration = Duration::from_millis(20);
/// How soon after the end all is as before.
const RECOVERY: Duration = Duration::from_secs(2);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Point,
    Code,
    Address,
    Search,
    Tile,
    Page,
    Csv,
    LongCsv,
    Map,
    Export,
}

/// Of ten thousand requests, so many of each kind.
const MIX: [(Kind, u32); 10] = [
    (Kind::Point, 6000),
    (Kind::Code, 1500),
    (Kind::Address, 800),
    (Kind::Search, 200),
    (Kind::Tile, 1200),
    (Kind::Page, 100),
    (Kind::Csv, 150),
    (Kind::LongCsv, 10),
    (Kind::Map, 25),
    (Kind::Export, 15),
];

impl Kind {
    /// Answered on the spot: what the promise is about.
    fn is_look_up(self) -> bool {
        matches!(self, Self::Point | Self::Code)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Point => "point",
            Self::Code => "commune",
            Self::Address => "adresse",
            Self::Search => "recherche",
            Self::Tile => "tuile",
            Self::Page => "page",
            Self::Csv => "CSV, 200 lignes",
            Self::LongCsv => "CSV, 50 000 lignes",
            Self::Map => "carte à imprimer",
            Self::Export => "export",
        }
    }
}

type Http = Client<HttpConnector, Full<Bytes>>;

/// Long files that are sent in turn.
const FILES: usize = 8;

/// What requests are made of: real codes, names and territories, from the service itself.
struct Matter {
    codes: Vec<String>,
    names: Vec<String>,
    territories: Vec<String>,
    regions: Vec<String>,
    /// Long bodies, written before anything is measured.
    files: Vec<Bytes>,
}

/// What became of requests of one kind.
#[derive(Default)]
struct Fate {
    times: Vec<u32>,
    statuses: BTreeMap<u16, usize>,
    failed: usize,
}

#[derive(Default)]
struct Tally {
    kinds: BTreeMap<Kind, Fate>,
    unsent: usize,
    /// What went wrong, and how often.
    faults: BTreeMap<String, usize>,
}

impl Tally {
    fn count(&self, is: impl Fn(u16) -> bool) -> usize {
        let statuses = self.kinds.values().flat_map(|f| &f.statuses);
        statuses.filter(|(s, _)| is(**s)).map(|(_, n)| n).sum()
    }

    fn failed(&self) -> usize {
        self.kinds.values().map(|f| f.failed).sum()
    }

    /// A percentile of the look-ups that were answered with 200, in microseconds.
    fn look_ups(&self, part: f64) -> u32 {
        let look_ups = self.kinds.iter().filter(|(k, _)| k.is_look_up());
        percentile(
            look_ups
                .flat_map(|(_, f)| f.times.iter().copied())
                .collect(),
            part,
        )
    }
}

#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss
)]
fn percentile(mut times: Vec<u32>, part: f64) -> u32 {
    times.sort_unstable();
    let at = (times.len() as f64 * part) as usize;
    times
        .get(at.min(times.len().saturating_sub(1)))
        .copied()
        .unwrap_or(0)
}

struct Service {
    child: Child,
    base: String,
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Service {
    fn start(binary: &str, arguments: &[&str]) -> Self {
        let mut child = Command::new(binary)
            .args(["serve", "--adresse", "127.0.0.1:0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut line).unwrap();
        let base = line.split_whitespace().find(|w| w.starts_with("http://"));
        let base = base.expect("an address").to_owned();
        Self { child, base }
    }

    /// Resident memory in KiB.
    fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.expect("the service is alive");
        let line = status.lines().find(|l| l.starts_with("VmRSS:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }
}

impl Matter {
    async fn of(http: &Http, base: &str) -> Self {
        let text = |path: &'static str| async move {
            let answer = http
                .get(format!("{base}{path}").parse().unwrap())
                .await
                .unwrap();
            let body = answer.into_body().collect().await.unwrap().to_bytes();
            String::from_utf8(body.to_vec()).unwrap()
        };
        let communes = text("/exports/communes.csv?geometrie=non").await;
        let mut reader = csv::Reader::from_reader(communes.as_bytes());
        let columns = reader.headers().unwrap().clone();
        let at = |name: &str| columns.iter().position(|c| c == name).unwrap();
        let (code, name) = (at("code"), at("nom"));
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        let territories: serde_json::Value =
            serde_json::from_str(&text("/api/v1/territoires").await).unwrap();
        let territories = territories["territoires"].as_array().unwrap();
        let field = |name: &str| -> Vec<String> {
            territories
                .iter()
                .map(|t| t[name].as_str().unwrap().to_owned())
                .collect()
        };
        let codes: Vec<String> = rows.iter().map(|r| r[code].to_owned()).collect();
        let mut rng = ChaCha8Rng::seed_from_u64(50_000);
        let files = (0..FILES).map(|_| table(&codes, 50_000, &mut rng).into());
        Self {
            files: files.collect(),
            codes,
            names: rows.iter().map(|r| r[name].to_owned()).collect(),
            territories: field("id"),
            regions: field("region"),
        }
    }

    /// A request: its path and, for a CSV file, its body.
    fn request(&self, kind: Kind, rng: &mut ChaCha8Rng) -> (String, Option<Bytes>) {
        let encoded =
            |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let path = match kind {
            Kind::Point => {
                let (lon, lat) = (rng.random_range(-1.5..6.5), rng.random_range(43.5..50.0));
                format!("/api/v1/appartenance?lon={lon:.6}&lat={lat:.6}")
            }
            Kind::Code => format!(
                "/api/v1/appartenance?commune={}",
                self.codes.choose(rng).unwrap()
            ),
            Kind::Address => {
                let name = self.names.choose(rng).unwrap();
                format!(
                    "/api/v1/appartenance?adresse=12+rue+de+la+Mairie+{}",
                    encoded(name)
                )
            }
            Kind::Search => {
                let name = self.names.choose(rng).unwrap();
                let start: String = name.chars().take(4).collect();
                format!("/api/v1/recherche?q={}", encoded(&start))
            }
            Kind::Tile => {
                let layers = ["temps-2", "communes", "temps-2,temps-2-etiquettes", "epci"];
                let z = rng.random_range(4..=12_u32);
                let (lon, lat): (f64, f64) =
                    (rng.random_range(-1.5..6.5), rng.random_range(43.5..50.0));
                let side = f64::from(1_u32 << z);
                let y = (1.0 - lat.to_radians().tan().asinh() / std::f64::consts::PI) / 2.0;
                let (x, y) = ((lon + 180.0) / 360.0 * side, y * side);
                format!(
                    "/tiles/{}/{z}/{}/{}.mvt",
                    layers.choose(rng).unwrap(),
                    x.floor(),
                    y.floor()
                )
            }
            Kind::Page => format!(
                "/territoires/temps-2/{}",
                self.territories.choose(rng).unwrap()
            ),
            Kind::Csv | Kind::LongCsv => {
                let body = match kind {
                    Kind::Csv => table(&self.codes, 200, rng).into(),
                    _ => self.files.choose(rng).unwrap().clone(),
                };
                let path = "/api/v1/appartenance/csv?commune=code".to_owned();
                return (path, Some(body));
            }
            Kind::Map => {
                let form = ["pdf", "svg", "png"].choose(rng).unwrap();
                let dpi = if *form == "png" { "&dpi=96" } else { "" };
                let territory = self.territories.choose(rng).unwrap();
                format!("/cartes/neutre.{form}?papier=a4{dpi}&territoire={territory}")
            }
            Kind::Export => {
                let form = ["geojson", "gpkg", "fgb", "kml", "shp.zip"]
                    .choose(rng)
                    .unwrap();
                format!(
                    "/exports/temps-2.{form}?region={}",
                    encoded(self.regions.choose(rng).unwrap())
                )
            }
        };
        (path, None)
    }
}

/// A CSV file of so many codes.
fn table(codes: &[String], rows: usize, rng: &mut ChaCha8Rng) -> String {
    let mut table = String::from("code\n");
    for _ in 0..rows {
        writeln!(table, "{}", codes.choose(rng).unwrap()).unwrap();
    }
    table
}

struct Load {
    http: Http,
    base: String,
    matter: Matter,
    rng: ChaCha8Rng,
}

/// Requests that were sent, and of which some may not be answered yet.
struct Offered {
    tally: Arc<Mutex<Tally>>,
    under_way: JoinSet<()>,
    /// Of the service, in kibibytes, second by second.
    memory: Vec<u64>,
}

impl Offered {
    /// Waits for the last answer.
    async fn ended(mut self) -> (Tally, Vec<u64>) {
        while self.under_way.join_next().await.is_some() {}
        let tally = std::mem::take(&mut *self.tally.lock().unwrap());
        (tally, self.memory)
    }
}

impl Load {
    /// Sends so many requests a second for so long.
    async fn offer(&mut self, rate: f64, length: Duration, service: Option<&Service>) -> Offered {
        let tally = Arc::new(Mutex::new(Tally::default()));
        let places = Arc::new(Semaphore::new(CONNECTIONS));
        let mut under_way = JoinSet::new();
        let mut memory = Vec::new();
        let since = Instant::now();
        let mut due = 0_u32;
        while since.elapsed() < length {
            tokio::time::sleep(Duration::from_millis(1)).await;
            while f64::from(due) < since.elapsed().as_secs_f64() * rate {
                due += 1;
                let kind = self.kind();
                let Ok(place) = Arc::clone(&places).try_acquire_owned() else {
                    tally.lock().unwrap().unsent += 1;
                    continue;
                };
                let (path, body) = self.matter.request(kind, &mut self.rng);
                let method = if body.is_some() { "POST" } else { "GET" };
                let request = Request::builder()
                    .method(method)
                    .uri(format!("{}{path}", self.base))
                    .header("accept-encoding", "gzip")
                    .body(Full::from(body.unwrap_or_default()))
                    .unwrap();
                let (http, tally) = (self.http.clone(), Arc::clone(&tally));
                under_way.spawn(async move {
                    let since = Instant::now();
                    let answer = whole(&http, request).await;
                    drop(place);
                    let took = u32::try_from(since.elapsed().as_micros()).unwrap_or(u32::MAX);
                    let mut tally = tally.lock().unwrap();
                    let fate = tally.kinds.entry(kind).or_default();
                    match answer {
                        Ok(status) => {
                            *fate.statuses.entry(status.as_u16()).or_default() += 1;
                            if status == StatusCode::OK {
                                fate.times.push(took);
                            }
                        }
                        Err(fault) => {
                            fate.failed += 1;
                            *tally.faults.entry(fault).or_default() += 1;
                        }
                    }
                });
            }
            while under_way.try_join_next().is_some() {}
            let seconds = usize::try_from(since.elapsed().as_secs()).unwrap();
            if let Some(service) = service.filter(|_| memory.len() < seconds) {
                memory.push(service.memory());
            }
        }
        Offered {
            tally,
            under_way,
            memory,
        }
    }

    /// The same, to the last answer.
    async fn run(
        &mut self,
        rate: f64,
        length: Duration,
        service: Option<&Service>,
    ) -> (Tally, Vec<u64>) {
        self.offer(rate, length, service).await.ended().await
    }

    /// When, counted from now, one request of each kind was answered for the first time, and how long the slowest took:
    /// a map waits for those before it, which nobody withdrew.
    async fn recovers(&mut self) -> Option<(Duration, Duration)> {
        let since = Instant::now();
        while since.elapsed() < RECOVERY * 5 {
            let begun = since.elapsed();
            if self.is_well().await {
                return Some((begun, since.elapsed().saturating_sub(begun)));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        None
    }

    fn kind(&mut self) -> Kind {
        let all: u32 = MIX.iter().map(|(_, weight)| weight).sum();
        let mut at = self.rng.random_range(0..all);
        for (kind, weight) in MIX {
            if at < weight {
                return kind;
            }
            at -= weight;
        }
        Kind::Point
    }

    /// The highest rate of the ladder at which nothing is refused and look-ups keep their promise.
    async fn sustainable(&mut self) -> f64 {
        let mut good = 0.0;
        let mut rate = 250.0;
        loop {
            let (tally, _) = self.run(rate, Duration::from_secs(8), None).await;
            let refused = tally.count(|s| s >= 400) + tally.failed() + tally.unsent;
            let is_usual = refused * 500 <= tally.count(|_| true);
            let p99 = Duration::from_micros(tally.look_ups(0.99).into());
            println!("  {rate:.0} demandes/s : {refused} refus, consultations p99 {p99:?}");
            if !is_usual || p99 > PROMISE || rate > 50_000.0 {
                return good;
            }
            good = rate;
            rate *= 1.3;
        }
    }

    /// One request of each kind: whether all were answered.
    async fn is_well(&mut self) -> bool {
        let kinds = MIX.map(|(kind, _)| kind);
        let mut asked = JoinSet::new();
        for kind in kinds {
            let (path, body) = self.matter.request(kind, &mut self.rng);
            let method = if body.is_some() { "POST" } else { "GET" };
            let request = Request::builder()
                .method(method)
                .uri(format!("{}{path}", self.base));
            let request = request.body(Full::from(body.unwrap_or_default())).unwrap();
            let http = self.http.clone();
            asked.spawn(async move { whole(&http, request).await });
        }
        let mut is_well = true;
        while let Some(answer) = asked.join_next().await {
            is_well &= matches!(answer, Ok(Ok(StatusCode::OK | StatusCode::NO_CONTENT)));
        }
        is_well
    }
}

/// Sends a request and reads the answer to its end, or says what went wrong.
async fn whole(http: &Http, request: Request<Full<Bytes>>) -> Result<StatusCode, String> {
    let told = |e: &dyn std::error::Error| {
        let cause = std::iter::successors(e.source(), |e| e.source()).last();
        format!(
            "{e} : {}",
            cause.map_or_else(String::new, ToString::to_string)
        )
    };
    let answer = http.request(request).await.map_err(|e| told(&e))?;
    let status = answer.status();
    let body = answer.into_body().collect().await;
    body.map_err(|e| format!("corps coupé, {}", told(&e)))?;
    Ok(status)
}

fn print(tally: &Tally) {
    println!(
        "  {:20} {:>9} {:>9} {:>7} {:>7}  p50, p99, max en ms (réponses 200)",
        "", "200", "204", "503", "autres"
    );
    for (kind, fate) in &tally.kinds {
        let of = |status| fate.statuses.get(&status).copied().unwrap_or(0);
        let others: usize =
            fate.statuses.values().sum::<usize>() - of(200) - of(204) - of(503) + fate.failed;
        let at = |part| f64::from(percentile(fate.times.clone(), part)) / 1000.0;
        println!(
            "  {:20} {:>9} {:>9} {:>7} {:>7}  {:.2}, {:.2}, {:.1}",
            kind.name(),
            of(200),
            of(204),
            of(503),
            others,
            at(0.5),
            at(0.99),
            at(1.0)
        );
    }
    println!("  sans connexion libre : {}", tally.unsent);
    for (fault, count) in &tally.faults {
        println!("  {count} fois : {fault}");
    }
}

fn median(values: &[u64]) -> u64 {
    let mut values = values.to_vec();
    values.sort_unstable();
    values.get(values.len() / 2).copied().unwrap_or(0)
}

/// Says what was asked and what is; whether it holds.
fn holds(what: &str, found: &str, is: bool) -> bool {
    println!(
        "{} {what} : {found}",
        if is { "tenu    " } else { "MANQUÉ  " }
    );
    is
}

/// Goes before the service where both want a processor, so that what is measured is how late the service answers and not
/// how late its client reads: who asks is elsewhere. Only the superuser may; threads begun after this are like it.
fn step_forward() {
    let told = match rustix::process::setpriority_process(None, -10) {
        Ok(()) => "la charge passe avant le service",
        Err(_) => {
            "la charge et le service sont à égalité : les retards de l’une comptent avec ceux de l’autre"
        }
    };
    println!("{told}");
}

fn main() {
    let arguments: Vec<String> = std::env::args().filter(|a| a != "--bench").collect();
    let read = match &arguments[..] {
        [_, binary, scene, rest @ .., last] if last == "égal" => Some((binary, scene, rest, true)),
        [_, binary, scene, rest @ ..] if rest.len() < 3 => Some((binary, scene, rest, false)),
        _ => None,
    };
    let known = |scene: &str| ["surcharge", "endurance"].contains(&scene);
    let Some((binary, scene, rest, is_equal)) = read.filter(|(_, scene, ..)| known(scene)) else {
        eprintln!("charge BINAIRE surcharge|endurance [secondes [cadence soutenable]] [égal]");
        std::process::exit(2);
    };
    // Caches that are full soon: what grows after that is no cache.
    let service = Service::start(binary, &["--cache-tuiles", "32", "--cache-cartes", "16"]);
    if !is_equal {
        step_forward();
    }
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    let good = runtime.block_on(play(&service, scene, rest));
    drop(service);
    std::process::exit(i32::from(!good));
}

async fn play(service: &Service, scene: &str, rest: &[String]) -> bool {
    let is_overload = scene == "surcharge";
    let seconds = rest
        .first()
        .map_or(if is_overload { 300 } else { 1800 }, |s| s.parse().unwrap());
    // A connection that the service is about to let go is not begun with: it keeps idle ones for 30 s.
    let mut builder = Client::builder(TokioExecutor::new());
    builder
        .pool_idle_timeout(Duration::from_secs(20))
        .pool_timer(TokioTimer::new());
    let http = builder.build(HttpConnector::new());
    let mut load = Load {
        matter: Matter::of(&http, &service.base).await,
        base: service.base.clone(),
        rng: ChaCha8Rng::seed_from_u64(2027),
        http,
    };
    println!("cadence soutenable :");
    let rate = match rest.get(1) {
        Some(known) => known.parse().unwrap(),
        None => load.sustainable().await.max(100.0),
    };
    println!("  {rate:.0} demandes par seconde");
    let length = Duration::from_secs(seconds);
    if is_overload {
        overload(&mut load, service, rate * 3.0, length).await
    } else {
        soak(&mut load, service, rate / 2.0, length).await
    }
}

#[allow(clippy::cast_precision_loss)]
async fn overload(load: &mut Load, service: &Service, rate: f64, length: Duration) -> bool {
    println!(
        "surcharge : {rate:.0} demandes par seconde, {} s",
        length.as_secs()
    );
    let offered = load.offer(rate, length, Some(service)).await;
    let recovered = load.recovers().await;
    let (tally, memory) = offered.ended().await;
    print(&tally);
    let p99 = Duration::from_micros(tally.look_ups(0.99).into());
    let strange = tally.count(|s| ![200, 204, 503].contains(&s)) + tally.failed();
    let (early, late) = (
        median(&memory[..memory.len() / 4]),
        median(&memory[memory.len() * 3 / 4..]),
    );
    let growth = late as f64 / early as f64 - 1.0;
    let (early, late, most) = (
        early >> 10,
        late >> 10,
        memory.iter().max().unwrap_or(&0) >> 10,
    );
    let found = format!(
        "{early} Mio au premier quart, {late} au dernier, {most} au plus ({:+.1} %)",
        growth * 100.0
    );
    let all = [
        holds(
            "p99 des consultations sous 20 ms",
            &format!("{p99:?}"),
            p99 < PROMISE,
        ),
        holds(
            "rien que 200, 204 et 503",
            &format!("{strange} autres"),
            strange == 0,
        ),
        holds("mémoire plate (moins de 5 %)", &found, growth < 0.05),
        holds(
            "tout est rendu dans les 2 s",
            &match recovered {
                Some((begun, took)) => {
                    format!("rien n’est refusé après {begun:.1?}, le plus long prend {took:.1?}")
                }
                None => "des refus".to_owned(),
            },
            recovered.is_some_and(|(begun, _)| begun < RECOVERY),
        ),
    ];
    all.iter().all(|h| *h)
}

#[allow(clippy::cast_precision_loss)]
async fn soak(load: &mut Load, service: &Service, rate: f64, length: Duration) -> bool {
    let warm = Duration::from_mins(5).min(length);
    println!(
        "mise en chauffe : {rate:.0} demandes par seconde, {} s",
        warm.as_secs()
    );
    load.run(rate, warm, None).await;
    println!("endurance : {} s", length.as_secs());
    let (tally, memory) = load.run(rate, length, Some(service)).await;
    print(&tally);
    let span = 120.min(memory.len() / 3).max(1);
    let (first, last) = (
        median(&memory[..span]),
        median(&memory[memory.len() - span..]),
    );
    let growth = last as f64 / first as f64 - 1.0;
    let found = format!(
        "{:.1} puis {:.1} Mio ({:+.2} %)",
        first as f64 / 1024.0,
        last as f64 / 1024.0,
        growth * 100.0
    );
    let strange = tally.count(|s| ![200, 204, 503].contains(&s)) + tally.failed();
    let all = [
        holds("mémoire : moins de 2 % de plus", &found, growth < 0.02),
        holds(
            "rien que 200, 204 et 503",
            &format!("{strange} autres"),
            strange == 0,
        ),
    ];
    all.iter().all(|h| *h)
}
