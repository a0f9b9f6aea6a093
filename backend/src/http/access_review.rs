//! "What may I do?", "why can't I?", and who there is to grant something to.

use axum::extract::State;
use muster_api::Collection;
use muster_api::access::{AccessAnswer, AccessReview, Permissions};
use muster_api::problem::Problem;
use serde::Deserialize;

use super::extract::{Json, Query};
use crate::app::App;
use crate::context::RequestContext;
use crate::error::AppResult;

/// The place that is asked about.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PermissionsQuery {
    cluster: Option<String>,
    namespace: Option<String>,
}

/// What the asker may do, in the console and in a cluster.
#[utoipa::path(get, path = "/api/v1/account/permissions", operation_id = "read_permissions", tag = "account",
    params(
        ("cluster" = Option<String>, Query, description = "id or name"),
        ("namespace" = Option<String>, Query, description = "none: the whole cluster"),
    ),
    responses((status = 200, body = Permissions), (status = 404, body = Problem)))]
pub async fn read_permissions(
    State(app): State<App>,
    context: RequestContext,
    Query(query): Query<PermissionsQuery>,
) -> AppResult<Json<Permissions>> {
    let permissions = app
        .access
        .permissions(&context, query.cluster.as_deref(), query.namespace.as_deref())
        .await?;
    Ok(Json(permissions))
}

/// Whether each of these things may be done; if not, what is missing and who can grant it. Answers in the order of the
/// questions.
#[utoipa::path(post, path = "/api/v1/access/review", operation_id = "review_access", tag = "access",
    request_body = AccessReview,
    responses((status = 200, body = Collection<AccessAnswer>), (status = 404, body = Problem)))]
pub async fn review_access(
    State(app): State<App>,
    context: RequestContext,
    Json(review): Json<AccessReview>,
) -> AppResult<Json<Collection<AccessAnswer>>> {
    Ok(Json(Collection::complete(app.access.review(&context, &review).await?)))
}
