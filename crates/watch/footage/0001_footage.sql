-- One row a file of footage. This file is one node's own and tells of that node's own disks, so no key begins with a
-- commune. There is no primary key, only a unique index: SQLite would lay the rows themselves in the key's order, where
-- each of this length takes a page of its own; so they lie in the order in which they came, two or three to a page.
-- `number` and `wall_us` are the file's name. `fragments` is packed (footage/packed.rs) and NULL once the file is gone:
-- the hashes outlive it. `anchored` is the number of the anchor that holds the whole file.
CREATE TABLE footage_segments (
    camera BYTEA NOT NULL,
    number BIGINT NOT NULL,
    wall_us BIGINT NOT NULL,
    disk TEXT NOT NULL,
    last_number BIGINT NOT NULL,
    began_us BIGINT NOT NULL,
    ended_us BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    gap BIGINT NOT NULL,
    codec TEXT NOT NULL,
    width BIGINT NOT NULL,
    height BIGINT NOT NULL,
    previous BYTEA NOT NULL,
    last_hash BYTEA NOT NULL,
    root BYTEA NOT NULL,
    anchored BIGINT,
    gone_at BIGINT,
    fragments BYTEA
);
CREATE UNIQUE INDEX footage_segments_by_name ON footage_segments (camera, number, wall_us, disk);
-- A moment, a span, what a folder holds and how much: all without the rows themselves.
CREATE INDEX footage_segments_by_time ON footage_segments (
    camera, gone_at, ended_us, began_us, disk, number, wall_us, bytes, gap
);
-- The oldest of a disk.
CREATE INDEX footage_segments_by_age ON footage_segments (
    disk, gone_at, ended_us, began_us, camera, number, wall_us, bytes
);
-- What no anchor holds yet.
CREATE INDEX footage_segments_by_anchor ON footage_segments (anchored, camera, number);
-- One row an anchor. `leaves`: 32 bytes each, closed files first. `opened`: 40 bytes for each file that was open, in the
-- order of the last leaves: camera, first number, when that was taken, last number so far.
CREATE TABLE footage_anchors (
    number BIGINT NOT NULL,
    at_us BIGINT NOT NULL,
    root BYTEA NOT NULL,
    leaves BYTEA NOT NULL,
    opened BYTEA NOT NULL
);
CREATE UNIQUE INDEX footage_anchors_by_number ON footage_anchors (number);
