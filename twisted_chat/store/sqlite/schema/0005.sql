-- What the owner of an account has set for themselves; without a row it is as their door does.
CREATE TABLE setting (
    account INTEGER NOT NULL,
    name TEXT NOT NULL, -- such as color; room is the room in which they talk
    value TEXT NOT NULL, -- on, off or a number
    PRIMARY KEY (account, name)
) STRICT, WITHOUT ROWID;

-- The users whom the owner of an account ignores.
CREATE TABLE ignored (
    account INTEGER NOT NULL,
    key TEXT NOT NULL, -- the folded nick by which they were ignored
    name TEXT NOT NULL, -- the same as it was shown
    author INTEGER NOT NULL, -- an account; for a visit without one, negative
    PRIMARY KEY (account, key)
) STRICT, WITHOUT ROWID;
