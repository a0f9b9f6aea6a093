//! What the administrator's test of a directory found, step by step, and what works but should not stay.

sentences! { "directory-test":
    CONNECTED = "connected", "{address} answers at {peer}.";
    ENCRYPTED = "encrypted", "The connection is encrypted with {version}.";
    ENCRYPTED_UNTIL = "encrypted-until",
        "The connection is encrypted with {version}; the certificate is valid until {day}.";
    NOT_ENCRYPTED = "not-encrypted", "The connection is not encrypted.";
    PASSWORDS_READABLE = "passwords-readable",
        "The connection is not encrypted: every password can be read on its way. Use ldaps://.";

    SILENT = "silent", "The server says nothing of itself.";
    VENDOR = "vendor", "It is {vendor} with {contexts}.";
    NO_VENDOR = "no-vendor", "It is a directory that does not name its maker, with {contexts}.";
    NOT_ACTIVE_DIRECTORY = "not-active-directory",
        "The server is not Active Directory. tokenGroups and the rule in chain find no groups there, and no error says so: choose LDAP.";
    IS_ACTIVE_DIRECTORY = "is-active-directory",
        "The server is Active Directory: choose it as the kind, so that disabled accounts and primary groups are recognised.";
    NO_PAGES = "no-pages",
        "The server does not answer in pages: its size limit is the most groups that can be read.";

    LET_IN = "let-in", "{name} is let in.";
    BASES = "bases", "All {count} bases are there." | "The only base is there.";
    NOBODY_VISIBLE = "nobody-visible",
        "Nobody is visible below {base}: check the object class, the filter and the rights of the account.";
    NO_GROUP_BASE = "no-group-base", "No base for groups is set: nobody has groups.";
    LIMITED = "limited",
        "The server limits its answers below {base}: a person with more groups than that cannot sign in. Raise the limit for the account that reads.";

    NOBODY_MATCHES = "nobody-matches",
        "Nobody with {attributes} = {name} matches the object class and the filter.";
    FOUND = "found", "{place} with {attribute} {id}.";
    NO_SHORT_NAME = "no-short-name", "The person has no {attribute}, so no short name.";
    NO_DISPLAY_NAME = "no-display-name", "The person has no {attribute}, so no name to show.";
    NO_EMAIL = "no-email", "The person has no {attribute}, so no e-mail address.";

    PASSWORD_NOT_SENT = "password-not-sent",
        "The password is empty, too long, or holds a NUL; it was not sent.";
    PASSWORD_RIGHT = "password-right", "The password is right.";
    SERVER_SAYS = "server-says", "In its own words the server says: {text}.";
    MAY_SIGN_IN = "may-sign-in", "The account may sign in.";

    NO_GROUPS = "no-groups", "The person is in no group.";
    NO_GROUPS_SEEN = "no-groups-seen", "The person is in no group that can be seen.";
    GROUPS = "groups",
        "{count} groups: {direct} direct, {nested} nested."
        | "{count} group: {direct} direct, {nested} nested.";
    GROUPS_WITH_PRIMARY = "groups-with-primary",
        "{count} groups: {direct} direct, {nested} nested, {primary} primary."
        | "{count} group: {direct} direct, {nested} nested, {primary} primary.";
    GROUPS_OF_TOKEN = "groups-of-token",
        "{count} groups: {listed} by tokenGroups, {primary} primary."
        | "{count} group: {listed} by tokenGroups, {primary} primary.";
}
