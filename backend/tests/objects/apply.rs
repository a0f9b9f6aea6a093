use crate::console::{Console, config_map, deployment};
use crate::support::Answer;
use http::Method;
use muster_api::apply::{ApplyAnswer, ApplyOutcome, ApplyProgress, ApplyStep};
use serde_json::{Value, json};
use std::time::Duration;

fn outcomes(answer: &ApplyAnswer) -> Vec<ApplyOutcome> {
    answer.results.iter().map(|result| result.outcome).collect()
}

#[tokio::test]
async fn new_changed_and_unchanged_objects_are_told_apart_with_what_changes() {
    let console = Console::start().await;
    let manifest = format!("{}---\n{}", config_map("a", "one"), config_map("b", "one"));
    let answer = console.apply(&manifest).await;
    assert_eq!(
        outcomes(console.expect_written(&answer)),
        [ApplyOutcome::Created, ApplyOutcome::Created]
    );

    let manifest = format!(
        "{}---\n# nothing\n---\n{}",
        config_map("a", "two"),
        config_map("b", "one")
    );
    let dry: ApplyAnswer = console.apply_with(&manifest, json!({"dryRun": true})).await.json();
    assert!(!dry.applied);
    assert_eq!(outcomes(&dry), [ApplyOutcome::Changed, ApplyOutcome::Unchanged]);
    let change = &dry.results[0].changes[0];
    assert_eq!(
        (change.path.as_str(), &change.after),
        ("/data/key", &Some(json!("two")))
    );
    assert!(dry.results[0].before.as_ref().unwrap().contains("key: one"));
    let object: Value = console
        .client
        .get(&console.object("core/v1/configmaps", "a"))
        .await
        .json();
    assert_eq!(object["data"]["key"], "one", "a dry-run writes nothing");

    let answer = console.apply(&manifest).await;
    assert_eq!(
        outcomes(console.expect_written(&answer)),
        [ApplyOutcome::Changed, ApplyOutcome::Unchanged]
    );
    let object: Value = console
        .client
        .get(&console.object("core/v1/configmaps", "a"))
        .await
        .json();
    assert_eq!(object["data"]["key"], "two");
}

#[tokio::test]
async fn a_text_that_is_no_yaml_is_refused_with_line_and_column() {
    let console = Console::start().await;
    let answer = console
        .apply_with("kind: Pod\nmetadata:\n  name: a\n bad: b\n", json!({}))
        .await;
    let problem = answer.expect_status(422).problem();
    assert_eq!(
        (
            problem.field_problems[0].field.as_str(),
            problem.field_problems[0].code.as_str()
        ),
        ("manifest", "yaml")
    );
    assert!(
        problem.field_problems[0].message.starts_with("line 4, column "),
        "{problem:?}"
    );

    let answer = console.apply_with("# only a comment\n", json!({})).await;
    assert_eq!(answer.expect_status(422).problem().field_problems[0].code, "empty");
}

#[tokio::test]
async fn of_five_hundred_documents_none_is_written_when_one_is_invalid_and_that_one_is_named() {
    let console = Console::start().await;
    let documents = (1..=500).map(|number| match number {
        321 => deployment("broken").replace("replicas: 2", "replicas: -2"),
        number => config_map(&format!("map-{number}"), "value"),
    });
    let manifest = documents.collect::<Vec<_>>().join("---\n");
    let answer = console.apply(&manifest).await;
    assert!(!answer.applied);
    assert_eq!(answer.results.len(), 500);
    let failed = answer
        .results
        .iter()
        .filter(|result| result.outcome != ApplyOutcome::Skipped)
        .collect::<Vec<_>>();
    assert_eq!(failed.len(), 1);
    assert_eq!((failed[0].document, failed[0].outcome), (321, ApplyOutcome::Invalid));
    let message = failed[0].message.as_ref().unwrap();
    assert!(
        message.contains("spec.replicas") && message.contains("greater than or equal to 0"),
        "{message}"
    );
    console
        .client
        .get(&console.object("core/v1/configmaps", "map-1"))
        .await
        .expect_status(404);
}

