//! GitHub and GitHub Enterprise Server.

use muster::context::RequestContext;
use muster::identity::providers::{RedirectProvider, Refreshed};
use muster_api::provider::ProviderSettings;
use secrecy::SecretString;
use std::sync::Arc;
use uuid::Uuid;

use crate::browser::{Browser, add, request};
use crate::fake_github::{FakeGitHub, TOKEN};
use crate::support::TestApp;

struct Scene {
    app: TestApp,
    github: FakeGitHub,
    provider: Uuid,
    browser: Browser,
}

async fn scene() -> Scene {
    let github = FakeGitHub::start().await;
    let app = TestApp::start().await;
    let provider = add(&app, &request("GitHub", github.settings())).await;
    let browser = Browser::new(&app, &github.server.authority);
    Scene {
        app,
        github,
        provider,
        browser,
    }
}

impl Scene {
    async fn groups(&mut self) -> Vec<String> {
        assert_eq!(self.browser.sign_in(self.provider).await, "/");
        self.browser.groups(&self.app).await
    }

    async fn asked(&self) -> Arc<dyn RedirectProvider> {
        self.app
            .app
            .providers
            .find(self.provider)
            .await
            .unwrap()
            .by_redirect()
            .unwrap()
    }

    async fn refreshed(&self) -> Refreshed {
        let token = SecretString::from(TOKEN);
        self.asked().await.refresh("user:583231", Some(&token)).await.0
    }
}

#[tokio::test]
async fn a_person_signs_in_with_organizations_and_teams_known_by_number() {
    let mut scene = scene().await;
    assert_eq!(scene.groups().await, ["org:45", "team:678"]);
    let user = scene.browser.user().await;
    assert_eq!((&*user.name, &*user.display_name), ("ada", "Ada Lovelace"));
}

/// CVE-2026-41053: a user got all teams of the organization.
#[tokio::test]
async fn cve_2026_41053_a_member_of_one_of_three_teams_gets_this_team_only() {
    let mut scene = scene().await;
    assert_eq!(scene.github.world().teams.len(), 3);
    assert_eq!(scene.groups().await, ["org:45", "team:678"]);
    assert!(
        scene
            .github
            .world()
            .asked
            .iter()
            .all(|path| !path.starts_with("/orgs/"))
    );
}

#[tokio::test]
async fn a_member_of_a_child_team_is_a_member_of_every_team_above() {
    let mut scene = scene().await;
    {
        let mut world = scene.github.world();
        world.teams.push((700, "company".into(), 45, None));
        world.teams.push((701, "research".into(), 45, Some(700)));
        world.teams.push((702, "numbers".into(), 45, Some(701)));
        world.teams.push((703, "letters".into(), 45, Some(701)));
        world.member_of = vec![702];
    }
    assert_eq!(scene.groups().await, ["org:45", "team:700", "team:701", "team:702"]);
}

#[tokio::test]
async fn an_invitation_is_no_membership() {
    let mut scene = scene().await;
    {
        let mut world = scene.github.world();
        world.organizations.push((46, "babbage".into(), "pending"));
        world.teams.push((800, "mills".into(), 46, None));
        world.member_of.push(800);
    }
    assert_eq!(scene.groups().await, ["org:45", "team:678"]);
}

#[tokio::test]
async fn lists_are_read_to_their_last_page() {
    let mut scene = scene().await;
    {
        let mut world = scene.github.world();
        world.page_size = 2;
        world.organizations = (1..=5).map(|id| (id, format!("org{id}"), "active")).collect();
        world.teams = (11..=15).map(|id| (id, format!("team{id}"), 1, None)).collect();
        world.member_of = (11..=15).collect();
    }
    assert_eq!(scene.groups().await.len(), 10);
}

#[tokio::test]
async fn a_next_page_on_another_server_never_gets_the_token() {
    let mut scene = scene().await;
    let other = scene.github.start_beside().await;
    {
        let mut world = scene.github.world();
        world.page_size = 1;
        world.member_of = vec![678, 679];
        world.next_page = Some(format!("{}/api/v3/user/teams?per_page=100&page=2", other.server.base));
    }
    let led = scene.browser.sign_in(scene.provider).await;
    assert_eq!(
        led,
        format!("/sign-in?problem=provider-unavailable&provider={}", scene.provider)
    );
    assert_eq!(other.world().asked, [""; 0]);
}

