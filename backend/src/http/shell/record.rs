//! What is written down of a shell: that it was opened, that it ended, and what it showed where that is recorded.

use std::time::Instant;

use muster_api::audit::AuditAction;
use muster_api::shell::TerminalSize;

use super::Visit;
use super::talk::End;
use crate::audit::{Audit, AuditError, Details, Event, Recording, RecordingError};
use crate::clock::Clock;
use crate::context::RequestContext;
use crate::error::AppError;
use crate::resources::shell::Shell;

const ALLOWED: &str = "The cluster says that the user may create pods/exec there.";

/// The record of one shell.
pub(super) struct Record {
    audit: Audit,
    clock: Clock,
    event: Event,
    details: Details,
    recording: Option<Recording>,
    opened_at: Instant,
    output_bytes: u64,
}

impl Record {
    pub(super) fn new(visit: &Visit) -> Self {
        let event = visit.event.clone();
        Self {
            audit: visit.app.audit.clone(),
            clock: visit.context.clock.clone(),
            event: event.unwrap_or_else(|| Event::of(&visit.context, AuditAction::ShellOpened)),
            details: Details::new(),
            recording: None,
            opened_at: Instant::now(),
            output_bytes: 0,
        }
    }

    /// Before it is opened: begins the recording, and writes that it is about to be opened where every change must be
    /// written down.
    pub(super) async fn begin(&mut self, context: &RequestContext, shell: &Shell) -> Result<(), AppError> {
        self.details.set("container", shell.container());
        if let Some(command) = shell.command() {
            self.details.set("command", command);
        }
        let recordings = self.audit.recordings();
        self.recording = recordings.begin(context, &shell.words(), shell.size()).await?;
        if let Some(recording) = &self.recording {
            self.details.set("recording", recording.id().to_string());
        }
        if self.audit.is_required() {
            self.audit.record(self.opening().begun()).await?;
        }
        Ok(())
    }

    /// Is what it shows recorded?
    pub(super) fn is_recording(&self) -> bool {
        self.recording.is_some()
    }

    /// It was opened.
    pub(super) async fn opened(&mut self) -> Result<(), AuditError> {
        self.opened_at = Instant::now();
        self.audit.record(self.opening()).await
    }

    /// It was not opened, for this reason.
    pub(super) async fn not_opened(&self, error: &AppError) {
        let problem = error.problem();
        let event = self.opening().answered(problem.status, Some(problem.code()));
        // In our own words: those of a cluster may repeat what was sent to it.
        let event = if problem.status == 403 {
            event.denied("The user may not create pods/exec there.")
        } else {
            event
        };
        self.audit.note(event).await;
    }

    fn opening(&self) -> Event {
        let event = self.event.clone().at(self.clock.now()).because(ALLOWED);
        event.details(self.details.clone())
    }

    /// The terminal shows this.
    pub(super) async fn output(&mut self, bytes: &[u8]) -> Result<(), RecordingError> {
        self.output_bytes += bytes.len() as u64;
        match &mut self.recording {
            Some(recording) => told(recording.output(bytes).await),
            None => Ok(()),
        }
    }

    /// The terminal has another size.
    pub(super) async fn resized(&mut self, size: TerminalSize) -> Result<(), RecordingError> {
        match &mut self.recording {
            Some(recording) => told(recording.resized(size).await),
            None => Ok(()),
        }
    }

    /// It ended.
    pub(super) async fn closed(&self, end: &End) {
        let mut details = self.details.clone().with("outputBytes", self.output_bytes);
        details.set("ended", end.code());
        if let Some(code) = end.exit_code() {
            details.set("exitCode", i64::from(code));
        }
        if self.recording.as_ref().is_some_and(Recording::is_full) {
            details.set("recordingIsCut", true);
        }
        let event = self
            .event
            .clone()
            .action(AuditAction::ShellClosed)
            .at(self.clock.now())
            .took(self.opened_at.elapsed())
            .because(end.sentence())
            .details(details);
        // It is over and cannot be refused any more; an event that is lost is in the server's log.
        let _written = self.audit.record(event).await;
    }
}

/// The person hears that it cannot be recorded; the server's log, why.
fn told(written: Result<(), RecordingError>) -> Result<(), RecordingError> {
    written.inspect_err(|error| tracing::error!(%error, "a shell ends: it cannot be recorded any more"))
}
