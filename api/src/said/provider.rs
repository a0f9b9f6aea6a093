//! Why a provider on the web (GitHub, OpenID Connect) could not be asked.

sentences! { "provider":
    UNREACHABLE = "unreachable", "{host} cannot be reached: {reason}.";
    SLOW = "slow", "{host} did not answer within {seconds} seconds.";
    TOO_LARGE = "too-large", "{host} answered with more than {megabytes} MB.";
    NO_REQUEST = "no-request", "No request can be made to {address}: {reason}.";
    LATE = "late", "The answers took more than {seconds} seconds in all.";
    NO_AUTHORITY = "no-authority", "The certificate authority is no certificate in PEM form.";
    AUTHORITY_UNUSABLE = "authority-unusable",
        "No client can be made with these certificate authorities: {reason}.";
    NO_ADDRESS = "no-address", "`{address}` is no address; write for example `https://id.example.com`.";
    NOT_HTTPS = "not-https", "The address `{address}` must begin with https://: secrets go there.";
    MORE_THAN_AN_ADDRESS = "more-than-an-address", "The address `{address}` must have no user, no `?` and no `#`.";
}
