//! Identity providers of the configuration file: what is refused, and how the database comes to agree.

use std::path::Path;

use muster::clock::Clock;
use muster::config::{Config, Overrides, load};
use muster_api::Collection;
use muster_api::audit::AuditPage;
use muster_api::provider::{Provider, ProviderSettings};
use reqwest::Method;
use serde_json::json;
use tempfile::TempDir;

use crate::support::{Answer, Program, TestApp};

fn github(name: &str, client: &str, secret: &Path) -> String {
    format!(
        "[[identity_providers]]\nname = \"{name}\"\nclient_secret_file = \"{}\"\n\
         [identity_providers.settings]\nkind = \"github\"\nclient_id = \"{client}\"\n\
         [identity_providers.admission]\nmode = \"listed\"\n\
         listed = [{{ kind = \"group\", external_id = \"org:9919\", name = \"github\" }}]\n",
        secret.display()
    )
}

fn directory(changes: &str) -> String {
    format!(
        "[[identity_providers]]\nname = \"Company\"\n{changes}\n[identity_providers.settings]\nkind = \"ldap\"\n\
         urls = [\"ldaps://ldap.example.org\"]\nbind_name = \"cn=muster\"\nuser_bases = [\"dc=example\"]\n\
         user_object_class = \"inetOrgPerson\"\nlogin_attributes = [\"uid\"]\nname_attribute = \"uid\"\n\
         display_name_attribute = \"cn\"\nemail_attribute = \"mail\"\nunique_attribute = \"entryUUID\"\n\
         group_bases = [\"dc=example\"]\ngroup_object_classes = [\"groupOfNames\"]\ngroup_name_attribute = \"cn\"\n\
         group_unique_attribute = \"entryUUID\"\nmembership = \"member\"\n"
    )
}

fn secret_in(folder: &Path) -> std::path::PathBuf {
    let path = folder.join("secret");
    std::fs::write(&path, "s3cret-of-the-file\n").unwrap();
    path
}

fn check(data: &Path, file: &str) -> (bool, String) {
    std::fs::write(data.join("muster.toml"), file).unwrap();
    let output = Program::new(data)
        .args(["config", "check"])
        .env("DIRECTORY_PASSWORD", "s3cret-of-the-environment")
        .run();
    let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert!(!text.contains("s3cret") && !text.contains("hunter2"), "{text}");
    (output.status.success(), text)
}

