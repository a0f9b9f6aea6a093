//! The door for people of a provider: turns somebody whom a provider vouches for into a signed-in user.
//!
//! A user is found by the provider and its stable id and by nothing else: no name and no e-mail address ever joins two
//! accounts. What the provider says never enables a disabled user and never gives a role.

use std::collections::BTreeMap;

use muster_api::provider::{AdmissionMode, PrincipalKind};
use secrecy::SecretString;
use uuid::Uuid;

use super::provider_registry::Provider;
use super::providers::{Person, PersonGroup};
use super::{Client, Identity, IdentityError, SignedIn};
use crate::database::groups::{self, GivenGroup};
use crate::database::provider_users::{self as table, GivenUser};
use crate::database::users::User;

/// Most characters of a name that a provider gives.
const LONGEST_NAME: usize = 256;
/// Most characters of a stable id or of a place (a DN).
const LONGEST_PLACE: usize = 1024;
/// How often a new user is tried again who is being made twice at the same time.
const ATTEMPTS: usize = 3;

impl Identity {
    /// Signs in somebody whom `provider` vouches for; `renewal` is what looks at the account again later. The session of
    /// `old_secret`, if any, ends.
    pub async fn enter(
        &self,
        client: &Client,
        provider: &Provider,
        person: Person,
        renewal: Option<&SecretString>,
        old_secret: Option<&str>,
    ) -> Result<SignedIn, IdentityError> {
        let entered = self.admit(provider, person, renewal).await;
        let result = if entered.is_ok() { "right" } else { "refused" };
        metrics::counter!("muster_sign_ins_total", "result" => result).increment(1);
        let user = entered.inspect_err(|error| {
            tracing::warn!(provider = provider.record.name, address = %client.address, %error, "a sign-in was refused");
        })?;
        tracing::info!(user = user.name, provider = provider.record.name, address = %client.address, "signed in");
        let mut signed_in = self.start_session(user, client, old_secret).await?;
        signed_in.confirmed = self.note_entry(provider.record.id, signed_in.user.id).await?;
        Ok(signed_in)
    }

    /// Keeps what the provider says of a person, when he may come in.
    pub async fn admit(
        &self,
        provider: &Provider,
        person: Person,
        renewal: Option<&SecretString>,
    ) -> Result<User, IdentityError> {
        let person = checked(person)?;
        if !provider.record.enabled {
            return Err(IdentityError::UnknownProvider);
        }
        for _ in 0..ATTEMPTS {
            let known = table::find(&self.database, provider.record.id, &person.external_id).await?;
            if known.as_ref().is_some_and(|user| user.disabled) {
                return Err(IdentityError::Disabled);
            }
            if !self.may_enter(provider, &person, known.as_ref()).await? {
                return Err(IdentityError::NotAdmitted(provider.record.name.clone()));
            }
            let id = known.map_or_else(Uuid::now_v7, |user| user.id);
            let renewal = renewal.map(|renewal| provider.seal_renewal(id, renewal)).transpose()?;
            let given = given(id, provider.record.id, &person, renewal);
            if let Some(user) = table::keep(&self.database, &given, self.clock.now()).await? {
                return Ok(user);
            }
            // Made or disabled by somebody else since it was read: it is read again.
        }
        Err(IdentityError::Busy)
    }

    /// Who may sign in, as the provider's row says.
    async fn may_enter(
        &self,
        provider: &Provider,
        person: &Person,
        known: Option<&User>,
    ) -> Result<bool, IdentityError> {
        let groups: Vec<_> = person.groups.iter().map(|group| group.external_id.as_str()).collect();
        let known = known.map(|user| user.id);
        self.is_admitted(provider, &person.external_id, &groups, known).await
    }

    /// May somebody sign in who has these groups, all by their stable ids? `known` is the user that the account has.
    pub(super) async fn is_admitted(
        &self,
        provider: &Provider,
        external_id: &str,
        groups: &[&str],
        known: Option<Uuid>,
    ) -> Result<bool, IdentityError> {
        let admission = &provider.record.admission;
        if admission.mode == AdmissionMode::Anyone {
            return Ok(true);
        }
        let listed = admission.listed.iter().any(|principal| match principal.kind {
            PrincipalKind::User => principal.external_id == external_id,
            PrincipalKind::Group => groups.contains(&principal.external_id.as_str()),
        });
        if listed || admission.mode == AdmissionMode::Listed {
            return Ok(listed);
        }
        let now = self.clock.now();
        if let Some(user) = known
            && table::is_bound(&self.database, user, now).await?
        {
            return Ok(true);
        }
        let bound = groups::list_bound(&self.database, provider.record.id, now).await?;
        Ok(groups.iter().any(|group| bound.contains(*group)))
    }
}

/// A person whose ids can be relied on, with texts that can be shown. What a provider sends is a stranger's text.
fn checked(person: Person) -> Result<Person, IdentityError> {
    let is_usable =
        |id: &str| !id.trim().is_empty() && id.chars().count() <= LONGEST_PLACE && !id.chars().any(char::is_control);
    let ids = person
        .groups
        .iter()
        .map(|group| &group.external_id)
        .chain([&person.external_id]);
    for id in ids {
        if !is_usable(id) {
            let reason = "the provider gave an account or a group without an id that can be used";
            return Err(IdentityError::Internal(reason.into()));
        }
    }
    let name = shown(&person.name, LONGEST_NAME);
    let name = if name.is_empty() {
        shown(&person.external_id, LONGEST_NAME)
    } else {
        name
    };
    let display_name = shown(&person.display_name, LONGEST_NAME);
    Ok(Person {
        display_name: if display_name.is_empty() {
            name.clone()
        } else {
            display_name
        },
        email: person
            .email
            .map(|email| shown(&email, LONGEST_NAME))
            .filter(|email| !email.is_empty()),
        place: shown(&person.place, LONGEST_PLACE),
        groups: person.groups.into_iter().map(checked_group).collect(),
        external_id: person.external_id,
        name,
    })
}

fn checked_group(group: PersonGroup) -> PersonGroup {
    let name = shown(&group.name, LONGEST_NAME);
    PersonGroup {
        name: if name.is_empty() {
            shown(&group.external_id, LONGEST_NAME)
        } else {
            name
        },
        place: shown(&group.place, LONGEST_PLACE),
        ..group
    }
}

/// Without control characters and marks that turn the direction of writing, and not endless.
fn shown(text: &str, longest: usize) -> String {
    let harmless = |character: &char| {
        let turns = matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}');
        !character.is_control() && !turns
    };
    let text: String = text.chars().filter(harmless).take(longest).collect();
    text.trim().to_owned()
}

fn given(id: Uuid, provider_id: Uuid, person: &Person, renewal: Option<Vec<u8>>) -> GivenUser {
    // A group that was found in two ways is one group.
    let groups: BTreeMap<&str, &PersonGroup> = person
        .groups
        .iter()
        .map(|group| (group.external_id.as_str(), group))
        .collect();
    let group = |group: &PersonGroup| GivenGroup {
        external_id: group.external_id.clone(),
        name: group.name.clone(),
        place: group.place.clone(),
    };
    GivenUser {
        id,
        provider_id,
        external_id: person.external_id.clone(),
        name: person.name.clone(),
        display_name: person.display_name.clone(),
        email: person.email.clone(),
        renewal,
        groups: groups.into_values().map(group).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn a_strangers_text_is_shown_without_what_could_deceive() {
        assert_eq!(shown(" Ada\u{202e}nimda\r\n\0 ", 256), "Adanimda");
        assert_eq!(shown("日本語", 2), "日本");
    }
}
