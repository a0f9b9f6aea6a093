//! Events as lines of a file: JSON lines, or CSV for a spreadsheet.

use muster_api::audit::AuditEvent;

/// How an export is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One JSON object a line.
    JsonLines,
    /// Comma-separated values (RFC 4180) with a line of headings.
    Csv,
}

/// The headings of the columns.
const HEADINGS: [&str; 30] = [
    "sequence",
    "time",
    "actor",
    "actorId",
    "provider",
    "providerId",
    "credential",
    "credentialId",
    "impersonated",
    "impersonatedGroups",
    "action",
    "cluster",
    "clusterId",
    "group",
    "version",
    "resource",
    "namespace",
    "name",
    "subresource",
    "decision",
    "reason",
    "result",
    "status",
    "code",
    "address",
    "userAgent",
    "requestId",
    "durationMilliseconds",
    "details",
    "hash",
];

impl Format {
    /// The format of a word.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "jsonl" => Some(Self::JsonLines),
            "csv" => Some(Self::Csv),
            _ => None,
        }
    }

    /// The ending of a file's name.
    pub fn extension(self) -> &'static str {
        match self {
            Self::JsonLines => "jsonl",
            Self::Csv => "csv",
        }
    }

    /// The media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::JsonLines => "application/x-ndjson",
            Self::Csv => "text/csv; charset=utf-8; header=present",
        }
    }

    /// What stands before the first event.
    pub fn beginning(self) -> Vec<u8> {
        match self {
            Self::JsonLines => Vec::new(),
            Self::Csv => line_of(HEADINGS.map(str::to_owned)),
        }
    }

    /// The lines of these events.
    pub fn lines(self, events: &[AuditEvent]) -> Vec<u8> {
        let mut lines = Vec::new();
        for event in events {
            match self {
                Self::JsonLines => {
                    // Writing texts and numbers into memory does not fail.
                    lines.extend(serde_json::to_vec(event).unwrap_or_default());
                    lines.push(b'\n');
                }
                Self::Csv => lines.extend(line_of(cells(event).map(defused))),
            }
        }
        lines
    }
}

fn line_of(cells: [String; HEADINGS.len()]) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    // Writing into memory does not fail.
    let _written = writer.write_record(cells);
    writer.into_inner().unwrap_or_default()
}

fn cells(event: &AuditEvent) -> [String; HEADINGS.len()] {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let (actor, object) = (&event.actor, &event.object);
    [
        event.sequence.to_string(),
        event.time.clone(),
        actor.name.clone(),
        text(&actor.id),
        actor.provider.clone(),
        text(&actor.provider_id),
        actor.credential.clone(),
        text(&actor.credential_id),
        text(&actor.impersonated),
        text(&actor.impersonated_groups),
        event.action.clone(),
        text(&object.cluster),
        text(&object.cluster_id),
        text(&object.group),
        text(&object.version),
        text(&object.resource),
        text(&object.namespace),
        text(&object.name),
        text(&object.subresource),
        event.decision.clone(),
        event.reason.clone(),
        event.result.clone(),
        event.status.map(|status| status.to_string()).unwrap_or_default(),
        text(&event.code),
        text(&event.address),
        text(&event.user_agent),
        text(&event.request_id),
        event.duration_milliseconds.to_string(),
        event.details.to_string(),
        event.hash.clone(),
    ]
}

/// A cell that no spreadsheet takes for a formula: one that could be, or that begins with an apostrophe itself, gets a
/// leading apostrophe. Whoever reads the file with a program takes one away again.
fn defused(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\'']) {
        format!("'{cell}")
    } else {
        cell
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_that_could_be_a_formula_is_none() {
        for (cell, expected) in [
            ("=HYPERLINK(\"http://evil\")", "'=HYPERLINK(\"http://evil\")"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("'quoted", "''quoted"),
            ("web-7f", "web-7f"),
            ("", ""),
        ] {
            assert_eq!(defused(cell.to_owned()), expected);
        }
    }
}
