//! Free ports on the loopback address.

use crate::error::{Error, Result};
use rand::RngExt as _;
use std::net::{Ipv4Addr, TcpListener};

/// Below the range from which the kernel takes the ports of outgoing connections, so that none of those takes ours.
const RANGE: std::ops::Range<u16> = 20_000..32_000;

/// A port that nobody listens on at the moment.
pub(crate) fn free() -> Result<u16> {
    let mut random = rand::rng();
    (0..200)
        .map(|_| random.random_range(RANGE))
        .find(|port| TcpListener::bind((Ipv4Addr::UNSPECIFIED, *port)).is_ok())
        .ok_or_else(|| Error::Unsupported("no free port between 20000 and 32000".to_owned()))
}
