//! A GitHub of a test's own, over HTTPS. Every answer of its API is checked against GitHub's OpenAPI document before it is
//! sent (`github-openapi.json` says how that was made), so that it cannot drift from the real one.

// Benchmarks take this file in from elsewhere.
#[path = "fake_github/accounts.rs"]
mod accounts;

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard};

use axum::Router;
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Json, Redirect, Response};
use axum::routing::{get, post};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonschema::Validator;
use muster_api::provider::{GitHubSettings, ProviderSettings};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::secure_server::{Reserved, SecureServer};

pub const CLIENT: &str = "0123456789abcdef0123";
pub const SECRET: &str = "the-secret-of-the-application";
pub const TOKEN: &str = "gho_16C7e42F292c6912E7710c838347Ae178B4a";
const CODE: &str = "the-code";

static SCHEMAS: LazyLock<BTreeMap<String, Validator>> = LazyLock::new(|| {
    let document: Value = serde_json::from_str(include_str!("github-openapi.json")).unwrap();
    let answers = document["answers"].as_object().unwrap();
    let validator = |schema: &Value| {
        let whole = json!({"$schema": document["$schema"], "$defs": document["$defs"], "allOf": [schema]});
        jsonschema::validator_for(&whole).unwrap()
    };
    answers
        .iter()
        .map(|(name, schema)| (name.clone(), validator(schema)))
        .collect()
});

/// What is in it, and how it behaves.
pub struct World {
    /// The person who agrees on its page.
    pub user: (u64, String),
    pub email: Option<String>,
    /// Organizations: id, login, state of the person's membership.
    pub organizations: Vec<(u64, String, &'static str)>,
    /// Teams: id, slug, organization, the team above.
    pub teams: Vec<(u64, String, u64, Option<u64>)>,
    /// The teams that the person is in himself.
    pub member_of: Vec<u64>,
    /// The scopes that the token gets.
    pub scope: &'static str,
    /// What the exchange of the code answers instead of a token.
    pub token_error: Option<&'static str>,
    /// Answers of single paths instead of the real ones: status, header, message.
    pub failures: BTreeMap<&'static str, (u16, (&'static str, &'static str), &'static str)>,
    /// Where the second page of teams is said to be.
    pub next_page: Option<String>,
    /// Entries of a page, at most what was asked for.
    pub page_size: usize,
    /// What was asked, in order: path and query.
    pub asked: Vec<String>,
    /// The challenge and the redirect address of the last visit.
    visit: Option<(String, String)>,
}

/// A running GitHub.
pub struct FakeGitHub {
    pub server: SecureServer,
    world: Arc<Mutex<World>>,
}

type Shared = State<Arc<Mutex<World>>>;

impl FakeGitHub {
    pub async fn start() -> Self {
        let (world, routes) = Self::routes();
        let server = Reserved::new().await.serve(routes);
        Self { server, world }
    }

    /// Another one, whose certificate is trusted by whoever trusts this one's.
    pub async fn start_beside(&self) -> Self {
        let (world, routes) = Self::routes();
        let server = Reserved::new().await.serve_beside(&self.server, routes);
        Self { server, world }
    }

