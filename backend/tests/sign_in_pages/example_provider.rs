//! OpenID Connect against a real provider: the example of a certified library.

use muster::identity::providers::Refreshed;
use muster_api::provider::{OidcSettings, ProviderSettings};
use reqwest::Method;
use secrecy::SecretString;
use testbed::oidc::{CLIENT, CLIENT_SECRET, Provider};
use url::Url;
use uuid::Uuid;

use crate::browser::{Browser, add, request};
use crate::support::{Answer, TestApp};

struct Scene {
    app: TestApp,
    oidc: Provider,
    provider: Uuid,
}

async fn scene() -> Scene {
    let app = TestApp::start().await;
    let oidc = Provider::start(&format!("{}/api/v1/sign-in/callback", app.base))
        .await
        .unwrap();
    let settings = OidcSettings {
        issuer: oidc.issuer().to_owned(),
        certificate_authority: Some(oidc.certificate_authority().to_owned()),
        client_id: CLIENT.into(),
        scopes: ["profile", "email", "offline_access"].map(str::to_owned).to_vec(),
        name_claim: "preferred_username".into(),
        display_name_claim: "name".into(),
        groups_claim: "groups".into(),
    };
    let mut wanted = request("Example", ProviderSettings::OpenIdConnect(settings));
    wanted.secrets.client_secret = Some(CLIENT_SECRET.into());
    let provider = add(&app, &wanted).await;
    Scene { app, oidc, provider }
}

impl Scene {
    /// Through the provider's own page: where the browser ends.
    async fn sign_in(&self, browser: &mut Browser, name: &str, password: &str) -> String {
        let page = browser.leave(self.provider, "?return=/pods").await;
        let form = browser.agree(&page).await;
        let form = Url::parse(self.oidc.issuer()).unwrap().join(&form).unwrap();
        let id = form
            .query_pairs()
            .find(|(key, _)| key == "authRequestID")
            .unwrap()
            .1
            .into_owned();
        let answer = browser
            .post_form(&form, &[("id", &id), ("username", name), ("password", password)])
            .await;
        let next = answer.expect_status(302).header("location").to_owned();
        let next = form.join(&next).unwrap();
        let back = browser.agree(next.as_str()).await;
        browser.come_back(&back).await
    }
}

#[tokio::test]
async fn people_sign_in_with_their_names_and_groups() {
    let scene = scene().await;
    let mut browser = Browser::new(&scene.app, scene.oidc.certificate_authority());
    assert_eq!(scene.sign_in(&mut browser, "alice", "Alice-secret-1").await, "/pods");
    let alice = browser.user().await;
    assert_eq!((&*alice.name, &*alice.display_name), ("alice", "Alice Archer"));
    assert_eq!(browser.groups(&scene.app).await, ["developers"]);

    let mut browser = Browser::new(&scene.app, scene.oidc.certificate_authority());
    assert_eq!(scene.sign_in(&mut browser, "bob", "Bob-secret-1").await, "/pods");
    assert_eq!(browser.groups(&scene.app).await, ["developers", "operators"]);
    scene.oidc.stop().await.unwrap();
}

#[tokio::test]
async fn an_account_is_looked_at_again_with_the_kept_refresh_token() {
    let scene = scene().await;
    let mut browser = Browser::new(&scene.app, scene.oidc.certificate_authority());
    scene.sign_in(&mut browser, "bob", "Bob-secret-1").await;
    let user = Uuid::parse_str(&browser.user().await.id).unwrap();
    let provider = scene.app.app.providers.find(scene.provider).await.unwrap();
    let sealed = muster::database::provider_users::renewal(&scene.app.app.database, user)
        .await
        .unwrap();
    let mut renewal: SecretString = provider.open_renewal(user, &sealed.unwrap()).unwrap();
    for _ in 0..3 {
        let (found, newest) = provider
            .by_redirect()
            .unwrap()
            .refresh("subject-bob", Some(&renewal))
            .await;
        let Refreshed::Present(person) = found else {
            panic!("{found:?}");
        };
        assert_eq!(person.groups.len(), 2);
        renewal = newest.expect("this provider gives a new one each time");
    }
    scene.oidc.stop().await.unwrap();
}

#[tokio::test]
async fn a_try_finds_everything_right() {
    let scene = scene().await;
    let provider = scene.app.app.providers.find(scene.provider).await.unwrap();
    let test = provider.by_redirect().unwrap().test().await;
    assert!(test.works, "{test:?}");
    let page = scene.app.anonymous().request(Method::GET, "/api/v1/sign-in-providers");
    assert!(Answer::of(page).await.body.contains("\"kind\":\"oidc\""));
    scene.oidc.stop().await.unwrap();
}
