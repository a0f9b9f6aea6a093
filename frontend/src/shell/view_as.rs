//! Looking at the console as somebody else: choosing whom, and the banner that says so the whole time.

use super::Panels;
use crate::i18n::text;
use crate::pages::bindings::subject::{SubjectPicker, reference_to};
use crate::state::session::use_session;
use crate::state::toasts::use_toasts;
use crate::state::work::Work;
use crate::ui::{Button, ButtonKind, Dialog, FormFailure, Icon, IconName};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use muster_api::access::Principal;
use muster_api::problem::FieldProblem;

/// The dialog that asks as whom.
#[component]
pub(super) fn ViewAsDialog() -> impl IntoView {
    let Some(panels) = use_context::<Panels>() else {
        return ().into_any();
    };
    view! {
        <Dialog open=panels.view_as title=text::access::VIEW_AS_TITLE>
            <Form open=panels.view_as />
        </Dialog>
    }
    .into_any()
}

#[component]
fn Form(open: RwSignal<bool>) -> impl IntoView {
    let session = use_session();
    let chosen = RwSignal::new(None::<Principal>);
    let work = Work::new();
    let problem = Signal::derive(move || crate::ui::first_problem(work.problems.into(), "subject"));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(principal) = chosen.get_untracked() else {
            work.refuses(vec![FieldProblem::new(
                "subject",
                "required",
                text::bindings::REQUIRED.get(),
            )]);
            return;
        };
        let subject = reference_to(&principal);
        work.run(async move { session.view_as(Some(subject)).await }, |()| ());
    };
    view! {
        <form class="stack" novalidate on:submit=submit>
            <p>{text::access::VIEW_AS_LEAD}</p>
            <SubjectPicker chosen problem />
            <FormFailure work />
            <footer class="dialog-footer">
                <Button on_press=move |_| open.set(false)>{text::common::CANCEL}</Button>
                <Button kind=ButtonKind::Primary submit=true icon=IconName::Eye busy=work.busy>
                    {text::access::VIEW_AS_SUBMIT}
                </Button>
            </footer>
        </form>
    }
    .into_any()
}

/// Stands over everything while the console is looked at as somebody else.
#[component]
pub(super) fn ViewAsBanner() -> impl IntoView {
    let (session, toasts) = (use_session(), use_toasts());
    let work = Work::new();
    let who = Memo::new(move |_| session.viewing_as());
    Effect::new(move |_| {
        if let Some(failure) = work.failure.get() {
            toasts.failure(&failure);
        }
    });
    let stop = move |_| work.run(async move { session.view_as(None).await }, |()| ());
    move || {
        who.get().map(|who| {
            let name = who.display_name;
            view! {
                <div class="view-as" role="status">
                    <Icon name=IconName::Eye />
                    <span class="grow">{move || text::access::VIEWING_AS.with(&[("name", &name)])}</span>
                    <Button on_press=stop busy=work.busy>
                        {text::access::VIEW_AS_STOP}
                    </Button>
                </div>
            }
        })
    }
}
