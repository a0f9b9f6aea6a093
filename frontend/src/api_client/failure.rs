//! What can go wrong with a request, as a page needs to know it.

use crate::i18n::{self, text};
use muster_api::problem::{FieldProblem, Problem};

/// Why a request has no answer to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApiFailure {
    /// The server said what is wrong.
    Problem(Box<Problem>),
    /// Too many attempts: the server said what is wrong, and after how many seconds it listens again.
    Throttled(Box<Problem>, u32),
    /// There was no answer in time, or no way to the server.
    Network,
    /// The answer could not be read: browser and server are of different versions, or something between them answered.
    Decode(String),
    /// Nobody is signed in (any more). The console already shows the sign-in page.
    SignedOut,
}

impl ApiFailure {
    /// What is wrong in a sentence of the user's language; the server's own words where there is no translation.
    /// Follows the language when read inside a view.
    pub fn sentence(&self) -> String {
        match self {
            Self::Network => text::problems::OFFLINE.get().to_owned(),
            Self::Decode(detail) => text::problems::UNREADABLE.with(&[("detail", detail)]),
            Self::SignedOut => text::problems::SIGNED_OUT.get().to_owned(),
            Self::Problem(problem) | Self::Throttled(problem, _) => sentence_of(problem),
        }
    }

    /// What the server said, when it said something.
    fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Problem(problem) | Self::Throttled(problem, _) => Some(problem),
            Self::Network | Self::Decode(_) | Self::SignedOut => None,
        }
    }

    /// The problem's code, when the server named one.
    pub fn code(&self) -> Option<&str> {
        self.problem().map(Problem::code)
    }

    /// The HTTP status, when the server answered with a problem.
    pub fn status(&self) -> Option<u16> {
        self.problem().map(|problem| problem.status)
    }

    /// Was it refused for want of rights?
    pub fn is_forbidden(&self) -> bool {
        self.status() == Some(403)
    }

    /// The request's id, for asking the person who runs the server.
    pub fn request_id(&self) -> Option<&str> {
        self.problem()
            .map(|problem| problem.request_id.as_str())
            .filter(|id| !id.is_empty())
    }

    /// Which fields are wrong.
    pub fn field_problems(&self) -> &[FieldProblem] {
        self.problem().map_or(&[], |problem| &problem.field_problems)
    }
}

/// A detail says more than its code: it is translated only where the language has a sentence for the code. English keeps
/// the server's detail, which names the thing.
fn sentence_of(problem: &Problem) -> String {
    let english = i18n::language() == muster_api::session::Language::English;
    let detail = problem.detail.clone().filter(|detail| !detail.is_empty());
    match (detail, i18n::lookup("problems.codes", problem.code())) {
        (Some(detail), _) if english => detail,
        (Some(detail), Some(translated)) => {
            text::problems::WITH_DETAIL.with(&[("sentence", &translated), ("detail", &detail)])
        }
        (Some(detail), None) => detail,
        (None, Some(translated)) => translated.to_owned(),
        (None, None) => problem.title.clone(),
    }
}

/// What is wrong with a field in the user's language; the server's words where there is no translation, or in English.
pub fn field_sentence(problem: &FieldProblem) -> String {
    let english = i18n::language() == muster_api::session::Language::English;
    let translated = if english {
        None
    } else {
        i18n::lookup("problems.fields", &problem.code)
    };
    translated.map_or_else(|| problem.message.clone(), str::to_owned)
}
