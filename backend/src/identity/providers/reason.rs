//! Why a provider did not do something, in sentences that the browser says in the person's language.

use std::fmt;

use muster_api::said::{self, Said};

/// One or more sentences. Written out it is English, and a part of another sentence, as logs and the audit log have it:
/// `533: the account is disabled`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reason(
    /// The sentences in their order.
    pub Vec<Said>,
);

impl Reason {
    /// Whole English sentences.
    pub fn message(&self) -> String {
        said::message(&self.0)
    }
}

impl From<Said> for Reason {
    fn from(said: Said) -> Self {
        Self(vec![said])
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.message().trim_end_matches('.'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_api::said::{active_directory, directory_test};

    #[test]
    fn a_reason_is_a_part_of_a_sentence_in_a_log_and_a_whole_one_for_people() {
        let mut reason = Reason::from(active_directory::DISABLED.say());
        assert_eq!(reason.to_string(), "533: the account is disabled");
        reason.0.push(directory_test::SERVER_SAYS.with(&[("text", &"no.")]));
        assert_eq!(
            reason.message(),
            "533: the account is disabled. In its own words the server says: no."
        );
    }
}
