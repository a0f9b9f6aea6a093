//! How a program in a container ended, as Kubernetes says it on the connection's last channel.

use serde_json::Value;

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShellEnd {
    /// By itself, with this exit code.
    Exited(i32),
    /// It was never there: the image has no shell.
    NoShell(String),
    /// It could not be run, or was torn off; what the cluster says.
    Failed(String),
    /// The connection to the container was lost.
    Lost,
}

impl ShellEnd {
    /// Reads the last channel's `Status`. `is_any_shell`: the usual shell was to be run.
    pub(super) fn read(bytes: &[u8], container: &str, is_any_shell: bool) -> Self {
        let Ok(status) = serde_json::from_slice::<Value>(bytes) else {
            return Self::Failed(String::from_utf8_lossy(&bytes[..bytes.len().min(500)]).into_owned());
        };
        if status["status"] == "Success" {
            return Self::Exited(0);
        }
        let causes = status["details"]["causes"].as_array().into_iter().flatten();
        let exit_code = causes
            .filter(|cause| cause["reason"] == "ExitCode")
            .find_map(|cause| cause["message"].as_str()?.parse().ok());
        if let Some(code) = exit_code {
            return Self::Exited(code);
        }
        let message = status["message"].as_str().unwrap_or("the cluster does not say why");
        // Every runtime has its own sentence around these words of the system and of runc.
        let is_missing = ["no such file or directory", "executable file not found"]
            .iter()
            .any(|words| message.contains(words));
        if is_any_shell && is_missing {
            return Self::NoShell(container.to_owned());
        }
        Self::Failed(message.chars().take(500).collect())
    }

    /// The exit code, when it ended by itself.
    pub fn exit_code(&self) -> Option<i32> {
        match self {
            Self::Exited(code) => Some(*code),
            _ => None,
        }
    }

    /// What the browser translates by.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Exited(_) => "exited",
            Self::NoShell(_) => "no-shell",
            Self::Failed(_) => "failed",
            Self::Lost => "lost",
        }
    }

    /// In a sentence.
    pub fn sentence(&self) -> String {
        match self {
            Self::Exited(code) => format!("The shell ended with exit code {code}."),
            Self::NoShell(container) => format!(
                "The container {container} has no shell: its image brings neither bash nor sh. Choose another container, or \
                 name a program that the image has."
            ),
            Self::Failed(message) => format!("The cluster could not run it: {message}"),
            Self::Lost => {
                "The connection to the container was lost: the container or its node stopped, or the cluster \
                           went away."
                    .to_owned()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(status: &Value) -> ShellEnd {
        ShellEnd::read(status.to_string().as_bytes(), "main", true)
    }

    #[test]
    fn exit_codes_are_told_from_what_never_ran() {
        assert_eq!(read(&json!({"metadata": {}, "status": "Success"})), ShellEnd::Exited(0));
        let failed = json!({"status": "Failure", "message": "command terminated with non-zero exit code",
            "reason": "NonZeroExitCode", "details": {"causes": [{"reason": "ExitCode", "message": "7"}]}});
        assert_eq!(read(&failed), ShellEnd::Exited(7));
        let missing = json!({"status": "Failure", "reason": "InternalError", "message": "error executing command in \
            container: failed to exec in container: failed to start exec \"a\": OCI runtime exec failed: exec failed: unable \
            to start container process: exec: \"/bin/sh\": stat /bin/sh: no such file or directory: unknown"});
        assert_eq!(read(&missing), ShellEnd::NoShell("main".to_owned()));
        assert!(read(&missing).sentence().starts_with("The container main has no shell"));
        let named = ShellEnd::read(missing.to_string().as_bytes(), "main", false);
        assert!(matches!(named, ShellEnd::Failed(_)));
        assert!(matches!(ShellEnd::read(b"\xff", "main", true), ShellEnd::Failed(_)));
    }
}
