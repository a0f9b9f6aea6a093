//! Answers that are passed on as they come, and connections that are joined, for as long as somebody may listen.

use std::io;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use futures::stream::{BoxStream, unfold};
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use kube::client::Body;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy, split};
use tokio::sync::mpsc;
use tokio::time::timeout;

/// So many parts of an answer wait for a slow client; then the cluster waits.
const PARTS_IN_BETWEEN: usize = 2;
/// How long two upgraded connections may take to come about once both sides have agreed.
const UPGRADE_DEADLINE: Duration = Duration::from_secs(30);
/// What is passed on at once where somebody listens, in bytes.
const LARGEST_PART: usize = 16 * 1024;
/// When one side has ended, the other may finish what it says for so long.
const LAST_WORDS: Duration = Duration::from_secs(10);

/// The answer was cut off before its end; the client must not take it for whole.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the answer was cut off")]
pub struct CutOff;

/// A body that is passed on.
pub type PassedOn = StreamBody<BoxStream<'static, Result<Frame<Bytes>, CutOff>>>;

enum Part {
    Data(Bytes),
    End,
}

/// Passes a body on until it ends or `over` does. The second value is the work, to be run beside the answer: the
/// cluster's side ends at once when the client goes or `over` comes, even while the client takes nothing.
/// `quiet` is how long the cluster may say nothing.
pub fn pass_on(
    body: Body,
    quiet: Option<Duration>,
    over: impl Future<Output = ()> + Send + 'static,
) -> (PassedOn, impl Future<Output = ()> + Send + 'static) {
    let (sender, receiver) = mpsc::channel(PARTS_IN_BETWEEN);
    let work = async move {
        tokio::select! {
            () = pump(body, &sender, quiet) => {}
            () = over => {}
            () = sender.closed() => {}
        }
    };
    let parts = unfold(Some(receiver), |receiver| async move {
        let mut receiver: mpsc::Receiver<Part> = receiver?;
        match receiver.recv().await {
            Some(Part::Data(bytes)) => Some((Ok(Frame::data(bytes)), Some(receiver))),
            Some(Part::End) => None,
            None => Some((Err(CutOff), None)),
        }
    });
    (StreamBody::new(parts.boxed()), work)
}

/// Hands every part over; without a last word when something broke. Trailers are not handed over.
async fn pump(body: Body, sender: &mpsc::Sender<Part>, quiet: Option<Duration>) {
    let mut parts = body.into_data_stream();
    loop {
        let next = match quiet {
            Some(quiet) => timeout(quiet, parts.next()).await,
            None => Ok(parts.next().await),
        };
        let part = match next {
            Ok(Some(Ok(bytes))) => Part::Data(bytes),
            Ok(Some(Err(error))) => {
                tracing::debug!(%error, "a cluster's answer broke off");
                return;
            }
            Ok(None) => Part::End,
            Err(_) => {
                tracing::debug!("a cluster's answer stood still and was given up");
                return;
            }
        };
        let end = matches!(part, Part::End);
        if sender.send(part).await.is_err() || end {
            return;
        }
    }
}

/// Joins two connections that are being upgraded, until one of them ends or `over` does; then both end. What the cluster
/// sends is told to `listener` first, and not passed on when nobody listens there any more.
pub async fn join(
    ours: OnUpgrade,
    theirs: OnUpgrade,
    over: impl Future<Output = ()>,
    listener: Option<mpsc::Sender<Bytes>>,
) {
    let both = async { tokio::try_join!(ours, theirs) };
    let (ours, theirs) = match timeout(UPGRADE_DEADLINE, both).await {
        Ok(Ok(both)) => both,
        Ok(Err(error)) => {
            tracing::debug!(%error, "a connection could not be upgraded");
            return;
        }
        Err(_) => {
            tracing::debug!("a connection was not upgraded in time");
            return;
        }
    };
    let (mut from_client, mut to_client) = split(TokioIo::new(ours));
    let (mut from_cluster, mut to_cluster) = split(TokioIo::new(theirs));
    // How a side ended makes no difference to the other: it learns that there is no more.
    let up = async {
        let _ended = copy(&mut from_client, &mut to_cluster).await;
        let _closed = to_cluster.shutdown().await;
    };
    let down = async {
        let _ended = match listener {
            None => copy(&mut from_cluster, &mut to_client).await.map(drop),
            Some(listener) => copy_and_tell(&mut from_cluster, &mut to_client, &listener).await,
        };
        let _closed = to_client.shutdown().await;
    };
    let talk = async {
        tokio::pin!(up, down);
        tokio::select! {
            () = &mut up => drop(timeout(LAST_WORDS, down).await),
            () = &mut down => drop(timeout(LAST_WORDS, up).await),
        }
    };
    tokio::select! {
        () = talk => {}
        () = over => {}
    }
}

