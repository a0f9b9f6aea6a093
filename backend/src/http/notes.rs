//! What the audit log has of changes of rights and people: what it was, what it became, by ids and names. Never a secret:
//! of passwords and secrets only that they were written.

use std::collections::BTreeSet;

use muster_api::access::{
    AccountLook, Binding, BindingRequest, BindingScope, Named, Project, Role, Rule, SubjectReference,
    UpdateUserRequest, User,
};
use muster_api::provider::{Provider, ProviderSecrets};
use serde::Serialize;
use serde_json::Value;

use crate::audit::{AuditNote, Details};
use crate::identity::SignedIn;

/// So many rules of a role, and of other long lists, are told one by one; a number tells the rest.
const MOST_TOLD: usize = 20;

/// A role is to be granted: as it was asked for, since what is refused is told too.
pub fn grant_asked(note: &AuditNote, request: &BindingRequest) {
    note.detail("role", request.role.as_str());
    note.detail("subject", asked_subject(&request.subject));
    note.detail("scope", scope(&request.scope));
    note.detail("until", request.expires_at.as_deref());
}

/// The binding that was granted, or that is to be revoked.
pub fn binding(note: &AuditNote, binding: &Binding) {
    let subject = &binding.subject;
    note.named(format!("{}: {}", binding.role.name, subject.name));
    if !matches!(binding.scope, BindingScope::Everything | BindingScope::Clusters { .. })
        && let [state] = &binding.clusters[..]
    {
        note.cluster(&state.cluster.id, &state.cluster.name);
    }
    note.detail("binding", binding.id.as_str());
    note.detail("role", named(&binding.role));
    note.detail(
        "subject",
        Details::new()
            .with("kind", word(&subject.kind))
            .with("id", subject.id.as_deref())
            .with("name", subject.name.as_str())
            .with("provider", subject.provider.as_ref().map(named)),
    );
    note.detail("scope", scope(&binding.scope).with("name", binding.scope_name.as_str()));
    note.detail("until", binding.expires_at.as_deref());
}

/// A role as it was and as it is now; none: it is new, or gone.
pub fn role(note: &AuditNote, before: Option<&Role>, after: Option<&Role>) {
    let Some(shown) = after.or(before) else {
        return;
    };
    note.named(shown.name.as_str());
    note.detail("role", shown.id.as_str());
    changed(note, "name", before, after, |role| role.name.clone());
    changed(note, "level", before, after, |role| word(&role.level));
    changed(note, "description", before, after, |role| role.description.clone());
    let permissions = |role: &Role| role.permissions.iter().map(word).collect::<Vec<_>>();
    changed(note, "permissions", before, after, permissions);
    changed(note, "includes", before, after, |role| role.inherits.clone());
    let rules = |role: Option<&Role>| role.map_or_else(Vec::new, |role| role.rules.iter().map(rule).collect());
    told_apart(note, ["rulesAdded", "rulesRemoved"], &rules(before), &rules(after));
}

/// A project as it was and as it is now; none: it is new, or gone.
pub fn project(note: &AuditNote, before: Option<&Project>, after: Option<&Project>) {
    let Some(shown) = after.or(before) else {
        return;
    };
    note.named(shown.name.as_str());
    note.cluster(&shown.cluster.id, &shown.cluster.name);
    note.detail("project", shown.id.as_str());
    changed(note, "name", before, after, |project| project.name.clone());
    changed(note, "description", before, after, |project| {
        project.description.clone()
    });
    let namespaces = |project: Option<&Project>| project.map_or_else(Vec::new, |project| project.namespaces.clone());
    let names = ["namespacesAdded", "namespacesRemoved"];
    told_apart(note, names, &namespaces(before), &namespaces(after));
    let amounts = |project: &Project| {
        let quota = project.quota.iter().map(|(name, amount)| format!("{name}: {amount}"));
        quota.take(MOST_TOLD).collect::<Vec<_>>()
    };
    changed(note, "quota", before, after, amounts);
    let defaults = |project: &Project| {
        let defaults = &project.defaults;
        let requests = defaults
            .requests
            .iter()
            .map(|(name, amount)| format!("requests.{name}: {amount}"));
        let limits = defaults
            .limits
            .iter()
            .map(|(name, amount)| format!("limits.{name}: {amount}"));
        requests.chain(limits).take(MOST_TOLD).collect::<Vec<_>>()
    };
    changed(note, "defaults", before, after, defaults);
}

/// Whom something is done to.
pub fn user(note: &AuditNote, user: &User) {
    note.named(user.name.as_str());
    note.detail("user", user.id.as_str());
    if let Some(provider) = &user.provider {
        note.detail("provider", named(provider));
    }
}

/// A user as he was and as he is now; none: he is new, or gone.
pub fn user_changed(note: &AuditNote, before: Option<&User>, after: Option<&User>) {
    let Some(shown) = after.or(before) else {
        return;
    };
    user(note, shown);
    changed(note, "displayName", before, after, |user| user.display_name.clone());
    changed(note, "role", before, after, |user| word(&user.role));
    changed(note, "disabled", before, after, |user| user.disabled);
}

/// What is asked of a change that may be refused: a new password is said to be one.
pub fn user_asked(note: &AuditNote, request: &UpdateUserRequest) {
    if request.password.is_some() {
        note.detail("newPassword", true);
    }
}

