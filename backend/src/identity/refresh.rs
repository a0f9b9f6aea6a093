//! Looks at accounts of providers again: at a sign-in, when what is known is old, on a schedule, and when asked to.
//!
//! Three things can come of it. *Present*: the groups are replaced by what the provider said, completely. *Absent*: the
//! provider answered completely, and the account is gone or disabled; seen twice in a row, it ends every session and token
//! of the user. *Unknown*: the provider could not be asked, or its answer was not complete; nobody loses anything
//! by that.
//!
//! A directory that suddenly knows nobody is broken, not empty: when more than a tenth of a provider's users, and more than
//! a few, vanished within an hour, a round takes away none and says so. Vanished is whoever is not there, and whoever is
//! there without any of the groups that he had, or without those that let him in: a directory that may not read groups
//! any more shows people like this. Accounts are looked at by and by: what one round finds is counted with what the
//! rounds before it found.

use std::collections::{HashMap, HashSet};

use jiff::SignedDuration;
use muster_api::access::{AccountLook, LookOutcome, Named};
use secrecy::SecretString;
use uuid::Uuid;

use super::provider_registry::{Door, Provider};
use super::providers::Refreshed;
use super::{Identity, IdentityError, earlier};
use crate::context::RequestContext;
use crate::database::groups;
use crate::database::provider_users::{self as table, KnownAccount};

/// What is known of an account that is used is looked at again when it is older than this.
const OLDEST: SignedDuration = SignedDuration::from_mins(15);
/// So often is a failed look tried again at the most.
const TRY_AGAIN: SignedDuration = SignedDuration::from_mins(2);
/// So many absences in a row are believed.
const BELIEVED_ABSENCES: i64 = 2;
/// Up to so many users may vanish within this time, and up to this part of a provider's users.
const FEW: usize = 5;
const PART: usize = 10;
const WITHIN: SignedDuration = SignedDuration::from_hours(1);
/// So many accounts of one provider are looked at in one round at the most.
const ROUND: i64 = 500;

/// An account that was gone at its provider: sessions and tokens ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LostAccount {
    /// Whose.
    pub user: Uuid,
    /// Why, as the provider was understood.
    pub reason: String,
}

/// A round that would have taken too much away, and took nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedRound {
    /// The provider's name.
    pub name: String,
    /// So many of its accounts vanished within an hour.
    pub missing: usize,
    /// Of so many that are known.
    pub known: usize,
}

/// What came of a round over the accounts of one provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Round {
    /// Whose accounts.
    pub provider: Uuid,
    /// Those that are gone.
    pub lost: Vec<LostAccount>,
    /// Set when nothing was taken from anybody because too many had vanished.
    pub refused: Option<RefusedRound>,
}

/// What came of looking at one account.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Looked {
    /// It is there.
    Present,
    /// It was not there for the first time.
    Missing(String),
    /// It is gone: sessions and tokens ended.
    Gone(String),
    /// It could not be looked at.
    Unknown(String),
}

impl Identity {
    /// Looks at every account whose groups are old, in a round for each provider that has any. A round that could not be
    /// finished tells of those that were gone until then.
    pub async fn refresh_old(&self) -> Result<Vec<Round>, IdentityError> {
        let now = self.clock.now();
        let due = table::due(&self.database, earlier(now, OLDEST), earlier(now, TRY_AGAIN), ROUND).await?;
        let mut by_provider: HashMap<Uuid, Vec<KnownAccount>> = HashMap::new();
        for account in due {
            by_provider.entry(account.provider_id).or_default().push(account);
        }
        let rounds = by_provider.into_iter().map(|(provider, accounts)| async move {
            let mut lost = Vec::new();
            let refused = self.refresh_round(provider, accounts, &mut lost).await;
            let refused = refused.unwrap_or_else(|error| {
                tracing::warn!(%error, "accounts of a provider could not be looked at");
                None
            });
            Round {
                provider,
                lost,
                refused,
            }
        });
        Ok(futures::future::join_all(rounds).await)
    }

    async fn refresh_round(
        &self,
        provider: Uuid,
        accounts: Vec<KnownAccount>,
        lost: &mut Vec<LostAccount>,
    ) -> Result<Option<RefusedRound>, IdentityError> {
        let mut note = |user: Uuid, looked: Looked| {
            if let Looked::Gone(reason) = looked {
                lost.push(LostAccount { user, reason });
            }
        };
        let provider = self.providers.find_enabled(provider).await?;
        let mut vanished = Vec::new();
        for account in accounts {
            let (found, renewal) = self.look(&provider, &account).await?;
            if self.has_vanished(&provider, &account, &found).await? {
                vanished.push((account, found, renewal));
            } else {
                note(account.user_id, self.take(&provider, &account, found, renewal).await?);
            }
        }
        if vanished.is_empty() {
            return Ok(None);
        }
        let since = earlier(self.clock.now(), WITHIN);
        let earlier_missing = table::missing_since(&self.database, provider.record.id, since).await?;
        let gone = earlier_missing.iter().filter(|(_, gone)| *gone).count();
        let mut within: HashSet<Uuid> = vanished.iter().map(|(account, ..)| account.user_id).collect();
        within.extend(earlier_missing.iter().map(|(user, _)| *user));
        // Those that lost everything are not among the known any more.
        let known = usize::try_from(table::count(&self.database, provider.record.id).await?).unwrap_or(usize::MAX);
        let all = known.saturating_add(gone);
        if within.len() > FEW && within.len() > all / PART {
            tracing::error!(
                provider = provider.record.name,
                missing = within.len(),
                "many accounts of a provider, or their groups, suddenly vanished: nothing is taken from anybody until it is \
                 looked at"
            );
            metrics::counter!("muster_refresh_rounds_refused_total").increment(1);
            let refused = RefusedRound {
                name: provider.record.name.clone(),
                missing: within.len(),
                known: all,
            };
            for (account, ..) in vanished {
                let reason = "too many accounts vanished at once".to_owned();
                self.take(&provider, &account, Refreshed::Unknown { reason }, None)
                    .await?;
            }
            return Ok(Some(refused));
        }
        for (account, found, renewal) in vanished {
            let looked = self.take(&provider, &account, found, renewal).await?;
            if looked == Looked::Present {
                table::note_emptied(&self.database, account.user_id, self.clock.now()).await?;
            }
            note(account.user_id, looked);
        }
        Ok(None)
    }

