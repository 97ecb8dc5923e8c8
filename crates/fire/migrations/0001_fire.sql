-- Views: rebuilt from the entries.
-- One row an alarm, drill or late press. `state`: announced (a drill), late (a press), open, over. Only what rang
-- has a number.
CREATE TABLE alarms (
    commune TEXT NOT NULL,
    alarm TEXT NOT NULL,
    number BIGINT,
    mode TEXT NOT NULL,
    state TEXT NOT NULL,
    team TEXT,
    household TEXT,
    source TEXT,
    raised_at BIGINT NOT NULL,
    called_at BIGINT,
    over_at BIGINT,
    reason TEXT,
    PRIMARY KEY (commune, alarm)
);
CREATE INDEX alarms_by_time ON alarms (commune, raised_at);
CREATE INDEX alarms_by_state ON alarms (commune, state, over_at);
CREATE TABLE devices (
    commune TEXT NOT NULL,
    device TEXT NOT NULL,
    household TEXT NOT NULL,
    kind TEXT NOT NULL,
    profile TEXT NOT NULL,
    spot TEXT NOT NULL,
    second_sound BIGINT NOT NULL,
    paired_at BIGINT NOT NULL,
    removed_at BIGINT,
    fault_at BIGINT,
    tampered_at BIGINT,
    battery_low_at BIGINT,
    heard_at BIGINT,
    listened_at BIGINT,
    version BIGINT NOT NULL,
    PRIMARY KEY (commune, device)
);
CREATE INDEX devices_by_household ON devices (commune, household);
CREATE TABLE points (
    commune TEXT NOT NULL,
    point TEXT NOT NULL,
    place TEXT NOT NULL,
    name TEXT NOT NULL,
    search TEXT NOT NULL,
    lat DOUBLE PRECISION NOT NULL,
    lon DOUBLE PRECISION NOT NULL,
    contents TEXT NOT NULL,
    access TEXT NOT NULL,
    removed_at BIGINT,
    version BIGINT NOT NULL,
    PRIMARY KEY (commune, point)
);
CREATE TABLE shifts (
    commune TEXT NOT NULL,
    shift TEXT NOT NULL,
    officer TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    ended_at BIGINT,
    successor TEXT,
    PRIMARY KEY (commune, shift)
);
CREATE INDEX shifts_by_time ON shifts (commune, started_at);
-- The last ring test of each team, and of a home that tested its own bells. `household` is empty for a whole team.
CREATE TABLE ring_tests (
    commune TEXT NOT NULL,
    team TEXT NOT NULL,
    household TEXT NOT NULL,
    test TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (commune, team, household)
);
-- High-rate, beside the journal: when each device was last heard.
CREATE TABLE heartbeats (
    commune TEXT NOT NULL,
    device TEXT NOT NULL,
    at BIGINT NOT NULL,
    battery_percent BIGINT,
    PRIMARY KEY (commune, device)
);
-- The vault: secrets as hashes, and notes. A pairing bears the id that its device will have.
CREATE TABLE device_secrets (
    commune TEXT NOT NULL,
    device TEXT NOT NULL,
    sha256 BYTEA NOT NULL,
    PRIMARY KEY (commune, device)
);
CREATE TABLE pairings (
    commune TEXT NOT NULL,
    device TEXT NOT NULL,
    code_sha256 BYTEA NOT NULL,
    household TEXT NOT NULL,
    kind TEXT NOT NULL,
    profile TEXT NOT NULL,
    spot TEXT NOT NULL,
    replaces TEXT,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (commune, device)
);
CREATE UNIQUE INDEX pairings_by_code ON pairings (commune, code_sha256);
CREATE TABLE fire_notes (
    commune TEXT NOT NULL,
    commitment TEXT NOT NULL,
    owner TEXT NOT NULL,
    salt BYTEA NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (commune, commitment)
);
CREATE INDEX fire_notes_by_owner ON fire_notes (commune, owner);
