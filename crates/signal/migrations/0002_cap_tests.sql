CREATE TABLE cap_tests (
    commune TEXT NOT NULL,
    test TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (commune, test)
);
CREATE INDEX cap_tests_by_time ON cap_tests (commune, at);
