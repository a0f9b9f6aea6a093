//! A Samba domain controller that serves nothing but the directory.
//!
//! Its ports are fixed, so every controller has a loopback address of its own.

use super::openldap::listening;
use super::{Access, Administrator, BASE, SERVICE_PASSWORD, require, run};
use crate::certificates::Authority;
use crate::error::{Error, Result};
use crate::process::Process;
use crate::run_folder::RunFolder;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;

const PORT: u16 = 636;
const REALM: &str = "muster.test";
const ADMINISTRATOR_PASSWORD: &str = "Administrator-secret-1";
const PEOPLE: [(&str, &str, &str); 4] = [
    ("alice", "Alice", "Andersson"),
    ("bob", "Bob", "Baker"),
    ("carol", "Carol", "Chen"),
    ("dave", "Dave", "Diaz"),
];
const GROUPS: [(&str, &str); 4] = [
    ("developers", "alice,bob"),
    ("operators", "bob"),
    ("console-administrators", "carol"),
    ("staff", "developers,operators,console-administrators"),
];

/// Makes a domain with its people and starts the server.
pub(super) async fn start(run_folder: &RunFolder) -> Result<(Process, Access, Administrator)> {
    require(&[
        ("/usr/sbin/samba", "samba"),
        ("/usr/share/samba/setup/provision.ldif", "samba-ad-provision"),
        (
            "/usr/lib/x86_64-linux-gnu/samba/ldb/samba_dsdb.so",
            "samba-dsdb-modules",
        ),
        ("/usr/bin/ldapmodify", "ldap-utils"),
    ])?;
    if !nix::unistd::geteuid().is_root() {
        return Err(Error::Unsupported(
            "a Samba domain controller needs root: its ports are below 1024".to_owned(),
        ));
    }
    let folder = run_folder.subfolder("samba")?;
    for name in ["samba/run", "samba/log"] {
        run_folder.subfolder(name)?;
    }
    let address = free_address()?;
    let authority = Authority::create(&folder)?;
    let names = ["localhost".to_owned(), format!("dc1.{REALM}"), address.to_string()];
    let server = authority.sign("server", &format!("dc1.{REALM}"), None, &names)?;
    let options = [
        format!("interfaces={address}/8"),
        "bind interfaces only=yes".to_owned(),
        "server services=ldap".to_owned(),
        "dcerpc endpoint servers=".to_owned(),
        format!("pid directory={}", folder.join("run").display()),
        format!("ncalrpc dir={}", folder.join("run/ncalrpc").display()),
        format!("log file={}", folder.join("log/samba.log").display()),
        format!("tls cafile={}", authority.identity().certificate.display()),
        format!("tls certfile={}", server.certificate.display()),
        format!("tls keyfile={}", server.key.display()),
    ]
    .map(|option| format!("--option={option}"));
    provision(&folder, &options).await?;
    people(&folder).await?;

    // In a process namespace of its own, so that one kill ends its workers as well.
    let mut arguments: Vec<String> = ["--pid", "--fork", "--kill-child=KILL", "--", "/usr/sbin/samba"]
        .map(str::to_owned)
        .to_vec();
    arguments.extend(["--foreground", "--no-process-group"].map(str::to_owned));
    arguments.push(format!("--configfile={}", configuration(&folder)));
    arguments.extend(options);
    let mut process = Process::start("samba", Path::new("unshare"), &arguments, &folder.join("log/start.log"))?;
    run_folder.note_process("samba", process.id())?;
    listening(&mut process, address, PORT).await?;
    let access = Access {
        url: format!("ldaps://{address}:{PORT}"),
        start_tls_url: format!("ldap://{address}:389"),
        certificate_authority: authority.pem().to_owned(),
        base: BASE.to_owned(),
        service_account: format!("service@{REALM}"),
        service_password: SERVICE_PASSWORD.to_owned(),
    };
    let administrator = Administrator {
        name: format!("administrator@{REALM}"),
        password: ADMINISTRATOR_PASSWORD,
    };
    Ok((process, access, administrator))
}

/// An address on which nothing listens yet.
fn free_address() -> Result<Ipv4Addr> {
    (1..=250)
        .map(|number| Ipv4Addr::new(127, 77, 0, number))
        .find(|address| TcpListener::bind((*address, PORT)).is_ok())
        .ok_or_else(|| Error::Unsupported("every loopback address has a directory already".to_owned()))
}

fn configuration(folder: &Path) -> String {
    folder.join("etc/smb.conf").display().to_string()
}

async fn provision(folder: &Path, options: &[String]) -> Result<()> {
    let mut arguments: Vec<String> = [
        "domain",
        "provision",
        "--realm=MUSTER.TEST",
        "--domain=MUSTER",
        "--server-role=dc",
        "--dns-backend=NONE",
        "--host-name=dc1",
    ]
    .map(str::to_owned)
    .to_vec();
    arguments.push(format!("--adminpass={ADMINISTRATOR_PASSWORD}"));
    arguments.push(format!("--targetdir={}", folder.display()));
    // Only where it listens concerns the making.
    arguments.extend(options.iter().take(2).cloned());
    run("samba-tool", &arguments, &[]).await
}

/// Written straight into the database, before the server opens it.
async fn people(folder: &Path) -> Result<()> {
    let configuration = configuration(folder);
    let tool = |words: &[&str]| {
        let mut arguments: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
        arguments.push(format!("--configfile={configuration}"));
        async move { run("samba-tool", &arguments, &[]).await }
    };
    tool(&["user", "create", "service", SERVICE_PASSWORD]).await?;
    for (login, given, family) in PEOPLE {
        let (password, given, family) = (
            format!("{given}-secret-1"),
            format!("--given-name={given}"),
            format!("--surname={family}"),
        );
        let mail = format!("--mail-address={login}@{REALM}");
        tool(&["user", "create", login, &password, &given, &family, &mail]).await?;
    }
    tool(&["user", "disable", "dave"]).await?;
    for (group, members) in GROUPS {
        tool(&["group", "add", group]).await?;
        tool(&["group", "addmembers", group, members]).await?;
    }
    Ok(())
}
