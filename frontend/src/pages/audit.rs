//! The audit log: looked through, taken along, verified.

mod address;
mod detail;
mod filters;
mod table;
mod verification;
mod words;

use crate::api_client::audit;
use crate::i18n::text;
use crate::routes::Page as Address;
use crate::state::loader::Loader;
use crate::ui::{Icon, IconName, LoadFrame, Menu, PageHeader};
use address::AuditAddress;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use muster_api::audit::{AuditEvent, AuditPage as Events};
use std::time::Duration;

/// New events are looked for in this rhythm.
const REFRESH: Duration = Duration::from_secs(30);

/// What the parts of the page share.
#[derive(Clone, Copy)]
struct AuditContext {
    address: Memo<AuditAddress>,
    go: Callback<(AuditAddress, bool)>,
    loader: Loader<Events>,
}

impl AuditContext {
    fn new() -> Self {
        // Not `use_query_map`: between two addresses of the same route it keeps the query of the first.
        let parameters = use_location().query;
        let address = Memo::new(move |_| {
            parameters
                .with(|map| AuditAddress::read(|name| map.get(name), |name| map.get_all(name).unwrap_or_default()))
        });
        let navigate = use_navigate();
        let go = Callback::new(move |(address, replace): (AuditAddress, bool)| {
            let options = NavigateOptions {
                replace,
                scroll: false,
                ..NavigateOptions::default()
            };
            navigate(&href(&address), options);
        });
        // An event that is opened is no reason to ask again.
        let wanted =
            Memo::new(move |_| address.with(|address| (address.query.clone(), address.page, address.page_size)));
        let loader = Loader::new(move || {
            let (query, page, page_size) = wanted.get();
            async move { audit::list(&query, page, page_size).await }
        });
        Self {
            address,
            go,
            loader: loader.every(REFRESH),
        }
    }

    /// Goes to another state of the page; back leads here again.
    fn go(self, change: impl FnOnce(&mut AuditAddress)) {
        self.change(change, false);
    }

    /// Goes to another state of the page in place of this one.
    fn replace(self, change: impl FnOnce(&mut AuditAddress)) {
        self.change(change, true);
    }

    fn change(self, change: impl FnOnce(&mut AuditAddress), replace: bool) {
        let now = self.address.get_untracked();
        let mut next = now.clone();
        change(&mut next);
        if next.query != now.query {
            next.page = 1;
        }
        if next != now {
            self.go.run((next, replace));
        }
    }

    fn events(self) -> Vec<AuditEvent> {
        self.loader.value().map(|page| page.items).unwrap_or_default()
    }

    /// The address names an event, and this is it, when it is on this page of the log.
    fn open_event(self) -> Option<(String, Option<AuditEvent>)> {
        let id = self.address.with(|address| address.open.clone())?;
        let event = self.events().into_iter().find(|event| event.id == id);
        Some((id, event))
    }
}

fn href(address: &AuditAddress) -> String {
    format!("{}{}", Address::Audit.href(), address.write())
}

/// The page of the audit log.
#[component]
pub fn AuditLogPage() -> impl IntoView {
    let page = AuditContext::new();
    provide_context(page);
    Effect::new(move |_| document().set_title(&format!("{} · Muster", text::audit::TITLE.get())));
    let open = Memo::new(move |_| page.open_event());
    view! {
        <div class="list-page" class:has-drawer=move || open.read().is_some()>
            <div class="list-main audit-main">
                <PageHeader title=text::audit::TITLE>
                    <verification::VerifyButton />
                    <ExportMenu page />
                </PageHeader>
                <filters::Filters page />
                <LoadFrame loader=page.loader lines=12>
                    <table::EventTable page />
                </LoadFrame>
            </div>
            {move || {
                open.get()
                    .map(|(id, event)| {
                        view! { <detail::EventDrawer page id event /> }
                    })
            }}
        </div>
    }
    .into_any()
}

/// What is looked for, as a file.
#[component]
fn ExportMenu(page: AuditContext) -> impl IntoView {
    let link = move |format: &'static str, words: crate::i18n::Text| {
        let address = move || {
            page.address
                .with(|address| audit::export_address(&address.query, format))
        };
        // `download` keeps the router from taking the address for one of a page.
        view! {
            <a class="menu-item" role="menuitem" tabindex="-1" href=address download="">
                <Icon name=IconName::Download />
                <span class="grow">{words}</span>
            </a>
        }
    };
    view! {
        <Menu label=text::audit::EXPORT icon=IconName::Download align_end=true>
            {link("jsonl", text::audit::EXPORT_JSON_LINES)}
            {link("csv", text::audit::EXPORT_CSV)}
        </Menu>
    }
    .into_any()
}
