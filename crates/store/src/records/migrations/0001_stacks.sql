-- Written for SQLite and Postgres alike. Times are RFC 3339 text; sealed values are base64 text.

CREATE TABLE components (
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    flavor TEXT NOT NULL,
    configuration TEXT NOT NULL,
    connector_kind TEXT,
    connector TEXT,
    resource_id TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (kind, name),
    FOREIGN KEY (connector_kind, connector) REFERENCES components (kind, name) ON UPDATE CASCADE
);

CREATE TABLE component_secrets (
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    field TEXT NOT NULL,
    sealed TEXT NOT NULL,
    PRIMARY KEY (kind, name, field),
    FOREIGN KEY (kind, name) REFERENCES components (kind, name) ON UPDATE CASCADE ON DELETE CASCADE
);

CREATE TABLE stacks (
    name TEXT NOT NULL PRIMARY KEY,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);

CREATE TABLE stack_components (
    stack TEXT NOT NULL REFERENCES stacks (name) ON UPDATE CASCADE ON DELETE CASCADE,
    kind TEXT NOT NULL,
    component TEXT NOT NULL,
    PRIMARY KEY (stack, kind),
    FOREIGN KEY (kind, component) REFERENCES components (kind, name) ON UPDATE CASCADE
);

CREATE TABLE active_stack (
    slot INTEGER NOT NULL PRIMARY KEY CHECK (slot = 1),
    stack TEXT NOT NULL REFERENCES stacks (name) ON UPDATE CASCADE
);

CREATE TABLE secrets (
    name TEXT NOT NULL PRIMARY KEY,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);

CREATE TABLE secret_values (
    secret TEXT NOT NULL REFERENCES secrets (name) ON UPDATE CASCADE ON DELETE CASCADE,
    field TEXT NOT NULL,
    sealed TEXT NOT NULL,
    PRIMARY KEY (secret, field)
);
