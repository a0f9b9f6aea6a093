//! Config maps, secrets and service accounts. What a config map or secret holds never comes here: the API server makes their
//! rows itself.

use super::json::Many;
use super::{Cells, HasMetadata, Metadata, SlimKind};
use crate::resources::columns::{ColumnExt as _, column};
use live_table::Health;
use muster_api::resource::Column;
use muster_api::resource::ColumnType::{Number, Text as Words, Time};
use serde::Deserialize;
use serde::de::IgnoredAny;

pub(super) fn config_map_columns() -> Vec<Column> {
    vec![column("data", "Data", Number), column("age", "Age", Time)]
}

pub(super) fn secret_columns() -> Vec<Column> {
    vec![
        column("type", "Type", Words),
        column("data", "Data", Number),
        column("age", "Age", Time),
    ]
}

pub(super) struct ServiceAccounts;

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct ServiceAccount<'a> {
    #[serde(borrow)]
    metadata: Metadata<'a>,
    image_pull_secrets: Many<IgnoredAny>,
}

impl HasMetadata for ServiceAccount<'_> {
    fn metadata(&self) -> &Metadata<'_> {
        &self.metadata
    }
}

impl SlimKind for ServiceAccounts {
    type Object<'a> = ServiceAccount<'a>;

    fn columns() -> Vec<Column> {
        vec![
            column("age", "Age", Time),
            column("pull-secrets", "Pull secrets", Number).priority(2),
        ]
    }

    fn cells(account: &ServiceAccount<'_>, cells: &mut Cells) -> Health {
        cells.number(u32::try_from(account.image_pull_secrets.len()).unwrap_or(u32::MAX));
        Health::Good
    }
}
