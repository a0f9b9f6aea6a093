//! An OpenID Connect provider that can be told to do everything wrong.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Json, Redirect, Response};
use axum::routing::{get, post};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use muster_api::provider::{OidcSettings, ProviderSettings};
use openidconnect::core::{CoreEdDsaPrivateSigningKey, CoreHmacKey, CoreJwsSigningAlgorithm};
use openidconnect::{AccessToken, AccessTokenHash, JsonWebKeyId, PrivateSigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::fake_github::SECRET;
use crate::secure_server::{Reserved, SecureServer};

pub const CLIENT: &str = "muster";
const ACCESS: &str = "an-access-token";
const REFRESH: &str = "refresh-token-1";

/// How a token is signed.
#[derive(Clone, Copy, Debug)]
pub enum Signature {
    Right,
    /// Not at all.
    None,
    /// HS256 with the public key, as everyone can read it in the key set.
    PublicKeyAsSecret,
    /// HS256 with the client's secret.
    ClientSecret,
    /// By another key with the same id.
    OtherKey,
    /// A right one, of other claims.
    OfOtherClaims,
}

/// How it behaves.
pub struct World {
    pub signature: Signature,
    /// Claims instead of the right ones; null takes one away.
    pub claims: Value,
    /// The id of the key that signs.
    pub kid: &'static str,
    /// The ids of the keys in the key set.
    pub published: Vec<&'static str>,
    /// What the discovery document calls the issuer, when that is wrong.
    pub issuer: Option<String>,
    /// Fields of the discovery document instead of the right ones.
    pub document: Value,
    /// How much is sent for a key set.
    pub padding: usize,
    /// Where the token endpoint sends callers.
    pub redirect: Option<String>,
    /// How long the token endpoint takes.
    pub delay: Duration,
    /// What the user information is.
    pub user_info: Value,
    /// Does the refresh of a token come with an identity token?
    pub refresh_with_token: bool,
    /// What the token endpoint refuses with.
    pub token_error: Option<&'static str>,
    pub key_sets_read: usize,
    pub user_infos_read: usize,
    /// What came to where the token endpoint sent callers.
    pub came_elsewhere: Vec<String>,
    /// The refresh token that works now.
    pub refresh: String,
    visit: BTreeMap<String, String>,
    keys: BTreeMap<&'static str, String>,
    base: String,
}

pub struct FakeOidc {
    pub server: SecureServer,
    world: Arc<Mutex<World>>,
}

type Shared = State<Arc<Mutex<World>>>;

impl FakeOidc {
    pub async fn start() -> Self {
        let reserved = Reserved::new().await;
        let pem = || {
            rcgen::KeyPair::generate_for(&rcgen::PKCS_ED25519)
                .unwrap()
                .serialize_pem()
        };
        let world = Arc::new(Mutex::new(World {
            signature: Signature::Right,
            claims: json!({}),
            kid: "one",
            published: vec!["one"],
            issuer: None,
            document: json!({}),
            padding: 0,
            redirect: None,
            delay: Duration::ZERO,
            user_info: json!({}),
            refresh_with_token: true,
            token_error: None,
            key_sets_read: 0,
            user_infos_read: 0,
            came_elsewhere: Vec::new(),
            refresh: REFRESH.into(),
            visit: BTreeMap::new(),
            keys: ["one", "two", "other"].into_iter().map(|name| (name, pem())).collect(),
            base: reserved.base.clone(),
        }));
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(document))
            .route("/keys", get(keys))
            .route("/authorize", get(authorize))
            .route("/token", post(token))
            .route("/userinfo", get(user_info))
            .route("/elsewhere", post(elsewhere))
            .with_state(world.clone());
        Self {
            server: reserved.serve(routes),
            world,
        }
    }

    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }

    pub fn oidc_settings(&self) -> OidcSettings {
        OidcSettings {
            issuer: self.server.base.clone(),
            certificate_authority: Some(self.server.authority.clone()),
            client_id: CLIENT.into(),
            scopes: vec!["openid".into(), "profile".into()],
            name_claim: "preferred_username".into(),
            display_name_claim: "name".into(),
            groups_claim: "groups".into(),
        }
    }

    pub fn settings(&self) -> ProviderSettings {
        ProviderSettings::OpenIdConnect(self.oidc_settings())
    }
}

impl World {
    fn key(&self, name: &str, id: &str) -> CoreEdDsaPrivateSigningKey {
        CoreEdDsaPrivateSigningKey::from_ed25519_pem(&self.keys[name], Some(JsonWebKeyId::new(id.into()))).unwrap()
    }

