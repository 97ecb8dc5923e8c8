-- The time by which footage ages, as it was told last: one row. A clock that leaps must not be believed at the next start.
CREATE TABLE footage_clock (
    id BIGINT NOT NULL,
    now_us BIGINT NOT NULL
);
CREATE UNIQUE INDEX footage_clock_by_id ON footage_clock (id);
