-- Rooms of which something is kept.
CREATE TABLE room (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE, -- the folded name
    name TEXT NOT NULL,
    pruned INTEGER NOT NULL DEFAULT 0 -- the number of the latest line that was deleted; 0 for none
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
    state TEXT NOT NULL, -- edited, deleted, or empty
    reacted TEXT NOT NULL, -- who reacted with what, as JSON: {"+1": [author, ...]}; or empty
    pinned INTEGER NOT NULL -- who put it among those of its room that stay, or 0
) STRICT;

-- With the kind, so that talk is found behind any number of joins and parts without reading these.
CREATE UNIQUE INDEX line_by_number ON line (room, number, kind);
CREATE INDEX line_by_pin ON line (room, number) WHERE pinned;

-- What can be searched for.  Who and where stand there as a word each, so that they are looked up in
-- the index together with what was said.  Beginnings of two letters, which hundreds of words have in
-- common, have entries of their own.
CREATE VIEW line_words AS
SELECT id, 'r' || room AS room, 'n' || hex(lower(nick)) AS nick, text FROM line
WHERE kind IN ('said', 'acted', 'announced', 'topic') AND state <> 'deleted';

CREATE VIRTUAL TABLE line_index USING fts5 (
    room, nick, text,
    content = 'line_words', content_rowid = 'id', columnsize = 0, prefix = '2',
    tokenize = 'unicode61 remove_diacritics 2'
);

-- Lines are written now and indexed later, in the order of their ids: up to this one they are.
CREATE TABLE indexed (up_to INTEGER NOT NULL) STRICT;
INSERT INTO indexed VALUES (0);

-- What is indexed already changes with its line.
CREATE TRIGGER line_changes BEFORE UPDATE OF text, state ON line
WHEN (old.text <> new.text OR old.state <> new.state) AND old.id <= (SELECT up_to FROM indexed)
BEGIN
    INSERT INTO line_index (line_index, rowid, room, nick, text)
    SELECT 'delete', id, room, nick, text FROM line_words WHERE id = old.id;
END;

CREATE TRIGGER line_changed AFTER UPDATE OF text, state ON line
WHEN (old.text <> new.text OR old.state <> new.state) AND old.id <= (SELECT up_to FROM indexed)
BEGIN
    INSERT INTO line_index (rowid, room, nick, text)
    SELECT id, room, nick, text FROM line_words WHERE id = old.id;
END;

CREATE TRIGGER line_goes BEFORE DELETE ON line
WHEN old.id <= (SELECT up_to FROM indexed)
BEGIN
    INSERT INTO line_index (line_index, rowid, room, nick, text)
    SELECT 'delete', id, room, nick, text FROM line_words WHERE id = old.id;
END;

-- Names that belong to somebody.
CREATE TABLE account (
    id INTEGER PRIMARY KEY, -- of the time when it was registered, as a line's; never used again
    name TEXT NOT NULL,
    key TEXT NOT NULL UNIQUE, -- the folded name
    password TEXT NOT NULL, -- an argon2id hash
    roles TEXT NOT NULL, -- such as operator, with spaces between
    seen INTEGER -- the id of what came last when they went; NULL while they are here
) STRICT;

-- The rooms that an account is in, or was when its owner went.
CREATE TABLE seat (
    account INTEGER NOT NULL,
    room INTEGER NOT NULL,
    PRIMARY KEY (account, room)
) STRICT, WITHOUT ROWID;

CREATE INDEX seat_by_room ON seat (room);

-- What one person wrote to another; one of them has an account.
CREATE TABLE message (
    id INTEGER PRIMARY KEY, -- as a line's
    at REAL NOT NULL,
    nick TEXT NOT NULL,
    author INTEGER NOT NULL, -- as a line's
    recipient TEXT NOT NULL,
    addressee INTEGER NOT NULL, -- as an author
    text TEXT NOT NULL,
    waits INTEGER NOT NULL -- 1 until the addressee has read it, who was not here
) STRICT;

CREATE INDEX message_by_author ON message (author, id);
CREATE INDEX message_by_addressee ON message (addressee, id);
CREATE INDEX message_that_waits ON message (addressee, id) WHERE waits;

-- How many messages made way for later ones before their addressee read them.
CREATE TABLE dropped (account INTEGER PRIMARY KEY, messages INTEGER NOT NULL) STRICT;

-- Guesses at passwords that were used up, and where the owners of accounts came in from.
CREATE TABLE allowance (
    account TEXT NOT NULL, -- the number of an account, or #room; empty for any
    address TEXT NOT NULL, -- empty for any stranger's; a network with its turn
    whole_at REAL NOT NULL, -- when it is as good as new, in seconds since the epoch
    known_at REAL NOT NULL, -- when the owner came in from there; 0 for never
    PRIMARY KEY (account, address)
) STRICT, WITHOUT ROWID;

-- How rooms are set; those without a row are as they began.
CREATE TABLE room_state (
    room INTEGER PRIMARY KEY,
    topic TEXT NOT NULL,
    public_from INTEGER NOT NULL, -- the first line that is read without having been let in
    private INTEGER NOT NULL,
    moderated INTEGER NOT NULL,
    members INTEGER NOT NULL,
    topic_locked INTEGER NOT NULL,
    slow INTEGER NOT NULL, -- seconds between two lines of one person; 0 for none
    history INTEGER NOT NULL,
    password TEXT NOT NULL -- its hash; empty for none
) STRICT;

-- Who was let into which room for good.
CREATE TABLE standing (
    room INTEGER NOT NULL,
    author INTEGER NOT NULL, -- an account
    name TEXT NOT NULL,
    rank INTEGER NOT NULL, -- 0 let in, 1 with a voice, 2 operator, 3 owner
    since INTEGER NOT NULL, -- the first line that they may read however closed the room is
    PRIMARY KEY (room, author)
) STRICT, WITHOUT ROWID;

-- Bans and mutes that have not been lifted.
CREATE TABLE sanction (
    id INTEGER PRIMARY KEY,
    room INTEGER NOT NULL, -- 0 for the whole server
    kind TEXT NOT NULL, -- ban, mute
    mask TEXT NOT NULL, -- a folded name or a network
    author INTEGER NOT NULL, -- the account or visit of whom it was meant for; 0 for nobody
    shown TEXT NOT NULL,
    by TEXT NOT NULL,
    reason TEXT NOT NULL,
    at REAL NOT NULL,
    until REAL NOT NULL
) STRICT;

-- The audit trail.
CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    room INTEGER NOT NULL, -- 0 for the whole server
    room_name TEXT NOT NULL,
    number INTEGER NOT NULL, -- of the room's next line then
    at REAL NOT NULL,
    nick TEXT NOT NULL,
    account TEXT NOT NULL,
    deed TEXT NOT NULL,
    target TEXT NOT NULL,
    reason TEXT NOT NULL,
    until REAL NOT NULL -- 0 for no end
) STRICT;

CREATE INDEX audit_by_room ON audit (room, id);

CREATE TABLE report (
    id INTEGER PRIMARY KEY,
    at REAL NOT NULL,
    nick TEXT NOT NULL,
    account TEXT NOT NULL,
    target TEXT NOT NULL,
    room INTEGER NOT NULL, -- where they talked; 0 for nowhere
    reason TEXT NOT NULL,
    is_read INTEGER NOT NULL
) STRICT;

CREATE INDEX unread_report ON report (id) WHERE NOT is_read;
