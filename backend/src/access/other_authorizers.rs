//! Clusters whose API server asks others beside RBAC who may do what (a webhook, as managed clusters have one): there,
//! roles and bindings alone do not say what somebody may see. The API server is asked, as him, and its answers are kept
//! as long as somebody looks at them.
//!
//! A webhook can allow and deny; the other authorizers of Kubernetes only allow. Those that say what they would allow
//! (ABAC) are not noticed here: people see no more than RBAC gives them, and single calls are decided by the API server.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, RwLock};
use std::time::Duration;

use futures::{StreamExt as _, stream};
use k8s_openapi::api::authorization::v1::{
    ResourceAttributes, SelfSubjectAccessReview, SelfSubjectAccessReviewSpec, SelfSubjectRulesReview,
    SelfSubjectRulesReviewSpec,
};
use kube::Client;
use kube::api::{Api, PostParams};
use kube_access::{Attributes, Identity};
use live_table::{Namespaces, Objects};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, timeout};
use uuid::Uuid;

use super::keeper::Keeper;
use super::{Access, Seen};
use crate::clusters::failure::Failure;
use crate::context::RequestContext;
use crate::locks::{lock, read, write};

/// A right that was taken away is noticed within this time and the time of asking.
const ASK_EVERY: Duration = Duration::from_secs(3);
/// What nobody looked at for this long is asked no more.
const KEPT: Duration = Duration::from_secs(30);
/// How often it is asked whether others are asked.
const LOOK_AGAIN: Duration = Duration::from_mins(5);
/// Answering one question, which may mean asking about every namespace.
const DEADLINE: Duration = Duration::from_secs(15);
/// Questions to one cluster at the same time.
const AT_ONCE: usize = 16;

/// Who decides in a cluster.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Authorizers {
    /// It is not known yet.
    #[default]
    Unknown,
    /// RBAC alone decides about people.
    RbacOnly,
    /// Others are asked, too.
    AndOthers,
}

/// What an API server with other authorizers said.
#[derive(Default)]
pub(super) struct OtherAuthorizers {
    authorizers: RwLock<Authorizers>,
    kept: Mutex<HashMap<Question, Kept>>,
    /// There is a question without an answer.
    asked: Notify,
}

/// What of a kind may somebody see?
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Question {
    identity: Identity,
    group: String,
    resource: String,
}

struct Kept {
    /// As whom to ask.
    context: RequestContext,
    /// None while nobody was asked.
    seen: Option<Seen>,
    looked_at: Instant,
}

impl OtherAuthorizers {
    pub(super) fn authorizers(&self) -> Authorizers {
        *read(&self.authorizers)
    }

    /// What was answered; a question that is new is asked soon.
    fn look(&self, context: &RequestContext, question: Question) -> Option<Seen> {
        let mut kept = lock(&self.kept);
        let entry = kept.entry(question).or_insert_with(|| {
            self.asked.notify_one();
            Kept {
                context: context.clone(),
                seen: None,
                looked_at: Instant::now(),
            }
        });
        entry.looked_at = Instant::now();
        entry.seen.clone()
    }

    /// The questions that somebody still looks at: all of them, or those without an answer.
    fn questions(&self, only_new: bool) -> Vec<(Question, RequestContext)> {
        let mut kept = lock(&self.kept);
        kept.retain(|_, kept| kept.looked_at.elapsed() < KEPT);
        let wanted = kept.iter().filter(|(_, kept)| !only_new || kept.seen.is_none());
        wanted
            .map(|(question, kept)| (question.clone(), kept.context.clone()))
            .collect()
    }

    fn answer(&self, question: &Question, seen: Seen) {
        if let Some(kept) = lock(&self.kept).get_mut(question) {
            kept.seen = Some(seen);
        }
    }
}

impl Access {
    /// What the API server lets an actor see of a kind, in a cluster where others than RBAC are asked.
    pub(super) fn seen_by_asking(
        &self,
        context: &RequestContext,
        keeper: &Keeper,
        group: &str,
        resource: &str,
    ) -> Seen {
        let question = Question {
            identity: self.identity_of(&context.actor),
            group: group.to_owned(),
            resource: resource.to_owned(),
        };
        let seen = keeper.others.look(context, question);
        seen.unwrap_or_else(|| Seen::Unknown("the cluster is being asked what you may see".to_owned()))
    }

    /// May the actor do this? Where others than RBAC decide, the API server is asked, as him; while it cannot be asked,
    /// what it said when the answer was opened holds. None when it cannot be told.
    pub async fn still_allows(&self, context: &RequestContext, cluster: Uuid, asked: &Attributes<'_>) -> Option<bool> {
        let keeper = self.keeper(cluster)?;
        let by_others = keeper.others.authorizers() == Authorizers::AndOthers;
        if !by_others || context.actor.is_administrator() || !context.actor.standing.clusters.contains(cluster) {
            return self.allows(context, cluster, asked);
        }
        self.ask_api_server(context, cluster, asked).await.ok()
    }

    /// The API server's own answer to whether the actor may do this, or why there is none.
    pub(super) async fn ask_api_server(
        &self,
        context: &RequestContext,
        cluster: Uuid,
        asked: &Attributes<'_>,
    ) -> Result<bool, String> {
        let client = self.0.clusters.client(context, &cluster.to_string()).await;
        let client = client.map_err(|error| error.to_string())?.kube;
        match timeout(DEADLINE, may(&client, asked)).await {
            Ok(answer) => answer,
            Err(_) => Err(Failure::timeout(DEADLINE).message),
        }
    }

