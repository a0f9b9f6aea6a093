//! The parts of an overview: facts, containers, conditions, keys of data.

use super::facts::{Condition, Container, DataEntry, Fact, FactValue};
use super::page_of;
use crate::api_client::objects::ObjectAddress;
use crate::i18n::{Text, text};
use crate::routes::ObjectTab;
use crate::ui::{Age, CopyButton, EmptyState, IconName, Properties, Property, StatusBadge};
use leptos::prelude::*;
use muster_api::resource::Health;

/// Facts as names and values.
pub fn facts_view(cluster: &str, facts: Vec<Fact>) -> AnyView {
    let lines = facts.into_iter().map(|fact| {
        let value = fact_value(cluster, fact.value);
        view! { <Property name=fact.label>{value}</Property> }
    });
    let lines = lines.collect_view();
    view! { <Properties>{lines}</Properties> }.into_any()
}

fn fact_value(cluster: &str, value: FactValue) -> AnyView {
    match value {
        FactValue::Text(text) => text.into_any(),
        FactValue::Code(lines) => {
            let lines = lines
                .into_iter()
                .map(|line| view! { <div class="mono wrap-anywhere">{line}</div> });
            lines.collect_view().into_any()
        }
        FactValue::Moment(since) => view! { <Age since /> }.into_any(),
        FactValue::Object {
            kind,
            namespace,
            shown,
            name,
        } => {
            let address = ObjectAddress {
                cluster: cluster.to_owned(),
                kind,
                namespace,
                name,
            };
            view! { <a href=page_of(&address, ObjectTab::Overview).href()>{shown}</a> }.into_any()
        }
        FactValue::Pairs(pairs) => {
            let chips = pairs.into_iter().map(|(name, value)| {
                let shown = if value.is_empty() {
                    name
                } else {
                    format!("{name}={value}")
                };
                view! { <li class="pair mono">{shown}</li> }
            });
            view! { <ul class="pairs">{chips.collect_view()}</ul> }.into_any()
        }
    }
}

fn head(texts: &[Text]) -> AnyView {
    let cells = texts
        .iter()
        .map(|&text| view! { <th scope="col">{text}</th> })
        .collect_view();
    view! { <thead><tr>{cells}</tr></thead> }.into_any()
}

/// The containers of a pod or template.
pub fn containers_view(containers: Vec<Container>) -> AnyView {
    let columns = [
        text::object::container::NAME,
        text::object::container::IMAGE,
        text::object::container::STATE,
        text::object::container::RESTARTS,
        text::object::container::REQUESTS,
        text::object::container::LIMITS,
        text::object::container::PORTS,
    ];
    let rows = containers.into_iter().map(|container| {
        let Container {
            name,
            init,
            image,
            state,
            health,
            restarts,
            requests,
            limits,
            ports,
        } = container;
        view! {
            <tr>
                <td>
                    {name}
                    {init.then(|| view! { <span class="chip">{text::object::container::INIT}</span> })}
                </td>
                <td class="mono wrap-anywhere">{image}</td>
                <td>{state.map(|state| view! { <StatusBadge health word=state /> })}</td>
                <td class="number">{restarts}</td>
                <td>{or_dash(requests)}</td>
                <td>{or_dash(limits)}</td>
                <td class="mono">{or_dash(ports.join(", "))}</td>
            </tr>
        }
    });
    view! {
        <div class="table-scroll" tabindex="0">
            <table class="plain-table">{head(&columns)}<tbody>{rows.collect_view()}</tbody></table>
        </div>
    }
    .into_any()
}

fn or_dash(text: String) -> String {
    if text.is_empty() { "–".to_owned() } else { text }
}

/// Conditions; one that is not as it should be stands out.
pub fn conditions_view(conditions: Vec<Condition>) -> AnyView {
    let columns = [
        text::object::condition::TYPE_,
        text::object::condition::STATUS,
        text::object::condition::REASON,
        text::object::condition::MESSAGE,
        text::object::condition::SINCE,
    ];
    let rows = conditions.into_iter().map(|condition| {
        let health = health_of(&condition);
        view! {
            <tr>
                <td>{condition.kind}</td>
                <td><StatusBadge health word=condition.status /></td>
                <td>{or_dash(condition.reason)}</td>
                <td class="wrap-anywhere">{or_dash(condition.message)}</td>
                <td>{condition.since.map(|since| view! { <Age since /> })}</td>
            </tr>
        }
    });
    view! {
        <div class="table-scroll" tabindex="0">
            <table class="plain-table">{head(&columns)}<tbody>{rows.collect_view()}</tbody></table>
        </div>
    }
    .into_any()
}

/// Most conditions are good when true; those that name a trouble are good when false.
fn health_of(condition: &Condition) -> Health {
    let names_trouble = [
        "Pressure",
        "Unavailable",
        "Failure",
        "Failed",
        "Disruption",
        "Resizing",
        "Corrupt",
    ];
    let good = if names_trouble.iter().any(|word| condition.kind.contains(word)) {
        "False"
    } else {
        "True"
    };
    match condition.status.as_str() {
        "Unknown" => Health::Unknown,
        status if status == good => Health::Good,
        _ => Health::Warn,
    }
}

/// The keys of a ConfigMap or Secret.
pub fn data_view(entries: Vec<DataEntry>) -> AnyView {
    if entries.is_empty() {
        return view! { <EmptyState title=text::object::data::EMPTY icon=IconName::Configuration /> }.into_any();
    }
    let blocks = entries.into_iter().map(|entry| {
        let DataEntry { key, text: value, size } = entry;
        let note = move || match size {
            Some(size) => text::object::data::BYTES.count(size),
            None => text::object::data::BINARY.get().to_owned(),
        };
        let content = match value {
            Some(value) => {
                let copied = value.clone();
                view! {
                    <CopyButton text=Signal::stored(copied) />
                    <pre class="data-text" tabindex="0">{value}</pre>
                }
                .into_any()
            }
            None => view! { <span class="dim">{note}</span> }.into_any(),
        };
        view! { <div class="data-entry"><h3 class="mono">{key}</h3>{content}</div> }
    });
    view! { <div class="stack">{blocks.collect_view()}</div> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn condition(kind: &str, status: &str) -> Condition {
        Condition {
            kind: kind.into(),
            status: status.into(),
            reason: String::new(),
            message: String::new(),
            since: None,
        }
    }

    #[test]
    fn conditions_that_name_a_trouble_are_good_when_false() {
        assert_eq!(health_of(&condition("MemoryPressure", "False")), Health::Good);
        assert_eq!(health_of(&condition("ReplicaFailure", "True")), Health::Warn);
        assert_eq!(health_of(&condition("Ready", "False")), Health::Warn);
        assert_eq!(health_of(&condition("Ready", "Unknown")), Health::Unknown);
    }
}
