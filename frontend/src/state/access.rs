//! What the person on screen may do in clusters: asked in batches, kept for some seconds.
//!
//! It only decides what a page offers. The server and the cluster decide what happens, and what could not be asked is
//! offered as before.

use crate::api_client::{ApiFailure, access};
use crate::browser;
use crate::state::session::use_session;
use leptos::prelude::*;
use leptos::task::spawn_local;
use muster_api::access::{AccessAnswer, AccessQuestion, Permissions};
use std::collections::HashMap;
use std::time::Duration;

/// How long an answer counts before it is asked for again.
const FRESH_MILLISECONDS: i64 = 15_000;

/// How long questions are gathered: a page asks all of its own at once.
const GATHERED: Duration = Duration::from_millis(30);

/// What is known of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Asked, no answer yet.
    Checking,
    /// The answer.
    Answered(AccessAnswer),
    /// It could not be asked, and why.
    Unchecked(ApiFailure),
}

impl Standing {
    /// Is it known that it may not be done?
    pub fn is_refused(&self) -> bool {
        matches!(self, Self::Answered(answer) if !answer.allowed)
    }
}

struct Kept {
    question: AccessQuestion,
    standing: ArcRwSignal<Standing>,
    asked_at: i64,
}

/// What may be done in a cluster at all; `None` while it is not known.
struct Whole {
    permissions: ArcRwSignal<Option<Permissions>>,
    asked_at: i64,
}

#[derive(Default)]
struct Book {
    kept: HashMap<String, Kept>,
    /// By cluster.
    wholes: HashMap<String, Whole>,
    /// Keys of what is to be asked next.
    waiting: Vec<String>,
}

/// The answers that are known. A `Copy` handle.
#[derive(Clone, Copy)]
pub struct Access {
    book: StoredValue<Book>,
    /// What the person wants explained.
    explained: RwSignal<Option<AccessQuestion>>,
}

/// What the person on screen may do.
///
/// # Panics
/// Outside the application: [`super::provide`] provides it.
#[expect(
    clippy::expect_used,
    reason = "provided by `state::provide` before any component runs"
)]
pub fn use_access() -> Access {
    use_context().expect("access is provided")
}

pub(super) fn provide() {
    let access = Access {
        book: StoredValue::new(Book::default()),
        explained: RwSignal::new(None),
    };
    provide_context(access);
    let session = use_session();
    let who = Memo::new(move |_| session.user().map(|user| (user.id, user.viewing_as)));
    // Somebody else has other rights.
    Effect::new(move |_| {
        who.track();
        access.forget();
    });
}

impl Access {
    /// What is known of a question; asks when nothing is, or nothing fresh.
    pub fn standing(self, question: &AccessQuestion) -> ArcRwSignal<Standing> {
        let key = key_of(question);
        let now = browser::now();
        let (standing, ask) = self
            .book
            .try_update_value(|book| {
                let kept = book.kept.entry(key.clone()).or_insert_with(|| Kept {
                    question: question.clone(),
                    standing: ArcRwSignal::new(Standing::Checking),
                    asked_at: 0,
                });
                let is_due = now - kept.asked_at > FRESH_MILLISECONDS;
                let standing = kept.standing.clone();
                let starts = is_due && book.waiting.is_empty();
                if is_due {
                    kept.asked_at = now;
                    book.waiting.push(key);
                }
                (standing, starts)
            })
            .unwrap_or_else(|| (ArcRwSignal::new(Standing::Checking), false));
        if ask {
            set_timeout(move || self.ask_waiting(), GATHERED);
        }
        standing
    }

    /// Is it known that one of these may not be done? Follows the answers. The first that may not.
    pub fn refused(self, questions: &[AccessQuestion]) -> Option<AccessQuestion> {
        questions
            .iter()
            .find(|question| self.standing(question).with(Standing::is_refused))
            .cloned()
    }

    /// What the person wants explained; the shell shows it.
    pub fn explained(self) -> RwSignal<Option<AccessQuestion>> {
        self.explained
    }

    /// Forgets every answer: rights were changed.
    pub fn forget(self) {
        self.book.update_value(|book| {
            for kept in book.kept.values_mut() {
                kept.asked_at = 0;
            }
            for whole in book.wholes.values_mut() {
                whole.asked_at = 0;
            }
        });
    }

    /// Is it known that the person can make such things nowhere in the cluster, in no namespace of it? `makes` is API group
    /// and plural name; none: anything.
    pub fn makes_nowhere(self, cluster: &str, makes: Option<(&str, &str)>) -> bool {
        self.whole(cluster).with(|permissions| {
            permissions
                .as_ref()
                .is_some_and(|permissions| never(permissions, makes, &MAKES))
        })
    }

    /// Is it known that the person can list such things nowhere in the cluster, in no namespace of it?
    pub fn lists_nowhere(self, cluster: &str, group: &str, resource: &str) -> bool {
        let what = Some((group, resource));
        self.whole(cluster).with(|permissions| {
            permissions
                .as_ref()
                .is_some_and(|permissions| never(permissions, what, &LISTS))
        })
    }

