PRAGMA application_id = 1417102184;
PRAGMA user_version = 8;
CREATE TABLE room (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE, -- the folded name
    name TEXT NOT NULL,
    pruned INTEGER NOT NULL DEFAULT 0 -- the number of the latest line that was deleted; 0 for none
) STRICT;
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
, by TEXT NOT NULL DEFAULT '') STRICT;
CREATE UNIQUE INDEX line_by_number ON line (room, number, kind);
CREATE INDEX line_by_pin ON line (room, number) WHERE pinned;
CREATE TABLE account (
    id INTEGER PRIMARY KEY, -- of the time when it was registered, as a line's; never used again
    name TEXT NOT NULL,
    key TEXT NOT NULL UNIQUE, -- the folded name
    password TEXT NOT NULL, -- an argon2id hash
    roles TEXT NOT NULL, -- such as operator, with spaces between
    seen INTEGER -- the id of what came last when they went; NULL while they are here
) STRICT;
CREATE TABLE seat (
    account INTEGER NOT NULL,
    room INTEGER NOT NULL,
    PRIMARY KEY (account, room)
) STRICT, WITHOUT ROWID;
CREATE INDEX seat_by_room ON seat (room);
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
CREATE TABLE dropped (account INTEGER PRIMARY KEY, messages INTEGER NOT NULL) STRICT;
CREATE TABLE allowance (
    account TEXT NOT NULL, -- the number of an account, or #room; empty for any
    address TEXT NOT NULL, -- empty for any stranger's; a network with its turn
    whole_at REAL NOT NULL, -- when it is as good as new, in seconds since the epoch
    known_at REAL NOT NULL, -- when the owner came in from there; 0 for never
    PRIMARY KEY (account, address)
) STRICT, WITHOUT ROWID;
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
, topic_by TEXT NOT NULL DEFAULT '', topic_author INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE standing (
    room INTEGER NOT NULL,
    author INTEGER NOT NULL, -- an account
    name TEXT NOT NULL,
    rank INTEGER NOT NULL, -- 0 let in, 1 with a voice, 2 operator, 3 owner
    since INTEGER NOT NULL, -- the first line that they may read however closed the room is
    PRIMARY KEY (room, author)
) STRICT, WITHOUT ROWID;
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
, open INTEGER NOT NULL DEFAULT 1) STRICT;
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
CREATE VIEW line_words AS
SELECT
    id, words(text) AS text, entries(text) AS entries,
    'r' || room AS room, 'n' || hex(spelling(nick)) AS nick
