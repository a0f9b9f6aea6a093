//! The list of every kind: one page for all of them, by the columns that the server sends.

mod address;
mod cells;
mod columns;
mod data;
mod deletion;
mod keys;
mod notices;
mod query;
mod row_menu;
mod table;
mod toolbar;

use crate::api_client::objects::ObjectAddress;
use crate::browser;
use crate::format::sentence::capitalized;
use crate::i18n::text;
use crate::pages::connection_chip::ConnectionChip;
use crate::pages::object::ObjectPanel;
use crate::pages::permission::{Guarded, GuardedLink, about_all};
use crate::routes::{KindPath, ObjectTab, Page as Address};
use crate::shell::kinds;
use crate::state::namespaces::use_namespaces;
use crate::state::toasts::use_toasts;
use crate::ui::{Button, ButtonKind, Chip, Drawer, IconName, PageHeader, Pagination};
pub use data::coverage_sentence;

use address::{ListAddress, ListPlace, page_of};
use columns::ColumnChoice;
use data::ListData;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use muster_api::resource::{Column, CoverageState, Health, Row};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Under this width a drawer would cover the list: the object's own page opens instead.
/// (`.list-page.has-drawer` in `style/pages/list.css` knows the same width).
const NARROW: &str = "(max-width: 900px)";

/// What the parts of a list share.
#[derive(Clone, Copy)]
struct ListContext {
    address: ListAddress,
    data: ListData,
    /// Chosen rows, which stay chosen while pages are turned.
    chosen: RwSignal<BTreeMap<Arc<str>, ObjectAddress>>,
    /// The row that the keyboard is on.
    cursor: RwSignal<Option<Arc<str>>>,
    /// Objects that are about to be deleted, after a question.
    doomed: RwSignal<Vec<ObjectAddress>>,
    /// Which columns a person chose.
    choice: RwSignal<ColumnChoice>,
    /// How wide the table may be.
    room: RwSignal<f64>,
    go_to: Callback<String>,
}

impl ListContext {
    #[expect(clippy::expect_used, reason = "provided by the list page around every part")]
    fn take() -> Self {
        use_context().expect("a part of a list stands in a list")
    }

    fn choose(self, row: &Row, on: bool) {
        self.chosen.update(|chosen| {
            if on {
                chosen.insert(row.id.as_str().into(), self.address.object_of(row));
            } else {
                chosen.remove(row.id.as_str());
            }
        });
    }

    fn choose_page(self, on: bool) {
        let rows = self.data.rows.get_untracked();
        self.chosen.update(|chosen| {
            for row in rows {
                if on {
                    let object = row.row.with_untracked(|row| self.address.object_of(row));
                    chosen.insert(row.id, object);
                } else {
                    chosen.remove(&row.id);
                }
            }
        });
    }

    /// A deleted object is no longer chosen.
    fn forget(self, object: &ObjectAddress) {
        let _gone = self
            .chosen
            .try_update(|chosen| chosen.retain(|_, other| other != object));
    }

    fn choose_column(self, column: &Column, wanted: bool) {
        self.choice.update(|choice| choice.set(column, wanted));
        let text = self.choice.with_untracked(|choice| serde_json::to_string(choice).ok());
        // A browser that keeps nothing shows the usual columns next time, nothing worse.
        let _forgotten_is_fine = browser::store(
            &self.address.place.with_value(|place| columns::storage_key(&place.kind)),
            text.as_deref(),
        );
    }

    fn usual_columns(self) {
        self.choice.set(ColumnChoice::default());
        let _forgotten_is_fine = browser::store(
            &self.address.place.with_value(|place| columns::storage_key(&place.kind)),
            None,
        );
    }

    /// Opens an object beside the list, or on its own page where there is no room.
    fn open(self, open: String) {
        if browser::matches_media(NARROW) {
            let row = self
                .data
                .rows
                .get_untracked()
                .into_iter()
                .find(|row| row.row.with_untracked(|row| self.address.open_text(row) == open));
            if let Some(row) = row {
                let object = row.row.with_untracked(|row| self.address.object_of(row));
                self.go_to.run(page_of(&object, ObjectTab::Overview));
                return;
            }
        }
        // Going from row to row is no way that one wants to go back step by step.
        let was_open = self.address.query.with_untracked(|query| query.open.is_some());
        if was_open {
            self.address.replace(|query| query.open = Some(open));
        } else {
            self.address.go(|query| query.open = Some(open));
        }
    }
}

/// The list that the address names.
#[component]
pub fn ListPage() -> impl IntoView {
    let params = use_params_map();
    let place = Memo::new(move |_| {
        params.with(|params| {
            let part = |name: &str| params.get(name).unwrap_or_default();
            ListPlace {
                cluster: params.get("cluster"),
                kind: KindPath::new(&part("group"), &part("version"), &part("resource")),
            }
        })
    });
    // Another kind or cluster is another list: nothing of the last one stays.
    view! { {move || view! { <List place=place.get() /> }} }.into_any()
}

