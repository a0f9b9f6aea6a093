//! Reads kubeconfigs. Only what is in the text itself is used: no file is opened, no program is started, no proxy asked
//! and nobody impersonated because a kubeconfig says so; such entries are refused in words that say what to do instead.

mod document;
mod pem;

use self::document::{Document, NamedCluster, NamedContext, NamedUser};
use super::endpoint::{Endpoint, Identity};
use muster_api::cluster::KubeconfigContext;
use muster_api::problem::FieldProblem;
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
        let endpoint = self.resolve(context).map_err(|problem| KubeconfigError::Unusable {
            context: wanted.to_owned(),
            problem,
        })?;
        Ok(UsableContext {
            name: wanted.to_owned(),
            endpoint,
        })
    }

    /// Where a context leads, or why it cannot be used.
    fn resolve(&self, context: &NamedContext) -> Result<Endpoint, String> {
        let document = &self.document;
        only_one(
            "context",
            &context.name,
            document.contexts.iter().map(|other| other.name.as_str()),
        )?;
        let cluster_name = context.context.cluster.as_deref().unwrap_or_default();
        let user_name = context.context.user.as_deref().unwrap_or_default();
        if cluster_name.is_empty() {
            return Err("it names no cluster".into());
        }
        if user_name.is_empty() {
            return Err("it names no user: Muster needs credentials; a service account's token will do".into());
        }
        only_one(
            "cluster",
            cluster_name,
            document.clusters.iter().map(|other| other.name.as_str()),
        )?;
        only_one(
            "user",
            user_name,
            document.users.iter().map(|other| other.name.as_str()),
        )?;
        let cluster = document
            .clusters
            .iter()
            .find(|cluster| cluster.name == cluster_name)
            .ok_or_else(|| format!("it names the cluster {cluster_name:?}, which is not in the file"))?;
        let user = document
            .users
            .iter()
            .find(|user| user.name == user_name)
            .ok_or_else(|| format!("it names the user {user_name:?}, which is not in the file"))?;
        let (url, certificate_authority, tls_server_name) = resolve_cluster(cluster)?;
        Ok(Endpoint {
            url,
            certificate_authority,
            tls_server_name,
            identity: resolve_user(user)?,
        })
    }
}

fn only_one<'a>(what: &str, name: &str, names: impl Iterator<Item = &'a str>) -> Result<(), String> {
    if names.filter(|other| *other == name).count() > 1 {
        return Err(format!(
            "the file has more than one {what} called {name:?}: give each a name of its own"
        ));
    }
    Ok(())
}

fn present(text: Option<&String>) -> Option<&str> {
    text.map(String::as_str).filter(|text| !text.is_empty())
}

