//! Taking a new cluster in: what was given is checked, the connection is tried, and only what works is kept.

use super::endpoint::Endpoint;
use super::failure::{Failure, Reason};
use super::kubeconfig::{self, Kubeconfig};
use super::origin::Origin;
use super::{ClusterError, Clusters, connection, health, name_key, write};
use crate::context::RequestContext;
use crate::database::DatabaseError;
use crate::database::clusters::{self as table, ClusterRecord};
use crate::secrets::SealedColumn;
use muster_api::cluster::{Cluster, CreateClusterRequest};
use muster_api::kubernetes_name;
use muster_api::problem::FieldProblem;
use secrecy::ExposeSecret as _;
use std::collections::BTreeMap;
use uuid::Uuid;

const MOST_NAME_CHARACTERS: usize = 63;

/// What is wrong with a cluster's name, if anything.
pub(super) fn name_problem(name: &str) -> Option<FieldProblem> {
    let allowed = |character: char| character.is_alphanumeric() || matches!(character, ' ' | '.' | '_' | '-');
    if name.is_empty() {
        return Some(FieldProblem::new("name", "required", "give the cluster a name"));
    }
    if name.chars().count() > MOST_NAME_CHARACTERS
        || !name.chars().all(allowed)
        || !name.contains(char::is_alphanumeric)
    {
        return Some(FieldProblem::new(
            "name",
            "invalid-name",
            "use 1 to 63 letters, digits, spaces, dots, underscores and dashes",
        ));
    }
    if Uuid::parse_str(name).is_ok() {
        return Some(FieldProblem::new(
            "name",
            "invalid-name",
            "a name must not look like an id (UUID)",
        ));
    }
    None
}

/// What is wrong with a cluster's labels.
pub(super) fn label_problems(labels: &BTreeMap<String, String>) -> Vec<FieldProblem> {
    let mut problems = Vec::new();
    for (key, value) in labels {
        if !kubernetes_name::is_label_key(key) {
            problems.push(FieldProblem::new(
                format!("labels/{key}"),
                "invalid-label-key",
                "a label's key is an optional domain and /, then at most 63 letters, digits, - _ .",
            ));
        } else if !kubernetes_name::is_label_value(value) {
            problems.push(FieldProblem::new(
                format!("labels/{key}"),
                "invalid-label-value",
                "a label's value has at most 63 letters, digits, - _ .",
            ));
        }
    }
    problems
}

/// Where the request's cluster is, and in which field a person would mend a failing connection.
struct Given {
    endpoint: Endpoint,
    by_kubeconfig: bool,
}

impl Given {
    fn field(&self, reason: Reason) -> &'static str {
        match reason {
            _ if self.by_kubeconfig => "kubeconfig",
            Reason::Certificate => "certificateAuthority",
            Reason::Credentials | Reason::Forbidden => "token",
            _ => "url",
        }
    }
}

fn given(request: &CreateClusterRequest, problems: &mut Vec<FieldProblem>) -> Option<Given> {
    if let Some(text) = request.kubeconfig.as_deref() {
        if request.url.is_some() || request.token.is_some() || request.certificate_authority.is_some() {
            problems.push(FieldProblem::new(
                "url",
                "contradiction",
                "give either a kubeconfig, or an address with a token, not both",
            ));
        }
        match Kubeconfig::parse(text).and_then(|kubeconfig| kubeconfig.context(request.context.as_deref())) {
            Ok(context) => {
                return Some(Given {
                    endpoint: context.endpoint,
                    by_kubeconfig: true,
                });
            }
            Err(error) => problems.push(error.field_problem()),
        }
        return None;
    }
    let url = match request.url.as_deref().map(kubeconfig::server_address) {
        Some(Ok(url)) => Some(url),
        Some(Err(problem)) => {
            problems.push(FieldProblem::new("url", "invalid-address", problem.message));
            None
        }
        None => {
            problems.push(FieldProblem::new(
                "kubeconfig",
                "required",
                "give a kubeconfig, or the API server's address and a token",
            ));
            return None;
        }
    };
    let certificate_authority = match request
        .certificate_authority
        .as_deref()
        .filter(|text| !text.trim().is_empty())
    {
        None => None,
        Some(text) => match kubeconfig::certificates_from_form(text) {
            Ok(pem) => Some(pem),
            Err(problem) => {
                problems.push(FieldProblem::new(
                    "certificateAuthority",
                    "invalid-certificate",
                    problem,
                ));
                None
            }
        },
    };
    let identity = match kubeconfig::token_identity(request.token.as_deref().unwrap_or_default().trim()) {
        Ok(identity) => identity,
        Err(problem) => {
            problems.push(FieldProblem::new("token", "invalid-token", problem.message));
            return None;
        }
    };
    let endpoint = Endpoint {
        url: url?,
        certificate_authority,
        tls_server_name: None,
        identity,
    };
    Some(Given {
        endpoint,
        by_kubeconfig: false,
    })
}

