//! The directory provider against real directories (OpenLDAP, Samba as Active Directory) and against servers that lie.
//! Samba needs root.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends at what it did not expect"
)]

mod active_directory;
mod active_directory_groups;
mod encryption;
mod hostile;
mod hostile_server;
mod openldap;
mod openldap_groups;
mod refresh;
mod servers;
mod trial;
mod world;
