-- The events of Akka.Persistence.Sql: the columns of its default mapping. One persistence id, so a sequence number is a position.
CREATE TABLE akka_journal (
    ordering        INTEGER PRIMARY KEY AUTOINCREMENT,
    created         INTEGER NOT NULL,
    deleted         INTEGER NOT NULL,
    persistence_id  TEXT NOT NULL,
    sequence_number INTEGER NOT NULL,
    message         BLOB NOT NULL,                          -- hash (32), time (8), request (16), author, reason, events
    manifest        TEXT NOT NULL,
    identifier      INTEGER,
    writer_uuid     TEXT,
    UNIQUE (persistence_id, sequence_number)                -- what keeps two writers from both believing that they are the only one
);

-- A request changes something once.
CREATE UNIQUE INDEX akka_journal_request ON akka_journal (substr(message, 41, 16));

-- What was stored is never altered.
CREATE TRIGGER akka_journal_is_final BEFORE UPDATE ON akka_journal
BEGIN
    SELECT raise(ABORT, 'entries of the journal are never altered');
END;

CREATE TABLE snapshot (
    position INTEGER PRIMARY KEY CHECK (position > 0),
    hash     BLOB NOT NULL CHECK (length(hash) = 32),       -- of the entry at that position
    payload  BLOB NOT NULL
) STRICT;

-- Where nodes find each other.
CREATE TABLE akka_node (
    address TEXT PRIMARY KEY,
    renewed INTEGER NOT NULL                                -- milliseconds since 1970-01-01 UTC, by this database's clock
) STRICT;

-- What is held by one of them at a time.
CREATE TABLE akka_arbiter (
    name    TEXT PRIMARY KEY,
    owner   TEXT NOT NULL,
    expires INTEGER NOT NULL                                -- the same
) STRICT;
INSERT INTO akka_arbiter VALUES ('nodes', '', 0);           -- its row is the lock of akka_node
