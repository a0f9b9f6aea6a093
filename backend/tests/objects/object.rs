use crate::console::{Console, config_map};
use http::Method;
use muster_api::Collection;
use muster_api::action::Deletion;
use muster_api::object::ObjectEvent;
use serde_json::{Value, json};

#[tokio::test]
async fn an_object_comes_as_json_and_as_yaml_without_managed_fields() {
    let console = Console::start().await;
    console.apply(&config_map("web", "value")).await;
    let path = console.object("core/v1/configmaps", "web");

    let object: Value = console.client.get(&path).await.expect_status(200).json();
    assert_eq!(
        (&object["kind"], &object["apiVersion"]),
        (&json!("ConfigMap"), &json!("v1"))
    );
    assert_eq!(object["data"], json!({"key": "value"}));
    assert_eq!(object["metadata"].get("managedFields"), None);

    let answer = console.client.get(&format!("{path}?format=yaml")).await;
    assert!(
        answer.header("content-type").starts_with("application/yaml"),
        "{answer:?}"
    );
    assert!(
        answer
            .body
            .starts_with("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\n"),
        "{}",
        answer.body
    );

    let object: Value = console.client.get(&format!("{path}?managedFields=true")).await.json();
    assert_eq!(object["metadata"]["managedFields"][0]["manager"], "muster");
}

#[tokio::test]
async fn the_values_of_a_secret_are_shown_to_whoever_may_read_it_and_asks() {
    let console = Console::start().await;
    console
        .apply("apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {password: hunter2}\n")
        .await;
    let path = console.object("core/v1/secrets", "db");
    for address in [
        path.clone(),
        format!("{path}?format=yaml"),
        format!("{path}?managedFields=true"),
    ] {
        let answer = console.client.get(&address).await;
        answer.expect_status(200);
        assert!(
            !answer.body.contains("aHVudGVyMg==") && !answer.body.contains("hunter2"),
            "{}",
            answer.body
        );
    }
    let hidden: Value = console.client.get(&path).await.json();
    assert_eq!(hidden["hiddenData"], json!({"password": 7}));

    let shown: Value = console
        .client
        .get(&format!("{path}?reveal=true"))
        .await
        .expect_status(200)
        .json();
    assert_eq!(shown["data"], json!({"password": "aHVudGVyMg=="}));
    let user = console.test.user("mallory").await;
    assert_eq!(
        user.get(&format!("{path}?reveal=true"))
            .await
            .expect_status(404)
            .problem()
            .code(),
        "not-found"
    );
}

#[tokio::test]
async fn addresses_that_cannot_be_right_say_why() {
    let console = Console::start().await;
    let get = async |path: &str| {
        let answer = console
            .client
            .get(&format!("/api/v1/clusters/shared/resources/{path}"))
            .await;
        let problem = answer.problem();
        (answer.status, problem.detail.unwrap_or_default())
    };
    let namespace = console.namespace();
    let cases = [
        (
            format!("core/v1/pods/{namespace}/nothing"),
            404,
            format!("There is no Pod nothing in the namespace {namespace}"),
        ),
        (
            "core/v1/pods/-/web".to_owned(),
            422,
            "Pods live in namespaces: name one".to_owned(),
        ),
        (
            format!("core/v1/nodes/{namespace}/a"),
            422,
            "Nodes belong to the whole cluster: write -".to_owned(),
        ),
        (
            format!("example.com/v1/teapots/{namespace}/a"),
            404,
            "There is no resource teapots in example.com/v1".to_owned(),
        ),
        (
            "core/v1/pods/Not_A_Namespace/web".to_owned(),
            422,
            "cannot be a namespace".to_owned(),
        ),
        (
            format!("core/v1/pods/{namespace}/a%2Fb"),
            422,
            "cannot be the name of an object".to_owned(),
        ),
    ];
    for (path, status, words) in cases {
        let (found, detail) = get(&path).await;
        assert_eq!(found, status, "{path}: {detail}");
        assert!(detail.contains(&words), "{path}: {detail}");
    }
    let answer = console
        .client
        .get("/api/v1/clusters/elsewhere/resources/core/v1/pods/a/b")
        .await;
    assert_eq!(answer.expect_status(404).problem().code(), "not-found");
}

