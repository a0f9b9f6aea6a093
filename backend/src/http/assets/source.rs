//! Where the application's files come from: the program itself in release builds; in debug builds the folder that the
//! frontend is built into, or the one that `MUSTER_DIST` names.

use std::borrow::Cow;

use axum::body::Bytes;
#[cfg(debug_assertions)]
use sha2::{Digest, Sha256};

#[derive(rust_embed::RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../target/dist"]
struct Embedded;

/// One file of the application.
pub(super) struct File {
    content: Bytes,
    hash: [u8; 32],
}

impl File {
    /// Its content.
    pub(super) fn content(&self) -> Bytes {
        self.content.clone()
    }

    /// Names its content.
    pub(super) fn hash(&self) -> String {
        hex::encode(&self.hash[..16])
    }
}

/// The file of this name.
pub(super) fn find(name: &str) -> Option<File> {
    #[cfg(debug_assertions)]
    if let Some(folder) = std::env::var_os("MUSTER_DIST") {
        return read(std::path::Path::new(&folder), name);
    }
    let file = Embedded::get(name)?;
    let hash = file.metadata.sha256_hash();
    let content = match file.data {
        Cow::Borrowed(content) => Bytes::from_static(content),
        Cow::Owned(content) => Bytes::from(content),
    };
    Some(File { content, hash })
}

/// A file of a folder, and of nothing around it.
#[cfg(debug_assertions)]
fn read(folder: &std::path::Path, name: &str) -> Option<File> {
    let plain = |part: std::path::Component<'_>| matches!(part, std::path::Component::Normal(_));
    if !std::path::Path::new(name).components().all(plain) {
        return None;
    }
    let content = std::fs::read(folder.join(name)).ok()?;
    let hash = Sha256::digest(&content).into();
    Some(File {
        content: Bytes::from(content),
        hash,
    })
}
