//! What is done to objects of a real cluster.

use muster_api::audit::AuditEvent;
use serde_json::{Value, json};
use testbed::Cluster;

use crate::log::{of_request, one_of_request, read};
use crate::support::TestApp;

fn object(event: &AuditEvent) -> [Option<&str>; 5] {
    let object = &event.object;
    [
        &object.cluster,
        &object.group,
        &object.resource,
        &object.namespace,
        &object.name,
    ]
    .map(Option::as_deref)
}

#[tokio::test]
async fn what_is_done_to_objects_is_told_by_their_names_and_never_with_their_secrets() {
    let cluster = Cluster::shared().await.unwrap();
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let namespace = cluster.namespace().await.unwrap();
    let space = namespace.name();
    let added = admin
        .post(
            "/api/v1/clusters",
            &json!({"name": "Berlin", "kubeconfig": cluster.kubeconfig()}),
        )
        .await;
    let id = added.expect_status(201).json::<Value>()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let event = one_of_request(&admin, &added).await;
    assert_eq!(
        (event.action.as_str(), event.object.cluster_id.as_deref()),
        ("cluster-added", Some(id.as_str()))
    );
    let base = "/api/v1/clusters/berlin";

    let deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: 1\n  selector: \
         {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: \
         [{name: web, image: nothing.example.com/web, env: [{name: A, value: canary-value}]}]}\n---\napiVersion: \
         v1\nkind: Secret\nmetadata: {name: door}\nstringData: {key: canary-secret}\n";
    let mut request = json!({"manifest": deployment, "namespace": space, "dryRun": true});
    let tried = admin.post(&format!("{base}/apply"), &request).await;
    tried.expect_status(200);
    assert_eq!(of_request(&admin, &tried).await, [], "a trial changes nothing");
    request["dryRun"] = false.into();
    let applied = admin.post(&format!("{base}/apply"), &request).await;
    applied.expect_status(200);
    let mut events = of_request(&admin, &applied).await;
    events.sort_by(|one, other| one.object.name.cmp(&other.object.name));
    let objects: Vec<_> = events.iter().map(object).collect();
    assert_eq!(
        objects,
        [
            [Some("Berlin"), Some("core"), Some("secrets"), Some(space), Some("door")],
            [
                Some("Berlin"),
                Some("apps"),
                Some("deployments"),
                Some(space),
                Some("web")
            ],
        ]
    );
    assert!(
        events
            .iter()
            .all(|event| event.action == "apply" && event.details["outcome"] == "created")
    );

    let web = format!("{base}/resources/apps/v1/deployments/{space}/web");
    let scaled = admin
        .post(&format!("{web}/actions/scale"), &json!({"replicas": 3}))
        .await;
    scaled.expect_status(200);
    let event = one_of_request(&admin, &scaled).await;
    assert_eq!(
        (event.action.as_str(), event.result.as_str(), event.status),
        ("scale", "ok", Some(200))
    );
    assert_eq!(event.details, json!({"replicas": {"from": 1, "to": 3}}));
    assert_eq!(object(&event)[4], Some("web"));
    let restarted = admin.post(&format!("{web}/actions/restart"), &json!({})).await;
    assert_eq!(one_of_request(&admin, &restarted).await.action, "restart");

    let door = format!("{base}/resources/core/v1/secrets/{space}/door");
    let hidden = admin.get(&door).await;
    hidden.expect_status(200);
    assert_eq!(of_request(&admin, &hidden).await, [], "nothing was shown");
    let shown = admin.get(&format!("{door}?reveal=true")).await;
    assert!(
        shown.expect_status(200).body.contains("Y2FuYXJ5LXNlY3JldA=="),
        "{}",
        shown.body
    );
    let event = one_of_request(&admin, &shown).await;
    assert_eq!(
        (event.action.as_str(), object(&event)[4]),
        ("reveal-secret", Some("door"))
    );

    let tried = admin.delete(&format!("{door}?dryRun=true")).await;
    tried.expect_status(200);
    assert_eq!(of_request(&admin, &tried).await, []);
    let deleted = admin.delete(&door).await;
    assert!([200, 202].contains(&deleted.status));
    assert_eq!(one_of_request(&admin, &deleted).await.action, "delete");
    let gone = admin.delete(&door).await;
    let event = one_of_request(&admin, &gone).await;
    assert_eq!(
        (event.result.as_str(), event.code.as_deref()),
        ("failed", Some("not-found"))
    );

    let of_cluster = read(&admin, "cluster=BERLIN").await;
    assert!(of_cluster.total >= 7, "{}", of_cluster.total);
    assert_eq!(read(&admin, &format!("namespace={space}&kind=Secret")).await.total, 4);
    admin.delete(base).await.expect_status(204);
    assert_eq!(
        read(&admin, &format!("cluster={id}")).await.total,
        of_cluster.total + 1,
        "also when it is gone"
    );
    let all = admin.get("/api/v1/audit/export").await.body;
    assert!(!all.contains("canary") && !all.contains("Y2FuYXJ5"), "{all}");
    assert!(!all.contains(cluster.admin_token()));
}

#[tokio::test]
async fn what_is_created_through_the_kubernetes_api_is_told_by_the_name_that_the_cluster_gave_it() {
    let cluster = Cluster::shared().await.unwrap();
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let namespace = cluster.namespace().await.unwrap();
    let added = json!({"name": "Berlin", "kubeconfig": cluster.kubeconfig()});
    admin.post("/api/v1/clusters", &added).await.expect_status(201);
    let path = format!("/k8s/clusters/berlin/api/v1/namespaces/{}/configmaps", namespace.name());
    let named = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"}});
    let unnamed = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"generateName": "settings-"}});
    for (wanted, status) in [(&named, 201), (&unnamed, 201), (&named, 409)] {
        let answer = admin.post(&path, wanted).await;
        let made: Value = answer.expect_status(status).json();
        let event = one_of_request(&admin, &answer).await;
        let space = Some(namespace.name());
        // What was refused was made under no name.
        let name = made["metadata"]["name"].as_str();
        assert_eq!(
            object(&event),
            [Some("Berlin"), Some("core"), Some("configmaps"), space, name]
        );
        assert_eq!(event.details["verb"], "create");
    }
}
