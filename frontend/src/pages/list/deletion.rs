//! Deleting the chosen objects: what will happen is said first, what did not work afterwards.

use super::ListContext;
use crate::api_client::objects::{self, ObjectAddress};
use crate::i18n::text;
use crate::shell::kinds;
use crate::state::toasts::use_toasts;
use crate::ui::{ConfirmDialog, Notice, ProgressBar};
use leptos::prelude::*;
use leptos::task::spawn_local;
use muster_api::action::Propagation;
use muster_api::resource::Health;

/// How many names are written out.
const NAMED: usize = 8;

/// Asks before the objects in `doomed` are deleted, and deletes them one after another. Closing it stops the work after
/// the object that is being deleted.
#[component]
pub fn DeletionDialog() -> impl IntoView {
    let list = ListContext::take();
    let toasts = use_toasts();
    let open = RwSignal::new(false);
    let done = RwSignal::new(0_usize);
    let busy = RwSignal::new(false);
    let refused = RwSignal::new(Vec::<String>::new());
    // Counts the times that the dialog closed: work that it began before is to stop.
    let round = StoredValue::new(0_u32);
    Effect::new(move |_| {
        // What is left after a refusal is meant by the same dialog, which says why.
        if list.doomed.with(|doomed| !doomed.is_empty()) && !open.get_untracked() {
            refused.set(Vec::new());
            done.set(0);
            open.set(true);
        }
    });
    Effect::new(move |_| {
        if !open.get() {
            round.update_value(|round| *round += 1);
        }
    });
    Effect::new(move |_| {
        // Closed: nothing is meant any more, so that the same objects can be chosen again.
        if !open.get() && !busy.get() {
            list.doomed.set(Vec::new());
        }
    });
    let kind = StoredValue::new(list.address.place.with_value(|place| place.kind.clone()));
    let count = Memo::new(move |_| list.doomed.with(Vec::len));
    let kind_word = move |count: usize| {
        kind.with_value(|kind| {
            if count == 1 {
                kinds::singular(kind)
            } else {
                kinds::plural(kind)
            }
        })
    };
    let title = Signal::derive(move || {
        let count = count.get();
        text::list::deletion::TITLE.count_with(count as u64, &[("kind", &kind_word(count))])
    });
    let confirm = Callback::new(move |()| {
        let doomed = list.doomed.get_untracked();
        let began = round.get_value();
        let is_wanted = move || round.try_get_value() == Some(began);
        busy.set(true);
        done.set(0);
        refused.set(Vec::new());
        spawn_local(async move {
            let total = doomed.len();
            let outcome = delete_all(doomed, &list, done, is_wanted).await;
            let is_shown = is_wanted();
            if outcome.stopped {
                let values: [(&str, &dyn std::fmt::Display); 2] = [("deleted", &outcome.deleted), ("total", &total)];
                toasts.info(text::list::deletion::STOPPED.with(&values));
            } else if outcome.deleted > 0 {
                toasts.success(text::list::deletion::DONE.count(outcome.deleted as u64));
            }
            let Some(first) = outcome.problems.first().cloned() else {
                if is_shown {
                    open.set(false);
                }
                let _gone = busy.try_set(false);
                return;
            };
            if is_shown {
                let _gone = refused.try_set(outcome.problems);
                let _gone = list.doomed.try_set(outcome.kept);
            } else {
                let count = outcome.problems.len() as u64;
                toasts.problem(text::list::deletion::FAILED.count_with(count, &[("reason", &first)]));
            }
            let _gone = busy.try_set(false);
        });
    });
    let type_name = Signal::derive(move || {
        list.doomed
            .with(|doomed| doomed.first().map(|object| object.name.clone()).unwrap_or_default())
    });
    let needs_name = kind.with_value(kinds::is_grave);
    let body = move || {
        view! {
            <p>{move || kind.with_value(kinds::consequence_of_deletion)}</p>
            <ul class="name-list">
                {move || list.doomed.with(|doomed| doomed.iter().take(NAMED).map(name_of).collect_view())}
            </ul>
            {move || {
                let more = count.get().saturating_sub(NAMED);
                (more > 0).then(|| view! { <p class="dim">{text::list::deletion::MORE.count(more as u64)}</p> })
            }}
            {move || {
                busy.get()
                    .then(|| {
                        #[expect(clippy::cast_precision_loss, reason = "a few hundred objects at most")]
                        let part = Signal::derive(move || Some(done.get() as f64 / count.get().max(1) as f64));
                        view! { <ProgressBar label=text::list::deletion::GOING_ON part /> }
                    })
            }}
            {move || {
                let refused = refused.get();
                (!refused.is_empty())
                    .then(|| {
                        view! {
                            <Notice health=Health::Bad>
                                <p>{text::list::deletion::REFUSED}</p>
                                <ul>{refused.into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}</ul>
                            </Notice>
                        }
                    })
            }}
        }
    };
    if needs_name {
        view! { <ConfirmDialog open title action=text::list::DELETE_NOW on_confirm=confirm busy type_name>{body()}</ConfirmDialog> }.into_any()
    } else {
        view! { <ConfirmDialog open title action=text::list::DELETE_NOW on_confirm=confirm busy>{body()}</ConfirmDialog> }.into_any()
    }
}

fn name_of(object: &ObjectAddress) -> AnyView {
    let place = object
        .namespace
        .as_ref()
        .map(|namespace| view! { <span class="dim">{format!(" · {namespace}")}</span> });
    view! { <li><span class="mono">{object.name.clone()}</span>{place}</li> }.into_any()
}

/// What came of it.
#[derive(Default)]
struct Outcome {
    deleted: usize,
    /// Those that were refused, and why each.
    kept: Vec<ObjectAddress>,
    problems: Vec<String>,
    /// Was it told to stop before the end?
    stopped: bool,
}

/// Deletes one after another while it is wanted.
async fn delete_all(
    doomed: Vec<ObjectAddress>,
    list: &ListContext,
    done: RwSignal<usize>,
    is_wanted: impl Fn() -> bool,
) -> Outcome {
    let mut outcome = Outcome::default();
    for object in doomed {
        if !is_wanted() {
            outcome.stopped = true;
            break;
        }
        match objects::delete(&object, Propagation::Background).await {
            // Somebody else was faster: it is gone as wanted.
            Err(failure) if failure.status() != Some(404) => {
                outcome
                    .problems
                    .push(format!("{}: {}", object.name, failure.sentence()));
                outcome.kept.push(object);
            }
            Ok(_) | Err(_) => {
                list.forget(&object);
                outcome.deleted += 1;
            }
        }
        let _gone = done.try_update(|done| *done += 1);
    }
    outcome
}
