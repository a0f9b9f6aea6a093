//! What may be done: by me, here and now, and who could be given it.

use super::{ApiResult, request};
use crate::routes::query;
use muster_api::Collection;
use muster_api::access::{AccessAnswer, AccessQuestion, AccessReview, Permissions, PrincipalSearch};

/// How many questions one request may hold.
pub const MOST_QUESTIONS: usize = 100;

/// Answers to many questions at once, in their order.
pub async fn review(questions: Vec<AccessQuestion>) -> ApiResult<Vec<AccessAnswer>> {
    let answers: Collection<AccessAnswer> = request::post("/access/review", &AccessReview { questions }).await?;
    Ok(answers.items)
}

/// What I may do in a cluster, and in a namespace of it.
pub async fn my_permissions(cluster: &str, namespace: &str) -> ApiResult<Permissions> {
    let query = query(&[("cluster", cluster), ("namespace", namespace)]);
    request::get(&format!("/account/permissions?{query}")).await
}

/// People and groups of every provider whose name has this text.
pub async fn search_principals(text: &str) -> ApiResult<PrincipalSearch> {
    request::get(&format!("/principals?{}", query(&[("text", text)]))).await
}
