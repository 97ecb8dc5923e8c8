-- Everything that happened. `body` and `salt` are NULL where a body was withheld; `body_hash` is then set.
CREATE TABLE entries (
    commune TEXT NOT NULL,
    seq BIGINT NOT NULL,
    id TEXT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    purpose TEXT NOT NULL,
    slice TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    version BIGINT NOT NULL,
    epoch BIGINT NOT NULL,
    salt BYTEA,
    body TEXT,
    body_hash BYTEA,
    hash BYTEA NOT NULL,
    PRIMARY KEY (commune, seq)
);
-- The history of one subject, and its version.
CREATE INDEX entries_by_subject ON entries (commune, subject, seq);
-- The end of each chain. A writer moves it by compare-and-set, so that there is never a second writer.
CREATE TABLE heads (
    commune TEXT NOT NULL,
    seq BIGINT NOT NULL,
    epoch BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (commune)
);
-- The answers of commands that came with an idempotency key.
CREATE TABLE answers (
    commune TEXT NOT NULL,
    key TEXT NOT NULL,
    at BIGINT NOT NULL,
    fingerprint BYTEA NOT NULL,
    answer TEXT NOT NULL,
    PRIMARY KEY (commune, key)
);
CREATE INDEX answers_by_age ON answers (commune, at);
-- How far each reaction has come.
CREATE TABLE cursors (
    commune TEXT NOT NULL,
    name TEXT NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (commune, name)
);
