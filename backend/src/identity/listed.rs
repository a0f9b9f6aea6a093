//! People and groups that were typed, not found: a provider with a page of its own cannot be searched before somebody has
//! come by it. Names become the provider's stable ids before anything is kept.

use muster_api::problem::FieldProblem;
use muster_api::provider::{ExternalPrincipal, ProviderRequest, ProviderSettings};
use uuid::Uuid;

use super::provider_registry::{Door, Provider, door_of};
use super::providers::ProviderError;
use super::providers::github::is_stable_id;
use super::{Identity, IdentityError};
use crate::context::RequestContext;

/// Must the provider be asked who is meant? Where ids are free texts, what is typed is one.
pub(super) fn is_a_name(settings: &ProviderSettings, principal: &ExternalPrincipal) -> bool {
    matches!(settings, ProviderSettings::GitHub(_)) && !is_stable_id(principal.kind, &principal.external_id)
}

impl Identity {
    /// The request with a stable id for everyone who is listed; `like` is the provider that it replaces.
    pub(super) async fn with_stable_ids(
        &self,
        context: &RequestContext,
        like: Option<Uuid>,
        request: &ProviderRequest,
    ) -> Result<ProviderRequest, IdentityError> {
        let mut request = request.clone();
        if !request
            .admission
            .listed
            .iter()
            .any(|principal| is_a_name(&request.settings, principal))
        {
            return Ok(request);
        }
        let door = match like {
            Some(_) => {
                let provider = self
                    .providers
                    .to_try(context, &request.settings, &request.secrets, like)
                    .await?;
                provider.door()?
            }
            None => door_of(&request.settings, request.secrets.clone(), &self.clock)?,
        };
        let mut problems = Vec::new();
        for (place, principal) in request.admission.listed.iter_mut().enumerate() {
            if !is_a_name(&request.settings, principal) {
                continue;
            }
            match identified(&door, principal).await {
                Ok(found) => *principal = found,
                Err(message) => problems.push(FieldProblem::new(
                    format!("admission/listed/{place}"),
                    "unknown-name",
                    message,
                )),
            }
        }
        if problems.is_empty() {
            Ok(request)
        } else {
            Err(IdentityError::Fields(problems))
        }
    }

    /// Whom a typed id or name of a kept provider means.
    pub(super) async fn identified(
        &self,
        provider: &Provider,
        principal: ExternalPrincipal,
    ) -> Result<ExternalPrincipal, IdentityError> {
        if !is_a_name(&provider.record.settings, &principal) {
            return Ok(principal);
        }
        identified(&provider.door()?, &principal).await.map_err(|message| {
            IdentityError::Fields(vec![FieldProblem::new("subject/externalId", "unknown-name", message)])
        })
    }
}

async fn identified(door: &Door, principal: &ExternalPrincipal) -> Result<ExternalPrincipal, String> {
    let Door::Redirect(provider) = door else {
        return Ok(principal.clone());
    };
    provider.identify(principal).await.map_err(|error| match error {
        ProviderError::Refused { reason } => reason.message(),
        other => format!("{}: {other}", principal.external_id),
    })
}
