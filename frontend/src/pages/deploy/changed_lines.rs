//! Which lines of a text are new against the text before: what the last keystrokes changed in the YAML.

/// Texts with more lines than this are not compared: the table of the comparison grows with the square.
const MOST_LINES: usize = 600;

/// For each line of `after`: is it new or changed against `before`? By the longest common subsequence of lines.
pub fn changed_lines(before: &str, after: &str) -> Vec<bool> {
    let old: Vec<&str> = before.lines().collect();
    let new: Vec<&str> = after.lines().collect();
    if old.is_empty() || old.len() > MOST_LINES || new.len() > MOST_LINES {
        return vec![false; new.len()];
    }
    // common[i][j]: how many lines of old[i..] and new[j..] are common.
    let width = new.len() + 1;
    let mut common = vec![0_u16; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i * width + j] = if old[i] == new[j] {
                common[(i + 1) * width + j + 1] + 1
            } else {
                common[(i + 1) * width + j].max(common[i * width + j + 1])
            };
        }
    }
    let mut changed = vec![true; new.len()];
    let (mut i, mut j) = (0, 0);
    while i < old.len() && j < new.len() {
        if old[i] == new[j] {
            changed[j] = false;
            i += 1;
            j += 1;
        } else if common[(i + 1) * width + j] >= common[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    changed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lines_that_are_new_or_different_are_marked() {
        let before = "kind: Deployment\nspec:\n  replicas: 1\n  template: {}";
        let after = "kind: Deployment\nspec:\n  paused: true\n  replicas: 3\n  template: {}";
        assert_eq!(changed_lines(before, after), [false, false, true, true, false]);
    }

    #[test]
    fn nothing_is_marked_at_first_or_when_lines_only_went_away() {
        assert_eq!(changed_lines("", "a\nb"), [false, false]);
        assert_eq!(changed_lines("a\nb\nc", "a\nc"), [false, false]);
    }
}
