//! Muster's server: the library behind the `muster` program.
//!
//! Rooms and the rules between them are in ARCHITECTURE.md.

pub mod access;
pub mod app;
pub mod audit;
pub mod cli;
pub mod clock;
pub mod clusters;
pub mod config;
pub mod context;
pub mod data_folder;
pub mod database;
pub mod deployments;
pub mod error;
pub mod http;
pub mod identity;
pub mod jobs;
mod locks;
pub mod memory;
pub mod resources;
pub mod router;
pub mod secrets;
pub mod serve;
pub mod telemetry;
