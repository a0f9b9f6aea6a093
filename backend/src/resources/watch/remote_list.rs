//! One kind of one cluster over HTTP: pages of the list, and the lines of a watch.

use super::Trouble;
use crate::clusters::failure::Failure;
use crate::resources::remote::encoded;
use crate::resources::tables::KindKey;
use bytes::{Bytes, BytesMut};
use futures::StreamExt as _;
use futures::stream::BoxStream;
use http::{Request, StatusCode, header};
use http_body_util::{BodyExt as _, Limited};
use kube::client::Body;
use serde::Deserialize;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Objects in a page: the first page comes soon, and no answer grows large.
const PAGE: u32 = 500;
/// Larger pages and lines are not read: no object is larger than etcd's 1.5 MB.
const MOST_PAGE_BYTES: usize = 256 * 1024 * 1024;
const MOST_LINE_BYTES: usize = 32 * 1024 * 1024;
/// The API server ends a watch after this time, and it is opened again.
const WATCH_SECONDS: u32 = 270;
/// A bookmark comes about every minute; after this long without a byte, the connection is dead.
const SILENCE: Duration = Duration::from_secs(150);
/// The time until the head of the answer to a watch.
const WATCH_START: Duration = Duration::from_secs(30);
/// Lines are handed on together when they arrive together, up to this much.
const BLOCK_BYTES: usize = 256 * 1024;

/// Asks one cluster about one kind.
pub(super) struct RemoteList {
    client: kube::Client,
    /// Where the group and version describe themselves.
    root: String,
    resource: String,
    accept: &'static str,
}

/// A page that is on its way; dropping it gives it up.
pub(super) struct Coming(JoinHandle<Result<Bytes, Trouble>>);

impl Coming {
    /// Waits for it.
    pub(super) async fn take(&mut self) -> Result<Bytes, Trouble> {
        match (&mut self.0).await {
            Ok(result) => result,
            Err(_) => Err(Trouble::Failed(Failure::not_ready("the request was given up"))),
        }
    }
}

impl Drop for Coming {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[derive(Deserialize)]
struct ResourceList {
    #[serde(default)]
    resources: Vec<ResourceEntry>,
}

#[derive(Deserialize)]
struct ResourceEntry {
    name: String,
    namespaced: bool,
}

impl RemoteList {
    pub(super) fn new(client: kube::Client, key: &KindKey, accept: &'static str) -> Self {
        let root = if key.group.is_empty() {
            format!("/api/{}", encoded(&key.version))
        } else {
            format!("/apis/{}/{}", encoded(&key.group), encoded(&key.version))
        };
        Self {
            client,
            root,
            resource: encoded(&key.resource),
            accept,
        }
    }

    fn request(uri: &str, accept: &str) -> Result<Request<Body>, Trouble> {
        Request::get(uri)
            .header(header::ACCEPT, accept)
            .body(Body::empty())
            .map_err(|error| Trouble::Failed(Failure::not_kubernetes(&error.to_string())))
    }

    /// Asks for a page.
    pub(super) fn page(&self, next: &str) -> Coming {
        let mut uri = format!("{}/{}?limit={PAGE}", self.root, self.resource);
        if !next.is_empty() {
            uri.push_str("&continue=");
            uri.push_str(&encoded(next));
        }
        let client = self.client.clone();
        let request = Self::request(&uri, self.accept);
        Coming(tokio::spawn(async move { fetch(&client, request?).await }))
    }

    /// Does the kind live in namespaces?
    pub(super) async fn is_namespaced(&self) -> Result<bool, Trouble> {
        let bytes = fetch(&self.client, Self::request(&self.root, "application/json")?).await?;
        let list: ResourceList = serde_json::from_slice(&bytes)
            .map_err(|_| Trouble::Failed(Failure::not_kubernetes("its list of kinds cannot be read")))?;
        let entry = list.resources.iter().find(|entry| entry.name == self.resource);
        entry
            .map(|entry| entry.namespaced)
            .ok_or_else(|| Trouble::NotInstalled("the cluster has no such kind".into()))
    }

