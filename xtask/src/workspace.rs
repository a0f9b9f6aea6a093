//! Where things are: the repository, its build folders and the cache that outlives them.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// The root of the repository.
pub fn root() -> &'static Path {
    // Cargo says where the package is that it runs: checkouts that share a target folder share this program, too.
    static PACKAGE: LazyLock<PathBuf> = LazyLock::new(|| {
        let built_in = || env!("CARGO_MANIFEST_DIR").into();
        std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(built_in, PathBuf::from)
    });
    // The manifest's folder is `<root>/xtask`: it always has a parent.
    PACKAGE.parent().unwrap_or(Path::new("."))
}

/// The folder for host builds: `CARGO_TARGET_DIR` where it is set (continuous integration keeps it warm), else `target/`.
pub fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// The folder for the frontend's builds: its own, so that it never waits for a host build.
pub fn frontend_target() -> PathBuf {
    target().join("frontend")
}

/// The built frontend, as Trunk.toml names it and as the server embeds it.
pub fn dist() -> PathBuf {
    root().join("target/dist")
}

/// Screenshots, figures and logs of test and bench runs.
pub fn artifacts(kind: &str) -> PathBuf {
    root().join("target").join(kind)
}

/// The cache for what is slow to build and keyed by version: `$MUSTER_CACHE`, else the user's cache folder.
pub fn cache() -> PathBuf {
    let set = |name: &str| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    set("MUSTER_CACHE")
        .or_else(|| set("XDG_CACHE_HOME").map(|folder| folder.join("muster")))
        .or_else(|| set("HOME").map(|folder| folder.join(".cache/muster")))
        .unwrap_or_else(|| root().join("target/cache"))
}
