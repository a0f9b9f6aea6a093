//! Why an attempt at one server ended, and whether another server may be asked.

use crate::identity::providers::ProviderError;

/// Why something did not work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failure {
    /// This server cannot be asked now; the next one may be.
    Server(String),
    /// The directory was asked and its answer is not whole, or nobody knows whether it acted: no other server is asked.
    Incomplete(String),
    /// The person is not let in.
    Refused(String),
    /// The settings do not fit the directory.
    Misconfigured(String),
}

pub(super) type Outcome<T> = Result<T, Failure>;

impl Failure {
    /// The reason alone.
    pub(super) fn reason(&self) -> &str {
        match self {
            Self::Server(reason) | Self::Incomplete(reason) | Self::Refused(reason) | Self::Misconfigured(reason) => {
                reason
            }
        }
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

/// What a result code (RFC 4511, appendix A) means, in words.
pub(super) fn code_in_words(code: u32) -> &'static str {
    match code {
        0 => "success",
        1 => "the server cannot do this in its present state: does it want a sign-in first?",
        2 => "the server did not understand the request",
        3 => "the server's time limit ended the search",
        4 => "the server's size limit cut the answer off",
        7 => "the server does not know this way to sign in",
        8 => "the server wants an encrypted connection: use ldaps:// or StartTLS",
        10 => "the server only names another server, which is not followed",
        11 => "a limit that an administrator set ended the search",
        12 => "the server does not know a control that is needed",
        13 => "the server wants an encrypted connection",
        16 => "the attribute does not exist",
        18 => "the server cannot compare like this",
        19 => "a rule of the server does not allow it",
        32 => "there is no such entry, or the account may not see it",
        34 => "a DN is written wrongly",
        48 => "the account cannot sign in with a password",
        49 => "name or password is wrong",
        50 => "the account has not the right to do this",
        51 => "the server is busy",
        52 => "the server is not available now",
        53 => "the server is not willing to do this",
        80 => "the server failed inside",
        _ => "the server refused",
    }
}

/// A code in words, with the code itself for whoever looks it up.
pub(super) fn result_in_words(code: u32) -> String {
    format!("{} (code {code})", code_in_words(code))
}

/// Text from outside, without what could spoil a log or a page.
pub(super) fn cleaned(text: &str, most: usize) -> String {
    let visible = |character: &char| {
        !character.is_control() && !matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.trim().chars().filter(visible).take(most).collect()
}
