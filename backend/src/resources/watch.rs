//! Follows one kind of one cluster: lists it page by page, then watches it, and keeps the rows of a table true. Whoever
//! runs it ends it when nobody has looked for a while or the cluster is removed.

mod remote_list;

use self::remote_list::{Lines, RemoteList};
use super::columns::Layout;
use super::reader::{ReadRows, RowSink, WatchEvent};
use super::tables::{KindTable, Presence};
use crate::clusters::failure::{Failure, Reason};
use crate::clusters::{ClusterError, Clusters};
use crate::context::RequestContext;
use bytes::Bytes;
use live_table::RowInput;
use muster_api::resource::CoverageState;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// Waiting after failures in a row.
const BACK_OFF: [Duration; 5] = [
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(5),
    Duration::from_secs(10),
];
/// How often a list is read anew that may be listed but not watched, or that is not there (yet).
const POLL: Duration = Duration::from_secs(20);
/// A watch that ends sooner than this did not really begin.
const SHORTEST_WATCH: Duration = Duration::from_secs(1);

/// Why a list or a watch ended early.
enum Trouble {
    /// The cluster no longer knows the version that we have, or the table has other columns now: list anew.
    Outdated,
    /// This kind can be listed, but not watched.
    NotWatchable,
    /// The cluster has no such kind, or does not let anyone list it.
    NotInstalled(String),
    /// The cluster could not be asked, or refused.
    Failed(Failure),
}

/// One kind of one cluster, while somebody looks at it.
pub(super) struct Watch {
    pub(super) clusters: Clusters,
    pub(super) context: RequestContext,
    pub(super) table: Arc<KindTable>,
    pub(super) presence: Arc<Presence>,
    pub(super) reader: Box<dyn ReadRows>,
}

/// Puts rows into the table, each under a lock of its own: whoever looks meanwhile waits for one row, not for a page.
struct Into<'t> {
    table: &'t KindTable,
    layout: &'t Arc<Layout>,
    cluster: &'t str,
    /// Which rows came, when rows that did not come must go afterwards.
    seen: Option<&'t mut HashSet<(Option<String>, String)>>,
    /// The table has other columns by now.
    outdated: bool,
}

impl RowSink for Into<'_> {
    fn row(&mut self, row: RowInput<'_>) {
        if let Some(seen) = &mut self.seen {
            seen.insert((row.namespace.map(str::to_owned), row.name.to_owned()));
        }
        let put = self.table.change(self.layout, |table| {
            table.upsert(RowInput {
                cluster: self.cluster,
                ..row
            })
        });
        self.outdated |= put.is_none();
    }
}

fn pause_after(failures: usize) -> Duration {
    BACK_OFF[failures.min(BACK_OFF.len() - 1)]
}

impl Watch {
    /// Follows until the future is dropped.
    pub(super) async fn run(mut self) {
        let mut failures = 0;
        loop {
            let trouble = match self.list().await {
                Ok((list, version)) => {
                    failures = 0;
                    self.presence.set(&self.table, CoverageState::Live, None);
                    self.follow(&list, version).await
                }
                Err(trouble) => trouble,
            };
            let pause = match trouble {
                Trouble::Outdated => pause_after(0),
                Trouble::NotWatchable => POLL,
                Trouble::NotInstalled(message) => {
                    self.drop_rows();
                    self.presence
                        .set(&self.table, CoverageState::NotInstalled, Some(message));
                    POLL
                }
                Trouble::Failed(failure) => {
                    self.report(&failure);
                    failures += 1;
                    pause_after(failures - 1)
                }
            };
            tokio::time::sleep(pause).await;
        }
    }

    /// Says why rows are missing or old.
    fn report(&self, failure: &Failure) {
        let state = match failure.reason {
            reason if takes_rows_away(reason) => {
                self.drop_rows();
                CoverageState::Forbidden
            }
            _ if self.presence.has_rows() => CoverageState::Stale,
            _ => CoverageState::Unreachable,
        };
        self.presence.set(&self.table, state, Some(failure.message.clone()));
    }

    fn drop_rows(&self) {
        self.table.remove_cluster(self.presence.cluster_key());
        self.presence.set_has_rows(false);
    }

    async fn remote(&self) -> Result<RemoteList, Trouble> {
        match self.clusters.client(&self.context, self.presence.cluster_key()).await {
            Ok(client) => Ok(RemoteList::new(client.kube, &self.table.key, self.reader.accept())),
            Err(ClusterError::Failed { failure, .. }) => Err(Trouble::Failed(failure)),
            Err(error) => Err(Trouble::Failed(Failure::unusable_credentials(error.to_string()))),
        }
    }

