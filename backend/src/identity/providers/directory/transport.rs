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
use muster_api::provider::Encryption;
use muster_api::said::{Said, Sentence, directory as sentence, directory_test};
use rustls::ClientConfig;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpStream, UnixStream};
use tokio::time::{Instant, timeout};
use tokio_rustls::TlsConnector;

use super::ber::{self, Malformed};
use super::failure::{self, Failure, Outcome};
use super::servers::Address;
use super::tls;
use crate::identity::providers::Reason;

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
    /// How it is encrypted, and until when the certificate is valid; none when it is not.
    pub encrypted: Option<Said>,
}

/// Why a guarded connection was ended from this side or by notice, once it was.
pub(super) type Ending = Arc<OnceLock<Reason>>;

impl Transport {
    /// Everything from the host's name to the end of the local socket.
    pub(super) async fn open(&self, address: &Address) -> Outcome<(StandardUnixStream, Ending)> {
        let secured = async {
            let (tcp, _) = self.reach(address).await?;
            self.encrypt(address, tcp).await
        };
        let late = || {
            let seconds = self.patience.as_secs();
            let said = sentence::CONNECTION_LATE.with(&[("address", address), ("seconds", &seconds)]);
            Failure::Server(said.into())
        };
        let secured = timeout(self.patience, secured).await.map_err(|_| late())??;
        guarded(address, secured)
    }

    /// TCP, trying every address of the host; an address that does not answer costs only its share of the time.
    pub(super) async fn reach(&self, address: &Address) -> Outcome<(TcpStream, SocketAddr)> {
        let at = |what: Sentence| what.with(&[("address", address)]);
        let ends = Instant::now() + self.patience;
        let found = timeout(self.patience, tokio::net::lookup_host((address.host(), address.port())))
            .await
            .map_err(|_| Failure::Server(at(sentence::NAME_LATE).into()))?
            .map_err(|_| Failure::Server(at(sentence::NAME_UNKNOWN).into()))?;
        let candidates: Vec<SocketAddr> = found.take(8).collect();
        let mut why = at(sentence::NAME_EMPTY);
        for (place, candidate) in candidates.iter().enumerate() {
            let left = u32::try_from(candidates.len() - place).unwrap_or(1);
            let share = ends.saturating_duration_since(Instant::now()) / left;
            match timeout(share, TcpStream::connect(candidate)).await {
                Ok(Ok(stream)) => {
                    // Requests are small, and each waits for its answer.
                    let _ = stream.set_nodelay(true);
                    return Ok((stream, *candidate));
                }
                Ok(Err(error)) => why = unreached(address, &error),
                Err(_) => why = at(sentence::NO_ANSWER),
            }
        }
        Err(Failure::Server(why.into()))
    }

    /// TLS over a TCP connection, as the settings say. Never answers an unencrypted stream when they want encryption.
    pub(super) async fn encrypt(&self, address: &Address, mut tcp: TcpStream) -> Outcome<Secured> {
        let Some(config) = self.config.clone().filter(|_| self.encryption != Encryption::None) else {
            return match self.encryption {
                Encryption::None => Ok(Secured {
                    stream: Box::new(tcp),
                    encrypted: None,
                }),
                Encryption::Tls | Encryption::StartTls => Err(Failure::Server(
                    sentence::NOTHING_TO_ENCRYPT_WITH.with(&[("address", address)]).into(),
                )),
            };
        };
        if self.encryption == Encryption::StartTls {
            start_tls(address, &mut tcp).await.map_err(Failure::Server)?;
        }
        let name = self.server_name.as_deref().unwrap_or(address.host());
        let name = tls::server_name(name)
            .ok_or_else(|| Failure::Misconfigured(sentence::SERVER_NAME.with(&[("name", &name)]).into()))?;
        let stream = TlsConnector::from(config)
            .connect(name, tcp)
            .await
            .map_err(|error| Failure::Server(tls::failed(address, &error).into()))?;
        let session = stream.get_ref().1;
        let version = match session.protocol_version() {
            Some(rustls::ProtocolVersion::TLSv1_3) => "TLS 1.3",
            _ => "TLS 1.2",
        };
        let until = session
            .peer_certificates()
            .and_then(|chain| tls::valid_until(chain.first()?));
        let encrypted = match until {
            Some(day) => directory_test::ENCRYPTED_UNTIL.with(&[("version", &version), ("day", &day)]),
            None => directory_test::ENCRYPTED.with(&[("version", &version)]),
        };
        Ok(Secured {
            stream: Box::new(stream),
            encrypted: Some(encrypted),
        })
    }
}

/// Why there is no TCP connection.
fn unreached(address: &Address, error: &io::Error) -> Said {
    let at = |what: Sentence| what.with(&[("address", address)]);
    match error.kind() {
        io::ErrorKind::ConnectionRefused => at(sentence::NOTHING_LISTENS),
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => at(sentence::NO_ROUTE),
        io::ErrorKind::TimedOut => at(sentence::NO_ANSWER),
        _ => sentence::NO_CONNECTION.with(&[("address", address), ("reason", error)]),
    }
}

