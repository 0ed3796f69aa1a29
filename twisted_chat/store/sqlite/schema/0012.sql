-- Up to which time the owner of an account has read a room, in seconds since the epoch, as their
-- program said it; 0 where none said a time.
ALTER TABLE read_mark ADD COLUMN at REAL NOT NULL DEFAULT 0;

-- Up to which message the owner of an account has read what they and another user wrote to each
-- other.
CREATE TABLE private_mark (
    account INTEGER NOT NULL,
    key TEXT NOT NULL, -- the folded nick of the other user
    id INTEGER NOT NULL, -- of the message; 0 where only a time was said
    at REAL NOT NULL, -- as of a room
    PRIMARY KEY (account, key)
) STRICT, WITHOUT ROWID;

-- Members of the room at most, but for its operators; 0 for no limit.
ALTER TABLE room_state ADD COLUMN most INTEGER NOT NULL DEFAULT 0;
