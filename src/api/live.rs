//! The edition in service, changed for another between two requests.

use std::sync::Arc;

use arc_swap::{ArcSwap, Guard};
use axum::Router;

use super::routes;
use super::service::Service;
use super::state::SharedApp;

/// An edition with its routes.
pub struct Current {
    /// The edition.
    pub app: SharedApp,
    /// Its routes.
    pub routes: Router,
}

/// The edition in service. A request begun with one ends with it; the next one gets what is current then.
pub struct Live {
    current: ArcSwap<Current>,
    /// What outlives editions.
    pub service: Arc<Service>,
}

impl Live {
    /// Begins with an edition.
    #[must_use]
    pub fn new(app: SharedApp) -> Arc<Self> {
        let service = Arc::clone(&app.service);
        let current = ArcSwap::from_pointee(current(app));
        Arc::new(Self { current, service })
    }

    /// The edition in service. No lock.
    #[must_use]
    pub fn load(&self) -> Guard<Arc<Current>> {
        self.current.load()
    }

    /// Puts another edition in service; gives back the one before, which requests under way may still hold.
    pub fn change(&self, app: SharedApp) -> Arc<Current> {
        self.current.swap(Arc::new(current(app)))
    }
}

fn current(app: SharedApp) -> Current {
    let routes = routes::router(SharedApp::clone(&app));
    Current { app, routes }
}