FROM line
WHERE kind IN ('said', 'acted', 'announced', 'topic') AND state <> 'deleted';
CREATE VIRTUAL TABLE line_index USING fts5 (
    text, entries, room, nick,
    content = 'line_words', content_rowid = 'id', columnsize = 0,
    tokenize = 'ascii'
);
CREATE TABLE indexed (up_to INTEGER NOT NULL, again_to INTEGER NOT NULL, folding TEXT NOT NULL) STRICT;
CREATE VIEW room_open AS
SELECT room, iif(private OR password <> '', 9223372036854775807, public_from) AS first
FROM room_state;
CREATE INDEX audit_open ON audit (id) WHERE open;
CREATE INDEX audit_by_number ON audit (room, open, number);
CREATE TABLE journal (moved INTEGER NOT NULL) STRICT;
CREATE TABLE setting (
    account INTEGER NOT NULL,
    name TEXT NOT NULL, -- such as color; room is the room in which they talk
    value TEXT NOT NULL, -- on, off or a number
    PRIMARY KEY (account, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE "ignored" (
    account INTEGER NOT NULL,
    key TEXT NOT NULL, -- the folded nick by which they were ignored
    place INTEGER NOT NULL, -- from 0, among the author numbers of that name: the latest is last
    name TEXT NOT NULL, -- the nick as it was shown
    author INTEGER NOT NULL, -- an account; for a visit without one, negative
    PRIMARY KEY (account, key, place)
) STRICT, WITHOUT ROWID;
CREATE TABLE token (
    hash TEXT PRIMARY KEY, -- of the token itself, which is not kept
    account INTEGER NOT NULL, -- 0 for a guest
    device TEXT NOT NULL,
    made_at REAL NOT NULL,
    used_at REAL NOT NULL,
    nick TEXT NOT NULL,
    visit INTEGER NOT NULL,
    since REAL NOT NULL,
    rooms TEXT NOT NULL, -- their numbers, with a space between two
    open INTEGER NOT NULL -- 1 if its session may be resumed
) STRICT, WITHOUT ROWID;
CREATE TABLE done (
    id INTEGER PRIMARY KEY,
    hash TEXT NOT NULL,
    label TEXT NOT NULL,
    UNIQUE (hash, label)
) STRICT;
CREATE TABLE read_mark (
    account INTEGER NOT NULL,
    room INTEGER NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (account, room)
) STRICT, WITHOUT ROWID;
INSERT INTO room (id, key, name, pruned) VALUES (1, 'lobby', 'lobby', 0);
INSERT INTO room (id, key, name, pruned) VALUES (2, 'den', 'den', 0);
INSERT INTO room (id, key, name, pruned) VALUES (3, 'attic', 'attic', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795910086964078, 1, 1, 1.79591008696407842637e+09, 'joined', 'alice', -1795910086963903, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795910087039751, 1, 2, 1.79591008703975176809e+09, 'joined', 'bob', -1795910087039626, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795910087091642, 1, 3, 1.79591008709164261822e+09, 'joined', 'carol', -1795910087091513, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795910087131150, 1, 4, 1.79591008713115048408e+09, 'joined', 'olive', -1795910087131016, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795910087170355, 1, 5, 1.79591008717035508154e+09, 'left', 'olive', 1795910087166705, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795910088251867, 1, 6, 1.79591008825186753275e+09, 'joined', 'olive', 1795910087166705, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795910088254957, 1, 7, 1.79591008825495696064e+09, 'joined', 'gast', -1795910088254854, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795910088256014, 2, 1, 1.79591008825601482386e+09, 'joined', 'alice', 1795910087029806, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795910088257320, 2, 2, 1795910088.25732, 'joined', 'bob', 1795910087085844, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795910088257691, 2, 3, 1.79591008825769114492e+09, 'joined', 'carol', 1795910087126002, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795910088257993, 2, 4, 1.79591008825799345965e+09, 'joined', 'gast', -1795910088254854, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795910088258271, 2, 5, 1.7959100882582714558e+09, 'topic', 'alice', 1795910087029806, 'Tea at four', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795910088259453, 2, 6, 1.7959100882594537735e+09, 'rank', 'alice', 1795910087029806, 'operator + bob', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795910088260245, 2, 7, 1.79591008826024580002e+09, 'rank', 'alice', 1795910087029806, 'voiced + carol', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795910088261150, 1, 8, 1795910088.26115, 'left', 'carol', 1795910087126002, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795910088261160, 2, 8, 1.79591008826116061208e+09, 'left', 'carol', 1795910087126002, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795910088261651, 2, 9, 1.79591008826165175436e+09, 'said', 'bob', 1795910087085844, 'the kettle boils', 0, '', '{"+1": [1795910087029806]}', 1795910087029806, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795910088262149, 2, 10, 1.79591008826214981082e+09, 'said', 'bob', 1795910087085844, 'a line that was edited', 0, 'edited', '', 0, 'bob');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795910088262360, 2, 11, 1.79591008826236081118e+09, 'said', 'bob', 1795910087085844, '', 0, 'deleted', '', 0, 'alice');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795910088265259, 2, 12, 1.79591008826525926588e+09, 'said', 'bob', 1795910087085844, 'then make tea', 9, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795910088265525, 2, 13, 1.79591008826552534101e+09, 'acted', 'bob', 1795910087085844, 'pours tea', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795910088267728, 2, 14, 1.79591008826772809028e+09, 'mode', 'bob', 1795910087085844, 'slow 7', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795910088277981, 3, 1, 1.79591008827798128124e+09, 'joined', 'alice', 1795910087029806, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795910088283770, 3, 2, 1.79591008828377056124e+09, 'mode', 'alice', 1795910087029806, 'private 1', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795910088302033, 3, 3, 1.79591008830203318594e+09, 'topic', 'alice', 1795910087029806, 'A secret', 0, '', '', 0, '');
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795910087029806, 'alice', 'alice', '$argon2id$v=19$m=19456,t=2,p=1$wdxTvZbiWVdm4G/KMkYMIQ$xNhbLZn7B80dV0qfXH4Qd9vHg3UPWYBKx929bGTkmNw', '', NULL);
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795910087085844, 'bob', 'bob', '$argon2id$v=19$m=19456,t=2,p=1$nFAe+4p34Y+x+RPkeiqYww$zdnGNNEAXaGjjvmYnzSC/bQtTSi6ANDw2lUx+BxHYYw', '', NULL);
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795910087126002, 'carol', 'carol', '$argon2id$v=19$m=19456,t=2,p=1$m2iMNVICN6cyCxKexb3r6A$x/bhC9mS+uB5uRLRIxDM4SEFKbRSJWIPhp6kphQMC/k', '', 1795910088260259);
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795910087166705, 'olive', 'olive', '$argon2id$v=19$m=19456,t=2,p=1$MymIpyG4XePBwBzlEt3mGA$6DVKnY+PJu3I+zyroNaQ4FPnXUgLrMmzNSxvaWDw/pg', 'operator', NULL);
INSERT INTO seat (account, room) VALUES (1795910087029806, 1);
INSERT INTO seat (account, room) VALUES (1795910087085844, 1);
INSERT INTO seat (account, room) VALUES (1795910087126002, 1);
INSERT INTO seat (account, room) VALUES (1795910087166705, 1);
INSERT INTO seat (account, room) VALUES (1795910087029806, 2);
INSERT INTO seat (account, room) VALUES (1795910087085844, 2);
INSERT INTO seat (account, room) VALUES (1795910087126002, 2);
INSERT INTO seat (account, room) VALUES (1795910087029806, 3);
INSERT INTO message (id, at, nick, author, recipient, addressee, text, waits) VALUES (1795910088268518, 1.7959100882685186863e+09, 'alice', 1795910087029806, 'carol', 1795910087126002, 'see you at four', 1);
INSERT INTO message (id, at, nick, author, recipient, addressee, text, waits) VALUES (1795910088268751, 1.79591008826875090601e+09, 'bob', 1795910087085844, 'alice', 1795910087029806, 'a word in private', 0);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795910087029806', '127.0.0.1', 0.0, 1.79591008703783535952e+09);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795910087085844', '127.0.0.1', 0.0, 1.7959100870897827148e+09);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795910087126002', '127.0.0.1', 0.0, 1.79591008712744045253e+09);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795910087166705', '127.0.0.1', 0.0, 1.79591008825129723547e+09);
INSERT INTO room_state (room, topic, public_from, private, moderated, members, topic_locked, slow, history, password, topic_by, topic_author) VALUES (2, 'Tea at four', 1, 0, 0, 0, 0, 7, 1, '', 'alice', 1795910087029806);
INSERT INTO room_state (room, topic, public_from, private, moderated, members, topic_locked, slow, history, password, topic_by, topic_author) VALUES (3, 'A secret', 1, 1, 0, 0, 0, 0, 1, '', 'alice', 1795910087029806);
INSERT INTO standing (room, author, name, rank, since) VALUES (2, 1795910087029806, 'alice', 3, 1);
INSERT INTO standing (room, author, name, rank, since) VALUES (2, 1795910087085844, 'bob', 2, 2);
INSERT INTO standing (room, author, name, rank, since) VALUES (2, 1795910087126002, 'carol', 1, 3);
INSERT INTO standing (room, author, name, rank, since) VALUES (3, 1795910087029806, 'alice', 3, 1);
INSERT INTO standing (room, author, name, rank, since) VALUES (3, 1795910087085844, 'bob', 0, 3);
INSERT INTO sanction (id, room, kind, mask, author, shown, by, reason, at, until) VALUES (1795910088265979, 2, 'mute', 'gast', -1795910088254854, 'gast', 'bob', 'be quiet', 1.79591008826597928996e+09, 4102444800.0);
INSERT INTO sanction (id, room, kind, mask, author, shown, by, reason, at, until) VALUES (1795910088267073, 2, 'ban', 'mallory', 0, 'mallory', 'bob', 'spam', 1.79591008826707363129e+09, 4102444800.0);
INSERT INTO sanction (id, room, kind, mask, author, shown, by, reason, at, until) VALUES (1795910088270012, 0, 'ban', '192.0.2.7/32', 0, '192.0.2.7', 'olive', 'flood', 1.79591008827001190188e+09, 4102444800.0);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795910088259478, 2, 'den', 7, 1.7959100882594783306e+09, 'alice', 'alice', 'op', 'bob', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795910088260259, 2, 'den', 8, 1.79591008826025986676e+09, 'alice', 'alice', 'voice', 'carol', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795910088263057, 2, 'den', 12, 1.79591008826305699344e+09, 'alice', 'alice', 'delete line 11 of', 'bob', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795910088266037, 2, 'den', 14, 1.79591008826603770257e+09, 'bob', 'bob', 'mute', 'gast', 'be quiet', 1.88231008826597928998e+09, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795910088267094, 2, 'den', 14, 1.79591008826709461207e+09, 'bob', 'bob', 'ban', 'mallory', 'spam', 1.88231008826707363126e+09, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795910088267752, 2, 'den', 15, 1.7959100882677519321e+09, 'bob', 'bob', 'slow 7s', '', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795910088270051, 0, '', 0, 1.79591008827005100254e+09, 'olive', 'olive', 'ban', '192.0.2.7', 'flood', 1.8823100882700119019e+09, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795910088270679, 0, '', 0, 1.79591008827067947391e+09, 'olive', 'olive', 'announce', '', 'the server moves at noon', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795910088283792, 3, 'attic', 3, 1.79591008828379249573e+09, 'alice', 'alice', 'private on', '', '', 0.0, 0);
INSERT INTO report (id, at, nick, account, target, room, reason, is_read) VALUES (1795910088269035, 1.79591008826903581621e+09, 'gast', '', 'bob', 2, 'he is rude', 1);
INSERT INTO indexed (up_to, again_to, folding) VALUES (1795910087170355, 0, '1, Unicode 14.0.0');
INSERT INTO journal (moved) VALUES (29);
INSERT INTO setting (account, name, value) VALUES (1795910087029806, 'bell', 'on');
INSERT INTO setting (account, name, value) VALUES (1795910087029806, 'numbers', 'on');
INSERT INTO setting (account, name, value) VALUES (1795910087029806, 'room', '3');
INSERT INTO setting (account, name, value) VALUES (1795910087029806, 'width', '120');
INSERT INTO setting (account, name, value) VALUES (1795910087085844, 'room', '2');
INSERT INTO setting (account, name, value) VALUES (1795910087126002, 'room', '2');
INSERT INTO ignored (account, key, place, name, author) VALUES (1795910087029806, 'gast', 0, 'gast', -1795910088254854);
INSERT INTO line_index (rowid, text, entries, room, nick) SELECT id, text, entries, room, nick FROM line_words
WHERE id <= (SELECT up_to FROM indexed);
CREATE TRIGGER line_changes BEFORE UPDATE OF text, state ON line
WHEN (old.text <> new.text OR old.state <> new.state) AND old.id <= (SELECT up_to FROM indexed)
BEGIN
    INSERT INTO line_index (line_index, rowid, text, entries, room, nick)
    SELECT 'delete', id, text, entries, room, nick FROM line_words WHERE id = old.id;
