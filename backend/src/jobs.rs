//! Background work that belongs to no single room, in one list.

mod housekeeping;

use crate::app::App;

/// Starts every job; all end when the server stops.
pub fn start(app: &App) {
    app.tasks.spawn(housekeeping::run(app.identity.clone()));
}
