-- Who takes part: one row a host. Beside the journal and no part of it: nothing is lost with it.
CREATE TABLE lease (
    host        INTEGER PRIMARY KEY,
    name        TEXT NOT NULL,
    incarnation INTEGER NOT NULL,                           -- of the agent's start
    place       TEXT NOT NULL,                              -- the folder that only this agent uses
    boot        TEXT NOT NULL,                              -- of the machine's start
    roles       INTEGER NOT NULL,
    level       INTEGER NOT NULL,                           -- what the agent reads
    position    INTEGER NOT NULL,                           -- how far it has followed
    renewed     INTEGER NOT NULL,                           -- milliseconds since 1970-01-01 UTC, by this database's clock
    released    INTEGER NOT NULL                            -- 1: given back
) STRICT;