#[test]
fn providers_in_order_are_told_with_the_places_of_their_secrets() {
    let data = tempfile::tempdir().unwrap();
    let secret = secret_in(data.path());
    let file = github("GitHub", "client", &secret) + &directory("bind_password_variable = \"DIRECTORY_PASSWORD\"");
    let (accepted, text) = check(data.path(), &file);
    assert!(accepted, "{text}");
    for part in [
        "\"GitHub\": github, enabled, 1 listed",
        &secret.display().to_string(),
        "\"Company\": ldap, enabled, 0 listed",
        "the environment variable DIRECTORY_PASSWORD",
        "in order",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn the_example_of_the_guide_is_taken_as_it_stands_there() {
    let data = tempfile::tempdir().unwrap();
    let secret = secret_in(data.path());
    let guide = include_str!("../../../docs/sign-in.md");
    let example = guide.split("```toml").nth(1).unwrap().split("```").next().unwrap();
    let (accepted, text) = check(
        data.path(),
        &example.replace("/run/secrets/github", &secret.display().to_string()),
    );
    assert!(accepted, "{text}");
}

#[test]
fn what_is_wrong_with_a_provider_is_told_by_its_name_and_field() {
    let data = tempfile::tempdir().unwrap();
    let secret = secret_in(data.path());
    let good = github("GitHub", "client", &secret);
    for (file, parts) in [
        (
            directory("bind_password = \"hunter2\""),
            ["\"Company\"", "`bind_password`", "bind_password_file"],
        ),
        (directory(""), ["\"Company\"", "bind_password_file", "missing"]),
        (
            directory("bind_password_file = \"/nowhere/secret\""),
            ["\"Company\"", "/nowhere/secret", "cannot be read"],
        ),
        (
            directory("bind_password_variable = \"NOT_SET\""),
            ["\"Company\"", "NOT_SET", "is not set"],
        ),
        (
            directory("bind_password_variable = \"DIRECTORY_PASSWORD\"").replace("ldaps://", "ldap://"),
            ["\"Company\"", "`settings.urls", "ldaps://"],
        ),
        (
            directory("bind_password_variable = \"DIRECTORY_PASSWORD\"").replace("bind_name", "bindname"),
            ["\"Company\"", "settings", "`bind_name`"],
        ),
        (
            directory("bind_password_variable = \"DIRECTORY_PASSWORD\"") + "nestd = true\n",
            ["\"Company\"", "settings", "`nestd`"],
        ),
        (
            good.replace("github\"\nclient", "gitlab\"\nclient"),
            ["\"GitHub\"", "settings", "`github`"],
        ),
        (
            good.replace("name = \"GitHub\"\n", "name = \"\"\n"),
            ["\"\"", "`name`", "sign-in page"],
        ),
        (
            good.replace("org:9919", "octocat"),
            ["\"GitHub\"", "admission.listed", "org:<number>"],
        ),
        (good.clone() + &good, ["\"GitHub\"", "`name`", "two providers"]),
    ] {
        let (accepted, text) = check(data.path(), &file);
        assert!(!accepted, "{file}");
        assert!(parts.iter().all(|part| text.contains(part)), "{file}: {text}");
    }
}

#[test]
fn a_server_whose_file_is_wrong_does_not_start_and_says_why() {
    let data = tempfile::tempdir().unwrap();
    std::fs::write(
        data.path().join("muster.toml"),
        directory("bind_password_file = \"/nowhere/secret\""),
    )
    .unwrap();
    let output = Program::new(data.path())
        .args(["serve", "--listen", "127.0.0.1:0"])
        .run();
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    assert!(
        text.contains("\"Company\"") && text.contains("/nowhere/secret"),
        "{text}"
    );
}

/// A server whose file has these providers.
async fn start(folder: TempDir, providers: &str) -> TestApp {
    let path = folder.path().join("muster.toml");
    std::fs::write(&path, providers).unwrap();
    let read: Config = load(&Overrides {
        file: Some(path),
        data: Some(folder.path().to_owned()),
        ..Overrides::default()
    })
    .unwrap();
    TestApp::start_in(folder, Clock::system(), |config| {
        config.file = read.file;
        config.identity_providers = read.identity_providers;
    })
    .await
}

async fn only_provider(app: &TestApp) -> Provider {
    let list: Collection<Provider> = app
        .administrator()
        .await
        .get("/api/v1/providers")
        .await
        .expect_status(200)
        .json();
    let [provider] = <[Provider; 1]>::try_from(list.items).unwrap();
    provider
}

#[tokio::test]
async fn the_file_makes_changes_and_turns_off_its_providers_and_nobody_else_does() {
    let folder = tempfile::tempdir().unwrap();
    let secret = secret_in(folder.path());
    let app = start(folder, &github("GitHub", "first", &secret)).await;
    let made = only_provider(&app).await;
    assert!(made.managed_by_file && made.enabled);
    assert_eq!(
        (&*made.name, &made.secrets_set[..]),
        ("GitHub", &["clientSecret".to_owned()][..])
    );
    let administrator = app.administrator().await;
    let path = format!("/api/v1/providers/{}", made.id);
    let change = json!({"name": "Mine", "settings": made.settings, "admission": made.admission});
    let refused = [
        Answer::of(administrator.request(Method::PUT, &path).json(&change)).await,
        administrator.delete(&path).await,
    ];
    for answer in refused {
        let problem = answer.expect_status(409).problem();
        assert!(
            problem.detail.as_deref().unwrap_or_default().contains("muster.toml"),
            "{problem:?}"
        );
    }

    let app = start(app.stop().await, &github("github", "second", &secret)).await;
    let changed = only_provider(&app).await;
    assert_eq!((&changed.id, &*changed.name), (&made.id, "github"));
    assert!(matches!(&changed.settings, ProviderSettings::GitHub(settings) if settings.client_id == "second"));

    let app = start(app.stop().await, "").await;
    let left = only_provider(&app).await;
    assert_eq!((&left.id, left.enabled, left.managed_by_file), (&made.id, false, false));
    let listed = Answer::of(app.administrator().await.request(Method::PUT, &path).json(&change)).await;
    listed.expect_status(200);

    let app = start(app.stop().await, &github("Mine", "third", &secret)).await;
    let taken = only_provider(&app).await;
    assert_eq!(
        (&taken.id, taken.enabled, taken.managed_by_file),
        (&made.id, true, true)
    );

    // What the file did is in the audit log as the console's own doing, and a start that changes nothing is not.
    let app = start(app.stop().await, &github("Mine", "third", &secret)).await;
    let path = "/api/v1/audit?action=provider-changed";
    let events: AuditPage = app.administrator().await.get(path).await.expect_status(200).json();
    let by_file = events.items.iter().filter(|event| event.actor.credential == "console");
    let told: Vec<(&str, &str)> = by_file
        .map(|event| {
            (
                event.object.name.as_deref().unwrap(),
                event.details["change"].as_str().unwrap(),
            )
        })
        .collect();
    let expected = [
        ("Mine", "changed"),
        ("github", "turned-off"),
        ("github", "changed"),
        ("GitHub", "made"),
    ];
    assert_eq!(told, expected);
}