/// Applies so many ConfigMaps as the operation `long`, and stops that as soon as it is in this step with something done.
async fn stopped_in(console: &Console, count: usize, step: ApplyStep) -> Answer {
    let documents = (1..=count).map(|number| config_map(&format!("map-{number}"), "value"));
    let manifest = documents.collect::<Vec<_>>().join("---\n");
    let path = "/api/v1/clusters/shared/apply/long";
    let stopping = async {
        loop {
            let answer = console.client.get(path).await;
            if answer.status == 200 {
                let now: ApplyProgress = answer.json();
                if now.step == step && now.done > 0 {
                    assert_eq!(now.total as usize, count);
                    break;
                }
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        console.client.delete(path).await.expect_status(204);
    };
    let more = json!({"operation": "long"});
    let (answer, ()) = tokio::join!(console.apply_with(&manifest, more), stopping);
    console.client.get(path).await.expect_status(404);
    console.client.delete(path).await.expect_status(404);
    answer
}

#[tokio::test]
async fn an_apply_that_is_cancelled_while_it_is_tried_writes_nothing() {
    let console = Console::start().await;
    let answer = stopped_in(&console, 400, ApplyStep::Trying).await;
    let problem = answer.expect_status(409).problem();
    assert!(problem.kind.ends_with(":cancelled"), "{problem:?}");
    console
        .client
        .get(&console.object("core/v1/configmaps", "map-1"))
        .await
        .expect_status(404);
}

#[tokio::test]
async fn an_apply_that_is_cancelled_while_it_writes_says_what_was_written() {
    let console = Console::start().await;
    let answer: ApplyAnswer = stopped_in(&console, 400, ApplyStep::Writing).await.json();
    assert!(answer.applied && answer.results.len() == 400);
    let sentence = answer.interrupted.unwrap();
    let (written, others): (Vec<_>, Vec<_>) = answer
        .results
        .iter()
        .partition(|result| result.outcome == ApplyOutcome::Created);
    assert!(others.iter().all(|result| result.outcome == ApplyOutcome::Skipped));
    assert_eq!(
        sentence.message,
        format!(
            "It was cancelled after {} of 400 objects were written. What was written stays.",
            written.len()
        )
    );
    for (result, status) in [(written.last().unwrap(), 200), (others.first().unwrap(), 404)] {
        let name = &result.object.as_ref().unwrap().name;
        let there = console.client.get(&console.object("core/v1/configmaps", name)).await;
        assert_eq!(there.status, status, "{name}");
    }
}

#[tokio::test]
async fn unknown_kinds_and_fields_are_named_with_what_may_be_meant() {
    let console = Console::start().await;
    let manifest = format!(
        "{}---\n{}---\n{}",
        deployment("a").replace("kind: Deployment", "kind: Deploymnet"),
        deployment("b").replace("replicas: 2", "replicaz: 2"),
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {}\n",
    );
    let answer = console.apply(&manifest).await;
    let messages = answer
        .results
        .iter()
        .map(|result| result.message.clone().unwrap())
        .collect::<Vec<_>>();
    assert!(
        messages[0].ends_with("did you mean Deployment (apps/v1)?"),
        "{messages:?}"
    );
    assert!(
        messages[1].contains("spec.replicaz: there is no such field"),
        "{messages:?}"
    );
    assert!(messages[2].contains("has no name"), "{messages:?}");
}

#[tokio::test]
async fn fields_of_another_manager_are_a_conflict_that_names_it_until_it_is_forced() {
    let console = Console::start().await;
    let path = format!(
        "/api/v1/namespaces/{}/configmaps/web?fieldManager=somebody",
        console.namespace()
    );
    let other =
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "web"}, "data": {"key": "theirs"}});
    console
        .directly(Method::PATCH, &path, "application/apply-patch+yaml", &other)
        .await;

    let answer = console.apply(&config_map("web", "ours")).await;
    assert_eq!(
        (answer.applied, outcomes(&answer)),
        (false, vec![ApplyOutcome::Conflict])
    );
    let conflict = &answer.results[0].conflicts[0];
    assert_eq!(
        (conflict.field.as_str(), conflict.manager.as_str()),
        (".data.key", "somebody")
    );

    let forced: ApplyAnswer = console
        .apply_with(&config_map("web", "ours"), json!({"force": true}))
        .await
        .json();
    assert_eq!(outcomes(console.expect_written(&forced)), [ApplyOutcome::Changed]);
}

