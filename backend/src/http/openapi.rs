//! The description of this interface: as an OpenAPI document, made from the table of routes, and as a page to read.

mod page;

use std::sync::OnceLock;

use axum::response::Html;
use http::{HeaderName, HeaderValue, Method};
use utoipa::openapi::path::{HttpMethod, Operation, Paths};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, Ref, RefOr, ResponseBuilder,
};
use utoipa::{PartialSchema, ToSchema};

use super::extract::Json;
use super::middleware::CONTENT_SECURITY_POLICY;
use crate::router::{self, Access, Route};
use muster_api::problem::Problem;

const DESCRIPTION: &str = "Everything that Muster's browser application does, it does through this interface.\n\n\
    Errors are problem details (RFC 9457): `type` ends in a code to act on, `detail` says what to do, `fieldProblems` names \
    wrong fields. Collections answer `{items, total}`. Times are RFC 3339 in UTC.\n\n\
    Programs send an API token: `Authorization: Bearer mst_…`.";

/// The OpenAPI document of all routes.
pub fn document() -> &'static OpenApi {
    static DOCUMENT: OnceLock<OpenApi> = OnceLock::new();
    DOCUMENT.get_or_init(|| build(&router::table()))
}

fn build(table: &[Route]) -> OpenApi {
    let mut paths = Paths::new();
    let mut components = ComponentsBuilder::new().schema(Problem::name(), Problem::schema());
    let mut nested = Vec::new();
    Problem::schemas(&mut nested);
    for (name, schema) in nested {
        components = components.schema(name, schema);
    }
    for route in table {
        for method in route.methods() {
            if let (Some(operation), Some(word)) = (route.operation(&method), http_method(&method)) {
                let operation = described(route, &method, operation);
                paths.add_path_operation(route.documented_path(), vec![word], operation);
            }
        }
        for (name, schema) in route.schemas() {
            components = components.schema(name, schema.clone());
        }
    }
    let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(
        "muster_session",
        "The session cookie of a browser (`__Host-muster_session` over HTTPS).",
    )));
    let token = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("An API token."))
        .build();
    let components = components
        .security_scheme("session", cookie)
        .security_scheme("token", SecurityScheme::Http(token))
        .build();
    let info = InfoBuilder::new()
        .title("Muster")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(DESCRIPTION))
        .build();
    OpenApiBuilder::new()
        .info(info)
        .paths(paths)
        .components(Some(components))
        .build()
}

/// What the table knows beyond the handler's own documentation: who may, and how it fails.
fn described(route: &Route, method: &Method, operation: &Operation) -> Operation {
    let mut operation = operation.clone();
    if *method != route.method {
        // The same operation by another method needs an id of its own.
        let id = operation.operation_id.take().unwrap_or_default();
        operation.operation_id = Some(format!("{id}_{}", method.as_str().to_lowercase()));
    }
    if route.access != Access::Public {
        let by = |name: &str| SecurityRequirement::new(name, Vec::<String>::new());
        operation.security = Some(vec![by("session"), by("token")]);
    }
    if route.access == Access::Administrator {
        let text = operation
            .description
            .take()
            .map(|text| format!("{text}\n\n"))
            .unwrap_or_default();
        operation.description = Some(format!("{text}For administrators only."));
    }
    let problem = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("Problem")))
        .build();
    let failure = ResponseBuilder::new()
        .description("what is wrong and what to do")
        .content("application/problem+json", problem)
        .build();
    operation
        .responses
        .responses
        .entry("default".to_owned())
        .or_insert(RefOr::T(failure));
    operation
}

fn http_method(method: &Method) -> Option<HttpMethod> {
    match method.as_str() {
        "GET" => Some(HttpMethod::Get),
        "HEAD" => Some(HttpMethod::Head),
        "OPTIONS" => Some(HttpMethod::Options),
        "POST" => Some(HttpMethod::Post),
        "PUT" => Some(HttpMethod::Put),
        "PATCH" => Some(HttpMethod::Patch),
        "DELETE" => Some(HttpMethod::Delete),
        _ => None,
    }
}

/// This description as an OpenAPI 3.1 document.
#[utoipa::path(get, path = "/api/v1/openapi.json", operation_id = "read_openapi", tag = "description",
    responses((status = 200, description = "OpenAPI 3.1", body = Object)))]
pub async fn read_openapi() -> Json<&'static OpenApi> {
    Json(document())
}

/// This description as a page to read.
#[utoipa::path(get, path = "/api/docs", operation_id = "read_documentation", tag = "description",
    responses((status = 200, description = "a page", body = String, content_type = "text/html")))]
pub async fn read_documentation() -> ([(HeaderName, HeaderValue); 1], Html<String>) {
    let policy =
        HeaderValue::try_from(page::security_policy()).unwrap_or(HeaderValue::from_static("default-src 'none'"));
    ([(CONTENT_SECURITY_POLICY, policy)], Html(page::render(document())))
}
