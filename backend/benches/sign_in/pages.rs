//! Sign-ins on pages of providers: the whole way of a browser, which asks nothing and waits for nobody.

use std::time::Instant;

use muster_api::provider::{OidcSettings, ProviderSettings};
use testbed::oidc::{CLIENT, CLIENT_SECRET, Provider};
use url::Url;

use crate::browser::{Browser, add, request};
use crate::fake_github::FakeGitHub;
use crate::support::TestApp;
use crate::{Figures, Measured, SIGN_INS};

/// A GitHub of our own, which answers at once: what is measured is the console's part.
pub async fn github(figures: &mut Figures) {
    let github = FakeGitHub::start().await;
    let app = TestApp::start().await;
    let provider = add(&app, &request("GitHub", github.settings())).await;
    let authority = &github.server.authority;
    let raw = format!("{}/api/v3/meta", github.server.base);
    let mut measured = Measured::default();
    let mut direct = Browser::new(&app, authority);
    for _ in 0..SIGN_INS {
        let began = Instant::now();
        direct.get(&raw).await;
        measured.least.push(began.elapsed());

        let mut browser = Browser::new(&app, authority);
        let began = Instant::now();
        assert_eq!(browser.sign_in(provider).await, "/");
        measured.whole.push(began.elapsed());
    }
    figures.add("github", "one request to the provider", measured);
}

/// The example provider of a certified library, its page with name and password included.
pub async fn oidc(figures: &mut Figures) {
    let app = TestApp::start().await;
    let oidc = Provider::start(&format!("{}/api/v1/sign-in/callback", app.base))
        .await
        .unwrap();
    let mut wanted = request("Example", ProviderSettings::OpenIdConnect(settings(&oidc)));
    wanted.secrets.client_secret = Some(CLIENT_SECRET.into());
    let provider = add(&app, &wanted).await;
    let raw = format!("{}.well-known/openid-configuration", oidc.issuer());
    let mut measured = Measured::default();
    let mut direct = Browser::new(&app, oidc.certificate_authority());
    for _ in 0..SIGN_INS {
        let began = Instant::now();
        direct.get(&raw).await.expect_status(200);
        measured.least.push(began.elapsed());

        let mut browser = Browser::new(&app, oidc.certificate_authority());
        let began = Instant::now();
        let page = browser.leave(provider, "").await;
        let form = browser.agree(&page).await;
        let form = Url::parse(oidc.issuer()).unwrap().join(&form).unwrap();
        let mut query = form.query_pairs();
        let id = query.find(|(key, _)| key == "authRequestID").unwrap().1.into_owned();
        let typed = [("id", &*id), ("username", "bob"), ("password", "Bob-secret-1")];
        let answer = browser.post_form(&form, &typed).await;
        let next = form.join(answer.expect_status(302).header("location")).unwrap();
        let back = browser.agree(next.as_str()).await;
        assert_eq!(browser.come_back(&back).await, "/");
        measured.whole.push(began.elapsed());
    }
    figures.add("oidc", "one request to the provider", measured);
    oidc.stop().await.unwrap();
}

fn settings(oidc: &Provider) -> OidcSettings {
    OidcSettings {
        issuer: oidc.issuer().to_owned(),
        certificate_authority: Some(oidc.certificate_authority().to_owned()),
        client_id: CLIENT.into(),
        scopes: ["profile", "email", "offline_access"].map(str::to_owned).to_vec(),
        name_claim: "preferred_username".into(),
        display_name_claim: "name".into(),
        groups_claim: "groups".into(),
    }
}
