//! A shell in a container: a terminal in the dock.

use super::shell_stream::{ShellState, ShellStream};
use crate::api_client::ApiFailure;
use crate::api_client::objects::{self, ObjectAddress};
use crate::i18n::{lookup_or, text};
use crate::interop::terminal::{Terminal, TerminalOptions, load_library};
use crate::pages::permission::about;
use crate::state::access::{Access, use_access};
use crate::state::dock::{Dock, DockTab, use_dock};
use crate::ui::{Button, ButtonKind, FailurePanel, IconName, Notice};
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use muster_api::access::AccessQuestion;
use muster_api::resource::Health;
use muster_api::shell::ShellEnded;

/// May the person open a shell in this pod?
pub fn question(pod: &ObjectAddress) -> AccessQuestion {
    about(pod, "create", Some("exec"))
}

/// What the key `s` does. A `Copy` handle, to be taken where a component is made.
#[derive(Clone, Copy)]
pub struct ShellOpener {
    dock: Dock,
    access: Access,
}

impl ShellOpener {
    /// Takes it from the page.
    pub fn take() -> Self {
        Self {
            dock: use_dock(),
            access: use_access(),
        }
    }

    /// Opens a shell in an object, if it is a pod, or says why the person may not. Was it one?
    pub fn open(self, object: &ObjectAddress) -> bool {
        let Some(tab) = DockTab::shell_of(object) else {
            return false;
        };
        // What is not known yet is decided by the server.
        match untrack(|| self.access.refused(&[question(object)])) {
            Some(refused) => self.access.explained().set(Some(refused)),
            None => self.dock.open(tab),
        }
        true
    }
}

/// A terminal with a shell in one of a pod's containers.
#[component]
pub fn ShellView(
    /// The pod.
    pod: ObjectAddress,
    /// Is its tab in front?
    #[prop(into)]
    in_front: Signal<bool>,
) -> impl IntoView {
    let frame = NodeRef::<html::Div>::new();
    let way_out = NodeRef::<html::Select>::new();
    let terminal = StoredValue::new_local(None::<Terminal>);
    let is_ready = RwSignal::new(false);
    let missing = RwSignal::new(false);
    let wanted = RwSignal::new(None::<String>);
    let name = StoredValue::new(pod.name.clone());
    let names = container_names(&pod);
    let show = Callback::new(move |bytes: Vec<u8>| {
        terminal.with_value(|terminal| {
            if let Some(terminal) = terminal {
                terminal.write(&bytes);
            }
        });
    });
    let stream = ShellStream::new(pod, show);
    let label = move || text::terminal::LABEL.with(&[("pod", &name.get_value())]);
    let open = move || {
        let size = terminal.with_value(|terminal| terminal.as_ref().map(Terminal::size));
        if let Some(size) = size {
            stream.open(wanted.get_untracked(), size);
        }
    };
    let open_anew = move || {
        terminal.with_value(|terminal| {
            if let Some(terminal) = terminal {
                terminal.begin_anew();
                terminal.focus();
            }
        });
        open();
    };
    let load = move || {
        let Some(frame) = frame.get_untracked() else { return };
        missing.set(false);
        spawn_local(async move {
            let loaded = load_library().await;
            // The tab may be closed by now.
            let Some(_still_there) = is_ready.try_get_untracked() else {
                return;
            };
            let options = TerminalOptions {
                label: untrack(label),
                input: Box::new(move |bytes| stream.input(bytes)),
                resized: Box::new(move |columns, rows| stream.resize(columns, rows)),
                taken: Box::new(move |bytes| stream.take(bytes)),
                left: Box::new(move || {
                    if let Some(way_out) = way_out.try_get_untracked().flatten() {
                        let _not_focusable = way_out.focus();
                    }
                }),
            };
            match loaded.and_then(|library| Terminal::open(&library, &frame, options)) {
                Ok(opened) => {
                    terminal.set_value(Some(opened));
                    is_ready.set(true);
                    open();
                }
                Err(_) => missing.set(true),
            }
        });
    };
    Effect::new(move |_| {
        if frame.get().is_some() {
            load();
        }
    });
    Effect::new(move |_| {
        if in_front.get() && is_ready.get() {
            terminal.with_value(|terminal| {
                if let Some(terminal) = terminal {
                    terminal.focus();
                }
            });
        }
    });
    let chosen = Memo::new(move |_| match stream.state.get() {
        ShellState::Open(opened) => opened.container,
        _ => wanted.get().unwrap_or_default(),
    });
    view! {
        <section class="shell-view" aria-label=label>
            <div class="log-tools">
                <select
                    class="input"
                    aria-label=move || text::terminal::CONTAINER.get()
                    node_ref=way_out
                    prop:value=move || chosen.get()
                    on:change=move |event| {
                        wanted.set(Some(event_target_value(&event)));
                        open_anew();
                    }
                >
                    {move || options(names.get(), chosen)}
                </select>
                <span class="grow"></span>
                <span class="dim shell-hint">{text::terminal::LEAVE}</span>
            </div>
            <StateLine stream open_anew=Callback::new(move |()| open_anew()) />
            <Show when=move || missing.get()>
                <Notice>
                    <p>{text::terminal::MISSING}</p>
                    <Button icon=IconName::Restart on_press=move |_| load()>{text::common::RETRY}</Button>
                </Notice>
            </Show>
            <div class="shell-screen" node_ref=frame></div>
        </section>
    }
    .into_any()
}

