-- Who may sign in and with what. Times are milliseconds since the epoch, ids are UUIDs.

-- Where accounts are: directories, GitHub, OpenID Connect.
CREATE TABLE identity_providers (
    id         UUID PRIMARY KEY NOT NULL,
    name       TEXT NOT NULL,
    -- The name in lower case: two providers are never told apart by case alone.
    name_key   TEXT NOT NULL UNIQUE,
    enabled    BOOLEAN NOT NULL,
    -- How it is asked (`ProviderSettings`) and who may sign in (`Admission`); no secret is in them.
    settings   JSONB NOT NULL,
    admission  JSONB NOT NULL,
    -- Passwords and client secrets: sealed, bound to this row.
    secrets    BYTEA NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE users (
    id            UUID PRIMARY KEY NOT NULL,
    name          TEXT NOT NULL,
    -- The name in lower case: two local people are never told apart by case alone.
    name_key      TEXT NOT NULL,
    display_name  TEXT NOT NULL,
    email         TEXT,
    role          TEXT NOT NULL CHECK (role IN ('administrator', 'user')),
    password_hash TEXT,
    preferences   JSONB NOT NULL,
    disabled      BOOLEAN NOT NULL,
    created_at    BIGINT NOT NULL,
    -- Where the account is, and the provider's stable id of it; null for local users.
    provider_id   UUID REFERENCES identity_providers (id) ON DELETE CASCADE,
    external_id   TEXT,
    -- What is known of the account: present, absent, unknown; since when it was seen to be missing, and how often in a row.
    presence      TEXT NOT NULL DEFAULT 'present' CHECK (presence IN ('present', 'absent', 'unknown')),
    absences      BIGINT NOT NULL DEFAULT 0,
    -- When the groups were last read completely, and when that was last tried.
    refreshed_at  BIGINT,
    tried_at      BIGINT,
    -- What looks at the account again (an OAuth token): sealed, bound to this row.
    renewal       BYTEA,
    CHECK ((provider_id IS NULL) = (external_id IS NULL)),
    UNIQUE (provider_id, external_id)
);
CREATE UNIQUE INDEX local_users_by_name ON users (name_key) WHERE provider_id IS NULL;
CREATE INDEX users_by_name ON users (name_key);

-- Changes of providers that wait to be confirmed, with what the provider was before.
CREATE TABLE provider_changes (
    provider_id UUID PRIMARY KEY NOT NULL REFERENCES identity_providers (id) ON DELETE CASCADE,
    name        TEXT NOT NULL,
    enabled     BOOLEAN NOT NULL,
    settings    JSONB NOT NULL,
    admission   JSONB NOT NULL,
    secrets     BYTEA NOT NULL,
    changed_by  UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    changed_at  BIGINT NOT NULL,
    ends_at     BIGINT NOT NULL
);

-- Groups of providers that somebody is in, or that something is bound to.
CREATE TABLE groups (
    id          UUID PRIMARY KEY NOT NULL,
    provider_id UUID NOT NULL REFERENCES identity_providers (id) ON DELETE CASCADE,
    external_id TEXT NOT NULL,
    name        TEXT NOT NULL,
    place       TEXT NOT NULL,
    UNIQUE (provider_id, external_id)
);

-- Who is in which group, nested groups included, as last read.
CREATE TABLE group_members (
    user_id  UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    group_id UUID NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
    PRIMARY KEY (user_id, group_id)
);
CREATE INDEX group_members_by_group ON group_members (group_id);

-- Sign-ins that have left for a provider's page and not come back yet.
CREATE TABLE redirect_sign_ins (
    -- SHA-256 of the state in the address, and of the cookie that binds it to the browser.
    state_hash   BYTEA PRIMARY KEY NOT NULL,
    browser_hash BYTEA NOT NULL,
    provider_id  UUID NOT NULL REFERENCES identity_providers (id) ON DELETE CASCADE,
    -- The verifier of PKCE and the nonce: sealed.
    secrets      BYTEA NOT NULL,
    return_to    TEXT NOT NULL,
    expires_at   BIGINT NOT NULL
);

CREATE TABLE sessions (
    -- SHA-256 of the cookie's value: whoever reads this table can be no one.
    secret_hash  BYTEA PRIMARY KEY NOT NULL,
    id           UUID NOT NULL UNIQUE,
    user_id      UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at   BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    user_agent   TEXT NOT NULL,
    address      TEXT NOT NULL
);
CREATE INDEX sessions_of_user ON sessions (user_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE api_tokens (
    id           UUID PRIMARY KEY NOT NULL,
    secret_hash  BYTEA NOT NULL UNIQUE,
    user_id      UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name         TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    last_used_at BIGINT
);
CREATE INDEX api_tokens_of_user ON api_tokens (user_id);

-- Codes of first sign-in links.
CREATE TABLE setup_codes (
    code_hash  BYTEA PRIMARY KEY NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

-- Failed sign-ins by address, and by account and address; keys are hashes, since people type passwords into name fields.
CREATE TABLE sign_in_attempts (
    attempt_key    BYTEA PRIMARY KEY NOT NULL,
    failures       BIGINT NOT NULL,
    window_ends_at BIGINT NOT NULL,
    blocked_until  BIGINT NOT NULL
);

-- Single facts about this database.
CREATE TABLE settings (
    name  TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
);