    fn routes() -> (Arc<Mutex<World>>, Router) {
        let world = Arc::new(Mutex::new(World {
            user: (583_231, "ada".into()),
            email: Some("ada@example.com".into()),
            organizations: vec![(45, "lovelace".into(), "active")],
            teams: vec![
                (678, "engines".into(), 45, None),
                (679, "looms".into(), 45, None),
                (680, "poets".into(), 45, None),
            ],
            member_of: vec![678],
            scope: "read:org",
            token_error: None,
            failures: BTreeMap::new(),
            next_page: None,
            page_size: 100,
            asked: Vec::new(),
            visit: None,
        }));
        let api = Router::new()
            .route(
                "/meta",
                get(|| async { checked("GET /meta", json!({"verifiable_password_authentication": false})) }),
            )
            .route("/user", get(accounts::user))
            .route("/user/orgs", get(organizations))
            .route("/user/memberships/orgs", get(memberships))
            .route("/user/teams", get(teams))
            .route("/orgs/{org}/teams/{slug}", get(team))
            .route("/search/users", get(search))
            .route("/users/{login}", get(accounts::account))
            .layer(from_fn_with_state(world.clone(), guard));
        let routes = Router::new()
            .route("/login/oauth/authorize", get(authorize))
            .route("/login/oauth/access_token", post(access_token))
            .nest("/api/v3", api)
            .with_state(world.clone());
        (world, routes)
    }

    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }

    pub fn settings(&self) -> ProviderSettings {
        ProviderSettings::GitHub(GitHubSettings {
            base_url: self.server.base.clone(),
            certificate_authority: Some(self.server.authority.clone()),
            client_id: CLIENT.into(),
        })
    }
}

/// Sends what GitHub's own document allows, and nothing else.
fn checked(name: &str, answer: Value) -> Response {
    let problems: Vec<_> = SCHEMAS[name]
        .iter_errors(&answer)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    if problems.is_empty() {
        return Json(answer).into_response();
    }
    (
        StatusCode::IM_A_TEAPOT,
        format!("the fake's own answer of {name} is wrong: {}", problems.join("; ")),
    )
        .into_response()
}

/// The token is asked for everywhere but at `/meta`, the application's own secret below `/users`; failures that a test wants come first.
async fn guard(State(world): Shared, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let query = request
        .uri()
        .query()
        .map(|query| format!("?{query}"))
        .unwrap_or_default();
    let headers = request.headers();
    let agent = headers
        .get("user-agent")
        .is_some_and(|agent| agent.as_bytes().starts_with(b"muster/"));
    let wanted = if path.starts_with("/users/") {
        format!("Basic {}", STANDARD.encode(format!("{CLIENT}:{SECRET}")))
    } else {
        format!("Bearer {TOKEN}")
    };
    let authorized = headers.get("authorization").is_some_and(|value| *value == wanted);
    let planned = {
        let mut world = world.lock().unwrap();
        world.asked.push(format!("{path}{query}"));
        world.failures.get(path.as_str()).copied()
    };
    let mut answer = match planned {
        Some((200, ..)) => next.run(request).await,
        Some((status, _, message)) => refused(status, message),
        None if !agent => refused(403, "Request forbidden by administrative rules."),
        None if path != "/meta" && !authorized => refused(401, "Bad credentials"),
        None => next.run(request).await,
    };
    let headers = answer.headers_mut();
    headers.insert("x-github-request-id", "0123:4567".parse().unwrap());
    if let Some((_, (name, value), _)) = planned.filter(|(_, (name, _), _)| !name.is_empty()) {
        headers.insert(name, value.parse().unwrap());
    }
    answer
}

fn refused(status: u16, message: &str) -> Response {
    let answer =
        json!({"message": message, "documentation_url": "https://docs.github.com/rest", "status": status.to_string()});
    (StatusCode::from_u16(status).unwrap(), checked("error", answer)).into_response()
}

async fn authorize(State(world): Shared, Query(query): Query<BTreeMap<String, String>>) -> Response {
    if query.get("client_id").map(String::as_str) != Some(CLIENT) || query["response_type"] != "code" {
        return StatusCode::NOT_FOUND.into_response();
    }
    assert_eq!(
        (&*query["scope"], &*query["code_challenge_method"]),
        ("read:org", "S256")
    );
    let back = query["redirect_uri"].clone();
    world.lock().unwrap().visit = Some((query["code_challenge"].clone(), back.clone()));
    Redirect::to(&format!("{back}?code={CODE}&state={}", query["state"])).into_response()
}

