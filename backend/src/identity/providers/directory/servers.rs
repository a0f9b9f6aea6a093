//! The servers of a directory, in which order they are asked, and which ones are left alone for a while.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use muster_api::said::directory as sentence;
use tokio::time::Instant;
use url::Url;

use super::failure::{Failure, Outcome};
use crate::identity::providers::Reason;

/// How long a server that did not answer is asked only after all others.
const REST: Duration = Duration::from_secs(30);

/// Where a server is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    encrypted: bool,
    host: String,
    port: u16,
}

impl Address {
    /// Reads `ldaps://host[:636]` or `ldap://host[:389]`; otherwise says what is wrong.
    pub(super) fn parse(text: &str) -> Result<Self, &'static str> {
        let url = Url::parse(text.trim()).map_err(|_| "is not an address: write ldaps://host or ldap://host")?;
        let encrypted = match url.scheme() {
            "ldaps" => true,
            "ldap" => false,
            _ => return Err("must begin with ldaps:// or ldap://"),
        };
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
        if host.is_empty() {
            return Err("names no host");
        }
        if super::tls::server_name(host).is_none() {
            return Err("names a host that is neither a DNS name nor an IP address");
        }
        let bare = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
        if !bare || !url.username().is_empty() || url.password().is_some() {
            return Err("must be only a host and a port: names, bases and filters have fields of their own");
        }
        let port = url.port().unwrap_or(if encrypted { 636 } else { 389 });
        if port == 0 {
            return Err("has the port 0");
        }
        Ok(Self {
            encrypted,
            host: host.to_owned(),
            port,
        })
    }

    /// Does the scheme say that it is encrypted from the first byte?
    pub(super) fn encrypted(&self) -> bool {
        self.encrypted
    }

    /// The host, an IPv6 address without brackets.
    pub(super) fn host(&self) -> &str {
        &self.host
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.encrypted { "ldaps" } else { "ldap" };
        if self.host.contains(':') {
            write!(formatter, "{scheme}://[{}]:{}", self.host, self.port)
        } else {
            write!(formatter, "{scheme}://{}:{}", self.host, self.port)
        }
    }
}

/// The servers, and what is remembered of them.
#[derive(Debug)]
pub(super) struct Servers {
    addresses: Vec<Address>,
    memory: Mutex<Memory>,
}

#[derive(Debug)]
struct Memory {
    /// The one that answered last.
    good: usize,
    /// When each one failed, if it did since it last answered.
    failed: Vec<Option<Instant>>,
}

impl Servers {
    pub(super) fn new(addresses: Vec<Address>) -> Self {
        let failed = vec![None; addresses.len()];
        Self {
            addresses,
            memory: Mutex::new(Memory { good: 0, failed }),
        }
    }

    pub(super) fn addresses(&self) -> &[Address] {
        &self.addresses
    }

    pub(super) fn address(&self, place: usize) -> Outcome<&Address> {
        self.addresses
            .get(place)
            .ok_or_else(|| Failure::Misconfigured(sentence::NO_SERVER.say().into()))
    }

    /// The last good one first, then the others as they are listed, and at the end those that failed a moment ago.
    pub(super) fn order(&self) -> Vec<usize> {
        let memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        let resting = |place: usize| memory.failed[place].is_some_and(|since| since.elapsed() < REST);
        let mut order: Vec<usize> = (0..self.addresses.len()).collect();
        order.sort_by_key(|place| (resting(*place), *place != memory.good, *place));
        order
    }

    /// Asks one server after the other until one of them can be asked. `attempt` gets the place of a server.
    pub(super) async fn ask<T, F>(&self, attempt: impl Fn(usize) -> F) -> Outcome<T>
    where
        F: Future<Output = Outcome<T>>,
    {
        let mut reasons = Reason::default();
        for place in self.order() {
            // Written down before it is known: a server on which a whole attempt runs out of time has failed as well.
            self.note(place, false);
            match attempt(place).await {
                Err(Failure::Server(reason)) => reasons.0.extend(reason.0),
                other => {
                    self.note(place, true);
                    return other;
                }
            }
        }
        Err(Failure::Server(reasons))
    }

    fn note(&self, place: usize, answered: bool) {
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        if answered {
            memory.good = place;
            memory.failed[place] = None;
        } else {
            memory.failed[place] = Some(Instant::now());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn servers(count: usize) -> Servers {
        let address = |number| Address::parse(&format!("ldaps://dc{number}.test")).unwrap();
        Servers::new((0..count).map(address).collect())
    }

    #[test]
    fn an_address_is_a_scheme_a_host_and_a_port() {
        for (text, shown) in [
            ("ldaps://dc1.muster.test", "ldaps://dc1.muster.test:636"),
            ("LDAP://10.0.0.1:1389/", "ldap://10.0.0.1:1389"),
            ("ldaps://[fe80::1]", "ldaps://[fe80::1]:636"),
        ] {
            assert_eq!(Address::parse(text).unwrap().to_string(), shown);
        }
        for bad in [
            "dc1.muster.test",
            "https://dc1",
            "ldap://",
            "ldap:///",
            "ldap://host:0",
            "ldap://host/dc=test",
            "ldap://host?x",
            "ldap://user:secret@host",
            "ldap://ho st",
            "ldapi://%2frun",
        ] {
            assert!(Address::parse(bad).is_err(), "{bad}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_last_good_server_is_asked_first_and_a_bad_one_last_for_a_while() {
        let servers = servers(3);
        assert_eq!(servers.order(), [0, 1, 2]);
        let first_is_down = async |place| {
            if place == 0 {
                Err(Failure::Server(sentence::NO_SERVER.say().into()))
            } else {
                Ok(place)
            }
        };
        assert_eq!(servers.ask(first_is_down).await, Ok(1));
        assert_eq!(servers.order(), [1, 2, 0]);
        tokio::time::advance(REST).await;
        assert_eq!(servers.order(), [1, 0, 2]);
    }

    #[tokio::test]
    async fn a_refusal_is_not_asked_of_another_server() {
        let servers = servers(2);
        let refused = Err::<(), _>(Failure::Refused(sentence::NOBODY.say().into()));
        let asked = Mutex::new(0);
        let answer = servers.ask(async |_| {
            *asked.lock().unwrap() += 1;
            refused.clone()
        });
        assert_eq!(answer.await, refused);
        assert_eq!(*asked.lock().unwrap(), 1);
    }
}
