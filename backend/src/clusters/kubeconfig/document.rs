//! The file as it is written, with only the fields that Muster uses or refuses.

use super::KubeconfigError;
use serde::Deserialize;
use serde::de::IgnoredAny;

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Document {
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    pub(super) current_context: Option<String>,
    #[serde(default, deserialize_with = "nullable")]
    pub(super) contexts: Vec<NamedContext>,
    #[serde(default, deserialize_with = "nullable")]
    pub(super) clusters: Vec<NamedCluster>,
    #[serde(default, deserialize_with = "nullable")]
    pub(super) users: Vec<NamedUser>,
}

#[derive(Deserialize)]
pub(super) struct NamedContext {
    pub(super) name: String,
    #[serde(default)]
    pub(super) context: Context,
}

#[derive(Default, Deserialize)]
pub(super) struct Context {
    #[serde(default)]
    pub(super) cluster: Option<String>,
    #[serde(default)]
    pub(super) user: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct NamedCluster {
    pub(super) name: String,
    #[serde(default)]
    pub(super) cluster: Cluster,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub(super) struct Cluster {
    pub(super) server: Option<String>,
    pub(super) certificate_authority: Option<String>,
    pub(super) certificate_authority_data: Option<String>,
    pub(super) tls_server_name: Option<String>,
    pub(super) insecure_skip_tls_verify: Option<bool>,
    pub(super) proxy_url: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct NamedUser {
    pub(super) name: String,
    #[serde(default)]
    pub(super) user: User,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub(super) struct User {
    pub(super) client_certificate: Option<String>,
    pub(super) client_certificate_data: Option<String>,
    pub(super) client_key: Option<String>,
    pub(super) client_key_data: Option<String>,
    pub(super) token: Option<String>,
    #[serde(rename = "tokenFile")]
    pub(super) token_file: Option<String>,
    pub(super) username: Option<String>,
    pub(super) password: Option<String>,
    pub(super) exec: Option<IgnoredAny>,
    pub(super) auth_provider: Option<IgnoredAny>,
    #[serde(rename = "as")]
    impersonate: Option<String>,
    as_uid: Option<String>,
    as_groups: Option<Vec<String>>,
    as_user_extra: Option<IgnoredAny>,
}

impl User {
    pub(super) fn impersonates(&self) -> bool {
        self.impersonate.is_some()
            || self.as_uid.is_some()
            || self.as_groups.as_ref().is_some_and(|groups| !groups.is_empty())
            || self.as_user_extra.is_some()
    }
}

/// kubectl writes `contexts: null` for an empty list.
fn nullable<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

impl Document {
    pub(super) fn parse(text: &str) -> Result<Self, KubeconfigError> {
        let budget = serde_saphyr::budget! {
            max_events: 200_000,
            max_nodes: 100_000,
            max_aliases: 100,
            max_anchors: 100,
            max_depth: 32,
            max_documents: 1,
            max_merge_keys: 100,
        };
        // A snippet of the text around an error could show a credential.
        let options = serde_saphyr::options! { budget: budget, with_snippet: false };
        let document: Self = serde_saphyr::from_str_with_options(text, options).map_err(|error| malformed(&error))?;
        match document.kind.as_deref() {
            None | Some("" | "Config") => Ok(document),
            Some(kind) => {
                let kind: String = kind.chars().take(64).collect();
                Err(KubeconfigError::NotKubeconfig(format!(
                    "it is a {kind:?}, a kubeconfig is a \"Config\""
                )))
            }
        }
    }
}

/// The place of an error and what is wrong there, never with a value of the file: it could be a credential.
fn malformed(error: &serde_saphyr::Error) -> KubeconfigError {
    use serde_saphyr::Error;
    let error = error.without_snippet();
    let (line, column) = error
        .location()
        .map_or((1, 1), |location| (location.line(), location.column()));
    let message = match error {
        Error::SerdeInvalidType { expected, .. } | Error::SerdeInvalidValue { expected, .. } => {
            format!("here should be {expected}")
        }
        Error::SerdeMissingField { field, .. } => format!("the field {field:?} is missing"),
        Error::DuplicateMappingKey { .. } => "this field is there twice".into(),
        Error::MultipleDocuments { .. } => "a second document begins here: keep only one".into(),
        Error::Budget { .. }
        | Error::AliasReplayLimitExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. }
        | Error::AliasReplayCounterOverflow { .. } => {
            "it repeats or nests more than any kubeconfig does (YAML anchors and aliases): write it out".into()
        }
        Error::Eof { .. } => "the text ends too early".into(),
        Error::ExternalMessage { .. } | Error::UnknownAnchor { .. } | Error::ContainerEndMismatch { .. } => {
            "this is not valid YAML: look at the indentation, the quotes and the colons here".into()
        }
        _ => "this does not belong in a kubeconfig here: look at the indentation and the kind of value".into(),
    };
    KubeconfigError::Malformed { line, column, message }
}
