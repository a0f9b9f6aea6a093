//! Taking a role back, with what that means said before.

use super::table::{place_in_words, role_name};
use crate::api_client::bindings;
use crate::i18n::text;
use crate::state::access::use_access;
use crate::state::toasts::use_toasts;
use crate::state::work::Work;
use crate::ui::ConfirmDialog;
use leptos::prelude::*;
use muster_api::access::Binding;
use muster_api::provider::PrincipalKind;

/// Asks before the binding in `revoked` is taken back.
#[component]
pub fn RevokeDialog(
    /// Which one; none: closed.
    revoked: RwSignal<Option<Binding>>,
    /// It was taken back.
    #[prop(into)]
    on_done: Callback<()>,
) -> impl IntoView {
    let (toasts, access) = (use_toasts(), use_access());
    let open = RwSignal::new(false);
    let work = Work::of_dialog(open);
    Effect::new(move |_| open.set(revoked.with(Option::is_some)));
    Effect::new(move |was_open: Option<bool>| {
        let is_open = open.get();
        if was_open == Some(true) && !is_open {
            revoked.set(None);
        }
        is_open
    });
    let confirm = move |()| {
        let Some(binding) = revoked.get_untracked() else { return };
        work.run(async move { bindings::remove(&binding.id).await }, move |()| {
            let _page_may_be_gone = open.try_set(false);
            toasts.success(text::bindings::REVOKED.get());
            access.forget();
            on_done.run(());
        });
    };
    let title = Signal::derive(move || {
        revoked.with(|binding| {
            let (role, name) = binding.as_ref().map_or_else(Default::default, |binding| {
                (role_name(&binding.role.name), binding.subject.display_name.clone())
            });
            text::bindings::REVOKE_TITLE.with(&[("role", &role), ("name", &name)])
        })
    });
    let body = move || {
        revoked.with(|binding| {
            binding.as_ref().map(|binding| {
                let say = match binding.subject.kind {
                    PrincipalKind::User => text::bindings::REVOKE_USER,
                    PrincipalKind::Group => text::bindings::REVOKE_GROUP,
                };
                say.with(&[("place", &place_in_words(binding))])
            })
        })
    };
    view! {
        <ConfirmDialog open title action=text::bindings::REVOKE on_confirm=confirm busy=work.busy failure=work.failure>
            <p>{body}</p>
            <p>{text::bindings::REVOKE_REST}</p>
        </ConfirmDialog>
    }
    .into_any()
}
