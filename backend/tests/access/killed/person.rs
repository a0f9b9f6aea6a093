//! Somebody who changes bindings and projects of his own until the console is gone, and knows what must be there then.

use std::collections::BTreeMap;

use muster_api::access::{Binding, BindingScope, Named, Project};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::support::Client;

/// Numbers that differ from call to call; the moments of the kills differ from run to run in any case.
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, end: usize) -> usize {
        // xorshift64
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end as u64).unwrap()
    }

    pub fn one_of<'t, T>(&mut self, all: &'t [T]) -> &'t T {
        &all[self.below(all.len())]
    }
}

/// What somebody has: bindings by id with role and scope, projects by id with name, namespaces and quota.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rights {
    pub bindings: BTreeMap<String, (Named, BindingScope)>,
    pub projects: BTreeMap<String, (String, Vec<String>, String)>,
}

impl Rights {
    pub fn grant(&mut self, binding: Binding) {
        self.bindings.insert(binding.id, (binding.role, binding.scope));
    }

    pub fn keep(&mut self, project: Project) {
        let pods = project.quota.get("pods").cloned().unwrap_or_default();
        self.projects
            .insert(project.id, (project.name, project.namespaces, pods));
    }

    fn remove(&mut self, project: &str) {
        self.projects.remove(project);
        let of_project = |scope: &BindingScope| matches!(scope, BindingScope::Project { project: id } if id == project);
        self.bindings.retain(|_, (_, scope)| !of_project(scope));
    }
}

#[derive(Clone, Debug)]
pub enum Change {
    Grant {
        role: &'static str,
        scope: Value,
    },
    Revoke(String),
    Make(Value),
    Replace(String, Value),
    Remove(String),
    /// Somebody without any right gives himself one.
    Usurp,
}

/// Somebody who changes rights, one change after another.
pub struct Person {
    pub number: usize,
    pub id: String,
    pub tokens: [String; 2],
    pub cluster: String,
    pub namespaces: [String; 2],
    pub random: Random,
    pub rights: Rights,
    /// The change that no answer came to.
    pub unanswered: Option<Change>,
    pub answered: usize,
}

impl Person {
    fn next_change(&mut self) -> Change {
        let projects: Vec<String> = self.rights.projects.keys().cloned().collect();
        let bindings: Vec<String> = self.rights.bindings.keys().cloned().collect();
        match self.random.below(12) {
            0..5 => self.next_grant(&projects),
            5..8 if !bindings.is_empty() => Change::Revoke(self.random.one_of(&bindings).clone()),
            8 if !projects.is_empty() => Change::Replace(self.random.one_of(&projects).clone(), self.next_project()),
            9 if !projects.is_empty() => Change::Remove(self.random.one_of(&projects).clone()),
            10 => Change::Usurp,
            _ => Change::Make(self.next_project()),
        }
    }

    fn next_grant(&mut self, projects: &[String]) -> Change {
        let cluster = &self.cluster;
        let role = *self
            .random
            .one_of(&["project-viewer", "project-member", "project-owner"]);
        match self.random.below(3) {
            0 => Change::Grant {
                role: self.random.one_of(&["cluster-viewer", "cluster-operator"]),
                scope: json!({"kind": "cluster", "cluster": cluster}),
            },
            1 if !projects.is_empty() => Change::Grant {
                role,
                scope: json!({"kind": "project", "project": self.random.one_of(projects)}),
            },
            _ => Change::Grant {
                role,
                scope: json!({"kind": "namespace", "cluster": cluster, "namespace": self.random.one_of(&self.namespaces)}),
            },
        }
    }

    /// Namespaces are taken by other projects now and then, and names too: such a change is refused.
    fn next_project(&mut self) -> Value {
        let mut namespaces = self.namespaces.to_vec();
        namespaces.truncate(self.random.below(3));
        let name = format!("project-{}-{}", self.number, self.random.below(4));
        let pods = (10 + self.random.below(10)).to_string();
        json!({"cluster": self.cluster, "name": name, "namespaces": namespaces, "quota": {"pods": pods}})
    }

