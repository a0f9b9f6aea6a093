//! slapd with a configuration and a database of its own.

use super::{Access, Administrator, BASE, SERVICE_PASSWORD, require, run};
use crate::cache;
use crate::certificates::Authority;
use crate::control_plane::late;
use crate::error::Result;
use crate::ports;
use crate::process::Process;
use crate::run_folder::RunFolder;
use std::net::Ipv4Addr;
use std::path::Path;
use std::time::{Duration, Instant};

/// Who may do everything, for loading the people.
const MANAGER_PASSWORD: &str = "Manager-secret-1";
const PEOPLE: &str = include_str!("../../directory/people.ldif");

/// Starts slapd and loads the people.
pub(super) async fn start(run_folder: &RunFolder) -> Result<(Process, Access, Administrator)> {
    require(&[("/usr/sbin/slapd", "slapd"), ("/usr/bin/ldapadd", "ldap-utils")])?;
    let folder = run_folder.subfolder("slapd")?;
    run_folder.subfolder("slapd/database")?;
    let authority = Authority::create(&folder)?;
    let names = ["localhost".to_owned(), Ipv4Addr::LOCALHOST.to_string()];
    let server = authority.sign("server", "localhost", None, &names)?;
    let configuration = folder.join("slapd.conf");
    cache::write_atomically(&configuration, text(&folder, &authority, &server).as_bytes())?;
    let (port, start_tls_port) = (ports::free()?, ports::free()?);
    let (url, start_tls_url) = (
        format!("ldaps://127.0.0.1:{port}"),
        format!("ldap://127.0.0.1:{start_tls_port}"),
    );
    // Debugging, even of nothing, is what keeps slapd from leaving for the background.
    let arguments = [
        "-f".to_owned(),
        configuration.display().to_string(),
        "-h".to_owned(),
        format!("{url} {start_tls_url}"),
    ];
    let arguments = [&arguments[..], &["-d".to_owned(), "0".to_owned()]].concat();
    let mut process = Process::start(
        "slapd",
        Path::new("/usr/sbin/slapd"),
        &arguments,
        &folder.join("slapd.log"),
    )?;
    run_folder.note_process("slapd", process.id())?;
    listening(&mut process, Ipv4Addr::LOCALHOST, port).await?;
    load(&folder, &url, &authority).await?;
    let access = Access {
        url,
        start_tls_url,
        certificate_authority: authority.pem().to_owned(),
        base: BASE.to_owned(),
        service_account: format!("cn=muster,ou=services,{BASE}"),
        service_password: SERVICE_PASSWORD.to_owned(),
    };
    let administrator = Administrator {
        name: format!("cn=manager,{BASE}"),
        password: MANAGER_PASSWORD,
    };
    Ok((process, access, administrator))
}

/// Waits until a server accepts connections.
pub(super) async fn listening(process: &mut Process, address: Ipv4Addr, port: u16) -> Result<()> {
    let patience = Duration::from_secs(60);
    let deadline = Instant::now() + patience;
    while tokio::net::TcpStream::connect((address, port)).await.is_err() {
        process.check()?;
        if Instant::now() > deadline {
            return Err(late("the directory did not listen", patience, ""));
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

/// Adds the people while the server runs: only then does it keep `memberOf`.
async fn load(folder: &Path, url: &str, authority: &Authority) -> Result<()> {
    let people = folder.join("people.ldif");
    cache::write_atomically(&people, PEOPLE.as_bytes())?;
    let arguments = [
        "-x",
        "-H",
        url,
        "-D",
        &format!("cn=manager,{BASE}"),
        "-w",
        MANAGER_PASSWORD,
        "-f",
    ];
    let mut arguments: Vec<String> = arguments.map(str::to_owned).to_vec();
    arguments.push(people.display().to_string());
    let trusted = authority.identity().certificate.display().to_string();
    run("ldapadd", &arguments, &[("LDAPTLS_CACERT", trusted)]).await
}

fn text(folder: &Path, authority: &Authority, server: &crate::certificates::Identity) -> String {
    let folder = folder.display();
    let (ca, certificate, key) = (
        authority.identity().certificate.display(),
        server.certificate.display(),
        server.key.display(),
    );
    format!(
        "include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/nis.schema
include /etc/ldap/schema/inetorgperson.schema
pidfile {folder}/slapd.pid
argsfile {folder}/slapd.args
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload memberof
moduleload ppolicy
# As some directories do: who sends no password is let in as nobody.
allow bind_anon_cred
TLSCACertificateFile {ca}
TLSCertificateFile {certificate}
TLSCertificateKeyFile {key}
TLSVerifyClient never

database mdb
maxsize 1073741824
suffix \"{BASE}\"
rootdn \"cn=manager,{BASE}\"
rootpw {MANAGER_PASSWORD}
directory {folder}/database
dbnosync
index objectClass,entryUUID,uid,cn,mail,member,uniqueMember,memberUid,gidNumber eq
# Everyone else meets the usual limit of 500 entries.
limits dn.exact=\"cn=muster,ou=services,{BASE}\" size.soft=unlimited size.hard=unlimited size.prtotal=unlimited
overlay memberof
memberof-group-oc groupOfNames
memberof-member-ad member
memberof-refint TRUE
# Holds only for whom pwdPolicySubentry names a policy.
overlay ppolicy
access to attrs=userPassword by self write by anonymous auth by * none
# An account that is let in and sees neither people nor groups; nothing tells it that there are any.
access to dn.children=\"ou=people,{BASE}\" by dn.exact=\"cn=blind,ou=services,{BASE}\" none by * break
access to dn.children=\"ou=groups,{BASE}\" by dn.exact=\"cn=blind,ou=services,{BASE}\" none by * break
access to * by users read by * none
"
    )
}