/// There is no way from the library to the guard.
pub(super) fn no_socket(error: &dyn std::error::Error) -> Failure {
    Failure::Server(sentence::NO_SOCKET.with(&[("reason", &error)]).into())
}

fn not_ldap(address: &Address, Malformed(what): Malformed) -> Reason {
    let said = sentence::NO_LDAP.with(&[("address", address), ("reason", &what)]);
    said.into()
}

/// Asks for encryption and reads exactly the answer: bytes that come with it were not encrypted and must not be believed.
async fn start_tls(address: &Address, tcp: &mut TcpStream) -> Result<(), Reason> {
    let at = |what: Sentence| what.with(&[("address", address)]);
    let broken = |error: io::Error| sentence::START_TLS_BROKE.with(&[("address", address), ("reason", &error)]);
    tcp.write_all(START_TLS).await.map_err(broken)?;
    let mut answer = BytesMut::with_capacity(256);
    let length = loop {
        let length = ber::message_length(&answer).map_err(|malformed| not_ldap(address, malformed))?;
        match length {
            Some(length) if length > 16_384 => return Err(at(sentence::START_TLS_TOO_MUCH).into()),
            Some(length) if answer.len() >= length => break length,
            _ => {}
        }
        if tcp.read_buf(&mut answer).await.map_err(broken)? == 0 {
            return Err(at(sentence::START_TLS_ENDED).into());
        }
    };
    if answer.len() > length {
        return Err(at(sentence::START_TLS_MORE).into());
    }
    let message = ber::check_message(&answer).map_err(|malformed| not_ldap(address, malformed))?;
    match message.code {
        Some(0) if message.id == 1 && ber::is_extended(&answer) => Ok(()),
        Some(code) if code != 0 => Err(Reason(vec![at(sentence::START_TLS_REFUSED), failure::result(code)])),
        _ => Err(at(sentence::START_TLS_OTHER).into()),
    }
}

/// Puts the guard between a server and one end of a local socket pair; the other end is the answer.
pub(super) fn guarded(address: &Address, secured: Secured) -> Outcome<(StandardUnixStream, Ending)> {
    let (ours, theirs) = UnixStream::pair().map_err(|error| no_socket(&error))?;
    let theirs = theirs.into_std().map_err(|error| no_socket(&error))?;
    let ending = Ending::default();
    let note = ending.clone();
    let address = address.clone();
    tokio::spawn(async move {
        let _ = timeout(LONGEST_LIFE, relay(&address, secured.stream, ours, &note)).await;
    });
    Ok((theirs, ending))
}

/// Carries bytes until one side ends. The reason is written down before the local pair closes, so that whoever finds it
/// closed can read why.
async fn relay(address: &Address, server: Box<dyn Stream>, client: UnixStream, ending: &Ending) {
    let (mut from_server, mut to_server) = tokio::io::split(server);
    let (mut from_client, mut to_client) = client.into_split();
    tokio::select! {
        _ = tokio::io::copy(&mut from_client, &mut to_server) => {
            let _ = timeout(GOODBYE, to_server.shutdown()).await;
        }
        why = guard(address, &mut from_server, &mut to_client) => {
            let _ = ending.set(why);
        }
    }
}

/// Lets whole messages of LDAP through, and answers why it stopped.
async fn guard(
    address: &Address,
    server: &mut (impl AsyncRead + Unpin),
    client: &mut (impl AsyncWrite + Unpin),
) -> Reason {
    let at = |what: Sentence| what.with(&[("address", address)]);
    let mut waiting = BytesMut::with_capacity(16 << 10);
    let (mut bytes, mut elements) = (0_usize, 0_usize);
    loop {
        loop {
            let length = match ber::message_length(&waiting) {
                Ok(Some(length)) => length,
                Ok(None) => break,
                Err(malformed) => return not_ldap(address, malformed),
            };
            if length > LONGEST_MESSAGE {
                return sentence::MESSAGE_TOO_LONG
                    .with(&[("address", address), ("bytes", &length), ("most", &LONGEST_MESSAGE)])
                    .into();
            }
            if waiting.len() < length {
                break;
            }
            let message = waiting.split_to(length);
            let checked = match ber::check_message(&message) {
                Ok(checked) => checked,
                Err(malformed) => return not_ldap(address, malformed),
            };
            elements += checked.elements;
            if elements > MOST_ELEMENTS {
                return at(sentence::TOO_MANY_VALUES).into();
            }
            if checked.id == 0 {
                let mut why = Reason::from(at(sentence::CONNECTION_ENDED));
                why.0.extend(checked.code.map(failure::result));
                return why;
            }
            if client.write_all(&message).await.is_err() {
                return at(sentence::CONNECTION_CLOSED).into();
            }
        }
        // Room for what comes next, not for what was announced.
        waiting.reserve(16 << 10);
        match server.read_buf(&mut waiting).await {
            Ok(0) => return at(sentence::CONNECTION_ENDED).into(),
            Ok(count) => bytes += count,
            Err(error) => {
                return sentence::CONNECTION_BROKE
                    .with(&[("address", address), ("reason", &error)])
                    .into();
            }
        }
        if bytes > MOST_BYTES {
            return at(sentence::TOO_MUCH).into();
        }
    }
}
