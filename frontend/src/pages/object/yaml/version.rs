//! The version of the object that a text was made from: the cluster refuses a text that was made from an older one.

/// The text as if it had been made from the version that `newest` is of. Everything else in it stays.
pub fn made_from(text: &str, newest: &str) -> String {
    let (Some(place), Some(line)) = (
        version_line(text),
        version_line(newest).and_then(|place| newest.lines().nth(place)),
    ) else {
        return text.to_owned();
    };
    let mut lines: Vec<&str> = text.lines().collect();
    lines[place] = line;
    let mut changed = lines.join("\n");
    if text.ends_with('\n') {
        changed.push('\n');
    }
    changed
}

/// Which line is `metadata.resourceVersion`, in YAML as the server writes it.
fn version_line(text: &str) -> Option<usize> {
    let mut in_metadata = false;
    for (place, line) in text.lines().enumerate() {
        if !line.starts_with([' ', '#']) && !line.trim().is_empty() {
            in_metadata = line.trim_end() == "metadata:";
        } else if in_metadata
            && line
                .strip_prefix("  ")
                .is_some_and(|line| line.starts_with("resourceVersion:"))
        {
            return Some(place);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::made_from;

    #[test]
    fn only_the_version_of_the_object_itself_is_changed() {
        let mine = "kind: Pod\nmetadata:\n  name: a\n  annotations:\n    resourceVersion: mine\n  resourceVersion: \"1\"\nspec:\n  resourceVersion: x\n";
        let newest = "kind: Pod\nmetadata:\n  name: a\n  resourceVersion: \"7\"\n";
        assert_eq!(
            made_from(mine, newest),
            "kind: Pod\nmetadata:\n  name: a\n  annotations:\n    resourceVersion: mine\n  resourceVersion: \"7\"\nspec:\n  resourceVersion: x\n"
        );
    }

    #[test]
    fn a_text_without_a_version_stays_as_it_is() {
        let newest = "metadata:\n  resourceVersion: \"7\"\n";
        assert_eq!(made_from("metadata:\n  name: a", newest), "metadata:\n  name: a");
    }
}
