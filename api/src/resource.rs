//! One list for every kind: `GET /api/v1/resources/{group}/{version}/{resource}`.

use serde::{Deserialize, Serialize};

/// The largest `pageSize` that is served; larger ones are refused.
pub const MAX_PAGE_SIZE: u32 = 500;
/// The page size when none is asked for.
pub const DEFAULT_PAGE_SIZE: u32 = 100;

/// What a list asks for, as the live socket carries it (the HTTP list has the same as query parameters).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ResourceQuery {
    /// API group, `core` for the empty one.
    pub group: String,
    /// API version.
    pub version: String,
    /// The resource's plural name.
    pub resource: String,
    /// Ids or names of clusters; empty: all that I may see.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clusters: Vec<String>,
    /// Namespaces; empty: all that I may see.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub namespaces: Vec<String>,
    /// Ids of projects; empty: no limit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub projects: Vec<String>,
    /// A Kubernetes label selector.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label_selector: String,
    /// A filter expression: `status!=Running restarts>3 namespace~team-`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub filter: String,
    /// Column ids, comma separated, `-` for descending: `-restarts,name`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sort: String,
    /// From 1.
    #[serde(default = "first_page")]
    pub page: u32,
    /// At most [`MAX_PAGE_SIZE`].
    #[serde(default = "default_page_size")]
    pub page_size: u32,
}

fn first_page() -> u32 {
    1
}

fn default_page_size() -> u32 {
    DEFAULT_PAGE_SIZE
}

impl ResourceQuery {
    /// The first page of everything of one kind.
    pub fn of(group: &str, version: &str, resource: &str) -> Self {
        Self {
            group: group.into(),
            version: version.into(),
            resource: resource.into(),
            clusters: Vec::new(),
            namespaces: Vec::new(),
            projects: Vec::new(),
            label_selector: String::new(),
            filter: String::new(),
            sort: String::new(),
            page: 1,
            page_size: DEFAULT_PAGE_SIZE,
        }
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ResourceList {
    /// The columns, in the order of each row's `cells`.
    pub columns: Vec<Column>,
    /// The page's rows.
    pub rows: Vec<Row>,
    /// How many rows match in all.
    pub total: u64,
    /// Grows with every change of the list.
    pub revision: u64,
    /// How many of all rows in scope (before `filter`) have which status, most frequent first.
    pub counts: Vec<StatusCount>,
    /// Every cluster that was asked, and whether its rows are here.
    pub clusters: Vec<ClusterCoverage>,
}

/// A column of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Column {
    /// What `sort` and `filter` call it.
    pub id: String,
    /// The English heading, kubectl's where kubectl has the column; the browser translates by id.
    pub title: String,
    /// What its cells hold.
    #[serde(rename = "type")]
    pub kind: ColumnType,
    /// The base unit of numbers: `cores`, `bytes`, `milliseconds`, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// 0: always shown; 1, 2: shown while there is room, higher gives way first; 3: shown only when chosen.
    pub priority: u8,
    /// For `link` columns: `group/version/resource` of the object that the cell names. Absent: the cell says
    /// `Kind/name` itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// The id of a time column: where that has a value and this one has none, what is measured still goes on, and is as
    /// long as that time is ago.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
}

/// What a column's cells hold. An absent value is `null` in every type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ColumnType {
    /// Text.
    Text,
    /// A JSON number.
    Number,
    /// A JSON number in the column's base unit (cores, bytes).
    Quantity,
    /// RFC 3339 text.
    Time,
    /// A status word; the row's `health` says how to colour it.
    Status,
    /// The name of another object, or `Kind/name`.
    Link,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Row {
    /// `<cluster id>/<namespace or ->/<name>`: what object routes take after the kind.
    pub id: String,
    /// The cluster's id.
    pub cluster: String,
    /// Absent for cluster-wide kinds.
    #[serde(default)]
    pub namespace: Option<String>,
    /// The object's name.
    pub name: String,
    /// How the object is.
    pub health: Health,
    /// In the order of `columns`: text, number or null.
    pub cells: Vec<serde_json::Value>,
}

/// How an object is: five states and "could not check".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Health {
    /// As it should be.
    Good,
    /// Works, but somebody should look.
    Warn,
    /// Does not work.
    Bad,
    /// On its way.
    Busy,
    /// Done, or off on purpose.
    Idle,
    /// Could not be checked; never shown as fine.
    Unknown,
}

/// How many rows have a status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct StatusCount {
    /// The status word.
    pub status: String,
    /// The health that goes with it.
    pub health: Health,
    /// How many.
    pub count: u64,
}

/// Whether a cluster's rows are in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ClusterCoverage {
    /// The cluster's id.
    pub id: String,
    /// The cluster's name.
    pub name: String,
    /// Are its rows here?
    pub state: CoverageState,
    /// Why not, in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// Whether a cluster's rows are in a list, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum CoverageState {
    /// All rows are here and change live.
    Live,
    /// The first rows are here, more are coming.
    Loading,
    /// The rows are those of the last contact; the cluster does not answer now.
    Stale,
    /// The cluster does not answer; none of its rows are here.
    Unreachable,
    /// The cluster answers, but the list may not be read.
    Forbidden,
    /// The cluster does not have this kind.
    NotInstalled,
}
