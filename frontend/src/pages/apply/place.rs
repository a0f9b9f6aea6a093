//! Where in a manifest a problem is, read from the server's sentence.

/// A place in a text, both parts from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

/// The place that a sentence names (`line 3, column 5`), if it names one.
pub fn read(message: &str) -> Option<Place> {
    let message = message.to_ascii_lowercase();
    let number_after = |word: &str| {
        let rest = &message[message.find(word)? + word.len()..];
        let digits: String = rest
            .chars()
            .skip_while(|c| !c.is_ascii_digit())
            .take_while(char::is_ascii_digit)
            .collect();
        digits.parse::<usize>().ok()
    };
    let line = number_after("line ")?;
    Some(Place {
        line,
        column: number_after("column ").unwrap_or(1),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_and_column_are_read_from_the_sentence() {
        assert_eq!(
            read("line 3, column 5: did not find expected key"),
            Some(Place { line: 3, column: 5 })
        );
        assert_eq!(
            read("Document 2: error at line 12 column 1"),
            Some(Place { line: 12, column: 1 })
        );
        assert_eq!(read("at line 7"), Some(Place { line: 7, column: 1 }));
        assert_eq!(read("the manifest is empty"), None);
    }
}
