-- Views: rebuilt from the entries.
CREATE TABLE sites (
    commune TEXT NOT NULL,
    site TEXT NOT NULL,
    place TEXT NOT NULL,
    name TEXT NOT NULL,
    search TEXT NOT NULL,
    lat DOUBLE PRECISION NOT NULL,
    lon DOUBLE PRECISION NOT NULL,
    purpose TEXT NOT NULL,
    words TEXT NOT NULL,
    contact TEXT NOT NULL,
    paid_by TEXT NOT NULL,
    sound BIGINT NOT NULL,
    keep_hours BIGINT NOT NULL,
    longer_hours BIGINT,
    longer_by TEXT,
    closed_at BIGINT,
    version BIGINT NOT NULL,
    PRIMARY KEY (commune, site)
);
-- `household` is empty for a camera of the commune. `consent` and `masks` are JSON that only the program reads.
-- `bare_from`, `bare_to`: when the camera had forgotten what it was to blacken.
CREATE TABLE cameras (
    commune TEXT NOT NULL,
    camera TEXT NOT NULL,
    site TEXT NOT NULL,
    name TEXT NOT NULL,
    search TEXT NOT NULL,
    lat DOUBLE PRECISION NOT NULL,
    lon DOUBLE PRECISION NOT NULL,
    direction BIGINT NOT NULL,
    angle BIGINT NOT NULL,
    reach_m BIGINT NOT NULL,
    household TEXT,
    consent TEXT,
    consented_by TEXT,
    consented_at BIGINT,
    paused BIGINT NOT NULL,
    masks TEXT NOT NULL,
    masking TEXT NOT NULL,
    bare_from BIGINT,
    bare_to BIGINT,
    reaim_asked_at BIGINT,
    reaim_note TEXT,
    reaim_answered_at BIGINT,
    reaim_done BIGINT,
    added_at BIGINT NOT NULL,
    aimed_at BIGINT NOT NULL,
    removed_at BIGINT,
    died_at BIGINT,
    repair_by TEXT,
    repair_until BIGINT,
    version BIGINT NOT NULL,
    PRIMARY KEY (commune, camera)
);
CREATE INDEX cameras_by_household ON cameras (commune, household);
-- What villages voted: `asked` waits for a second person, `vote` holds. Both are JSON that only the program reads.
CREATE TABLE residents_views (
    commune TEXT NOT NULL,
    site TEXT NOT NULL,
    asked TEXT,
    vote TEXT,
    agreed_by TEXT,
    agreed_at BIGINT,
    version BIGINT NOT NULL,
    PRIMARY KEY (commune, site)
);
-- Who objects is told to that home alone.
CREATE TABLE residents_objections (
    commune TEXT NOT NULL,
    camera TEXT NOT NULL,
    household TEXT NOT NULL,
    objected_at BIGINT NOT NULL,
    PRIMARY KEY (commune, camera, household)
);
CREATE INDEX residents_objections_by_household ON residents_objections (commune, household);
CREATE TABLE looks (
    commune TEXT NOT NULL,
    look TEXT NOT NULL,
    person TEXT NOT NULL,
    unit_kind TEXT NOT NULL,
    unit TEXT NOT NULL,
    kind TEXT NOT NULL,
    purpose TEXT NOT NULL,
    from_at BIGINT,
    to_at BIGINT,
    alarm TEXT,
    shift TEXT,
    delay TEXT,
    opened_at BIGINT NOT NULL,
    closed_at BIGINT,
    seconds BIGINT,
    PRIMARY KEY (commune, look)
);
CREATE INDEX looks_by_end ON looks (commune, closed_at);
CREATE INDEX looks_by_delay ON looks (commune, delay);
-- `told_at`: since when those concerned read it; empty while telling them is put off.
CREATE TABLE look_cameras (
    commune TEXT NOT NULL,
    look TEXT NOT NULL,
    camera TEXT NOT NULL,
    told_at BIGINT,
    moved BIGINT NOT NULL,
    PRIMARY KEY (commune, look, camera)
);
CREATE INDEX look_cameras_by_time ON look_cameras (commune, camera, told_at, look);
CREATE TABLE notice_delays (
    commune TEXT NOT NULL,
    delay TEXT NOT NULL,
    cameras TEXT NOT NULL,
    purpose TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    unit_kind TEXT NOT NULL,
    unit TEXT NOT NULL,
    order_id TEXT,
    asked_at BIGINT NOT NULL,
    renewed_by TEXT,
    officer TEXT,
    auditor TEXT,
    refused_at BIGINT,
    until_at BIGINT,
    given_at BIGINT,
    version BIGINT NOT NULL,
    PRIMARY KEY (commune, delay)
);
CREATE INDEX notice_delays_by_time ON notice_delays (commune, asked_at);
CREATE TABLE orders (
    commune TEXT NOT NULL,
    order_id TEXT NOT NULL,
    person TEXT NOT NULL,
    kept_at BIGINT NOT NULL,
    PRIMARY KEY (commune, order_id)
);
-- Footage that is kept longer; `alarm` where an alarm keeps it by itself.
CREATE TABLE holds (
    commune TEXT NOT NULL,
    hold TEXT NOT NULL,
    cameras TEXT NOT NULL,
    from_at BIGINT NOT NULL,
    to_at BIGINT NOT NULL,
    until_at BIGINT NOT NULL,
    alarm TEXT,
    placed_by TEXT,
    placed_at BIGINT NOT NULL,
    ended_at BIGINT,
    PRIMARY KEY (commune, hold)
);
-- `copy` is JSON that only the program reads.
CREATE TABLE exports (
    commune TEXT NOT NULL,
    export TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    unit_kind TEXT NOT NULL,
    unit TEXT NOT NULL,
    cameras TEXT NOT NULL,
    from_at BIGINT NOT NULL,
    to_at BIGINT NOT NULL,
    purpose TEXT NOT NULL,
    order_id TEXT,
    delay TEXT,
    copy TEXT,
    asked_at BIGINT NOT NULL,
    decided_by TEXT,
    decided_at BIGINT,
    approved BIGINT,
    made_at BIGINT,
    sha256 TEXT,
    bytes BIGINT,
    damaged BIGINT,
    fetched_by TEXT,
    fetched_at BIGINT,
    version BIGINT NOT NULL,
    PRIMARY KEY (commune, export)
);
CREATE INDEX exports_by_time ON exports (commune, asked_at);
CREATE TABLE sightings (
    commune TEXT NOT NULL,
    sighting TEXT NOT NULL,
    camera TEXT NOT NULL,
    person TEXT NOT NULL,
    seen_at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    ended_at BIGINT,
    -- Commitments to what was noted, who was told and how it ended.
    note TEXT,
    told TEXT,
    outcome TEXT,
    PRIMARY KEY (commune, sighting)
);
CREATE INDEX sightings_by_time ON sightings (commune, seen_at);
-- Where in the journal a hash over footage stands.
CREATE TABLE footage_roots (
    commune TEXT NOT NULL,
    root TEXT NOT NULL,
    entry TEXT NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (commune, root)
);
-- The vault: where cameras are reached, sealed with the node's key, and notes.
CREATE TABLE camera_doors (
    commune TEXT NOT NULL,
    camera TEXT NOT NULL,
    sealed BYTEA NOT NULL,
    PRIMARY KEY (commune, camera)
);
CREATE TABLE watch_notes (
    commune TEXT NOT NULL,
    commitment TEXT NOT NULL,
    owner TEXT NOT NULL,
    salt BYTEA NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (commune, commitment)
);
CREATE INDEX watch_notes_by_owner ON watch_notes (commune, owner);
CREATE TABLE order_copies (
    commune TEXT NOT NULL,
    order_id TEXT NOT NULL,
    salt BYTEA NOT NULL,
    number TEXT NOT NULL,
    media TEXT NOT NULL,
    copy BYTEA NOT NULL,
    PRIMARY KEY (commune, order_id)
);
