//! Events.

use super::json::{Moment, Text};
use super::{Cells, HasMetadata, Metadata, SlimKind, shortened};
use crate::resources::columns::{ColumnExt as _, column};
use live_table::{Cell, Health};
use muster_api::resource::Column;
use muster_api::resource::ColumnType::{Link, Number, Text as Words, Time};
use serde::Deserialize;

pub(super) struct Events;

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Event<'a> {
    #[serde(borrow)]
    metadata: Metadata<'a>,
    #[serde(borrow)]
    involved_object: InvolvedObject<'a>,
    #[serde(borrow)]
    reason: Text<'a>,
    #[serde(borrow)]
    message: Text<'a>,
    #[serde(borrow)]
    source: Source<'a>,
    first_timestamp: Moment,
    last_timestamp: Moment,
    #[serde(rename = "eventTime")]
    noticed: Moment,
    count: u32,
    #[serde(borrow, rename = "type")]
    kind: Text<'a>,
    series: Option<Series>,
    #[serde(borrow)]
    reporting_component: Text<'a>,
    #[serde(borrow)]
    reporting_instance: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct InvolvedObject<'a> {
    #[serde(borrow)]
    kind: Text<'a>,
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    field_path: Option<Text<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Source<'a> {
    #[serde(borrow)]
    component: Text<'a>,
    #[serde(borrow)]
    host: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Series {
    count: u32,
    last_observed_time: Moment,
}

impl HasMetadata for Event<'_> {
    fn metadata(&self) -> &Metadata<'_> {
        &self.metadata
    }
}

impl SlimKind for Events {
    type Object<'a> = Event<'a>;

    fn columns() -> Vec<Column> {
        vec![
            column("last-seen", "Last seen", Time),
            column("type", "Type", Words),
            column("reason", "Reason", Words),
            column("object", "Object", Link),
            column("subobject", "Subobject", Words).priority(3),
            column("source", "Source", Words).priority(2),
            column("message", "Message", Words),
            column("first-seen", "First seen", Time).priority(2),
            column("count", "Count", Number).priority(1),
            column("name", "Name", Words).priority(3),
            column("age", "Age", Time).priority(3),
        ]
    }

    fn cells(event: &Event<'_>, cells: &mut Cells) -> Health {
        let first = event.first_timestamp.0.or(event.noticed.0);
        let series = event.series.as_ref();
        let last = series
            .and_then(|series| series.last_observed_time.0)
            .or(event.last_timestamp.0)
            .or(first);
        let count = match series {
            Some(series) => series.count,
            None => event.count.max(1),
        };
        cells.time(Moment(last.or(event.metadata.creation_timestamp.0)));
        cells.text(&event.kind);
        cells.text(&event.reason);
        let object = &event.involved_object;
        cells.text(&format!("{}/{}", &*object.kind, &*object.name));
        cells.optional(object.field_path.as_ref());
        cells.text(&source(event));
        cells.push(Cell::text(shortened(event.message.trim())));
        cells.time(Moment(first));
        cells.number(count);
        match &*event.kind {
            "Warning" => Health::Warn,
            "Normal" => Health::Good,
            _ => Health::Unknown,
        }
    }
}

fn source(event: &Event<'_>) -> String {
    let (component, host): (&str, &str) = if event.source.component.is_empty() {
        (&event.reporting_component, &event.reporting_instance)
    } else {
        (&event.source.component, &event.source.host)
    };
    if host.is_empty() {
        component.to_owned()
    } else {
        format!("{component}, {host}")
    }
}
