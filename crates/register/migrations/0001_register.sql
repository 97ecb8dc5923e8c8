-- Views: ids, closed words, versions. Rebuilt from the entries.
CREATE TABLE households (
    commune TEXT NOT NULL,
    household TEXT NOT NULL,
    member TEXT NOT NULL,
    place TEXT NOT NULL,
    team TEXT,
    version BIGINT NOT NULL,
    added_at BIGINT NOT NULL,
    removed_at BIGINT,
    PRIMARY KEY (commune, household)
);
CREATE INDEX households_by_team ON households (commune, team);
CREATE INDEX households_by_place ON households (commune, place);
CREATE TABLE people (
    commune TEXT NOT NULL,
    person TEXT NOT NULL,
    household TEXT NOT NULL,
    adult BIGINT NOT NULL,
    tenant BIGINT NOT NULL,
    can_respond BIGINT NOT NULL,
    trained TEXT NOT NULL,
    help BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (commune, person)
);
CREATE INDEX people_by_household ON people (commune, household);
CREATE TABLE teams (
    commune TEXT NOT NULL,
    team TEXT NOT NULL,
    place TEXT NOT NULL,
    name TEXT NOT NULL,
    search TEXT NOT NULL,
    leader TEXT,
    deputy TEXT,
    version BIGINT NOT NULL,
    formed_at BIGINT NOT NULL,
    dissolved_at BIGINT,
    PRIMARY KEY (commune, team)
);
CREATE INDEX teams_by_place ON teams (commune, place);
CREATE TABLE neighbouring_teams (
    commune TEXT NOT NULL,
    team TEXT NOT NULL,
    neighbour TEXT NOT NULL,
    PRIMARY KEY (commune, team, neighbour)
);
CREATE TABLE help_note_reads (
    commune TEXT NOT NULL,
    person TEXT NOT NULL,
    seq BIGINT NOT NULL,
    reader TEXT NOT NULL,
    alarm TEXT,
    at BIGINT NOT NULL,
    PRIMARY KEY (commune, person, seq)
);
-- The vault: names, phones, where a home is. Erasable, and left alone by a rebuild.
CREATE TABLE household_details (
    commune TEXT NOT NULL,
    household TEXT NOT NULL,
    salt BYTEA NOT NULL,
    label TEXT NOT NULL,
    how_to_find TEXT NOT NULL,
    floor_notes TEXT NOT NULL,
    lat DOUBLE PRECISION,
    lon DOUBLE PRECISION,
    search TEXT NOT NULL,
    PRIMARY KEY (commune, household)
);
CREATE TABLE person_details (
    commune TEXT NOT NULL,
    person TEXT NOT NULL,
    household TEXT NOT NULL,
    salt BYTEA NOT NULL,
    name TEXT NOT NULL,
    phone TEXT NOT NULL,
    born BIGINT,
    search TEXT NOT NULL,
    PRIMARY KEY (commune, person)
);
CREATE INDEX person_details_by_household ON person_details (commune, household);
CREATE TABLE help_notes (
    commune TEXT NOT NULL,
    person TEXT NOT NULL,
    salt BYTEA NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (commune, person)
);
CREATE TABLE reasons (
    commune TEXT NOT NULL,
    commitment TEXT NOT NULL,
    owner TEXT NOT NULL,
    salt BYTEA NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (commune, commitment)
);
