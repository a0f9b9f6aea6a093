//! What a provider of OpenID Connect showed while it was asked or tried, and why it could not be.

sentences! { "oidc":
    NO_CLIENT = "no-client", "The id of the client is missing.";
    NO_ISSUER = "no-issuer", "The issuer is no address: {reason}.";
    ANSWERS = "answers", "{address} answers.";
    ANSWERS_STATUS = "answers-status", "{address} answers {status}; check the issuer.";
    DISCOVERY_STATUS = "discovery-status",
        "{issuer} answered {status} where its discovery document or its keys should be; check the issuer.";
    DISCOVERY_UNUSABLE = "discovery-unusable", "The discovery document of {issuer} cannot be used: {reason}.";
    DISCOVERY_LACKS = "discovery-lacks",
        "The discovery document of {issuer} cannot be used: `{field}` is missing or wrong.";
    SIGN_IN_NOT_HTTPS = "sign-in-not-https",
        "The discovery document of {issuer} cannot be used: its sign-in page `{address}` is not https.";
    NO_TOKEN_ENDPOINT = "no-token-endpoint", "The provider's discovery document names no token endpoint.";
    NAMES_ITSELF = "names-itself", "The provider names itself {issuer}.";

    KEYS = "keys", "{count} keys." | "{count} key.";
    NO_KEY = "no-key", "The provider has no key that tokens could be checked with.";
    SHARED_SECRET = "shared-secret",
        "The provider signs tokens with a shared secret or not at all; let it sign with RS256 or ES256.";
    SIGN_IN_ANSWERS = "sign-in-answers", "The sign-in page {address} answers.";
    SIGN_IN_STATUS = "sign-in-status", "The sign-in page {address} answers {status}.";
    CLIENT_KNOWN = "client-known", "The provider knows the client.";
    CLIENT_REFUSED = "client-refused", "{issuer} does not accept the client's id and secret; enter them again.";
    TOKEN_FOR_NOBODY = "token-for-nobody",
        "The provider gave a token for a code that nobody was given; do not trust it.";

    CODE_USED = "code-used", "The code or token was used already, is too old, or was withdrawn.";
    NO_TOKEN = "no-token", "{issuer} gave no token: {reason}.";
    NOT_A_TOKEN = "not-a-token", "{issuer} answered with something that is no token.";
    NO_IDENTITY_TOKEN = "no-identity-token", "The provider gave no identity token.";
    TOKEN_UNTRUSTED = "token-untrusted", "The identity token cannot be trusted: {reason}.";
    NO_SUBJECT = "no-subject", "The provider named no subject.";
    OTHER_ACCOUNT = "other-account", "The provider answered for another account.";
    USER_UNTRUSTED = "user-untrusted", "The user information of {issuer} cannot be trusted: {reason}.";
    USER_STATUS = "user-status", "{issuer} answered {status} to the question for user information.";
    USER_UNREADABLE = "user-unreadable", "The user information of {issuer} cannot be read.";

    GROUPS_NOT_SAID = "groups-not-said", "{issuer} said nothing of groups.";
    GROUPS_ELSEWHERE = "groups-elsewhere",
        "The account is in more groups than fit into the claim `{claim}`; let the provider give only the groups that are assigned to this application.";
    CLAIM_UNREADABLE = "claim-unreadable", "The claim `{claim}` is neither a text nor a list of texts.";
    TOO_MANY_GROUPS = "too-many-groups", "The claim `{claim}` has more than {most} groups.";
}
