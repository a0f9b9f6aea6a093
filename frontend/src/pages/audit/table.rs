//! The table of events.

use super::{AuditContext, href, words};
use crate::i18n::text;
use crate::ui::{Button, EmptyState, IconName, Pagination, StatusBadge, Time};
use leptos::prelude::*;
use muster_api::audit::{AuditEvent, AuditQuery};
use wasm_bindgen::JsCast;

/// The events, or that there are none.
#[component]
pub(super) fn EventTable(page: AuditContext) -> impl IntoView {
    let is_empty = Memo::new(move |_| page.events().is_empty());
    view! {
        <Show when=move || !is_empty.get() fallback=move || view! { <Nothing page /> }>
            <div class="table-card">
                <div class="table-frame" tabindex="-1">
                    <table class="table audit-table" aria-label=move || text::audit::TITLE.get()>
                        <thead>
                            <tr>
                                <th scope="col">{text::audit::COLUMN_TIME}</th>
                                <th scope="col">{text::audit::COLUMN_WHO}</th>
                                <th scope="col">{text::audit::COLUMN_WHAT}</th>
                                <th scope="col" class="audit-wide">{text::audit::COLUMN_OBJECT}</th>
                                <th scope="col" class="audit-wide">{text::audit::COLUMN_CLUSTER}</th>
                                <th scope="col">{text::audit::COLUMN_RESULT}</th>
                            </tr>
                        </thead>
                        <tbody>
                            <For each=move || page.events() key=|event| event.id.clone() let:event>
                                <EventLine page event />
                            </For>
                        </tbody>
                    </table>
                </div>
                <Footer page />
            </div>
        </Show>
    }
    .into_any()
}

#[component]
fn Nothing(page: AuditContext) -> impl IntoView {
    let is_filtered = Memo::new(move |_| page.address.with(|address| !address.query.is_empty()));
    let title = Signal::derive(move || {
        let title = if is_filtered.get() {
            text::audit::NOTHING_FOUND
        } else {
            text::audit::EMPTY
        };
        title.get().to_owned()
    });
    view! {
        <EmptyState title icon=IconName::Logs>
            <Show when=move || is_filtered.get()>
                <Button on_press=move |_| page.go(|address| address.query = AuditQuery::default())>
                    {text::audit::SHOW_ALL}
                </Button>
            </Show>
        </EmptyState>
    }
    .into_any()
}

#[component]
fn EventLine(page: AuditContext, event: AuditEvent) -> impl IntoView {
    let id = StoredValue::new(event.id.clone());
    let is_open =
        Memo::new(move |_| id.with_value(|id| page.address.with(|address| address.open.as_ref() == Some(id))));
    let link = move || id.with_value(|id| page.address.with(|address| href(&address.opening(id))));
    let held = StoredValue::new(event.clone());
    let action = move || held.with_value(|event| words::action(&event.action));
    let object = move || held.with_value(|event| words::object(&event.object));
    let outcome = Memo::new(move |_| held.with_value(words::outcome));
    let open = move |event: leptos::ev::MouseEvent| {
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let on_link = target.is_some_and(|target| target.closest("a").ok().flatten().is_some());
        if !on_link {
            let id = id.get_value();
            page.replace(|address| address.open = Some(id));
        }
    };
    view! {
        <tr class="audit-line" class:is-open=move || is_open.get() on:click=open>
            <td class="audit-time">
                <Time at=event.time />
            </td>
            <td class="audit-who">
                {move || held.with_value(|event| words::actor(&event.actor))}
                {event.actor.impersonated.map(|name| view! { <small class="dim">{format!(" → {name}")}</small> })}
            </td>
            <th scope="row" class="audit-what">
                <a href=link aria-current=move || is_open.get().then_some("true")>
                    {action}
                </a>
                <small class="dim audit-narrow">{object}</small>
            </th>
            <td class="audit-wide audit-object">{object}</td>
            <td class="audit-wide">{event.object.cluster}</td>
            <td>
                <StatusBadge
                    health=Signal::derive(move || outcome.get().0)
                    word=Signal::derive(move || outcome.get().1.to_owned())
                />
            </td>
        </tr>
    }
    .into_any()
}

#[component]
fn Footer(page: AuditContext) -> impl IntoView {
    let total = Memo::new(move |_| {
        page.loader
            .value()
            .map_or((0, true), |page| (page.total, page.total_is_exact))
    });
    view! {
        <footer class="table-footer">
            <Show when=move || !total.get().1>
                <span class="dim">{text::audit::MORE_THAN_COUNTED}</span>
            </Show>
            <span class="grow"></span>
            <Pagination
                page=Signal::derive(move || page.address.with(|address| address.page))
                page_size=Signal::derive(move || page.address.with(|address| address.page_size))
                total=Signal::derive(move || total.get().0)
                on_page=move |number| page.go(|address| address.page = number)
                on_page_size=move |size| {
                    page.go(|address| {
                        address.page_size = size;
                        address.page = 1;
                    });
                }
            />
        </footer>
    }
    .into_any()
}
