//! People: how they are found, and what is read of them.

use std::collections::HashSet;

use muster_api::said::directory as sentence;

use super::connection::{Connection, Query};
use super::entry::Entry;
use super::failure::{Failure, Outcome};
use super::groups::{self, Groups};
use super::{Directory, account, filter};
use crate::identity::providers::Person;

impl Directory {
    /// The condition on people and one more.
    pub(super) fn people_filter(&self, condition: &str) -> String {
        let class = filter::equals("objectClass", &self.settings.user_object_class);
        filter::all([class.as_str(), &self.settings.user_filter, condition])
    }

    /// Everything that is read of a person, by name: never `*`, which brings photographs.
    pub(super) fn person_attributes(&self) -> Vec<&str> {
        let settings = &self.settings;
        let named = [
            &settings.unique_attribute,
            &settings.name_attribute,
            &settings.display_name_attribute,
            &settings.email_attribute,
        ];
        let mut attributes: Vec<&str> = named.iter().map(|name| name.as_str()).collect();
        attributes.extend(account::attributes(self.kind));
        attributes.extend(groups::attributes_of_person(settings));
        let mut known = HashSet::new();
        attributes.retain(|name| !name.is_empty() && known.insert(name.to_ascii_lowercase()));
        attributes
    }

    /// The only person who matches. More than one is a refusal: nobody knows who is meant.
    pub(super) async fn find(&self, service: &Connection, condition: &str) -> Outcome<Option<Entry>> {
        let filter = self.people_filter(condition);
        let attributes = self.person_attributes();
        let mut found: Option<Entry> = None;
        let ambiguous = || Failure::Refused(sentence::AMBIGUOUS.say().into());
        for base in &self.settings.user_bases {
            let query = Query {
                base,
                filter: &filter,
                attributes: &attributes,
            };
            let answer = service.first(query, 2).await?;
            if answer.more || answer.entries.len() > 1 {
                return Err(ambiguous());
            }
            for entry in answer.entries {
                // Bases may lie in each other.
                if found.as_ref().is_some_and(|known| known.dn != entry.dn) {
                    return Err(ambiguous());
                }
                found = Some(entry);
            }
        }
        if found.as_ref().is_some_and(|entry| entry.dn.trim().is_empty()) {
            // A bind without a name is always let in.
            return Err(Failure::Incomplete(sentence::ENTRY_NAMELESS.say().into()));
        }
        Ok(found)
    }

    /// The condition that finds whom somebody typed.
    pub(super) fn login_condition(&self, login: &str) -> String {
        let attributes = self.settings.login_attributes.iter();
        filter::any(attributes.map(|attribute| filter::equals(attribute, login)))
    }

    /// The person of an entry, with all groups.
    pub(super) async fn person(&self, service: &Connection, mut entry: Entry) -> Outcome<Person> {
        let groups = Groups {
            connection: service,
            settings: &self.settings,
            kind: self.kind,
        };
        let groups = groups.of(&mut entry).await?;
        let external_id = entry.stable_id(&self.settings.unique_attribute)?;
        let name = entry.shown(&self.settings.name_attribute);
        let name = name.unwrap_or_else(|| external_id.clone());
        Ok(Person {
            display_name: entry
                .shown(&self.settings.display_name_attribute)
                .unwrap_or_else(|| name.clone()),
            email: entry.shown(&self.settings.email_attribute),
            place: entry.place(),
            external_id,
            name,
            groups,
        })
    }
}
