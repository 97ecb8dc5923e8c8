-- A subscription goes with the session that made it; of those that stand here nobody knows which that was.
DELETE FROM push_subscriptions;
ALTER TABLE push_subscriptions ADD COLUMN session TEXT NOT NULL DEFAULT '';
CREATE INDEX push_subscriptions_by_session ON push_subscriptions (commune, session);
