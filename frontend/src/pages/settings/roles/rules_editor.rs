//! The rules of a role as they are typed: kinds, verbs, and what narrows them.

use super::draft::RuleDraft;
use super::wording::CHANGES;
use crate::i18n::text;
use crate::ui::{
    Button, ButtonKind, Checkbox, FieldProblems, Fold, Icon, IconName, Picker, PickerOption, TextField, first_problem,
    narrowed,
};
use leptos::prelude::*;
use muster_api::kind::KINDS;

/// How many kinds the picker shows at once.
const MOST_KINDS: usize = 12;

/// Subresources that people grant and that are no kinds.
const SUBRESOURCES: &[(&str, &str)] = &[
    ("", "pods/log"),
    ("", "pods/exec"),
    ("", "pods/portforward"),
    ("apps", "deployments/scale"),
    ("apps", "statefulsets/scale"),
];

/// One rule in the form. Rules have a number of their own, so that typing in one survives the removal of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RuleLine {
    id: u32,
    groups: RwSignal<String>,
    resources: RwSignal<String>,
    read: RwSignal<bool>,
    changes: [RwSignal<bool>; CHANGES.len()],
    everything: RwSignal<bool>,
    other_verbs: RwSignal<String>,
    names: RwSignal<String>,
    urls: RwSignal<String>,
}

impl RuleLine {
    pub(super) fn new(id: u32, draft: RuleDraft) -> Self {
        Self {
            id,
            groups: RwSignal::new(draft.groups),
            resources: RwSignal::new(draft.resources),
            read: RwSignal::new(draft.read),
            changes: draft.changes.map(RwSignal::new),
            everything: RwSignal::new(draft.everything),
            other_verbs: RwSignal::new(draft.other_verbs),
            names: RwSignal::new(draft.names),
            urls: RwSignal::new(draft.urls),
        }
    }

    /// What is typed; followed when read inside a view.
    pub(super) fn draft(self) -> RuleDraft {
        RuleDraft {
            groups: self.groups.get(),
            resources: self.resources.get(),
            read: self.read.get(),
            changes: self.changes.map(|on| on.get()),
            everything: self.everything.get(),
            other_verbs: self.other_verbs.get(),
            names: self.names.get(),
            urls: self.urls.get(),
        }
    }
}

/// All rules, with a button for another.
#[component]
pub(super) fn RulesEditor(
    /// The rules.
    rules: RwSignal<Vec<RuleLine>>,
    /// The form's problems.
    problems: FieldProblems,
    /// Rules of whole clusters may name paths that are no resources.
    #[prop(into)]
    takes_urls: Signal<bool>,
) -> impl IntoView {
    let add = move |_| {
        rules.update(|rules| {
            let id = rules.iter().map(|rule| rule.id + 1).max().unwrap_or(0);
            rules.push(RuleLine::new(
                id,
                RuleDraft {
                    read: true,
                    ..RuleDraft::default()
                },
            ));
        });
    };
    let own_problem = move || {
        first_problem(problems, "rules").map(|problem| {
            view! {
                <p class="field-problem" role="alert">
                    <Icon name=IconName::Bad />
                    <span>{problem}</span>
                </p>
            }
        })
    };
    view! {
        <div class="stack">
            <For each=move || rules.get() key=|rule| rule.id let:rule>
                <RuleFields rule rules problems takes_urls />
            </For>
            {own_problem}
            <div>
                <Button icon=IconName::Plus on_press=add>
                    {text::roles::ADD_RULE}
                </Button>
            </div>
        </div>
    }
    .into_any()
}

/// Every kind that Muster knows, and the subresources, as choices of the picker.
fn kinds() -> Vec<PickerOption> {
    let kinds = KINDS.iter().map(|kind| (kind.group, kind.resource, kind.kind));
    let subresources = SUBRESOURCES.iter().map(|(group, resource)| (*group, *resource, ""));
    kinds
        .chain(subresources)
        .map(|(group, resource, kind)| {
            let shown = if group.is_empty() { "core" } else { group };
            PickerOption {
                value: format!("{group}|{resource}"),
                label: resource.to_owned(),
                detail: format!("{kind} {shown}").trim().to_owned(),
                icon: IconName::Workload,
            }
        })
        .collect()
}

