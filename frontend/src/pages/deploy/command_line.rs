//! A command typed as one line, split into words as a shell would: quotes and backslashes, nothing else.
//!
//! Variables, pipes and globs are ordinary characters: Kubernetes starts a program, not a shell.

/// A quote was opened and not closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnclosedQuote;

/// The words of a line.
pub fn split(line: &str) -> Result<Vec<String>, UnclosedQuote> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        match character {
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match characters.next() {
                        Some('\'') => break,
                        Some(inner) => word.push(inner),
                        None => return Err(UnclosedQuote),
                    }
                }
            }
            '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match characters.next() {
                        Some('"') => break,
                        Some('\\') => match characters.next() {
                            Some(escaped @ ('"' | '\\')) => word.push(escaped),
                            Some(other) => word.extend(['\\', other]),
                            None => return Err(UnclosedQuote),
                        },
                        Some(inner) => word.push(inner),
                        None => return Err(UnclosedQuote),
                    }
                }
            }
            '\\' => word.get_or_insert_default().push(characters.next().unwrap_or('\\')),
            space if space.is_whitespace() => words.extend(word.take()),
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        split(line).unwrap()
    }

    #[test]
    fn a_line_is_split_at_spaces() {
        assert_eq!(words("  httpd -f   -p 8080 "), ["httpd", "-f", "-p", "8080"]);
        assert_eq!(words(""), Vec::<String>::new());
    }

    #[test]
    fn quotes_keep_words_together_and_may_be_empty() {
        assert_eq!(
            words(r#"sh -c 'while true; do echo "hi"; done' "" a"b c"d"#),
            ["sh", "-c", "while true; do echo \"hi\"; done", "", "ab cd"]
        );
    }

    #[test]
    fn a_backslash_takes_the_next_character_as_it_is() {
        assert_eq!(words(r#"a\ b "c\"d" "e\n" '\' \"#), ["a b", "c\"d", "e\\n", "\\", "\\"]);
    }

    #[test]
    fn an_open_quote_is_a_problem() {
        assert_eq!(split("sh -c 'echo"), Err(UnclosedQuote));
        assert_eq!(split("sh -c \"echo\\"), Err(UnclosedQuote));
    }
}
