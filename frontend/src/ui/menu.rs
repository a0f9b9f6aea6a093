//! A menu under a button: the popover of the browser, with the keys that menus have.

use super::{Icon, IconName, unique_id};
use leptos::context::Provider;
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

#[derive(Clone, Copy)]
struct MenuContext {
    close: Callback<()>,
}

/// A button that opens a menu. Children: `MenuItem`, `MenuLink`, `MenuSeparator`, or any content (`role` dialog then).
#[component]
pub fn Menu(
    /// The button's name; shown unless `icon_only`.
    #[prop(into)]
    label: Signal<String>,
    /// The button's icon.
    #[prop(optional, into)]
    icon: Option<IconName>,
    /// Only the icon is shown.
    #[prop(optional)]
    icon_only: bool,
    /// What the button shows instead of the label and the arrow; its words are the button's name.
    #[prop(optional, into)]
    trigger: Option<ViewFn>,
    /// Class of the button.
    #[prop(default = "button")]
    class: &'static str,
    /// The content is no list of actions but a form (checkboxes).
    #[prop(optional)]
    panel: bool,
    /// Aligned with the button's right edge.
    #[prop(optional)]
    align_end: bool,
    /// The content, made each time the menu opens.
    children: ChildrenFn,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let root = NodeRef::<html::Div>::new();
    let list = NodeRef::<html::Div>::new();
    let id = unique_id("menu");
    let focus_button = move || {
        let button = root
            .get_untracked()
            .and_then(|root| root.query_selector("button").ok().flatten());
        if let Some(button) = button.and_then(|button| button.dyn_into::<HtmlElement>().ok()) {
            let _not_focusable = button.focus();
        }
    };
    let close = Callback::new(move |()| {
        if open.get_untracked() {
            open.set(false);
            focus_button();
        }
    });
    Effect::new(move |_| {
        if open.get()
            && let Some(list) = list.get()
        {
            if let Some(root) = root.get_untracked() {
                place(&list, &root, align_end);
            }
            focus_item(&list, 0);
        }
    });
    // A press elsewhere closes the menu without taking the focus back. Only an open menu listens: a page has hundreds.
    let listen = move || {
        let outside = window_event_listener(leptos::ev::pointerdown, move |event| {
            let target = event
                .target()
                .and_then(|target| target.dyn_into::<web_sys::Node>().ok());
            let inside = root
                .try_get_untracked()
                .flatten()
                .is_some_and(|root| target.is_some_and(|target| root.contains(Some(&target))));
            if !inside && open.try_get_untracked() == Some(true) {
                open.set(false);
            }
        });
        // The menu stands still in the window: when what it belongs to scrolls away, it must not stay behind.
        let scrolled = window_event_listener(leptos::ev::wheel, move |event| {
            let target = event
                .target()
                .and_then(|target| target.dyn_into::<web_sys::Node>().ok());
            let inside = list
                .try_get_untracked()
                .flatten()
                .is_some_and(|list| target.is_some_and(|target| list.contains(Some(&target))));
            if !inside && open.try_get_untracked() == Some(true) {
                open.set(false);
            }
        });
        on_cleanup(move || {
            outside.remove();
            scrolled.remove();
        });
    };
    let on_keydown = move |event: KeyboardEvent| {
        if !open.get_untracked() {
            return;
        }
        if event.key() == "Escape" {
            event.prevent_default();
            event.stop_propagation();
            close.run(());
        } else if !panel && let Some(list) = list.get_untracked() {
            move_focus(&event, &list);
        }
    };
    let children = StoredValue::new(children);
    let menu_id = id.clone();
    let is_plain = trigger.is_none();
    view! {
        <div class="menu" class:menu-end=align_end node_ref=root on:keydown=on_keydown>
            <button
                type="button"
                class=class
                aria-haspopup=if panel { "dialog" } else { "menu" }
                aria-expanded=move || if open.get() { "true" } else { "false" }
                aria-controls=id
                aria-label=move || icon_only.then(|| label.get())
                title=move || icon_only.then(|| label.get())
                on:click=move |event| {
                    event.stop_propagation();
                    open.update(|open| *open = !*open);
                }
            >
                {icon.map(|name| view! { <Icon name /> })}
                {trigger.map(|trigger| trigger.run())}
                {(is_plain && !icon_only)
                    .then(|| {
                        view! {
                            <span class="truncate">{move || label.get()}</span>
                            <Icon name=IconName::ChevronDown />
                        }
                    })}
            </button>
            <Show when=move || open.get()>
                {listen()}
                <div
                    class="menu-list"
                    id=menu_id.clone()
                    node_ref=list
                    role=if panel { "dialog" } else { "menu" }
                    aria-label=move || label.get()
                >
                    <Provider value=MenuContext { close }>{children.with_value(|children| children())}</Provider>
                </div>
            </Show>
        </div>
    }
    .into_any()
}

