//! Why a cluster could not be asked, in plain words: out of the many layers of errors between a socket and an API.

use http::StatusCode;
use std::error::Error as StdError;
use std::io;
use std::time::Duration;

/// Why a cluster could not be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// In one word.
    pub reason: Reason,
    /// What is wrong and what to do, in a sentence without the cluster's name.
    pub message: String,
}

/// Why a cluster could not be asked, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// No connection: unknown name, nothing listens, no route, or it broke off.
    Unreachable,
    /// No answer in time.
    Timeout,
    /// The server's certificate is not trusted, expired, or for another name; or it wants another one of ours.
    Certificate,
    /// It does not accept who we are.
    Credentials,
    /// It knows us, but we may not.
    Forbidden,
    /// It answers, but it is no Kubernetes API.
    NotKubernetes,
    /// It is Kubernetes, and says itself that something is wrong.
    NotReady,
}

impl Reason {
    /// The code that goes over the wire.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::Timeout => "timeout",
            Self::Certificate => "certificate",
            Self::Credentials => "credentials",
            Self::Forbidden => "forbidden",
            Self::NotKubernetes => "not-kubernetes",
            Self::NotReady => "not-ready",
        }
    }

    /// Does the cluster not answer at all (rather than answer with something wrong)?
    pub fn is_absence(self) -> bool {
        matches!(self, Self::Unreachable | Self::Timeout)
    }
}

/// A request to a cluster took longer than it may.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("no answer within {} seconds", .0.as_secs())]
pub struct DeadlineExceeded(pub Duration);

impl Failure {
    fn new(reason: Reason, message: impl Into<String>) -> Self {
        Self {
            reason,
            message: message.into(),
        }
    }

    /// The failure behind an error of the client.
    pub fn of(error: &kube::Error) -> Self {
        match error {
            kube::Error::Api(status) => {
                let code = StatusCode::from_u16(status.code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                Self::of_status(code, &status.message)
            }
            kube::Error::SerdeError(_) | kube::Error::FromUtf8(_) => Self::not_kubernetes("its answer is not JSON"),
            other => Self::of_chain(other),
        }
    }

    /// The failure that an HTTP status other than success means.
    pub fn of_status(status: StatusCode, message: &str) -> Self {
        match status {
            StatusCode::UNAUTHORIZED => Self::new(
                Reason::Credentials,
                "the cluster rejected the credentials: they are wrong, expired or revoked; give new ones",
            ),
            StatusCode::FORBIDDEN => Self::new(
                Reason::Forbidden,
                if message.is_empty() {
                    "the cluster does not allow it".to_owned()
                } else {
                    message.to_owned()
                },
            ),
            StatusCode::NOT_FOUND => Self::not_kubernetes("it does not know the address of the API"),
            StatusCode::TOO_MANY_REQUESTS => Self::not_ready(
                "the cluster is busy and asks to be left alone for a while (429): it is asked again by and by",
            ),
            status if status.is_redirection() => {
                Self::not_kubernetes("it redirects to another address (perhaps a sign-in page or a proxy)")
            }
            status if status.is_server_error() => Self::new(
                Reason::NotReady,
                if message.is_empty() {
                    format!("the cluster answers with an error ({status}): look at its API server")
                } else {
                    format!("the cluster answers with an error ({status}): {message}")
                },
            ),
            status => Self::new(Reason::NotKubernetes, format!("the server answers {status}: {message}")),
        }
    }

    /// Something answers, but not a Kubernetes API.
    pub fn not_kubernetes(how: &str) -> Self {
        Self::new(
            Reason::NotKubernetes,
            format!("the server at this address is not a Kubernetes API: {how}; check the address and the port"),
        )
    }

    /// Nothing came in time.
    pub fn timeout(after: Duration) -> Self {
        Self::new(
            Reason::Timeout,
            format!(
                "no answer within {} seconds: check the address, and whether a firewall drops the packets",
                after.as_secs()
            ),
        )
    }

    /// The API server says that it is not ready.
    pub fn not_ready(message: impl Into<String>) -> Self {
        Self::new(Reason::NotReady, message)
    }

    /// The address is one that the console does not connect to.
    pub fn not_reachable(message: impl Into<String>) -> Self {
        Self::new(Reason::Unreachable, message)
    }

    /// The stored or given credentials cannot be used to connect at all.
    pub fn unusable_credentials(message: impl Into<String>) -> Self {
        Self::new(Reason::Credentials, message)
    }

    fn of_chain(error: &(dyn StdError + 'static)) -> Self {
        let mut next = Some(error);
        while let Some(error) = next {
            if let Some(found) = Self::of_one(error) {
                return found;
            }
            next = match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
                Some(inner) => Some(inner),
                None => error.source(),
            };
        }
        Self::new(
            Reason::Unreachable,
            "the connection broke: check the address, and whether the cluster runs",
        )
    }

    fn of_one(error: &(dyn StdError + 'static)) -> Option<Self> {
        if let Some(DeadlineExceeded(after)) = error.downcast_ref() {
            return Some(Self::timeout(*after));
        }
        if let Some(error) = error.downcast_ref::<rustls::Error>() {
            return Some(Self::of_tls(error));
        }
        if let Some(error) = error.downcast_ref::<io::Error>() {
            if error.get_ref().is_some() {
                return None;
            }
            return match error.kind() {
                io::ErrorKind::ConnectionRefused => Some(Self::new(
                    Reason::Unreachable,
                    "nothing listens at this address: check the host and the port",
                )),
                io::ErrorKind::TimedOut => Some(Self::new(
                    Reason::Timeout,
                    "no connection in time: check the address, and whether a firewall drops the packets",
                )),
                io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => Some(Self::new(
                    Reason::Unreachable,
                    "there is no route to this address from this server",
                )),
                _ => None,
            };
        }
        // The resolver's error has no public type; its text is the only sign.
        if error.to_string() == "dns error" {
            return Some(Self::new(
                Reason::Unreachable,
                "the host's name is not known here: check its spelling and this server's DNS",
            ));
        }
        if let Some(error) = error.downcast_ref::<hyper::Error>()
            && error.is_parse()
        {
            return Some(Self::not_kubernetes("it does not speak HTTP"));
        }
        None
    }

    fn of_tls(error: &rustls::Error) -> Self {
        use rustls::CertificateError as Certificate;
        let message = match error {
            rustls::Error::InvalidCertificate(certificate) => match certificate {
                Certificate::UnknownIssuer => {
                    "the server's certificate was not signed by the given CA: give the cluster's own CA"
                }
                Certificate::Expired | Certificate::ExpiredContext { .. } => {
                    "the server's certificate has expired: renew it, or check this server's clock"
                }
                Certificate::NotValidYet | Certificate::NotValidYetContext { .. } => {
                    "the server's certificate is not valid yet: check the clocks of both machines"
                }
                Certificate::NotValidForName | Certificate::NotValidForNameContext { .. } => {
                    "the server's certificate is for other names: use an address that is in it, or set tls-server-name"
                }
                Certificate::Revoked => "the server's certificate was revoked",
                _ => "the server's certificate cannot be trusted: give the cluster's own CA",
            },
            rustls::Error::AlertReceived(alert) => {
                return Self::new(
                    Reason::Certificate,
                    format!("the server refused the encrypted connection ({alert:?}): check the client certificate"),
                );
            }
            rustls::Error::InvalidMessage(_) => {
                return Self::not_kubernetes("it does not speak TLS on this port");
            }
            _ => "no encrypted connection came about: check that the address is the API server's",
        };
        Self::new(Reason::Certificate, message)
    }
}
