//! Signing in on a provider's own page: the browser leaves with a state that works once, and comes back with a code.
//!
//! The state is bound to the browser by a cookie: nobody is signed in by a link that somebody else began (login CSRF). Both
//! are random, and only their hashes are kept; what the code is exchanged with is sealed.

use std::time::Duration;

use jiff::SignedDuration;
use muster_api::provider::ProviderSettings;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use subtle::ConstantTimeEq;
use url::Url;
use uuid::Uuid;

use super::provider_registry::{Provider, ProviderRegistry};
use super::providers::RedirectSecrets;
use super::{Client, Identity, IdentityError, SignedIn, later, secret};
use crate::database::redirect_sign_ins::{self as table, RedirectSignInRecord};
use crate::secrets::{SealedColumn, row_of_hash};

/// How long somebody may take on the provider's page.
const PATIENCE: Duration = Duration::from_mins(10);
/// Most characters of an address within the console.
const LONGEST_RETURN: usize = 2_048;
/// Nobody's page: only to see where an address leads.
const SOME_ORIGIN: &str = "https://console.invalid";

/// A browser that is sent to a provider's page.
pub struct LeavingSignIn {
    /// Where it goes.
    pub address: Url,
    /// What binds the sign-in to it: the value of a cookie.
    pub browser: SecretString,
    /// How long that is good for.
    pub patience: Duration,
}

/// What a browser brought back from a provider's page, in the query.
#[derive(Default)]
pub struct Returned {
    /// Which sign-in it is.
    pub state: Option<SecretString>,
    /// What the provider gives a token for.
    pub code: Option<SecretString>,
    /// Why there is no code: `access_denied`.
    pub error: Option<String>,
    /// The provider that answers, when it says so (RFC 9207).
    pub iss: Option<String>,
}

/// Somebody who came back and is signed in.
pub struct ReturningSignIn {
    /// Who, and the session.
    pub signed_in: SignedIn,
    /// Where in the console he wanted to go.
    pub return_to: String,
}

/// A return that signed nobody in.
#[derive(Debug)]
pub struct ReturnFailure {
    /// The provider, when the sign-in was one of ours.
    pub provider: Option<Uuid>,
    /// Why.
    pub error: IdentityError,
}

/// What is sealed of [`RedirectSecrets`].
#[derive(Serialize)]
struct Kept<'a> {
    verifier: &'a str,
    nonce: &'a str,
}

impl Identity {
    /// Sends a browser to a provider's page; `return_address` is where the provider sends it back, `return_to` where the
    /// person wants to be afterwards.
    pub async fn leave(
        &self,
        client: &Client,
        provider: &Provider,
        return_address: &Url,
        return_to: Option<&str>,
    ) -> Result<LeavingSignIn, IdentityError> {
        if !provider.record.enabled {
            return Err(IdentityError::UnknownProvider);
        }
        self.begin_redirect(client.address).await?;
        let start = provider.by_redirect()?.begin(return_address).await?;
        let browser = secret::generate("")?;
        let state_hash = secret::hash_of(&start.state);
        let kept = Kept {
            verifier: start.secrets.verifier.expose_secret(),
            nonce: start.secrets.nonce.expose_secret(),
        };
        let kept = serde_json::to_string(&kept).map(SecretString::from);
        let kept = kept.map_err(|error| IdentityError::Internal(error.to_string()))?;
        let record = RedirectSignInRecord {
            secrets: provider.seal(SealedColumn::LEAVING_SECRETS, row_of_hash(&state_hash), &kept)?,
            state_hash,
            browser_hash: secret::hash_of(&browser),
            provider_id: provider.record.id,
            return_to: return_to.filter(|path| is_local(path)).unwrap_or("/").to_owned(),
            expires_at: later(self.clock.now(), SignedDuration::try_from(PATIENCE).unwrap_or_default()),
        };
        table::insert(&self.database, &record).await?;
        Ok(LeavingSignIn {
            address: start.address,
            browser,
            patience: PATIENCE,
        })
    }

    /// Signs in whoever comes back from a provider's page in the browser that left, in time and for the first time.
    pub async fn come_back(
        &self,
        client: &Client,
        providers: &ProviderRegistry,
        return_address: &Url,
        returned: Returned,
        browser: Option<&SecretString>,
        old_secret: Option<&str>,
    ) -> Result<ReturningSignIn, ReturnFailure> {
        let nameless = |error| ReturnFailure { provider: None, error };
        let record = self.taken(&returned, browser).await.map_err(nameless)?;
        let finished = self
            .finish(client, providers, return_address, returned, &record, old_secret)
            .await;
        let signed_in = finished.map_err(|error| ReturnFailure {
            provider: Some(record.provider_id),
            error,
        })?;
        Ok(ReturningSignIn {
            signed_in,
            return_to: record.return_to,
        })
    }

