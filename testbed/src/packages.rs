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
