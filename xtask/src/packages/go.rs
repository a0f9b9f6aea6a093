//! Is there a Go that can build the clusters' programs?

use testbed::KubernetesVersion;
use testbed::binaries::{self, Binary};
use testbed::packages::{OLDEST_GO, go_version};

use crate::process;

/// What is to be done about Go.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Nothing.
    Usable,
    /// Debian has one that will do.
    InDebian,
    /// A person must install it: how, in a sentence.
    ByHand(String),
}

pub(super) fn state() -> State {
    if binaries::are_built(&Binary::all(KubernetesVersion::default())) {
        return State::Usable;
    }
    let policy = process::command("apt-cache")
        .args(["policy", "golang-go"])
        .output()
        .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
        .unwrap_or_default();
    judge(go_version(), candidate(&policy))
}

/// `installed` and what Debian would install, as major and minor number.
fn judge(installed: Option<(u32, u32)>, in_debian: Option<(u32, u32)>) -> State {
    if installed.is_some_and(|version| version >= OLDEST_GO) {
        return State::Usable;
    }
    if installed.is_none() && in_debian.is_some_and(|version| version >= OLDEST_GO) {
        return State::InDebian;
    }
    let (major, minor) = OLDEST_GO;
    let found = match (installed, in_debian) {
        (Some((major, minor)), _) => format!("Go {major}.{minor} is on PATH"),
        (None, Some((major, minor))) => format!("golang-go of this Debian is {major}.{minor}"),
        (None, None) => "there is none on PATH".to_owned(),
    };
    State::ByHand(format!(
        "Go {major}.{minor} or newer from https://go.dev/dl, on PATH ({found}); it fetches the exact version by itself"
    ))
}

/// The version that `apt-cache policy` would install: `Candidate: 2:1.19~1`.
fn candidate(policy: &str) -> Option<(u32, u32)> {
    let version = policy.lines().find_map(|line| line.trim().strip_prefix("Candidate:"))?;
    let upstream = version.trim().rsplit(':').next()?;
    let mut numbers = upstream.split(|character: char| !character.is_ascii_digit());
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn go_comes_from_debian_where_that_is_new_enough_and_is_asked_for_otherwise() {
        assert_eq!(judge(Some((1, 26)), None), State::Usable);
        assert_eq!(judge(Some((1, 21)), Some((1, 19))), State::Usable);
        assert_eq!(judge(None, Some((1, 24))), State::InDebian);
        for (installed, in_debian, word) in [
            (None, Some((1, 19)), "this Debian is 1.19"),
            (None, None, "none on PATH"),
            (Some((1, 19)), Some((1, 24)), "Go 1.19 is on PATH"),
        ] {
            let State::ByHand(sentence) = judge(installed, in_debian) else {
                panic!("{installed:?} {in_debian:?}");
            };
            assert!(
                sentence.contains(word) && sentence.contains("https://go.dev/dl"),
                "{sentence}"
            );
        }
    }

    #[test]
    fn debians_version_is_read_off_its_policy() {
        let policy =
            |candidate: &str| format!("golang-go:\n  Installed: (none)\n  Candidate: {candidate}\n  Version table:\n");
        assert_eq!(candidate(&policy("2:1.19~1")), Some((1, 19)));
        assert_eq!(candidate(&policy("2:1.24~2")), Some((1, 24)));
        assert_eq!(candidate(&policy("(none)")), None);
        assert_eq!(candidate(""), None);
    }
}
