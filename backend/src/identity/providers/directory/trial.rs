//! The administrator's test: every step on the way of a sign-in, what was found, and what is wrong.
//!
//! Only here an administrator sees what a server itself said.

mod report;

use std::time::{Duration, SystemTime};

use muster_api::provider::{FoundPerson, Membership, ProviderKind, ProviderTest};
use muster_api::said::{Said, directory, directory_test as sentence};
use secrecy::SecretString;

use super::account::{self, State};
use super::connection::{BindAnswer, Connection, Query};
use super::entry::Entry;
use super::failure::{Failure, Outcome, cleaned, result};
use super::groups::Groups;
use super::{Directory, DirectoryProvider, login, transport};
use crate::identity::providers::{PersonGroup, Reason};
use report::Report;

/// Tells that a directory is Active Directory.
const ACTIVE_DIRECTORY: &str = "1.2.840.113556.1.4.800";
const PAGED_RESULTS: &str = "1.2.840.113556.1.4.319";
/// As many entries as every Active Directory answers at once: a server that answers fewer has a limit of its own.
const MANY: usize = 1_000;
/// More time than a sign-in has: somebody watches it.
const LONGEST: Duration = Duration::from_secs(45);

/// Goes every step. What was found is kept even when the last step never ends.
pub(super) async fn run(
    provider: &DirectoryProvider,
    user: Option<&str>,
    password: Option<SecretString>,
) -> ProviderTest {
    let report = Report::default();
    let user = user.map(str::trim).filter(|user| !user.is_empty()).map(str::to_owned);
    let steps = report.clone();
    let work = provider.run(LONGEST, |directory| async move {
        let trial = Trial {
            directory: &directory,
            report: &steps,
        };
        trial.go(user.as_deref(), password.as_ref()).await
    });
    let outcome = work.await;
    report.finish(outcome)
}

struct Trial<'a> {
    directory: &'a Directory,
    report: &'a Report,
}

