-- Up to which time the owner of an account has read a room, in seconds since the epoch, as their
-- program said it, or else that of the line; 0 where that is not known.
ALTER TABLE read_mark ADD COLUMN at REAL NOT NULL DEFAULT 0;

-- Up to which message the owner of an account has read what another user wrote to them.
CREATE TABLE private_mark (
    account INTEGER NOT NULL,
    key TEXT NOT NULL, -- the folded nick of the other user; empty for all of them
    id INTEGER NOT NULL, -- of the message; 0 where only a time was said
    at REAL NOT NULL, -- as of a room
    PRIMARY KEY (account, key)
) STRICT, WITHOUT ROWID;

-- Members of the room at most, but for its operators; 0 for no limit.
ALTER TABLE room_state ADD COLUMN most INTEGER NOT NULL DEFAULT 0;

-- What does not wait for them, they were told.
INSERT INTO private_mark (account, key, id, at)
SELECT id, '', coalesce(
    (SELECT min(id) - 1 FROM message WHERE addressee = account.id AND waits),
    (SELECT max(id) FROM message),
    0
), 0
FROM account;

-- What plugins keep.
CREATE TABLE plugin_value (
    plugin TEXT NOT NULL,
    kind TEXT NOT NULL, -- value or schedule
    room INTEGER NOT NULL, -- to which it belongs; 0 for none
    account INTEGER NOT NULL, -- likewise
    key TEXT NOT NULL,
    value TEXT NOT NULL, -- as JSON
    PRIMARY KEY (plugin, kind, room, account, key),
    CHECK (kind IN ('value', 'schedule')),
    CHECK (json_valid(value))
) STRICT, WITHOUT ROWID;

CREATE INDEX plugin_value_by_room ON plugin_value (room) WHERE room > 0;
CREATE INDEX plugin_value_by_account ON plugin_value (account) WHERE account > 0;

-- The addresses to which the owners of accounts are told by mail what they missed.
CREATE TABLE mail_address (
    account INTEGER PRIMARY KEY,
    address TEXT NOT NULL,
    confirmed_at REAL NOT NULL, -- in seconds since the epoch
    mailed_at REAL NOT NULL DEFAULT 0 -- when the last mail was made; 0 for none yet
) STRICT;

-- The accounts that the admin program has made, and no server has taken in yet.
CREATE TABLE new_account (
    account INTEGER PRIMARY KEY
) STRICT;

-- Webhooks: addresses of HTTP at which programs say lines in a room.
CREATE TABLE webhook (
    id INTEGER PRIMARY KEY, -- as a line's
    hash TEXT NOT NULL UNIQUE, -- of the token in the address, which is not kept
    room INTEGER NOT NULL,
    name TEXT NOT NULL, -- without its mark
    author INTEGER NOT NULL, -- the account of its maker
    made_at REAL NOT NULL,
    used_at REAL NOT NULL -- 0 for never
) STRICT;
CREATE INDEX webhook_by_room ON webhook (room);
CREATE INDEX webhook_by_author ON webhook (author);
