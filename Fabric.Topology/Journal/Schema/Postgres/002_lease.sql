-- Who takes part: one row a host. Beside the journal and no part of it: nothing is lost with it.
CREATE TABLE lease (
    host        bigint PRIMARY KEY,
    name        text NOT NULL,
    incarnation bigint NOT NULL,                            -- of the agent's start
    place       text NOT NULL,                              -- the folder that only this agent uses
    boot        text NOT NULL,                              -- of the machine's start
    roles       bigint NOT NULL,
    level       bigint NOT NULL,                            -- what the agent reads
    position    bigint NOT NULL,                            -- how far it has followed
    renewed     bigint NOT NULL,                            -- milliseconds since 1970-01-01 UTC, by this database's clock
    released    bigint NOT NULL                             -- 1: given back
);