impl Trial<'_> {
    async fn go(&self, user: Option<&str>, password: Option<&SecretString>) -> Outcome<()> {
        let (place, service) = self.connect().await?;
        self.root(&service).await?;
        self.bind(&service).await?;
        self.bases(&service).await?;
        let Some(user) = user else { return Ok(()) };
        let mut person = self.find_user(&service, user).await?;
        if let Some(password) = password {
            self.password(place, &person, password).await?;
        }
        self.account(&person)?;
        self.groups(&service, &mut person).await
    }

    /// The first server that can be reached and encrypted; the others are warnings.
    async fn connect(&self) -> Outcome<(usize, Connection)> {
        let transport = &self.directory.transport;
        let mut failed = Vec::new();
        for (place, address) in self.directory.servers.addresses().iter().enumerate() {
            self.report.begin("connect");
            let (tcp, peer) = match transport.reach(address).await {
                Ok(reached) => reached,
                Err(failure) => {
                    failed.push(("connect", failure));
                    continue;
                }
            };
            let connected = sentence::CONNECTED.with(&[("address", address), ("peer", &peer)]);
            let connecting = self.report.elapsed();
            self.report.begin("encrypt");
            let encrypting = tokio::time::timeout(transport.patience, transport.encrypt(address, tcp)).await;
            let late = || Failure::Server(directory::ENCRYPTION_LATE.with(&[("address", address)]).into());
            let secured = match encrypting.unwrap_or_else(|_| Err(late())) {
                Ok(secured) => secured,
                Err(failure) => {
                    failed.push(("encrypt", failure));
                    continue;
                }
            };
            let encrypting = self.report.elapsed();
            self.report.add("connect", connected, connecting);
            if let Some(encrypted) = &secured.encrypted {
                self.report.add("encrypt", encrypted.clone(), encrypting);
            } else {
                self.report.add("encrypt", sentence::NOT_ENCRYPTED.say(), encrypting);
                self.report.warn(sentence::PASSWORDS_READABLE.say());
            }
            for (_, failure) in failed {
                self.report.warn_of(failure);
            }
            let (socket, ending) = transport::guarded(address, secured)?;
            let directory = self.directory;
            let page_size = directory.settings.page_size;
            let address = address.to_string();
            let connection = Connection::over(socket, ending, address, directory.patience(), page_size).await?;
            return Ok((place, connection));
        }
        // The step that went furthest says the most.
        let reached = failed.iter().any(|(step, _)| *step == "encrypt");
        self.report.begin(if reached { "encrypt" } else { "connect" });
        let reasons = failed.into_iter().flat_map(|(_, failure)| failure.into_reason().0);
        Err(Failure::Server(Reason(reasons.collect())))
    }

    /// What the server says of itself. It need not say anything.
    async fn root(&self, service: &Connection) -> Outcome<()> {
        self.report.begin("root");
        let query = Query {
            base: "",
            filter: "(objectClass=*)",
            attributes: &[
                "vendorName",
                "vendorVersion",
                "supportedCapabilities",
                "supportedControl",
                "namingContexts",
            ],
        };
        let root = match service.read(query).await {
            Ok(root) => root,
            Err(Failure::Server(reason)) => return Err(Failure::Server(reason)),
            Err(_) => None,
        };
        let Some(root) = root else {
            self.report.pass(sentence::SILENT.say());
            return Ok(());
        };
        let is_active_directory = root
            .texts("supportedCapabilities")
            .any(|value| value == ACTIVE_DIRECTORY);
        let vendor = [root.shown("vendorName"), root.shown("vendorVersion")]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>();
        let vendor = match (is_active_directory, vendor.is_empty()) {
            (true, true) => Some("Active Directory".to_owned()),
            (true, false) => Some(format!("Active Directory ({})", vendor.join(" "))),
            (false, true) => None,
            (false, false) => Some(vendor.join(" ")),
        };
        let contexts: Vec<_> = root
            .texts("namingContexts")
            .map(|text| cleaned(text, 200))
            .take(10)
            .collect();
        let contexts = contexts.join(", ");
        self.report.pass(match vendor {
            Some(vendor) => sentence::VENDOR.with(&[("vendor", &vendor), ("contexts", &contexts)]),
            None => sentence::NO_VENDOR.with(&[("contexts", &contexts)]),
        });
        match (self.directory.kind, is_active_directory) {
            (ProviderKind::ActiveDirectory, false) => self.report.warn(sentence::NOT_ACTIVE_DIRECTORY.say()),
            (ProviderKind::Ldap, true) => self.report.warn(sentence::IS_ACTIVE_DIRECTORY.say()),
            _ => {}
        }
        if root.has("supportedControl") && !root.texts("supportedControl").any(|value| value == PAGED_RESULTS) {
            self.report.warn(sentence::NO_PAGES.say());
        }
        Ok(())
    }

    async fn bind(&self, service: &Connection) -> Outcome<()> {
        self.report.begin("bind");
        let directory = self.directory;
        let answer = service
            .bind(&directory.settings.bind_name, &directory.password)
            .await
            .map_err(Failure::Server)?;
        if answer.code != 0 {
            return Err(refusal(account::judge(&answer), &answer));
        }
        let name = cleaned(&directory.settings.bind_name, 200);
        self.report.pass(sentence::LET_IN.with(&[("name", &name)]));
        Ok(())
    }

    /// Every base is there, and somebody and some group is visible.
    async fn bases(&self, service: &Connection) -> Outcome<()> {
        self.report.begin("bases");
        let settings = &self.directory.settings;
        let bases = [&settings.user_bases[..], &settings.group_bases].concat();
        for base in &bases {
            let query = Query {
                base,
                filter: "(objectClass=*)",
                attributes: &["1.1"],
            };
            if service.read(query).await?.is_none() {
                return Err(Failure::Misconfigured(
                    directory::NO_BASE.with(&[("base", base)]).into(),
                ));
            }
        }
        for base in &settings.user_bases {
            if !self.directory.somebody_is_visible(service, base).await? {
                self.report.warn(sentence::NOBODY_VISIBLE.with(&[("base", base)]));
            }
        }
        let groups = Groups {
            connection: service,
            settings,
            kind: self.directory.kind,
        };
        if settings.group_bases.is_empty() {
            self.report.warn(sentence::NO_GROUP_BASE.say());
        } else if let Err(failure) = groups.some_group_is_visible().await {
            self.report.warn_of(failure);
        }
        for base in &bases {
            let query = Query {
                base,
                filter: "(objectClass=*)",
                attributes: &["1.1"],
            };
            if let Err(failure) = service.first(query, MANY).await {
                self.report.warn(sentence::LIMITED.with(&[("base", base)]));
                self.report.warn_of(failure);
                break;
            }
        }
        self.report.pass(sentence::BASES.with(&[("count", &bases.len())]));
        Ok(())
    }

    async fn find_user(&self, service: &Connection, user: &str) -> Outcome<Entry> {
        self.report.begin("find-user");
        let directory = self.directory;
        let settings = &directory.settings;
        let name = login::name(user, directory.kind, settings.domain.as_deref());
        let name = name.map_err(|problem| Failure::Refused(problem.into()))?;
        let found = directory.find(service, &directory.login_condition(&name)).await?;
        let Some(entry) = found else {
            let (attributes, name) = (settings.login_attributes.join(" / "), cleaned(&name, 100));
            return Err(Failure::Refused(
                sentence::NOBODY_MATCHES
                    .with(&[("attributes", &attributes), ("name", &name)])
                    .into(),
            ));
        };
        let external_id = entry.stable_id(&settings.unique_attribute)?;
        for (attribute, missing) in [
            (&settings.name_attribute, sentence::NO_SHORT_NAME),
            (&settings.display_name_attribute, sentence::NO_DISPLAY_NAME),
            (&settings.email_attribute, sentence::NO_EMAIL),
        ] {
            if entry.shown(attribute).is_none() {
                self.report.warn(missing.with(&[("attribute", attribute)]));
            }
        }
        self.report.pass(sentence::FOUND.with(&[
            ("place", &entry.place()),
            ("attribute", &settings.unique_attribute),
            ("id", &external_id),
        ]));
        let name = entry
            .shown(&settings.name_attribute)
            .unwrap_or_else(|| external_id.clone());
        self.report.found(FoundPerson {
            display_name: entry
                .shown(&settings.display_name_attribute)
                .unwrap_or_else(|| name.clone()),
            email: entry.shown(&settings.email_attribute),
            place: entry.place(),
            external_id,
            name,
            groups: Vec::new(),
        });
        Ok(entry)
    }

    async fn password(&self, place: usize, person: &Entry, password: &SecretString) -> Outcome<()> {
        self.report.begin("password");
        login::normalise("somebody", password, self.directory)
            .map_err(|_| Failure::Refused(sentence::PASSWORD_NOT_SENT.say().into()))?;
        let connection = self.directory.open(place).await?;
        let answer = connection.bind(&person.dn, password).await.map_err(Failure::Server)?;
        connection.close().await;
        match account::judge(&answer) {
            Ok(()) => self.report.pass(sentence::PASSWORD_RIGHT.say()),
            refused => return Err(refusal(refused, &answer)),
        }
        Ok(())
    }

    fn account(&self, person: &Entry) -> Outcome<()> {
        self.report.begin("account");
        match account::state(person, self.directory.kind, SystemTime::now()) {
            State::Good => {
                self.report.pass(sentence::MAY_SIGN_IN.say());
                Ok(())
            }
            State::Off(why) | State::MustChange(why) => Err(Failure::Refused(why.into())),
        }
    }

    async fn groups(&self, service: &Connection, person: &mut Entry) -> Outcome<()> {
        self.report.begin("groups");
        let groups = Groups {
            connection: service,
            settings: &self.directory.settings,
            kind: self.directory.kind,
        };
        let groups = groups.of(person).await?;
        self.report.pass(counted(&groups, self.directory.settings.membership));
        self.report.found_groups(groups);
        Ok(())
    }
}

