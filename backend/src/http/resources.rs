//! One list for every kind.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use muster_api::problem::{FieldProblem, Problem};
use muster_api::resource::{DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, ResourceList, ResourceQuery};

use super::extract::{Path, QueryPairs};
use crate::app::App;
use crate::context::RequestContext;
use crate::error::{AppError, AppResult};

const PARAMETERS: [&str; 8] = [
    "cluster",
    "namespace",
    "project",
    "labelSelector",
    "filter",
    "sort",
    "page",
    "pageSize",
];

/// One page of the objects of a kind, in one or many clusters.
///
/// Columns come with the list; `filter` and `sort` name their ids. Filter terms are `column op value` with
/// `= != ~ !~ > >= < <=`; a space between terms means and, ` or ` means or, values with spaces are quoted. A cluster that
/// cannot be read is reported beside the rows of the others.
#[utoipa::path(get, path = "/api/v1/resources/{group}/{version}/{resource}", operation_id = "list_resources",
    tag = "resources",
    params(
        ("group" = String, Path, description = "API group, `core` for the empty one"),
        ("version" = String, Path, description = "API version"),
        ("resource" = String, Path, description = "plural name"),
        ("cluster" = Option<Vec<String>>, Query, description = "ids or names; none: all"),
        ("namespace" = Option<Vec<String>>, Query, description = "none: all"),
        ("project" = Option<Vec<String>>, Query, description = "ids; only what is in their namespaces"),
        ("labelSelector" = Option<String>, Query, description = "a Kubernetes label selector"),
        ("filter" = Option<String>, Query, description = "`status!=Running restarts>3 namespace~team-`"),
        ("sort" = Option<String>, Query, description = "`-restarts,name`"),
        ("page" = Option<u32>, Query, description = "from 1"),
        ("pageSize" = Option<u32>, Query, description = "1 to 500; 100 when absent"),
    ),
    responses(
        (status = 200, body = ResourceList),
        (status = 404, description = "no cluster has this kind, or a named cluster is not there", body = Problem),
        (status = 422, description = "a parameter is wrong; the problem names it", body = Problem),
    ))]
pub async fn list_resources(
    State(app): State<App>,
    context: RequestContext,
    Path((group, version, resource)): Path<(String, String, String)>,
    pairs: QueryPairs,
) -> AppResult<Response> {
    let query = read_query(&group, &version, &resource, &pairs)?;
    let answer = app.tables.list(&context, &query).await?;
    let body = serde_json::to_vec(&answer).map_err(AppError::internal)?;
    Ok((
        [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))],
        body,
    )
        .into_response())
}

fn read_query(group: &str, version: &str, resource: &str, pairs: &QueryPairs) -> AppResult<ResourceQuery> {
    pairs.only(&PARAMETERS)?;
    let mut problems = Vec::new();
    let page = number(pairs.one("page")?, "page", u32::MAX, &mut problems).unwrap_or(1);
    let page_size =
        number(pairs.one("pageSize")?, "pageSize", MAX_PAGE_SIZE, &mut problems).unwrap_or(DEFAULT_PAGE_SIZE);
    if !problems.is_empty() {
        return Err(AppError::invalid_fields(problems));
    }
    let text = |name| Ok::<_, AppError>(pairs.one(name)?.unwrap_or_default().to_owned());
    Ok(ResourceQuery {
        clusters: pairs.all("cluster").map(str::to_owned).collect(),
        namespaces: pairs.all("namespace").map(str::to_owned).collect(),
        projects: pairs.all("project").map(str::to_owned).collect(),
        label_selector: text("labelSelector")?,
        filter: text("filter")?,
        sort: text("sort")?,
        page,
        page_size,
        ..ResourceQuery::of(group, version, resource)
    })
}

/// A number from 1 to `most`.
pub(super) fn number(text: Option<&str>, name: &str, most: u32, problems: &mut Vec<FieldProblem>) -> Option<u32> {
    let text = text?;
    let number = text.parse().ok().filter(|number| (1..=most).contains(number));
    if number.is_none() {
        let bounds = if most == u32::MAX {
            "a whole number from 1".to_owned()
        } else {
            format!("1 to {most}")
        };
        problems.push(FieldProblem::new(
            name,
            "out-of-range",
            format!("{name} is {bounds}, not {text:?}"),
        ));
    }
    number
}
