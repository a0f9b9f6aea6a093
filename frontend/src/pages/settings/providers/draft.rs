//! What the form of a provider holds, apart from the screen: templates, texts of many lines, and the checks that need
//! no server.

use crate::i18n::{Text, text};
use muster_api::problem::FieldProblem;
use muster_api::provider::{
    Admission, DirectorySettings, Encryption, GitHubSettings, Membership, OidcSettings, Provider, ProviderRequest,
    ProviderSecrets, ProviderSettings,
};

/// What a new provider begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Template {
    ActiveDirectory,
    OpenLdap,
    FreeIpa,
    GitHub,
    GitHubEnterprise,
    OpenIdConnect,
}

impl Template {
    pub(super) const ALL: [Self; 6] = [
        Self::ActiveDirectory,
        Self::OpenLdap,
        Self::FreeIpa,
        Self::GitHub,
        Self::GitHubEnterprise,
        Self::OpenIdConnect,
    ];

    /// As the address carries it.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::ActiveDirectory => "active-directory",
            Self::OpenLdap => "openldap",
            Self::FreeIpa => "freeipa",
            Self::GitHub => "github",
            Self::GitHubEnterprise => "github-enterprise",
            Self::OpenIdConnect => "oidc",
        }
    }

    pub(super) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|template| template.word() == word)
    }

    pub(super) const fn title(self) -> Text {
        match self {
            Self::ActiveDirectory => text::providers::template::ACTIVE_DIRECTORY,
            Self::OpenLdap => text::providers::template::OPENLDAP,
            Self::FreeIpa => text::providers::template::FREEIPA,
            Self::GitHub => text::providers::template::GITHUB,
            Self::GitHubEnterprise => text::providers::template::GITHUB_ENTERPRISE,
            Self::OpenIdConnect => text::providers::template::OIDC,
        }
    }

    pub(super) const fn detail(self) -> Text {
        match self {
            Self::ActiveDirectory => text::providers::template::ACTIVE_DIRECTORY_DETAIL,
            Self::OpenLdap => text::providers::template::OPENLDAP_DETAIL,
            Self::FreeIpa => text::providers::template::FREEIPA_DETAIL,
            Self::GitHub => text::providers::template::GITHUB_DETAIL,
            Self::GitHubEnterprise => text::providers::template::GITHUB_ENTERPRISE_DETAIL,
            Self::OpenIdConnect => text::providers::template::OIDC_DETAIL,
        }
    }

    /// The settings that most providers of this sort need.
    pub(super) fn settings(self) -> ProviderSettings {
        let github = |base_url: &str| {
            ProviderSettings::GitHub(GitHubSettings {
                base_url: base_url.into(),
                certificate_authority: None,
                client_id: String::new(),
            })
        };
        match self {
            Self::ActiveDirectory => ProviderSettings::ActiveDirectory(DirectorySettings::active_directory()),
            Self::OpenLdap => ProviderSettings::Ldap(DirectorySettings::ldap()),
            Self::FreeIpa => ProviderSettings::Ldap(DirectorySettings {
                unique_attribute: "nsUniqueId".into(),
                group_unique_attribute: "nsUniqueId".into(),
                // 389 keeps memberOf true to nested groups by itself.
                membership: Membership::MemberOf,
                nested: false,
                ..DirectorySettings::ldap()
            }),
            Self::GitHub => github("https://github.com"),
            Self::GitHubEnterprise => github(""),
            Self::OpenIdConnect => ProviderSettings::OpenIdConnect(OidcSettings {
                issuer: String::new(),
                certificate_authority: None,
                client_id: String::new(),
                scopes: ["profile", "email"].map(str::to_owned).to_vec(),
                name_claim: "preferred_username".into(),
                display_name_claim: "name".into(),
                groups_claim: "groups".into(),
            }),
        }
    }

    /// What the form begins with.
    pub(super) fn draft(self) -> ProviderRequest {
        ProviderRequest {
            name: String::new(),
            enabled: true,
            settings: self.settings(),
            admission: Admission::default(),
            secrets: ProviderSecrets::default(),
        }
    }
}

