//! What every request passes through, from the outside in: its id, log line and headers (`outer`), then what is
//! written down of it (`audit`), then the guard of its route (`access`: who may, from where, how large), then its deadline.

pub mod access;
pub mod audit;
pub mod deadline;
pub mod kubernetes_status;
pub mod outer;

mod headers;
mod origin;
mod problems;
mod scope;
mod viewing;

pub use headers::CONTENT_SECURITY_POLICY;

/// In an answer's extensions: it goes out as it is, neither compressed nor made a problem.
#[derive(Clone, Copy, Debug)]
pub struct Untouched;
