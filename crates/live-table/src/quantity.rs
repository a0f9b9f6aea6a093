//! Amounts of resources as Kubernetes writes them.

/// Reads a Kubernetes quantity (`500m`, `1Gi`, `1.5`, `2e3`) into base units: cores or bytes.
/// None for anything that Kubernetes would refuse, and for amounts beyond all numbers.
pub fn parse_quantity(text: &str) -> Option<f64> {
    let number_end = text
        .find(|c: char| !matches!(c, '0'..='9' | '.' | '+' | '-'))
        .unwrap_or(text.len());
    let (number, suffix) = text.split_at(number_end);
    // `f64` would also read `inf`, but no letter is left here.
    let number: f64 = number.parse().ok()?;
    let amount = match suffix {
        "" => number,
        "n" => number / 1e9,
        "u" => number / 1e6,
        "m" => number / 1e3,
        "k" => number * 1e3,
        "M" => number * 1e6,
        "G" => number * 1e9,
        "T" => number * 1e12,
        "P" => number * 1e15,
        "E" => number * 1e18,
        "Ki" => number * f64::from(1_u32 << 10),
        "Mi" => number * f64::from(1_u32 << 20),
        "Gi" => number * f64::from(1_u32 << 30),
        "Ti" => number * f64::from(1_u32 << 20).powi(2),
        "Pi" => number * f64::from(1_u32 << 25).powi(2),
        "Ei" => number * f64::from(1_u32 << 30).powi(2),
        exponent => {
            let digits = exponent.strip_prefix(['e', 'E'])?;
            digits.parse::<i16>().ok()?;
            text.parse().ok()?
        }
    };
    amount.is_finite().then_some(amount)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_read_as_kubernetes_means_them() {
        let read = [
            ("0", 0.0),
            ("1.5", 1.5),
            (".5", 0.5),
            ("-3", -3.0),
            ("500m", 0.5),
            ("100m", 0.1),
            ("250u", 0.000_25),
            ("2e3", 2000.0),
            ("2E3", 2000.0),
            ("12e-1", 1.2),
            ("1E", 1e18),
            ("4k", 4000.0),
            ("1Ki", 1024.0),
            ("1.5Gi", 1_610_612_736.0),
            ("1Ti", 1_099_511_627_776.0),
            ("1Pi", 1_125_899_906_842_624.0),
            ("1Ei", 1_152_921_504_606_846_976.0),
        ];
        for (text, amount) in read {
            assert_eq!(parse_quantity(text), Some(amount), "{text}");
        }
    }

    #[test]
    fn what_kubernetes_refuses_is_refused() {
        let refused = [
            "", "1..5Gi", "Gi", "1 Gi", "1gi", "1KI", "inf", "nan", "e3", "1e", "1e3Ki", "1e9999", "--1", "1-", "½",
        ];
        for text in refused {
            assert_eq!(parse_quantity(text), None, "{text}");
        }
    }
}
