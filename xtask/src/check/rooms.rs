//! The rules between rooms (ARCHITECTURE.md) that can be read off the source.

use anyhow::{Result, bail};

use super::text;

/// A word that may stand only in some places of a room.
struct Rule {
    /// Where the rule looks.
    room: &'static str,
    /// What it looks for.
    word: &'static str,
    /// Paths where the word is at home.
    home: &'static [&'static str],
    /// What the rule says.
    says: &'static str,
}

const RULES: &[Rule] = &[
    Rule {
        room: "backend/src/",
        word: "sqlx::query",
        home: &["backend/src/database"],
        says: "only backend/src/database writes SQL",
    },
    Rule {
        room: "backend/src/",
        word: "StatusCode::from_u16",
        home: &[
            "backend/src/error.rs",
            "backend/src/clusters",
            "backend/src/resources",
            "backend/src/http",
        ],
        says: "a status code is picked in backend/src/error.rs",
    },
    Rule {
        room: "backend/src/",
        word: "kube::Client::new",
        // The client of `streaming` asks nobody: kube wraps a body that streams only when a client answers with it.
        home: &[
            "backend/src/clusters/connection.rs",
            "backend/src/clusters/streaming.rs",
        ],
        says: "only backend/src/clusters/connection.rs makes Kubernetes clients: others are given one by the one door",
    },
    Rule {
        room: "backend/src/",
        word: "kube::Config",
        home: &["backend/src/clusters/connection.rs"],
        says: "only backend/src/clusters/connection.rs makes Kubernetes clients: others are given one by the one door",
    },
    Rule {
        room: "frontend/src/",
        word: "wasm_bindgen(module",
        home: &["frontend/src/interop"],
        says: "only frontend/src/interop talks to JavaScript",
    },
    Rule {
        room: "frontend/src/ui/",
        word: "crate::pages",
        home: &[],
        says: "the design system knows no pages",
    },
];

/// Crates that must stay out of a room's dependencies.
const KEPT_OUT: &[(&str, &[&str])] = &[
    (
        "api/Cargo.toml",
        &["live-table", "muster =", "axum", "sqlx", "leptos", "kube", "tokio"],
    ),
    ("crates/", &["axum", "sqlx", "leptos", "muster =", "reqwest"]),
];

/// Every rule holds.
pub fn rules() -> Result<()> {
    let mut broken = Vec::new();
    for file in text::tracked_like("rs")? {
        broken.extend(broken_in(&text::relative(&file), &text::read(&file)?));
    }
    for file in text::tracked_like("toml")? {
        let path = text::relative(&file);
        if !path.ends_with("Cargo.toml") {
            continue;
        }
        for (room, words) in KEPT_OUT.iter().filter(|(room, _)| path.starts_with(room)) {
            for line in text::read(&file)?.lines() {
                if let Some(word) = words.iter().find(|word| line.starts_with(**word)) {
                    broken.push(format!(
                        "{path}: {room} must not depend on {}",
                        word.trim_end_matches(" =")
                    ));
                }
            }
        }
    }
    if !broken.is_empty() {
        bail!("{}", broken.join("\n"));
    }
    Ok(())
}

/// The rules that a source file breaks, by line.
fn broken_in(path: &str, source: &str) -> Vec<String> {
    let is_elsewhere = |rule: &&Rule| !rule.home.iter().any(|home| path.starts_with(home));
    let applying: Vec<&Rule> = RULES
        .iter()
        .filter(|rule| path.starts_with(rule.room))
        .filter(is_elsewhere)
        .collect();
    let mut broken = Vec::new();
    for (number, line) in source.lines().enumerate() {
        for rule in applying.iter().filter(|rule| line.contains(rule.word)) {
            broken.push(format!("{path}:{}: {}", number + 1, rule.says));
        }
    }
    broken
}

#[cfg(test)]
mod tests {
    use super::broken_in;

    #[test]
    fn a_client_of_a_cluster_is_made_in_one_place() {
        let source = "let a = 1;\nlet client = kube::Client::new(service, \"default\");\n";
        let broken = broken_in("backend/src/resources/remote.rs", source);
        assert_eq!(broken.len(), 1);
        assert!(
            broken[0].starts_with("backend/src/resources/remote.rs:2: only"),
            "{broken:?}"
        );
        for home in ["backend/src/clusters/connection.rs", "testbed/src/shared.rs"] {
            assert_eq!(broken_in(home, source), Vec::<String>::new());
        }
    }
}
