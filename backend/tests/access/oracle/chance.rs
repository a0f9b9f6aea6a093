//! Rights by repeatable chance: rules, roles, and RBAC objects that somebody made beside the console.

use proptest::prelude::Rng as _;
use proptest::test_runner::{RngAlgorithm, TestRng};
use serde_json::{Value, json};

use super::{KINDS, KINDS_OF_CLUSTERS, VERBS};
use crate::world::Somebody;

/// Dice that fall the same way in every run.
pub struct Dice(TestRng);

impl Dice {
    pub fn new() -> Self {
        let seed = *b"rights are what the cluster says";
        Self(TestRng::from_seed(RngAlgorithm::ChaCha, &seed))
    }

    pub fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.0.next_u32()).unwrap() % bound
    }

    pub fn some<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    fn verbs(&mut self) -> Vec<&'static str> {
        let verbs: Vec<&str> = VERBS.iter().copied().filter(|_| self.below(2) == 0).collect();
        if verbs.is_empty() { vec!["get"] } else { verbs }
    }

    /// A kind: of a namespace, or also one without where the rule is for the whole cluster.
    fn kind(&mut self, everywhere: bool) -> (&'static str, &'static str) {
        if everywhere && self.below(2) == 0 {
            *self.some(&KINDS_OF_CLUSTERS)
        } else {
            *self.some(&KINDS)
        }
    }

    /// A rule as roles of the console have them.
    pub fn rule(&mut self, everywhere: bool) -> Value {
        let (group, resource) = self.kind(everywhere);
        let verbs = self.verbs();
        match self.below(8) {
            0 => json!({"apiGroups": ["*"], "resources": [resource], "verbs": verbs}),
            1 => json!({"apiGroups": [group], "resources": ["*"], "verbs": verbs}),
            2 => json!({"apiGroups": [group], "resources": [resource], "verbs": ["*"]}),
            // A group that has no such kind gives nothing (CVE-2021-25318).
            3 => json!({"apiGroups": ["apps.example.com"], "resources": [resource], "verbs": ["*"]}),
            _ => json!({"apiGroups": [group], "resources": [resource], "verbs": verbs}),
        }
    }

    /// A rule as only RBAC has them: of single objects, of subresources, of addresses that are no resource.
    fn rule_of_the_cluster(&mut self, everywhere: bool) -> Value {
        let (group, resource) = self.kind(everywhere);
        let verbs = self.verbs();
        match self.below(5) {
            // Whoever may list one object by name may not list them all.
            0 => json!({"apiGroups": [group], "resources": [resource], "resourceNames": ["one"], "verbs": verbs}),
            1 => json!({"apiGroups": [group], "resources": [format!("{resource}/status")], "verbs": ["*"]}),
            2 => json!({"apiGroups": [group], "resources": [format!("{resource}/*"), resource], "verbs": verbs}),
            _ => self.rule(everywhere),
        }
    }

    /// A role and its binding as `kubectl` would make them, with their collections' addresses: for a person, a group, or
    /// everybody who is signed in.
    pub fn made_beside(&mut self, name: &str, people: &[Somebody], namespaces: &[String]) -> [(String, Value); 2] {
        const API: &str = "/apis/rbac.authorization.k8s.io/v1";
        let person = self.some(people);
        let subject = match self.below(4) {
            0 => json!({"kind": "Group", "name": "system:authenticated", "apiGroup": "rbac.authorization.k8s.io"}),
            1 => {
                let name = format!("muster:user:{}", person.id);
                json!({"kind": "User", "name": name, "apiGroup": "rbac.authorization.k8s.io"})
            }
            _ => {
                let name = format!("muster:group:{}", person.groups[0]);
                json!({"kind": "Group", "name": name, "apiGroup": "rbac.authorization.k8s.io"})
            }
        };
        // What everybody has stays in the test's own namespaces: the cluster is that of other tests, too.
        let everywhere = subject["name"] != "system:authenticated" && self.below(4) == 0;
        let rules: Vec<Value> = (0..=self.below(2))
            .map(|_| self.rule_of_the_cluster(everywhere))
            .collect();
        let namespace = self.some(namespaces);
        let role_kind = if everywhere || self.below(2) == 0 {
            "ClusterRole"
        } else {
            "Role"
        };
        let place = |kind: &str| match kind {
            "ClusterRole" => format!("{API}/clusterroles"),
            "ClusterRoleBinding" => format!("{API}/clusterrolebindings"),
            "Role" => format!("{API}/namespaces/{namespace}/roles"),
            _ => format!("{API}/namespaces/{namespace}/rolebindings"),
        };
        let binding_kind = if everywhere {
            "ClusterRoleBinding"
        } else {
            "RoleBinding"
        };
        let role = json!({"metadata": {"name": name}, "rules": rules});
        let role_ref = json!({"apiGroup": "rbac.authorization.k8s.io", "kind": role_kind, "name": name});
        let binding = json!({"metadata": {"name": name}, "roleRef": role_ref, "subjects": [subject]});
        [(place(role_kind), role), (place(binding_kind), binding)]
    }
}
