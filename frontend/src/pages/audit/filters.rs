//! What is looked for: a search, an action, a result, a time, and more under "More".

use super::{AuditContext, words};
use crate::browser;
use crate::i18n::{Text, text};
use crate::ui::{Button, ButtonKind, Chip, Icon, IconName, Menu, Select, SelectOption, TextField};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use muster_api::audit::{AuditAction, AuditQuery};
use std::time::Duration;

/// How long nobody types before the search is made.
const REST: Duration = Duration::from_millis(300);
/// The value of the choice of a time that is none of the usual ones.
const OTHER: &str = "other";
/// Times that are often looked for, in hours.
const SPANS: [(&str, i64, Text); 4] = [
    ("1", 1, text::audit::time::HOUR),
    ("24", 24, text::audit::time::DAY),
    ("168", 7 * 24, text::audit::time::WEEK),
    ("720", 30 * 24, text::audit::time::MONTH),
];

/// The line of filters, and what is looked for under it.
#[component]
pub(super) fn Filters(page: AuditContext) -> impl IntoView {
    view! {
        <div class="audit-filters">
            <Search page />
            <ActionChoice page />
            <ResultChoice page />
            <TimeChoice page />
            <MoreMenu page />
        </div>
        <Chosen page />
    }
    .into_any()
}

/// A value that follows a part of the address.
fn following(page: AuditContext, part: impl Fn(&AuditQuery) -> String + Send + Sync + 'static) -> RwSignal<String> {
    let now = Memo::new(move |_| page.address.with(|address| part(&address.query)));
    let value = RwSignal::new(now.get_untracked());
    Effect::new(move |_| {
        let now = now.get();
        if value.with_untracked(|value| *value != now) {
            value.set(now);
        }
    });
    value
}

#[component]
fn Search(page: AuditContext) -> impl IntoView {
    let typed = following(page, |query| query.text.clone());
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let apply = move || {
        let text = typed.get_untracked().trim().to_owned();
        page.replace(|address| address.query.text = text);
    };
    let on_input = move |text: String| {
        typed.set(text);
        if let Some(timer) = timer.get_value() {
            timer.clear();
        }
        let waiting = set_timeout_with_handle(
            move || {
                if timer.try_get_value().is_some() {
                    apply();
                }
            },
            REST,
        );
        timer.set_value(waiting.ok());
    };
    view! {
        <div class="filter audit-search">
            <Icon name=IconName::Search />
            <input
                type="search"
                data-filter=""
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                aria-label=move || text::audit::SEARCH.get()
                placeholder=move || text::audit::SEARCH.get()
                prop:value=move || typed.get()
                on:input=move |event| on_input(event_target_value(&event))
                on:keydown=move |event| {
                    if event.key() == "Enter" {
                        apply();
                    }
                }
            />
        </div>
    }
    .into_any()
}

#[component]
fn ActionChoice(page: AuditContext) -> impl IntoView {
    let value = following(page, |query| query.actions.first().cloned().unwrap_or_default());
    let options = Signal::derive(|| {
        let all = SelectOption::new("", text::audit::ANY_ACTION.get());
        let of = |action: &AuditAction| SelectOption::new(action.as_str(), words::action(action.as_str()));
        std::iter::once(all)
            .chain(AuditAction::ALL.iter().map(of))
            .collect::<Vec<_>>()
    });
    let choose = move |word: String| {
        page.go(|address| address.query.actions = Some(word).filter(|word| !word.is_empty()).into_iter().collect());
    };
    view! { <Select label=text::audit::COLUMN_WHAT value options on_change=Callback::new(choose) /> }.into_any()
}

#[component]
fn ResultChoice(page: AuditContext) -> impl IntoView {
    let value = following(page, |query| query.result.clone());
    let options = Signal::derive(|| {
        vec![
            SelectOption::new("", text::audit::ANY_RESULT.get()),
            SelectOption::new("ok", text::audit::result::OK.get()),
            SelectOption::new("denied", text::audit::result::DENIED.get()),
            SelectOption::new("failed", text::audit::result::FAILED.get()),
            SelectOption::new("begun", text::audit::result::BEGUN.get()),
        ]
    });
    let choose = move |word: String| page.go(|address| address.query.result = word);
    view! { <Select label=text::audit::COLUMN_RESULT value options on_change=Callback::new(choose) /> }.into_any()
}

