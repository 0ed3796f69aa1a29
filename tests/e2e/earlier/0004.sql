PRAGMA application_id = 1417102184;
PRAGMA user_version = 4;
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
CREATE TABLE journal (moved INTEGER NOT NULL) STRICT;
INSERT INTO room (id, key, name, pruned) VALUES (1, 'lobby', 'lobby', 0);
INSERT INTO room (id, key, name, pruned) VALUES (2, 'den', 'den', 0);
INSERT INTO room (id, key, name, pruned) VALUES (3, 'attic', 'attic', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899553700152, 1, 1, 1.79589955370015215874e+09, 'joined', 'alice', -1795899553700023, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899553867364, 1, 2, 1.79589955386736392977e+09, 'joined', 'bob', -1795899553867176, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899553975955, 1, 3, 1.7958995539759557247e+09, 'joined', 'carol', -1795899553975844, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899554083923, 1, 4, 1.7958995540839233398e+09, 'joined', 'olive', -1795899554083802, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899554127234, 1, 5, 1.79589955412723422051e+09, 'left', 'olive', 1795899554124350, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899556218323, 1, 6, 1.79589955621832370762e+09, 'joined', 'olive', 1795899554124350, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899556222785, 1, 7, 1.79589955622278547291e+09, 'joined', 'gast', -1795899556222682, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899556226270, 2, 1, 1.79589955622627067566e+09, 'joined', 'alice', 1795899553836845, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899556246294, 2, 2, 1.79589955624629402162e+09, 'joined', 'bob', 1795899553969282, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899556248179, 2, 3, 1.79589955624817919736e+09, 'joined', 'carol', 1795899554078248, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899556249966, 2, 4, 1.79589955624996662139e+09, 'joined', 'gast', -1795899556222682, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899556291760, 2, 5, 1795899556.29176, 'topic', 'alice', 1795899553836845, 'Tea at four', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899556297994, 2, 6, 1.79589955629799461365e+09, 'rank', 'alice', 1795899553836845, 'operator + bob', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899556310922, 2, 7, 1.7958995563109228611e+09, 'rank', 'alice', 1795899553836845, 'voiced + carol', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899556339449, 1, 8, 1.79589955633944940564e+09, 'left', 'carol', 1795899554078248, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899556339471, 2, 8, 1.79589955633947181696e+09, 'left', 'carol', 1795899554078248, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899556358402, 2, 9, 1.79589955635840201378e+09, 'said', 'bob', 1795899553969282, 'the kettle boils', 0, '', '{"+1": [1795899553836845]}', 1795899553836845);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899556359159, 2, 10, 1.79589955635915946964e+09, 'said', 'bob', 1795899553969282, 'a line that was edited', 0, 'edited', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899556377596, 2, 11, 1.79589955637759590145e+09, 'said', 'bob', 1795899553969282, 'alice', 0, 'deleted', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899556405848, 2, 12, 1.79589955640584826471e+09, 'said', 'bob', 1795899553969282, 'then make tea', 9, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899556406239, 2, 13, 1.79589955640623903272e+09, 'acted', 'bob', 1795899553969282, 'pours tea', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899556427300, 2, 14, 1.79589955642730069156e+09, 'mode', 'bob', 1795899553969282, 'slow 7', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899556473189, 3, 1, 1.79589955647318935388e+09, 'joined', 'alice', 1795899553836845, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899556476198, 3, 2, 1.79589955647619819644e+09, 'mode', 'alice', 1795899553836845, 'private 1', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899556480708, 3, 3, 1.79589955648070859909e+09, 'topic', 'alice', 1795899553836845, 'A secret', 0, '', '', 0);
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795899553836845, 'alice', 'alice', '$argon2id$v=19$m=19456,t=2,p=1$n2PrkIcPAHT8dk3vBJ+L2g$w0xAg5geSuhavFssoh0FJUYklw0vin14Z9rT0Cfxyw4', '', NULL);
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795899553969282, 'bob', 'bob', '$argon2id$v=19$m=19456,t=2,p=1$ygoYNAz3zm2bc9ezyqoIzg$jrbOSZ6UOtOo4LKjC1LpkyfEVWdhwI2u8nBV8a2krS8', '', NULL);
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795899554078248, 'carol', 'carol', '$argon2id$v=19$m=19456,t=2,p=1$y9NO2OuU68XK9hiRUL759g$HwLL0xKG1UgvmC7OortRBgVhVJWmKM/zLaSUnuFGDVQ', '', 1795899556310966);
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795899554124350, 'olive', 'olive', '$argon2id$v=19$m=19456,t=2,p=1$/0BODuUA+tNhPsStxH1qaA$JiF8Wv5YUnUk93xVwSs1oVgUIjqRO5P4yMicAJShg6M', 'operator', NULL);
INSERT INTO seat (account, room) VALUES (1795899553836845, 1);
INSERT INTO seat (account, room) VALUES (1795899553969282, 1);
INSERT INTO seat (account, room) VALUES (1795899554078248, 1);
INSERT INTO seat (account, room) VALUES (1795899554124350, 1);
INSERT INTO seat (account, room) VALUES (1795899553836845, 2);
INSERT INTO seat (account, room) VALUES (1795899553969282, 2);
INSERT INTO seat (account, room) VALUES (1795899554078248, 2);
INSERT INTO seat (account, room) VALUES (1795899553836845, 3);
INSERT INTO message (id, at, nick, author, recipient, addressee, text, waits) VALUES (1795899556439796, 1.79589955643979668617e+09, 'alice', 1795899553836845, 'carol', 1795899554078248, 'see you at four', 1);
INSERT INTO message (id, at, nick, author, recipient, addressee, text, waits) VALUES (1795899556440265, 1.79589955644026565552e+09, 'bob', 1795899553969282, 'alice', 1795899553836845, 'a word in private', 0);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795899553836845', '127.0.0.1', 0.0, 1.79589955385809826849e+09);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795899553969282', '127.0.0.1', 0.0, 1.79589955397420668594e+09);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795899554078248', '127.0.0.1', 0.0, 1.79589955408233642583e+09);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795899554124350', '127.0.0.1', 0.0, 1.79589955621786284451e+09);
INSERT INTO room_state (room, topic, public_from, private, moderated, members, topic_locked, slow, history, password) VALUES (2, 'Tea at four', 1, 0, 0, 0, 0, 7, 1, '');
INSERT INTO room_state (room, topic, public_from, private, moderated, members, topic_locked, slow, history, password) VALUES (3, 'A secret', 1, 1, 0, 0, 0, 0, 1, '');
INSERT INTO standing (room, author, name, rank, since) VALUES (2, 1795899553836845, 'alice', 3, 1);
INSERT INTO standing (room, author, name, rank, since) VALUES (2, 1795899553969282, 'bob', 2, 2);
INSERT INTO standing (room, author, name, rank, since) VALUES (2, 1795899554078248, 'carol', 1, 3);
INSERT INTO standing (room, author, name, rank, since) VALUES (3, 1795899553836845, 'alice', 3, 1);
INSERT INTO standing (room, author, name, rank, since) VALUES (3, 1795899553969282, 'bob', 0, 3);
INSERT INTO sanction (id, room, kind, mask, author, shown, by, reason, at, until) VALUES (1795899556414286, 2, 'mute', 'gast', -1795899556222682, 'gast', 'bob', 'be quiet', 1.79589955641428661347e+09, 4102444800.0);
INSERT INTO sanction (id, room, kind, mask, author, shown, by, reason, at, until) VALUES (1795899556426063, 2, 'ban', 'mallory', 0, 'mallory', 'bob', 'spam', 1.79589955642606377604e+09, 4102444800.0);
INSERT INTO sanction (id, room, kind, mask, author, shown, by, reason, at, until) VALUES (1795899556453282, 0, 'ban', '192.0.2.7/32', 0, '192.0.2.7', 'olive', 'flood', 1.79589955645328211786e+09, 4102444800.0);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899556298043, 2, 'den', 7, 1.79589955629804325096e+09, 'alice', 'alice', 'op', 'bob', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899556310966, 2, 'den', 8, 1.79589955631096673009e+09, 'alice', 'alice', 'voice', 'carol', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899556386933, 2, 'den', 12, 1.79589955638693308829e+09, 'alice', 'alice', 'delete line 11 of', 'bob', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899556414357, 2, 'den', 14, 1.79589955641435694696e+09, 'bob', 'bob', 'mute', 'gast', 'be quiet', 1.88229955641428661344e+09, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899556426124, 2, 'den', 14, 1.79589955642612409594e+09, 'bob', 'bob', 'ban', 'mallory', 'spam', 1.88229955642606377602e+09, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899556427328, 2, 'den', 15, 1.79589955642732834817e+09, 'bob', 'bob', 'slow 7s', '', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899556453356, 0, '', 0, 1.79589955645335626601e+09, 'olive', 'olive', 'ban', '192.0.2.7', 'flood', 1.88229955645328211784e+09, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899556469872, 0, '', 0, 1.79589955646987247468e+09, 'olive', 'olive', 'announce', '', 'the server moves at noon', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899556476223, 3, 'attic', 3, 1.79589955647622323033e+09, 'alice', 'alice', 'private on', '', '', 0.0, 0);
INSERT INTO report (id, at, nick, account, target, room, reason, is_read) VALUES (1795899556445096, 1.79589955644509649277e+09, 'gast', '', 'bob', 2, 'he is rude', 1);
INSERT INTO indexed (up_to, again_to, folding) VALUES (1795899556310922, 0, '1, Unicode 14.0.0');
INSERT INTO journal (moved) VALUES (27);
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
-- chat.db.journal-0: PwAAAGT0nXiSHJGSAJzPAAZhXHMd7o0CD8tB2sLQKR9qyqVhY3RlZKNib2LPAAZhXHL3dIKtd2FzIGhlcmUgbGFzdACgoABhdCBmb3Vyw0cAAACgo6u8khuRkgKYzwAGYVxzHSjJy0HawtApHC1Qo2JvYs8ABmFccvd0gqVhbGljZc8ABmFccvVvLbFhIHdvcmQgaW4gcHJpdmF0ZcIGYVxy93SCrXRoZW4gbWFrZSB0ZWEJoKAAOwAAAIsBfsCSGZGSAJzPAAZhXHMco98CDctB2sLQKRn/0qVhY3RlZKNib2LPAAZhXHL3dIKpcG91cnMgdGVhAKCgAGFpZKNib2LPAAZhXHL3dIKuYSBsaW5lIHRvIGVkaXQAoKAAQQAAAKiwx0WSFJGSAJzPAAZhXHMcM/wCC8tB2sLQKRgqiKRzYWlko2JvYs8ABmFccvd0grBhIGxpbmUgdG8gZGVsZXRlAKCgAFMAAAAKY1kikhWRkgGBpGxpbmWczwAGYVxzG+v3AgrLQdrC0CkW/Hikc2FpZKNib2LPAAZhXHL3dIK2YSBsaW5lIHRoYXQgd2FzIGVkaXRlZACmZWRpdGVkoAA5NTU0MTI0MzUwp2FkZHJlc3OgqGtub3duX2F0ywAAAAAAAAAAqHdob2xlX2F0ywAAAAAAAAAAqmlzX3NldHRsZWTDkgmCqWFsbG93YW5jZYSnYWNjb3VudKCnYWRkcmVzc6kxMjcuMC4wLjGoa25vd25fYXTLAAAAAAAAAACod2hvbGVfYXTLAAAAAAAAAACqaXNfc2V0dGxlZMOSCYKpYWxsb3dhbmNlhKdhY2NvdW50sDE3OTU4OTk1NTQxMjQzNTCnYWRkcmVzc6kxMjcuMC4wLjGoa25vd25fYXTLQdrC0CkN8Xeod2hvbGVfYXTLAAAAAAAAAACqaXNfc2V0dGxlZMKSCYKpYWxsb3dhbmNlhKdhY2NvdW50sDE3OTU4OTk1NTQxMjQzNTCnYWRkcmVzc6wxMjcuMC4wLjAvMjSoa25vd25fYXTLAAAAAAAAAACod2hvbGVfYXTLAAAAAAAAAACqaXNfc2V0dGxlZMOSBYGnYWNjb3VudM8ABmFccvnSPpIAnM8ABmFccxnF0wEGy0HawtApDfkEpmpvaW5lZKVvbGl2Zc8ABmFccvnSPqAAoKAAkgeCp2FjY291bnTPAAZhXHL50j6kcm9vbQE0AAAA3Mv8NZINkZIAnM8ABmFccxnXQQEHy0HawtApDkIepmpvaW5lZKRnYXN00//5nqOM5ikmoACgoA==
