//! The only room that knows HTTP and JSON: one route table, one file per resource.

pub mod appartenance;
pub mod asked;
pub mod conditions;
pub mod flights;
pub mod forwarded;
pub mod front;
pub mod headers;
pub mod negotiation;
pub mod pages;
pub mod params;
pub mod path;
pub mod pool;
pub mod problem;
pub mod routes;
pub mod sante;
pub mod serve;
pub mod state;
pub mod styles;
pub mod tilejson;
pub mod tiles;