/// Failures come with status 200, as GitHub's do.
async fn access_token(State(world): Shared, headers: HeaderMap, body: String) -> Response {
    assert_eq!(headers["accept"], "application/json");
    let form: BTreeMap<_, _> = url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    let mut world = world.lock().unwrap();
    let failure =
        |code: &str| Json(json!({"error": code, "error_description": "…", "error_uri": "https://docs.github.com"}));
    if form.get("client_id").map(String::as_str) != Some(CLIENT) {
        return (StatusCode::NOT_FOUND, Json(json!({"error": "Not Found"}))).into_response();
    }
    if form.get("client_secret").map(String::as_str) != Some(SECRET) {
        return failure("incorrect_client_credentials").into_response();
    }
    if let Some(code) = world.token_error {
        return failure(code).into_response();
    }
    // A code works once.
    let visit = world.visit.take();
    let (Some((challenge, back)), true) = (visit, form.get("code").map(String::as_str) == Some(CODE)) else {
        return failure("bad_verification_code").into_response();
    };
    if form.get("redirect_uri") != Some(&back) {
        return failure("redirect_uri_mismatch").into_response();
    }
    let verifier = form.get("code_verifier").cloned().unwrap_or_default();
    if URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes())) != challenge {
        return failure("bad_verification_code").into_response();
    }
    Json(json!({"access_token": TOKEN, "scope": world.scope, "token_type": "bearer"})).into_response()
}

fn address(path: &str) -> String {
    format!("https://api.github.com/{path}")
}

fn simple_user(id: u64, login: &str) -> Value {
    let mut user = json!({"id": id, "login": login, "node_id": "MDQ6VXNlcjE=", "gravatar_id": "", "type": "User", "site_admin": false});
    for name in [
        "avatar_url",
        "events_url",
        "followers_url",
        "following_url",
        "gists_url",
        "html_url",
        "organizations_url",
        "received_events_url",
        "repos_url",
        "starred_url",
        "subscriptions_url",
        "url",
    ] {
        user[name] = address(name).into();
    }
    user
}

fn simple_organization(id: u64, login: &str) -> Value {
    let mut organization = json!({"id": id, "login": login, "node_id": "MDEyOk9yZ2FuaXphdGlvbjE=", "description": "", "avatar_url": address("a")});
    for name in [
        "url",
        "repos_url",
        "events_url",
        "hooks_url",
        "issues_url",
        "members_url",
        "public_members_url",
    ] {
        organization[name] = address(name).into();
    }
    organization
}

/// One page, with the address of the next.
fn page(world: &World, name: &str, path: &str, all: Vec<Value>, query: &BTreeMap<String, String>) -> Response {
    assert_eq!(query["per_page"], "100");
    let number: usize = query.get("page").map_or(1, |page| page.parse().unwrap());
    let size = world.page_size;
    let more = all.len() > number * size;
    let entries: Vec<Value> = all.into_iter().skip((number - 1) * size).take(size).collect();
    let mut answer = checked(name, entries.into());
    if more {
        let mut next = url::Url::parse(&format!("{}/api/v3/{path}", query["base"])).unwrap();
        let asked = query
            .iter()
            .filter(|(name, _)| !matches!(name.as_str(), "base" | "page"));
        next.query_pairs_mut()
            .extend_pairs(asked)
            .append_pair("page", &(number + 1).to_string());
        let next = world.next_page.clone().unwrap_or_else(|| next.into());
        answer
            .headers_mut()
            .insert("link", format!("<{next}>; rel=\"next\"").parse().unwrap());
    }
    answer
}

/// The query, with the address that the request was sent to.
fn with_base(mut query: BTreeMap<String, String>, headers: &HeaderMap) -> BTreeMap<String, String> {
    query.insert("base".into(), format!("https://{}", headers["host"].to_str().unwrap()));
    query
}

type Pairs = Query<BTreeMap<String, String>>;

