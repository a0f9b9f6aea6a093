//! The deployment form while it is open: the draft, which of its problems are shown, and what the cluster would say.

use super::draft::{Checked, Draft};
use super::preview::Preview;
use crate::browser;
use crate::state::drafts;
use leptos::prelude::*;
use muster_api::problem::FieldProblem;
use std::collections::BTreeSet;

/// Everything that the parts of the form share. Cheap to copy.
#[derive(Clone, Copy)]
pub struct DeployState {
    /// The cluster, as the address names it.
    pub cluster: StoredValue<String>,
    /// The cluster's id.
    pub cluster_id: StoredValue<String>,
    /// Where the draft is kept in the browser.
    storage_key: StoredValue<String>,
    /// What is typed.
    pub draft: RwSignal<Draft>,
    /// The draft read as a form, with its problems.
    pub checked: Memo<Checked>,
    /// The fields that were left once, by key.
    touched: RwSignal<BTreeSet<String>>,
    /// Was sending tried? From then on every problem is shown.
    pub submitted: RwSignal<bool>,
    /// Problems that only the server knows; each goes when its field changes.
    server_problems: RwSignal<Vec<FieldProblem>>,
    /// The problems that are shown.
    pub shown: Memo<Vec<FieldProblem>>,
    /// The objects that would be created, and what the cluster says to them.
    pub preview: Preview,
}

impl DeployState {
    /// Opens the form with the draft that this user left for this cluster.
    pub fn open(cluster: String, cluster_id: String, user: &str) -> Self {
        let storage_key = drafts::key("deploy", user, &cluster_id, "");
        let kept = browser::stored(&storage_key).and_then(|text| serde_json::from_str(&text).ok());
        let draft = RwSignal::new(kept.unwrap_or_default());
        let checked = Memo::new(move |_| draft.with(Draft::check));
        let touched = RwSignal::new(BTreeSet::new());
        let submitted = RwSignal::new(false);
        let server_problems = RwSignal::new(Vec::<FieldProblem>::new());
        let preview = Preview::follow(cluster.clone(), draft, checked);
        let shown = Memo::new(move |_| {
            let own = checked.with(|checked| checked.problems.clone());
            let all = submitted.get();
            let own = touched.with(|touched| {
                own.into_iter()
                    .filter(|problem| all || touched.contains(&problem.field))
                    .collect::<Vec<_>>()
            });
            let mut shown = own;
            // The refusal to create and the dry-run say the same of a taken name: once is enough.
            for problem in server_problems.get().into_iter().chain(preview.name_problem()) {
                if !shown
                    .iter()
                    .any(|other| (&other.field, &other.code) == (&problem.field, &problem.code))
                {
                    shown.push(problem);
                }
            }
            shown
        });
        let state = Self {
            cluster: StoredValue::new(cluster),
            cluster_id: StoredValue::new(cluster_id),
            storage_key: StoredValue::new(storage_key),
            draft,
            checked,
            touched,
            submitted,
            server_problems,
            shown,
            preview,
        };
        state.keep_draft();
        state
    }

    fn keep_draft(self) {
        Effect::new(move |_| {
            let text = self.draft.with(|draft| {
                if draft.is_empty() {
                    None
                } else {
                    serde_json::to_string(draft).ok()
                }
            });
            self.storage_key.with_value(|key| drafts::keep(key, text.as_deref()));
        });
    }

    /// The problem that is shown at a field, if any.
    pub fn problem_at(self, key: impl Into<String>) -> Signal<Option<FieldProblem>> {
        let key = key.into();
        let at_field = move |shown: &Vec<FieldProblem>| shown.iter().find(|problem| problem.field == key).cloned();
        Memo::new(move |_| self.shown.with(&at_field)).into()
    }

    /// Changes the draft at a field; what the server said of the field no longer holds.
    pub fn change(self, key: &str, change: impl FnOnce(&mut Draft)) {
        self.draft.update(change);
        if self
            .server_problems
            .with_untracked(|problems| problems.iter().any(|problem| problem.field == key))
        {
            self.server_problems
                .update(|problems| problems.retain(|problem| problem.field != key));
        }
    }

    /// A field was left: its problems may be shown from now on.
    pub fn touch(self, key: &str) {
        if self.touched.with_untracked(|touched| !touched.contains(key)) {
            self.touched.update(|touched| {
                touched.insert(key.to_owned());
            });
        }
    }

    /// Shows what the server found wrong, each at its field.
    pub fn show_server_problems(self, problems: &[FieldProblem]) {
        let keyed = self.draft.with_untracked(|draft| {
            problems
                .iter()
                .map(|problem| FieldProblem {
                    field: draft.key_of(&problem.field),
                    ..problem.clone()
                })
                .collect()
        });
        self.server_problems.set(keyed);
    }

    /// Empties the form; the namespace stays.
    pub fn discard(self) {
        let namespace = self.draft.with_untracked(|draft| draft.namespace.clone());
        self.draft.set(Draft::empty_in(namespace));
        self.touched.set(BTreeSet::new());
        self.submitted.set(false);
        self.server_problems.set(Vec::new());
    }

    /// Where the draft is kept: what forgets it may run after the page is left.
    pub fn storage_key(self) -> String {
        self.storage_key.get_value()
    }
}