#[tokio::test]
async fn new_names_change_nothing_and_old_names_in_other_hands_give_nothing() {
    let mut scene = scene().await;
    let groups = scene.groups().await;
    let user = scene.browser.user().await.id;
    {
        let mut world = scene.github.world();
        world.user.1 = "countess".into();
        world.organizations[0].1 = "analytical".into();
        world.teams[0].1 = "machines".into();
    }
    assert_eq!(scene.groups().await, groups);
    let renamed = scene.browser.user().await;
    assert_eq!((renamed.id, &*renamed.name), (user.clone(), "countess"));
    {
        // Somebody else takes the login, the name of the organization and the name of the team.
        let mut world = scene.github.world();
        world.user = (999, "ada".into());
        world.organizations = vec![(99, "lovelace".into(), "active")];
        world.teams = vec![(998, "engines".into(), 99, None)];
        world.member_of = vec![998];
    }
    assert_eq!(scene.groups().await, ["org:99", "team:998"]);
    assert_ne!(scene.browser.user().await.id, user);
}

#[tokio::test]
async fn less_than_was_asked_for_is_said_plainly() {
    let mut scene = scene().await;
    let led = format!("/sign-in?problem=action-needed&provider={}", scene.provider);
    for scope in ["", "user:email", "read:organization", "repo,gist"] {
        scene.github.world().scope = scope;
        assert_eq!(scene.browser.sign_in(scene.provider).await, led, "{scope}");
    }
    for scope in ["admin:org", "user:email,read:org"] {
        scene.github.world().scope = scope;
        assert_eq!(scene.browser.sign_in(scene.provider).await, "/", "{scope}");
    }
}

#[tokio::test]
async fn failures_in_answers_with_status_200_are_failures() {
    let mut scene = scene().await;
    for (code, problem) in [
        ("bad_verification_code", "wrong-credentials"),
        ("incorrect_client_credentials", "provider-misconfigured"),
        ("redirect_uri_mismatch", "provider-misconfigured"),
        ("unverified_user_email", "action-needed"),
        ("something_new", "provider-unavailable"),
    ] {
        scene.github.world().token_error = Some(code);
        let led = scene.browser.sign_in(scene.provider).await;
        assert_eq!(
            led,
            format!("/sign-in?problem={problem}&provider={}", scene.provider),
            "{code}"
        );
    }
}

#[tokio::test]
async fn organizations_that_demand_their_single_sign_on_are_not_taken_for_left_ones() {
    let mut scene = scene().await;
    let header = ("x-github-sso", "partial-results; organizations=21955855,20582480");
    scene.github.world().failures.insert("/user/orgs", (200, header, ""));
    let led = scene.browser.sign_in(scene.provider).await;
    assert_eq!(
        led,
        format!("/sign-in?problem=action-needed&provider={}", scene.provider)
    );
    let refreshed = scene.refreshed().await;
    assert!(matches!(refreshed, Refreshed::Unknown { .. }), "{refreshed:?}");
}

#[tokio::test]
async fn only_what_github_says_of_the_account_itself_ends_it() {
    let scene = scene().await;
    let plain = ("", "");
    let cases = [
        (
            "/user",
            401,
            plain,
            "Bad credentials",
            "absent: the authorization was revoked",
        ),
        (
            "/user/teams",
            401,
            plain,
            "Bad credentials",
            "absent: the authorization was revoked",
        ),
        ("/user", 404, plain, "Not Found", "absent: the account is gone"),
        (
            "/user",
            403,
            plain,
            "Sorry. Your account was suspended.",
            "absent: the account is suspended",
        ),
        ("/user/teams", 404, plain, "Not Found", "unknown"),
        ("/user/teams", 403, plain, "Forbidden", "unknown"),
        (
            "/user/teams",
            403,
            ("x-ratelimit-remaining", "0"),
            "API rate limit exceeded",
            "unknown",
        ),
        (
            "/user/teams",
            403,
            ("retry-after", "60"),
            "You have exceeded a secondary rate limit",
            "unknown",
        ),
        (
            "/user/teams",
            429,
            ("retry-after", "60"),
            "Too many requests",
            "unknown",
        ),
        (
            "/user/orgs",
            403,
            ("x-github-sso", "required; url=https://github.com/orgs/a/sso"),
            "SAML",
            "unknown",
        ),
        ("/user", 500, plain, "Server Error", "unknown"),
        ("/user/memberships/orgs", 502, plain, "Bad Gateway", "unknown"),
        (
            "/user",
            302,
            ("location", "https://evil.example.com/user"),
            "Moved",
            "unknown",
        ),
    ];
    for (path, status, header, message, expected) in cases {
        scene.github.world().failures = [(path, (status, header, message))].into();
        let found = match scene.refreshed().await {
            Refreshed::Present(_) => "present".to_owned(),
            Refreshed::Absent { reason } => format!("absent: {reason}"),
            Refreshed::Unknown { reason } => {
                assert!(!reason.contains(TOKEN), "{reason}");
                "unknown".to_owned()
            }
        };
        assert_eq!(found, expected, "{path} {status}");
    }
    scene.github.world().failures.clear();
    let Refreshed::Present(person) = scene.refreshed().await else {
        panic!("the account is there");
    };
    assert_eq!(person.groups.len(), 2);
    let provider = scene.asked().await;
    let (without, _) = provider.refresh("user:583231", None).await;
    assert!(matches!(without, Refreshed::Unknown { .. }));
    let (other, _) = provider.refresh("user:1", Some(&SecretString::from(TOKEN))).await;
    assert!(
        matches!(other, Refreshed::Unknown { .. }),
        "another account's token says nothing of this one"
    );
}

