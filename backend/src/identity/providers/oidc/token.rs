//! Checks an identity token: who signed it, for whom, when, and as the answer to what.

use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use muster_api::said::oidc as sentence;
use openidconnect::core::{CoreIdToken, CoreIdTokenVerifier, CoreJwsSigningAlgorithm, CoreTokenResponse};
use openidconnect::{
    AccessToken, AccessTokenHash, ClaimsVerificationError, NonceVerifier, OAuth2TokenResponse,
    SignatureVerificationError,
};
use serde_json::{Map, Value};

use super::super::ProviderError;
use super::super::web::quoted;
use super::discovery::Known;
use super::{OidcProvider, Told, claims};

/// Signatures with a public key. Never `none`, and never with a shared secret: whoever knows the client's secret, or a
/// library that takes a public key for one, could make tokens.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];
/// How far two clocks may be apart.
const LEEWAY: Duration = Duration::from_secs(60);
/// Most characters of a subject (OpenID Connect Core, 2).
const LONGEST_SUBJECT: usize = 255;

impl OidcProvider {
    /// The claims of the identity token in an answer, when everything about it is right.
    pub(super) async fn verified<N: NonceVerifier + Clone>(
        &self,
        known: Known,
        answer: &CoreTokenResponse,
        nonce: N,
    ) -> Result<Told, ProviderError> {
        let token = answer
            .extra_fields()
            .id_token()
            .ok_or_else(|| ProviderError::refused(sentence::NO_IDENTITY_TOKEN.say()))?;
        let access = answer.access_token();
        let outcome = match self.check(&known, token, access, nonce.clone()) {
            Err(ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey)) => {
                let newer = self.discovery.with_newer_keys(&known).await?;
                self.check(&newer, token, access, nonce)
            }
            outcome => outcome,
        };
        match outcome {
            Ok(claims) => Ok(Told { claims, by_token: true }),
            Err(error) => Err(ProviderError::refused(
                sentence::TOKEN_UNTRUSTED.with(&[("reason", &reason(&error))]),
            )),
        }
    }

    fn check<N: NonceVerifier>(
        &self,
        known: &Known,
        token: &CoreIdToken,
        access: &AccessToken,
        nonce: N,
    ) -> Result<Map<String, Value>, ClaimsVerificationError> {
        let now = SystemTime::from(self.clock.now());
        let latest = now + LEEWAY;
        let verifier = CoreIdTokenVerifier::new_public_client(
            self.discovery.client_id().clone(),
            known.metadata.issuer().clone(),
            known.metadata.jwks().clone(),
        )
        .set_allowed_algs(ALGORITHMS)
        // Several audiences are checked below, by the authorized party.
        .set_other_audience_verifier_fn(|_| true)
        .set_time_fn(move || (now - LEEWAY).into())
        .set_issue_time_verifier_fn(move |issued| {
            let in_time = SystemTime::from(issued) <= latest;
            in_time.then_some(()).ok_or_else(|| "issued in the future".into())
        });
        let claims = token.claims(&verifier, nonce)?;
        let ours = |party: &str| party == self.discovery.client_id().as_str();
        let party = claims.authorized_party().map(|party| party.as_str());
        if !party.map_or(claims.audiences().len() == 1, ours) {
            return Err(ClaimsVerificationError::InvalidAudience(
                "made for another client".into(),
            ));
        }
        if let Some(expected) = claims.access_token_hash() {
            let algorithm = token
                .signing_alg()
                .map_err(ClaimsVerificationError::SignatureVerification)?;
            let key = token
                .signing_key(&verifier)
                .map_err(ClaimsVerificationError::SignatureVerification)?;
            let wrong = |_| ClaimsVerificationError::Other("at_hash cannot be compared".into());
            if AccessTokenHash::from_token(access, algorithm, key).map_err(wrong)? != *expected {
                return Err(ClaimsVerificationError::Other(
                    "at_hash belongs to another access token".into(),
                ));
            }
        }
        let subject = claims.subject().as_str();
        if subject.trim().is_empty() || subject.chars().count() > LONGEST_SUBJECT {
            return Err(ClaimsVerificationError::InvalidSubject("empty or too long".into()));
        }
        let payload = payload(token).ok_or_else(|| ClaimsVerificationError::Other("no claims".into()))?;
        not_before(&payload, latest)?;
        Ok(payload)
    }
}

/// All claims of a token that was verified: providers have claims of their own.
fn payload(token: &CoreIdToken) -> Option<Map<String, Value>> {
    let text = token.to_string();
    let payload = URL_SAFE_NO_PAD.decode(text.split('.').nth(1)?).ok()?;
    serde_json::from_slice(&payload).ok()
}

fn not_before(claims: &Map<String, Value>, latest: SystemTime) -> Result<(), ClaimsVerificationError> {
    let Some(value) = claims::at(claims, "nbf") else {
        return Ok(());
    };
    let seconds = latest
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs_f64();
    if value.as_f64().is_some_and(|begins| begins <= seconds) {
        return Ok(());
    }
    Err(ClaimsVerificationError::Other("nbf is not a time that has come".into()))
}

/// The message with the one below it: "signature verification failed" alone says little.
fn reason(error: &ClaimsVerificationError) -> String {
    let text = match error {
        ClaimsVerificationError::SignatureVerification(inner) => inner.to_string(),
        other => other.to_string(),
    };
    quoted(&text)
}
