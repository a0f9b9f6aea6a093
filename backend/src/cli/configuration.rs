//! Looking at the configuration: what holds, and whether its identity providers can be used.

use anyhow::bail;
use muster_api::provider::{ProviderRequest, TestStep};

use super::print;
use crate::clock::Clock;
use crate::config::{Config, FileProvider};
use crate::identity::provider_file::{request_of, try_out};

/// Prints what holds; fails when a provider of the file cannot be used, after saying what is wrong with each.
pub(super) async fn check(config: &Config, connect: bool) -> anyhow::Result<()> {
    let database = config.database.as_ref().map_or_else(
        || format!("sqlite:{}", config.in_data("muster.db").display()),
        |url| format!("{url:?}"),
    );
    let values = serde_json::to_value(config)?;
    let mut text = format!("data = {}\ndatabase = {database}\n", config.data.display());
    for (key, value) in values
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(_, value)| !value.is_null())
    {
        text.extend([key, " = ", &value.to_string(), "\n"]);
    }
    let mut problems = Vec::new();
    for provider in &config.identity_providers {
        let name = &provider.request.name;
        match request_of(provider) {
            Ok(request) => {
                text.push_str(&in_words(provider));
                if connect {
                    let (steps, problem) = tried(&request).await;
                    text.push_str(&steps);
                    problems.extend(problem.map(|problem| format!("{name:?}: {problem}")));
                }
            }
            Err(found) => problems.push(format!("{name:?}: {}", found.join("; "))),
        }
    }
    if !problems.is_empty() {
        print(text.trim_end())?;
        bail!(
            "the identity providers of the configuration file cannot be used: {}",
            problems.join("; ")
        );
    }
    text.push_str("The configuration is in order.");
    print(&text)
}

/// One line of what was found, secrets by their places only.
fn in_words(provider: &FileProvider) -> String {
    let secrets = [&provider.bind_password, &provider.client_secret];
    let secrets: Vec<String> = secrets
        .into_iter()
        .flatten()
        .map(|source| format!("its secret is in {source}"))
        .collect();
    let secrets = if secrets.is_empty() {
        "it has no secret".to_owned()
    } else {
        secrets.join(", ")
    };
    let request = &provider.request;
    let state = if request.enabled { "enabled" } else { "turned off" };
    let listed = request.admission.listed.len();
    format!(
        "identity provider {:?}: {}, {state}, {listed} listed, {secrets}\n",
        request.name,
        request.settings.kind().word(),
    )
}

/// What the provider's own test says, step by step, and why it does not work when it does not.
async fn tried(request: &ProviderRequest) -> (String, Option<String>) {
    // A second start in one process finds it installed.
    let _installed = rustls::crypto::ring::default_provider().install_default();
    let test = match try_out(request, &Clock::system()).await {
        Ok(test) => test,
        Err(error) => return (String::new(), Some(error.to_string())),
    };
    let mut lines = String::new();
    for step in &test.steps {
        let outcome = if step.works { "works" } else { "fails" };
        lines.extend(["  ", &step.code, " ", outcome, ": ", &step.message(), "\n"]);
    }
    for warning in &test.warnings {
        lines.extend(["  warning: ", &warning.message, "\n"]);
    }
    let failed = test.steps.iter().find(|step| !step.works);
    let problem = failed.map_or_else(|| "the test did not work".to_owned(), TestStep::message);
    (lines, (!test.works).then_some(problem))
}
