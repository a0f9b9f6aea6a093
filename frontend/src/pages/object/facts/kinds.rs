//! The facts that only some kinds have.

use super::{FactValue, Facts, each, plain};
use crate::i18n::text::object::fact;
use crate::routes::KindPath;
use serde_json::Value;

pub(super) fn add(kind: &KindPath, facts: &mut Facts<'_>) {
    match (kind.group.as_str(), kind.resource.as_str()) {
        ("core", "pods") => pod(facts),
        ("apps", "deployments" | "statefulsets" | "daemonsets" | "replicasets") => workload(facts),
        ("batch", "jobs") => job(facts),
        ("batch", "cronjobs") => cron_job(facts),
        ("core", "services") => service(facts),
        ("networking.k8s.io", "ingresses") => ingress(facts),
        ("discovery.k8s.io", "endpointslices") => endpoint_slice(facts),
        ("core", "nodes") => node(facts),
        ("core", "namespaces") => facts.text(fact::PHASE, "/status/phase"),
        ("core", "persistentvolumeclaims") => claim(facts),
        ("core", "persistentvolumes") => volume(facts),
        ("storage.k8s.io", "storageclasses") => storage_class(facts),
        ("core", "secrets") => facts.text(fact::KIND, "/type"),
        ("core", "events") => event(facts),
        _ => {}
    }
}

fn pod(facts: &mut Facts<'_>) {
    facts.link(fact::NODE, "Node", "/spec/nodeName");
    facts.code(fact::ADDRESS, facts.at("/status/podIP").into_iter().collect());
    facts.link(fact::SERVICE_ACCOUNT, "ServiceAccount", "/spec/serviceAccountName");
    facts.text(fact::QUALITY_OF_SERVICE, "/status/qosClass");
    facts.text(fact::RESTART_POLICY, "/spec/restartPolicy");
    facts.text(fact::PRIORITY_CLASS, "/spec/priorityClassName");
    facts.text(fact::REASON, "/status/reason");
    facts.text(fact::MESSAGE, "/status/message");
}

fn workload(facts: &mut Facts<'_>) {
    let number = |facts: &Facts<'_>, pointer: &str| facts.at(pointer).unwrap_or_else(|| "0".into());
    // A DaemonSet counts nodes in its status, the others have a wish in their spec.
    let (wanted, ready) = if facts.object.pointer("/spec/replicas").is_some() {
        (number(facts, "/spec/replicas"), number(facts, "/status/readyReplicas"))
    } else {
        (
            number(facts, "/status/desiredNumberScheduled"),
            number(facts, "/status/numberReady"),
        )
    };
    facts.words(fact::READY, format!("{ready}/{wanted}"));
    facts.text(fact::STRATEGY, "/spec/strategy/type");
    facts.text(fact::STRATEGY, "/spec/updateStrategy/type");
    facts.link(fact::SERVICE, "Service", "/spec/serviceName");
    facts.code(
        fact::IMAGES,
        each(facts.object, "/spec/template/spec/containers", "image"),
    );
    facts.pairs(fact::SELECTOR, "/spec/selector/matchLabels");
}

fn job(facts: &mut Facts<'_>) {
    let done = facts.at("/status/succeeded").unwrap_or_else(|| "0".into());
    let wanted = facts.at("/spec/completions").unwrap_or_else(|| "1".into());
    facts.words(fact::COMPLETIONS, format!("{done}/{wanted}"));
    facts.text(fact::PARALLELISM, "/spec/parallelism");
    facts.moment(fact::STARTED, "/status/startTime");
    facts.moment(fact::FINISHED, "/status/completionTime");
    facts.code(
        fact::IMAGES,
        each(facts.object, "/spec/template/spec/containers", "image"),
    );
}

