//! What happens when the log cannot be written.

use muster::audit::Event;
use muster::clock::Clock;
use muster::database::Database;
use muster_api::audit::AuditAction;
use serde_json::{Value, json};

use crate::log::{context, execute, figure, of_request, read, verify};
use crate::support::TestApp;

/// From now on nothing more gets into the table of events; everything else can be written.
async fn close_the_log(app: &TestApp) {
    let refuse = "CREATE TRIGGER refuse BEFORE INSERT ON audit_events BEGIN SELECT RAISE(ABORT, 'no'); END";
    execute(&app.app.database, refuse).await;
}

async fn open_the_log(app: &TestApp) {
    execute(&app.app.database, "DROP TRIGGER refuse").await;
}

fn token() -> Value {
    json!({"name": "x", "lifetimeSeconds": 3600})
}

#[tokio::test]
async fn reading_goes_on_when_nothing_can_be_written() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let Database::Sqlite { writer, .. } = &app.app.database else {
        panic!("a test of SQLite")
    };
    sqlx::query("PRAGMA query_only = ON").execute(writer).await.unwrap();
    let lost = figure(&admin, "muster_audit_lost_total").await;
    for path in [
        "/api/v1/audit",
        "/api/v1/audit/export",
        "/api/v1/session",
        "/api/v1/clusters",
    ] {
        admin.get(path).await.expect_status(200);
    }
    assert!(
        figure(&admin, "muster_audit_lost_total").await > lost,
        "the export was to be written down"
    );
    let refused = admin.post("/api/v1/account/tokens", &token()).await;
    assert_eq!(refused.expect_status(503).problem().code(), "storage");
}

#[tokio::test]
async fn a_change_goes_on_without_its_event_and_the_loss_is_counted() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    close_the_log(&app).await;
    let lost = figure(&admin, "muster_audit_lost_total").await;
    admin.post("/api/v1/account/tokens", &token()).await.expect_status(201);
    assert!(figure(&admin, "muster_audit_lost_total").await > lost);
    open_the_log(&app).await;
    let kept = admin.post("/api/v1/account/tokens", &token()).await;
    assert_eq!(of_request(&admin, &kept).await.len(), 1);
    assert!(
        verify(&app.app.audit).await.intact,
        "an event that was lost leaves no gap"
    );
}

#[tokio::test]
async fn where_an_audit_is_required_nothing_is_done_that_cannot_be_written_down() {
    let app = TestApp::start_with(Clock::system(), |config| config.audit_required = true).await;
    let admin = app.administrator().await;
    close_the_log(&app).await;
    let refused = admin.post("/api/v1/account/tokens", &token()).await;
    assert_eq!(refused.expect_status(503).problem().code(), "audit");
    let tokens: Value = admin.get("/api/v1/account/tokens").await.expect_status(200).json();
    assert_eq!(tokens["total"], 0, "nothing was done");
    let refused = app
        .app
        .audit
        .record(Event::of(&context(), AuditAction::ShellOpened))
        .await;
    assert!(refused.is_err());
    admin.get("/api/v1/audit/export").await.expect_status(200);
    app.anonymous()
        .sign_in("admin", crate::support::PASSWORD)
        .await
        .expect_status(503);

    open_the_log(&app).await;
    let done = admin.post("/api/v1/account/tokens", &token()).await;
    done.expect_status(201);
    let events = of_request(&admin, &done).await;
    let results: Vec<&str> = events.iter().map(|event| event.result.as_str()).collect();
    assert_eq!(results, ["ok", "begun"], "newest first");
    assert_eq!(events[1].actor.name, "admin");
    assert_eq!(
        read(&admin, "result=begun").await.items.len(),
        2,
        "the sign-in before, and the token"
    );
}

#[tokio::test]
async fn a_caller_who_hangs_up_leaves_an_event_all_the_same() {
    use tokio::io::AsyncWriteExt;
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let Database::Sqlite { writer, .. } = &app.app.database else {
        panic!("a test of SQLite")
    };
    // Nobody can write until the caller has gone.
    let mut held = writer.acquire().await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut *held).await.unwrap();
    let host = app.base.strip_prefix("http://").unwrap();
    let idle = app.app.tasks.tracker.len();
    let mut socket = tokio::net::TcpStream::connect(host).await.unwrap();
    let body = token().to_string();
    let request = format!(
        "POST /api/v1/account/tokens HTTP/1.1\r\nhost: {host}\r\norigin: {}\r\ncookie: {}\r\n\
         x-request-id: of-one-who-hangs-up\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        app.base,
        admin.cookie.clone().unwrap(),
        body.len()
    );
    socket.write_all(request.as_bytes()).await.unwrap();
    // The request has arrived once the server works at it.
    let working = async {
        while app.app.tasks.tracker.len() <= idle {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), working)
        .await
        .unwrap();
    drop(socket);
    sqlx::query("ROLLBACK").execute(&mut *held).await.unwrap();
    drop(held);
    let told = async {
        loop {
            let events = read(&admin, "action=token-created").await.items;
            if let Some(event) = events.into_iter().next() {
                return event;
            }
        }
    };
    let event = tokio::time::timeout(std::time::Duration::from_secs(20), told)
        .await
        .unwrap();
    assert_eq!(
        (event.request_id.as_deref(), event.result.as_str()),
        (Some("of-one-who-hangs-up"), "ok")
    );
    let tokens: Value = admin.get("/api/v1/account/tokens").await.json();
    assert_eq!(tokens["total"], 1);
}
