//! The console's own HTTP API, as typed functions: one file a noun. The only room that sends requests.

pub mod account;
pub mod audit;
pub mod clusters;
pub mod deployments;
pub mod failure;
pub mod objects;
pub mod resources;
pub mod session;

mod request;

pub use failure::ApiFailure;
pub use request::signed_out;

/// What every function here answers.
pub type ApiResult<T> = Result<T, ApiFailure>;