    /// Is the account gone, or without any of the groups that it had, or without those that let it in? An administrator
    /// who narrows who may sign in makes nobody vanish: with the groups from before, the account would be refused, too.
    async fn has_vanished(
        &self,
        provider: &Provider,
        account: &KnownAccount,
        found: &Refreshed,
    ) -> Result<bool, IdentityError> {
        let person = match found {
            Refreshed::Absent { .. } => return Ok(true),
            Refreshed::Unknown { .. } => return Ok(false),
            Refreshed::Present(person) => person,
        };
        let before = groups::list_of_user(&self.database, account.user_id).await?;
        if person.groups.is_empty() && !before.is_empty() {
            return Ok(true);
        }
        let before: Vec<_> = before.iter().map(|group| group.external_id.as_str()).collect();
        let now: Vec<_> = person.groups.iter().map(|group| group.external_id.as_str()).collect();
        let is_admitted = async |groups: &[&str]| {
            self.is_admitted(provider, &account.external_id, groups, Some(account.user_id))
                .await
        };
        Ok(is_admitted(&before).await? && !is_admitted(&now).await?)
    }

    /// Looks at one account now, and says what came of it.
    pub async fn refresh_user(&self, context: &RequestContext, user: Uuid) -> Result<AccountLook, IdentityError> {
        let before = self.read_user(context, user).await?.groups;
        let account = table::account(&self.database, user).await?;
        let account = account.ok_or(IdentityError::Forbidden("A local account has no provider to ask."))?;
        let provider = self.providers.find(account.provider_id).await?;
        let (found, renewal) = self.look(&provider, &account).await?;
        let (outcome, reason) = match self.take(&provider, &account, found, renewal).await? {
            Looked::Present => (LookOutcome::Present, None),
            Looked::Missing(reason) => (LookOutcome::Missing, Some(reason)),
            Looked::Gone(reason) => (LookOutcome::Gone, Some(reason)),
            Looked::Unknown(reason) => (LookOutcome::Unknown, Some(reason)),
        };
        let user = self.read_user(context, user).await?;
        let lacking = |these: &[Named], those: &[Named]| -> Vec<Named> {
            let is_there = |group: &&Named| those.iter().any(|other| other.id == group.id);
            these.iter().filter(|group| !is_there(group)).cloned().collect()
        };
        Ok(AccountLook {
            outcome,
            reason,
            gained: lacking(&user.groups, &before),
            lost: lacking(&before, &user.groups),
            user,
        })
    }

    async fn look(
        &self,
        provider: &Provider,
        account: &KnownAccount,
    ) -> Result<(Refreshed, Option<SecretString>), IdentityError> {
        Ok(match provider.door() {
            Err(error) => (
                Refreshed::Unknown {
                    reason: error.to_string(),
                },
                None,
            ),
            Ok(Door::Password(door)) => (door.refresh(&account.external_id).await, None),
            Ok(Door::Redirect(door)) => {
                let sealed = table::renewal(&self.database, account.user_id).await?;
                let renewal = sealed
                    .map(|sealed| provider.open_renewal(account.user_id, &sealed))
                    .transpose()?;
                door.refresh(&account.external_id, renewal.as_ref()).await
            }
        })
    }

    async fn take(
        &self,
        provider: &Provider,
        account: &KnownAccount,
        found: Refreshed,
        renewal: Option<SecretString>,
    ) -> Result<Looked, IdentityError> {
        let now = self.clock.now();
        match found {
            Refreshed::Present(person) => match self.admit(provider, *person, renewal.as_ref()).await {
                Ok(_) => Ok(Looked::Present),
                Err(error @ (IdentityError::NotAdmitted(_) | IdentityError::Disabled)) => {
                    self.lose(account, BELIEVED_ABSENCES, &error.to_string()).await
                }
                Err(error) => Err(error),
            },
            Refreshed::Absent { reason } => self.lose(account, account.absences + 1, &reason).await,
            Refreshed::Unknown { reason } => {
                table::note_unknown(&self.database, account.user_id, now).await?;
                Ok(Looked::Unknown(reason))
            }
        }
    }

    async fn lose(&self, account: &KnownAccount, absences: i64, reason: &str) -> Result<Looked, IdentityError> {
        let believed = absences >= BELIEVED_ABSENCES;
        table::note_absent(&self.database, account.user_id, absences, believed, self.clock.now()).await?;
        if believed {
            tracing::warn!(user = %account.user_id, reason, "an account is gone at its provider: its sessions ended");
            Ok(Looked::Gone(reason.to_owned()))
        } else {
            Ok(Looked::Missing(reason.to_owned()))
        }
    }
}
