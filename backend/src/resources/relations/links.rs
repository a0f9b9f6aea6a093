//! What an object uses, and what uses it, beside owners and children.

use super::references::{named, of_ingress, pod_labels, pod_spec, selects};
use super::{MOST_RELATIVES, View, related, unread};
use crate::resources::mapping::KindEntry;
use crate::resources::object::Located;
use crate::resources::remote::encoded;
use futures::StreamExt as _;
use muster_api::kind;
use muster_api::object::RelatedObject;
use muster_api::resource::Health;
use muster_api::said::not_seen as sentence;
use serde_json::Value;
use std::fmt::Display;

/// So many single objects are read at the same time.
const AT_ONCE: usize = 8;

/// Everything that is linked to the object.
pub async fn of(view: &View, located: &Located, object: &Value) -> Vec<RelatedObject> {
    let links = Links {
        view,
        located,
        object,
        namespace: located.namespace.as_deref(),
    };
    let mut found = match (located.kind.group.as_str(), located.kind.resource.as_str()) {
        ("", "pods") => links.of_workload().await,
        ("apps", "deployments" | "replicasets" | "statefulsets" | "daemonsets") | ("batch", "jobs" | "cronjobs") => {
            links.of_workload().await
        }
        ("", "services") => links.of_service().await,
        ("networking.k8s.io", "ingresses") => links.of_ingress().await,
        ("", "persistentvolumeclaims") => links.of_claim().await,
        ("", "persistentvolumes") => links.of_volume().await,
        ("", "configmaps" | "secrets" | "serviceaccounts") => links.users().await,
        ("", "nodes") => links.of_node().await,
        ("autoscaling", "horizontalpodautoscalers") => links.of_autoscaler().await,
        _ => Vec::new(),
    };
    if found.len() > MOST_RELATIVES {
        view.note(sentence::FIRST_LINKS.with(&[("most", &MOST_RELATIVES), ("all", &found.len())]));
        found.truncate(MOST_RELATIVES);
    }
    found
}

struct Links<'a> {
    view: &'a View,
    located: &'a Located,
    object: &'a Value,
    namespace: Option<&'a str>,
}

