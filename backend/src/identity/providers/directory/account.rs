//! May an account sign in? What its attributes say, and what a server says when it refuses a password.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use muster_api::provider::ProviderKind;
use muster_api::said::{Said, active_directory as code, directory as sentence};

use super::connection::BindAnswer;
use super::entry::Entry;
use super::failure::{Failure, Outcome, result};
use crate::identity::providers::Reason;

/// What tells the state of an account in Active Directory.
const ACTIVE_DIRECTORY: &[&str] = &[
    "userAccountControl",
    "accountExpires",
    "pwdLastSet",
    "primaryGroupID",
    "objectSid",
];
/// And elsewhere: 389 Directory Server and FreeIPA, OpenLDAP's password policy, POSIX accounts.
const OTHERS: &[&str] = &["nsAccountLock", "pwdAccountLockedTime", "pwdReset", "gidNumber"];

const DISABLED: i64 = 0x0002;
const PASSWORD_NEVER_EXPIRES: i64 = 0x0001_0000;
/// Seconds from the beginning of 1601, where Active Directory's times begin, to that of 1970.
const EPOCH_1601: u64 = 11_644_473_600;
/// What the password policy of OpenLDAP writes when an administrator locks for good.
const LOCKED_FOR_GOOD: &str = "000001010000Z";

/// What an entry says of its account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum State {
    /// Nothing speaks against it.
    Good,
    /// It is turned off: it may not sign in, and what it opened must end.
    Off(Said),
    /// It may not sign in before its password was changed; what it opened may go on.
    MustChange(Said),
}

/// The attributes that [`state`] reads.
pub(super) fn attributes(kind: ProviderKind) -> &'static [&'static str] {
    match kind {
        ProviderKind::ActiveDirectory => ACTIVE_DIRECTORY,
        _ => OTHERS,
    }
}

/// Reads the state of an account. Locks that pass by themselves are the server's to judge, at the bind.
pub(super) fn state(entry: &Entry, kind: ProviderKind, now: SystemTime) -> State {
    match kind {
        ProviderKind::ActiveDirectory => active_directory(entry, now),
        _ => others(entry),
    }
}

fn active_directory(entry: &Entry, now: SystemTime) -> State {
    let Some(control) = entry.number("userAccountControl") else {
        // Whoever cannot be seen to be enabled is not.
        return State::Off(sentence::STATE_UNREADABLE.say());
    };
    if control & DISABLED != 0 {
        return State::Off(code::DISABLED.say());
    }
    if entry
        .number("accountExpires")
        .and_then(time_of)
        .is_some_and(|end| end <= now)
    {
        return State::Off(code::EXPIRED.say());
    }
    if entry.number("pwdLastSet") == Some(0) && control & PASSWORD_NEVER_EXPIRES == 0 {
        return State::MustChange(code::MUST_CHANGE.say());
    }
    State::Good
}

fn others(entry: &Entry) -> State {
    if entry
        .text("nsAccountLock")
        .is_some_and(|value| value.trim().eq_ignore_ascii_case("true"))
    {
        return State::Off(sentence::ACCOUNT_DISABLED.say());
    }
    if entry
        .text("pwdAccountLockedTime")
        .is_some_and(|value| value.trim() == LOCKED_FOR_GOOD)
    {
        return State::Off(sentence::ACCOUNT_LOCKED.say());
    }
    if entry
        .text("pwdReset")
        .is_some_and(|value| value.trim().eq_ignore_ascii_case("true"))
    {
        return State::MustChange(sentence::PASSWORD_RESET.say());
    }
    State::Good
}

/// A time in hundreds of nanoseconds since 1601; none when it means never.
fn time_of(value: i64) -> Option<SystemTime> {
    let value = u64::try_from(value).ok()?;
    if value == 0 || value >= i64::MAX.unsigned_abs() {
        return None;
    }
    let seconds = (value / 10_000_000).saturating_sub(EPOCH_1601);
    UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
}

/// What the server's answer to a person's bind means. `Ok` only when the password was right and nothing must be done.
pub(super) fn judge(answer: &BindAnswer) -> Outcome<()> {
    let words = || Reason::from(result(answer.code));
    match answer.code {
        0 if answer.must_change => Err(Failure::Refused(sentence::PASSWORD_MUST_CHANGE.say().into())),
        0 => Ok(()),
        // The server did not look at the password: another one may.
        51 | 52 => Err(Failure::Server(words())),
        8 | 13 => Err(Failure::Misconfigured(words())),
        49 => Err(Failure::Refused(
            diagnosis(&answer.text).map_or_else(words, Reason::from),
        )),
        // A lock or a rule of the password policy, an account without a password, an account that was just removed.
        19 | 32 | 48 | 50 | 53 => Err(Failure::Refused(words())),
        _ => Err(Failure::Incomplete(words())),
    }
}

/// Active Directory's own code in `80090308: LdapErr: …, comment: AcceptSecurityContext error, data 533, v3839`.
fn diagnosis(text: &str) -> Option<Said> {
    let (_, after) = text.split_once("data ")?;
    let digits: String = after.chars().take_while(char::is_ascii_hexdigit).take(8).collect();
    let meaning = match digits.as_str() {
        "525" => code::NO_ACCOUNT,
        "52e" => code::WRONG_PASSWORD,
        "52f" => code::RESTRICTED,
        "530" => code::NOT_AT_THIS_TIME,
        "531" => code::NOT_FROM_HERE,
        "532" => code::PASSWORD_EXPIRED,
        "533" => code::DISABLED,
        "534" => code::NO_RIGHT,
        "568" => code::TOO_MANY_GROUPS,
        "701" => code::EXPIRED,
        "773" => code::MUST_CHANGE,
        "775" => code::LOCKED,
        _ => return None,
    };
    Some(meaning.say())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(code: u32, text: &str) -> BindAnswer {
        BindAnswer {
            code,
            text: text.to_owned(),
            must_change: false,
        }
    }

    #[test]
    fn a_code_of_active_directory_becomes_words() {
        let text = "80090308: LdapErr: DSID-0C090569, comment: AcceptSecurityContext error, data 775, v4563";
        let refused = |text: &str| match judge(&answer(49, text)) {
            Err(Failure::Refused(reason)) => reason.to_string(),
            other => panic!("not refused: {other:?}"),
        };
        assert_eq!(
            refused(text),
            "775: the account is locked after too many wrong passwords"
        );
        let reason = refused("data zzz");
        assert!(reason.contains("name or password is wrong"), "{reason}");
    }

    #[test]
    fn only_an_answer_without_judgement_is_asked_of_another_server() {
        assert_eq!(judge(&answer(0, "")), Ok(()));
        assert!(matches!(judge(&answer(51, "")), Err(Failure::Server(_))));
        assert!(matches!(judge(&answer(52, "")), Err(Failure::Server(_))));
        for code in [19, 32, 48, 49, 50, 53] {
            assert!(matches!(judge(&answer(code, "")), Err(Failure::Refused(_))), "{code}");
        }
        for code in [1, 2, 10, 80, 4_711] {
            assert!(
                matches!(judge(&answer(code, "")), Err(Failure::Incomplete(_))),
                "{code}"
            );
        }
    }

    #[test]
    fn never_is_no_time() {
        assert_eq!(time_of(0), None);
        assert_eq!(time_of(i64::MAX), None);
        assert_eq!(time_of(116_444_736_000_000_000), Some(UNIX_EPOCH));
    }
}
