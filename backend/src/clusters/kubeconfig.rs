//! Reads kubeconfigs. Only what is in the text itself is used: no file is opened, no program is started, no proxy asked
//! and nobody impersonated because a kubeconfig says so; such entries are refused in words that say what to do instead.

mod document;
mod pem;

use self::document::{Document, NamedCluster, NamedContext, NamedUser};
use super::endpoint::{Endpoint, Identity};
use muster_api::cluster::KubeconfigContext;
use muster_api::problem::FieldProblem;
use muster_api::said::{Said, Sentence, kubeconfig as sentence};
use thiserror::Error;

/// More text than this is no kubeconfig; real ones with dozens of clusters stay under it.
pub const MAX_BYTES: usize = 1024 * 1024;

/// Why a kubeconfig, or one of its contexts, cannot be used. The text is for people and never holds a credential.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KubeconfigError {
    /// Larger than [`MAX_BYTES`].
    #[error(
        "the kubeconfig has {0} bytes; at most 1 MiB is read: paste only the context that you need (kubectl config view --minify --flatten --raw)"
    )]
    TooLarge(usize),
    /// Nothing in it.
    #[error("the kubeconfig is empty: paste the text of the file, for example from ~/.kube/config")]
    Empty,
    /// Not YAML, or not of the right shape.
    #[error("line {line}, column {column}: {message}")]
    Malformed {
        /// From 1.
        line: u64,
        /// From 1.
        column: u64,
        /// What is wrong there.
        message: String,
    },
    /// YAML or JSON, but something else.
    #[error("this is not a kubeconfig: {0}")]
    NotKubeconfig(String),
    /// No context was asked for and the file names none.
    #[error("the kubeconfig has no current-context: choose one of its contexts ({0})")]
    NoCurrentContext(String),
    /// The asked one is not there.
    #[error("the kubeconfig has no context {name:?}; it has: {known}")]
    UnknownContext {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// The context cannot be used.
    #[error("context {context:?}: {problem}")]
    Unusable {
        /// The context.
        context: String,
        /// Why, and what to do instead.
        problem: String,
    },
}

impl KubeconfigError {
    /// The problem of the request's field that this is.
    pub fn field_problem(&self) -> FieldProblem {
        let (field, code) = match self {
            Self::TooLarge(_) => ("kubeconfig", "too-large"),
            Self::Empty => ("kubeconfig", "required"),
            Self::Malformed { .. } => ("kubeconfig", "malformed"),
            Self::NotKubeconfig(_) => ("kubeconfig", "not-a-kubeconfig"),
            Self::NoCurrentContext(_) => ("context", "required"),
            Self::UnknownContext { .. } => ("context", "unknown"),
            Self::Unusable { .. } => ("kubeconfig", "unusable"),
        };
        FieldProblem::new(field, code, self.to_string())
    }
}

/// A kubeconfig that could be read.
pub struct Kubeconfig {
    document: Document,
}

/// One context of a kubeconfig, ready to be connected to.
#[derive(Debug, Clone)]
pub struct UsableContext {
    /// The context's name.
    pub name: String,
    /// Where it leads and as whom.
    pub endpoint: Endpoint,
}

impl Kubeconfig {
    /// Reads the text.
    pub fn parse(text: &str) -> Result<Self, KubeconfigError> {
        if text.len() > MAX_BYTES {
            return Err(KubeconfigError::TooLarge(text.len()));
        }
        if text.trim().is_empty() {
            return Err(KubeconfigError::Empty);
        }
        let document = Document::parse(text)?;
        if document.contexts.is_empty() {
            return Err(KubeconfigError::NotKubeconfig(
                "it has no contexts: paste the whole file, with clusters, users and contexts".into(),
            ));
        }
        Ok(Self { document })
    }

    /// Every context in the file's order, with the reason when it cannot be used.
    pub fn contexts(&self) -> Vec<KubeconfigContext> {
        let mut contexts = Vec::new();
        for context in &self.document.contexts {
            let server = self
                .document
                .clusters
                .iter()
                .find(|cluster| Some(&cluster.name) == context.context.cluster.as_ref())
                .and_then(|cluster| cluster.cluster.server.clone());
            contexts.push(KubeconfigContext {
                name: context.name.clone(),
                current: self.document.current_context.as_ref() == Some(&context.name),
                server,
                problem: self.resolve(context).err(),
            });
        }
        contexts
    }

