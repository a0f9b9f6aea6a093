//! Reading the log in tests, and being at it as somebody who may write to the database.

use muster::audit::{Audit, Event, Target, Who};
use muster::clock::Clock;
use muster::config::Config;
use muster::context::RequestContext;
use muster::database::Database;
use muster::secrets::{MasterKey, Secrets};
use muster_api::audit::{AuditAction, AuditEvent, AuditPage, AuditVerification};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use crate::support::{Answer, Client};

/// A log on a database of a test's own.
pub fn open(database: &Database) -> Audit {
    open_with(database, 7, &Config::default())
}

/// The same with this master key and configuration.
pub fn open_with(database: &Database, key: u8, config: &Config) -> Audit {
    Audit::start(config, database.clone(), secrets(key), Clock::system())
}

pub fn secrets(key: u8) -> Secrets {
    Secrets::new(&MasterKey::from_bytes([key; 32]))
}

pub fn context() -> RequestContext {
    RequestContext::system(Clock::system())
}

/// Something that `ada` does to a Deployment.
pub fn scaled(name: &str) -> Event {
    let target = Target::in_cluster(Some(Uuid::from_u128(1)), "berlin")
        .of_kind("apps", "v1", "deployments")
        .in_namespace("shop")
        .named(name);
    Event::new(
        Who::user(Uuid::from_u128(2), "ada"),
        AuditAction::Scale,
        jiff::Timestamp::now(),
    )
    .on(target)
    .because("Administrators may do everything.")
}

/// Writes so many events, one after another.
pub async fn write(audit: &Audit, count: usize) {
    for number in 1..=count {
        audit.record(scaled(&format!("web-{number}"))).await.unwrap();
    }
}

pub async fn verify(audit: &Audit) -> AuditVerification {
    audit.verify(&context()).await.unwrap()
}

/// Runs a statement as somebody who is at the database.
pub async fn execute(database: &Database, statement: &str) {
    let statement = AssertSqlSafe(statement.to_owned());
    match database {
        Database::Sqlite { writer, .. } => sqlx::raw_sql(statement).execute(writer).await.map(drop),
        Database::Postgres(pool) => sqlx::raw_sql(statement).execute(pool).await.map(drop),
    }
    .unwrap();
}

/// The log as an administrator reads it.
pub async fn read(client: &Client, query: &str) -> AuditPage {
    client
        .get(&format!("/api/v1/audit?pageSize=500&{query}"))
        .await
        .expect_status(200)
        .json()
}

/// The events of the request that was answered with this.
pub async fn of_request(client: &Client, answer: &Answer) -> Vec<AuditEvent> {
    let id = answer.header("x-request-id").to_owned();
    let events = read(client, "").await.items;
    events
        .into_iter()
        .filter(|event| event.request_id.as_deref() == Some(&id))
        .collect()
}

/// The one event of the request that was answered with this.
pub async fn one_of_request(client: &Client, answer: &Answer) -> AuditEvent {
    let mut events = of_request(client, answer).await;
    assert_eq!(events.len(), 1, "{events:#?}");
    events.remove(0)
}

/// A figure of `/metrics`, 0 when it is not there yet.
pub async fn figure(client: &Client, name: &str) -> u64 {
    let text = client.get("/metrics").await.body;
    let line = text.lines().find(|line| line.starts_with(&format!("{name} ")));
    line.map_or(0, |line| line.rsplit(' ').next().unwrap().parse().unwrap())
}
