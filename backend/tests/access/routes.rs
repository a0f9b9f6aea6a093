//! Every route that the description of the interface has, one row each: nobody gets in without signing in, nobody without
//! rights gets anything, and a neighbour with rights of her own gets nothing of somebody else's by naming it.
//!
//! CVE-2021-25320 (Rancher) and CVE-2024-46528 (KubeSphere): objects were given by their ids without asking whose they are.
//! CVE-2026-44882 (Portainer), CVE-2025-62714 (Karmada), CVE-2018-18264 (Kubernetes Dashboard), CVE-2024-37152 (Argo CD):
//! some routes asked for no sign-in, or went on after they had refused. Here one table of routes has what each demands, and
//! this test has no row too few.

mod bob;

use std::collections::BTreeSet;

use muster_api::access::Project;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Client};
use crate::world::{World, eventually, user};
use bob::bob;

/// What Bob alone may read: it is in names and contents of his things, and in no request.
const HIDDEN: &str = "hidden-9f3ab1";

#[derive(Clone, Copy, PartialEq)]
enum Row {
    /// Anyone may call it.
    Public,
    /// It is about the caller's own, or gives what he sees: nothing of Bob's.
    Own,
    /// It names something of Bob's, or needs a right: how it is refused to somebody without rights, and to a neighbour.
    Refused(u16, u16),
}
use Row::{Own, Public, Refused};

const CLUSTER: &str = "/api/v1/clusters/{cluster}";
const OBJECT: &str = "/api/v1/clusters/{cluster}/resources/{group}/{version}/{resource}/{namespace}/{name}";

