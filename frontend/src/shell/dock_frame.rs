//! The frame of the dock at the bottom. What is in its tabs belongs to the object's page.

use crate::i18n::text;
use crate::pages::object::{DockLog, DockYaml, ShellView};
use crate::state::clusters::use_clusters;
use crate::state::dock::{DockTab, use_dock};
use crate::ui::{Icon, IconButton, IconName};
use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::prelude::*;

/// The dock, while it has tabs.
#[component]
pub fn DockFrame() -> impl IntoView {
    let dock = use_dock();
    view! {
        <Show when=move || !dock.tabs().read().is_empty()>
            <section
                class="dock"
                class:is-folded=move || dock.folded().get()
                aria-label=move || text::shell::dock::TITLE.get()
                style:height=move || (!dock.folded().get()).then(|| format!("{}px", dock.height().get()))
            >
                <ResizeHandle />
                <div class="dock-bar">
                    <div class="tabs dock-tabs">
                        <For each=move || dock.tabs().get() key=Clone::clone let:tab>
                            <DockHead tab />
                        </For>
                    </div>
                    <span class="grow"></span>
                    <IconButton
                        icon=Signal::derive(move || {
                            if dock.folded().get() { IconName::ChevronUp } else { IconName::ChevronDown }
                        })
                        label=text::shell::dock::FOLD
                        pressed=dock.folded()
                        on_press=move |_| dock.toggle_fold()
                    />
                    <IconButton icon=IconName::Close label=text::shell::dock::CLOSE_ALL on_press=move |_| dock.close_all() />
                </div>
                // Every open tab stays alive behind the one in front: a log goes on while another is read.
                <For each=move || dock.tabs().get() key=Clone::clone let:tab>
                    <DockBody tab />
                </For>
            </section>
        </Show>
    }
    .into_any()
}

#[component]
fn DockHead(tab: DockTab) -> impl IntoView {
    let dock = use_dock();
    let icon = match &tab {
        DockTab::Log { .. } => IconName::Logs,
        DockTab::Yaml { .. } => IconName::Code,
        DockTab::Shell { .. } => IconName::Terminal,
    };
    let clusters = use_clusters();
    let label = {
        let tab = tab.clone();
        Memo::new(move |_| dock.tabs().with(|tabs| label_of(&tab, tabs, |id| clusters.name_of(id))))
    };
    let object = tab.object();
    // The whole way to the object, whatever room the tab has.
    let hint = move || {
        let cluster = clusters.name_of(&object.cluster);
        let parts = [Some(cluster), object.namespace.clone(), Some(object.name.clone())];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" / ")
    };
    let tab = StoredValue::new(tab);
    let in_front = Memo::new(move |_| {
        dock.active()
            .with(|active| tab.with_value(|tab| active.as_ref() == Some(tab)))
    });
    view! {
        <div class="dock-tab" class:is-active=move || in_front.get()>
            <button
                type="button"
                class="tab"
                aria-pressed=move || if in_front.get() { "true" } else { "false" }
                title=hint
                on:click=move |_| dock.open(tab.get_value())
            >
                <Icon name=icon />
                <span class="truncate">{move || label.get()}</span>
            </button>
            <IconButton
                icon=IconName::Close
                label=text::shell::dock::CLOSE
                on_press=move |_| tab.with_value(|tab| dock.close(tab))
            />
        </div>
    }
    .into_any()
}

/// A tab's name: that of its object, with namespace and cluster where another tab would have the same.
fn label_of(tab: &DockTab, tabs: &[DockTab], name_of: impl Fn(&str) -> String) -> String {
    let object = tab.object();
    let others = tabs.iter().filter(|other| *other != tab).map(DockTab::object);
    let same: Vec<_> = others
        .filter(|other| other.name == object.name && *other != object)
        .collect();
    let mut label = object.name.clone();
    if same.iter().any(|other| other.namespace != object.namespace)
        && let Some(namespace) = &object.namespace
    {
        label = format!("{namespace}/{label}");
    }
    if same.iter().any(|other| other.cluster != object.cluster) {
        label = format!("{}: {label}", name_of(&object.cluster));
    }
    match tab {
        DockTab::Log {
            container: Some(container),
            ..
        } => format!("{label} · {container}"),
        DockTab::Log { container: None, .. } | DockTab::Yaml { .. } => label,
        DockTab::Shell { .. } => format!("{label} · {}", text::terminal::TAB.get()),
    }
}

#[component]
fn DockBody(tab: DockTab) -> impl IntoView {
    let dock = use_dock();
    let own = tab.clone();
    let in_front =
        Memo::new(move |_| !dock.folded().get() && dock.active().with(|active| active.as_ref() == Some(&own)));
    let hidden = move || !in_front.get();
    let content = match tab {
        DockTab::Log {
            cluster,
            namespace,
            pod,
            container,
        } => view! { <DockLog cluster namespace pod container /> }.into_any(),
        DockTab::Yaml { object } => view! { <DockYaml object /> }.into_any(),
        DockTab::Shell { pod } => view! { <ShellView pod in_front /> }.into_any(),
    };
    view! { <div class="dock-body" hidden=hidden>{content}</div> }.into_any()
}

/// The upper edge, which makes the dock higher or lower.
#[component]
fn ResizeHandle() -> impl IntoView {
    let dock = use_dock();
    let dragging = RwSignal::new(false);
    let window_height = || {
        window()
            .inner_height()
            .ok()
            .and_then(|height| height.as_f64())
            .unwrap_or(800.0)
    };
    let on_key = move |event: KeyboardEvent| {
        let by = match event.key().as_str() {
            "ArrowUp" => 24.0,
            "ArrowDown" => -24.0,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        dock.resize(dock.height().get_untracked() + by, window_height());
    };
    view! {
        <div
            class="dock-handle"
            role="separator"
            aria-orientation="horizontal"
            aria-label=move || text::shell::dock::RESIZE.get()
            aria-valuenow=move || format!("{:.0}", dock.height().get())
            tabindex="0"
            on:keydown=on_key
            on:pointerdown=move |event: PointerEvent| {
                let handle: web_sys::Element = event_target(&event);
                // Without capture the drag ends at the handle's edge, nothing worse.
                let _captured = handle.set_pointer_capture(event.pointer_id());
                dragging.set(true);
            }
            on:pointermove=move |event: PointerEvent| {
                if dragging.get_untracked() {
                    let height = window_height();
                    dock.resize(height - f64::from(event.client_y()), height);
                }
            }
            on:pointerup=move |_| dragging.set(false)
            on:pointercancel=move |_| dragging.set(false)
        ></div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api_client::objects::ObjectAddress;
    use crate::routes::KindPath;

    #[test]
    fn tabs_of_the_same_name_are_told_apart() {
        let tab = |cluster: &str, namespace: &str| DockTab::Yaml {
            object: ObjectAddress {
                cluster: cluster.into(),
                kind: KindPath::new("core", "v1", "pods"),
                namespace: Some(namespace.into()),
                name: "web".into(),
            },
        };
        let label = |tabs: &[DockTab]| label_of(&tabs[0], tabs, str::to_uppercase);
        assert_eq!(label(&[tab("a", "shop")]), "web");
        assert_eq!(label(&[tab("a", "shop"), tab("a", "test")]), "shop/web");
        assert_eq!(label(&[tab("a", "shop"), tab("b", "shop")]), "A: web");
    }
}
