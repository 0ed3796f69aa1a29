PRAGMA application_id = 1417102184;
PRAGMA user_version = 9;
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
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795910091417551, 1, 1, 1.79591009141755104062e+09, 'joined', 'alice', -1795910091417296, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795910091522938, 1, 2, 1.79591009152293825147e+09, 'joined', 'bob', -1795910091522787, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795910091591858, 1, 3, 1.79591009159185838704e+09, 'joined', 'carol', -1795910091591740, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795910091634295, 1, 4, 1.79591009163429522516e+09, 'joined', 'olive', -1795910091634165, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795910091699338, 1, 5, 1.79591009169933843612e+09, 'left', 'olive', 1795910091692767, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795910093166123, 1, 6, 1.79591009316612362865e+09, 'joined', 'olive', 1795910091692767, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795910093169181, 1, 7, 1.79591009316918158531e+09, 'joined', 'gast', -1795910093169046, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795910093170372, 2, 1, 1.79591009317037224768e+09, 'joined', 'alice', 1795910091512140, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795910093173124, 2, 2, 1.7959100931731243134e+09, 'joined', 'bob', 1795910091578573, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795910093173489, 2, 3, 1.79591009317348909374e+09, 'joined', 'carol', 1795910091630838, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795910093173835, 2, 4, 1.79591009317383551598e+09, 'joined', 'gast', -1795910093169046, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795910093174165, 2, 5, 1.79591009317416548727e+09, 'topic', 'alice', 1795910091512140, 'Tea at four', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795910093175386, 2, 6, 1.79591009317538642881e+09, 'rank', 'alice', 1795910091512140, 'operator + bob', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795910093176217, 2, 7, 1.79591009317621779438e+09, 'rank', 'alice', 1795910091512140, 'voiced + carol', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795910093177120, 1, 8, 1795910093.17712, 'left', 'carol', 1795910091630838, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795910093177130, 2, 8, 1.79591009317713046072e+09, 'left', 'carol', 1795910091630838, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795910093177560, 2, 9, 1.79591009317756080624e+09, 'said', 'bob', 1795910091578573, 'the kettle boils', 0, '', '{"+1": [1795910091512140]}', 1795910091512140, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795910093177988, 2, 10, 1.7959100931779885292e+09, 'said', 'bob', 1795910091578573, 'a line that was edited', 0, 'edited', '', 0, 'bob');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795910093178212, 2, 11, 1.79591009317821240429e+09, 'said', 'bob', 1795910091578573, '', 0, 'deleted', '', 0, 'alice');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795910093187770, 2, 12, 1.79591009318777060504e+09, 'said', 'bob', 1795910091578573, 'then make tea', 9, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795910093188068, 2, 13, 1.79591009318806815145e+09, 'acted', 'bob', 1795910091578573, 'pours tea', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795910093190396, 2, 14, 1.79591009319039607043e+09, 'mode', 'bob', 1795910091578573, 'slow 7', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795910093195490, 3, 1, 1795910093.19549, 'joined', 'alice', 1795910091512140, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795910093196269, 3, 2, 1.79591009319626975057e+09, 'mode', 'alice', 1795910091512140, 'private 1', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795910093197507, 3, 3, 1.79591009319750690462e+09, 'topic', 'alice', 1795910091512140, 'A secret', 0, '', '', 0, '');
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795910091512140, 'alice', 'alice', '$argon2id$v=19$m=19456,t=2,p=1$VavgxMxyV0l5Z5abWEutCQ$Qpz3bj6iwnO7Pxg1XOE9Pw7zInTZiUY1b//XMQ78qIc', '', NULL);
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795910091578573, 'bob', 'bob', '$argon2id$v=19$m=19456,t=2,p=1$pCYQUGQYHP0QxPThZLFRWg$/7TFk3x0tUVYoxOpY3+N2McPsDILCW3h8UyDN7fKwlQ', '', NULL);
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795910091630838, 'carol', 'carol', '$argon2id$v=19$m=19456,t=2,p=1$GZBgPgOc2YQFxpOMTGeXQQ$+5quv1HDo38uxm8krTyDysVNTLiifa3veFgTsWGM4cc', '', 1795910093176232);
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795910091692767, 'olive', 'olive', '$argon2id$v=19$m=19456,t=2,p=1$XF/fyFa368e0qTYLDBM1Kg$gcbMjtaLiXsCPF8VrtjzWHo9rqws0lSsLIHQsB2ky+4', 'operator', NULL);
INSERT INTO seat (account, room) VALUES (1795910091512140, 1);
INSERT INTO seat (account, room) VALUES (1795910091578573, 1);
INSERT INTO seat (account, room) VALUES (1795910091630838, 1);
INSERT INTO seat (account, room) VALUES (1795910091692767, 1);
INSERT INTO seat (account, room) VALUES (1795910091512140, 2);
INSERT INTO seat (account, room) VALUES (1795910091578573, 2);
INSERT INTO seat (account, room) VALUES (1795910091630838, 2);
INSERT INTO seat (account, room) VALUES (1795910091512140, 3);
INSERT INTO message (id, at, nick, author, recipient, addressee, text, waits) VALUES (1795910093191190, 1795910093.19119, 'alice', 1795910091512140, 'carol', 1795910091630838, 'see you at four', 1);
INSERT INTO message (id, at, nick, author, recipient, addressee, text, waits) VALUES (1795910093191444, 1.79591009319144415852e+09, 'bob', 1795910091578573, 'alice', 1795910091512140, 'a word in private', 0);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795910091512140', '127.0.0.1', 0.0, 1.7959100915180084705e+09);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795910091578573', '127.0.0.1', 0.0, 1.79591009158989763257e+09);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795910091630838', '127.0.0.1', 0.0, 1.79591009163220310211e+09);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795910091692767', '127.0.0.1', 0.0, 1.79591009316557216647e+09);
INSERT INTO room_state (room, topic, public_from, private, moderated, members, topic_locked, slow, history, password, topic_by, topic_author) VALUES (2, 'Tea at four', 1, 0, 0, 0, 0, 7, 1, '', 'alice', 1795910091512140);
INSERT INTO room_state (room, topic, public_from, private, moderated, members, topic_locked, slow, history, password, topic_by, topic_author) VALUES (3, 'A secret', 1, 1, 0, 0, 0, 0, 1, '', 'alice', 1795910091512140);
INSERT INTO standing (room, author, name, rank, since) VALUES (2, 1795910091512140, 'alice', 3, 1);
INSERT INTO standing (room, author, name, rank, since) VALUES (2, 1795910091578573, 'bob', 2, 2);
INSERT INTO standing (room, author, name, rank, since) VALUES (2, 1795910091630838, 'carol', 1, 3);
INSERT INTO standing (room, author, name, rank, since) VALUES (3, 1795910091512140, 'alice', 3, 1);
INSERT INTO standing (room, author, name, rank, since) VALUES (3, 1795910091578573, 'bob', 0, 3);
INSERT INTO sanction (id, room, kind, mask, author, shown, by, reason, at, until) VALUES (1795910093188430, 2, 'mute', 'gast', -1795910093169046, 'gast', 'bob', 'be quiet', 1.79591009318843030924e+09, 4102444800.0);
INSERT INTO sanction (id, room, kind, mask, author, shown, by, reason, at, until) VALUES (1795910093189713, 2, 'ban', 'mallory', 0, 'mallory', 'bob', 'spam', 1.79591009318971300129e+09, 4102444800.0);
INSERT INTO sanction (id, room, kind, mask, author, shown, by, reason, at, until) VALUES (1795910093192673, 0, 'ban', '192.0.2.7/32', 0, '192.0.2.7', 'olive', 'flood', 1.79591009319267344472e+09, 4102444800.0);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795910093175409, 2, 'den', 7, 1.79591009317540955536e+09, 'alice', 'alice', 'op', 'bob', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795910093176232, 2, 'den', 8, 1.795910093176232338e+09, 'alice', 'alice', 'voice', 'carol', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795910093178943, 2, 'den', 12, 1.79591009317894363403e+09, 'alice', 'alice', 'delete line 11 of', 'bob', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795910093188480, 2, 'den', 14, 1.79591009318848061557e+09, 'bob', 'bob', 'mute', 'gast', 'be quiet', 1.88231009318843030926e+09, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795910093189735, 2, 'den', 14, 1.79591009318973493578e+09, 'bob', 'bob', 'ban', 'mallory', 'spam', 1.88231009318971300118e+09, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795910093190413, 2, 'den', 15, 1.79591009319041323664e+09, 'bob', 'bob', 'slow 7s', '', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795910093192713, 0, '', 0, 1.79591009319271302218e+09, 'olive', 'olive', 'ban', '192.0.2.7', 'flood', 1.8823100931926734447e+09, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795910093193341, 0, '', 0, 1.79591009319334101671e+09, 'olive', 'olive', 'announce', '', 'the server moves at noon', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795910093196284, 3, 'attic', 3, 1.79591009319628453259e+09, 'alice', 'alice', 'private on', '', '', 0.0, 0);
INSERT INTO report (id, at, nick, account, target, room, reason, is_read) VALUES (1795910093191698, 1.79591009319169878956e+09, 'gast', '', 'bob', 2, 'he is rude', 1);
INSERT INTO indexed (up_to, again_to, folding) VALUES (1795910091699338, 0, '1, Unicode 14.0.0');
INSERT INTO journal (moved) VALUES (29);
INSERT INTO setting (account, name, value) VALUES (1795910091512140, 'bell', 'on');
INSERT INTO setting (account, name, value) VALUES (1795910091512140, 'numbers', 'on');
INSERT INTO setting (account, name, value) VALUES (1795910091512140, 'room', '3');
INSERT INTO setting (account, name, value) VALUES (1795910091512140, 'width', '120');
INSERT INTO setting (account, name, value) VALUES (1795910091578573, 'room', '2');
INSERT INTO setting (account, name, value) VALUES (1795910091630838, 'room', '2');
INSERT INTO ignored (account, key, place, name, author) VALUES (1795910091512140, 'gast', 0, 'gast', -1795910093169046);
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
-- chat.db.journal-0: QAAAAHoSaOySHpGSAJ3PAAZhXucnU48CD8tB2sLac0yvr6VhY3RlZKNib2LPAAZhXucOnM2td2FzIGhlcmUgbGFzdACgoACgzwAGYV7nDZlMpG5hbWWld2lkdGildmFsdWWjMTIwy0HawtpzTECfo2JvYs8ABmFe5w6czaVhbGljZc8ABmFe5w2ZTLFhIHdvcmQgaW4gcHJpdmF0ZcIABmFe5w6cza10aGVuIG1ha2UgdGVhCaCgAKA8AAAAaZ2h6pIZkZIAnc8ABmFe5ycr5AINy0HawtpzTAlPpWFjdGVko2JvYs8ABmFe5w6czalwb3VycyB0ZWEAoKAAoGFpZKNib2LPAAZhXucOnM2uYSBsaW5lIHRvIGVkaXQAoKAAoEIAAABY9JyAkhSRkgCdzwAGYV7nJwVkAgvLQdrC2nNLZ9Wkc2FpZKNib2LPAAZhXucOnM2wYSBsaW5lIHRvIGRlbGV0ZQCgoACgVwAAAMACF2OSFZGSAYGkbGluZZ3PAAZhXucnBIQCCstB2sLac0tkKqRzYWlko2JvYs8ABmFe5w6czbZhIGxpbmUgdGhhdCB3YXMgZWRpdGVkAKZlZGl0ZWSgAKNib2JkpW9saXZlzwAGYV7nEFrfoACgoACgkgeCp2FjY291bnTPAAZhXucQWt+kcm9vbQFhXucQdIoBBctB2sLacuzB9qRsZWZ0pW9saXZlzwAGYV7nEFrfoACgoACg
