//! How to reach one API server, and as whom. Holds credentials: never logged, never shown, sealed when stored.

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The address of an API server, what proves that it is the right one, and who Muster is there.
#[derive(Clone)]
pub struct Endpoint {
    /// `https://…`, without a path's trailing slash.
    pub url: String,
    /// PEM of the CAs that may have signed the server's certificate; the machine's own when absent.
    pub certificate_authority: Option<String>,
    /// The name in the server's certificate, when it is not the address' host.
    pub tls_server_name: Option<String>,
    /// Who Muster is.
    pub identity: Identity,
}

/// How Muster proves who it is.
#[derive(Clone)]
pub enum Identity {
    /// By a client certificate and its key, both PEM.
    Certificate {
        /// The certificate and what follows it up to the CA.
        certificate: String,
        /// Its private key.
        key: SecretString,
    },
    /// By a bearer token.
    Token(SecretString),
    /// By HTTP basic authentication.
    Password {
        /// The name.
        username: String,
        /// The password.
        password: SecretString,
    },
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Endpoint")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Certificate { .. } => "Certificate",
            Self::Token(_) => "Token",
            Self::Password { .. } => "Password",
        })
    }
}

/// What is sealed into the database: everything of an [`Endpoint`] besides its address.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct StoredCredentials {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    certificate_authority: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tls_server_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    client_certificate: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    client_key: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    username: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    password: Option<String>,
}

impl Endpoint {
    /// The text to seal.
    pub(super) fn to_stored(&self) -> Result<SecretString, serde_json::Error> {
        let mut stored = StoredCredentials {
            certificate_authority: self.certificate_authority.clone(),
            tls_server_name: self.tls_server_name.clone(),
            client_certificate: None,
            client_key: None,
            token: None,
            username: None,
            password: None,
        };
        match &self.identity {
            Identity::Certificate { certificate, key } => {
                stored.client_certificate = Some(certificate.clone());
                stored.client_key = Some(key.expose_secret().to_owned());
            }
            Identity::Token(token) => stored.token = Some(token.expose_secret().to_owned()),
            Identity::Password { username, password } => {
                stored.username = Some(username.clone());
                stored.password = Some(password.expose_secret().to_owned());
            }
        }
        serde_json::to_string(&stored).map(SecretString::from)
    }

    /// Reads what [`Endpoint::to_stored`] wrote; `None` when it is something else.
    pub(super) fn from_stored(url: String, text: &SecretString) -> Option<Self> {
        let stored: StoredCredentials = serde_json::from_str(text.expose_secret()).ok()?;
        let identity = if let (Some(certificate), Some(key)) = (stored.client_certificate, stored.client_key) {
            Identity::Certificate {
                certificate,
                key: key.into(),
            }
        } else if let Some(token) = stored.token {
            Identity::Token(token.into())
        } else {
            Identity::Password {
                username: stored.username?,
                password: stored.password?.into(),
            }
        };
        Some(Self {
            url,
            certificate_authority: stored.certificate_authority,
            tls_server_name: stored.tls_server_name,
            identity,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(identity: Identity) -> Endpoint {
        Endpoint {
            url: "https://cluster.example.com:6443".into(),
            certificate_authority: Some("CA".into()),
            tls_server_name: Some("kubernetes".into()),
            identity,
        }
    }

    #[test]
    fn what_was_stored_is_read_back() {
        let identities = [
            Identity::Certificate {
                certificate: "CERT".into(),
                key: "KEY".to_owned().into(),
            },
            Identity::Token("secret".to_owned().into()),
            Identity::Password {
                username: "admin".into(),
                password: "secret".to_owned().into(),
            },
        ];
        for identity in identities {
            let before = endpoint(identity);
            let stored = before.to_stored().unwrap();
            let after = Endpoint::from_stored(before.url.clone(), &stored).unwrap();
            assert_eq!(after.to_stored().unwrap().expose_secret(), stored.expose_secret());
        }
    }

    #[test]
    fn credentials_are_not_in_debug_output() {
        let text = format!("{:?}", endpoint(Identity::Token("hunter2".to_owned().into())));
        assert!(
            text.contains("cluster.example.com") && !text.contains("hunter2"),
            "{text}"
        );
    }
}
