//! The lines of a log as they are kept for showing: bounded, counted, searched. Pure.

use crate::format::time::{self, Moment};
use muster_api::log::LogLine;
use std::collections::VecDeque;
use std::sync::Arc;

/// How many lines are kept; more would slow the browser, and the download has them all.
pub const MOST_LINES: usize = 5_000;

/// One kept line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptLine {
    /// Counts up over the whole log: the row's key.
    pub number: u64,
    /// The line.
    pub line: Arc<LogLine>,
    /// Does it tell of an error, as far as a glance can say?
    pub alarming: bool,
}

/// The newest lines of a log.
#[derive(Debug, Clone, Default)]
pub struct LogBuffer {
    lines: VecDeque<KeptLine>,
    next: u64,
    dropped: u64,
    again: Option<Again>,
}

/// What a new connection is expected to send once more.
#[derive(Debug, Clone)]
struct Again {
    /// Where it was asked to go on; nothing before that is new.
    from: Moment,
    /// The latest line here: what comes after it is new.
    latest: Moment,
    /// The lines here from `from` on that did not come again yet.
    lines: Vec<Arc<LogLine>>,
}

impl LogBuffer {
    /// Adds lines, oldest first; the oldest kept ones go when there are too many.
    pub fn add(&mut self, lines: Vec<LogLine>) {
        for line in lines {
            if self.comes_again(&line) {
                continue;
            }
            let alarming = is_alarming(&line.text);
            self.lines.push_back(KeptLine {
                number: self.next,
                line: Arc::new(line),
                alarming,
            });
            self.next += 1;
        }
        while self.lines.len() > MOST_LINES {
            self.lines.pop_front();
            self.dropped += 1;
        }
    }

    /// How many were here and went.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// The time of the newest line (RFC 3339): where a new connection goes on.
    pub fn newest_time(&self) -> Option<&str> {
        self.lines.iter().rev().find_map(|kept| kept.line.time.as_deref())
    }

    /// A new connection goes on from the newest line: the lines that it sends once more are known by time and text, each
    /// as often as it stands here.
    pub fn expect_again(&mut self) {
        let moment_of = |line: &LogLine| line.time.as_deref().and_then(time::parse_exactly);
        let Some(from) = self.lines.iter().rev().find_map(|kept| moment_of(&kept.line)) else {
            return;
        };
        // Lines of two streams (stdout, stderr) may stand a little out of order.
        let mut again = Again {
            from,
            latest: from,
            lines: Vec::new(),
        };
        for kept in &self.lines {
            if let Some(moment) = moment_of(&kept.line).filter(|moment| *moment >= from) {
                again.latest = again.latest.max(moment);
                again.lines.push(kept.line.clone());
            }
        }
        self.again = Some(again);
    }

    fn comes_again(&mut self, line: &LogLine) -> bool {
        let (Some(again), Some(moment)) = (&mut self.again, line.time.as_deref().and_then(time::parse_exactly)) else {
            return false;
        };
        if moment > again.latest {
            self.again = None;
            return false;
        }
        if moment < again.from {
            return true;
        }
        let place = again.lines.iter().position(|held| **held == *line);
        if let Some(place) = place {
            again.lines.swap_remove(place);
        }
        place.is_some()
    }

    /// The kept lines that contain `text`, whatever its case; all of them for an empty text.
    pub fn matching(&self, text: &str) -> Vec<KeptLine> {
        if text.is_empty() {
            return self.lines.iter().cloned().collect();
        }
        let wanted = text.to_lowercase();
        self.lines
            .iter()
            .filter(|kept| kept.line.text.to_lowercase().contains(&wanted))
            .cloned()
            .collect()
    }
}

fn is_alarming(text: &str) -> bool {
    let words = ["error", "fatal", "panic", "critical", "exception"];
    let lower = text
        .get(..text.floor_char_boundary(400))
        .unwrap_or(text)
        .to_ascii_lowercase();
    words.iter().any(|word| {
        lower.find(word).is_some_and(|place| {
            let before = lower[..place].chars().next_back();
            !before.is_some_and(char::is_alphanumeric)
        })
    })
}

