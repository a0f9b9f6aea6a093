//! What would be created, asked of the server while one types: debounced, and only the newest answer counts.

use super::changed_lines::changed_lines;
use super::draft::{Checked, Draft};
use crate::api_client::{ApiFailure, deployments};
use crate::browser;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use muster_api::deployment::{DeploymentForm, DeploymentPreview, DryRun};
use muster_api::object::ObjectReference;
use muster_api::problem::FieldProblem;

/// How long the typing must rest before the server is asked.
const REST_MILLISECONDS: u32 = 250;

/// One object as shown: its YAML, and which lines the last change touched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownObject {
    /// Which object.
    pub object: ObjectReference,
    /// Its manifest.
    pub yaml: String,
    /// For each line: did the last change touch it?
    pub changed: Vec<bool>,
}

/// The preview of a form. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Preview {
    cluster: StoredValue<String>,
    /// The objects of the last answer.
    pub objects: RwSignal<Vec<ShownObject>>,
    /// What the cluster said, and when; absent while it was not asked about what is typed now.
    pub dry_run: RwSignal<Option<(DryRun, i64)>>,
    /// Is an answer on its way?
    pub waiting: RwSignal<bool>,
    /// Why the last question has no answer.
    pub failure: RwSignal<Option<ApiFailure>>,
    /// Grows with each question: an answer to an older one is dropped.
    question: StoredValue<u64>,
    checked: Memo<Checked>,
}

impl Preview {
    /// Asks whenever the form changes.
    pub fn follow(cluster: String, draft: RwSignal<Draft>, checked: Memo<Checked>) -> Self {
        let preview = Self {
            cluster: StoredValue::new(cluster),
            objects: RwSignal::new(Vec::new()),
            dry_run: RwSignal::new(None),
            waiting: RwSignal::new(false),
            failure: RwSignal::new(None),
            question: StoredValue::new(0),
            checked,
        };
        Effect::new(move |_| {
            checked.track();
            if draft.with_untracked(Draft::is_empty) {
                preview.clear();
            } else {
                preview.ask();
            }
        });
        preview
    }

    /// Did the server, or the cluster behind it, not answer the last question?
    pub fn had_no_answer(self) -> bool {
        let unreachable = |said: &DryRun| said.messages.iter().any(|message| message.code == "unreachable");
        let by_cluster = |dry_run: &Option<(DryRun, i64)>| dry_run.as_ref().is_some_and(|(said, _)| unreachable(said));
        self.failure.with_untracked(Option::is_some) || self.dry_run.with_untracked(by_cluster)
    }

    fn clear(self) {
        self.question.update_value(|question| *question += 1);
        self.objects.set(Vec::new());
        self.dry_run.set(None);
        self.waiting.set(false);
        self.failure.set(None);
    }

    /// Asks about what is typed now.
    pub fn ask(self) {
        self.question.update_value(|question| *question += 1);
        let question = self.question.get_value();
        self.waiting.set(true);
        spawn_local(async move {
            TimeoutFuture::new(REST_MILLISECONDS).await;
            // `None`: the page is closed. Another number: something newer is asked.
            let is_newest = move || self.question.try_get_value() == Some(question);
            if !is_newest() {
                return;
            }
            let Checked { form, problems } = self.checked.get_untracked();
            let cluster = self.cluster.get_value();
            let answer = deployments::preview(&cluster, &form, problems.is_empty()).await;
            if is_newest() {
                self.waiting.set(false);
                self.take(&form, answer);
            }
        });
    }

    fn take(self, form: &DeploymentForm, answer: Result<DeploymentPreview, ApiFailure>) {
        match answer {
            Ok(answer) => {
                self.failure.set(None);
                self.show(
                    answer
                        .objects
                        .into_iter()
                        .map(|object| (object.object, object.yaml))
                        .collect(),
                );
                self.dry_run.set(answer.dry_run.map(|said| (said, browser::now())));
            }
            Err(failure) => {
                // What a form with problems would be is not worth a banner: the fields say what is wrong.
                let only_fields = !failure.field_problems().is_empty() && !form.problems().is_empty();
                self.failure.set((!only_fields).then_some(failure));
                self.dry_run.set(None);
            }
        }
    }

    fn show(self, objects: Vec<(ObjectReference, String)>) {
        self.objects.update(|shown| {
            *shown = objects
                .into_iter()
                .map(|(object, yaml)| {
                    let before = shown.iter().find(|earlier| earlier.object.kind == object.kind);
                    let changed = match before {
                        Some(before) if before.yaml == yaml => before.changed.clone(),
                        Some(before) => changed_lines(&before.yaml, &yaml),
                        None => Vec::new(),
                    };
                    ShownObject { object, yaml, changed }
                })
                .collect();
        });
    }

    /// The object that has the name already, as the dry-run found.
    pub fn existing(self) -> Option<ObjectReference> {
        self.dry_run.with(|said| {
            let (said, _) = said.as_ref()?;
            said.messages
                .iter()
                .find(|message| message.code == "exists")
                .map(|message| message.object.clone())
        })
    }

    /// The taken name as a problem of the name field.
    pub fn name_problem(self) -> Option<FieldProblem> {
        let existing = self.existing()?;
        Some(FieldProblem::new(
            "name",
            "exists",
            format!("{} {} exists already", existing.kind, existing.name),
        ))
    }

    /// All objects as one manifest.
    pub fn manifest(self) -> String {
        self.objects.with_untracked(|objects| {
            objects
                .iter()
                .map(|object| object.yaml.trim_end())
                .collect::<Vec<_>>()
                .join("\n---\n")
                + "\n"
        })
    }
}
