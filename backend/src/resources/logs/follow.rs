//! Following a log: over the wait for the container's start, over quiet hours, over its restarts, until there is nothing
//! more to come.

use super::lines::Lines;
use super::{ContainerLog, Part, waiting_reason};
use crate::resources::object::ObjectError;
use crate::resources::remote::RemoteError;
use futures::StreamExt as _;
use http_body_util::BodyExt as _;
use jiff::Timestamp;
use muster_api::log::LogLine;
use muster_api::said::{Said, log as sentence};
use serde_json::Value;
use std::fmt::Display;
use std::time::Duration;
use tokio::sync::mpsc;

/// How often a container that has not started, or ended, is looked at.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// A log that is quiet for so long is no proof that its cluster is still there: the pod is asked for.
const QUIET: Duration = Duration::from_secs(15);
const QUIET_DEADLINE: Duration = Duration::from_secs(8);

/// What comes out of a log.
#[derive(Debug)]
pub enum LogEvent {
    /// The wait that was told is over: the container runs.
    Runs,
    /// Lines, oldest first.
    Lines(Vec<LogLine>),
    /// Nothing yet, and why.
    Waiting(Said),
    /// Nothing more, and why. The last event.
    Ended(Said),
    /// The log could not be read. The last event.
    Failed(ObjectError),
}

/// Sends what comes out of the log until it ends or nobody listens. The channel is bounded: a slow reader slows the log
/// down, and is never given a pile of lines to keep.
pub async fn follow(log: ContainerLog, events: mpsc::Sender<LogEvent>) {
    let listener = events.clone();
    let last = tokio::select! {
        () = listener.closed() => return,
        last = Follower { log, events, reached: None, resumes: false, said: None }.run() => last,
    };
    // Whoever stopped listening does not need the reason.
    let _not_heard = listener.send(last).await;
}

struct Follower {
    log: ContainerLog,
    events: mpsc::Sender<LogEvent>,
    /// The time of the last line that was sent.
    reached: Option<Timestamp>,
    /// Is the part that is read a continuation, of which no new line was seen yet?
    resumes: bool,
    /// The last reason for waiting: it is said once.
    said: Option<Said>,
}

/// How a container is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Run {
    /// It has not started, or ended and will be started again.
    Waiting,
    /// It runs.
    Running,
    /// It ended for good.
    Over,
}

impl Follower {
    async fn run(mut self) -> LogEvent {
        let mut part = self.log.first_part();
        loop {
            match self.read_part(&part).await {
                Ok(()) => {}
                Err(Stop::Waits(reason)) if part.follow => {
                    self.wait(not_started_words(&self.log.container, &reason)).await;
                    match self.look().await {
                        // A pod that was evicted or has failed starts nothing any more.
                        Ok((Run::Over, words)) => return LogEvent::Ended(words),
                        Ok((Run::Running, _)) => self.runs().await,
                        Ok(_) => {}
                        Err(end) => return end,
                    }
                    continue;
                }
                Err(Stop::Waits(reason)) => {
                    return LogEvent::Ended(not_started_words(&self.log.container, &reason));
                }
                Err(Stop::Over(end)) => return end,
            }
            if !part.follow {
                return LogEvent::Ended(sentence::WHOLE.say());
            }
            if let Err(end) = self.next_run().await {
                return end;
            }
            self.resumes = true;
            let since_time = self.reached.map(|time| time.to_string());
            part = Part {
                follow: true,
                timestamps: true,
                since_time,
                ..Part::default()
            };
        }
    }

    /// Reads one part to its end, and sends its lines.
    async fn read_part(&mut self, part: &Part) -> Result<(), Stop> {
        let log = self.log.clone();
        let opened = self.watched(Box::pin(log.open(part))).await.map_err(Stop::Over)?;
        let mut body = opened.map_err(|error| self.stop(error))?.into_data_stream();
        let mut collector = Lines::default();
        loop {
            let next = self.watched(Box::pin(body.next())).await.map_err(Stop::Over)?;
            let mut lines = Vec::new();
            let Some(Ok(bytes)) = next else {
                // It ended, or the connection broke: what there is is sent, then the pod is looked at.
                lines.extend(collector.rest());
                self.send_lines(lines).await;
                return Ok(());
            };
            collector.feed(&bytes, &mut lines);
            self.send_lines(lines).await;
        }
    }

