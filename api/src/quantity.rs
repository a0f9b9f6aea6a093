//! Kubernetes quantities (`500m`, `1.5Gi`, `2e3`): the same reading in browser and server.
//!
//! Grammar: <https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/>. A value is a signed
//! decimal with a decimal (`n u m k M G T P E`), binary (`Ki Mi Gi Ti Pi Ei`) or exponent (`e3`, `E3`) suffix.

/// The value in base units (cores, bytes), or `None` when the text is not a quantity.
///
/// The number is a double: right to 15 digits, enough to show and compare, never to bill.
pub fn parse(text: &str) -> Option<f64> {
    let digits_end = text
        .char_indices()
        .find(|&(index, character)| {
            !(character.is_ascii_digit() || character == '.' || (index == 0 && matches!(character, '+' | '-')))
        })
        .map_or(text.len(), |(index, _)| index);
    let (number, suffix) = text.split_at(digits_end);
    let digits = number.trim_start_matches(['+', '-']);
    if digits.is_empty() || digits == "." || digits.matches('.').count() > 1 || number.len() - digits.len() > 1 {
        return None;
    }
    let value: f64 = number.parse().ok()?;
    let scale = match suffix {
        "" => 1.0,
        "n" => 1e-9,
        "u" => 1e-6,
        "m" => 1e-3,
        "k" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "T" => 1e12,
        "P" => 1e15,
        "E" => 1e18,
        "Ki" => 1024.0,
        "Mi" => 1024.0 * 1024.0,
        "Gi" => 1024.0 * 1024.0 * 1024.0,
        "Ti" => 1024.0_f64.powi(4),
        "Pi" => 1024.0_f64.powi(5),
        "Ei" => 1024.0_f64.powi(6),
        _ => {
            let exponent = suffix.strip_prefix(['e', 'E'])?;
            let exponent: i32 = exponent.parse().ok()?;
            if !(-30..=30).contains(&exponent) {
                return None;
            }
            10_f64.powi(exponent)
        }
    };
    Some(value * scale)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn quantities_read_as_kubernetes_reads_them() {
        let cases = [
            ("1", 1.0),
            ("500m", 0.5),
            ("1.5Gi", 1_610_612_736.0),
            ("2e3", 2000.0),
            ("128Mi", 134_217_728.0),
            ("+3k", 3000.0),
            ("-1", -1.0),
            (".5", 0.5),
            ("1E", 1e18),
        ];
        for (text, expected) in cases {
            assert_eq!(parse(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_quantity_has_no_value() {
        for text in [
            "", "1..5Gi", "Gi", "1 Gi", "1gi", "1KB", "--1", "1e", "1e99", "one", ".", "1.2.3", "١",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
