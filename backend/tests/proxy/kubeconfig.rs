//! Kubeconfigs that lead through the console.

use crate::recorder::{Recorder, list};
use crate::support::TestApp;
use crate::world::World;
use muster::clusters::kubeconfig_file::NO_TOKEN;
use muster_api::Collection;
use muster_api::account::Token;
use serde_json::{Value, json};

fn parsed(yaml: &str) -> Value {
    serde_saphyr::from_str(yaml).unwrap()
}

#[tokio::test]
async fn a_kubeconfig_without_a_token_says_where_to_put_one_and_changes_nothing() {
    let world = World::with(Recorder::always(list()).await).await;
    let before: Collection<Token> = world.browser.get("/api/v1/account/tokens").await.json();
    let file = world.browser.get("/api/v1/clusters/recorder/kubeconfig").await;
    assert_eq!(file.expect_status(200).header("content-type"), "application/yaml");
    assert_eq!(file.header("cache-control"), "no-store");
    assert_eq!(
        file.header("content-disposition"),
        "attachment; filename=\"kubeconfig-recorder.yaml\""
    );
    let config = parsed(&file.body);
    let address = format!("{}{}", world.test.base, world.path(""));
    assert_eq!(config["clusters"][0]["cluster"]["server"], address);
    assert_eq!(config["users"][0]["user"]["token"], NO_TOKEN);
    assert!(
        file.body
            .lines()
            .any(|line| line.starts_with("# ") && line.contains(NO_TOKEN))
    );
    assert!(!file.body.contains("the-consoles-own"), "what the console itself uses");
    let after: Collection<Token> = world.browser.get("/api/v1/account/tokens").await.json();
    assert_eq!(before.items.len(), after.items.len());
}

#[tokio::test]
async fn a_kubeconfig_with_a_token_works_for_its_cluster_until_the_end_of_the_day() {
    let world = World::with(Recorder::always(list()).await).await;
    let file = world
        .browser
        .post("/api/v1/clusters/recorder/kubeconfig", &json!({}))
        .await;
    assert_eq!(file.expect_status(201).header("cache-control"), "no-store");
    let config = parsed(&file.body);
    let secret = config["users"][0]["user"]["token"].as_str().unwrap();
    let server = config["clusters"][0]["cluster"]["server"].as_str().unwrap();
    let program = world.test.anonymous().with_token(secret);
    let path = server.strip_prefix(&world.test.base).unwrap();
    program.get(&format!("{path}/api/v1/pods")).await.expect_status(200);
    program.get("/api/v1/account/tokens").await.expect_status(403);

    let tokens: Collection<Token> = world.browser.get("/api/v1/account/tokens").await.json();
    let made = &tokens.items[0];
    assert!(made.name.starts_with("kubeconfig recorder 20"), "{}", made.name);
    assert_eq!(made.clusters, std::slice::from_ref(&world.cluster.id));
    let (from, to): (jiff::Timestamp, jiff::Timestamp) =
        (made.created_at.parse().unwrap(), made.expires_at.parse().unwrap());
    assert_eq!(to.duration_since(from).as_hours(), 8);
}

#[tokio::test]
async fn the_token_of_a_kubeconfig_has_the_name_and_life_that_were_asked_for() {
    let world = World::with(Recorder::always(list()).await).await;
    let path = "/api/v1/clusters/recorder/kubeconfig";
    let request = json!({"name": "laptop", "lifetimeSeconds": 7_776_000, "readOnly": true});
    world.browser.post(path, &request).await.expect_status(201);
    let tokens: Collection<Token> = world.browser.get("/api/v1/account/tokens").await.json();
    assert_eq!(
        (tokens.items[0].name.as_str(), tokens.items[0].read_only),
        ("laptop", true)
    );
    let problem = world.browser.post(path, &json!({"lifetimeSeconds": 7_776_001})).await;
    assert_eq!(
        problem.expect_status(422).problem().field_problems[0].field,
        "lifetimeSeconds"
    );
    world
        .browser
        .post("/api/v1/clusters/nowhere/kubeconfig", &json!({}))
        .await
        .expect_status(404);
    world
        .browser
        .get("/api/v1/clusters/nowhere/kubeconfig")
        .await
        .expect_status(404);
    world.test.anonymous().get(path).await.expect_status(401);
}

#[tokio::test]
async fn the_address_is_the_one_by_which_people_reach_the_console() {
    let test = TestApp::start_with(muster::clock::Clock::system(), |config| {
        config.public_url = Some(url::Url::parse("https://console.example.com/").unwrap());
    })
    .await;
    let recorder = Recorder::always(list()).await;
    let context = muster::context::RequestContext::system(test.app.clock.clone());
    let cluster = test
        .app
        .clusters
        .register_once(&context, &recorder.kubeconfig())
        .await
        .unwrap()
        .unwrap();
    let token = {
        test.administrator_by_identity().await;
        let user = test.app.identity.user_by_name("admin").await.unwrap();
        let actor = muster::context::Actor {
            user_id: user.id,
            name: "admin".into(),
            role: user.role,
            provider: None,
            groups: [].into(),
            standing: std::sync::Arc::default(),
        };
        let context = muster::context::RequestContext { actor, ..context };
        let request = serde_json::from_value(json!({"name": "a", "lifetimeSeconds": 60})).unwrap();
        test.app.identity.create_token(&context, &request).await.unwrap().secret
    };
    let file = test
        .anonymous()
        .with_token(&token)
        .get("/api/v1/clusters/recorder/kubeconfig")
        .await;
    let server = format!("https://console.example.com/k8s/clusters/{}", cluster.id);
    assert_eq!(
        parsed(&file.expect_status(200).body)["clusters"][0]["cluster"]["server"],
        server
    );
}
