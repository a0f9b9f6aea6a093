//! API tokens: what programs sign in with. The secret is shown once; its hash is kept.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::SignedDuration;
use muster_api::account::{CreateTokenRequest, CreatedToken, Token};
use muster_api::problem::FieldProblem;
use secrecy::ExposeSecret;
use uuid::Uuid;

use super::{Identity, IdentityError, later, secret};
use crate::context::{Credential, RequestContext};
use crate::database::api_tokens::{self, Places, TokenRecord};

/// What every token starts with, so that people and scanners recognise one.
pub const TOKEN_PREFIX: &str = "mst_";
/// The shortest life of a token.
pub const SHORTEST_TOKEN: Duration = Duration::from_mins(1);
/// The longest life of a token.
pub const LONGEST_TOKEN: Duration = Duration::from_hours(90 * 24);
/// Most characters of a token's name.
const LONGEST_NAME: usize = 100;

impl Identity {
    /// The tokens of the user who asks, newest first.
    pub async fn list_tokens(&self, context: &RequestContext) -> Result<Vec<Token>, IdentityError> {
        let records = api_tokens::list_of_user(&self.database, context.actor.user_id).await?;
        Ok(records.into_iter().map(item).collect())
    }

    /// Makes a token for the user who asks. Clusters and projects are named by their ids: which there are is not known
    /// here.
    pub async fn create_token(
        &self,
        context: &RequestContext,
        request: &CreateTokenRequest,
    ) -> Result<CreatedToken, IdentityError> {
        let name = request.name.trim();
        let mut problems = problems_of(name, request.lifetime_seconds);
        let mut ids = |field: &str, code: &str, message: &str, texts: &[String]| {
            let ids: Result<BTreeSet<Uuid>, _> = texts.iter().map(|id| Uuid::parse_str(id)).collect();
            ids.unwrap_or_else(|_| {
                problems.push(FieldProblem::new(field, code, message));
                BTreeSet::new()
            })
        };
        let places = Places {
            clusters: ids(
                "clusters",
                "unknown-cluster",
                "Name the clusters by their ids.",
                &request.clusters,
            ),
            projects: ids(
                "projects",
                "unknown-project",
                "Name the projects by their ids.",
                &request.projects,
            ),
        };
        if !problems.is_empty() {
            return Err(IdentityError::Fields(problems));
        }
        let now = context.now();
        let lifetime = SignedDuration::from_secs(i64::try_from(request.lifetime_seconds).unwrap_or(i64::MAX));
        let mut expires_at = later(now, lifetime);
        let mut made_with = None;
        if let Credential::Token(id) = context.credential {
            // Whoever deletes a token is rid of all that was made with it, and none of that lives longer.
            let end = api_tokens::expiry(&self.database, id).await?;
            expires_at = expires_at.min(end.unwrap_or(now));
            made_with = Some(id);
        }
        let secret = secret::generate(TOKEN_PREFIX)?;
        let record = TokenRecord {
            id: Uuid::new_v4(),
            user_id: context.actor.user_id,
            name: name.to_owned(),
            created_at: now,
            expires_at,
            last_used_at: None,
            places: Some(places).filter(|places| *places != Places::default()),
            read_only: request.read_only,
            made_with,
        };
        api_tokens::insert(&self.database, &secret::hash_of(&secret), &record).await?;
        tracing::info!(user = %context.actor.name, token = %record.id, "an API token was made");
        Ok(CreatedToken {
            token: item(record),
            secret: secret.expose_secret().to_owned(),
        })
    }

    /// Removes one token of the user who asks.
    pub async fn delete_token(&self, context: &RequestContext, id: Uuid) -> Result<(), IdentityError> {
        let removed = api_tokens::remove(&self.database, context.actor.user_id, id).await?;
        removed.then_some(()).ok_or(IdentityError::UnknownToken)
    }
}

fn item(record: TokenRecord) -> Token {
    let texts = |ids: BTreeSet<Uuid>| ids.iter().map(Uuid::to_string).collect();
    let places = record.places.unwrap_or_default();
    Token {
        id: record.id.to_string(),
        name: record.name,
        created_at: record.created_at.to_string(),
        expires_at: record.expires_at.to_string(),
        last_used_at: record.last_used_at.map(|time| time.to_string()),
        clusters: texts(places.clusters),
        projects: texts(places.projects),
        read_only: record.read_only,
    }
}

fn problems_of(name: &str, lifetime_seconds: u64) -> Vec<FieldProblem> {
    let mut problems = Vec::new();
    if name.is_empty() {
        problems.push(FieldProblem::new("name", "required", "Say what the token is for."));
    } else if name.chars().count() > LONGEST_NAME {
        let message = format!("The name may have at most {LONGEST_NAME} characters.");
        problems.push(FieldProblem::new("name", "too-long", message));
    }
    if !(SHORTEST_TOKEN.as_secs()..=LONGEST_TOKEN.as_secs()).contains(&lifetime_seconds) {
        let message = "A token works for at least 60 seconds and at most 90 days (7,776,000 seconds).";
        problems.push(FieldProblem::new("lifetimeSeconds", "out-of-range", message));
    }
    problems
}
