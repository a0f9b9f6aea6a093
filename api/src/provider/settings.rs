//! How a provider of each kind is asked.

use serde::{Deserialize, Serialize};

/// How a provider is asked, by its kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum ProviderSettings {
    /// Active Directory.
    ActiveDirectory(DirectorySettings),
    /// OpenLDAP, 389 Directory Server, FreeIPA and others of their kind.
    Ldap(DirectorySettings),
    /// GitHub or GitHub Enterprise Server.
    #[serde(rename = "github")]
    GitHub(GitHubSettings),
    /// Any OpenID Connect provider.
    #[serde(rename = "oidc")]
    OpenIdConnect(OidcSettings),
}

impl ProviderSettings {
    /// The kind in one word, as on the wire.
    pub fn kind(&self) -> ProviderKind {
        match self {
            Self::ActiveDirectory(_) => ProviderKind::ActiveDirectory,
            Self::Ldap(_) => ProviderKind::Ldap,
            Self::GitHub(_) => ProviderKind::GitHub,
            Self::OpenIdConnect(_) => ProviderKind::OpenIdConnect,
        }
    }
}

/// A kind of provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ProviderKind {
    /// Active Directory.
    ActiveDirectory,
    /// OpenLDAP and others.
    Ldap,
    /// GitHub.
    #[serde(rename = "github")]
    GitHub,
    /// OpenID Connect.
    #[serde(rename = "oidc")]
    OpenIdConnect,
}

impl ProviderKind {
    /// Is the password typed into our own page?
    pub fn takes_password(self) -> bool {
        matches!(self, Self::ActiveDirectory | Self::Ldap)
    }

    /// The word on the wire and in the database.
    pub fn word(self) -> &'static str {
        match self {
            Self::ActiveDirectory => "active-directory",
            Self::Ldap => "ldap",
            Self::GitHub => "github",
            Self::OpenIdConnect => "oidc",
        }
    }
}

/// How a directory is reached and read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DirectorySettings {
    /// `ldaps://host[:636]` or `ldap://host[:389]`, tried in this order.
    pub urls: Vec<String>,
    /// How the connection is encrypted.
    #[serde(default)]
    pub encryption: Encryption,
    /// Certificate authorities to trust, as PEM; none: the machine's own.
    #[serde(default)]
    pub certificate_authority: Option<String>,
    /// The name that the server's certificate must have, when it is not the host of the URL.
    #[serde(default)]
    pub server_name: Option<String>,
    /// Seconds that a connection may take, TLS included.
    #[serde(default = "five")]
    pub connect_timeout_seconds: u32,
    /// Seconds that one answer may take.
    #[serde(default = "ten")]
    pub timeout_seconds: u32,
    /// Who reads the directory: a DN, `user@domain` or `DOMAIN\user`.
    pub bind_name: String,
    /// Below which people are searched.
    pub user_bases: Vec<String>,
    /// The object class of people.
    pub user_object_class: String,
    /// A further condition on people, an LDAP filter (RFC 4515); empty: none.
    #[serde(default)]
    pub user_filter: String,
    /// What people may sign in with, by attribute: `uid`, `sAMAccountName`, `userPrincipalName`, `mail`.
    pub login_attributes: Vec<String>,
    /// The attribute with the short name.
    pub name_attribute: String,
    /// The attribute with the name to show.
    pub display_name_attribute: String,
    /// The attribute with the e-mail address; it is shown, never trusted.
    pub email_attribute: String,
    /// What makes a person the same after a move or a new name: `objectGUID`, `entryUUID`, `nsUniqueId`.
    pub unique_attribute: String,
    /// The NetBIOS name before the backslash of `DOMAIN\user` that belongs to this directory.
    #[serde(default)]
    pub domain: Option<String>,
    /// Below which groups are searched.
    pub group_bases: Vec<String>,
    /// The object classes of groups; any of them.
    pub group_object_classes: Vec<String>,
    /// A further condition on groups, an LDAP filter; empty: none.
    #[serde(default)]
    pub group_filter: String,
    /// The attribute with a group's name.
    pub group_name_attribute: String,
    /// What makes a group the same after a new name.
    pub group_unique_attribute: String,
    /// How the groups of a person are found.
    pub membership: Membership,
    /// Are groups in groups followed?
    #[serde(default = "yes")]
    pub nested: bool,
    /// How deep groups in groups are followed.
    #[serde(default = "ten")]
    pub nested_depth: u32,
    /// More groups than this of one person are an error.
    #[serde(default = "five_thousand")]
    pub most_groups: u32,
    /// Entries a page of a search.
    #[serde(default = "five_hundred")]
    pub page_size: u32,
}

