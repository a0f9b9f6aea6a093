//! Signing in: the account of the service finds the person, one bind proves the password, the service reads the groups.

use std::time::SystemTime;

use muster_api::said::directory as sentence;
use secrecy::SecretString;

use super::Directory;
use super::account::{self, State};
use super::failure::{Failure, Outcome};
use crate::identity::providers::Person;

impl Directory {
    /// Proves who somebody is, at the first server that can be asked.
    pub(super) async fn sign_in(&self, login: &str, password: &SecretString) -> Outcome<Person> {
        self.servers.ask(|place| self.sign_in_at(place, login, password)).await
    }

    async fn sign_in_at(&self, place: usize, login: &str, password: &SecretString) -> Outcome<Person> {
        let service = self.service(place).await?;
        let found = self.find(&service, &self.login_condition(login)).await;
        let entry = match found {
            Ok(Some(entry)) => entry,
            Ok(None) => {
                self.bind_as_nobody(place).await;
                return Err(Failure::Refused(sentence::NOBODY.say().into()));
            }
            Err(Failure::Refused(reason)) => {
                self.bind_as_nobody(place).await;
                return Err(Failure::Refused(reason));
            }
            Err(failure) => return Err(failure),
        };
        // Before the password goes out: without it nothing could be made of the answer.
        entry.stable_id(&self.settings.unique_attribute)?;
        self.prove(place, &entry.dn, password).await?;
        match account::state(&entry, self.kind, SystemTime::now()) {
            State::Good => {}
            State::Off(why) | State::MustChange(why) => return Err(Failure::Refused(why.into())),
        }
        // The password was counted once; a second server would count it again.
        let person = self.person(&service, entry).await.map_err(|failure| match failure {
            Failure::Server(reason) => Failure::Incomplete(reason),
            failure => failure,
        })?;
        service.close().await;
        Ok(person)
    }

    /// One bind with the name that the directory itself gave, on a connection that nobody uses afterwards. The name that
    /// was typed could mean somebody else to the server.
    pub(super) async fn prove(&self, place: usize, dn: &str, password: &SecretString) -> Outcome<()> {
        let connection = self.open(place).await?;
        let answer = connection.bind(dn, password).await.map_err(Failure::Incomplete)?;
        connection.close().await;
        account::judge(&answer)
    }

    /// A name that nobody has takes as long as a wrong password: the same work with an entry that cannot be there.
    async fn bind_as_nobody(&self, place: usize) {
        let mut random = [0; 16];
        if getrandom::fill(&mut random).is_err() {
            return;
        }
        let random = hex::encode(random);
        let Some(base) = self.settings.user_bases.first() else {
            return;
        };
        let dn = format!("cn={random},{base}");
        let _ = self.prove(place, &dn, &SecretString::from(random)).await;
    }
}
