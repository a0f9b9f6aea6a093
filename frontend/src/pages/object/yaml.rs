//! An object's text: read and edited. A typed text is kept until it is saved or discarded by hand.

mod answer;
mod editor;
mod version;

use super::source::LiveObject;
use crate::api_client::objects::{self, ObjectAddress};
use crate::browser;
use crate::i18n::text;
use crate::pages::known_cluster::KnownCluster;
use crate::pages::permission::{Guarded, about};
use crate::state::drafts;
use crate::state::loader::Loader;
use crate::state::session::use_session;
use crate::ui::{Button, Checkbox, CodeView, IconName, LoadFrame};
use editor::YamlEditor;
use leptos::prelude::*;

/// An object's YAML, to read.
#[component]
pub fn YamlView(
    /// The object.
    live: LiveObject,
) -> impl IntoView {
    let text = YamlText::follow(live);
    view! { <div class="yaml-view"><Reading text tools=|| ().into_any() /></div> }.into_any()
}

/// An object's YAML, to read and to edit.
#[component]
pub fn EditableYaml(
    /// The object.
    live: LiveObject,
    /// The address asks for the editor.
    wanted: Signal<bool>,
    /// Is told when the editor opens and closes.
    on_editing: Callback<bool>,
) -> impl IntoView {
    let address = live.address();
    let cluster = address.cluster.clone();
    view! {
        <KnownCluster
            address=Signal::stored(cluster)
            view=move |id| view! { <Editable live key=draft_key(&id, &address) wanted on_editing /> }.into_any()
        />
    }
    .into_any()
}

/// The object's text, read again whenever the object changes.
#[derive(Clone, Copy)]
struct YamlText {
    loader: Loader<String>,
    managed_fields: RwSignal<bool>,
}

impl YamlText {
    fn follow(live: LiveObject) -> Self {
        let managed_fields = RwSignal::new(false);
        let address = StoredValue::new(live.address());
        let loader = Loader::new(move || {
            let (address, managed_fields) = (address.get_value(), managed_fields.get());
            async move { objects::read_yaml(&address, managed_fields, false).await }
        });
        Effect::new(move |before: Option<()>| {
            live.value().track();
            if before.is_some() {
                loader.reload();
            }
        });
        Self { loader, managed_fields }
    }
}

#[component]
fn Reading(text: YamlText, #[prop(into)] tools: ViewFn) -> impl IntoView {
    let yaml = Memo::new(move |_| text.loader.value().unwrap_or_default());
    view! {
        <div class="tab-tools">
            <Checkbox label=text::object::yaml::MANAGED_FIELDS checked=text.managed_fields />
            <span class="grow"></span>
            {tools.run()}
        </div>
        <LoadFrame loader=text.loader lines=12>
            <CodeView text=yaml label=text::object::tabs::YAML />
        </LoadFrame>
    }
    .into_any()
}

#[component]
fn Editable(live: LiveObject, key: String, wanted: Signal<bool>, on_editing: Callback<bool>) -> impl IntoView {
    let is_secret = live.address().kind.is("core", "secrets");
    let kept = browser::stored(&key).filter(|_| !is_secret);
    let was_kept = kept.is_some();
    let editing = RwSignal::new(was_kept);
    let draft = RwSignal::new(kept.unwrap_or_default());
    let text = YamlText::follow(live);
    let key = StoredValue::new(key);
    Effect::new(move |_| {
        if !wanted.get() || is_secret || editing.get_untracked() {
            return;
        }
        // What is edited is the text itself, without what servers note in it.
        if text.managed_fields.get() {
            text.managed_fields.set(false);
            return;
        }
        if let Some(yaml) = text.loader.value() {
            draft.set(yaml);
            editing.set(true);
        }
    });
    let tools = move || {
        if is_secret {
            return view! { <span class="dim">{text::object::yaml::SECRET_HINT}</span> }.into_any();
        }
        view! {
            <Guarded questions=vec![about(&live.address(), "patch", None)]>
                <Button icon=IconName::Edit on_press=move |_| on_editing.run(true)>
                    {text::object::yaml::EDIT}
                </Button>
            </Guarded>
        }
        .into_any()
    };
    let stop = Callback::new(move |()| {
        on_editing.run(false);
        editing.set(false);
    });
    view! {
        <div class="yaml-view">
            <Show when=move || editing.get() fallback=move || view! { <Reading text tools /> }>
                <YamlEditor live key=key.get_value() draft latest=text.loader was_kept on_stop=stop />
            </Show>
        </div>
    }
    .into_any()
}

/// Where a typed text is kept in the browser.
fn draft_key(cluster_id: &str, address: &ObjectAddress) -> String {
    let user = untrack(|| use_session().user()).map(|user| user.id).unwrap_or_default();
    let namespace = address.namespace.as_deref().unwrap_or("-");
    let rest = format!("{}/{namespace}/{}", address.kind.path(), address.name);
    drafts::key("yaml", &user, cluster_id, &rest)
}
