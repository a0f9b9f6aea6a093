//! The lines of the table of permissions.

use crate::ui::{Mark, MatrixLine};
use muster_api::access::KindPermissions;

/// The verbs that have a column.
pub(super) const COLUMNS: [&str; 7] = ["get", "list", "watch", "create", "update", "patch", "delete"];

/// A line, and whether it allows anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) line: MatrixLine,
    pub(super) allows: bool,
}

/// What is known of a verb. `*` stands for every verb. Where not everything could be checked, what is not allowed is not
/// known to be forbidden.
fn mark(kind: &KindPermissions, verb: &str, unchecked: bool) -> Mark {
    let has = |verbs: &[String]| verbs.iter().any(|other| other == verb || other == "*");
    if has(&kind.verbs) {
        Mark::Yes
    } else if has(&kind.partly) {
        Mark::Partly
    } else if unchecked {
        Mark::Unknown
    } else {
        Mark::No
    }
}

/// The lines, sorted by name as kubectl lists kinds.
pub(super) fn lines(kinds: &[KindPermissions], unchecked: bool) -> Vec<Line> {
    let mut lines: Vec<Line> = kinds
        .iter()
        .map(|kind| {
            let others = kind.verbs.iter().chain(&kind.partly);
            let mut more: Vec<&str> = others
                .map(String::as_str)
                .filter(|verb| !COLUMNS.contains(verb) && *verb != "*")
                .collect();
            more.dedup();
            Line {
                line: MatrixLine {
                    name: kind.resource.clone(),
                    detail: kind.group.clone(),
                    marks: COLUMNS.iter().map(|verb| mark(kind, verb, unchecked)).collect(),
                    more: more.join(", "),
                },
                allows: !kind.verbs.is_empty() || !kind.partly.is_empty(),
            }
        })
        .collect();
    lines.sort_by(|one, other| (&one.line.name, &one.line.detail).cmp(&(&other.line.name, &other.line.detail)));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(resource: &str, verbs: &[&str], partly: &[&str]) -> KindPermissions {
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        KindPermissions {
            group: String::new(),
            resource: resource.into(),
            verbs: owned(verbs),
            partly: owned(partly),
        }
    }

    #[test]
    fn each_verb_is_yes_partly_or_no() {
        let lines = lines(
            &[kind("secrets", &["get"], &["list"]), kind("pods", &["*"], &[])],
            false,
        );
        assert_eq!(lines[0].line.name, "pods");
        assert!(lines[0].line.marks.iter().all(|mark| *mark == Mark::Yes));
        assert_eq!(lines[1].line.marks[..3], [Mark::Yes, Mark::Partly, Mark::No]);
    }

    #[test]
    fn what_could_not_be_checked_is_never_said_to_be_forbidden() {
        let lines = lines(&[kind("pods", &["get"], &[])], true);
        assert_eq!(lines[0].line.marks[..2], [Mark::Yes, Mark::Unknown]);
    }

    #[test]
    fn verbs_without_a_column_are_written_out() {
        let lines = lines(
            &[kind("roles", &["get", "bind"], &["escalate"]), kind("nodes", &[], &[])],
            false,
        );
        assert_eq!((lines[0].line.name.as_str(), lines[0].allows), ("nodes", false));
        assert_eq!(lines[1].line.more, "bind, escalate");
    }
}
