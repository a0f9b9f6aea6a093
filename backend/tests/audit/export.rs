//! Taking the log along.

use futures::future::join_all;
use jiff::Timestamp;
use muster::audit::{Details, Event, Target, Who};
use muster_api::audit::{AuditAction, AuditEvent};
use uuid::Uuid;

use crate::log::{read, scaled};
use crate::support::{Client, TestApp};

async fn json_lines(client: &Client, query: &str) -> Vec<AuditEvent> {
    let answer = client.get(&format!("/api/v1/audit/export?{query}")).await;
    answer.expect_status(200);
    assert_eq!(answer.header("content-type"), "application/x-ndjson");
    assert!(answer.header("content-disposition").contains("muster-audit.jsonl"));
    answer
        .body
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// The lines of a CSV file by heading.
async fn table(client: &Client, query: &str) -> Vec<std::collections::BTreeMap<String, String>> {
    let answer = client.get(&format!("/api/v1/audit/export?format=csv&{query}")).await;
    answer.expect_status(200);
    assert!(answer.header("content-type").starts_with("text/csv"));
    let mut reader = csv::Reader::from_reader(answer.body.as_bytes());
    reader.deserialize().map(Result::unwrap).collect()
}

#[tokio::test]
async fn an_export_is_the_whole_list() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let writing = (0..1300).map(|number| app.app.audit.record(scaled(&format!("web-{number}"))));
    join_all(writing).await;
    let mut listed = Vec::new();
    for page in 1..=3 {
        listed.extend(read(&admin, &format!("actor=ada&page={page}")).await.items);
    }
    assert_eq!(listed.len(), 1300);
    assert_eq!(json_lines(&admin, "actor=ada").await, listed);
    let table = table(&admin, "actor=ada").await;
    assert_eq!(table.len(), 1300);
    for (line, event) in table.iter().zip(&listed) {
        assert_eq!(line["sequence"], event.id);
        assert_eq!(line["hash"], event.hash);
    }
    assert_eq!(json_lines(&admin, "name=web-7").await.len(), 1);
    assert_eq!(json_lines(&admin, "name=nothing").await, []);
    let told = read(&admin, "action=audit-exported").await;
    assert_eq!((told.total, &told.items[0].details["format"]), (4, &"jsonl".into()));
}

#[tokio::test]
async fn hostile_names_come_out_as_they_went_in() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let hostile = [
        "line\nbreak",
        "carriage\r\nreturn",
        "\"quoted\", with a comma",
        "=HYPERLINK(\"http://evil.example.com\",\"click\")",
        "+1",
        "-2+3",
        "@SUM(A1:A9)",
        "\tTab",
        "'apostrophe",
        "<script>alert(1)</script>",
        "日本語 🚢 \u{202e}txt.exe",
        "\u{1b}[31mred",
        "back\\slash",
    ];
    for name in hostile {
        let event = Event::new(
            Who::user(Uuid::from_u128(5), name),
            AuditAction::Update,
            Timestamp::now(),
        )
        .on(Target::in_cluster(None, name)
            .of_kind(name, name, name)
            .in_namespace(name)
            .named(name))
        .because(name)
        .details(Details::new().with("text", name));
        app.app.audit.record(event).await.unwrap();
    }
    let events = json_lines(&admin, "action=update").await;
    let table = table(&admin, "action=update").await;
    assert_eq!((events.len(), table.len()), (hostile.len(), hostile.len()));
    for ((event, line), name) in events.iter().zip(&table).zip(hostile.iter().rev()) {
        assert_eq!((event.actor.name.as_str(), event.reason.as_str()), (*name, *name));
        assert_eq!(event.object.name.as_deref(), Some(*name));
        assert_eq!(event.details["text"], *name);
        for column in ["actor", "cluster", "namespace", "name", "reason"] {
            let cell = &line[column];
            assert!(
                !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
                "{cell:?} could be a formula"
            );
            assert_eq!(cell.strip_prefix('\'').unwrap_or(cell), *name, "{column}");
        }
    }
}

#[tokio::test]
async fn a_name_with_a_nul_is_written_on_both_databases() {
    let name = "nul\0byte";
    let write = async |app: &TestApp| {
        let admin = app.administrator().await;
        let path = "/api/v1/clusters/example/resources/core/v1/pods/shop/nul%00byte";
        let answer = admin.delete(path).await;
        let event = crate::log::one_of_request(&admin, &answer).await;
        assert_eq!(event.object.name, Some(name.replace('\0', "\u{fffd}")));
    };
    write(&TestApp::start().await).await;
    if let Some(server) = crate::support::postgres_url() {
        let postgres = crate::support::PostgresDatabase::create(&server).await;
        write(&TestApp::start_on(&postgres.url()).await).await;
        postgres.remove().await;
    }
}
