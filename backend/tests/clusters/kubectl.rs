//! Every built-in kind shows what the cluster's own tables (and so kubectl) show.

use crate::world::World;
use muster_api::kind::KINDS;
use muster_api::resource::{ColumnType, ResourceList, Row};
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn template(name: &str) -> Value {
    json!({"metadata": {"labels": {"app": name}}, "spec": {"containers": [
        {"name": "web", "image": "busybox:1.36"}, {"name": "log", "image": "busybox:1"}]}})
}

/// Makes something of every kind that lives in a namespace.
async fn fill(world: &World) {
    let selector = |name: &str| json!({"matchLabels": {"app": name}});
    let apps = "/apis/apps/v1/namespaces/{ns}";
    let spec = |name: &str| json!({"replicas": 2, "selector": selector(name), "template": template(name)});
    world
        .create(
            &format!("{apps}/deployments"),
            &json!({"metadata": {"name": "d"}, "spec": spec("d")}),
        )
        .await;
    let mut set = json!({"metadata": {"name": "s"}, "spec": spec("s")});
    set["spec"]["serviceName"] = json!("s");
    world.create(&format!("{apps}/statefulsets"), &set).await;
    let mut daemons =
        json!({"metadata": {"name": "ds"}, "spec": {"selector": selector("ds"), "template": template("ds")}});
    daemons["spec"]["template"]["spec"]["nodeSelector"] = json!({"role": "none"});
    world.create(&format!("{apps}/daemonsets"), &daemons).await;
    world
        .create(&format!("{apps}/replicasets"), &json!({"metadata": {"name": "r"}, "spec": {"replicas": 0,
            "selector": {"matchExpressions": [{"key": "app", "operator": "In", "values": ["r", "q"]}]}, "template": template("r")}}))
        .await;
    let batch = "/apis/batch/v1/namespaces/{ns}";
    let mut job = template("j");
    job["spec"]["restartPolicy"] = json!("Never");
    let jobs = format!("{batch}/jobs");
    world
        .create(
            &jobs,
            &json!({"metadata": {"name": "j"}, "spec": {"completions": 3, "template": job}}),
        )
        .await;
    world
        .create(
            &jobs,
            &json!({"metadata": {"name": "held"}, "spec": {"suspend": true, "template": job}}),
        )
        .await;
    world
        .create(
            &jobs,
            &json!({"metadata": {"name": "queue"}, "spec": {"parallelism": 2, "template": job}}),
        )
        .await;
    world
        .create(
            &format!("{batch}/cronjobs"),
            &json!({"metadata": {"name": "c"}, "spec": {"schedule": "0 3 * * *",
            "timeZone": "Europe/Berlin", "suspend": true, "jobTemplate": {"spec": {"template": job}}}}),
        )
        .await;
    let core = "/api/v1/namespaces/{ns}";
    for (name, spec) in [
        (
            "inside",
            json!({"selector": {"app": "d"}, "ports": [{"name": "a", "port": 80}, {"name": "b", "port": 443}]}),
        ),
        (
            "port",
            json!({"type": "NodePort", "ports": [{"port": 80, "protocol": "UDP"}], "externalIPs": ["192.0.2.7"]}),
        ),
        ("balanced", json!({"type": "LoadBalancer", "ports": [{"port": 80}]})),
        (
            "outside",
            json!({"type": "ExternalName", "externalName": "example.com"}),
        ),
        ("headless", json!({"clusterIP": "None", "ports": [{"port": 80}]})),
    ] {
        world
            .create(
                &format!("{core}/services"),
                &json!({"metadata": {"name": name}, "spec": spec}),
            )
            .await;
    }
    let rule = |host: &str| {
        json!({"host": host, "http": {"paths": [{"path": "/", "pathType": "Prefix",
        "backend": {"service": {"name": "inside", "port": {"number": 80}}}}]}})
    };
    let network = "/apis/networking.k8s.io/v1/namespaces/{ns}/ingresses";
    let hosts: Vec<Value> = ["a.example.com", "b.example.com", "c.example.com", "d.example.com"]
        .map(rule)
        .into();
    world
        .create(
            network,
            &json!({"metadata": {"name": "many"}, "spec": {"ingressClassName": "web", "rules": hosts,
        "tls": [{"hosts": ["a.example.com"]}]}}),
        )
        .await;
    world.create(network, &json!({"metadata": {"name": "any"}, "spec": {"defaultBackend": {"service": {"name": "inside", "port": {"number": 80}}}}})).await;
    let slices = "/apis/discovery.k8s.io/v1/namespaces/{ns}/endpointslices";
    let addresses = ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4", "192.0.2.5"];
    let endpoints: Vec<Value> = addresses
        .iter()
        .map(|address| json!({"addresses": [address]}))
        .collect();
    world
        .create(
            slices,
            &json!({"metadata": {"name": "e", "labels": {"kubernetes.io/service-name": "x"}},
        "addressType": "IPv4", "endpoints": endpoints, "ports": [{"name": "http", "port": 80}]}),
        )
        .await;
    world
        .create(
            slices,
            &json!({"metadata": {"name": "none"}, "addressType": "IPv4", "endpoints": []}),
        )
        .await;
    world
        .create(
            &format!("{core}/configmaps"),
            &json!({"metadata": {"name": "m"}, "data": {"a": "1", "b": "2"}, "binaryData": {"c": "AA=="}}),
        )
        .await;
    world
        .create(
            &format!("{core}/secrets"),
            &json!({"metadata": {"name": "hidden"}, "stringData": {"password": "open-sesame"}}),
        )
        .await;
    world
        .create(
            &format!("{core}/serviceaccounts"),
            &json!({"metadata": {"name": "robot"}}),
        )
        .await;
    world.create(&format!("{core}/persistentvolumeclaims"), &json!({"metadata": {"name": "claim"}, "spec": {
        "accessModes": ["ReadWriteOnce", "ReadOnlyMany"], "storageClassName": "slow", "resources": {"requests": {"storage": "1Gi"}}}})).await;
    world.create(&format!("{core}/events"), &json!({"metadata": {"name": "happened"}, "type": "Warning", "reason": "Oops",
        "message": "it broke\n", "count": 4, "involvedObject": {"kind": "Pod", "namespace": world.namespace(), "name": "p", "fieldPath": "spec.containers{web}"},
        "source": {"component": "kubelet", "host": "node-1"}, "firstTimestamp": "2026-01-01T00:00:00Z", "lastTimestamp": "2026-01-01T01:00:00Z"})).await;
    // What belongs to the whole cluster has the test's name, so that tests do not meet.
    let own = world.namespace();
    world.create("/api/v1/persistentvolumes", &json!({"metadata": {"name": own}, "spec": {"capacity": {"storage": "5Gi"},
        "accessModes": ["ReadWriteMany"], "persistentVolumeReclaimPolicy": "Retain", "storageClassName": "slow", "hostPath": {"path": "/tmp/x"}}})).await;
    world
        .create(
            "/apis/storage.k8s.io/v1/storageclasses",
            &json!({"metadata": {"name": own}, "provisioner": "example.com/disk", "allowVolumeExpansion": true}),
        )
        .await;
    world.create("/api/v1/nodes", &json!({"metadata": {"name": own, "labels": {"node-role.kubernetes.io/worker": "", "node-role.kubernetes.io/edge": ""}},
        "spec": {"unschedulable": true}})).await;
    world.patch(&format!("/api/v1/nodes/{own}/status"), &json!({"status": {"allocatable": {"cpu": "3500m", "memory": "8Gi", "pods": "110"},
        "addresses": [{"type": "InternalIP", "address": "192.0.2.10"}],
        "conditions": [{"type": "Ready", "status": "True"}],
        "nodeInfo": {"machineID": "", "systemUUID": "", "bootID": "", "kubeProxyVersion": "", "operatingSystem": "linux",
            "kernelVersion": "6.1.0", "osImage": "Debian", "containerRuntimeVersion": "containerd://2", "kubeletVersion": "v1.36.0", "architecture": "amd64"}}})).await;
}

