//! Pieces for reading objects out of JSON without copying what is not kept. Kubernetes writes absent lists and maps as
//! `null` now and then; here that is the same as nothing.

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

/// Text that points into the answer where it can.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Text<'a>(Cow<'a, str>);

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

struct TextVisitor<'a>(PhantomData<&'a ()>);

impl<'de: 'a, 'a> Visitor<'de> for TextVisitor<'a> {
    type Value = Text<'a>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("text")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(text.to_owned())))
    }

    // Ports and quantities may be numbers.
    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(number.to_string())))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(number.to_string())))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(number.to_string())))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Text::default())
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor(PhantomData))
    }
}

/// A list that may be `null`.
#[derive(Debug, Clone)]
pub(crate) struct Many<T>(Vec<T>);

impl<T> Default for Many<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Deref for Many<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Many<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(Option::deserialize(deserializer)?.unwrap_or_default()))
    }
}

/// A map of texts in the order in which it was written; may be `null`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pairs<'a>(Vec<(Text<'a>, Text<'a>)>);

impl<'a> Deref for Pairs<'a> {
    type Target = [(Text<'a>, Text<'a>)];

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Pairs<'_> {
    /// The value of a key.
    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        self.iter().find(|(name, _)| &**name == key).map(|(_, value)| &**value)
    }

    /// `a=b,c=d`, as kubectl writes selectors.
    pub(crate) fn join(&self) -> String {
        let pairs: Vec<String> = self
            .iter()
            .map(|(key, value)| format!("{}={}", &**key, &**value))
            .collect();
        pairs.join(",")
    }
}

struct PairsVisitor<'a>(PhantomData<&'a ()>);

impl<'de: 'a, 'a> Visitor<'de> for PairsVisitor<'a> {
    type Value = Pairs<'a>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut pairs = Vec::with_capacity(map.size_hint().unwrap_or(0));
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(Pairs(pairs))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Pairs::default())
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Pairs<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PairsVisitor(PhantomData))
    }
}

/// Something of which only the presence matters.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Present(pub(crate) bool);

impl<'de> Deserialize<'de> for Present {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(Option::<IgnoredAny>::deserialize(deserializer)?.is_some()))
    }
}

/// A moment, in milliseconds since the epoch; one that cannot be read is none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(pub(crate) Option<i64>);

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Option::<Text<'de>>::deserialize(deserializer)?;
        Ok(Self(text.and_then(|text| moment(&text))))
    }
}

/// RFC 3339 text as milliseconds since the epoch.
fn moment(text: &str) -> Option<i64> {
    text.parse::<jiff::Timestamp>()
        .ok()
        .map(jiff::Timestamp::as_millisecond)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Deserialize)]
    struct Example<'a> {
        #[serde(borrow, default)]
        name: Option<Text<'a>>,
        #[serde(borrow, default)]
        items: Many<Text<'a>>,
        #[serde(borrow, default)]
        labels: Pairs<'a>,
        #[serde(default)]
        at: Moment,
    }

    #[test]
    fn absent_and_null_are_nothing() {
        for text in ["{}", r#"{"name":null,"items":null,"labels":null,"at":null}"#] {
            let example: Example<'_> = serde_json::from_str(text).unwrap();
            assert!(example.name.is_none() && example.items.is_empty() && example.labels.is_empty());
            assert_eq!(example.at, Moment(None));
        }
    }

    #[test]
    fn text_points_into_the_answer_unless_it_was_escaped() {
        let text = r#"{"name":"plain","items":["a\"b",80],"labels":{"k":"v"},"at":"1970-01-01T00:00:01Z"}"#;
        let example: Example<'_> = serde_json::from_str(text).unwrap();
        assert!(matches!(example.name, Some(Text(Cow::Borrowed("plain")))));
        assert_eq!(
            example.items.iter().map(|item| &**item).collect::<Vec<_>>(),
            ["a\"b", "80"]
        );
        assert_eq!(example.labels.join(), "k=v");
        assert_eq!(example.at, Moment(Some(1000)));
    }
}
