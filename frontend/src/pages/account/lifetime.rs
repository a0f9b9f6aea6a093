//! The lifetimes that a new API token may be given.

/// A choice of how long a token works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifetime {
    /// For one command.
    Hour,
    /// For a working day.
    Day,
    /// For a week.
    Week,
    /// For a month.
    Month,
    /// As long as any token may live.
    NinetyDays,
}

impl Lifetime {
    /// All, shortest first.
    pub const ALL: [Self; 5] = [Self::Hour, Self::Day, Self::Week, Self::Month, Self::NinetyDays];

    /// In seconds, as the server takes it.
    pub const fn seconds(self) -> u64 {
        const DAY: u64 = 24 * 60 * 60;
        match self {
            Self::Hour => 60 * 60,
            Self::Day => DAY,
            Self::Week => 7 * DAY,
            Self::Month => 30 * DAY,
            Self::NinetyDays => 90 * DAY,
        }
    }

    /// The lifetime with so many seconds, as a select's value carries it.
    pub fn from_seconds(text: &str) -> Option<Self> {
        let seconds: u64 = text.parse().ok()?;
        Self::ALL.into_iter().find(|lifetime| lifetime.seconds() == seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_token_is_offered_more_than_the_server_allows() {
        assert!(
            Lifetime::ALL
                .iter()
                .all(|lifetime| (60..=7_776_000).contains(&lifetime.seconds()))
        );
        assert_eq!(Lifetime::from_seconds("3600"), Some(Lifetime::Hour));
        assert_eq!(Lifetime::from_seconds("1"), None);
    }
}
