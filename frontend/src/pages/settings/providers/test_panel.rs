//! Trying the settings of the form before they are kept: what was done, step by step, whom it found, and what to mend.

use super::admission::admit;
use super::state::ProviderForm;
use crate::api_client::providers;
use crate::i18n::{self, text};
use crate::state::work::Work;
use crate::ui::{
    Button, Card, Chip, FailurePanel, Icon, IconName, Notice, Properties, Property, StatusBadge, TextField,
};
use leptos::prelude::*;
use muster_api::provider::{
    AdmissionMode, ExternalPrincipal, FoundPerson, PrincipalKind, ProviderTest, ProviderTestRequest, TestStep,
};
use muster_api::resource::Health;

/// More groups than this are counted, not drawn.
const MOST_GROUPS: usize = 200;

/// The panel beside the form.
#[component]
pub(super) fn TestPanel(form: ProviderForm) -> impl IntoView {
    let user = RwSignal::new(String::new());
    let password = RwSignal::new(String::new());
    let answer = RwSignal::new(None::<ProviderTest>);
    let outdated = RwSignal::new(false);
    let work = Work::new();
    let takes_password = form
        .draft
        .with_untracked(|draft| draft.settings.kind().takes_password());
    // The answer was about other settings.
    let settings = Memo::new(move |_| form.draft.with(|draft| draft.settings.clone()));
    Effect::new(move |before: Option<()>| {
        settings.track();
        if before.is_some() {
            outdated.set(true);
        }
    });
    let filled = |value: RwSignal<String>| Some(value.get_untracked()).filter(|text| !text.is_empty());
    let run = move |_| {
        let draft = form.draft.get_untracked();
        let request = ProviderTestRequest {
            provider: form
                .saved
                .with_value(|saved| saved.as_ref().map(|saved| saved.id.clone())),
            settings: draft.settings,
            secrets: draft.secrets,
            user: filled(user).map(|user| user.trim().to_owned()),
            password: filled(password),
        };
        outdated.set(false);
        work.run(async move { providers::test(&request).await }, move |found| {
            let _page_may_be_gone = answer.try_set(Some(found));
        });
    };
    view! {
        <Card title=text::providers::test::TITLE>
            <div class="stack">
                <p class="dim">{text::providers::test::LEAD}</p>
                {takes_password
                    .then(|| {
                        view! {
                            <TextField
                                label=text::providers::test::USER
                                value=user
                                hint=text::providers::test::USER_HINT
                                path="testUser"
                                optional=true
                            />
                            <TextField
                                label=text::providers::test::PASSWORD
                                value=password
                                kind="password"
                                autocomplete="new-password"
                                hint=text::providers::test::PASSWORD_HINT
                                path="testPassword"
                                optional=true
                            />
                        }
                    })}
                <div class="row">
                    <Button icon=IconName::Play on_press=run busy=work.busy>
                        {text::providers::test::RUN}
                    </Button>
                    <span class="dim" role="status">
                        {move || work.busy.get().then(|| text::providers::test::RUNNING.get())}
                    </span>
                </div>
                {move || work.failure.get().map(|failure| view! { <FailurePanel failure /> })}
                <Show when=move || outdated.get() && answer.read().is_some()>
                    <Notice health=Health::Idle>{text::providers::test::OUTDATED}</Notice>
                </Show>
                <div aria-live="polite">
                    {move || answer.get().map(|answer| view! { <Outcome form answer /> })}
                </div>
            </div>
        </Card>
    }
    .into_any()
}

#[component]
fn Outcome(form: ProviderForm, answer: ProviderTest) -> impl IntoView {
    let (health, word) = if answer.works {
        (Health::Good, text::providers::test::WORKS)
    } else {
        (Health::Bad, text::providers::test::FAILS)
    };
    view! {
        <div class="stack">
            <StatusBadge health word />
            <ol class="test-steps">
                {answer.steps.into_iter().map(|step| view! { <Step step /> }).collect_view()}
            </ol>
            {answer
                .warnings
                .into_iter()
                .map(|warning| view! { <Notice health=Health::Warn>{move || i18n::said(&warning)}</Notice> })
                .collect_view()}
            {answer.user.map(|person| view! { <Person form person /> })}
        </div>
    }
    .into_any()
}

