//! What is counted, and `GET /metrics` in the text format of Prometheus.
//!
//! No lock on the hot path: what is at hand is counted through handles taken once; counters and histograms are atomic.

use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use prometheus::core::Collector;
use prometheus::{
    Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts,
    Registry, TextEncoder,
};

use super::pool::Pool;
use super::problem::Problem;
use super::state::SharedApp;

/// Upper bounds of the histograms' classes, in seconds: from an answer at hand to a printed map.
const CLASSES: [f64; 15] = [
    0.000_1, 0.000_25, 0.001, 0.002_5, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
    30.0,
];

/// What the service counts.
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    durations: HistogramVec,
    refused: IntCounterVec,
    reloads: IntCounterVec,
    pools: IntGaugeVec,
    caches: IntGaugeVec,
    tiles: IntGaugeVec,
    editions: IntGaugeVec,
    /// Connections open.
    pub connections: IntGauge,
    /// Requests under way, those at hand not counted.
    pub under_way: IntGauge,
    strain: IntGauge,
    /// Tiles at hand.
    pub kept_tiles: AtHand,
    /// Answers at hand.
    pub answers: AtHand,
}

/// Handles for what is answered on the spot.
pub struct AtHand {
    ok: IntCounter,
    empty: IntCounter,
    not_modified: IntCounter,
    durations: Histogram,
}

impl AtHand {
    fn new(metrics: (&IntCounterVec, &HistogramVec), route: &str) -> Self {
        let (requests, durations) = metrics;
        let with = |status| requests.with_label_values(&[route, status]);
        Self {
            ok: with("200"),
            empty: with("204"),
            not_modified: with("304"),
            durations: durations.with_label_values(&[route]),
        }
    }

    /// Counts an answer.
    pub fn count(&self, status: StatusCode, took: Duration) {
        match status {
            StatusCode::NOT_MODIFIED => self.not_modified.inc(),
            StatusCode::NO_CONTENT => self.empty.inc(),
            // Nothing else is at hand.
            _ => self.ok.inc(),
        }
        self.durations.observe(took.as_secs_f64());
    }
}

/// Why a request was refused before anybody looked at it.
#[derive(Clone, Copy, Debug)]
pub enum Refusal {
    /// Too many connections.
    Connections,
    /// Too many requests under way.
    Requests,
    /// Too many from one client.
    Rate,
    /// More than the processors can answer in time.
    Strain,
    /// An answer that did not begin in time.
    Late,
}

impl Refusal {
    const fn name(self) -> &'static str {
        match self {
            Self::Connections => "connexions",
            Self::Requests => "demandes",
            Self::Rate => "debit",
            Self::Strain => "retard",
            Self::Late => "delai",
        }
    }
}

impl Metrics {
    /// All at nothing.
    #[must_use]
    pub fn new() -> Self {
        let registry = Registry::new();
        let requests = counters(
            &registry,
            "http_requests_total",
            "Demandes répondues, par route et statut.",
            &["route", "status"],
        );
        let help = "Temps jusqu’au début de la réponse, par route, en secondes.";
        let options = HistogramOpts::new(named("http_request_duration_seconds"), help);
        let durations = HistogramVec::new(options.buckets(CLASSES.to_vec()), &["route"]);
        let durations = register(&registry, durations);
        let gauge = |name, help| register(&registry, IntGauge::new(named(name), help));
        let metrics = (&requests, &durations);
        let kept_tiles = AtHand::new(metrics, "/tiles/{layers}/{z}/{x}/{y} (gardée)");
        let answers = AtHand::new(metrics, "/api/v1/appartenance (sur place)");
        // The process itself: memory, CPU time, open files. It names its metrics without a prefix, as all processes do.
        let process = prometheus::process_collector::ProcessCollector::for_self();
        if let Err(e) = registry.register(Box::new(process)) {
            tracing::debug!(error = %e, "metrics of the process are missing");
        }
        Self {
            refused: counters(
                &registry,
                "refused_total",
                "Demandes refusées avant d’être lues, par motif.",
                &["reason"],
            ),
            reloads: counters(
                &registry,
                "reloads_total",
                "Rechargements des données, par issue.",
                &["outcome"],
            ),
            pools: gauges(
                &registry,
                "pool_jobs",
                "Travaux en cours (running) et en attente (waiting), par atelier.",
                &["pool", "state"],
            ),
            caches: gauges(
                &registry,
                "cache_bytes",
                "Octets gardés, par cache.",
                &["cache"],
            ),
            tiles: gauges(
                &registry,
                "tiles_made",
                "Tuiles dessinées (drawn) et comprimées (compressed) depuis le chargement de l’édition.",
                &["step"],
            ),
            editions: gauges(
                &registry,
                "edition_info",
                "L’édition en service.",
                &["donnees", "phase", "edition", "cog"],
            ),
            connections: gauge("connections", "Connexions ouvertes."),
            under_way: gauge("http_requests_under_way", "Demandes en cours."),
            strain: gauge(
                "refused_percent",
                "Part refusée de ce qui n’est pas déjà prêt, en pour cent, quand trop est demandé.",
            ),
            kept_tiles,
            answers,
            requests,
            durations,
            registry,
        }
    }

