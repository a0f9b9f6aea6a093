//! The screens, one folder an area.

pub mod account;
pub mod apply;
pub mod audit;
pub mod bindings;
pub mod cluster_overview;
pub mod clusters;
pub mod connection_chip;
pub mod deploy;
pub mod first_start;
pub mod known_cluster;
pub mod list;
pub mod not_seen;
pub mod object;
pub mod permission;
pub mod projects;
pub mod rollout;
pub mod settings;
pub mod sign_in;
