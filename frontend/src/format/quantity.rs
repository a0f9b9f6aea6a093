//! Quantities of resources, written as people write them in manifests.

use super::number::trimmed;

/// Cores: `250m` under one, `1.5` from one on.
pub fn cores(cores: f64) -> String {
    if cores == 0.0 {
        "0".to_owned()
    } else if cores.abs() < 0.001 {
        format!("{}u", trimmed(cores * 1e6, 0))
    } else if cores.abs() < 1.0 {
        format!("{}m", trimmed(cores * 1000.0, 0))
    } else {
        trimmed(cores, if cores < 100.0 { 2 } else { 0 })
    }
}

/// Bytes with binary units: `128Mi`, `1.5Gi`.
pub fn bytes(bytes: f64) -> String {
    const UNITS: [&str; 6] = ["", "Ki", "Mi", "Gi", "Ti", "Pi"];
    let mut value = bytes;
    let mut unit = 0;
    // 1000Mi is shorter to read than 0.98Gi, 1024Mi is not.
    while value.abs() >= 1024.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    let places = usize::from(unit > 0 && value.abs() < 100.0);
    format!("{}{}", trimmed(value, places), UNITS[unit])
}

/// A number in a column's base unit (`cores`, `bytes`, `milliseconds`, or none).
#[expect(clippy::cast_possible_truncation, reason = "durations in seconds are far below 2^53")]
pub fn in_unit(value: f64, unit: Option<&str>) -> String {
    match unit {
        Some("cores") => cores(value),
        Some("bytes") => bytes(value),
        Some("milliseconds") => super::age::duration((value / 1000.0) as i64),
        Some("seconds") => super::age::duration(value as i64),
        _ => trimmed(value, 3),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cores_are_milli_under_one() {
        for (value, expected) in [
            (0.0, "0"),
            (0.25, "250m"),
            (1.0, "1"),
            (1.5, "1.5"),
            (42.0, "42"),
            (0.0005, "500u"),
        ] {
            assert_eq!(cores(value), expected);
        }
    }

    #[test]
    fn bytes_are_binary() {
        let mi = 1024.0 * 1024.0;
        let cases = [
            (0.0, "0"),
            (512.0, "512"),
            (128.0 * mi, "128Mi"),
            (1536.0 * mi, "1.5Gi"),
            (2.0 * mi, "2Mi"),
        ];
        for (value, expected) in cases {
            assert_eq!(bytes(value), expected);
        }
    }
}
