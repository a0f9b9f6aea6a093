//! Kubernetes RBAC evaluated locally: what an identity may do in a cluster, and in which of its namespaces.
//!
//! Rows that a console shares between people may be shown only to those whom the API server would show
//! them. Asking it for each row takes seconds; this crate answers from copies of the cluster's own roles
//! and bindings, with the API server's rules.
//!
//! ```
//! use kube_access::{Attributes, BindingObject, Identity, Policy, RoleObject};
//!
//! let role = r#"{"metadata": {"name": "view"}, "rules": [
//!     {"apiGroups": [""], "resources": ["pods", "pods/log"], "verbs": ["get", "list", "watch"]}]}"#;
//! let binding = r#"{"metadata": {"name": "viewers", "namespace": "shop"},
//!     "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"},
//!     "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "developers"}]}"#;
//!
//! let mut policy = Policy::default();
//! policy.put_cluster_role(serde_json::from_str::<RoleObject>(role)?);
//! policy.put_role_binding(serde_json::from_str::<BindingObject>(binding)?);
//!
//! let jane = Identity { user: "jane".into(), groups: vec!["developers".into(), "system:authenticated".into()] };
//! let access = policy.access_of(&jane);
//! let listing = Attributes::new("list", "", "pods");
//! assert!(access.decide(&listing.in_namespace("shop")).allowed);
//! assert!(!access.decide(&listing).allowed, "not in all namespaces at once");
//! assert!(access.reach("list", "", "pods", None).contains(Some("shop")));
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! # What it follows
//!
//! The documentation, [Using RBAC Authorization], says what is meant; where it is silent, the source of
//! Kubernetes decides (paths are those of version 1.36):
//!
//! | here | there |
//! |---|---|
//! | who a binding applies to, which rules it brings | `VisitRulesFor`, `appliesToUser` in `pkg/registry/rbac/validation/rule.go` |
//! | whether a rule allows a request | `RuleAllows` in `plugin/pkg/auth/authorizer/rbac/rbac.go`, `pkg/apis/rbac/v1/evaluation_helpers.go` |
//! | [`covers`] | `Covers` in `k8s.io/component-helpers/auth/rbac/validation/policy_comparator.go` |
//! | [`Attributes::as_requested`] | `NewRequestInfo` in `k8s.io/apiserver/pkg/endpoints/request/requestinfo.go` |
//!
//! [Using RBAC Authorization]: https://kubernetes.io/docs/reference/access-authn-authz/rbac/
//!
//! Rules only ever allow, and what no rule allows is refused. An API server may ask other authorizers
//! beside RBAC (a webhook, the one for nodes), and it lets the group `system:masters` do everything
//! without asking any: none of that is known here.
//!
//! # How it is fast
//!
//! ```text
//!  put, remove ─► Policy   roles and bindings by name; bindings by the user or group that they name
//!                   │
//!  access_of ───────┴────► Access   only the identity's own bindings, by namespace; each role once
//!                            │
//!  decide ───────────────────┤  the rules of the whole cluster, then those of one namespace
//!  reach, names ─────────────┘  each role is judged once, each namespace costs a look at its roles
//! ```

mod access;
mod attributes;
mod covers;
mod fingerprint;
mod grant;
mod identity;
mod key;
mod matching;
mod object;
mod policy;
mod single;

pub use self::access::{Access, HeldRule, Names, Reach, Visible};
pub use self::attributes::Attributes;
pub use self::covers::covers;
pub use self::fingerprint::Fingerprint;
pub use self::grant::{BindingKind, Decision, Grant, RoleKind, Subject};
pub use self::identity::Identity;
pub use self::object::{BindingObject, BindingSubject, Metadata, PolicyRule, RoleObject, RoleReference};
pub use self::policy::Policy;