#[tokio::test]
async fn a_namespace_and_what_lives_in_it_can_come_in_one_manifest() {
    let console = Console::start().await;
    let name = format!("{}-new", console.namespace());
    let namespace = format!("apiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}}}\n");
    let broken = deployment("broken").replace("replicas: 2", "replicas: -2");
    let request = json!({"namespace": name});
    let refused: ApplyAnswer = console
        .apply_with(&format!("{broken}---\n{namespace}"), request.clone())
        .await
        .json();
    assert_eq!(
        outcomes(&refused),
        [ApplyOutcome::Invalid, ApplyOutcome::Skipped],
        "{refused:#?}"
    );
    console
        .client
        .get(&format!(
            "/api/v1/clusters/shared/resources/core/v1/namespaces/-/{name}"
        ))
        .await
        .expect_status(404);

    let manifest = format!("{}---\n{}---\n{namespace}", deployment("web"), config_map("web", "a"));
    let answer: ApplyAnswer = console.apply_with(&manifest, request).await.json();
    assert_eq!(outcomes(console.expect_written(&answer)), [ApplyOutcome::Created; 3]);
    console
        .client
        .delete(&format!(
            "/api/v1/clusters/shared/resources/core/v1/namespaces/-/{name}"
        ))
        .await;

    let answer: ApplyAnswer = console
        .apply_with(&config_map("web", "a"), json!({"namespace": "not-there"}))
        .await
        .json();
    assert!(
        answer.results[0]
            .message
            .as_ref()
            .unwrap()
            .starts_with("The namespace not-there does not exist"),
        "{answer:?}"
    );
}

#[tokio::test]
async fn a_custom_kind_and_its_first_object_can_come_in_one_manifest_and_be_read_like_any_other() {
    let console = Console::start().await;
    let group = format!("{}.example.com", console.namespace());
    let definition = format!(
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {{name: gadgets.{group}}}\nspec:\n  \
         group: {group}\n  scope: Namespaced\n  names: {{plural: gadgets, singular: gadget, kind: Gadget}}\n  versions:\n  \
         - {{name: v1, served: true, storage: true, schema: {{openAPIV3Schema: {{type: object, \
         x-kubernetes-preserve-unknown-fields: true}}}}}}\n"
    );
    let gadget = format!("apiVersion: {group}/v1\nkind: Gadget\nmetadata: {{name: first}}\nspec: {{size: 3}}\n");
    let answer = console.apply(&format!("{gadget}---\n{definition}")).await;
    assert_eq!(
        outcomes(console.expect_written(&answer)),
        [ApplyOutcome::Created, ApplyOutcome::Created]
    );
    let path = console.object(&format!("{group}/v1/gadgets"), "first");
    let object: Value = console.client.get(&path).await.expect_status(200).json();
    assert_eq!(object["spec"]["size"], 3);
    console.client.get(&format!("{path}/related")).await.expect_status(200);
    console.client.delete(&path).await.expect_status(200);
    let definition = format!("apiextensions.k8s.io/v1/customresourcedefinitions/-/gadgets.{group}");
    console
        .client
        .delete(&format!("/api/v1/clusters/shared/resources/{definition}"))
        .await;
}

