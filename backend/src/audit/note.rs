//! What is noted of a request on its way: the middleware begins a note, the guard says who asks and why it may, a handler
//! may add what only it knows, and the middleware makes events of it once the answer is known.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use muster_api::audit::AuditAction;
use uuid::Uuid;

use super::{Audit, AuditError, Detail, Details, Event, Target, Who};
use crate::locks::lock;

/// Most objects of one request that get an event of their own.
const MOST_OBJECTS: usize = 500;

/// The note of a request. A handler takes it as an argument; where nobody keeps a note, everything said is forgotten.
#[derive(Clone, Debug, Default)]
pub struct AuditNote(Option<Arc<Mutex<Noted>>>);

#[derive(Debug)]
struct Noted {
    event: Event,
    /// Does the request change something (or let somebody in)?
    is_change: bool,
    /// Why the guard did not let it through.
    refused: Option<String>,
    /// Was there anything worth an event? The route says what is usual.
    is_worth_it: bool,
    /// An event says already that it is about to be done.
    is_begun: bool,
    objects: Vec<Object>,
    /// What came of it, where the answer does not say so: status and code.
    outcome: Option<(u16, String)>,
}

/// One of several objects.
#[derive(Debug)]
struct Object {
    target: Target,
    details: Details,
    code: Option<String>,
}

impl AuditNote {
    /// Begins a note.
    pub fn begin(event: Event, is_change: bool, is_worth_it: bool) -> Self {
        Self(Some(Arc::new(Mutex::new(Noted {
            event,
            is_change,
            refused: None,
            is_worth_it,
            is_begun: false,
            objects: Vec::new(),
            outcome: None,
        }))))
    }

    fn change(&self, change: impl FnOnce(&mut Noted)) {
        if let Some(noted) = &self.0 {
            change(&mut lock(noted));
        }
    }

    fn change_event(&self, change: impl FnOnce(Event) -> Event) {
        self.change(|noted| noted.event = change(noted.event.clone()));
    }

    /// Who asks.
    pub fn by(&self, who: impl Into<Who>) {
        let who = who.into();
        self.change_event(|event| event.by(who));
    }

    /// It is another action than the route's.
    pub fn action(&self, action: AuditAction) {
        self.change_event(|event| event.action(action));
    }

    /// Why it is allowed, in a sentence.
    pub fn because(&self, reason: impl Into<String>) {
        let reason = reason.into();
        self.change_event(|event| event.because(reason));
    }

    /// Why it is not allowed, in a sentence; counts when the answer is that it is not.
    pub fn refused(&self, reason: impl Into<String>) {
        let reason = reason.into();
        self.change(|noted| noted.refused = Some(reason));
    }

    /// What it is done to has this name.
    pub fn named(&self, name: impl Into<String>) {
        let name = name.into();
        self.change(|noted| noted.event.target.name = name);
    }

    /// It is done to this, in the request's cluster.
    pub fn on(&self, target: Target) {
        self.change(|noted| noted.event.target = noted.in_its_cluster(target));
    }

    /// What it is done to is, or lies in, this cluster.
    pub fn cluster(&self, id: &str, name: &str) {
        self.change(|noted| {
            noted.event.target.cluster_id = Uuid::parse_str(id).ok();
            name.clone_into(&mut noted.event.target.cluster);
        });
    }

    /// More about it, under a name that stands in the source. Never a secret: see [`Details`].
    pub fn detail(&self, name: &'static str, value: impl Into<Detail>) {
        let value = value.into();
        self.change(|noted| noted.event.details.set(name, value));
    }

    /// What a value was and what it became.
    pub fn changed(&self, name: &'static str, before: impl Into<Detail>, after: impl Into<Detail>) {
        self.detail(name, Details::new().with("from", before).with("to", after));
    }

    /// It was done to this, one of several: each gets an event of its own. `code` says why not, when it was not done.
    /// The cluster is the request's.
    pub fn object(&self, target: Target, details: Details, code: Option<&str>) {
        self.change(|noted| {
            if noted.objects.len() < MOST_OBJECTS {
                let target = noted.in_its_cluster(target);
                noted.objects.push(Object {
                    target,
                    details,
                    code: code.map(str::to_owned),
                });
            }
        });
    }