async fn organizations(State(world): Shared, headers: HeaderMap, Query(query): Pairs) -> Response {
    let world = world.lock().unwrap();
    let active = world.organizations.iter().filter(|(_, _, state)| *state == "active");
    let all = active.map(|(id, login, _)| simple_organization(*id, login)).collect();
    page(&world, "GET /user/orgs", "user/orgs", all, &with_base(query, &headers))
}

async fn memberships(State(world): Shared, headers: HeaderMap, Query(query): Pairs) -> Response {
    let world = world.lock().unwrap();
    assert_eq!(query["state"], "active");
    // Those that are pending, too: whoever reads this must look at the state.
    let membership = |(id, login, state): &(u64, String, &str)| {
        json!({
            "url": address("membership"), "state": state, "role": "member", "organization_url": address("organization"),
            "organization": simple_organization(*id, login), "user": simple_user(world.user.0, &world.user.1),
        })
    };
    let all = world.organizations.iter().map(membership).collect();
    page(
        &world,
        "GET /user/memberships/orgs",
        "user/memberships/orgs",
        all,
        &with_base(query, &headers),
    )
}

fn full_team(world: &World, id: u64) -> Value {
    let (_, slug, organization, above) = world.teams.iter().find(|team| team.0 == id).unwrap();
    let (_, login, _) = world
        .organizations
        .iter()
        .find(|known| known.0 == *organization)
        .unwrap();
    let simple = |id: u64, slug: &str| {
        let mut team = json!({
            "id": id, "node_id": "MDQ6VGVhbTE=", "name": slug.to_uppercase(), "slug": slug, "description": null,
            "privacy": "closed", "permission": "pull", "type": "organization",
        });
        for name in ["url", "html_url", "members_url", "repositories_url"] {
            team[name] = address(name).into();
        }
        team
    };
    let mut team = simple(id, slug);
    let above = above.map(|above| simple(above, &world.teams.iter().find(|team| team.0 == above).unwrap().1));
    let mut organization = simple_organization(*organization, login);
    let more = json!({
        "html_url": address("html_url"), "has_organization_projects": true, "has_repository_projects": true,
        "public_repos": 0, "public_gists": 0, "followers": 0, "following": 0, "type": "Organization",
        "created_at": "2008-01-14T04:33:35Z", "updated_at": "2008-01-14T04:33:35Z", "archived_at": null,
    });
    organization
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    let more = json!({
        "parent": above, "members_count": 3, "repos_count": 0, "organization": organization,
        "created_at": "2017-07-14T16:53:42Z", "updated_at": "2017-08-17T12:37:15Z",
    });
    team.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    team
}

async fn teams(State(world): Shared, headers: HeaderMap, Query(query): Pairs) -> Response {
    let world = world.lock().unwrap();
    let all = world.member_of.iter().map(|id| full_team(&world, *id)).collect();
    page(
        &world,
        "GET /user/teams",
        "user/teams",
        all,
        &with_base(query, &headers),
    )
}

async fn team(State(world): Shared, Path((login, slug)): Path<(String, String)>) -> Response {
    let world = world.lock().unwrap();
    let organization = world
        .organizations
        .iter()
        .find(|known| known.1 == login)
        .map(|known| known.0);
    let found = world
        .teams
        .iter()
        .find(|team| team.1 == slug && Some(team.2) == organization);
    match found {
        Some(team) => checked("GET /orgs/{org}/teams/{team_slug}", full_team(&world, team.0)),
        None => refused(404, "Not Found"),
    }
}

async fn search(State(world): Shared, Query(query): Pairs) -> Response {
    let world = world.lock().unwrap();
    let words = query["q"].strip_prefix('"').unwrap().split_once('"').unwrap().0;
    let mut items = Vec::new();
    if world.user.1.contains(words) {
        let mut user = simple_user(world.user.0, &world.user.1);
        user["score"] = 1.0.into();
        items.push(user);
    }
    checked(
        "GET /search/users",
        json!({"total_count": items.len(), "incomplete_results": false, "items": items}),
    )
}
