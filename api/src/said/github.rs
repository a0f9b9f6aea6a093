//! What GitHub showed while it was asked or tried, and why it could not be.

sentences! { "github":
    ADDRESS_WITH_PATH = "address-with-path",
        "The address of GitHub must end after the host: `https://github.example.com`.";
    ADDRESS_UNUSABLE = "address-unusable", "The address of GitHub cannot be used: {reason}.";
    NO_ID = "no-id", "The id of the OAuth application is missing.";
    NO_SECRET = "no-secret", "The secret of the OAuth application is missing.";
    SECRET_UNUSABLE = "secret-unusable", "The secret of the application has characters that no secret has.";
    NO_OAUTH_APP = "no-oauth-app",
        "The client id belongs to a GitHub App, whose tokens have no scopes; make an OAuth app instead.";

    ANSWERS = "answers", "GitHub answers at {address}.";
    NOT_GITHUB = "not-github", "{address} answers, but not as GitHub does: check the address.";
    APPLICATION_KNOWN = "application-known", "GitHub knows the application, and its secret is right.";
    NO_APPLICATION = "no-application", "{host} has no OAuth application with the id `{id}`.";
    APPLICATION_REFUSED = "application-refused",
        "{host} does not accept the application's id and secret; enter them again.";
    OTHER_CALLBACK = "other-callback",
        "{host} expects another callback address: enter this console's address followed by /api/v1/sign-in/callback in the OAuth application, and check --public-url.";
    CODE_USED = "code-used", "The code was used already or is too old.";
    EXCHANGE_REFUSED = "exchange-refused", "{host} refused to exchange the code: {reason}.";
    EXCHANGE_STATUS = "exchange-status", "{host} answered {status} to the exchange of a code.";
    NO_TOKEN = "no-token", "{host} answered to the exchange of the code with something that is no token.";

    REVOKED = "revoked", "the authorization was revoked.";
    SUSPENDED = "suspended", "the account is suspended.";
    GONE = "gone", "the account is gone.";
    HIDDEN = "hidden", "An organization hides its members until they sign in by its single sign-on.";
    NOT_APPROVED = "not-approved", "An organization has not approved this application.";
    LIMITED = "limited", "GitHub takes no more calls now.";
    LIMITED_FOR = "limited-for", "GitHub takes no more calls now, but in {seconds} seconds.";
    API_UNUSABLE = "api-unusable", "The address of the API cannot have a path.";
    PAGE_ELSEWHERE = "page-elsewhere", "The next page of a list is said to be on another server.";
    TOO_MANY_PAGES = "too-many-pages", "A list has more than {most} pages.";
    TOKEN_UNUSABLE = "token-unusable", "The token has characters that no token has.";
    UNREADABLE = "unreadable", "The answer of {path} cannot be read.";
    STATUS = "status", "{path} answered {status}: {reason}.";
    TEAM_CHANGED = "team-changed", "A team above another changed while it was read.";

    GRANT_FIRST = "grant-first",
        "GitHub did not let this console read your organizations and teams (read:org). Sign in again and grant it, or revoke the application in your GitHub settings first.";
    VERIFY_FIRST = "verify-first",
        "GitHub wants you to verify your e-mail address first. Do so in your GitHub settings, then sign in again.";
    SIGN_ON_FIRST = "sign-on-first",
        "One of your GitHub organizations demands its single sign-on before this console may read it. Sign in at the organization on GitHub, then sign in here again.";
    APPROVE_FIRST = "approve-first",
        "One of your GitHub organizations has not approved this application. Ask an owner of the organization to approve it, then sign in again.";

    TYPE_A_LOGIN = "type-a-login",
        "Type a login, or an id: user:583231, org:9919, team:678. A team has to be typed by its id: GitHub shows teams to their members only.";
    UNKNOWN_LOGIN = "unknown-login", "GitHub knows nobody with the login {login}.";
    IS_A_PERSON = "is-a-person", "{login} is a person, not a group.";
    IS_AN_ORGANIZATION = "is-an-organization", "{login} is an organization, not a person.";
    LOGIN_UNREADABLE = "login-unreadable", "GitHub's answer about a login cannot be read.";
    LOGIN_STATUS = "login-status",
        "GitHub answered {status} to the question who that is; type the id instead: user:583231, org:9919, team:678.";
}