    /// It is worth an event, whatever the route says is usual.
    pub fn happened(&self) {
        self.change(|noted| noted.is_worth_it = true);
    }

    /// What came of it, when the answer itself leads a browser on: as another answer would have said it.
    pub fn came_to(&self, status: u16, code: &str) {
        self.change(|noted| noted.outcome = Some((status, code.to_owned())));
    }

    /// Nothing is changed, it is only tried: an event only when even that is not allowed.
    pub fn changes_nothing(&self) {
        self.change(|noted| noted.is_worth_it = false);
    }

    /// The event as it is so far, for what goes on after the answer and writes events of its own; none where nobody keeps
    /// a note.
    pub fn so_far(&self) -> Option<Event> {
        let noted = self.0.as_ref()?;
        Some(lock(noted).event.clone())
    }

    /// Before something is done: where every change must be written down, this writes that it is about to be done.
    pub async fn before(&self, audit: &Audit) -> Result<(), AuditError> {
        let mut begun = None;
        if audit.is_required() {
            self.change(|noted| begun = noted.is_change.then(|| noted.event.clone().begun()));
        }
        if let Some(event) = begun {
            audit.record(event).await?;
            self.change(|noted| noted.is_begun = true);
        }
        Ok(())
    }

    /// After it was done, or not: writes what came of it. Waits until that is on the disk when something was changed.
    pub async fn after(&self, audit: &Audit, status: u16, code: Option<&str>, duration: Duration) {
        let (mut events, mut is_change) = (Vec::new(), false);
        self.change(|noted| {
            is_change = noted.is_change;
            let outcome = noted.outcome.take();
            let (status, code) = outcome
                .as_ref()
                .map_or((status, code), |(status, code)| (*status, Some(code.as_str())));
            events = noted.events(status, code, duration);
        });
        if is_change {
            let written = events.into_iter().map(|event| audit.record(event));
            // It is done and cannot be refused any more; an event that is lost is in the server's log.
            let _written = futures::future::join_all(written).await;
        } else {
            for event in events {
                audit.note(event).await;
            }
        }
    }
}

impl Noted {
    fn in_its_cluster(&self, target: Target) -> Target {
        Target {
            cluster_id: self.event.target.cluster_id,
            cluster: self.event.target.cluster.clone(),
            ..target
        }
    }

    fn events(&self, status: u16, code: Option<&str>, duration: Duration) -> Vec<Event> {
        let lets_in = matches!(self.event.action, AuditAction::SignIn | AuditAction::FirstAdministrator);
        // Anybody can send requests that nobody is let in for; only those that try to get in are told of.
        if status == 401 && !lets_in {
            return Vec::new();
        }
        let is_denied = status == 403 || (lets_in && matches!(status, 401 | 429));
        if !self.is_worth_it && !is_denied && !self.is_begun {
            return Vec::new();
        }
        let mut event = self.event.clone().took(duration).answered(status, code);
        if is_denied {
            let reason = self
                .refused
                .clone()
                .unwrap_or_else(|| refusal(code.unwrap_or_default()));
            event = event.denied(reason);
        }
        if event.action == AuditAction::SignIn && status >= 400 {
            event = event.action(AuditAction::SignInFailed);
        }
        if self.objects.is_empty() {
            return vec![event];
        }
        let of_object = |object: &Object| {
            let event = event.clone().on(object.target.clone()).details(object.details.clone());
            match &object.code {
                Some(code) => event.failed(code.clone()),
                None => event,
            }
        };
        self.objects.iter().map(of_object).collect()
    }
}

/// Why something was not allowed, in our own words: those of a cluster may repeat what was sent to it.
fn refusal(code: &str) -> String {
    match code {
        "wrong-credentials" => "The name or the password is wrong.".to_owned(),
        "too-many-attempts" => "There were too many attempts.".to_owned(),
        "exceeds-own-rights" => "It would have granted more than the one who asks has.".to_owned(),
        "wrong-code" => "The code of the one-time link is unknown, used or too old.".to_owned(),
        code => format!("It was refused behind the route's guard, with the code `{code}`."),
    }
}
