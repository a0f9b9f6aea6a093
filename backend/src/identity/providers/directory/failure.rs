//! Why an attempt at one server ended, and whether another server may be asked.

use muster_api::said::{Said, ldap as sentence};

use crate::identity::providers::{ProviderError, Reason};

/// Why something did not work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failure {
    /// This server cannot be asked now; the next one may be.
    Server(Reason),
    /// The directory was asked and its answer is not whole, or nobody knows whether it acted: no other server is asked.
    Incomplete(Reason),
    /// The person is not let in.
    Refused(Reason),
    /// The settings do not fit the directory.
    Misconfigured(Reason),
}

pub(super) type Outcome<T> = Result<T, Failure>;

impl Failure {
    /// The reason alone.
    pub(super) fn into_reason(self) -> Reason {
        match self {
            Self::Server(reason) | Self::Incomplete(reason) | Self::Refused(reason) | Self::Misconfigured(reason) => {
                reason
            }
        }
    }

    /// The same with one more sentence.
    pub(super) fn and(mut self, said: Said) -> Self {
        let (Self::Server(reason) | Self::Incomplete(reason) | Self::Refused(reason) | Self::Misconfigured(reason)) =
            &mut self;
        reason.0.push(said);
        self
    }
}

impl From<Failure> for ProviderError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Server(reason) | Failure::Incomplete(reason) => Self::Unavailable { reason },
            Failure::Refused(reason) => Self::Refused { reason },
            Failure::Misconfigured(reason) => Self::Misconfigured { reason },
        }
    }
}

/// What a result code (RFC 4511, appendix A) means.
pub(super) fn result(code: u32) -> Said {
    let meaning = match code {
        0 => sentence::SUCCESS,
        1 => sentence::OPERATIONS_ERROR,
        2 => sentence::PROTOCOL_ERROR,
        3 => sentence::TIME_LIMIT,
        4 => sentence::SIZE_LIMIT,
        7 => sentence::METHOD_UNKNOWN,
        8 => sentence::STRONGER_AUTHENTICATION,
        10 => sentence::REFERRAL,
        11 => sentence::ADMINISTRATIVE_LIMIT,
        12 => sentence::CONTROL_UNKNOWN,
        13 => sentence::CONFIDENTIALITY,
        16 => sentence::NO_ATTRIBUTE,
        18 => sentence::MATCHING,
        19 => sentence::CONSTRAINT,
        32 => sentence::NO_OBJECT,
        34 => sentence::BAD_DN,
        48 => sentence::NO_PASSWORD,
        49 => sentence::CREDENTIALS,
        50 => sentence::RIGHTS,
        51 => sentence::BUSY,
        52 => sentence::UNAVAILABLE,
        53 => sentence::UNWILLING,
        80 => sentence::OTHER,
        _ => return sentence::REFUSED.with(&[("code", &code)]),
    };
    meaning.say()
}

/// Text from outside, without what could spoil a log or a page.
pub(super) fn cleaned(text: &str, most: usize) -> String {
    let visible = |character: &char| {
        !character.is_control() && !matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.trim().chars().filter(visible).take(most).collect()
}
