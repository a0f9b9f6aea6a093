//! The one list for every kind.

use super::{ApiResult, request};
use crate::routes::{encode, query};
use muster_api::resource::{ResourceList, ResourceQuery};

/// One page of a list.
pub async fn list(wanted: &ResourceQuery) -> ApiResult<ResourceList> {
    request::get(&address(wanted)).await
}

/// The list's address.
pub fn address(wanted: &ResourceQuery) -> String {
    let (page, page_size) = (wanted.page.to_string(), wanted.page_size.to_string());
    let mut pairs: Vec<(&str, &str)> = Vec::new();
    pairs.extend(wanted.clusters.iter().map(|cluster| ("cluster", cluster.as_str())));
    pairs.extend(
        wanted
            .namespaces
            .iter()
            .map(|namespace| ("namespace", namespace.as_str())),
    );
    pairs.extend([
        ("labelSelector", wanted.label_selector.as_str()),
        ("filter", wanted.filter.as_str()),
        ("sort", wanted.sort.as_str()),
        ("page", page.as_str()),
        ("pageSize", page_size.as_str()),
    ]);
    let (group, version, resource) = (encode(&wanted.group), encode(&wanted.version), encode(&wanted.resource));
    format!("/resources/{group}/{version}/{resource}?{}", query(&pairs))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lists_address_repeats_what_is_asked_for() {
        let mut wanted = ResourceQuery::of("core", "v1", "pods");
        wanted.namespaces = vec!["a".into(), "b".into()];
        wanted.filter = "restarts>3".into();
        assert_eq!(
            address(&wanted),
            "/resources/core/v1/pods?namespace=a&namespace=b&filter=restarts%3E3&page=1&pageSize=100"
        );
    }
}
