-- The vault: texts and calls that could not be delivered. A number tells who somebody is. `person` is empty where a
-- number belongs to no household; `about` is what the desk sees of the letter, as JSON.
CREATE TABLE dead_letters (
    commune TEXT NOT NULL,
    letter TEXT NOT NULL,
    person TEXT NOT NULL,
    alarm TEXT,
    died_at BIGINT NOT NULL,
    about TEXT NOT NULL,
    number TEXT NOT NULL,
    language TEXT NOT NULL,
    text TEXT NOT NULL,
    answerable BIGINT NOT NULL,
    PRIMARY KEY (commune, letter)
);
CREATE INDEX dead_letters_by_person ON dead_letters (commune, person);
-- Since when pushes to a browser do not arrive, and why.
ALTER TABLE push_subscriptions ADD COLUMN failing_since BIGINT;
ALTER TABLE push_subscriptions ADD COLUMN failing_why TEXT;
