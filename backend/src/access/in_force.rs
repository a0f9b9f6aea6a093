//! Waits until everybody who decides does so by what was just written into a cluster.
//!
//! The API server's RBAC authorizer follows roles and bindings by watches of its own, and so does this console's copy
//! ([`super::policy`]): a right that was written is refused for some milliseconds more, and for longer on a busy machine.
//! Whoever was told that a right is given must not be refused, so both are asked until they say yes. Watches deliver in
//! order: the last object of each kind speaks for those before it.
//!
//! Where several API servers share an address, only the one that answers is known to have followed.

use std::time::Duration;

use k8s_openapi::api::authorization::v1::{ResourceAttributes, SubjectAccessReview, SubjectAccessReviewSpec};
use k8s_openapi::api::rbac::v1::{ClusterRole, PolicyRule, Subject};
use kube::Client;
use kube::api::{Api, PostParams};
use kube_access::Identity;
use tokio::time::{sleep, timeout};

use super::Asked;
use super::desired::Desired;
use super::policy::ClusterPolicy;
use super::writer::Written;

/// So long is waited at most: what was written stands, and is decided by sooner or later.
const LIMIT: Duration = Duration::from_secs(2);
/// Between two questions to the API server.
const PAUSE: Duration = Duration::from_millis(20);

/// Something that somebody may do since it was written.
#[derive(Debug, PartialEq, Eq)]
struct Granted {
    identity: Identity,
    asked: Asked,
}

/// Waits until what was written is decided by, for a short time at most. A cluster that does not answer, or whose
/// account may not ask, is not waited for.
pub(super) async fn wait(client: &Client, policy: &ClusterPolicy, desired: &Desired, written: &Written) {
    let reviews: Api<SubjectAccessReview> = Api::all(client.clone());
    let asking = async {
        for granted in granted(desired, written) {
            let mut changes = policy.changes();
            while !policy
                .access_of(&granted.identity)
                .decide(&granted.asked.attributes())
                .allowed
            {
                if changes.changed().await.is_err() {
                    return;
                }
            }
            until_allowed(&reviews, &granted.review()).await;
        }
    };
    if timeout(LIMIT, asking).await.is_err() {
        tracing::debug!("not everybody decides yet by the rights that were written");
    }
}

/// Asks an API server, as the console's own account, about somebody else (`authorization.k8s.io/v1`).
async fn until_allowed(reviews: &Api<SubjectAccessReview>, review: &SubjectAccessReview) {
    while let Ok(answer) = reviews.create(&PostParams::default(), review).await {
        if answer.status.is_some_and(|status| status.allowed) {
            return;
        }
        sleep(PAUSE).await;
    }
}

/// What is granted by the last binding of each kind, and by the last role.
fn granted(desired: &Desired, written: &Written) -> Vec<Granted> {
    let rules_of = |role: &str| {
        let role = desired.roles.get(role);
        role.and_then(|role| role.rules.as_deref()).unwrap_or_default()
    };
    let everywhere = written.cluster_binding.as_ref().and_then(|binding| {
        let rules = rules_of(&binding.role_ref.name);
        Granted::new(binding.subjects.as_deref(), rules, None)
    });
    let somewhere = written.binding.as_ref().and_then(|binding| {
        let rules = rules_of(&binding.role_ref.name);
        Granted::new(
            binding.subjects.as_deref(),
            rules,
            binding.metadata.namespace.as_deref(),
        )
    });
    let by_role = written.role.as_ref();
    let by_role = by_role.and_then(|(before, role)| granted_by_role(desired, before, role));
    [everywhere, somewhere, by_role].into_iter().flatten().collect()
}

/// By a rule that the role did not have before, to somebody whom it is bound to.
fn granted_by_role(desired: &Desired, before: &[PolicyRule], role: &ClusterRole) -> Option<Granted> {
    let name = role.metadata.name.as_deref()?;
    let rules = role.rules.as_deref().unwrap_or_default();
    let new: Vec<PolicyRule> = rules.iter().filter(|rule| !before.contains(rule)).cloned().collect();
    let mut everywhere = desired.cluster_bindings.values();
    if let Some(binding) = everywhere.find(|binding| binding.role_ref.name == name) {
        return Granted::new(binding.subjects.as_deref(), &new, None);
    }
    let mut somewhere = desired.bindings.values();
    let binding = somewhere.find(|binding| binding.role_ref.name == name)?;
    Granted::new(binding.subjects.as_deref(), &new, binding.metadata.namespace.as_deref())
}

