//! One connection to one server: bind, search, read, with a deadline for every whole answer.

use std::time::Duration;

use ldap3::controls::{PagedResults, RawControl};
use ldap3::{Ldap, LdapConnAsync, LdapConnSettings, LdapError, LdapResult, Scope, SearchOptions, StdStream};
use muster_api::said::directory as sentence;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::time::timeout;
use url::Url;

use super::ber;
use super::entry::Entry;
use super::failure::{self, Failure, Outcome};
use super::servers::Address;
use super::transport::{Ending, Transport, no_socket};
use crate::identity::providers::Reason;

const PAGED_RESULTS: &str = "1.2.840.113556.1.4.319";
/// A server that never says that a search is complete is left at this many pages.
const MOST_PAGES: usize = 10_000;
const GOODBYE: Duration = Duration::from_millis(200);

/// A connection; whoever was bound last on it is who asks.
pub(super) struct Connection {
    ldap: Ldap,
    ending: Ending,
    /// For one whole answer, or one page of one.
    patience: Duration,
    page_size: u32,
    address: String,
}

/// What to look for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Query<'a> {
    pub base: &'a str,
    pub filter: &'a str,
    pub attributes: &'a [&'a str],
}

/// What a search with a limit found.
#[derive(Debug)]
pub(super) struct Found {
    pub entries: Vec<Entry>,
    /// There is more than was asked for.
    pub more: bool,
}

/// What a server answered to a bind.
#[derive(Debug)]
pub(super) struct BindAnswer {
    pub code: u32,
    pub text: String,
    /// The server lets in only to change the password (389 Directory Server's control).
    pub must_change: bool,
}

impl Connection {
    /// Connects, encrypted as the settings say; nobody is bound yet.
    pub(super) async fn open(
        transport: &Transport,
        address: &Address,
        patience: Duration,
        page_size: u32,
    ) -> Outcome<Self> {
        let (socket, ending) = transport.open(address).await?;
        Self::over(socket, ending, address.to_string(), patience, page_size).await
    }

    /// Takes a guarded socket over.
    pub(super) async fn over(
        socket: std::os::unix::net::UnixStream,
        ending: Ending,
        address: String,
        patience: Duration,
        page_size: u32,
    ) -> Outcome<Self> {
        let url = Url::parse("ldapi:///").map_err(|error| no_socket(&error))?;
        let settings = LdapConnSettings::new().set_std_stream(StdStream::Unix(socket));
        let (connection, ldap) = LdapConnAsync::from_url_with_settings(settings, &url)
            .await
            .map_err(|error| no_socket(&error))?;
        // A task of its own: should the library panic, this connection ends and nothing else.
        tokio::spawn(connection.drive());
        Ok(Self {
            ldap,
            ending,
            patience,
            page_size,
            address,
        })
    }

    /// Signs in. `Err` says why no answer came: nobody knows then whether the server counted the attempt.
    pub(super) async fn bind(&self, name: &str, password: &SecretString) -> Result<BindAnswer, Reason> {
        let mut ldap = self.ldap.clone();
        let answer = timeout(self.patience, ldap.simple_bind(name, password.expose_secret())).await;
        let answer = answer.map_err(|_| self.late())?.map_err(|error| self.lost(&error))?;
        Ok(BindAnswer {
            code: answer.rc,
            must_change: answer
                .ctrls
                .iter()
                .any(|control| control.1.ctype == "2.16.840.1.113730.3.4.4"),
            text: answer.text,
        })
    }

    /// Everything below a base that matches: complete, or an error. More than `most` is an error too.
    pub(super) async fn all(&self, query: Query<'_>, most: usize) -> Outcome<Vec<Entry>> {
        let mut entries = Vec::new();
        let mut cookie = Vec::new();
        for _ in 0..MOST_PAGES {
            let paged = PagedResults {
                size: i32::try_from(self.page_size).unwrap_or(500),
                cookie,
            };
            let left = most.saturating_sub(entries.len());
            let (page, result) = self.page(query, Scope::Subtree, 0, Some(paged.into()), left).await?;
            let Some(result) = result else {
                let said = sentence::MORE_THAN_ALLOWED.with(&[("base", &query.base), ("most", &most)]);
                return Err(Failure::Incomplete(said.into()));
            };
            self.complete(query.base, &result)?;
            entries.extend(page);
            cookie = next_page(&result)?;
            if cookie.is_empty() {
                return Ok(entries);
            }
        }
        Err(Failure::Incomplete(sentence::TOO_MANY_PAGES.say().into()))
    }

    /// Everything below a base that matches, when it is known to be few: complete, or an error. Pages would cost a server
    /// more than the entries.
    pub(super) async fn few(&self, query: Query<'_>, most: usize) -> Outcome<Vec<Entry>> {
        let (entries, result) = self.page(query, Scope::Subtree, 0, None, most).await?;
        let Some(result) = result else {
            return Err(Failure::Incomplete(
                sentence::MORE_THAN_ASKED.with(&[("base", &query.base)]).into(),
            ));
        };
        self.complete(query.base, &result)?;
        Ok(entries)
    }

    /// The first few below a base that match. Asked as a page too: some servers do not count to a limit.
    pub(super) async fn first(&self, query: Query<'_>, most: usize) -> Outcome<Found> {
        let limit = i32::try_from(most).unwrap_or(i32::MAX);
        let paged = PagedResults {
            size: limit,
            cookie: Vec::new(),
        };
        let (entries, result) = self
            .page(query, Scope::Subtree, limit, Some(paged.into()), most)
            .await?;
        let Some(result) = result else {
            return Ok(Found { entries, more: true });
        };
        // Our own limit was reached; a smaller one of the server is an answer that is not whole.
        let cut = result.rc == 4 && entries.len() >= most;
        if !cut {
            self.complete(query.base, &result)?;
        }
        let more = cut || !next_page(&result)?.is_empty();
        Ok(Found { entries, more })
    }

