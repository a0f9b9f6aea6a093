//! The search over everything: kinds, clusters, actions, and objects by name in every cluster.

use super::{Panels, kinds};
use crate::api_client::resources;
use crate::i18n::text;
use crate::routes::{KindPath, ObjectTab, Page, Settings};
use crate::state::clusters::{use_clusters, use_current_cluster};
use crate::state::session::use_session;
use crate::ui::{Icon, IconName, Kbd, health_icon};
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use muster_api::kind::KINDS;
use muster_api::resource::ResourceQuery;
use std::time::Duration;
use wasm_bindgen::JsCast;

/// Objects of these kinds are found by name; the others are found through their list.
const SEARCHED: [(&str, &str); 6] = [
    ("core", "pods"),
    ("apps", "deployments"),
    ("core", "services"),
    ("apps", "statefulsets"),
    ("core", "nodes"),
    ("core", "namespaces"),
];
const PER_KIND: u32 = 6;
const REST: Duration = Duration::from_millis(200);

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Hit {
    icon: IconName,
    label: String,
    detail: String,
    href: String,
}

/// The search.
#[component]
pub fn Palette() -> impl IntoView {
    let Some(panels) = use_context::<Panels>() else {
        return ().into_any();
    };
    let node = NodeRef::<html::Dialog>::new();
    let open = panels.palette;
    Effect::new(move |_| {
        let (wanted, Some(dialog)) = (open.get(), node.get()) else {
            return;
        };
        if wanted && !dialog.open() {
            // Refused only while the element is not in the page, and then there is nothing to show.
            let _shown = dialog.show_modal();
        } else if !wanted && dialog.open() {
            dialog.close();
        }
    });
    view! {
        <dialog
            node_ref=node
            class="palette"
            aria-label=move || text::shell::SEARCH.get()
            on:close=move |_| open.set(false)
            on:mousedown=move |event| {
                let on_backdrop = event
                    .target()
                    .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
                    .is_some_and(|target| target.tag_name() == "DIALOG");
                if on_backdrop {
                    open.set(false);
                }
            }
        >
            <Show when=move || open.get()>
                <Search open />
            </Show>
        </dialog>
    }
    .into_any()
}

#[component]
fn Search(open: RwSignal<bool>) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let objects = RwSignal::new(Vec::<Hit>::new());
    let searching = RwSignal::new(0_usize);
    let place = RwSignal::new(0_usize);
    let fixed = use_fixed_hits();
    let navigate = use_navigate();
    let hits = Memo::new(move |_| {
        let words = typed.get().trim().to_lowercase();
        let mut hits: Vec<Hit> = fixed.with(|fixed| {
            fixed
                .iter()
                .filter(|(_, terms)| words.split_whitespace().all(|word| terms.contains(word)))
                .map(|(hit, _)| hit.clone())
                .collect()
        });
        hits.truncate(if words.is_empty() { 40 } else { 12 });
        hits.extend(objects.get());
        hits
    });
    search_objects(typed, objects, searching);
    Effect::new(move |_| {
        typed.track();
        place.set(0);
    });
    let input = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(input) = input.get() {
            let _not_focusable = input.focus();
        }
    });
    let go = Callback::new(move |href: String| {
        open.set(false);
        navigate(&href, NavigateOptions::default());
    });
    let on_keydown = move |event: KeyboardEvent| {
        let count = hits.with_untracked(Vec::len);
        match event.key().as_str() {
            "ArrowDown" if count > 0 => place.update(|place| *place = (*place + 1) % count),
            "ArrowUp" if count > 0 => place.update(|place| *place = (*place + count - 1) % count),
            "Enter" => {
                if let Some(hit) = hits.with_untracked(|hits| hits.get(place.get_untracked()).cloned()) {
                    go.run(hit.href);
                }
            }
            _ => return,
        }
        event.prevent_default();
    };
    Effect::new(move |_| {
        let selector = format!("#palette-hit-{}", place.get());
        if let Ok(Some(element)) = document().query_selector(&selector) {
            let options = web_sys::ScrollIntoViewOptions::new();
            options.set_block(web_sys::ScrollLogicalPosition::Nearest);
            element.scroll_into_view_with_scroll_into_view_options(&options);
        }
    });
    view! {
        <div class="palette-frame">
            <div class="palette-input">
                <Icon name=IconName::Search />
                <input
                    node_ref=input
                    type="text"
                    role="combobox"
                    aria-expanded="true"
                    aria-controls="palette-hits"
                    aria-activedescendant=move || format!("palette-hit-{}", place.get())
                    aria-label=move || text::shell::SEARCH.get()
                    placeholder=move || text::shell::SEARCH.get()
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    prop:value=move || typed.get()
                    on:input=move |event| typed.set(event_target_value(&event))
                    on:keydown=on_keydown
                />
                <Kbd key="Esc" />
            </div>
            <ul class="palette-hits" id="palette-hits" role="listbox" aria-label=move || text::shell::FOUND.get()>
                {move || {
                    hits.get()
                        .into_iter()
                        .enumerate()
                        .map(|(index, hit)| {
                            let href = hit.href;
                            view! {
                                <li
                                    id=format!("palette-hit-{index}")
                                    role="option"
                                    aria-selected=move || if place.get() == index { "true" } else { "false" }
                                    on:pointermove=move |_| {
                                        if place.get_untracked() != index {
                                            place.set(index);
                                        }
                                    }
                                    on:click=move |_| go.run(href.clone())
                                >
                                    <Icon name=hit.icon />
                                    <span class="truncate">{hit.label}</span>
                                    <span class="grow"></span>
                                    <span class="dim truncate">{hit.detail}</span>
                                </li>
                            }
                        })
                        .collect_view()
                }}
            </ul>
            <p class="palette-foot" role="status">
                {move || {
                    if searching.get() > 0 {
                        text::shell::SEARCHING.get()
                    } else if hits.read().is_empty() {
                        text::shell::NOTHING_FOUND.get()
                    } else {
                        text::shell::SEARCH_HINT.get()
                    }
                }}
            </p>
        </div>
    }
    .into_any()
}

