//! One run of the server: takes the data folder, opens everything, listens, and ends in order.

mod connections;

use std::io::Write;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context;
use secrecy::ExposeSecret;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::timeout;

use crate::app::App;
use crate::clock::Clock;
use crate::config::Config;
use crate::context::RequestContext;
use crate::data_folder::{self, Lock};
use crate::error::AppError;
use crate::{router, telemetry};

/// How long requests and background work may take to end once the server was told to stop.
const FAREWELL: Duration = Duration::from_secs(10);

/// Runs the server until it is told to stop.
pub async fn run(config: Config) -> anyhow::Result<()> {
    // First of all: whoever saw the address printed may stop the server at once.
    let mut signals = StopSignals::listen()?;
    telemetry::metrics();
    data_folder::create(&config.data)?;
    let mut lock = Lock::take(&config.data)?;
    let listener = listen(config.listen).await?;
    let address = listener.local_addr().context("the listening socket has no address")?;
    // Who holds the folder only makes a message better: a full disk must not keep the server from starting.
    let _not_noted = lock.describe(&format!("process {}, listening on {address}", std::process::id()));
    let app = App::start(config, address, Clock::system()).await?;
    register_kubeconfigs(&app).await?;
    announce(&app).await?;

    let stopping = app.tasks.stopping.clone();
    let server = connections::serve(
        listener,
        router::build(&app),
        connections::HEAD_DEADLINE,
        stopping.clone(),
    );
    let mut server = tokio::spawn(server);
    tokio::select! {
        ended = &mut server => ended.context("the server ended")?,
        signal = signals.next() => tracing::info!(signal, "stopping"),
    }
    stopping.cancel();
    app.tasks.tracker.close();
    let ended = async {
        // Only whether they ended matters by now.
        let _result = (&mut server).await;
        app.tasks.tracker.wait().await;
    };
    if timeout(FAREWELL, ended).await.is_err() {
        tracing::warn!(
            seconds = FAREWELL.as_secs(),
            "some requests did not end in time and were cut off"
        );
        server.abort();
    }
    // A closed SQLite database is one tidy file; cut-off requests must not hold up the end.
    let _cut_off = timeout(Duration::from_secs(2), app.audit.finish()).await;
    let _cut_off = timeout(Duration::from_secs(2), app.database.close()).await;
    tracing::info!("stopped");
    drop(lock);
    Ok(())
}

async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!("cannot listen on {address}; free it, or choose another address with --listen (port 0: any free one)")
    })
}

/// Registers the clusters of the configured kubeconfigs; those that are registered already are reached as the files say,
/// those that a person removed stay away.
async fn register_kubeconfigs(app: &App) -> anyhow::Result<()> {
    let context = RequestContext::system(app.clock.clone());
    for path in &app.config.kubeconfig {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("the kubeconfig {} cannot be read", path.display()))?;
        let registered = app.clusters.register_once(&context, &text).await;
        let cluster = registered
            .map_err(|error| anyhow::anyhow!(AppError::from(error).sentence()))
            .with_context(|| format!("the kubeconfig {} cannot be used", path.display()))?;
        if let Some(cluster) = cluster {
            tracing::info!(cluster = cluster.name, kubeconfig = %path.display(), "the cluster is registered");
        } else {
            tracing::warn!(
                kubeconfig = %path.display(),
                "the cluster of this kubeconfig was removed from the console and is not registered again: add it in the \
                 browser, or give its context another name"
            );
        }
    }
    Ok(())
}

/// Standard output gets the address and, while nobody can sign in, the one-time link; nothing else is ever written there.
async fn announce(app: &App) -> anyhow::Result<()> {
    let base = app.public_url.as_str().trim_end_matches('/');
    let mut text = format!("Muster is ready: {base}\n");
    if let Some(code) = app.identity.first_start_code().await? {
        text.push_str("Open this link to create the first administrator (it works once, for 24 hours):\n");
        text.extend([base, "/first-start#code=", code.expose_secret(), "\n"]);
    }
    let mut output = std::io::stdout().lock();
    // A closed standard output is no reason not to serve.
    let _closed = output.write_all(text.as_bytes()).and_then(|()| output.flush());
    Ok(())
}

/// The signals that ask a server to stop.
struct StopSignals {
    terminate: Signal,
    interrupt: Signal,
}

impl StopSignals {
    fn listen() -> anyhow::Result<Self> {
        let terminate = signal(SignalKind::terminate()).context("cannot listen to SIGTERM")?;
        let interrupt = signal(SignalKind::interrupt()).context("cannot listen to SIGINT")?;
        Ok(Self { terminate, interrupt })
    }

    /// Waits for one and gives its name.
    async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }
}
