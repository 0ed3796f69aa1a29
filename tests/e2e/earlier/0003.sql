PRAGMA application_id = 1417102184;
PRAGMA user_version = 3;
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
) STRICT;
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
) STRICT;
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
INSERT INTO room (id, key, name, pruned) VALUES (1, 'lobby', 'lobby', 0);
INSERT INTO room (id, key, name, pruned) VALUES (2, 'den', 'den', 0);
INSERT INTO room (id, key, name, pruned) VALUES (3, 'attic', 'attic', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899548607177, 1, 1, 1.79589954860717725755e+09, 'joined', 'alice', -1795899548607010, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899548802480, 1, 2, 1.79589954880248022081e+09, 'joined', 'bob', -1795899548802360, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899549157787, 1, 3, 1.79589954915778756143e+09, 'joined', 'carol', -1795899549157641, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899549342662, 1, 4, 1.79589954934266257287e+09, 'joined', 'olive', -1795899549342463, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899549470245, 1, 5, 1.79589954947024512286e+09, 'left', 'olive', 1795899549445829, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899551358268, 1, 6, 1.79589955135826873783e+09, 'joined', 'olive', 1795899549445829, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899551360458, 1, 7, 1.79589955136045813558e+09, 'joined', 'gast', -1795899551360362, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899551361389, 2, 1, 1.79589955136138963698e+09, 'joined', 'alice', 1795899548777878, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899551373965, 2, 2, 1.79589955137396526342e+09, 'joined', 'bob', 1795899549052565, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899551374607, 2, 3, 1.79589955137460780139e+09, 'joined', 'carol', 1795899549283339, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899551374995, 2, 4, 1.79589955137499523163e+09, 'joined', 'gast', -1795899551360362, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899551375347, 2, 5, 1.79589955137534737581e+09, 'topic', 'alice', 1795899548777878, 'Tea at four', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899551389743, 2, 6, 1.79589955138974332812e+09, 'rank', 'alice', 1795899548777878, 'operator + bob', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899551402498, 2, 7, 1.79589955140249800686e+09, 'rank', 'alice', 1795899548777878, 'voiced + carol', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899551422625, 1, 8, 1.79589955142262506487e+09, 'left', 'carol', 1795899549283339, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899551422642, 2, 8, 1.795899551422642231e+09, 'left', 'carol', 1795899549283339, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899551423470, 2, 9, 1.79589955142347025866e+09, 'said', 'bob', 1795899549052565, 'the kettle boils', 0, '', '{"+1": [1795899548777878]}', 1795899548777878);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899551423806, 2, 10, 1.79589955142380666729e+09, 'said', 'bob', 1795899549052565, 'a line that was edited', 0, 'edited', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899551424075, 2, 11, 1.79589955142407560343e+09, 'said', 'bob', 1795899549052565, 'alice', 0, 'deleted', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899551438081, 2, 12, 1.79589955143808102612e+09, 'said', 'bob', 1795899549052565, 'then make tea', 9, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899551438586, 2, 13, 1.79589955143858599666e+09, 'acted', 'bob', 1795899549052565, 'pours tea', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899551482407, 2, 14, 1.79589955148240756985e+09, 'mode', 'bob', 1795899549052565, 'slow 7', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899551542624, 3, 1, 1.79589955154262423519e+09, 'joined', 'alice', 1795899548777878, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899551558500, 3, 2, 1.7958995515585007667e+09, 'mode', 'alice', 1795899548777878, 'private 1', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899551581152, 3, 3, 1.79589955158115267752e+09, 'topic', 'alice', 1795899548777878, 'A secret', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899551588508, 2, 15, 1.79589955158850884432e+09, 'acted', 'bob', 1795899549052565, 'was here last', 0, '', '', 0);
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795899548777878, 'alice', 'alice', '$argon2id$v=19$m=19456,t=2,p=1$L6LmTvJ12wL1G2+3JoufAw$0bfsPdoUSdvsnkK+jhvNeAnfQw4s7pBXc/NuTa4kkaU', '', NULL);
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795899549052565, 'bob', 'bob', '$argon2id$v=19$m=19456,t=2,p=1$sDKVPwZxkOsCma+2x3/Gkg$RpYSB+WxC2xiir4ZNnNHX2dz2qFyb9B5WUomE0g+bUg', '', NULL);
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795899549283339, 'carol', 'carol', '$argon2id$v=19$m=19456,t=2,p=1$TF0wA+XdTapkvcMhWUmXYw$QlgZm1V46hm91nzN4JpS68T5KBNEKaMczKI0bhYPRY0', '', 1795899551402533);
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795899549445829, 'olive', 'olive', '$argon2id$v=19$m=19456,t=2,p=1$DoeEXor6im/IpCfKheCxsw$1d6HJ2rlL2PmBJxoFQaRUuzRl1OgkWD++uX24ogMwQI', 'operator', NULL);
INSERT INTO seat (account, room) VALUES (1795899548777878, 1);
INSERT INTO seat (account, room) VALUES (1795899549052565, 1);
INSERT INTO seat (account, room) VALUES (1795899549283339, 1);
INSERT INTO seat (account, room) VALUES (1795899549445829, 1);
INSERT INTO seat (account, room) VALUES (1795899548777878, 2);
INSERT INTO seat (account, room) VALUES (1795899549052565, 2);
INSERT INTO seat (account, room) VALUES (1795899549283339, 2);
INSERT INTO seat (account, room) VALUES (1795899548777878, 3);
INSERT INTO message (id, at, nick, author, recipient, addressee, text, waits) VALUES (1795899551498379, 1.79589955149837923048e+09, 'alice', 1795899548777878, 'carol', 1795899549283339, 'see you at four', 1);
INSERT INTO message (id, at, nick, author, recipient, addressee, text, waits) VALUES (1795899551498994, 1.79589955149899435041e+09, 'bob', 1795899549052565, 'alice', 1795899548777878, 'a word in private', 0);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795899548777878', '127.0.0.1', 0.0, 1.79589954879542732239e+09);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795899549052565', '127.0.0.1', 0.0, 1.79589954914772963528e+09);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795899549283339', '127.0.0.1', 0.0, 1.79589954932581710818e+09);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795899549445829', '127.0.0.1', 0.0, 1.79589955135781908037e+09);
INSERT INTO room_state (room, topic, public_from, private, moderated, members, topic_locked, slow, history, password) VALUES (2, 'Tea at four', 1, 0, 0, 0, 0, 7, 1, '');
INSERT INTO room_state (room, topic, public_from, private, moderated, members, topic_locked, slow, history, password) VALUES (3, 'A secret', 1, 1, 0, 0, 0, 0, 1, '');
INSERT INTO standing (room, author, name, rank, since) VALUES (2, 1795899548777878, 'alice', 3, 1);
INSERT INTO standing (room, author, name, rank, since) VALUES (2, 1795899549052565, 'bob', 2, 2);
INSERT INTO standing (room, author, name, rank, since) VALUES (2, 1795899549283339, 'carol', 1, 3);
INSERT INTO standing (room, author, name, rank, since) VALUES (3, 1795899548777878, 'alice', 3, 1);
INSERT INTO standing (room, author, name, rank, since) VALUES (3, 1795899549052565, 'bob', 0, 3);
INSERT INTO sanction (id, room, kind, mask, author, shown, by, reason, at, until) VALUES (1795899551439017, 2, 'mute', 'gast', -1795899551360362, 'gast', 'bob', 'be quiet', 1.79589955143901777267e+09, 4102444800.0);
INSERT INTO sanction (id, room, kind, mask, author, shown, by, reason, at, until) VALUES (1795899551458263, 2, 'ban', 'mallory', 0, 'mallory', 'bob', 'spam', 1.79589955145826387404e+09, 4102444800.0);
INSERT INTO sanction (id, room, kind, mask, author, shown, by, reason, at, until) VALUES (1795899551518201, 0, 'ban', '192.0.2.7/32', 0, '192.0.2.7', 'olive', 'flood', 1.7958995515182013512e+09, 4102444800.0);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899551389787, 2, 'den', 7, 1.79589955138978695867e+09, 'alice', 'alice', 'op', 'bob', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899551402533, 2, 'den', 8, 1.79589955140253376957e+09, 'alice', 'alice', 'voice', 'carol', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899551425226, 2, 'den', 12, 1.79589955142522597316e+09, 'alice', 'alice', 'delete line 11 of', 'bob', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899551439062, 2, 'den', 14, 1.79589955143906211849e+09, 'bob', 'bob', 'mute', 'gast', 'be quiet', 1.88229955143901777269e+09, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899551458306, 2, 'den', 14, 1.79589955145830655093e+09, 'bob', 'bob', 'ban', 'mallory', 'spam', 1.88229955145826387402e+09, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899551482440, 2, 'den', 15, 1.79589955148244071001e+09, 'bob', 'bob', 'slow 7s', '', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899551518283, 0, '', 0, 1.7958995515182833672e+09, 'olive', 'olive', 'ban', '192.0.2.7', 'flood', 1.88229955151820135114e+09, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899551529957, 0, '', 0, 1.79589955152995705599e+09, 'olive', 'olive', 'announce', '', 'the server moves at noon', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899551558530, 3, 'attic', 3, 1.79589955155853080743e+09, 'alice', 'alice', 'private on', '', '', 0.0, 0);
INSERT INTO report (id, at, nick, account, target, room, reason, is_read) VALUES (1795899551499390, 1.79589955149939012532e+09, 'gast', '', 'bob', 2, 'he is rude', 1);
INSERT INTO indexed (up_to, again_to, folding) VALUES (1795899549470245, 0, '1, Unicode 14.0.0');
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
