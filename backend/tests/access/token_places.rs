//! API tokens for some projects only: their owner may everything, they reach the projects' namespaces.

use muster_api::Collection;
use muster_api::account::CreatedToken;
use muster_api::cluster::Cluster;
use reqwest::Method;
use serde_json::{Value, json};
use testbed::TestNamespace;
use tokio::time::timeout;

use crate::live::Live;
use crate::support::{Answer, Client};
use crate::world::{PATIENCE, World, eventually, group};

/// Two namespaces with a ConfigMap `settings` each, of which the first is in a project, and a token of the
/// administrator for that project.
struct Scene {
    world: World,
    inside: TestNamespace,
    outside: TestNamespace,
    /// The project's id.
    project: String,
    program: Client,
}

async fn scene() -> Scene {
    let world = World::start().await;
    let (inside, outside) = (world.namespace().await, world.namespace().await);
    for namespace in [&inside, &outside] {
        world.config_map(namespace.name(), "settings").await;
    }
    let request = json!({"cluster": "shared", "name": "shop", "namespaces": [inside.name()]});
    let project = world.administrator.post("/api/v1/projects", &request).await;
    let project: Value = project.expect_status(201).json();
    let project = project["id"].as_str().unwrap().to_owned();
    let program = token(&world, &world.administrator, json!({"projects": [project]})).await;
    Scene {
        world,
        inside,
        outside,
        project,
        program,
    }
}

async fn token(world: &World, owner: &Client, places: Value) -> Client {
    let mut request = json!({"name": "a program", "lifetimeSeconds": 3600});
    let places = places.as_object().unwrap().clone();
    request.as_object_mut().unwrap().extend(places);
    let made = owner.post("/api/v1/account/tokens", &request).await;
    let made: CreatedToken = made.expect_status(201).json();
    world.test.anonymous().with_token(&made.secret)
}

impl Scene {
    /// The project's namespaces become these.
    async fn move_project(&self, namespaces: &[&str]) {
        let request = json!({"cluster": "shared", "name": "shop", "namespaces": namespaces});
        let path = format!("/api/v1/projects/{}", self.project);
        let moving = self.world.administrator.request(Method::PUT, &path).json(&request);
        Answer::of(moving).await.expect_status(200);
    }

    fn object(namespace: &TestNamespace) -> String {
        let name = namespace.name();
        format!("/api/v1/clusters/shared/resources/core/v1/configmaps/{name}/settings")
    }

    async fn apply(&self, namespace: &str) -> Answer {
        let object = json!({"apiVersion": "v1", "kind": "ConfigMap",
            "metadata": {"name": "applied", "namespace": namespace}});
        let request = json!({"manifest": object.to_string()});
        self.program.post("/api/v1/clusters/shared/apply", &request).await
    }
}

#[tokio::test]
async fn lists_and_objects_are_those_of_the_project() {
    let scene = scene().await;
    let (world, program) = (&scene.world, &scene.program);
    let names = world.names(program, "core/v1/configmaps", "pageSize=500").await;
    let inside = scene.inside.name();
    assert_eq!(
        names,
        [format!("{inside}/kube-root-ca.crt"), format!("{inside}/settings")]
    );
    assert_eq!(
        world.names(program, "core/v1/namespaces", "").await,
        [format!("/{inside}")]
    );
    let query = format!("namespace={}", scene.outside.name());
    assert_eq!(world.names(program, "core/v1/configmaps", &query).await, [""; 0]);

    program.get(&Scene::object(&scene.inside)).await.expect_status(200);
    let invisible = program.get(&Scene::object(&scene.outside)).await;
    let nowhere = Scene::object(&scene.outside).replace(scene.outside.name(), "nowhere");
    let missing = program.get(&nowhere).await;
    assert_eq!((invisible.status, missing.status), (404, 404));
    let deletion = program.delete(&Scene::object(&scene.outside)).await;
    assert_eq!(deletion.status, 404, "{}", deletion.body);
    program.delete(&Scene::object(&scene.inside)).await.expect_status(200);

    // What is in no namespace is said not to be shown.
    let nodes: Value = program
        .get("/api/v1/resources/core/v1/nodes")
        .await
        .expect_status(200)
        .json();
    assert_eq!(
        (&nodes["total"], &nodes["clusters"][0]["state"]),
        (&json!(0), &json!("forbidden"))
    );
    let node = "/api/v1/clusters/shared/resources/core/v1/nodes/-/any";
    let node = program.get(node).await;
    assert!(matches!(node.status, 403 | 404), "{}", node.body);
    program.get("/api/v1/clusters/shared/overview").await.expect_status(200);
}

