//! Looking through the log.

use jiff::Timestamp;
use muster::audit::{Details, Event, Target, Who};
use muster_api::audit::{AuditAction, AuditPage};
use uuid::Uuid;

use crate::log::{execute, read, scaled, verify};
use crate::support::{Client, PostgresDatabase, TestApp, postgres_url};

/// A test on a server with each database there is.
async fn on_both<F: AsyncFn(&TestApp, &Client)>(test: F) {
    let app = TestApp::start().await;
    test(&app, &app.administrator().await).await;
    let Some(server) = postgres_url() else {
        return;
    };
    let postgres = PostgresDatabase::create(&server).await;
    let app = TestApp::start_on(&postgres.url()).await;
    test(&app, &app.administrator().await).await;
    drop(app);
    postgres.remove().await;
}

fn names(page: &AuditPage) -> Vec<&str> {
    page.items
        .iter()
        .map(|event| event.object.name.as_deref().unwrap_or_default())
        .collect()
}

#[tokio::test]
async fn every_filter_finds_what_it_names_and_nothing_else() {
    on_both(async |app, admin| {
        let at = |minute: i64| Timestamp::from_second(1_700_000_000 + minute * 60).unwrap();
        let audit = &app.app.audit;
        let eve = Who::user(Uuid::from_u128(3), "Eve-Ünal");
        let secret = Target::in_cluster(Some(Uuid::from_u128(9)), "potsdam")
            .of_kind("core", "v1", "secrets")
            .in_namespace("till")
            .named("door_100%");
        for event in [
            scaled("web").at(at(0)),
            scaled("api").at(at(1)).answered(409, Some("conflict")),
            Event::new(eve.clone(), AuditAction::RevealSecret, at(2))
                .on(secret.clone())
                .denied("Not for Eve."),
            Event::new(eve, AuditAction::Delete, at(3)).on(secret),
        ] {
            audit.record(event).await.unwrap();
        }
        let until = at(5);
        for (query, expected) in [
            ("", vec!["door_100%", "door_100%", "api", "web"]),
            ("actor=ada", vec!["api", "web"]),
            ("actor=EVE-%C3%BCNAL", vec!["door_100%", "door_100%"]),
            ("actor=00000000-0000-0000-0000-000000000002", vec!["api", "web"]),
            ("action=scale", vec!["api", "web"]),
            ("action=reveal-secret&action=delete", vec!["door_100%", "door_100%"]),
            ("cluster=berlin", vec!["api", "web"]),
            (
                "cluster=00000000-0000-0000-0000-000000000009",
                vec!["door_100%", "door_100%"],
            ),
            ("namespace=till", vec!["door_100%", "door_100%"]),
            ("resource=deployments", vec!["api", "web"]),
            ("kind=Secret", vec!["door_100%", "door_100%"]),
            ("name=web", vec!["web"]),
            ("result=ok", vec!["door_100%", "web"]),
            ("result=failed", vec!["api"]),
            ("result=denied", vec!["door_100%"]),
            ("text=NOT%20for", vec!["door_100%"]),
            ("text=_100%25", vec!["door_100%", "door_100%"]),
            ("text=%25", vec!["door_100%", "door_100%"]),
            ("text=dor", vec![]),
            ("actor=ada&result=ok&namespace=shop", vec!["web"]),
            ("actor=ada'%20OR%201=1%20--", vec![]),
        ] {
            let page = read(admin, &format!("{query}&until={until}")).await;
            assert_eq!(names(&page), expected, "{query}");
            assert_eq!(
                (page.total, page.total_is_exact),
                (expected.len() as u64, true),
                "{query}"
            );
        }
        let page = read(admin, &format!("since={}&until={}", at(1), at(2))).await;
        assert_eq!(names(&page), ["door_100%", "api"]);
        assert_eq!(verify(audit).await.fault, None);
    })
    .await;
}

