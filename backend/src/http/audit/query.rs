//! What is looked for in the audit log, from the parameters of a request.

use jiff::Timestamp;
use muster_api::audit::{AuditAction, DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE};
use muster_api::kind;
use muster_api::problem::FieldProblem;
use uuid::Uuid;

use crate::app::App;
use crate::audit::Format;
use crate::context::RequestContext;
use crate::database::audit_events::AuditFilter;
use crate::error::{AppError, AppResult};
use crate::http::extract::QueryPairs;
use crate::http::resources::number;

/// The parameters that say what is looked for.
const FILTERS: [&str; 11] = [
    "actor",
    "action",
    "cluster",
    "namespace",
    "kind",
    "resource",
    "name",
    "result",
    "since",
    "until",
    "text",
];

/// A filter, a page and its size.
pub(super) fn of_page(app: &App, context: &RequestContext, pairs: &QueryPairs) -> AppResult<(AuditFilter, u32, u32)> {
    pairs.only(&[&FILTERS[..], &["page", "pageSize"]].concat())?;
    let mut problems = Vec::new();
    let page = number(pairs.one("page")?, "page", u32::MAX, &mut problems).unwrap_or(1);
    let size = number(pairs.one("pageSize")?, "pageSize", MAX_PAGE_SIZE, &mut problems).unwrap_or(DEFAULT_PAGE_SIZE);
    let filter = filter(app, context, pairs, &mut problems)?;
    finish(problems)?;
    Ok((filter, page, size))
}

/// A filter and the format of the file.
pub(super) fn of_export(app: &App, context: &RequestContext, pairs: &QueryPairs) -> AppResult<(AuditFilter, Format)> {
    pairs.only(&[&FILTERS[..], &["format"]].concat())?;
    let mut problems = Vec::new();
    let filter = filter(app, context, pairs, &mut problems)?;
    let word = pairs.one("format")?.unwrap_or("jsonl");
    let format = Format::parse(word);
    if format.is_none() {
        let message = format!("`format` is `jsonl` or `csv`, not {word:?}.");
        problems.push(FieldProblem::new("format", "unknown", message));
    }
    finish(problems)?;
    Ok((filter, format.unwrap_or(Format::JsonLines)))
}

fn finish(problems: Vec<FieldProblem>) -> AppResult<()> {
    if problems.is_empty() {
        Ok(())
    } else {
        Err(AppError::invalid_fields(problems))
    }
}

fn filter(
    app: &App,
    context: &RequestContext,
    pairs: &QueryPairs,
    problems: &mut Vec<FieldProblem>,
) -> AppResult<AuditFilter> {
    let text = |name| Ok::<_, AppError>(pairs.one(name)?.map(str::trim).filter(|text| !text.is_empty()));
    let owned = |name| Ok::<_, AppError>(text(name)?.map(str::to_owned));
    let mut filter = AuditFilter {
        namespace: owned("namespace")?,
        resource: owned("resource")?,
        name: owned("name")?,
        text: text("text")?.map(str::to_lowercase),
        since: time("since", text("since")?, problems),
        until: time("until", text("until")?, problems),
        outcome: outcome(text("result")?, problems),
        ..AuditFilter::default()
    };
    if let Some(actor) = text("actor")? {
        filter.actor_id = Uuid::parse_str(actor).ok();
        filter.actor_key = filter.actor_id.is_none().then(|| actor.to_lowercase());
    }
    if let Some(cluster) = text("cluster")? {
        // A cluster that was removed is found by the name that it had, or by its id.
        let known = app
            .clusters
            .get(context, cluster)
            .ok()
            .and_then(|known| known.id.parse().ok());
        filter.cluster_id = known.or_else(|| Uuid::parse_str(cluster).ok());
        filter.cluster_name = filter.cluster_id.is_none().then(|| cluster.to_owned());
    }
    if let Some(name) = text("kind")? {
        match kind::by_name(name) {
            Some(kind) => filter.resource = Some(kind.resource.to_owned()),
            None => problems.push(FieldProblem::new(
                "kind",
                "unknown",
                format!("There is no built-in kind {name:?}; name the resource instead: `resource=widgets`."),
            )),
        }
    }
    for word in pairs.all("action").filter(|word| !word.is_empty()) {
        match AuditAction::parse(word) {
            Some(action) => filter.actions.push(action.as_str().to_owned()),
            None => problems.push(FieldProblem::new(
                "action",
                "unknown",
                format!("There is no action {word:?}; the description of the interface lists them (AuditAction)."),
            )),
        }
    }
    Ok(filter)
}

fn time(name: &str, text: Option<&str>, problems: &mut Vec<FieldProblem>) -> Option<i64> {
    let time = text?.parse::<Timestamp>();
    if time.is_err() {
        let message = format!("`{name}` is a time with its zone: 2026-11-23T08:00:00Z.");
        problems.push(FieldProblem::new(name, "invalid", message));
    }
    time.ok().map(Timestamp::as_millisecond)
}

fn outcome(word: Option<&str>, problems: &mut Vec<FieldProblem>) -> Option<(&'static str, &'static str)> {
    match word? {
        "ok" => Some(("ok", "allowed")),
        "failed" => Some(("failed", "allowed")),
        "denied" => Some(("failed", "denied")),
        "begun" => Some(("begun", "allowed")),
        other => {
            let message = format!("`result` is `ok`, `failed`, `denied` or `begun`, not {other:?}.");
            problems.push(FieldProblem::new("result", "unknown", message));
            None
        }
    }
}
