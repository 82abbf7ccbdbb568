-- The journal: one row a position.
CREATE TABLE entry (
    position bigint PRIMARY KEY CHECK (position > 0),
    time     bigint NOT NULL,                               -- microseconds since 1970-01-01 UTC
    author   text NOT NULL,
    reason   text NOT NULL,
    request  bytea NOT NULL UNIQUE CHECK (length(request) = 16),
    payload  bytea NOT NULL,                                -- the events
    hash     bytea NOT NULL CHECK (length(hash) = 32)       -- SHA-256 over the hash before and this row
);

-- What was stored is never altered.
CREATE FUNCTION refuse_alteration() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'entries of the journal are never altered';
END $$;

CREATE TRIGGER entry_is_final BEFORE UPDATE ON entry EXECUTE FUNCTION refuse_alteration();

-- The place of the last entry, in one row: whoever has updated it holds the head until the transaction ends.
CREATE TABLE head (
    is_only  boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    position bigint NOT NULL,
    hash     bytea NOT NULL CHECK (length(hash) = 32)
);
INSERT INTO head (position, hash) VALUES (0, decode(repeat('00', 32), 'hex'));

CREATE TABLE snapshot (
    position bigint PRIMARY KEY CHECK (position > 0),
    hash     bytea NOT NULL CHECK (length(hash) = 32),      -- of the entry at that position
    payload  bytea NOT NULL
);