    /// One entry; none when there is none, it may not be seen, or it does not match.
    pub(super) async fn read(&self, query: Query<'_>) -> Outcome<Option<Entry>> {
        let (mut entries, result) = self.page(query, Scope::Base, 0, None, 1).await?;
        let more = || Failure::Incomplete(sentence::MORE_THAN_ONE.with(&[("base", &query.base)]).into());
        let result = result.ok_or_else(more)?;
        if result.rc == 32 {
            return Ok(None);
        }
        self.complete(query.base, &result)?;
        Ok(entries.pop())
    }

    /// Reads the values of an attribute that the server answered only the first part of.
    pub(super) async fn complete_values(&self, entry: &mut Entry, attribute: &str, most: usize) -> Outcome<()> {
        while let Some(end) = entry.part_ends(attribute) {
            let next = format!("{attribute};range={}-*", end + 1);
            let attributes = [next.as_str()];
            let query = Query {
                base: &entry.dn,
                filter: "(objectClass=*)",
                attributes: &attributes,
            };
            let part = self.read(query).await?;
            let part =
                part.filter(|part| part.has(attribute) && part.part_ends(attribute).is_none_or(|next| next > end));
            let Some(part) = part else {
                return Err(Failure::Incomplete(
                    sentence::PART_OF_VALUES.with(&[("attribute", &attribute)]).into(),
                ));
            };
            entry.continue_with(attribute, &part);
            if entry.values(attribute).count() > most {
                let place = entry.place();
                let said = sentence::MANY_VALUES.with(&[("place", &place), ("most", &most), ("attribute", &attribute)]);
                return Err(Failure::Incomplete(said.into()));
            }
        }
        Ok(())
    }

    /// Says goodbye; without it the server only sees that the connection is gone.
    pub(super) async fn close(mut self) {
        let _ = timeout(GOODBYE, self.ldap.unbind()).await;
    }

    /// One search request, read to its end: at most `most` entries and the result. There is no result when there were
    /// more; the rest is not read.
    async fn page(
        &self,
        query: Query<'_>,
        scope: Scope,
        limit: i32,
        control: Option<RawControl>,
        most: usize,
    ) -> Outcome<(Vec<Entry>, Option<LdapResult>)> {
        let mut ldap = self.ldap.clone();
        let seconds = i32::try_from(self.patience.as_secs()).unwrap_or(60);
        ldap.with_search_options(SearchOptions::new().sizelimit(limit).timelimit(seconds));
        if let Some(control) = control {
            ldap.with_controls(control);
        }
        let answer = async {
            let attributes: Vec<String> = query.attributes.iter().map(|name| (*name).to_owned()).collect();
            let lost = |error| Failure::Server(self.lost(&error));
            let mut stream = match ldap.streaming_search(query.base, scope, query.filter, attributes).await {
                Ok(stream) => stream,
                Err(LdapError::FilterParsing) => {
                    let said = sentence::NO_FILTER.with(&[("filter", &query.filter)]);
                    return Err(Failure::Misconfigured(said.into()));
                }
                Err(error) => return Err(lost(error)),
            };
            let mut entries = Vec::new();
            while let Some(found) = stream.next().await.map_err(lost)? {
                // Other servers that are named are never asked: they would be given our password.
                if found.is_ref() || found.is_intermediate() {
                    continue;
                }
                if entries.len() >= most {
                    return Ok((entries, None));
                }
                entries.push(Entry::read(found)?);
            }
            Ok((entries, Some(stream.finish().await)))
        };
        timeout(self.patience, answer)
            .await
            .unwrap_or_else(|_| Err(Failure::Server(self.late())))
    }

    /// Is the answer whole?
    fn complete(&self, base: &str, result: &LdapResult) -> Outcome<()> {
        let words = || {
            let failed = sentence::SEARCH_FAILED.with(&[("address", &self.address)]);
            Reason(vec![failed, failure::result(result.rc)])
        };
        match result.rc {
            0 => Ok(()),
            51 | 52 => Err(Failure::Server(words())),
            32 => Err(Failure::Incomplete(sentence::NO_BASE.with(&[("base", &base)]).into())),
            8 | 13 | 34 => Err(Failure::Misconfigured(words())),
            _ => Err(Failure::Incomplete(words())),
        }
    }

    fn late(&self) -> Reason {
        let seconds = self.patience.as_secs();
        sentence::ANSWER_LATE
            .with(&[("address", &self.address), ("seconds", &seconds)])
            .into()
    }

    fn lost(&self, error: &LdapError) -> Reason {
        let broke = || sentence::CONNECTION_BROKE.with(&[("address", &self.address), ("reason", error)]);
        self.ending.get().cloned().unwrap_or_else(|| broke().into())
    }
}

/// The server's mark for the next page; empty after the last one, and when the server knows no pages.
fn next_page(result: &LdapResult) -> Outcome<Vec<u8>> {
    let control = result.ctrls.iter().find(|control| control.1.ctype == PAGED_RESULTS);
    let Some(value) = control.and_then(|control| control.1.val.as_deref()) else {
        return Ok(Vec::new());
    };
    ber::paging_cookie(value).map_err(|_| Failure::Incomplete(sentence::NO_NEXT_PAGE.say().into()))
}
