-- The codes with which newcomers make accounts.
CREATE TABLE invitation (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- never used again
    hash TEXT NOT NULL UNIQUE, -- of the code, which is not kept
    author INTEGER NOT NULL, -- the account of its maker; 0 for the admin program
    by TEXT NOT NULL, -- what its maker was called; empty for the admin program
    made_at REAL NOT NULL,
    until REAL NOT NULL, -- when it ends, or was ended
    uses INTEGER NOT NULL, -- for how many accounts it is good
    used INTEGER NOT NULL DEFAULT 0,
    CHECK (used BETWEEN 0 AND uses)
) STRICT;

-- With which code the account was made; 0 for none.
ALTER TABLE account ADD COLUMN invitation INTEGER NOT NULL DEFAULT 0;

-- The door at which it was used last, such as `web`; empty if that is not known.
ALTER TABLE token ADD COLUMN door TEXT NOT NULL DEFAULT '';