END;
CREATE TRIGGER line_changed AFTER UPDATE OF text, state ON line
WHEN (old.text <> new.text OR old.state <> new.state) AND old.id <= (SELECT up_to FROM indexed)
BEGIN
    INSERT INTO line_index (rowid, text, entries, room, nick)
    SELECT id, text, entries, room, nick FROM line_words WHERE id = old.id;
END;
CREATE TRIGGER line_goes BEFORE DELETE ON line
WHEN old.id <= (SELECT up_to FROM indexed)
BEGIN
    INSERT INTO line_index (line_index, rowid, text, entries, room, nick)
    SELECT 'delete', id, text, entries, room, nick FROM line_words WHERE id = old.id;
END;
CREATE TRIGGER audit_begins AFTER INSERT ON audit
WHEN new.number < (SELECT first FROM room_open WHERE room = new.room)
BEGIN
    UPDATE audit SET open = 0 WHERE id = new.id;
END;
CREATE TRIGGER room_is_set AFTER INSERT ON room_state
BEGIN
    UPDATE audit SET open = 0 WHERE room = new.room AND open = 1
        AND number < (SELECT first FROM room_open WHERE room = new.room);
    UPDATE audit SET open = 1 WHERE room = new.room AND open = 0
        AND number >= (SELECT first FROM room_open WHERE room = new.room);
