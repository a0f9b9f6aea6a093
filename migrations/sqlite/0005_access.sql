-- What may be done, and who may do it where.

-- Roles that people made; the built-in ones are part of the program.
CREATE TABLE roles (
    id          BLOB PRIMARY KEY NOT NULL,
    name        TEXT NOT NULL,
    name_key    TEXT NOT NULL UNIQUE,
    description TEXT NOT NULL,
    level       TEXT NOT NULL CHECK (level IN ('global', 'cluster', 'namespace')),
    rules       TEXT NOT NULL,
    permissions TEXT NOT NULL,
    inherits    TEXT NOT NULL,
    created_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE role_bindings (
    id             BLOB PRIMARY KEY NOT NULL,
    -- A row of `roles`, or a built-in role.
    role_id        BLOB NOT NULL,
    -- Exactly one of them.
    user_id        BLOB REFERENCES users (id) ON DELETE CASCADE,
    group_id       BLOB REFERENCES groups (id) ON DELETE CASCADE,
    scope          TEXT NOT NULL CHECK (scope IN ('everything', 'clusters', 'cluster', 'project', 'namespace')),
    cluster_id     BLOB REFERENCES clusters (id) ON DELETE CASCADE,
    project_id     BLOB REFERENCES projects (id) ON DELETE CASCADE,
    namespace      TEXT,
    label_selector TEXT,
    expires_at     INTEGER,
    granted_by     TEXT NOT NULL,
    created_at     INTEGER NOT NULL,
    CHECK ((user_id IS NULL) <> (group_id IS NULL))
) STRICT;
CREATE INDEX role_bindings_of_user ON role_bindings (user_id);
CREATE INDEX role_bindings_of_group ON role_bindings (group_id);
