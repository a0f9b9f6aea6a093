//! A shell in a container: a program is run there in a terminal of its own, over a connection that is bounded both ways.
//!
//! Who may is asked twice: of the cluster, for the right to `create` (an older API server would open a shell for whoever
//! may only `get`: kubernetes/kubernetes#78741), and again by the API server when the connection is made.

mod connection;
mod ending;

use std::time::Duration;

use bytes::Bytes;
use http::Method;
use muster_api::shell::{ShellQuery, TerminalSize};
use serde_json::json;

use super::logs::{chosen_container, not_running};
use super::object::{Located, ObjectError, ObjectPath, Objects};
use super::remote::encoded;
use crate::context::RequestContext;

pub use connection::{Input, Output};
pub use ending::ShellEnd;

/// bash where there is one, else sh. Programs draw in colour when the terminal says that it can.
const ANY_SHELL: [&str; 3] = [
    "/bin/sh",
    "-c",
    "TERM=xterm-256color; export TERM; command -v bash >/dev/null 2>&1 && exec bash; exec sh",
];
/// Longer commands are refused: they would not fit into an address.
const LONGEST_COMMAND: usize = 1000;
/// How long the connection to the container may take to come about: the API server asks the node's kubelet.
const CONNECT_DEADLINE: Duration = Duration::from_secs(20);

/// A program in a container, found but not run yet.
pub struct Shell {
    located: Located,
    container: String,
    command: Vec<String>,
    /// Is it the usual shell, whichever there is?
    is_usual: bool,
    size: TerminalSize,
}

/// What came out.
#[derive(Debug)]
pub enum ShellEvent {
    /// Bytes for the terminal.
    Output(Bytes),
    /// It is over. The last event.
    Ended(ShellEnd),
    /// The connection carries.
    Alive,
}

impl Objects {
    /// Finds pod and container, and makes sure that a shell may be opened there.
    pub async fn shell(
        &self,
        context: &RequestContext,
        path: &ObjectPath,
        query: &ShellQuery,
    ) -> Result<Shell, ObjectError> {
        if context.looked_at_by.is_some() {
            return Err(ObjectError::Forbidden(
                "no shell is opened while you look at the console as somebody else".to_owned(),
            ));
        }
        let asked = query.command.as_deref().unwrap_or_default();
        let command = words_of(asked)?;
        let located = self.locate(context, path).await?;
        if !is_allowed(&located).await? {
            return Err(ObjectError::Forbidden(format!(
                "a shell in {} needs the right to create pods/exec there: looking is not enough",
                located.words()
            )));
        }
        let pod = located.read().await?;
        let container = chosen_container(&pod, query.container.as_deref())?;
        if let Some(why) = not_running(&pod, &container) {
            return Err(ObjectError::Conflict {
                code: "not-running",
                detail: format!("{why}: a shell needs a container that runs"),
            });
        }
        Ok(Shell {
            located,
            container,
            is_usual: command.is_empty(),
            command: if command.is_empty() {
                ANY_SHELL.map(str::to_owned).into()
            } else {
                command
            },
            size: query.size(),
        })
    }

    /// Does the API server say that the actor may open one there?
    pub async fn may_open_shell(&self, context: &RequestContext, path: &ObjectPath) -> Result<bool, ObjectError> {
        is_allowed(&self.locate(context, path).await?).await
    }
}

impl Shell {
    /// In which container.
    pub fn container(&self) -> &str {
        &self.container
    }

    /// What is run; none for the usual shell.
    pub fn command(&self) -> Option<String> {
        (!self.is_usual).then(|| self.command.join(" "))
    }

    /// The terminal's first size.
    pub fn size(&self) -> TerminalSize {
        self.size
    }

    /// For people: `main of the Pod web in the namespace shop of the cluster berlin`.
    pub fn words(&self) -> String {
        format!("{} of the {}", self.container, self.located.words())
    }

    /// Runs it.
    pub async fn open(self) -> Result<(Input, Output), ObjectError> {
        let socket = connection::connect(&self.located.remote, &self.path(), CONNECT_DEADLINE)
            .await
            .map_err(|error| self.located.missing_or(error))?;
        let (mut input, output) = connection::halves(socket, self.container, self.is_usual);
        // A connection that breaks right away is told by its output.
        let _broken = input.resize(self.size).await;
        Ok((input, output))
    }

    fn path(&self) -> String {
        let mut path = format!("{}/exec?container={}", self.located.path(), encoded(&self.container));
        path.push_str("&stdin=true&stdout=true&tty=true");
        for word in &self.command {
            path.push_str("&command=");
            path.push_str(&encoded(word));
        }
        path
    }
}

/// Asks the API server, as who asks us, whether the right is there.
async fn is_allowed(located: &Located) -> Result<bool, ObjectError> {
    const REVIEWS: &str = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    let review = json!({"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
        "spec": {"resourceAttributes": {"verb": "create", "version": "v1", "resource": "pods", "subresource": "exec",
            "namespace": located.namespace, "name": located.name}}});
    let reply = located
        .remote
        .write(Method::POST, REVIEWS, "application/json", &review)
        .await?;
    Ok(reply.value["status"]["allowed"] == true)
}

fn words_of(command: &str) -> Result<Vec<String>, ObjectError> {
    let is_possible = command.len() <= LONGEST_COMMAND && !command.chars().any(char::is_control);
    if is_possible {
        return Ok(command.split_whitespace().map(str::to_owned).collect());
    }
    Err(ObjectError::InvalidField {
        field: "command",
        code: "invalid",
        message: format!("a command has at most {LONGEST_COMMAND} characters, on one line"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_a_program_and_its_arguments() {
        assert_eq!(words_of(" /busybox/sh  -l ").unwrap(), ["/busybox/sh", "-l"]);
        assert_eq!(words_of("").unwrap(), [""; 0]);
        assert!(words_of("a\nb").is_err() && words_of(&"a".repeat(1001)).is_err());
    }
}
