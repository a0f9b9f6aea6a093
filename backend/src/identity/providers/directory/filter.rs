//! Search filters (RFC 4515): every value is escaped here and nowhere else.

use std::fmt::Write as _;

/// Longer conditions are refused in settings.
const LONGEST: usize = 4_096;
/// Conditions in conditions deeper than this are refused: reading them is recursive.
const DEEPEST: usize = 30;

/// `(attribute=value)` with the value escaped.
pub(super) fn equals(attribute: &str, value: &str) -> String {
    format!("({attribute}={})", ldap3::ldap_escape(value))
}

/// `(attribute=value)` of bytes, every one of them escaped.
pub(super) fn equals_bytes(attribute: &str, value: &[u8]) -> String {
    let mut filter = format!("({attribute}=");
    for byte in value {
        let _ = write!(filter, "\\{byte:02x}");
    }
    filter.push(')');
    filter
}

/// `(attribute=text*)`.
pub(super) fn begins(attribute: &str, text: &str) -> String {
    format!("({attribute}={}*)", ldap3::ldap_escape(text))
}

/// `(attribute=*text*)`.
pub(super) fn contains(attribute: &str, text: &str) -> String {
    format!("({attribute}=*{}*)", ldap3::ldap_escape(text))
}

/// All of the conditions; empty ones are left out.
pub(super) fn all<'a>(conditions: impl IntoIterator<Item = &'a str>) -> String {
    let conditions: String = conditions.into_iter().map(str::trim).collect();
    format!("(&{conditions})")
}

/// Any of the conditions.
pub(super) fn any(conditions: impl IntoIterator<Item = String>) -> String {
    format!("(|{})", conditions.into_iter().collect::<String>())
}

/// What is wrong with a condition that an administrator typed. It must be one whole filter by itself: put among others,
/// half of one would change what the others mean.
pub(super) fn problem(text: &str) -> Option<&'static str> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    if text.len() > LONGEST {
        return Some("is longer than 4,096 characters");
    }
    if !text.starts_with('(') || !text.ends_with(')') {
        return Some("must stand in parentheses: (attribute=value)");
    }
    let mut depth: usize = 0;
    for byte in text.bytes() {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST {
            return Some("has too many conditions in each other");
        }
    }
    // The library takes `(&)` and `(|)`, which not every server knows.
    if ldap3::parse_filter(text).is_err() {
        return Some("is not one whole LDAP filter (RFC 4515): (&(attribute=value)(other=value))");
    }
    None
}

/// May this be an attribute's name?
pub(super) fn is_attribute(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(|first| first.is_ascii_alphanumeric())
        && text.len() <= 100
        && characters.all(|character| character.is_ascii_alphanumeric() || matches!(character, '-' | '.' | '_'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_condition_must_be_whole_by_itself() {
        for good in [
            "",
            "(a=b)",
            "(&(a=b)(c=*d*))",
            "(!(a=b))",
            "(member:1.2.840.113556.1.4.1941:=cn=a)",
            "(a=\\28)",
        ] {
            assert_eq!(problem(good), None, "{good}");
        }
        for bad in [
            "a=b",
            "(a=b)(c=d)",
            "(a=b",
            "a=b)",
            "(a=b))(|(c=d)",
            "(a=(b))",
            "(a=\\zz)",
            "()",
            "(a)",
        ] {
            assert!(problem(bad).is_some(), "{bad}");
        }
        assert!(problem(&format!("{}(a=b){}", "(!".repeat(5_000), ")".repeat(5_000))).is_some());
        assert!(problem(&format!("{}(a=b){}", "(!".repeat(200), ")".repeat(200))).is_some());
    }

    #[test]
    fn every_byte_of_an_identifier_is_escaped() {
        assert_eq!(
            equals_bytes("objectGUID", &[0x52, 0x00, 0xff]),
            "(objectGUID=\\52\\00\\ff)"
        );
    }

    proptest! {
        #[test]
        fn no_value_leaves_its_condition(value in "(?s).+") {
            for filter in [equals("uid", &value), begins("uid", &value), contains("uid", &value)] {
                prop_assert!(filter.matches('(').count() == 1 && filter.matches(')').count() == 1);
                prop_assert!(ldap3::parse_filter(&filter).is_ok());
            }
        }
    }
}