/// A neighbour sees the cluster itself, so what she may not do to it is refused as that.
const ROWS: &[(&str, &str, &str, Row)] = &[
    ("GET", "/api/v1/setup", "", Public),
    ("POST", "/api/v1/setup", "", Public),
    ("POST", "/api/v1/session", "", Public),
    ("GET", "/api/v1/sign-in-providers", "", Public),
    ("GET", "/api/v1/sign-in/callback", "", Public),
    ("GET", "/api/v1/sign-in/{provider}", "", Public),
    ("GET", "/api/v1/openapi.json", "", Public),
    ("GET", "/api/docs", "", Public),
    ("GET", "/healthz", "", Public),
    ("GET", "/readyz", "", Public),
    ("GET", "/metrics", "", Public),
    ("GET", "/api/v1/session", "", Own),
    ("DELETE", "/api/v1/session", "", Own),
    ("POST", "/api/v1/session/view-as", "", Refused(403, 403)),
    ("PATCH", "/api/v1/account/preferences", "", Own),
    ("POST", "/api/v1/account/password", "", Own),
    ("GET", "/api/v1/account/sessions", "", Own),
    ("DELETE", "/api/v1/account/sessions", "", Own),
    ("DELETE", "/api/v1/account/sessions/{id}", "", Refused(404, 404)),
    ("GET", "/api/v1/account/tokens", "", Own),
    ("POST", "/api/v1/account/tokens", "", Own),
    ("DELETE", "/api/v1/account/tokens/{id}", "", Refused(404, 404)),
    ("GET", "/api/v1/account/permissions", "", Own),
    ("POST", "/api/v1/access/review", "", Own),
    ("GET", "/api/v1/users", "", Refused(403, 403)),
    ("POST", "/api/v1/users", "", Refused(403, 403)),
    ("GET", "/api/v1/users/{user}", "", Refused(403, 403)),
    ("PATCH", "/api/v1/users/{user}", "", Refused(403, 403)),
    ("DELETE", "/api/v1/users/{user}", "", Refused(403, 403)),
    ("DELETE", "/api/v1/users/{user}/sessions", "", Refused(403, 403)),
    ("POST", "/api/v1/users/{user}/refresh", "", Refused(403, 403)),
    ("GET", "/api/v1/groups", "", Refused(403, 403)),
    ("GET", "/api/v1/providers", "", Refused(403, 403)),
    ("POST", "/api/v1/providers", "", Refused(403, 403)),
    ("POST", "/api/v1/providers/test", "", Refused(403, 403)),
    ("GET", "/api/v1/providers/{provider}", "", Refused(403, 403)),
    ("PUT", "/api/v1/providers/{provider}", "", Refused(403, 403)),
    ("POST", "/api/v1/providers/{provider}/confirm", "", Refused(403, 403)),
    ("DELETE", "/api/v1/providers/{provider}", "", Refused(403, 403)),
    ("GET", "/api/v1/audit", "", Refused(403, 403)),
    ("GET", "/api/v1/audit/export", "", Refused(403, 403)),
    ("GET", "/api/v1/audit/verification", "", Refused(403, 403)),
    ("GET", "/api/v1/audit/recordings/{id}", "", Refused(403, 403)),
    // An owner of a project grants within it, and looks for people then.
    ("GET", "/api/v1/principals", "?text=ada", Refused(403, 200)),
    ("GET", "/api/v1/roles", "", Own),
    ("POST", "/api/v1/roles", "", Refused(403, 403)),
    ("POST", "/api/v1/roles/preview", "", Own),
    ("GET", "/api/v1/roles/{role}", "", Own),
    ("PUT", "/api/v1/roles/{role}", "", Refused(403, 403)),
    ("DELETE", "/api/v1/roles/{role}", "", Refused(403, 403)),
    ("GET", "/api/v1/bindings", "", Own),
    // In a body it is a field that names nothing, as it is with an id that nobody has.
    ("POST", "/api/v1/bindings", "", Refused(403, 422)),
    ("DELETE", "/api/v1/bindings/{binding}", "", Refused(404, 404)),
    ("GET", "/api/v1/projects", "", Own),
    ("POST", "/api/v1/projects", "", Refused(403, 403)),
    ("GET", "/api/v1/projects/{project}", "", Refused(404, 404)),
    ("PUT", "/api/v1/projects/{project}", "", Refused(404, 404)),
    ("DELETE", "/api/v1/projects/{project}", "", Refused(404, 404)),
    ("POST", "/api/v1/kubeconfig/inspect", "", Refused(403, 403)),
    ("GET", "/api/v1/clusters", "", Own),
    ("POST", "/api/v1/clusters", "", Refused(403, 403)),
    ("GET", CLUSTER, "", Refused(404, 200)),
    ("PATCH", CLUSTER, "", Refused(404, 403)),
    ("DELETE", CLUSTER, "", Refused(404, 403)),
    ("POST", "/api/v1/clusters/{cluster}/check", "", Refused(404, 200)),
    ("GET", "/api/v1/clusters/{cluster}/overview", "", Refused(404, 200)),
    ("GET", "/api/v1/clusters/{cluster}/kubeconfig", "", Refused(404, 200)),
    ("POST", "/api/v1/clusters/{cluster}/kubeconfig", "", Refused(404, 201)),
    ("GET", "/api/v1/resources/{group}/{version}/{resource}", "", Own),
    ("GET", "/api/v1/live", "", Own),
    ("GET", OBJECT, "", Refused(404, 404)),
    ("DELETE", OBJECT, "", Refused(404, 404)),
    ("GET", OBJECT, "/events", Refused(404, 404)),
    ("GET", OBJECT, "/related", Refused(404, 404)),
    ("POST", OBJECT, "/actions/{action}", Refused(404, 404)),
    (
        "GET",
        CLUSTER,
        "/resources/core/v1/pods/{namespace}/{name}/explanation",
        Refused(404, 404),
    ),
    (
        "GET",
        CLUSTER,
        "/resources/core/v1/pods/{namespace}/{name}/log",
        Refused(404, 404),
    ),
    // She sees the cluster, and asked for no socket; who may open one, is asked when it is there.
    (
        "GET",
        CLUSTER,
        "/resources/core/v1/pods/{namespace}/{name}/shell",
        Refused(404, 400),
    ),
    (
        "GET",
        CLUSTER,
        "/resources/apps/v1/deployments/{namespace}/{name}/rollout",
        Refused(404, 404),
    ),
    ("POST", CLUSTER, "/apply", Refused(404, 403)),
    ("GET", CLUSTER, "/apply/{operation}", Refused(404, 404)),
    ("DELETE", CLUSTER, "/apply/{operation}", Refused(404, 404)),
    ("POST", CLUSTER, "/deployments/preview?dryRun=true", Refused(404, 200)),
    ("POST", CLUSTER, "/deployments", Refused(404, 403)),
];

/// The Kubernetes API itself takes every method; for it the answers are Kubernetes' own.
const KUBERNETES: &str = "/k8s/clusters/{cluster}/{path}";

async fn call(client: &Client, method: &str, path: &str, body: &Value) -> Answer {
    let request = client.request(Method::from_bytes(method.as_bytes()).unwrap(), path);
    let request = if method == "GET" { request } else { request.json(body) };
    Answer::of(request).await
}

