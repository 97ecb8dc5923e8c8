-- The tree of scopes.
CREATE TABLE access_places (
    commune TEXT NOT NULL,
    place TEXT NOT NULL,
    parent TEXT,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (commune, place)
);
-- Each place with every place above it, itself included: narrows a list to a part of the tree.
CREATE TABLE access_above (
    commune TEXT NOT NULL,
    place TEXT NOT NULL,
    above TEXT NOT NULL,
    PRIMARY KEY (commune, place, above)
);
CREATE INDEX access_above_below ON access_above (commune, above, place);
CREATE TABLE access_teams (
    commune TEXT NOT NULL,
    team TEXT NOT NULL,
    place TEXT NOT NULL,
    PRIMARY KEY (commune, team)
);
CREATE TABLE access_adjoining (
    commune TEXT NOT NULL,
    team TEXT NOT NULL,
    other TEXT NOT NULL,
    PRIMARY KEY (commune, team, other)
);
CREATE TABLE access_households (
    commune TEXT NOT NULL,
    household TEXT NOT NULL,
    place TEXT NOT NULL,
    team TEXT,
    PRIMARY KEY (commune, household)
);
-- Who is what, where.
CREATE TABLE access_grants (
    commune TEXT NOT NULL,
    person TEXT NOT NULL,
    role TEXT NOT NULL,
    scope_kind TEXT NOT NULL,
    scope TEXT NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (commune, person, role, scope_kind, scope)
);
CREATE TABLE access_accounts (
    commune TEXT NOT NULL,
    account TEXT NOT NULL,
    person TEXT NOT NULL,
    since BIGINT NOT NULL,
    has_login BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (commune, account)
);
CREATE UNIQUE INDEX access_accounts_by_person ON access_accounts (commune, person);
CREATE TABLE access_sessions (
    commune TEXT NOT NULL,
    session TEXT NOT NULL,
    account TEXT NOT NULL,
    person TEXT NOT NULL,
    way TEXT NOT NULL,
    opened BIGINT NOT NULL,
    until BIGINT,
    raised BIGINT,
    PRIMARY KEY (commune, session)
);
CREATE INDEX access_sessions_by_account ON access_sessions (commune, account);
CREATE TABLE access_passkeys (
    commune TEXT NOT NULL,
    passkey TEXT NOT NULL,
    account TEXT NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (commune, passkey)
);
CREATE INDEX access_passkeys_by_account ON access_passkeys (commune, account);
-- `state` is open, used or revoked.
CREATE TABLE access_invitations (
    commune TEXT NOT NULL,
    invitation TEXT NOT NULL,
    household TEXT,
    account TEXT,
    person TEXT,
    made BIGINT NOT NULL,
    maker TEXT NOT NULL,
    until BIGINT NOT NULL,
    state TEXT NOT NULL,
    session TEXT,
    version BIGINT NOT NULL,
    PRIMARY KEY (commune, invitation)
);
CREATE INDEX access_invitations_by_household ON access_invitations (commune, household, invitation);
-- Vault. The name of a person who is in no register, and the language in which a person is spoken to.
CREATE TABLE access_people (
    commune TEXT NOT NULL,
    person TEXT NOT NULL,
    name TEXT,
    language TEXT NOT NULL,
    PRIMARY KEY (commune, person)
);
-- Vault. Logins and passwords; `login_key` is the login as it is compared.
CREATE TABLE access_logins (
    commune TEXT NOT NULL,
    account TEXT NOT NULL,
    person TEXT NOT NULL,
    login TEXT NOT NULL,
    login_key TEXT NOT NULL,
    salt BYTEA NOT NULL,
    password TEXT,
    PRIMARY KEY (commune, account)
);
CREATE UNIQUE INDEX access_logins_by_key ON access_logins (commune, login_key);
-- Vault. What a browser or phone holds, as SHA-256, and what its owner calls it.
CREATE TABLE access_tokens (
    commune TEXT NOT NULL,
    session TEXT NOT NULL,
    person TEXT NOT NULL,
    token BYTEA NOT NULL,
    device BYTEA NOT NULL,
    label TEXT NOT NULL,
    seen BIGINT NOT NULL,
    PRIMARY KEY (commune, session)
);
-- Vault. The browsers and phones from which an account was entered before.
CREATE TABLE access_devices (
    commune TEXT NOT NULL,
    account TEXT NOT NULL,
    device BYTEA NOT NULL,
    person TEXT NOT NULL,
    seen BIGINT NOT NULL,
    PRIMARY KEY (commune, account, device)
);
-- Vault. Passkeys: public keys, which are still a person's own.
CREATE TABLE access_keys (
    commune TEXT NOT NULL,
    passkey TEXT NOT NULL,
    person TEXT NOT NULL,
    account TEXT NOT NULL,
    credential BYTEA NOT NULL,
    public_key BYTEA NOT NULL,
    algorithm BIGINT NOT NULL,
    counter BIGINT NOT NULL,
    label TEXT NOT NULL,
    used BIGINT NOT NULL,
    PRIMARY KEY (commune, passkey)
);
CREATE UNIQUE INDEX access_keys_by_credential ON access_keys (commune, credential);
-- Vault. One-time codes, as SHA-256.
CREATE TABLE access_codes (
    commune TEXT NOT NULL,
    invitation TEXT NOT NULL,
    owner TEXT NOT NULL,
    code BYTEA NOT NULL,
    PRIMARY KEY (commune, invitation)
);
CREATE UNIQUE INDEX access_codes_by_code ON access_codes (commune, code);
