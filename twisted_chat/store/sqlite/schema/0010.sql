-- When the time of a session that is held is over, in seconds since the epoch; 0 while its
-- program is connected.
ALTER TABLE token ADD COLUMN until REAL NOT NULL DEFAULT 0;

-- What tells a request from another one with the same label.
ALTER TABLE done ADD COLUMN mark TEXT NOT NULL DEFAULT '';

-- What the session of a token alone was told lately, and its program may not have read.
CREATE TABLE told (
    hash TEXT NOT NULL, -- of the token
    id INTEGER NOT NULL, -- as a line's
    kind TEXT NOT NULL, -- of event
    event TEXT NOT NULL, -- its fields, as JSON
    lost INTEGER NOT NULL, -- the id up to which there was too much to keep; 0 for none
    PRIMARY KEY (hash, id)
) STRICT, WITHOUT ROWID;

-- The lines that were edited, deleted, pinned or reacted to lately.
CREATE TABLE revision (
    room INTEGER NOT NULL,
    number INTEGER NOT NULL,
    id INTEGER NOT NULL, -- as a line's, of the last such change
    PRIMARY KEY (room, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX revision_by_id ON revision (id);