/// A line cut at each place where `wanted` stands (whatever its case): `(text, is it a match)`.
pub fn marked(line: &str, wanted: &str) -> Vec<(String, bool)> {
    let (lower, wanted) = (line.to_lowercase(), wanted.to_lowercase());
    // Lower-casing may change lengths (İ): then places would not fit the line, and nothing is marked.
    if wanted.is_empty() || lower.len() != line.len() {
        return vec![(line.to_owned(), false)];
    }
    let mut parts = Vec::new();
    let mut done = 0;
    for (place, found) in lower.match_indices(&wanted) {
        let end = place + found.len();
        let (Some(before), Some(inside)) = (line.get(done..place), line.get(place..end)) else {
            return vec![(line.to_owned(), false)];
        };
        if !before.is_empty() {
            parts.push((before.to_owned(), false));
        }
        parts.push((inside.to_owned(), true));
        done = end;
    }
    if done < line.len() || parts.is_empty() {
        parts.push((line[done..].to_owned(), false));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(time: &str, text: &str) -> LogLine {
        LogLine {
            time: Some(time.into()),
            text: text.into(),
        }
    }

    #[test]
    fn only_the_newest_lines_are_kept_and_the_rest_is_counted() {
        let mut buffer = LogBuffer::default();
        buffer.add(
            (0..MOST_LINES + 3)
                .map(|number| line("2026-01-01T00:00:00Z", &number.to_string()))
                .collect(),
        );
        assert_eq!((buffer.matching("").len(), buffer.dropped()), (MOST_LINES, 3));
        assert_eq!(buffer.matching("")[0].number, 3);
    }

    #[test]
    fn after_a_reconnection_every_line_stands_there_as_often_as_it_was_written() {
        let mut buffer = LogBuffer::default();
        buffer.add(vec![
            line("2026-01-01T00:00:01Z", "a"),
            line("2026-01-01T00:00:02.5Z", "b"),
            line("2026-01-01T00:00:02.5Z", "b"),
            line("2026-01-01T00:00:02.5Z", "c"),
        ]);
        buffer.expect_again();
        // The cluster knows whole seconds only, and sends the last one from its beginning.
        buffer.add(vec![
            line("2026-01-01T00:00:02Z", "early"),
            line("2026-01-01T00:00:02.5Z", "b"),
            line("2026-01-01T00:00:02.5Z", "b"),
            line("2026-01-01T00:00:02.5Z", "c"),
            line("2026-01-01T00:00:02.5Z", "b"),
        ]);
        buffer.add(vec![
            line("2026-01-01T00:00:02.51Z", "d"),
            line("2026-01-01T00:00:02.5Z", "b"),
        ]);
        let texts: Vec<String> = buffer.matching("").iter().map(|kept| kept.line.text.clone()).collect();
        assert_eq!(texts, ["a", "b", "b", "c", "b", "d", "b"]);
    }

    #[test]
    fn errors_are_seen_as_words() {
        let mut buffer = LogBuffer::default();
        buffer.add(vec![line("t", "ERROR connect"), line("t", "terrors of the deep")]);
        assert_eq!(
            buffer.matching("").iter().map(|kept| kept.alarming).collect::<Vec<_>>(),
            [true, false]
        );
    }

    #[test]
    fn matches_are_marked_and_nothing_is_lost() {
        assert_eq!(
            marked("Postgres and postgres", "postgres"),
            [
                ("Postgres".into(), true),
                (" and ".into(), false),
                ("postgres".into(), true)
            ]
        );
        assert_eq!(marked("İ postgres", "postgres"), [("İ postgres".to_owned(), false)]);
        assert_eq!(marked("x", ""), [("x".to_owned(), false)]);
    }
}
