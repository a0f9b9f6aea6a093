//! What is wrong with settings, before anything is connected: every wrong value gets a sentence.

use std::ops::RangeInclusive;

use muster_api::problem::FieldProblem;
use muster_api::provider::{DirectorySettings, Encryption, Membership, ProviderKind};

use super::dn::Name;
use super::servers::Address;
use super::{filter, tls};

const MOST_ADDRESSES: usize = 10;
const MOST_BASES: usize = 20;
const MOST_ATTRIBUTES: usize = 10;

/// Everything that is wrong with the settings of a directory of this kind; empty when nothing is. Field paths begin with
/// `settings/`; a value of a list has its place as the last part: `settings/urls/0`.
pub fn check_settings(settings: &DirectorySettings, kind: ProviderKind) -> Vec<FieldProblem> {
    let mut problems = Problems(Vec::new());
    problems.connection(settings);
    problems.people(settings, kind);
    problems.groups(settings, kind);
    problems.limits(settings);
    problems.0
}

struct Problems(Vec<FieldProblem>);

impl Problems {
    fn add(&mut self, field: &str, code: &str, message: impl Into<String>) {
        self.0
            .push(FieldProblem::new(format!("settings/{field}"), code, message));
    }

    fn connection(&mut self, settings: &DirectorySettings) {
        if settings.urls.is_empty() {
            self.add("urls", "required", "Give at least one address: ldaps://host.");
        }
        if settings.urls.len() > MOST_ADDRESSES {
            self.add("urls", "too-many", format!("Give at most {MOST_ADDRESSES} addresses."));
        }
        for (place, url) in settings.urls.iter().enumerate() {
            let field = format!("urls/{place}");
            match Address::parse(url) {
                Err(problem) => self.add(&field, "invalid-address", format!("{} {problem}.", shown(url))),
                Ok(address) if address.encrypted() != (settings.encryption == Encryption::Tls) => {
                    let message = match settings.encryption {
                        Encryption::Tls => "With TLS from the first byte an address begins with ldaps://.",
                        Encryption::StartTls => {
                            "With StartTLS an address begins with ldap://: encryption begins later."
                        }
                        Encryption::None => "Without encryption an address begins with ldap://.",
                    };
                    self.add(&field, "wrong-scheme", format!("{message} This one is {address}."));
                }
                Ok(_) => {}
            }
        }
        if let Some(pem) = &settings.certificate_authority
            && let Err(problem) = tls::own_roots(pem)
        {
            self.add("certificateAuthority", "invalid-pem", problem.message);
        }
        if let Some(name) = &settings.server_name
            && tls::server_name(name).is_none()
        {
            let message = format!(
                "{} is no name that a certificate can have: dc1.example.org.",
                shown(name)
            );
            self.add("serverName", "invalid-name", message);
        }
        let name = settings.bind_name.trim();
        if name.is_empty() {
            self.add(
                "bindName",
                "required",
                "Name the account that reads the directory: a DN, or user@domain.",
            );
        } else if name.chars().any(char::is_control) || name.len() > 1_000 {
            self.add(
                "bindName",
                "invalid-name",
                "The account's name is too long or holds control characters.",
            );
        }
    }

    fn people(&mut self, settings: &DirectorySettings, kind: ProviderKind) {
        self.bases("userBases", &settings.user_bases);
        if settings.user_bases.is_empty() {
            self.add(
                "userBases",
                "required",
                "Say below which DN people are: ou=people,dc=example,dc=org.",
            );
        }
        self.attribute("userObjectClass", "object class", &settings.user_object_class);
        self.filter("userFilter", &settings.user_filter);
        if settings.login_attributes.is_empty() || settings.login_attributes.len() > MOST_ATTRIBUTES {
            let message = format!("Name one to {MOST_ATTRIBUTES} attributes that people sign in with: uid.");
            self.add("loginAttributes", "required", message);
        }
        for (place, attribute) in settings.login_attributes.iter().enumerate() {
            self.attribute(&format!("loginAttributes/{place}"), "attribute", attribute);
        }
        self.attribute("nameAttribute", "attribute", &settings.name_attribute);
        self.attribute("displayNameAttribute", "attribute", &settings.display_name_attribute);
        self.attribute("emailAttribute", "attribute", &settings.email_attribute);
        self.unique_attribute("uniqueAttribute", &settings.unique_attribute, kind);
        if let Some(domain) = &settings.domain {
            let allowed =
                |character: char| !character.is_control() && !matches!(character, '\\' | '/' | '@' | '"' | ' ');
            if domain.is_empty() || domain.len() > 64 || !domain.chars().all(allowed) {
                let message =
                    "The domain is the word before the backslash in DOMAIN\\user; leave it out when there is none.";
                self.add("domain", "invalid-name", message);
            }
        }
    }

