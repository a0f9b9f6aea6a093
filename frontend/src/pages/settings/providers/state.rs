//! The form of a provider while it is open, and fields that read and write one place of it.

use super::draft::{field_of, lines, needs_secret, optional, words};
use crate::i18n::{Text, text};
use crate::state::work::Work;
use crate::ui::{FieldProblems, NumberField, Select, SelectOption, TextArea, TextField};
use leptos::prelude::*;
use muster_api::problem::FieldProblem;
use muster_api::provider::{DirectorySettings, Provider, ProviderRequest, ProviderSettings};

/// What the parts of the form share. Cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct ProviderForm {
    /// What is typed.
    pub(super) draft: RwSignal<ProviderRequest>,
    /// The provider as it is, when there is one.
    pub(super) saved: StoredValue<Option<Provider>>,
    /// Sending it.
    pub(super) work: Work,
    /// What is wrong, each at its field.
    pub(super) shown: FieldProblems,
}

impl ProviderForm {
    pub(super) fn new(draft: ProviderRequest, saved: Option<Provider>) -> Self {
        let work = Work::new();
        let shown = Signal::derive(move || {
            let problems = work.problems.get().into_iter();
            let placed = |problem: FieldProblem| FieldProblem {
                field: field_of(&problem.field),
                ..problem
            };
            problems.map(placed).collect::<Vec<_>>()
        });
        Self {
            draft: RwSignal::new(draft),
            saved: StoredValue::new(saved),
            work,
            shown,
        }
    }

    /// Changes the draft at a field; what was said of the field no longer holds.
    fn change(self, path: &str, change: impl FnOnce(&mut ProviderRequest)) {
        self.draft.update(change);
        self.work.problems.maybe_update(|problems| {
            let count = problems.len();
            problems.retain(|problem| field_of(&problem.field) != path);
            problems.len() != count
        });
    }

    /// A text that reads and writes one place of the draft.
    pub(super) fn value(
        self,
        path: &'static str,
        get: fn(&ProviderRequest) -> String,
        set: fn(&mut ProviderRequest, String),
    ) -> RwSignal<String> {
        let value = RwSignal::new(self.draft.with_untracked(get));
        Effect::new(move |before: Option<()>| {
            let typed = value.get();
            if before.is_some() {
                self.change(path, |draft| set(draft, typed));
            }
        });
        value
    }

    /// A field of one line.
    pub(super) fn line(
        self,
        path: &'static str,
        (label, hint): (Text, Option<Text>),
        get: fn(&ProviderRequest) -> String,
        set: fn(&mut ProviderRequest, String),
    ) -> AnyView {
        let value = self.value(path, get, set);
        view! { <TextField label value hint=words_of(hint) path problems=self.shown /> }.into_any()
    }

    /// The directory's settings, if it is one.
    pub(super) fn directory(draft: &ProviderRequest) -> Option<&DirectorySettings> {
        match &draft.settings {
            ProviderSettings::ActiveDirectory(directory) | ProviderSettings::Ldap(directory) => Some(directory),
            ProviderSettings::GitHub(_) | ProviderSettings::OpenIdConnect(_) => None,
        }
    }

    fn directory_value(
        self,
        path: &'static str,
        get: fn(&DirectorySettings) -> String,
        set: fn(&mut DirectorySettings, &str),
    ) -> RwSignal<String> {
        let value = RwSignal::new(
            self.draft
                .with_untracked(|draft| Self::directory(draft).map(get).unwrap_or_default()),
        );
        Effect::new(move |before: Option<()>| {
            let typed = value.get();
            if before.is_some() {
                self.change(path, |draft| {
                    if let ProviderSettings::ActiveDirectory(directory) | ProviderSettings::Ldap(directory) =
                        &mut draft.settings
                    {
                        set(directory, &typed);
                    }
                });
            }
        });
        value
    }

    /// A directory's field of one line.
    pub(super) fn directory_line(
        self,
        path: &'static str,
        (label, hint): (Text, Option<Text>),
        get: fn(&DirectorySettings) -> String,
        set: fn(&mut DirectorySettings, &str),
    ) -> AnyView {
        let value = self.directory_value(path, get, set);
        view! { <TextField label value hint=words_of(hint) path problems=self.shown monospace=true /> }.into_any()
    }

