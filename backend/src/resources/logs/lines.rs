//! Bytes of a log made into lines: whatever comes, a line is text of bounded length.

use muster_api::log::LogLine;

/// Longer lines are cut, with a mark that says how much is missing.
const MOST_LINE_BYTES: usize = 16 * 1024;

/// Collects bytes until a line is complete.
#[derive(Debug, Default)]
pub struct Lines {
    line: Vec<u8>,
    cut: usize,
}

impl Lines {
    /// Takes bytes, and adds the lines that they complete.
    pub fn feed(&mut self, bytes: &[u8], lines: &mut Vec<LogLine>) {
        let mut parts = bytes.split(|&byte| byte == b'\n');
        // The part behind the last line break is the beginning of the next line.
        let rest = parts.next_back();
        for part in parts {
            self.take(part);
            lines.push(self.finish());
        }
        if let Some(rest) = rest {
            self.take(rest);
        }
    }

    /// The last line, when the log ended without a line break.
    pub fn rest(&mut self) -> Option<LogLine> {
        (!self.line.is_empty()).then(|| self.finish())
    }

    fn take(&mut self, part: &[u8]) {
        let room = MOST_LINE_BYTES - self.line.len();
        let (kept, cut) = part.split_at(part.len().min(room));
        self.line.extend_from_slice(kept);
        self.cut += cut.len();
    }

    fn finish(&mut self) -> LogLine {
        let bytes = std::mem::take(&mut self.line);
        let cut = std::mem::take(&mut self.cut);
        let whole = String::from_utf8_lossy(&bytes);
        let (time, text) = with_time(&whole);
        let mut text = text.trim_end_matches('\r').to_owned();
        if cut > 0 {
            // The cut may go through a character.
            let end = text.trim_end_matches('\u{fffd}').len();
            text.truncate(end);
            text = format!("{text} … [{cut} more bytes]");
        }
        LogLine { time, text }
    }
}

/// `2026-01-01T10:00:00.123456789Z text`
fn with_time(line: &str) -> (Option<String>, &str) {
    let (first, rest) = line.split_once(' ').unwrap_or((line.trim_end_matches('\r'), ""));
    let looks_like_time = first.len() >= 20 && first.as_bytes()[4] == b'-' && first.contains('T');
    if looks_like_time && first.parse::<jiff::Timestamp>().is_ok() {
        (Some(first.to_owned()), rest)
    } else {
        (None, line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(parts: &[&[u8]]) -> Vec<LogLine> {
        let mut collector = Lines::default();
        let mut lines = Vec::new();
        for part in parts {
            collector.feed(part, &mut lines);
        }
        lines.extend(collector.rest());
        lines
    }

    #[test]
    fn lines_come_whole_however_they_were_cut_on_the_way() {
        let found = lines(&[
            b"2026-01-01T10:00:0",
            b"0.5Z one\n2026-01-01T10:00:01Z",
            b" two\r\nthree",
        ]);
        let expected = [
            (Some("2026-01-01T10:00:00.5Z"), "one"),
            (Some("2026-01-01T10:00:01Z"), "two"),
            (None, "three"),
        ];
        let found = found
            .iter()
            .map(|line| (line.time.as_deref(), line.text.as_str()))
            .collect::<Vec<_>>();
        assert_eq!(found, expected);
    }

    #[test]
    fn empty_lines_stay() {
        let found = lines(&[b"2026-01-01T10:00:00Z \n\nx\n"]);
        assert_eq!(
            found.iter().map(|line| line.text.as_str()).collect::<Vec<_>>(),
            ["", "", "x"]
        );
    }

    #[test]
    fn a_line_without_end_is_cut_with_a_mark() {
        let long = "é".repeat(MOST_LINE_BYTES);
        let found = lines(&[b"x", long.as_bytes(), long.as_bytes(), b"\nnext\n"]);
        assert_eq!(found.len(), 2);
        assert!(found[0].text.len() < MOST_LINE_BYTES + 64);
        let missing = 4 * MOST_LINE_BYTES + 1 - MOST_LINE_BYTES;
        assert!(
            found[0].text.ends_with(&format!("é … [{missing} more bytes]")),
            "{}",
            &found[0].text[MOST_LINE_BYTES - 9..]
        );
        assert_eq!(found[1].text, "next");
    }

    #[test]
    fn bytes_that_are_no_text_are_replaced() {
        assert_eq!(lines(&[b"a\xff\xfeb\n"])[0].text, "a\u{fffd}\u{fffd}b");
    }
}
