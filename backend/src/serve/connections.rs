//! Takes connections and speaks HTTP on them, with a deadline that `axum::serve` does not know: whoever opens a connection
//! and never finishes a request's head does not keep it.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::response::Response;
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

/// How long the head of a request may take; a connection without a request is kept as long.
pub(super) const HEAD_DEADLINE: Duration = Duration::from_secs(30);
/// The pause after a connection could not be taken, most often because there are no more file descriptors.
const BREATH: Duration = Duration::from_millis(500);

/// Serves until it is told to stop; then takes no more connections and waits for the requests that are being answered.
pub(super) async fn serve(listener: TcpListener, routes: Router, head_deadline: Duration, stopping: CancellationToken) {
    let mut protocol = http1::Builder::new();
    protocol.timer(TokioTimer::new()).header_read_timeout(head_deadline);
    let open = TaskTracker::new();
    loop {
        let accepted = tokio::select! {
            () = stopping.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        let (socket, address) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(BREATH).await;
                continue;
            }
        };
        // Small answers go out at once. A socket that refuses is only slower.
        let _slower = socket.set_nodelay(true);
        let routes = routes.clone();
        let service = service_fn(move |request| answer(routes.clone(), address, request));
        let connection = protocol.serve_connection(TokioIo::new(socket), service).with_upgrades();
        let stopping = stopping.clone();
        open.spawn(async move {
            tokio::pin!(connection);
            // A connection that breaks concerns only who had it.
            tokio::select! {
                ended = connection.as_mut() => drop(ended),
                () = stopping.cancelled() => {
                    connection.as_mut().graceful_shutdown();
                    drop(connection.await);
                }
            }
        });
    }
    drop(listener);
    open.close();
    open.wait().await;
}

async fn answer(routes: Router, address: SocketAddr, mut request: Request<Incoming>) -> Result<Response, Infallible> {
    request.extensions_mut().insert(ConnectInfo(address));
    routes.oneshot(request.map(Body::new)).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::get;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpStream;

    #[tokio::test]
    async fn whoever_never_finishes_a_request_is_sent_away_and_the_others_are_answered() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let routes = Router::new().route(
            "/",
            get(|ConnectInfo(from): ConnectInfo<SocketAddr>| async move { from.ip().to_string() }),
        );
        let stopping = CancellationToken::new();
        let deadline = Duration::from_millis(200);
        let server = tokio::spawn(serve(listener, routes, deadline, stopping.clone()));

        let mut slow = TcpStream::connect(address).await.unwrap();
        slow.write_all(b"GET / HTTP/1.1\r\nhost: a\r\nx-slow: ").await.unwrap();
        let mut quick = TcpStream::connect(address).await.unwrap();
        quick
            .write_all(b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
            .await
            .unwrap();
        let mut text = String::new();
        quick.read_to_string(&mut text).await.unwrap();
        assert!(
            text.starts_with("HTTP/1.1 200") && text.ends_with("127.0.0.1"),
            "{text}"
        );
        let mut rest = Vec::new();
        let sent_away = tokio::time::timeout(Duration::from_secs(20), slow.read_to_end(&mut rest));
        // An answer of 408 or none: what counts is that the connection ends.
        drop(sent_away.await.expect("the slow one is still there"));

        stopping.cancel();
        tokio::time::timeout(Duration::from_secs(20), server)
            .await
            .unwrap()
            .unwrap();
        TcpStream::connect(address).await.unwrap_err();
    }
}
