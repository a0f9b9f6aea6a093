//! A small LDAP server that answers what a test tells it to, well or badly. It speaks BER by hand, so that it can say
//! what no library would.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use muster::identity::providers::directory::DirectoryProvider;
use muster_api::provider::{DirectorySettings, Encryption, ProviderKind};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

pub const SERVICE: &str = "cn=service,dc=h";
pub const SERVICE_PASSWORD: &str = "Service-secret-1";
pub const ALICE: &str = "uid=alice,ou=people,dc=h";
pub const ALICE_PASSWORD: &str = "Alice-secret-1";

/// What a client asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    Bind {
        name: String,
        password: String,
    },
    Search {
        base: String,
        scope: u8,
        filter: String,
        attributes: Vec<String>,
    },
    StartTls,
    Unbind,
    Other(u8),
}

/// What the server does for an answer.
#[derive(Clone, Debug)]
pub enum Act {
    /// Sends an operation in a message with the request's number.
    Say(Vec<u8>),
    /// Sends bytes as they are.
    Raw(Vec<u8>),
    /// Sends these bytes again and again until the client has gone.
    Flood(Vec<u8>),
    Wait(Duration),
    /// Never says anything again.
    Hang,
    Close,
}

/// One request in its place.
pub struct Call<'a> {
    pub request: &'a Request,
}

