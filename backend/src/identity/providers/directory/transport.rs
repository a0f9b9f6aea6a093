//! The way to a server: TCP, TLS or `StartTLS`, and a guard that lets only whole, well-formed LDAP messages of bounded
//! size through.
//!
//! The LDAP library gets one end of a local socket pair and speaks plain LDAP on it; docs/decisions/0008-ldap-behind-a-guard.md says why.

use std::io;
use std::net::SocketAddr;
use std::os::unix::net::UnixStream as StandardUnixStream;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::BytesMut;
use rustls::ClientConfig;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpStream, UnixStream};
use tokio::time::{Instant, timeout};
use tokio_rustls::TlsConnector;

use super::ber::{self, Malformed};
use super::failure::{Failure, Outcome, code_in_words};
use super::servers::Address;
use super::tls;
use muster_api::provider::Encryption;

/// The longest message: a person's entry with 20,000 groups has a quarter of it.
const LONGEST_MESSAGE: usize = 8 << 20;
/// What one connection may bring in all.
const MOST_BYTES: usize = 48 << 20;
/// The library makes some hundred bytes of each element, however small it is.
const MOST_ELEMENTS: usize = 400_000;
/// No connection lives longer, whatever its owner forgets.
const LONGEST_LIFE: Duration = Duration::from_mins(5);
/// How long saying goodbye may take.
const GOODBYE: Duration = Duration::from_secs(1);
/// `StartTLS` (RFC 4511 §4.14.1) as the message with the number 1.
const START_TLS: &[u8] = b"\x30\x1d\x02\x01\x01\x77\x18\x80\x161.3.6.1.4.1.1466.20037";

/// How servers are reached.
#[derive(Clone)]
pub(super) struct Transport {
    pub encryption: Encryption,
    /// Present unless nothing is encrypted.
    pub config: Option<Arc<ClientConfig>>,
    /// The name in certificates, when it is not the host's.
    pub server_name: Option<String>,
    /// For TCP and TLS together.
    pub patience: Duration,
}

/// Bytes to and from a server, encrypted or not.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// A connection that is as encrypted as the settings say.
pub(super) struct Secured {
    pub stream: Box<dyn Stream>,
    /// `TLS 1.3, the certificate is valid until 2045-01-01`.
    pub words: Option<String>,
}

/// Why a guarded connection was ended from this side or by notice, once it was.
pub(super) type Ending = Arc<OnceLock<String>>;

impl Transport {
    /// Everything from the host's name to the end of the local socket.
    pub(super) async fn open(&self, address: &Address) -> Outcome<(StandardUnixStream, Ending)> {
        let secured = async {
            let (tcp, _) = self.reach(address).await?;
            self.encrypt(address, tcp).await
        };
        let late = || {
            Failure::Server(format!(
                "{address} gave no connection within {} s",
                self.patience.as_secs()
            ))
        };
        let secured = timeout(self.patience, secured).await.map_err(|_| late())??;
        guarded(secured).map_err(|error| Failure::Server(format!("no local socket: {error}")))
    }

    /// TCP, trying every address of the host; an address that does not answer costs only its share of the time.
    pub(super) async fn reach(&self, address: &Address) -> Outcome<(TcpStream, SocketAddr)> {
        let failed = |why: String| Failure::Server(format!("{address}: {why}"));
        let ends = Instant::now() + self.patience;
        let found = timeout(self.patience, tokio::net::lookup_host((address.host(), address.port())))
            .await
            .map_err(|_| failed("the name was not found in time: check DNS".to_owned()))?
            .map_err(|_| failed("the host's name is not known here: check its spelling and DNS".to_owned()))?;
        let candidates: Vec<SocketAddr> = found.take(8).collect();
        let mut why = "the host's name has no address".to_owned();
        for (place, candidate) in candidates.iter().enumerate() {
            let left = u32::try_from(candidates.len() - place).unwrap_or(1);
            let share = ends.saturating_duration_since(Instant::now()) / left;
            match timeout(share, TcpStream::connect(candidate)).await {
                Ok(Ok(stream)) => {
                    // Requests are small, and each waits for its answer.
                    let _ = stream.set_nodelay(true);
                    return Ok((stream, *candidate));
                }
                Ok(Err(error)) => why = refusal_in_words(&error),
                Err(_) => "no answer in time: does a firewall drop the packets?".clone_into(&mut why),
            }
        }
        Err(failed(why))
    }

    /// TLS over a TCP connection, as the settings say. Never answers an unencrypted stream when they want encryption.
    pub(super) async fn encrypt(&self, address: &Address, mut tcp: TcpStream) -> Outcome<Secured> {
        let failed = |why: String| Failure::Server(format!("{address}: {why}"));
        let Some(config) = self.config.clone().filter(|_| self.encryption != Encryption::None) else {
            return match self.encryption {
                Encryption::None => Ok(Secured {
                    stream: Box::new(tcp),
                    words: None,
                }),
                Encryption::Tls | Encryption::StartTls => Err(failed("there is no TLS to encrypt with".to_owned())),
            };
        };
        if self.encryption == Encryption::StartTls {
            start_tls(&mut tcp).await.map_err(failed)?;
        }
        let name = self.server_name.as_deref().unwrap_or(address.host());
        let name = tls::server_name(name)
            .ok_or_else(|| Failure::Misconfigured(format!("{name} is no name that a certificate can have")))?;
        let stream = TlsConnector::from(config)
            .connect(name, tcp)
            .await
            .map_err(|error| failed(tls::in_words(&error)))?;
        let session = stream.get_ref().1;
        let version = match session.protocol_version() {
            Some(rustls::ProtocolVersion::TLSv1_3) => "TLS 1.3",
            _ => "TLS 1.2",
        };
        let until = session
            .peer_certificates()
            .and_then(|chain| tls::valid_until(chain.first()?));
        let words = match until {
            Some(until) => format!("{version}, the certificate is valid until {until}"),
            None => version.to_owned(),
        };
        Ok(Secured {
            stream: Box::new(stream),
            words: Some(words),
        })
    }
}

