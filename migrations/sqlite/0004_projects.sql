-- Named sets of namespaces of one cluster.

CREATE TABLE projects (
    id          BLOB PRIMARY KEY NOT NULL,
    cluster_id  BLOB NOT NULL REFERENCES clusters (id) ON DELETE CASCADE,
    name        TEXT NOT NULL,
    name_key    TEXT NOT NULL,
    description TEXT NOT NULL,
    -- A ResourceQuota's `hard`, and a LimitRange's defaults.
    quota       TEXT NOT NULL,
    defaults    TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    UNIQUE (cluster_id, name_key)
) STRICT;

CREATE TABLE project_namespaces (
    cluster_id BLOB NOT NULL REFERENCES clusters (id) ON DELETE CASCADE,
    namespace  TEXT NOT NULL,
    project_id BLOB NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    -- A namespace is in at most one project.
    PRIMARY KEY (cluster_id, namespace)
) STRICT;
CREATE INDEX project_namespaces_of_project ON project_namespaces (project_id);