    /// The sign-in that comes back, which is used up by that.
    async fn taken(
        &self,
        returned: &Returned,
        browser: Option<&SecretString>,
    ) -> Result<RedirectSignInRecord, IdentityError> {
        let state = returned.state.as_ref().ok_or(IdentityError::WrongReturn)?;
        let record = table::take(&self.database, &secret::hash_of(state)).await?;
        let record = record.ok_or(IdentityError::WrongReturn)?;
        let came = secret::hash(browser.map(ExposeSecret::expose_secret).unwrap_or_default());
        let is_same_browser = bool::from(came.ct_eq(&record.browser_hash));
        if !is_same_browser || record.expires_at <= self.clock.now() {
            return Err(IdentityError::WrongReturn);
        }
        Ok(record)
    }

    async fn finish(
        &self,
        client: &Client,
        providers: &ProviderRegistry,
        return_address: &Url,
        returned: Returned,
        record: &RedirectSignInRecord,
        old_secret: Option<&str>,
    ) -> Result<SignedIn, IdentityError> {
        let provider = providers.find_enabled(record.provider_id).await?;
        if let Some(error) = returned.error {
            return Err(declined(&error));
        }
        // An answer that another provider gave must not be shown to this one.
        if let (Some(issuer), ProviderSettings::OpenIdConnect(settings)) = (&returned.iss, &provider.record.settings)
            && *issuer != settings.issuer.trim()
        {
            return Err(IdentityError::WrongReturn);
        }
        let code = returned.code.ok_or(IdentityError::WrongReturn)?;
        let kept = provider.open(
            SealedColumn::LEAVING_SECRETS,
            row_of_hash(&record.state_hash),
            &record.secrets,
        )?;
        let kept: RedirectSecrets = serde_json::from_str(kept.expose_secret())
            .map_err(|_| IdentityError::Internal("a kept sign-in cannot be read".into()))?;
        let came = provider.by_redirect()?.finish(return_address, code, &kept).await?;
        let signed_in = self
            .enter(client, &provider, came.person, came.renewal.as_ref(), old_secret)
            .await?;
        self.redirect_succeeded(client.address).await?;
        self.note_entry(provider.record.id, signed_in.user.id).await?;
        Ok(signed_in)
    }
}

/// What a provider's page says when it gives no code (RFC 6749, 4.1.2.1).
fn declined(error: &str) -> IdentityError {
    let sentence = match error {
        "access_denied" => "The provider's page was left without agreeing to the sign-in.",
        "temporarily_unavailable" | "server_error" => "The provider cannot sign anybody in right now. Try again later.",
        "login_required" | "interaction_required" | "consent_required" => {
            "The provider wants something from you first. Begin again and follow its page."
        }
        // The text is a stranger's: it goes nowhere.
        _ => "The provider did not accept the request to sign in. The administrator should test the provider.",
    };
    IdentityError::Declined(sentence.into())
}

/// Is this a page of the console, whatever a browser may make of it? Nobody is led elsewhere by a sign-in, nor back into
/// one.
fn is_local(path: &str) -> bool {
    let plain = |character: char| !character.is_control() && !matches!(character, '\\' | ' ');
    if !path.starts_with('/') || path.starts_with("//") || path.len() > LONGEST_RETURN || !path.chars().all(plain) {
        return false;
    }
    let Ok(origin) = Url::parse(SOME_ORIGIN) else {
        return false;
    };
    origin.join(path).is_ok_and(|address| {
        address.origin() == origin.origin() && !address.path().starts_with("//") && !address.path().starts_with("/api/")
    })
}

#[cfg(test)]
mod tests {
    use super::is_local;

    #[test]
    fn a_sign_in_leads_to_pages_of_the_console_only() {
        for path in ["/", "/clusters", "/pods?filter=name%20~%20a&page=2", "/a#b", "/日本"] {
            assert!(is_local(path), "{path}");
        }
        let long = format!("/{}", "a".repeat(3_000));
        for path in [
            "",
            "clusters",
            "//evil.example.com",
            "/\\evil.example.com",
            "\\\\evil.example.com",
            "https://evil.example.com",
            "/\t/evil.example.com",
            "/ /evil",
            "javascript:alert(1)",
            "/api/v1/sign-in/x",
            "/x/../api/v1/sign-in/x",
            "/..//evil.example.com",
            "/.//evil.example.com",
            "/a\r\nSet-Cookie: x",
            &long,
        ] {
            assert!(!is_local(path), "{path}");
        }
    }
}
