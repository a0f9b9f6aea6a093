//! Things to press.

use super::{Icon, IconName};
use leptos::ev::MouseEvent;
use leptos::prelude::*;

/// How much a button asks for attention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ButtonKind {
    /// The one thing that the page is for.
    Primary,
    /// Everything else.
    #[default]
    Secondary,
    /// Destroys something.
    Danger,
    /// Least: no border until it is pointed at.
    Quiet,
}

impl ButtonKind {
    const fn class(self) -> &'static str {
        match self {
            Self::Primary => "button button-primary",
            Self::Secondary => "button",
            Self::Danger => "button button-danger",
            Self::Quiet => "button button-quiet",
        }
    }
}

/// A button. `busy` shows that its work is going on and takes no second press.
#[component]
pub fn Button(
    /// How much it asks for attention.
    #[prop(optional)]
    kind: ButtonKind,
    /// What pressing does. A `submit` button needs none.
    #[prop(optional, into)]
    on_press: Option<Callback<MouseEvent>>,
    /// Its work is going on.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// It cannot be pressed.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// It sends its form.
    #[prop(optional)]
    submit: bool,
    /// An icon before the words.
    #[prop(optional, into)]
    icon: Option<IconName>,
    /// A hint, and the name where the words alone do not say enough.
    #[prop(optional, into)]
    hint: Option<Signal<String>>,
    /// The words.
    children: Children,
) -> impl IntoView {
    view! {
        <button
            type=if submit { "submit" } else { "button" }
            class=kind.class()
            class:is-busy=move || busy.get()
            disabled=move || disabled.get()
            aria-disabled=move || busy.get().then_some("true")
            aria-busy=move || busy.get().then_some("true")
            title=hint.map(|hint| move || hint.get())
            on:click=move |event| {
                if busy.get_untracked() {
                    event.prevent_default();
                } else if let Some(on_press) = on_press {
                    on_press.run(event);
                }
            }
        >
            {move || busy.get().then(|| view! { <Icon name=IconName::Busy /> })}
            {icon.map(|name| view! { <Show when=move || !busy.get()><Icon name /></Show> })}
            {children()}
        </button>
    }
    .into_any()
}

/// A button that is only an icon; its label is its name and hint.
#[component]
pub fn IconButton(
    /// The icon.
    #[prop(into)]
    icon: Signal<IconName>,
    /// What it does.
    #[prop(into)]
    label: Signal<String>,
    /// What pressing does.
    #[prop(into)]
    on_press: Callback<MouseEvent>,
    /// It cannot be pressed.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Is what it switches on? `None`: it is no switch.
    #[prop(optional, into)]
    pressed: Option<Signal<bool>>,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="icon-button"
            aria-label=move || label.get()
            title=move || label.get()
            disabled=move || disabled.get()
            aria-pressed=pressed.map(|pressed| move || if pressed.get() { "true" } else { "false" })
            on:click=move |event| on_press.run(event)
        >
            <Icon name=icon />
        </button>
    }
    .into_any()
}

/// A link that looks like a button.
#[component]
pub fn LinkButton(
    /// Where it leads.
    #[prop(into)]
    href: Signal<String>,
    /// How much it asks for attention.
    #[prop(optional)]
    kind: ButtonKind,
    /// An icon before the words.
    #[prop(optional, into)]
    icon: Option<IconName>,
    /// The words.
    children: Children,
) -> impl IntoView {
    view! {
        <a class=kind.class() href=move || href.get()>
            {icon.map(|name| view! { <Icon name /> })}
            {children()}
        </a>
    }
    .into_any()
}
