//! A real OpenID Connect provider, with the people of the directories: alice (in `developers`) and bob (in `developers` and
//! `operators`); each password is the name with a capital letter followed by `-secret-1`.
//!
//! It is the example provider of zitadel/oidc, a certified library, over HTTPS with an authority of its own. Its client is
//! `web` with the secret `secret`, which may ask for refresh tokens.

use crate::binaries::{Binary, run_blocking};
use crate::certificates::Authority;
use crate::control_plane::late;
use crate::error::Result;
use crate::ports;
use crate::process::Process;
use crate::run_folder::RunFolder;
use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

/// The id of the client.
pub const CLIENT: &str = "web";
/// Its secret.
pub const CLIENT_SECRET: &str = "secret";

/// A running provider; ended when dropped.
#[derive(Debug)]
pub struct Provider {
    issuer: String,
    certificate_authority: String,
    // Dropped in this order: the process first, then what the run folder wrote down.
    process: Process,
    _run: RunFolder,
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.process.kill();
    }
}

impl Provider {
    /// Starts a provider that sends people back to this address and to no other.
    pub async fn start(return_address: &str) -> Result<Self> {
        let program = Binary::OPENID_CONNECT.path().await?;
        let run = run_blocking(|| RunFolder::create("oidc")).await?;
        let folder = run.subfolder("oidc")?;
        let authority = Authority::create(&folder)?;
        let names = ["localhost".to_owned(), Ipv4Addr::LOCALHOST.to_string()];
        let server = authority.sign("server", "localhost", None, &names)?;
        let port = ports::free()?;
        let issuer = format!("https://localhost:{port}/");
        let arguments = [
            "-address".to_owned(),
            format!("127.0.0.1:{port}"),
            "-issuer".to_owned(),
            issuer.clone(),
            "-certificate".to_owned(),
            server.certificate.display().to_string(),
            "-key".to_owned(),
            server.key.display().to_string(),
            "-redirect".to_owned(),
            return_address.to_owned(),
        ];
        let mut process = Process::start("oidc", &program, &arguments, &folder.join("oidc.log"))?;
        run.note_process("oidc", process.id())?;
        listening(&mut process, port).await?;
        Ok(Self {
            issuer,
            certificate_authority: authority.pem().to_owned(),
            process,
            _run: run,
        })
    }

    /// What it calls itself.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Who vouches for it, as PEM.
    pub fn certificate_authority(&self) -> &str {
        &self.certificate_authority
    }

    /// Ends it and waits until nothing of it is left.
    pub async fn stop(self) -> Result<()> {
        run_blocking(move || {
            drop(self);
            Ok(())
        })
        .await
    }
}

async fn listening(process: &mut Process, port: u16) -> Result<()> {
    let patience = Duration::from_secs(30);
    let deadline = Instant::now() + patience;
    while tokio::net::TcpStream::connect((Ipv4Addr::LOCALHOST, port))
        .await
        .is_err()
    {
        process.check()?;
        if Instant::now() > deadline {
            return Err(late("the provider did not listen", patience, ""));
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}
