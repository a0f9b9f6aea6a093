//! Where I am signed in, and ending it there.

use crate::api_client::{ApiFailure, account};
use crate::i18n::text;
use crate::state::loader::Loader;
use crate::state::toasts::use_toasts;
use crate::ui::{Age, Button, Card, Chip, ConfirmDialog, LoadFrame};
use leptos::prelude::*;
use leptos::task::spawn_local;
use muster_api::Collection;
use muster_api::account::Session;
use muster_api::resource::Health;

/// The card of sessions.
#[component]
pub(super) fn SessionsCard() -> impl IntoView {
    let toasts = use_toasts();
    let loader = Loader::new(|| async { account::list_sessions().await });
    let ending_others = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<ApiFailure>);
    let others = Memo::new(move |_| {
        loader.value().map_or(0, |sessions| {
            sessions.items.iter().filter(|session| !session.current).count()
        })
    });
    let end_others = move |()| {
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            let answer = account::end_other_sessions().await;
            busy.try_set(false);
            match answer {
                Ok(()) => {
                    ending_others.try_set(false);
                    toasts.success(text::account::SESSIONS_ENDED.get());
                    loader.reload();
                }
                Err(refused) => {
                    failure.try_set(Some(refused));
                }
            }
        });
    };
    let button = move || {
        view! {
            <Show when=move || { others.get() > 0 }>
                <Button on_press=move |_| ending_others.set(true)>{text::account::SESSIONS_END_OTHERS}</Button>
            </Show>
        }
    };
    view! {
        <Card title=text::account::SESSIONS actions=button flush=true>
            <LoadFrame loader lines=3>
                <SessionTable loader />
            </LoadFrame>
        </Card>
        <ConfirmDialog
            open=ending_others
            title=text::account::SESSIONS_END_OTHERS_TITLE
            action=text::account::SESSIONS_END_OTHERS
            on_confirm=end_others
            busy=busy
            failure=failure
        >
            <p>{move || text::account::SESSIONS_END_OTHERS_BODY.with(&[("count", &others.get())])}</p>
        </ConfirmDialog>
    }
    .into_any()
}

#[component]
fn SessionTable(loader: Loader<Collection<Session>>) -> impl IntoView {
    let sessions = move || loader.value().map(|sessions| sessions.items).unwrap_or_default();
    view! {
        <table class="table" aria-label=move || text::account::SESSIONS.get()>
            <thead>
                <tr>
                    <th scope="col">{text::account::SESSION_BROWSER}</th>
                    <th scope="col" class="account-wide">{text::account::SESSION_ADDRESS}</th>
                    <th scope="col" class="account-wide">{text::account::SESSION_BEGAN}</th>
                    <th scope="col">{text::account::SESSION_SEEN}</th>
                    <th scope="col">
                        <span class="visually-hidden">{text::account::TOKEN_COLUMN_ACTIONS}</span>
                    </th>
                </tr>
            </thead>
            <tbody>
                <For each=sessions key=|session| (session.id.clone(), session.last_seen_at.clone()) let:session>
                    <SessionLine session loader />
                </For>
            </tbody>
        </table>
    }
    .into_any()
}

#[component]
fn SessionLine(session: Session, loader: Loader<Collection<Session>>) -> impl IntoView {
    let toasts = use_toasts();
    let busy = RwSignal::new(false);
    let id = StoredValue::new(session.id);
    let browser = browser_name(&session.user_agent);
    let end = move |_| {
        busy.set(true);
        spawn_local(async move {
            let answer = account::end_session(&id.get_value()).await;
            busy.try_set(false);
            match answer {
                Ok(()) => toasts.success(text::account::SESSION_ENDED.get()),
                Err(failure) => toasts.failure(&failure),
            }
            loader.reload();
        });
    };
    let shown = browser.clone();
    let end_hint = Signal::derive(move || text::account::SESSION_END_OF.with(&[("name", &browser)]));
    view! {
        <tr>
            <td class="account-browser" title=session.user_agent>
                {shown}
                " "
                {session.current.then(|| view! { <Chip health=Health::Good>{text::account::SESSION_CURRENT}</Chip> })}
            </td>
            <td class="account-wide mono">{session.address}</td>
            <td class="account-wide">
                <Age since=session.created_at />
            </td>
            <td>
                <Age since=session.last_seen_at />
            </td>
            <td class="table-actions">
                {(!session.current)
                    .then(|| {
                        view! {
                            <Button on_press=end busy=busy hint=end_hint>
                                {text::account::SESSION_END}
                            </Button>
                        }
                    })}
            </td>
        </tr>
    }
    .into_any()
}

/// Browser and system out of what a browser calls itself; the whole name where it is none of the usual ones.
fn browser_name(user_agent: &str) -> String {
    let first = |names: &[(&str, &'static str)]| {
        names
            .iter()
            .find(|(sign, _)| user_agent.contains(sign))
            .map(|(_, name)| *name)
    };
    let browser = first(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = first(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} · {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, _) if user_agent.is_empty() => "–".to_owned(),
        (None, _) => user_agent.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::browser_name;

    #[test]
    fn a_browser_is_called_by_the_name_that_people_know() {
        let chrome =
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36";
        assert_eq!(browser_name(chrome), "Chrome · Linux");
        assert_eq!(browser_name("curl/8.9"), "curl/8.9");
        assert_eq!(browser_name(""), "–");
    }
}
