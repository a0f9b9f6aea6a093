//! What every request passes through, from the outside in: its id, log line and headers (`outer`), then what is
//! written down of it (`audit`), then the guard of its route (`access`: who may, from where, how large), then its deadline.

pub mod access;
pub mod audit;
pub mod deadline;
pub mod outer;

mod headers;
mod origin;
mod problems;

pub use headers::CONTENT_SECURITY_POLICY;