    async fn send_lines(&mut self, mut lines: Vec<LogLine>) {
        if let Some(reached) = self.reached.filter(|_| self.resumes) {
            // A part that goes on where another broke off begins with lines that were sent.
            lines.retain(|line| time_of(line).is_none_or(|time| time > reached));
            self.resumes = lines.is_empty();
        }
        if let Some(time) = lines.iter().rev().find_map(time_of) {
            self.reached = Some(time);
        }
        if !lines.is_empty() {
            self.said = None;
            let _nobody_listens = self.events.send(LogEvent::Lines(lines)).await;
        }
    }

    async fn wait(&mut self, reason: Said) {
        if self.said.as_ref() != Some(&reason) {
            self.said = Some(reason.clone());
            let _nobody_listens = self.events.send(LogEvent::Waiting(reason)).await;
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }

    /// Says that a wait is over, when one was told: a container that writes nothing is no longer waited for.
    async fn runs(&mut self) {
        if self.said.take().is_some() {
            let _nobody_listens = self.events.send(LogEvent::Runs).await;
        }
    }

    /// After a part ended: waits until the container runs, for the first time or again.
    async fn next_run(&mut self) -> Result<(), LogEvent> {
        loop {
            let (run, words) = self.look().await?;
            match run {
                Run::Over => return Err(LogEvent::Ended(words)),
                Run::Running => {
                    self.runs().await;
                    // The connection broke, or the container was quick to start again.
                    tokio::time::sleep(LOOK_AGAIN).await;
                    return Ok(());
                }
                Run::Waiting => self.wait(words).await,
            }
        }
    }

    /// Waits for `work`, and makes sure every now and then that pod and cluster are still there.
    async fn watched<T>(&self, mut work: std::pin::Pin<Box<impl Future<Output = T>>>) -> Result<T, LogEvent> {
        loop {
            if let Ok(done) = tokio::time::timeout(QUIET, &mut work).await {
                return Ok(done);
            }
            self.look().await?;
        }
    }

    /// Looks at the pod: how is the container?
    async fn look(&self) -> Result<(Run, Said), LogEvent> {
        let located = &self.log.located;
        match located.remote.get_within(&located.path(), QUIET_DEADLINE).await {
            Ok(pod) => Ok(state(&pod, &self.log.container)),
            Err(error) if error.is_not_found() => Err(LogEvent::Ended(pod_gone())),
            Err(error) => Err(LogEvent::Failed(error.into())),
        }
    }

    fn stop(&self, error: RemoteError) -> Stop {
        if let Some(reason) = error.refusal().and_then(|refusal| waiting_reason(refusal.message())) {
            return Stop::Waits(reason.to_owned());
        }
        Stop::Over(match self.log.explained(error) {
            ObjectError::NoSuchObject(_) if self.reached.is_some() => LogEvent::Ended(pod_gone()),
            error => LogEvent::Failed(error),
        })
    }
}

enum Stop {
    /// The container has not started; why.
    Waits(String),
    /// There is nothing to be read any more.
    Over(LogEvent),
}

fn time_of(line: &LogLine) -> Option<Timestamp> {
    line.time.as_deref()?.parse().ok()
}

fn pod_gone() -> Said {
    sentence::GONE.say()
}

/// Why the container has never run so far; `None` when it runs or ran.
pub(super) fn not_started(pod: &Value, container: &str) -> Option<Said> {
    let status = status_of(pod, container);
    let ran = status.is_some_and(|status| {
        status["state"].get("running").is_some()
            || status["state"].get("terminated").is_some()
            || status["lastState"].get("terminated").is_some()
    });
    (!ran).then(|| waiting_words(pod, container, status))
}

/// Why nothing can be run in the container now; `None` when it runs.
pub(in crate::resources) fn not_running(pod: &Value, container: &str) -> Option<String> {
    let (run, words) = state(pod, container);
    (run != Run::Running).then_some(words.message)
}

fn not_started_words(container: &str, reason: &str) -> Said {
    sentence::NOT_STARTED.with(&[("container", &container), ("reason", &reason)])
}

fn waiting_words(pod: &Value, container: &str, status: Option<&Value>) -> Said {
    if pod["spec"]["nodeName"].as_str().is_none_or(str::is_empty) {
        return sentence::NO_NODE.with(&[("container", &container)]);
    }
    match status.and_then(|status| status["state"]["waiting"]["reason"].as_str()) {
        Some(reason) => not_started_words(container, reason),
        None => sentence::NOT_TAKEN_UP.with(&[("container", &container)]),
    }
}

/// Nobody says how the container is.
fn unknown_words(container: &str) -> Said {
    sentence::UNKNOWN.with(&[("container", &container)])
}

fn status_of<'a>(pod: &'a Value, container: &str) -> Option<&'a Value> {
    let statuses = |field: &str| pod["status"][field].as_array().into_iter().flatten();
    statuses("containerStatuses")
        .chain(statuses("initContainerStatuses"))
        .chain(statuses("ephemeralContainerStatuses"))
        .find(|status| status["name"] == container)
}

