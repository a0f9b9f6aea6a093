//! Every route that changes something leaves an event, whoever calls it and whatever comes of it.

use muster::http::middleware::audit::When;
use muster::router::{Access, Route, table};
use muster_api::audit::{AuditAction, AuditEvent};
use reqwest::Method;
use serde_json::json;

use crate::log::{figure, of_request, one_of_request, read};
use crate::support::{Answer, Client, PASSWORD, TestApp};

/// A call with something for every parameter and an empty body.
async fn call(client: &Client, route: &Route) -> Answer {
    let part = |part: &str| {
        if part.starts_with('{') {
            "example".to_owned()
        } else {
            part.to_owned()
        }
    };
    let path = route.path.split('/').map(part).collect::<Vec<_>>().join("/");
    let method = Method::from_bytes(route.method.as_str().as_bytes()).unwrap();
    let request = client.request(method.clone(), &path);
    let request = if method == Method::GET {
        request
    } else {
        request.header("content-type", "application/json").body("{}")
    };
    Answer::of(request).await
}

/// An administrator whose token outlives whatever the calls do to sessions.
async fn by_token(app: &TestApp) -> Client {
    let admin = app.administrator().await;
    let request = json!({"name": "test", "lifetimeSeconds": 3600});
    let created = admin.post("/api/v1/account/tokens", &request).await;
    let created: serde_json::Value = created.expect_status(201).json();
    admin.with_token(created["secret"].as_str().unwrap())
}

#[test]
fn every_route_that_changes_something_says_what_it_is_called() {
    for route in table() {
        let changes = route.method != Method::GET;
        assert!(
            !changes || route.audit.is_some(),
            "{} {} changes something: say in router/ under which word the audit log has it",
            route.method,
            route.path
        );
        let is_for_some = route.audit.is_some_and(|audit| matches!(audit.when, When::Asked(_)));
        assert!(!changes || !is_for_some, "{} {}", route.method, route.path);
    }
}

/// Calls that only try something: they are in the log when they are not allowed.
#[test]
fn only_these_posts_change_nothing() {
    let trials: Vec<&str> = table()
        .iter()
        .filter(|route| route.audit.is_some_and(|audit| audit.when == When::Refused))
        .map(|route| route.path)
        .collect();
    assert_eq!(
        trials,
        [
            "/api/v1/access/review",
            "/api/v1/roles/preview",
            "/api/v1/kubeconfig/inspect",
            "/api/v1/clusters/{cluster}/deployments/preview"
        ]
    );
}

#[tokio::test]
async fn every_call_that_changes_something_leaves_an_event() {
    let app = TestApp::start().await;
    let admin = by_token(&app).await;
    for route in table().iter().filter(|route| route.method != Method::GET) {
        let audit = route.audit.unwrap();
        let answer = call(&admin, route).await;
        let events = of_request(&admin, &answer).await;
        if audit.when == When::Refused {
            assert_eq!(events, [], "{} {}", route.method, route.path);
            continue;
        }
        let [event] = &events[..] else {
            panic!("{} {}: {events:#?}", route.method, route.path)
        };
        let action = match (audit.action, answer.status) {
            (AuditAction::SignIn, 400..) => AuditAction::SignInFailed,
            (action, _) => action,
        };
        assert_eq!(event.action, action.as_str(), "{} {}", route.method, route.path);
        assert_eq!(event.status, Some(answer.status));
        assert_eq!(event.result, if answer.status < 400 { "ok" } else { "failed" });
        if route.access != Access::Public {
            assert_eq!(
                (event.actor.name.as_str(), event.actor.credential.as_str()),
                ("admin", "token")
            );
        }
        assert_eq!(event.address.as_deref(), Some("127.0.0.1"));
    }
}

