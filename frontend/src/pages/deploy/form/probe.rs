//! When a pod counts as ready.

use super::container::Words;
use crate::i18n::text;
use crate::pages::deploy::draft::ProbeKind;
use crate::pages::deploy::fields::{DraftSelect, DraftText, Place};
use crate::pages::deploy::state::DeployState;
use crate::ui::SelectOption;
use leptos::prelude::*;

const KINDS: [(ProbeKind, &str, crate::i18n::Text); 4] = [
    (ProbeKind::None, "none", text::deploy::PROBE_NONE),
    (ProbeKind::Http, "http", text::deploy::PROBE_HTTP),
    (ProbeKind::Tcp, "tcp", text::deploy::PROBE_TCP),
    (ProbeKind::Command, "command", text::deploy::PROBE_COMMAND),
];

fn name_of(kind: ProbeKind) -> String {
    KINDS
        .iter()
        .find(|(known, ..)| *known == kind)
        .map_or("none", |(_, name, _)| name)
        .to_owned()
}

fn kind_of(name: &str) -> ProbeKind {
    KINDS
        .iter()
        .find(|(_, known, _)| *known == name)
        .map_or(ProbeKind::None, |(kind, ..)| *kind)
}

fn kinds() -> Vec<SelectOption> {
    KINDS
        .iter()
        .map(|(_, name, label)| SelectOption::new(*name, label.get()))
        .collect()
}

/// The fields of the probe; only those that the chosen kind needs.
#[component]
pub(super) fn ProbeSection(state: DeployState) -> impl IntoView {
    let kind = Memo::new(move |_| state.draft.with(|draft| draft.probe.kind));
    view! {
        <div class="deploy-fields">
            <DraftSelect
                state
                key="readinessProbe"
                place=Place::single(
                    |draft, _| name_of(draft.probe.kind),
                    |draft, _, chosen| draft.probe.kind = kind_of(&chosen),
                )
                label=text::deploy::PROBE_KIND
                options=Signal::derive(kinds)
            />
            {move || match kind.get() {
                ProbeKind::None => ().into_any(),
                ProbeKind::Http => {
                    view! {
                        <DraftText
                            state
                            key="readinessProbe/check/http/path"
                            place=Place::single(
                                |draft, _| draft.probe.path.clone(),
                                |draft, _, typed| draft.probe.path = typed,
                            )
                            label=text::deploy::PROBE_PATH
                            monospace=true
                        />
                        <ProbePort state key="readinessProbe/check/http/port" />
                    }
                        .into_any()
                }
                ProbeKind::Tcp => view! { <ProbePort state key="readinessProbe/check/tcp/port" /> }.into_any(),
                ProbeKind::Command => {
                    view! {
                        <div class="wide">
                            <DraftText
                                state
                                key="readinessProbe/check/command/command"
                                place=Place::single(
                                    |draft, _| draft.probe.command.clone(),
                                    |draft, _, typed| draft.probe.command = typed,
                                )
                                label=text::deploy::PROBE_COMMAND_LINE
                                monospace=true
                            />
                            <Words state label=text::deploy::PROBE_COMMAND_LINE line=|draft| &draft.probe.command />
                        </div>
                    }
                        .into_any()
                }
            }}
            <Show when=move || kind.get() != ProbeKind::None>
                <DraftText
                    state
                    key="readinessProbe/initialDelaySeconds"
                    place=Place::single(
                        |draft, _| draft.probe.initial_delay.clone(),
                        |draft, _, typed| draft.probe.initial_delay = typed,
                    )
                    label=text::deploy::PROBE_DELAY
                    numeric=true
                />
                <DraftText
                    state
                    key="readinessProbe/periodSeconds"
                    place=Place::single(
                        |draft, _| draft.probe.period.clone(),
                        |draft, _, typed| draft.probe.period = typed,
                    )
                    label=text::deploy::PROBE_PERIOD
                    numeric=true
                />
            </Show>
        </div>
    }
    .into_any()
}

#[component]
fn ProbePort(state: DeployState, key: &'static str) -> impl IntoView {
    view! {
        <DraftText
            state
            key=key
            place=Place::single(|draft, _| draft.probe.port.clone(), |draft, _, typed| draft.probe.port = typed)
            label=text::deploy::PROBE_PORT
            hint=text::deploy::PROBE_PORT_HINT
            numeric=true
        />
    }
}
