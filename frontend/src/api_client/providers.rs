//! Identity providers.

use super::{ApiResult, request};
use crate::routes::{encode, query};
use muster_api::Collection;
use muster_api::provider::{Provider, ProviderRequest, ProviderTest, ProviderTestRequest, Providers, SignInProvider};

/// All of them.
pub async fn list() -> ApiResult<Collection<Provider>> {
    request::get("/providers").await
}

/// Where those with a page of their own send browsers back to.
pub async fn callback() -> ApiResult<String> {
    let providers: Providers = request::get("/providers").await?;
    Ok(providers.callback_url)
}

/// One.
pub async fn read(provider: &str) -> ApiResult<Provider> {
    request::get(&path(provider)).await
}

/// Makes one.
pub async fn create(body: &ProviderRequest) -> ApiResult<Provider> {
    request::post("/providers", body).await
}

/// Replaces what it is.
pub async fn replace(provider: &str, body: &ProviderRequest) -> ApiResult<Provider> {
    request::put(&path(provider), body).await
}

/// Says that the newest change works, so that it stays.
pub async fn confirm(provider: &str) -> ApiResult<()> {
    request::post_nothing(&format!("{}/confirm", path(provider)), &serde_json::json!({})).await
}

/// Removes one.
pub async fn remove(provider: &str) -> ApiResult<()> {
    request::delete(&path(provider)).await
}

/// Tries settings without keeping them.
pub async fn test(body: &ProviderTestRequest) -> ApiResult<ProviderTest> {
    request::post("/providers/test", body).await
}

/// Those that the sign-in page offers.
pub async fn for_sign_in() -> ApiResult<Collection<SignInProvider>> {
    request::get("/sign-in-providers").await
}

/// Where a browser goes to sign in at a provider that has a page of its own.
pub fn sign_in_address(provider: &str, return_to: &str) -> String {
    let query = query(&[("return", return_to)]);
    let mark = if query.is_empty() { "" } else { "?" };
    format!("/api/v1/sign-in/{}{mark}{query}", encode(provider))
}

fn path(provider: &str) -> String {
    format!("/providers/{}", encode(provider))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signing_in_elsewhere_knows_where_to_come_back_to() {
        assert_eq!(sign_in_address("a b", ""), "/api/v1/sign-in/a%20b");
        assert_eq!(
            sign_in_address("1", "/clusters?x=1"),
            "/api/v1/sign-in/1?return=%2Fclusters%3Fx%3D1"
        );
    }
}
