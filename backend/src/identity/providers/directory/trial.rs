//! The administrator's test: every step on the way of a sign-in, what was found, and what is wrong.
//!
//! Only here an administrator sees what a server itself said.

mod report;

use std::time::{Duration, SystemTime};

use muster_api::provider::{FoundPerson, ProviderKind, ProviderTest};
use secrecy::SecretString;

use super::account::{self, State};
use super::connection::{BindAnswer, Connection, Query};
use super::entry::Entry;
use super::failure::{Failure, Outcome, cleaned, result_in_words};
use super::groups::Groups;
use super::{Directory, DirectoryProvider, login, transport};
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
            let connected = format!("{address} answers at {peer}.");
            let connecting = self.report.elapsed();
            self.report.begin("encrypt");
            let encrypting = tokio::time::timeout(transport.patience, transport.encrypt(address, tcp)).await;
            let late = || Failure::Server(format!("{address}: the encryption was not ready in time"));
            let secured = match encrypting.unwrap_or_else(|_| Err(late())) {
                Ok(secured) => secured,
                Err(failure) => {
                    failed.push(("encrypt", failure));
                    continue;
                }
            };
            let encrypting = self.report.elapsed();
            self.report.add("connect", connected, connecting);
            if let Some(words) = &secured.words {
                self.report.add("encrypt", format!("{words}."), encrypting);
            } else {
                let message = "The connection is not encrypted.".to_owned();
                self.report.add("encrypt", message, encrypting);
                self.report
                    .warn("The connection is not encrypted: every password can be read on its way. Use ldaps://.");
            }
            for (_, failure) in failed {
                self.report
                    .warn(&format!("A server does not work: {}.", failure.reason()));
            }
            let (socket, ending) = transport::guarded(secured).map_err(|error| Failure::Server(error.to_string()))?;
            let directory = self.directory;
            let page_size = directory.settings.page_size;
            let address = address.to_string();
            let connection = Connection::over(socket, ending, address, directory.patience(), page_size).await?;
            return Ok((place, connection));
        }
        // The step that went furthest says the most.
        let reached = failed.iter().any(|(step, _)| *step == "encrypt");
        self.report.begin(if reached { "encrypt" } else { "connect" });
        let reasons: Vec<_> = failed.iter().map(|(_, failure)| failure.reason()).collect();
        Err(Failure::Server(reasons.join("; ")))
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
            self.report.pass("The server says nothing of itself.".to_owned());
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
            (true, true) => "Active Directory".to_owned(),
            (true, false) => format!("Active Directory ({})", vendor.join(" ")),
            (false, true) => "a directory that does not name its maker".to_owned(),
            (false, false) => vendor.join(" "),
        };
        let contexts: Vec<_> = root
            .texts("namingContexts")
            .map(|text| cleaned(text, 200))
            .take(10)
            .collect();
        self.report
            .pass(format!("It is {vendor} with {}.", contexts.join(", ")));
        match (self.directory.kind, is_active_directory) {
            (ProviderKind::ActiveDirectory, false) => self.report.warn(
                "The server is not Active Directory. tokenGroups and the rule in chain find no groups there, and no error \
                 says so: choose LDAP.",
            ),
            (ProviderKind::Ldap, true) => self.report.warn(
                "The server is Active Directory: choose it as the kind, so that disabled accounts and primary groups are \
                 recognised.",
            ),
            _ => {}
        }
        if root.has("supportedControl") && !root.texts("supportedControl").any(|value| value == PAGED_RESULTS) {
            self.report
                .warn("The server does not answer in pages: its size limit is the most groups that can be read.");
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
            return Err(said(account::judge(&answer), &answer));
        }
        self.report
            .pass(format!("{} is let in.", cleaned(&directory.settings.bind_name, 200)));
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
                return Err(Failure::Misconfigured(format!(
                    "{base} is not there, or the account that reads may not see it"
                )));
            }
        }
        for base in &settings.user_bases {
            if !self.directory.somebody_is_visible(service, base).await? {
                self.report.warn(&format!(
                    "Nobody is visible below {base}: check the object class, the filter and the rights of the account."
                ));
            }
        }
        let groups = Groups {
            connection: service,
            settings,
            kind: self.directory.kind,
        };
        if settings.group_bases.is_empty() {
            self.report.warn("No base for groups is set: nobody has groups.");
        } else if let Err(failure) = groups.some_group_is_visible().await {
            self.report
                .warn(&format!("No group can be found: {}.", failure.reason()));
        }
        for base in &bases {
            let query = Query {
                base,
                filter: "(objectClass=*)",
                attributes: &["1.1"],
            };
            if let Err(failure) = service.first(query, MANY).await {
                self.report.warn(&format!(
                    "The server limits its answers below {base} ({}): a person with more groups than that cannot sign in. \
                     Raise the limit for the account that reads.",
                    failure.reason()
                ));
                break;
            }
        }
        self.report.pass(format!("All {} bases are there.", bases.len()));
        Ok(())
    }

    async fn find_user(&self, service: &Connection, user: &str) -> Outcome<Entry> {
        self.report.begin("find-user");
        let directory = self.directory;
        let settings = &directory.settings;
        let name = login::name(user, directory.kind, settings.domain.as_deref());
        let name = name.map_err(|problem| Failure::Refused(problem.to_owned()))?;
        let found = directory.find(service, &directory.login_condition(&name)).await?;
        let Some(entry) = found else {
            return Err(Failure::Refused(format!(
                "nobody with {} = {} matches the object class and the filter",
                settings.login_attributes.join(" or "),
                cleaned(&name, 100)
            )));
        };
        let external_id = entry.stable_id(&settings.unique_attribute)?;
        for (attribute, what) in [
            (&settings.name_attribute, "short name"),
            (&settings.display_name_attribute, "name to show"),
            (&settings.email_attribute, "e-mail address"),
        ] {
            if entry.shown(attribute).is_none() {
                self.report
                    .warn(&format!("The person has no {attribute}, so no {what}."));
            }
        }
        self.report.pass(format!(
            "{} with {} {external_id}.",
            entry.place(),
            settings.unique_attribute
        ));
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
        login::normalise("somebody", password, self.directory).map_err(|_| {
            Failure::Refused("the password is empty, too long, or holds a NUL; it was not sent".to_owned())
        })?;
        let connection = self.directory.open(place).await?;
        let answer = connection.bind(&person.dn, password).await.map_err(Failure::Server)?;
        connection.close().await;
        match account::judge(&answer) {
            Ok(()) => self.report.pass("The password is right.".to_owned()),
            refused => return Err(said(refused, &answer)),
        }
        Ok(())
    }

    fn account(&self, person: &Entry) -> Outcome<()> {
        self.report.begin("account");
        match account::state(person, self.directory.kind, SystemTime::now()) {
            State::Good => {
                self.report.pass("The account may sign in.".to_owned());
                Ok(())
            }
            State::Off(reason) | State::MustChange(reason) => Err(Failure::Refused(reason)),
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
        let mut ways: Vec<(&str, usize)> = Vec::new();
        for group in &groups {
            match ways.iter_mut().find(|(how, _)| *how == group.how) {
                Some((_, count)) => *count += 1,
                None => ways.push((group.how, 1)),
            }
        }
        let ways: Vec<_> = ways.iter().map(|(how, count)| format!("{count} {how}")).collect();
        self.report.pass(match groups.len() {
            0 => "The person is in no group.".to_owned(),
            count => format!("{count} groups: {}.", ways.join(", ")),
        });
        self.report.found_groups(groups);
        Ok(())
    }
}

/// A refusal with what the server itself said.
fn said(judged: Outcome<()>, answer: &BindAnswer) -> Failure {
    let text = cleaned(&answer.text, 300);
    let with_text = |reason: String| {
        if text.is_empty() {
            reason
        } else {
            format!("{reason}; the server says: {text}")
        }
    };
    match judged {
        Err(Failure::Server(reason)) => Failure::Server(with_text(reason)),
        Err(Failure::Misconfigured(reason)) => Failure::Misconfigured(with_text(reason)),
        Err(Failure::Incomplete(reason)) => Failure::Incomplete(with_text(reason)),
        Err(Failure::Refused(reason)) => Failure::Refused(with_text(reason)),
        Ok(()) => Failure::Refused(with_text(result_in_words(answer.code))),
    }
}