#[tokio::test]
async fn nothing_is_written_outside_of_the_project() {
    let scene = scene().await;
    for (namespace, written) in [(&scene.inside, true), (&scene.outside, false)] {
        let answer = scene.apply(namespace.name()).await;
        let says_why = answer.body.contains("API token is for some projects");
        assert_eq!(says_why, !written, "{}", answer.body);
        let there = format!("/api/v1/namespaces/{}/configmaps/applied", namespace.name());
        let found = scene.world.directly("GET", &there, &json!({})).await;
        assert_eq!(found.is_ok(), written);
    }
    let namespace = json!({"manifest": "apiVersion: v1\nkind: Namespace\nmetadata: {name: made-by-a-program}"});
    let made = scene.program.post("/api/v1/clusters/shared/apply", &namespace).await;
    assert!(made.body.contains("API token is for some projects"), "{}", made.body);
    let there = "/api/v1/namespaces/made-by-a-program";
    assert!(scene.world.directly("GET", there, &json!({})).await.is_err());
}

#[tokio::test]
async fn clients_of_kubernetes_reach_the_project_and_are_told_so() {
    let scene = scene().await;
    let (inside, outside) = (scene.inside.name(), scene.outside.name());
    let call = async |method: Method, path: &str| {
        let path = format!("/k8s/clusters/shared{path}");
        Answer::of(scene.program.request(method, &path)).await
    };
    for path in [
        "/api",
        "/apis/apps/v1",
        "/version",
        &format!("/api/v1/namespaces/{inside}"),
        &format!("/api/v1/namespaces/{inside}/configmaps"),
    ] {
        call(Method::GET, path).await.expect_status(200);
    }
    for (method, path) in [
        (Method::GET, "/api/v1/configmaps".to_owned()),
        (Method::GET, "/api/v1/namespaces".to_owned()),
        (Method::GET, "/api/v1/nodes".to_owned()),
        (Method::GET, format!("/api/v1/namespaces/{outside}")),
        (Method::GET, format!("/api/v1/namespaces/{outside}/configmaps/settings")),
        (Method::GET, format!("/api/v1/namespaces/{outside}/configmaps?watch=1")),
        (Method::DELETE, format!("/api/v1/namespaces/{outside}/configmaps")),
        (Method::DELETE, format!("/api/v1/namespaces/{inside}")),
        (Method::GET, "/metrics".to_owned()),
    ] {
        let answer = call(method.clone(), &path).await;
        let status: Value = answer.expect_status(403).json();
        let said = status["message"].as_str().unwrap();
        assert_eq!(
            (&status["kind"], &status["reason"]),
            (&json!("Status"), &json!("Forbidden"))
        );
        assert!(!said.is_empty() && !said.contains(outside), "{method} {path}: {said}");
    }
    let review = |namespace: &str| {
        let attributes = json!({"verb": "delete", "resource": "configmaps", "namespace": namespace});
        json!({"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": attributes}})
    };
    let path = "/k8s/clusters/shared/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    for (namespace, allowed) in [(inside, true), (outside, false)] {
        let answer: Value = scene
            .program
            .post(path, &review(namespace))
            .await
            .expect_status(201)
            .json();
        assert_eq!(answer["status"]["allowed"], allowed, "{namespace}: {answer}");
    }
}

