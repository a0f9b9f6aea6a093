//! The log of one container: followed, searched, downloaded. Lines are text, never markup.

use super::log_buffer::marked;
use super::log_stream::{LogStream, LogWish, StreamState};
use crate::api_client::ApiFailure;
use crate::api_client::objects::{self, ObjectAddress};
use crate::browser;
use crate::i18n::{said, text};
use crate::ui::{Button, ButtonKind, FailurePanel, Icon, IconName, Notice};
use leptos::prelude::*;
use leptos::{ev, html};
use muster_api::log::{LogLine, LogQuery};
use muster_api::resource::Health;

/// How many lines come first when no time is chosen.
const FIRST_LINES: u32 = 1_000;
/// How far from the end still counts as "at the end", in pixels.
const END: i32 = 24;

/// The log of a pod's container.
#[component]
pub fn LogView(
    /// The pod.
    pod: ObjectAddress,
    /// Which container first; the pod's default one when none is named.
    container: Option<String>,
) -> impl IntoView {
    let chosen = RwSignal::new(container.unwrap_or_default());
    let previous = RwSignal::new(false);
    let since = RwSignal::new(String::new());
    let timestamps = RwSignal::new(true);
    let wrap = RwSignal::new(true);
    let following = RwSignal::new(true);
    let search = RwSignal::new(String::new());
    let names = container_names(&pod, chosen);
    let pod = StoredValue::new(pod);

    let query = Memo::new(move |_| LogQuery {
        container: Some(chosen.get()).filter(|name| !name.is_empty()),
        follow: !previous.get(),
        previous: previous.get(),
        since_seconds: since.get().parse().ok(),
        since_time: None,
        tail_lines: since.get().is_empty().then_some(FIRST_LINES),
        timestamps: true,
        download: false,
    });
    let stream = LogStream::new();
    Effect::new(move |_| {
        let query = query.get();
        // The pod's containers are known a moment later; the first one is then chosen by name.
        if !chosen.read().is_empty() {
            stream.follow(LogWish {
                pod: pod.get_value(),
                query,
            });
        }
    });
    let download = Signal::derive(move || {
        let query = LogQuery {
            follow: false,
            tail_lines: None,
            timestamps: timestamps.get(),
            download: true,
            ..query.get()
        };
        format!("/api/v1{}", pod.with_value(|pod| pod.log_path(&query)))
    });
    let label = move || text::log::LABEL.with(&[("pod", &pod.with_value(|pod| pod.name.clone()))]);
    view! {
        <section class="log-view" aria-label=label>
            <div class="log-tools">
                <select
                    class="input"
                    aria-label=move || text::log::CONTAINER.get()
                    prop:value=move || chosen.get()
                    on:change=move |event| chosen.set(event_target_value(&event))
                >
                    {move || {
                        names
                            .get()
                            .into_iter()
                            .map(|name| {
                                let selected = name.clone();
                                view! {
                                    <option value=name.clone() selected=move || chosen.get() == selected>
                                        {name.clone()}
                                    </option>
                                }
                            })
                            .collect_view()
                    }}
                </select>
                <select
                    class="input"
                    aria-label=move || text::log::SINCE.get()
                    on:change=move |event| since.set(event_target_value(&event))
                >
                    <option value="">{text::log::SINCE_ALL}</option>
                    <option value="300">{text::log::SINCE_5M}</option>
                    <option value="3600">{text::log::SINCE_1H}</option>
                    <option value="86400">{text::log::SINCE_1D}</option>
                </select>
                <input
                    class="input log-search"
                    type="search"
                    placeholder=move || text::log::SEARCH.get()
                    aria-label=move || text::log::SEARCH.get()
                    on:input=move |event| search.set(event_target_value(&event))
                />
                <Switch label=text::log::FOLLOW on=following />
                <Switch label=text::log::PREVIOUS on=previous />
                <Switch label=text::log::TIMESTAMPS on=timestamps />
                <Switch label=text::log::WRAP on=wrap />
                <a class="button button-quiet" href=move || download.get() download="">
                    <Icon name=IconName::Download />
                    <span>{text::log::DOWNLOAD}</span>
                </a>
            </div>
            <StateLine stream previous />
            <Lines stream search timestamps wrap following label=Signal::derive(label) />
        </section>
    }
    .into_any()
}

/// The pod's containers by name; chooses the first when none is chosen.
fn container_names(pod: &ObjectAddress, chosen: RwSignal<String>) -> RwSignal<Vec<String>> {
    let first: Vec<String> = Some(chosen.get_untracked())
        .filter(|name| !name.is_empty())
        .into_iter()
        .collect();
    let names = RwSignal::new(first);
    let pod = pod.clone();
    leptos::task::spawn_local(async move {
        // When the pod cannot be read, the log's own answer says why.
        let found = match objects::read(&pod).await {
            Ok(object) => super::facts::containers(&object),
            Err(_) => Vec::new(),
        };
        let main = found
            .iter()
            .find(|container| !container.init)
            .map(|container| container.name.clone());
        let all: Vec<String> = found.into_iter().map(|container| container.name).collect();
        if chosen.try_with_untracked(String::is_empty) == Some(true) {
            // A name that is not there makes the server list the ones that are.
            chosen.set(main.unwrap_or_else(|| "?".to_owned()));
        }
        if !all.is_empty() {
            let _page_is_gone = names.try_set(all);
        }
    });
    names
}

