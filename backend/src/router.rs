//! Every route of the server in one table: method, path, who may, handler. The access rules are enforced from this table,
//! before any handler runs; the OpenAPI document is made from the same table. The table is written in four parts, one file
//! each; nothing is a route that is not in it.
//!
//! Parameters at the same place of a path have the same name everywhere (`{cluster}`, `{group}`, `{version}`,
//! `{resource}`, `{namespace}`, `{name}`).

mod clusters;
mod people;
mod rights;
mod route;
mod server;

use axum::Router;
use http::Method;

use crate::app::App;
use crate::http::assets;
use crate::http::middleware::outer;

use route::route;
pub use route::{Access, Route, WhileViewing};

const GET: Method = Method::GET;
const POST: Method = Method::POST;
const PUT: Method = Method::PUT;
const PATCH: Method = Method::PATCH;
const DELETE: Method = Method::DELETE;

/// The largest body that is taken unless the route says otherwise.
pub const USUAL_BODY: usize = 2_000_000;
/// The largest body of routes that take whole files.
pub const LARGE_BODY: usize = 12_000_000;

/// Every route. The order is the order of the documentation.
pub fn table() -> Vec<Route> {
    let parts = [people::table(), rights::table(), clusters::table(), server::table()];
    parts.into_iter().flatten().collect()
}

/// The whole HTTP service.
pub fn build(app: &App) -> Router {
    let mut router = Router::new();
    for route in table() {
        let path = route.path;
        router = router.route(path, route.guarded(app));
    }
    let router = router
        .fallback(assets::serve)
        .method_not_allowed_fallback(assets::refuse_method)
        .with_state(app.clone());
    outer::wrap(router, app)
}
