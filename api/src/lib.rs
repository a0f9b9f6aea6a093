//! The types that Muster's browser and server speak, and the rules that both apply.
//!
//! Everything here is plain data with serde: no I/O, no clock, nothing of the other rooms. Rules live here only when the
//! browser and the server must give the same answer (the checks of a form, Kubernetes' names and quantities).
//! Field names on the wire are camelCase; times are RFC 3339 text in UTC.

pub mod access;
pub mod account;
pub mod action;
pub mod apply;
pub mod audit;
pub mod cluster;
pub mod deployment;
pub mod kind;
pub mod kubeconfig;
pub mod kubernetes_name;
pub mod live;
pub mod log;
pub mod object;
pub mod problem;
pub mod provider;
pub mod quantity;
pub mod resource;
pub mod rollout;
pub mod said;
pub mod session;
pub mod shell;

use serde::{Deserialize, Serialize};

/// Every collection answers in this shape (design: "Collections answer `{items, total}`").
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Collection<T> {
    /// The items, in the order that the endpoint documents.
    pub items: Vec<T>,
    /// How many there are in all.
    pub total: u64,
}

impl<T> Collection<T> {
    /// A collection that is complete: `total` is the number of items.
    pub fn complete(items: Vec<T>) -> Self {
        let total = items.len() as u64;
        Self { items, total }
    }
}