/// One action of a menu.
#[component]
pub fn MenuItem(
    /// Does it; the menu closes first.
    #[prop(into)]
    on_press: Callback<()>,
    /// An icon.
    #[prop(optional, into)]
    icon: Option<IconName>,
    /// Destroys something.
    #[prop(optional)]
    danger: bool,
    /// It cannot be pressed.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// It is the one that is chosen, of several.
    #[prop(optional, into)]
    chosen: Option<Signal<bool>>,
    /// The words.
    children: Children,
) -> impl IntoView {
    let menu = use_context::<MenuContext>();
    view! {
        <button
            type="button"
            class="menu-item"
            class:menu-item-danger=danger
            role=if chosen.is_some() { "menuitemradio" } else { "menuitem" }
            aria-checked=chosen.map(|chosen| move || if chosen.get() { "true" } else { "false" })
            tabindex="-1"
            disabled=move || disabled.get()
            on:click=move |event| {
                event.stop_propagation();
                if let Some(menu) = menu {
                    menu.close.run(());
                }
                on_press.run(());
            }
        >
            {icon.map(|name| view! { <Icon name /> })}
            <span class="grow">{children()}</span>
            {chosen.map(|chosen| view! { <Show when=move || chosen.get()><Icon name=IconName::Check /></Show> })}
        </button>
    }
    .into_any()
}

/// One link of a menu.
#[component]
pub fn MenuLink(
    /// Where it leads.
    #[prop(into)]
    href: Signal<String>,
    /// An icon.
    #[prop(optional, into)]
    icon: Option<IconName>,
    /// The words.
    children: Children,
) -> impl IntoView {
    let menu = use_context::<MenuContext>();
    view! {
        <a
            class="menu-item"
            role="menuitem"
            tabindex="-1"
            href=move || href.get()
            on:click=move |_| {
                if let Some(menu) = menu {
                    menu.close.run(());
                }
            }
        >
            {icon.map(|name| view! { <Icon name /> })}
            <span class="grow">{children()}</span>
        </a>
    }
    .into_any()
}

/// A line between parts of a menu.
#[component]
pub fn MenuSeparator() -> impl IntoView {
    view! { <div class="menu-separator" role="separator"></div> }
}

/// Puts the menu under its button, or over it where there is more room. It is fixed in the window, so that no table or
/// panel around it cuts it off.
fn place(list: &HtmlElement, root: &HtmlElement, align_end: bool) {
    const GAP: f64 = 4.0;
    let pixels =
        |length: Result<wasm_bindgen::JsValue, _>| length.ok().and_then(|length| length.as_f64()).unwrap_or_default();
    let (width, height) = (pixels(window().inner_width()), pixels(window().inner_height()));
    let (button, size) = (root.get_bounding_client_rect(), list.get_bounding_client_rect());
    let wanted = if align_end {
        button.right() - size.width()
    } else {
        button.left()
    };
    let left = wanted.min(width - size.width() - GAP).max(GAP);
    let under = height - button.bottom() - 2.0 * GAP;
    let over = button.top() - 2.0 * GAP;
    let (from_top, highest) = if size.height() <= under || under >= over {
        (button.bottom() + GAP, under)
    } else {
        ((button.top() - GAP - size.height()).max(GAP), over)
    };
    let style = list.style();
    let values = [
        ("left", left),
        ("top", from_top),
        ("max-height", highest),
        ("min-width", button.width().max(200.0)),
    ];
    for (name, value) in values {
        let _always_a_length = style.set_property(name, &format!("{value}px"));
    }
}

fn items(list: &HtmlElement) -> Vec<HtmlElement> {
    let selector = "[role^=menuitem]:not([disabled]), input, button, a";
    let Ok(found) = list.query_selector_all(selector) else {
        return Vec::new();
    };
    (0..found.length())
        .filter_map(|index| found.item(index)?.dyn_into().ok())
        .collect()
}

fn focus_item(list: &HtmlElement, index: usize) {
    if let Some(item) = items(list).get(index) {
        let _not_focusable = item.focus();
    }
}

/// Arrows, Home and End move; a letter goes to the next item that begins with it.
fn move_focus(event: &KeyboardEvent, list: &HtmlElement) {
    let items = items(list);
    let count = items.len();
    if count == 0 {
        return;
    }
    let active = document().active_element();
    let now = items.iter().position(|item| Some(item.as_ref()) == active.as_ref());
    let key = event.key();
    let next = match (key.as_str(), now) {
        ("ArrowDown", now) => now.map_or(0, |now| (now + 1) % count),
        ("ArrowUp", now) => now.map_or(count - 1, |now| (now + count - 1) % count),
        ("Home", _) => 0,
        ("End", _) => count - 1,
        (letter, now) if letter.chars().count() == 1 && !event.ctrl_key() && !event.meta_key() => {
            let letter = letter.to_lowercase();
            let from = now.map_or(0, |now| now + 1);
            let begins = |index: &usize| {
                items[*index]
                    .text_content()
                    .unwrap_or_default()
                    .trim()
                    .to_lowercase()
                    .starts_with(&letter)
            };
            match (from..count).chain(0..from).find(begins) {
                Some(index) => index,
                None => return,
            }
        }
        _ => return,
    };
    event.prevent_default();
    event.stop_propagation();
    let _not_focusable = items[next].focus();
}
