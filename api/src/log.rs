//! Logs of one container: `GET …/resources/core/v1/pods/{namespace}/{pod}/log`.
//!
//! A plain request answers text (a stream when `follow=true`; a file with `download=true`). A WebSocket upgrade answers
//! [`LogMessage`]s, each one JSON text frame.

use crate::said::Said;
use serde::{Deserialize, Serialize};

/// The query parameters.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[serde(rename_all = "camelCase", default)]
#[expect(clippy::struct_excessive_bools, reason = "each is one query parameter of its own")]
pub struct LogQuery {
    /// Which container; the pod's default one when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container: Option<String>,
    /// Go on with lines as they are written.
    pub follow: bool,
    /// The container's run before this one.
    pub previous: bool,
    /// Only lines younger than so many seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since_seconds: Option<u32>,
    /// Only lines from this moment on (RFC 3339, the moment itself included): where a reader goes on that lost its
    /// connection. The time is that of a line, so no clock of a browser is asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since_time: Option<String>,
    /// Only the last so many lines (before following).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tail_lines: Option<u32>,
    /// Put the time before each line (text answers; messages always carry it).
    pub timestamps: bool,
    /// Answer as a file to be saved.
    pub download: bool,
}

/// What the log socket says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum LogMessage {
    /// The log is being read: what was written and what will be written follows. The first message, unless there is a
    /// problem; and again when the container runs that was waited for.
    Open {},
    /// The connection carries, though nothing is written: at least every ten seconds.
    Heartbeat {},
    /// Lines, oldest first; several at once when they come fast.
    Lines(Vec<LogLine>),
    /// There is no log yet, or the container ended and will start again; why, in a sentence. Lines follow once it runs.
    Waiting(Said),
    /// There is nothing more to come, and why: the container ended, the pod is gone, the cluster went away.
    Ended(Said),
    /// The log could not be read.
    Problem(crate::problem::Problem),
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LogLine {
    /// When the container runtime saw it; absent when it did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// The line without its line break. It is text of a stranger: never markup.
    pub text: String,
}
