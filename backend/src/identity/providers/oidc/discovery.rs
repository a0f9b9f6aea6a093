//! What a provider says of itself: its endpoints and its keys. Read when first needed, read again after a while, and its
//! keys also when a token names one that is not known: providers change them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use muster_api::provider::OidcSettings;
use muster_api::said::oidc as sentence;
use openidconnect::core::{CoreClient, CoreClientAuthMethod, CoreJsonWebKeySet, CoreProviderMetadata};
use openidconnect::{
    AuthType, ClientId, ClientSecret, DiscoveryError, EndpointMaybeSet, EndpointNotSet, EndpointSet, IssuerUrl,
};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Mutex;
use url::Url;

use super::super::ProviderError;
use super::super::web::{Web, WebError, quoted};

/// How long a provider's description of itself is believed.
const FRESH: Duration = Duration::from_hours(1);
/// Keys are read again for a token with an unknown key at most this often: anyone can make such tokens up.
const KEYS_EVERY: Duration = Duration::from_secs(10);

pub(super) type OidcClient =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// Reads and remembers what a provider says of itself.
pub(super) struct Discovery {
    issuer: String,
    client_id: ClientId,
    client_secret: Option<ClientSecret>,
    web: Web,
    known: Mutex<Option<Known>>,
}

/// What is known of a provider.
#[derive(Clone)]
pub(super) struct Known {
    pub metadata: Arc<CoreProviderMetadata>,
    read_at: Instant,
    keys_read_again_at: Option<Instant>,
}

impl Discovery {
    pub fn new(settings: &OidcSettings, client_secret: Option<SecretString>, web: Web) -> Self {
        Self {
            issuer: settings.issuer.trim().to_owned(),
            client_id: ClientId::new(settings.client_id.trim().to_owned()),
            client_secret: client_secret.map(|secret| ClientSecret::new(secret.expose_secret().to_owned())),
            web,
            known: Mutex::new(None),
        }
    }

    /// What is known, read first when nothing is or when it is old. Whoever comes meanwhile waits for the same answer.
    pub async fn known(&self) -> Result<Known, ProviderError> {
        let mut kept = self.known.lock().await;
        if let Some(known) = kept.as_ref().filter(|known| known.read_at.elapsed() < FRESH) {
            return Ok(known.clone());
        }
        let metadata = self.read().await?;
        let known = Known {
            metadata: Arc::new(metadata),
            read_at: Instant::now(),
            keys_read_again_at: None,
        };
        *kept = Some(known.clone());
        Ok(known)
    }

    /// The same with keys read again, when that was not just done.
    pub async fn with_newer_keys(&self, known: &Known) -> Result<Known, ProviderError> {
        let mut kept = self.known.lock().await;
        if let Some(newer) = kept
            .as_ref()
            .filter(|newer| !Arc::ptr_eq(&newer.metadata, &known.metadata))
        {
            return Ok(newer.clone());
        }
        if known.keys_read_again_at.is_some_and(|last| last.elapsed() < KEYS_EVERY) {
            return Ok(known.clone());
        }
        let keys = CoreJsonWebKeySet::fetch_async(known.metadata.jwks_uri(), &self.web)
            .await
            .map_err(|error| self.undiscovered(error))?;
        let newer = Known {
            metadata: Arc::new(CoreProviderMetadata::clone(&known.metadata).set_jwks(keys)),
            read_at: known.read_at,
            keys_read_again_at: Some(Instant::now()),
        };
        *kept = Some(newer.clone());
        Ok(newer)
    }

    /// Reads the discovery document, which must name exactly this issuer, and the keys.
    async fn read(&self) -> Result<CoreProviderMetadata, ProviderError> {
        let issuer = IssuerUrl::new(self.issuer.clone())
            .map_err(|error| ProviderError::misconfigured(sentence::NO_ISSUER.with(&[("reason", &error)])))?;
        let metadata = CoreProviderMetadata::discover_async(issuer, &self.web)
            .await
            .map_err(|error| self.undiscovered(error))?;
        // Our own calls go to https addresses only; the browser goes where it is sent.
        let authorization = metadata.authorization_endpoint().url();
        if authorization.scheme() != "https" {
            let (issuer, address) = (quoted(&self.issuer), quoted(authorization.as_str()));
            return Err(ProviderError::misconfigured(
                sentence::SIGN_IN_NOT_HTTPS.with(&[("issuer", &issuer), ("address", &address)]),
            ));
        }
        Ok(metadata)
    }

    /// A client for what is known.
    pub fn client(&self, known: &Known) -> OidcClient {
        let metadata = CoreProviderMetadata::clone(&known.metadata);
        let in_body = takes_the_secret_in_the_body_only(&metadata);
        let client = CoreClient::from_provider_metadata(metadata, self.client_id.clone(), self.client_secret.clone());
        client.set_auth_type(if in_body {
            AuthType::RequestBody
        } else {
            AuthType::BasicAuth
        })
    }

    pub fn client_id(&self) -> &ClientId {
        &self.client_id
    }

    /// Where the discovery document is.
    pub fn address(&self) -> Result<Url, ProviderError> {
        let text = format!("{}/.well-known/openid-configuration", self.issuer.trim_end_matches('/'));
        Url::parse(&text).map_err(|error| self.unusable(&error.to_string()))
    }

    fn unusable(&self, reason: &str) -> ProviderError {
        ProviderError::misconfigured(
            sentence::DISCOVERY_UNUSABLE.with(&[("issuer", &quoted(&self.issuer)), ("reason", &quoted(reason))]),
        )
    }

    fn undiscovered(&self, error: DiscoveryError<WebError>) -> ProviderError {
        let issuer = quoted(&self.issuer);
        match error {
            DiscoveryError::Request(error) => error.into(),
            DiscoveryError::Response(status, ..) => ProviderError::unavailable(
                sentence::DISCOVERY_STATUS.with(&[("issuer", &issuer), ("status", &status.as_u16())]),
            ),
            // The message names both.
            DiscoveryError::Validation(what) => self.unusable(&what),
            DiscoveryError::Parse(error) => ProviderError::misconfigured(
                sentence::DISCOVERY_LACKS.with(&[("issuer", &issuer), ("field", &error.path())]),
            ),
            other => self.unusable(&other.to_string()),
        }
    }
}

fn takes_the_secret_in_the_body_only(metadata: &CoreProviderMetadata) -> bool {
    let methods = metadata.token_endpoint_auth_methods_supported();
    methods.is_some_and(|methods| {
        !methods.contains(&CoreClientAuthMethod::ClientSecretBasic)
            && methods.contains(&CoreClientAuthMethod::ClientSecretPost)
    })
}