    /// The context with this name, or the file's current one.
    pub fn context(&self, name: Option<&str>) -> Result<UsableContext, KubeconfigError> {
        let known = || {
            self.document
                .contexts
                .iter()
                .map(|context| context.name.as_str())
                .collect::<Vec<_>>()
                .join(", ")
        };
        let wanted = name
            .filter(|name| !name.is_empty())
            .or(self.document.current_context.as_deref());
        let Some(wanted) = wanted.filter(|name| !name.is_empty()) else {
            return Err(KubeconfigError::NoCurrentContext(known()));
        };
        let Some(context) = self.document.contexts.iter().find(|context| context.name == wanted) else {
            return Err(KubeconfigError::UnknownContext {
                name: wanted.to_owned(),
                known: known(),
            });
        };
        let endpoint = self.resolve(context).map_err(|said| KubeconfigError::Unusable {
            context: wanted.to_owned(),
            problem: said.message,
        })?;
        Ok(UsableContext {
            name: wanted.to_owned(),
            endpoint,
        })
    }

    /// Where a context leads, or why it cannot be used.
    fn resolve(&self, context: &NamedContext) -> Result<Endpoint, Said> {
        let document = &self.document;
        only_one(
            sentence::CONTEXT_TWICE,
            &context.name,
            document.contexts.iter().map(|other| other.name.as_str()),
        )?;
        let cluster_name = context.context.cluster.as_deref().unwrap_or_default();
        let user_name = context.context.user.as_deref().unwrap_or_default();
        if cluster_name.is_empty() {
            return Err(sentence::NO_CLUSTER.say());
        }
        if user_name.is_empty() {
            return Err(sentence::NO_USER.say());
        }
        only_one(
            sentence::CLUSTER_TWICE,
            cluster_name,
            document.clusters.iter().map(|other| other.name.as_str()),
        )?;
        only_one(
            sentence::USER_TWICE,
            user_name,
            document.users.iter().map(|other| other.name.as_str()),
        )?;
        let cluster = document
            .clusters
            .iter()
            .find(|cluster| cluster.name == cluster_name)
            .ok_or_else(|| named(sentence::UNKNOWN_CLUSTER, cluster_name))?;
        let user = document
            .users
            .iter()
            .find(|user| user.name == user_name)
            .ok_or_else(|| named(sentence::UNKNOWN_USER, user_name))?;
        let (url, certificate_authority, tls_server_name) = resolve_cluster(cluster)?;
        Ok(Endpoint {
            url,
            certificate_authority,
            tls_server_name,
            identity: resolve_user(user)?,
        })
    }
}

/// A sentence about what has this name.
fn named(sentence: Sentence, name: &str) -> Said {
    sentence.with(&[("name", &name)])
}

/// A sentence about data that cannot be read.
fn unreadable(reason: &str) -> Said {
    sentence::DATA_UNREADABLE.with(&[("reason", &reason)])
}

fn only_one<'a>(twice: Sentence, name: &str, names: impl Iterator<Item = &'a str>) -> Result<(), Said> {
    if names.filter(|other| *other == name).count() > 1 {
        return Err(named(twice, name));
    }
    Ok(())
}

fn present(text: Option<&String>) -> Option<&str> {
    text.map(String::as_str).filter(|text| !text.is_empty())
}

