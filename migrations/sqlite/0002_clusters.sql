-- The registered clusters and what was last known of them.

CREATE TABLE clusters (
    id          BLOB PRIMARY KEY NOT NULL,
    name        TEXT NOT NULL,
    -- The name in lower case: two clusters are never told apart by case alone.
    name_key    TEXT NOT NULL UNIQUE,
    url         TEXT NOT NULL,
    labels      TEXT NOT NULL,
    -- CA, client certificate and key, token or password: sealed, bound to this row.
    credentials BLOB NOT NULL,
    created_at  INTEGER NOT NULL,
    version     TEXT,
    nodes       INTEGER,
    checked_at  INTEGER
) STRICT;
