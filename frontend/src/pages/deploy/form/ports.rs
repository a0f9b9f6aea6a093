//! The container's ports, and which of them the Service makes reachable.

use crate::i18n::text;
use crate::pages::deploy::draft::Draft;
use crate::pages::deploy::fields::{DraftCheckbox, DraftSelect, DraftText, Place};
use crate::pages::deploy::state::DeployState;
use crate::ui::{Button, IconButton, IconName, SelectOption};
use leptos::prelude::*;
use muster_api::deployment::Protocol;

const PROTOCOLS: [Protocol; 3] = [Protocol::Tcp, Protocol::Udp, Protocol::Sctp];

/// The rows of ports.
#[component]
pub(super) fn PortsSection(state: DeployState) -> impl IntoView {
    let rows = Memo::new(move |_| {
        state
            .draft
            .with(|draft| draft.ports.iter().map(|port| port.row).collect::<Vec<_>>())
    });
    view! {
        <div class="deploy-rows">
            <Show when=move || rows.read().is_empty()>
                <p class="field-hint">{text::deploy::PORTS_EMPTY}</p>
            </Show>
            <For each=move || rows.get() key=|row| *row let:row>
                <PortLine state row rows />
            </For>
            <div>
                <Button icon=IconName::Plus on_press=move |_| state.change("", Draft::add_port)>
                    {text::deploy::ADD_PORT}
                </Button>
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn PortLine(state: DeployState, row: u32, rows: Memo<Vec<u32>>) -> impl IntoView {
    let number = move || rows.with(|rows| rows.iter().position(|other| *other == row).map_or(0, |place| place + 1));
    let remove = Signal::derive(move || text::deploy::REMOVE_PORT.with(&[("number", &number())]));
    let key = move |part: &str| format!("ports/#{row}/{part}");
    let protocols = Signal::stored(
        PROTOCOLS
            .map(|protocol| SelectOption::new(protocol.as_str(), protocol.as_str()))
            .to_vec(),
    );
    let is_exposed = Memo::new(move |_| state.draft.with(|draft| draft.port(row).expose));
    let as_container = Signal::derive(move || state.draft.with(|draft| draft.port(row).container_port));
    let port_name = move || format!("{} {}", text::deploy::CONTAINER_PORT.get(), number());
    view! {
        <div class="deploy-row deploy-port" role="group" aria-label=port_name>
            <DraftText
                state
                key=key("containerPort")
                place=Place {
                    row,
                    read: |draft, row| draft.port(row).container_port,
                    write: |draft, row, typed| {
                        if let Some(port) = draft.port_mut(row) {
                            port.container_port = typed;
                        }
                    },
                }
                label=text::deploy::CONTAINER_PORT
                numeric=true
            />
            <DraftText
                state
                key=key("name")
                place=Place {
                    row,
                    read: |draft, row| draft.port(row).name,
                    write: |draft, row, typed| {
                        if let Some(port) = draft.port_mut(row) {
                            port.name = typed;
                        }
                    },
                }
                label=text::deploy::PORT_NAME
                placeholder=Signal::stored("http".to_owned())
            />
            <DraftSelect
                state
                key=key("protocol")
                place=Place {
                    row,
                    read: |draft, row| draft.port(row).protocol.as_str().to_owned(),
                    write: |draft, row, chosen| {
                        if let Some(port) = draft.port_mut(row) {
                            port.protocol = protocol_of(&chosen);
                        }
                    },
                }
                label=text::deploy::PROTOCOL
                options=protocols
            />
            <Show when=move || is_exposed.get() fallback=|| view! { <span></span> }>
                <DraftText
                    state
                    key=key("servicePort")
                    place=Place {
                        row,
                        read: |draft, row| draft.port(row).service_port,
                        write: |draft, row, typed| {
                            if let Some(port) = draft.port_mut(row) {
                                port.service_port = typed;
                            }
                        },
                    }
                    label=text::deploy::SERVICE_PORT
                    placeholder=as_container
                    numeric=true
                />
            </Show>
            <span class="deploy-remove">
                <IconButton
                    icon=IconName::Close
                    label=remove
                    on_press=move |_| state.change("", |draft| draft.ports.retain(|port| port.row != row))
                />
            </span>
            <div class="deploy-expose">
                <DraftCheckbox
                    state
                    row
                    label=text::deploy::EXPOSE
                    read=|draft, row| draft.port(row).expose
                    write=|draft, row, ticked| {
                        if let Some(port) = draft.port_mut(row) {
                            port.expose = ticked;
                        }
                    }
                />
            </div>
        </div>
    }
    .into_any()
}

fn protocol_of(name: &str) -> Protocol {
    PROTOCOLS
        .into_iter()
        .find(|protocol| protocol.as_str() == name)
        .unwrap_or_default()
}
