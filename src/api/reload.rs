//! A new edition of the data: built beside the one in service, checked whole, put in its place between two requests.
//!
//! Whatever is wrong with it, the old one goes on serving, and the log says why.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use super::live::{Current, Live};
use super::pool::{LOW, step_back};
use super::state::App;
use crate::address::streets::Streets;
use crate::atlas::world::Atlas;

/// How often a folder that is watched is looked at. What changed must look the same twice: an import under way is
/// left to finish.
const LOOK: Duration = Duration::from_secs(2);

/// Where editions come from.
pub trait Source: Send + 'static {
    /// The mark of the edition that was in service first, where it is known.
    fn first(&self) -> Option<Mark>;

    /// What tells the edition that is there from another, without reading it whole; `None` where there is none.
    fn mark(&self) -> Option<Mark>;

    /// Reads it whole, with its mark: none where it was replaced while it was read, for then nobody knows whose the mark is
    /// that was seen. Taking the one seen before, a folder that goes back to that edition would be passed over.
    ///
    /// # Errors
    /// Why it is refused: a sentence in French.
    fn load(&self) -> Result<(Atlas, Option<Streets>, Option<Mark>), String>;
}

/// The bytes of what describes an edition: its manifests.
pub type Mark = Vec<u8>;

/// Tells the loader that a new edition is there. Told again while it loads, it looks once more afterwards.
#[derive(Clone)]
pub struct Bell(SyncSender<()>);

impl Bell {
    /// Rings.
    pub fn ring(&self) {
        // One that is rung already is heard.
        let _ = self.0.try_send(());
    }
}

/// Starts the loader in a thread of its own, which gives way to those that answer.
///
/// # Errors
/// Where no thread can be had.
pub fn start(live: Arc<Live>, source: impl Source, is_watching: bool) -> std::io::Result<Bell> {
    let (give, rung) = sync_channel(1);
    let thread = thread::Builder::new().name("editions".to_owned());
    thread.spawn(move || {
        step_back(LOW);
        let mut loader = Loader {
            in_service: source.first(),
            seen: None,
            refused: None,
            replaced: Vec::new(),
            live,
            source,
        };
        loader.run(&rung, is_watching);
    })?;
    Ok(Bell(give))
}

struct Loader<S> {
    live: Arc<Live>,
    source: S,
    /// The mark of what is served, where it is known.
    in_service: Option<Mark>,
    /// The mark at the last look.
    seen: Option<Mark>,
    /// The mark of what was refused last: not tried again unasked.
    refused: Option<Mark>,
    /// Editions out of service that a request may still hold. They are let go here: it takes milliseconds that would
    /// else be a request's.
    replaced: Vec<Arc<Current>>,
}

impl<S: Source> Loader<S> {
    fn run(&mut self, rung: &Receiver<()>, is_watching: bool) {
        loop {
            match rung.recv_timeout(LOOK) {
                Ok(()) => self.load(),
                Err(RecvTimeoutError::Timeout) if is_watching => self.look(),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            self.replaced
                .retain(|edition| Arc::strong_count(edition) > 1);
        }
    }

    fn look(&mut self) {
        let mark = self.source.mark();
        let is_new = mark != self.in_service && mark != self.refused;
        if mark.is_some() && is_new && mark == self.seen {
            self.load();
        }
        self.seen = mark;
    }

    fn load(&mut self) {
        let since = Instant::now();
        let mark = self.source.mark();
        let metrics = &self.live.service.metrics;
        if mark.is_some() && mark == self.in_service {
            tracing::info!("aucune nouvelle édition : celle en service est celle du dossier");
            metrics.reload("inchangee");
            return;
        }
        match self.build() {
            Ok((app, mark)) => {
                let edition = app.atlas.digest[..12.min(app.atlas.digest.len())].to_owned();
                let app = Arc::new(app);
                self.replaced.push(self.live.change(app));
                metrics.reload("chargee");
                let ms = since.elapsed().as_millis();
                tracing::info!(edition, ms, "nouvelle édition en service");
                (self.in_service, self.refused) = (mark, None);
            }
            Err(raison) => {
                metrics.reload("refusee");
                tracing::error!(
                    raison,
                    "nouvelle édition refusée, l’ancienne reste en service"
                );
                self.refused = mark.filter(|mark| self.source.mark().as_ref() == Some(mark));
            }
        }
    }

    fn build(&self) -> Result<(App, Option<Mark>), String> {
        let (atlas, streets, mark) = self.source.load()?;
        let faults = atlas.check().faults;
        // Whoever serves a part of the country knows of its faults, and has accepted them at import.
        let current = self.live.load();
        if let Some(fault) = faults.first()
            && current.app.atlas.check().faults.is_empty()
        {
            let count = faults.len();
            return Err(format!(
                "{count} défauts, dont : {fault} ; « territoires check » les dit tous"
            ));
        }
        let service = Arc::clone(&self.live.service);
        let app = App::of(atlas, streets, service);
        app.atlas.warm();
        Ok((app, mark))
    }
}
