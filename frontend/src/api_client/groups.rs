//! Groups that the console knows.

use super::{ApiResult, request};
use muster_api::Collection;
use muster_api::access::Group;

/// All of them.
pub async fn list() -> ApiResult<Collection<Group>> {
    request::get("/groups").await
}
