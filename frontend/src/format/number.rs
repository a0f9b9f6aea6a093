//! Numbers for people.

/// A whole number with separators between thousands: `1,284`.
pub fn with_separators(number: u64) -> String {
    let digits = number.to_string();
    let mut written = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            written.push(',');
        }
        written.push(digit);
    }
    written
}

/// A number with at most `places` digits after the point and no zeros at the end: `1.5`, `2`.
pub fn trimmed(number: f64, places: usize) -> String {
    let written = format!("{number:.places$}");
    if !written.contains('.') {
        return written;
    }
    let written = written.trim_end_matches('0').trim_end_matches('.');
    if written == "-0" {
        "0".to_owned()
    } else {
        written.to_owned()
    }
}

/// A part of a whole as a percentage: `57 %`; `–` when there is no whole.
pub fn percent(part: f64, whole: f64) -> String {
    if whole > 0.0 {
        format!("{} %", trimmed(part / whole * 100.0, 0))
    } else {
        "–".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_separated() {
        for (number, expected) in [
            (0, "0"),
            (999, "999"),
            (1284, "1,284"),
            (10_000, "10,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(with_separators(number), expected);
        }
    }

    #[test]
    fn zeros_at_the_end_are_left_out() {
        for (number, expected) in [(1.50, "1.5"), (2.0, "2"), (0.0, "0"), (-0.001, "0"), (0.25, "0.25")] {
            assert_eq!(trimmed(number, 2), expected);
        }
    }

    #[test]
    fn a_part_of_nothing_is_no_percentage() {
        assert_eq!(percent(1.0, 0.0), "–");
        assert_eq!(percent(57.0, 100.0), "57 %");
    }
}
