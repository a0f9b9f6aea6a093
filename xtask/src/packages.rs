//! What must be on the machine before anything can be built: Debian's packages and the Rust target of the browser.

use anyhow::{Result, bail};

use crate::{process, progress};

/// A program that must be found, and the Debian package that has it.
#[derive(Clone, Copy)]
pub struct Need {
    /// The program, or a path to a file.
    pub program: &'static str,
    /// The Debian package.
    pub package: &'static str,
}

/// For building the frontend and the server.
pub const BUILD: &[Need] = &[
    Need {
        program: "cc",
        package: "gcc",
    },
    Need {
        program: "/usr/include/stdlib.h",
        package: "libc6-dev",
    },
    Need {
        program: "node",
        package: "nodejs",
    },
    Need {
        program: "npm",
        package: "npm",
    },
];

/// For the tests of both databases.
pub const DATABASE: &[Need] = &[Need {
    program: "psql",
    package: "postgresql",
}];

/// For the tests in a browser. The fonts make the screenshots of the Chinese pages readable.
pub const BROWSER: &[Need] = &[
    Need {
        program: "/usr/bin/chromium",
        package: "chromium",
    },
    Need {
        program: "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
        package: "fonts-noto-cjk",
    },
    Need {
        program: "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf",
        package: "fonts-liberation",
    },
];

fn is_there(need: &Need) -> bool {
    if need.program.starts_with('/') {
        std::path::Path::new(need.program).exists()
    } else {
        process::find(need.program).is_some()
    }
}

/// Installs what is missing as root; for anyone else says exactly what to install.
pub fn ensure(needs: &[Need]) -> Result<()> {
    let missing: Vec<&str> = needs
        .iter()
        .filter(|need| !is_there(need))
        .map(|need| need.package)
        .collect();
    install(&missing)
}

/// The packages that the test bed names itself.
pub fn ensure_for_testbed() -> Result<()> {
    let names: Vec<&str> = testbed::packages::DEBIAN_PACKAGES
        .iter()
        .map(|(name, _)| *name)
        .collect();
    // The query fails as a whole when one package is unknown, and still lists the others.
    let listed = process::command("dpkg-query")
        .args(["--show", "--showformat", "${Package} ${db:Status-Status}\n"])
        .args(&names)
        .output()
        .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
        .unwrap_or_default();
    let missing: Vec<&str> = names
        .into_iter()
        .filter(|name| !listed.lines().any(|line| line == format!("{name} installed")))
        .collect();
    install(&missing)
}

/// Installs these Debian packages, or says which to install.
pub fn install(missing: &[&str]) -> Result<()> {
    if missing.is_empty() {
        return Ok(());
    }
    let list = missing.join(" ");
    let by_hand = format!("install these Debian packages and start again:\n\n    sudo apt-get install {list}\n");
    if !nix::unistd::Uid::effective().is_root() || process::find("apt-get").is_none() {
        bail!("something is missing on this machine: {by_hand}");
    }
    progress::step(format!("installing Debian packages: {list}"));
    let apt = || {
        let mut apt = process::command("apt-get");
        apt.env("DEBIAN_FRONTEND", "noninteractive")
            .args(["-q", "-y", "-o", "DPkg::Lock::Timeout=300"]);
        apt
    };
    process::output(apt().arg("update"))?;
    process::output(apt().args(["install", "--no-install-recommends"]).args(missing))
        .map_err(|error| error.context(by_hand))?;
    Ok(())
}

/// The Rust standard library for the browser.
pub fn ensure_wasm_target() -> Result<()> {
    let sysroot = process::output(process::command("rustc").args(["--print", "sysroot"]))?;
    let library = std::path::Path::new(sysroot.trim()).join("lib/rustlib/wasm32-unknown-unknown/lib");
    if library.is_dir() {
        return Ok(());
    }
    progress::step("adding the Rust target wasm32-unknown-unknown");
    process::run(process::command("rustup").args(["target", "add", "wasm32-unknown-unknown"]))
}
