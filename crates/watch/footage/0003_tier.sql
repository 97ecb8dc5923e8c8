-- A file that is in the tier has a row of its own in footage_segments, on the disk "~tier". What must not be in the store is
-- here until the store confirmed that it is not: files whose time is over, and uploads that did not end (`upload` is the
-- name that the store gave one).
CREATE TABLE footage_unwanted (
    camera BYTEA NOT NULL,
    number BIGINT NOT NULL,
    wall_us BIGINT NOT NULL,
    upload TEXT
);
CREATE UNIQUE INDEX footage_unwanted_by_name ON footage_unwanted (camera, number, wall_us);