    /// Finds out who decides in a cluster, and asks its API server again and again what people see who look.
    pub(super) async fn ask_others(&self, keeper: &Keeper, cluster: Uuid, client: &Client) {
        let mut look_at = Instant::now();
        loop {
            if Instant::now() >= look_at {
                look_at += ASK_EVERY;
                if let Some(found) = authorizers(client).await {
                    *write(&keeper.others.authorizers) = found;
                    look_at = Instant::now() + LOOK_AGAIN;
                    self.notify_seen();
                }
            }
            let only_new = tokio::select! {
                () = keeper.others.asked.notified() => true,
                () = sleep(ASK_EVERY) => false,
            };
            let namespaces: Vec<String> = keeper.policy.namespaces().into_iter().collect();
            let questions = keeper.others.questions(only_new);
            if questions.is_empty() {
                continue;
            }
            let namespaces = &namespaces;
            let answers = questions.into_iter().map(|(question, context)| async move {
                let seen = self.ask(&context, cluster, &question, namespaces).await;
                keeper.others.answer(&question, seen);
            });
            stream::iter(answers).buffer_unordered(4).collect::<()>().await;
            // Whoever looks, looks again: by that the question stays asked.
            self.notify_seen();
        }
    }

    async fn ask(&self, context: &RequestContext, cluster: Uuid, question: &Question, namespaces: &[String]) -> Seen {
        let asking = async {
            let client = self.0.clusters.client(context, &cluster.to_string()).await;
            let client = client.map_err(|error| error.to_string())?.kube;
            what_is_seen(&client, question, namespaces).await
        };
        let unknown =
            |reason: String| Seen::Unknown(format!("the cluster could not be asked what you may see: {reason}"));
        match timeout(DEADLINE, asking).await {
            Ok(Ok(seen)) => seen,
            Ok(Err(reason)) => unknown(reason),
            Err(_) => unknown(Failure::timeout(DEADLINE).message),
        }
    }
}

/// Asks about all namespaces at once and, when that is refused, about each.
async fn what_is_seen(client: &Client, question: &Question, namespaces: &[String]) -> Result<Seen, String> {
    let Question { group, resource, .. } = question;
    let mut asked = Attributes {
        verb: "list",
        group,
        resource,
        subresource: None,
        namespace: None,
        name: None,
    };
    if may(client, &asked).await? {
        return Ok(Seen::Everything);
    }
    let of_namespaces = group.is_empty() && resource == "namespaces";
    if of_namespaces {
        asked.verb = "get";
    }
    let answers = namespaces.iter().cloned().map(|namespace| async move {
        let asked = Attributes {
            namespace: Some(&namespace),
            name: of_namespaces.then_some(&namespace),
            ..asked
        };
        let allowed = may(client, &asked).await?;
        Ok::<_, String>((namespace, allowed))
    });
    let mut seen: HashSet<Arc<str>> = HashSet::new();
    let mut answers = stream::iter(answers).buffer_unordered(AT_ONCE);
    while let Some(answer) = answers.next().await {
        let (namespace, allowed) = answer?;
        if allowed {
            seen.insert(namespace.into());
        }
    }
    Ok(if seen.is_empty() {
        Seen::Nothing(format!("you may not list {resource} in this cluster"))
    } else if of_namespaces {
        Seen::Part(Namespaces::objects(Objects {
            anywhere: seen,
            ..Objects::default()
        }))
    } else {
        Seen::Part(Namespaces::only(seen))
    })
}

/// What the API server answers about its caller (`authorization.k8s.io/v1`, `SelfSubjectAccessReview`).
async fn may(client: &Client, asked: &Attributes<'_>) -> Result<bool, String> {
    let review = SelfSubjectAccessReview {
        spec: SelfSubjectAccessReviewSpec {
            resource_attributes: Some(ResourceAttributes {
                verb: Some(asked.verb.to_owned()),
                group: Some(asked.group.to_owned()),
                resource: Some(asked.resource.to_owned()),
                subresource: asked.subresource.map(str::to_owned),
                namespace: asked.namespace.map(str::to_owned),
                name: asked.name.map(str::to_owned),
                ..ResourceAttributes::default()
            }),
            ..SelfSubjectAccessReviewSpec::default()
        },
        ..SelfSubjectAccessReview::default()
    };
    let answer = Api::<SelfSubjectAccessReview>::all(client.clone())
        .create(&PostParams::default(), &review)
        .await
        .map_err(|error| Failure::of(&error).message)?;
    Ok(answer.status.is_some_and(|status| status.allowed))
}

/// Who decides, as far as the API server tells: of its authorizers, only webhooks cannot say what they would allow, and make
/// the list of somebody's rules incomplete (`authorization.k8s.io/v1`, `SelfSubjectRulesReview`). None while it cannot be told.
async fn authorizers(client: &Client) -> Option<Authorizers> {
    let review = SelfSubjectRulesReview {
        spec: SelfSubjectRulesReviewSpec {
            namespace: Some("default".to_owned()),
        },
        ..SelfSubjectRulesReview::default()
    };
    let api = Api::<SelfSubjectRulesReview>::all(client.clone());
    match timeout(DEADLINE, api.create(&PostParams::default(), &review)).await {
        Ok(Ok(answer)) if answer.status.as_ref().is_some_and(|status| !status.incomplete) => {
            Some(Authorizers::RbacOnly)
        }
        Ok(Ok(_)) => Some(Authorizers::AndOthers),
        // A server that does not serve it decides by itself what it shows.
        Ok(Err(kube::Error::Api(status))) if matches!(status.code, 403..=405) => Some(Authorizers::AndOthers),
        _ => None,
    }
}