#[tokio::test]
async fn what_is_open_follows_the_projects_namespaces() {
    let scene = scene().await;
    let (inside, outside) = (scene.inside.name(), scene.outside.name());
    let mut live = Live::open(&scene.world, &scene.program).await;
    assert_eq!(live.namespaces().await, [inside]);
    let watch = format!("/k8s/clusters/shared/api/v1/namespaces/{inside}/configmaps?watch=1");
    let watch = scene.program.request(Method::GET, &watch).send().await.unwrap();
    assert_eq!(watch.status().as_u16(), 200);

    scene.move_project(&[outside]).await;
    assert_eq!(live.namespaces().await, [outside]);
    let _whole_or_broken = timeout(PATIENCE, watch.text()).await.expect("the watch ends");
    scene
        .program
        .get(&Scene::object(&scene.inside))
        .await
        .expect_status(404);
    scene
        .program
        .get(&Scene::object(&scene.outside))
        .await
        .expect_status(200);

    // Of a project that is gone, nothing is left: not even its cluster.
    let path = format!("/api/v1/projects/{}", scene.project);
    scene.world.administrator.delete(&path).await.expect_status(204);
    let clusters: Collection<Cluster> = scene.program.get("/api/v1/clusters").await.json();
    assert_eq!(clusters.items, []);
    let path = "/k8s/clusters/shared/version";
    scene.program.get(path).await.expect_status(404);
}

#[tokio::test]
async fn a_token_gives_no_right_that_its_owner_has_not() {
    let scene = scene().await;
    let world = &scene.world;
    let ada = world.somebody("ada", &["developers"]).await;
    let refused = json!({"name": "a", "lifetimeSeconds": 60, "projects": [scene.project]});
    let problem = ada.client.post("/api/v1/account/tokens", &refused).await;
    let problem = problem.expect_status(422).problem();
    assert_eq!(
        problem.field_problems[0].field, "projects",
        "a project that she does not see is none"
    );
    let scope = json!({"kind": "project", "project": scene.project});
    world.grant("project-viewer", group(&ada, 0), scope).await;
    world
        .grant(
            "project-viewer",
            group(&ada, 0),
            world.in_namespace(scene.outside.name()),
        )
        .await;
    let program = token(world, &ada.client, json!({"projects": [scene.project]})).await;
    eventually("she sees both namespaces", || async {
        world.names(&ada.client, "core/v1/configmaps", "").await.len() == 4
    })
    .await;
    assert_eq!(world.names(&program, "core/v1/configmaps", "").await.len(), 2);
    program.get(&Scene::object(&scene.inside)).await.expect_status(200);
    program.get(&Scene::object(&scene.outside)).await.expect_status(404);
    program.delete(&Scene::object(&scene.inside)).await.expect_status(403);
    let wider = json!({"name": "wider", "lifetimeSeconds": 60});
    program.post("/api/v1/account/tokens", &wider).await.expect_status(403);
    program.get("/api/v1/projects").await.expect_status(403);
}

#[tokio::test]
async fn a_token_may_be_for_a_project_and_for_another_cluster_as_a_whole() {
    let scene = scene().await;
    let world = &scene.world;
    let kubeconfig = testbed::Cluster::shared().await.unwrap().kubeconfig();
    let request = json!({"name": "again", "kubeconfig": kubeconfig});
    world
        .administrator
        .post("/api/v1/clusters", &request)
        .await
        .expect_status(201);
    let places = json!({"projects": [scene.project], "clusters": ["again"]});
    let program = token(world, &world.administrator, places).await;
    program.get("/k8s/clusters/again/api/v1/nodes").await.expect_status(200);
    program
        .get("/k8s/clusters/shared/api/v1/nodes")
        .await
        .expect_status(403);
    let query = format!("cluster=again&namespace={}", scene.outside.name());
    assert_eq!(world.names(&program, "core/v1/configmaps", &query).await.len(), 2);
    let query = format!("cluster=shared&namespace={}", scene.outside.name());
    assert_eq!(world.names(&program, "core/v1/configmaps", &query).await.len(), 0);
}
