//! Where to go after signing in: the page that was asked for, and never another site.

/// A path of this console that may follow a sign-in, or `None` when `asked` is not one.
pub fn safe_path(asked: &str) -> Option<&str> {
    let is_local = asked.starts_with('/') && !asked.starts_with("//") && !asked.contains('\\');
    let is_door = ["/sign-in", "/first-start"].iter().any(|door| asked.starts_with(door));
    let is_clean = !asked.chars().any(char::is_control);
    (is_local && is_clean && !is_door).then_some(asked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_this_console_follow_a_sign_in() {
        assert_eq!(safe_path("/clusters/prod?page=2"), Some("/clusters/prod?page=2"));
        for elsewhere in [
            "https://example.com",
            "//example.com",
            "/\\example.com",
            "clusters",
            "/sign-in",
            "",
            "/\n/x",
        ] {
            assert_eq!(safe_path(elsewhere), None, "{elsewhere:?}");
        }
    }
}
