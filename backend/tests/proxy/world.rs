//! A console with a cluster behind it, and a client that writes its requests by hand.

use crate::recorder::{PATIENCE, Recorder};
use crate::support::{Client, TestApp};
use muster::clock::Clock;
use muster::config::Config;
use muster::context::RequestContext;
use muster_api::account::CreatedToken;
use muster_api::cluster::Cluster;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use uuid::Uuid;

/// A console, its administrator, and a recorder as the cluster `recorder`.
pub struct World {
    pub test: TestApp,
    pub browser: Client,
    pub recorder: Recorder,
    pub cluster: Cluster,
    /// An API token of the administrator.
    pub token: String,
    /// The administrator's id.
    pub administrator: Uuid,
}

impl World {
    pub async fn with(recorder: Recorder) -> Self {
        Self::configured(recorder, |_| {}).await
    }

    /// With a changed configuration.
    pub async fn configured(recorder: Recorder, configure: impl FnOnce(&mut Config)) -> Self {
        let test = TestApp::start_with(Clock::system(), configure).await;
        let browser = test.administrator().await;
        let context = RequestContext::system(test.app.clock.clone());
        let registered = test.app.clusters.register_once(&context, &recorder.kubeconfig()).await;
        let administrator = test.app.identity.user_by_name("admin").await.unwrap().id;
        let token = new_token(&browser, json!({})).await.secret;
        Self {
            test,
            browser,
            recorder,
            cluster: registered.unwrap().unwrap(),
            token,
            administrator,
        }
    }

    /// The address of something in the cluster's API.
    pub fn path(&self, rest: &str) -> String {
        format!("/k8s/clusters/{}{rest}", self.cluster.id)
    }

    /// A program with the administrator's token.
    pub fn program(&self) -> Client {
        self.test.anonymous().with_token(&self.token)
    }

    /// Opens a connection, sends the bytes and leaves the rest to the test.
    pub async fn connect(&self, bytes: &[u8]) -> TcpStream {
        let mut socket = TcpStream::connect(self.test.base.trim_start_matches("http://"))
            .await
            .unwrap();
        socket.write_all(bytes).await.unwrap();
        socket
    }

    /// Sends a request line and headers as they are, and gives everything that comes back until the console closes.
    pub async fn raw(&self, line: &str, headers: &[&str]) -> String {
        let host = self.test.base.trim_start_matches("http://");
        let mut request = format!("{line}\r\nhost: {host}\r\n");
        for header in headers {
            request.push_str(header);
            request.push_str("\r\n");
        }
        request.push_str("\r\n");
        let mut socket = self.connect(request.as_bytes()).await;
        let mut answer = Vec::new();
        let reading = async {
            let mut part = [0; 4096];
            loop {
                match socket.read(&mut part).await {
                    Ok(0) | Err(_) => return,
                    Ok(read) => answer.extend_from_slice(&part[..read]),
                }
                if is_whole(&answer) {
                    return;
                }
            }
        };
        tokio::time::timeout(PATIENCE, reading).await.expect("an answer");
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// Like [`Self::raw`], with the administrator's token.
    pub async fn raw_with_token(&self, line: &str, headers: &[&str]) -> String {
        let authorization = format!("authorization: Bearer {}", self.token);
        let mut all = vec![authorization.as_str()];
        all.extend(headers);
        self.raw(line, &all).await
    }
}

/// Makes a token with more than a name and an hour.
pub async fn new_token(owner: &Client, more: Value) -> CreatedToken {
    let mut request = json!({"name": "a program", "lifetimeSeconds": 3600});
    request
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    let made = owner.post("/api/v1/account/tokens", &request).await;
    made.expect_status(201).json()
}

/// Is this an answer with all of its body, as its length says?
fn is_whole(answer: &[u8]) -> bool {
    let Some(end) = answer.windows(4).position(|end| end == b"\r\n\r\n") else {
        return false;
    };
    let head = String::from_utf8_lossy(&answer[..end]).to_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
    length.is_some_and(|length| answer.len() >= end + 4 + length) || answer.ends_with(b"\r\n0\r\n\r\n")
}

/// The status of a raw answer.
#[track_caller]
pub fn status(answer: &str) -> u16 {
    let word = answer
        .split(' ')
        .nth(1)
        .unwrap_or_else(|| panic!("no answer: {answer:?}"));
    word.parse().unwrap()
}
