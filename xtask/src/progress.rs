//! What the developer sees while a command works: one line a step, with the time since the start.
//!
//! Everything that xtask prints goes through here. Progress goes to the error stream, so that the last line of the
//! output stream is the answer (a path, a URL, a total) that scripts rely on.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this is a command-line tool: printing is its job"
)]

use std::fmt::Display;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

static STARTED: OnceLock<Instant> = OnceLock::new();

/// Remembers when the command started.
pub fn start() {
    STARTED.get_or_init(Instant::now);
}

/// Time since the command started.
pub fn elapsed() -> Duration {
    STARTED.get_or_init(Instant::now).elapsed()
}

/// Says what is being done now.
pub fn step(what: impl Display) {
    eprintln!("[{:>7}] {what}", clock(elapsed()));
}

/// Passes a line of a child process on.
pub fn relay(line: &str) {
    println!("{line}");
}

/// The answer of a command: a path, a URL or the total of a test run.
pub fn answer(what: impl Display) {
    println!("{what}");
}

/// A problem, on the error stream.
pub fn problem(what: impl Display) {
    eprintln!("{what}");
}

/// `75 s` or `12 min 05 s`: a duration as a person reads it.
pub fn clock(duration: Duration) -> String {
    let seconds = duration.as_secs();
    if seconds < 100 {
        format!("{:.1} s", duration.as_secs_f64())
    } else {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_times_have_a_decimal_and_long_ones_minutes() {
        assert_eq!(clock(Duration::from_millis(1250)), "1.2 s");
        assert_eq!(clock(Duration::from_secs(185)), "3 min 05 s");
    }
}