async fn clear(world: &World) {
    let own = world.namespace();
    for path in [
        "/api/v1/nodes",
        "/api/v1/persistentvolumes",
        "/apis/storage.k8s.io/v1/storageclasses",
    ] {
        world.delete(&format!("{path}/{own}")).await;
    }
}

/// The id that a column of the cluster's table has with us.
fn id(name: &str) -> String {
    name.to_lowercase().replace(' ', "-").replace(['(', ')'], "")
}

/// Our cell as kubectl would print it; none for what is compared in another way.
fn printed(column: &muster_api::resource::Column, value: &Value) -> Option<String> {
    match (column.kind, value) {
        (ColumnType::Time | ColumnType::Quantity, _) => None,
        (_, Value::Null) => Some(String::new()),
        (_, Value::String(text)) => Some(text.clone()),
        (_, value) => Some(value.to_string()),
    }
}

fn differences(list: &ResourceList, row: &Row, theirs: &BTreeMap<String, Value>) -> Vec<String> {
    let mut differences = Vec::new();
    for (name, value) in theirs {
        // A job that runs has no duration with us, and a link says its kind as manifests do.
        if matches!(name.as_str(), "Name" | "Created" | "Duration" | "Object" | "Restarts") {
            continue;
        }
        let Some(place) = list.columns.iter().position(|column| column.id == id(name)) else {
            differences.push(format!("there is no column for {name}"));
            continue;
        };
        let Some(ours) = printed(&list.columns[place], &row.cells[place]) else {
            continue;
        };
        let theirs = match value {
            Value::String(text) if matches!(text.as_str(), "<none>" | "<unset>" | "") => String::new(),
            Value::String(text) => text.trim().to_owned(),
            Value::Null => String::new(),
            value => value.to_string(),
        };
        let ours = if ours == "<unset>" { String::new() } else { ours };
        if ours != theirs {
            differences.push(format!("{name}: ours {ours:?}, the cluster's {theirs:?}"));
        }
    }
    differences
}