#[tokio::test]
async fn cve_2021_25320_and_cve_2024_46528_no_route_gives_what_is_somebody_elses() {
    let world = World::start().await;
    let bob = bob(&world).await;
    let (eve, ada) = (world.somebody("eve", &[]).await, world.somebody("ada", &[]).await);
    let own = world.namespace().await;
    let project = json!({"cluster": "shared", "name": "adas", "namespaces": [own.name()]});
    let project: Project = world
        .administrator
        .post("/api/v1/projects", &project)
        .await
        .expect_status(201)
        .json();
    let scope = json!({"kind": "project", "project": project.id});
    world.grant("project-owner", user(&ada), scope).await;
    for (client, place) in [(&ada.client, own.name()), (&bob.client, bob.namespace.name())] {
        eventually("everybody sees what is his own", || async {
            let query = format!("cluster=shared&namespace={place}");
            !world.names(client, "core/v1/configmaps", &query).await.is_empty()
        })
        .await;
    }
    let providers: Value = world
        .administrator
        .get("/api/v1/sign-in-providers")
        .await
        .expect_status(200)
        .json();
    let provider = providers["items"][0]["id"].as_str().unwrap();

    let mut wrong = Vec::new();
    for (method, path, rest, row) in ROWS {
        let template = format!("{path}{rest}");
        let path = bob.path(&template, provider);
        // What is one's own is changed by tests of that.
        if *row == Public
            || (*row == Own && (*method == "DELETE" || path.ends_with("password") || path.ends_with("live")))
        {
            continue;
        }
        for (caller, place) in [(&eve, 0), (&ada, 1)] {
            let body = bob.body(method, &template, caller);
            let answer = call(&caller.client, method, &path, &body).await;
            let is_right = match row {
                Refused(to_eve, to_ada) => answer.status == [*to_eve, *to_ada][place],
                Own | Public => answer.status < 500,
            };
            if !is_right {
                wrong.push(format!(
                    "{method} {template} answers {} to {}: {}",
                    answer.status,
                    ["eve", "ada"][place],
                    answer.body
                ));
            }
            assert!(!answer.body.contains(HIDDEN), "{method} {template}: {}", answer.body);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for method in ["GET", "PUT", "PATCH", "DELETE"] {
        let path = format!(
            "/k8s/clusters/shared/api/v1/namespaces/{}/configmaps/settings",
            bob.namespace.name()
        );
        for (caller, status) in [(&eve, 404), (&ada, 403)] {
            let object = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"}, "data": {}});
            let answer = call(&caller.client, method, &path, &object).await;
            assert!(
                answer.status == status || (method == "PATCH" && answer.status == 415),
                "{method}: {}",
                answer.body
            );
            assert!(!answer.body.contains(HIDDEN));
        }
    }
    // Refusing was the end of it.
    bob.expect_untouched(&world).await;
}

#[tokio::test]
async fn cve_2026_44882_cve_2025_62714_cve_2018_18264_and_cve_2024_37152_every_route_has_its_row_and_asks_who_is_there()
{
    let world = World::start().await;
    let bob = bob(&world).await;
    let anonymous = world.test.anonymous();
    let text = anonymous
        .get("/api/v1/openapi.json")
        .await
        .expect_status(200)
        .body
        .clone();
    let description: Value = serde_json::from_str(&text).unwrap();
    let mut described = BTreeSet::new();
    for (path, operations) in description["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys() {
            described.insert((method.to_uppercase(), path.clone()));
        }
    }
    let mut has_row: BTreeSet<(String, String)> = ROWS
        .iter()
        .map(|(method, path, rest, _)| (*method, format!("{path}{rest}")))
        .map(|(method, path)| (method.to_owned(), path.split('?').next().unwrap().to_owned()))
        .collect();
    has_row.extend(
        described
            .iter()
            .filter(|(_, path)| path == KUBERNETES)
            .cloned()
            .collect::<Vec<_>>(),
    );
    let without: Vec<_> = described.difference(&has_row).collect();
    assert!(without.is_empty(), "these routes have no row in ROWS: {without:#?}");
    let gone: Vec<_> = has_row.difference(&described).collect();
    assert!(gone.is_empty(), "these rows are of no route: {gone:#?}");

    let somebody = world.somebody("ada", &[]).await;
    for (method, path) in &described {
        let template = path.replace("{path}", "api/v1/namespaces");
        let body = bob.body(method, &template, &somebody);
        let path = bob.path(&template, "00000000-0000-0000-0000-000000000000");
        let answer = call(&anonymous, method, &path, &body).await;
        let row = ROWS
            .iter()
            .find(|(of, path, rest, _)| of == method && format!("{path}{rest}").split('?').next() == Some(&*template));
        if row.is_some_and(|(.., row)| *row == Public) {
            let refused = [401, 429].contains(&answer.status) && !template.ends_with("session");
            assert!(!refused, "{method} {path}: {}", answer.body);
        } else if method != "HEAD" {
            assert_eq!(answer.status, 401, "{method} {path}: {}", answer.body);
        }
        assert!(!answer.body.contains(HIDDEN), "{method} {path}: {}", answer.body);
    }
    bob.expect_untouched(&world).await;
}
