//! Why Active Directory did not let somebody in, by its own codes.

sentences! { "active-directory":
    NO_ACCOUNT = "525", "525: there is no such account.";
    WRONG_PASSWORD = "52e", "52e: the password is wrong.";
    RESTRICTED = "52f", "52f: a restriction of the account does not allow it.";
    NOT_AT_THIS_TIME = "530", "530: the account may not sign in at this time.";
    NOT_FROM_HERE = "531", "531: the account may not sign in from this machine.";
    PASSWORD_EXPIRED = "532", "532: the password has expired.";
    DISABLED = "533", "533: the account is disabled.";
    NO_RIGHT = "534", "534: the account has not the right to sign in like this.";
    TOO_MANY_GROUPS = "568", "568: the account is in too many groups.";
    EXPIRED = "701", "701: the account has expired.";
    MUST_CHANGE = "773", "773: the password must be changed first.";
    LOCKED = "775", "775: the account is locked after too many wrong passwords.";
}
