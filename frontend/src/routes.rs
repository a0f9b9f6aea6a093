//! The addresses of the pages, made in one place: a page that is linked by hand-written text would go astray unseen.

use muster_api::kind::{self, Kind};
use std::fmt::Write as _;

/// A kind as addresses write it. The group is `core` for the empty one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct KindPath {
    /// API group.
    pub group: String,
    /// API version.
    pub version: String,
    /// Plural name.
    pub resource: String,
}

impl KindPath {
    /// The kind at these parts of an address.
    pub fn new(group: &str, version: &str, resource: &str) -> Self {
        Self {
            group: group.to_owned(),
            version: version.to_owned(),
            resource: resource.to_owned(),
        }
    }

    /// Reads `group/version/resource`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('/');
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(group), Some(version), Some(resource), None) => Some(Self::new(group, version, resource)),
            _ => None,
        }
    }

    /// What Muster knows of the kind, when it knows it.
    pub fn known(&self) -> Option<&'static Kind> {
        kind::by_path(&self.group, &self.version, &self.resource)
    }

    /// Is it this built-in kind? `is("apps", "deployments")`; `core` for the empty group.
    pub fn is(&self, group: &str, resource: &str) -> bool {
        self.group == group && self.resource == resource
    }

    /// `group/version/resource`.
    pub fn path(&self) -> String {
        format!(
            "{}/{}/{}",
            encode(&self.group),
            encode(&self.version),
            encode(&self.resource)
        )
    }
}

impl From<&Kind> for KindPath {
    fn from(kind: &Kind) -> Self {
        Self::new(kind.group_segment(), kind.version, kind.resource)
    }
}

/// A part of an object's page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ObjectTab {
    /// What it is and how it does.
    #[default]
    Overview,
    /// Its text.
    Yaml,
    /// Its text in the editor.
    Edit,
    /// What happened to it.
    Events,
    /// Owners, children, links.
    Related,
    /// What it writes.
    Logs,
}

impl ObjectTab {
    /// As the address writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Overview => "overview",
            Self::Yaml => "yaml",
            Self::Edit => "edit",
            Self::Events => "events",
            Self::Related => "related",
            Self::Logs => "logs",
        }
    }

    /// From the address; the overview for anything else.
    pub fn parse(text: &str) -> Self {
        match text {
            "yaml" => Self::Yaml,
            "edit" => Self::Edit,
            "events" => Self::Events,
            "related" => Self::Related,
            "logs" => Self::Logs,
            _ => Self::Overview,
        }
    }
}

/// A page of the console. `cluster` is a cluster's id or name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Page {
    /// Signing in, and where to go afterwards.
    SignIn {
        /// The address to come back to, empty for the first page.
        return_to: String,
    },
    /// Creating the first administrator.
    FirstStart,
    /// All clusters.
    Clusters,
    /// Adding a cluster.
    NewCluster,
    /// One cluster's overview.
    Cluster {
        /// Which cluster.
        cluster: String,
    },
    /// All objects of a kind.
    List {
        /// Which cluster; all of them when absent.
        cluster: Option<String>,
        /// Which kind.
        kind: KindPath,
    },
    /// One object.
    Object {
        /// Which cluster.
        cluster: String,
        /// Which kind.
        kind: KindPath,
        /// Absent for cluster-wide kinds.
        namespace: Option<String>,
        /// Its name.
        name: String,
        /// Which part of the page.
        tab: ObjectTab,
    },
    /// The deployment form.
    Deploy {
        /// Which cluster.
        cluster: String,
    },
    /// A Deployment's rollout.
    Rollout {
        /// Which cluster.
        cluster: String,
        /// Its namespace.
        namespace: String,
        /// Its name.
        name: String,
    },
    /// Creating and changing objects from YAML.
    Apply {
        /// Which cluster.
        cluster: String,
    },
    /// The projects of a cluster.
    Projects {
        /// Which cluster.
        cluster: String,
    },
    /// One project.
    Project {
        /// Which cluster.
        cluster: String,
        /// Its id; `new` is the form of a new one.
        project: String,
    },
    /// The console's settings.
    Settings(Settings),
    /// My account.
    Account,
    /// The audit log.
    Audit,
}

/// A page of the settings.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Settings {
    /// The first one that the person may see.
    Start,
    /// Identity providers.
    Providers,
    /// A new provider; from a template when it is not empty.
    NewProvider(String),
    /// One provider, by id.
    Provider(String),
    /// Users.
    Users,
    /// One user, by id.
    User(String),
    /// Groups.
    Groups,
    /// One group, by id.
    Group(String),
    /// Roles.
    Roles,
    /// The builder of a new role.
    NewRole,
    /// One role, by id.
    Role(String),
    /// The builder, with the role of this id.
    EditRole(String),
    /// Bindings.
    Bindings,
}