#[tokio::test]
async fn creating_leaves_what_exists_as_it_is() {
    let console = Console::start().await;
    console.apply(&config_map("web", "one")).await;
    let manifest = format!("{}---\n{}", config_map("web", "two"), config_map("new", "two"));
    let answer: ApplyAnswer = console.apply_with(&manifest, json!({"mode": "create"})).await.json();
    assert_eq!(
        (answer.applied, outcomes(&answer)),
        (false, vec![ApplyOutcome::Conflict, ApplyOutcome::Skipped])
    );
    assert!(
        answer.results[0].message.as_ref().unwrap().contains("exists already"),
        "{answer:?}"
    );
    let object: Value = console
        .client
        .get(&console.object("core/v1/configmaps", "web"))
        .await
        .json();
    assert_eq!(object["data"]["key"], "one");
}

#[tokio::test]
async fn replacing_makes_the_object_what_the_text_says_unless_it_changed_meanwhile() {
    let console = Console::start().await;
    let path = format!(
        "/api/v1/namespaces/{}/configmaps?fieldManager=somebody",
        console.namespace()
    );
    let other = json!({"metadata": {"name": "web"}, "data": {"key": "theirs", "more": "theirs"}});
    console.directly(Method::POST, &path, "application/json", &other).await;
    let address = format!("{}?format=yaml", console.object("core/v1/configmaps", "web"));
    let text = console.client.get(&address).await.body;
    let edited = text.replace("  more: theirs\n", "");
    let answer: ApplyAnswer = console.apply_with(&edited, json!({"mode": "replace"})).await.json();
    assert_eq!(outcomes(console.expect_written(&answer)), [ApplyOutcome::Changed]);
    let object: Value = console
        .client
        .get(&console.object("core/v1/configmaps", "web"))
        .await
        .json();
    assert_eq!(object["data"], json!({"key": "theirs"}));

    let late = text.replace("key: theirs", "key: late");
    let answer: ApplyAnswer = console.apply_with(&late, json!({"mode": "replace"})).await.json();
    assert_eq!(outcomes(&answer), [ApplyOutcome::Conflict]);
    assert!(
        answer.results[0]
            .message
            .as_ref()
            .unwrap()
            .contains("changed the object since"),
        "{answer:?}"
    );
}

#[tokio::test]
async fn a_secret_read_without_its_values_cannot_be_applied_and_answers_never_hold_values() {
    let console = Console::start().await;
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {password: hunter2}\n";
    let answer = console.apply_with(secret, json!({})).await;
    assert!(
        !answer.body.contains("aHVudGVyMg") && !answer.body.contains("hunter2"),
        "{}",
        answer.body
    );
    let changed = secret.replace("hunter2", "hunter3");
    let answer = console.apply_with(&changed, json!({"dryRun": true})).await;
    assert!(
        !answer.body.contains("aHVudGVyM") && !answer.body.contains("hunter"),
        "{}",
        answer.body
    );
    assert_eq!(outcomes(&answer.json()), [ApplyOutcome::Changed]);

    let address = format!("{}?format=yaml", console.object("core/v1/secrets", "db"));
    let hidden = console.client.get(&address).await.body;
    let answer = console.apply(&hidden).await;
    assert_eq!(
        (answer.applied, outcomes(&answer)),
        (false, vec![ApplyOutcome::Invalid])
    );
    assert!(
        answer.results[0].message.as_ref().unwrap().contains("would lose them"),
        "{answer:?}"
    );
}

#[tokio::test]
async fn a_manifest_may_be_the_body_itself() {
    let console = Console::start().await;
    let path = format!(
        "/api/v1/clusters/shared/apply?namespace={}&dryRun=true",
        console.namespace()
    );
    let request = console
        .client
        .request(Method::POST, &path)
        .header("content-type", "application/yaml");
    let answer = Answer::of(request.body(config_map("web", "a"))).await;
    assert_eq!(outcomes(&answer.expect_status(200).json()), [ApplyOutcome::Created]);
}