    /// Changes something again and again until the console is gone.
    pub async fn work(mut self, base: String, answers: watch::Sender<usize>) -> Self {
        let [mine, of_nobody] = [0, 1].map(|place| Client::new(&base).with_token(&self.tokens[place]));
        loop {
            let change = self.next_change();
            let me = json!({"kind": "user", "id": self.id});
            let request = match &change {
                Change::Grant { role, scope } => mine
                    .request(Method::POST, "/api/v1/bindings")
                    .json(&json!({"role": role, "subject": me, "scope": scope})),
                Change::Usurp => of_nobody.request(Method::POST, "/api/v1/bindings").json(&json!({
                    "role": "cluster-owner", "subject": me, "scope": {"kind": "cluster", "cluster": self.cluster},
                })),
                Change::Revoke(id) => mine.request(Method::DELETE, &format!("/api/v1/bindings/{id}")),
                Change::Make(project) => mine.request(Method::POST, "/api/v1/projects").json(project),
                Change::Replace(id, project) => mine
                    .request(Method::PUT, &format!("/api/v1/projects/{id}"))
                    .json(project),
                Change::Remove(id) => mine.request(Method::DELETE, &format!("/api/v1/projects/{id}")),
            };
            self.unanswered = Some(change.clone());
            let Ok(response) = request.send().await else {
                return self;
            };
            let status = response.status();
            let Ok(text) = response.text().await else {
                return self;
            };
            self.unanswered = None;
            self.answered += 1;
            answers.send_modify(|count| *count += 1);
            if !status.is_success() {
                let code = status.as_u16();
                let expected = match change {
                    Change::Usurp => [403, 404].contains(&code),
                    Change::Grant { .. } | Change::Make(_) | Change::Replace(..) => [409, 422].contains(&code),
                    Change::Revoke(_) | Change::Remove(_) => false,
                };
                assert!(expected, "{status} to {change:?}: {text}");
                continue;
            }
            match change {
                Change::Grant { .. } => self.rights.grant(serde_json::from_str(&text).unwrap()),
                Change::Make(asked) | Change::Replace(_, asked) => {
                    let kept: Project = serde_json::from_str(&text).unwrap();
                    let id = kept.id.clone();
                    self.rights.keep(kept);
                    // Whatever others change at the same time.
                    assert_eq!(
                        self.rights.projects[&id],
                        of_request(&asked),
                        "the answer is what was asked"
                    );
                }
                Change::Revoke(id) => drop(self.rights.bindings.remove(&id)),
                Change::Remove(id) => self.rights.remove(&id),
                Change::Usurp => panic!("somebody without rights was given one: {text}"),
            }
        }
    }

    /// Compares with what the console has after its start. What was not answered to happened wholly or not at all.
    pub fn compare(&mut self, found: &Rights) {
        let mut happened = self.rights.clone();
        let mut new_ones = found.clone();
        new_ones.bindings.retain(|id, _| !self.rights.bindings.contains_key(id));
        new_ones.projects.retain(|id, _| !self.rights.projects.contains_key(id));
        match self.unanswered.take() {
            Some(Change::Grant { role, scope }) => {
                let as_asked = |(found, within): &(Named, BindingScope)| {
                    found.name == role && serde_json::to_value(within).unwrap() == scope
                };
                let made = new_ones.bindings.into_iter().take(1);
                happened.bindings.extend(made.filter(|(_, binding)| as_asked(binding)));
            }
            Some(Change::Make(asked)) => {
                let made = new_ones.projects.into_iter().take(1);
                happened
                    .projects
                    .extend(made.filter(|(_, project)| *project == of_request(&asked)));
            }
            Some(Change::Replace(id, asked)) => drop(happened.projects.insert(id, of_request(&asked))),
            Some(Change::Revoke(id)) => drop(happened.bindings.remove(&id)),
            Some(Change::Remove(id)) => happened.remove(&id),
            Some(Change::Usurp) | None => {}
        }
        if *found != self.rights {
            assert_eq!(*found, happened, "neither that nor {:?}", self.rights);
            self.rights = happened;
        }
    }
}

fn of_request(project: &Value) -> (String, Vec<String>, String) {
    let namespaces = project["namespaces"].as_array().unwrap();
    let mut namespaces: Vec<String> = namespaces
        .iter()
        .map(|name| name.as_str().unwrap().to_owned())
        .collect();
    namespaces.sort();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (text(&project["name"]), namespaces, text(&project["quota"]["pods"]))
}
