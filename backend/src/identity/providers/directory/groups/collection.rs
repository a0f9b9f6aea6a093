//! Groups as they are found: each once, by its stable id, and not more than allowed.

use std::collections::HashSet;

use muster_api::provider::DirectorySettings;
use muster_api::said::directory as sentence;

use crate::identity::providers::PersonGroup;
use crate::identity::providers::directory::dn::Name;
use crate::identity::providers::directory::entry::Entry;
use crate::identity::providers::directory::failure::{Failure, Outcome};

pub(super) struct Collection<'a> {
    settings: &'a DirectorySettings,
    groups: Vec<PersonGroup>,
    known: HashSet<String>,
}

impl<'a> Collection<'a> {
    pub(super) fn new(settings: &'a DirectorySettings) -> Self {
        Self {
            settings,
            groups: Vec::new(),
            known: HashSet::new(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// Adds a group; false when it is there already, as in a cycle.
    pub(super) fn add(&mut self, entry: &Entry, how: &'static str) -> Outcome<bool> {
        let external_id = entry.stable_id(&self.settings.group_unique_attribute)?;
        if !self.known.insert(external_id.clone()) {
            return Ok(false);
        }
        let name = entry
            .shown(&self.settings.group_name_attribute)
            .or_else(|| Name::parse(&entry.dn)?.first_value())
            .unwrap_or_else(|| external_id.clone());
        self.groups.push(PersonGroup {
            external_id,
            name,
            place: entry.place(),
            how,
        });
        self.check_count(self.groups.len())?;
        Ok(true)
    }

    /// An error when there are more than allowed.
    pub(super) fn check_count(&self, count: usize) -> Outcome<()> {
        let most = self.settings.most_groups;
        if u32::try_from(count).is_ok_and(|count| count <= most) {
            return Ok(());
        }
        Err(Failure::Incomplete(
            sentence::TOO_MANY_GROUPS.with(&[("most", &most)]).into(),
        ))
    }

    /// All of them, by name.
    pub(super) fn into_groups(mut self) -> Vec<PersonGroup> {
        self.groups
            .sort_by(|one, other| (&one.name, &one.external_id).cmp(&(&other.name, &other.external_id)));
        self.groups
    }
}
