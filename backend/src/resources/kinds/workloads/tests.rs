//! How stateful sets and daemon sets are, in one word.

use super::*;
use serde_json::{Value, json};

type CellsOf = fn(&Workload<'_>, &mut Cells) -> Health;

/// The status word and the health of a row.
fn status_of(columns: &[Column], cells_of: CellsOf, object: &Value) -> (String, Health) {
    let text = object.to_string();
    let workload: Workload<'_> = serde_json::from_str(&text).unwrap();
    let mut cells = Cells::default();
    let health = cells_of(&workload, &mut cells);
    // Which columns are cells of their own is the layout's business.
    let place = columns
        .iter()
        .filter(|column| column.id != "age")
        .position(|column| column.id == "status");
    let word = cells.0[place.unwrap()].as_text().unwrap().to_owned();
    (word, health)
}

fn stateful_set(strategy: &Value, ready: u32, updated: u32, revisions: [&str; 2]) -> (String, Health) {
    status_of(
        &StatefulSets::columns(),
        StatefulSets::cells,
        &json!({
        "metadata": {"name": "db", "generation": 3},
        "spec": {"replicas": 3, "updateStrategy": strategy},
        "status": {"observedGeneration": 3, "replicas": 3, "readyReplicas": ready, "updatedReplicas": updated,
            "currentRevision": revisions[0], "updateRevision": revisions[1]}}),
    )
}

#[test]
fn a_stateful_set_whose_pods_are_not_ready_is_for_somebody_to_look_at() {
    let rolling = json!({"type": "RollingUpdate", "rollingUpdate": {"partition": 0}});
    let word = |word: &str, health| (word.to_owned(), health);
    let same = ["a", "a"];
    assert_eq!(stateful_set(&rolling, 3, 3, same), word("Complete", Health::Good));
    assert_eq!(stateful_set(&rolling, 2, 3, same), word("Degraded", Health::Warn));
    assert_eq!(stateful_set(&rolling, 0, 3, same), word("Not ready", Health::Warn));
    let update = ["a", "b"];
    assert_eq!(stateful_set(&rolling, 2, 1, update), word("Progressing", Health::Busy));
    assert_eq!(stateful_set(&rolling, 0, 1, update), word("Progressing", Health::Warn));
    // Parts that are meant to stay at the old version are no rollout on its way.
    let partition = json!({"type": "RollingUpdate", "rollingUpdate": {"partition": 2}});
    assert_eq!(
        stateful_set(&partition, 3, 0, update),
        word("Progressing", Health::Busy)
    );
    assert_eq!(stateful_set(&partition, 3, 1, update), word("Complete", Health::Good));
    assert_eq!(
        stateful_set(&json!({"type": "OnDelete"}), 3, 0, update),
        word("Complete", Health::Good)
    );
}

#[test]
fn a_daemon_set_whose_pods_are_not_ready_is_for_somebody_to_look_at() {
    let daemon_set = |strategy: &str, observed: i64, desired: u32, available: u32, updated: u32| {
        status_of(
            &DaemonSets::columns(),
            DaemonSets::cells,
            &json!({
            "metadata": {"name": "agent", "generation": 2},
            "spec": {"updateStrategy": {"type": strategy}},
            "status": {"observedGeneration": observed, "desiredNumberScheduled": desired,
                "numberAvailable": available, "updatedNumberScheduled": updated}}),
        )
    };
    let word = |word: &str, health| (word.to_owned(), health);
    assert_eq!(daemon_set("RollingUpdate", 2, 4, 4, 4), word("Complete", Health::Good));
    assert_eq!(daemon_set("RollingUpdate", 2, 4, 0, 4), word("Not ready", Health::Warn));
    assert_eq!(daemon_set("RollingUpdate", 2, 4, 3, 4), word("Degraded", Health::Warn));
    assert_eq!(
        daemon_set("RollingUpdate", 2, 4, 3, 2),
        word("Progressing", Health::Busy)
    );
    assert_eq!(
        daemon_set("RollingUpdate", 1, 4, 4, 4),
        word("Progressing", Health::Busy)
    );
    assert_eq!(daemon_set("OnDelete", 2, 4, 4, 1), word("Complete", Health::Good));
    assert_eq!(daemon_set("OnDelete", 2, 0, 0, 0), word("Scaled down", Health::Idle));
}
