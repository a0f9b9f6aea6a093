//! Looking at an account again, by its stable id.
//!
//! Somebody is gone only when the directory proves it: the search was complete, every base is there, and below each of
//! them somebody else is visible. An account of the service that lost its rights hears no error and finds nobody.

use std::time::SystemTime;

use muster_api::said::directory as sentence;

use super::Directory;
use super::account::{self, State};
use super::connection::{Connection, Query};
use super::entry::id_filter;
use super::failure::{Failure, Outcome};
use crate::identity::providers::{Reason, Refreshed};

impl Directory {
    pub(super) async fn refresh(&self, id: &str) -> Outcome<Refreshed> {
        self.servers.ask(|place| self.refresh_at(place, id)).await
    }

    async fn refresh_at(&self, place: usize, id: &str) -> Outcome<Refreshed> {
        let attribute = &self.settings.unique_attribute;
        let condition = id_filter(attribute, id)
            .ok_or_else(|| Failure::Incomplete(sentence::FOREIGN_ID.with(&[("attribute", attribute)]).into()))?;
        let service = self.service(place).await?;
        let found = self.find(&service, &condition).await?;
        let refreshed = match found {
            None => self.absent(&service).await?,
            Some(entry) if entry.stable_id(attribute)? != id => {
                return Err(Failure::Incomplete(
                    sentence::OTHER_ID.with(&[("attribute", attribute)]).into(),
                ));
            }
            Some(entry) => match account::state(&entry, self.kind, SystemTime::now()) {
                // Without its attributes an account cannot sign in; but it is only certainly off when they say so.
                State::Off(why) if self.state_is_unreadable(&entry) => Refreshed::Unknown {
                    reason: Reason::from(why).to_string(),
                },
                State::Off(why) => Refreshed::Absent {
                    reason: Reason::from(why).to_string(),
                },
                State::Good | State::MustChange(_) => Refreshed::Present(Box::new(self.person(&service, entry).await?)),
            },
        };
        service.close().await;
        Ok(refreshed)
    }

    fn state_is_unreadable(&self, entry: &super::entry::Entry) -> bool {
        self.kind == muster_api::provider::ProviderKind::ActiveDirectory && !entry.has("userAccountControl")
    }

    async fn absent(&self, service: &Connection) -> Outcome<Refreshed> {
        for base in &self.settings.user_bases {
            if !self.somebody_is_visible(service, base).await? {
                return Ok(Refreshed::Unknown {
                    reason: format!(
                        "nobody at all is visible below {base}, so that one account is not there proves nothing: check \
                         the rights of the account that reads"
                    ),
                });
            }
        }
        Ok(Refreshed::Absent {
            reason: "the account is no longer among the people who may sign in".to_owned(),
        })
    }

    /// Is anybody who may sign in visible below this base?
    pub(super) async fn somebody_is_visible(&self, service: &Connection, base: &str) -> Outcome<bool> {
        let filter = self.people_filter("");
        let query = Query {
            base,
            filter: &filter,
            attributes: &["1.1"],
        };
        Ok(!service.first(query, 1).await?.entries.is_empty())
    }
}