#[component]
fn TimeChoice(page: AuditContext) -> impl IntoView {
    let value = following(page, |query| {
        let is_any = query.since.is_empty() && query.until.is_empty();
        if is_any { String::new() } else { OTHER.to_owned() }
    });
    let options = Signal::derive(move || {
        let mut options = vec![SelectOption::new("", text::audit::time::ANY.get())];
        let (since, until) = page
            .address
            .with(|address| (address.query.since.clone(), address.query.until.clone()));
        if !(since.is_empty() && until.is_empty()) {
            let shown = |time: &str| {
                if time.is_empty() {
                    "…".to_owned()
                } else {
                    browser::local_date_and_time(time)
                }
            };
            options.push(SelectOption::new(
                OTHER,
                format!("{} – {}", shown(&since), shown(&until)),
            ));
        }
        options.extend(SPANS.map(|(id, _, words)| SelectOption::new(id, words.get())));
        options
    });
    let choose = move |id: String| {
        let span = SPANS.iter().find(|(span, _, _)| *span == id);
        let since = span.map(|(_, hours, _)| browser::rfc3339(browser::now() - hours * 3_600_000));
        if id != OTHER {
            page.go(|address| {
                address.query.since = since.unwrap_or_default();
                address.query.until = String::new();
            });
        }
    };
    view! { <Select label=text::audit::COLUMN_TIME value options on_change=Callback::new(choose) /> }.into_any()
}

/// The filters that are seldom needed.
#[component]
fn MoreMenu(page: AuditContext) -> impl IntoView {
    view! {
        <Menu label=text::audit::MORE_FILTERS icon=IconName::Filter panel=true align_end=true>
            <MoreForm page />
        </Menu>
    }
    .into_any()
}

#[component]
fn MoreForm(page: AuditContext) -> impl IntoView {
    let actor = following(page, |query| query.actor.clone());
    let cluster = following(page, |query| query.cluster.clone());
    let namespace = following(page, |query| query.namespace.clone());
    let resource = following(page, |query| query.resource.clone());
    let name = following(page, |query| query.name.clone());
    let since = following(page, |query| browser::local_input(&query.since));
    let until = following(page, |query| browser::local_input(&query.until));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let read = |value: RwSignal<String>| value.get_untracked().trim().to_owned();
        page.go(|address| {
            let query = &mut address.query;
            query.actor = read(actor);
            query.cluster = read(cluster);
            query.namespace = read(namespace);
            query.resource = read(resource);
            query.name = read(name);
            query.since = browser::rfc3339_of_input(&read(since)).unwrap_or_default();
            query.until = browser::rfc3339_of_input(&read(until)).unwrap_or_default();
        });
    };
    view! {
        <form class="stack audit-form" on:submit=submit>
            <TextField label=text::audit::COLUMN_WHO value=actor hint=text::audit::WHO_HINT />
            <TextField label=text::audit::COLUMN_CLUSTER value=cluster />
            <TextField label=text::audit::NAMESPACE value=namespace />
            <TextField label=text::audit::RESOURCE value=resource hint=text::audit::RESOURCE_HINT />
            <TextField label=text::audit::NAME value=name />
            <TextField label=text::audit::time::SINCE value=since kind="datetime-local" />
            <TextField label=text::audit::time::UNTIL value=until kind="datetime-local" />
            <Button submit=true kind=ButtonKind::Primary>
                {text::audit::LOOK}
            </Button>
        </form>
    }
    .into_any()
}

/// A part of what is looked for that stands under the line of filters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Actor,
    Cluster,
    Namespace,
    Resource,
    Name,
}

impl Part {
    const ALL: [Self; 5] = [Self::Actor, Self::Cluster, Self::Namespace, Self::Resource, Self::Name];

    fn words(self) -> Text {
        match self {
            Self::Actor => text::audit::COLUMN_WHO,
            Self::Cluster => text::audit::COLUMN_CLUSTER,
            Self::Namespace => text::audit::NAMESPACE,
            Self::Resource => text::audit::RESOURCE,
            Self::Name => text::audit::NAME,
        }
    }

    fn of(self, query: &mut AuditQuery) -> &mut String {
        match self {
            Self::Actor => &mut query.actor,
            Self::Cluster => &mut query.cluster,
            Self::Namespace => &mut query.namespace,
            Self::Resource => &mut query.resource,
            Self::Name => &mut query.name,
        }
    }
}

/// What is looked for beyond the line of filters; a press takes it away.
#[component]
fn Chosen(page: AuditContext) -> impl IntoView {
    let chosen = Memo::new(move |_| {
        let mut query = page.address.with(|address| address.query.clone());
        let with_value = |part: Part| (part, std::mem::take(part.of(&mut query)));
        let parts = Part::ALL.map(with_value).into_iter();
        parts.filter(|(_, value)| !value.is_empty()).collect::<Vec<_>>()
    });
    let chip = move |(part, value): (Part, String)| {
        let take_away = move |()| page.go(|address| part.of(&mut address.query).clear());
        view! {
            <Chip on_press=Callback::new(take_away) chosen=true>
                {move || text::audit::CHOSEN.with(&[("name", &part.words().get()), ("value", &value)])}
                <Icon name=IconName::Close />
            </Chip>
        }
    };
    view! { <div class="audit-chosen">{move || chosen.get().into_iter().map(chip).collect_view()}</div> }.into_any()
}
