//! What is open when an administrator begins, or stops, to look at the console as somebody else: it ends, and is opened
//! anew as the other.

use reqwest::Method;
use serde_json::Value;
use tokio::time::timeout;

use crate::live::Live;
use crate::view_as::look_as;
use crate::world::{PATIENCE, World, eventually, group};

#[tokio::test]
async fn what_is_open_ends_and_is_opened_anew_as_the_other() {
    let world = World::start().await;
    let (seen, hidden) = (world.namespace().await, world.namespace().await);
    for namespace in [&seen, &hidden] {
        world.config_map(namespace.name(), "settings").await;
    }
    let ada = world.somebody("ada", &["developers"]).await;
    world
        .grant("project-viewer", group(&ada, 0), world.in_namespace(seen.name()))
        .await;
    eventually("ada sees her namespace", || async {
        !world.names(&ada.client, "core/v1/configmaps", "").await.is_empty()
    })
    .await;
    let admin = &world.administrator;
    let mut own = Live::open(&world, &world.administrator).await;
    let names = own.namespaces().await;
    assert!(names.iter().any(|name| name == hidden.name()), "{names:?}");
    // Even of what the other may see as well: nobody can tell that from the outside.
    let watch = format!(
        "/k8s/clusters/shared/api/v1/namespaces/{}/configmaps?watch=true",
        seen.name()
    );
    let watch = admin.request(Method::GET, &watch).send().await.unwrap();
    assert_eq!(watch.status().as_u16(), 200);

    look_as(admin, group(&ada, 0)).await.expect_status(204);
    let (code, reason) = own.end().await;
    assert_eq!(code, 1008);
    assert!(reason.contains("as somebody else"), "{reason}");
    // Its end may be a broken one: it is over.
    let _whole_or_broken = timeout(PATIENCE, watch.text()).await.unwrap();

    let mut other = Live::open(&world, &world.administrator).await;
    assert_eq!(other.namespaces().await, [seen.name()]);
    look_as(admin, Value::Null).await.expect_status(204);
    assert_eq!(other.end().await.0, 1008);
    let mut again = Live::open(&world, &world.administrator).await;
    let names = again.namespaces().await;
    assert!(names.iter().any(|name| name == hidden.name()), "{names:?}");
}