impl Granted {
    fn new(subjects: Option<&[Subject]>, rules: &[PolicyRule], namespace: Option<&str>) -> Option<Self> {
        let subject = subjects?.first()?;
        let name = subject.name.clone();
        let identity = if subject.kind == "Group" {
            Identity {
                groups: vec![name],
                ..Identity::default()
            }
        } else {
            Identity {
                user: name,
                ..Identity::default()
            }
        };
        let asked = Asked {
            namespace: namespace.map(str::to_owned),
            ..rules.iter().find_map(one_of)?
        };
        Some(Self { identity, asked })
    }

    fn review(&self) -> SubjectAccessReview {
        let Self { identity, asked } = self;
        SubjectAccessReview {
            spec: SubjectAccessReviewSpec {
                user: Some(identity.user.clone()).filter(|user| !user.is_empty()),
                groups: Some(identity.groups.clone()),
                resource_attributes: Some(ResourceAttributes {
                    verb: Some(asked.verb.clone()),
                    group: Some(asked.group.clone()),
                    resource: Some(asked.resource.clone()),
                    subresource: asked.subresource.clone(),
                    namespace: asked.namespace.clone(),
                    name: asked.name.clone(),
                    ..ResourceAttributes::default()
                }),
                ..SubjectAccessReviewSpec::default()
            },
            ..SubjectAccessReview::default()
        }
    }
}

/// One thing that a rule allows; none for a rule on addresses. A star asks for everything, which only a star allows.
fn one_of(rule: &PolicyRule) -> Option<Asked> {
    let resource = rule.resources.as_deref()?.first()?;
    let (resource, subresource) = match resource.split_once('/') {
        Some((resource, subresource)) => (resource, Some(subresource.to_owned())),
        None => (resource.as_str(), None),
    };
    let names = rule.resource_names.as_deref().unwrap_or_default();
    Some(Asked {
        verb: rule.verbs.first()?.clone(),
        group: rule.api_groups.as_deref()?.first()?.clone(),
        resource: resource.to_owned(),
        subresource,
        name: names.first().cloned(),
        namespace: None,
    })
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use http::{Request, Response};
    use k8s_openapi::api::authorization::v1::SubjectAccessReview;
    use k8s_openapi::api::rbac::v1::PolicyRule;
    use kube::client::Body;
    use kube::{Api, Client};

    use super::{one_of, until_allowed};
    use crate::access::Asked;

    /// An API server that answers by the number of the question, and counts them.
    fn answering(answer: fn(usize) -> (u16, &'static str)) -> (Api<SubjectAccessReview>, Arc<AtomicUsize>) {
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        let service = tower::service_fn(move |_: Request<Body>| {
            let (status, body) = answer(count.fetch_add(1, Ordering::SeqCst) + 1);
            let response = Response::builder()
                .status(status)
                .body(Body::from(body.as_bytes().to_vec()));
            async move { Ok::<_, Infallible>(response.expect("a response")) }
        });
        (Api::all(Client::new(service, "default")), asked)
    }

    #[tokio::test]
    async fn an_api_server_that_has_not_followed_yet_is_asked_until_it_has() {
        let (reviews, asked) = answering(|number| match number {
            1 | 2 => (201, r#"{"spec": {}, "status": {"allowed": false}}"#),
            _ => (201, r#"{"spec": {}, "status": {"allowed": true}}"#),
        });
        until_allowed(&reviews, &SubjectAccessReview::default()).await;
        assert_eq!(asked.load(Ordering::SeqCst), 3);
    }

    #[tokio::test]
    async fn an_api_server_that_refuses_the_question_is_not_asked_again() {
        let (reviews, asked) = answering(|_| {
            (
                403,
                r#"{"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 403, "reason": "Forbidden"}"#,
            )
        });
        until_allowed(&reviews, &SubjectAccessReview::default()).await;
        assert_eq!(asked.load(Ordering::SeqCst), 1);
    }

    fn texts(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn a_rule_is_asked_for_by_something_that_it_allows() {
        let rule = PolicyRule {
            api_groups: Some(texts(&["apps"])),
            resources: Some(texts(&["deployments/scale", "deployments"])),
            resource_names: Some(texts(&["web"])),
            verbs: vec!["patch".to_owned(), "get".to_owned()],
            ..PolicyRule::default()
        };
        let expected = Asked {
            verb: "patch".to_owned(),
            group: "apps".to_owned(),
            resource: "deployments".to_owned(),
            subresource: Some("scale".to_owned()),
            name: Some("web".to_owned()),
            namespace: None,
        };
        assert_eq!(one_of(&rule), Some(expected));
    }

    #[test]
    fn a_rule_on_addresses_is_not_asked_for() {
        let rule = PolicyRule {
            non_resource_urls: Some(texts(&["/metrics"])),
            verbs: vec!["get".to_owned()],
            ..PolicyRule::default()
        };
        assert_eq!(one_of(&rule), None);
    }
}