/// How the container is, and in words.
fn state(pod: &Value, container: &str) -> (Run, Said) {
    let phase = pod["status"]["phase"].as_str().unwrap_or_default();
    let is_over = matches!(phase, "Succeeded" | "Failed") || pod["metadata"]["deletionTimestamp"].is_string();
    if let Some(words) = not_started(pod, container) {
        return (if is_over { Run::Over } else { Run::Waiting }, words);
    }
    let Some(status) = status_of(pod, container) else {
        return (Run::Waiting, unknown_words(container));
    };
    if status["state"].get("running").is_some() {
        return (Run::Running, sentence::RUNS.with(&[("container", &container)]));
    }
    let now = status["state"].get("terminated");
    let Some(terminated) = now.or_else(|| status["lastState"].get("terminated")) else {
        return (Run::Waiting, unknown_words(container));
    };
    let is_over = is_over || (now.is_some() && !is_started_again(pod, container, terminated));
    (
        if is_over { Run::Over } else { Run::Waiting },
        ended_words(container, terminated, is_over),
    )
}

fn ended_words(container: &str, terminated: &Value, is_over: bool) -> Said {
    let code = terminated["exitCode"].as_i64().unwrap_or_default();
    let values: [(&str, &dyn Display); 2] = [("container", &container), ("code", &code)];
    match terminated["reason"].as_str() {
        Some("Completed") | None if is_over => sentence::ENDED.with(&values),
        Some("Completed") | None => sentence::ENDED_STARTS_AGAIN.with(&values),
        Some(reason) => {
            let [container, code] = values;
            let said = if is_over {
                sentence::ENDED_BECAUSE
            } else {
                sentence::ENDED_BECAUSE_STARTS_AGAIN
            };
            said.with(&[container, code, ("reason", &reason)])
        }
    }
}

fn is_started_again(pod: &Value, container: &str, terminated: &Value) -> bool {
    let specs = |field: &str| pod["spec"][field].as_array().into_iter().flatten();
    let init = specs("initContainers").find(|spec| spec["name"] == container);
    let is_ephemeral = specs("ephemeralContainers").any(|spec| spec["name"] == container);
    let has_failed = terminated["exitCode"].as_i64() != Some(0);
    let policy = pod["spec"]["restartPolicy"].as_str().unwrap_or("Always");
    match init {
        _ if is_ephemeral => false,
        Some(init) if init["restartPolicy"] == "Always" => true,
        Some(_) => has_failed && policy != "Never",
        None => policy == "Always" || (policy == "OnFailure" && has_failed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn pod(policy: &str, state: Value) -> Value {
        json!({"spec": {"restartPolicy": policy, "containers": [{"name": "web"}]},
               "status": {"phase": "Running", "containerStatuses": [{"name": "web", "restartCount": 2, "state": state}]}})
    }

    #[test]
    fn a_container_that_will_start_again_is_waited_for() {
        let ended = |code: i64| json!({"terminated": {"exitCode": code, "reason": "Error"}});
        assert_eq!(state(&pod("Always", json!({"running": {}})), "web").0, Run::Running);
        let (run, words) = state(&pod("Always", ended(1)), "web");
        assert_eq!(
            (run, words.message.as_str()),
            (
                Run::Waiting,
                "the container web ended with exit code 1 (Error); its next start is awaited"
            )
        );
        assert_eq!(state(&pod("Never", ended(1)), "web").0, Run::Over);
        assert_eq!(state(&pod("OnFailure", ended(0)), "web").0, Run::Over);
        assert_eq!(
            state(
                &pod("Always", json!({"waiting": {"reason": "CrashLoopBackOff"}})),
                "web"
            )
            .0,
            Run::Waiting
        );
        let mut unbound = pod("Always", json!({"waiting": {"reason": "ContainerCreating"}}));
        assert_eq!(
            state(&unbound, "web").1.message,
            "the container web has not started yet: the pod has no node yet"
        );
        unbound["spec"]["nodeName"] = "a".into();
        assert_eq!(
            not_started(&unbound, "web").unwrap().message,
            "the container web has not started yet: ContainerCreating"
        );
        let mut done = pod("Always", ended(0));
        done["status"]["phase"] = "Succeeded".into();
        assert_eq!(state(&done, "web").0, Run::Over);
    }
}