    fn groups(&mut self, settings: &DirectorySettings, kind: ProviderKind) {
        self.bases("groupBases", &settings.group_bases);
        if settings.group_object_classes.is_empty() || settings.group_object_classes.len() > MOST_ATTRIBUTES {
            let message = format!("Name one to {MOST_ATTRIBUTES} object classes of groups: groupOfNames.");
            self.add("groupObjectClasses", "required", message);
        }
        for (place, class) in settings.group_object_classes.iter().enumerate() {
            self.attribute(&format!("groupObjectClasses/{place}"), "object class", class);
        }
        self.filter("groupFilter", &settings.group_filter);
        self.attribute("groupNameAttribute", "attribute", &settings.group_name_attribute);
        self.unique_attribute("groupUniqueAttribute", &settings.group_unique_attribute, kind);
        let follows_itself = matches!(settings.membership, Membership::TokenGroups | Membership::InChain);
        if follows_itself && kind != ProviderKind::ActiveDirectory {
            let message = "Only Active Directory answers this; another directory would silently answer no groups. Choose \
                           member or memberOf.";
            self.add("membership", "needs-active-directory", message);
        }
        if follows_itself && !settings.nested {
            let message = "This way always follows groups in groups. Choose member or memberOf for direct groups only.";
            self.add("nested", "always-nested", message);
        }
    }

    fn limits(&mut self, settings: &DirectorySettings) {
        self.range(
            "connectTimeoutSeconds",
            settings.connect_timeout_seconds,
            1..=60,
            "seconds",
        );
        self.range("timeoutSeconds", settings.timeout_seconds, 1..=60, "seconds");
        self.range("nestedDepth", settings.nested_depth, 1..=50, "levels");
        self.range("mostGroups", settings.most_groups, 1..=20_000, "groups");
        self.range(
            "pageSize",
            settings.page_size,
            1..=1_000,
            "entries: more is more than Active Directory answers",
        );
    }

    fn bases(&mut self, field: &str, bases: &[String]) {
        if bases.len() > MOST_BASES {
            self.add(field, "too-many", format!("Give at most {MOST_BASES} bases."));
        }
        for (place, base) in bases.iter().enumerate() {
            if Name::parse(base).is_none_or(|name| name.is_root()) {
                let message = format!("{} is no DN: ou=people,dc=example,dc=org.", shown(base));
                self.add(&format!("{field}/{place}"), "invalid-dn", message);
            }
        }
    }

    fn filter(&mut self, field: &str, text: &str) {
        if let Some(problem) = filter::problem(text) {
            self.add(field, "invalid-filter", format!("The filter {problem}."));
        }
    }

    fn attribute(&mut self, field: &str, what: &str, text: &str) {
        if !filter::is_attribute(text) {
            self.add(
                field,
                "invalid-attribute",
                format!("{} is not the name of an {what}.", shown(text)),
            );
        }
    }

    /// What changes hands, or is no text, identifies nobody.
    fn unique_attribute(&mut self, field: &str, text: &str, kind: ProviderKind) {
        self.attribute(field, "attribute", text);
        let changes = [
            "dn",
            "distinguishedName",
            "entryDN",
            "cn",
            "name",
            "uid",
            "mail",
            "userPrincipalName",
            "sAMAccountName",
            "displayName",
            "uidNumber",
            "gidNumber",
        ];
        if changes.iter().any(|name| name.eq_ignore_ascii_case(text)) {
            let better = match kind {
                ProviderKind::ActiveDirectory => "objectGUID",
                _ => "entryUUID, nsUniqueId or ipaUniqueID",
            };
            let message = format!("{text} can be given to somebody else later: choose {better}.");
            self.add(field, "not-stable", message);
        }
    }

    fn range(&mut self, field: &str, value: u32, allowed: RangeInclusive<u32>, unit: &str) {
        if !allowed.contains(&value) {
            let message = format!("Give {} to {} {unit}.", allowed.start(), allowed.end());
            self.add(field, "out-of-range", message);
        }
    }
}

