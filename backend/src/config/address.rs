//! Addresses of the web in the configuration.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use url::Url;

#[expect(clippy::ref_option, reason = "serde calls it with a reference to the field")]
pub(super) fn serialize<S: Serializer>(address: &Option<Url>, serializer: S) -> Result<S::Ok, S::Error> {
    address.as_ref().map(Url::as_str).serialize(serializer)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Url>, D::Error> {
    let Some(text) = Option::<String>::deserialize(deserializer)? else {
        return Ok(None);
    };
    let wrong = |error| {
        de::Error::custom(format!(
            "`{text}` is no address ({error}); write for example https://muster.example.com"
        ))
    };
    Url::parse(&text).map(Some).map_err(wrong)
}
