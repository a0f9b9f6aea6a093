//! What can be done to an object with a click.

use axum::body::Bytes;
use axum::extract::State;
use muster_api::action::{Action, ScaleRequest};
use muster_api::problem::Problem;
use serde_json::Value;

use super::extract::{Json, Path};
use crate::app::App;
use crate::audit::AuditNote;
use crate::context::RequestContext;
use crate::error::{AppError, AppResult};
use crate::resources::object::ObjectPath;

/// Does an action to an object and answers the changed object. `scale` takes a body, the others none.
#[utoipa::path(post,
    path = "/api/v1/clusters/{cluster}/resources/{group}/{version}/{resource}/{namespace}/{name}/actions/{action}",
    operation_id = "act_on_object", tag = "objects",
    params(
        ("cluster" = String, Path, description = "id or name"),
        ("group" = String, Path, description = "API group, `core` for the empty one"),
        ("version" = String, Path, description = "API version"),
        ("resource" = String, Path, description = "plural name"),
        ("namespace" = String, Path, description = "`-` for cluster-wide kinds"),
        ("name" = String, Path, description = "the object's name"),
        ("action" = String, Path, description = "`scale`, `restart`, `pause`, `resume`, `cordon` or `uncordon`"),
    ),
    request_body(content = Option<ScaleRequest>, description = "for `scale`"),
    responses(
        (status = 200, description = "the changed object", body = Object),
        (status = 404, description = "no such object or action", body = Problem),
        (status = 422, description = "this kind has no such action", body = Problem),
    ))]
pub async fn act_on_object(
    State(app): State<App>,
    context: RequestContext,
    Path(parts): Path<(String, String, String, String, String, String, String)>,
    note: AuditNote,
    body: Bytes,
) -> AppResult<Json<Value>> {
    let (cluster, group, version, resource, namespace, name, action) = parts;
    let path = ObjectPath {
        cluster,
        group,
        version,
        resource,
        namespace,
        name,
    };
    let Ok(action) = serde_json::from_value::<Action>(Value::String(action.clone())) else {
        return Err(AppError::not_found(format!(
            "action `{action}`: there are scale, restart, pause, resume, cordon, uncordon"
        )));
    };
    if action != Action::Scale {
        return Ok(Json(app.objects.act(&context, &path, action).await?));
    }
    let request = serde_json::from_slice::<ScaleRequest>(&body).map_err(|error| {
        AppError::invalid_field(
            "replicas",
            "invalid",
            format!("Say how many: {{\"replicas\": 3}} ({error})."),
        )
    })?;
    let scaled = app.objects.scale(&context, &path, request.replicas).await?;
    note.changed("replicas", scaled.before, request.replicas);
    Ok(Json(scaled.object))
}
