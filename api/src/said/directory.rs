//! What a directory (LDAP, Active Directory) showed while it was asked or tried, and why it could not be.

sentences! { "directory":
    WRONG_SETTING = "wrong-setting", "{field}: {reason}.";
    NO_PASSWORD = "no-password", "The password of the account that reads the directory is missing.";
    NO_SERVER = "no-server", "The directory has no address.";
    LATE = "late", "The directory did not answer everything within {seconds} s.";
    UNREADABLE = "unreadable", "What the directory answered could not be read.";

    NAME_LATE = "name-late", "{address}: the host's name was not found in time: check DNS.";
    NAME_UNKNOWN = "name-unknown", "{address}: the host's name is not known here: check its spelling and DNS.";
    NAME_EMPTY = "name-empty", "{address}: the host's name has no address.";
    NOTHING_LISTENS = "nothing-listens", "{address}: nothing listens there: check the host and the port.";
    NO_ROUTE = "no-route", "{address}: there is no route to it from this machine.";
    NO_ANSWER = "no-answer", "{address}: no answer in time: does a firewall drop the packets?";
    NO_CONNECTION = "no-connection", "{address}: no connection: {reason}.";
    CONNECTION_LATE = "connection-late", "{address} gave no connection within {seconds} s.";
    NO_SOCKET = "no-socket", "There is no local socket: {reason}.";

    NO_TLS_HERE = "no-tls-here", "TLS cannot be used: {reason}.";
    NOTHING_TO_ENCRYPT_WITH = "nothing-to-encrypt-with", "{address}: there is no TLS to encrypt with.";
    SERVER_NAME = "server-name", "{name} is no name that a certificate can have.";
    START_TLS_BROKE = "start-tls-broke", "{address}: the connection broke during StartTLS: {reason}.";
    START_TLS_TOO_MUCH = "start-tls-too-much", "{address} answers StartTLS with too much.";
    START_TLS_ENDED = "start-tls-ended", "{address} ended the connection instead of answering StartTLS.";
    START_TLS_MORE = "start-tls-more", "{address} sent more than the answer to StartTLS before the encryption began.";
    START_TLS_REFUSED = "start-tls-refused", "{address} does not want StartTLS; nothing was sent without encryption.";
    START_TLS_OTHER = "start-tls-other", "{address} answered something else than StartTLS.";
    ENCRYPTION_LATE = "encryption-late", "{address}: the encryption was not ready in time.";
    ENDED_INSTEAD = "ended-instead",
        "{address} ended the connection instead of encrypting it: is this its port for ldaps?";
    ENCRYPTION_BROKE = "encryption-broke", "{address}: the connection broke while it was to be encrypted: {reason}.";
    ENCRYPTION_REFUSED = "encryption-refused", "{address} refused the encrypted connection ({alert}).";
    NO_TLS_THERE = "no-tls-there", "{address} does not speak TLS on this port.";
    NOT_ENCRYPTED = "not-encrypted", "{address}: no encrypted connection came about: {reason}.";

    AUTHORITY_UNREADABLE = "authority-unreadable",
        "The certificate authority is not readable as PEM (-----BEGIN CERTIFICATE-----).";
    AUTHORITY_BROKEN = "authority-broken", "The certificate authority holds a certificate that cannot be read.";
    AUTHORITY_EMPTY = "authority-empty",
        "The certificate authority holds no PEM certificate (-----BEGIN CERTIFICATE-----).";
    NO_AUTHORITY = "no-authority",
        "This machine trusts no certificate authority: give the directory's own, as PEM.";
    CERTIFICATE_UNTRUSTED = "certificate-untrusted",
        "The certificate of {address} was signed by nobody who is trusted: give the certificate authority that signed it.";
    CERTIFICATE_NAMESAKE = "certificate-namesake",
        "The certificate of {address} was signed by another certificate authority of the same name: give its newest one.";
    CERTIFICATE_EXPIRED = "certificate-expired",
        "The certificate of {address} has expired: renew it, or check this machine's clock.";
    CERTIFICATE_NOT_YET = "certificate-not-yet",
        "The certificate of {address} is not valid yet: check the clocks of both machines.";
    CERTIFICATE_OF_ANOTHER = "certificate-of-another",
        "The certificate of {address} is not for {expected}; it is for {presented}: use an address that is in it, or set the server name.";
    CERTIFICATE_OF_OTHERS = "certificate-of-others",
        "The certificate of {address} is for other names: use an address that is in it, or set the server name.";
    CERTIFICATE_REVOKED = "certificate-revoked", "The certificate of {address} was revoked.";
    CERTIFICATE_UNUSABLE = "certificate-unusable",
        "The certificate of {address} cannot be trusted ({reason}): it must be signed by the given certificate authority and be made for servers.";

    ANSWER_LATE = "answer-late", "{address} did not answer within {seconds} s.";
    CONNECTION_BROKE = "connection-broke", "{address}: the connection broke: {reason}.";
    CONNECTION_ENDED = "connection-ended", "{address} ended the connection.";
    CONNECTION_CLOSED = "connection-closed", "The connection to {address} was closed here.";
    NO_LDAP = "no-ldap", "{address} sent something that LDAP does not allow: {reason}.";
    MESSAGE_TOO_LONG = "message-too-long", "{address} announced a message of {bytes} bytes, more than {most}.";
    TOO_MANY_VALUES = "too-many-values", "{address} sent more values than one person or search can have.";
    TOO_MUCH = "too-much", "{address} sent more than one person or search can have.";

    SEARCH_FAILED = "search-failed", "{address} did not answer a search to its end.";
    NO_FILTER = "no-filter", "{filter} is no LDAP filter.";
    NO_BASE = "no-base", "{base} is not there, or the account that reads may not see it.";
    MORE_THAN_ALLOWED = "more-than-allowed", "There is more below {base} than the {most} that are allowed.";
    MORE_THAN_ASKED = "more-than-asked", "{base} answers more than was asked for.";
    MORE_THAN_ONE = "more-than-one", "The server answers more than one entry for {base}.";
    TOO_MANY_PAGES = "too-many-pages", "The search has more pages than can be read.";
    NO_NEXT_PAGE = "no-next-page", "The server's mark for the next page is unreadable.";
    PART_OF_VALUES = "part-of-values", "The server answered only a part of {attribute}.";
    MANY_VALUES = "many-values", "{place} has more than {most} {attribute}.";
    ENTRY_UNREADABLE = "entry-unreadable", "The server sent an entry that cannot be read.";
    ENTRY_NAMELESS = "entry-nameless", "The directory answered an entry without a name.";
    NO_STABLE_ID = "no-stable-id",
        "{place} has not exactly one {attribute}: choose an attribute that every entry has once and keeps for ever.";
    FOREIGN_ID = "foreign-id", "What is kept is no {attribute} of this directory.";
    OTHER_ID = "other-id", "The directory answered somebody with another {attribute}.";

    READER_NOT_LET_IN = "reader-not-let-in", "The account that reads the directory was not let in.";
    PASSWORD_UNUSABLE = "password-unusable", "The password is empty, too long, or holds a NUL.";
    NAME_INVISIBLE = "name-invisible", "The name holds control characters.";
    NAME_LENGTH = "name-length", "The name is empty or too long.";
    NAME_MISSING = "name-missing", "The name is empty.";
    OTHER_DOMAIN = "other-domain", "The name belongs to another domain.";
    NO_DOMAIN = "no-domain", "The name has a domain, and none is configured.";
    NOBODY = "nobody", "There is no account that matches the name.";
    AMBIGUOUS = "ambiguous", "There is more than one account that matches the name.";
    STATE_UNREADABLE = "state-unreadable",
        "userAccountControl cannot be read, so nobody knows whether the account is enabled.";
    ACCOUNT_DISABLED = "account-disabled", "nsAccountLock: the account is disabled.";
    ACCOUNT_LOCKED = "account-locked", "pwdAccountLockedTime: the account was locked by an administrator.";
    PASSWORD_RESET = "password-reset", "pwdReset: the password must be changed first.";
    PASSWORD_MUST_CHANGE = "password-must-change", "The password must be changed first.";

    NO_GROUP_IN_SIGHT = "no-group-in-sight",
        "No group can be found: the account that reads sees not one group below the bases for groups. Check its rights, the bases and the object classes (leave the bases empty when there are no groups).";
    NO_TOKEN_GROUPS = "no-token-groups",
        "The directory answers no tokenGroups: only Active Directory has them, and the account that reads needs the right to see them.";
    MEMBER_OF_UNREADABLE = "member-of-unreadable", "A value of memberOf is no DN.";
    NO_ATTRIBUTE = "no-attribute", "{place} has no {attribute}.";
    NO_PRIMARY_ID = "no-primary-id", "primaryGroupID or objectSid of {place} cannot be read.";
    NO_PRIMARY_GROUP = "no-primary-group", "The primary group of {place} cannot be read.";
    TOO_MANY_GROUPS = "too-many-groups",
        "The person is in more than {most} groups: raise that limit, or narrow the groups by a base or a filter.";
}
