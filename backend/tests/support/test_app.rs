//! A whole server of a test's own: real HTTP on a free port, its own data folder and database, all gone afterwards.
//!
//! Test files take it in by `#[path = "support/test_app.rs"] mod support;`.
#![allow(dead_code, reason = "every test program takes what it needs")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test ends at what it did not expect, and says what it did not run"
)]

mod client;
mod databases;
mod program;

use std::net::SocketAddr;
use std::path::Path;

use muster::app::App;
use muster::clock::Clock;
use muster::config::{Config, DatabaseUrl};
use muster::context::RequestContext;
use muster::router;
use muster_api::session::Role;
use secrecy::SecretString;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

#[allow(unused_imports, reason = "not every test program names both")]
pub use client::{Answer, Client};
#[allow(unused_imports, reason = "used by the macro `database_test!`")]
pub use databases::{PostgresDatabase, postgres_url};
#[allow(unused_imports, reason = "not every test program starts others")]
pub use program::{Program, Server, run};

/// The password of every user that tests make.
pub const PASSWORD: &str = "correct horse battery";

/// A running server.
pub struct TestApp {
    /// Its parts.
    pub app: App,
    /// `http://127.0.0.1:<port>`
    pub base: String,
    folder: Option<TempDir>,
    server: JoinHandle<()>,
}

impl TestApp {
    /// A new server on an empty SQLite database.
    pub async fn start() -> Self {
        Self::start_with(Clock::system(), |_| {}).await
    }

    /// A new server on this clock, with a changed configuration.
    pub async fn start_with(clock: Clock, configure: impl FnOnce(&mut Config)) -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), clock, configure).await
    }

    /// A new server on an empty PostgreSQL database.
    pub async fn start_on(url: &str) -> Self {
        let url = DatabaseUrl::new(url);
        Self::start_with(Clock::system(), |config| config.database = Some(url)).await
    }

    /// A server on a data folder that may hold a database already.
    pub async fn start_in(folder: TempDir, clock: Clock, configure: impl FnOnce(&mut Config)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut config = Config {
            data: folder.path().to_path_buf(),
            listen: address,
            ..Config::default()
        };
        configure(&mut config);
        let app = App::start(config, address, clock).await.unwrap();
        let service = router::build(&app).into_make_service_with_connect_info::<SocketAddr>();
        let stopping = app.tasks.stopping.clone();
        let server = tokio::spawn(async move {
            axum::serve(listener, service)
                .with_graceful_shutdown(stopping.cancelled_owned())
                .await
                .unwrap();
        });
        Self {
            app,
            base: format!("http://{address}"),
            folder: Some(folder),
            server,
        }
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        self.folder.as_ref().unwrap().path()
    }

    /// Ends the server in order and gives its data folder for the next one.
    pub async fn stop(mut self) -> TempDir {
        self.app.tasks.stopping.cancel();
        self.server.abort();
        self.app.tasks.tracker.close();
        self.app.tasks.tracker.wait().await;
        self.app.database.close().await;
        self.folder.take().unwrap()
    }

    /// Nobody.
    pub fn anonymous(&self) -> Client {
        Client::new(&self.base)
    }

    /// The administrator `admin`, signed in by browser; made when there is none.
    pub async fn administrator(&self) -> Client {
        self.signed_in("admin", Role::Administrator).await
    }

    /// A user without any right of his own, signed in by browser.
    pub async fn user(&self, name: &str) -> Client {
        self.signed_in(name, Role::User).await
    }

    /// Makes the administrator `admin` without signing in.
    pub async fn administrator_by_identity(&self) {
        self.ensure_user("admin", Role::Administrator).await;
    }

    async fn ensure_user(&self, name: &str, role: Role) {
        if self.app.identity.user_by_name(name).await.is_err() {
            let context = RequestContext::system(self.app.clock.clone());
            self.app
                .identity
                .create_user(&context, name, role, SecretString::from(PASSWORD))
                .await
                .unwrap();
        }
    }

    async fn signed_in(&self, name: &str, role: Role) -> Client {
        self.ensure_user(name, role).await;
        let mut client = self.anonymous();
        client.sign_in(name, PASSWORD).await.expect_status(200);
        client
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.app.tasks.stopping.cancel();
    }
}

/// One test on both databases: `database_test!(name, |database: Database| async move { … });` gives `name::sqlite` and
/// `name::postgres`. The latter needs `MUSTER_TEST_POSTGRES_URL`, which `cargo xtask test` sets.
#[macro_export]
macro_rules! database_test {
    ($name:ident, $test:expr) => {
        mod $name {
            #[allow(unused_imports, reason = "not every test names something of its file")]
            use super::*;

            #[tokio::test]
            async fn sqlite() {
                let folder = tempfile::tempdir().unwrap();
                let database = muster::database::Database::open_file(&folder.path().join("test.db"))
                    .await
                    .unwrap();
                ($test)(database.clone()).await;
                database.close().await;
            }

            #[tokio::test]
            async fn postgres() {
                let Some(server) = $crate::support::postgres_url() else {
                    return;
                };
                let postgres = $crate::support::PostgresDatabase::create(&server).await;
                ($test)(postgres.open().await).await;
                postgres.remove().await;
            }
        }
    };
}
