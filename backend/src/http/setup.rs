//! The very first start: is there an administrator, and making one with the printed code.

use axum::extract::State;
use http::StatusCode;
use http::header::SET_COOKIE;
use muster_api::problem::Problem;
use muster_api::session::{CurrentUser, SetupRequest, SetupState};
use secrecy::SecretString;

use super::cookie;
use super::extract::Json;
use super::session::{SignedInAnswer, current};
use crate::app::App;
use crate::audit::AuditNote;
use crate::context::{RequestContext, RequestId};
use crate::error::AppResult;
use crate::identity::Client;

/// Is this the first start, before anyone can sign in?
#[utoipa::path(get, path = "/api/v1/setup", operation_id = "read_setup", tag = "session",
    responses((status = 200, body = SetupState)))]
pub async fn read_setup(State(app): State<App>) -> AppResult<Json<SetupState>> {
    let administrator_missing = app.identity.administrator_missing().await?;
    Ok(Json(SetupState { administrator_missing }))
}

/// Makes the first administrator with the code of the printed link, and signs him in. The code works once.
#[utoipa::path(post, path = "/api/v1/setup", operation_id = "create_administrator", tag = "session",
    request_body = SetupRequest,
    responses(
        (status = 201, body = CurrentUser),
        (status = 403, description = "the code is unknown, used or too old", body = Problem),
    ))]
pub async fn create_administrator(
    State(app): State<App>,
    request_id: RequestId,
    client: Client,
    note: AuditNote,
    Json(request): Json<SetupRequest>,
) -> AppResult<SignedInAnswer> {
    let context = RequestContext {
        request_id,
        ..RequestContext::system(app.clock.clone())
    };
    let password = SecretString::from(request.password);
    let signed_in = app
        .identity
        .create_first_administrator(&context, &client, &request.code, &request.name, password)
        .await?;
    let actor = app.actor_of(&signed_in.user).await?;
    note.by(&actor);
    let cookie = cookie::set(&app, &signed_in.secret, signed_in.lifetime);
    Ok((
        StatusCode::CREATED,
        [(SET_COOKIE, cookie)],
        Json(current(signed_in.user, &actor)),
    ))
}
