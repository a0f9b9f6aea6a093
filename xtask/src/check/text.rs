//! Checks of source and documents as text.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::workspace;

/// Longer than this, a file has a second room inside.
const LONGEST: usize = 450;

/// No Rust file is longer than allowed, not counting its module of tests.
pub fn file_lengths() -> Result<()> {
    let mut long = Vec::new();
    for file in tracked_like("rs")? {
        let length = lines_without_tests(&read(&file)?);
        if length > LONGEST {
            long.push(format!(
                "{} has {length} lines without its tests (at most {LONGEST})",
                relative(&file)
            ));
        }
    }
    if !long.is_empty() {
        bail!("{}", long.join("\n"));
    }
    Ok(())
}

/// Every relative link in a Markdown file leads to a file.
pub fn links() -> Result<()> {
    let mut broken = Vec::new();
    for file in tracked_like("md")? {
        let text = read(&file)?;
        for target in link_targets(&text) {
            let path = target.split('#').next().unwrap_or_default();
            if path.is_empty() || path.contains("://") || path.starts_with("mailto:") {
                continue;
            }
            let folder = file.parent().unwrap_or(workspace::root());
            if !folder.join(path).exists() {
                broken.push(format!("{}: {target} leads nowhere", relative(&file)));
            }
        }
    }
    if !broken.is_empty() {
        bail!("{}", broken.join("\n"));
    }
    Ok(())
}

/// The source files with this ending, outside build folders.
pub fn tracked_like(extension: &str) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    collect(workspace::root(), extension, &mut files)?;
    files.sort();
    Ok(files)
}

/// A file as text.
pub fn read(file: &Path) -> Result<String> {
    std::fs::read_to_string(file).with_context(|| format!("could not read {}", file.display()))
}

/// A path as seen from the root of the repository.
pub fn relative(file: &Path) -> String {
    file.strip_prefix(workspace::root())
        .unwrap_or(file)
        .display()
        .to_string()
}

fn collect(folder: &Path, extension: &str, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in std::fs::read_dir(folder).with_context(|| format!("could not read {}", folder.display()))? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_dir() {
            let skipped =
                name.starts_with('.') || ["target", "node_modules", "generated", "muster-data"].contains(&name);
            if !skipped {
                collect(&path, extension, files)?;
            }
        } else if path.extension().is_some_and(|end| end == extension) {
            files.push(path);
        }
    }
    Ok(())
}

/// The lines before the module of tests that ends a file.
fn lines_without_tests(text: &str) -> usize {
    let lines: Vec<&str> = text.lines().collect();
    let tests = lines.windows(2).position(|pair| {
        pair[0].trim() == "#[cfg(test)]"
            && pair[1].trim_start().starts_with("mod ")
            && pair[1].trim_end().ends_with('{')
    });
    tests.unwrap_or(lines.len())
}

/// What stands in the parentheses of `[text](target)`.
fn link_targets(text: &str) -> Vec<&str> {
    let mut targets = Vec::new();
    let mut in_code = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        if in_code {
            continue;
        }
        let mut rest = line;
        while let Some(start) = rest.find("](") {
            rest = &rest[start + 2..];
            let Some(end) = rest.find(')') else { break };
            targets.push(rest[..end].split_whitespace().next().unwrap_or_default());
            rest = &rest[end..];
        }
    }
    targets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_of_tests_does_not_count_towards_the_length() {
        assert_eq!(lines_without_tests("one\ntwo\n#[cfg(test)]\nmod tests {\n}\n"), 2);
        assert_eq!(lines_without_tests("one\n#[cfg(test)]\nmod tests;\nfour\n"), 4);
    }

    #[test]
    fn links_in_code_are_not_links() {
        let text = "see [a](docs/a.md#top \"title\") and [b](b.md)\n```\nx[0](y)\n```\n";
        assert_eq!(link_targets(text), ["docs/a.md#top", "b.md"]);
    }
}