    /// An identity token with what is wrong with it.
    fn identity_token(&self) -> String {
        let now = Timestamp::now().as_second();
        let key = self.key(self.kid, self.kid);
        let access = AccessToken::new(ACCESS.into());
        let public = key.as_verification_key();
        let hash = AccessTokenHash::from_token(&access, &CoreJwsSigningAlgorithm::EdDsa, &public).unwrap();
        let mut claims = json!({
            "iss": self.base, "sub": "subject-1", "aud": CLIENT, "exp": now + 300, "iat": now,
            "nonce": self.visit.get("nonce"), "at_hash": hash, "preferred_username": "ada", "name": "Ada Lovelace",
            "email": "ada@example.com", "email_verified": true, "groups": ["engines", "looms"],
        });
        let right = claims.clone();
        replace(&mut claims, &self.claims);
        let algorithm = match self.signature {
            Signature::None => "none",
            Signature::PublicKeyAsSecret | Signature::ClientSecret => "HS256",
            _ => "EdDSA",
        };
        let header = json!({"alg": algorithm, "typ": "JWT", "kid": self.kid});
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let content = format!("{}.{}", part(&header), part(&claims));
        let signed_by = |key: &CoreEdDsaPrivateSigningKey, content: &str| {
            key.sign(&CoreJwsSigningAlgorithm::EdDsa, content.as_bytes()).unwrap()
        };
        let by_secret = |secret: &[u8]| {
            let key = CoreHmacKey::new(secret);
            key.sign(&CoreJwsSigningAlgorithm::HmacSha256, content.as_bytes())
                .unwrap()
        };
        let signature = match self.signature {
            Signature::Right => signed_by(&key, &content),
            Signature::None => Vec::new(),
            Signature::PublicKeyAsSecret => {
                let public = serde_json::to_value(&public).unwrap();
                by_secret(&URL_SAFE_NO_PAD.decode(public["x"].as_str().unwrap()).unwrap())
            }
            Signature::ClientSecret => by_secret(SECRET.as_bytes()),
            Signature::OtherKey => signed_by(&self.key("other", self.kid), &content),
            Signature::OfOtherClaims => signed_by(&key, &format!("{}.{}", part(&header), part(&right))),
        };
        format!("{content}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

/// Puts the fields of one object into another; null takes a field away.
fn replace(target: &mut Value, with: &Value) {
    let target = target.as_object_mut().unwrap();
    for (name, value) in with.as_object().unwrap() {
        if value.is_null() {
            target.remove(name);
        } else {
            target.insert(name.clone(), value.clone());
        }
    }
}

async fn document(State(world): Shared) -> Response {
    let world = world.lock().unwrap();
    let base = &world.base;
    let mut document = json!({
        "issuer": world.issuer.as_ref().unwrap_or(base), "authorization_endpoint": format!("{base}/authorize"),
        "token_endpoint": format!("{base}/token"), "userinfo_endpoint": format!("{base}/userinfo"),
        "jwks_uri": format!("{base}/keys"), "response_types_supported": ["code"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA", "HS256", "none"],
        "token_endpoint_auth_methods_supported": ["client_secret_post"],
    });
    replace(&mut document, &world.document);
    Json(document).into_response()
}

async fn keys(State(world): Shared) -> Response {
    let mut world = world.lock().unwrap();
    world.key_sets_read += 1;
    let keys: Vec<_> = world
        .published
        .iter()
        .map(|name| world.key(name, name).as_verification_key())
        .collect();
    Json(json!({"keys": keys, "padding": "x".repeat(world.padding)})).into_response()
}

async fn authorize(State(world): Shared, Query(query): Query<BTreeMap<String, String>>) -> Response {
    if !query.contains_key("client_id") {
        return StatusCode::BAD_REQUEST.into_response();
    }
    assert_eq!(
        (&*query["client_id"], &*query["response_type"], &*query["scope"]),
        (CLIENT, "code", "openid profile")
    );
    assert_eq!(&*query["code_challenge_method"], "S256");
    let back = format!("{}?code=a-code&state={}", query["redirect_uri"], query["state"]);
    world.lock().unwrap().visit = query;
    Redirect::to(&back).into_response()
}

async fn token(State(world): Shared, body: String) -> Response {
    let form: BTreeMap<_, _> = url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    let delay = world.lock().unwrap().delay;
    tokio::time::sleep(delay).await;
    let mut world = world.lock().unwrap();
    if let Some(elsewhere) = &world.redirect {
        return (StatusCode::TEMPORARY_REDIRECT, [("location", elsewhere.clone())]).into_response();
    }
    let refused = |code: &str| (StatusCode::BAD_REQUEST, Json(json!({"error": code}))).into_response();
    if let Some(code) = world.token_error {
        return refused(code);
    }
    if form.get("client_id").map(String::as_str) != Some(CLIENT)
        || form.get("client_secret").map(String::as_str) != Some(SECRET)
    {
        return refused("invalid_client");
    }
    if form["grant_type"] == "refresh_token" {
        if form["refresh_token"] != world.refresh {
            return refused("invalid_grant");
        }
        // Each works once.
        world.refresh.push('+');
    } else {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(form["code_verifier"].as_bytes()));
        if form["code"] != "a-code" || world.visit.get("code_challenge") != Some(&challenge) {
            return refused("invalid_grant");
        }
    }
    let mut answer =
        json!({"access_token": ACCESS, "token_type": "Bearer", "expires_in": 300, "refresh_token": world.refresh});
    if form["grant_type"] != "refresh_token" || world.refresh_with_token {
        answer["id_token"] = world.identity_token().into();
    }
    Json(answer).into_response()
}

async fn elsewhere(State(world): Shared, body: String) -> Response {
    world.lock().unwrap().came_elsewhere.push(body);
    StatusCode::BAD_REQUEST.into_response()
}

async fn user_info(State(world): Shared, headers: HeaderMap) -> Response {
    let mut world = world.lock().unwrap();
    world.user_infos_read += 1;
    if headers
        .get("authorization")
        .is_none_or(|value| value != &format!("Bearer {ACCESS}"))
    {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let mut answer = json!({"sub": "subject-1"});
    replace(&mut answer, &world.user_info);
    Json(answer).into_response()
}