impl DirectorySettings {
    /// What most Active Directories need; addresses, the account and the bases are the administrator's.
    pub fn active_directory() -> Self {
        Self {
            user_object_class: "user".into(),
            login_attributes: vec!["sAMAccountName".into(), "userPrincipalName".into()],
            name_attribute: "sAMAccountName".into(),
            unique_attribute: "objectGUID".into(),
            group_object_classes: vec!["group".into()],
            group_unique_attribute: "objectGUID".into(),
            membership: Membership::TokenGroups,
            display_name_attribute: "displayName".into(),
            ..Self::ldap()
        }
    }

    /// What most OpenLDAP servers need.
    pub fn ldap() -> Self {
        Self {
            urls: Vec::new(),
            encryption: Encryption::Tls,
            certificate_authority: None,
            server_name: None,
            connect_timeout_seconds: five(),
            timeout_seconds: ten(),
            bind_name: String::new(),
            user_bases: Vec::new(),
            user_object_class: "inetOrgPerson".into(),
            user_filter: String::new(),
            login_attributes: vec!["uid".into()],
            name_attribute: "uid".into(),
            display_name_attribute: "cn".into(),
            email_attribute: "mail".into(),
            unique_attribute: "entryUUID".into(),
            domain: None,
            group_bases: Vec::new(),
            group_object_classes: vec!["groupOfNames".into()],
            group_filter: String::new(),
            group_name_attribute: "cn".into(),
            group_unique_attribute: "entryUUID".into(),
            membership: Membership::Member,
            nested: true,
            nested_depth: ten(),
            most_groups: five_thousand(),
            page_size: five_hundred(),
        }
    }
}

/// How a connection to a directory is encrypted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Encryption {
    /// From the first byte (`ldaps://`).
    #[default]
    Tls,
    /// By `StartTLS` before anything else is said.
    StartTls,
    /// Not at all: passwords are readable on the way.
    None,
}

/// How the groups of a person are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Membership {
    /// Active Directory's `tokenGroups`: all security groups, nested ones and the primary one too.
    TokenGroups,
    /// Active Directory's matching rule in chain over `member`, and the primary group.
    InChain,
    /// The person's `memberOf`.
    MemberOf,
    /// Groups whose `member` is the person's DN.
    Member,
    /// Groups whose `uniqueMember` is the person's DN.
    UniqueMember,
    /// Groups whose `memberUid` is the person's short name (posixGroup).
    MemberUid,
}

/// How GitHub is reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct GitHubSettings {
    /// `https://github.com`, or the address of a GitHub Enterprise Server.
    #[serde(default = "github")]
    pub base_url: String,
    /// Certificate authorities to trust, as PEM; none: the machine's own.
    #[serde(default)]
    pub certificate_authority: Option<String>,
    /// The id of the OAuth application.
    pub client_id: String,
}

/// How an OpenID Connect provider is reached and read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct OidcSettings {
    /// The issuer; its discovery document must name exactly this.
    pub issuer: String,
    /// Certificate authorities to trust, as PEM; none: the machine's own.
    #[serde(default)]
    pub certificate_authority: Option<String>,
    /// The id of the client.
    pub client_id: String,
    /// What is asked for besides `openid`.
    #[serde(default = "usual_scopes")]
    pub scopes: Vec<String>,
    /// The claim with the short name.
    #[serde(default = "preferred_username")]
    pub name_claim: String,
    /// The claim with the name to show.
    #[serde(default = "name_claim")]
    pub display_name_claim: String,
    /// The claim with the groups, by path: `groups`, `realm_access.roles`; empty: no groups.
    #[serde(default = "groups_claim")]
    pub groups_claim: String,
}

fn yes() -> bool {
    true
}

fn five() -> u32 {
    5
}

fn ten() -> u32 {
    10
}

fn five_hundred() -> u32 {
    500
}

fn five_thousand() -> u32 {
    5_000
}

fn github() -> String {
    "https://github.com".into()
}

/// What every provider knows: one that does not know a scope may refuse the whole sign-in.
fn usual_scopes() -> Vec<String> {
    ["profile", "email"].map(str::to_owned).to_vec()
}

fn preferred_username() -> String {
    "preferred_username".into()
}

fn name_claim() -> String {
    "name".into()
}

fn groups_claim() -> String {
    "groups".into()
}