/// How many groups were found, and how.
fn counted(groups: &[PersonGroup], membership: Membership) -> Said {
    if groups.is_empty() {
        return sentence::NO_GROUPS.say();
    }
    let found = |how: &str| groups.iter().filter(|group| group.how == how).count();
    let (count, direct, nested, primary) = (groups.len(), found("direct"), found("nested"), found("primary"));
    match (membership, primary) {
        (Membership::TokenGroups, _) => sentence::GROUPS_OF_TOKEN.with(&[
            ("count", &count),
            ("listed", &found("tokenGroups")),
            ("primary", &primary),
        ]),
        (_, 0) => sentence::GROUPS.with(&[("count", &count), ("direct", &direct), ("nested", &nested)]),
        _ => sentence::GROUPS_WITH_PRIMARY.with(&[
            ("count", &count),
            ("direct", &direct),
            ("nested", &nested),
            ("primary", &primary),
        ]),
    }
}

/// A refusal with what the server itself said.
fn refusal(judged: Outcome<()>, answer: &BindAnswer) -> Failure {
    let failure = judged
        .err()
        .unwrap_or_else(|| Failure::Refused(result(answer.code).into()));
    let text = cleaned(&answer.text, 300);
    if text.is_empty() {
        failure
    } else {
        failure.and(sentence::SERVER_SAYS.with(&[("text", &text)]))
    }
}