#[tokio::test]
async fn a_team_named_user_that_cannot_be_read_is_not_the_account() {
    let scene = scene().await;
    {
        let mut world = scene.github.world();
        world.teams.push((700, "user".into(), 45, None));
        world.teams.push((701, "child".into(), 45, Some(700)));
        world.member_of = vec![701];
        world.failures = [("/orgs/lovelace/teams/user", (404, ("", ""), "Not Found"))].into();
    }
    let refreshed = scene.refreshed().await;
    assert!(matches!(refreshed, Refreshed::Unknown { .. }), "{refreshed:?}");
}

#[tokio::test]
async fn cve_2023_32198_a_server_without_a_trusted_certificate_is_never_told_anything() {
    let mut scene = scene().await;
    let other = FakeGitHub::start().await;
    let ProviderSettings::GitHub(mut settings) = scene.github.settings() else {
        panic!("it is GitHub");
    };
    settings.certificate_authority = Some(other.server.authority.clone());
    let provider = add(&scene.app, &request("Other", ProviderSettings::GitHub(settings))).await;
    let led = scene.browser.sign_in(provider).await;
    assert_eq!(
        led,
        format!("/sign-in?problem=provider-unavailable&provider={provider}")
    );
    assert_eq!(scene.github.world().asked, [""; 0]);
}

#[tokio::test]
async fn people_and_the_askers_own_groups_are_found_by_a_part_of_their_names() {
    let scene = scene().await;
    let provider = scene.asked().await;
    let token = SecretString::from(TOKEN);
    let found = async |text: &str| {
        let found = provider.search(text, 10, Some(&token)).await.unwrap();
        found
            .into_iter()
            .map(|found| found.principal.external_id)
            .collect::<Vec<_>>()
    };
    assert_eq!(found("ad").await, ["user:583231"]);
    assert_eq!(found("ENGI").await, ["team:678"]);
    assert_eq!(
        found("lovelace").await,
        ["org:45", "team:678"],
        "teams are found by their organization, too"
    );
    assert_eq!(found("looms").await, [""; 0], "a team that the asker is not in");
    assert_eq!(found(" ").await, [""; 0]);
    assert_eq!(provider.search("ad", 10, None).await.unwrap(), []);
}

#[tokio::test]
async fn a_try_says_whether_github_is_there_and_knows_the_application() {
    let scene = scene().await;
    let test = scene.asked().await.test().await;
    let steps: Vec<_> = test.steps.iter().map(|step| (&*step.code, step.works)).collect();
    assert_eq!(
        (test.works, steps),
        (true, vec![("connect", true), ("client", true)]),
        "{test:?}"
    );

    let context = RequestContext::system(scene.app.app.clock.clone());
    let mut wrong = request("wrong", scene.github.settings());
    wrong.secrets.client_secret = Some("another".into());
    let providers = &scene.app.app.providers;
    let tried = providers
        .to_try(&context, &wrong.settings, &wrong.secrets, None)
        .await
        .unwrap();
    let test = tried.by_redirect().unwrap().test().await;
    assert!(
        !test.works && test.steps[1].message().contains("does not accept"),
        "{test:?}"
    );

    let ProviderSettings::GitHub(mut settings) = scene.github.settings() else {
        panic!("it is GitHub");
    };
    settings.client_id = "unknown".into();
    let settings = ProviderSettings::GitHub(settings);
    let tried = providers
        .to_try(&context, &settings, &wrong.secrets, None)
        .await
        .unwrap();
    let test = tried.by_redirect().unwrap().test().await;
    assert!(
        !test.works && test.steps[1].message().contains("no OAuth application"),
        "{test:?}"
    );
}
