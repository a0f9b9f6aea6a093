//! Free ports on the loopback address.

use crate::cache;
use crate::error::{Error, FileContext as _, Result};
use rand::RngExt as _;
use std::fs::File;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::sync::Mutex;

/// Below the range from which the kernel takes the ports of outgoing connections, so that none of those takes ours.
const RANGE: std::ops::Range<u16> = 20_000..32_000;

/// The locks of the ports that this process was given.
static TAKEN: Mutex<Vec<File>> = Mutex::new(Vec::new());

/// A port that nobody listens on at the moment, and that no test bed of this user is given again while this process lives:
/// between looking and listening there is time for others.
pub(crate) fn free() -> Result<u16> {
    let folder = cache::subfolder("testbed/ports")?;
    let mut random = rand::rng();
    for _attempt in 0..200 {
        let port = random.random_range(RANGE);
        let Some(lock) = reserve(&folder, port)? else { continue };
        if TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).is_ok() {
            if let Ok(mut taken) = TAKEN.lock() {
                taken.push(lock);
            }
            return Ok(port);
        }
    }
    Err(Error::Unsupported("no free port between 20000 and 32000".to_owned()))
}

/// Locks a port; none when somebody has it.
fn reserve(folder: &Path, port: u16) -> Result<Option<File>> {
    let path = folder.join(port.to_string());
    let file = File::create(&path).file("create", &path)?;
    Ok(file.try_lock().is_ok().then_some(file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_given_to_one_only_until_that_one_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let first = reserve(folder.path(), 20_001).unwrap();
        assert!(first.is_some());
        assert!(reserve(folder.path(), 20_001).unwrap().is_none());
        assert!(reserve(folder.path(), 20_002).unwrap().is_some());
        drop(first);
        assert!(reserve(folder.path(), 20_001).unwrap().is_some());
    }
}
