//! What stands around every page: top bar, side bar, dock, search, keys; and the way to the sign-in page.

pub mod kinds;

pub(crate) mod keyboard;

mod dock_frame;
mod help;
mod palette;
mod side_bar;
mod top_bar;
mod trail;
mod view_as;

use crate::api_client::ApiFailure;
use crate::i18n::text;
use crate::pages::permission::ExplanationDialog;
use crate::routes::Page;
use crate::state::session::{SessionState, use_session};
use crate::ui::{FailurePanel, Sheet, Skeleton, ToastList};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use wasm_bindgen::JsCast;

/// What stands on screen as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    /// Sign-in and first start: nothing around them.
    Door,
    /// Who is signed in is not known yet.
    Checking,
    /// The server cannot be asked who is signed in.
    Failed(ApiFailure),
    /// A page in its frame.
    Inside,
}

/// The shell: `door` are the pages before sign-in, `inside` all the others.
#[component]
pub fn Shell(
    /// The pages that need nobody signed in.
    #[prop(into)]
    door: ViewFn,
    /// The pages in the frame.
    #[prop(into)]
    inside: ViewFn,
) -> impl IntoView {
    let session = use_session();
    let location = use_location();
    let path = location.pathname;
    let is_door =
        Memo::new(move |_| path.with(|path| matches!(path.trim_end_matches('/'), "/sign-in" | "/first-start")));
    let place = Memo::new(move |_| match session.state().get() {
        _ if is_door.get() => Place::Door,
        SessionState::SignedIn(_) => Place::Inside,
        SessionState::Failed(failure) => Place::Failed(failure),
        SessionState::Checking | SessionState::SignedOut => Place::Checking,
    });
    let navigate = use_navigate();
    Effect::new(move |_| {
        if !is_door.get() && session.state().get() == SessionState::SignedOut {
            // Whoever left does not lead the next person to their page.
            let return_to = if session.was_left().get_untracked() {
                String::new()
            } else {
                format!(
                    "{}{}",
                    path.get_untracked(),
                    with_mark(&location.search.get_untracked())
                )
            };
            navigate(
                &Page::SignIn { return_to }.href(),
                NavigateOptions {
                    replace: true,
                    ..NavigateOptions::default()
                },
            );
        }
    });
    view! {
        {move || match place.get() {
            Place::Door => door.run(),
            Place::Checking => view! { <main class="waiting-room"><Skeleton lines=3 /></main> }.into_any(),
            Place::Failed(failure) => {
                view! {
                    <main class="waiting-room">
                        <FailurePanel failure on_retry=move |()| session.check() />
                    </main>
                }
                    .into_any()
            }
            Place::Inside => {
                let inside = inside.clone();
                view! { <Frame inside /> }.into_any()
            }
        }}
        <ToastList />
    }
    .into_any()
}

fn with_mark(search: &str) -> String {
    match search.trim_start_matches('?') {
        "" => String::new(),
        search => format!("?{search}"),
    }
}

/// What the parts of the frame open and close.
#[derive(Clone, Copy)]
pub(crate) struct Panels {
    /// The search.
    pub palette: RwSignal<bool>,
    /// The list of keys.
    pub help: RwSignal<bool>,
    /// The side bar on narrow screens.
    pub sheet: RwSignal<bool>,
    /// As whom to look at the console.
    pub view_as: RwSignal<bool>,
}

/// After the way to another page, the keyboard and screen readers begin at its heading.
fn focus_the_heading() {
    let path = use_location().pathname;
    Effect::new(move |before: Option<String>| {
        let path = path.get();
        if before.is_some_and(|before| before != path) {
            // Once the new page is drawn.
            request_animation_frame(|| request_animation_frame(go_to_heading));
        }
        path
    });
}

fn go_to_heading() {
    let is_at_work = document().active_element().is_some_and(|active| {
        let is_field = matches!(active.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT");
        is_field || active.closest("dialog[open], .dock").ok().flatten().is_some()
    });
    let heading = document().query_selector("#content h1").ok().flatten();
    if let Some(heading) = heading.and_then(|heading| heading.dyn_into::<web_sys::HtmlElement>().ok())
        && !is_at_work
    {
        let _focus_is_a_courtesy = heading.focus();
    }
}

#[component]
fn Frame(inside: ViewFn) -> impl IntoView {
    let panels = Panels {
        palette: RwSignal::new(false),
        help: RwSignal::new(false),
        sheet: RwSignal::new(false),
        view_as: RwSignal::new(false),
    };
    provide_context(panels);
    keyboard::listen(panels);
    focus_the_heading();
    view! {
        <a class="skip-link" href="#content">{text::shell::SKIP}</a>
        <div class="app">
            <top_bar::TopBar />
            <nav class="side-bar" aria-label=move || text::shell::NAVIGATION.get()>
                <side_bar::SideBar />
            </nav>
            <main id="content" class="content" tabindex="-1">
                <view_as::ViewAsBanner />
                {inside.run()}
            </main>
            <dock_frame::DockFrame />
        </div>
        <Sheet open=panels.sheet label=text::shell::NAVIGATION>
            <nav aria-label=move || text::shell::NAVIGATION.get()>
                <side_bar::SideBar />
            </nav>
        </Sheet>
        <palette::Palette />
        <help::HelpDialog />
        <view_as::ViewAsDialog />
        <ExplanationDialog />
    }
    .into_any()
}