    /// Opens a watch from this version on.
    pub(super) async fn watch(&self, version: &str) -> Result<Lines, Trouble> {
        let uri = format!(
            "{}/{}?watch=1&allowWatchBookmarks=true&timeoutSeconds={WATCH_SECONDS}&resourceVersion={}",
            self.root,
            self.resource,
            encoded(version)
        );
        let request = Self::request(&uri, self.accept)?;
        let response = timeout(WATCH_START, self.client.send(request))
            .await
            .map_err(|_| Trouble::Failed(Failure::timeout(WATCH_START)))?
            .map_err(|error| Trouble::Failed(Failure::of(&error)))?;
        let status = response.status();
        let body = response.into_body();
        if status.is_success() {
            return Ok(Lines {
                chunks: body.into_data_stream().boxed(),
                rest: BytesMut::new(),
            });
        }
        let bytes = timeout(WATCH_START, collect(body))
            .await
            .map_err(|_| Trouble::Failed(Failure::timeout(WATCH_START)))??;
        Err(match status {
            StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => Trouble::NotWatchable,
            status => trouble_of(status, &bytes),
        })
    }
}

async fn fetch(client: &kube::Client, request: Request<Body>) -> Result<Bytes, Trouble> {
    let response = client
        .send(request)
        .await
        .map_err(|error| Trouble::Failed(Failure::of(&error)))?;
    let status = response.status();
    let bytes = collect(response.into_body()).await?;
    if status.is_success() {
        Ok(bytes)
    } else {
        Err(trouble_of(status, &bytes))
    }
}

async fn collect(body: Body) -> Result<Bytes, Trouble> {
    let collected = Limited::new(body, MOST_PAGE_BYTES).collect().await;
    let bytes = collected.map_err(|error| match error.downcast::<kube::Error>() {
        Ok(error) => Trouble::Failed(Failure::of(&error)),
        Err(_) => Trouble::Failed(Failure::not_ready("the cluster's answer is too large to be read")),
    })?;
    Ok(bytes.to_bytes())
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Status {
    message: String,
}

fn trouble_of(status: StatusCode, body: &[u8]) -> Trouble {
    let message = serde_json::from_slice::<Status>(body).unwrap_or_default().message;
    match status {
        StatusCode::GONE => Trouble::Outdated,
        StatusCode::NOT_FOUND => Trouble::NotInstalled("the cluster has no such kind".into()),
        StatusCode::METHOD_NOT_ALLOWED => Trouble::NotInstalled("objects of this kind cannot be listed".into()),
        StatusCode::NOT_ACCEPTABLE => Trouble::NotInstalled("the cluster cannot list this kind as a table".into()),
        StatusCode::TOO_MANY_REQUESTS => Trouble::Failed(Failure::not_ready("the cluster has too much to do just now")),
        status => Trouble::Failed(Failure::of_status(status, &message)),
    }
}

/// The token of the next page, out of the first bytes of this one: objects come after the list's own metadata.
pub(super) fn next_of(page: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Head {
        metadata: HeadMetadata,
    }
    #[derive(Deserialize)]
    struct HeadMetadata {
        #[serde(default, rename = "continue")]
        next: String,
    }
    const LONGEST_HEAD: usize = 8 * 1024;
    let start = &page[..page.len().min(LONGEST_HEAD)];
    let end = [&b",\"items\":"[..], b",\"columnDefinitions\":"]
        .iter()
        .filter_map(|mark| start.windows(mark.len()).position(|window| window == *mark))
        .min()?;
    let mut head = start[..end].to_vec();
    head.push(b'}');
    serde_json::from_slice::<Head>(&head)
        .ok()
        .map(|head| head.metadata.next)
}

/// The lines of a watch as they come.
pub(super) struct Lines {
    chunks: BoxStream<'static, Result<Bytes, kube::Error>>,
    rest: BytesMut,
}

impl Lines {
    /// One or more whole lines; none when the server ended the watch.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, Trouble> {
        loop {
            if let Some(end) = self.rest.iter().rposition(|byte| *byte == b'\n') {
                return Ok(Some(self.rest.split_to(end + 1).freeze()));
            }
            if self.rest.len() > MOST_LINE_BYTES {
                return Err(Trouble::Failed(Failure::not_ready(
                    "the cluster sent a line that is too long to be read",
                )));
            }
            let chunk = timeout(SILENCE, self.chunks.next())
                .await
                .map_err(|_| Trouble::Failed(Failure::timeout(SILENCE)))?;
            match chunk {
                None => return Ok(None),
                Some(Ok(bytes)) => self.rest.extend_from_slice(&bytes),
                Some(Err(error)) => return Err(Trouble::Failed(Failure::of(&error))),
            }
            // What has arrived by now is taken along, so that many changes cost one look at the table.
            while self.rest.len() < BLOCK_BYTES {
                match futures::FutureExt::now_or_never(self.chunks.next()) {
                    Some(Some(Ok(bytes))) => self.rest.extend_from_slice(&bytes),
                    Some(Some(Err(error))) => return Err(Trouble::Failed(Failure::of(&error))),
                    Some(None) | None => break,
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_known_before_this_one_is_read() {
        let page =
            br#"{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"5","continue":"abc"},"items":[{"#;
        assert_eq!(next_of(page).as_deref(), Some("abc"));
        let last = br#"{"kind":"Table","metadata":{"resourceVersion":"5"},"columnDefinitions":[],"rows":[]}"#;
        assert_eq!(next_of(last).as_deref(), Some(""));
        assert_eq!(next_of(b"<html>"), None);
    }

    #[tokio::test]
    async fn lines_are_whole_however_the_bytes_arrive() {
        let parts = ["{\"a\"", ":1}\n{\"b\":2}\n{", "\"c\":3}\n"];
        let chunks = futures::stream::iter(parts.map(|part| Ok(Bytes::from_static(part.as_bytes())))).boxed();
        let mut lines = Lines {
            chunks,
            rest: BytesMut::new(),
        };
        let mut all = Vec::new();
        while let Ok(Some(block)) = lines.next().await {
            assert!(block.ends_with(b"\n"));
            all.extend_from_slice(&block);
        }
        assert_eq!(all, b"{\"a\":1}\n{\"b\":2}\n{\"c\":3}\n");
    }
}
