//! The YAML editor as a component. Until its library is there, and when it cannot be had, a plain text field does the work:
//! nobody loses a text because a script did not load.

use crate::i18n::text;
use crate::interop::code_editor::{Comparison, ComparisonOptions, Editor, EditorOptions, load_library};
use crate::ui::Skeleton;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// A place in the text with what is wrong there; line and column from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditorProblem {
    /// Line.
    pub line: u32,
    /// Column.
    pub column: u32,
    /// What is wrong.
    pub message: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Library {
    Loading,
    Open,
    Missing,
}

/// An editor of YAML. It writes into `value` as the person types and takes over what others put there.
#[component]
pub fn CodeEditor(
    /// The text.
    value: RwSignal<String>,
    /// What a screen reader calls it.
    #[prop(into)]
    label: Signal<String>,
    /// It can only be read.
    #[prop(optional, into)]
    read_only: Signal<bool>,
    /// A place to mark.
    #[prop(optional, into)]
    problem: Signal<Option<EditorProblem>>,
    /// Called on Ctrl/Cmd+Enter and Ctrl/Cmd+S.
    #[prop(optional, into)]
    on_submit: Option<Callback<()>>,
) -> impl IntoView {
    let frame = NodeRef::<html::Div>::new();
    let library = RwSignal::new(Library::Loading);
    let editor = StoredValue::new_local(None::<Editor>);
    Effect::new(move |_| {
        let (Some(frame), read_only) = (frame.get(), read_only.get()) else {
            return;
        };
        spawn_local(async move {
            let loaded = load_library().await;
            // The page may be left by now.
            let (Some(text), Some(label)) = (value.try_get_untracked(), label.try_get_untracked()) else {
                return;
            };
            let open = loaded.and_then(|loaded| {
                // Whether it can be changed is settled when an editor opens: another wish opens another editor.
                editor.try_set_value(None);
                let options = EditorOptions {
                    text,
                    label,
                    read_only,
                    changed: Box::new(move |text| {
                        let _page_is_gone = value.try_set(text);
                    }),
                    submitted: Box::new(move || {
                        if let Some(on_submit) = on_submit {
                            let _page_is_gone = on_submit.try_run(());
                        }
                    }),
                };
                Editor::open(&loaded, &frame, options)
            });
            match open {
                Ok(opened) => {
                    editor.try_set_value(Some(opened));
                    let _page_is_gone = library.try_set(Library::Open);
                }
                Err(_) => {
                    let _page_is_gone = library.try_set(Library::Missing);
                }
            }
        });
    });
    Effect::new(move |_| {
        let text = value.get();
        editor.with_value(|editor| {
            if let Some(editor) = editor
                && editor.text() != text
            {
                editor.set_text(&text);
            }
        });
    });
    Effect::new(move |_| {
        let problem = problem.get();
        let is_open = library.get() == Library::Open;
        editor.with_value(|editor| match (editor, problem) {
            (Some(editor), Some(problem)) if is_open => {
                editor.set_problem(problem.line, problem.column, &problem.message);
            }
            (Some(editor), None) => editor.clear_problems(),
            _ => {}
        });
    });
    view! {
        <div class="code-editor">
            <Show when=move || library.get() == Library::Loading>
                <span class="visually-hidden" role="status">{text::object::yaml::LOADING}</span>
                <Skeleton lines=8 />
            </Show>
            <div
                class="code-editor-frame"
                class:hidden=move || library.get() != Library::Open
                node_ref=frame
            ></div>
            <Show when=move || library.get() == Library::Missing>
                <textarea
                    class="input code-editor-plain"
                    aria-label=move || label.get()
                    spellcheck="false"
                    readonly=move || read_only.get()
                    prop:value=move || value.get()
                    on:input=move |event| value.set(event_target_value(&event))
                ></textarea>
            </Show>
        </div>
    }
    .into_any()
}

