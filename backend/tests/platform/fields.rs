//! How problems name their fields: the browser's forms find their own by it.

use std::fs;
use std::path::{Path, PathBuf};

/// What names a field, by the words that stand before its name in the source.
const CALLS: [&str; 5] = [
    "FieldProblem::new(",
    "AccessError::field(",
    "invalid_field(",
    "address_problem(",
    "required(",
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// The text that is the first argument of each call, where it is written out.
fn fields(source: &str) -> Vec<&str> {
    let calls = CALLS.iter().flat_map(|call| source.split(call).skip(1));
    calls
        .filter_map(|rest| {
            let rest = rest.trim_start();
            let rest = rest.strip_prefix("format!(").unwrap_or(rest).trim_start();
            rest.strip_prefix('"')?.split('"').next()
        })
        .collect()
}

/// `rules/{place}/verbs`: parts of letters or a place to fill in, joined by slashes. Keys of maps come last and are filled in.
fn is_path(field: &str) -> bool {
    let is_part = |part: &str| {
        let is_filled_in = part.starts_with('{') && part.ends_with('}');
        is_filled_in || (!part.is_empty() && part.chars().all(|character| character.is_ascii_alphanumeric()))
    };
    field.split('/').all(is_part)
}

#[test]
fn every_problem_names_its_field_by_parts_joined_by_slashes() {
    let backend = crate::package();
    let mut files = Vec::new();
    sources(&backend.join("src"), &mut files);
    sources(&backend.join("../api/src"), &mut files);
    let mut count = 0;
    for file in files {
        let source = fs::read_to_string(&file).unwrap();
        for field in fields(&source) {
            count += 1;
            assert!(is_path(field), "{}: {field:?}", file.display());
        }
    }
    assert!(count > 50, "{count}");
    assert!(!is_path("settings.issuer"));
}
