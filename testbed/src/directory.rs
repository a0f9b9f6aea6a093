//! Identity servers with a small company in them: OpenLDAP, and Samba as an Active Directory domain controller.
//!
//! Both hold the same people (alice, bob, carol, dave; each password is the name with a capital letter followed by
//! `-secret-1`) and the same groups: developers (alice, bob), operators (bob), console-administrators (carol), and staff,
//! which has the other three as members. In Samba dave's account is disabled.

mod openldap;
mod samba;

use crate::binaries::run_blocking;
use crate::cache;
use crate::error::{Error, FileContext, Result};
use crate::holder::{self, Orders};
use crate::process::Process;
use crate::run_folder::RunFolder;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::str::FromStr;

/// The root of both directories.
const BASE: &str = "dc=muster,dc=test";
/// The password of the account that reads the directory.
const SERVICE_PASSWORD: &str = "Service-secret-1";

/// Which server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// OpenLDAP's slapd.
    OpenLdap,
    /// A Samba domain controller; needs root, because its ports are fixed.
    Samba,
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::OpenLdap => "openldap",
            Self::Samba => "samba",
        })
    }
}

impl FromStr for Kind {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        [Self::OpenLdap, Self::Samba]
            .into_iter()
            .find(|kind| kind.to_string() == text)
            .ok_or_else(|| Error::Unsupported(format!("the test bed has no directory {text}: use openldap or samba")))
    }
}

/// How to use a directory.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Access {
    /// The address that is encrypted from the start.
    pub url: String,
    /// The address that becomes encrypted by `StartTLS`.
    pub start_tls_url: String,
    /// The certificate authority that signed the server's certificate, as PEM.
    pub certificate_authority: String,
    /// Below which everything is.
    pub base: String,
    /// An account that may read everything but passwords.
    pub service_account: String,
    /// That account's password.
    pub service_password: String,
}

/// A running directory. Dropping it ends it and removes everything it made.
pub struct Directory {
    access: Access,
    administrator: Administrator,
    // Dropped in this order: the process first, then what the run folder wrote down.
    process: Process,
    run: RunFolder,
}

/// Who may change everything.
struct Administrator {
    name: String,
    password: &'static str,
}

impl Directory {
    /// Starts a directory and waits until it has its people.
    pub async fn start(kind: Kind) -> Result<Self> {
        let run = run_blocking(move || RunFolder::create(&kind.to_string())).await?;
        let (process, access, administrator) = match kind {
            Kind::OpenLdap => openldap::start(&run).await?,
            Kind::Samba => samba::start(&run).await?,
        };
        Ok(Self {
            access,
            administrator,
            process,
            run,
        })
    }

    /// Changes the directory as its administrator. Entries without a `changetype` are added; the others are modified,
    /// renamed, moved or deleted as LDIF says (RFC 2849).
    pub async fn ldif(&self, changes: &str) -> Result<()> {
        let file = self
            .run
            .path()
            .join(format!("changes-{:016x}.ldif", rand::random::<u64>()));
        cache::write_private(&file, changes.as_bytes())?;
        let authority = self.run.path().join("trusted.crt");
        cache::write_atomically(&authority, self.access.certificate_authority.as_bytes())?;
        let arguments = [
            "-x",
            "-a",
            "-H",
            &self.access.url,
            "-D",
            &self.administrator.name,
            "-w",
            self.administrator.password,
            "-f",
            &file.display().to_string(),
        ];
        let arguments = arguments.map(str::to_owned);
        let done = run(
            "ldapmodify",
            &arguments,
            &[("LDAPTLS_CACERT", authority.display().to_string())],
        )
        .await;
        fs::remove_file(&file).file("remove", &file)?;
        done
    }

    /// How to use it.
    pub fn access(&self) -> &Access {
        &self.access
    }

    /// Ends the directory and waits until nothing of it is left.
    pub async fn stop(self) -> Result<()> {
        run_blocking(move || {
            drop(self);
            Ok(())
        })
        .await
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        self.process.kill();
    }
}

/// A password as Active Directory takes it, for `unicodePwd::` in LDIF.
pub fn unicode_password(password: &str) -> String {
    use base64::Engine as _;
    let units = format!("\"{password}\"");
    let bytes: Vec<u8> = units.encode_utf16().flat_map(u16::to_le_bytes).collect();
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// Starts a directory that lives on, unless it runs already, and tells how to use it.
///
/// `holder` must end in a call of [`hold`] with the same kind, in a process of its own.
pub async fn up(kind: Kind, holder: Command) -> Result<Access> {
    let _lock = cache::lock(&format!("directory-{kind}"))?;
    let folder = folder(kind)?;
    if !holder::answers(&folder).await {
        holder::start(&folder, &format!("the directory {kind}"), holder).await?;
    }
    read_access(&folder)
}

/// Ends a directory that lives on. Answers whether there was one.
pub async fn down(kind: Kind) -> Result<bool> {
    let folder = folder(kind)?;
    // The folder is the way to what runs: it stays when that could not be ended.
    let existed = holder::end(&folder).await?;
    fs::remove_dir_all(&folder).file("remove", &folder)?;
    Ok(existed)
}

/// Owns a directory until someone asks to end it. This is the whole life of a holder process.
pub async fn hold(kind: Kind) -> Result<()> {
    holder::leave_session();
    let folder = folder(kind)?;
    let directory = Directory::start(kind).await?;
    let text = serde_json::to_vec_pretty(directory.access()).map_err(|error| Error::Unsupported(error.to_string()))?;
    cache::write_atomically(&folder.join("access.json"), &text)?;
    let mut orders = Orders::listen(&folder)?;
    while let Some(order) = orders.next().await {
        if order.text == "stop" {
            let result = directory.stop().await;
            order.answer(&result).await;
            return result;
        }
        order.answer(&Ok(())).await;
    }
    directory.stop().await
}

fn folder(kind: Kind) -> Result<PathBuf> {
    cache::subfolder(&format!("directories/{kind}"))
}

fn read_access(folder: &Path) -> Result<Access> {
    let path = folder.join("access.json");
    let text = fs::read(&path).file("read", &path)?;
    serde_json::from_slice(&text)
        .map_err(|error| Error::Unsupported(format!("{} is not readable: {error}", path.display())))
}

/// Says which packages are missing.
fn require(programs: &[(&str, &str)]) -> Result<()> {
    let missing: Vec<_> = programs
        .iter()
        .filter(|(file, _)| !Path::new(file).exists())
        .map(|(_, package)| *package)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages = missing.join(" ");
    Err(Error::Unsupported(format!(
        "this directory needs Debian packages that are missing: apt-get install {packages}"
    )))
}

/// Runs a program to its end.
async fn run(program: &str, arguments: &[String], variables: &[(&str, String)]) -> Result<()> {
    let output = tokio::process::Command::new(program)
        .args(arguments)
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .kill_on_drop(true)
        .output()
        .await
        .map_err(|source| Error::Start {
            program: program.to_owned(),
            source,
        })?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    let lines: Vec<_> = said.lines().collect();
    let detail = lines[lines.len().saturating_sub(8)..].join("\n");
    Err(Error::Program {
        program: program.to_owned(),
        detail,
    })
}
