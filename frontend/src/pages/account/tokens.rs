//! My API tokens: made, shown once, listed, taken back.

use super::lifetime::Lifetime;
use super::token_scope::{Projects, ScopeWords, TokenScope, TokenScopeFields, load_projects};
use crate::api_client::{ApiFailure, account};
use crate::browser;
use crate::format::{age, sentence::capitalized, time};
use crate::i18n::{Text, text};
use crate::state::loader::Loader;
use crate::state::toasts::use_toasts;
use crate::ui::{
    Age, Button, ButtonKind, Card, ConfirmDialog, CopyButton, Dialog, EmptyState, FailurePanel, FieldProblems,
    IconName, LoadFrame, Select, SelectOption, StatusBadge, TextField,
};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use muster_api::Collection;
use muster_api::account::{CreateTokenRequest, Token};
use muster_api::problem::FieldProblem;
use muster_api::resource::Health;

/// The card of tokens.
#[component]
pub(super) fn TokensCard() -> impl IntoView {
    let loader = Loader::new(|| async { account::list_tokens().await });
    let secret = RwSignal::new(String::new());
    let shown = RwSignal::new(false);
    let revoked = RwSignal::new(None::<Token>);
    // Closed, the secret is nowhere any more.
    Effect::new(move |_| {
        if !shown.get() {
            secret.set(String::new());
        }
    });
    let show = move |new: String| {
        secret.set(new);
        shown.set(true);
        loader.reload();
    };
    let projects = load_projects();
    view! {
        <Card title=text::account::TOKENS>
            <p class="dim">{text::account::TOKENS_LEAD}</p>
            <NewToken on_created=show projects />
            <LoadFrame loader lines=3>
                <TokenTable loader revoked projects />
            </LoadFrame>
        </Card>
        <Dialog open=shown title=text::account::TOKEN_SECRET_TITLE holds=true>
            <div class="account-secret">
                <p>{text::account::TOKEN_SECRET_BODY}</p>
                <div class="row">
                    <code class="grow" aria-label=move || text::account::TOKEN_SECRET_LABEL.get()>
                        {move || secret.get()}
                    </code>
                    <CopyButton text=secret label=text::account::COPY />
                </div>
                <footer class="dialog-footer">
                    <Button kind=ButtonKind::Primary on_press=move |_| shown.set(false)>
                        {text::account::TOKEN_SECRET_DONE}
                    </Button>
                </footer>
            </div>
        </Dialog>
        <RevokeDialog loader revoked />
    }
    .into_any()
}

/// What a lifetime is called.
pub const fn words_of(lifetime: Lifetime) -> Text {
    match lifetime {
        Lifetime::Hour => text::account::LIFETIME_HOUR,
        Lifetime::Day => text::account::LIFETIME_DAY,
        Lifetime::Week => text::account::LIFETIME_WEEK,
        Lifetime::Month => text::account::LIFETIME_MONTH,
        Lifetime::NinetyDays => text::account::LIFETIME_NINETY_DAYS,
    }
}

#[component]
fn NewToken(#[prop(into)] on_created: Callback<String>, projects: Projects) -> impl IntoView {
    let toasts = use_toasts();
    let name = RwSignal::new(String::new());
    let lifetime = RwSignal::new(Lifetime::Month.seconds().to_string());
    let scope = TokenScope::new();
    let problems = RwSignal::new(Vec::<FieldProblem>::new());
    let failure = RwSignal::new(None::<ApiFailure>);
    let busy = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let chosen = lifetime
            .with_untracked(|seconds| Lifetime::from_seconds(seconds))
            .unwrap_or(Lifetime::Hour);
        let request = CreateTokenRequest {
            name: name.get_untracked().trim().to_owned(),
            lifetime_seconds: chosen.seconds(),
            clusters: scope.clusters(),
            projects: scope.projects(),
            read_only: scope.read_only.get_untracked(),
        };
        failure.set(None);
        problems.set(Vec::new());
        if request.name.is_empty() {
            // Without a code the sentence stands as it is.
            problems.set(vec![FieldProblem::new(
                "name",
                "",
                text::account::TOKEN_NAME_MISSING.get(),
            )]);
        }
        if busy.get_untracked() || request.name.is_empty() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let answer = account::create_token(&request).await;
            busy.try_set(false);
            match answer {
                Ok(created) => {
                    name.try_set(String::new());
                    scope.forget();
                    if on_created.try_run(created.secret).is_none() {
                        // The page was left: its secret can never be shown.
                        toasts.problem(text::account::TOKEN_UNSEEN.with(&[("name", &request.name)]));
                    }
                }
                Err(refused) if !refused.field_problems().is_empty() => {
                    problems.try_set(refused.field_problems().to_vec());
                }
                Err(refused) => {
                    failure.try_set(Some(refused));
                }
            }
        });
    };
    let lifetimes = Signal::derive(|| {
        let choice = |lifetime: Lifetime| SelectOption::new(lifetime.seconds().to_string(), words_of(lifetime).get());
        Lifetime::ALL.map(choice).to_vec()
    });
    let shown: FieldProblems = Signal::derive(move || {
        let sentence = |problem: FieldProblem| FieldProblem {
            message: capitalized(&problem.message),
            ..problem
        };
        problems.get().into_iter().map(sentence).collect()
    });
    view! {
        <form class="stack" novalidate on:submit=submit>
            <div class="account-new-token">
                <TextField
                    label=text::account::TOKEN_NAME
                    value=name
                    path="name"
                    hint=text::account::TOKEN_NAME_HINT
                    problems=shown
                />
                <Select
                    label=text::account::TOKEN_LIFETIME
                    value=lifetime
                    options=lifetimes
                    problems=shown
                    path="lifetimeSeconds"
                />
                <Button submit=true busy=busy>
                    {text::account::TOKEN_CREATE}
                </Button>
            </div>
            <TokenScopeFields scope projects />
            {move || failure.get().map(|failure| view! { <FailurePanel failure /> })}
        </form>
    }
    .into_any()
}