    /// A directory's field with one entry a line.
    pub(super) fn directory_lines(
        self,
        path: &'static str,
        (label, hint): (Text, Option<Text>),
        get: fn(&DirectorySettings) -> &Vec<String>,
        set: fn(&mut DirectorySettings, Vec<String>),
    ) -> AnyView {
        let first = self.draft.with_untracked(|draft| {
            Self::directory(draft)
                .map(|directory| get(directory).join("\n"))
                .unwrap_or_default()
        });
        let value = RwSignal::new(first);
        Effect::new(move |before: Option<()>| {
            let typed = lines(&value.get());
            if before.is_some() {
                self.change(path, |draft| {
                    if let ProviderSettings::ActiveDirectory(directory) | ProviderSettings::Ldap(directory) =
                        &mut draft.settings
                    {
                        set(directory, typed);
                    }
                });
            }
        });
        view! { <TextArea label value hint=words_of(hint) path problems=self.shown rows=2 monospace=true /> }.into_any()
    }

    /// A directory's number.
    pub(super) fn directory_number(
        self,
        path: &'static str,
        label: Text,
        get: fn(&DirectorySettings) -> u32,
        set: fn(&mut DirectorySettings, u32),
    ) -> AnyView {
        let value = RwSignal::new(self.draft.with_untracked(|draft| Self::directory(draft).map(get)));
        Effect::new(move |before: Option<()>| {
            let typed = value.get();
            if let (Some(number), true) = (typed, before.is_some()) {
                self.change(path, |draft| {
                    if let ProviderSettings::ActiveDirectory(directory) | ProviderSettings::Ldap(directory) =
                        &mut draft.settings
                    {
                        set(directory, number);
                    }
                });
            }
        });
        view! { <NumberField label value path problems=self.shown least=1 /> }.into_any()
    }

    /// One choice of several in a directory.
    pub(super) fn directory_choice(
        self,
        path: &'static str,
        (label, hint): (Text, Option<Text>),
        choices: &'static [(&'static str, Text)],
        get: fn(&DirectorySettings) -> String,
        set: fn(&mut DirectorySettings, &str),
    ) -> AnyView {
        let value = self.directory_value(path, get, set);
        let options = Signal::derive(move || {
            let choices = choices.iter();
            choices
                .map(|(value, label)| SelectOption::new(*value, label.get()))
                .collect::<Vec<_>>()
        });
        view! { <Select label value options hint=words_of(hint) path problems=self.shown /> }.into_any()
    }

    /// A secret: typed to be kept or replaced, never shown.
    pub(super) fn secret(
        self,
        path: &'static str,
        label: Text,
        set: fn(&mut ProviderRequest, Option<String>),
    ) -> AnyView {
        let value = RwSignal::new(String::new());
        Effect::new(move |before: Option<()>| {
            let typed = value.get();
            if before.is_some() {
                self.change(path, |draft| set(draft, Some(typed).filter(|typed| !typed.is_empty())));
            }
        });
        let is_kept = Memo::new(move |_| {
            self.saved
                .with_value(|saved| self.draft.with(|draft| !needs_secret(draft, saved.as_ref())))
        });
        let placeholder = Signal::derive(move || {
            let kept = is_kept.get().then(|| text::providers::SECRET_SET.get());
            kept.unwrap_or_default().to_owned()
        });
        let moved = move || {
            let is_new = self.saved.with_value(Option::is_none);
            let say = if is_kept.get() || is_new {
                text::providers::SECRET_HINT
            } else {
                text::providers::SECRET_MOVED
            };
            say.get().to_owned()
        };
        view! {
            <TextField
                label
                value
                kind="password"
                autocomplete="new-password"
                placeholder
                hint=Signal::derive(moved)
                path
                problems=self.shown
            />
        }
        .into_any()
    }
}

fn words_of(hint: Option<Text>) -> Signal<String> {
    Signal::derive(move || hint.map(|hint| hint.get().to_owned()).unwrap_or_default())
}

/// The shared way to write lists of names in one line.
pub(super) fn joined(names: &[String]) -> String {
    names.join(", ")
}

/// Reads what [`joined`] writes.
pub(super) fn split(text: &str) -> Vec<String> {
    words(text)
}

/// Reads a text that may be absent.
pub(super) fn absent_when_empty(text: &str) -> Option<String> {
    optional(text)
}
