//! What handlers take as arguments. Every rejection is a problem that says what is wrong and where.
#![expect(
    clippy::unused_async_trait_impl,
    reason = "what is taken from the head of a request needs no waiting"
)]

mod json;
mod query;

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use http::request::Parts;
use http::{HeaderMap, header};
use serde::de::DeserializeOwned;

pub use json::{Json, parse as read_json};
pub use query::{Query, QueryPairs};

use crate::app::App;
use crate::audit::AuditNote;
use crate::context::{RequestContext, RequestId};
use crate::error::AppError;
use crate::identity::Client;

/// Who asks: put there by the guard of the route, so it is missing on public routes only.
impl<S: Sync> FromRequestParts<S> for RequestContext {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, AppError> {
        parts.extensions.get::<Self>().cloned().ok_or(AppError::Unauthenticated)
    }
}

/// The request's id.
impl<S: Sync> FromRequestParts<S> for RequestId {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_default())
    }
}

/// What is noted of the request for the audit log; nobody reads it where the route says nothing of an audit.
impl<S: Sync> FromRequestParts<S> for AuditNote {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_default())
    }
}

/// From where the request came.
impl FromRequestParts<App> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| info.0.ip().to_canonical());
        let agent = parts
            .headers
            .get(header::USER_AGENT)
            .and_then(|value| value.to_str().ok());
        Ok(Self {
            address: address_behind_proxies(app, peer, &parts.headers),
            user_agent: agent.unwrap_or_default().into(),
        })
    }
}

/// The address that the nearest trusted proxy saw: `X-Forwarded-For` is read from its end, and believed only as far as
/// the addresses are those of proxies that the administrator trusts.
fn address_behind_proxies(app: &App, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    let trusted = |address: IpAddr| {
        app.config
            .trusted_proxies
            .iter()
            .any(|network| network.contains(address))
    };
    let mut nearest = peer;
    let forwarded: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    for hop in forwarded.iter().rev() {
        if !trusted(nearest) {
            break;
        }
        match hop.trim().parse::<IpAddr>() {
            Ok(address) => nearest = address.to_canonical(),
            Err(_) => break,
        }
    }
    nearest
}

/// Parameters of the path. One that cannot be what it should be names nothing: 404.
#[derive(Clone, Copy, Debug)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, AppError> {
        match axum::extract::Path::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            Err(_) => Err(AppError::not_found(format!("such thing as `{}`", parts.uri.path()))),
        }
    }
}
