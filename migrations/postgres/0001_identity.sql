-- Who may sign in and with what. Times are milliseconds since the epoch, ids are UUIDs.

CREATE TABLE users (
    id            UUID PRIMARY KEY NOT NULL,
    name          TEXT NOT NULL,
    -- The name in lower case: two people are never told apart by case alone.
    name_key      TEXT NOT NULL UNIQUE,
    display_name  TEXT NOT NULL,
    role          TEXT NOT NULL CHECK (role IN ('administrator', 'user')),
    password_hash TEXT,
    preferences   JSONB NOT NULL,
    disabled      BOOLEAN NOT NULL,
    created_at    BIGINT NOT NULL
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
