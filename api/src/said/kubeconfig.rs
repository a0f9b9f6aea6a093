//! Why a context of a kubeconfig cannot be used, and what to do instead.

sentences! { "kubeconfig":
    NO_CLUSTER = "no-cluster", "It names no cluster.";
    NO_USER = "no-user", "It names no user: Muster needs credentials; a service account's token will do.";
    UNKNOWN_CLUSTER = "unknown-cluster", "It names the cluster \"{name}\", which is not in the file.";
    UNKNOWN_USER = "unknown-user", "It names the user \"{name}\", which is not in the file.";
    CONTEXT_TWICE = "context-twice",
        "The file has more than one context called \"{name}\": give each a name of its own.";
    CLUSTER_TWICE = "cluster-twice",
        "The file has more than one cluster called \"{name}\": give each a name of its own.";
    USER_TWICE = "user-twice", "The file has more than one user called \"{name}\": give each a name of its own.";

    AUTHORITY_FILE = "authority-file",
        "Cluster \"{name}\" names its CA as a file (certificate-authority), which Muster does not open: put the content in (kubectl config view --flatten --raw does).";
    PROXY = "proxy",
        "Cluster \"{name}\" asks for a proxy (proxy-url), which Muster does not use: give an address that this server reaches directly.";
    UNCHECKED = "unchecked",
        "Cluster \"{name}\" turns certificate checks off (insecure-skip-tls-verify): put the cluster's CA into certificate-authority-data instead.";
    NO_ADDRESS = "no-address", "Cluster \"{name}\" has no server address.";
    NO_HOST_NAME = "no-host-name", "The tls-server-name \"{name}\" is not a host name.";
    ADDRESS_UNREADABLE = "address-unreadable", "\"{address}\" is not an address: write it as https://host:6443.";
    ADDRESS_IN_CLEAR = "address-in-clear",
        "The server's address begins with http://, which would send credentials in the clear: use its https:// address.";
    ADDRESS_NOT_HTTPS = "address-not-https", "\"{address}\" is not an https:// address.";
    ADDRESS_WITH_PASSWORD = "address-with-password",
        "The server's address holds a user name or password: take it out and use a token.";
    ADDRESS_WITH_MORE = "address-with-more",
        "The server's address must be just https://host:port, with a path when there is one.";

    PROGRAM = "program",
        "User \"{name}\" starts a program to sign in (exec), which Muster never does: use a service account's token (kubectl create token) or a client certificate.";
    PLUGIN = "plugin",
        "User \"{name}\" signs in by a plugin (auth-provider), which Muster does not have: use a service account's token (kubectl create token) or a client certificate.";
    FILE = "file",
        "User \"{name}\" names a file ({field}), which Muster does not open: put the content in (kubectl config view --flatten --raw does).";
    IMPERSONATES = "impersonates",
        "User \"{name}\" impersonates somebody else (as), which Muster does not take from a kubeconfig: take it out.";
    NO_KEY = "no-key", "User \"{name}\" has a client certificate but no key (client-key-data).";
    NO_CERTIFICATE = "no-certificate", "User \"{name}\" has a key but no client certificate (client-certificate-data).";
    NO_CREDENTIALS = "no-credentials",
        "User \"{name}\" has no credentials: use a service account's token (kubectl create token) or a client certificate.";
    HALF_A_PASSWORD = "half-a-password", "User \"{name}\" has only one of username and password.";
    TOKEN_EMPTY = "token-empty", "The token is empty.";
    TOKEN_WITH_SPACES = "token-with-spaces",
        "The token has spaces, line ends or other characters that no token has.";
    DATA_UNREADABLE = "data-unreadable", "Its data cannot be read: {reason}.";
}
