//! The groups of a person: all of them, or an error. Every strategy ends in the same collection, which counts.

mod collection;

use std::collections::HashSet;

use futures::{StreamExt as _, TryStreamExt as _, stream};
use muster_api::provider::{DirectorySettings, Membership, ProviderKind};
use muster_api::said::{Sentence, directory as sentence};

use super::connection::{Connection, Query};
use super::dn::Name;
use super::entry::{Entry, sibling_sid, sid_text};
use super::failure::{Failure, Outcome};
use super::filter;
use crate::identity::providers::PersonGroup;
use collection::Collection;

/// Conditions in one search: enough to need few searches, and less than any server's limit.
const BATCH: usize = 100;
/// Reads of single entries that wait for their answers at the same time.
const AT_ONCE: usize = 48;
/// Active Directory's rule that follows groups in groups.
const IN_CHAIN: &str = ":1.2.840.113556.1.4.1941:";

/// Reads groups with the account of the service.
pub(super) struct Groups<'a> {
    pub connection: &'a Connection,
    pub settings: &'a DirectorySettings,
    pub kind: ProviderKind,
}

/// The attributes of a person that the way to the groups needs.
pub(super) fn attributes_of_person(settings: &DirectorySettings) -> &'static [&'static str] {
    match settings.membership {
        Membership::MemberOf | Membership::InChain => &["memberOf"],
        _ => &[],
    }
}

