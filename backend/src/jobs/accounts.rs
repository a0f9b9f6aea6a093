//! Looks at accounts of providers again, and takes back changes of providers that nobody confirmed. What the console does
//! by itself to people and providers is in the audit log as such.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use muster_api::audit::AuditAction;
use tokio::time::{MissedTickBehavior, interval};
use uuid::Uuid;

use crate::audit::{Audit, Details, Event, Target};
use crate::clock::Clock;
use crate::context::RequestContext;
use crate::identity::provider_file::FileChange;
use crate::identity::{Identity, LostAccount, RefusedRound, Round};

const EVERY: Duration = Duration::from_secs(10);
/// A provider of which no round was refused for so long works again: those that vanished are looked at every few minutes.
const MENDED: SignedDuration = SignedDuration::from_hours(1);

/// Runs until the server stops.
pub async fn run(identity: Identity, audit: Audit, clock: Clock) {
    let mut turns = interval(EVERY);
    turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut refusing = HashMap::new();
    loop {
        turns.tick().await;
        turn(&identity, &audit, &RequestContext::system(clock.clone()), &mut refusing).await;
    }
}

/// Once. `refusing` are the providers of which a round was refused, and when the last one was: a directory that stays
/// broken is written down once, though rounds over accounts that are there come between.
async fn turn(identity: &Identity, audit: &Audit, context: &RequestContext, refusing: &mut HashMap<Uuid, Timestamp>) {
    match identity.take_back_unconfirmed().await {
        Ok(taken_back) => {
            for provider in taken_back {
                write(audit, taken_back_event(identity, context, provider).await).await;
            }
        }
        Err(error) => tracing::warn!(%error, "could not look for changes of providers that nobody confirmed"),
    }
    match identity.refresh_old().await {
        Ok(rounds) => {
            for Round {
                provider,
                lost,
                refused,
            } in rounds
            {
                for account in lost {
                    write(audit, lost_event(identity, context, &account).await).await;
                }
                if let Some(round) = refused {
                    let now = context.now();
                    let before = refusing.insert(provider, now);
                    if before.is_none_or(|before| now.duration_since(before) > MENDED) {
                        write(audit, refused_event(context, provider, &round)).await;
                    }
                }
            }
        }
        Err(error) => tracing::warn!(%error, "could not look at accounts of providers again"),
    }
}

/// It is done and cannot be refused any more; an event that is lost is in the server's log.
async fn write(audit: &Audit, event: Event) {
    let _written = audit.record(event).await;
}

/// Writes down what the configuration file changed when the server started.
pub async fn write_file_changes(
    audit: &Audit,
    context: &RequestContext,
    file: &Path,
    changes: Vec<(String, FileChange)>,
) {
    for (name, change) in changes {
        let change = match change {
            FileChange::Made => "made",
            FileChange::Changed => "changed",
            FileChange::TurnedOff => "turned-off",
        };
        let event = Event::of(context, AuditAction::ProviderChanged)
            .on(Target::of_console("providers", name))
            .because("The configuration file says so.")
            .details(
                Details::new()
                    .with("file", file.display().to_string())
                    .with("change", change),
            );
        write(audit, event).await;
    }
}

async fn taken_back_event(identity: &Identity, context: &RequestContext, provider: Uuid) -> Event {
    let known = identity.read_provider(context, provider).await;
    let name = known.map_or_else(|_| provider.to_string(), |provider| provider.name);
    Event::of(context, AuditAction::ProviderChanged)
        .on(Target::of_console("providers", name))
        .because("Whoever made the change did not sign in by it or confirm it within five minutes.")
        .details(
            Details::new()
                .with("provider", provider.to_string())
                .with("takenBack", true),
        )
}

fn refused_event(context: &RequestContext, provider: Uuid, round: &RefusedRound) -> Event {
    Event::of(context, AuditAction::UserChanged)
        .on(Target::of_console("providers", round.name.as_str()))
        .denied("Too many accounts, or all their groups, vanished from their provider at once: nothing was taken from anybody.")
        .details(
            Details::new()
                .with("provider", provider.to_string())
                .with("missing", round.missing)
                .with("known", round.known),
        )
}

async fn lost_event(identity: &Identity, context: &RequestContext, account: &LostAccount) -> Event {
    let known = identity.read_user(context, account.user).await.ok();
    let name = known.as_ref().map(|user| user.name.clone());
    let provider = known.and_then(|user| user.provider).map(|provider| provider.name);
    Event::of(context, AuditAction::UserChanged)
        .on(Target::of_console(
            "users",
            name.unwrap_or_else(|| account.user.to_string()),
        ))
        .because("The account is gone at its provider, or may not sign in any more: sessions, tokens and groups ended.")
        .details(
            Details::new()
                .with("user", account.user.to_string())
                .with("provider", provider)
                .with("account", "gone")
                .with("why", account.reason.as_str()),
        )
}