/// What the form of a provider that is there begins with. Secrets are never read back.
pub(super) fn draft_of(provider: &Provider) -> ProviderRequest {
    ProviderRequest {
        name: provider.name.clone(),
        enabled: provider.enabled,
        settings: provider.settings.clone(),
        admission: provider.admission.clone(),
        secrets: ProviderSecrets::default(),
    }
}

/// One entry a line: DNs have commas of their own.
pub(super) fn lines(text: &str) -> Vec<String> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(str::to_owned).collect()
}

/// Entries between commas or spaces: names of attributes, classes, scopes.
pub(super) fn words(text: &str) -> Vec<String> {
    let words = text.split(|character: char| character == ',' || character.is_whitespace());
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// A text that may be absent: an empty one is.
pub(super) fn optional(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// Where a secret is sent to, and what proves that it is that place: when something of it changes, the server forgets the
/// secret, and it is demanded anew.
pub(super) fn destination(settings: &ProviderSettings) -> Vec<Option<String>> {
    match settings {
        ProviderSettings::ActiveDirectory(directory) | ProviderSettings::Ldap(directory) => {
            let proof = [
                Some(format!("{:?}", directory.encryption)),
                directory.server_name.clone(),
                directory.certificate_authority.clone(),
            ];
            proof
                .into_iter()
                .chain(directory.urls.iter().cloned().map(Some))
                .collect()
        }
        ProviderSettings::GitHub(github) => vec![Some(github.base_url.clone()), github.certificate_authority.clone()],
        ProviderSettings::OpenIdConnect(oidc) => vec![Some(oidc.issuer.clone()), oidc.certificate_authority.clone()],
    }
}

/// The secret that a provider of this sort needs, as the server names it.
pub(super) const fn secret_name(settings: &ProviderSettings) -> &'static str {
    match settings {
        ProviderSettings::ActiveDirectory(_) | ProviderSettings::Ldap(_) => "bindPassword",
        ProviderSettings::GitHub(_) | ProviderSettings::OpenIdConnect(_) => "clientSecret",
    }
}

/// Must the secret be typed? `saved` is the provider as it is, when there is one.
pub(super) fn needs_secret(draft: &ProviderRequest, saved: Option<&Provider>) -> bool {
    let Some(saved) = saved else { return true };
    let name = secret_name(&draft.settings);
    let is_set = saved.secrets_set.iter().any(|set| set == name);
    !is_set || destination(&saved.settings) != destination(&draft.settings)
}

/// The field that a problem belongs to: `settings/urls/0` is a problem of `urls`.
pub(super) fn field_of(path: &str) -> String {
    let mut parts = path
        .split('/')
        .filter(|part| !matches!(*part, "settings" | "secrets" | "admission"));
    parts.next().unwrap_or_default().to_owned()
}

/// What is wrong with the draft as far as the browser can tell.
pub(super) fn problems_of(draft: &ProviderRequest, saved: Option<&Provider>) -> Vec<FieldProblem> {
    let mut problems = Vec::new();
    let mut say = |field: &str, what: Text| problems.push(FieldProblem::new(field, "", what.get()));
    if draft.name.trim().is_empty() {
        say("name", text::providers::problem::REQUIRED);
    }
    match &draft.settings {
        ProviderSettings::ActiveDirectory(directory) | ProviderSettings::Ldap(directory) => {
            if directory.urls.is_empty() {
                say("urls", text::providers::problem::REQUIRED);
            } else if let Some(problem) = scheme_problem(directory) {
                say("urls", problem);
            }
            let required = [
                ("bindName", directory.bind_name.trim().is_empty()),
                ("userBases", directory.user_bases.is_empty()),
                ("loginAttributes", directory.login_attributes.is_empty()),
                ("groupBases", directory.group_bases.is_empty()),
                ("nameAttribute", directory.name_attribute.is_empty()),
                ("uniqueAttribute", directory.unique_attribute.is_empty()),
            ];
            for (field, _) in required.into_iter().filter(|(_, missing)| *missing) {
                say(field, text::providers::problem::REQUIRED);
            }
        }
        ProviderSettings::GitHub(github) => {
            if !github.base_url.starts_with("https://") {
                say("baseUrl", text::providers::problem::HTTPS);
            }
            if github.client_id.trim().is_empty() {
                say("clientId", text::providers::problem::REQUIRED);
            }
        }
        ProviderSettings::OpenIdConnect(oidc) => {
            if !oidc.issuer.starts_with("https://") {
                say("issuer", text::providers::problem::ADDRESS);
            }
            if oidc.client_id.trim().is_empty() {
                say("clientId", text::providers::problem::REQUIRED);
            }
        }
    }
    let typed = draft.secrets.bind_password.is_some() || draft.secrets.client_secret.is_some();
    if needs_secret(draft, saved) && !typed {
        let what = if saved.is_some() {
            text::providers::problem::SECRET_AGAIN
        } else {
            text::providers::problem::REQUIRED
        };
        say(secret_name(&draft.settings), what);
    }
    problems
}

/// Do the addresses begin as the encryption wants it?
fn scheme_problem(directory: &DirectorySettings) -> Option<Text> {
    let is_tls = directory.encryption == Encryption::Tls;
    let (wanted, what) = if is_tls {
        ("ldaps://", text::providers::problem::LDAPS)
    } else {
        ("ldap://", text::providers::problem::LDAP)
    };
    directory
        .urls
        .iter()
        .any(|url| !url.starts_with(wanted))
        .then_some(what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn directory(urls: &[&str]) -> ProviderRequest {
        let mut draft = Template::OpenLdap.draft();
        if let ProviderSettings::Ldap(settings) = &mut draft.settings {
            settings.urls = urls.iter().map(|url| (*url).to_owned()).collect();
            settings.bind_name = "cn=muster".into();
            settings.user_bases = vec!["ou=people".into()];
            settings.group_bases = vec!["ou=groups".into()];
        }
        draft.name = "Company".into();
        draft.secrets.bind_password = Some("secret".into());
        draft
    }

    fn saved(draft: &ProviderRequest) -> Provider {
        Provider {
            id: "1".into(),
            name: draft.name.clone(),
            enabled: true,
            settings: draft.settings.clone(),
            admission: Admission::default(),
            secrets_set: vec!["bindPassword".into()],
            created_at: String::new(),
            managed_by_file: false,
            unconfirmed_until: None,
        }
    }

    #[test]
    fn every_template_is_found_by_its_word_and_asks_for_what_only_the_administrator_knows() {
        for template in Template::ALL {
            assert_eq!(Template::parse(template.word()), Some(template));
            assert!(!problems_of(&template.draft(), None).is_empty(), "{}", template.word());
        }
    }

    #[test]
    fn names_with_commas_stay_whole_and_attributes_are_split() {
        assert_eq!(lines(" ou=a,dc=b \n\nou=c "), ["ou=a,dc=b", "ou=c"]);
        assert_eq!(words("uid, mail\ncn"), ["uid", "mail", "cn"]);
        assert_eq!(optional("  "), None);
    }

    #[test]
    fn addresses_begin_as_the_encryption_wants_it() {
        assert_eq!(problems_of(&directory(&["ldaps://a"]), None), []);
        assert_eq!(problems_of(&directory(&["ldap://a"]), None)[0].field, "urls");
        assert_eq!(problems_of(&directory(&[]), None)[0].field, "urls");
    }

    #[test]
    fn a_secret_is_asked_for_anew_only_when_it_would_go_somewhere_else() {
        let before = saved(&directory(&["ldaps://a"]));
        let mut draft = draft_of(&before);
        assert_eq!(problems_of(&draft, Some(&before)), []);
        if let ProviderSettings::Ldap(settings) = &mut draft.settings {
            settings.urls = vec!["ldaps://evil".into()];
        }
        assert_eq!(problems_of(&draft, Some(&before))[0].field, "bindPassword");
        // The server keeps no secret for a place that something else vouches for, either.
        let mut draft = draft_of(&before);
        if let ProviderSettings::Ldap(settings) = &mut draft.settings {
            settings.certificate_authority = Some("another".into());
        }
        assert_eq!(problems_of(&draft, Some(&before))[0].field, "bindPassword");
    }

    #[test]
    fn problems_of_the_server_find_their_field() {
        assert_eq!(field_of("settings/urls/0"), "urls");
        assert_eq!(field_of("secrets/bindPassword"), "bindPassword");
        assert_eq!(field_of("name"), "name");
    }
}
