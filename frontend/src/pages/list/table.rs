//! The table of rows.

use super::ListContext;
use super::address::page_of;
use super::cells::cell;
use super::columns::{self, EDGE_WIDTH, Fixed, NAME_WIDTH};
use super::data::LiveRow;
use super::row_menu::RowMenu;
use crate::i18n::text;
use crate::routes::ObjectTab;
use crate::shell::kinds;
use crate::ui::{Icon, IconName, unique_id};
use leptos::prelude::*;
use leptos::{ev, html};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// The rows of the list. Which columns are shown follows the width that there is.
#[component]
pub fn ListTable() -> impl IntoView {
    let list = ListContext::take();
    let frame = NodeRef::<html::Div>::new();
    follow_width(frame, list.room);
    let one_cluster = list.address.place.with_value(|place| place.cluster.is_some());
    let fixed = Memo::new(move |_| Fixed {
        cluster: one_cluster,
        namespace: list.address.query.with(|query| query.namespaces.len() == 1),
    });
    let visible = Memo::new(move |_| {
        list.data.columns.with(|all| {
            list.data.widths.with(|widths| {
                list.choice
                    .with(|choice| columns::visible(all, widths, list.room.get(), choice, fixed.get()))
            })
        })
    });
    provide_context(Visible(visible));
    let width_of = move |index: usize| {
        let flexible = list.data.columns.with(|all| columns::is_flexible(all, index));
        let width = list
            .data
            .widths
            .with(|widths| widths.get(index).copied().unwrap_or(NAME_WIDTH));
        (!flexible).then(|| format!("{width}px"))
    };
    let least = move || {
        let shown = visible.get();
        let widths: f64 = list.data.columns.with(|all| {
            list.data.widths.with(|widths| {
                let width = |index: &usize| {
                    if columns::is_flexible(all, *index) {
                        NAME_WIDTH
                    } else {
                        widths[*index]
                    }
                };
                shown
                    .iter()
                    .filter(|index| **index < all.len() && **index < widths.len())
                    .map(width)
                    .sum()
            })
        });
        format!("{}px", widths + EDGE_WIDTH)
    };
    let caption = move || list.address.place.with_value(|place| kinds::plural(&place.kind));
    view! {
        <div class="table-frame" node_ref=frame tabindex="-1">
            <table
                class="table list-table"
                class:is-waiting=move || list.data.waiting.get()
                class:name-leads=move || list.data.columns.with(|all| columns::name_leads(all))
                style:min-width=least
            >
                <caption class="visually-hidden">{caption}</caption>
                <colgroup>
                    <col class="column-choose" />
                    {move || visible.get().into_iter().map(|index| view! { <col style:width=move || width_of(index) /> }).collect_view()}
                    <col class="column-menu" />
                </colgroup>
                <thead>
                    <tr>
                        <th class="cell-choose"><ChooseAll /></th>
                        {move || visible.get().into_iter().map(|index| view! { <Heading index /> }).collect_view()}
                        <th class="cell-menu"><span class="visually-hidden">{text::list::ROW_ACTIONS}</span></th>
                    </tr>
                </thead>
                <tbody>
                    <For each=move || list.data.rows.get() key=|row| row.id.clone() let:row>
                        <ListRow row />
                    </For>
                </tbody>
            </table>
        </div>
    }
    .into_any()
}

#[derive(Clone, Copy)]
struct Visible(Memo<Vec<usize>>);

/// Keeps `room` at the width of an element.
fn follow_width(frame: NodeRef<html::Div>, room: RwSignal<f64>) {
    Effect::new(move |_| {
        let Some(frame) = frame.get() else { return };
        room.set(f64::from(frame.client_width()));
        let watched = frame.clone();
        let measure = Closure::<dyn FnMut()>::new(move || {
            let width = f64::from(watched.client_width());
            if room.try_get_untracked().is_some_and(|room| (room - width).abs() > 1.0) {
                room.set(width);
            }
        });
        let Ok(observer) = web_sys::ResizeObserver::new(measure.as_ref().unchecked_ref()) else {
            return;
        };
        observer.observe(&frame);
        let kept = StoredValue::new_local((observer, measure));
        on_cleanup(move || {
            let _gone = kept.try_with_value(|(observer, _)| observer.disconnect());
        });
    });
}

