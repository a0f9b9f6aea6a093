//! Signing in and out, and who is signed in.

use axum::extract::State;
use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use muster_api::problem::Problem;
use muster_api::session::{CurrentUser, SignInRequest};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use super::extract::Json;
use super::{cookie, notes};
use crate::app::App;
use crate::audit::AuditNote;
use crate::context::{Actor, RequestContext};
use crate::database::users::User;
use crate::error::{AppError, AppResult};
use crate::identity::Client;

/// A user with the cookie of the new session.
pub type SignedInAnswer = (StatusCode, [(HeaderName, HeaderValue); 1], Json<CurrentUser>);

/// The user as the browser sees him, with what bindings give him, when the console is looked at as oneself.
pub(super) fn current(user: User, actor: &Actor) -> CurrentUser {
    CurrentUser {
        id: user.id.to_string(),
        name: user.name,
        display_name: user.display_name,
        role: actor.role,
        preferences: user.preferences,
        provider: actor.provider.as_ref().map(|provider| provider.name.to_string()),
        permissions: actor.standing.permissions.iter().copied().collect(),
        viewing_as: None,
    }
}

/// Who is signed in? While the console is looked at as somebody else (`viewingAs`), the permissions are that one's, and
/// everything else is still one's own.
#[utoipa::path(get, path = "/api/v1/session", operation_id = "read_session", tag = "session",
    responses((status = 200, body = CurrentUser)))]
pub async fn read_session(State(app): State<App>, context: RequestContext) -> AppResult<Json<CurrentUser>> {
    let user = app.identity.current_user(&context).await?;
    Ok(Json(CurrentUser {
        permissions: context.actor.standing.permissions.iter().copied().collect(),
        viewing_as: app.identity.viewed(&context).await?,
        ..current(user, context.person())
    }))
}

/// Signs somebody in by name and password: a local user, or one of a directory.
#[utoipa::path(post, path = "/api/v1/session", operation_id = "sign_in", tag = "session",
    request_body = SignInRequest,
    responses(
        (status = 200, body = CurrentUser),
        (status = 401, description = "wrong name or password", body = Problem),
        (status = 429, description = "too many attempts; Retry-After says when to try again", body = Problem),
    ))]
pub async fn sign_in(
    State(app): State<App>,
    client: Client,
    note: AuditNote,
    headers: HeaderMap,
    Json(request): Json<SignInRequest>,
) -> AppResult<SignedInAnswer> {
    let old = cookie::read(&app, &headers);
    let old = old.as_ref().map(ExposeSecret::expose_secret);
    let password = SecretString::from(request.password);
    // People type passwords into the field for the name: the log names accounts that there are.
    note.named(app.identity.account_named(&request.name).await?.unwrap_or_default());
    let provider = provider_id(request.provider.as_deref())?;
    let signed_in = app
        .identity
        .sign_in_with_password(&client, provider, &request.name, password, old)
        .await?;
    let actor = app.actor_of(&signed_in.user).await?;
    note.by(&actor);
    notes::signed_in(&note, &signed_in);
    let cookie = cookie::set(&app, &signed_in.secret, signed_in.lifetime);
    Ok((
        StatusCode::OK,
        [(SET_COOKIE, cookie)],
        Json(current(signed_in.user, &actor)),
    ))
}

fn provider_id(text: Option<&str>) -> AppResult<Option<Uuid>> {
    let parsed = text.map(Uuid::parse_str).transpose();
    parsed.map_err(|_| AppError::not_found("such provider to sign in with"))
}

/// Signs out: ends the session that asks.
#[utoipa::path(delete, path = "/api/v1/session", operation_id = "sign_out", tag = "session",
    responses((status = 204, description = "signed out")))]
pub async fn sign_out(
    State(app): State<App>,
    context: RequestContext,
) -> AppResult<(StatusCode, [(HeaderName, HeaderValue); 1])> {
    app.identity.sign_out(&context).await?;
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, cookie::clear(&app))]))
}