impl Groups<'_> {
    /// All groups of a person. Directories without bases for groups have none.
    pub(super) async fn of(&self, person: &mut Entry) -> Outcome<Vec<PersonGroup>> {
        if self.settings.group_bases.is_empty() {
            return Ok(Vec::new());
        }
        let mut found = Collection::new(self.settings);
        match self.settings.membership {
            Membership::TokenGroups => self.by_token(person, &mut found).await?,
            Membership::InChain => self.in_chain(person, &mut found).await?,
            Membership::MemberOf => self.by_member_of(person, &mut found).await?,
            Membership::Member => self.by_member("member", person, &mut found).await?,
            Membership::UniqueMember => self.by_member("uniqueMember", person, &mut found).await?,
            Membership::MemberUid => self.by_uid(person, &mut found).await?,
        }
        if found.is_empty() {
            self.some_group_is_visible().await?;
        }
        Ok(found.into_groups())
    }

    /// An account that lost its right to see groups finds none and hears no error. Nobody loses groups by that.
    pub(super) async fn some_group_is_visible(&self) -> Outcome<()> {
        let filter = self.filter(None);
        for base in &self.settings.group_bases {
            let query = Query {
                base,
                filter: &filter,
                attributes: &["1.1"],
            };
            if !self.connection.first(query, 1).await?.entries.is_empty() {
                return Ok(());
            }
        }
        Err(Failure::Incomplete(sentence::NO_GROUP_IN_SIGHT.say().into()))
    }

    /// The condition on groups and one more.
    fn filter(&self, condition: Option<&str>) -> String {
        let classes = &self.settings.group_object_classes;
        let classes = filter::any(classes.iter().map(|class| filter::equals("objectClass", class)));
        filter::all([
            classes.as_str(),
            &self.settings.group_filter,
            condition.unwrap_or_default(),
        ])
    }

    fn attributes(&self) -> Vec<&str> {
        let settings = self.settings;
        vec![&settings.group_unique_attribute, &settings.group_name_attribute]
    }

    /// Searches groups below every base, in pages.
    async fn search(&self, condition: &str, more: &[&str]) -> Outcome<Vec<Entry>> {
        let filter = self.filter(Some(condition));
        let attributes = [&self.attributes()[..], more].concat();
        let mut entries = Vec::new();
        let most = usize::try_from(self.settings.most_groups).unwrap_or(usize::MAX);
        for base in &self.settings.group_bases {
            let query = Query {
                base,
                filter: &filter,
                attributes: &attributes,
            };
            entries.extend(self.connection.all(query, most.saturating_add(1)).await?);
        }
        Ok(entries)
    }

    /// The groups with these security identifiers: each has at most one.
    async fn with_sids(&self, sids: &[Vec<u8>]) -> Outcome<Vec<Entry>> {
        let condition = filter::any(sids.iter().map(|sid| filter::equals_bytes("objectSid", sid)));
        let filter = self.filter(Some(&condition));
        let attributes = [&self.attributes()[..], &["objectSid"]].concat();
        let mut entries = Vec::new();
        for base in &self.settings.group_bases {
            let query = Query {
                base,
                filter: &filter,
                attributes: &attributes,
            };
            entries.extend(self.connection.few(query, sids.len()).await?);
        }
        Ok(entries)
    }

    /// `tokenGroups` is computed for a single entry only, and holds identifiers that are looked up in batches.
    async fn by_token(&self, person: &Entry, found: &mut Collection<'_>) -> Outcome<()> {
        let query = Query {
            base: &person.dn,
            filter: "(objectClass=*)",
            attributes: &["tokenGroups"],
        };
        let entry = self.connection.read(query).await?;
        let identifiers: HashSet<Vec<u8>> = entry
            .iter()
            .flat_map(|entry| entry.values("tokenGroups"))
            .map(Vec::from)
            .collect();
        if identifiers.is_empty() {
            return Err(Failure::Incomplete(sentence::NO_TOKEN_GROUPS.say().into()));
        }
        found.check_count(identifiers.len())?;
        let primary = primary_sid(person);
        let identifiers: Vec<Vec<u8>> = identifiers.into_iter().collect();
        for batch in identifiers.chunks(BATCH) {
            for group in self.with_sids(batch).await? {
                let is_primary = primary
                    .as_deref()
                    .is_some_and(|sid| group.values("objectSid").any(|own| own == sid));
                found.add(&group, if is_primary { "primary" } else { "tokenGroups" })?;
            }
        }
        Ok(())
    }

    /// The server follows groups in groups; it knows nothing of the primary group, which is followed as well.
    async fn in_chain(&self, person: &Entry, found: &mut Collection<'_>) -> Outcome<()> {
        let chain = format!("member{IN_CHAIN}");
        let mut conditions = vec![filter::equals(&chain, &person.dn)];
        if let Some(primary) = self.primary(person, found).await? {
            conditions.push(filter::equals(&chain, &primary));
        }
        let direct: HashSet<Name> = person.texts("memberOf").filter_map(Name::parse).collect();
        for group in self.search(&filter::any(conditions), &[]).await? {
            let is_direct = Name::parse(&group.dn).is_some_and(|name| direct.contains(&name));
            found.add(&group, if is_direct { "direct" } else { "nested" })?;
        }
        Ok(())
    }

    /// Level by level: the groups with the person, then the groups with those groups, and so on.
    async fn by_member(&self, attribute: &str, person: &Entry, found: &mut Collection<'_>) -> Outcome<()> {
        let primary = self.primary(person, found).await?;
        let mut level: Vec<String> = vec![person.dn.clone()];
        let mut how = "direct";
        for _ in 0..=self.depth() {
            let mut next = Vec::new();
            for batch in level.chunks(BATCH) {
                let condition = filter::any(batch.iter().map(|dn| filter::equals(attribute, dn)));
                for group in self.search(&condition, &[]).await? {
                    if found.add(&group, how)? {
                        next.push(group.dn);
                    }
                }
            }
            if how == "direct" {
                next.extend(primary.clone());
            }
            if next.is_empty() {
                break;
            }
            (level, how) = (next, "nested");
        }
        Ok(())
    }

    /// Level by level along `memberOf`; each group is read by its DN.
    async fn by_member_of(&self, person: &mut Entry, found: &mut Collection<'_>) -> Outcome<()> {
        let most = usize::try_from(self.settings.most_groups).unwrap_or(usize::MAX);
        self.connection.complete_values(person, "memberOf", most).await?;
        let bases: Vec<Name> = self
            .settings
            .group_bases
            .iter()
            .filter_map(|base| Name::parse(base))
            .collect();
        let mut seen: HashSet<Name> = HashSet::new();
        let mut level: Vec<String> = person.texts("memberOf").map(str::to_owned).collect();
        level.extend(self.primary(person, found).await?);
        let mut how = "direct";
        for depth in 0..=self.depth() {
            let mut wanted = Vec::new();
            for dn in level {
                let name =
                    Name::parse(&dn).ok_or_else(|| Failure::Incomplete(sentence::MEMBER_OF_UNREADABLE.say().into()))?;
                if bases.iter().any(|base| name.is_within(base)) && seen.insert(name) {
                    wanted.push(dn);
                }
            }
            found.check_count(seen.len())?;
            if wanted.is_empty() {
                break;
            }
            let follow = depth < self.depth();
            let groups: Vec<Option<Entry>> = stream::iter(wanted)
                .map(|dn: String| self.group_at(dn, follow, most))
                .buffer_unordered(AT_ONCE)
                .try_collect()
                .await?;
            let groups: Vec<Entry> = groups.into_iter().flatten().collect();
            if groups.is_empty() && how == "direct" {
                // Not one of them: then it is not that single groups are hidden or filtered.
                self.some_group_is_visible().await?;
            }
            level = Vec::new();
            for group in &groups {
                found.add(group, how)?;
                level.extend(group.texts("memberOf").map(str::to_owned));
            }
            how = "nested";
        }
        Ok(())
    }

    async fn group_at(&self, dn: String, follow: bool, most: usize) -> Outcome<Option<Entry>> {
        let filter = self.filter(None);
        let mut attributes = self.attributes();
        if follow {
            attributes.push("memberOf");
        }
        let query = Query {
            base: &dn,
            filter: &filter,
            attributes: &attributes,
        };
        let mut group = self.connection.read(query).await?;
        if let Some(group) = group.as_mut().filter(|_| follow) {
            self.connection.complete_values(group, "memberOf", most).await?;
        }
        Ok(group)
    }

    /// POSIX groups name people by their short names, and one group of a person by its number.
    async fn by_uid(&self, person: &Entry, found: &mut Collection<'_>) -> Outcome<()> {
        let attribute = &self.settings.name_attribute;
        let name = person.text(attribute).ok_or_else(|| {
            let said = sentence::NO_ATTRIBUTE.with(&[("place", &person.place()), ("attribute", attribute)]);
            Failure::Misconfigured(said.into())
        })?;
        let mut conditions = vec![filter::equals("memberUid", name)];
        let number = person.text("gidNumber").map(str::to_owned);
        conditions.extend(number.iter().map(|number| filter::equals("gidNumber", number)));
        for group in self.search(&filter::any(conditions), &["gidNumber"]).await? {
            let is_primary = number.is_some() && group.text("gidNumber") == number.as_deref();
            found.add(&group, if is_primary { "primary" } else { "direct" })?;
        }
        Ok(())
    }

    /// Active Directory's primary group, which is in no list of members: collected when it is below the bases, and its
    /// DN, to follow the groups that it is in.
    async fn primary(&self, person: &Entry, found: &mut Collection<'_>) -> Outcome<Option<String>> {
        if self.kind != ProviderKind::ActiveDirectory {
            return Ok(None);
        }
        let missing = |what: Sentence| Failure::Incomplete(what.with(&[("place", &person.place())]).into());
        let sid = primary_sid(person).ok_or_else(|| missing(sentence::NO_PRIMARY_ID))?;
        for group in self.with_sids(std::slice::from_ref(&sid)).await? {
            found.add(&group, "primary")?;
        }
        let base = format!("<SID={}>", sid_text(&sid).unwrap_or_default());
        let query = Query {
            base: &base,
            filter: "(objectClass=*)",
            attributes: &["1.1"],
        };
        let entry = self.connection.read(query).await?;
        Ok(Some(entry.ok_or_else(|| missing(sentence::NO_PRIMARY_GROUP))?.dn))
    }

    fn depth(&self) -> u32 {
        if self.settings.nested {
            self.settings.nested_depth
        } else {
            0
        }
    }
}

fn primary_sid(person: &Entry) -> Option<Vec<u8>> {
    let number = u32::try_from(person.number("primaryGroupID")?).ok()?;
    sibling_sid(person.values("objectSid").next()?, number)
}
