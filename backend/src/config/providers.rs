//! `[[identity_providers]]`: the same fields as the HTTP interface takes, with names as the rest of the file has them
//! (`bind_name` for `bindName`), and with the places of secrets in place of secrets.

use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;

use muster_api::provider::{Admission, ProviderRequest, ProviderSecrets, ProviderSettings};
use secrecy::SecretString;
use serde::de::{DeserializeOwned, Error as _, IgnoredAny};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// Longer than any password; a wrong file (a disk, a log) is not read whole.
const LONGEST_SECRET: u64 = 64 * 1024;

/// A provider as the file has it.
#[derive(Clone, PartialEq, Eq)]
pub struct FileProvider {
    /// What the HTTP interface would be given, without secrets.
    pub request: ProviderRequest,
    /// Where the password of the account that reads a directory is.
    pub bind_password: Option<SecretSource>,
    /// Where the secret of an OAuth application is.
    pub client_secret: Option<SecretSource>,
}

impl fmt::Debug for FileProvider {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("FileProvider")
            .field("name", &self.request.name)
            .finish_non_exhaustive()
    }
}

/// Where a secret is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretSource {
    /// In a file that has nothing else in it.
    File(PathBuf),
    /// In a variable of the environment.
    Variable(String),
}

impl fmt::Display for SecretSource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(formatter, "the file {}", path.display()),
            Self::Variable(name) => write!(formatter, "the environment variable {name}"),
        }
    }
}

impl SecretSource {
    /// The secret; a sentence when it is not there. Line ends at the end of a file do not belong to it.
    pub fn read(&self) -> Result<SecretString, String> {
        let text = match self {
            Self::File(path) => {
                let length = std::fs::metadata(path).map_err(|error| format!("{self} cannot be read: {error}"))?;
                if length.len() > LONGEST_SECRET {
                    return Err(format!("{self} is too large to hold a secret"));
                }
                std::fs::read_to_string(path).map_err(|error| format!("{self} cannot be read: {error}"))?
            }
            Self::Variable(name) => std::env::var(name).map_err(|error| match error {
                std::env::VarError::NotPresent => format!("{self} is not set"),
                std::env::VarError::NotUnicode(_) => format!("{self} is no text"),
            })?,
        };
        let secret = text.trim_end_matches(['\r', '\n']);
        if secret.is_empty() {
            return Err(format!("{self} is empty"));
        }
        Ok(SecretString::from(secret))
    }
}

/// One table as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    name: String,
    #[serde(default = "yes")]
    enabled: bool,
    settings: Value,
    admission: Option<Value>,
    bind_password_file: Option<PathBuf>,
    bind_password_variable: Option<String>,
    client_secret_file: Option<PathBuf>,
    client_secret_variable: Option<String>,
    /// Secrets themselves, which are refused and kept nowhere.
    bind_password: Option<IgnoredAny>,
    client_secret: Option<IgnoredAny>,
    secrets: Option<IgnoredAny>,
}

fn yes() -> bool {
    true
}

/// Every provider of the file, or what is wrong with each of them.
pub(super) fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<FileProvider>, D::Error> {
    let tables: Vec<Value> = Vec::deserialize(deserializer)?;
    let mut providers = Vec::new();
    let mut problems = Vec::new();
    let mut names = BTreeSet::new();
    for (place, table) in tables.into_iter().enumerate() {
        let name = table
            .get("name")
            .and_then(Value::as_str)
            .map(|name| name.trim().to_owned());
        let called = name.map_or_else(
            || format!("the provider in place {}", place + 1),
            |name| format!("{name:?}"),
        );
        match provider(table) {
            Ok(provider) if !names.insert(provider.request.name.to_lowercase()) => {
                problems.push(format!(
                    "{called}: `name`: two providers have this name, and they are known by their names"
                ));
            }
            Ok(provider) => providers.push(provider),
            Err(problem) => problems.push(format!("{called}: {problem}")),
        }
    }
    if problems.is_empty() {
        Ok(providers)
    } else {
        Err(D::Error::custom(problems.join("; ")))
    }
}

