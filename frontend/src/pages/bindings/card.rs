//! The bindings of one thing (a person, a group, a role, a project), as a card with what can be done.

use super::table::{BindingTable, Without};
use super::{GrantDialog, RevokeDialog};
use crate::api_client::bindings::{self, BindingFilter};
use crate::i18n::text;
use crate::state::loader::Loader;
use crate::state::session::use_session;
use crate::ui::{Button, Card, IconName, LoadFrame};
use leptos::prelude::*;
use muster_api::access::{BindingScope, Permission, Principal};

/// What is given already when a role is granted from a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Given {
    /// To whom.
    pub subject: Option<Principal>,
    /// The role's id.
    pub role: Option<String>,
    /// Within which, and its name.
    pub scope: Option<(BindingScope, String)>,
}

/// The card.
#[component]
pub fn BindingsCard(
    /// The heading.
    #[prop(into)]
    title: Signal<String>,
    /// Whose bindings.
    filter: BindingFilter,
    /// What a new one has already.
    given: Given,
    /// What stands in place of an empty table.
    #[prop(into)]
    empty: Signal<String>,
    /// Is told after a change.
    #[prop(optional, into)]
    on_change: Option<Callback<()>>,
) -> impl IntoView {
    let session = use_session();
    let without = Without {
        subject: given.subject.is_some(),
        role: given.role.is_some(),
        scope: given.scope.is_some(),
    };
    let filter = StoredValue::new(filter);
    let loader = Loader::new(move || {
        let filter = filter.get_value();
        async move { bindings::list(&filter).await }
    });
    let list = Signal::derive(move || loader.value().map(|bindings| bindings.items).unwrap_or_default());
    let granting = RwSignal::new(false);
    let revoked = RwSignal::new(None);
    let may = Memo::new(move |_| session.may(Permission::ManageBindings));
    let changed = move |()| {
        loader.reload();
        if let Some(on_change) = on_change {
            on_change.run(());
        }
    };
    let actions = move || {
        view! {
            <Show when=move || may.get()>
                <Button icon=IconName::Plus on_press=move |_| granting.set(true)>{text::bindings::GRANT}</Button>
            </Show>
        }
    };
    view! {
        <Card title actions flush=true>
            <LoadFrame loader lines=3>
                {move || {
                    if may.get() {
                        view! { <BindingTable bindings=list without empty on_revoke=move |binding| revoked.set(Some(binding)) /> }
                            .into_any()
                    } else {
                        view! { <BindingTable bindings=list without empty /> }.into_any()
                    }
                }}
            </LoadFrame>
        </Card>
        <GrantDialog open=granting given on_done=changed />
        <RevokeDialog revoked on_done=changed />
    }
    .into_any()
}