type Script = dyn Fn(&Call<'_>) -> Option<Vec<Act>> + Send + Sync;

/// The server; it ends with its test's runtime.
pub struct HostileServer {
    pub address: SocketAddr,
    seen: Arc<Mutex<Vec<Request>>>,
    sent: Arc<AtomicU64>,
    connections: Arc<AtomicUsize>,
}

impl HostileServer {
    /// Starts a server; what the script does not answer, a well-behaved little directory with alice and bob does.
    pub async fn start(script: impl Fn(&Call<'_>) -> Option<Vec<Act>> + Send + Sync + 'static) -> Self {
        Self::start_with(None, script).await
    }

    /// The same, encrypted from the first byte.
    pub async fn start_with(
        tls: Option<TlsAcceptor>,
        script: impl Fn(&Call<'_>) -> Option<Vec<Act>> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self {
            address: listener.local_addr().unwrap(),
            seen: Arc::default(),
            sent: Arc::default(),
            connections: Arc::default(),
        };
        let script: Arc<Script> = Arc::new(script);
        let (seen, sent, connections) = (server.seen.clone(), server.sent.clone(), server.connections.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                connections.fetch_add(1, Ordering::SeqCst);
                let talk = Talk {
                    script: script.clone(),
                    seen: seen.clone(),
                    sent: sent.clone(),
                };
                tokio::spawn(serve(stream, tls.clone(), talk));
            }
        });
        server
    }

    pub fn url(&self) -> String {
        format!("ldap://{}", self.address)
    }

    /// Everything that was asked so far.
    pub fn seen(&self) -> Vec<Request> {
        self.seen.lock().unwrap().clone()
    }

    /// The names of all binds but the service's.
    pub fn binds(&self) -> Vec<String> {
        let names = self.seen().into_iter().filter_map(|request| match request {
            Request::Bind { name, .. } => Some(name),
            _ => None,
        });
        names.filter(|name| name != SERVICE).collect()
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// How many bytes the client took.
    pub fn sent(&self) -> u64 {
        self.sent.load(Ordering::SeqCst)
    }

    /// A provider for these servers with short deadlines.
    pub fn provider(servers: &[&Self], change: impl FnOnce(&mut DirectorySettings)) -> DirectoryProvider {
        let mut settings = settings(servers.iter().map(|server| server.url()).collect());
        change(&mut settings);
        provider(ProviderKind::Ldap, &settings)
    }
}

pub fn provider(kind: ProviderKind, settings: &DirectorySettings) -> DirectoryProvider {
    DirectoryProvider::new(kind, settings, Some(SERVICE_PASSWORD.into())).unwrap()
}

pub fn settings(urls: Vec<String>) -> DirectorySettings {
    DirectorySettings {
        urls,
        encryption: Encryption::None,
        connect_timeout_seconds: 1,
        timeout_seconds: 1,
        bind_name: SERVICE.to_owned(),
        user_bases: vec!["ou=people,dc=h".to_owned()],
        group_bases: vec!["ou=groups,dc=h".to_owned()],
        ..DirectorySettings::ldap()
    }
}

struct Talk {
    script: Arc<Script>,
    seen: Arc<Mutex<Vec<Request>>>,
    sent: Arc<AtomicU64>,
}

async fn serve(stream: TcpStream, tls: Option<TlsAcceptor>, talk: Talk) {
    match tls {
        Some(tls) => {
            if let Ok(stream) = tls.accept(stream).await {
                talk.on(stream).await;
            }
        }
        None => talk.on(stream).await,
    }
}

impl Talk {
    async fn on(&self, mut stream: impl AsyncRead + AsyncWrite + Unpin) {
        let mut waiting = Vec::new();
        loop {
            while let Some((number, request, length)) = request(&waiting) {
                waiting.drain(..length);
                self.seen.lock().unwrap().push(request.clone());
                let call = Call { request: &request };
                let acts = (self.script)(&call).unwrap_or_else(|| company(&request));
                for act in acts {
                    if !self.act(&mut stream, number, act).await {
                        return;
                    }
                }
            }
            let mut bytes = [0; 4_096];
            match stream.read(&mut bytes).await {
                Ok(0) | Err(_) => return,
                Ok(count) => waiting.extend_from_slice(&bytes[..count]),
            }
        }
    }

    /// False when the connection is over.
    async fn act(&self, stream: &mut (impl AsyncWrite + Unpin), number: u8, act: Act) -> bool {
        let bytes = match act {
            Act::Say(operation) => tlv(0x30, &[tlv(0x02, &[number]), operation].concat()),
            Act::Raw(bytes) => bytes,
            Act::Flood(bytes) => {
                while stream.write_all(&bytes).await.is_ok() {
                    self.sent.fetch_add(bytes.len() as u64, Ordering::SeqCst);
                }
                return false;
            }
            Act::Wait(time) => {
                tokio::time::sleep(time).await;
                return true;
            }
            Act::Hang => std::future::pending().await,
            Act::Close => return false,
        };
        self.sent.fetch_add(bytes.len() as u64, Ordering::SeqCst);
        stream.write_all(&bytes).await.is_ok() && stream.flush().await.is_ok()
    }
}

/// The answers of a directory that behaves.
pub fn company(request: &Request) -> Vec<Act> {
    let has = |filter: &str, text: &str| filter.contains(text);
    match request {
        Request::Bind { name, password } => {
            let right = matches!(
                (name.as_str(), password.as_str()),
                (SERVICE, SERVICE_PASSWORD) | (ALICE, ALICE_PASSWORD)
            );
            vec![Act::Say(result(0x61, if right { 0 } else { 49 }, ""))]
        }
        Request::Search { base, scope: 0, .. } => vec![Act::Say(entry(base, &[])), Act::Say(done(0))],
        Request::Search { base, filter, .. } if base.starts_with("ou=people") => {
            let known = has(filter, "uid") || has(filter, "entryUUID");
            match (known, has(filter, "alice") || has(filter, "id-of-alice")) {
                (true, true) => vec![Act::Say(alice()), Act::Say(done(0))],
                (true, false) => vec![Act::Say(done(0))],
                (false, _) => vec![Act::Say(entry("uid=bob,ou=people,dc=h", &[])), Act::Say(done(0))],
            }
        }
        Request::Search { filter, .. } => {
            let asked = has(filter, "member");
            let groups = if has(filter, ALICE) || !asked {
                vec![Act::Say(group("team"))]
            } else {
                vec![]
            };
            [groups, vec![Act::Say(done(0))]].concat()
        }
        Request::StartTls => vec![Act::Say(result(0x78, 2, "no TLS here"))],
        Request::Unbind => vec![Act::Close],
        Request::Other(_) => vec![Act::Say(result(0x78, 2, ""))],
    }
}

pub fn alice() -> Vec<u8> {
    let attributes: [(&str, &[&[u8]]); 3] = [
        ("uid", &[b"alice"]),
        ("cn", &[b"Alice"]),
        ("entryUUID", &[b"id-of-alice"]),
    ];
    entry(ALICE, &attributes)
}

pub fn group(name: &str) -> Vec<u8> {
    let id = format!("id-of-{name}");
    entry(
        &format!("cn={name},ou=groups,dc=h"),
        &[("cn", &[name.as_bytes()]), ("entryUUID", &[id.as_bytes()])],
    )
}

/// An element: tag, length, content.
pub fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap();
    match length {
        0..=127 => [&[tag, u8::try_from(length).unwrap()], content].concat(),
        _ => [&[tag, 0x84], &length.to_be_bytes()[..], content].concat(),
    }
}

