//! A browser or a program that talks to the server under test.

use reqwest::header::{HeaderMap, SET_COOKIE};
use reqwest::{Method, RequestBuilder};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use muster_api::problem::Problem;

/// Sends requests as one user.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    /// The session cookie, as `name=value`.
    pub cookie: Option<String>,
    /// An API token.
    pub token: Option<String>,
}

impl Client {
    /// Nobody yet.
    pub fn new(base: &str) -> Self {
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self {
            http,
            base: base.to_owned(),
            cookie: None,
            token: None,
        }
    }

    /// The same browser with an API token in place of its session.
    pub fn with_token(&self, token: &str) -> Self {
        Self {
            cookie: None,
            token: Some(token.to_owned()),
            ..self.clone()
        }
    }

    /// A request with this user's credentials and, as browsers do, the page's origin; nothing else.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie).header("origin", &self.base);
        }
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        request
    }

    /// GET
    pub async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path)).await
    }

    /// DELETE
    pub async fn delete(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::DELETE, path)).await
    }

    /// POST with a JSON body
    pub async fn post(&self, path: &str, body: &impl Serialize) -> Answer {
        Answer::of(self.request(Method::POST, path).json(body)).await
    }

    /// PATCH with a JSON body
    pub async fn patch(&self, path: &str, body: &impl Serialize) -> Answer {
        Answer::of(self.request(Method::PATCH, path).json(body)).await
    }

    /// Signs in and keeps the cookie.
    pub async fn sign_in(&mut self, name: &str, password: &str) -> Answer {
        let answer = self
            .post("/api/v1/session", &json!({"name": name, "password": password}))
            .await;
        self.keep_cookie(&answer);
        answer
    }

    /// Keeps the session cookie of an answer.
    pub fn keep_cookie(&mut self, answer: &Answer) {
        if let Some(value) = answer.headers.get(SET_COOKIE) {
            self.cookie = value.to_str().unwrap().split(';').next().map(str::to_owned);
        }
    }
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: String,
}

impl Answer {
    /// Sends a request.
    pub async fn of(request: RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Self {
            status,
            headers,
            body: response.text().await.unwrap(),
        }
    }

    /// Fails unless the status is this.
    #[track_caller]
    pub fn expect_status(&self, status: u16) -> &Self {
        assert_eq!(self.status, status, "{}", self.body);
        self
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} in {}: {}", self.status, self.body))
    }

    /// The body as a problem, which every failure must be, complete with the request's id.
    #[track_caller]
    pub fn problem(&self) -> Problem {
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{}: {}",
            self.status,
            self.body
        );
        let problem: Problem = self.json();
        assert_eq!(problem.status, self.status);
        assert_eq!(problem.request_id, self.header("x-request-id"));
        problem
    }

    /// One header, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map(|value| value.to_str().unwrap())
            .unwrap_or_default()
    }
}
