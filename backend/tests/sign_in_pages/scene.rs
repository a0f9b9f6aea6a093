//! What most of these tests begin with.

use muster::clock::Clock;
use muster::context::RequestContext;
use muster_api::provider::ProviderRequest;
use muster_api::session::SIGN_IN_PROBLEMS;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use crate::browser::{Browser, add, request};
use crate::fake_github::FakeGitHub;
use crate::support::TestApp;

/// A console with one provider, a GitHub that lets everyone in.
pub struct Scene {
    pub app: TestApp,
    pub github: FakeGitHub,
    pub provider: Uuid,
}

/// On the clock of the machine.
pub async fn scene() -> Scene {
    scene_at(Clock::system()).await
}

/// On another clock.
pub async fn scene_at(clock: Clock) -> Scene {
    let github = FakeGitHub::start().await;
    let app = TestApp::start_with(clock, |_| {}).await;
    let provider = add(&app, &request("GitHub", github.settings())).await;
    Scene { app, github, provider }
}

impl Scene {
    /// A browser that has never been here.
    pub fn browser(&self) -> Browser {
        Browser::new(&self.app, &self.github.server.authority)
    }

    /// Where a browser is led when something is wrong.
    pub fn problem(&self, code: &str) -> String {
        assert!(SIGN_IN_PROBLEMS.contains(&code));
        format!("/sign-in?problem={code}&provider={}", self.provider)
    }

    /// Changes the provider; its secret stays.
    pub async fn change(&self, change: impl FnOnce(&mut ProviderRequest)) {
        let mut request = request("GitHub", self.github.settings());
        request.secrets.client_secret = None;
        change(&mut request);
        let context = RequestContext::system(self.app.app.clock.clone());
        self.app
            .app
            .providers
            .replace(&context, self.provider, &request)
            .await
            .unwrap();
    }

    /// Runs a statement on the database.
    pub async fn run(&self, statement: &str) {
        let muster::database::Database::Sqlite { writer, .. } = &self.app.app.database else {
            panic!("tests without a database of their own run on SQLite");
        };
        sqlx::query(AssertSqlSafe(statement.to_owned()))
            .execute(writer)
            .await
            .unwrap();
    }
}