/// A text beside one to compare it with, differences marked: it is changed as in an editor, and single differences are
/// taken over from the left by a press.
#[component]
pub fn CodeMerge(
    /// The left text; it cannot be changed.
    #[prop(into)]
    before: Signal<String>,
    /// What the left text is.
    #[prop(into)]
    before_label: Signal<String>,
    /// The right text.
    value: RwSignal<String>,
    /// What the right text is.
    #[prop(into)]
    after_label: Signal<String>,
) -> impl IntoView {
    let frame = NodeRef::<html::Div>::new();
    let shown = StoredValue::new_local(None::<Comparison>);
    let missing = RwSignal::new(false);
    Effect::new(move |_| {
        let (Some(frame), before) = (frame.get(), before.get()) else {
            return;
        };
        let (after, labels) = (
            value.get_untracked(),
            (before_label.get_untracked(), after_label.get_untracked()),
        );
        spawn_local(async move {
            let loaded = load_library().await;
            // Another left text is another view.
            if shown.try_set_value(None).is_some() {
                return;
            }
            let opened = loaded.and_then(|loaded| {
                let options = ComparisonOptions {
                    before: &before,
                    before_label: &labels.0,
                    after: &after,
                    after_label: &labels.1,
                    changed: Some(Box::new(move |text| {
                        let _page_is_gone = value.try_set(text);
                    })),
                };
                Comparison::open(&loaded, &frame, options)
            });
            match opened {
                Ok(opened) => {
                    shown.try_set_value(Some(opened));
                }
                Err(_) => {
                    let _page_is_gone = missing.try_set(true);
                }
            }
        });
    });
    view! {
        <div class="code-comparison">
            <div class="code-comparison-heads dim">
                <span>{move || before_label.get()}</span>
                <span>{move || after_label.get()}</span>
            </div>
            <div class="code-editor-frame" node_ref=frame></div>
            <Show when=move || missing.get()>
                <pre>{move || before.get()}</pre>
                <textarea
                    class="input code-editor-plain"
                    aria-label=move || after_label.get()
                    spellcheck="false"
                    prop:value=move || value.get()
                    on:input=move |event| value.set(event_target_value(&event))
                ></textarea>
            </Show>
        </div>
    }
    .into_any()
}

/// Two texts side by side, differences marked.
#[component]
pub fn CodeComparison(
    /// The left text.
    #[prop(into)]
    before: String,
    /// What the left text is.
    #[prop(into)]
    before_label: Signal<String>,
    /// The right text.
    #[prop(into)]
    after: String,
    /// What the right text is.
    #[prop(into)]
    after_label: Signal<String>,
) -> impl IntoView {
    let frame = NodeRef::<html::Div>::new();
    let shown = StoredValue::new_local(None::<Comparison>);
    let missing = RwSignal::new(false);
    let plain = after.clone();
    Effect::new(move |_| {
        let Some(frame) = frame.get() else { return };
        let (before, after) = (before.clone(), after.clone());
        let labels = (before_label.get_untracked(), after_label.get_untracked());
        spawn_local(async move {
            let opened = load_library().await.and_then(|loaded| {
                let options = ComparisonOptions {
                    before: &before,
                    before_label: &labels.0,
                    after: &after,
                    after_label: &labels.1,
                    changed: None,
                };
                Comparison::open(&loaded, &frame, options)
            });
            match opened {
                Ok(opened) => {
                    shown.try_set_value(Some(opened));
                }
                Err(_) => {
                    let _page_is_gone = missing.try_set(true);
                }
            }
        });
    });
    view! {
        <div class="code-comparison">
            <div class="code-comparison-heads dim">
                <span>{move || before_label.get()}</span>
                <span>{move || after_label.get()}</span>
            </div>
            <div class="code-editor-frame" node_ref=frame></div>
            <Show when=move || missing.get()>
                <pre>{plain.clone()}</pre>
            </Show>
        </div>
    }
    .into_any()
}
