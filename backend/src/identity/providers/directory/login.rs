//! What somebody typed, before anything is sent.

use muster_api::provider::ProviderKind;
use muster_api::said::{Said, directory as sentence};
use secrecy::{ExposeSecret as _, SecretString};

use super::Directory;
use crate::identity::providers::ProviderError;

const LONGEST_NAME: usize = 256;
const LONGEST_PASSWORD: usize = 1_024;

/// The name to search for. An empty password never leaves: servers let whoever sends one in as nobody.
pub(super) fn normalise(login: &str, password: &SecretString, directory: &Directory) -> Result<String, ProviderError> {
    let password = password.expose_secret();
    if password.is_empty() || password.len() > LONGEST_PASSWORD || password.contains('\0') {
        return Err(ProviderError::refused(sentence::PASSWORD_UNUSABLE.say()));
    }
    name(login, directory.kind, directory.settings.domain.as_deref()).map_err(ProviderError::refused)
}

/// The name without what belongs to the directory as a whole.
pub(super) fn name(login: &str, kind: ProviderKind, domain: Option<&str>) -> Result<String, Said> {
    if login.chars().any(char::is_control) {
        return Err(sentence::NAME_INVISIBLE.say());
    }
    let login = login.trim();
    if login.is_empty() || login.chars().count() > LONGEST_NAME {
        return Err(sentence::NAME_LENGTH.say());
    }
    let Some((before, after)) = login.split_once('\\') else {
        return Ok(login.to_owned());
    };
    match domain {
        Some(domain) if before.trim().eq_ignore_ascii_case(domain) => {
            let after = after.trim();
            if after.is_empty() {
                return Err(sentence::NAME_MISSING.say());
            }
            Ok(after.to_owned())
        }
        // Cut off, another domain's name would let in whoever is called like that here.
        Some(_) => Err(sentence::OTHER_DOMAIN.say()),
        None if kind == ProviderKind::ActiveDirectory => Err(sentence::NO_DOMAIN.say()),
        None => Ok(login.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_configured_domain_stands_before_a_backslash() {
        let directory = ProviderKind::ActiveDirectory;
        assert_eq!(
            name(" muster\\alice ", directory, Some("MUSTER")),
            Ok("alice".to_owned())
        );
        assert!(name("OTHER\\alice", directory, Some("MUSTER")).is_err());
        assert!(name("MUSTER\\", directory, Some("MUSTER")).is_err());
        assert!(name("MUSTER\\alice", directory, None).is_err());
        assert_eq!(name("a\\b", ProviderKind::Ldap, None), Ok("a\\b".to_owned()));
        assert_eq!(
            name("alice@muster.test", directory, None),
            Ok("alice@muster.test".to_owned())
        );
    }

    #[test]
    fn a_name_is_neither_empty_nor_endless_nor_invisible() {
        for bad in ["", "  ", "a\0b", "a\n", &"a".repeat(257)] {
            assert!(name(bad, ProviderKind::Ldap, None).is_err());
        }
        let longest = "ä".repeat(256);
        assert_eq!(name(&longest, ProviderKind::Ldap, None), Ok(longest));
    }
}
