//! Somebody whom no search finds, named by the id that the provider knows him by.

use crate::api_client::providers;
use crate::i18n::text;
use crate::ui::{Button, Fold, IconName, Select, SelectOption, TextField};
use leptos::prelude::*;
use leptos::task::spawn_local;
use muster_api::access::{Named, Principal};
use muster_api::provider::{PrincipalKind, ProviderKind, SignInProvider};

/// What may be typed for a provider of this kind.
pub fn hint_of(kind: ProviderKind) -> crate::i18n::Text {
    match kind {
        ProviderKind::GitHub => text::bindings::typed::GITHUB,
        ProviderKind::OpenIdConnect => text::bindings::typed::OIDC,
        ProviderKind::ActiveDirectory | ProviderKind::Ldap => text::bindings::typed::DIRECTORY,
    }
}

/// A kind, an id, and the button that takes both.
#[component]
pub fn TypedId(
    /// What may be typed.
    #[prop(into)]
    hint: Signal<String>,
    /// Takes what was typed.
    #[prop(into)]
    on_add: Callback<(PrincipalKind, String)>,
) -> impl IntoView {
    let kind = RwSignal::new("group".to_owned());
    let id = RwSignal::new(String::new());
    let kinds = Signal::derive(|| {
        vec![
            SelectOption::new("group", text::bindings::GROUP.get()),
            SelectOption::new("user", text::bindings::USER.get()),
        ]
    });
    let add = move |_| {
        let typed = id.get_untracked().trim().to_owned();
        if typed.is_empty() {
            return;
        }
        let kind = if kind.with_untracked(|kind| kind == "user") {
            PrincipalKind::User
        } else {
            PrincipalKind::Group
        };
        id.set(String::new());
        on_add.run((kind, typed));
    };
    view! {
        <Select label=text::common::KIND value=kind options=kinds path="typedKind" />
        <TextField label=text::bindings::typed::ID value=id hint path="typedId" monospace=true optional=true />
        <div class="row">
            <Button icon=IconName::Plus on_press=add>
                {text::bindings::typed::ADD}
            </Button>
        </div>
    }
    .into_any()
}

/// Picks somebody of any provider by the id; folded, since most are found by their names.
#[component]
pub fn TypedSubject(
    /// Who is picked.
    chosen: RwSignal<Option<Principal>>,
) -> impl IntoView {
    let known = RwSignal::new(Vec::<SignInProvider>::new());
    let provider = RwSignal::new(String::new());
    spawn_local(async move {
        // Without them nobody can be typed; the search stands beside and says what is wrong.
        if let Ok(answer) = providers::for_sign_in().await {
            let first = answer.items.iter().find(|provider| !provider.kind.takes_password());
            let first = first.or(answer.items.first()).map(|provider| provider.id.clone());
            provider.try_set(first.unwrap_or_default());
            known.try_set(answer.items);
        }
    });
    let options = Signal::derive(move || {
        known.with(|known| {
            let options = known.iter();
            options
                .map(|provider| SelectOption::new(provider.id.clone(), provider.name.clone()))
                .collect::<Vec<_>>()
        })
    });
    let meant = Memo::new(move |_| {
        let id = provider.get();
        known.with(|known| known.iter().find(|provider| provider.id == id).cloned())
    });
    let hint = Signal::derive(move || {
        let hint = meant.with(|meant| meant.as_ref().map(|provider| hint_of(provider.kind)));
        hint.map(|hint| hint.get().to_owned()).unwrap_or_default()
    });
    let add = move |(kind, id): (PrincipalKind, String)| {
        let Some(provider) = meant.get_untracked() else { return };
        chosen.set(Some(Principal {
            kind,
            id: None,
            provider: Some(Named {
                id: provider.id,
                name: provider.name,
            }),
            external_id: Some(id.clone()),
            name: id.clone(),
            display_name: id,
            place: None,
        }));
    };
    view! {
        <Show when=move || !known.read().is_empty() && chosen.read().is_none()>
            <Fold title=text::bindings::typed::TITLE>
                <div class="stack">
                    <Select label=text::bindings::typed::PROVIDER value=provider options path="typedProvider" />
                    <TypedId hint on_add=add />
                </div>
            </Fold>
        </Show>
    }
    .into_any()
}
