//! All bindings, to be narrowed by who, what and where.

use super::frame::SettingsPage;
use super::users::SearchField;
use crate::api_client::bindings::{self, BindingFilter};
use crate::i18n::text;
use crate::pages::bindings::scope::{ScopeKind, kind_of};
use crate::pages::bindings::table::{BindingTable, place_in_words, role_name};
use crate::pages::bindings::{GrantDialog, RevokeDialog};
use crate::state::loader::Loader;
use crate::ui::{Button, ButtonKind, IconName, LoadFrame, PageHeader, Select, SelectOption};
use leptos::prelude::*;
use muster_api::Collection;
use muster_api::access::{Binding, Permission};

const PERMISSIONS: &[Permission] = &[Permission::ManageBindings];

/// The page.
#[component]
pub fn BindingsPage() -> impl IntoView {
    let loader = Loader::new(|| async { bindings::list(&BindingFilter::default()).await });
    let granting = RwSignal::new(false);
    view! {
        <SettingsPage title=text::bindings::TITLE permissions=PERMISSIONS>
            <PageHeader title=text::bindings::TITLE detail=text::bindings::LEAD>
                <Button kind=ButtonKind::Primary icon=IconName::Plus on_press=move |_| granting.set(true)>
                    {text::bindings::GRANT}
                </Button>
            </PageHeader>
            <LoadFrame loader>
                <Narrowed loader />
            </LoadFrame>
            <GrantDialog open=granting on_done=move |()| loader.reload() />
        </SettingsPage>
    }
    .into_any()
}

/// Has the binding every word, the role and the kind of scope? Empty ones do not narrow.
fn fits(binding: &Binding, words: &[String], role: &str, scope: &str) -> bool {
    let subject = &binding.subject;
    let hay = format!(
        "{} {} {} {} {}",
        subject.name,
        subject.display_name,
        binding.role.name,
        role_name(&binding.role.name),
        place_in_words(binding)
    )
    .to_lowercase();
    (role.is_empty() || binding.role.id == role)
        && (scope.is_empty() || kind_of(&binding.scope).word() == scope)
        && words.iter().all(|word| hay.contains(word.as_str()))
}

#[component]
fn Narrowed(loader: Loader<Collection<Binding>>) -> impl IntoView {
    let (search, role, scope) = (
        RwSignal::new(String::new()),
        RwSignal::new(String::new()),
        RwSignal::new(String::new()),
    );
    let revoked = RwSignal::new(None);
    let all = Memo::new(move |_| loader.value().map(|bindings| bindings.items).unwrap_or_default());
    let found = Memo::new(move |_| {
        let words: Vec<String> = search.with(|text| text.split_whitespace().map(str::to_lowercase).collect());
        let (role, scope) = (role.get(), scope.get());
        all.with(|all| {
            let fitting = all.iter().filter(|binding| fits(binding, &words, &role, &scope));
            fitting.cloned().collect::<Vec<_>>()
        })
    });
    let roles = Signal::derive(move || {
        let mut known: Vec<_> = all.with(|all| all.iter().map(|binding| binding.role.clone()).collect());
        known.sort_by(|one, other| (&one.name, &one.id).cmp(&(&other.name, &other.id)));
        known.dedup();
        let mut options = vec![SelectOption::new("", text::bindings::ALL_ROLES.get())];
        options.extend(
            known
                .into_iter()
                .map(|role| SelectOption::new(role.id, role_name(&role.name))),
        );
        options
    });
    let scopes = Signal::derive(|| {
        let mut options = vec![SelectOption::new("", text::bindings::ALL_SCOPES.get())];
        options.extend(ScopeKind::ALL.map(|kind| SelectOption::new(kind.word(), kind.words().get())));
        options
    });
    let empty = Signal::derive(move || {
        let say = if all.with(Vec::is_empty) {
            text::bindings::EMPTY_DETAIL
        } else {
            text::bindings::NONE_FITS
        };
        say.get().to_owned()
    });
    view! {
        <div class="settings-filter">
            <SearchField value=search label=text::bindings::FILTER />
            <Select label=text::bindings::ROLE value=role options=roles />
            <Select label=text::bindings::PLACE value=scope options=scopes />
        </div>
        <div class="table-card">
            <BindingTable bindings=found empty on_revoke=move |binding| revoked.set(Some(binding)) />
        </div>
        <RevokeDialog revoked on_done=move |()| loader.reload() />
    }
    .into_any()
}