impl Clusters {
    /// Registers a cluster when it can be reached with what was given; otherwise the answer says why not.
    pub async fn create(
        &self,
        context: &RequestContext,
        request: CreateClusterRequest,
    ) -> Result<Cluster, ClusterError> {
        let name = request.name.trim().to_owned();
        let mut problems: Vec<FieldProblem> = name_problem(&name).into_iter().collect();
        problems.extend(label_problems(&request.labels));
        let given = given(&request, &mut problems);
        let given = match given {
            Some(given) if problems.is_empty() => given,
            _ => return Err(ClusterError::InvalidFields(problems)),
        };
        self.ensure_name_is_free(&name, None)?;
        let refused = |failure: Failure| {
            let field = given.field(failure.reason);
            ClusterError::InvalidFields(vec![FieldProblem::new(field, failure.reason.code(), failure.message)])
        };
        let connections = connection::connect(&given.endpoint, &self.0.reachable).map_err(refused)?;
        let findings = health::examine(&connections).await;
        match findings.failure {
            // It is the right cluster and it knows us; what it lacks can be mended there.
            Some(Failure {
                reason: Reason::Forbidden | Reason::NotReady,
                ..
            }) if findings.version.is_some() => {}
            Some(failure) => return Err(refused(failure)),
            None => {}
        }
        self.keep(context, name, request.labels, &given.endpoint, findings)
            .await
    }

    /// Registers the current context of a kubeconfig that the administrator names at the server's start, whether the
    /// cluster can be reached now or not, once: a cluster that was registered so before, or that has the name, keeps its
    /// id, labels and name (also when a person gave it another one); when the file says another address or other
    /// credentials than it did, it is reached by those from now on. `None`: a person removed the cluster since, and it
    /// stays away until the context has another name, leads to another server, or is added by hand.
    pub async fn register_once(&self, context: &RequestContext, text: &str) -> Result<Option<Cluster>, ClusterError> {
        let usable = Kubeconfig::parse(text)
            .and_then(|kubeconfig| kubeconfig.context(None))
            .map_err(|error| ClusterError::InvalidFields(vec![error.field_problem()]))?;
        let origin = Origin::of(&usable);
        let name = name_of_context(&usable.name);
        let known = origin.known(&self.0.database).await?;
        let registered = known
            .as_ref()
            .and_then(|known| self.get(context, &known.cluster.to_string()).ok());
        if registered.is_none() && known.is_some_and(|known| known.is_same_server) {
            return Ok(None);
        }
        let cluster = if let Some(registered) = registered.or_else(|| self.get(context, &name).ok()) {
            self.reconnect(registered, &usable.endpoint).await?
        } else {
            let nothing = health::Findings::default();
            self.keep(context, name, BTreeMap::new(), &usable.endpoint, nothing)
                .await?
        };
        if let Ok(id) = Uuid::parse_str(&cluster.id) {
            origin.remember(&self.0.database, id).await?;
        }
        Ok(Some(cluster))
    }