    /// Counts a request that the routes answered.
    pub fn count(&self, route: &str, status: StatusCode, took: Duration) {
        self.requests
            .with_label_values(&[route, status.as_str()])
            .inc();
        self.durations
            .with_label_values(&[route])
            .observe(took.as_secs_f64());
    }

    /// Counts a refusal.
    pub fn refuse(&self, refusal: Refusal) {
        self.refused.with_label_values(&[refusal.name()]).inc();
    }

    /// Counts a reload by its outcome.
    pub fn reload(&self, outcome: &str) {
        self.reloads.with_label_values(&[outcome]).inc();
    }

    fn write(&self, app: &SharedApp) -> Result<String, prometheus::Error> {
        let service = &app.service;
        let pools: [(&str, &Pool); 4] = [
            ("tuiles", &service.pool),
            ("exports", &service.exports),
            ("cartes", &service.prints),
            ("fichiers", &service.files),
        ];
        for (name, pool) in pools {
            let (running, waiting) = pool.load();
            set(&self.pools, &[name, "running"], running as u64);
            set(&self.pools, &[name, "waiting"], waiting as u64);
        }
        self.strain.set(service.strain.percent());
        set(&self.caches, &["tuiles"], app.tiles.bytes());
        set(&self.caches, &["reponses"], app.documents.bytes());
        set(&self.caches, &["cartes"], app.prints.bytes());
        set(&self.caches, &["exports"], app.kept.bytes());
        set(&self.tiles, &["drawn"], app.tiles.drawn());
        set(&self.tiles, &["compressed"], app.tiles.compressed());
        self.editions.reset();
        for phase in &app.atlas.tables.phases {
            if let Some(edition) = phase.editions.last() {
                let cog = app.atlas.tables.cog.to_string();
                let labels = [
                    &app.atlas.digest[..12.min(app.atlas.digest.len())],
                    &phase.id,
                    &edition.id,
                    &cog,
                ];
                set(&self.editions, &labels, 1);
            }
        }
        TextEncoder::new().encode_to_string(&self.registry.gather())
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

fn set(gauges: &IntGaugeVec, labels: &[&str], value: u64) {
    gauges
        .with_label_values(labels)
        .set(i64::try_from(value).unwrap_or(i64::MAX));
}

fn named(name: &str) -> String {
    format!("territoires_{name}")
}

fn counters(registry: &Registry, name: &str, help: &str, labels: &[&str]) -> IntCounterVec {
    register(
        registry,
        IntCounterVec::new(Opts::new(named(name), help), labels),
    )
}

fn gauges(registry: &Registry, name: &str, help: &str, labels: &[&str]) -> IntGaugeVec {
    register(
        registry,
        IntGaugeVec::new(Opts::new(named(name), help), labels),
    )
}

/// Puts a metric in the registry.
#[allow(clippy::expect_used)] // names and labels are the constants above, each once: the tests make one of each
fn register<T: Collector + Clone + 'static>(
    registry: &Registry,
    metric: Result<T, prometheus::Error>,
) -> T {
    let metric = metric.expect("a metric with a good name");
    registry
        .register(Box::new(metric.clone()))
        .expect("a metric of its own name");
    metric
}

/// Answers Prometheus.
///
/// # Errors
/// [`Problem::internal`] for a metric that cannot be written: never in practice.
pub async fn get(State(app): State<SharedApp>) -> Result<Response, Problem> {
    let text = app.service.metrics.write(&app).map_err(|e| {
        tracing::error!(error = %e, "metrics not written");
        Problem::internal()
    })?;
    let headers = [
        (header::CONTENT_TYPE, prometheus::TEXT_FORMAT),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, text).into_response())
}
