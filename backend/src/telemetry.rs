//! Logs to standard error and metrics for `/metrics`. Standard output belongs to the address and the sign-in link.

use std::io::IsTerminal;
use std::sync::OnceLock;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;

use crate::app::App;
use crate::config::{Config, LogFormat};

/// Upper borders of the buckets for request times, in seconds.
const SECONDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// Starts logging as configured; a filter that does not parse is reported and replaced by the usual one.
pub fn start_logging(config: &Config) {
    let filter = EnvFilter::try_new(&config.log_filter);
    let wrong = filter.as_ref().err().map(ToString::to_string);
    let filter = filter.unwrap_or_else(|_| EnvFilter::new("info"));
    let json = match config.log_format {
        LogFormat::Json => true,
        LogFormat::Pretty => false,
        LogFormat::Auto => !std::io::stderr().is_terminal(),
    };
    let subscriber = fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start in one process (tests) keeps the first subscriber.
    let started = if json {
        subscriber
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .with_span_list(false)
            .try_init()
    } else {
        subscriber.compact().try_init()
    };
    if let (Ok(()), Some(wrong)) = (started, wrong) {
        tracing::warn!(
            filter = config.log_filter,
            error = wrong,
            "`log_filter` is not a filter; using `info`"
        );
    }
}

/// The collector of all metrics of this process.
pub fn metrics() -> &'static PrometheusHandle {
    static METRICS: OnceLock<PrometheusHandle> = OnceLock::new();
    METRICS.get_or_init(|| {
        let builder = PrometheusBuilder::new();
        let builder = match builder.set_buckets_for_metric(Matcher::Suffix("seconds".into()), &SECONDS) {
            Ok(builder) => builder,
            Err(_) => PrometheusBuilder::new(),
        };
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        // Somebody else's recorder in this process stays; ours then has nothing to show.
        drop(metrics::set_global_recorder(recorder));
        handle
    })
}

/// One of something, counted in a gauge for as long as it is there.
#[derive(Debug)]
pub struct Counted(&'static str);

impl Counted {
    /// Counts one more in the gauge of this name.
    pub fn one(gauge: &'static str) -> Self {
        metrics::gauge!(gauge).increment(1.0);
        Self(gauge)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        metrics::gauge!(self.0).decrement(1.0);
    }
}

/// Figures of the console's parts that are looked up when somebody asks for them.
pub fn observe(app: &App) {
    for (state, count) in app.clusters.count_by_state() {
        metrics::gauge!("muster_clusters", "state" => state).set(as_figure(count));
    }
    let (watches, rows) = app.tables.size();
    metrics::gauge!("muster_watches").set(as_figure(watches));
    metrics::gauge!("muster_rows").set(as_figure(rows));
}

#[expect(clippy::cast_precision_loss, reason = "nobody has so many that it shows")]
fn as_figure(count: usize) -> f64 {
    count as f64
}
