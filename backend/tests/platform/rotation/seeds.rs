//! A database with a value in every sealed column.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use muster::audit::{Audit, Event, Who};
use muster::clock::Clock;
use muster::config::Config;
use muster::context::RequestContext;
use muster::database::clusters::{self, ClusterRecord};
use muster::database::identity_providers::{self, ProviderRecord};
use muster::database::provider_users::{self, GivenUser};
use muster::database::redirect_sign_ins::{self, RedirectSignInRecord};
use muster::database::{Database, provider_changes, settings};
use muster::secrets::{SealedColumn, Secrets, SecretsError, row_of_hash};
use muster_api::audit::AuditAction;
use muster_api::provider::{Admission, DirectorySettings, ProviderSettings};
use secrecy::ExposeSecret;
use uuid::Uuid;

pub const WORD: &[u8] = b"a word that nobody reads";
const HASH: [u8; 32] = [3; 32];

/// Where sealed values were put: with which column and row each of them opens.
pub struct Seeds {
    cluster: Uuid,
    provider: Uuid,
    user: Uuid,
}

/// At least one value in every sealed column, sealed with the key of the data folder.
pub async fn seed(data: &Path, database: &Database) -> Seeds {
    let secrets = Secrets::of_database(data, database).await.unwrap();
    let seal = |column, row| secrets.seal(column, row, WORD).unwrap();
    let now = Timestamp::from_second(1_700_000_000).unwrap();
    let [cluster, provider, user] = [1, 2, 3].map(Uuid::from_u128);
    let record = ClusterRecord {
        id: cluster,
        name: "berlin".to_owned(),
        name_key: "berlin".to_owned(),
        url: "https://berlin.example.com".to_owned(),
        labels: BTreeMap::new(),
        credentials: seal(SealedColumn::CLUSTER_CREDENTIALS, cluster),
        created_at: now,
        version: None,
        nodes: None,
        checked_at: None,
    };
    clusters::insert(database, &record).await.unwrap();
    let record = ProviderRecord {
        id: provider,
        name: "people".to_owned(),
        enabled: true,
        settings: ProviderSettings::Ldap(DirectorySettings::ldap()),
        admission: Admission::default(),
        secrets: seal(SealedColumn::PROVIDER_SECRETS, provider),
        created_at: now,
        managed_by_file: None,
    };
    identity_providers::insert(database, &record).await.unwrap();
    let given = GivenUser {
        id: user,
        provider_id: provider,
        external_id: "ada".to_owned(),
        name: "ada".to_owned(),
        display_name: "Ada".to_owned(),
        email: None,
        renewal: Some(seal(SealedColumn::USER_RENEWAL, user)),
        groups: Vec::new(),
    };
    provider_users::keep(database, &given, now).await.unwrap().unwrap();
    provider_changes::begin(database, &record, user, now).await.unwrap();
    let leaving = RedirectSignInRecord {
        state_hash: HASH.to_vec(),
        browser_hash: vec![4; 32],
        provider_id: provider,
        secrets: seal(SealedColumn::LEAVING_SECRETS, row_of_hash(&HASH)),
        return_to: "/".to_owned(),
        expires_at: now,
    };
    redirect_sign_ins::insert(database, &leaving).await.unwrap();
    let audit = audit(database, &secrets);
    for _ in 0..3 {
        let event = Event::new(Who::nobody(), AuditAction::SettingsChanged, now);
        audit.record(event).await.unwrap();
    }
    audit.finish().await;
    Seeds {
        cluster,
        provider,
        user,
    }
}

pub fn audit(database: &Database, secrets: &Secrets) -> Audit {
    Audit::start(&Config::default(), database.clone(), secrets.clone(), Clock::system())
}

impl Seeds {
    /// Every sealed value, as it lies in the database.
    pub async fn values(&self, database: &Database) -> Vec<(SealedColumn, Uuid, Vec<u8>)> {
        let cluster = clusters::list(database).await.unwrap().remove(0).credentials;
        let provider = identity_providers::find(database, self.provider).await.unwrap();
        let renewal = provider_users::renewal(database, self.user).await.unwrap();
        let leaving = only_value(database, "SELECT secrets FROM redirect_sign_ins").await;
        let before = only_value(database, "SELECT secrets FROM provider_changes").await;
        let head = settings::read(database, "audit-head").await.unwrap().unwrap();
        vec![
            (SealedColumn::CLUSTER_CREDENTIALS, self.cluster, cluster),
            (SealedColumn::PROVIDER_SECRETS, self.provider, provider.unwrap().secrets),
            (SealedColumn::PROVIDER_SECRETS_BEFORE, self.provider, before),
            (SealedColumn::USER_RENEWAL, self.user, renewal.unwrap()),
            (SealedColumn::LEAVING_SECRETS, row_of_hash(&HASH), leaving),
            (SealedColumn::AUDIT_HEAD, Uuid::nil(), hex::decode(head).unwrap()),
        ]
    }

    /// Everything opens with the key that a start finds in the data folder, and the audit log is whole.
    pub async fn expect_opens(&self, data: &Path, database: &Database) -> Secrets {
        let secrets = Secrets::of_database(data, database).await.unwrap();
        for (column, row, sealed) in self.values(database).await {
            let plain = secrets.open(column, row, &sealed).unwrap();
            assert!(
                column == SealedColumn::AUDIT_HEAD || plain.expose_secret() == WORD,
                "{column:?}"
            );
        }
        let context = RequestContext::system(Clock::system());
        let found = audit(database, &secrets).verify(&context).await.unwrap();
        assert!(found.intact && found.events == 3, "{:?}", found.fault);
        secrets
    }

    /// Nothing opens with this key.
    pub async fn expect_closed(&self, secrets: &Secrets, database: &Database) {
        for (column, row, sealed) in self.values(database).await {
            let opened = secrets.open(column, row, &sealed);
            assert!(matches!(opened, Err(SecretsError::OtherKey)), "{column:?}");
        }
    }
}

async fn only_value(database: &Database, sql: &'static str) -> Vec<u8> {
    match database {
        Database::Sqlite { reader, .. } => sqlx::query_scalar(sql).fetch_one(reader).await.unwrap(),
        Database::Postgres(pool) => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
    }
}