fn refusal_in_words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "nothing listens there: check the host and the port".to_owned(),
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => {
            "there is no route to it from this machine".to_owned()
        }
        io::ErrorKind::TimedOut => "no answer in time: does a firewall drop the packets?".to_owned(),
        _ => format!("no connection: {error}"),
    }
}

/// Asks for encryption and reads exactly the answer: bytes that come with it were not encrypted and must not be believed.
async fn start_tls(tcp: &mut TcpStream) -> Result<(), String> {
    let broken = |error: io::Error| format!("the connection broke during StartTLS: {error}");
    tcp.write_all(START_TLS).await.map_err(broken)?;
    let mut answer = BytesMut::with_capacity(256);
    let length = loop {
        let length = ber::message_length(&answer).map_err(|Malformed(what)| format!("the server answered {what}"))?;
        match length {
            Some(length) if length > 16_384 => return Err("the server answers StartTLS with too much".to_owned()),
            Some(length) if answer.len() >= length => break length,
            _ => {}
        }
        if tcp.read_buf(&mut answer).await.map_err(broken)? == 0 {
            return Err("the server ended the connection instead of answering StartTLS".to_owned());
        }
    };
    if answer.len() > length {
        return Err("the server sent more than the answer to StartTLS before the encryption began".to_owned());
    }
    let message = ber::check_message(&answer).map_err(|Malformed(what)| format!("the server answered {what}"))?;
    match message.code {
        Some(0) if message.id == 1 && ber::is_extended(&answer) => Ok(()),
        Some(code) if code != 0 => Err(format!(
            "the server does not want StartTLS: {} (code {code}); nothing was sent without encryption",
            code_in_words(code)
        )),
        _ => Err("the server answered something else than StartTLS".to_owned()),
    }
}

/// Puts the guard between a server and one end of a local socket pair; the other end is the answer.
pub(super) fn guarded(secured: Secured) -> io::Result<(StandardUnixStream, Ending)> {
    let (ours, theirs) = UnixStream::pair()?;
    let theirs = theirs.into_std()?;
    let ending = Ending::default();
    let note = ending.clone();
    tokio::spawn(async move {
        let _ = timeout(LONGEST_LIFE, relay(secured.stream, ours, &note)).await;
    });
    Ok((theirs, ending))
}

/// Carries bytes until one side ends. The reason is written down before the local pair closes, so that whoever finds it
/// closed can read why.
async fn relay(server: Box<dyn Stream>, client: UnixStream, ending: &Ending) {
    let (mut from_server, mut to_server) = tokio::io::split(server);
    let (mut from_client, mut to_client) = client.into_split();
    tokio::select! {
        _ = tokio::io::copy(&mut from_client, &mut to_server) => {
            let _ = timeout(GOODBYE, to_server.shutdown()).await;
        }
        why = guard(&mut from_server, &mut to_client) => {
            let _ = ending.set(why);
        }
    }
}

/// Lets whole messages of LDAP through, and answers why it stopped.
async fn guard(server: &mut (impl AsyncRead + Unpin), client: &mut (impl AsyncWrite + Unpin)) -> String {
    let mut waiting = BytesMut::with_capacity(16 << 10);
    let (mut bytes, mut elements) = (0_usize, 0_usize);
    loop {
        loop {
            let length = match ber::message_length(&waiting) {
                Ok(Some(length)) => length,
                Ok(None) => break,
                Err(Malformed(what)) => return format!("the server sent {what}"),
            };
            if length > LONGEST_MESSAGE {
                return format!("the server announced a message of {length} bytes, more than {LONGEST_MESSAGE}");
            }
            if waiting.len() < length {
                break;
            }
            let message = waiting.split_to(length);
            let checked = match ber::check_message(&message) {
                Ok(checked) => checked,
                Err(Malformed(what)) => return format!("the server sent {what}"),
            };
            elements += checked.elements;
            if elements > MOST_ELEMENTS {
                return "the server sent more values than one person or search can have".to_owned();
            }
            if checked.id == 0 {
                let code = checked.code.unwrap_or_default();
                return format!("the server ended the connection: {} (code {code})", code_in_words(code));
            }
            if client.write_all(&message).await.is_err() {
                return "the connection was closed here".to_owned();
            }
        }
        // Room for what comes next, not for what was announced.
        waiting.reserve(16 << 10);
        match server.read_buf(&mut waiting).await {
            Ok(0) => return "the server ended the connection".to_owned(),
            Ok(count) => bytes += count,
            Err(error) => return format!("the connection broke: {error}"),
        }
        if bytes > MOST_BYTES {
            return "the server sent more than one person or search can have".to_owned();
        }
    }
}
