//! What the console writes into clusters: mended when somebody edits it, gone when the cluster is removed, and nobody
//! else's is touched.

use serde_json::json;

use crate::world::{World, eventually, user};

const ROLE_BINDINGS: &str = "/apis/rbac.authorization.k8s.io/v1";

#[tokio::test]
async fn what_somebody_edits_or_deletes_in_the_cluster_is_mended() {
    let world = World::start().await;
    let namespace = world.namespace().await;
    let ada = world.somebody("ada", &[]).await;
    world
        .grant("project-viewer", user(&ada), world.in_namespace(namespace.name()))
        .await;
    let list = format!("{ROLE_BINDINGS}/namespaces/{}/rolebindings", namespace.name());
    let found = world.directly("GET", &list, &json!({})).await.unwrap();
    let binding = &found["items"][0];
    let path = format!(
        "{list}/{}",
        binding["metadata"]["name"].as_str().unwrap().replace(':', "%3A")
    );
    let subjects = json!({"subjects": [{"kind": "User", "name": "eve", "apiGroup": "rbac.authorization.k8s.io"}]});
    world.directly("PATCH", &path, &subjects).await.unwrap();
    eventually("the edit is undone", || async {
        let now = world.directly("GET", &path, &json!({})).await;
        now.is_ok_and(|now| now["subjects"] == binding["subjects"])
    })
    .await;
    world.directly("DELETE", &path, &json!({})).await.unwrap();
    eventually("the binding is back", || async {
        world.directly("GET", &path, &json!({})).await.is_ok()
    })
    .await;
}

#[tokio::test]
async fn removing_a_cluster_takes_what_this_console_wrote_and_nothing_else() {
    let (world, neighbour) = (World::start().await, World::start().await);
    let namespace = world.namespace().await;
    let (ada, ben) = (world.somebody("ada", &[]).await, neighbour.somebody("ben", &[]).await);
    world
        .grant("project-viewer", user(&ada), world.in_namespace(namespace.name()))
        .await;
    neighbour
        .grant("project-viewer", user(&ben), neighbour.in_namespace(namespace.name()))
        .await;
    let list = format!("{ROLE_BINDINGS}/namespaces/{}/rolebindings", namespace.name());
    let bound = |subject: String| {
        let (world, list) = (&world, list.clone());
        async move {
            let found = world.directly("GET", &list, &json!({})).await.unwrap();
            found["items"].to_string().contains(&subject)
        }
    };
    assert!(bound(ada.id.to_string()).await && bound(ben.id.to_string()).await);
    world
        .administrator
        .delete(&format!("/api/v1/clusters/{}", world.cluster))
        .await
        .expect_status(204);
    assert!(!bound(ada.id.to_string()).await, "our own is gone");
    assert!(bound(ben.id.to_string()).await, "the neighbour's stays");
}
