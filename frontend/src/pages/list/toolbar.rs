//! Filter, namespaces, counts by status, columns.

use super::ListContext;
use super::columns;
use super::query;
use crate::api_client::resources;
use crate::format::number::with_separators;
use crate::i18n::text;
use crate::state::loader::{Load, Loader};
use crate::ui::{Button, ButtonKind, Chip, Icon, IconButton, IconName, Kbd, Menu, Skeleton};
use leptos::prelude::*;
use muster_api::resource::{ColumnType, MAX_PAGE_SIZE, ResourceQuery};
use std::time::Duration;

/// How long nobody types before the filter is tried.
const REST: Duration = Duration::from_millis(300);

/// The line of the filter, with what is wrong with it under it.
#[component]
pub fn FilterBar() -> impl IntoView {
    let list = ListContext::take();
    let typed = RwSignal::new(list.address.query.with_untracked(|query| query.filter.clone()));
    // Back, forward and the chips change the address: the field follows.
    Effect::new(move |before: Option<String>| {
        let filter = list.address.query.with(|query| query.filter.clone());
        if before.as_ref() != Some(&filter) && typed.with_untracked(|typed| typed.trim() != filter) {
            typed.set(filter.clone());
        }
        filter
    });
    let apply = move || {
        let filter = typed.get_untracked().trim().to_owned();
        list.address.replace(|query| {
            query.filter = filter;
            query.page = 1;
        });
    };
    let timer = StoredValue::new(None::<TimeoutHandle>);
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
    let namespaced = list
        .address
        .place
        .with_value(|place| place.kind.known().is_none_or(|kind| kind.namespaced));
    let is_pods = list.address.place.with_value(|place| place.kind.is("core", "pods"));
    let example = if is_pods {
        text::list::FILTER_EXAMPLE_PODS
    } else {
        text::list::FILTER_EXAMPLE
    };
    let problem = move || list.data.filter_problem.get();
    view! {
        <div class="filter-bar">
            <div class="filter" class:is-wrong=move || problem().is_some()>
                <Icon name=IconName::Search />
                <input
                    type="search"
                    data-filter=""
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    aria-label=move || text::list::FILTER.get()
                    aria-invalid=move || problem().is_some().then_some("true")
                    aria-describedby="filter-problem"
                    placeholder=move || example.get()
                    prop:value=move || typed.get()
                    on:input=move |event| on_input(event_target_value(&event))
                    on:keydown=move |event| {
                        if event.key() == "Enter" {
                            apply();
                        } else if event.key() == "Escape" && !typed.read_untracked().is_empty() {
                            event.stop_propagation();
                            typed.set(String::new());
                            apply();
                        }
                    }
                />
                <Show
                    when=move || !typed.read().is_empty()
                    fallback=|| view! { <Kbd key="/" /> }
                >
                    <IconButton
                        icon=IconName::Close
                        label=text::list::CLEAR_FILTER
                        on_press=move |_| {
                            typed.set(String::new());
                            apply();
                        }
                    />
                </Show>
            </div>
            {namespaced.then(|| view! { <NamespaceMenu /> })}
            <LabelChip />
            <div id="filter-problem" class="filter-problem" aria-live="polite">
                {move || {
                    problem()
                        .map(|problem| {
                            view! {
                                <p class="field-problem">
                                    <Icon name=IconName::Bad />
                                    <span>{problem}</span>
                                </p>
                            }
                        })
                }}
            </div>
        </div>
    }
    .into_any()
}

/// The labels that the address demands, with the way to take them out.
#[component]
fn LabelChip() -> impl IntoView {
    let list = ListContext::take();
    let selector = Memo::new(move |_| list.address.query.with(|query| query.label_selector.clone()));
    view! {
        <Show when=move || !selector.read().is_empty()>
            <span class="chip label-chip">
                {move || text::list::LABELS.with(&[("selector", &selector.get())])}
                <IconButton
                    icon=IconName::Close
                    label=text::list::CLEAR_LABELS
                    on_press=move |_| {
                        list.address
                            .go(|query| {
                                query.label_selector.clear();
                                query.page = 1;
                            });
                    }
                />
            </span>
        </Show>
    }
    .into_any()
}

/// Which namespaces are shown.
#[component]
fn NamespaceMenu() -> impl IntoView {
    let list = ListContext::take();
    let label = Signal::derive(move || {
        list.address.query.with(|query| match query.namespaces.len() {
            0 => text::list::ALL_NAMESPACES.get().to_owned(),
            1 | 2 => query.namespaces.join(", "),
            many => text::list::NAMESPACES.count(many as u64),
        })
    });
    view! {
        <Menu label panel=true align_end=true class="button namespace-button">
            <NamespaceChoice />
        </Menu>
    }
    .into_any()
}

