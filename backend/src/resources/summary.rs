//! How one whole object is, in the same words that its list uses: the row that the list would make of it.

use super::columns::Layout;
use super::kinds::built_in;
use super::mapping::KindEntry;
use super::reader::RowSink;
use live_table::{Cell, RowInput};
use muster_api::kind;
use muster_api::resource::Health;
use serde_json::{Value, json};

/// How an object is.
#[derive(Debug, Clone)]
pub(crate) struct Summary {
    /// kubectl's status word, for kinds that have one.
    pub(crate) status: Option<String>,
    /// How it is.
    pub(crate) health: Health,
    row: Option<(Layout, Vec<Cell>)>,
}

impl Summary {
    /// The cell of a column as text; empty when there is none.
    pub(crate) fn text(&self, column: &str) -> String {
        match self.cell(column) {
            Some(Cell::Text(text)) => text.to_string(),
            Some(Cell::Number(number)) => number.to_string(),
            _ => String::new(),
        }
    }

    /// The cell of a column as a count.
    pub(crate) fn count(&self, column: &str) -> u32 {
        match self.cell(column) {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "the cast saturates"
            )]
            Some(Cell::Number(number)) => *number as u32,
            _ => 0,
        }
    }

    fn cell(&self, column: &str) -> Option<&Cell> {
        let (layout, cells) = self.row.as_ref()?;
        cells.get(layout.cell(column)?)
    }
}

/// Reads the object as its list would. Kinds without a list of their own are only said to be there.
pub(crate) fn of(kind: &KindEntry, object: &Value) -> Summary {
    let there = Summary {
        status: None,
        health: Health::Good,
        row: None,
    };
    let Some(known) = kind::by_path(&kind.group, &kind.version, &kind.resource) else {
        return Summary {
            health: of_conditions(object),
            ..there
        };
    };
    // The server makes the rows of these two, so that their values stay where they are.
    if matches!(known.resource, "configmaps" | "secrets") {
        return there;
    }
    let Some((layout, mut reader)) = built_in(known) else {
        return there;
    };
    let mut row = OneRow(None);
    let page = json!({"metadata": {"resourceVersion": ""}, "items": [object]}).to_string();
    if let Err(error) = reader.read_list(page.as_bytes(), &layout, &mut row) {
        tracing::debug!(%error, kind = known.kind, "an object could not be read as its list would");
    }
    let Some((health, cells)) = row.0 else {
        return Summary {
            health: Health::Unknown,
            ..there
        };
    };
    let mut summary = Summary {
        health,
        row: Some((layout, cells)),
        ..there
    };
    summary.status = Some(summary.text("status")).filter(|word| !word.is_empty());
    summary
}

struct OneRow(Option<(Health, Vec<Cell>)>);

impl RowSink for OneRow {
    fn row(&mut self, row: RowInput<'_>) {
        self.0 = Some((on_the_wire(row.health), row.cells.to_vec()));
    }
}

fn on_the_wire(health: live_table::Health) -> Health {
    match health {
        live_table::Health::Good => Health::Good,
        live_table::Health::Warn => Health::Warn,
        live_table::Health::Bad => Health::Bad,
        live_table::Health::Busy => Health::Busy,
        live_table::Health::Idle => Health::Idle,
        live_table::Health::Unknown => Health::Unknown,
    }
}

/// Custom kinds by custom say how they are with a condition `Ready`.
fn of_conditions(object: &Value) -> Health {
    let conditions = object["status"]["conditions"].as_array().into_iter().flatten();
    let mut ready = conditions.filter(|condition| condition["type"] == "Ready" || condition["type"] == "Available");
    match ready.next().and_then(|condition| condition["status"].as_str()) {
        Some("True") => Health::Good,
        Some("False") => Health::Bad,
        _ => Health::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(group: &str, resource: &str) -> KindEntry {
        KindEntry::built_in(kind::by_path(group, "v1", resource).unwrap())
    }

    #[test]
    fn an_object_has_the_word_of_its_list() {
        let pod = json!({
            "metadata": {"name": "a", "namespace": "b"}, "spec": {"containers": [{"name": "c"}]},
            "status": {"phase": "Pending", "containerStatuses": [{"name": "c", "restartCount": 3, "ready": false,
                "state": {"waiting": {"reason": "CrashLoopBackOff"}}}]},
        });
        let summary = of(&kind("", "pods"), &pod);
        assert_eq!(summary.status.as_deref(), Some("CrashLoopBackOff"));
        assert_eq!(
            (
                summary.health,
                summary.text("ready").as_str(),
                summary.count("restarts")
            ),
            (Health::Bad, "0/1", 3)
        );
    }

    #[test]
    fn kinds_without_a_status_word_are_there() {
        let map = json!({"metadata": {"name": "a"}});
        let summary = of(&kind("", "configmaps"), &map);
        assert_eq!((summary.status, summary.health), (None, Health::Good));
    }
}
