use crate::console::{Console, config_map, deployment};
use muster_api::object::Relations;
use muster_api::resource::Health;
use serde_json::Value;

fn relations(value: &Value) -> Relations {
    serde_json::from_value(value.clone()).unwrap()
}

#[tokio::test]
async fn a_deployment_shows_its_pods_its_services_and_what_it_uses() {
    let console = Console::start().await;
    let web = deployment("web").replace(
        "image: 'busybox:1.36'",
        "image: 'busybox:1.36', envFrom: [{configMapRef: {name: there}}, {secretRef: {name: missing}}, \
         {configMapRef: {name: optional, optional: true}}]",
    );
    let service =
        "apiVersion: v1\nkind: Service\nmetadata: {name: front}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n";
    let ingress = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: door}\nspec: {defaultBackend: \
                   {service: {name: front, port: {number: 80}}}}\n";
    let scaler = "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: scaler}\nspec: {maxReplicas: 3, \
                  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}\n";
    let manifest = [&web, service, ingress, scaler, &config_map("there", "a")]
        .map(str::to_owned)
        .join("---\n");
    let answer = console.apply(&manifest).await;
    console.expect_written(&answer);

    let path = format!("{}/related", console.object("apps/v1/deployments", "web"));
    let found = console
        .eventually(&path, |answer| {
            (answer["children"].as_array()?.len() == 3).then(|| relations(answer))
        })
        .await;
    let children = found
        .children
        .iter()
        .map(|child| (child.object.kind.as_str(), child.depth))
        .collect::<Vec<_>>();
    assert_eq!(children, [("ReplicaSet", 1), ("Pod", 2), ("Pod", 2)]);
    assert_eq!(found.children[1].status.as_deref(), Some("Pending"));

    let links = found
        .links
        .iter()
        .map(|link| (link.relation.as_str(), link.object.name.as_str(), link.health));
    let links = links.collect::<Vec<_>>();
    for expected in [
        ("selected-by", "front", Health::Good),
        (
            "routed-by",
            "door",
            links.iter().find(|link| link.1 == "door").unwrap().2,
        ),
        ("uses", "there", Health::Good),
        ("uses", "missing", Health::Bad),
        ("uses", "optional", Health::Idle),
    ] {
        assert!(links.contains(&expected), "{expected:?} is not in {links:?}");
    }
    assert!(
        links.iter().any(|link| (link.0, link.1) == ("scaled-by", "scaler")),
        "{links:?}"
    );
    assert_eq!(found.not_seen, []);

    let pod = &found.children[1].object.name;
    let path = format!("{}/related", console.object("core/v1/pods", pod));
    let of_pod = relations(&console.client.get(&path).await.expect_status(200).json());
    let owners = of_pod
        .owners
        .iter()
        .map(|owner| (owner.object.kind.as_str(), owner.depth))
        .collect::<Vec<_>>();
    assert_eq!(owners, [("ReplicaSet", 1), ("Deployment", 2)]);

    let path = format!("{}/related", console.object("core/v1/services", "front"));
    let of_service = relations(&console.client.get(&path).await.json());
    let selected = of_service
        .links
        .iter()
        .filter(|link| link.relation == "selects")
        .count();
    assert_eq!(selected, 2);
    let path = format!("{}/related", console.object("core/v1/configmaps", "there"));
    let of_map = relations(&console.client.get(&path).await.json());
    assert_eq!(of_map.links.iter().filter(|link| link.relation == "used-by").count(), 2);
}

#[tokio::test]
async fn an_owner_that_is_gone_or_unknown_is_said() {
    let console = Console::start().await;
    let orphan = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: orphan\n  ownerReferences:\n  \
                  - {apiVersion: example.com/v1, kind: Teapot, name: pot, uid: 00000000-0000-0000-0000-000000000001}\n";
    console.apply(orphan).await;
    let path = format!("{}/related", console.object("core/v1/configmaps", "orphan"));
    // The garbage collector keeps what is owned by a kind that it cannot look up.
    let found: Relations = console.client.get(&path).await.expect_status(200).json();
    assert!(
        found.not_seen.iter().any(|said| said.message.contains("Teapot")),
        "{found:?}"
    );
}
