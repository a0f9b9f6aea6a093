//! What a caller needs who passes a stream through to a cluster: a request without the door's deadlines, and a body that
//! is sent as it comes.

use bytes::Bytes;
use http::{Request, Response};
use kube::client::Body;
use std::io;
use tower::BoxError;

/// In a request's extensions: the sender sets the deadlines, the door sets none.
#[derive(Clone, Copy, Debug)]
pub struct OwnDeadlines;

/// The body of a request that is sent as it comes.
///
/// kube makes bodies of requests from bytes only, but wraps whatever body an answer has: so this one comes as the answer
/// of a client that asks nobody.
pub async fn body<B>(body: B) -> Result<Body, kube::Error>
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    let mut only = Some(body);
    let service = tower::service_fn(move |_: Request<Body>| {
        let answer = only.take().map(Response::new);
        std::future::ready(answer.ok_or_else(|| io::Error::other("the body was taken already")))
    });
    let client = kube::Client::new(service, "default");
    Ok(client.send(Request::new(Body::empty())).await?.into_body())
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body::Body as _;
    use http_body_util::{BodyExt as _, Full};

    #[tokio::test]
    async fn a_body_keeps_its_length_and_its_bytes() {
        let body = body(Full::new(Bytes::from_static(b"some words"))).await.unwrap();
        assert_eq!(body.size_hint().exact(), Some(10));
        assert_eq!(body.collect().await.unwrap().to_bytes(), "some words");
    }
}
