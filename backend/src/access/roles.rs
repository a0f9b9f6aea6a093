//! Roles that people make: checked, never more than their maker has, never in a circle.

use muster_api::access::{Effective, Permission, Role, RoleRequest, Rule};
use muster_api::problem::FieldProblem;
use muster_api::said::{Said, role as warning};
use uuid::Uuid;

use super::snapshot::{Snapshot, fits};
use super::{Access, AccessError, Place, built_in};
use crate::context::RequestContext;
use crate::database::DatabaseError;
use crate::database::roles::{self as table, RoleRecord};

const LONGEST_NAME: usize = 63;
const LONGEST_DESCRIPTION: usize = 500;
const MOST_RULES: usize = 200;

impl Access {
    /// Every role, the built-in ones first.
    pub fn list_roles(&self, _context: &RequestContext) -> Vec<Role> {
        let snapshot = self.snapshot();
        let roles = snapshot.roles();
        roles.into_iter().map(|role| describe(&snapshot, role)).collect()
    }

    /// One role, by id or name.
    pub fn read_role(&self, _context: &RequestContext, role: &str) -> Result<Role, AccessError> {
        let snapshot = self.snapshot();
        let found = snapshot.find_role(role).ok_or_else(|| unknown(role))?;
        Ok(describe(&snapshot, found))
    }

    /// What a role would allow.
    pub fn preview_role(&self, _context: &RequestContext, request: &RoleRequest) -> Result<Effective, AccessError> {
        let snapshot = self.snapshot();
        let inherits = checked_inherits(&snapshot, request, None)?;
        let mut rules = request.rules.clone();
        let mut permissions: std::collections::BTreeSet<Permission> = request.permissions.iter().copied().collect();
        for role in inherits {
            rules.extend(snapshot.rules_of(role));
            permissions.extend(snapshot.permissions_of(role));
        }
        Ok(effective(rules, permissions))
    }

    /// Makes a role.
    pub async fn create_role(&self, context: &RequestContext, request: RoleRequest) -> Result<Role, AccessError> {
        self.keep_role(context, request, None).await
    }

    /// Replaces a role; whoever has it has the new one from now on.
    pub async fn replace_role(
        &self,
        context: &RequestContext,
        role: &str,
        request: RoleRequest,
    ) -> Result<Role, AccessError> {
        let snapshot = self.snapshot();
        let known = snapshot.find_role(role).cloned().ok_or_else(|| unknown(role))?;
        if built_in::is_built_in(known.id) {
            return Err(AccessError::Conflict {
                code: "built-in-role",
                detail: "Built-in roles cannot be changed. Make a role of your own that includes it.".to_owned(),
            });
        }
        self.keep_role(context, request, Some(known)).await
    }

    /// Forgets a role that nobody has and that no other role includes.
    pub async fn delete_role(&self, context: &RequestContext, role: &str) -> Result<(), AccessError> {
        self.require(context, Permission::ManageRoles, &Place::Console)?;
        let snapshot = self.snapshot();
        let known = snapshot.find_role(role).ok_or_else(|| unknown(role))?;
        if built_in::is_built_in(known.id) {
            return Err(AccessError::Conflict {
                code: "built-in-role",
                detail: "Built-in roles cannot be removed.".to_owned(),
            });
        }
        let including = snapshot
            .roles()
            .into_iter()
            .find(|other| other.inherits.contains(&known.id));
        if let Some(other) = including {
            return Err(AccessError::Conflict {
                code: "role-in-use",
                detail: format!("The role {} includes this one: change it first.", other.name),
            });
        }
        if !table::delete(&self.0.database, known.id).await? {
            return Err(AccessError::Conflict {
                code: "role-in-use",
                detail: format!(
                    "The role {} is still granted to somebody: revoke that first.",
                    known.name
                ),
            });
        }
        Ok(self.reload().await?)
    }