pub fn entry(dn: &str, attributes: &[(&str, &[&[u8]])]) -> Vec<u8> {
    let attributes: Vec<u8> = attributes
        .iter()
        .flat_map(|(name, values)| {
            let values: Vec<u8> = values.iter().flat_map(|value| tlv(0x04, value)).collect();
            tlv(0x30, &[tlv(0x04, name.as_bytes()), tlv(0x31, &values)].concat())
        })
        .collect();
    tlv(0x64, &[tlv(0x04, dn.as_bytes()), tlv(0x30, &attributes)].concat())
}

/// A result of an operation: 0x61 bind, 0x65 search, 0x78 extended.
pub fn result(operation: u8, code: u8, text: &str) -> Vec<u8> {
    tlv(
        operation,
        &[tlv(0x0a, &[code]), tlv(0x04, b""), tlv(0x04, text.as_bytes())].concat(),
    )
}

pub fn done(code: u8) -> Vec<u8> {
    result(0x65, code, "")
}

/// The end of a search with the mark of a next page; the element of controls follows the operation.
pub fn done_with_page(cookie: &[u8]) -> Vec<u8> {
    let value = tlv(0x30, &[tlv(0x02, &[0]), tlv(0x04, cookie)].concat());
    let control = tlv(
        0x30,
        &[tlv(0x04, b"1.2.840.113556.1.4.319"), tlv(0x04, &value)].concat(),
    );
    [done(0), tlv(0xa0, &control)].concat()
}

/// A reference to another server.
pub fn reference(url: &str) -> Vec<u8> {
    tlv(0x73, &tlv(0x04, url.as_bytes()))
}

fn head(bytes: &[u8]) -> Option<(u8, usize, usize)> {
    let (tag, first) = (*bytes.first()?, *bytes.get(1)?);
    if first < 0x80 {
        return Some((tag, 2, usize::from(first)));
    }
    let count = usize::from(first & 0x7f);
    let length = bytes
        .get(2..2 + count)?
        .iter()
        .fold(0, |sum, byte| (sum << 8) | usize::from(*byte));
    Some((tag, 2 + count, length))
}

fn take<'a>(bytes: &mut &'a [u8]) -> (u8, &'a [u8]) {
    let (tag, start, length) = head(bytes).unwrap();
    let content = &bytes[start..start + length];
    *bytes = &bytes[start + length..];
    (tag, content)
}

fn words(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The first request, its number and its length; none while it is not whole.
fn request(bytes: &[u8]) -> Option<(u8, Request, usize)> {
    let (_, start, length) = head(bytes)?;
    let mut parts = bytes.get(start..start + length)?;
    let (_, number) = take(&mut parts);
    let (tag, mut content) = take(&mut parts);
    let request = match tag {
        0x60 => {
            take(&mut content);
            let (_, name) = take(&mut content);
            let (_, password) = take(&mut content);
            Request::Bind {
                name: words(name),
                password: words(password),
            }
        }
        0x63 => {
            let (_, base) = take(&mut content);
            let (_, scope) = take(&mut content);
            for _ in 0..4 {
                take(&mut content);
            }
            let (_, filter) = take(&mut content);
            let (_, mut names) = take(&mut content);
            let mut attributes = Vec::new();
            while !names.is_empty() {
                attributes.push(words(take(&mut names).1));
            }
            Request::Search {
                base: words(base),
                scope: scope[0],
                filter: words(filter),
                attributes,
            }
        }
        0x77 => Request::StartTls,
        0x42 => Request::Unbind,
        other => Request::Other(other),
    };
    // Tests ask few questions on one connection: the number has one byte.
    Some((*number.last().unwrap(), request, start + length))
}
