//! A shell in a container: `GET …/resources/core/v1/pods/{namespace}/{pod}/shell`, a WebSocket.
//!
//! Binary messages are bytes: what is typed, one way; what the terminal shows, the other way. Text messages are JSON:
//! [`ShellRequest`]s one way, [`ShellMessage`]s the other way.

use serde::{Deserialize, Serialize};

/// So many bytes of output may be on their way. A client says how much it has taken ([`ShellRequest::Taken`]); until it
/// has, no more is sent, and the program in the container waits.
pub const OUTPUT_WINDOW: u64 = 512 * 1024;
/// A message of a client has at most so many bytes; more input comes in several.
pub const MOST_INPUT_BYTES: usize = 64 * 1024;

/// The query parameters.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[serde(rename_all = "camelCase", default)]
pub struct ShellQuery {
    /// Which container; the pod's default one when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container: Option<String>,
    /// The program and its arguments, with spaces between them (`/busybox/sh -l`); bash when absent, and sh where there is
    /// no bash.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// The terminal's width in characters; 80 when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub columns: Option<u16>,
    /// The terminal's height in lines; 24 when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<u16>,
}

impl ShellQuery {
    /// The terminal's first size.
    pub fn size(&self) -> TerminalSize {
        TerminalSize::new(self.columns.unwrap_or(80), self.rows.unwrap_or(24))
    }
}

/// A terminal's size in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TerminalSize {
    /// The width.
    pub columns: u16,
    /// The height.
    pub rows: u16,
}

impl TerminalSize {
    /// A size within reason: programs fail in terminals of no width, and take memory for each character.
    pub fn new(columns: u16, rows: u16) -> Self {
        Self {
            columns: columns.clamp(2, 1000),
            rows: rows.clamp(1, 1000),
        }
    }
}

/// What a client says beside what is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ShellRequest {
    /// The terminal has another size.
    Resize(TerminalSize),
    /// So many bytes of output have been taken since the shell was opened.
    Taken(u64),
}

/// What the server says beside what the terminal shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ShellMessage {
    /// The program runs. The first message, unless there is a problem.
    Opened(ShellOpened),
    /// The connection carries, though nothing is shown: at least every ten seconds.
    Heartbeat {},
    /// It is over, and why. The last message.
    Ended(ShellEnded),
    /// It could not be opened. The last message.
    Problem(crate::problem::Problem),
}

/// What was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ShellOpened {
    /// In which container.
    pub container: String,
    /// Is what it shows recorded, to be read by whoever may read the audit log? What is typed is not.
    pub recorded: bool,
}

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ShellEnded {
    /// The program's exit code, when it ended by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i32>,
    /// What the browser translates by: `exited`, `no-shell`, `failed`, `lost`, `revoked`, `signed-out`, `removed`,
    /// `stopping`, `not-recorded`.
    pub code: String,
    /// Why, in a sentence.
    pub reason: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_short_json() {
        let resize = ShellRequest::Resize(TerminalSize::new(0, 5000));
        assert_eq!(
            serde_json::to_string(&resize).unwrap(),
            r#"{"resize":{"columns":2,"rows":1000}}"#
        );
        let taken: ShellRequest = serde_json::from_str(r#"{"taken":7}"#).unwrap();
        assert_eq!(taken, ShellRequest::Taken(7));
        let ended = ShellMessage::Ended(ShellEnded {
            exit_code: Some(7),
            code: "exited".into(),
            reason: "It ended.".into(),
        });
        assert_eq!(
            serde_json::to_string(&ended).unwrap(),
            r#"{"ended":{"exitCode":7,"code":"exited","reason":"It ended."}}"#
        );
    }
}