/// A value as part of a sentence.
fn shown(text: &str) -> String {
    let text = super::failure::cleaned(text, 100);
    if text.is_empty() {
        "An empty text".to_owned()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good(kind: ProviderKind) -> DirectorySettings {
        let template = match kind {
            ProviderKind::ActiveDirectory => DirectorySettings::active_directory(),
            _ => DirectorySettings::ldap(),
        };
        DirectorySettings {
            urls: vec!["ldaps://dc1.muster.test".to_owned(), "ldaps://[::1]:1636".to_owned()],
            bind_name: "cn=muster,dc=muster,dc=test".to_owned(),
            user_bases: vec!["ou=people,dc=muster,dc=test".to_owned()],
            group_bases: vec!["ou=groups,dc=muster,dc=test".to_owned()],
            ..template
        }
    }

    fn problems(change: impl FnOnce(&mut DirectorySettings)) -> Vec<(String, String)> {
        let mut settings = good(ProviderKind::Ldap);
        change(&mut settings);
        let problems = check_settings(&settings, ProviderKind::Ldap);
        assert!(
            problems.iter().all(|problem| problem.message.ends_with('.')),
            "{problems:?}"
        );
        problems
            .into_iter()
            .map(|problem| (problem.field, problem.code))
            .collect()
    }

    #[test]
    fn the_templates_are_right_once_the_administrator_filled_them_in() {
        for kind in [ProviderKind::ActiveDirectory, ProviderKind::Ldap] {
            assert_eq!(check_settings(&good(kind), kind), []);
        }
    }

    #[test]
    fn every_wrong_value_is_named() {
        type Change = fn(&mut DirectorySettings);
        let cases: &[(&str, Change)] = &[
            ("urls", |settings| settings.urls.clear()),
            ("urls", |settings| settings.urls = vec!["ldap://dc1".to_owned()]),
            ("urls", |settings| settings.encryption = Encryption::StartTls),
            ("urls", |settings| {
                settings.urls = vec!["ldaps://dc1/dc=test".to_owned()];
            }),
            ("certificateAuthority", |settings| {
                settings.certificate_authority = Some("nonsense".to_owned());
            }),
            ("serverName", |settings| {
                settings.server_name = Some("no name".to_owned());
            }),
            ("bindName", |settings| settings.bind_name = " ".to_owned()),
            ("userBases", |settings| settings.user_bases.clear()),
            ("userBases", |settings| settings.user_bases = vec!["people".to_owned()]),
            ("userBases", |settings| settings.user_bases = vec![String::new()]),
            ("userObjectClass", |settings| {
                settings.user_object_class = "person)(uid=*".to_owned();
            }),
            ("userFilter", |settings| settings.user_filter = "(a=b)(c=d)".to_owned()),
            ("loginAttributes", |settings| settings.login_attributes.clear()),
            ("loginAttributes", |settings| {
                settings.login_attributes = vec!["uid=*)(".to_owned()];
            }),
            ("nameAttribute", |settings| settings.name_attribute.clear()),
            ("uniqueAttribute", |settings| {
                settings.unique_attribute = "mail".to_owned();
            }),
            ("domain", |settings| settings.domain = Some("A\\B".to_owned())),
            ("groupBases", |settings| {
                settings.group_bases = vec!["ou=".to_owned(), "x".to_owned()];
            }),
            ("groupObjectClasses", |settings| settings.group_object_classes.clear()),
            ("groupFilter", |settings| settings.group_filter = "cn=x".to_owned()),
            ("groupUniqueAttribute", |settings| {
                settings.group_unique_attribute = "CN".to_owned();
            }),
            ("membership", |settings| settings.membership = Membership::InChain),
            ("connectTimeoutSeconds", |settings| settings.connect_timeout_seconds = 0),
            ("timeoutSeconds", |settings| settings.timeout_seconds = 61),
            ("nestedDepth", |settings| settings.nested_depth = 0),
            ("mostGroups", |settings| settings.most_groups = 0),
            ("pageSize", |settings| settings.page_size = 1_001),
        ];
        for (field, change) in cases {
            let found = problems(change);
            assert!(!found.is_empty(), "{field}");
            let of_field =
                |path: &str| path == format!("settings/{field}") || path.starts_with(&format!("settings/{field}/"));
            assert!(found.iter().all(|(path, _)| of_field(path)), "{field}: {found:?}");
        }
    }

    #[test]
    fn a_way_that_always_follows_groups_cannot_be_told_not_to() {
        let mut settings = good(ProviderKind::ActiveDirectory);
        settings.nested = false;
        let problems = check_settings(&settings, ProviderKind::ActiveDirectory);
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].field, "settings/nested");
    }
}
