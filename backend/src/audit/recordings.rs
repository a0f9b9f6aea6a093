//! Recordings of what shells showed, where the configuration asks for them (`shell_recording`): one file a shell, in
//! asciicast v2 (<https://docs.asciinema.org/manual/asciicast/v2/>), readable by the server's owner only.
//!
//! What is typed is never recorded: a password that is not shown is not in the file. A shell's events name its recording.

use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime};

use jiff::Timestamp;
use muster_api::shell::TerminalSize;
use serde_json::json;
use tokio::fs::{self, File, OpenOptions};
use tokio::io::AsyncWriteExt as _;
use uuid::Uuid;

use crate::config::Config;
use crate::context::RequestContext;

/// The folder in the data folder.
const FOLDER: &str = "recordings";
/// A recording ends here, and says so. The shell goes on.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// Why a recording is not to be had.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// There is none of this id.
    #[error("there is no recording {0}")]
    Missing(Uuid),
    /// The file cannot be written or read.
    #[error("the recording cannot be written or read: {0}")]
    Failed(#[from] io::Error),
}

/// Where recordings are kept, and whether any are made.
#[derive(Debug)]
pub struct Recordings {
    folder: PathBuf,
    is_on: bool,
}

impl Recordings {
    /// As the configuration says.
    pub fn new(config: &Config) -> Self {
        Self {
            folder: config.in_data(FOLDER),
            is_on: config.shell_recording,
        }
    }

    /// Are shells recorded?
    pub fn is_on(&self) -> bool {
        self.is_on
    }

    /// Begins one under a new id; none where shells are not recorded. `title` says of what.
    pub async fn begin(
        &self,
        context: &RequestContext,
        title: &str,
        size: TerminalSize,
    ) -> Result<Option<Recording>, RecordingError> {
        if !self.is_on {
            return Ok(None);
        }
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.folder)?;
        let id = Uuid::now_v7();
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(self.path(id))
            .await?;
        let mut recording = Recording {
            id,
            file,
            began: Instant::now(),
            written: 0,
            undecoded: Vec::new(),
        };
        let header = json!({"version": 2, "width": size.columns, "height": size.rows,
            "timestamp": context.now().as_second(), "title": title});
        recording.write_line(&header.to_string()).await?;
        Ok(Some(recording))
    }

    /// Opens one to be read.
    pub async fn open(&self, _context: &RequestContext, id: Uuid) -> Result<File, RecordingError> {
        match File::open(self.path(id)).await {
            Ok(file) => Ok(file),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(RecordingError::Missing(id)),
            Err(error) => Err(error.into()),
        }
    }

    /// Removes those that were written to last before this moment: they go with the events that name them.
    pub(super) async fn trim(&self, kept_since: Timestamp) {
        // Where nothing was ever recorded there is no folder.
        let Ok(mut files) = fs::read_dir(&self.folder).await else {
            return;
        };
        let kept_since = SystemTime::from(kept_since);
        while let Ok(Some(entry)) = files.next_entry().await {
            let written = entry.metadata().await.and_then(|metadata| metadata.modified());
            if written.is_ok_and(|written| written < kept_since)
                && let Err(error) = fs::remove_file(entry.path()).await
            {
                tracing::warn!(%error, file = %entry.path().display(), "an old recording could not be removed");
            }
        }
    }

    /// Only an id gets into the path, never a text of a caller.
    fn path(&self, id: Uuid) -> PathBuf {
        self.folder.join(format!("{id}.cast"))
    }
}

/// One shell's recording, being written.
#[derive(Debug)]
pub struct Recording {
    id: Uuid,
    file: File,
    began: Instant,
    written: u64,
    /// The beginning of a character whose end has not come yet.
    undecoded: Vec<u8>,
}

impl Recording {
    /// Its name in events and in the route that reads it.
    pub fn id(&self) -> Uuid {
        self.id
    }

    /// Did it reach its largest size?
    pub fn is_full(&self) -> bool {
        self.written >= MOST_BYTES
    }

    /// The terminal showed this.
    pub async fn output(&mut self, bytes: &[u8]) -> Result<(), RecordingError> {
        let text = decode(&mut self.undecoded, bytes);
        if text.is_empty() {
            return Ok(());
        }
        self.event("o", &text).await
    }

    /// The terminal got another size.
    pub async fn resized(&mut self, size: TerminalSize) -> Result<(), RecordingError> {
        self.event("r", &format!("{}x{}", size.columns, size.rows)).await
    }