#[component]
fn Heading(index: usize) -> impl IntoView {
    let list = ListContext::take();
    let Some(column) = list.data.columns.with_untracked(|all| all.get(index).cloned()) else {
        return ().into_any();
    };
    let id = column.id.clone();
    let direction = Memo::new(move |_| list.address.query.with(|query| query.direction(&id)));
    let order = {
        let id = column.id.clone();
        move || {
            list.address.query.with(|query| {
                let place = query.sort.iter().position(|key| key.column == id)?;
                (query.sort.len() > 1).then(|| (place + 1).to_string())
            })
        }
    };
    let id = column.id.clone();
    let sort = move |event: ev::MouseEvent| {
        let add = event.shift_key();
        list.address.go(|query| *query = query.sorted_by(&id, add));
    };
    let number = columns::is_number(&column);
    let is_name = column.id == "name";
    view! {
        <th
            scope="col"
            class:cell-number=number
            class:cell-name=is_name
            aria-sort=move || match direction.get() {
                None => "none",
                Some(false) => "ascending",
                Some(true) => "descending",
            }
        >
            <button type="button" class="heading" title=move || text::list::SORT_HINT.get() on:click=sort>
                <span class="truncate">{move || columns::title(&column)}</span>
                {move || {
                    direction
                        .get()
                        .map(|descending| {
                            let name = if descending { IconName::ArrowDown } else { IconName::ArrowUp };
                            view! { <Icon name /> }
                        })
                }}
                <span class="heading-order">{order}</span>
            </button>
        </th>
    }
    .into_any()
}

#[component]
fn ChooseAll() -> impl IntoView {
    let list = ListContext::take();
    let all = Memo::new(move |_| {
        let rows = list.data.rows.get();
        !rows.is_empty()
            && list
                .chosen
                .with(|chosen| rows.iter().all(|row| chosen.contains_key(&row.id)))
    });
    view! {
        <input
            type="checkbox"
            aria-label=move || text::list::CHOOSE_ALL.get()
            prop:checked=move || all.get()
            on:change=move |event| list.choose_page(event_target_checked(&event))
        />
    }
}

#[component]
fn ListRow(row: LiveRow) -> impl IntoView {
    let list = ListContext::take();
    let Some(Visible(visible)) = use_context::<Visible>() else {
        return ().into_any();
    };
    let LiveRow { id, row, changes } = row;
    let first = row.get_untracked();
    let object = list.address.object_of(&first);
    let open_text = list.address.open_text(&first);
    let is_chosen = {
        let id = id.clone();
        Memo::new(move |_| list.chosen.with(|chosen| chosen.contains_key(&id)))
    };
    let is_open = {
        let open_text = open_text.clone();
        Memo::new(move |_| {
            list.address
                .query
                .with(|query| query.open.as_deref() == Some(&open_text))
        })
    };
    let is_cursor = {
        let id = id.clone();
        Memo::new(move |_| list.cursor.with(|cursor| cursor.as_ref() == Some(&id)))
    };
    // The same animation under two names: a second change while the first still fades starts it anew.
    let flash = move || match changes.get() {
        0 => "",
        count if count % 2 == 1 => "row-changed-odd",
        _ => "row-changed-even",
    };
    let label_id = unique_id("row");
    let href = page_of(&object, ObjectTab::Overview);
    let name = first.name.clone();
    let labelled = label_id.clone();
    let open = move |event: ev::MouseEvent| {
        if event.ctrl_key() || event.meta_key() || event.shift_key() || event.button() != 0 {
            return;
        }
        event.prevent_default();
        // The router would follow the link to the object's own page.
        event.stop_propagation();
        list.open(open_text.clone());
    };
    let choose = {
        let row = row.clone();
        move |event: ev::Event| list.choose(&row.get_untracked(), event_target_checked(&event))
    };
    let focused = id.clone();
    let cells_row = row.clone();
    let cells = move || {
        let row = cells_row.get();
        list.data.columns.with(|columns| {
            let shown = visible
                .get()
                .into_iter()
                .filter(|index| *index < columns.len() && *index < row.cells.len());
            shown
                .map(|index| {
                    let column = &columns[index];
                    if column.id == "name" {
                        let (href, open) = (href.clone(), open.clone());
                        return view! {
                            <th scope="row" class="cell-name" id=labelled.clone()>
                                <a href=href class="truncate" title=name.clone() on:click=open>{name.clone()}</a>
                            </th>
                        }
                        .into_any();
                    }
                    let number = columns::is_number(column);
                    let since = columns::since(columns, column).and_then(|index| row.cells.get(index));
                    view! { <td class:cell-number=number>{cell(column, &row, &row.cells[index], since)}</td> }
                        .into_any()
                })
                .collect_view()
        })
    };
    view! {
        <tr
            class=flash
            class:is-chosen=move || is_chosen.get()
            class:is-open=move || is_open.get()
            class:is-cursor=move || is_cursor.get()
            data-row=id.to_string()
            tabindex=move || if is_cursor.get() { "0" } else { "-1" }
            aria-selected=move || if is_chosen.get() { "true" } else { "false" }
            on:focusin=move |_| list.cursor.set(Some(focused.clone()))
        >
            <td class="cell-choose">
                <input
                    type="checkbox"
                    aria-label=move || text::list::CHOOSE.get()
                    aria-describedby=label_id
                    tabindex="-1"
                    prop:checked=move || is_chosen.get()
                    on:change=choose
                />
            </td>
            {cells}
            <td class="cell-menu">
                <RowMenu object />
            </td>
        </tr>
    }
    .into_any()
}
