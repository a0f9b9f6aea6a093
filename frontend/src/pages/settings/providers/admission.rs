//! Who of a provider may sign in.

use super::state::ProviderForm;
use crate::i18n::text;
use crate::pages::bindings::subject::{SubjectPicker, icon_of};
use crate::pages::bindings::typed::{TypedId, hint_of};
use crate::ui::{Fold, Icon, Notice, RemovableChip, Select, SelectOption};
use leptos::prelude::*;
use muster_api::access::Principal;
use muster_api::provider::{AdmissionMode, ExternalPrincipal, PrincipalKind};
use muster_api::resource::Health;

/// As the form's value carries it.
const fn word_of(mode: AdmissionMode) -> &'static str {
    match mode {
        AdmissionMode::Anyone => "anyone",
        AdmissionMode::Listed => "listed",
        AdmissionMode::ListedOrBound => "listed-or-bound",
    }
}

/// Puts somebody on the list, once.
pub(super) fn admit(form: ProviderForm, principal: ExternalPrincipal) {
    form.draft.update(|draft| {
        let listed = &mut draft.admission.listed;
        let is_there =
            |other: &ExternalPrincipal| (other.kind, &other.external_id) == (principal.kind, &principal.external_id);
        if !listed.iter().any(is_there) {
            listed.push(principal);
        }
    });
}

/// The mode and the list.
#[component]
pub(super) fn AdmissionFields(form: ProviderForm) -> impl IntoView {
    let mode = RwSignal::new(
        form.draft
            .with_untracked(|draft| word_of(draft.admission.mode).to_owned()),
    );
    let choose = move |word: String| {
        form.draft.update(|draft| {
            draft.admission.mode = match word.as_str() {
                "anyone" => AdmissionMode::Anyone,
                "listed" => AdmissionMode::Listed,
                _ => AdmissionMode::ListedOrBound,
            };
        });
    };
    let modes = Signal::derive(|| {
        vec![
            SelectOption::new("listed-or-bound", text::providers::admission::LISTED_OR_BOUND.get()),
            SelectOption::new("listed", text::providers::admission::LISTED.get()),
            SelectOption::new("anyone", text::providers::admission::ANYONE.get()),
        ]
    });
    let listed = Memo::new(move |_| form.draft.with(|draft| draft.admission.listed.clone()));
    let is_listed = Memo::new(move |_| form.draft.with(|draft| draft.admission.mode != AdmissionMode::Anyone));
    let shuts_everybody_out = Memo::new(move |_| {
        form.draft
            .with(|draft| draft.admission.mode == AdmissionMode::Listed && draft.admission.listed.is_empty())
    });
    let picked = RwSignal::new(None::<Principal>);
    Effect::new(move |_| {
        let Some(principal) = picked.get() else { return };
        if let Some(external_id) = principal.external_id {
            admit(
                form,
                ExternalPrincipal {
                    kind: principal.kind,
                    external_id,
                    name: principal.name,
                },
            );
        }
        picked.set(None);
    });
    let saved = form
        .saved
        .with_value(|saved| saved.as_ref().map(|saved| saved.id.clone()));
    let by_id = move |(kind, external_id): (PrincipalKind, String)| {
        admit(
            form,
            ExternalPrincipal {
                kind,
                name: external_id.clone(),
                external_id,
            },
        );
    };
    let by_id_hint = hint_of(form.draft.with_untracked(|draft| draft.settings.kind()));
    // Providers with a page of their own cannot be searched: only those are found who were here.
    let can_be_searched = form
        .draft
        .with_untracked(|draft| draft.settings.kind().takes_password());
    view! {
        <div class="stack">
            <Select label=text::providers::field::ADMISSION value=mode options=modes on_change=choose path="mode" />
            <Show when=move || is_listed.get()>
                <div class="field">
                    <span class="field-label">{text::providers::admission::LIST}</span>
                    <Show
                        when=move || !listed.read().is_empty()
                        fallback=|| view! { <p class="dim">{text::providers::admission::EMPTY}</p> }
                    >
                        <ul class="chip-list">
                            <For
                                each=move || listed.get()
                                key=|principal| (principal.kind, principal.external_id.clone())
                                let:principal
                            >
                                <li>
                                    <Icon name=icon_of(principal.kind) />
                                    <RemovableChip
                                        label=principal.name.clone()
                                        on_remove=move |()| {
                                            form.draft
                                                .update(|draft| {
                                                    draft.admission.listed.retain(|other| *other != principal);
                                                });
                                        }
                                    />
                                </li>
                            </For>
                        </ul>
                    </Show>
                </div>
                {match saved.clone() {
                    Some(provider) => view! { <SubjectPicker chosen=picked provider /> }.into_any(),
                    None if can_be_searched => {
                        view! { <p class="field-hint">{text::providers::admission::FROM_TEST}</p> }.into_any()
                    }
                    None => ().into_any(),
                }}
                {(!can_be_searched)
                    .then(|| view! { <p class="field-hint">{text::providers::admission::AFTER_SIGN_IN}</p> })}
                <Fold title=text::providers::admission::BY_ID open=!can_be_searched>
                    <div class="stack">
                        <TypedId hint=by_id_hint on_add=by_id />
                    </div>
                </Fold>
            </Show>
            <Show when=move || shuts_everybody_out.get()>
                <Notice health=Health::Warn>{text::providers::admission::NOBODY}</Notice>
            </Show>
        </div>
    }
    .into_any()
}
