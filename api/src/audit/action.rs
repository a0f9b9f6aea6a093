//! What can be done, as the audit log calls it.

use serde::{Deserialize, Serialize};

macro_rules! actions {
    ($($(#[doc = $doc:literal])+ $name:ident = $word:literal,)+) => {
        /// What was done.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(rename_all = "kebab-case")]
        pub enum AuditAction {
            $($(#[doc = $doc])+ $name,)+
        }

        impl AuditAction {
            /// All of them, in the order in which a person would look for them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// Its stable word.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)+
                }
            }
        }
    };
}

actions! {
    /// Somebody signed in.
    SignIn = "sign-in",
    /// Somebody tried to sign in and was not let in.
    SignInFailed = "sign-in-failed",
    /// Somebody signed out.
    SignOut = "sign-out",
    /// The first administrator was made with the printed link.
    FirstAdministrator = "first-administrator",
    /// A session was ended from elsewhere.
    SessionEnded = "session-ended",
    /// A password was changed.
    PasswordChanged = "password-changed",
    /// An API token was made.
    TokenCreated = "token-created",
    /// An API token was deleted.
    TokenDeleted = "token-deleted",
    /// Something was made.
    Create = "create",
    /// Something was changed.
    Update = "update",
    /// Something was deleted.
    Delete = "delete",
    /// A manifest was applied.
    Apply = "apply",
    /// The number of replicas was set.
    Scale = "scale",
    /// Pods were replaced one after another.
    Restart = "restart",
    /// A rollout was held.
    Pause = "pause",
    /// A held rollout went on.
    Resume = "resume",
    /// A node takes no new pods.
    Cordon = "cordon",
    /// A node takes pods again.
    Uncordon = "uncordon",
    /// A node was emptied.
    Drain = "drain",
    /// The values of a Secret were shown.
    RevealSecret = "reveal-secret",
    /// A shell in a container was opened.
    ShellOpened = "shell-opened",
    /// A shell in a container ended.
    ShellClosed = "shell-closed",
    /// A port of a pod was forwarded.
    PortForwarded = "port-forwarded",
    /// A forwarded port was closed.
    PortForwardClosed = "port-forward-closed",
    /// A request to the Kubernetes API through the console.
    KubernetesRequest = "kubernetes-request",
    /// A kubeconfig for the console was given out.
    KubeconfigDownloaded = "kubeconfig-downloaded",
    /// A role was given to a person or group.
    BindingGranted = "binding-granted",
    /// A role was taken back.
    BindingRevoked = "binding-revoked",
    /// A role was made, changed or removed.
    RoleChanged = "role-changed",
    /// A project was made, changed or removed.
    ProjectChanged = "project-changed",
    /// A user was made, changed or removed.
    UserChanged = "user-changed",
    /// An identity provider was made, changed or removed.
    ProviderChanged = "provider-changed",
    /// An administrator looked at the console as somebody else.
    ViewAs = "view-as",
    /// A cluster was registered.
    ClusterAdded = "cluster-added",
    /// A cluster's registration was changed.
    ClusterChanged = "cluster-changed",
    /// A cluster's health was checked on demand.
    ClusterChecked = "cluster-checked",
    /// A cluster was removed from the console.
    ClusterRemoved = "cluster-removed",
    /// The console's own settings were changed.
    SettingsChanged = "settings-changed",
    /// Every stored secret was sealed anew with a new master key.
    MasterKeyChanged = "master-key-changed",
    /// The audit log was exported.
    AuditExported = "audit-exported",
    /// Events older than the configured age were removed from the audit log.
    AuditTrimmed = "audit-trimmed",
    /// The console found its audit log damaged and went on after the damage.
    AuditDamaged = "audit-damaged",
}

impl AuditAction {
    /// The action of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|action| action.as_str() == word)
    }
}
