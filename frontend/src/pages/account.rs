//! My account: how the console looks, my password, where I am signed in, and my API tokens.

mod lifetime;
mod look;
mod password;
mod permissions;
mod sessions;
mod token_scope;
mod tokens;

pub use lifetime::Lifetime;
pub use tokens::words_of as lifetime_words;

use crate::i18n::text;
use crate::state::session::use_session;
use crate::ui::{Button, Chip, IconName, Page, PageHeader};
use leptos::prelude::*;
use look::LookCard;
use muster_api::session::Role;
use password::PasswordCard;
use permissions::PermissionsCard;
use sessions::SessionsCard;
use tokens::TokensCard;

/// The page of the account.
#[component]
pub fn AccountPage() -> impl IntoView {
    let session = use_session();
    let name = Memo::new(move |_| session.user().map(|user| user.display_name).unwrap_or_default());
    let role = Memo::new(move |_| session.user().map(|user| user.role));
    let is_local = Memo::new(move |_| session.user().is_none_or(|user| user.provider.is_none()));
    let role_word = move || {
        let word = match role.get()? {
            Role::Administrator => text::account::ROLE_ADMINISTRATOR,
            Role::User => text::account::ROLE_USER,
        };
        Some(view! { <Chip>{word}</Chip> })
    };
    view! {
        <Page title=text::account::TITLE>
            <PageHeader
                title=text::account::TITLE
                beside=move || view! { {role_word} }
                detail=Signal::derive(move || text::account::SIGNED_IN_AS.with(&[("name", &name.get())]))
            >
                <Button icon=IconName::SignOut on_press=move |_| session.sign_out()>
                    {text::account::SIGN_OUT}
                </Button>
            </PageHeader>
            <div class="account">
                <LookCard />
                // Who has an account elsewhere has the password there.
                <Show when=move || is_local.get()>
                    <PasswordCard />
                </Show>
                <SessionsCard />
                <TokensCard />
                <PermissionsCard />
            </div>
        </Page>
    }
    .into_any()
}