#[component]
fn Step(step: TestStep) -> impl IntoView {
    let (code, said) = (step.code, step.said);
    let (health, word) = if step.works {
        (Health::Good, text::providers::test::STEP_WORKS)
    } else {
        (Health::Bad, text::providers::test::STEP_FAILS)
    };
    view! {
        <li>
            <div class="row">
                <strong class="grow">{move || i18n::lookup_or("providers.step", &code, &code)}</strong>
                <StatusBadge health word />
                <span class="dim test-time">{format!("{} ms", step.milliseconds)}</span>
            </div>
            <p>{move || i18n::all_said(&said)}</p>
        </li>
    }
    .into_any()
}

/// Whom the test found, with the groups and how each was found.
#[component]
fn Person(form: ProviderForm, person: FoundPerson) -> impl IntoView {
    let total = person.groups.len();
    let is_listed = Memo::new(move |_| form.draft.with(|draft| draft.admission.mode != AdmissionMode::Anyone));
    let user = ExternalPrincipal {
        kind: PrincipalKind::User,
        external_id: person.external_id.clone(),
        name: person.name.clone(),
    };
    view! {
        <section class="stack" aria-label=move || text::providers::test::FOUND.get()>
            <h3>{text::providers::test::FOUND}</h3>
            <Properties>
                <Property name=text::common::NAME>
                    {person.display_name} " " <span class="dim">{person.name}</span> " " <Admit form is_listed principal=user />
                </Property>
                {person.email.map(|email| view! { <Property name=text::users::EMAIL>{email}</Property> })}
                <Property name=text::providers::test::PLACE monospace=true>
                    {person.place}
                </Property>
                <Property name=text::providers::test::KEY monospace=true>
                    {person.external_id}
                </Property>
            </Properties>
            <h3>{move || text::providers::test::GROUPS.count(total as u64)}</h3>
            <ul class="test-groups">
                {person
                    .groups
                    .into_iter()
                    .take(MOST_GROUPS)
                    .map(|group| {
                        let how = group.how;
                        let principal = ExternalPrincipal {
                            kind: PrincipalKind::Group,
                            external_id: group.external_id,
                            name: group.name.clone(),
                        };
                        view! {
                            <li>
                                <Icon name=IconName::Group />
                                <span class="grow">
                                    <span>{group.name}</span>
                                    <small class="wrap-anywhere">{group.place}</small>
                                </span>
                                <Chip>{move || i18n::lookup_or("providers.how", &how, &how)}</Chip>
                                <Admit form is_listed principal />
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
            {(total > MOST_GROUPS)
                .then(|| view! { <p class="dim">{move || text::providers::test::MORE.count((total - MOST_GROUPS) as u64)}</p> })}
        </section>
    }
    .into_any()
}

/// Puts what the test found on the list of those who may sign in.
#[component]
fn Admit(form: ProviderForm, is_listed: Memo<bool>, principal: ExternalPrincipal) -> impl IntoView {
    let principal = StoredValue::new(principal);
    let is_there = Memo::new(move |_| {
        principal.with_value(|principal| {
            form.draft.with(|draft| {
                let mut listed = draft.admission.listed.iter();
                listed.any(|other| (other.kind, &other.external_id) == (principal.kind, &principal.external_id))
            })
        })
    });
    let hint = Signal::derive(move || {
        principal.with_value(|principal| text::providers::test::ADMIT_OF.with(&[("name", &principal.name)]))
    });
    view! {
        <Show when=move || is_listed.get()>
            <Show
                when=move || !is_there.get()
                fallback=|| view! { <span class="dim">{text::providers::test::ADMITTED}</span> }
            >
                <Button hint on_press=move |_| admit(form, principal.get_value())>
                    {text::providers::test::ADMIT}
                </Button>
            </Show>
        </Show>
    }
    .into_any()
}
