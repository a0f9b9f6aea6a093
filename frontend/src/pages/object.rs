//! One object: its page, and the same in short beside a list.

mod actions;
mod dock;
mod events;
mod explanation;
mod facts;
mod keys;
mod log_buffer;
mod log_stream;
mod logs;
mod overview;
mod panel;
mod parts;
mod related;
mod shell;
mod shell_stream;
mod source;
mod yaml;

pub use dock::{DockLog, DockYaml};
pub use explanation::ExplanationView;
pub use keys::listen_elsewhere;
pub use logs::LogView;
pub use panel::ObjectPanel;
pub use shell::{ShellOpener, ShellView};
pub use source::LiveObject;
use yaml::EditableYaml;
pub use yaml::YamlView;

use crate::api_client::objects::ObjectAddress;
use crate::i18n::text;
use crate::routes::{self, KindPath, ObjectTab};
use crate::shell::kinds;
use crate::ui::{EmptyState, FailurePanel, IconName, Notice, Page, PageHeader, Skeleton, StatusBadge, Tab, Tabs};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate, use_params_map};
use muster_api::resource::Health;
use source::Phase;

/// The page of the object that the address names.
#[component]
pub fn ObjectPage() -> impl IntoView {
    let params = use_params_map();
    // Not `use_query_map`: between two addresses of the same route it keeps the query of the first.
    let query = use_location().query;
    let address = Memo::new(move |_| params.with(address_of));
    let tab = Memo::new(move |_| ObjectTab::parse(&query.with(|query| query.get("tab").unwrap_or_default())));
    let navigate = use_navigate();
    let go = Callback::new(move |(tab, replace): (ObjectTab, bool)| {
        let page = page_of(&address.get_untracked(), tab);
        let options = NavigateOptions {
            scroll: false,
            replace,
            ..NavigateOptions::default()
        };
        navigate(&page.href(), options);
    });
    view! {
        <Page title=Signal::derive(move || address.get().name)>
            // Another object is another page: nothing of the last one stays.
            {move || {
                let address = address.get();
                view! { <ObjectContent address tab go /> }
            }}
        </Page>
    }
    .into_any()
}

fn address_of(params: &leptos_router::params::ParamsMap) -> ObjectAddress {
    let part = |name: &str| params.get(name).unwrap_or_default();
    ObjectAddress {
        cluster: part("cluster"),
        kind: KindPath::new(&part("group"), &part("version"), &part("resource")),
        namespace: Some(part("namespace")).filter(|namespace| namespace != "-"),
        name: part("name"),
    }
}

/// The object's page with one of its parts open.
pub fn page_of(address: &ObjectAddress, tab: ObjectTab) -> routes::Page {
    routes::Page::Object {
        cluster: address.cluster.clone(),
        kind: address.kind.clone(),
        namespace: address.namespace.clone(),
        name: address.name.clone(),
        tab,
    }
}

#[component]
fn ObjectContent(address: ObjectAddress, tab: Memo<ObjectTab>, go: Callback<(ObjectTab, bool)>) -> AnyView {
    let live = LiveObject::new(address.clone());
    keys::listen(&address, tab, go);
    let editing = Signal::derive(move || tab.get() == ObjectTab::Edit);
    let on_editing = Callback::new(move |on| go.run((if on { ObjectTab::Edit } else { ObjectTab::Yaml }, true)));
    // The editor stands in the part of the text: opening it draws nothing else anew.
    let shown = Memo::new(move |_| match tab.get() {
        ObjectTab::Edit => ObjectTab::Yaml,
        tab => tab,
    });
    let is_pod = address.kind.is("core", "pods");
    let tabs = Signal::derive(move || {
        let mut tabs = vec![
            Tab::new("overview", text::object::tabs::OVERVIEW),
            Tab::new("yaml", text::object::tabs::YAML),
            Tab::new("events", text::object::tabs::EVENTS),
            Tab::new("related", text::object::tabs::RELATED),
        ];
        if is_pod {
            tabs.push(Tab::new("logs", text::object::tabs::LOGS));
        }
        tabs
    });
    let shown_address = StoredValue::new(address.clone());
    let part = move || {
        let address = shown_address.get_value();
        match shown.get() {
            ObjectTab::Overview => view! { <overview::ObjectOverview live /> }.into_any(),
            ObjectTab::Yaml | ObjectTab::Edit => view! { <EditableYaml live wanted=editing on_editing /> }.into_any(),
            ObjectTab::Events => view! { <events::ObjectEvents address /> }.into_any(),
            ObjectTab::Related => view! { <related::RelatedObjects address /> }.into_any(),
            ObjectTab::Logs => view! { <LogView pod=address container=None /> }.into_any(),
        }
    };
    let status = move || {
        live.row()
            .get()
            .filter(|row| !row.status.is_empty())
            .map(|row| view! { <StatusBadge health=row.health word=row.status /> })
    };
    let name = address.name.clone();
    let detail = Signal::derive({
        let address = address.clone();
        move || {
            let kind = kinds::singular(&address.kind);
            address
                .namespace
                .as_ref()
                .map_or_else(|| kind.clone(), |namespace| format!("{kind} · {namespace}"))
        }
    });
    view! {
        <PageHeader title=name detail beside=status>
            <actions::ObjectActions live />
        </PageHeader>
        {move || match live.phase().get() {
            Phase::Loading => view! { <Skeleton lines=8 /> }.into_any(),
            Phase::Failed(failure) if failure.status() == Some(404) => {
                view! { <EmptyState title=text::object::GONE icon=IconName::Unknown /> }.into_any()
            }
            Phase::Failed(failure) => view! { <FailurePanel failure on_retry=move |()| live.reload() /> }.into_any(),
            Phase::Ready => {
                view! {
                    <source::StaleNotice live />
                    <Show when=move || live.gone().get()>
                        <Notice health=Health::Warn>{text::object::GONE}</Notice>
                    </Show>
                    <Tabs
                        label=text::object::tabs::LABEL
                        tabs
                        chosen=Signal::derive(move || shown.get().as_str().to_owned())
                        on_choose=move |id: &'static str| go.run((ObjectTab::parse(id), false))
                    >
                        {part}
                    </Tabs>
                }
                .into_any()
            }
        }}
    }
    .into_any()
}