#[component]
fn List(place: ListPlace) -> impl IntoView {
    let address = ListAddress::new(place.clone());
    let query = {
        let place = place.clone();
        Memo::new(move |_| {
            address
                .query
                .with(|query| query.resource_query(&place.kind, place.cluster.as_deref()))
        })
    };
    let choice = browser::stored(&columns::storage_key(&place.kind)).and_then(|text| serde_json::from_str(&text).ok());
    let navigate = leptos_router::hooks::use_navigate();
    let list = ListContext {
        address,
        data: ListData::follow(query.into()),
        chosen: RwSignal::new(BTreeMap::new()),
        cursor: RwSignal::new(None),
        doomed: RwSignal::new(Vec::new()),
        choice: RwSignal::new(choice.unwrap_or_default()),
        room: RwSignal::new(1000.0),
        go_to: Callback::new(move |address: String| navigate(&address, leptos_router::NavigateOptions::default())),
    };
    provide_context(list);
    keys::listen(&list);
    follow_namespaces(&list);
    mend_the_order(&list);
    let kind = place.kind.clone();
    let title = Signal::derive(move || kinds::plural(&kind));
    Effect::new(move |_| document().set_title(&format!("{} · Muster", title.get())));
    let open = Memo::new(move |_| address.open_object());
    view! {
        <div class="list-page" class:has-drawer=move || open.read().is_some()>
            <div class="list-main">
                <PageHeader title beside=move || view! { <LiveChip /> }>
                    <toolbar::ColumnMenu />
                    {deploy_button(&place)}
                </PageHeader>
                <toolbar::FilterBar />
                <toolbar::StatusChips />
                <notices::CoverageNotices />
                <notices::Body />
            </div>
            {move || {
                open.get()
                    .map(|object| {
                        view! { <ObjectDrawer object /> }
                    })
            }}
            <deletion::DeletionDialog />
        </div>
    }
    .into_any()
}

/// The namespaces that are chosen here stay chosen in the next list.
fn follow_namespaces(list: &ListContext) {
    let namespaces = use_namespaces();
    let address = list.address;
    let place = address.place.get_value();
    if place.kind.known().is_none_or(|kind| kind.namespaced) {
        Effect::new(move |_| {
            let names = address.query.with(|query| query.namespaces.clone());
            namespaces.choose(place.cluster.clone(), names);
        });
    }
}

/// An order by a column that there is not (of another kind, or mistyped) is taken out of the address, and said.
fn mend_the_order(list: &ListContext) {
    let toasts = use_toasts();
    let (address, problem) = (list.address, list.data.order_problem);
    Effect::new(move |_| {
        if let Some(message) = problem.get() {
            problem.set(None);
            toasts.info(capitalized(&message));
            address.replace(|query| query.sort.clear());
        }
    });
}

fn deploy_button(place: &ListPlace) -> Option<AnyView> {
    // Nobody makes these by hand.
    if place.kind.is("core", "events") || place.kind.is("core", "nodes") {
        return None;
    }
    let cluster = place.cluster.clone()?;
    let asked = cluster.clone();
    let deploys = place.kind.is("core", "pods") || place.kind.is("apps", "deployments");
    let (page, word) = if deploys {
        (Address::Deploy { cluster }, text::list::DEPLOY)
    } else {
        (Address::Apply { cluster }, text::list::CREATE)
    };
    let kind = if deploys {
        ButtonKind::Primary
    } else {
        ButtonKind::Secondary
    };
    let known = place.kind.known().map(|kind| (kind.group, kind.resource));
    let makes = if deploys { Some(("apps", "deployments")) } else { known };
    Some(view! { <GuardedLink href=page.href() cluster=asked makes kind icon=IconName::Plus words=word /> }.into_any())
}

/// How the live socket is: what is on screen may be old while it is away.
#[component]
fn LiveChip() -> impl IntoView {
    let list = ListContext::take();
    let has = move |state: CoverageState| list.data.coverage.with(|all| all.iter().any(|one| one.state == state));
    let coming = Memo::new(move |_| has(CoverageState::Loading));
    // Of clusters that are away, or may not be seen, nothing is live, however well the console itself is reached.
    let nothing_comes = Memo::new(move |_| !list.data.coverage.read().is_empty() && !has(CoverageState::Live));
    view! {
        {move || {
            if coming.get() {
                return view! { <Chip health=Health::Busy>{text::list::coverage::LOADING}</Chip> }.into_any();
            }
            if nothing_comes.get() {
                return ().into_any();
            }
            view! { <ConnectionChip /> }.into_any()
        }}
    }
}

/// The line under the table: what can be done with the chosen rows, and the pages.
#[component]
fn Footer() -> impl IntoView {
    let list = ListContext::take();
    let chosen = Memo::new(move |_| list.chosen.with(BTreeMap::len));
    view! {
        <footer class="table-footer">
            <Show when=move || { chosen.get() != 0 }>
                <span role="status">{move || text::list::CHOSEN.count(chosen.get() as u64)}</span>
                <Guarded questions=Signal::derive(move || {
                    about_all(&list.chosen.with(|chosen| chosen.values().cloned().collect::<Vec<_>>()), "delete")
                })>
                    <Button
                        kind=ButtonKind::Danger
                        icon=IconName::Delete
                        on_press=move |_| {
                            list.doomed.set(list.chosen.with_untracked(|chosen| chosen.values().cloned().collect()));
                        }
                    >
                        {text::list::DELETE}
                    </Button>
                </Guarded>
                <Button kind=ButtonKind::Quiet on_press=move |_| list.chosen.set(BTreeMap::new())>
                    {text::list::CHOOSE_NONE}
                </Button>
            </Show>
            <span class="grow"></span>
            <Pagination
                page=Signal::derive(move || list.address.query.with(|query| query.page))
                page_size=Signal::derive(move || list.address.query.with(|query| query.page_size))
                total=list.data.total
                on_page=move |page| list.address.go(|query| query.page = page)
                on_page_size=move |size| {
                    list.address
                        .go(|query| {
                            query.page_size = size;
                            query.page = 1;
                        });
                }
            />
        </footer>
    }
    .into_any()
}

/// The open object.
#[component]
fn ObjectDrawer(object: ObjectAddress) -> impl IntoView {
    let list = ListContext::take();
    let name = object.name.clone();
    view! {
        <Drawer title=name on_close=move |()| list.address.go(|query| query.open = None)>
            <ObjectPanel address=object />
        </Drawer>
    }
    .into_any()
}
