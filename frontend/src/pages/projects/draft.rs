//! What the form of a project holds, and the request that it means.

use crate::i18n::text;
use muster_api::access::{ContainerDefaults, Project, ProjectRequest};
use muster_api::problem::FieldProblem;
use muster_api::quantity;
use std::collections::BTreeMap;

/// A pair of a resource's name and a quantity, as typed.
pub(super) type Pair = (String, String);

/// What is typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ProjectDraft {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) namespaces: Vec<String>,
    /// What each namespace may use in all.
    pub(super) quota: Vec<Pair>,
    /// What a container gets that asks for nothing.
    pub(super) requests: Vec<Pair>,
    /// What a container may use at most that says nothing.
    pub(super) limits: Vec<Pair>,
}

fn pairs(map: &BTreeMap<String, String>) -> Vec<Pair> {
    map.iter().map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// Rows that are wholly empty mean nothing.
fn filled(pairs: &[Pair]) -> impl Iterator<Item = (&str, &str)> {
    let trimmed = pairs.iter().map(|(name, value)| (name.trim(), value.trim()));
    trimmed.filter(|(name, value)| !name.is_empty() || !value.is_empty())
}

fn map(pairs: &[Pair]) -> BTreeMap<String, String> {
    filled(pairs)
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

fn problem_of(pairs: &[Pair], path: &str) -> Vec<FieldProblem> {
    let mut problems = Vec::new();
    for (index, (name, value)) in pairs.iter().enumerate() {
        let (name, value) = (name.trim(), value.trim());
        let say = match (name.is_empty(), value.is_empty()) {
            (true, true) => continue,
            (true, false) => text::projects::problem::NAME,
            (false, true) => text::projects::problem::QUANTITY,
            (false, false) if quantity::parse(value).is_none_or(|value| value < 0.0) => {
                text::projects::problem::QUANTITY
            }
            _ if pairs[..index].iter().any(|(other, _)| other.trim() == name) => text::projects::problem::TWICE,
            _ => continue,
        };
        problems.push(FieldProblem::new(format!("{path}/{index}"), "", say.get()));
    }
    problems
}

impl ProjectDraft {
    /// The draft of a project that is there.
    pub(super) fn of(project: &Project) -> Self {
        Self {
            name: project.name.clone(),
            description: project.description.clone(),
            namespaces: project.namespaces.clone(),
            quota: pairs(&project.quota),
            requests: pairs(&project.defaults.requests),
            limits: pairs(&project.defaults.limits),
        }
    }

    /// The request that is meant.
    pub(super) fn request(&self, cluster: &str) -> ProjectRequest {
        ProjectRequest {
            cluster: cluster.to_owned(),
            name: self.name.trim().to_owned(),
            description: self.description.trim().to_owned(),
            namespaces: self.namespaces.clone(),
            quota: map(&self.quota),
            defaults: ContainerDefaults {
                requests: map(&self.requests),
                limits: map(&self.limits),
            },
        }
    }

    /// What is wrong, as far as the browser can tell.
    pub(super) fn problems(&self) -> Vec<FieldProblem> {
        let mut problems = Vec::new();
        if self.name.trim().is_empty() {
            problems.push(FieldProblem::new("name", "required", text::bindings::REQUIRED.get()));
        }
        problems.extend(problem_of(&self.quota, "quota"));
        problems.extend(problem_of(&self.requests, "defaults/requests"));
        problems.extend(problem_of(&self.limits, "defaults/limits"));
        problems.extend(self.limits_below_requests());
        problems
    }

    /// A container that asks for more than it may use is never started.
    fn limits_below_requests(&self) -> Vec<FieldProblem> {
        let value = |pairs: &[Pair], name: &str| {
            let found = filled(pairs).find(|(other, _)| *other == name);
            found.and_then(|(_, value)| quantity::parse(value))
        };
        let mut problems = Vec::new();
        for (index, (name, limit)) in self.limits.iter().enumerate() {
            let (limit, request) = (quantity::parse(limit.trim()), value(&self.requests, name.trim()));
            if let (Some(limit), Some(request)) = (limit, request)
                && limit < request
            {
                problems.push(FieldProblem::new(
                    format!("defaults/limits/{index}"),
                    "",
                    text::projects::problem::BELOW.get(),
                ));
            }
        }
        problems
    }

    /// The quantity problems of the server name the resource; those of the form name the row.
    pub(super) fn placed(&self, problem: FieldProblem) -> FieldProblem {
        let lists = [
            ("quota", &self.quota),
            ("defaults/requests", &self.requests),
            ("defaults/limits", &self.limits),
        ];
        for (path, pairs) in lists {
            let Some(name) = problem.field.strip_prefix(path).and_then(|rest| rest.strip_prefix('/')) else {
                continue;
            };
            if let Some(index) = pairs.iter().position(|(other, _)| other.trim() == name) {
                return FieldProblem {
                    field: format!("{path}/{index}"),
                    ..problem
                };
            }
        }
        problem
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(name: &str, value: &str) -> Pair {
        (name.into(), value.into())
    }

    fn fields(draft: &ProjectDraft) -> Vec<String> {
        draft.problems().into_iter().map(|problem| problem.field).collect()
    }

    #[test]
    fn quantities_are_checked_where_they_stand() {
        let mut draft = ProjectDraft {
            name: "shop".into(),
            quota: vec![pair("requests.cpu", "4"), pair("", ""), pair("pods", "many")],
            ..ProjectDraft::default()
        };
        assert_eq!(fields(&draft), ["quota/2"]);
        draft.quota[2].1 = "20".into();
        assert_eq!(fields(&draft), [] as [&str; 0]);
        draft.quota.push(pair("pods", "30"));
        assert_eq!(fields(&draft), ["quota/3"]);
        assert_eq!(draft.request("c").quota.len(), 2);
    }

    #[test]
    fn defaults_that_no_container_could_start_with_are_refused() {
        let draft = ProjectDraft {
            name: "shop".into(),
            requests: vec![pair("memory", "1Gi")],
            limits: vec![pair("memory", "512Mi")],
            ..ProjectDraft::default()
        };
        assert_eq!(fields(&draft), ["defaults/limits/0"]);
    }

    #[test]
    fn problems_of_the_server_find_their_row() {
        let draft = ProjectDraft {
            quota: vec![pair("pods", "1"), pair("requests.cpu", "x")],
            ..ProjectDraft::default()
        };
        let problem = draft.placed(FieldProblem::new("quota/requests.cpu", "invalid", "no quantity"));
        assert_eq!(problem.field, "quota/1");
        assert_eq!(draft.placed(FieldProblem::new("name", "taken", "taken")).field, "name");
    }
}
