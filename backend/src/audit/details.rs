//! What more is told of an event. Secrets cannot get in by their type: there is no way from a request or any other
//! structure as a whole into [`Details`], only from single values under names that stand in the source, and a
//! [`SecretString`] becomes the note that there was one.

use std::collections::BTreeMap;

use secrecy::SecretString;
use serde_json::{Map, Value};

use super::event::clean;

/// Most characters of one text.
const LONGEST_TEXT: usize = 300;
/// Most entries of one list.
const LONGEST_LIST: usize = 100;
/// Most bytes of all together.
const MOST_BYTES: usize = 16 * 1024;

/// Named values, sorted by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Details(BTreeMap<&'static str, Detail>);

/// One value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Detail {
    /// There was none.
    Nothing,
    /// Yes or no.
    Flag(bool),
    /// A whole number.
    Number(i64),
    /// A text; never a secret.
    Text(String),
    /// There was a secret.
    Hidden,
    /// Several values.
    List(Vec<Detail>),
    /// Named values.
    Record(Details),
}

impl Details {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// With a value under a name.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Detail>) -> Self {
        self.set(name, value);
        self
    }

    /// With what a value was and what it became.
    #[must_use]
    pub fn with_change(self, name: &'static str, before: impl Into<Detail>, after: impl Into<Detail>) -> Self {
        self.with(name, Self::new().with("from", before).with("to", after))
    }

    /// Keeps a value under a name.
    pub fn set(&mut self, name: &'static str, value: impl Into<Detail>) {
        self.0.insert(name, value.into());
    }

    /// Takes the values of others in.
    pub(super) fn extend(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    /// As JSON: names sorted, no spaces, only whole numbers.
    pub(super) fn text(&self) -> String {
        let text = Value::Object(self.json()).to_string();
        if text.len() > MOST_BYTES {
            return r#"{"tooLong":true}"#.to_owned();
        }
        text
    }

    fn json(&self) -> Map<String, Value> {
        let field = |(name, value): (&&str, &Detail)| ((*name).to_owned(), value.json());
        self.0.iter().map(field).collect()
    }
}

impl Detail {
    fn json(&self) -> Value {
        match self {
            Self::Nothing => Value::Null,
            Self::Flag(flag) => Value::Bool(*flag),
            Self::Number(number) => Value::from(*number),
            Self::Text(text) => Value::String(clean(text, LONGEST_TEXT)),
            Self::Hidden => Value::String("(hidden)".to_owned()),
            Self::List(list) if list.len() > LONGEST_LIST => {
                let more = format!("… and {} more", list.len() - LONGEST_LIST);
                let shown = list.iter().take(LONGEST_LIST).map(Self::json);
                shown.chain([Value::String(more)]).collect()
            }
            Self::List(list) => list.iter().map(Self::json).collect(),
            Self::Record(details) => Value::Object(details.json()),
        }
    }
}

impl From<&str> for Detail {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Detail {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for Detail {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<u32> for Detail {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<i64> for Detail {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<u64> for Detail {
    fn from(number: u64) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<usize> for Detail {
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<&SecretString> for Detail {
    fn from(_secret: &SecretString) -> Self {
        Self::Hidden
    }
}

impl From<Details> for Detail {
    fn from(details: Details) -> Self {
        Self::Record(details)
    }
}

impl<T: Into<Self>> From<Option<T>> for Detail {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Nothing, Into::into)
    }
}

impl<T: Into<Self>> From<Vec<T>> for Detail {
    fn from(values: Vec<T>) -> Self {
        Self::List(values.into_iter().map(Into::into).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_are_sorted_json_without_secrets() {
        let password = SecretString::from("hunter2");
        let details = Details::new()
            .with("url", "ldaps://a")
            .with_change("replicas", 1_u32, 3_u32)
            .with("bindPassword", &password)
            .with("names", vec!["b", "a"])
            .with("forced", false)
            .with("expires", None::<&str>);
        assert_eq!(
            details.text(),
            r#"{"bindPassword":"(hidden)","expires":null,"forced":false,"names":["b","a"],"replicas":{"from":1,"to":3},"url":"ldaps://a"}"#
        );
        assert!(!format!("{details:?}").contains("hunter2"));
    }

    #[test]
    fn no_detail_grows_without_bound() {
        let long = "x".repeat(10_000);
        assert!(Details::new().with("text", long.as_str()).text().len() < 400);
        let many = vec!["name"; 10_000];
        let text = Details::new().with("names", many).text();
        assert!(text.len() < 1000 && text.contains("and 9900 more"), "{text}");
        let all = vec![long; 100];
        assert_eq!(Details::new().with("texts", all).text(), r#"{"tooLong":true}"#);
    }
}