#[component]
fn RuleFields(
    rule: RuleLine,
    rules: RwSignal<Vec<RuleLine>>,
    problems: FieldProblems,
    takes_urls: Signal<bool>,
) -> impl IntoView {
    let query = RwSignal::new(String::new());
    let index = Memo::new(move |_| rules.with(|rules| rules.iter().position(|other| other.id == rule.id).unwrap_or(0)));
    let problem_at = move |part: &'static str| {
        Signal::derive(move || first_problem(problems, &format!("rules/{}/{part}", index.get())))
    };
    let all = StoredValue::new(kinds());
    let options = Signal::derive(move || all.with_value(|all| query.with(|query| narrowed(all, query, MOST_KINDS))));
    let pick = move |value: String| {
        if let Some((group, resource)) = value.split_once('|') {
            let mut draft = untrack(|| rule.draft());
            draft.add(group, resource);
            rule.groups.set(draft.groups);
            rule.resources.set(draft.resources);
        }
        query.set(String::new());
    };
    let verbs_problem = problem_at("verbs");
    let boxes = CHANGES
        .into_iter()
        .zip(rule.changes)
        .map(|(verb, on)| {
            view! {
                <Checkbox label=Signal::derive(move || verb.to_owned()) checked=on disabled=rule.everything />
            }
        })
        .collect_view();
    view! {
        <fieldset class="rule">
            <legend>{move || text::roles::RULE.with(&[("number", &(index.get() + 1))])}</legend>
            <div class="rule-remove">
                <Button
                    kind=ButtonKind::Quiet
                    icon=IconName::Delete
                    on_press=move |_| rules.update(|rules| rules.retain(|other| other.id != rule.id))
                >
                    {text::common::REMOVE}
                </Button>
            </div>
            <Picker
                label=text::roles::KIND
                query
                options
                on_pick=pick
                hint=text::roles::KIND_HINT
                placeholder=text::roles::KIND_EXAMPLE
            />
            <div class="two-columns">
                <TextField
                    label=text::roles::COLUMN_RESOURCES
                    value=rule.resources
                    hint=text::roles::RESOURCES_HINT
                    problem=problem_at("resources")
                    monospace=true
                />
                <TextField
                    label=text::roles::COLUMN_GROUPS
                    value=rule.groups
                    hint=text::roles::GROUPS_HINT
                    problem=problem_at("apiGroups")
                    monospace=true
                />
            </div>
            <div class="field" role="group" aria-label=move || text::roles::COLUMN_MAY.get()>
                <span class="field-label" aria-hidden="true">
                    {text::roles::COLUMN_MAY}
                </span>
                <div class="verbs">
                    <Checkbox
                        label=text::roles::verb::READ_BOX
                        checked=rule.read
                        disabled=rule.everything
                    />
                    {boxes}
                    <Checkbox label=text::roles::verb::ALL checked=rule.everything />
                </div>
                {move || {
                    verbs_problem
                        .get()
                        .map(|problem| {
                            view! {
                                <p class="field-problem" role="alert">
                                    <Icon name=IconName::Bad />
                                    <span>{problem}</span>
                                </p>
                            }
                        })
                }}
            </div>
            <Fold title=text::roles::NARROWER>
                <div class="two-columns">
                    <TextField
                        label=text::roles::OTHER_VERBS
                        value=rule.other_verbs
                        hint=text::roles::OTHER_VERBS_HINT
                        monospace=true
                        optional=true
                    />
                    <TextField
                        label=text::roles::NAMES
                        value=rule.names
                        hint=text::roles::NAMES_HINT
                        problem=problem_at("resourceNames")
                        monospace=true
                        optional=true
                    />
                    <Show when=move || takes_urls.get()>
                        <TextField
                            label=text::roles::URLS
                            value=rule.urls
                            hint=text::roles::URLS_HINT
                            problem=problem_at("nonResourceURLs")
                            monospace=true
                            optional=true
                        />
                    </Show>
                </div>
            </Fold>
        </fieldset>
    }
    .into_any()
}
