//! Who may open a shell, and that it ends with the right to it.

use crate::terminal::Terminal;
use crate::world::World;
use muster_api::account::CreatedToken;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tokio_tungstenite::tungstenite::Error;

#[tokio::test]
async fn only_who_may_create_them_opens_shells_and_they_end_with_the_right_the_session_and_the_cluster() {
    let world = World::start().await;
    whoever_may_only_look_is_told_what_is_missing(&world).await;
    wrong_requests_are_told_what_is_wrong(&world).await;
    pages_of_others_and_reading_tokens_open_nothing(&world).await;
    a_shell_ends_with_the_right_to_it(&world).await;
    a_shell_ends_with_its_session(&world).await;

    let (mut terminal, _) = Terminal::open(&world, &world.administrator, "").await;
    let path = format!("/api/v1/clusters/{}", world.id);
    world.administrator.delete(&path).await.expect_status(204);
    assert_eq!(terminal.ended().await.code, "removed");
    world.stop().await;
}

async fn whoever_may_only_look_is_told_what_is_missing(world: &World) {
    let (eve, _) = world.somebody("eve", "project-viewer").await;
    // A right to get is not enough, whatever the version of the API server makes of it.
    let role = json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role",
        "metadata": {"name": "look", "namespace": "default"},
        "rules": [{"apiGroups": [""], "resources": ["pods/exec"], "verbs": ["get"]}]});
    let user = eve.get("/api/v1/session").await.json::<Value>()["id"].clone();
    let binding = json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
        "metadata": {"name": "look", "namespace": "default"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "look"},
        "subjects": [{"kind": "User", "apiGroup": "rbac.authorization.k8s.io",
            "name": format!("muster:user:{}", user.as_str().unwrap())}]});
    world.cluster.apply(&format!("{role}\n---\n{binding}\n")).await.unwrap();
    let problem = Terminal::refusal(world, &eve, "").await;
    assert_eq!((problem.status, problem.code()), (403, "forbidden"), "{problem:?}");
    assert!(problem.detail.unwrap().contains("create pods/exec"));
    assert_ne!(problem.request_id, "");
    let events = world.events("action=shell-opened&actor=eve", 1).await;
    assert_eq!(
        (events[0].decision.as_str(), events[0].result.as_str(), events[0].status),
        ("denied", "failed", Some(403))
    );
}

async fn wrong_requests_are_told_what_is_wrong(world: &World) {
    let admin = &world.administrator;
    let problem = Terminal::refusal(world, admin, "?container=none").await;
    assert_eq!(problem.status, 422);
    assert!(
        problem.field_problems[0].message.contains("it has: main, side"),
        "{problem:?}"
    );
    let problem = Terminal::refusal(world, admin, "?command=a%0Ab").await;
    assert_eq!(problem.field_problems[0].field, "command");
    let path = "/api/v1/clusters/real/resources/core/v1/pods/default/box/shell";
    admin.get(path).await.expect_status(400);
}

async fn pages_of_others_and_reading_tokens_open_nothing(world: &World) {
    let refused = |outcome: Result<Terminal, Error>| match outcome {
        Err(Error::Http(answer)) => answer.status().as_u16(),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it was opened"),
    };
    let admin = &world.administrator;
    let foreign = Terminal::connect(&world.test, admin, "", "https://evil.example.com").await;
    assert_eq!(refused(foreign), 403);
    let token = json!({"name": "reads", "lifetimeSeconds": 3600, "readOnly": true});
    let token: CreatedToken = admin.post("/api/v1/account/tokens", &token).await.json();
    let program = world.test.anonymous().with_token(&token.secret);
    let reading = Terminal::connect(&world.test, &program, "", &world.test.base).await;
    assert_eq!(refused(reading), 403);
}

async fn a_shell_ends_with_the_right_to_it(world: &World) {
    let (ada, binding) = world.somebody("ada", "project-member").await;
    let (mut terminal, _) = Terminal::open(world, &ada, "").await;
    terminal.type_in("echo he''re\n").await;
    terminal.shows("here").await;
    let began = Instant::now();
    let path = format!("/api/v1/bindings/{binding}");
    world.administrator.delete(&path).await.expect_status(204);
    let ended = terminal.ended().await;
    assert_eq!(ended.code, "revoked", "{ended:?}");
    assert!(began.elapsed() < Duration::from_secs(5), "after {:?}", began.elapsed());
}

async fn a_shell_ends_with_its_session(world: &World) {
    let (bob, _) = world.somebody("bob", "project-member").await;
    let (mut terminal, _) = Terminal::open(world, &bob, "").await;
    let request = bob.request(Method::DELETE, "/api/v1/session");
    crate::support::Answer::of(request).await.expect_status(204);
    let began = Instant::now();
    let ended = terminal.ended().await;
    assert_eq!(ended.code, "signed-out", "{ended:?}");
    assert!(began.elapsed() < Duration::from_secs(5), "after {:?}", began.elapsed());
}