/// What came of looking at an account.
pub fn looked(note: &AuditNote, look: &AccountLook) {
    note.detail("account", word(&look.outcome));
    note.detail("why", look.reason.as_deref());
    let names = |groups: &[Named]| groups.iter().map(|group| group.name.clone()).collect::<Vec<_>>();
    note.detail("groupsGained", names(&look.gained));
    note.detail("groupsLost", names(&look.lost));
}

/// A provider as it was and as it is now; none: it is new, or gone. Only the names of what changed are told.
pub fn provider(note: &AuditNote, before: Option<&Provider>, after: Option<&Provider>, secrets: &ProviderSecrets) {
    let Some(shown) = after.or(before) else {
        return;
    };
    note.named(shown.name.as_str());
    note.detail("provider", shown.id.as_str());
    note.detail("kind", shown.settings.kind().word());
    changed(note, "name", before, after, |provider| provider.name.clone());
    changed(note, "enabled", before, after, |provider| provider.enabled);
    if let (Some(before), Some(after)) = (before, after) {
        let mut fields = BTreeSet::new();
        differing("settings", &json(&before.settings), &json(&after.settings), &mut fields);
        differing(
            "admission",
            &json(&before.admission),
            &json(&after.admission),
            &mut fields,
        );
        note.detail("fields", fields.into_iter().collect::<Vec<_>>());
        note.detail("confirmUntil", after.unconfirmed_until.as_deref());
    }
    let written = [
        ("bindPassword", secrets.bind_password.is_some()),
        ("clientSecret", secrets.client_secret.is_some()),
    ];
    let written = written.into_iter().filter(|(_, is_written)| *is_written);
    note.detail("secretsWritten", written.map(|(name, _)| name).collect::<Vec<_>>());
}

/// Somebody signed in, which may have confirmed a change of the provider.
pub fn signed_in(note: &AuditNote, signed_in: &SignedIn) {
    if let Some(provider) = signed_in.confirmed {
        note.detail("confirmedProvider", provider.to_string());
    }
}

/// Notes a value when it is not what it was.
fn changed<T, V>(note: &AuditNote, name: &'static str, before: Option<&T>, after: Option<&T>, value: impl Fn(&T) -> V)
where
    V: PartialEq + Into<crate::audit::Detail>,
{
    let (before, after) = (before.map(&value), after.map(&value));
    if before != after {
        note.changed(name, before, after);
    }
}

/// Notes what came to a list and what went from it, under two names.
fn told_apart(note: &AuditNote, names: [&'static str; 2], before: &[String], after: &[String]) {
    let lacking = |these: &[String], those: &[String]| -> Vec<String> {
        these.iter().filter(|one| !those.contains(one)).cloned().collect()
    };
    let [came, went] = names;
    for (name, all) in [(came, lacking(after, before)), (went, lacking(before, after))] {
        if all.is_empty() {
            continue;
        }
        let more = all.len().saturating_sub(MOST_TOLD);
        let mut told: Vec<String> = all.into_iter().take(MOST_TOLD).collect();
        if more > 0 {
            told.push(format!("… and {more} more"));
        }
        note.detail(name, told);
    }
}

/// The paths of what differs, one level below `path`.
fn differing(path: &str, before: &Value, after: &Value, found: &mut BTreeSet<String>) {
    let (Some(before), Some(after)) = (before.as_object(), after.as_object()) else {
        return;
    };
    for name in before.keys().chain(after.keys()) {
        if before.get(name) != after.get(name) {
            found.insert(format!("{path}/{name}"));
        }
    }
}

fn asked_subject(subject: &SubjectReference) -> Details {
    Details::new()
        .with("kind", word(&subject.kind))
        .with("id", subject.id.as_deref())
        .with("provider", subject.provider.as_deref())
        .with("externalId", subject.external_id.as_deref())
        .with("name", subject.name.as_deref())
}

fn scope(scope: &BindingScope) -> Details {
    let details = Details::new();
    match scope {
        BindingScope::Everything => details.with("kind", "everything"),
        BindingScope::Clusters { label_selector } => details
            .with("kind", "clusters")
            .with("labelSelector", label_selector.as_str()),
        BindingScope::Cluster { cluster } => details.with("kind", "cluster").with("cluster", cluster.as_str()),
        BindingScope::Project { project } => details.with("kind", "project").with("project", project.as_str()),
        BindingScope::Namespace { cluster, namespace } => details
            .with("kind", "namespace")
            .with("cluster", cluster.as_str())
            .with("namespace", namespace.as_str()),
    }
}

fn named(named: &Named) -> Details {
    Details::new()
        .with("id", named.id.as_str())
        .with("name", named.name.as_str())
}

/// A rule in one line: `get, list pods, pods/log in core`.
fn rule(rule: &Rule) -> String {
    let verbs = rule.verbs.join(", ");
    if !rule.non_resource_urls.is_empty() {
        return format!("{verbs} {}", rule.non_resource_urls.join(", "));
    }
    let in_words = |group: &String| match group.as_str() {
        "" => "core".to_owned(),
        group => group.to_owned(),
    };
    let groups: Vec<String> = rule.api_groups.iter().map(in_words).collect();
    let mut line = format!("{verbs} {} in {}", rule.resources.join(", "), groups.join(", "));
    if !rule.resource_names.is_empty() {
        line.push_str(" named ");
        line.push_str(&rule.resource_names.join(", "));
    }
    line
}

/// The word of something on the wire.
fn word<T: Serialize>(value: &T) -> String {
    json(value).as_str().unwrap_or_default().to_owned()
}

fn json<T: Serialize>(value: &T) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}
