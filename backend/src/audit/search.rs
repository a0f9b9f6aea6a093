//! Reading the log: pages, and everything that a query finds.

use futures::Stream;
use futures::stream::try_unfold;
use jiff::Timestamp;
use muster_api::audit::{AuditActor, AuditEvent, AuditObject, AuditPage};
use serde_json::Value;
use uuid::Uuid;

use super::{Audit, AuditError};
use crate::context::RequestContext;
use crate::database::audit_events::{self, AuditFilter, AuditRow};

/// Counting stops here.
const MOST_COUNTED: i64 = 100_000;
/// How many rows an export reads at once.
const ROWS: i64 = 500;

impl Audit {
    /// One page of what the filter finds, newest first; pages begin at 1.
    pub async fn list(
        &self,
        _context: &RequestContext,
        filter: &AuditFilter,
        page: u32,
        page_size: u32,
    ) -> Result<AuditPage, AuditError> {
        let size = i64::from(page_size);
        let offset = i64::from(page.saturating_sub(1)) * size;
        let rows = audit_events::page(&self.0.database, filter, size, offset).await?;
        let found = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        // The last page says how many there are: what is found seldom need not be looked for twice.
        let is_last = found < size && (found > 0 || offset == 0);
        let count = if is_last {
            offset + found
        } else {
            audit_events::count(&self.0.database, filter, MOST_COUNTED).await?
        };
        Ok(AuditPage {
            items: rows.into_iter().map(wire).collect(),
            total: u64::try_from(count).unwrap_or_default(),
            total_is_exact: is_last || count != MOST_COUNTED || *filter == AuditFilter::default(),
        })
    }

    /// Everything that the filter finds, newest first, some hundred events at a time. Nothing is kept in memory but those.
    pub async fn export(
        &self,
        _context: &RequestContext,
        filter: AuditFilter,
    ) -> Result<impl Stream<Item = Result<Vec<AuditEvent>, AuditError>> + Send + use<>, AuditError> {
        let database = self.0.database.clone();
        // The first rows are read at once, so that a database that is away is an answer of its own.
        let first = audit_events::before(&database, &filter, None, ROWS).await?;
        Ok(try_unfold(Some(first), move |rows| {
            let (database, filter) = (database.clone(), filter.clone());
            async move {
                let Some(rows) = rows.filter(|rows| !rows.is_empty()) else {
                    return Ok(None);
                };
                let is_full = i64::try_from(rows.len()).is_ok_and(|count| count == ROWS);
                let next = match rows.last().filter(|_| is_full) {
                    Some(last) => {
                        let place = Some((last.occurred_at, last.sequence));
                        Some(audit_events::before(&database, &filter, place, ROWS).await?)
                    }
                    None => None,
                };
                Ok(Some((rows.into_iter().map(wire).collect(), next)))
            }
        }))
    }
}

/// A row as it goes over the wire.
pub(super) fn wire(row: AuditRow) -> AuditEvent {
    let id = |id: Option<Uuid>| id.map(|id| id.to_string());
    let some = |text: String| Some(text).filter(|text| !text.is_empty());
    // Always to the millisecond: times of one width sort as text.
    let time = Timestamp::from_millisecond(row.occurred_at).unwrap_or(Timestamp::UNIX_EPOCH);
    AuditEvent {
        id: row.sequence.to_string(),
        sequence: u64::try_from(row.sequence).unwrap_or_default(),
        time: format!("{time:.3}"),
        actor: AuditActor {
            id: id(row.actor_id),
            name: row.actor_name,
            provider: row.provider_name,
            provider_id: id(row.provider_id),
            credential: row.credential,
            credential_id: id(row.credential_id),
            impersonated: some(row.impersonated),
            impersonated_groups: some(row.impersonated_groups),
        },
        action: row.action,
        object: AuditObject {
            cluster_id: id(row.cluster_id),
            cluster: some(row.cluster_name),
            group: some(row.api_group),
            version: some(row.api_version),
            resource: some(row.resource),
            namespace: some(row.namespace),
            name: some(row.name),
            subresource: some(row.subresource),
        },
        decision: row.decision,
        reason: row.reason,
        result: row.result,
        status: row.status.and_then(|status| u16::try_from(status).ok()),
        code: some(row.code),
        address: some(row.address),
        user_agent: some(row.user_agent),
        request_id: some(row.request_id),
        duration_milliseconds: u64::try_from(row.duration_ms).unwrap_or_default(),
        // Somebody else may have written it; it is shown as it is.
        details: serde_json::from_str(&row.details).unwrap_or(Value::String(row.details)),
        hash: hex::encode(row.hash),
    }
}