/// Kinds, clusters and actions, each with the words that find it.
fn use_fixed_hits() -> Memo<Vec<(Hit, String)>> {
    let clusters = use_clusters();
    let current = use_current_cluster();
    let session = use_session();
    Memo::new(move |_| {
        let cluster = current.get();
        let place = cluster
            .as_deref()
            .map_or_else(|| text::shell::ALL_CLUSTERS.get().to_owned(), |id| clusters.name_of(id));
        let mut hits = Vec::new();
        let mut add = |icon, label: String, detail: String, href: String, more: &str| {
            let terms = format!("{label} {detail} {more}").to_lowercase();
            hits.push((
                Hit {
                    icon,
                    label,
                    detail,
                    href,
                },
                terms,
            ));
        };
        for kind in KINDS {
            let path = KindPath::from(kind);
            let label = kinds::plural(&path);
            let more = format!("{} {} {}", kind.kind, kind.resource, kind.short_names.join(" "));
            add(
                kinds::icon(kind),
                label,
                place.clone(),
                Page::List {
                    cluster: cluster.clone(),
                    kind: path,
                }
                .href(),
                &more,
            );
        }
        let action = || text::shell::ACTION.get().to_owned();
        if let Some(cluster) = &cluster {
            let deploy = Page::Deploy {
                cluster: cluster.clone(),
            }
            .href();
            add(
                IconName::Plus,
                text::shell::DEPLOY.get().to_owned(),
                action(),
                deploy,
                "deploy create",
            );
            let apply = Page::Apply {
                cluster: cluster.clone(),
            }
            .href();
            add(
                IconName::Code,
                text::shell::APPLY.get().to_owned(),
                action(),
                apply,
                "yaml apply create",
            );
        }
        if session.may(muster_api::access::Permission::ManageClusters) {
            add(
                IconName::Plus,
                text::shell::ADD_CLUSTER.get().to_owned(),
                action(),
                Page::NewCluster.href(),
                "add cluster kubeconfig",
            );
            add(
                IconName::Logs,
                text::audit::TITLE.get().to_owned(),
                String::new(),
                Page::Audit.href(),
                "audit log who did what",
            );
        }
        if crate::pages::settings::may_see_any(session) {
            add(
                IconName::Configuration,
                text::settings::TITLE.get().to_owned(),
                action(),
                Page::Settings(Settings::Start).href(),
                "settings users groups roles providers bindings ldap",
            );
        }
        add(
            IconName::Account,
            text::shell::ACCOUNT.get().to_owned(),
            action(),
            Page::Account.href(),
            "account token password",
        );
        for cluster in clusters.list().get() {
            let href = Page::Cluster {
                cluster: cluster.name.clone(),
            }
            .href();
            add(
                IconName::Cluster,
                cluster.name,
                text::common::CLUSTER.get().to_owned(),
                href,
                "cluster",
            );
        }
        hits
    })
}

/// Looks for objects with the typed name in every cluster, once nobody types.
fn search_objects(typed: RwSignal<String>, found: RwSignal<Vec<Hit>>, searching: RwSignal<usize>) {
    let clusters = use_clusters();
    let round = StoredValue::new(0_u32);
    Effect::new(move |_| {
        let name = typed.get().trim().to_lowercase();
        let now = round.get_value() + 1;
        round.set_value(now);
        found.set(Vec::new());
        searching.set(0);
        // One letter finds everything and helps nobody.
        let searchable = name.len() >= 2
            && name
                .chars()
                .all(|character| character.is_ascii_alphanumeric() || "-.".contains(character));
        if !searchable {
            return;
        }
        let look = move || {
            if round.try_get_value() != Some(now) {
                return;
            }
            searching.set(SEARCHED.len());
            for (group, resource) in SEARCHED {
                let name = name.clone();
                spawn_local(async move {
                    let kind = KindPath::new(group, "v1", resource);
                    let mut query = ResourceQuery::of(group, "v1", resource);
                    query.filter = format!("name~{name}");
                    query.page_size = PER_KIND;
                    let answer = resources::list(&query).await;
                    if round.try_get_value() != Some(now) {
                        return;
                    }
                    searching.update(|searching| *searching = searching.saturating_sub(1));
                    let Ok(list) = answer else { return };
                    let hits = list.rows.into_iter().map(|row| {
                        let cluster = untrack(|| clusters.name_of(&row.cluster));
                        let place = row
                            .namespace
                            .as_ref()
                            .map_or_else(|| cluster.clone(), |namespace| format!("{cluster} / {namespace}"));
                        Hit {
                            icon: health_icon(row.health),
                            label: row.name.clone(),
                            detail: format!("{} · {place}", untrack(|| kinds::singular(&kind))),
                            href: Page::Object {
                                cluster,
                                kind: kind.clone(),
                                namespace: row.namespace,
                                name: row.name,
                                tab: ObjectTab::Overview,
                            }
                            .href(),
                        }
                    });
                    let hits: Vec<Hit> = hits.collect();
                    found.update(|found| found.extend(hits));
                });
            }
        };
        set_timeout(look, REST);
    });
}