    async fn keep_role(
        &self,
        context: &RequestContext,
        request: RoleRequest,
        known: Option<RoleRecord>,
    ) -> Result<Role, AccessError> {
        self.require(context, Permission::ManageRoles, &Place::Console)?;
        let snapshot = self.snapshot();
        let problems = problems_of(&request);
        if !problems.is_empty() {
            return Err(AccessError::Fields(problems));
        }
        let inherits = checked_inherits(&snapshot, &request, known.as_ref().map(|role| role.id))?;
        let role = RoleRecord {
            id: known.as_ref().map_or_else(Uuid::now_v7, |known| known.id),
            name: request.name.trim().to_owned(),
            description: request.description.trim().to_owned(),
            level: request.level,
            rules: request.rules,
            permissions: request.permissions,
            inherits,
            created_at: known.as_ref().map_or_else(|| context.now(), |known| known.created_at),
        };
        let misfit = |binding: &&crate::database::role_bindings::BindingRecord| {
            binding.role_id == role.id && !fits(role.level, &binding.scope)
        };
        if snapshot.bindings().iter().find(misfit).is_some() {
            let message = "The role is granted within scopes that this level does not have: revoke that first.";
            return Err(AccessError::field("level", "role-in-use", message));
        }
        let taken = snapshot
            .roles()
            .into_iter()
            .any(|other| other.id != role.id && other.name.eq_ignore_ascii_case(&role.name));
        if taken {
            return Err(name_taken(&role.name));
        }
        // Whoever has the role gets what it says now: nobody writes more into one than he has himself.
        let mut rules = role.rules.clone();
        for included in &role.inherits {
            rules.extend(snapshot.rules_of(*included));
        }
        self.ensure_within_own(context, &snapshot, &rules, &Place::Console)?;
        let included = role.inherits.iter().flat_map(|id| snapshot.permissions_of(*id));
        for permission in role.permissions.iter().copied().chain(included) {
            if !self.may(context, permission, &Place::Console) {
                return Err(AccessError::Escalation(format!(
                    "You cannot give a role the permission {permission:?}, which you do not have yourself."
                )));
            }
        }
        match table::put(&self.0.database, &role).await {
            Err(DatabaseError::Duplicate) => return Err(name_taken(&role.name)),
            other => other?,
        }
        self.reload().await?;
        self.settle().await;
        let snapshot = self.snapshot();
        let role = snapshot.role(role.id).ok_or_else(|| unknown(&role.name))?;
        Ok(describe(&snapshot, role))
    }
}

fn unknown(role: &str) -> AccessError {
    AccessError::NotFound(format!("role {role:?}"))
}

fn name_taken(name: &str) -> AccessError {
    AccessError::Conflict {
        code: "name-taken",
        detail: format!("There is a role named {name:?} already; names are compared without regard to case."),
    }
}

fn describe(snapshot: &Snapshot, role: &RoleRecord) -> Role {
    Role {
        id: role.id.to_string(),
        name: role.name.clone(),
        description: role.description.clone(),
        built_in: built_in::is_built_in(role.id),
        level: role.level,
        rules: role.rules.clone(),
        permissions: role.permissions.clone(),
        inherits: role.inherits.iter().map(Uuid::to_string).collect(),
        effective: effective(snapshot.rules_of(role.id), snapshot.permissions_of(role.id)),
        bindings: snapshot.uses_of_role(role.id),
    }
}

fn effective(rules: Vec<Rule>, permissions: std::collections::BTreeSet<Permission>) -> Effective {
    let mut distinct: Vec<Rule> = Vec::new();
    for rule in rules {
        if !distinct.contains(&rule) {
            distinct.push(rule);
        }
    }
    Effective {
        warnings: warnings(&distinct, &permissions),
        rules: distinct,
        permissions: permissions.into_iter().collect(),
    }
}

/// What rules allow beyond their words (Kubernetes documentation, "Role Based Access Control Good Practices").
fn warnings(rules: &[Rule], permissions: &std::collections::BTreeSet<Permission>) -> Vec<Said> {
    let any =
        |words: &[String], wanted: &[&str]| words.iter().any(|word| word == "*" || wanted.contains(&word.as_str()));
    let allows = |group: &str, resources: &[&str], verbs: &[&str]| {
        rules
            .iter()
            .any(|rule| any(&rule.api_groups, &[group]) && any(&rule.resources, resources) && any(&rule.verbs, verbs))
    };
    let workloads = ["deployments", "statefulsets", "daemonsets", "replicasets"];
    let creates = ["create", "update", "patch"];
    let creates_pods = allows("", &["pods"], &creates)
        || allows("apps", &workloads, &creates)
        || allows("batch", &["jobs", "cronjobs"], &creates);
    let cases = [
        (
            permissions.contains(&Permission::ManageProviders),
            warning::VOUCHES_FOR_PEOPLE,
        ),
        (
            allows("", &["secrets"], &["get", "list", "watch"]),
            warning::READS_SECRETS,
        ),
        (creates_pods, warning::STARTS_PODS),
        (
            allows("", &["pods/exec", "pods/attach"], &["create", "get"]),
            warning::OPENS_SHELLS,
        ),
        (
            allows("", &["serviceaccounts/token"], &["create"]),
            warning::MAKES_TOKENS,
        ),
        (
            allows("", &["nodes/proxy"], &["get", "create"]),
            warning::SPEAKS_TO_KUBELETS,
        ),
        (allows("", &["persistentvolumes"], &creates), warning::MAKES_VOLUMES),
        (
            allows("rbac.authorization.k8s.io", &["roles", "clusterroles"], &["escalate"])
                || allows(
                    "rbac.authorization.k8s.io",
                    &["roles", "clusterroles", "rolebindings", "clusterrolebindings"],
                    &["bind"],
                ),
            warning::GRANTS_RIGHTS,
        ),
        (
            allows("", &["users", "groups", "serviceaccounts"], &["impersonate"]),
            warning::ACTS_AS_OTHERS,
        ),
        (
            allows("", &["namespaces"], &["update", "patch"]),
            warning::CHANGES_NAMESPACES,
        ),
        (
            allows(
                "admissionregistration.k8s.io",
                &["validatingwebhookconfigurations", "mutatingwebhookconfigurations"],
                &creates,
            ),
            warning::REGISTERS_WEBHOOKS,
        ),
    ];
    cases
        .into_iter()
        .filter(|(holds, _)| *holds)
        .map(|(_, sentence)| sentence.say())
        .collect()
}

