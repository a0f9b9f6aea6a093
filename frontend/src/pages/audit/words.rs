//! Events in words: actions and results in the person's language, actors and objects by name.

use crate::i18n::{self, text};
use crate::routes::{KindPath, ObjectTab, Page};
use crate::shell::kinds;
use muster_api::audit::{AuditActor, AuditEvent, AuditObject};
use muster_api::resource::Health;

/// An action; the word itself for one that this version does not know.
pub(super) fn action(word: &str) -> String {
    i18n::lookup_or("audit.action", word, word)
}

/// What came of it in a word, with its colour.
pub(super) fn outcome(event: &AuditEvent) -> (Health, &'static str) {
    if event.decision == "denied" {
        return (Health::Bad, text::audit::result::DENIED.get());
    }
    match event.result.as_str() {
        "ok" => (Health::Good, text::audit::result::OK.get()),
        "begun" => (Health::Busy, text::audit::result::BEGUN.get()),
        _ => (Health::Warn, text::audit::result::FAILED.get()),
    }
}

/// Who, in a word.
pub(super) fn actor(actor: &AuditActor) -> String {
    match actor.credential.as_str() {
        _ if actor.name.is_empty() => text::audit::NOBODY.get().to_owned(),
        "console" => text::audit::CONSOLE_ACTOR.get().to_owned(),
        "command-line" => text::audit::COMMAND_LINE.get().to_owned(),
        _ => actor.name.clone(),
    }
}

/// By what the actor showed who it is.
pub(super) fn credential(word: &str) -> String {
    i18n::lookup_or("audit.credential", word, word)
}

/// The kind of an object in its place: `deployments shop/web`.
pub(super) fn object(object: &AuditObject) -> String {
    let kind = match kind_of(object) {
        Some(kind) => kinds::singular(&kind),
        None => object.resource.clone().unwrap_or_default(),
    };
    let name = match (&object.namespace, &object.name) {
        (Some(namespace), Some(name)) => format!("{namespace}/{name}"),
        (Some(place), None) | (None, Some(place)) => place.clone(),
        (None, None) => String::new(),
    };
    let subresource = object.subresource.clone();
    let parts = [Some(kind), Some(name), subresource].into_iter().flatten();
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The page of an object that lies in a cluster.
pub(super) fn page_of(object: &AuditObject) -> Option<String> {
    let page = Page::Object {
        cluster: object.cluster_id.clone()?,
        kind: kind_of(object)?,
        namespace: object.namespace.clone(),
        name: object.name.clone()?,
        tab: ObjectTab::Overview,
    };
    Some(page.href())
}

fn kind_of(object: &AuditObject) -> Option<KindPath> {
    Some(KindPath::new(
        object.group.as_deref()?,
        object.version.as_deref()?,
        object.resource.as_deref()?,
    ))
}
