PRAGMA application_id = 1417102184;
PRAGMA user_version = 6;
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
CREATE TABLE ignored (
    account INTEGER NOT NULL,
    key TEXT NOT NULL, -- the folded nick by which they were ignored
    place INTEGER NOT NULL, -- from 0, among the author numbers of that name: the latest is last
    name TEXT NOT NULL, -- the nick as it was shown
    author INTEGER NOT NULL, -- an account; for a visit without one, negative
    PRIMARY KEY (account, key, place)
) STRICT, WITHOUT ROWID;
INSERT INTO room (id, key, name, pruned) VALUES (1, 'lobby', 'lobby', 0);
INSERT INTO room (id, key, name, pruned) VALUES (2, 'den', 'den', 0);
INSERT INTO room (id, key, name, pruned) VALUES (3, 'attic', 'attic', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795899564344863, 1, 1, 1.79589956434486365316e+09, 'joined', 'alice', -1795899564344524, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795899564463209, 1, 2, 1.7958995644632098675e+09, 'joined', 'bob', -1795899564463068, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795899564576330, 1, 3, 1.79589956457633042339e+09, 'joined', 'carol', -1795899564576198, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795899564644862, 1, 4, 1.79589956464486217493e+09, 'joined', 'olive', -1795899564644685, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795899564734587, 1, 5, 1.79589956473458743093e+09, 'left', 'olive', 1795899564731551, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795899566982291, 1, 6, 1.79589956698229098316e+09, 'joined', 'olive', 1795899564731551, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795899567035111, 1, 7, 1.79589956703511166571e+09, 'joined', 'gast', -1795899567034902, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795899567080545, 2, 1, 1.79589956708054542542e+09, 'joined', 'alice', 1795899564454550, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795899567087603, 2, 2, 1.79589956708760380742e+09, 'joined', 'bob', 1795899564570561, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795899567089898, 2, 3, 1.79589956708989834785e+09, 'joined', 'carol', 1795899564636064, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795899567112896, 2, 4, 1.79589956711289620394e+09, 'joined', 'gast', -1795899567034902, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795899567127743, 2, 5, 1.79589956712774372104e+09, 'topic', 'alice', 1795899564454550, 'Tea at four', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795899567138327, 2, 6, 1.79589956713832759856e+09, 'rank', 'alice', 1795899564454550, 'operator + bob', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795899567156609, 2, 7, 1.79589956715660929676e+09, 'rank', 'alice', 1795899564454550, 'voiced + carol', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795899567161325, 1, 8, 1.79589956716132497782e+09, 'left', 'carol', 1795899564636064, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795899567161339, 2, 8, 1.79589956716133928305e+09, 'left', 'carol', 1795899564636064, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795899567166907, 2, 9, 1.79589956716690707207e+09, 'said', 'bob', 1795899564570561, 'the kettle boils', 0, '', '{"+1": [1795899564454550]}', 1795899564454550, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795899567167425, 2, 10, 1.795899567167425394e+09, 'said', 'bob', 1795899564570561, 'a line that was edited', 0, 'edited', '', 0, 'bob');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795899567167683, 2, 11, 1.79589956716768383974e+09, 'said', 'bob', 1795899564570561, '', 0, 'deleted', '', 0, 'alice');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795899567174654, 2, 12, 1.79589956717465400693e+09, 'said', 'bob', 1795899564570561, 'then make tea', 9, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795899567174965, 2, 13, 1.79589956717496514321e+09, 'acted', 'bob', 1795899564570561, 'pours tea', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795899567184218, 2, 14, 1.79589956718421840664e+09, 'mode', 'bob', 1795899564570561, 'slow 7', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795899567237760, 3, 1, 1795899567.23776, 'joined', 'alice', 1795899564454550, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795899567249377, 3, 2, 1.79589956724937748911e+09, 'mode', 'alice', 1795899564454550, 'private 1', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795899567261974, 3, 3, 1.79589956726197433473e+09, 'topic', 'alice', 1795899564454550, 'A secret', 0, '', '', 0, '');
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795899564454550, 'alice', 'alice', '$argon2id$v=19$m=19456,t=2,p=1$kVJ2x6yolBwfYZsxLcie3w$MVR7ZDd3Hh50LS0GzYRSBz4esTPXGcfcz2I6A6gmysE', '', NULL);
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795899564570561, 'bob', 'bob', '$argon2id$v=19$m=19456,t=2,p=1$L7a0lfC81nh3zvObi3+PVQ$Y2NIWW+He9qR9kQBRKNxlEyXwzuC/HDuruvCLTOuH3Y', '', NULL);
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795899564636064, 'carol', 'carol', '$argon2id$v=19$m=19456,t=2,p=1$nMDSzXm7QZSiRF4lz1b4RQ$CTa5CyLiJa/SnHhoimpKYg0YDbuvDtZpIihu9m6FOuw', '', 1795899567156651);
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795899564731551, 'olive', 'olive', '$argon2id$v=19$m=19456,t=2,p=1$lzA+hfhkHHwHMYJTVC1n2A$7ZPq/Q0pgpfXpP5Ez8NDvEeVZag/5w6ZFKvx7250fwY', 'operator', NULL);
INSERT INTO seat (account, room) VALUES (1795899564454550, 1);
INSERT INTO seat (account, room) VALUES (1795899564570561, 1);
INSERT INTO seat (account, room) VALUES (1795899564636064, 1);
INSERT INTO seat (account, room) VALUES (1795899564731551, 1);
INSERT INTO seat (account, room) VALUES (1795899564454550, 2);
INSERT INTO seat (account, room) VALUES (1795899564570561, 2);
INSERT INTO seat (account, room) VALUES (1795899564636064, 2);
INSERT INTO seat (account, room) VALUES (1795899564454550, 3);
INSERT INTO message (id, at, nick, author, recipient, addressee, text, waits) VALUES (1795899567194319, 1.79589956719431924824e+09, 'alice', 1795899564454550, 'carol', 1795899564636064, 'see you at four', 1);
INSERT INTO message (id, at, nick, author, recipient, addressee, text, waits) VALUES (1795899567194807, 1.79589956719480729101e+09, 'bob', 1795899564570561, 'alice', 1795899564454550, 'a word in private', 0);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795899564454550', '127.0.0.1', 0.0, 1.79589956446047306062e+09);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795899564570561', '127.0.0.1', 0.0, 1.79589956457433772086e+09);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795899564636064', '127.0.0.1', 0.0, 1.7958995646421124935e+09);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795899564731551', '127.0.0.1', 0.0, 1.79589956698158144951e+09);
INSERT INTO room_state (room, topic, public_from, private, moderated, members, topic_locked, slow, history, password, topic_by, topic_author) VALUES (2, 'Tea at four', 1, 0, 0, 0, 0, 7, 1, '', 'alice', 1795899564454550);
INSERT INTO room_state (room, topic, public_from, private, moderated, members, topic_locked, slow, history, password, topic_by, topic_author) VALUES (3, 'A secret', 1, 1, 0, 0, 0, 0, 1, '', 'alice', 1795899564454550);
INSERT INTO standing (room, author, name, rank, since) VALUES (2, 1795899564454550, 'alice', 3, 1);
INSERT INTO standing (room, author, name, rank, since) VALUES (2, 1795899564570561, 'bob', 2, 2);
INSERT INTO standing (room, author, name, rank, since) VALUES (2, 1795899564636064, 'carol', 1, 3);
INSERT INTO standing (room, author, name, rank, since) VALUES (3, 1795899564454550, 'alice', 3, 1);
INSERT INTO standing (room, author, name, rank, since) VALUES (3, 1795899564570561, 'bob', 0, 3);
INSERT INTO sanction (id, room, kind, mask, author, shown, by, reason, at, until) VALUES (1795899567175338, 2, 'mute', 'gast', -1795899567034902, 'gast', 'bob', 'be quiet', 1.79589956717533874509e+09, 4102444800.0);
INSERT INTO sanction (id, room, kind, mask, author, shown, by, reason, at, until) VALUES (1795899567182900, 2, 'ban', 'mallory', 0, 'mallory', 'bob', 'spam', 1795899567.1829, 4102444800.0);
INSERT INTO sanction (id, room, kind, mask, author, shown, by, reason, at, until) VALUES (1795899567206655, 0, 'ban', '192.0.2.7/32', 0, '192.0.2.7', 'olive', 'flood', 1.79589956720665550231e+09, 4102444800.0);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899567138373, 2, 'den', 7, 1.79589956713837313657e+09, 'alice', 'alice', 'op', 'bob', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899567156651, 2, 'den', 8, 1.79589956715665173526e+09, 'alice', 'alice', 'voice', 'carol', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899567168538, 2, 'den', 12, 1.7958995671685380936e+09, 'alice', 'alice', 'delete line 11 of', 'bob', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899567175403, 2, 'den', 14, 1.79589956717540311808e+09, 'bob', 'bob', 'mute', 'gast', 'be quiet', 1.88229956717533874512e+09, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899567182969, 2, 'den', 14, 1.7958995671829695701e+09, 'bob', 'bob', 'ban', 'mallory', 'spam', 1882299567.1829, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899567184247, 2, 'den', 15, 1.7958995671842474937e+09, 'bob', 'bob', 'slow 7s', '', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899567206735, 0, '', 0, 1.79589956720673537258e+09, 'olive', 'olive', 'ban', '192.0.2.7', 'flood', 1.88229956720665550238e+09, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899567217978, 0, '', 0, 1.79589956721797847742e+09, 'olive', 'olive', 'announce', '', 'the server moves at noon', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899567249412, 3, 'attic', 3, 1.7958995672494125366e+09, 'alice', 'alice', 'private on', '', '', 0.0, 0);
INSERT INTO report (id, at, nick, account, target, room, reason, is_read) VALUES (1795899567195153, 1.79589956719515347481e+09, 'gast', '', 'bob', 2, 'he is rude', 1);
INSERT INTO indexed (up_to, again_to, folding) VALUES (1795899567080545, 0, '1, Unicode 14.0.0');
INSERT INTO journal (moved) VALUES (29);
INSERT INTO setting (account, name, value) VALUES (1795899564454550, 'bell', 'on');
INSERT INTO setting (account, name, value) VALUES (1795899564454550, 'numbers', 'on');
INSERT INTO setting (account, name, value) VALUES (1795899564454550, 'room', '3');
INSERT INTO setting (account, name, value) VALUES (1795899564454550, 'width', '120');
INSERT INTO setting (account, name, value) VALUES (1795899564570561, 'room', '2');
INSERT INTO setting (account, name, value) VALUES (1795899564636064, 'room', '2');
INSERT INTO ignored (account, key, place, name, author) VALUES (1795899564454550, 'gast', 0, 'gast', -1795899567034902);
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
-- chat.db.journal-0: QAAAAOK3NkOSHpGSAJ3PAAZhXHPCWToCD8tB2sLQK9EH4qVhY3RlZKNib2LPAAZhXHOZN8Gtd2FzIGhlcmUgbGFzdACgoACgzwAGYVxzl3KWpG5hbWWld2lkdGildmFsdWWjMTIwy0HawtArzHe5o2JvYs8ABmFcc5k3waVhbGljZc8ABmFcc5dylrFhIHdvcmQgaW4gcHJpdmF0ZcIABmFcc5k3wa10aGVuIG1ha2UgdGVhCaCgAKA8AAAAGKf94JIZkZIAnc8ABmFcc8D1NQINy0HawtAryzKhpWFjdGVko2JvYs8ABmFcc5k3walwb3VycyB0ZWEAoKAAoGFpZKNib2LPAAZhXHOZN8GuYSBsaW5lIHRvIGVkaXQAoKAAoEIAAAAgfFUNkhSRkgCdzwAGYVxzwNjDAgvLQdrC0CvKu1Wkc2FpZKNib2LPAAZhXHOZN8GwYSBsaW5lIHRvIGRlbGV0ZQCgoACgVwAAALZHS/OSFZGSAYGkbGluZZ3PAAZhXHPA18ECCstB2sLQK8q3GaRzYWlko2JvYs8ABmFcc5k3wbZhIGxpbmUgdGhhdCB3YXMgZWRpdGVkAKZlZGl0ZWSgAKNib2JkpW9saXZlzwAGYVxzm6yfoACgoACgkgeCp2FjY291bnTPAAZhXHObrJ+kcm9vbQFhXHObuHsBBctB2sLQKy8De6RsZWZ0pW9saXZlzwAGYVxzm6yfoACgoACg