    /// Reaches a registered cluster by another endpoint, unless it is the one that it is reached by.
    async fn reconnect(&self, known: Cluster, endpoint: &Endpoint) -> Result<Cluster, ClusterError> {
        let records = table::list(&self.0.database).await?;
        let Some(mut record) = records.into_iter().find(|record| record.id.to_string() == known.id) else {
            return Err(ClusterError::NotFound(known.name));
        };
        let text = endpoint
            .to_stored()
            .map_err(|error| ClusterError::Sealing(error.into()))?;
        let stored = self
            .0
            .secrets
            .open_text(SealedColumn::CLUSTER_CREDENTIALS, record.id, &record.credentials);
        let same = stored.is_ok_and(|stored| stored.expose_secret() == text.expose_secret());
        if same && record.url == endpoint.url {
            return Ok(known);
        }
        record.credentials = self
            .0
            .secrets
            .seal(
                SealedColumn::CLUSTER_CREDENTIALS,
                record.id,
                text.expose_secret().as_bytes(),
            )
            .map_err(|error| ClusterError::Sealing(error.into()))?;
        record.url.clone_from(&endpoint.url);
        table::reconnect(&self.0.database, record.id, &record.url, &record.credentials).await?;
        let before = write(&self.0.entries).remove(&record.id);
        if let Some(before) = before {
            before.removed.cancel();
        }
        let entry = self.open(record);
        self.check_entry(&entry).await;
        Ok(entry.describe())
    }

    async fn keep(
        &self,
        context: &RequestContext,
        name: String,
        labels: BTreeMap<String, String>,
        endpoint: &Endpoint,
        findings: health::Findings,
    ) -> Result<Cluster, ClusterError> {
        let id = Uuid::now_v7();
        let text = endpoint
            .to_stored()
            .map_err(|error| ClusterError::Sealing(error.into()))?;
        let credentials = self
            .0
            .secrets
            .seal(SealedColumn::CLUSTER_CREDENTIALS, id, text.expose_secret().as_bytes())
            .map_err(|error| ClusterError::Sealing(error.into()))?;
        let record = ClusterRecord {
            id,
            name_key: name_key(&name),
            name,
            url: endpoint.url.clone(),
            labels,
            credentials,
            created_at: context.now(),
            checked_at: findings.version.is_some().then(|| context.now()),
            version: findings.version,
            nodes: findings.nodes.map(i64::from),
        };
        match table::insert(&self.0.database, &record).await {
            Err(DatabaseError::Duplicate) => return Err(ClusterError::NameTaken(record.name)),
            other => other?,
        }
        let entry = self.open(record);
        // The answer shows the cluster as it is now, not as something that nobody has looked at.
        self.check_entry(&entry).await;
        Ok(entry.describe())
    }
}

/// A cluster's name out of a context's: what a name must not have becomes a dash.
fn name_of_context(context: &str) -> String {
    let allowed = |character: char| character.is_alphanumeric() || matches!(character, ' ' | '.' | '_' | '-');
    let name: String = context
        .chars()
        .map(|character| if allowed(character) { character } else { '-' })
        .take(MOST_NAME_CHARACTERS)
        .collect();
    let name = name.trim().to_owned();
    if name_problem(&name).is_some() {
        format!("cluster {name}").trim().to_owned()
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_context_gives_a_name_that_a_person_could_have_given() {
        for (context, name) in [
            ("kubernetes-admin@kubernetes", "kubernetes-admin-kubernetes"),
            (
                "arn:aws:eks:eu-west-1:1:cluster/shop",
                "arn-aws-eks-eu-west-1-1-cluster-shop",
            ),
            ("Büro Köln", "Büro Köln"),
            ("@@", "cluster --"),
        ] {
            assert_eq!(name_of_context(context), name);
            assert_eq!(name_problem(&name_of_context(context)), None, "{context}");
        }
        assert_eq!(name_of_context(&"x".repeat(200)).len(), 63);
    }

    #[test]
    fn names_that_routes_or_people_could_not_use_are_refused() {
        for name in [
            "",
            "a/b",
            "a\nb",
            "019359d4-6b60-7000-8000-000000000000",
            "...",
            &"x".repeat(64),
        ] {
            assert!(name_problem(name).is_some(), "{name:?}");
        }
    }
}
