-- Named sets of namespaces of one cluster.

CREATE TABLE projects (
    id          UUID PRIMARY KEY NOT NULL,
    cluster_id  UUID NOT NULL REFERENCES clusters (id) ON DELETE CASCADE,
    name        TEXT NOT NULL,
    name_key    TEXT NOT NULL,
    description TEXT NOT NULL,
    -- A ResourceQuota's `hard`, and a LimitRange's defaults.
    quota       JSONB NOT NULL,
    defaults    JSONB NOT NULL,
    created_at  BIGINT NOT NULL,
    UNIQUE (cluster_id, name_key)
);

CREATE TABLE project_namespaces (
    cluster_id UUID NOT NULL REFERENCES clusters (id) ON DELETE CASCADE,
    namespace  TEXT NOT NULL,
    project_id UUID NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    -- A namespace is in at most one project.
    PRIMARY KEY (cluster_id, namespace)
);
CREATE INDEX project_namespaces_of_project ON project_namespaces (project_id);
