//! What a pod's specification names: ConfigMaps, Secrets, claims, its service account.

use serde_json::Value;
use std::collections::BTreeMap;

/// Resource and name of an object of the pod's namespace.
pub type Name = (&'static str, String);

/// The pod specification inside of an object that has one.
pub fn pod_spec(object: &Value) -> Option<&Value> {
    let spec = &object["spec"];
    let places = [
        &spec["jobTemplate"]["spec"]["template"]["spec"],
        &spec["template"]["spec"],
        spec,
    ];
    places.into_iter().find(|place| place["containers"].is_array())
}

/// The labels that the object's pods have: those of its template, or its own when it is a pod.
pub fn pod_labels(object: &Value) -> &Value {
    let spec = &object["spec"];
    for template in [&spec["jobTemplate"]["spec"]["template"], &spec["template"]] {
        if template["spec"].is_object() {
            return &template["metadata"]["labels"];
        }
    }
    &object["metadata"]["labels"]
}

/// Everything that the specification names, and whether the pod can start without it.
pub fn named(spec: &Value) -> BTreeMap<Name, bool> {
    let mut names = Names(BTreeMap::new());
    if let Some(account) = spec["serviceAccountName"].as_str() {
        names.add("serviceaccounts", account, false);
    }
    for secret in list(&spec["imagePullSecrets"]) {
        names.add_value("secrets", &secret["name"], true);
    }
    for volume in list(&spec["volumes"]) {
        names.add_source("configmaps", &volume["configMap"], "name");
        names.add_source("secrets", &volume["secret"], "secretName");
        names.add_source("persistentvolumeclaims", &volume["persistentVolumeClaim"], "claimName");
        for source in list(&volume["projected"]["sources"]) {
            names.add_source("configmaps", &source["configMap"], "name");
            names.add_source("secrets", &source["secret"], "name");
        }
    }
    for container in list(&spec["initContainers"]).chain(list(&spec["containers"])) {
        for source in list(&container["envFrom"]) {
            names.add_source("configmaps", &source["configMapRef"], "name");
            names.add_source("secrets", &source["secretRef"], "name");
        }
        for variable in list(&container["env"]) {
            names.add_source("configmaps", &variable["valueFrom"]["configMapKeyRef"], "name");
            names.add_source("secrets", &variable["valueFrom"]["secretKeyRef"], "name");
        }
    }
    names.0
}

struct Names(BTreeMap<Name, bool>);

impl Names {
    fn add_source(&mut self, resource: &'static str, source: &Value, key: &str) {
        self.add_value(resource, &source[key], source["optional"] == true);
    }

    fn add_value(&mut self, resource: &'static str, name: &Value, optional: bool) {
        if let Some(name) = name.as_str() {
            self.add(resource, name, optional);
        }
    }

    fn add(&mut self, resource: &'static str, name: &str, optional: bool) {
        if !name.is_empty() {
            let known = self.0.entry((resource, name.to_owned())).or_insert(optional);
            *known = *known && optional;
        }
    }
}

/// Does a selector of a Service (plain labels) select these labels? An empty one selects nothing.
pub fn selects(selector: &Value, labels: &Value) -> bool {
    let Some(selector) = selector.as_object() else {
        return false;
    };
    !selector.is_empty() && selector.iter().all(|(key, value)| labels.get(key) == Some(value))
}

/// The Services that an Ingress sends requests to, and the Secrets that hold its certificates.
pub fn of_ingress(ingress: &Value) -> (Vec<String>, Vec<String>) {
    let spec = &ingress["spec"];
    let of_paths = list(&spec["rules"])
        .flat_map(|rule| list(&rule["http"]["paths"]))
        .map(|path| &path["backend"]);
    let services = of_paths
        .chain([&spec["defaultBackend"]])
        .filter_map(|backend| backend["service"]["name"].as_str());
    let secrets = list(&spec["tls"]).filter_map(|tls| tls["secretName"].as_str());
    (unique(services), unique(secrets))
}

fn unique<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let names = names.map(str::to_owned).collect::<std::collections::BTreeSet<_>>();
    names.into_iter().collect()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn everything_that_a_pod_names_is_found_once() {
        let spec = json!({
            "serviceAccountName": "robot",
            "imagePullSecrets": [{"name": "registry"}],
            "volumes": [
                {"configMap": {"name": "web"}}, {"secret": {"secretName": "tls", "optional": true}},
                {"persistentVolumeClaim": {"claimName": "data"}},
                {"projected": {"sources": [{"configMap": {"name": "roots"}}, {"secret": {"name": "tls"}}]}},
            ],
            "initContainers": [{"env": [{"valueFrom": {"secretKeyRef": {"name": "db", "key": "a"}}}]}],
            "containers": [{"envFrom": [{"configMapRef": {"name": "web", "optional": true}}]}],
        });
        let found = named(&spec)
            .into_iter()
            .map(|((resource, name), optional)| format!("{resource}/{name} {optional}"));
        let expected = [
            "configmaps/roots false",
            "configmaps/web false",
            "persistentvolumeclaims/data false",
            "secrets/db false",
            "secrets/registry true",
            "secrets/tls false",
            "serviceaccounts/robot false",
        ];
        assert_eq!(found.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn an_empty_selector_selects_nothing() {
        let labels = json!({"app": "web", "tier": "front"});
        assert!(selects(&json!({"app": "web"}), &labels));
        assert!(!selects(&json!({"app": "web", "tier": "back"}), &labels));
        assert!(!selects(&json!({}), &labels) && !selects(&json!(null), &labels));
    }

    #[test]
    fn an_ingress_names_services_and_certificates() {
        let ingress = json!({"spec": {
            "defaultBackend": {"service": {"name": "errors"}}, "tls": [{"secretName": "tls"}],
            "rules": [{"http": {"paths": [{"backend": {"service": {"name": "web"}}},
                                          {"backend": {"service": {"name": "web"}}}]}}]}});
        assert_eq!(
            of_ingress(&ingress),
            (vec!["errors".into(), "web".into()], vec!["tls".into()])
        );
    }
}
