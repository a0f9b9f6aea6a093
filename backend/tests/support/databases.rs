//! PostgreSQL databases of a test's own, on the server that `MUSTER_TEST_POSTGRES_URL` names.

use muster::config::{Config, DatabaseUrl};
use muster::database::Database;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use uuid::Uuid;

/// The server for tests. Without one, tests on PostgreSQL say that they did not run.
pub fn postgres_url() -> Option<String> {
    let url = std::env::var("MUSTER_TEST_POSTGRES_URL").ok();
    if url.is_none() {
        eprintln!("not run: MUSTER_TEST_POSTGRES_URL is not set (`cargo xtask test` sets it)");
    }
    url
}

/// One database.
pub struct PostgresDatabase {
    server: String,
    name: String,
}

impl PostgresDatabase {
    /// A new, empty one.
    pub async fn create(server: &str) -> Self {
        let name = format!("muster_test_{}", Uuid::new_v4().simple());
        Self::on_server(server, format!("CREATE DATABASE {name}")).await;
        Self {
            server: server.to_owned(),
            name,
        }
    }

    /// Its URL.
    pub fn url(&self) -> String {
        let mut url = url::Url::parse(&self.server).unwrap();
        url.set_path(&self.name);
        url.into()
    }

    /// Opens it as the server does.
    pub async fn open(&self) -> Database {
        let config = Config {
            database: Some(DatabaseUrl::new(self.url())),
            ..Config::default()
        };
        Database::open(&config).await.unwrap()
    }

    /// Removes it, whoever is connected.
    pub async fn remove(self) {
        Self::on_server(&self.server, format!("DROP DATABASE {} WITH (FORCE)", self.name)).await;
    }

    async fn on_server(server: &str, statement: String) {
        let mut connection = PgConnection::connect(server).await.unwrap();
        sqlx::query(AssertSqlSafe(statement))
            .execute(&mut connection)
            .await
            .unwrap();
        connection.close().await.unwrap();
    }
}
