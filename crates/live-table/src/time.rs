//! Ages and dates as people write them in filters.

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Reads `30s`, `5m`, `1d12h` into milliseconds. Units: `s m h d w y`; a year has 365 days, as in
/// kubectl's ages.
pub(crate) fn parse_duration(text: &str) -> Option<i64> {
    let mut rest = text;
    let mut total: i64 = 0;
    loop {
        let unit_at = rest.find(|c: char| !c.is_ascii_digit())?;
        let number: i64 = rest[..unit_at].parse().ok()?;
        let (unit, length) = match rest.as_bytes()[unit_at] {
            b'm' if rest[unit_at..].starts_with("ms") => (1, 2),
            b's' => (SECOND, 1),
            b'm' => (MINUTE, 1),
            b'h' => (HOUR, 1),
            b'd' => (DAY, 1),
            b'w' => (7 * DAY, 1),
            b'y' => (365 * DAY, 1),
            _ => return None,
        };
        total = total.checked_add(number.checked_mul(unit)?)?;
        rest = &rest[unit_at + length..];
        if rest.is_empty() {
            return Some(total);
        }
    }
}

/// Reads an RFC 3339 moment (`2026-05-01T12:30:00Z`, `…+02:00`) or a date alone, which means its
/// first moment in UTC, into milliseconds since the Unix epoch.
pub(crate) fn parse_moment(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    let digits = |from: usize, to: usize| -> Option<i64> {
        let digits = text.get(from..to)?;
        digits
            .bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| digits.parse().ok())?
    };
    let (year, month, day) = (digits(0, 4)?, digits(5, 7)?, digits(8, 10)?);
    let dashed = bytes.get(4) == Some(&b'-') && bytes.get(7) == Some(&b'-');
    if !dashed || !(1..=12).contains(&month) || !(1..=days_in_month(year, month)).contains(&day) {
        return None;
    }
    let midnight = days_since_epoch(year, month, day) * DAY;
    if text.len() == 10 {
        return Some(midnight);
    }
    let (hour, minute, second) = (digits(11, 13)?, digits(14, 16)?, digits(17, 19)?);
    let marked = matches!(bytes.get(10), Some(b'T' | b't' | b' '))
        && bytes.get(13) == Some(&b':')
        && bytes.get(16) == Some(&b':');
    // A leap second is written as 60.
    if !marked || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let mut zone = text.get(19..)?;
    let mut millis = 0;
    if let Some(fraction) = zone.strip_prefix('.') {
        let end = fraction.find(|c: char| !c.is_ascii_digit())?;
        let padded: String = fraction[..end].chars().chain("000".chars()).take(3).collect();
        millis = if end == 0 { return None } else { padded.parse().ok()? };
        zone = &fraction[end..];
    }
    let local = midnight + hour * HOUR + minute * MINUTE + second * SECOND + millis;
    Some(local - zone_offset(zone)?)
}

/// `Z`, or `+02:00` as milliseconds ahead of UTC.
fn zone_offset(zone: &str) -> Option<i64> {
    if zone.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let (sign, rest) = match zone.as_bytes().first()? {
        b'+' => (1, &zone[1..]),
        b'-' => (-1, &zone[1..]),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':')?;
    let two_digits = |text: &str| -> Option<i64> {
        (text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
    };
    let (hours, minutes) = (two_digits(hours)?, two_digits(minutes)?);
    (hours <= 23 && minutes <= 59).then_some(sign * (hours * HOUR + minutes * MINUTE))
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to a day of the Gregorian calendar, for years from 0 on.
fn days_since_epoch(year: i64, month: i64, day: i64) -> i64 {
    // Years are counted from March, so that the leap day is the last of its year.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    // From March on, months of 31, 30, 31, 30, 31 days repeat.
    let days_before_month = (153 * month + 2) / 5;
    let epoch = 719_468;
    365 * year + leap_days + days_before_month + day - 1 - epoch
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_read_as_kubectl_prints_them() {
        let read = [
            ("30s", 30 * SECOND),
            ("5m", 5 * MINUTE),
            ("2h", 2 * HOUR),
            ("1d12h", 36 * HOUR),
            ("1w", 7 * DAY),
            ("3y45d", (3 * 365 + 45) * DAY),
            ("250ms", 250),
            ("0s", 0),
        ];
        for (text, duration) in read {
            assert_eq!(parse_duration(text), Some(duration), "{text}");
        }
        for text in ["", "5", "h", "1x", "1d2", "-1h", "1.5h", "99999999999999y", "1 h", "5é"] {
            assert_eq!(parse_duration(text), None, "{text}");
        }
    }

    #[test]
    fn moments_read_as_rfc_3339_means_them() {
        let read = [
            ("1970-01-01T00:00:00Z", 0),
            ("2026-05-01", 1_777_593_600_000),
            ("2000-02-29T12:00:00Z", 951_825_600_000),
            ("2026-05-01T02:00:00.25+02:00", 1_777_593_600_250),
            ("1969-12-31T23:59:59Z", -1000),
            ("2026-04-30 22:00:00-02:00", 1_777_593_600_000),
        ];
        for (text, moment) in read {
            assert_eq!(parse_moment(text), Some(moment), "{text}");
        }
        let refused = [
            "",
            "2026",
            "2026-13-01",
            "2026-02-29",
            "2026-05-01T",
            "2026-05-01T25:00:00Z",
            "2026-05-01T00:00:00",
            "2026-05-01T00:00:00.Z",
            "2026-05-01T00:00:00+2:00",
            "２026-05-01",
        ];
        for text in refused {
            assert_eq!(parse_moment(text), None, "{text}");
        }
    }
}
