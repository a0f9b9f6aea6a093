//! HTTP in, HTTP out: handlers by noun, the extractors and middleware that they share, and the browser application's
//! files. Rules live in the domain rooms; a handler takes a request apart, calls one service, and wraps its answer.

pub mod access_review;
pub mod account;
pub mod actions;
pub mod apply;
pub mod assets;
pub mod audit;
pub mod bindings;
pub mod clusters;
pub mod deployments;
pub mod extract;
pub mod health;
pub mod held;
pub mod kubeconfig;
pub mod kubernetes_proxy;
pub mod live;
pub mod logs;
pub mod middleware;
pub mod notes;
pub mod objects;
pub mod openapi;
pub mod projects;
pub mod providers;
pub mod recordings;
pub mod resources;
pub mod roles;
pub mod session;
pub mod setup;
pub mod shell;
pub mod sign_in;
pub mod tokens;
pub mod users;
pub mod view_as;

mod cookie;
