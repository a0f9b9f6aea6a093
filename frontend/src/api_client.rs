//! The console's own HTTP API, as typed functions: one file a noun. The only room that sends requests.

pub mod access;
pub mod account;
pub mod audit;
pub mod bindings;
pub mod clusters;
pub mod deployments;
pub mod failure;
pub mod groups;
pub mod objects;
pub mod projects;
pub mod providers;
pub mod resources;
pub mod roles;
pub mod session;
pub mod users;

mod request;

pub use failure::ApiFailure;
pub use request::signed_out;

/// What every function here answers.
pub type ApiResult<T> = Result<T, ApiFailure>;