impl Settings {
    fn href(&self) -> String {
        match self {
            Self::Start => "/settings".into(),
            Self::Providers => "/settings/providers".into(),
            Self::NewProvider(template) if template.is_empty() => "/settings/providers/new".into(),
            Self::NewProvider(template) => format!("/settings/providers/new?template={}", encode(template)),
            Self::Provider(id) => format!("/settings/providers/{}", encode(id)),
            Self::Users => "/settings/users".into(),
            Self::User(id) => format!("/settings/users/{}", encode(id)),
            Self::Groups => "/settings/groups".into(),
            Self::Group(id) => format!("/settings/groups/{}", encode(id)),
            Self::Roles => "/settings/roles".into(),
            Self::NewRole => "/settings/roles/new".into(),
            Self::Role(id) => format!("/settings/roles/{}", encode(id)),
            Self::EditRole(id) => format!("/settings/roles/{}/edit", encode(id)),
            Self::Bindings => "/settings/bindings".into(),
        }
    }
}

impl Page {
    /// The page's address.
    pub fn href(&self) -> String {
        match self {
            Self::SignIn { return_to } if return_to.is_empty() || return_to == "/" => "/sign-in".into(),
            Self::SignIn { return_to } => format!("/sign-in?return={}", encode(return_to)),
            Self::FirstStart => "/first-start".into(),
            Self::Clusters => "/clusters".into(),
            Self::NewCluster => "/clusters/new".into(),
            Self::Cluster { cluster } => format!("/clusters/{}", encode(cluster)),
            Self::List {
                cluster: Some(cluster),
                kind,
            } => format!("/clusters/{}/{}", encode(cluster), kind.path()),
            Self::List { cluster: None, kind } => format!("/resources/{}", kind.path()),
            Self::Object {
                cluster,
                kind,
                namespace,
                name,
                tab,
            } => {
                let namespace = namespace.as_deref().map_or_else(|| "-".into(), encode);
                let mut address = format!(
                    "/clusters/{}/{}/{namespace}/{}",
                    encode(cluster),
                    kind.path(),
                    encode(name)
                );
                if *tab != ObjectTab::Overview {
                    let _written = write!(address, "?tab={}", tab.as_str());
                }
                address
            }
            Self::Deploy { cluster } => format!("/clusters/{}/deploy", encode(cluster)),
            Self::Rollout {
                cluster,
                namespace,
                name,
            } => {
                format!(
                    "/clusters/{}/rollout/{}/{}",
                    encode(cluster),
                    encode(namespace),
                    encode(name)
                )
            }
            Self::Apply { cluster } => format!("/clusters/{}/apply", encode(cluster)),
            Self::Projects { cluster } => format!("/clusters/{}/projects", encode(cluster)),
            Self::Project { cluster, project } => {
                format!("/clusters/{}/projects/{}", encode(cluster), encode(project))
            }
            Self::Settings(page) => page.href(),
            Self::Account => "/account".into(),
            Self::Audit => "/audit".into(),
        }
    }
}

/// Makes a text safe as one part of an address (RFC 3986: everything but unreserved characters is escaped).
pub fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _written = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// A query text (`a=1&b=2`) of the pairs whose value is not empty.
pub fn query(pairs: &[(&str, &str)]) -> String {
    let mut text = String::new();
    for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        if !text.is_empty() {
            text.push('&');
        }
        let _written = write!(text, "{name}={}", encode(value));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_have_addresses_that_take_any_name() {
        let page = Page::Object {
            cluster: "prod eu".into(),
            kind: KindPath::new("core", "v1", "pods"),
            namespace: None,
            name: "a/b".into(),
            tab: ObjectTab::Yaml,
        };
        assert_eq!(page.href(), "/clusters/prod%20eu/core/v1/pods/-/a%2Fb?tab=yaml");
    }

    #[test]
    fn a_list_may_be_of_all_clusters() {
        let kind = KindPath::new("apps", "v1", "deployments");
        assert_eq!(
            Page::List { cluster: None, kind }.href(),
            "/resources/apps/v1/deployments"
        );
    }

    #[test]
    fn settings_have_addresses_that_take_any_id() {
        let page = Page::Settings(Settings::EditRole("a/b".into()));
        assert_eq!(page.href(), "/settings/roles/a%2Fb/edit");
        assert_eq!(
            Page::Settings(Settings::NewProvider("oidc".into())).href(),
            "/settings/providers/new?template=oidc"
        );
    }

    #[test]
    fn empty_values_are_left_out_of_a_query() {
        assert_eq!(
            query(&[("filter", "a b"), ("sort", ""), ("page", "2")]),
            "filter=a%20b&page=2"
        );
    }
}
