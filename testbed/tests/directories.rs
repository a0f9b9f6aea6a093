//! Identity servers with people in them. Samba needs root.

#![allow(clippy::unwrap_used, reason = "a test ends at what it did not expect")]

use std::process::Command;
use testbed::directory::{Access, Directory, Kind};

/// Searches as `account` and answers what ldapsearch says.
fn search(access: &Access, url: &str, start_tls: bool, account: (&str, &str), filter: &str, attribute: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let authority = folder.path().join("ca.pem");
    std::fs::write(&authority, &access.certificate_authority).unwrap();
    let mut search = Command::new("ldapsearch");
    search
        .env("LDAPTLS_CACERT", &authority)
        .env("LDAPTLS_REQCERT", "demand");
    search.args(["-x", "-LLL", "-o", "ldif-wrap=no", "-H", url, "-b", &access.base]);
    search.args(["-D", account.0, "-w", account.1]);
    search.args(start_tls.then_some("-ZZ"));
    let output = search.args([filter, attribute]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn check(access: &Access, login: &str) {
    let service = (access.service_account.as_str(), access.service_password.as_str());
    for (url, start_tls) in [(&access.url, false), (&access.start_tls_url, true)] {
        let found = search(access, url, start_tls, service, &format!("({login}=bob)"), "memberOf");
        let found = found.to_lowercase();
        assert!(
            found.contains("cn=developers,") && found.contains("cn=operators,"),
            "{found}"
        );
    }
    let found = search(access, &access.url, false, service, "(cn=staff)", "member").to_lowercase();
    assert_eq!(found.matches("\nmember: ").count(), 3, "{found}");
}

#[tokio::test]
async fn openldap_answers_over_tls_and_knows_who_is_in_which_group() {
    let directory = Directory::start(Kind::OpenLdap).await.unwrap();
    check(directory.access(), "uid");
    let access = directory.access();
    let alice = (&*format!("uid=alice,ou=people,{}", access.base), "Alice-secret-1");
    assert!(search(access, &access.url, false, alice, "(uid=alice)", "mail").contains("alice@muster.test"));
    directory.stop().await.unwrap();
}

#[tokio::test]
async fn samba_answers_over_tls_and_knows_who_is_in_which_group() {
    let directory = Directory::start(Kind::Samba).await.unwrap();
    check(directory.access(), "sAMAccountName");
    let access = directory.access();
    let alice = ("alice@muster.test", "Alice-secret-1");
    assert!(search(access, &access.url, false, alice, "(sAMAccountName=alice)", "mail").contains("alice@muster.test"));
    directory.stop().await.unwrap();
}
