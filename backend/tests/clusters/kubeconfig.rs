//! Looking into a kubeconfig before a cluster is added.

use crate::support::TestApp;
use muster_api::Collection;
use muster_api::cluster::KubeconfigContext;
use serde_json::json;
use testbed::Cluster as RealCluster;

#[tokio::test]
async fn a_kubeconfig_shows_its_contexts_before_anything_is_kept() {
    let test = TestApp::start().await;
    let client = test.administrator().await;
    let real = RealCluster::shared().await.unwrap();
    let request = json!({"kubeconfig": real.kubeconfig()});
    let contexts: Collection<KubeconfigContext> = client
        .post("/api/v1/kubeconfig/inspect", &request)
        .await
        .expect_status(200)
        .json();
    assert_eq!((contexts.total, contexts.items[0].current), (1, true));
    assert_eq!(
        (contexts.items[0].server.as_deref(), contexts.items[0].problem.as_ref()),
        (Some(real.url()), None)
    );
}

#[tokio::test]
async fn what_is_no_kubeconfig_is_told_with_line_and_column() {
    let test = TestApp::start().await;
    let client = test.administrator().await;
    for (text, code) in [
        (String::new(), "required"),
        ("kind: Config\ncontexts: [".to_owned(), "malformed"),
        ("kind: Pod\n".to_owned(), "not-a-kubeconfig"),
        ("x".repeat(10_000_000), "too-large"),
    ] {
        let answer = client
            .post("/api/v1/kubeconfig/inspect", &json!({"kubeconfig": text}))
            .await;
        let problem = answer.expect_status(422).problem();
        assert_eq!(
            (
                problem.field_problems[0].field.as_str(),
                problem.field_problems[0].code.as_str()
            ),
            ("kubeconfig", code)
        );
    }
}

#[tokio::test]
async fn cve_2024_22036_and_cve_2022_43758_no_program_proxy_or_impersonation_comes_in_with_a_kubeconfig() {
    let test = TestApp::start().await;
    let client = test.administrator().await;
    let real = RealCluster::shared().await.unwrap();
    let marker = test.folder().join("a-program-ran");
    let token = format!("token: {}", real.admin_token());
    let server = format!("server: {}", real.url());
    let program = format!(
        "exec: {{apiVersion: client.authentication.k8s.io/v1, command: touch, args: [{}]}}",
        marker.display()
    );
    for (place, entry, word) in [
        (&token, program.as_str(), "exec"),
        (&token, "auth-provider: {name: oidc}", "auth-provider"),
        (&token, "as: system:admin", "impersonat"),
        (&token, "tokenFile: /etc/passwd", "file"),
        (&server, "proxy-url: http://127.0.0.1:1", "proxy"),
    ] {
        let with_entry = format!("{place}\n    {entry}");
        let kubeconfig = real.kubeconfig().replacen(place.as_str(), &with_entry, 1);
        assert_ne!(kubeconfig, real.kubeconfig());
        let request = json!({"name": "odd", "kubeconfig": kubeconfig});
        let answer = client.post("/api/v1/clusters", &request).await;
        let problem = answer.expect_status(422).problem();
        let field = &problem.field_problems[0];
        assert_eq!(
            (field.field.as_str(), field.code.as_str()),
            ("kubeconfig", "unusable"),
            "{entry}"
        );
        assert!(
            field.message.to_lowercase().contains(word),
            "{entry}: {}",
            field.message
        );
        assert!(
            !answer.body.contains(real.admin_token()),
            "{entry}: a credential is shown"
        );
    }
    assert!(!marker.exists());
    let kept: Collection<muster_api::cluster::Cluster> = client.get("/api/v1/clusters").await.json();
    assert_eq!(kept.total, 0);
}
