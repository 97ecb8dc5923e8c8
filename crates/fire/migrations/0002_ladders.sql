CREATE TABLE ladders (
    commune TEXT NOT NULL,
    team TEXT NOT NULL,
    hook_seconds BIGINT NOT NULL,
    leaders_seconds BIGINT NOT NULL,
    wider_seconds BIGINT NOT NULL,
    repeat_seconds BIGINT NOT NULL,
    own_home_seconds BIGINT NOT NULL,
    enough BIGINT NOT NULL,
    ring_adjacent_bells BIGINT NOT NULL,
    set_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (commune, team)
);