#[tokio::test]
async fn pages_follow_one_another_newest_first() {
    on_both(async |app, admin| {
        let writing = (0..250).map(|number| app.app.audit.record(scaled(&format!("web-{number}"))));
        futures::future::join_all(writing).await;
        let ask = async |query: &str| -> AuditPage {
            admin
                .get(&format!("/api/v1/audit?{query}"))
                .await
                .expect_status(200)
                .json()
        };
        let all = ask("pageSize=500").await;
        assert_eq!((all.total, all.total_is_exact), (all.items.len() as u64, true));
        let mut seen = Vec::new();
        for page in 1..=6 {
            seen.extend(ask(&format!("actor=ada&pageSize=50&page={page}")).await.items);
        }
        assert_eq!(seen.len(), 250);
        assert!(seen.is_sorted_by(|newer, older| (&newer.time, newer.sequence) > (&older.time, older.sequence)));
        assert_eq!(
            ask("page=2").await.items.len(),
            100,
            "a hundred a page, when the query does not say"
        );
    })
    .await;
}

#[tokio::test]
async fn a_wrong_parameter_is_named() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    for (query, field) in [
        ("pageSize=501", "pageSize"),
        ("page=0", "page"),
        ("action=nothing", "action"),
        ("since=yesterday", "since"),
        ("until=2026-11-23", "until"),
        ("result=maybe", "result"),
        ("kind=Widget", "kind"),
        ("colour=red", "colour"),
        ("actor=a&actor=b", "actor"),
    ] {
        let answer = admin.get(&format!("/api/v1/audit?{query}")).await;
        let problem = answer.expect_status(422).problem();
        assert_eq!(problem.field_problems[0].field, field, "{query}");
    }
    let answer = admin.get("/api/v1/audit/export?format=xml").await;
    assert_eq!(answer.expect_status(422).problem().field_problems[0].field, "format");
}

#[tokio::test]
async fn an_event_is_told_whole() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let who = Who::user(Uuid::from_u128(3), "eve")
        .of_provider(Uuid::from_u128(4), "Company directory")
        .as_somebody("ada", ["developers", "testers"]);
    let target = Target::in_cluster(Some(Uuid::from_u128(1)), "berlin")
        .of_kind("core", "v1", "pods")
        .in_namespace("shop")
        .named("web-1")
        .subresource("exec");
    let event = Event::new(who, AuditAction::ShellOpened, Timestamp::now())
        .on(target)
        .because("The role operator is bound to the group developers in the cluster berlin.")
        .details(
            Details::new()
                .with("container", "app")
                .with_change("replicas", 1_u32, 3_u32),
        );
    app.app.audit.record(event).await.unwrap();
    let event = read(&admin, "action=shell-opened").await.items.remove(0);
    assert_eq!(event.id, event.sequence.to_string());
    assert_eq!(
        (event.actor.provider.as_str(), event.actor.impersonated.as_deref()),
        ("Company directory", Some("ada"))
    );
    assert_eq!(event.actor.impersonated_groups.as_ref().map(String::len), Some(64));
    let object = &event.object;
    assert_eq!(
        [
            &object.cluster,
            &object.group,
            &object.version,
            &object.resource,
            &object.namespace,
            &object.name
        ]
        .map(|part| part.clone().unwrap()),
        ["berlin", "core", "v1", "pods", "shop", "web-1"]
    );
    assert_eq!(object.subresource.as_deref(), Some("exec"));
    assert_eq!(
        event.details,
        serde_json::json!({"container": "app", "replicas": {"from": 1, "to": 3}})
    );
    assert_eq!(event.hash.len(), 64);
}

#[tokio::test]
async fn the_verification_is_for_administrators_and_names_the_first_wrong_event() {
    let app = TestApp::start().await;
    let (admin, ada) = (app.administrator().await, app.user("ada").await);
    for path in ["/api/v1/audit", "/api/v1/audit/export", "/api/v1/audit/verification"] {
        ada.get(path).await.expect_status(403);
    }
    let verification =
        async || -> serde_json::Value { admin.get("/api/v1/audit/verification").await.expect_status(200).json() };
    assert_eq!(verification().await["intact"], true);
    execute(
        &app.app.database,
        "UPDATE audit_events SET actor_name = 'eve' WHERE sequence = 1",
    )
    .await;
    let found = verification().await;
    assert_eq!(
        (&found["intact"], &found["fault"]["sequence"]),
        (&false.into(), &1.into())
    );
    assert_eq!(found["fault"]["kind"], "changed");
}
