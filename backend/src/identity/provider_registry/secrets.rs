//! Which secrets a provider has after a change.

use muster_api::problem::FieldProblem;
use muster_api::provider::{ProviderSecrets, ProviderSettings};

use super::super::IdentityError;
use super::Provider;

/// The given secrets, and for those that are left out the kept ones. When the settings lead somewhere else, nothing kept
/// goes there and nothing kept is dropped: whoever changes them types it again.
pub(super) fn for_place(
    kept: &Provider,
    settings: &ProviderSettings,
    given: &ProviderSecrets,
) -> Result<ProviderSecrets, IdentityError> {
    let before = kept.open_secrets()?;
    if same_place(&kept.record.settings, settings) {
        return Ok(ProviderSecrets {
            bind_password: given.bind_password.clone().or(before.bind_password),
            client_secret: given.client_secret.clone().or(before.client_secret),
        });
    }
    let left_out = [
        (
            "bindPassword",
            before.bind_password.is_some() && given.bind_password.is_none(),
        ),
        (
            "clientSecret",
            before.client_secret.is_some() && given.client_secret.is_none(),
        ),
    ];
    let problems: Vec<FieldProblem> = left_out
        .into_iter()
        .filter(|(_, left_out)| *left_out)
        .map(|(name, _)| {
            let message = "The address, the encryption, the server's name or the authority changed: type the secret \
                           again, so that it is not sent to a place that it was not written for.";
            FieldProblem::new(format!("secrets/{name}"), "secret-again", message)
        })
        .collect();
    if problems.is_empty() {
        Ok(given.clone())
    } else {
        Err(IdentityError::Fields(problems))
    }
}

/// Does a secret that was written for the one go to nobody else with the other? Whoever may change settings must not learn
/// a kept password by having it sent to a server of his own.
fn same_place(before: &ProviderSettings, after: &ProviderSettings) -> bool {
    use ProviderSettings::{ActiveDirectory, GitHub, Ldap, OpenIdConnect};
    match (before, after) {
        (ActiveDirectory(before) | Ldap(before), ActiveDirectory(after) | Ldap(after)) => {
            before.urls == after.urls
                && before.encryption == after.encryption
                && before.server_name == after.server_name
                && before.certificate_authority == after.certificate_authority
        }
        (GitHub(before), GitHub(after)) => {
            before.base_url == after.base_url && before.certificate_authority == after.certificate_authority
        }
        (OpenIdConnect(before), OpenIdConnect(after)) => {
            before.issuer == after.issuer && before.certificate_authority == after.certificate_authority
        }
        _ => false,
    }
}
