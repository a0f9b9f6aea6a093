//! Answers that stay open (sockets, followed logs): when they must end.

use std::time::Duration;

use uuid::Uuid;

use crate::access::Asked;
use crate::app::App;
use crate::context::RequestContext;

/// How often it is asked whether the session or token still holds. A session that ends takes its open answers with it
/// within five seconds.
const ASK_EVERY: Duration = Duration::from_secs(3);

/// What is said when the console is looked at as somebody else than before.
pub(super) const OTHER_VIEW: &str = "the console is looked at as somebody else than before: open this anew";

/// Why an open answer must end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The session or token that opened it no longer holds.
    SignedOut,
    /// The right to it was taken away.
    Revoked,
    /// The console is looked at as somebody else than when it was opened.
    OtherView,
    /// The server stops.
    Stopping,
}

impl Ending {
    /// For people.
    pub fn words(self) -> &'static str {
        match self {
            Self::SignedOut => "the session has ended: sign in again",
            Self::Revoked => "you may not see this any more",
            Self::OtherView => OTHER_VIEW,
            Self::Stopping => "the console is being stopped or restarted",
        }
    }
}

/// What an open answer needs the right to, the whole time.
#[derive(Clone, Debug)]
pub struct Needed {
    /// The cluster.
    pub cluster: Uuid,
    /// What is asked of it.
    pub asked: Asked,
}

impl Needed {
    /// Is the right to it there? While a cluster's rights cannot be read, its API server decided when it was opened.
    pub async fn is_held(&self, app: &App, context: &RequestContext) -> bool {
        let asked = self.asked.attributes();
        app.access
            .still_allows(context, self.cluster, &asked)
            .await
            .unwrap_or(true)
    }
}

/// Waits until an answer that stays open must end: with the session, with the right to it, or with the server.
pub async fn until_ending(app: App, context: RequestContext, needed: Option<Needed>) -> Ending {
    let lost = async {
        let mut rights = app.access.changes();
        loop {
            tokio::select! {
                () = tokio::time::sleep(ASK_EVERY) => {}
                _ = rights.changed() => {}
            }
            match app.still_admitted(&context).await {
                Ok(Some(now)) if now.viewed() != context.viewed() => return Ending::OtherView,
                Ok(Some(now)) => {
                    if let Some(needed) = &needed
                        && !needed.is_held(&app, &now).await
                    {
                        return Ending::Revoked;
                    }
                }
                Ok(None) => return Ending::SignedOut,
                Err(error) => {
                    // What cannot be checked is not trusted.
                    tracing::warn!(%error, "could not check a session: its open answer ends");
                    return Ending::SignedOut;
                }
            }
        }
    };
    tokio::select! {
        () = app.tasks.stopping.cancelled() => Ending::Stopping,
        ending = lost => ending,
    }
}