#[tokio::test]
async fn a_deletion_says_what_went_and_what_it_waits_for() {
    let console = Console::start().await;
    let held = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: held, finalizers: [example.com/hold]}\n";
    console.apply(&format!("{}---\n{held}", config_map("web", "a"))).await;
    let web = console.object("core/v1/configmaps", "web");

    let tried: Deletion = console
        .client
        .delete(&format!("{web}?dryRun=true"))
        .await
        .expect_status(200)
        .json();
    assert!(tried.dry_run && !tried.gone);
    console.client.get(&web).await.expect_status(200);

    let wrong = console
        .client
        .delete(&format!("{web}?uid=00000000-0000-0000-0000-000000000000"))
        .await;
    assert_eq!(wrong.expect_status(409).problem().code(), "changed");

    let gone: Deletion = console
        .client
        .delete(&format!("{web}?propagation=foreground"))
        .await
        .json();
    assert_eq!(
        (gone.object.kind.as_str(), gone.object.name.as_str()),
        ("ConfigMap", "web")
    );
    console.eventually_gone(&web).await;

    let held = console.object("core/v1/configmaps", "held");
    let waiting: Deletion = console.client.delete(&held).await.expect_status(202).json();
    assert_eq!(
        (waiting.gone, waiting.finalizers),
        (false, vec!["example.com/hold".to_owned()])
    );
    let path = format!("/api/v1/namespaces/{}/configmaps/held", console.namespace());
    let patch = json!({"metadata": {"finalizers": null}});
    console
        .directly(Method::PATCH, &path, "application/merge-patch+json", &patch)
        .await;
}

impl Console {
    async fn eventually_gone(&self, path: &str) {
        let asking = async {
            while self.client.get(path).await.status != 404 {
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(30), asking)
            .await
            .expect("it should be gone by now");
    }
}

#[tokio::test]
async fn the_events_of_an_object_come_newest_first_and_only_its_own() {
    let console = Console::start().await;
    console
        .apply(&format!("{}---\n{}", config_map("web", "a"), config_map("other", "a")))
        .await;
    let uid = |object: &Value| object["metadata"]["uid"].as_str().unwrap().to_owned();
    let web = uid(&console
        .client
        .get(&console.object("core/v1/configmaps", "web"))
        .await
        .json());
    let other = uid(&console
        .client
        .get(&console.object("core/v1/configmaps", "other"))
        .await
        .json());
    let namespace = console.namespace();
    let about =
        |uid: &str| json!({"kind": "ConfigMap", "apiVersion": "v1", "namespace": namespace, "name": "web", "uid": uid});
    let old = json!({"metadata": {"name": "a"}, "involvedObject": about(&web), "type": "Warning", "reason": "Old",
        "message": "m", "count": 3, "firstTimestamp": "2026-01-01T10:00:00Z", "lastTimestamp": "2026-01-01T10:05:00Z",
        "source": {"component": "tester"}});
    let new = json!({"metadata": {"name": "b"}, "involvedObject": about(&web), "type": "Normal", "reason": "New",
        "message": "m", "eventTime": "2026-01-01T10:06:00.000000Z", "reportingComponent": "example.com/tester",
        "reportingInstance": "a", "action": "Test",
        "series": {"count": 9, "lastObservedTime": "2026-01-01T11:00:00.000000Z"}});
    let foreign =
        json!({"metadata": {"name": "c"}, "involvedObject": about(&other), "reason": "Foreign", "message": "m"});
    for event in [old, new, foreign] {
        let path = format!("/api/v1/namespaces/{namespace}/events");
        console.directly(Method::POST, &path, "application/json", &event).await;
    }
    let path = format!("{}/events", console.object("core/v1/configmaps", "web"));
    let events: Collection<ObjectEvent> = console.client.get(&path).await.expect_status(200).json();
    let found = events
        .items
        .iter()
        .map(|event| (event.reason.as_str(), event.count))
        .collect::<Vec<_>>();
    assert_eq!(found, [("New", 9), ("Old", 3)]);
    assert_eq!(events.items[0].source, "example.com/tester");
}
