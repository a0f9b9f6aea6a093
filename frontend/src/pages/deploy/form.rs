//! The form itself, section by section.

mod container;
mod lists;
mod namespace;
mod ports;
mod probe;

use super::draft::Draft;
use super::fields::{DraftText, Place};
use super::sections::Section;
use super::state::DeployState;
use crate::i18n::{Text, text};
use crate::ui::Card;
use container::ContainerSection;
use leptos::prelude::*;
use lists::{EnvironmentSection, LabelsSection};
use namespace::NamespaceField;
use ports::PortsSection;
use probe::ProbeSection;

/// The heading of a section.
pub(super) const fn title_of(section: Section) -> Text {
    match section {
        Section::Basics => text::deploy::BASICS,
        Section::Container => text::deploy::CONTAINER,
        Section::Ports => text::deploy::PORTS,
        Section::Environment => text::deploy::ENVIRONMENT,
        Section::Resources => text::deploy::RESOURCES,
        Section::Probe => text::deploy::PROBE,
        Section::Labels => text::deploy::LABELS,
    }
}

/// All sections.
#[component]
pub(super) fn Sections(state: DeployState) -> impl IntoView {
    view! {
        <SectionFrame section=Section::Basics>
            <div class="deploy-fields">
                <DraftText
                    state
                    key="name"
                    place=Place::single(|draft, _| draft.name.clone(), |draft, _, typed| draft.name = typed)
                    label=text::deploy::NAME
                    hint=text::deploy::NAME_HINT
                    autofocus=true
                />
                <NamespaceField state />
                <DraftText
                    state
                    key="replicas"
                    place=Place::single(|draft, _| draft.replicas.clone(), |draft, _, typed| draft.replicas = typed)
                    label=text::deploy::REPLICAS
                    numeric=true
                />
            </div>
        </SectionFrame>
        <SectionFrame section=Section::Container>
            <ContainerSection state />
        </SectionFrame>
        <SectionFrame section=Section::Ports>
            <PortsSection state />
        </SectionFrame>
        <SectionFrame section=Section::Environment>
            <EnvironmentSection state />
        </SectionFrame>
        <SectionFrame section=Section::Resources>
            <ResourcesSection state />
        </SectionFrame>
        <SectionFrame section=Section::Probe>
            <ProbeSection state />
        </SectionFrame>
        <SectionFrame section=Section::Labels>
            <LabelsSection state />
        </SectionFrame>
    }
    .into_any()
}

#[component]
fn SectionFrame(section: Section, children: Children) -> impl IntoView {
    view! {
        <div class="deploy-section" id=section.anchor() tabindex="-1">
            <Card title=title_of(section)>{children()}</Card>
        </div>
    }
    .into_any()
}

#[component]
fn ResourcesSection(state: DeployState) -> impl IntoView {
    let field = move |key: &'static str,
                      label: Text,
                      placeholder: &'static str,
                      read: fn(&Draft, u32) -> String,
                      write: fn(&mut Draft, u32, String)| {
        let placeholder = Signal::stored(placeholder.to_owned());
        view! { <DraftText state key=key place=Place::single(read, write) label=label placeholder=placeholder monospace=true /> }
    };
    view! {
        <p class="field-hint deploy-hint">{text::deploy::RESOURCES_HINT}</p>
        <div class="deploy-fields">
            {field(
                "resources/cpuRequest",
                text::deploy::CPU_REQUEST,
                "100m",
                |draft, _| draft.resources.cpu_request.clone(),
                |draft, _, typed| draft.resources.cpu_request = typed,
            )}
            {field(
                "resources/cpuLimit",
                text::deploy::CPU_LIMIT,
                "500m",
                |draft, _| draft.resources.cpu_limit.clone(),
                |draft, _, typed| draft.resources.cpu_limit = typed,
            )}
            {field(
                "resources/memoryRequest",
                text::deploy::MEMORY_REQUEST,
                "128Mi",
                |draft, _| draft.resources.memory_request.clone(),
                |draft, _, typed| draft.resources.memory_request = typed,
            )}
            {field(
                "resources/memoryLimit",
                text::deploy::MEMORY_LIMIT,
                "256Mi",
                |draft, _| draft.resources.memory_limit.clone(),
                |draft, _, typed| draft.resources.memory_limit = typed,
            )}
        </div>
    }
    .into_any()
}
