//! Query parameters; what is wrong with one is said by its name.
#![expect(
    clippy::unused_async_trait_impl,
    reason = "what is taken from the head of a request needs no waiting"
)]

use axum::extract::FromRequestParts;
use http::request::Parts;
use serde::de::DeserializeOwned;
use url::form_urlencoded;

use crate::error::AppError;

/// Query parameters as a struct.
#[derive(Clone, Copy, Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Query<T> {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, AppError> {
        let pairs = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
        let deserializer = serde_urlencoded::Deserializer::new(pairs);
        serde_path_to_error::deserialize(deserializer)
            .map(Self)
            .map_err(|error| {
                let name = error.path().to_string();
                let reason = error.inner().to_string();
                if name == "." {
                    return AppError::invalid(format!("The query is wrong: {reason}."));
                }
                AppError::invalid_field(&name, "invalid", format!("The parameter `{name}` is wrong: {reason}."))
            })
    }
}

/// Query parameters as they stand, for those that may be repeated.
#[derive(Clone, Debug, Default)]
pub struct QueryPairs(Vec<(String, String)>);

impl QueryPairs {
    /// Every value of a parameter, in order.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The value of a parameter that may stand there once.
    pub fn one<'a>(&'a self, name: &'a str) -> Result<Option<&'a str>, AppError> {
        let mut values = self.all(name);
        let first = values.next();
        if values.next().is_some() {
            let message = format!("The parameter `{name}` may be given once.");
            return Err(AppError::invalid_field(name, "repeated", message));
        }
        Ok(first)
    }

    /// Fails for a parameter that is not one of `known`: a typing error must not silently change the answer.
    pub fn only(&self, known: &[&str]) -> Result<(), AppError> {
        match self.0.iter().find(|(key, _)| !known.contains(&key.as_str())) {
            None => Ok(()),
            Some((key, _)) => {
                let message = format!("There is no parameter `{key}`; there are: {}.", known.join(", "));
                Err(AppError::invalid_field(key, "unknown", message))
            }
        }
    }
}

impl<S: Sync> FromRequestParts<S> for QueryPairs {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        let pairs = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
        Ok(Self(pairs.into_owned().collect()))
    }
}
