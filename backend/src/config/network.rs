//! Networks in the usual notation: `10.0.0.0/8`, `fd00::/8`, `192.0.2.7`.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A range of addresses with a common prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

/// The text is not a network.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not a network; write an address with or without a prefix length, for example `10.0.0.0/8`")]
pub struct NotANetwork(String);

impl Network {
    /// Is `address` in this network? IPv4 addresses written as IPv6 (`::ffff:10.0.0.1`) count as IPv4.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(network), IpAddr::V4(address)) => same_prefix(
                u128::from(u32::from(network)),
                u128::from(u32::from(address)),
                32,
                self.prefix,
            ),
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                same_prefix(u128::from(network), u128::from(address), 128, self.prefix)
            }
            _ => false,
        }
    }
}

fn same_prefix(first: u128, second: u128, width: u32, prefix: u8) -> bool {
    let dropped = width.saturating_sub(u32::from(prefix));
    first.checked_shr(dropped).unwrap_or(0) == second.checked_shr(dropped).unwrap_or(0)
}

/// The address that stands for whoever sits behind `address`: an IPv6 host owns a whole /64.
pub(crate) fn one_host(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from(u128::from(address) >> 64 << 64)),
        v4 @ IpAddr::V4(_) => v4,
    }
}

impl FromStr for Network {
    type Err = NotANetwork;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || NotANetwork(text.to_owned());
        let (address, prefix) = text
            .split_once('/')
            .map_or((text, None), |(address, prefix)| (address, Some(prefix)));
        let address: IpAddr = address.trim().parse().map_err(|_| wrong())?;
        let widest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            Some(prefix) => prefix.trim().parse().map_err(|_| wrong())?,
            None => widest,
        };
        if prefix > widest {
            return Err(wrong());
        }
        Ok(Self { address, prefix })
    }
}

impl TryFrom<String> for Network {
    type Error = NotANetwork;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Network> for String {
    fn from(network: Network) -> Self {
        network.to_string()
    }
}

impl fmt::Display for Network {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.address, self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> Network {
        text.parse().unwrap()
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_network_contains_the_addresses_of_its_prefix() {
        assert!(network("10.0.0.0/8").contains(address("10.200.3.4")));
        assert!(!network("10.0.0.0/8").contains(address("11.0.0.1")));
        assert!(network("0.0.0.0/0").contains(address("203.0.113.9")));
        assert!(!network("0.0.0.0/0").contains(address("2001:db8::1")));
        assert!(network("fd00::/8").contains(address("fd12::1")));
        assert!(network("192.0.2.7").contains(address("192.0.2.7")));
        assert!(!network("192.0.2.7").contains(address("192.0.2.8")));
        assert!(network("10.0.0.0/8").contains(address("::ffff:10.1.2.3")));
    }

    #[test]
    fn what_is_no_network_is_refused_with_an_example() {
        for text in ["", "10.0.0.0/33", "ten", "10.0.0.0/", "fe80::/129", "10.0.0.0/-1"] {
            let error = text.parse::<Network>().unwrap_err().to_string();
            assert!(error.contains("10.0.0.0/8"), "{error}");
        }
    }

    #[test]
    fn an_ipv6_host_stands_for_its_whole_64() {
        assert_eq!(one_host(address("2001:db8:1:2:3:4:5:6")), address("2001:db8:1:2::"));
        assert_eq!(one_host(address("::ffff:192.0.2.1")), address("192.0.2.1"));
    }
}
