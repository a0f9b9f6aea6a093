//! The one-time code of the printed link, and the checks of the first administrator's form.

use muster_api::problem::FieldProblem;

/// The shortest password that the server takes.
pub const SHORTEST_PASSWORD: usize = 8;

/// The code in an address' fragment (`#code=…`).
pub fn from_fragment(fragment: &str) -> Option<String> {
    fragment
        .trim_start_matches('#')
        .split('&')
        .find_map(|part| part.strip_prefix("code="))
        .filter(|code| !code.is_empty())
        .map(str::to_owned)
}

/// What is wrong with a new password, as typed twice; `password` names the field.
pub fn password_problems(field: &str, password: &str, again: &str) -> Vec<FieldProblem> {
    let mut problems = Vec::new();
    if password.chars().count() < SHORTEST_PASSWORD {
        problems.push(FieldProblem::new(
            field,
            "password-too-short",
            format!("at least {SHORTEST_PASSWORD} characters"),
        ));
    }
    if password != again {
        problems.push(FieldProblem::new(
            "passwordAgain",
            "different",
            "the two passwords differ",
        ));
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_read_from_the_fragment() {
        assert_eq!(from_fragment("#code=abc-DEF_1").as_deref(), Some("abc-DEF_1"));
        assert_eq!(from_fragment("#x=1&code=abc").as_deref(), Some("abc"));
        assert_eq!(from_fragment("#code="), None);
        assert_eq!(from_fragment(""), None);
    }

    #[test]
    fn a_password_is_long_enough_and_typed_twice_alike() {
        let codes = |password: &str, again: &str| -> Vec<String> {
            password_problems("password", password, again)
                .into_iter()
                .map(|problem| problem.code)
                .collect()
        };
        assert_eq!(
            codes("correct horse battery", "correct horse battery"),
            Vec::<String>::new()
        );
        assert_eq!(codes("short", "shirt"), ["password-too-short", "different"]);
        assert_eq!(codes("密码密码密码密码", "密码密码密码密码"), Vec::<String>::new());
    }
}
