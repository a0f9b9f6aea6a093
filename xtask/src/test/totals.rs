//! Counts of passed and failed tests, read from what the test programs print.

use std::fmt;

use anyhow::{Result, bail};

/// How many tests passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Tests that passed.
    pub passed: u64,
    /// Tests that failed, and parts of the run that could not be done.
    pub failed: u64,
}

impl Totals {
    /// Adds the counts of another part of the run.
    pub fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }

    /// Reads a summary line of a Rust test program: `test result: ok. 3 passed; 0 failed; 0 ignored; …`.
    pub fn from_rust(line: &str) -> Option<Self> {
        let rest = line.strip_prefix("test result: ")?.split_once(". ")?.1;
        let count = |word: &str| {
            rest.split(';')
                .find_map(|part| part.trim().strip_suffix(word)?.trim().parse::<u64>().ok())
        };
        Some(Self {
            passed: count("passed")?,
            failed: count("failed")?,
        })
    }

    /// Reads one line of a Node test run in TAP form: `# pass 3` or `# fail 0` (cancelled ones failed as well).
    pub fn from_node(line: &str) -> Option<Self> {
        let (word, number) = line.strip_prefix("# ")?.split_once(' ')?;
        let number = number.trim().parse().ok()?;
        match word {
            "pass" => Some(Self {
                passed: number,
                failed: 0,
            }),
            "fail" | "cancelled" => Some(Self {
                passed: 0,
                failed: number,
            }),
            _ => None,
        }
    }

    /// An error when a test failed, or when none ran at all.
    pub fn verdict(self) -> Result<()> {
        if self.failed > 0 {
            bail!("{} of {} tests failed", self.failed, self.passed + self.failed);
        }
        if self.passed == 0 {
            bail!("no test ran");
        }
        Ok(())
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} passed, {} failed", self.passed, self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_of_a_rust_test_program_is_counted() {
        let line = "test result: FAILED. 12 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.10s";
        assert_eq!(Totals::from_rust(line), Some(Totals { passed: 12, failed: 2 }));
        assert_eq!(Totals::from_rust("test a ... ok"), None);
    }

    #[test]
    fn cancelled_browser_tests_count_as_failed() {
        assert_eq!(Totals::from_node("# pass 4"), Some(Totals { passed: 4, failed: 0 }));
        assert_eq!(
            Totals::from_node("# cancelled 1"),
            Some(Totals { passed: 0, failed: 1 })
        );
        assert_eq!(Totals::from_node("# duration_ms 12.5"), None);
    }

    #[test]
    fn a_run_without_any_test_is_a_failure() {
        assert!(Totals::default().verdict().is_err());
        assert!(Totals { passed: 1, failed: 0 }.verdict().is_ok());
        assert!(Totals { passed: 9, failed: 1 }.verdict().is_err());
    }
}
