//! Objects of clusters: live lists of every kind, single objects, and what can be done to them.
//!
//! Lists hold compact rows and never whole objects or Secret data; whole objects are read when a person opens one.

// Live lists.
mod answer;
pub mod columns;
mod kinds;
mod list;
pub mod live;
pub mod overview;
pub mod query;
mod reader;
pub mod tables;
mod watch;

// Whatever clients of Kubernetes ask for.
pub mod api_proxy;

// Single objects.
pub mod actions;
pub mod apply;
pub mod diagnosis;
pub mod events;
pub mod explanation;
pub mod logs;
pub mod mapping;
pub mod object;
pub mod redaction;
pub mod relations;
pub mod remote;
pub mod shell;
pub mod summary;
pub mod yaml;

pub use tables::Tables;
