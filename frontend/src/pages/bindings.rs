//! Granting roles and taking them back: parts that the settings, projects, users and groups share.

mod card;
mod expiry;
mod grant;
mod revoke;
pub mod scope;
pub mod subject;
pub mod table;
pub mod typed;

pub use card::{BindingsCard, Given};
pub use grant::GrantDialog;
pub use revoke::RevokeDialog;
