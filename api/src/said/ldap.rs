//! What an LDAP server answers, by its result code (RFC 4511, appendix A).

sentences! { "ldap":
    SUCCESS = "0", "The server did it (code 0).";
    OPERATIONS_ERROR = "1", "The server cannot do this in its present state: does it want a sign-in first (code 1)?";
    PROTOCOL_ERROR = "2", "The server did not understand the request (code 2).";
    TIME_LIMIT = "3", "The server's time limit ended the search (code 3).";
    SIZE_LIMIT = "4", "The server's size limit cut the answer off (code 4).";
    METHOD_UNKNOWN = "7", "The server does not know this way to sign in (code 7).";
    STRONGER_AUTHENTICATION = "8", "The server wants an encrypted connection: use ldaps:// or StartTLS (code 8).";
    REFERRAL = "10", "The server only names another server, which is not followed (code 10).";
    ADMINISTRATIVE_LIMIT = "11", "A limit that an administrator set ended the search (code 11).";
    CONTROL_UNKNOWN = "12", "The server does not know a control that is needed (code 12).";
    CONFIDENTIALITY = "13", "The server wants an encrypted connection (code 13).";
    NO_ATTRIBUTE = "16", "The attribute does not exist (code 16).";
    MATCHING = "18", "The server cannot compare like this (code 18).";
    CONSTRAINT = "19", "A rule of the server does not allow it (code 19).";
    NO_OBJECT = "32", "There is no such entry, or the account may not see it (code 32).";
    BAD_DN = "34", "A DN is written wrongly (code 34).";
    NO_PASSWORD = "48", "The account cannot sign in with a password (code 48).";
    CREDENTIALS = "49", "The name or password is wrong (code 49).";
    RIGHTS = "50", "The account has not the right to do this (code 50).";
    BUSY = "51", "The server is busy (code 51).";
    UNAVAILABLE = "52", "The server is not available now (code 52).";
    UNWILLING = "53", "The server is not willing to do this (code 53).";
    OTHER = "80", "The server failed inside (code 80).";
    REFUSED = "refused", "The server refused (code {code}).";
}