/// Copies until the end, and tells a listener of every part before it is passed on.
async fn copy_and_tell(
    from: &mut (impl AsyncRead + Unpin),
    to: &mut (impl AsyncWrite + Unpin),
    listener: &mpsc::Sender<Bytes>,
) -> io::Result<()> {
    let mut part = BytesMut::with_capacity(LARGEST_PART);
    while from.read_buf(&mut part).await? != 0 {
        let bytes = part.split().freeze();
        part.reserve(LARGEST_PART);
        if listener.send(bytes.clone()).await.is_err() {
            return Err(io::Error::other("nobody listens any more"));
        }
        to.write_all(&bytes).await?;
        to.flush().await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::stream;
    use http_body_util::Full;
    use std::convert::Infallible;
    use std::future::{pending, ready};

    type Frames = mpsc::Receiver<Result<Frame<Bytes>, Infallible>>;

    async fn body_of(frames: Frames) -> Body {
        let parts = unfold(frames, |mut frames| async move {
            let next = frames.recv().await?;
            Some((next, frames))
        });
        crate::clusters::streaming::body(StreamBody::new(parts.boxed()))
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn a_whole_answer_is_passed_on_whole() {
        let body = crate::clusters::streaming::body(Full::from("all of it")).await.unwrap();
        let (passed, work) = pass_on(body, None, pending());
        let (passed, ()) = tokio::join!(BodyExt::collect(passed), work);
        assert_eq!(passed.unwrap().to_bytes(), "all of it");
    }

    #[tokio::test]
    async fn an_answer_that_is_cut_off_does_not_look_whole() {
        let (sender, frames) = mpsc::channel(1);
        sender.send(Ok(Frame::data("half".into()))).await.unwrap();
        let (passed, work) = pass_on(body_of(frames).await, None, ready(()));
        let (passed, ()) = tokio::join!(BodyExt::collect(passed), work);
        assert!(passed.is_err());
    }

    #[tokio::test]
    async fn the_clusters_side_ends_when_the_client_goes_or_takes_nothing_any_more() {
        let (sender, frames) = mpsc::channel(1);
        let (passed, work) = pass_on(body_of(frames).await, None, pending());
        drop(passed);
        work.await;
        sender.closed().await;

        let (sender, frames) = mpsc::channel(1);
        let (over, ends) = tokio::sync::oneshot::channel::<()>();
        let (_passed, work) = pass_on(body_of(frames).await, None, async { drop(ends.await) });
        let work = tokio::spawn(work);
        // The client takes nothing: what is written fills everything in between, and then waits.
        let writing = tokio::spawn(async move { while sender.send(Ok(Frame::data("x".into()))).await.is_ok() {} });
        over.send(()).unwrap();
        work.await.unwrap();
        writing.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_stands_still_is_given_up() {
        let (_sender, frames) = mpsc::channel(1);
        let (passed, work) = pass_on(body_of(frames).await, Some(Duration::from_secs(90)), pending());
        let (passed, ()) = tokio::join!(BodyExt::collect(passed), work);
        assert!(passed.is_err());
    }

    #[tokio::test]
    async fn trailers_are_not_passed_on() {
        let mut trailers = http::HeaderMap::new();
        trailers.insert("x-evil", http::HeaderValue::from_static("1"));
        let frames = [
            Ok::<_, Infallible>(Frame::data(Bytes::from("a"))),
            Ok(Frame::trailers(trailers)),
        ];
        let body = crate::clusters::streaming::body(StreamBody::new(stream::iter(frames)))
            .await
            .unwrap();
        let (passed, work) = pass_on(body, None, pending());
        let (passed, ()) = tokio::join!(BodyExt::collect(passed), work);
        assert!(passed.unwrap().trailers().is_none());
    }
}
