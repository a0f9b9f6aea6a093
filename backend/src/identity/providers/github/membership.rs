//! In which organizations and teams the person of a token is: the whole of it, or an error.

use std::collections::{BTreeMap, BTreeSet};

use muster_api::said::github as sentence;

use super::super::{FoundPrincipal, PersonGroup};
use super::api::{Api, ApiError};
use super::wire::{self, Membership, Organization, Team};

/// GitHub nests teams far less deep.
const DEEPEST: usize = 32;

/// The groups of the person, parents of the teams included.
pub(super) async fn groups(api: &Api<'_>, user: u64) -> Result<Vec<PersonGroup>, ApiError> {
    let organizations = organizations(api, user).await?;
    // The teams that the person is in, not the teams that the organization has.
    let teams: Vec<Team> = api.pages(&["user", "teams"], &[]).await?;
    let teams = teams
        .into_iter()
        .filter(|team| organizations.contains_key(&team.organization.id))
        .collect();
    let teams = with_parents(api, teams).await?;
    let of_organizations = organizations.values().map(Organization::group);
    let of_teams = teams.into_values().map(|(team, how)| team.group(how));
    Ok(of_organizations.chain(of_teams).collect())
}

/// Organizations where the person is a member: an invitation is none.
async fn organizations(api: &Api<'_>, user: u64) -> Result<BTreeMap<u64, Organization>, ApiError> {
    let memberships: Vec<Membership> = api
        .pages(&["user", "memberships", "orgs"], &[("state", "active")])
        .await?;
    let visible: Vec<Organization> = api.pages(&["user", "orgs"], &[]).await?;
    let visible: BTreeSet<u64> = visible.into_iter().map(|organization| organization.id).collect();
    let mut found = BTreeMap::new();
    for membership in memberships {
        let is_own = membership.user.as_ref().is_none_or(|owner| owner.id == user);
        if membership.state != "active" || !is_own {
            continue;
        }
        let organization = membership.organization;
        if !visible.contains(&organization.id) {
            // The membership is certain; only the teams stay hidden.
            tracing::info!(
                organization = organization.login,
                "the organization has not approved this application: its teams cannot be seen"
            );
        }
        found.insert(organization.id, organization);
    }
    Ok(found)
}

/// The teams with every team above them: a member of a team is a member of those, too.
async fn with_parents(api: &Api<'_>, teams: Vec<Team>) -> Result<BTreeMap<u64, (Team, &'static str)>, ApiError> {
    let mut found: BTreeMap<u64, (Team, &'static str)> =
        teams.iter().map(|team| (team.id, (team.clone(), "team"))).collect();
    for team in teams {
        let mut child = team;
        for _ in 0..DEEPEST {
            let Some(above) = child.parent.as_ref().filter(|above| !found.contains_key(&above.id)) else {
                break;
            };
            let address = api.at(&["orgs", &child.organization.login, "teams", &above.slug])?;
            let parent: Team = api.read(address).await?;
            // A slug names whoever has it now; the number says whether that is the parent.
            if parent.id != above.id || parent.organization.id != child.organization.id {
                return Err(ApiError::Unavailable(sentence::TEAM_CHANGED.say()));
            }
            found.insert(parent.id, (parent.clone(), "nested"));
            child = parent;
        }
    }
    Ok(found)
}

/// Organizations and teams of the token's person whose names contain the text.
pub(super) async fn search(api: &Api<'_>, text: &str) -> Result<Vec<FoundPrincipal>, ApiError> {
    let user: wire::User = api.read(api.at(&["user"])?).await?;
    let text = text.to_lowercase();
    let matches =
        |group: &PersonGroup| group.name.to_lowercase().contains(&text) || group.place.to_lowercase().contains(&text);
    let groups = groups(api, user.id).await?;
    Ok(groups.into_iter().filter(matches).map(wire::found).collect())
}
