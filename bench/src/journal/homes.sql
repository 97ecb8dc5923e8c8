CREATE TABLE home_states (
    commune TEXT NOT NULL,
    home TEXT NOT NULL,
    state TEXT NOT NULL,
    at BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (commune, home)
);
CREATE TABLE village_tallies (
    commune TEXT NOT NULL,
    village BIGINT NOT NULL,
    state TEXT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (commune, village, state)
);
