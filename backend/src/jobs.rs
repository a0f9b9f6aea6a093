//! Background work that belongs to no single room, in one list.

pub mod accounts;
mod audit;
mod bindings;
mod housekeeping;

use crate::app::App;

/// Starts every job; all end when the server stops.
pub fn start(app: &App) {
    app.tasks.spawn(audit::run(app.audit.clone()));
    app.tasks
        .spawn(bindings::run(app.access.clone(), app.audit.clone(), app.clock.clone()));
    app.tasks.spawn(accounts::run(
        app.identity.clone(),
        app.audit.clone(),
        app.clock.clone(),
    ));
    app.tasks.spawn(housekeeping::run(app.identity.clone()));
}
