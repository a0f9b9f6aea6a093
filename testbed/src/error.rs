//! Everything that can go wrong while a test bed is brought up.

use std::io;
use std::path::{Path, PathBuf};

/// A failure of the test bed, worded for the person who started it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or folder could not be read or written.
    #[error("{action} {path}: {source}")]
    File {
        /// What was tried.
        action: &'static str,
        /// On which file.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// A program could not be started at all.
    #[error("cannot start {program}: {source} (is it installed? see testbed/README.md)")]
    Start {
        /// The program.
        program: String,
        /// Why it failed.
        source: io::Error,
    },
    /// A program ended with an error.
    #[error("{program} failed: {detail}")]
    Program {
        /// The program and what it was asked.
        program: String,
        /// Its last words.
        detail: String,
    },
    /// Something did not happen within its time.
    #[error("{what} after {seconds} s{detail}")]
    Deadline {
        /// What was waited for.
        what: String,
        /// For how long.
        seconds: u64,
        /// The last thing seen.
        detail: String,
    },
    /// A certificate could not be made.
    #[error("making certificates: {0}")]
    Certificate(#[from] rcgen::Error),
    /// The cluster refused or did not answer a call.
    #[error("calling the test cluster: {0}")]
    Kubernetes(#[source] Box<kube::Error>),
    /// The machine or the request does not allow what was asked.
    #[error("{0}")]
    Unsupported(String),
}

impl From<kube::Error> for Error {
    fn from(error: kube::Error) -> Self {
        Self::Kubernetes(Box::new(error))
    }
}

/// The result of everything in this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Names the file in an input/output error.
pub(crate) trait FileContext<T> {
    /// Adds what was tried on which file.
    fn file(self, action: &'static str, path: &Path) -> Result<T>;
}

impl<T> FileContext<T> for io::Result<T> {
    fn file(self, action: &'static str, path: &Path) -> Result<T> {
        self.map_err(|source| Error::File {
            action,
            path: path.to_owned(),
            source,
        })
    }
}