impl Links<'_> {
    async fn of_workload(&self) -> Vec<RelatedObject> {
        let Some(spec) = pod_spec(self.object) else {
            return Vec::new();
        };
        let node = self.object["spec"]["nodeName"]
            .as_str()
            .filter(|_| self.located.kind.is_core("pods"));
        let (node, used, services, autoscalers) = tokio::join!(
            self.single("", "nodes", node, "runs-on"),
            self.used(spec),
            self.services_that_select(pod_labels(self.object)),
            self.autoscalers(),
        );
        let ingresses = self.ingresses_to(&services).await;
        let services = services
            .into_iter()
            .map(|(kind, service)| related(&kind, &service, "selected-by", 1));
        node.into_iter()
            .chain(services)
            .chain(ingresses)
            .chain(autoscalers)
            .chain(used)
            .collect()
    }

    /// What the pods name. A reference to what is not there is worth more than all others: it is said.
    async fn used(&self, spec: &Value) -> Vec<RelatedObject> {
        let reads = named(spec)
            .into_iter()
            .map(|((resource, name), optional)| self.used_one(resource, name, optional));
        let reads = reads.collect::<Vec<_>>();
        futures::stream::iter(reads)
            .buffered(AT_ONCE)
            .filter_map(std::future::ready)
            .collect()
            .await
    }

    async fn used_one(&self, resource: &'static str, name: String, optional: bool) -> Option<RelatedObject> {
        let mut found = self.single("", resource, Some(&name), "uses").await?;
        if optional && found.status.as_deref() == Some("Missing") {
            found.health = Health::Idle;
        }
        Some(found)
    }

    async fn services_that_select(&self, labels: &Value) -> Vec<(KindEntry, Value)> {
        let services = self.view.list("", "services", self.namespace, "").await;
        services
            .into_iter()
            .filter(|(_, service)| selects(&service["spec"]["selector"], labels))
            .collect()
    }

    async fn ingresses_to(&self, services: &[(KindEntry, Value)]) -> Vec<RelatedObject> {
        if services.is_empty() {
            return Vec::new();
        }
        let names = services
            .iter()
            .filter_map(|(_, service)| service["metadata"]["name"].as_str())
            .collect::<Vec<_>>();
        let ingresses = self
            .view
            .list("networking.k8s.io", "ingresses", self.namespace, "")
            .await;
        let leads_here = |ingress: &Value| {
            of_ingress(ingress)
                .0
                .iter()
                .any(|service| names.contains(&service.as_str()))
        };
        let here = ingresses.iter().filter(|(_, ingress)| leads_here(ingress));
        here.map(|(kind, ingress)| related(kind, ingress, "routed-by", 1))
            .collect()
    }

    async fn autoscalers(&self) -> Vec<RelatedObject> {
        let Some(kind) = self
            .view
            .mapping
            .by_path("autoscaling", "v2", "horizontalpodautoscalers")
        else {
            return Vec::new();
        };
        let (kind_name, name) = (&self.located.kind.kind, &self.located.name);
        let all = self.view.list_kind(kind, self.namespace, "").await;
        let ours = all.iter().filter(|(_, scaler)| {
            let target = &scaler["spec"]["scaleTargetRef"];
            target["kind"] == **kind_name && target["name"] == **name
        });
        ours.map(|(kind, scaler)| related(kind, scaler, "scaled-by", 1))
            .collect()
    }

    async fn of_service(&self) -> Vec<RelatedObject> {
        let selector = &self.object["spec"]["selector"];
        let pods = async {
            let labels = selector.as_object().filter(|labels| !labels.is_empty());
            let Some(labels) = labels else { return Vec::new() };
            let pairs = labels
                .iter()
                .filter_map(|(key, value)| Some(format!("{key}={}", value.as_str()?)));
            let query = format!("&labelSelector={}", encoded(&pairs.collect::<Vec<_>>().join(",")));
            self.view.list("", "pods", self.namespace, &query).await
        };
        let this = [(self.located.kind.clone(), self.object.clone())];
        let (pods, ingresses) = tokio::join!(pods, self.ingresses_to(&this));
        let pods = pods.iter().map(|(kind, pod)| related(kind, pod, "selects", 1));
        ingresses.into_iter().chain(pods).collect()
    }

    async fn of_ingress(&self) -> Vec<RelatedObject> {
        let (services, secrets) = of_ingress(self.object);
        let class = self.object["spec"]["ingressClassName"].as_str();
        let mut found = Vec::new();
        for service in &services {
            found.extend(self.single("", "services", Some(service), "routes-to").await);
        }
        for secret in &secrets {
            found.extend(self.single("", "secrets", Some(secret), "uses").await);
        }
        if let (Some(class), Some(kind)) = (
            class,
            self.view.mapping.by_path("networking.k8s.io", "v1", "ingressclasses"),
        ) {
            found.push(self.read(kind, class, "uses").await);
        }
        found
    }

    async fn of_claim(&self) -> Vec<RelatedObject> {
        let spec = &self.object["spec"];
        let (volume, class, pods) = tokio::join!(
            self.single("", "persistentvolumes", spec["volumeName"].as_str(), "bound-to"),
            self.single(
                "storage.k8s.io",
                "storageclasses",
                spec["storageClassName"].as_str(),
                "uses"
            ),
            self.users(),
        );
        volume.into_iter().chain(class).chain(pods).collect()
    }

    async fn of_volume(&self) -> Vec<RelatedObject> {
        let spec = &self.object["spec"];
        let claim = &spec["claimRef"];
        let class = self
            .single(
                "storage.k8s.io",
                "storageclasses",
                spec["storageClassName"].as_str(),
                "uses",
            )
            .await;
        let (Some(namespace), Some(name)) = (claim["namespace"].as_str(), claim["name"].as_str()) else {
            return class.into_iter().collect();
        };
        let in_namespace = Links {
            namespace: Some(namespace),
            ..*self
        };
        let claim = in_namespace
            .single("", "persistentvolumeclaims", Some(name), "bound-to")
            .await;
        claim.into_iter().chain(class).collect()
    }

    /// The pods that name this object.
    async fn users(&self) -> Vec<RelatedObject> {
        let pods = self.view.list("", "pods", self.namespace, "").await;
        let (resource, name) = (self.located.kind.resource.as_str(), &self.located.name);
        let names_this = |pod: &Value| {
            named(&pod["spec"])
                .keys()
                .any(|(of, named)| *of == resource && named == name)
        };
        let users = pods.iter().filter(|(_, pod)| names_this(pod));
        users.map(|(kind, pod)| related(kind, pod, "used-by", 1)).collect()
    }

    async fn of_node(&self) -> Vec<RelatedObject> {
        let query = format!(
            "&fieldSelector={}",
            encoded(&format!("spec.nodeName={}", self.located.name))
        );
        let pods = self.view.list("", "pods", None, &query).await;
        pods.iter().map(|(kind, pod)| related(kind, pod, "runs", 1)).collect()
    }

    async fn of_autoscaler(&self) -> Vec<RelatedObject> {
        let target = &self.object["spec"]["scaleTargetRef"];
        let text = |key: &str| target[key].as_str().unwrap_or_default();
        match self.view.mapping.by_manifest(text("apiVersion"), text("kind")) {
            Some(kind) => vec![self.read(kind, text("name"), "scales").await],
            None => Vec::new(),
        }
    }

    /// One object of a built-in kind, when there is a name.
    async fn single(&self, group: &str, resource: &str, name: Option<&str>, relation: &str) -> Option<RelatedObject> {
        let name = name.filter(|name| !name.is_empty())?;
        let kind = KindEntry::built_in(kind::by_path(group, "v1", resource)?);
        Some(self.read(&kind, name, relation).await)
    }

    async fn read(&self, kind: &KindEntry, name: &str, relation: &str) -> RelatedObject {
        match self.view.read(kind, self.namespace, name).await {
            Ok(Some(object)) => related(kind, &object, relation, 1),
            Ok(None) => unread(kind, self.namespace, name, relation, true),
            Err(error) => {
                let values: [(&str, &dyn Display); 3] = [("kind", &kind.kind), ("name", &name), ("reason", &error)];
                self.view.note(sentence::OBJECT.with(&values));
                unread(kind, self.namespace, name, relation, false)
            }
        }
    }
}
