//! Passwords: their rules, and argon2id (19 MiB, 2 passes: OWASP's choice) off the request threads.

use std::sync::Arc;
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use muster_api::problem::FieldProblem;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::IdentityError;

const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
/// Fewest and most characters.
const LENGTH: std::ops::RangeInclusive<usize> = 8..=256;
/// How many are checked at the same time: each takes 19 MiB and a core.
const AT_ONCE: usize = 4;
/// How long a check waits for its turn.
const PATIENCE: Duration = Duration::from_secs(20);

/// Hashes and checks passwords, a few at a time.
pub(super) struct Passwords {
    turns: Arc<Semaphore>,
    /// A hash of nothing anyone knows, checked when there is no such user: both cases take equally long.
    nobody: String,
}

impl Passwords {
    pub(super) fn new() -> Result<Self, IdentityError> {
        let secret = super::secret::generate("")?;
        Ok(Self {
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            nobody: hash(&secret)?,
        })
    }

    /// The hash to keep.
    pub(super) async fn hash(&self, password: SecretString) -> Result<String, IdentityError> {
        self.in_turn(move || hash(&password)).await?
    }

    /// Is this the password behind `kept`? When there is none, takes as long and says no.
    pub(super) async fn verify(&self, password: SecretString, kept: Option<String>) -> Result<bool, IdentityError> {
        let known = kept.is_some();
        let kept = kept.unwrap_or_else(|| self.nobody.clone());
        let right = self.in_turn(move || verify(&password, &kept)).await??;
        Ok(known && right)
    }

    async fn in_turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, IdentityError> {
        let turn = timeout(PATIENCE, Arc::clone(&self.turns).acquire_owned()).await;
        let turn = turn
            .map_err(|_| IdentityError::Busy)?
            .map_err(|_| IdentityError::Busy)?;
        // The work goes on when whoever asked for it has gone: its turn ends with it, not with them.
        let work = move || {
            let _turn = turn;
            work()
        };
        spawn_blocking(work)
            .await
            .map_err(|error| IdentityError::Internal(format!("hashing ended: {error}")))
    }
}

fn argon2() -> Result<Argon2<'static>, IdentityError> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None)
        .map_err(|error| IdentityError::Internal(format!("argon2 refuses its parameters: {error}")))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &SecretString) -> Result<String, IdentityError> {
    let hash: PasswordHash = argon2()?
        .hash_password(password.expose_secret().as_bytes())
        .map_err(|error| IdentityError::Internal(format!("argon2 failed: {error}")))?;
    Ok(hash.to_string())
}

fn verify(password: &SecretString, kept: &str) -> Result<bool, IdentityError> {
    let kept = PasswordHash::new(kept)
        .map_err(|error| IdentityError::Internal(format!("a kept password hash cannot be read: {error}")))?;
    Ok(argon2()?
        .verify_password(password.expose_secret().as_bytes(), &kept)
        .is_ok())
}

/// What is wrong with a password that a user named `name` wants, said at `field`.
pub(super) fn problem_of(field: &str, password: &SecretString, name: &str) -> Option<FieldProblem> {
    let text = password.expose_secret();
    let length = text.chars().count();
    if length < *LENGTH.start() {
        let message = format!(
            "The password has {length} characters; it needs at least {}.",
            LENGTH.start()
        );
        return Some(FieldProblem::new(field, "password-too-short", message));
    }
    if length > *LENGTH.end() {
        let message = format!(
            "The password has {length} characters; it may have at most {}.",
            LENGTH.end()
        );
        return Some(FieldProblem::new(field, "password-too-long", message));
    }
    if text.to_lowercase() == name.to_lowercase() {
        let message = "The password is the name: choose one that nobody guesses.";
        return Some(FieldProblem::new(field, "password-is-name", message));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(password: &str, name: &str) -> Option<String> {
        problem_of("password", &SecretString::from(password), name).map(|problem| problem.code)
    }

    #[test]
    fn a_password_has_8_to_256_characters_and_is_not_the_name() {
        assert_eq!(code("1234567", "ada").as_deref(), Some("password-too-short"));
        assert_eq!(code("密码密码密码密码", "ada"), None);
        assert_eq!(code(&"x".repeat(256), "ada"), None);
        assert_eq!(code(&"x".repeat(257), "ada").as_deref(), Some("password-too-long"));
        assert_eq!(
            code("Ada.Lovelace", "ada.lovelace").as_deref(),
            Some("password-is-name")
        );
    }

    #[tokio::test]
    async fn the_right_password_is_told_from_wrong_ones_and_from_no_user() {
        let passwords = Passwords::new().unwrap();
        let kept = passwords.hash(SecretString::from("correct horse")).await.unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(
            passwords
                .verify(SecretString::from("correct horse"), Some(kept.clone()))
                .await
                .unwrap()
        );
        assert!(
            !passwords
                .verify(SecretString::from("correct horsE"), Some(kept))
                .await
                .unwrap()
        );
        assert!(
            !passwords
                .verify(SecretString::from("correct horse"), None)
                .await
                .unwrap()
        );
    }

    #[tokio::test]
    async fn whoever_gives_up_waiting_does_not_let_more_work_in() {
        let passwords = Passwords::new().unwrap();
        let (release, held) = std::sync::mpsc::channel::<()>();
        let (begun, mut beginnings) = tokio::sync::mpsc::unbounded_channel();
        let work = move || {
            begun.send(()).unwrap();
            held.recv().ok();
        };
        {
            let asking = passwords.in_turn(work);
            tokio::select! {
                _ = asking => panic!("the work cannot be done yet"),
                _ = beginnings.recv() => {}
            }
        }
        assert_eq!(passwords.turns.available_permits(), AT_ONCE - 1);
        release.send(()).unwrap();
        let all = u32::try_from(AT_ONCE).unwrap();
        let _everyone = timeout(PATIENCE, passwords.turns.acquire_many(all)).await.unwrap();
    }
}