END;
-- chat.db.journal-0: QAAAAD/HbE+SHpGSAJ3PAAZhXubcsc4CD8tB2sLachOoXKVhY3RlZKNib2LPAAZhXubKDxStd2FzIGhlcmUgbGFzdACgoACgzwAGYV7myTQupG5hbWWld2lkdGildmFsdWWjMTIwy0HawtpyETM3o2JvYs8ABmFe5soPFKVhbGljZc8ABmFe5sk0LrFhIHdvcmQgaW4gcHJpdmF0ZcIABmFe5soPFK10aGVuIG1ha2UgdGVhCaCgAKA8AAAAXe6JvJIZkZIAnc8ABmFe5twPNQINy0HawtpyEP5epWFjdGVko2JvYs8ABmFe5soPFKlwb3VycyB0ZWEAoKAAoGFpZKNib2LPAAZhXubKDxSuYSBsaW5lIHRvIGVkaXQAoKAAoEIAAAAU9abQkhSRkgCdzwAGYV7m3ALYAgvLQdrC2nIQyoWkc2FpZKNib2LPAAZhXubKDxSwYSBsaW5lIHRvIGRlbGV0ZQCgoACgVwAAAGvSdCySFZGSAYGkbGluZZ3PAAZhXubcAgUCCstB2sLachDHEKRzYWlko2JvYs8ABmFe5soPFLZhIGxpbmUgdGhhdCB3YXMgZWRpdGVkAKZlZGl0ZWSgAKNib2JkpW9saXZlzwAGYV7my0rxoACgoACgkgeCp2FjY291bnTPAAZhXubLSvGkcm9vbQFhXubLWTMBBctB2sLaccrnGaRsZWZ0pW9saXZlzwAGYV7my0rxoACgoACg
