//! One event, whole, beside the table.

use super::{AuditContext, words};
use crate::i18n::text;
use crate::routes::encode;
use crate::ui::{
    Button, ButtonKind, CodeView, Drawer, Icon, IconName, Notice, Properties, Property, StatusBadge, Time,
};
use leptos::prelude::*;
use muster_api::audit::{AuditActor, AuditEvent, AuditObject, AuditQuery};

/// The event that the address names.
#[component]
pub(super) fn EventDrawer(page: AuditContext, id: String, event: Option<AuditEvent>) -> impl IntoView {
    let word = event.as_ref().map(|event| event.action.clone());
    let title = Signal::derive(move || match &word {
        Some(word) => words::action(word),
        None => text::audit::EVENT.with(&[("number", &id)]),
    });
    let content = match event {
        Some(event) => view! { <Event page event /> }.into_any(),
        // Until the page of events is there it is not known.
        None => view! {
            <Show when=move || page.loader.value().is_some()>
                <Notice>{text::audit::NOT_ON_THIS_PAGE}</Notice>
            </Show>
        }
        .into_any(),
    };
    view! { <Drawer title on_close=move |()| page.go(|address| address.open = None)>{content}</Drawer> }.into_any()
}

#[component]
fn Event(page: AuditContext, event: AuditEvent) -> impl IntoView {
    let held = StoredValue::new(event.clone());
    let outcome = Memo::new(move |_| held.with_value(words::outcome));
    let details = serde_json::to_string_pretty(&event.details).unwrap_or_default();
    let has_details = event.details.as_object().is_some_and(|details| !details.is_empty());
    let recording = event.details["recording"].as_str();
    let recording = recording.map(|id| format!("/api/v1/audit/recordings/{}", encode(id)));
    let failure = [event.status.map(|status| status.to_string()), event.code.clone()];
    let (actor, object) = (event.actor.clone(), event.object.clone());
    let failure = failure.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    view! {
        <div class="stack">
            <div class="row">
                <StatusBadge
                    health=Signal::derive(move || outcome.get().0)
                    word=Signal::derive(move || outcome.get().1.to_owned())
                />
                <span class="dim">{failure}</span>
            </div>
            <p class="audit-reason">{event.reason}</p>
            <Properties>
                <Property name=text::audit::COLUMN_TIME>
                    <Time at=event.time />
                </Property>
                <Actor actor />
                <Object object />
                {optional(text::audit::ADDRESS, event.address)}
                {optional(text::audit::BROWSER, event.user_agent)}
                {optional(text::audit::REQUEST, event.request_id)}
                <Property name=text::audit::DURATION>
                    {text::audit::MILLISECONDS.with(&[("count", &event.duration_milliseconds)])}
                </Property>
                <Property name=text::audit::NUMBER>{event.sequence}</Property>
                <Property name=text::audit::HASH monospace=true>
                    {event.hash}
                </Property>
            </Properties>
            {has_details
                .then(|| view! { <CodeView text=Signal::stored(details) label=text::audit::DETAILS /> })}
            {recording
                .map(|href| {
                    view! {
                        <p>
                            <a class="button" href=href download="">
                                <Icon name=IconName::Download />
                                <span>{text::audit::RECORDING}</span>
                            </a>
                        </p>
                    }
                })}
            <MoreOfThis page actor=event.actor object=event.object />
        </div>
    }
    .into_any()
}

fn optional(name: crate::i18n::Text, value: Option<String>) -> Option<AnyView> {
    value.map(|value| view! { <Property name>{value}</Property> }.into_any())
}

#[component]
fn Actor(actor: AuditActor) -> impl IntoView {
    let held = StoredValue::new(actor.clone());
    let credential = StoredValue::new(actor.credential);
    let credential_id = actor.credential_id.map(|id| format!(" {id}"));
    let provider = Some(actor.provider).filter(|provider| !provider.is_empty());
    view! {
        <Property name=text::audit::COLUMN_WHO>{move || held.with_value(words::actor)}</Property>
        {optional(text::audit::USER_ID, actor.id)}
        {optional(text::audit::PROVIDER, provider)}
        {optional(text::audit::IMPERSONATED, actor.impersonated)}
        <Property name=text::audit::CREDENTIAL_LABEL>
            {move || credential.with_value(|word| words::credential(word))}
            <span class="mono">{credential_id}</span>
        </Property>
    }
    .into_any()
}

#[component]
fn Object(object: AuditObject) -> impl IntoView {
    let page = words::page_of(&object);
    let held = StoredValue::new(object.clone());
    let words = move || held.with_value(words::object);
    let is_nothing = held.with_value(|object| words::object(object).is_empty());
    let shown = (!is_nothing).then(|| {
        let content = match page {
            Some(href) => view! { <a href=href>{words}</a> }.into_any(),
            None => view! { {words} }.into_any(),
        };
        view! { <Property name=text::audit::COLUMN_OBJECT>{content}</Property> }
    });
    view! {
        {shown}
        {optional(text::audit::COLUMN_CLUSTER, object.cluster)}
    }
    .into_any()
}

/// What else this person did, and what else was done to this object.
#[component]
fn MoreOfThis(page: AuditContext, actor: AuditActor, object: AuditObject) -> impl IntoView {
    let look_for = move |query: AuditQuery| {
        page.go(|address| {
            address.query = query;
            address.open = None;
        });
    };
    let of_actor = actor.id.map(|_| AuditQuery {
        actor: actor.name,
        ..AuditQuery::default()
    });
    let of_object = object.name.map(|name| AuditQuery {
        cluster: object.cluster_id.or(object.cluster).unwrap_or_default(),
        namespace: object.namespace.unwrap_or_default(),
        resource: object.resource.unwrap_or_default(),
        name,
        ..AuditQuery::default()
    });
    let button = move |query: Option<AuditQuery>, words: crate::i18n::Text| {
        query.map(|query| {
            view! {
                <Button kind=ButtonKind::Secondary icon=IconName::Filter on_press=move |_| look_for(query.clone())>
                    {words}
                </Button>
            }
        })
    };
    view! {
        <div class="row audit-more">
            {button(of_actor, text::audit::MORE_OF_ACTOR)}
            {button(of_object, text::audit::MORE_OF_OBJECT)}
        </div>
    }
    .into_any()
}
