-- The registered clusters and what was last known of them.

CREATE TABLE clusters (
    id          UUID PRIMARY KEY NOT NULL,
    name        TEXT NOT NULL,
    -- The name in lower case: two clusters are never told apart by case alone.
    name_key    TEXT NOT NULL UNIQUE,
    url         TEXT NOT NULL,
    labels      JSONB NOT NULL,
    -- CA, client certificate and key, token or password: sealed, bound to this row.
    credentials BYTEA NOT NULL,
    created_at  BIGINT NOT NULL,
    version     TEXT,
    nodes       BIGINT,
    checked_at  BIGINT
);