#[tokio::test]
async fn a_call_that_is_not_allowed_leaves_an_event_that_says_so() {
    let app = TestApp::start().await;
    let (admin, ada) = (app.administrator().await, app.user("ada").await);
    let guarded: Vec<Route> = table()
        .into_iter()
        .filter(|route| matches!(route.access, Access::May(_) | Access::Administrator) && route.method != Method::GET)
        .collect();
    assert!(guarded.len() > 5);
    for route in &guarded {
        let answer = call(&ada, route).await;
        answer.expect_status(403);
        let event = one_of_request(&admin, &answer).await;
        assert_eq!((event.decision.as_str(), event.result.as_str()), ("denied", "failed"));
        assert_eq!(
            (event.actor.name.as_str(), event.actor.credential.as_str()),
            ("ada", "session")
        );
        assert_eq!(Some(event.reason), answer.problem().detail);
        assert_eq!(event.code.as_deref(), Some("forbidden"));
    }
    let denied = read(&admin, "result=denied&actor=ada").await;
    assert_eq!(denied.total, guarded.len() as u64);
    // What is invisible is not there; that it was asked for is told of all the same.
    let secret = "/api/v1/clusters/berlin/resources/core/v1/secrets/shop/door";
    ada.get(secret).await.expect_status(404);
    let revealing = ada.get(&format!("{secret}?reveal=true")).await;
    let event = one_of_request(&admin, &revealing).await;
    assert_eq!(
        (event.action.as_str(), event.object.name.as_deref()),
        ("reveal-secret", Some("door"))
    );
    assert_eq!((event.result.as_str(), event.status), ("failed", Some(404)));
}

#[tokio::test]
async fn a_page_of_another_origin_is_told_of_with_the_user_whose_session_it_used() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let request = reqwest::Client::new()
        .delete(format!("{}/api/v1/account/sessions", app.base))
        .header("cookie", admin.cookie.clone().unwrap())
        .header("origin", "http://evil.example.com");
    let answer = Answer::of(request).await;
    answer.expect_status(403);
    let event = one_of_request(&admin, &answer).await;
    assert_eq!(
        (event.decision.as_str(), event.action.as_str()),
        ("denied", "session-ended")
    );
    assert!(event.reason.contains("http://evil.example.com"), "{}", event.reason);
}

#[tokio::test]
async fn what_is_read_and_what_nobody_in_particular_tries_leaves_none() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let before = read(&admin, "").await.total;
    for route in table().iter().filter(|route| route.audit.is_none()) {
        if !route.path.ends_with("/live") {
            call(&admin, route).await;
        }
    }
    for route in table().iter().filter(|route| route.access != Access::Public) {
        call(&app.anonymous(), route).await.expect_status(401);
    }
    assert_eq!(read(&admin, "").await.total, before);
}

#[tokio::test]
async fn signing_in_and_out_is_told_with_the_account_only_when_there_is_one() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let named = |event: &AuditEvent| event.object.name.clone();

    let mut stranger = app.anonymous();
    let wrong = stranger.sign_in("ADMIN", "wrong").await;
    let event = one_of_request(&admin, &wrong).await;
    assert_eq!(
        (event.action.as_str(), named(&event).as_deref()),
        ("sign-in-failed", Some("admin"))
    );
    assert_eq!(
        (event.decision.as_str(), event.code.as_deref()),
        ("denied", Some("wrong-credentials"))
    );
    assert_eq!(event.actor.id, None);

    let typed_into_the_wrong_field = stranger.sign_in("correct horse battery staple", "").await;
    let event = one_of_request(&admin, &typed_into_the_wrong_field).await;
    assert_eq!((event.action.as_str(), named(&event)), ("sign-in-failed", None));

    let right = stranger.sign_in("admin", PASSWORD).await;
    let event = one_of_request(&admin, &right).await;
    assert_eq!((event.action.as_str(), event.result.as_str()), ("sign-in", "ok"));
    assert_eq!(
        (event.actor.name.as_str(), event.actor.provider.as_str()),
        ("admin", "local")
    );
    assert!(event.actor.id.is_some());

    let out = stranger.delete("/api/v1/session").await;
    let event = one_of_request(&admin, &out).await;
    assert_eq!(
        (event.action.as_str(), event.actor.name.as_str()),
        ("sign-out", "admin")
    );
}

#[tokio::test]
async fn nobody_fills_the_log_by_guessing() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let suppressed = figure(&admin, "muster_audit_suppressed_total").await;
    for attempt in 0..100 {
        app.anonymous().sign_in(&format!("guess-{attempt}"), "wrong").await;
    }
    let failed = read(&admin, "action=sign-in-failed").await.total;
    let left_out = figure(&admin, "muster_audit_suppressed_total").await - suppressed;
    // Thirty at once, and one more every two seconds that the test takes.
    assert!((30..80).contains(&failed), "{failed} events for 100 attempts");
    assert!(left_out >= 100 - failed, "{left_out} are counted");
}
