-- The audit log. Rows are only ever added at the end, and removed from the beginning by age. Whatever does not apply is
-- empty; every column but the hash is in the hash.

CREATE TABLE audit_events (
    -- From 1 on, without gaps.
    sequence            BIGINT PRIMARY KEY NOT NULL,
    -- SHA-256 over the hash of the row before and this row.
    hash                BYTEA NOT NULL,
    occurred_at         BIGINT NOT NULL,
    actor_id            UUID,
    actor_name          TEXT NOT NULL,
    -- The name in lower case, for looking for it.
    actor_key           TEXT NOT NULL,
    provider_id         UUID,
    provider_name       TEXT NOT NULL,
    credential          TEXT NOT NULL,
    credential_id       UUID,
    impersonated        TEXT NOT NULL,
    impersonated_groups TEXT NOT NULL,
    action              TEXT NOT NULL,
    cluster_id          UUID,
    cluster_name        TEXT NOT NULL,
    api_group           TEXT NOT NULL,
    api_version         TEXT NOT NULL,
    resource            TEXT NOT NULL,
    namespace           TEXT NOT NULL,
    name                TEXT NOT NULL,
    subresource         TEXT NOT NULL,
    decision            TEXT NOT NULL,
    reason              TEXT NOT NULL,
    result              TEXT NOT NULL,
    status              BIGINT,
    code                TEXT NOT NULL,
    address             TEXT NOT NULL,
    user_agent          TEXT NOT NULL,
    request_id          TEXT NOT NULL,
    duration_ms         BIGINT NOT NULL,
    -- JSON, as it was hashed.
    details             TEXT NOT NULL,
    -- Actor, object and reason in lower case, for looking for a part of them.
    search              TEXT NOT NULL
);

-- What is looked for is one of these, newest first: the index gives the order too. The first also answers the search for
-- a part of a text, without reading the rows.
CREATE INDEX audit_events_by_time ON audit_events (occurred_at, sequence, search);
CREATE INDEX audit_events_by_actor ON audit_events (actor_key, occurred_at, sequence);
CREATE INDEX audit_events_by_actor_id ON audit_events (actor_id, occurred_at, sequence);
CREATE INDEX audit_events_by_action ON audit_events (action, occurred_at, sequence);
CREATE INDEX audit_events_by_cluster ON audit_events (cluster_id, occurred_at, sequence);
CREATE INDEX audit_events_by_resource ON audit_events (resource, occurred_at, sequence);
CREATE INDEX audit_events_by_namespace ON audit_events (namespace, occurred_at, sequence);
CREATE INDEX audit_events_by_name ON audit_events (name, occurred_at, sequence);
CREATE INDEX audit_events_by_result ON audit_events (result, decision, occurred_at, sequence);