/// The containers to choose from; the one that the shell is in, too, while the others are not known.
fn options(mut names: Vec<String>, chosen: Memo<String>) -> impl IntoView + use<> {
    let now = chosen.get();
    if !names.contains(&now) {
        names.insert(0, now);
    }
    let option = move |name: String| {
        let selected = name.clone();
        view! {
            <option value=name.clone() selected=move || chosen.get() == selected>
                {name.clone()}
            </option>
        }
    };
    names.into_iter().map(option).collect_view()
}

fn container_names(pod: &ObjectAddress) -> RwSignal<Vec<String>> {
    let names = RwSignal::new(Vec::new());
    let pod = pod.clone();
    spawn_local(async move {
        // When the pod cannot be read, the shell's own answer says why.
        if let Ok(object) = objects::read(&pod).await {
            let found = super::facts::containers(&object);
            let _tab_is_gone = names.try_set(found.into_iter().map(|container| container.name).collect());
        }
    });
    names
}

#[component]
fn StateLine(stream: ShellStream, open_anew: Callback<()>) -> AnyView {
    let again = move || {
        view! {
            <Button kind=ButtonKind::Primary icon=IconName::Restart on_press=move |_| open_anew.run(())>
                {text::terminal::AGAIN}
            </Button>
        }
    };
    view! {
        {move || match stream.state.get() {
            ShellState::Connecting => view! { <p class="log-state dim" role="status">{text::terminal::CONNECTING}</p> }.into_any(),
            ShellState::Open(opened) if opened.recorded => {
                view! { <Notice health=Health::Warn>{text::terminal::RECORDED}</Notice> }.into_any()
            }
            ShellState::Open(_) => ().into_any(),
            ShellState::Ended(ended) => {
                view! { <Notice health=Health::Idle>{move || sentence_of(&ended)}</Notice> {again()} }.into_any()
            }
            ShellState::Lost => view! { <Notice>{text::terminal::LOST}</Notice> {again()} }.into_any(),
            ShellState::Failed(problem) => {
                view! {
                    <FailurePanel
                        failure=ApiFailure::Problem(Box::new(problem))
                        on_retry=move |()| open_anew.run(())
                    />
                }
                    .into_any()
            }
        }}
    }
    .into_any()
}

/// Why it ended. What the cluster says stays in its words.
fn sentence_of(ended: &ShellEnded) -> String {
    match ended.exit_code {
        Some(code) => text::terminal::EXITED.with(&[("code", &code)]),
        None => lookup_or("terminal.end", &ended.code, &ended.reason),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_told_by_its_code_and_else_in_the_servers_words() {
        let ended = |exit_code, code: &str| ShellEnded {
            exit_code,
            code: code.to_owned(),
            reason: "The cluster could not run it.".to_owned(),
        };
        assert!(sentence_of(&ended(Some(7), "exited")).contains('7'));
        assert_eq!(sentence_of(&ended(None, "failed")), "The cluster could not run it.");
        for code in [
            "no-shell",
            "lost",
            "revoked",
            "signed-out",
            "removed",
            "stopping",
            "other-view",
            "not-recorded",
        ] {
            assert_ne!(
                sentence_of(&ended(None, code)),
                "The cluster could not run it.",
                "{code}"
            );
        }
    }
}