fn cron_job(facts: &mut Facts<'_>) {
    facts.code(fact::SCHEDULE, facts.at("/spec/schedule").into_iter().collect());
    facts.text(fact::TIME_ZONE, "/spec/timeZone");
    facts.text(fact::SUSPENDED, "/spec/suspend");
    facts.text(fact::CONCURRENCY, "/spec/concurrencyPolicy");
    facts.moment(fact::LAST_RUN, "/status/lastScheduleTime");
    facts.moment(fact::LAST_SUCCESS, "/status/lastSuccessfulTime");
    facts.code(
        fact::IMAGES,
        each(facts.object, "/spec/jobTemplate/spec/template/spec/containers", "image"),
    );
}

fn service(facts: &mut Facts<'_>) {
    facts.text(fact::KIND, "/spec/type");
    facts.code(fact::ADDRESS, strings(facts.object, "/spec/clusterIPs"));
    let mut outside = each(facts.object, "/status/loadBalancer/ingress", "ip");
    outside.extend(each(facts.object, "/status/loadBalancer/ingress", "hostname"));
    outside.extend(strings(facts.object, "/spec/externalIPs"));
    facts.code(fact::EXTERNAL_ADDRESS, outside);
    facts.code(
        fact::PORTS,
        items(facts.object, "/spec/ports").iter().map(service_port).collect(),
    );
    facts.pairs(fact::SELECTOR, "/spec/selector");
}

/// `http 80 → 8080/TCP (node 30080)`.
fn service_port(port: &Value) -> String {
    let text = |name: &str| plain(&port[name]);
    let name = text("name").map_or_else(String::new, |name| format!("{name} "));
    let target = text("targetPort").map_or_else(String::new, |target| format!(" → {target}"));
    let on_node = text("nodePort").map_or_else(String::new, |number| format!(" (node {number})"));
    let number = text("port").unwrap_or_default();
    let protocol = text("protocol").unwrap_or_default();
    format!("{name}{number}{target}/{protocol}{on_node}")
}

fn ingress(facts: &mut Facts<'_>) {
    facts.text(fact::CLASS, "/spec/ingressClassName");
    let mut rules = Vec::new();
    for rule in items(facts.object, "/spec/rules") {
        let host = plain(&rule["host"]).unwrap_or_else(|| "*".into());
        for path in items(rule, "/http/paths") {
            let service = path
                .pointer("/backend/service/name")
                .and_then(plain)
                .unwrap_or_default();
            let port = path
                .pointer("/backend/service/port/number")
                .or(path.pointer("/backend/service/port/name"));
            let port = port.and_then(plain).unwrap_or_default();
            rules.push(format!(
                "{host}{} → {service}:{port}",
                plain(&path["path"]).unwrap_or_else(|| "/".into())
            ));
        }
    }
    facts.code(fact::RULES, rules);
    let mut outside = each(facts.object, "/status/loadBalancer/ingress", "ip");
    outside.extend(each(facts.object, "/status/loadBalancer/ingress", "hostname"));
    facts.code(fact::EXTERNAL_ADDRESS, outside);
}

fn endpoint_slice(facts: &mut Facts<'_>) {
    facts.text(fact::KIND, "/addressType");
    let endpoints = items(facts.object, "/endpoints");
    facts.code(
        fact::ENDPOINTS,
        endpoints
            .iter()
            .flat_map(|endpoint| strings(endpoint, "/addresses"))
            .collect(),
    );
    let ports = items(facts.object, "/ports").iter();
    facts.code(fact::PORTS, ports.filter_map(|port| plain(&port["port"])).collect());
}