#[tokio::test]
async fn every_built_in_kind_shows_what_the_clusters_own_tables_show() {
    let world = World::start().await;
    fill(&world).await;
    let mut wrong = Vec::new();
    for kind in KINDS {
        let root = if kind.group.is_empty() {
            "/api/v1".to_owned()
        } else {
            format!("/apis/{}/{}", kind.group, kind.version)
        };
        let scope = if kind.namespaced { "/namespaces/{ns}" } else { "" };
        let collection = format!("{root}{scope}/{}", kind.resource);
        let query = if kind.namespaced {
            "pageSize=500".to_owned()
        } else {
            format!("pageSize=500&filter=name={}", world.namespace())
        };
        // Controllers still work on some of them: the two sides must agree at one moment.
        let mut last = vec!["nothing was listed".to_owned()];
        for _ in 0..100 {
            let shown = world.list(&kind.path(), &query).await;
            let theirs = world.server_table(&collection).await;
            let theirs: BTreeMap<_, _> = if kind.namespaced {
                theirs
            } else {
                theirs
                    .into_iter()
                    .filter(|(name, _)| name == world.namespace())
                    .collect()
            };
            last = Vec::new();
            if theirs.is_empty() || shown.rows.len() != theirs.len() {
                last.push(format!(
                    "{}: {} rows, the cluster has {}",
                    kind.resource,
                    shown.rows.len(),
                    theirs.len()
                ));
            } else {
                for row in &shown.rows {
                    let theirs = theirs.get(&row.name).cloned().unwrap_or_default();
                    let found = differences(&shown, row, &theirs);
                    last.extend(
                        found
                            .into_iter()
                            .map(|found| format!("{} {}: {found}", kind.resource, row.name)),
                    );
                }
            }
            if last.is_empty() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        wrong.extend(last);
    }
    clear(&world).await;
    assert_eq!(wrong, Vec::<String>::new());
}

#[tokio::test]
async fn what_a_secret_or_config_map_holds_is_in_no_answer() {
    let world = World::start().await;
    world
        .create(
            "/api/v1/namespaces/{ns}/secrets",
            &json!({"metadata": {"name": "hidden"}, "stringData": {"a": "open-sesame", "b": "x"}}),
        )
        .await;
    let list = world
        .eventually("core/v1/secrets", "", |list| list.rows.len() == 1)
        .await;
    assert_eq!(crate::world::cell(&list, &list.rows[0], "data"), 2);
    assert_eq!(crate::world::cell(&list, &list.rows[0], "type"), "Opaque");
    let text = serde_json::to_string(&list).unwrap();
    assert!(!text.contains("open-sesame") && !text.contains("b3Blbi1zZXNhbWU"));
}
