//! Finding people and groups while somebody types a part of a name.

use muster_api::provider::{ExternalPrincipal, PrincipalKind};

use super::connection::{Connection, Query};
use super::entry::Entry;
use super::failure::Outcome;
use super::{Directory, filter};
use crate::identity::providers::FoundPrincipal;

/// Longer texts are no part of a name.
const LONGEST_TEXT: usize = 100;
/// More of a kind are not shown, whatever was asked for.
const MOST: usize = 100;

impl Directory {
    pub(super) async fn search(&self, text: &str, limit: usize) -> Outcome<Vec<FoundPrincipal>> {
        let text = text.trim();
        let limit = limit.min(MOST);
        if text.is_empty() || limit == 0 || text.chars().count() > LONGEST_TEXT || text.chars().any(char::is_control) {
            return Ok(Vec::new());
        }
        self.servers.ask(|place| self.search_at(place, text, limit)).await
    }

    async fn search_at(&self, place: usize, text: &str, limit: usize) -> Outcome<Vec<FoundPrincipal>> {
        let service = self.service(place).await?;
        let mut found = self.people_like(&service, text, limit).await?;
        found.extend(self.groups_like(&service, text, limit).await?);
        service.close().await;
        Ok(found)
    }

    async fn people_like(&self, service: &Connection, text: &str, limit: usize) -> Outcome<Vec<FoundPrincipal>> {
        let settings = &self.settings;
        let mut conditions = vec![filter::contains(&settings.display_name_attribute, text)];
        let names = settings
            .login_attributes
            .iter()
            .chain([&settings.name_attribute, &settings.email_attribute]);
        conditions.extend(names.map(|name| filter::begins(name, text)));
        conditions.sort();
        conditions.dedup();
        let condition = self.people_filter(&filter::any(conditions));
        let attributes: [&str; 3] = [
            &settings.unique_attribute,
            &settings.name_attribute,
            &settings.display_name_attribute,
        ];
        let found = first_below(service, &settings.user_bases, &condition, &attributes, limit).await?;
        let person = |entry: &Entry| {
            let shown = (
                entry.shown(&settings.name_attribute),
                entry.shown(&settings.display_name_attribute),
            );
            principal(entry, PrincipalKind::User, &settings.unique_attribute, shown)
        };
        Ok(sorted(found.iter().filter_map(person).collect(), limit))
    }

    async fn groups_like(&self, service: &Connection, text: &str, limit: usize) -> Outcome<Vec<FoundPrincipal>> {
        let settings = &self.settings;
        if settings.group_bases.is_empty() {
            return Ok(Vec::new());
        }
        let classes = settings.group_object_classes.iter();
        let classes = filter::any(classes.map(|class| filter::equals("objectClass", class)));
        let name = filter::contains(&settings.group_name_attribute, text);
        let condition = filter::all([classes.as_str(), &settings.group_filter, &name]);
        let attributes: [&str; 2] = [&settings.group_unique_attribute, &settings.group_name_attribute];
        let found = first_below(service, &settings.group_bases, &condition, &attributes, limit).await?;
        let group = |entry: &Entry| {
            let name = entry.shown(&settings.group_name_attribute);
            principal(
                entry,
                PrincipalKind::Group,
                &settings.group_unique_attribute,
                (name, None),
            )
        };
        Ok(sorted(found.iter().filter_map(group).collect(), limit))
    }
}

async fn first_below(
    service: &Connection,
    bases: &[String],
    filter: &str,
    attributes: &[&str],
    limit: usize,
) -> Outcome<Vec<Entry>> {
    let mut found = Vec::new();
    for base in bases {
        let query = Query {
            base,
            filter,
            attributes,
        };
        found.extend(service.first(query, limit).await?.entries);
    }
    Ok(found)
}

/// Entries without a stable id cannot be chosen, so they are not shown.
fn principal(
    entry: &Entry,
    kind: PrincipalKind,
    unique_attribute: &str,
    (name, display_name): (Option<String>, Option<String>),
) -> Option<FoundPrincipal> {
    let external_id = entry.stable_id(unique_attribute).ok()?;
    let name = name.or_else(|| display_name.clone())?;
    Some(FoundPrincipal {
        display_name: display_name.unwrap_or_else(|| name.clone()),
        principal: ExternalPrincipal {
            kind,
            external_id,
            name,
        },
        place: entry.place(),
    })
}

fn sorted(mut found: Vec<FoundPrincipal>, limit: usize) -> Vec<FoundPrincipal> {
    let key = |found: &FoundPrincipal| (found.display_name.to_lowercase(), found.principal.external_id.clone());
    found.sort_by_key(key);
    // Bases may lie in each other.
    found.dedup_by(|one, other| one.principal.external_id == other.principal.external_id);
    found.truncate(limit);
    found
}