#[component]
fn NamespaceChoice() -> impl IntoView {
    let list = ListContext::take();
    let place = list.address.place.get_value();
    let loader = Loader::new(move || {
        let mut wanted = ResourceQuery::of("core", "v1", "namespaces");
        wanted.clusters = place.cluster.clone().into_iter().collect();
        wanted.page_size = MAX_PAGE_SIZE;
        wanted.sort = "name".into();
        async move {
            let answer = resources::list(&wanted).await?;
            let mut names: Vec<String> = answer.rows.into_iter().map(|row| row.name).collect();
            names.dedup();
            Ok(names)
        }
    });
    let search = RwSignal::new(String::new());
    let toggle = move |name: &str, on: bool| {
        list.address.go(|query| {
            query.namespaces.retain(|other| other != name);
            if on {
                query.namespaces.push(name.to_owned());
            }
            query.page = 1;
        });
    };
    // A namespace that was typed into the address by hand, or is gone, can still be taken out.
    let names = Memo::new(move |_| {
        let mut names = loader.value().unwrap_or_default();
        list.address
            .query
            .with(|query| names.extend(query.namespaces.iter().cloned()));
        names.sort();
        names.dedup();
        let search = search.get().to_lowercase();
        names.retain(|name| name.contains(&search));
        names
    });
    view! {
        <div class="choice">
            <input
                class="input"
                type="search"
                autocomplete="off"
                spellcheck="false"
                aria-label=move || text::list::SEARCH_NAMESPACE.get()
                placeholder=move || text::list::SEARCH_NAMESPACE.get()
                prop:value=move || search.get()
                on:input=move |event| search.set(event_target_value(&event))
            />
            {move || match loader.state().get() {
                Load::Loading => view! { <Skeleton lines=4 /> }.into_any(),
                Load::Failed(failure) => view! { <p class="field-problem">{move || failure.sentence()}</p> }.into_any(),
                Load::Ready(_) => ().into_any(),
            }}
            <div class="choice-list">
                <For each=move || names.get() key=Clone::clone let:name>
                    {
                        let (shown, pressed) = (name.clone(), name.clone());
                        view! {
                            <label class="checkbox">
                                <input
                                    type="checkbox"
                                    prop:checked=move || list.address.query.with(|query| query.namespaces.contains(&shown))
                                    on:change=move |event| toggle(&pressed, event_target_checked(&event))
                                />
                                <span class="truncate">{name}</span>
                            </label>
                        }
                    }
                </For>
            </div>
            <Button
                kind=ButtonKind::Quiet
                on_press=move |_| {
                    list.address
                        .go(|query| {
                            query.namespaces.clear();
                            query.page = 1;
                        });
                }
            >
                {text::list::ALL_NAMESPACES}
            </Button>
        </div>
    }
    .into_any()
}

/// How many there are by status; a press shows only those.
#[component]
pub fn StatusChips() -> impl IntoView {
    let list = ListContext::take();
    let column = Memo::new(move |_| {
        list.data.columns.with(|columns| {
            let status = columns.iter().find(|column| column.kind == ColumnType::Status);
            status.map_or_else(|| "status".to_owned(), |column| column.id.clone())
        })
    });
    let chosen = Memo::new(move |_| {
        list.address
            .query
            .with(|query| query::demanded(&query.filter, &column.get()))
    });
    let choose = move |status: Option<String>| {
        list.address.go(|query| {
            query.filter = query::demand(&query.filter, &column.get_untracked(), status.as_deref());
            query.page = 1;
        });
    };
    let counts = Memo::new(move |_| list.data.counts.with(|counts| query::merged(counts)));
    let all = move || {
        with_separators(
            list.data
                .counts
                .with(|counts| counts.iter().map(|count| count.count).sum()),
        )
    };
    view! {
        <Show when=move || list.data.counts.with(|counts| !counts.is_empty())>
            <div class="status-chips" role="group" aria-label=move || text::list::BY_STATUS.get()>
                <Chip chosen=Signal::derive(move || chosen.get().is_none()) on_press=move |()| choose(None)>
                    {text::common::ALL}
                    " "
                    {all}
                </Chip>
                <For each=move || counts.get() key=|count| (count.status.clone(), count.health) let:count>
                    {
                        let (health, status) = (count.health, count.status);
                        let (shown, pressed) = (status.clone(), status.clone());
                        let number = {
                            let status = status.clone();
                            move || {
                                counts
                                    .with(|counts| {
                                        let found = counts.iter().find(|count| count.status == status && count.health == health);
                                        with_separators(found.map_or(0, |count| count.count))
                                    })
                            }
                        };
                        let on = Signal::derive(move || chosen.with(|chosen| chosen.as_ref() == Some(&shown)));
                        view! {
                            <Chip
                                health=health
                                chosen=on
                                on_press=move |()| choose((!on.get_untracked()).then(|| pressed.clone()))
                            >
                                {if status.is_empty() { "–".to_owned() } else { status }}
                                " "
                                {number}
                            </Chip>
                        }
                    }
                </For>
            </div>
        </Show>
    }
    .into_any()
}

/// Which columns are shown.
#[component]
pub fn ColumnMenu() -> impl IntoView {
    let list = ListContext::take();
    let all_clusters = list.address.place.with_value(|place| place.cluster.is_none());
    view! {
        <Menu label=text::list::COLUMNS panel=true align_end=true class="button button-quiet">
            <div class="choice">
                <div class="choice-list">
                    {move || {
                        list.data
                            .columns
                            .get()
                            .iter()
                            .filter(|column| column.id != "name" && (all_clusters || column.id != "cluster"))
                            .cloned()
                            .map(|column| {
                                let (shown, title) = (column.clone(), column.clone());
                                view! {
                                    <label class="checkbox">
                                        <input
                                            type="checkbox"
                                            prop:checked=move || list.choice.with(|choice| choice.wants(&shown))
                                            on:change=move |event| list.choose_column(&column, event_target_checked(&event))
                                        />
                                        <span class="truncate">{move || columns::title(&title)}</span>
                                    </label>
                                }
                            })
                            .collect_view()
                    }}
                </div>
                <p class="field-hint">{text::list::COLUMNS_HINT}</p>
                <Button kind=ButtonKind::Quiet on_press=move |_| list.usual_columns()>{text::list::COLUMNS_USUAL}</Button>
            </div>
        </Menu>
    }
    .into_any()
}
