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
        let path = text::relative(&file);
        let applying: Vec<&Rule> = RULES
            .iter()
            .filter(|rule| path.starts_with(rule.room) && !rule.home.iter().any(|home| path.starts_with(home)))
            .collect();
        if applying.is_empty() {
            continue;
        }
        for (number, line) in text::read(&file)?.lines().enumerate() {
            for rule in applying.iter().filter(|rule| line.contains(rule.word)) {
                broken.push(format!("{path}:{}: {}", number + 1, rule.says));
            }
        }
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
