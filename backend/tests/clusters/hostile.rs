//! Addresses that lead to something else than a willing cluster: each is refused with its own reason, in time.

use crate::fake_server::{Certificate, FakeServer, http};
use crate::support::{Client, TestApp};
use muster_api::Collection;
use muster_api::cluster::Cluster;
use serde_json::json;
use std::time::{Duration, Instant};
use testbed::Cluster as RealCluster;
use tokio::net::TcpListener;

/// Tries to add a cluster by address and token; gives the field and code of the refusal, and its sentence.
async fn refusal(client: &Client, url: &str, authority: &str, token: &str) -> (String, String, String) {
    let request = json!({"name": "suspect", "url": url, "certificateAuthority": authority, "token": token});
    let problem = client
        .post("/api/v1/clusters", &request)
        .await
        .expect_status(422)
        .problem();
    let field = problem.field_problems.into_iter().next().unwrap();
    (field.field, field.code, field.message)
}

#[tokio::test]
async fn cve_2023_32198_and_cve_2025_67601_each_way_of_failing_is_told_in_words_and_nothing_is_kept() {
    let test = TestApp::start().await;
    let client = test.administrator().await;
    let real = RealCluster::shared().await.unwrap();
    let (url, authority, token) = (real.url(), real.certificate_authority(), real.admin_token());

    let html = FakeServer::answering(|_| http("200 OK", "text/html", "<html>Sign in</html>")).await;
    let redirect = FakeServer::answering(|_| {
        "HTTP/1.1 302 Found\r\nlocation: https://127.0.0.1:1/version\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            .into()
    })
    .await;
    let odd_json = FakeServer::answering(|_| http("200 OK", "application/json", "[1,2]")).await;
    let missing = FakeServer::answering(|_| http("404 Not Found", "text/plain", "nothing")).await;
    let expired = FakeServer::with_certificate(Certificate::Expired).await;
    let other_name = FakeServer::with_certificate(Certificate::OtherName).await;
    let plain = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let closed = format!("https://{}", plain.local_addr().unwrap());
    drop(plain);

    let cases = [
        (closed.as_str(), authority, token, "url", "unreachable"),
        (
            "https://no-such-host.invalid:6443",
            authority,
            token,
            "url",
            "unreachable",
        ),
        (
            url,
            html.certificate_authority.as_str(),
            token,
            "certificateAuthority",
            "certificate",
        ),
        (url, authority, "not-a-token", "token", "credentials"),
        (
            html.url.as_str(),
            &html.certificate_authority,
            "t",
            "url",
            "not-kubernetes",
        ),
        (
            redirect.url.as_str(),
            &redirect.certificate_authority,
            "t",
            "url",
            "not-kubernetes",
        ),
        (
            odd_json.url.as_str(),
            &odd_json.certificate_authority,
            "t",
            "url",
            "not-kubernetes",
        ),
        (
            missing.url.as_str(),
            &missing.certificate_authority,
            "t",
            "url",
            "not-kubernetes",
        ),
        (
            expired.url.as_str(),
            &expired.certificate_authority,
            "t",
            "certificateAuthority",
            "certificate",
        ),
        (
            other_name.url.as_str(),
            &other_name.certificate_authority,
            "t",
            "certificateAuthority",
            "certificate",
        ),
        ("http://127.0.0.1:8080", authority, "t", "url", "invalid-address"),
        (url, "no pem", "t", "certificateAuthority", "invalid-certificate"),
        (url, authority, "", "token", "invalid-token"),
    ];
    let mut sentences = Vec::new();
    for (url, authority, token, field, code) in cases {
        let (found_field, found_code, message) = refusal(&client, url, authority, token).await;
        assert_eq!(
            (found_field.as_str(), found_code.as_str()),
            (field, code),
            "{url}: {message}"
        );
        sentences.push(message);
    }
    assert!(
        sentences[8].contains("expired") && sentences[9].contains("other names"),
        "{sentences:#?}"
    );
    let clusters: Collection<Cluster> = client.get("/api/v1/clusters").await.json();
    assert_eq!(clusters.total, 0);
}

#[tokio::test]
async fn a_server_that_never_answers_is_given_up_and_slows_nobody() {
    let test = TestApp::start().await;
    let client = test.administrator().await;
    let silent = FakeServer::silent().await;
    let started = Instant::now();
    let waiting = refusal(&client, &silent.url, &silent.certificate_authority, "t");
    let meanwhile = async {
        let asked = Instant::now();
        client.get("/api/v1/clusters").await.expect_status(200);
        asked.elapsed()
    };
    let ((_, code, message), meanwhile) = tokio::join!(waiting, meanwhile);
    assert_eq!(code, "timeout", "{message}");
    assert!(started.elapsed() < Duration::from_secs(20) && meanwhile < Duration::from_secs(5));
}

#[tokio::test]
async fn a_cluster_that_is_away_is_reported_beside_the_rows_of_the_others() {
    let test = TestApp::start().await;
    let client = test.administrator().await;
    let real = RealCluster::shared().await.unwrap();
    let request = json!({"name": "here", "kubeconfig": real.kubeconfig()});
    client.post("/api/v1/clusters", &request).await.expect_status(201);
    let silent = FakeServer::silent().await;
    let kubeconfig = real.kubeconfig().replace(real.url(), &silent.url);
    let context = muster::context::RequestContext::system(test.app.clock.clone());
    // At the server's start a cluster is taken in even when it is away.
    test.app.clusters.register_once(&context, &kubeconfig).await.unwrap();
    let started = Instant::now();
    let list: muster_api::resource::ResourceList = client
        .get("/api/v1/resources/core/v1/namespaces")
        .await
        .expect_status(200)
        .json();
    assert!(started.elapsed() < Duration::from_secs(8), "{:?}", started.elapsed());
    assert!(list.rows.iter().any(|row| row.name == "default"));
    assert_eq!(list.clusters.len(), 2, "{:#?}", list.clusters);
    let away = list.clusters.iter().find(|cluster| cluster.name != "here").unwrap();
    assert_ne!(away.state, muster_api::resource::CoverageState::Live, "{away:?}");
}
