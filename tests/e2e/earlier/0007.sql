PRAGMA application_id = 1417102184;
PRAGMA user_version = 7;
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
INSERT INTO room (id, key, name, pruned) VALUES (1, 'lobby', 'lobby', 0);
INSERT INTO room (id, key, name, pruned) VALUES (2, 'den', 'den', 0);
INSERT INTO room (id, key, name, pruned) VALUES (3, 'attic', 'attic', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795903567518608, 1, 1, 1.79590356751860857008e+09, 'joined', 'alice', -1795903567518398, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795903567563010, 1, 2, 1.79590356756301021577e+09, 'joined', 'bob', -1795903567562870, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795903567599707, 1, 3, 1.79590356759970760352e+09, 'joined', 'carol', -1795903567599575, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795903567625492, 1, 4, 1.79590356762549257282e+09, 'joined', 'olive', -1795903567625337, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795903567651034, 1, 5, 1.79590356765103411674e+09, 'left', 'olive', 1795903567647539, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795903568121821, 1, 6, 1.7959035681218214035e+09, 'joined', 'olive', 1795903567647539, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795903568123919, 1, 7, 1.79590356812391924862e+09, 'joined', 'gast', -1795903568123820, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795903568127863, 2, 1, 1.79590356812786364551e+09, 'joined', 'alice', 1795903567558204, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795903568131447, 2, 2, 1.79590356813144731524e+09, 'joined', 'bob', 1795903567595022, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795903568132962, 2, 3, 1.79590356813296246531e+09, 'joined', 'carol', 1795903567620492, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795903568135520, 2, 4, 1.79590356813552021976e+09, 'joined', 'gast', -1795903568123820, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795903568137972, 2, 5, 1.79590356813797259326e+09, 'topic', 'alice', 1795903567558204, 'Tea at four', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795903568142029, 2, 6, 1.795903568142029047e+09, 'rank', 'alice', 1795903567558204, 'operator + bob', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795903568144324, 2, 7, 1.79590356814432406426e+09, 'rank', 'alice', 1795903567558204, 'voiced + carol', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795903568147293, 1, 8, 1.79590356814729309089e+09, 'left', 'carol', 1795903567620492, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795903568147310, 2, 8, 1.79590356814731025693e+09, 'left', 'carol', 1795903567620492, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795903568149020, 2, 9, 1.79590356814902043342e+09, 'said', 'bob', 1795903567595022, 'the kettle boils', 0, '', '{"+1": [1795903567558204]}', 1795903567558204, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795903568151786, 2, 10, 1.79590356815178608896e+09, 'said', 'bob', 1795903567595022, 'a line that was edited', 0, 'edited', '', 0, 'bob');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795903568154181, 2, 11, 1.79590356815418171875e+09, 'said', 'bob', 1795903567595022, '', 0, 'deleted', '', 0, 'alice');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795903568167297, 2, 12, 1.79590356816729784013e+09, 'said', 'bob', 1795903567595022, 'then make tea', 9, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795903568170099, 2, 13, 1.79590356817009973522e+09, 'acted', 'bob', 1795903567595022, 'pours tea', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795903568179004, 2, 14, 1.79590356817900443078e+09, 'mode', 'bob', 1795903567595022, 'slow 7', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795903568202427, 3, 1, 1.79590356820242762559e+09, 'joined', 'alice', 1795903567558204, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795903568204763, 3, 2, 1.79590356820476293561e+09, 'mode', 'alice', 1795903567558204, 'private 1', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795903568208840, 3, 3, 1795903568.20884, 'topic', 'alice', 1795903567558204, 'A secret', 0, '', '', 0, '');
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795903567558204, 'alice', 'alice', '$argon2id$v=19$m=19456,t=2,p=1$5Uucuv8DpMTVuLeYQ5Q+sg$V6tGlWNybNgDKIWHYNefoz8BDcTMSFy7co47T4QP/Dc', '', NULL);
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795903567595022, 'bob', 'bob', '$argon2id$v=19$m=19456,t=2,p=1$fxSAEs2808u43A7WWpdCug$LqlyH0GdPNhWKP+H2k8OK7stRVwf7Yc8jHWQSBXTD4E', '', NULL);
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795903567620492, 'carol', 'carol', '$argon2id$v=19$m=19456,t=2,p=1$RAhdKoMZ9SXRzipbfUZ1xw$5b0dRX6Ulm6WeKwNomxC5s67yABTD6ZuRwQW0R2svDA', '', 1795903568144351);
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795903567647539, 'olive', 'olive', '$argon2id$v=19$m=19456,t=2,p=1$BRXYeb5+gaSDOKopoACsjA$LxsJv4SjSMXPBrJSKlek6wmcpRlZugvjb5y+SWckZAA', 'operator', NULL);
INSERT INTO seat (account, room) VALUES (1795903567558204, 1);
INSERT INTO seat (account, room) VALUES (1795903567595022, 1);
INSERT INTO seat (account, room) VALUES (1795903567620492, 1);
INSERT INTO seat (account, room) VALUES (1795903567647539, 1);
INSERT INTO seat (account, room) VALUES (1795903567558204, 2);
INSERT INTO seat (account, room) VALUES (1795903567595022, 2);
INSERT INTO seat (account, room) VALUES (1795903567620492, 2);
INSERT INTO seat (account, room) VALUES (1795903567558204, 3);
INSERT INTO message (id, at, nick, author, recipient, addressee, text, waits) VALUES (1795903568181282, 1.79590356818128228186e+09, 'alice', 1795903567558204, 'carol', 1795903567620492, 'see you at four', 1);
INSERT INTO message (id, at, nick, author, recipient, addressee, text, waits) VALUES (1795903568182785, 1.79590356818278551096e+09, 'bob', 1795903567595022, 'alice', 1795903567558204, 'a word in private', 0);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795903567558204', '127.0.0.1', 0.0, 1.79590356755978655819e+09);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795903567595022', '127.0.0.1', 0.0, 1.79590356759650015836e+09);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795903567620492', '127.0.0.1', 0.0, 1.79590356762241673471e+09);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795903567647539', '127.0.0.1', 0.0, 1.79590356812118411063e+09);
INSERT INTO room_state (room, topic, public_from, private, moderated, members, topic_locked, slow, history, password, topic_by, topic_author) VALUES (2, 'Tea at four', 1, 0, 0, 0, 0, 7, 1, '', 'alice', 1795903567558204);
INSERT INTO room_state (room, topic, public_from, private, moderated, members, topic_locked, slow, history, password, topic_by, topic_author) VALUES (3, 'A secret', 1, 1, 0, 0, 0, 0, 1, '', 'alice', 1795903567558204);
INSERT INTO standing (room, author, name, rank, since) VALUES (2, 1795903567558204, 'alice', 3, 1);
INSERT INTO standing (room, author, name, rank, since) VALUES (2, 1795903567595022, 'bob', 2, 2);
INSERT INTO standing (room, author, name, rank, since) VALUES (2, 1795903567620492, 'carol', 1, 3);
INSERT INTO standing (room, author, name, rank, since) VALUES (3, 1795903567558204, 'alice', 3, 1);
INSERT INTO standing (room, author, name, rank, since) VALUES (3, 1795903567595022, 'bob', 0, 3);
INSERT INTO sanction (id, room, kind, mask, author, shown, by, reason, at, until) VALUES (1795903568172761, 2, 'mute', 'gast', -1795903568123820, 'gast', 'bob', 'be quiet', 1.79590356817276120189e+09, 4102444800.0);
INSERT INTO sanction (id, room, kind, mask, author, shown, by, reason, at, until) VALUES (1795903568176748, 2, 'ban', 'mallory', 0, 'mallory', 'bob', 'spam', 1.79590356817674827579e+09, 4102444800.0);
INSERT INTO sanction (id, room, kind, mask, author, shown, by, reason, at, until) VALUES (1795903568189236, 0, 'ban', '192.0.2.7/32', 0, '192.0.2.7', 'olive', 'flood', 1.79590356818923664095e+09, 4102444800.0);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795903568142062, 2, 'den', 7, 1.79590356814206266399e+09, 'alice', 'alice', 'op', 'bob', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795903568144351, 2, 'den', 8, 1.79590356814435172082e+09, 'alice', 'alice', 'voice', 'carol', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795903568159437, 2, 'den', 12, 1.79590356815943694114e+09, 'alice', 'alice', 'delete line 11 of', 'bob', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795903568172826, 2, 'den', 14, 1.79590356817282652854e+09, 'bob', 'bob', 'mute', 'gast', 'be quiet', 1.88230356817276120191e+09, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795903568176797, 2, 'den', 14, 1.7959035681767969131e+09, 'bob', 'bob', 'ban', 'mallory', 'spam', 1.88230356817674827569e+09, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795903568179034, 2, 'den', 15, 1.79590356817903470994e+09, 'bob', 'bob', 'slow 7s', '', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795903568189306, 0, '', 0, 1.79590356818930673606e+09, 'olive', 'olive', 'ban', '192.0.2.7', 'flood', 1.88230356818923664097e+09, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795903568191371, 0, '', 0, 1.79590356819137144089e+09, 'olive', 'olive', 'announce', '', 'the server moves at noon', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795903568204792, 3, 'attic', 3, 1.79590356820479202272e+09, 'alice', 'alice', 'private on', '', '', 0.0, 0);
INSERT INTO report (id, at, nick, account, target, room, reason, is_read) VALUES (1795903568185475, 1.79590356818547582625e+09, 'gast', '', 'bob', 2, 'he is rude', 1);
INSERT INTO indexed (up_to, again_to, folding) VALUES (1795903567625492, 0, '1, Unicode 14.0.0');
INSERT INTO journal (moved) VALUES (29);
INSERT INTO setting (account, name, value) VALUES (1795903567558204, 'bell', 'on');
INSERT INTO setting (account, name, value) VALUES (1795903567558204, 'numbers', 'on');
INSERT INTO setting (account, name, value) VALUES (1795903567558204, 'room', '3');
INSERT INTO setting (account, name, value) VALUES (1795903567558204, 'width', '120');
INSERT INTO setting (account, name, value) VALUES (1795903567595022, 'room', '2');
INSERT INTO setting (account, name, value) VALUES (1795903567620492, 'room', '2');
INSERT INTO ignored (account, key, place, name, author) VALUES (1795903567558204, 'gast', 0, 'gast', -1795903568123820);
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
-- chat.db.journal-0: QAAAABMYEJqSHpGSAJ3PAAZhXWI78DYCD8tB2sLUFA2RyKVhY3RlZKNib2LPAAZhXWIyhg6td2FzIGhlcmUgbGFzdACgoACgzwAGYV1iMfY8pG5hbWWld2lkdGildmFsdWWjMTIwy0HawtQUC7LCo2JvYs8ABmFdYjKGDqVhbGljZc8ABmFdYjH2PLFhIHdvcmQgaW4gcHJpdmF0ZcIABmFdYjKGDq10aGVuIG1ha2UgdGVhCaCgAKA8AAAA/8qVoJIZkZIAnc8ABmFdYjtMcwINy0HawtQUCuLqpWFjdGVko2JvYs8ABmFdYjKGDqlwb3VycyB0ZWEAoKAAoGFpZKNib2LPAAZhXWIyhg6uYSBsaW5lIHRvIGVkaXQAoKAAoEIAAAAsJM7ukhSRkgCdzwAGYV1iOw5FAgvLQdrC1BQJ3h2kc2FpZKNib2LPAAZhXWIyhg6wYSBsaW5lIHRvIGRlbGV0ZQCgoACgVwAAABZlkZaSFZGSAYGkbGluZZ3PAAZhXWI7BOoCCstB2sLUFAm23aRzYWlko2JvYs8ABmFdYjKGDrZhIGxpbmUgdGhhdCB3YXMgZWRpdGVkAKZlZGl0ZWSgAKNib2JkpW9saXZlzwAGYV1iM1MzoACgoACgkgeCp2FjY291bnTPAAZhXWIzUzOkcm9vbQE1AAAA/u09c5IMkZIAnc8ABmFdYjqYDwEHy0HawtQUB+5LpmpvaW5lZKRnYXN00//5nqKdxWhUoACgoACgLQAAALlayIOSDZGSCoOnYWNjb3VudM8ABmFdYjH2PKRuYW1lp251bWJlcnOldmFsdWWib24=
