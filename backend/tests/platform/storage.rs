//! A database that cannot be written to: said at start, and answered with a problem while running; never a crash, never
//! a loss that nobody notices.

use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use muster::database::Database;
use serde_json::json;
use sqlx::migrate::Migrator;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};

use crate::support::{Client, PASSWORD, Program, TestApp, run};

/// A user without rights, for tests that run as root: root may write to read-only files.
const NOBODY: u32 = 65534;

fn make_readable_only(path: &Path) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o444)).unwrap();
}

#[test]
fn a_read_only_database_file_is_named_at_start() {
    let data = tempfile::tempdir().unwrap();
    assert!(run(data.path(), &["migrate"]).status.success());
    make_readable_only(&data.path().join("muster.db"));
    let bin = tempfile::tempdir().unwrap();
    std::fs::set_permissions(bin.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let mut program = Program::copied_to(bin.path(), data.path()).args(["serve", "--listen", "127.0.0.1:0"]);
    if nix_is_root() {
        std::fs::set_permissions(data.path(), std::fs::Permissions::from_mode(0o777)).unwrap();
        for entry in std::fs::read_dir(data.path()).unwrap() {
            chown(entry.unwrap().path(), Some(0), None).unwrap();
        }
        program.0.uid(NOBODY).gid(NOBODY);
    }
    let output = program.run();
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    let last = message.lines().last().unwrap_or_default();
    assert!(last.contains("muster.db") && last.contains("read-only"), "{message}");
}

fn nix_is_root() -> bool {
    let output = Command::new("id").arg("-u").output().unwrap();
    output.stdout == b"0\n"
}

#[test]
fn a_file_that_is_no_database_is_named_at_start_and_left_alone() {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("muster.db");
    let content = "these are the only notes of a year of work\n".repeat(100);
    std::fs::write(&file, &content).unwrap();
    let output = run(data.path(), &["serve", "--listen", "127.0.0.1:0"]);
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(
        message.contains("muster.db") && message.contains("no database"),
        "{message}"
    );
    assert_eq!(std::fs::read_to_string(&file).unwrap(), content);
}

#[test]
fn an_unreachable_database_server_is_told_without_its_password() {
    let data = tempfile::tempdir().unwrap();
    let url = "postgres://ada:s3cret@127.0.0.1:1/muster";
    let output = run(data.path(), &["serve", "--listen", "127.0.0.1:0", "--database", url]);
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    assert!(
        message.lines().last().unwrap_or_default().contains("database"),
        "{message}"
    );
    assert!(!message.contains("s3cret"), "{message}");
}

/// Writes until the database takes no more, then asks that reading goes on and writing fails with the right problem.
#[tokio::test]
async fn a_full_database_answers_503_and_goes_on_reading() {
    let app = TestApp::start().await;
    let browser = app.administrator().await;
    let Database::Sqlite { writer, .. } = &app.app.database else {
        panic!("a test of SQLite")
    };
    let pages: i64 = sqlx::query_scalar("PRAGMA page_count").fetch_one(writer).await.unwrap();
    let limit = AssertSqlSafe(format!("PRAGMA max_page_count = {}", pages + 1));
    let _applied: i64 = sqlx::query_scalar(limit).fetch_one(writer).await.unwrap();

    let mut made = 0;
    let refused = loop {
        let request = json!({"name": "x".repeat(100), "lifetimeSeconds": 3600});
        let answer = browser.post("/api/v1/account/tokens", &request).await;
        match answer.status {
            201 => made += 1,
            _ => break answer,
        }
        assert!(made < 1000, "the database never became full");
    };
    assert_eq!(refused.expect_status(503).problem().code(), "storage");
    let tokens: serde_json::Value = browser.get("/api/v1/account/tokens").await.expect_status(200).json();
    assert_eq!(tokens["total"], made, "what was answered to is there");
    browser.get("/api/v1/session").await.expect_status(200);
    app.anonymous().get("/healthz").await.expect_status(200);
}

/// The same with a real process whose files may not grow: as on a full disk.
#[tokio::test]
async fn a_disk_without_room_answers_503_and_nothing_is_lost_afterwards() {
    let data = tempfile::tempdir().unwrap();
    let arguments = ["user", "create", "admin", "--role", "administrator", "--password-stdin"];
    assert!(
        Program::new(data.path())
            .args(arguments)
            .run_with_input(PASSWORD)
            .status
            .success()
    );

    let limited = Program::new(data.path()).in_shell("trap '' XFSZ; ulimit -f 400; exec \"$@\"");
    let server = limited.serve();
    let mut browser = Client::new(&server.base);
    browser.sign_in("admin", PASSWORD).await.expect_status(200);
    let mut made = 0;
    let refused = loop {
        let request = json!({"name": "x".repeat(100), "lifetimeSeconds": 3600});
        let answer = browser.post("/api/v1/account/tokens", &request).await;
        match answer.status {
            201 => made += 1,
            _ => break answer,
        }
        assert!(made < 5000, "the disk never became full");
    };
    assert_eq!(refused.expect_status(503).problem().code(), "storage");
    drop(server);

    let server = Program::new(data.path()).serve();
    browser = Client::new(&server.base);
    browser.sign_in("admin", PASSWORD).await.expect_status(200);
    let tokens: serde_json::Value = browser.get("/api/v1/account/tokens").await.expect_status(200).json();
    assert_eq!(tokens["total"], made);
}

/// The steps that the first release had; whoever began with it goes on with every later one.
#[tokio::test]
async fn a_database_of_the_first_release_keeps_its_people_with_their_sessions_and_tokens() {
    let (data, steps) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for step in ["0001_identity.sql", "0002_clusters.sql"] {
        let from = crate::package().join("../migrations/sqlite").join(step);
        std::fs::copy(from, steps.path().join(step)).unwrap();
    }
    let options = SqliteConnectOptions::new()
        .filename(data.path().join("muster.db"))
        .create_if_missing(true);
    let mut first = options.connect().await.unwrap();
    let steps = Migrator::new(steps.path()).await.unwrap();
    steps.run(&mut first).await.unwrap();
    let rows = "INSERT INTO users VALUES (x'01', 'Ada', 'ada', 'Ada', 'administrator', NULL, '{}', 0, 1);
        INSERT INTO sessions VALUES (x'02', x'03', x'01', 1, 2, 3, '', '');
        INSERT INTO api_tokens VALUES (x'04', x'05', x'01', 'backup', 1, 2, NULL);";
    sqlx::raw_sql(rows).execute(&mut first).await.unwrap();
    first.close().await.unwrap();

    let output = run(data.path(), &["migrate"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut now = options.connect().await.unwrap();
    for table in ["users", "sessions", "api_tokens"] {
        let count = format!("SELECT count(*) FROM {table}");
        let count: i64 = sqlx::query_scalar(AssertSqlSafe(count))
            .fetch_one(&mut now)
            .await
            .unwrap();
        assert_eq!(count, 1, "{table}");
    }
}
