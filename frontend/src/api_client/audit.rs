//! The audit log.

use super::{ApiResult, request};
use crate::routes::query;
use muster_api::audit::{AuditPage, AuditQuery, AuditVerification};

/// One page, newest first.
pub async fn list(wanted: &AuditQuery, page: u32, page_size: u32) -> ApiResult<AuditPage> {
    let (page, page_size) = (page.to_string(), page_size.to_string());
    let mut pairs = wanted.parameters();
    pairs.extend([("page", page.as_str()), ("pageSize", page_size.as_str())]);
    request::get(&format!("/audit?{}", query(&pairs))).await
}

/// Is the log as the console wrote it?
pub async fn verify() -> ApiResult<AuditVerification> {
    request::get("/audit/verification").await
}

/// The address of a file with everything that is looked for; `format` is `jsonl` or `csv`.
pub fn export_address(wanted: &AuditQuery, format: &str) -> String {
    let mut pairs = wanted.parameters();
    pairs.push(("format", format));
    format!("/api/v1/audit/export?{}", query(&pairs))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_export_is_of_what_is_looked_for() {
        let wanted = AuditQuery {
            actor: "ada & eve".into(),
            actions: vec!["sign-in".into()],
            ..AuditQuery::default()
        };
        assert_eq!(
            export_address(&wanted, "csv"),
            "/api/v1/audit/export?action=sign-in&actor=ada%20%26%20eve&format=csv"
        );
    }
}
