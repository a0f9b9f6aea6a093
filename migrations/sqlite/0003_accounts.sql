-- Accounts of providers, and the groups that come with them.

-- Where accounts are: directories, GitHub, OpenID Connect.
CREATE TABLE identity_providers (
    id         BLOB PRIMARY KEY NOT NULL,
    name       TEXT NOT NULL,
    -- The name in lower case: two providers are never told apart by case alone.
    name_key   TEXT NOT NULL UNIQUE,
    enabled    INTEGER NOT NULL,
    -- How it is asked (`ProviderSettings`) and who may sign in (`Admission`); no secret is in them.
    settings   TEXT NOT NULL,
    admission  TEXT NOT NULL,
    -- Passwords and client secrets: sealed, bound to this row.
    secrets    BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

-- The name of a user is unique among local ones only, and SQLite cannot take a rule out of a table: the table is made anew.
-- What refers to it waits beside it meanwhile, since removing a table removes what refers to its rows.
CREATE TABLE sessions_before AS SELECT * FROM sessions;
CREATE TABLE api_tokens_before AS SELECT * FROM api_tokens;
DROP TABLE sessions;
DROP TABLE api_tokens;
ALTER TABLE users RENAME TO users_before;

CREATE TABLE users (
    id            BLOB PRIMARY KEY NOT NULL,
    name          TEXT NOT NULL,
    -- The name in lower case: two local people are never told apart by case alone.
    name_key      TEXT NOT NULL,
    display_name  TEXT NOT NULL,
    email         TEXT,
    role          TEXT NOT NULL CHECK (role IN ('administrator', 'user')),
    password_hash TEXT,
    preferences   TEXT NOT NULL,
    disabled      INTEGER NOT NULL,
    created_at    INTEGER NOT NULL,
    -- Where the account is, and the provider's stable id of it; null for local users.
    provider_id   BLOB REFERENCES identity_providers (id) ON DELETE CASCADE,
    external_id   TEXT,
    -- What is known of the account: present, absent, unknown; since when it was seen to be missing, and how often in a row.
    presence      TEXT NOT NULL DEFAULT 'present' CHECK (presence IN ('present', 'absent', 'unknown')),
    absences      INTEGER NOT NULL DEFAULT 0,
    -- When the groups were last read completely, and when that was last tried.
    refreshed_at  INTEGER,
    tried_at      INTEGER,
    -- What looks at the account again (an OAuth token): sealed, bound to this row.
    renewal       BLOB,
    CHECK ((provider_id IS NULL) = (external_id IS NULL)),
    UNIQUE (provider_id, external_id)
) STRICT;
INSERT INTO users (id, name, name_key, display_name, role, password_hash, preferences, disabled, created_at)
    SELECT id, name, name_key, display_name, role, password_hash, preferences, disabled, created_at
    FROM users_before;
DROP TABLE users_before;
CREATE UNIQUE INDEX local_users_by_name ON users (name_key) WHERE provider_id IS NULL;
CREATE INDEX users_by_name ON users (name_key);


CREATE TABLE sessions (
    -- SHA-256 of the cookie's value: whoever reads this table can be no one.
    secret_hash  BLOB PRIMARY KEY NOT NULL,
    id           BLOB NOT NULL UNIQUE,
    user_id      BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at   INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    user_agent   TEXT NOT NULL,
    address      TEXT NOT NULL
) STRICT;
CREATE INDEX sessions_of_user ON sessions (user_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE api_tokens (
    id           BLOB PRIMARY KEY NOT NULL,
    secret_hash  BLOB NOT NULL UNIQUE,
    user_id      BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name         TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    last_used_at INTEGER
) STRICT;
CREATE INDEX api_tokens_of_user ON api_tokens (user_id);

INSERT INTO sessions SELECT * FROM sessions_before;
INSERT INTO api_tokens SELECT * FROM api_tokens_before;
DROP TABLE sessions_before;
DROP TABLE api_tokens_before;

-- Changes of providers that wait to be confirmed, with what the provider was before.
CREATE TABLE provider_changes (
    provider_id BLOB PRIMARY KEY NOT NULL REFERENCES identity_providers (id) ON DELETE CASCADE,
    name        TEXT NOT NULL,
    enabled     INTEGER NOT NULL,
    settings    TEXT NOT NULL,
    admission   TEXT NOT NULL,
    secrets     BLOB NOT NULL,
    changed_by  BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    changed_at  INTEGER NOT NULL,
    ends_at     INTEGER NOT NULL
) STRICT;

-- Groups of providers that somebody is in, or that something is bound to.
CREATE TABLE groups (
    id          BLOB PRIMARY KEY NOT NULL,
    provider_id BLOB NOT NULL REFERENCES identity_providers (id) ON DELETE CASCADE,
    external_id TEXT NOT NULL,
    name        TEXT NOT NULL,
    place       TEXT NOT NULL,
    UNIQUE (provider_id, external_id)
) STRICT;

-- Who is in which group, nested groups included, as last read.
CREATE TABLE group_members (
    user_id  BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    group_id BLOB NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
    PRIMARY KEY (user_id, group_id)
) STRICT;
CREATE INDEX group_members_by_group ON group_members (group_id);

-- Sign-ins that have left for a provider's page and not come back yet.
CREATE TABLE redirect_sign_ins (
    -- SHA-256 of the state in the address, and of the cookie that binds it to the browser.
    state_hash   BLOB PRIMARY KEY NOT NULL,
    browser_hash BLOB NOT NULL,
    provider_id  BLOB NOT NULL REFERENCES identity_providers (id) ON DELETE CASCADE,
    -- The verifier of PKCE and the nonce: sealed.
    secrets      BLOB NOT NULL,
    return_to    TEXT NOT NULL,
    expires_at   INTEGER NOT NULL
) STRICT;
