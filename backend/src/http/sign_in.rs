//! Signing in on a provider's own page: there and back. Whatever goes wrong on the way leads the browser to the sign-in
//! page, with a code that the page has a text for: a person is looking, not a program.

use axum::extract::State;
use axum::response::AppendHeaders;
use http::header::{LOCATION, SET_COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use muster_api::Collection;
use muster_api::problem::Problem;
use muster_api::provider::SignInProvider;
use muster_api::session::SIGN_IN_PROBLEMS;
use secrecy::ExposeSecret;
use url::Url;
use uuid::Uuid;

use super::extract::{Json, Path, QueryPairs};
use super::{cookie, notes};
use crate::app::App;
use crate::audit::AuditNote;
use crate::error::{AppError, AppResult};
use crate::identity::{Client, IdentityError, ReturnFailure, Returned};

/// Where providers send browsers back to, below the public address.
const CALLBACK: &str = "/api/v1/sign-in/callback";

/// Leads a browser elsewhere, with cookies.
type Redirect = (StatusCode, AppendHeaders<Vec<(HeaderName, HeaderValue)>>);

/// The providers that people may sign in through.
#[utoipa::path(get, path = "/api/v1/sign-in-providers", operation_id = "list_sign_in_providers", tag = "session",
    responses((status = 200, body = Collection<SignInProvider>)))]
pub async fn list_sign_in_providers(State(app): State<App>) -> AppResult<Json<Collection<SignInProvider>>> {
    Ok(Json(Collection::complete(app.providers.sign_in_providers().await?)))
}

/// Sends the browser to a provider's own sign-in page.
#[utoipa::path(get, path = "/api/v1/sign-in/{provider}", operation_id = "leave_to_sign_in", tag = "session",
    params(
        ("provider" = String, Path, description = "the provider's id"),
        ("return" = Option<String>, Query, description = "the page of the console to be at afterwards: a path"),
    ),
    responses((status = 303, description = "to the provider's page, or to the sign-in page with `problem`")))]
pub async fn leave(
    State(app): State<App>,
    client: Client,
    Path(provider): Path<String>,
    query: QueryPairs,
) -> Redirect {
    let id = Uuid::parse_str(&provider).ok();
    let leaving = async {
        let provider = app
            .providers
            .find_enabled(id.ok_or(IdentityError::UnknownProvider)?)
            .await?;
        let return_to = query.all("return").next();
        app.identity
            .leave(&client, &provider, &callback(&app)?, return_to)
            .await
    };
    match leaving.await {
        Ok(leaving) => {
            let cookie = cookie::set_leaving(&app, &leaving.browser, leaving.patience);
            redirect(leaving.address.as_str(), vec![cookie])
        }
        Err(error) => to_sign_in(id, &told(error), Vec::new()),
    }
}

/// Takes a browser back from a provider's page, and signs in whoever it vouches for.
#[utoipa::path(get, path = "/api/v1/sign-in/callback", operation_id = "come_back_from_sign_in", tag = "session",
    responses((status = 303, description = "to the page that was wanted, or to the sign-in page with `problem`")))]
pub async fn come_back(
    State(app): State<App>,
    client: Client,
    note: AuditNote,
    headers: HeaderMap,
    query: QueryPairs,
) -> Redirect {
    let one = |name| query.all(name).next();
    let returned = Returned {
        state: one("state").map(Into::into),
        code: one("code").map(Into::into),
        error: one("error").map(str::to_owned),
        iss: one("iss").map(str::to_owned),
    };
    let old = cookie::read(&app, &headers);
    let browser = cookie::read_leaving(&app, &headers);
    let coming = async {
        let nameless = |error| ReturnFailure { provider: None, error };
        let callback = callback(&app).map_err(nameless)?;
        let old = old.as_ref().map(ExposeSecret::expose_secret);
        let identity = &app.identity;
        identity
            .come_back(&client, &app.providers, &callback, returned, browser.as_ref(), old)
            .await
    };
    let used_up = cookie::clear_leaving(&app);
    match coming.await {
        Ok(came) => {
            if let Ok(actor) = app.actor_of(&came.signed_in.user).await {
                note.named(&*actor.name);
                note.by(&actor);
            }
            notes::signed_in(&note, &came.signed_in);
            let session = cookie::set(&app, &came.signed_in.secret, came.signed_in.lifetime);
            redirect(&came.return_to, vec![session, used_up])
        }
        Err(ReturnFailure { provider, error }) => {
            let problem = told(error);
            note_failure(&note, provider, &problem);
            to_sign_in(provider, &problem, vec![used_up])
        }
    }
}

/// Writes down that somebody was not let in. Anybody can call the address without having been at a provider: of that
/// nothing is written.
fn note_failure(note: &AuditNote, provider: Option<Uuid>, problem: &Problem) {
    match provider {
        Some(provider) => {
            note.detail("provider", provider.to_string());
            note.came_to(problem.status, problem.code());
        }
        None => note.changes_nothing(),
    }
}

/// Where providers send browsers back to.
pub(super) fn callback(app: &App) -> Result<Url, IdentityError> {
    app.public_url
        .join(CALLBACK)
        .map_err(|error| IdentityError::Internal(format!("the public address cannot be used: {error}")))
}

/// To the sign-in page, which says what went wrong in words of its own.
fn to_sign_in(provider: Option<Uuid>, problem: &Problem, cookies: Vec<HeaderValue>) -> Redirect {
    // What nobody has a text for is our own failure.
    let code = SIGN_IN_PROBLEMS
        .iter()
        .find(|known| **known == problem.code())
        .unwrap_or(&"internal");
    let provider = provider.map(|id| format!("&provider={id}")).unwrap_or_default();
    redirect(&format!("/sign-in?problem={code}{provider}"), cookies)
}

/// What went wrong, which the server's log has in full.
fn told(error: IdentityError) -> Problem {
    tracing::warn!(%error, "somebody did not get signed in by a provider's page");
    AppError::from(error).problem()
}

fn redirect(address: &str, cookies: Vec<HeaderValue>) -> Redirect {
    let location = HeaderValue::try_from(address).unwrap_or_else(|_| HeaderValue::from_static("/"));
    let cookies = cookies.into_iter().map(|cookie| (SET_COOKIE, cookie));
    let headers = std::iter::once((LOCATION, location)).chain(cookies).collect();
    (StatusCode::SEE_OTHER, AppendHeaders(headers))
}
