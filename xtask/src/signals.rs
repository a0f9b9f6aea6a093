//! Waiting for the wish to end.

use anyhow::{Context, Result};
use tokio::signal::unix::{SignalKind, signal};

/// Returns when the process is interrupted (Ctrl-C) or asked to end.
pub async fn asked_to_end() -> Result<()> {
    let mut interrupt = signal(SignalKind::interrupt()).context("could not listen for an interrupt")?;
    let mut terminate = signal(SignalKind::terminate()).context("could not listen for a request to end")?;
    let mut hangup = signal(SignalKind::hangup()).context("could not listen for the end of the terminal")?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        _ = hangup.recv() => {}
    }
    Ok(())
}

/// A runtime for the parts that talk to the test bed.
pub fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("could not start the async runtime")
}
