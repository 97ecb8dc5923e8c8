ALTER TABLE households ADD COLUMN occupants BIGINT;