/// Checks an API server's address and writes it in its usual form.
pub fn server_address(text: &str) -> Result<String, Said> {
    let text = text.trim();
    let at = |sentence: Sentence| sentence.with(&[("address", &text)]);
    let url = url::Url::parse(text).map_err(|_| at(sentence::ADDRESS_UNREADABLE))?;
    match url.scheme() {
        "https" => {}
        "http" => return Err(sentence::ADDRESS_IN_CLEAR.say()),
        _ => return Err(at(sentence::ADDRESS_NOT_HTTPS)),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(sentence::ADDRESS_WITH_PASSWORD.say());
    }
    if url.host_str().is_none_or(str::is_empty) || url.query().is_some() || url.fragment().is_some() {
        return Err(sentence::ADDRESS_WITH_MORE.say());
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

type ResolvedCluster = (String, Option<String>, Option<String>);

fn resolve_cluster(given: &NamedCluster) -> Result<ResolvedCluster, Said> {
    let (cluster, name) = (&given.cluster, &given.name);
    if present(cluster.certificate_authority.as_ref()).is_some() {
        return Err(named(sentence::AUTHORITY_FILE, name));
    }
    if present(cluster.proxy_url.as_ref()).is_some() {
        return Err(named(sentence::PROXY, name));
    }
    if cluster.insecure_skip_tls_verify == Some(true) {
        return Err(named(sentence::UNCHECKED, name));
    }
    let server = present(cluster.server.as_ref()).ok_or_else(|| named(sentence::NO_ADDRESS, name))?;
    let url = server_address(server)?;
    let certificate_authority = present(cluster.certificate_authority_data.as_ref())
        .map(|data| pem::certificates_from_base64(data, "certificate-authority-data"))
        .transpose()
        .map_err(|reason| unreadable(&reason))?;
    let tls_server_name = present(cluster.tls_server_name.as_ref()).map(str::to_owned);
    if let Some(name) = &tls_server_name
        && rustls::pki_types::ServerName::try_from(name.as_str()).is_err()
    {
        return Err(named(sentence::NO_HOST_NAME, name));
    }
    Ok((url, certificate_authority, tls_server_name))
}

fn resolve_user(given: &NamedUser) -> Result<Identity, Said> {
    let (user, name) = (&given.user, &given.name);
    if user.exec.is_some() {
        return Err(named(sentence::PROGRAM, name));
    }
    if user.auth_provider.is_some() {
        return Err(named(sentence::PLUGIN, name));
    }
    let files = [
        (&user.client_certificate, "client-certificate"),
        (&user.client_key, "client-key"),
        (&user.token_file, "tokenFile"),
    ];
    for (value, field) in files {
        if present(value.as_ref()).is_some() {
            return Err(sentence::FILE.with(&[("name", name), ("field", &field)]));
        }
    }
    if user.impersonates() {
        return Err(named(sentence::IMPERSONATES, name));
    }
    let certificate = present(user.client_certificate_data.as_ref());
    let key = present(user.client_key_data.as_ref());
    if let Some(token) = present(user.token.as_ref()) {
        return token_identity(token.trim());
    }
    match (certificate, key) {
        (Some(certificate), Some(key)) => {
            let certificate = pem::certificates_from_base64(certificate, "client-certificate-data")
                .map_err(|reason| unreadable(&reason))?;
            let key = pem::private_key_from_base64(key).map_err(|reason| unreadable(&reason))?;
            return Ok(Identity::Certificate { certificate, key });
        }
        (Some(_), None) => return Err(named(sentence::NO_KEY, name)),
        (None, Some(_)) => return Err(named(sentence::NO_CERTIFICATE, name)),
        (None, None) => {}
    }
    match (present(user.username.as_ref()), present(user.password.as_ref())) {
        (Some(username), Some(password)) => Ok(Identity::Password {
            username: username.to_owned(),
            password: password.to_owned().into(),
        }),
        (None, None) => Err(named(sentence::NO_CREDENTIALS, name)),
        _ => Err(named(sentence::HALF_A_PASSWORD, name)),
    }
}

/// A token as credentials; it must fit into a header.
pub fn token_identity(token: &str) -> Result<Identity, Said> {
    if token.is_empty() {
        return Err(sentence::TOKEN_EMPTY.say());
    }
    if token.bytes().any(|byte| !(0x21..=0x7e).contains(&byte)) {
        return Err(sentence::TOKEN_WITH_SPACES.say());
    }
    Ok(Identity::Token(token.to_owned().into()))
}

/// Certificates as a person pastes them: PEM, or base64 of PEM.
pub fn certificates_from_form(text: &str) -> Result<String, String> {
    if text.contains("-----BEGIN") {
        pem::certificates(text, "the CA")
    } else {
        pem::certificates_from_base64(text, "the CA")
    }
}

#[cfg(test)]
mod tests;
