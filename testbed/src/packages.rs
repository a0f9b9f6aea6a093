//! What the test bed needs from the machine: the lists that installers read.

/// Debian packages for clusters, and what each is for.
pub const DEBIAN_PACKAGES: &[(&str, &str)] = &[
    ("busybox-static", "the programs inside the test images"),
    ("conntrack", "kube-proxy removes stale connections with it"),
    ("containernetworking-plugins", "the network of pods on real nodes"),
    ("iproute2", "links and bridges between real nodes"),
    ("iptables", "kube-proxy writes Services with it"),
    ("runc", "starts containers on real nodes"),
    (
        "util-linux",
        "namespaces of real nodes; ends children with their parent",
    ),
];

/// Debian packages for directories, and what each is for. Only `directory` needs them: where a service manager runs,
/// installing them starts servers of the machine's own.
pub const DIRECTORY_PACKAGES: &[(&str, &str)] = &[
    ("ldap-utils", "loads people into OpenLDAP"),
    ("samba", "an Active Directory domain controller"),
    ("samba-ad-provision", "makes a new domain"),
    ("samba-dsdb-modules", "the domain's database"),
    ("samba-vfs-modules", "file permissions that making a domain sets"),
    ("slapd", "an OpenLDAP server"),
    ("winbind", "looks up the domain's names"),
];

/// The oldest Go that fetches by itself the one that the `go.mod` files ask for.
pub const OLDEST_GO: (u32, u32) = (1, 21);

/// Major and minor number of the Go on PATH; none when there is none.
pub fn go_version() -> Option<(u32, u32)> {
    // Away from every go.mod: inside one it might fetch another Go before it answers.
    let output = std::process::Command::new("go")
        .arg("version")
        .current_dir("/")
        .env("GOTOOLCHAIN", "local")
        .output()
        .ok()?;
    version_of(&String::from_utf8_lossy(&output.stdout))
}

/// `go version go1.26.8 linux/amd64`
fn version_of(said: &str) -> Option<(u32, u32)> {
    let version = said.split_whitespace().find_map(|word| word.strip_prefix("go1."))?;
    let minor = version.split(|character: char| !character.is_ascii_digit()).next()?;
    Some((1, minor.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::version_of;

    #[test]
    fn gos_version_is_read_off_what_it_says() {
        assert_eq!(version_of("go version go1.26.8 linux/amd64"), Some((1, 26)));
        assert_eq!(version_of("go version go1.27rc1 linux/amd64"), Some((1, 27)));
        assert_eq!(version_of("go version go1.19 linux/arm64"), Some((1, 19)));
        assert_eq!(version_of("command not found"), None);
    }
}