#[component]
fn Switch(#[prop(into)] label: Signal<String>, on: RwSignal<bool>) -> AnyView {
    view! {
        <button
            type="button"
            class="button button-quiet log-switch"
            aria-pressed=move || if on.get() { "true" } else { "false" }
            on:click=move |_| on.update(|on| *on = !*on)
        >
            {move || label.get()}
        </button>
    }
    .into_any()
}

#[component]
fn StateLine(stream: LogStream, previous: RwSignal<bool>) -> AnyView {
    let again = move || view! { <Button icon=IconName::Restart on_press=move |_| stream.again()>{text::common::RETRY}</Button> };
    view! {
        {move || match stream.state.get() {
            StreamState::Open => ().into_any(),
            StreamState::Connecting => view! { <p class="log-state dim">{text::log::CONNECTING}</p> }.into_any(),
            StreamState::Reconnecting => view! { <Notice>{text::log::RECONNECTING}</Notice> }.into_any(),
            StreamState::Waiting(reason) => {
                view! {
                    <Notice health=Health::Busy>
                        {move || text::log::WAITING.with(&[("reason", &said(&reason))])}
                    </Notice>
                }
                .into_any()
            }
            StreamState::Ended(reason) => {
                // The whole of an earlier run is here: nothing more of it can come.
                let may_go_on = !previous.get_untracked();
                view! {
                    <Notice health=Health::Idle>
                        <p>{move || text::log::ENDED.with(&[("reason", &said(&reason))])}</p>
                        {may_go_on.then(again)}
                    </Notice>
                }
                .into_any()
            }
            StreamState::Retrying(problem) => {
                let failure = ApiFailure::Problem(Box::new(problem));
                view! {
                    <Notice>
                        <p>{move || text::log::RETRYING.with(&[("reason", &failure.sentence())])}</p>
                        {again()}
                    </Notice>
                }
                .into_any()
            }
            StreamState::Failed(problem) => {
                view! { <FailurePanel failure=ApiFailure::Problem(Box::new(problem)) on_retry=move |()| stream.again() /> }
                    .into_any()
            }
        }}
    }
    .into_any()
}

#[component]
fn Lines(
    stream: LogStream,
    search: RwSignal<String>,
    timestamps: RwSignal<bool>,
    wrap: RwSignal<bool>,
    following: RwSignal<bool>,
    label: Signal<String>,
) -> AnyView {
    let frame = NodeRef::<html::Div>::new();
    let lines = Memo::new(move |_| {
        let wanted = search.get();
        stream.buffer.with(|buffer| buffer.matching(wanted.trim()))
    });
    let to_the_end = move || {
        if let Some(frame) = frame.get_untracked() {
            frame.set_scroll_top(frame.scroll_height());
        }
    };
    Effect::new(move |_| {
        lines.track();
        if following.get() {
            // After the lines are drawn.
            request_animation_frame(to_the_end);
        }
    });
    // Scrolling up lets go of the end, reaching it again takes it up. New lines also move what "the end" is: only a way
    // back up, in a text that did not shrink, is a person's.
    let last = StoredValue::new((0, 0));
    let on_scroll = move |_: ev::Event| {
        let Some(frame) = frame.get_untracked() else { return };
        let (top, height) = (frame.scroll_top(), frame.scroll_height());
        let (last_top, last_height) = last.get_value();
        last.set_value((top, height));
        let at_end = height - top - frame.client_height() < END;
        let went_up = top < last_top && height >= last_height;
        if at_end && !following.get_untracked() {
            following.set(true);
        } else if went_up && !at_end && following.get_untracked() {
            following.set(false);
        }
    };
    view! {
        <div
            class="log-lines"
            class:log-wrap=move || wrap.get()
            tabindex="0"
            role="log"
            aria-label=move || label.get()
            node_ref=frame
            on:wheel=move |event| {
                if event.delta_y() < 0.0 {
                    following.set(false);
                }
            }
            on:scroll=on_scroll
        >
            <Show when=move || stream.buffer.read().dropped() != 0>
                <p class="log-state dim">{move || text::log::DROPPED.count(stream.buffer.read().dropped())}</p>
            </Show>
            <Show when=move || lines.read().is_empty() && stream.state.get() == StreamState::Open>
                <p class="log-state dim">
                    {move || if search.read().trim().is_empty() { text::log::EMPTY.get() } else { text::log::NO_MATCH.get() }}
                </p>
            </Show>
            <For each=move || lines.get() key=|kept| kept.number let:kept>
                {
                    let line = kept.line.clone();
                    view! {
                        <div class="log-line" class:log-alarming=kept.alarming>
                            <Show when=move || timestamps.get()>
                                <span class="log-time" title=line.time.clone()>{time_of(&line)}</span>
                            </Show>
                            <span class="log-text">
                                {move || {
                                    let wanted = search.get();
                                    marked(&kept.line.text, wanted.trim())
                                        .into_iter()
                                        .map(|(part, found)| {
                                            if found { view! { <mark>{part}</mark> }.into_any() } else { part.into_any() }
                                        })
                                        .collect_view()
                                }}
                            </span>
                        </div>
                    }
                }
            </For>
        </div>
        <Show when=move || !following.get() && !lines.read().is_empty()>
            <div class="log-latest">
                <Button
                    kind=ButtonKind::Secondary
                    icon=IconName::ArrowDown
                    on_press=move |_| {
                        following.set(true);
                        to_the_end();
                    }
                >
                    {text::log::LATEST}
                </Button>
            </div>
        </Show>
    }
    .into_any()
}

/// `14:02:11.204` in the browser's zone; its hint is the time as the container runtime wrote it.
fn time_of(line: &LogLine) -> String {
    line.time.as_deref().map(browser::local_clock).unwrap_or_default()
}
