-- Accounts of providers, and the groups that come with them.

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

-- Two local people are never told apart by case alone; people of providers are told apart by their ids there.
ALTER TABLE users DROP CONSTRAINT users_name_key_key;
ALTER TABLE users
    ADD COLUMN email TEXT,
    -- Where the account is, and the provider's stable id of it; null for local users.
    ADD COLUMN provider_id UUID REFERENCES identity_providers (id) ON DELETE CASCADE,
    ADD COLUMN external_id TEXT,
    -- What is known of the account: present, absent, unknown; since when it was seen to be missing, and how often in a row.
    ADD COLUMN presence TEXT NOT NULL DEFAULT 'present' CHECK (presence IN ('present', 'absent', 'unknown')),
    ADD COLUMN absences BIGINT NOT NULL DEFAULT 0,
    -- When the groups were last read completely, and when that was last tried.
    ADD COLUMN refreshed_at BIGINT,
    ADD COLUMN tried_at BIGINT,
    -- What looks at the account again (an OAuth token): sealed, bound to this row.
    ADD COLUMN renewal BYTEA,
    ADD CHECK ((provider_id IS NULL) = (external_id IS NULL)),
    ADD UNIQUE (provider_id, external_id);
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
