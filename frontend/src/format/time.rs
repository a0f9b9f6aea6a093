//! Points in time: RFC 3339 text to milliseconds since 1970 and back to text for people.

/// Milliseconds since 1970 of an RFC 3339 text (`2026-11-23T14:02:11.204Z`, any offset), or `None` when it is not one.
pub fn parse(text: &str) -> Option<i64> {
    let moment = parse_exactly(text)?;
    Some(moment.seconds * 1000 + i64::from(moment.nanoseconds / 1_000_000))
}

/// A moment to the nanosecond. Texts of moments cannot be compared as texts: runtimes leave zeros out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// Since 1970.
    pub seconds: i64,
    /// Within the second.
    pub nanoseconds: u32,
}

/// The moment of an RFC 3339 text.
pub fn parse_exactly(text: &str) -> Option<Moment> {
    let bytes = text.as_bytes();
    let number = |from: usize, to: usize| -> Option<i64> { text.get(from..to)?.parse().ok() };
    if bytes.len() < 20 || bytes[4] != b'-' || bytes[7] != b'-' || bytes[13] != b':' || bytes[16] != b':' {
        return None;
    }
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let rest = &text[19..];
    let zone_start = rest.find(['Z', 'z', '+', '-'])?;
    let (fraction, zone) = rest.split_at(zone_start);
    let nanoseconds = match fraction.strip_prefix('.') {
        None => 0,
        Some(digits) => format!("{digits:0<9}").get(..9)?.parse().ok()?,
    };
    let offset = if zone.eq_ignore_ascii_case("z") {
        0
    } else {
        let sign = if zone.starts_with('-') { -1 } else { 1 };
        let (hours, minutes) = zone.get(1..)?.split_once(':')?;
        sign * (hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?)
    };
    let minutes = (days_since_1970(year, month, day) * 24 + hour) * 60 + minute - offset;
    Some(Moment {
        seconds: minutes * 60 + second,
        nanoseconds,
    })
}

/// Days from 1970-01-01 to a day of the Gregorian calendar (years are counted from March, so that the leap day is last).
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The parts of a local point in time, as the browser's clock has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocalTime {
    /// Year.
    pub year: u32,
    /// Month from 1.
    pub month: u32,
    /// Day of the month.
    pub day: u32,
    /// Hour.
    pub hour: u32,
    /// Minute.
    pub minute: u32,
    /// Second.
    pub second: u32,
}

/// `2026-11-23 14:02:11`: the same in every language, sorts as text.
pub fn date_and_time(time: LocalTime) -> String {
    let LocalTime {
        year,
        month,
        day,
        hour,
        minute,
        second,
    } = time;
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
}

/// `14:02:11.204`.
pub fn clock(time: LocalTime, milliseconds: i64) -> String {
    let LocalTime {
        hour, minute, second, ..
    } = time;
    format!("{hour:02}:{minute:02}:{second:02}.{milliseconds:03}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_with_and_without_fraction_and_offset() {
        let cases = [
            ("1970-01-01T00:00:00Z", 0),
            ("2000-03-01T00:00:00Z", 951_868_800_000),
            ("2026-11-23T14:02:11.204Z", 1_795_442_531_204),
            ("2026-11-23T14:02:11.2Z", 1_795_442_531_200),
            ("2026-11-23T16:02:11.204123+02:00", 1_795_442_531_204),
            ("2024-02-29T12:00:00-01:30", 1_709_213_400_000),
        ];
        for (text, expected) in cases {
            assert_eq!(parse(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn moments_are_told_apart_to_the_nanosecond() {
        let moment = |text| parse_exactly(text).unwrap();
        assert!(moment("2026-01-01T00:00:01Z") < moment("2026-01-01T00:00:01.5Z"));
        assert!(moment("2026-01-01T00:00:01.45Z") < moment("2026-01-01T00:00:01.5Z"));
        assert!(moment("2026-01-01T00:00:01.000000001Z") < moment("2026-01-01T00:00:01.000000002Z"));
    }

    #[test]
    fn what_is_not_a_time_is_refused() {
        for text in [
            "",
            "yesterday",
            "2026-13-01T00:00:00Z",
            "2026-11-23 14:02",
            "2026-11-23T14:02:11",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
