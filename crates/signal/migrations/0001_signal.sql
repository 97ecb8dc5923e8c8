-- The vault: where a person's browsers are woken. An endpoint tells who somebody is.
CREATE TABLE push_subscriptions (
    commune TEXT NOT NULL,
    subscription TEXT NOT NULL,
    person TEXT NOT NULL,
    language TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    p256dh TEXT NOT NULL,
    auth TEXT NOT NULL,
    added_at BIGINT NOT NULL,
    PRIMARY KEY (commune, subscription)
);
CREATE INDEX push_subscriptions_by_person ON push_subscriptions (commune, person);
