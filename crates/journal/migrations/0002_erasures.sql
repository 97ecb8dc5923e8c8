-- Whose data was erased, made of the journal's own entries. The list kept beside backups is compared with it.
CREATE TABLE erasures (
    commune TEXT NOT NULL,
    owner TEXT NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (commune, owner)
);
