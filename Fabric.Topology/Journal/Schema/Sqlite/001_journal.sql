-- The journal: one row a position. The head is the last row; BEGIN IMMEDIATE locks it.
CREATE TABLE entry (
    position INTEGER PRIMARY KEY CHECK (position > 0),
    time     INTEGER NOT NULL,                              -- microseconds since 1970-01-01 UTC
    author   TEXT NOT NULL,
    reason   TEXT NOT NULL,
    request  BLOB NOT NULL UNIQUE CHECK (length(request) = 16),
    payload  BLOB NOT NULL,                                 -- the events
    hash     BLOB NOT NULL CHECK (length(hash) = 32)        -- SHA-256 over the hash before and this row
) STRICT;

-- What was stored is never altered.
CREATE TRIGGER entry_is_final BEFORE UPDATE ON entry
BEGIN
    SELECT raise(ABORT, 'entries of the journal are never altered');
END;

CREATE TABLE snapshot (
    position INTEGER PRIMARY KEY CHECK (position > 0),
    hash     BLOB NOT NULL CHECK (length(hash) = 32),       -- of the entry at that position
    payload  BLOB NOT NULL
) STRICT;
