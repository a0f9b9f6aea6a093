//! Clusters whose API server asks others beside RBAC who may do what (a webhook, as managed clusters have one): there,
//! roles and bindings alone do not say what somebody may see. The API server is asked, as him, and its answers are kept
//! as long as somebody looks at them.
//!
//! A webhook cannot say what it would allow, and makes every list of rules incomplete. Policies in a file (ABAC) can: they
//! are noticed when they give something to everybody that RBAC does not. Those that name single users or groups of this
//! console by their ids are not, as nobody writes them: people see no more than RBAC gives them then, and single calls are
//! decided by the API server.

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
use kube_access::{Attributes, Identity, PolicyRule, covers};
use live_table::{Namespaces, Objects};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, timeout};
use uuid::Uuid;

use super::keeper::Keeper;
use super::{Access, Seen};
use crate::clusters::failure::Failure;
use crate::context::{Actor, RequestContext};
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
/// The same, where nobody waits for the answer.
const AT_ONCE_OF_EVERYBODY: usize = 4;
/// A namespace that every cluster has.
const ALWAYS_THERE: &str = "default";

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
                context: context.not_narrowed(),
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
        if !context.scope.allows(cluster, asked.namespace) {
            return Some(false);
        }
        let by_others = keeper.others.authorizers() == Authorizers::AndOthers;
        if !by_others || context.actor.is_administrator() || !context.actor.standing.clusters.contains(cluster) {
            return self.allows(context, cluster, asked);
        }
        self.ask_api_server(context, cluster, asked).await.ok()
    }

    /// The API server's own answer to whether the actor may do this, or why there is none. What a token is narrowed to is
    /// not looked at.
    pub(super) async fn ask_api_server(
        &self,
        context: &RequestContext,
        cluster: Uuid,
        asked: &Attributes<'_>,
    ) -> Result<bool, String> {
        let client = self
            .0
            .clusters
            .client(&context.not_narrowed(), &cluster.to_string())
            .await;
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
                if let Some(found) = self.authorizers(keeper, cluster, client).await {
                    self.decide(keeper, found);
                    look_at = Instant::now() + LOOK_AGAIN;
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

    fn decide(&self, keeper: &Keeper, authorizers: Authorizers) {
        *write(&keeper.others.authorizers) = authorizers;
        self.notify_seen();
    }

    /// Who decides in a cluster, as far as its API server tells. None while it cannot be told.
    async fn authorizers(&self, keeper: &Keeper, cluster: Uuid, client: &Client) -> Option<Authorizers> {
        if let Rules::Unknown = rules(client, ALWAYS_THERE).await? {
            return Some(Authorizers::AndOthers);
        }
        // Whether policies add something takes a question for each namespace. Until then, what RBAC gives is shown.
        if keeper.others.authorizers() == Authorizers::Unknown {
            self.decide(keeper, Authorizers::RbacOnly);
        }
        if !keeper.policy.is_complete() {
            return None;
        }
        let anybody = RequestContext {
            actor: Actor::anybody_in(cluster),
            ..RequestContext::system(self.0.clock.clone())
        };
        let client = self.0.clusters.client(&anybody, &cluster.to_string()).await.ok()?.kube;
        let by_rbac = keeper.policy.access_of(&self.identity_of(&anybody.actor));
        let (client, by_rbac) = (&client, &by_rbac);
        let namespaces = keeper.policy.namespaces();
        let mut answers = stream::iter(namespaces)
            .map(|namespace| async move {
                Some(match rules(client, &namespace).await? {
                    Rules::Known(rules) => covers(by_rbac, &rules, Some(&namespace)).is_ok(),
                    // It does not let everybody ask about himself: RBAC decides, as far as can be seen.
                    Rules::Unknown => true,
                })
            })
            .buffer_unordered(AT_ONCE_OF_EVERYBODY);
        while let Some(is_by_rbac) = answers.next().await {
            if !is_by_rbac? {
                return Some(Authorizers::AndOthers);
            }
        }
        Some(Authorizers::RbacOnly)
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

/// What an API server says that its caller may do.
enum Rules {
    /// All of it. Of the authorizers of Kubernetes, only webhooks cannot say what they would allow.
    Known(Vec<PolicyRule>),
    /// Not all of it, or it does not say.
    Unknown,
}

/// Asks an API server for the rules of its caller (`authorization.k8s.io/v1`, `SelfSubjectRulesReview`). None while it
/// cannot be asked.
async fn rules(client: &Client, namespace: &str) -> Option<Rules> {
    let review = SelfSubjectRulesReview {
        spec: SelfSubjectRulesReviewSpec {
            namespace: Some(namespace.to_owned()),
        },
        ..SelfSubjectRulesReview::default()
    };
    let api = Api::<SelfSubjectRulesReview>::all(client.clone());
    let status = match timeout(DEADLINE, api.create(&PostParams::default(), &review)).await {
        Ok(Ok(answer)) => answer.status.unwrap_or_default(),
        // A server that does not serve it decides by itself what it shows.
        Ok(Err(kube::Error::Api(status))) if matches!(status.code, 403..=405) => return Some(Rules::Unknown),
        _ => return None,
    };
    if status.incomplete {
        return Some(Rules::Unknown);
    }
    let rules = status.resource_rules.into_iter().map(|rule| PolicyRule {
        verbs: rule.verbs,
        api_groups: rule.api_groups.unwrap_or_default(),
        resources: rule.resources.unwrap_or_default(),
        resource_names: rule.resource_names.unwrap_or_default(),
        ..PolicyRule::default()
    });
    Some(Rules::Known(rules.collect()))
}
