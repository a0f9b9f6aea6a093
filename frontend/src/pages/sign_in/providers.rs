//! Where a person's account is: here, in a directory, or at a provider with a page of its own.

use crate::api_client::providers;
use crate::browser;
use crate::i18n::text;
use crate::ui::{Icon, IconName, Notice, Select, SelectOption};
use leptos::prelude::*;
use leptos::task::spawn_local;
use muster_api::provider::{ProviderKind, SignInProvider};
use muster_api::resource::Health;

const REMEMBERED: &str = "muster.sign-in-provider";

/// The value of the choice of an account of this console.
const LOCAL: &str = "local";

/// What the sign-in page knows of providers.
#[derive(Clone, Copy)]
pub(super) struct ProviderChoice {
    known: RwSignal<Vec<SignInProvider>>,
    /// They could not be read: only accounts of this console can sign in.
    unread: RwSignal<bool>,
    chosen: RwSignal<String>,
}

impl ProviderChoice {
    /// Asks which there are.
    pub(super) fn read() -> Self {
        let choice = Self {
            known: RwSignal::new(Vec::new()),
            unread: RwSignal::new(false),
            chosen: RwSignal::new(LOCAL.to_owned()),
        };
        spawn_local(async move {
            match providers::for_sign_in().await {
                Ok(answer) => {
                    let first = first_choice(&answer.items, browser::stored(REMEMBERED).as_deref());
                    choice.chosen.try_set(first);
                    choice.known.try_set(answer.items);
                }
                Err(_) => {
                    choice.unread.try_set(true);
                }
            }
        });
        choice
    }

    /// The directory that the form asks; none: an account of this console.
    pub(super) fn directory(self) -> Option<String> {
        Some(self.chosen.get_untracked()).filter(|chosen| chosen != LOCAL)
    }

    /// The next visit begins with this choice.
    pub(super) fn remember(self) {
        let _asked_again_is_fine = browser::store(REMEMBERED, Some(&self.chosen.get_untracked()));
    }
}

/// What is chosen at first: what was chosen the last time, else the first directory, whose people are the many.
fn first_choice(known: &[SignInProvider], remembered: Option<&str>) -> String {
    let mut directories = known.iter().filter(|provider| provider.kind.takes_password());
    let is_there = |id: &&str| {
        *id == LOCAL
            || known
                .iter()
                .any(|provider| provider.id == **id && provider.kind.takes_password())
    };
    remembered
        .filter(is_there)
        .map(str::to_owned)
        .or_else(|| directories.next().map(|provider| provider.id.clone()))
        .unwrap_or_else(|| LOCAL.to_owned())
}

/// Which account the name and password below are of; nothing where there is only one answer.
#[component]
pub(super) fn DirectoryField(choice: ProviderChoice) -> impl IntoView {
    let options = Signal::derive(move || {
        let directories = choice
            .known
            .get()
            .into_iter()
            .filter(|provider| provider.kind.takes_password());
        let mut options: Vec<SelectOption> = directories
            .map(|provider| SelectOption::new(provider.id, provider.name))
            .collect();
        options.push(SelectOption::new(LOCAL, text::sign_in::LOCAL.get()));
        options
    });
    let has_directories = Memo::new(move |_| options.with(|options| options.len() > 1));
    view! {
        <Show when=move || choice.unread.get()>
            <Notice health=Health::Warn>{text::sign_in::PROVIDERS_UNREAD}</Notice>
        </Show>
        <Show when=move || has_directories.get()>
            <Select label=text::sign_in::SIGN_IN_WITH value=choice.chosen options path="provider" />
        </Show>
    }
    .into_any()
}

/// The providers that sign people in on their own page.
#[component]
pub(super) fn ProviderLinks(
    choice: ProviderChoice,
    /// The page to come back to.
    #[prop(into)]
    return_to: Signal<String>,
) -> impl IntoView {
    let elsewhere = Memo::new(move |_| {
        let known = choice.known.get().into_iter();
        known
            .filter(|provider| !provider.kind.takes_password())
            .collect::<Vec<_>>()
    });
    view! {
        <Show when=move || !elsewhere.read().is_empty()>
            <ul class="door-providers" aria-label=move || text::sign_in::ELSEWHERE.get()>
                {move || {
                    elsewhere
                        .get()
                        .into_iter()
                        .map(|provider| {
                            let (id, name) = (provider.id, provider.name);
                            let icon = if provider.kind == ProviderKind::GitHub { IconName::Code } else { IconName::Key };
                            view! {
                                <li>
                                    // Leaves the application: the server sends the browser on.
                                    <a
                                        class="button"
                                        rel="external"
                                        href=move || providers::sign_in_address(&id, &return_to.get())
                                    >
                                        <Icon name=icon />
                                        <span class="truncate">
                                            {move || text::sign_in::CONTINUE_WITH.with(&[("name", &name)])}
                                        </span>
                                    </a>
                                </li>
                            }
                        })
                        .collect_view()
                }}
            </ul>
            <p class="door-or">
                <span>{text::sign_in::OR}</span>
            </p>
        </Show>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn provider(id: &str, kind: ProviderKind) -> SignInProvider {
        SignInProvider {
            id: id.into(),
            name: id.into(),
            kind,
        }
    }

    #[test]
    fn the_form_begins_where_the_person_signed_in_last() {
        let known = [
            provider("hub", ProviderKind::GitHub),
            provider("corporate", ProviderKind::Ldap),
            provider("other", ProviderKind::ActiveDirectory),
        ];
        assert_eq!(first_choice(&known, None), "corporate");
        assert_eq!(first_choice(&known, Some("other")), "other");
        assert_eq!(first_choice(&known, Some(LOCAL)), LOCAL);
        // A provider that is gone, or has a page of its own, cannot be chosen in the form.
        assert_eq!(first_choice(&known, Some("gone")), "corporate");
        assert_eq!(first_choice(&known, Some("hub")), "corporate");
        assert_eq!(first_choice(&[], Some("gone")), LOCAL);
    }
}
