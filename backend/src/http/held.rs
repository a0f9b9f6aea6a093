//! Answers that stay open (sockets, followed logs): when they must end.

use std::time::Duration;

use crate::app::App;
use crate::context::RequestContext;

/// How often it is asked whether the session or token still holds. A session that ends takes its open answers with it
/// within five seconds.
const ASK_EVERY: Duration = Duration::from_secs(3);

/// Why an open answer must end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The session or token that opened it no longer holds.
    SignedOut,
    /// The server stops.
    Stopping,
}

impl Ending {
    /// For people.
    pub fn words(self) -> &'static str {
        match self {
            Self::SignedOut => "the session has ended: sign in again",
            Self::Stopping => "the console is being stopped or restarted",
        }
    }
}

/// Waits until an answer that stays open must end.
pub async fn until_ending(app: App, context: RequestContext) -> Ending {
    let signed_out = async {
        loop {
            tokio::time::sleep(ASK_EVERY).await;
            match app.identity.still_valid(&context).await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => {
                    // What cannot be checked is not trusted.
                    tracing::warn!(%error, "could not check a session: its open answer ends");
                    return;
                }
            }
        }
    };
    tokio::select! {
        () = app.tasks.stopping.cancelled() => Ending::Stopping,
        () = signed_out => Ending::SignedOut,
    }
}
