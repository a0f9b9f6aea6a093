//! When a binding ends by itself.

use crate::i18n::{Text, text};

const DAY: i64 = 24 * 60 * 60 * 1000;

/// A choice of when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expiry {
    /// Not by itself.
    Never,
    /// For a job of today.
    Day,
    /// For a week.
    Week,
    /// For a month.
    Month,
    /// At the end of a day that is typed.
    OnDay,
}

impl Expiry {
    pub(super) const ALL: [Self; 5] = [Self::Never, Self::Day, Self::Week, Self::Month, Self::OnDay];

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::OnDay => "on-day",
        }
    }

    pub(super) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|expiry| expiry.word() == word)
    }

    pub(super) const fn words(self) -> Text {
        match self {
            Self::Never => text::bindings::expiry::NEVER,
            Self::Day => text::bindings::expiry::DAY,
            Self::Week => text::bindings::expiry::WEEK,
            Self::Month => text::bindings::expiry::MONTH,
            Self::OnDay => text::bindings::expiry::ON_DAY,
        }
    }

    /// The moment, `typed` being the end of the typed day. `Ok(None)` is never; `Err` when the day is missing or over.
    pub(super) fn moment(self, now: i64, typed: Option<i64>) -> Result<Option<i64>, Text> {
        match self {
            Self::Never => Ok(None),
            Self::Day => Ok(Some(now + DAY)),
            Self::Week => Ok(Some(now + 7 * DAY)),
            Self::Month => Ok(Some(now + 30 * DAY)),
            Self::OnDay => match typed {
                None => Err(text::bindings::REQUIRED),
                Some(end) if end <= now => Err(text::bindings::expiry::OVER),
                Some(end) => Ok(Some(end)),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_binding_cannot_end_before_it_begins() {
        assert_eq!(Expiry::Never.moment(5, None), Ok(None));
        assert_eq!(Expiry::Day.moment(5, None), Ok(Some(5 + DAY)));
        assert_eq!(Expiry::OnDay.moment(5, Some(6)), Ok(Some(6)));
        assert!(Expiry::OnDay.moment(5, Some(5)).is_err());
        assert!(Expiry::OnDay.moment(5, None).is_err());
        assert!(
            Expiry::ALL
                .into_iter()
                .all(|expiry| Expiry::parse(expiry.word()) == Some(expiry))
        );
    }
}