/// Checks an API server's address and writes it in its usual form.
pub fn server_address(text: &str) -> Result<String, String> {
    let text = text.trim();
    let url =
        url::Url::parse(text).map_err(|_| format!("{text:?} is not an address: write it as https://host:6443"))?;
    match url.scheme() {
        "https" => {}
        "http" => {
            return Err(
                "the server's address begins with http://, which would send credentials in the clear: \
                        use its https:// address"
                    .into(),
            );
        }
        _ => return Err(format!("{text:?} is not an https:// address")),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("the server's address holds a user name or password: take it out and use a token".into());
    }
    if url.host_str().is_none_or(str::is_empty) || url.query().is_some() || url.fragment().is_some() {
        return Err("the server's address must be just https://host:port, with a path when there is one".into());
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

type ResolvedCluster = (String, Option<String>, Option<String>);

fn resolve_cluster(named: &NamedCluster) -> Result<ResolvedCluster, String> {
    let cluster = &named.cluster;
    let name = &named.name;
    if present(cluster.certificate_authority.as_ref()).is_some() {
        return Err(format!(
            "cluster {name:?} names its CA as a file (certificate-authority), which Muster does not open: put the \
             content in (kubectl config view --flatten --raw does)"
        ));
    }
    if present(cluster.proxy_url.as_ref()).is_some() {
        return Err(format!(
            "cluster {name:?} asks for a proxy (proxy-url), which Muster does not use: give an address that this \
             server reaches directly"
        ));
    }
    if cluster.insecure_skip_tls_verify == Some(true) {
        return Err(format!(
            "cluster {name:?} turns certificate checks off (insecure-skip-tls-verify): put the cluster's CA into \
             certificate-authority-data instead"
        ));
    }
    let server = present(cluster.server.as_ref()).ok_or_else(|| format!("cluster {name:?} has no server address"))?;
    let url = server_address(server)?;
    let certificate_authority = match present(cluster.certificate_authority_data.as_ref()) {
        Some(data) => Some(pem::certificates_from_base64(data, "certificate-authority-data")?),
        None => None,
    };
    let tls_server_name = present(cluster.tls_server_name.as_ref()).map(str::to_owned);
    if let Some(name) = &tls_server_name
        && rustls::pki_types::ServerName::try_from(name.as_str()).is_err()
    {
        return Err(format!("tls-server-name {name:?} is not a host name"));
    }
    Ok((url, certificate_authority, tls_server_name))
}

fn resolve_user(named: &NamedUser) -> Result<Identity, String> {
    let user = &named.user;
    let name = &named.name;
    let instead = "use a service account's token (kubectl create token) or a client certificate";
    if user.exec.is_some() {
        return Err(format!(
            "user {name:?} starts a program to sign in (exec), which Muster never does: {instead}"
        ));
    }
    if user.auth_provider.is_some() {
        return Err(format!(
            "user {name:?} signs in by a plugin (auth-provider), which Muster does not have: {instead}"
        ));
    }
    let files = [
        (&user.client_certificate, "client-certificate"),
        (&user.client_key, "client-key"),
        (&user.token_file, "tokenFile"),
    ];
    for (value, field) in files {
        if present(value.as_ref()).is_some() {
            return Err(format!(
                "user {name:?} names a file ({field}), which Muster does not open: put the content in (kubectl config \
                 view --flatten --raw does)"
            ));
        }
    }
    if user.impersonates() {
        return Err(format!(
            "user {name:?} impersonates somebody else (as), which Muster does not take from a kubeconfig: take it out"
        ));
    }
    let certificate = present(user.client_certificate_data.as_ref());
    let key = present(user.client_key_data.as_ref());
    if let Some(token) = present(user.token.as_ref()) {
        let token = token.trim();
        return token_identity(token).map_err(|problem| format!("the token of user {name:?} {problem}"));
    }
    match (certificate, key) {
        (Some(certificate), Some(key)) => {
            let certificate = pem::certificates_from_base64(certificate, "client-certificate-data")?;
            let key = pem::private_key_from_base64(key)?;
            return Ok(Identity::Certificate { certificate, key });
        }
        (Some(_), None) => {
            return Err(format!(
                "user {name:?} has a client certificate but no key (client-key-data)"
            ));
        }
        (None, Some(_)) => {
            return Err(format!(
                "user {name:?} has a key but no client certificate (client-certificate-data)"
            ));
        }
        (None, None) => {}
    }
    match (present(user.username.as_ref()), present(user.password.as_ref())) {
        (Some(username), Some(password)) => Ok(Identity::Password {
            username: username.to_owned(),
            password: password.to_owned().into(),
        }),
        (None, None) => Err(format!("user {name:?} has no credentials: {instead}")),
        _ => Err(format!("user {name:?} has only one of username and password")),
    }
}

/// A token as credentials; it must fit into a header.
pub fn token_identity(token: &str) -> Result<Identity, String> {
    if token.is_empty() {
        return Err("is empty".into());
    }
    if token.bytes().any(|byte| !(0x21..=0x7e).contains(&byte)) {
        return Err("has spaces, line ends or other characters that no token has".into());
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
