//! Compact rows of many clusters, answered by filter, order and page, with live deltas of a window.
//!
//! One [`Table`] holds what a list of one kind of resource shows, for all clusters at once: per row
//! its place, name, age, labels, health and typed cells. It is fed by whatever watches the clusters,
//! asked with a [`Query`], and followed with a [`View`].
//!
//! ```
//! use live_table::{Cell, Column, ColumnKind, Filter, Health, Query, RowInput, Schema, SortKey, Table, View};
//!
//! let schema = Schema::new(vec![
//!     Column::new("status", ColumnKind::Status),
//!     Column::new("restarts", ColumnKind::Number),
//! ]);
//! let mut table = Table::new(schema.clone());
//! let pod = RowInput {
//!     cluster: "east",
//!     namespace: Some("shop"),
//!     name: "web-1",
//!     created: Some(1_777_593_600_000),
//!     labels: &[("app", "web")],
//!     health: Health::Good,
//!     cells: &["Running".into(), Cell::Number(4.0)],
//! };
//! table.upsert(pod);
//!
//! let query = Query {
//!     filter: Filter::parse("restarts>3 namespace~sho", &schema)?,
//!     sort: SortKey::parse_list("-restarts,name", &schema)?,
//!     ..Query::default()
//! };
//! let now = 1_777_597_200_000;
//! assert_eq!(table.query(&query, now).total, 1);
//!
//! let mut view = View::new(query);
//! assert!(view.refresh(&table, now).is_some_and(|delta| delta.snapshot));
//! table.upsert(RowInput { health: Health::Bad, cells: &["Error".into(), Cell::Number(5.0)], ..pod });
//! assert!(view.refresh(&table, now).is_some_and(|delta| delta.upserted.len() == 1));
//! assert!(view.refresh(&table, now).is_none());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # How it is fast
//!
//! ```text
//!  upsert ──► Store      one array per column; texts, places and label sets are kept once and
//!     │                  named by numbers (`dictionary`)
//!     ├─────► Orders     per used list of sort keys, all rows in that order, kept up to date
//!     └─────► ChangeLog  the slots that changed lately
//!
//!  query ───► Matcher    judges each distinct text once, each number where it stands
//!     │         └──────► Selection: one bit per row
//!     └─────► Orders     walked until the page is full
//!
//!  refresh ─► ChangeLog  only the changed rows are judged again; a window whose rows have the same
//!                        versions as before costs nothing more
//! ```
//!
//! - Without a filter a page is a slice of an order.
//! - With one, each condition reads one array, and only for the rows that the former ones left.
//! - A changed row leaves and enters only the orders whose keys it changed.
//! - Rows that are gone leave nothing behind: every shared value is counted.
//!
//! The library knows no HTTP, no database, no Kubernetes types, and no clock: whoever asks says what
//! time it is.

mod cell;
mod change_log;
mod delta;
mod dictionary;
mod filter;
mod label_selector;
mod matcher;
mod order;
mod quantity;
mod query;
mod row;
mod schema;
mod scope;
mod selection;
mod sort;
mod store;
mod table;
mod text;
mod time;
mod view;

pub use self::cell::{Cell, Health};
pub use self::delta::{Delta, Upsert};
pub use self::filter::{Filter, FilterError, FilterProblem, MAX_FILTER_LENGTH, MAX_FILTER_TERMS};
pub use self::label_selector::{LabelSelector, LabelSelectorError, LabelSelectorProblem, MAX_LABEL_SELECTOR_LENGTH};
pub use self::quantity::parse_quantity;
pub use self::query::{Count, Page, Query};
pub use self::row::{Change, Replaced, Row, RowInput};
pub use self::schema::{Column, ColumnKind, Field, Schema};
pub use self::scope::{Namespaces, Objects, Reach, Scope};
pub use self::sort::{MAX_SORT_KEYS, SortError, SortKey};
pub use self::table::{Relist, RowInPlace, Table};
pub use self::view::View;
