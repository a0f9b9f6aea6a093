use crate::console::Console;
use http::Method;
use muster_api::deployment::{CreatedDeployment, DeploymentForm, DeploymentPreview, PortEntry};
use serde_json::{Value, json};

const PREVIEW: &str = "/api/v1/clusters/shared/deployments/preview";
const CREATE: &str = "/api/v1/clusters/shared/deployments";

fn form(console: &Console) -> DeploymentForm {
    DeploymentForm {
        name: "web".into(),
        namespace: console.namespace().to_owned(),
        image: "busybox:1.36".into(),
        replicas: 2,
        ports: vec![PortEntry {
            container_port: 8080,
            ..PortEntry::default()
        }],
        ..DeploymentForm::default()
    }
}

impl Console {
    async fn tried(&self, form: &DeploymentForm) -> DeploymentPreview {
        self.client
            .post(&format!("{PREVIEW}?dryRun=true"), form)
            .await
            .expect_status(200)
            .json()
    }
}

/// The codes of what the cluster said.
fn codes(preview: &DeploymentPreview) -> Vec<&str> {
    preview
        .dry_run
        .as_ref()
        .unwrap()
        .messages
        .iter()
        .map(|message| message.code.as_str())
        .collect()
}

#[tokio::test]
async fn a_form_becomes_objects_that_the_cluster_takes_and_then_has() {
    let console = Console::start().await;
    let form = form(&console);
    let preview: DeploymentPreview = console.client.post(PREVIEW, &form).await.expect_status(200).json();
    assert_eq!(preview.dry_run, None);
    let kinds = preview
        .objects
        .iter()
        .map(|object| object.object.kind.as_str())
        .collect::<Vec<_>>();
    assert_eq!(kinds, ["Deployment", "Service"]);
    let preview = console.tried(&form).await;
    assert!(preview.dry_run.as_ref().unwrap().accepted, "{preview:#?}");
    console
        .client
        .get(&console.object("apps/v1/deployments", "web"))
        .await
        .expect_status(404);

    let created: CreatedDeployment = console.client.post(CREATE, &form).await.expect_status(201).json();
    assert_eq!(created.objects.len(), 2);
    let deployment: Value = console
        .client
        .get(&console.object("apps/v1/deployments", "web"))
        .await
        .json();
    assert_eq!(
        deployment["spec"]["template"]["spec"]["containers"][0]["image"],
        "busybox:1.36"
    );
    assert_eq!(deployment["metadata"]["labels"]["app.kubernetes.io/name"], "web");
    let service: Value = console
        .client
        .get(&console.object("core/v1/services", "web"))
        .await
        .json();
    assert_eq!(service["spec"]["ports"][0]["port"], 8080);
}

#[tokio::test]
async fn what_exists_is_named_and_never_overwritten() {
    let console = Console::start().await;
    let mut form = form(&console);
    console.client.post(CREATE, &form).await.expect_status(201);
    form.image = "busybox:other".into();
    let preview = console.tried(&form).await;
    assert_eq!(codes(&preview), ["exists", "exists"]);
    let answer = console.client.post(CREATE, &form).await;
    let problem = answer.expect_status(409).problem();
    assert_eq!(problem.code(), "exists");
    let detail = problem.detail.unwrap();
    assert!(
        detail.contains("Deployment web exists already") && detail.contains("Service web exists"),
        "{detail}"
    );
    let deployment: Value = console
        .client
        .get(&console.object("apps/v1/deployments", "web"))
        .await
        .json();
    assert_eq!(
        deployment["spec"]["template"]["spec"]["containers"][0]["image"],
        "busybox:1.36"
    );
}

#[tokio::test]
async fn a_wrong_form_is_refused_field_by_field_and_still_previewed() {
    let console = Console::start().await;
    let mut form = form(&console);
    form.resources.memory_request = "1..5Gi".into();
    let answer = console.client.post(CREATE, &form).await;
    assert_eq!(
        answer.expect_status(422).problem().field_problems[0].field,
        "resources/memoryRequest"
    );
    let preview = console.tried(&form).await;
    assert_eq!((preview.problems.len(), preview.dry_run), (1, None));
    assert!(
        preview.objects[0].yaml.contains("memory: 1..5Gi"),
        "{}",
        preview.objects[0].yaml
    );
}

#[tokio::test]
async fn a_namespace_can_come_with_the_form_and_a_missing_or_dying_one_is_said() {
    let console = Console::start().await;
    let name = format!("{}-new", console.namespace());
    let mut form = DeploymentForm {
        namespace: name.clone(),
        ..form(&console)
    };
    let preview = console.tried(&form).await;
    assert_eq!(codes(&preview), ["namespace-missing"]);
    let answer = console.client.post(CREATE, &form).await;
    assert_eq!(answer.expect_status(422).problem().field_problems[0].field, "namespace");

    form.create_namespace = true;
    let preview = console.tried(&form).await;
    assert!(preview.dry_run.as_ref().unwrap().accepted, "{preview:#?}");
    let created: CreatedDeployment = console.client.post(CREATE, &form).await.expect_status(201).json();
    let kinds = created
        .objects
        .iter()
        .map(|object| object.kind.as_str())
        .collect::<Vec<_>>();
    assert_eq!(kinds, ["Namespace", "Deployment", "Service"]);

    // Something in it holds the namespace while it is being deleted.
    let held = json!({"metadata": {"name": "held", "finalizers": ["example.com/hold"]}});
    let maps = format!("/api/v1/namespaces/{name}/configmaps");
    console.directly(Method::POST, &maps, "application/json", &held).await;
    console
        .client
        .delete(&format!(
            "/api/v1/clusters/shared/resources/core/v1/namespaces/-/{name}"
        ))
        .await;
    form.name = "late".into();
    let preview = console.tried(&form).await;
    assert_eq!(codes(&preview), ["namespace-terminating"]);
    let answer = console.client.post(CREATE, &form).await;
    assert_eq!(answer.expect_status(409).problem().code(), "namespace-terminating");
    let patch = json!({"metadata": {"finalizers": null}});
    console
        .directly(
            Method::PATCH,
            &format!("{maps}/held"),
            "application/merge-patch+json",
            &patch,
        )
        .await;
}

#[tokio::test]
async fn limits_of_the_namespace_speak_before_anything_is_written() {
    let console = Console::start().await;
    let limits = "apiVersion: v1\nkind: LimitRange\nmetadata: {name: small}\nspec: {limits: [{type: Container, max: {memory: 64Mi}}]}\n";
    console.apply(limits).await;
    let mut form = form(&console);
    form.resources.memory_limit = "1Gi".into();
    let preview = console.tried(&form).await;
    assert_eq!(codes(&preview), ["refused"], "{preview:#?}");
    let message = &preview.dry_run.as_ref().unwrap().messages[0].message;
    assert!(
        message.contains("maximum memory usage per Container is 64Mi"),
        "{message}"
    );
    console.client.post(CREATE, &form).await.expect_status(422);
    console
        .client
        .get(&console.object("apps/v1/deployments", "web"))
        .await
        .expect_status(404);
}

#[tokio::test]
async fn a_form_for_a_cluster_that_is_not_there_has_no_preview() {
    let console = Console::start().await;
    let form = form(&console);
    for query in ["", "?dryRun=true"] {
        let path = format!("/api/v1/clusters/nowhere/deployments/preview{query}");
        console.client.post(&path, &form).await.expect_status(404);
    }
}
