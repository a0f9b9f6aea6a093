//! The list of advisories names tests that there are, and every test that is named after an advisory is in it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::support::TestApp;

/// What names of tests after an advisory begin with.
const BEGINNINGS: [&str; 5] = ["cve_", "ghsa_", "headlamp_", "kubernetes_7", "rancher_5"];

fn root() -> PathBuf {
    crate::package().parent().unwrap().to_path_buf()
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("node_modules") {
            found.extend(files(&path));
        } else if path.is_file() {
            found.push(path);
        }
    }
    found
}

/// Tests named after an advisory, as `program::name`.
fn tests() -> BTreeSet<String> {
    let folder = root().join("backend/tests");
    let mut named = BTreeSet::new();
    for file in files(&folder) {
        let inside = file.strip_prefix(&folder).unwrap();
        let program = inside.iter().next().unwrap().to_str().unwrap().to_owned();
        if file.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let text = std::fs::read_to_string(&file).unwrap();
        // A test on both databases has its name in a line of its own.
        for line in text.lines().map(str::trim_start) {
            let name = line
                .strip_prefix("async fn ")
                .or_else(|| line.strip_prefix("fn "))
                .unwrap_or(line);
            let end = name.find(|character: char| !character.is_alphanumeric() && character != '_');
            let name = &name[..end.unwrap_or(name.len())];
            if BEGINNINGS.iter().any(|beginning| name.starts_with(beginning)) {
                named.insert(format!("{program}::{name}"));
            }
        }
    }
    named
}

#[test]
fn every_advisory_of_the_list_has_its_test_and_every_such_test_its_row() {
    let list = std::fs::read_to_string(root().join("docs/advisories.md")).unwrap();
    let mut listed = BTreeSet::new();
    let mut rows = 0;
    for row in list
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| advisory"))
    {
        let named: Vec<&str> = row
            .split('`')
            .skip(1)
            .step_by(2)
            .filter(|word| word.contains("::"))
            .collect();
        assert!(!named.is_empty(), "no test: {row}");
        listed.extend(named.into_iter().map(str::to_owned));
        rows += 1;
    }
    assert!(rows > 35, "{rows}");
    let there = tests();
    let missing: Vec<_> = listed.difference(&there).collect();
    assert!(
        missing.is_empty(),
        "the list names tests that there are not: {missing:#?}"
    );
    let without: Vec<_> = there.difference(&listed).collect();
    assert!(
        without.is_empty(),
        "these tests are in no row of docs/advisories.md: {without:#?}"
    );
}

/// Rancher and Argo CD put text of annotations and links into their pages as it was. Here text becomes text: the browser
/// application has no place where it is read as HTML, and its page lets nothing run that did not come with it. What services
/// in clusters answer is no page of this origin (`a_page_behind_a_service_never_runs_in_the_consoles_origin`).
#[tokio::test]
async fn cve_2024_52281_cve_2026_45738_and_cve_2024_28175_nothing_that_a_cluster_says_is_taken_for_a_page() {
    const READ_AS_HTML: [&str; 8] = [
        "inner_html",
        "innerHTML",
        "outerHTML",
        "set_outer_html",
        "insertAdjacentHTML",
        "insert_adjacent_html",
        "document.write",
        "srcdoc",
    ];
    let mut looked_at = 0;
    for folder in ["frontend/src", "frontend/js"] {
        for file in files(&root().join(folder)) {
            let Ok(text) = std::fs::read_to_string(&file) else {
                continue;
            };
            looked_at += 1;
            for word in READ_AS_HTML {
                assert!(!text.contains(word), "{}: {word}", file.display());
            }
        }
    }
    assert!(looked_at > 50, "{looked_at}");
    let app = TestApp::start().await;
    for path in ["/", "/api/v1/setup", "/metrics"] {
        let answer = app.anonymous().get(path).await;
        let policy = answer.header("content-security-policy").to_owned();
        let scripts = policy.split(';').find(|rule| rule.trim().starts_with("script-src"));
        let rule = scripts.or_else(|| policy.split(';').find(|rule| rule.trim().starts_with("default-src")));
        let rule = rule.unwrap_or_else(|| panic!("{path} says nothing of scripts: {policy:?}"));
        for wild in ["'unsafe-inline'", "'unsafe-eval'", "*", "data:", "http:", "https:"] {
            assert!(!rule.split_whitespace().any(|word| word == wild), "{path}: {rule}");
        }
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
    }
}