fn problems_of(request: &RoleRequest) -> Vec<FieldProblem> {
    let mut problems = Vec::new();
    let name = request.name.trim();
    let allowed = |character: char| character.is_alphanumeric() || matches!(character, ' ' | '.' | '_' | '-');
    if name.is_empty() {
        problems.push(FieldProblem::new("name", "required", "Give the role a name."));
    } else if name.chars().count() > LONGEST_NAME || !name.chars().all(allowed) || Uuid::parse_str(name).is_ok() {
        let message = "Use 1 to 63 letters, digits, spaces, dots, underscores and dashes.";
        problems.push(FieldProblem::new("name", "invalid-name", message));
    }
    if request.description.chars().count() > LONGEST_DESCRIPTION {
        let message = format!("The description may have at most {LONGEST_DESCRIPTION} characters.");
        problems.push(FieldProblem::new("description", "too-long", message));
    }
    if request.rules.len() > MOST_RULES {
        let message = format!("A role has at most {MOST_RULES} rules.");
        problems.push(FieldProblem::new("rules", "too-many", message));
    }
    for (place, rule) in request.rules.iter().enumerate() {
        let field = |name: &str| format!("rules/{place}/{name}");
        if rule.verbs.iter().all(|verb| verb.trim().is_empty()) {
            problems.push(FieldProblem::new(
                field("verbs"),
                "required",
                "A rule needs at least one verb.",
            ));
        }
        let paths = !rule.non_resource_urls.is_empty();
        if paths && (!rule.resources.is_empty() || !rule.api_groups.is_empty()) {
            let message = "A rule is about resources or about paths, never about both.";
            problems.push(FieldProblem::new(field("nonResourceURLs"), "contradiction", message));
        } else if !paths && rule.resources.is_empty() {
            let message = "Name at least one resource, for example pods.";
            problems.push(FieldProblem::new(field("resources"), "required", message));
        } else if !paths && rule.api_groups.is_empty() {
            let message = "Name the API group; the core group is the empty text.";
            problems.push(FieldProblem::new(field("apiGroups"), "required", message));
        }
        let word = |text: &String| {
            text.len() <= 253
                && text
                    .chars()
                    .all(|character| character.is_ascii_graphic() && character != '"')
        };
        let lists = [
            ("verbs", &rule.verbs),
            ("resources", &rule.resources),
            ("apiGroups", &rule.api_groups),
            ("resourceNames", &rule.resource_names),
            ("nonResourceURLs", &rule.non_resource_urls),
        ];
        for (name, words) in lists {
            if !words.iter().all(word) || words.len() > 100 {
                let message = "Each word has at most 253 letters, digits and signs, without spaces.";
                problems.push(FieldProblem::new(field(name), "invalid-word", message));
            }
        }
    }
    problems
}

/// The roles to include, when they exist and none of them includes the role itself.
fn checked_inherits(snapshot: &Snapshot, request: &RoleRequest, own: Option<Uuid>) -> Result<Vec<Uuid>, AccessError> {
    let mut found = Vec::new();
    for text in &request.inherits {
        let role = snapshot
            .find_role(text)
            .ok_or_else(|| AccessError::field("inherits", "unknown-role", format!("There is no role {text:?}.")))?;
        let in_circle = own.is_some_and(|own| snapshot.with_included(role.id).iter().any(|role| role.id == own));
        if in_circle {
            let message = format!(
                "The role {} includes this one: roles cannot include each other.",
                role.name
            );
            return Err(AccessError::field("inherits", "circle", message));
        }
        if !found.contains(&role.id) {
            found.push(role.id);
        }
    }
    Ok(found)
}
