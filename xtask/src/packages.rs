//! What must be on the machine before anything can be built: Debian's packages, Go, and the Rust target of the browser.
//!
//! Everything that a command will need is looked at before its first long step, and told in one list.

mod go;

use anyhow::{Result, bail};

use crate::{process, progress};

/// What something on the machine is needed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    /// Building the frontend and the server.
    Build,
    /// The tests of both databases.
    Database,
    /// The tests in a browser.
    Browser,
    /// Clusters of the test bed.
    Clusters,
    /// Directory servers of the test bed.
    Directories,
}

/// A program that must be found, and the Debian package that has it.
#[derive(Clone, Copy)]
struct Need {
    /// The program, or a path to a file.
    program: &'static str,
    /// The Debian package.
    package: &'static str,
}

/// For building the frontend and the server.
const BUILD: &[Need] = &[
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
const DATABASE: &[Need] = &[Need {
    program: "psql",
    package: "postgresql",
}];

/// For the tests in a browser. The fonts make the screenshots of the Chinese pages readable.
const BROWSER: &[Need] = &[
    Need {
        program: "/usr/bin/chromium",
        package: "chromium",
    },
    // Measures answers in the bench of the console.
    Need {
        program: "curl",
        package: "curl",
    },
    // For the certificate of a GitHub that the journeys bring along.
    Need {
        program: "openssl",
        package: "openssl",
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

/// Installs what is missing as root; for anyone else says exactly what to install, in one list.
pub fn ensure(purposes: &[For]) -> Result<()> {
    let mut missing = Missing::default();
    for purpose in purposes {
        match purpose {
            For::Build => missing.needs(BUILD),
            For::Database => missing.needs(DATABASE),
            For::Browser => missing.needs(BROWSER),
            For::Clusters => {
                missing.packages(testbed::packages::DEBIAN_PACKAGES);
                missing.go();
            }
            For::Directories => missing.packages(testbed::packages::DIRECTORY_PACKAGES),
        }
    }
    missing.provide()
}

/// What a machine lacks.
#[derive(Debug, Default)]
struct Missing {
    /// Names of Debian packages.
    packages: Vec<String>,
    /// What Debian does not have, in sentences.
    by_hand: Vec<String>,
}

impl Missing {
    fn package(&mut self, name: &str) {
        if !self.packages.iter().any(|known| known == name) {
            self.packages.push(name.to_owned());
        }
    }

    fn needs(&mut self, needs: &[Need]) {
        for need in needs.iter().filter(|need| !is_there(need)) {
            self.package(need.package);
        }
    }

    /// Packages that the test bed names itself.
    fn packages(&mut self, named: &[(&str, &str)]) {
        // The query fails as a whole when one package is unknown, and still lists the others.
        let listed = process::command("dpkg-query")
            .args(["--show", "--showformat", "${Package} ${db:Status-Status}\n"])
            .args(named.iter().map(|(name, _)| *name))
            .output()
            .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
            .unwrap_or_default();
        for (name, _) in named {
            if !listed.lines().any(|line| line == format!("{name} installed")) {
                self.package(name);
            }
        }
    }

    /// Go builds the clusters' programs; where all of them were built before, it is not needed any more.
    fn go(&mut self) {
        match go::state() {
            go::State::Usable => {}
            go::State::InDebian => self.package("golang-go"),
            go::State::ByHand(sentence) => self.by_hand.push(sentence),
        }
    }

    /// Everything that is missing, as somebody would mend it; none when nothing is.
    fn words(&self) -> Option<String> {
        let mut lines = Vec::new();
        if !self.packages.is_empty() {
            lines.push(format!("    sudo apt-get install {}", self.packages.join(" ")));
        }
        lines.extend(self.by_hand.iter().map(|sentence| format!("    {sentence}")));
        (!lines.is_empty()).then(|| format!("install this and start again:\n\n{}\n", lines.join("\n")))
    }

    fn provide(&self) -> Result<()> {
        let Some(words) = self.words() else { return Ok(()) };
        // What cannot be installed from here is told before anything is, so that nobody waits in vain.
        let can_install = nix::unistd::Uid::effective().is_root() && process::find("apt-get").is_some();
        if !can_install || !self.by_hand.is_empty() {
            bail!("something is missing on this machine: {words}");
        }
        progress::step(format!("installing Debian packages: {}", self.packages.join(" ")));
        let apt = || {
            let mut apt = process::command("apt-get");
            apt.env("DEBIAN_FRONTEND", "noninteractive")
                .args(["-q", "-y", "-o", "DPkg::Lock::Timeout=300"]);
            apt
        };
        process::output(apt().arg("update"))?;
        process::output(apt().args(["install", "--no-install-recommends"]).args(&self.packages))
            .map_err(|error| error.context(words))?;
        Ok(())
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_missing_is_told_at_once_and_each_thing_once() {
        let absent = [
            Need {
                program: "/no/such/file",
                package: "gcc",
            },
            Need {
                program: "no-such-program",
                package: "gcc",
            },
            Need {
                program: "/",
                package: "base-files",
            },
        ];
        let mut missing = Missing::default();
        assert_eq!(missing.words(), None);
        missing.needs(&absent);
        missing.packages(&[("no-such-package", "for a test")]);
        missing.by_hand.push("Go 1.26".to_owned());
        assert_eq!(
            missing.words().unwrap(),
            "install this and start again:\n\n    sudo apt-get install gcc no-such-package\n    Go 1.26\n"
        );
        assert!(missing.provide().is_err());
    }
}