    async fn event(&mut self, kind: &str, text: &str) -> Result<(), RecordingError> {
        if self.is_full() {
            return Ok(());
        }
        let seconds = seconds(self.began.elapsed());
        self.write_line(&json!([seconds, kind, text]).to_string()).await?;
        if self.is_full() {
            let last = json!([seconds, "m", "the recording ends here: it has its largest size"]);
            self.write_line(&last.to_string()).await?;
        }
        Ok(())
    }

    async fn write_line(&mut self, line: &str) -> Result<(), RecordingError> {
        self.file.write_all(format!("{line}\n").as_bytes()).await?;
        // Without it, a full disk would be noticed at the next line only.
        self.file.flush().await?;
        self.written += line.len() as u64 + 1;
        Ok(())
    }
}

/// To the microsecond.
#[expect(
    clippy::cast_precision_loss,
    reason = "microseconds of a shell's life are far below 2^53"
)]
fn seconds(elapsed: Duration) -> f64 {
    elapsed.as_micros() as f64 / 1_000_000.0
}

/// The text of what has come so far. A character that is cut in two waits for its end; what is no text is shown as such.
fn decode(undecoded: &mut Vec<u8>, bytes: &[u8]) -> String {
    undecoded.extend_from_slice(bytes);
    let mut text = String::new();
    let mut read = 0;
    for chunk in undecoded.utf8_chunks() {
        text.push_str(chunk.valid());
        read += chunk.valid().len();
        let invalid = chunk.invalid();
        let is_cut = std::str::from_utf8(invalid).is_err_and(|error| error.error_len().is_none());
        if is_cut && read + invalid.len() == undecoded.len() {
            break;
        }
        if !invalid.is_empty() {
            text.push('\u{fffd}');
            read += invalid.len();
        }
    }
    undecoded.drain(..read);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use serde_json::Value;
    use std::os::unix::fs::PermissionsExt as _;
    use tokio::io::AsyncReadExt as _;

    fn recordings(folder: &std::path::Path) -> Recordings {
        Recordings::new(&Config {
            data: folder.to_path_buf(),
            shell_recording: true,
            ..Config::default()
        })
    }

    #[test]
    fn characters_that_come_in_two_parts_are_whole_in_the_recording() {
        let mut waiting = Vec::new();
        let bytes = "a→b".as_bytes();
        assert_eq!(decode(&mut waiting, &bytes[..2]), "a");
        assert_eq!(decode(&mut waiting, &bytes[2..]), "→b");
        assert_eq!(decode(&mut waiting, b"\xffx\xe2"), "\u{fffd}x");
        assert_eq!(decode(&mut waiting, b"y"), "\u{fffd}y");
        assert_eq!(waiting, b"");
    }

    #[tokio::test]
    async fn a_recording_is_an_asciicast_that_only_its_owner_reads() {
        let folder = tempfile::tempdir().unwrap();
        let recordings = recordings(folder.path());
        let context = RequestContext::system(Clock::system());
        let size = TerminalSize::new(100, 30);
        let mut recording = recordings.begin(&context, "berlin", size).await.unwrap().unwrap();
        recording.output(b"hello\r\n").await.unwrap();
        recording.resized(TerminalSize::new(80, 24)).await.unwrap();
        let mut text = String::new();
        let mut file = recordings.open(&context, recording.id()).await.unwrap();
        file.read_to_string(&mut text).await.unwrap();
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(
            (&lines[0]["version"], &lines[0]["width"], &lines[0]["title"]),
            (&json!(2), &json!(100), &json!("berlin"))
        );
        assert_eq!((&lines[1][1], &lines[1][2]), (&json!("o"), &json!("hello\r\n")));
        assert_eq!((&lines[2][1], &lines[2][2]), (&json!("r"), &json!("80x24")));
        let mode = file.metadata().await.unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[tokio::test]
    async fn old_recordings_go_and_there_are_none_where_shells_are_not_recorded() {
        let folder = tempfile::tempdir().unwrap();
        let recordings = recordings(folder.path());
        let context = RequestContext::system(Clock::system());
        let size = TerminalSize::new(80, 24);
        let id = recordings.begin(&context, "", size).await.unwrap().unwrap().id();
        recordings.trim(Timestamp::UNIX_EPOCH).await;
        assert!(recordings.open(&context, id).await.is_ok());
        recordings
            .trim(Timestamp::now() + jiff::SignedDuration::from_hours(1))
            .await;
        assert!(matches!(
            recordings.open(&context, id).await,
            Err(RecordingError::Missing(_))
        ));
        let off = Recordings::new(&Config::default());
        assert!(off.begin(&context, "", size).await.unwrap().is_none());
    }
}
