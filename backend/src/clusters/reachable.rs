//! Which addresses the console connects to when it reaches a cluster. A cluster's address is what somebody typed: without
//! this, it could make the console speak to the cloud's metadata service, or to whatever else only its own machine reaches.
//!
//! Names are resolved here, and only addresses that are allowed are handed on: what was checked is what is connected to,
//! whatever the name resolves to a moment later.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use tower::Service;

use crate::config::Network;

/// What is allowed: one administrator's list, or everything but what no API server has.
#[derive(Clone, Debug, Default)]
pub struct Reachable {
    networks: Arc<[Network]>,
}

/// A name or address leads nowhere that may be connected to.
#[derive(Debug, thiserror::Error)]
#[error(
    "the address {0} is not one that the console connects to: an administrator allows networks in muster.toml (cluster_networks)"
)]
pub struct NotReachable(pub String);

/// Metadata services of large clouds on IPv6, outside of the link-local range: AWS, Google Cloud.
const METADATA_V6: [Ipv6Addr; 2] = [
    Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254),
    Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254),
];
/// The same on IPv4: Alibaba Cloud, Oracle Cloud, Azure (the host of its machines).
const METADATA_V4: [Ipv4Addr; 3] = [
    Ipv4Addr::new(100, 100, 100, 200),
    Ipv4Addr::new(192, 0, 0, 192),
    Ipv4Addr::new(168, 63, 129, 16),
];

impl Reachable {
    /// Only these networks; an empty list allows everything but link-local, multicast and unspecified addresses and the
    /// metadata services of clouds.
    pub fn new(networks: &[Network]) -> Self {
        Self {
            networks: networks.into(),
        }
    }

    /// May the console connect there?
    pub fn allows(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        if !self.networks.is_empty() {
            return self.networks.iter().any(|network| network.contains(address));
        }
        let address = embedded(address);
        let local = match address {
            IpAddr::V4(address) => address.is_link_local() || address.is_broadcast() || METADATA_V4.contains(&address),
            IpAddr::V6(address) => address.is_unicast_link_local() || METADATA_V6.contains(&address),
        };
        !local && !address.is_multicast() && !address.is_unspecified()
    }

    /// Fails when a URL's host is an address that is not allowed; names are checked when they are resolved.
    pub fn check_host(&self, host: &str) -> Result<(), NotReachable> {
        let literal = host.trim_start_matches('[').trim_end_matches(']');
        match literal.parse::<IpAddr>() {
            Ok(address) if !self.allows(address) => Err(NotReachable(host.to_owned())),
            _ => Ok(()),
        }
    }
}

/// The IPv4 address that an IPv6 one leads to: through NAT64 (RFC 6052, its well-known prefix), or as an IPv4-compatible
/// address (RFC 4291, deprecated).
fn embedded(address: IpAddr) -> IpAddr {
    let IpAddr::V6(six) = address else { return address };
    let (high, low, leads_on) = match six.segments() {
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => (high, low, true),
        // `::` and `::1` are none.
        [0, 0, 0, 0, 0, 0, high, low] => (high, low, (high, low) > (0, 1)),
        _ => return address,
    };
    if !leads_on {
        return address;
    }
    let ([first, second], [third, fourth]) = (high.to_be_bytes(), low.to_be_bytes());
    IpAddr::V4(Ipv4Addr::new(first, second, third, fourth))
}

/// Resolves names to allowed addresses only.
#[derive(Clone, Debug)]
pub(super) struct CheckedResolver {
    inner: GaiResolver,
    reachable: Reachable,
}

impl CheckedResolver {
    pub(super) fn new(reachable: Reachable) -> Self {
        Self {
            inner: GaiResolver::new(),
            reachable,
        }
    }
}

type Addresses = std::vec::IntoIter<SocketAddr>;

impl Service<Name> for CheckedResolver {
    type Response = Addresses;
    type Error = std::io::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Addresses, std::io::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let reachable = self.reachable.clone();
        let text = name.to_string();
        let resolving = self.inner.call(name);
        Box::pin(async move {
            let allowed: Vec<SocketAddr> = resolving
                .await?
                .filter(|address| reachable.allows(address.ip()))
                .collect();
            if allowed.is_empty() {
                return Err(std::io::Error::other(NotReachable(text)));
            }
            Ok(allowed.into_iter())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(networks: &[&str], address: &str) -> bool {
        let networks: Vec<Network> = networks.iter().map(|text| text.parse().unwrap()).collect();
        Reachable::new(&networks).allows(address.parse().unwrap())
    }

    #[test]
    fn metadata_services_and_what_is_no_host_are_never_connected_to_unless_named() {
        for address in [
            "169.254.169.254",
            "fe80::1",
            "fd00:ec2::254",
            "0.0.0.0",
            "::",
            "224.0.0.1",
            "ff02::1",
            "255.255.255.255",
            "::ffff:169.254.169.254",
            "::169.254.169.254",
            "64:ff9b::169.254.169.254",
            "fd20:ce::254",
            "100.100.100.200",
            "192.0.0.192",
            "168.63.129.16",
        ] {
            assert!(!allows(&[], address), "{address}");
        }
        for address in [
            "127.0.0.1",
            "10.1.2.3",
            "192.168.0.1",
            "203.0.113.7",
            "2001:db8::1",
            "fd12::1",
            "::1",
            "64:ff9b::203.0.113.7",
        ] {
            assert!(allows(&[], address), "{address}");
        }
        assert!(allows(&["169.254.0.0/16"], "169.254.1.1"));
    }

    #[test]
    fn with_a_list_only_its_networks_are_connected_to() {
        assert!(allows(&["10.0.0.0/8"], "10.9.9.9"));
        assert!(!allows(&["10.0.0.0/8"], "127.0.0.1"));
        assert!(Reachable::default().check_host("[fe80::1]").is_err());
        assert!(Reachable::default().check_host("example.com").is_ok());
    }
}
