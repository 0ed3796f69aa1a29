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
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795908823520221, 1, 1, 1.79590882352022099491e+09, 'joined', 'alice', -1795908823519902, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795908823567786, 1, 2, 1.79590882356778621677e+09, 'joined', 'bob', -1795908823567644, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795908823602537, 1, 3, 1.79590882360253787037e+09, 'joined', 'carol', -1795908823602332, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795908823626378, 1, 4, 1.79590882362637805939e+09, 'joined', 'olive', -1795908823626160, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795908823650147, 1, 5, 1.79590882365014767644e+09, 'left', 'olive', 1795908823647660, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795908824146099, 1, 6, 1.79590882414609956741e+09, 'joined', 'olive', 1795908823647660, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795908824148841, 1, 7, 1.79590882414884090421e+09, 'joined', 'gast', -1795908824148666, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795908824151478, 2, 1, 1.79590882415147829048e+09, 'joined', 'alice', 1795908823563234, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795908824153148, 2, 2, 1.79590882415314817424e+09, 'joined', 'bob', 1795908823598503, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795908824153705, 2, 3, 1.79590882415370512014e+09, 'joined', 'carol', 1795908823622605, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795908824154172, 2, 4, 1.79590882415417194364e+09, 'joined', 'gast', -1795908824148666, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795908824154641, 2, 5, 1.79590882415464138987e+09, 'topic', 'alice', 1795908823563234, 'Tea at four', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795908824156483, 2, 6, 1.79590882415648293501e+09, 'rank', 'alice', 1795908823563234, 'operator + bob', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795908824157543, 2, 7, 1.79590882415754365918e+09, 'rank', 'alice', 1795908823563234, 'voiced + carol', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795908824158955, 1, 8, 1.79590882415895533564e+09, 'left', 'carol', 1795908823622605, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795908824158971, 2, 8, 1.79590882415897154806e+09, 'left', 'carol', 1795908823622605, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795908824159636, 2, 9, 1.79590882415963625905e+09, 'said', 'bob', 1795908823598503, 'the kettle boils', 0, '', '{"+1": [1795908823563234]}', 1795908823563234, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795908824160112, 2, 10, 1.79590882416011190418e+09, 'said', 'bob', 1795908823598503, 'a line that was edited', 0, 'edited', '', 0, 'bob');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795908824160486, 2, 11, 1.7959088241604862213e+09, 'said', 'bob', 1795908823598503, '', 0, 'deleted', '', 0, 'alice');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795908824164969, 2, 12, 1.79590882416496920581e+09, 'said', 'bob', 1795908823598503, 'then make tea', 9, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795908824165414, 2, 13, 1.79590882416541409495e+09, 'acted', 'bob', 1795908823598503, 'pours tea', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795908824168916, 2, 14, 1.79590882416891622539e+09, 'mode', 'bob', 1795908823598503, 'slow 7', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795908824175729, 3, 1, 1.79590882417572903634e+09, 'joined', 'alice', 1795908823563234, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795908824176925, 3, 2, 1.79590882417692565922e+09, 'mode', 'alice', 1795908823563234, 'private 1', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795908824178484, 3, 3, 1.79590882417848467832e+09, 'topic', 'alice', 1795908823563234, 'A secret', 0, '', '', 0, '');
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795908823563234, 'alice', 'alice', '$argon2id$v=19$m=19456,t=2,p=1$5V59n0dk04VFHmiTvkFrMA$0sl8WAotLssjHLFjmw+CenbG+9+DnDzhnK43opUkCR0', '', NULL);
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795908823598503, 'bob', 'bob', '$argon2id$v=19$m=19456,t=2,p=1$1bX+buVxsOHpfKLSOqpTFw$vbLupGz9yu+vtuhfDLQtbRMotB8F2/qaESn3TMkCRPk', '', NULL);
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795908823622605, 'carol', 'carol', '$argon2id$v=19$m=19456,t=2,p=1$853wp5wnmKMOi2nl8IqICw$hQgNVUrPjKkS2KAkXLFzee7FliiRWpizgL+wEIpLiEg', '', 1795908824157565);
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795908823647660, 'olive', 'olive', '$argon2id$v=19$m=19456,t=2,p=1$E2qCpOrX8nvjzY13gbm3hw$5CheRqOu1cQenFTO15jp9T2AE5uOaVHTsXLT0T5yXOY', 'operator', NULL);
INSERT INTO seat (account, room) VALUES (1795908823563234, 1);
INSERT INTO seat (account, room) VALUES (1795908823598503, 1);
INSERT INTO seat (account, room) VALUES (1795908823622605, 1);
INSERT INTO seat (account, room) VALUES (1795908823647660, 1);
INSERT INTO seat (account, room) VALUES (1795908823563234, 2);
INSERT INTO seat (account, room) VALUES (1795908823598503, 2);
INSERT INTO seat (account, room) VALUES (1795908823622605, 2);
INSERT INTO seat (account, room) VALUES (1795908823563234, 3);
INSERT INTO message (id, at, nick, author, recipient, addressee, text, waits) VALUES (1795908824170090, 1795908824.17009, 'alice', 1795908823563234, 'carol', 1795908823622605, 'see you at four', 1);
INSERT INTO message (id, at, nick, author, recipient, addressee, text, waits) VALUES (1795908824170468, 1.79590882417046809197e+09, 'bob', 1795908823598503, 'alice', 1795908823563234, 'a word in private', 0);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795908823563234', '127.0.0.1', 0.0, 1.79590882356541752819e+09);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795908823598503', '127.0.0.1', 0.0, 1.79590882360004711146e+09);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795908823622605', '127.0.0.1', 0.0, 1.79590882362399339674e+09);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795908823647660', '127.0.0.1', 0.0, 1.79590882414543390275e+09);
INSERT INTO room_state (room, topic, public_from, private, moderated, members, topic_locked, slow, history, password, topic_by, topic_author) VALUES (2, 'Tea at four', 1, 0, 0, 0, 0, 7, 1, '', 'alice', 1795908823563234);
INSERT INTO room_state (room, topic, public_from, private, moderated, members, topic_locked, slow, history, password, topic_by, topic_author) VALUES (3, 'A secret', 1, 1, 0, 0, 0, 0, 1, '', 'alice', 1795908823563234);
INSERT INTO standing (room, author, name, rank, since) VALUES (2, 1795908823563234, 'alice', 3, 1);
INSERT INTO standing (room, author, name, rank, since) VALUES (2, 1795908823598503, 'bob', 2, 2);
INSERT INTO standing (room, author, name, rank, since) VALUES (2, 1795908823622605, 'carol', 1, 3);
INSERT INTO standing (room, author, name, rank, since) VALUES (3, 1795908823563234, 'alice', 3, 1);
INSERT INTO standing (room, author, name, rank, since) VALUES (3, 1795908823598503, 'bob', 0, 3);
INSERT INTO sanction (id, room, kind, mask, author, shown, by, reason, at, until) VALUES (1795908824166054, 2, 'mute', 'gast', -1795908824148666, 'gast', 'bob', 'be quiet', 1.7959088241660542488e+09, 4102444800.0);
INSERT INTO sanction (id, room, kind, mask, author, shown, by, reason, at, until) VALUES (1795908824167899, 2, 'ban', 'mallory', 0, 'mallory', 'bob', 'spam', 1.79590882416789960861e+09, 4102444800.0);
INSERT INTO sanction (id, room, kind, mask, author, shown, by, reason, at, until) VALUES (1795908824172027, 0, 'ban', '192.0.2.7/32', 0, '192.0.2.7', 'olive', 'flood', 1.7959088241720275879e+09, 4102444800.0);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795908824156519, 2, 'den', 7, 1.79590882415651965139e+09, 'alice', 'alice', 'op', 'bob', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795908824157565, 2, 'den', 8, 1.79590882415756559371e+09, 'alice', 'alice', 'voice', 'carol', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795908824161671, 2, 'den', 12, 1.79590882416167092324e+09, 'alice', 'alice', 'delete line 11 of', 'bob', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795908824166127, 2, 'den', 14, 1.79590882416612744329e+09, 'bob', 'bob', 'mute', 'gast', 'be quiet', 1.88230882416605424878e+09, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795908824167950, 2, 'den', 14, 1.79590882416795039177e+09, 'bob', 'bob', 'ban', 'mallory', 'spam', 1.88230882416789960858e+09, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795908824168944, 2, 'den', 15, 1.79590882416894435883e+09, 'bob', 'bob', 'slow 7s', '', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795908824172085, 0, '', 0, 1.79590882417208552355e+09, 'olive', 'olive', 'ban', '192.0.2.7', 'flood', 1.88230882417202758788e+09, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795908824172812, 0, '', 0, 1.7959088241728124618e+09, 'olive', 'olive', 'announce', '', 'the server moves at noon', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795908824176945, 3, 'attic', 3, 1.79590882417694568638e+09, 'alice', 'alice', 'private on', '', '', 0.0, 0);
INSERT INTO report (id, at, nick, account, target, room, reason, is_read) VALUES (1795908824170874, 1.79590882417087435718e+09, 'gast', '', 'bob', 2, 'he is rude', 1);
INSERT INTO indexed (up_to, again_to, folding) VALUES (1795908823626378, 0, '1, Unicode 14.0.0');
INSERT INTO journal (moved) VALUES (29);
INSERT INTO setting (account, name, value) VALUES (1795908823563234, 'bell', 'on');
INSERT INTO setting (account, name, value) VALUES (1795908823563234, 'numbers', 'on');
INSERT INTO setting (account, name, value) VALUES (1795908823563234, 'room', '3');
INSERT INTO setting (account, name, value) VALUES (1795908823563234, 'width', '120');
INSERT INTO setting (account, name, value) VALUES (1795908823598503, 'room', '2');
INSERT INTO setting (account, name, value) VALUES (1795908823622605, 'room', '2');
INSERT INTO ignored (account, key, place, name, author) VALUES (1795908823563234, 'gast', 0, 'gast', -1795908824148666);
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
-- chat.db.journal-0: QAAAAI1/OUOSHpGSAJ3PAAZhXpuDomsCD8tB2sLZNgt5xaVhY3RlZKNib2LPAAZhXpt6xaetd2FzIGhlcmUgbGFzdACgoACgzwAGYV6bejvipG5hbWWld2lkdGildmFsdWWjMTIwy0Hawtk2Cujzo2JvYs8ABmFem3rFp6VhbGljZc8ABmFem3o74rFhIHdvcmQgaW4gcHJpdmF0ZcIABmFem3rFp610aGVuIG1ha2UgdGVhCaCgAKA8AAAAMtOw75IZkZIAnc8ABmFem4NsJgINy0Hawtk2CpYlpWFjdGVko2JvYs8ABmFem3rFp6lwb3VycyB0ZWEAoKAAoGFpZKNib2LPAAZhXpt6xaeuYSBsaW5lIHRvIGVkaXQAoKAAoEIAAAAtl3brkhSRkgCdzwAGYV6bg1jmAgvLQdrC2TYKRWikc2FpZKNib2LPAAZhXpt6xaewYSBsaW5lIHRvIGRlbGV0ZQCgoACgVwAAAHj/RcSSFZGSAYGkbGluZZ3PAAZhXpuDV3ACCstB2sLZNgo/RqRzYWlko2JvYs8ABmFem3rFp7ZhIGxpbmUgdGhhdCB3YXMgZWRpdGVkAKZlZGl0ZWSgAKNib2JkpW9saXZlzwAGYV6be4WsoACgoACgkgeCp2FjY291bnTPAAZhXpt7haykcm9vbQE1AAAA9LOy05IMkZIAnc8ABmFem4MraQEHy0Hawtk2CYacpmpvaW5lZKRnYXN00//5nqFkfNVGoACgoACgLQAAAPhSLyCSDZGSCoOnYWNjb3VudM8ABmFem3o74qRuYW1lp251bWJlcnOldmFsdWWib24=
