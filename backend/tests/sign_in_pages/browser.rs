//! A browser that signs in: keeps cookies, and goes where it is sent, step by step.

use std::collections::BTreeMap;

use muster::context::RequestContext;
use muster::database::groups;
use muster_api::provider::{Admission, AdmissionMode, ProviderRequest, ProviderSecrets, ProviderSettings};
use muster_api::session::CurrentUser;
use reqwest::header::SET_COOKIE;
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client};
use url::Url;
use uuid::Uuid;

use crate::support::{Answer, TestApp};

/// One browser.
#[derive(Clone)]
pub struct Browser {
    http: Client,
    base: Url,
    /// Of the console.
    pub cookies: BTreeMap<String, String>,
}

impl Browser {
    /// A browser that trusts the provider's certificate authority.
    pub fn new(app: &TestApp, authority: &str) -> Self {
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let authority = Certificate::from_pem(authority.as_bytes()).unwrap();
        let http = Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .tls_certs_only([authority])
            .build()
            .unwrap();
        Self {
            http,
            base: app.base.parse().unwrap(),
            cookies: BTreeMap::new(),
        }
    }

    /// One request; cookies go to the console only.
    pub async fn get(&mut self, address: &str) -> Answer {
        let address = self.base.join(address).unwrap();
        let ours = address.origin() == self.base.origin();
        let mut request = self.http.get(address);
        if ours {
            let cookies: Vec<_> = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            request = request.header("cookie", cookies.join("; "));
        }
        let answer = Answer::of(request).await;
        if ours {
            self.keep_cookies(&answer);
        }
        answer
    }

    /// Sends a form to the provider.
    pub async fn post_form(&self, address: &Url, form: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let request = self
            .http
            .post(address.clone())
            .header("content-type", "application/x-www-form-urlencoded");
        Answer::of(request.body(body)).await
    }

    fn keep_cookies(&mut self, answer: &Answer) {
        for cookie in answer.headers.get_all(SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            if cookie.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    /// Leaves for the provider's page: its address.
    pub async fn leave(&mut self, provider: Uuid, query: &str) -> String {
        let answer = self.get(&format!("/api/v1/sign-in/{provider}{query}")).await;
        answer.expect_status(303).header("location").to_owned()
    }

    /// Goes to a page that only sends on: where to. On the page of a provider that asks nothing, that is a yes.
    pub async fn agree(&mut self, page: &str) -> String {
        let answer = self.get(page).await;
        assert!(matches!(answer.status, 302 | 303), "{}: {}", answer.status, answer.body);
        answer.header("location").to_owned()
    }

    /// Comes back to the console: where it leads.
    pub async fn come_back(&mut self, address: &str) -> String {
        self.get(address).await.expect_status(303).header("location").to_owned()
    }

    /// The whole way, at a provider that asks nothing: where it leads.
    pub async fn sign_in(&mut self, provider: Uuid) -> String {
        let page = self.leave(provider, "").await;
        if page.starts_with('/') {
            return page;
        }
        let back = self.agree(&page).await;
        self.come_back(&back).await
    }

    /// Who is signed in.
    pub async fn user(&mut self) -> CurrentUser {
        self.get("/api/v1/session").await.expect_status(200).json()
    }

    /// The stable ids of the groups of whoever is signed in.
    pub async fn groups(&mut self, app: &TestApp) -> Vec<String> {
        let user = Uuid::parse_str(&self.user().await.id).unwrap();
        let groups = groups::list_of_user(&app.app.database, user).await.unwrap();
        let mut ids: Vec<_> = groups.into_iter().map(|group| group.external_id).collect();
        ids.sort();
        ids
    }
}

/// A provider that lets everyone in.
pub fn request(name: &str, settings: ProviderSettings) -> ProviderRequest {
    ProviderRequest {
        name: name.into(),
        enabled: true,
        settings,
        admission: Admission {
            mode: AdmissionMode::Anyone,
            listed: Vec::new(),
        },
        secrets: ProviderSecrets {
            bind_password: None,
            client_secret: Some(crate::fake_github::SECRET.into()),
        },
    }
}

/// Keeps a provider.
pub async fn add(app: &TestApp, request: &ProviderRequest) -> Uuid {
    let context = RequestContext::system(app.app.clock.clone());
    app.app.providers.add(&context, request).await.unwrap().record.id
}
