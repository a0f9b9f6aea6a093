//! The editor of one object's text: checked against the cluster, saved; and brought together with what others saved
//! meanwhile.

use super::answer::{answer_view, place_of_failure};
use super::version;
use crate::api_client::ApiResult;
use crate::api_client::objects::{self, ObjectAddress};
use crate::i18n::text;
use crate::pages::object::source::LiveObject;
use crate::state::drafts;
use crate::state::loader::Loader;
use crate::state::toasts::use_toasts;
use crate::ui::{Button, ButtonKind, CodeEditor, CodeMerge, ConfirmDialog, IconName, Notice};
use leptos::prelude::*;
use leptos::task::spawn_local;
use muster_api::apply::{ApplyAnswer, ApplyMode, ApplyRequest};
use muster_api::resource::Health;

/// The editor. It stops by `on_stop`; the draft is forgotten by then.
#[component]
pub fn YamlEditor(
    /// The object.
    live: LiveObject,
    /// Where the draft is kept.
    key: String,
    /// The draft.
    draft: RwSignal<String>,
    /// The object's text as it was last read.
    latest: Loader<String>,
    /// Was the draft kept from an earlier visit?
    was_kept: bool,
    /// Nothing is being edited any more.
    on_stop: Callback<()>,
) -> AnyView {
    let address = live.address();
    let name = StoredValue::new(address.name.clone());
    let toasts = use_toasts();
    let answer = RwSignal::new(None::<ApiResult<ApplyAnswer>>);
    let busy = RwSignal::new(false);
    let discarding = RwSignal::new(false);
    // What others saved meanwhile, once it is to be compared.
    let newest = RwSignal::new(None::<String>);
    let address = StoredValue::new(address);
    let key = StoredValue::new(key);
    Effect::new(move |before: Option<String>| {
        let text = draft.get();
        if before.is_some_and(|before| before != text) {
            key.with_value(|key| drafts::keep(key, Some(&text)));
            answer.set(None);
        }
        text
    });
    let stop = move || {
        key.with_value(|key| drafts::keep(key, None));
        on_stop.run(());
    };
    let send = move |dry_run: bool| {
        if busy.get_untracked() {
            return;
        }
        let ObjectAddress {
            cluster,
            namespace,
            name,
            ..
        } = address.get_value();
        let request = ApplyRequest {
            manifest: draft.get_untracked(),
            namespace,
            mode: ApplyMode::Replace,
            dry_run,
            force: false,
            operation: None,
        };
        let key = key.get_value();
        busy.set(true);
        spawn_local(async move {
            let result = objects::apply(&cluster, &request).await;
            let is_left = busy.try_set(false).is_some();
            let is_saved = result.as_ref().is_ok_and(|answer| answer.applied);
            if is_saved {
                // Also when the page was left meanwhile: what was written is no draft any more.
                drafts::keep(&key, None);
                toasts.success(text::object::yaml::SAVED.with(&[("name", &name)]));
            }
            match result {
                Err(failure) if is_left && !dry_run => toasts.failure(&failure),
                Ok(_) if is_left && !dry_run && !is_saved => {
                    toasts.problem(text::object::yaml::NOT_SAVED.with(&[("name", &name)]));
                }
                _ if is_left => {}
                _ if is_saved => {
                    on_stop.run(());
                    live.reload();
                    latest.reload();
                }
                result => answer.set(Some(result)),
            }
        });
    };
    let compare = move || {
        let address = address.get_value();
        busy.set(true);
        spawn_local(async move {
            let read = objects::read_yaml(&address, false, false).await;
            if busy.try_set(false).is_some() {
                return;
            }
            match read {
                Ok(yaml) => {
                    draft.update(|draft| *draft = version::made_from(draft, &yaml));
                    answer.set(None);
                    newest.set(Some(yaml));
                }
                Err(failure) => toasts.failure(&failure),
            }
        });
    };
    let compare_button = move || {
        view! {
            <Button icon=IconName::Restart on_press=move |_| compare()>
                {text::object::yaml::RELOAD}
            </Button>
        }
        .into_any()
    };
    let problem = Signal::derive(move || answer.with(|answer| answer.as_ref().and_then(place_of_failure)));
    let label = Signal::derive(move || text::object::yaml::EDITOR.with(&[("name", &name.get_value())]));
    let leave = move |_| {
        let unchanged = latest.value().is_some_and(|text| text == draft.get_untracked());
        if unchanged { stop() } else { discarding.set(true) }
    };
    view! {
        <div class="tab-tools">
            {was_kept.then(|| view! { <span class="dim">{text::object::yaml::DRAFT_KEPT}</span> })}
            <span class="dim" role="status">{move || drafts::refusal()}</span>
            <span class="grow"></span>
            <Button kind=ButtonKind::Quiet on_press=leave>
                {text::object::yaml::CANCEL}
            </Button>
            <Button busy on_press=move |_| send(true)>
                {text::object::yaml::CHECK}
            </Button>
            <Button kind=ButtonKind::Primary busy on_press=move |_| send(false)>
                {text::object::yaml::SAVE}
            </Button>
        </div>
        {move || answer.get().map(|answer| answer_view(answer, compare_button))}
        {move || match newest.get() {
            Some(newest) => {
                view! {
                    <Notice health=Health::Idle>{text::object::yaml::MERGE}</Notice>
                    <CodeMerge
                        before=newest
                        before_label=text::object::yaml::BEFORE
                        value=draft
                        after_label=text::object::yaml::AFTER
                    />
                }
                .into_any()
            }
            None => view! { <CodeEditor value=draft label problem on_submit=move |()| send(true) /> }.into_any(),
        }}
        <ConfirmDialog
            open=discarding
            title=text::object::yaml::DISCARD_TITLE
            action=text::object::yaml::DISCARD
            on_confirm=move |()| {
                discarding.set(false);
                stop();
            }
        >
            <p>{move || text::object::yaml::DISCARD_TEXT.with(&[("name", &name.get_value())])}</p>
        </ConfirmDialog>
    }
    .into_any()
}
