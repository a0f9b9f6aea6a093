//! A field that searches while one types, and takes one of what it found.
//!
//! The keys and roles are those of a combobox with a list: the focus stays in the field, arrows move through the list.

use super::{Field, Icon, IconName, unique_id};
use crate::i18n::text;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

/// One thing that can be picked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PickerOption {
    /// Names it for the caller.
    pub value: String,
    /// What is shown first.
    pub label: String,
    /// What tells it from others with the same label.
    pub detail: String,
    /// Its icon.
    pub icon: IconName,
}

/// A searchable picker. The caller finds `options` for `query`, by itself or at the server.
#[component]
pub fn Picker(
    /// The label.
    #[prop(into)]
    label: Signal<String>,
    /// What is typed.
    query: RwSignal<String>,
    /// What was found for it.
    #[prop(into)]
    options: Signal<Vec<PickerOption>>,
    /// Takes the picked one's value.
    #[prop(into)]
    on_pick: Callback<String>,
    /// What to type.
    #[prop(optional, into)]
    hint: Signal<String>,
    /// An example in the empty field.
    #[prop(optional, into)]
    placeholder: Signal<String>,
    /// What is wrong.
    #[prop(optional, into)]
    problem: Signal<Option<String>>,
    /// The search is going on.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// What stands in the list when nothing was found; empty: nothing does.
    #[prop(optional, into)]
    nothing: Signal<String>,
    /// It has the focus when it appears.
    #[prop(optional)]
    autofocus: bool,
) -> impl IntoView {
    let id = unique_id("picker");
    let list_id = format!("{id}-list");
    let open = RwSignal::new(false);
    let cursor = RwSignal::new(0_usize);
    Effect::new(move |_| {
        options.track();
        cursor.set(0);
    });
    let pick = move |index: usize| {
        if let Some(option) = options.with_untracked(|options| options.get(index).cloned()) {
            open.set(false);
            on_pick.run(option.value);
        }
    };
    let on_keydown = move |event: KeyboardEvent| {
        let count = options.with_untracked(Vec::len);
        match event.key().as_str() {
            "ArrowDown" if count > 0 => {
                event.prevent_default();
                if open.get_untracked() {
                    cursor.update(|cursor| *cursor = (*cursor + 1) % count);
                }
                open.set(true);
            }
            "ArrowUp" if count > 0 => {
                event.prevent_default();
                open.set(true);
                cursor.update(|cursor| *cursor = (*cursor + count - 1) % count);
            }
            "Enter" if open.get_untracked() && count > 0 => {
                event.prevent_default();
                pick(cursor.get_untracked());
            }
            "Escape" if open.get_untracked() => {
                // Closes the list, not the dialog around it.
                event.prevent_default();
                event.stop_propagation();
                open.set(false);
            }
            _ => {}
        }
    };
    let option_id = {
        let list_id = list_id.clone();
        move |index: usize| format!("{list_id}-{index}")
    };
    let active_id = {
        let option_id = option_id.clone();
        move || (open.get() && !options.read().is_empty()).then(|| option_id(cursor.get()))
    };
    let shows_nothing =
        move || options.read().is_empty() && !busy.get() && !nothing.read().is_empty() && !query.read().is_empty();
    let is_open = move || open.get() && (!options.read().is_empty() || shows_nothing());
    let (field_id, controls) = (id.clone(), list_id.clone());
    view! {
        <Field label id=field_id hint problem>
            <div class="picker">
                <Icon name=IconName::Search />
                <input
                    class="input"
                    id=id.clone()
                    type="text"
                    role="combobox"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    autofocus=autofocus
                    placeholder=move || placeholder.get()
                    aria-expanded=move || if is_open() { "true" } else { "false" }
                    aria-controls=controls
                    aria-autocomplete="list"
                    aria-activedescendant=active_id
                    aria-busy=move || busy.get().then_some("true")
                    aria-describedby=format!("{id}-description")
                    aria-invalid=move || problem.get().is_some().then_some("true")
                    prop:value=move || query.get()
                    on:input=move |event| {
                        query.set(event_target_value(&event));
                        open.set(true);
                    }
                    on:focus=move |_| open.set(true)
                    on:blur=move |_| open.set(false)
                    on:keydown=on_keydown
                />
                <ul
                    class="picker-list"
                    role="listbox"
                    id=list_id
                    hidden=move || !is_open()
                    aria-label=move || label.get()
                    // The focus stays in the field.
                    on:mousedown=move |event| event.prevent_default()
                >
                    {move || {
                        let option_id = option_id.clone();
                        options
                            .get()
                            .into_iter()
                            .enumerate()
                            .map(move |(index, option)| {
                                view! {
                                    <li
                                        role="option"
                                        id=option_id(index)
                                        aria-selected=move || if cursor.get() == index { "true" } else { "false" }
                                        on:click=move |_| pick(index)
                                    >
                                        <Icon name=option.icon />
                                        <span class="picker-words">
                                            <span>{option.label}</span>
                                            <small>{option.detail}</small>
                                        </span>
                                    </li>
                                }
                            })
                            .collect_view()
                    }}
                    <Show when=shows_nothing>
                        <li class="picker-nothing dim" role="option" aria-selected="false" aria-disabled="true">
                            {move || nothing.get()}
                        </li>
                    </Show>
                </ul>
                <span class="visually-hidden" role="status">
                    {move || busy.get().then(|| text::common::LOADING.get())}
                </span>
            </div>
        </Field>
    }
    .into_any()
}

/// Those of `options` that have every word of `query`, at most `most`.
pub fn narrowed(options: &[PickerOption], query: &str, most: usize) -> Vec<PickerOption> {
    let words: Vec<String> = query.split_whitespace().map(str::to_lowercase).collect();
    options
        .iter()
        .filter(|option| {
            let hay = format!("{} {}", option.label, option.detail).to_lowercase();
            words.iter().all(|word| hay.contains(word.as_str()))
        })
        .take(most)
        .cloned()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_typed_word_must_be_there() {
        let option = |label: &str, detail: &str| PickerOption {
            value: label.into(),
            label: label.into(),
            detail: detail.into(),
            icon: IconName::Account,
        };
        let all = [option("Ada", "ou=people"), option("Admins", "ou=groups")];
        assert_eq!(narrowed(&all, "ad gro", 9).len(), 1);
        assert_eq!(narrowed(&all, "AD", 9).len(), 2);
        assert_eq!(narrowed(&all, "ad", 1).len(), 1);
    }
}
