//! The frame of the dock at the bottom. What is in its tabs belongs to the object's page.

use crate::i18n::text;
use crate::pages::object::{DockLog, DockYaml};
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
    let (icon, label) = match &tab {
        DockTab::Log { pod, container, .. } => {
            let label = container
                .as_ref()
                .map_or_else(|| pod.clone(), |container| format!("{pod} · {container}"));
            (IconName::Logs, label)
        }
        DockTab::Yaml { object } => (IconName::Code, object.name.clone()),
    };
    let tab = StoredValue::new(tab);
    let in_front = Memo::new(move |_| {
        dock.active()
            .with(|active| tab.with_value(|tab| active.as_ref() == Some(tab)))
    });
    let hint = label.clone();
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
                <span class="truncate">{label}</span>
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

#[component]
fn DockBody(tab: DockTab) -> impl IntoView {
    let dock = use_dock();
    let own = tab.clone();
    let hidden = move || dock.folded().get() || dock.active().with(|active| active.as_ref() != Some(&own));
    let content = match tab {
        DockTab::Log {
            cluster,
            namespace,
            pod,
            container,
        } => view! { <DockLog cluster namespace pod container /> }.into_any(),
        DockTab::Yaml { object } => view! { <DockYaml object /> }.into_any(),
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