fn node(facts: &mut Facts<'_>) {
    let unschedulable = facts.at("/spec/unschedulable").is_some_and(|flag| flag == "true");
    if unschedulable {
        facts.add(fact::CORDONED, FactValue::Text("✓".into()));
    }
    facts.text(fact::VERSION, "/status/nodeInfo/kubeletVersion");
    facts.text(fact::OPERATING_SYSTEM, "/status/nodeInfo/osImage");
    facts.text(fact::KERNEL, "/status/nodeInfo/kernelVersion");
    facts.text(fact::RUNTIME, "/status/nodeInfo/containerRuntimeVersion");
    let addresses = items(facts.object, "/status/addresses").iter();
    let addresses = addresses.map(|address| {
        format!(
            "{} {}",
            plain(&address["address"]).unwrap_or_default(),
            plain(&address["type"]).unwrap_or_default()
        )
    });
    facts.code(fact::ADDRESS, addresses.collect());
    facts.pairs(fact::ALLOCATABLE, "/status/allocatable");
    let taints = items(facts.object, "/spec/taints").iter();
    let taints = taints.map(|taint| {
        let part = |name: &str| plain(&taint[name]).unwrap_or_default();
        format!("{}={}:{}", part("key"), part("value"), part("effect"))
    });
    facts.code(fact::TAINTS, taints.collect());
}

fn claim(facts: &mut Facts<'_>) {
    facts.text(fact::PHASE, "/status/phase");
    facts.link(fact::STORAGE_CLASS, "StorageClass", "/spec/storageClassName");
    facts.link(fact::VOLUME, "PersistentVolume", "/spec/volumeName");
    facts.text(fact::REQUESTED, "/spec/resources/requests/storage");
    facts.text(fact::CAPACITY, "/status/capacity/storage");
    facts.code(fact::ACCESS_MODES, strings(facts.object, "/spec/accessModes"));
}

fn volume(facts: &mut Facts<'_>) {
    facts.text(fact::PHASE, "/status/phase");
    facts.text(fact::CAPACITY, "/spec/capacity/storage");
    facts.code(fact::ACCESS_MODES, strings(facts.object, "/spec/accessModes"));
    facts.text(fact::RECLAIM_POLICY, "/spec/persistentVolumeReclaimPolicy");
    facts.link(fact::STORAGE_CLASS, "StorageClass", "/spec/storageClassName");
    let claim = |name: &str| facts.at(&format!("/spec/claimRef/{name}"));
    if let (Some(namespace), Some(name)) = (claim("namespace"), claim("name")) {
        let kind = KindPath::new("core", "v1", "persistentvolumeclaims");
        let shown = format!("{namespace}/{name}");
        facts.add(
            fact::CLAIM,
            FactValue::Object {
                kind,
                namespace: Some(namespace),
                shown,
                name,
            },
        );
    }
}

fn storage_class(facts: &mut Facts<'_>) {
    facts.text(fact::PROVISIONER, "/provisioner");
    facts.text(fact::RECLAIM_POLICY, "/reclaimPolicy");
    facts.text(fact::BINDING_MODE, "/volumeBindingMode");
    facts.pairs(fact::PARAMETERS, "/parameters");
}

fn event(facts: &mut Facts<'_>) {
    facts.text(fact::KIND, "/type");
    facts.text(fact::REASON, "/reason");
    facts.text(fact::MESSAGE, "/message");
    let about = |name: &str| facts.at(&format!("/involvedObject/{name}"));
    if let (Some(kind_name), Some(name)) = (about("kind"), about("name")) {
        let shown = format!("{kind_name} {name}");
        let namespace = about("namespace");
        let known = muster_api::kind::by_manifest(&about("apiVersion").unwrap_or_default(), &kind_name);
        let value = match known {
            Some(kind) => FactValue::Object {
                kind: kind.into(),
                namespace,
                shown,
                name,
            },
            None => FactValue::Text(shown),
        };
        facts.add(fact::ABOUT, value);
    }
    facts.text(fact::COUNT, "/count");
    facts.moment(fact::LAST_SEEN, "/lastTimestamp");
}

fn items<'a>(object: &'a Value, pointer: &str) -> &'a [Value] {
    object
        .pointer(pointer)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

fn strings(object: &Value, pointer: &str) -> Vec<String> {
    items(object, pointer).iter().filter_map(plain).collect()
}
