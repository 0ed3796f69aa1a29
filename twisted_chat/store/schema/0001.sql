-- Rooms of which something is kept.
CREATE TABLE room (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE, -- the folded name
    name TEXT NOT NULL
) STRICT;

-- What rooms heard.  The id is in the order of everything: microseconds since the epoch, ascending
-- even where the clock is not; the number is in the order of the room.
CREATE TABLE line (
    id INTEGER PRIMARY KEY,
    room INTEGER NOT NULL,
    number INTEGER NOT NULL,
    at REAL NOT NULL, -- seconds since the epoch
    kind TEXT NOT NULL, -- said, acted, announced, joined, left, renamed, topic
    nick TEXT NOT NULL,
    author INTEGER NOT NULL, -- an account; for a visit without one, negative; for nobody, 0
    text TEXT NOT NULL,
    re INTEGER NOT NULL, -- the number of the line that it answers; 0 for none
    state TEXT NOT NULL -- edited, deleted, or empty
) STRICT;

CREATE UNIQUE INDEX line_by_number ON line (room, number);
