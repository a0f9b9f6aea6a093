//! The sections of the deployment form and how each stands: the list at the left of the form.

use super::draft::Draft;
use muster_api::problem::FieldProblem;

/// A section of the form, in its order on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Section {
    /// Name, namespace, replicas.
    Basics,
    /// Image, command, arguments.
    Container,
    /// Ports and the Service.
    Ports,
    /// Environment variables.
    Environment,
    /// Requests and limits.
    Resources,
    /// The readiness probe.
    Probe,
    /// Labels.
    Labels,
}

/// How a section stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nothing was typed into it.
    Untouched,
    /// Filled in, nothing wrong.
    Fine,
    /// A field says what is wrong.
    Problem,
}

impl Section {
    /// All, in their order on the page.
    pub const ALL: [Self; 7] = [
        Self::Basics,
        Self::Container,
        Self::Ports,
        Self::Environment,
        Self::Resources,
        Self::Probe,
        Self::Labels,
    ];

    /// The element id of the section's heading, for links to it.
    pub const fn anchor(self) -> &'static str {
        match self {
            Self::Basics => "basics",
            Self::Container => "container",
            Self::Ports => "ports",
            Self::Environment => "environment",
            Self::Resources => "resources",
            Self::Probe => "readiness-probe",
            Self::Labels => "labels",
        }
    }

    /// The section that holds a field.
    pub fn of(field: &str) -> Self {
        match field.split('/').next().unwrap_or_default() {
            "image" | "pullPolicy" | "command" | "arguments" => Self::Container,
            "ports" => Self::Ports,
            "environment" => Self::Environment,
            "resources" => Self::Resources,
            "readinessProbe" => Self::Probe,
            "labels" => Self::Labels,
            _ => Self::Basics,
        }
    }

    /// How the section stands, given the problems that are shown.
    pub fn standing(self, draft: &Draft, shown: &[FieldProblem]) -> Standing {
        if shown.iter().any(|problem| Self::of(&problem.field) == self) {
            return Standing::Problem;
        }
        let empty = Draft::default();
        let filled = match self {
            Self::Basics => !draft.name.is_empty(),
            Self::Container => !draft.image.is_empty(),
            Self::Ports => !draft.ports.is_empty(),
            Self::Environment => !draft.environment.is_empty(),
            Self::Resources => draft.resources != empty.resources,
            Self::Probe => draft.probe.kind != empty.probe.kind,
            Self::Labels => !draft.labels.is_empty(),
        };
        if filled { Standing::Fine } else { Standing::Untouched }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_is_untouched_then_fine_or_wrong() {
        let mut draft = Draft::default();
        assert_eq!(Section::Ports.standing(&draft, &[]), Standing::Untouched);
        draft.add_port();
        assert_eq!(Section::Ports.standing(&draft, &[]), Standing::Fine);
        let problem = FieldProblem::new("ports/#1/containerPort", "invalid-port", "");
        assert_eq!(
            Section::Ports.standing(&draft, std::slice::from_ref(&problem)),
            Standing::Problem
        );
        assert_eq!(Section::Labels.standing(&draft, &[problem]), Standing::Untouched);
    }

    #[test]
    fn every_field_of_the_rules_has_its_section() {
        for (field, section) in [
            ("name", Section::Basics),
            ("image", Section::Container),
            ("resources/cpuRequest", Section::Resources),
            ("readinessProbe/check/http/port", Section::Probe),
            ("labels/#4", Section::Labels),
        ] {
            assert_eq!(Section::of(field), section);
        }
    }
}