fn provider(table: Value) -> Result<FileProvider, String> {
    let table: Table = serde_json::from_value(table).map_err(|error| error.to_string())?;
    let clear = [
        ("bind_password", table.bind_password.is_some()),
        ("client_secret", table.client_secret.is_some()),
        ("secrets", table.secrets.is_some()),
    ];
    if let Some((key, _)) = clear.into_iter().find(|(_, is_there)| *is_there) {
        return Err(format!(
            "`{key}`: this file is read, copied and kept in version control, so it holds no secret. Name the place of it: \
             `bind_password_file` or `client_secret_file`, or `bind_password_variable` or `client_secret_variable` for a \
             variable of the environment"
        ));
    }
    let settings: ProviderSettings = part("settings", table.settings)?;
    let admission = table.admission.map(|value| part("admission", value)).transpose()?;
    Ok(FileProvider {
        request: ProviderRequest {
            name: table.name.trim().to_owned(),
            enabled: table.enabled,
            settings,
            admission: admission.unwrap_or_else(Admission::default),
            secrets: ProviderSecrets::default(),
        },
        bind_password: source("bind_password", table.bind_password_file, table.bind_password_variable)?,
        client_secret: source("client_secret", table.client_secret_file, table.client_secret_variable)?,
    })
}

fn source(key: &str, file: Option<PathBuf>, variable: Option<String>) -> Result<Option<SecretSource>, String> {
    match (file, variable) {
        (Some(_), Some(_)) => Err(format!(
            "`{key}_file` and `{key}_variable` are both there: one of them is enough"
        )),
        (Some(file), None) => Ok(Some(SecretSource::File(file))),
        (None, variable) => Ok(variable.map(SecretSource::Variable)),
    }
}

/// A part of the request, from names as this file has them. What the request does not know is a typing error.
fn part<T: DeserializeOwned + Serialize>(key: &str, value: Value) -> Result<T, String> {
    let given = renamed(value);
    let known: T = serde_json::from_value(given.clone())
        .map_err(|error| format!("`{key}`: {}", as_written(&error.to_string())))?;
    let back = serde_json::to_value(&known).map_err(|error| format!("`{key}`: {error}"))?;
    match unknown(&given, &back) {
        Some(name) => Err(format!("`{key}`: there is no key `{}`", as_written(&name))),
        None => Ok(known),
    }
}

/// The first key that did not go into `known`.
fn unknown(given: &Value, known: &Value) -> Option<String> {
    match (given, known) {
        (Value::Object(given), Value::Object(known)) => given.iter().find_map(|(key, value)| match known.get(key) {
            None => Some(key.clone()),
            Some(known) => unknown(value, known),
        }),
        (Value::Array(given), Value::Array(known)) => {
            given.iter().zip(known).find_map(|(given, known)| unknown(given, known))
        }
        _ => None,
    }
}

/// `bind_name` becomes `bindName`, at every depth.
fn renamed(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let entries = map.into_iter().map(|(key, value)| (camel(&key), renamed(value)));
            Value::Object(entries.collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(renamed).collect()),
        other => other,
    }
}

fn camel(key: &str) -> String {
    let mut parts = key.split('_');
    let mut name = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let mut characters = part.chars();
        name.extend(characters.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(characters.as_str());
    }
    name
}

/// A text about names of the HTTP interface, with the names that this file has: `bindName` becomes `bind_name`.
pub(crate) fn as_written(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    // Names begin with a small letter; words of sentences stay as they are.
    let (mut before, mut in_name) = (' ', false);
    for character in text.chars() {
        if !before.is_ascii_alphanumeric() {
            in_name = character.is_ascii_lowercase();
        }
        if character.is_ascii_uppercase() && in_name {
            written.push('_');
            written.push(character.to_ascii_lowercase());
        } else {
            written.push(character);
        }
        before = character;
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_interface_are_told_as_the_file_has_them() {
        assert_eq!(camel("group_object_classes"), "groupObjectClasses");
        assert_eq!(camel("urls"), "urls");
        assert_eq!(as_written("missing field `bindName`"), "missing field `bind_name`");
        assert_eq!(as_written("settings/serverName"), "settings/server_name");
    }

    #[test]
    fn the_line_end_of_a_secrets_file_is_not_the_secrets() {
        use secrecy::ExposeSecret;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        std::fs::write(&path, " two words \r\n").unwrap();
        let secret = SecretSource::File(path.clone()).read().unwrap();
        assert_eq!(secret.expose_secret(), " two words ");
        std::fs::write(&path, "\n").unwrap();
        assert!(SecretSource::File(path).read().unwrap_err().ends_with("is empty"));
        assert!(SecretSource::File("/nowhere/secret".into()).read().is_err());
        assert!(SecretSource::Variable("MUSTER_TEST_NOT_THERE".into()).read().is_err());
    }
}
