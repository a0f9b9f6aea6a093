//! Signing in and out, and the first start.

use super::{ApiResult, request};
use muster_api::access::{SubjectReference, ViewAsRequest};
use muster_api::session::{CurrentUser, Preferences, SetupRequest, SetupState, SignInRequest};

/// Is this the first start?
pub async fn read_setup() -> ApiResult<SetupState> {
    request::get("/setup").await
}

/// Creates the first administrator and signs in.
pub async fn create_administrator(body: &SetupRequest) -> ApiResult<CurrentUser> {
    request::post("/setup", body).await
}

/// Who is signed in.
pub async fn read_session() -> ApiResult<CurrentUser> {
    request::get("/session").await
}

/// Signs in.
pub async fn sign_in(body: &SignInRequest) -> ApiResult<CurrentUser> {
    request::post("/session", body).await
}

/// Signs out.
pub async fn sign_out() -> ApiResult<()> {
    request::delete("/session").await
}

/// Remembers language and theme for this user.
pub async fn save_preferences(body: &Preferences) -> ApiResult<CurrentUser> {
    request::patch("/account/preferences", body).await
}

/// Looks at the console as somebody else, or as oneself again.
pub async fn view_as(subject: Option<SubjectReference>) -> ApiResult<()> {
    request::post_nothing("/session/view-as", &ViewAsRequest { subject }).await
}