    fn whole(self, cluster: &str) -> ArcRwSignal<Option<Permissions>> {
        let now = browser::now();
        let known = self.book.try_update_value(|book| {
            let whole = book.wholes.entry(cluster.to_owned()).or_insert_with(|| Whole {
                permissions: ArcRwSignal::new(None),
                asked_at: 0,
            });
            let is_due = now - whole.asked_at > FRESH_MILLISECONDS;
            if is_due {
                whole.asked_at = now;
            }
            (whole.permissions.clone(), is_due)
        });
        let Some((permissions, is_due)) = known else {
            return ArcRwSignal::new(None);
        };
        if is_due {
            let (cluster, answered) = (cluster.to_owned(), permissions.clone());
            spawn_local(async move {
                // What could not be asked is not known to be forbidden.
                answered.set(access::my_permissions(&cluster, "").await.ok());
            });
        }
        permissions
    }

    fn ask_waiting(self) {
        let questions = self
            .book
            .try_update_value(|book| {
                let keys = std::mem::take(&mut book.waiting);
                keys.iter()
                    .filter_map(|key| book.kept.get(key))
                    .map(|kept| (kept.question.clone(), kept.standing.clone()))
                    .collect::<Vec<_>>()
            })
            .unwrap_or_default();
        for batch in questions.chunks(access::MOST_QUESTIONS) {
            let (asked, standings): (Vec<_>, Vec<_>) = batch.iter().cloned().unzip();
            spawn_local(async move {
                let count = asked.len();
                let found = match access::review(asked).await {
                    Ok(answers) if answers.len() == count => answers.into_iter().map(Standing::Answered).collect(),
                    Ok(answers) => {
                        let detail = format!("{} answers to {count} questions", answers.len());
                        vec![Standing::Unchecked(ApiFailure::Decode(detail)); count]
                    }
                    Err(failure) => vec![Standing::Unchecked(failure); count],
                };
                for (standing, found) in standings.iter().zip(found) {
                    if standing.with_untracked(|now| *now != found) {
                        standing.set(found);
                    }
                }
            });
        }
    }
}

/// The verbs that make something, and that list it.
const MAKES: [&str; 3] = ["create", "patch", "*"];
const LISTS: [&str; 2] = ["list", "*"];

/// Is everything known, and none of these verbs allowed anywhere with this kind? `what` is API group and plural name;
/// none: any kind, and as the answer has no line for kinds of the cluster's own, it is then only known of whoever has no
/// namespace at all.
fn never(permissions: &Permissions, what: Option<(&str, &str)>, verbs: &[&str]) -> bool {
    let fits = |pattern: &str, word: &str| pattern == "*" || pattern == word;
    let is_meant = |group: &str, resource: &str| {
        what.is_none_or(|(wanted_group, wanted)| fits(group, wanted_group) && fits(resource, wanted))
    };
    let may_some = permissions.kinds.iter().any(|kind| {
        let mut allowed = kind.verbs.iter().chain(&kind.partly);
        is_meant(&kind.group, &kind.resource) && allowed.any(|verb| verbs.contains(&verb.as_str()))
    });
    let is_known = what.is_some() || permissions.namespaces.as_ref().is_some_and(Vec::is_empty);
    permissions.unchecked.is_none() && is_known && !may_some
}

fn key_of(question: &AccessQuestion) -> String {
    serde_json::to_string(question).unwrap_or_default()
}

/// A question about a kind, as addresses write its group.
pub fn question(cluster: &str, verb: &str, group: &str, resource: &str) -> AccessQuestion {
    AccessQuestion {
        cluster: cluster.to_owned(),
        verb: verb.to_owned(),
        group: if group == "core" {
            String::new()
        } else {
            group.to_owned()
        },
        resource: resource.to_owned(),
        subresource: None,
        namespace: None,
        name: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_the_server_write_the_core_group_differently() {
        assert_eq!(question("c", "get", "core", "pods").group, "");
        assert_eq!(question("c", "get", "apps", "deployments").group, "apps");
    }

    #[test]
    fn a_form_is_closed_only_to_those_who_are_known_to_make_nothing_with_it() {
        let mut permissions = Permissions {
            console: Vec::new(),
            kinds: vec![muster_api::access::KindPermissions {
                group: "apps".into(),
                resource: "deployments".into(),
                verbs: vec!["get".into()],
                partly: vec!["create".into()],
            }],
            namespaces: Some(vec!["shop".into()]),
            bindings: Vec::new(),
            unchecked: None,
        };
        assert!(!never(&permissions, Some(("apps", "deployments")), &MAKES));
        assert!(!never(&permissions, None, &MAKES));
        permissions.kinds[0].partly.clear();
        assert!(never(&permissions, Some(("apps", "deployments")), &MAKES));
        // Something of the cluster's own kinds may still be theirs to make in a namespace of theirs.
        assert!(!never(&permissions, None, &MAKES));
        permissions.namespaces = Some(Vec::new());
        assert!(never(&permissions, None, &MAKES));
        permissions.unchecked = Some("the cluster does not answer".into());
        assert!(!never(&permissions, None, &MAKES));
    }

    #[test]
    fn only_a_known_no_is_a_no() {
        let answer = |allowed| AccessAnswer {
            allowed,
            why: muster_api::said::Said::default(),
            roles: Vec::new(),
            grantors: Vec::new(),
        };
        assert!(Standing::Answered(answer(false)).is_refused());
        assert!(!Standing::Answered(answer(true)).is_refused());
        assert!(!Standing::Checking.is_refused());
        assert!(!Standing::Unchecked(ApiFailure::Network).is_refused());
    }
}