#[component]
fn TokenTable(
    loader: Loader<Collection<Token>>,
    revoked: RwSignal<Option<Token>>,
    projects: Projects,
) -> impl IntoView {
    let tokens = move || loader.value().map(|tokens| tokens.items).unwrap_or_default();
    let is_empty = Memo::new(move |_| tokens().is_empty());
    view! {
        <Show
            when=move || !is_empty.get()
            fallback=|| view! { <EmptyState title=text::account::TOKENS_EMPTY icon=IconName::Key /> }
        >
            <table class="table" aria-label=move || text::account::TOKENS.get()>
                <thead>
                    <tr>
                        <th scope="col">{text::account::TOKEN_COLUMN_NAME}</th>
                        <th scope="col" class="account-wide">{text::account::TOKEN_COLUMN_CREATED}</th>
                        <th scope="col" class="account-wide">{text::account::TOKEN_COLUMN_USED}</th>
                        <th scope="col">{text::account::TOKEN_COLUMN_EXPIRES}</th>
                        <th scope="col">
                            <span class="visually-hidden">{text::account::TOKEN_COLUMN_ACTIONS}</span>
                        </th>
                    </tr>
                </thead>
                <tbody>
                    <For each=tokens key=|token| (token.id.clone(), token.last_used_at.clone()) let:token>
                        <TokenLine token revoked projects />
                    </For>
                </tbody>
            </table>
        </Show>
    }
    .into_any()
}

#[component]
fn TokenLine(token: Token, revoked: RwSignal<Option<Token>>, projects: Projects) -> impl IntoView {
    let held = StoredValue::new(token.clone());
    let name = token.name.clone();
    let revoke_hint = Signal::derive(move || text::account::TOKEN_REVOKE_OF.with(&[("name", &name)]));
    let used = match token.last_used_at.clone() {
        Some(used) => view! { <Age since=used /> }.into_any(),
        None => view! { <span class="dim">{text::account::NEVER_USED}</span> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row" class="account-browser">
                {token.name.clone()}
                <ScopeWords token=held.get_value() projects />
            </th>
            <td class="account-wide">
                <Age since=token.created_at />
            </td>
            <td class="account-wide">{used}</td>
            <td>
                <Expiry at=token.expires_at />
            </td>
            <td class="table-actions">
                <Button kind=ButtonKind::Danger on_press=move |_| revoked.set(Some(held.get_value())) hint=revoke_hint>
                    {text::account::TOKEN_REVOKE}
                </Button>
            </td>
        </tr>
    }
    .into_any()
}

/// When a token stops working, or that it has.
#[component]
fn Expiry(at: String) -> impl IntoView {
    let moment = time::parse(&at).unwrap_or_default();
    let left = moment - browser::now();
    let hint = browser::local_date_and_time(&at);
    if left <= 0 {
        return view! { <span title=hint><StatusBadge health=Health::Idle word=text::account::EXPIRED /></span> }
            .into_any();
    }
    let words = age::duration(left / 1000);
    view! {
        <time datetime=at title=hint>
            {move || text::account::IN_TIME.with(&[("time", &words)])}
        </time>
    }
    .into_any()
}

#[component]
fn RevokeDialog(loader: Loader<Collection<Token>>, revoked: RwSignal<Option<Token>>) -> impl IntoView {
    let toasts = use_toasts();
    let open = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<ApiFailure>);
    Effect::new(move |_| {
        let wanted = revoked.with(Option::is_some);
        failure.set(None);
        open.set(wanted);
    });
    Effect::new(move |was_open: Option<bool>| {
        let is_open = open.get();
        if was_open == Some(true) && !is_open {
            revoked.set(None);
        }
        is_open
    });
    let revoke = move |()| {
        let Some(token) = revoked.get_untracked() else { return };
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            let answer = account::delete_token(&token.id).await;
            busy.try_set(false);
            match answer {
                Ok(()) => {
                    open.try_set(false);
                    toasts.success(text::account::TOKEN_REVOKED.get());
                    loader.reload();
                }
                Err(refused) => {
                    failure.try_set(Some(refused));
                }
            }
        });
    };
    let title = Signal::derive(move || {
        let name = revoked.with(|token| token.as_ref().map(|token| token.name.clone()).unwrap_or_default());
        text::account::TOKEN_REVOKE_TITLE.with(&[("name", &name)])
    });
    view! {
        <ConfirmDialog open title action=text::account::TOKEN_REVOKE on_confirm=revoke busy=busy failure=failure>
            <p>{text::account::TOKEN_REVOKE_BODY}</p>
        </ConfirmDialog>
    }
    .into_any()
}