    /// Reads the whole list, a page at a time; rows are served as they come. The answer is the version that it shows.
    async fn list(&mut self) -> Result<(RemoteList, String), Trouble> {
        let remote = self.remote().await?;
        // Only a list that is read anew can leave rows that are no longer there.
        let mut seen = self.presence.has_rows().then(HashSet::new);
        let mut coming = remote.page("");
        loop {
            let bytes = coming.take().await?;
            // The next page is on its way while this one is read.
            let foreseen = remote_list::next_of(&bytes);
            let early = foreseen
                .as_deref()
                .filter(|next| !next.is_empty())
                .map(|next| remote.page(next));
            let layout = match self.table.layout() {
                Some(layout) => layout,
                None => self.learn_layout(&remote, &bytes).await?,
            };
            let mut sink = Into {
                table: &self.table,
                layout: &layout,
                cluster: self.presence.cluster_key(),
                seen: seen.as_mut(),
                outdated: false,
            };
            let end = self.reader.read_list(&bytes, &layout, &mut sink).map_err(unreadable)?;
            if sink.outdated {
                return Err(Trouble::Outdated);
            }
            self.presence.set_has_rows(true);
            self.table.notify();
            if end.next.is_empty() {
                if let Some(seen) = seen {
                    self.table.change(&layout, |table| {
                        table.retain_cluster(self.presence.cluster_key(), |namespace, name| {
                            seen.contains(&(namespace.map(str::to_owned), name.to_owned()))
                        });
                    });
                    self.table.notify();
                }
                return Ok((remote, end.resource_version));
            }
            coming = match early {
                Some(early) => early,
                None => remote.page(&end.next),
            };
        }
    }

    /// The columns of a kind that is not built in are the server's own.
    async fn learn_layout(&self, remote: &RemoteList, page: &Bytes) -> Result<Arc<Layout>, Trouble> {
        let namespaced = remote.is_namespaced().await?;
        let columns = self.reader.columns(page).map_err(unreadable)?.unwrap_or_default();
        Ok(self.table.adopt(Layout::new(columns, namespaced)))
    }

    /// Keeps the rows true from `version` on, through ends and failures of single watches.
    async fn follow(&mut self, list: &RemoteList, mut version: String) -> Trouble {
        let Some(layout) = self.table.layout() else {
            return Trouble::Outdated;
        };
        let mut failures = 0;
        loop {
            let began = Instant::now();
            let ended = self.follow_once(list, &layout, &mut version).await;
            match ended {
                Ok(()) if began.elapsed() >= SHORTEST_WATCH => failures = 0,
                Ok(()) => {
                    tokio::time::sleep(pause_after(failures)).await;
                    failures += 1;
                }
                Err(Trouble::Failed(failure)) if !takes_rows_away(failure.reason) => {
                    self.report(&failure);
                    tokio::time::sleep(pause_after(failures)).await;
                    failures += 1;
                }
                Err(trouble) => return trouble,
            }
        }
    }

    async fn follow_once(
        &mut self,
        list: &RemoteList,
        layout: &Arc<Layout>,
        version: &mut String,
    ) -> Result<(), Trouble> {
        let mut lines: Lines = list.watch(version).await?;
        self.presence.set(&self.table, CoverageState::Live, None);
        while let Some(block) = lines.next().await? {
            if self.take(&block, layout, version)? {
                self.table.notify();
            }
        }
        Ok(())
    }

    /// Takes the lines of a watch in; true when they changed anything.
    fn take(&mut self, block: &[u8], layout: &Arc<Layout>, version: &mut String) -> Result<bool, Trouble> {
        let cluster = self.presence.cluster_key();
        let mut sink = Into {
            table: &self.table,
            layout,
            cluster,
            seen: None,
            outdated: false,
        };
        let mut news = false;
        for line in block.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            match self.reader.read_event(line, layout, &mut sink).map_err(unreadable)? {
                WatchEvent::Put { resource_version } => {
                    news = true;
                    advance(version, resource_version);
                }
                WatchEvent::Gone {
                    resource_version,
                    namespace,
                    name,
                } => {
                    let removed = self
                        .table
                        .change(layout, |table| table.remove(cluster, namespace.as_deref(), &name));
                    news |= removed == Some(true);
                    advance(version, resource_version);
                }
                WatchEvent::Bookmark { resource_version } => advance(version, resource_version),
                WatchEvent::Error { code: 410, .. } => return Err(Trouble::Outdated),
                WatchEvent::Error { code, message } => {
                    let message = format!("the cluster ended the watch ({code}): {message}");
                    return Err(Trouble::Failed(Failure::not_ready(message)));
                }
            }
        }
        if sink.outdated {
            Err(Trouble::Outdated)
        } else {
            Ok(news)
        }
    }
}

/// Rows that may not be read are not shown either; once they may be read again, only a new list brings them back.
fn takes_rows_away(reason: Reason) -> bool {
    matches!(reason, Reason::Forbidden | Reason::Credentials)
}

fn advance(version: &mut String, to: String) {
    if !to.is_empty() {
        *version = to;
    }
}

fn unreadable(error: super::reader::ReadError) -> Trouble {
    Trouble::Failed(Failure::not_ready(format!(
        "the cluster's answer cannot be read: {error}"
    )))
}
