PRAGMA application_id = 1417102184;
PRAGMA user_version = 5;
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
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899560318718, 1, 1, 1.79589956031871819499e+09, 'joined', 'alice', -1795899560318426, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899560426115, 1, 2, 1.79589956042611551285e+09, 'joined', 'bob', -1795899560425954, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899560512612, 1, 3, 1.79589956051261234282e+09, 'joined', 'carol', -1795899560512476, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899560551788, 1, 4, 1.79589956055178880684e+09, 'joined', 'olive', -1795899560551671, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899560586960, 1, 5, 1.79589956058696031569e+09, 'left', 'olive', 1795899560581365, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899562498824, 1, 6, 1.79589956249882459638e+09, 'joined', 'olive', 1795899560581365, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899562510719, 1, 7, 1.7958995625107197761e+09, 'joined', 'gast', -1795899562510525, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899562526880, 2, 1, 1795899562.52688, 'joined', 'alice', 1795899560417978, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899562529905, 2, 2, 1.79589956252990531927e+09, 'joined', 'bob', 1795899560491260, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899562530430, 2, 3, 1.79589956253043031694e+09, 'joined', 'carol', 1795899560537876, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899562540757, 2, 4, 1.7958995625407576561e+09, 'joined', 'gast', -1795899562510525, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899562541466, 2, 5, 1.79589956254146599764e+09, 'topic', 'alice', 1795899560417978, 'Tea at four', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899562663688, 2, 6, 1.79589956266368865967e+09, 'rank', 'alice', 1795899560417978, 'operator + bob', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899562674225, 2, 7, 1.79589956267422509198e+09, 'rank', 'alice', 1795899560417978, 'voiced + carol', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899562686475, 1, 8, 1.79589956268647503857e+09, 'left', 'carol', 1795899560537876, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899562686496, 2, 8, 1.79589956268649649623e+09, 'left', 'carol', 1795899560537876, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899562734262, 2, 9, 1.79589956273426198962e+09, 'said', 'bob', 1795899560491260, 'the kettle boils', 0, '', '{"+1": [1795899560417978]}', 1795899560417978);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899562750116, 2, 10, 1.79589956275011658664e+09, 'said', 'bob', 1795899560491260, 'a line that was edited', 0, 'edited', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899562770102, 2, 11, 1.79589956277010250095e+09, 'said', 'bob', 1795899560491260, 'alice', 0, 'deleted', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899562810657, 2, 12, 1.79589956281065773959e+09, 'said', 'bob', 1795899560491260, 'then make tea', 9, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899562846217, 2, 13, 1.7958995628462173939e+09, 'acted', 'bob', 1795899560491260, 'pours tea', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899562875534, 2, 14, 1.79589956287553477289e+09, 'mode', 'bob', 1795899560491260, 'slow 7', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899563002302, 3, 1, 1.79589956300230216982e+09, 'joined', 'alice', 1795899560417978, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899563038153, 3, 2, 1.79589956303815293315e+09, 'mode', 'alice', 1795899560417978, 'private 1', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899563060043, 3, 3, 1.79589956306004309657e+09, 'topic', 'alice', 1795899560417978, 'A secret', 0, '', '', 0);
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795899560417978, 'alice', 'alice', '$argon2id$v=19$m=19456,t=2,p=1$z2Q7l31G3FI1DVgk9C/SzQ$ZgURWuuoiLopvaShD6m0cMm64cTkzQXz4oWoo1SIJ0o', '', NULL);
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795899560491260, 'bob', 'bob', '$argon2id$v=19$m=19456,t=2,p=1$hD/IkGmDSJAzzAU8T6t0aQ$gOq127QtVLgVbFiY61VZcLzIRgydY4tXiLbTygds/uk', '', NULL);
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795899560537876, 'carol', 'carol', '$argon2id$v=19$m=19456,t=2,p=1$tBZd7flYxQQK5U3DdyndKQ$UMqeyj258fyIObM83Qah5y9PLs4aTiwnuOFnKvaOL7o', '', 1795899562674267);
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795899560581365, 'olive', 'olive', '$argon2id$v=19$m=19456,t=2,p=1$EOeciHaVNmW3i9GL+KjNpA$Sa+l4781jpvtsbeTS2F+YV+cNm6OeMH+TJfkWwo+wAc', 'operator', NULL);
INSERT INTO seat (account, room) VALUES (1795899560417978, 1);
INSERT INTO seat (account, room) VALUES (1795899560491260, 1);
INSERT INTO seat (account, room) VALUES (1795899560537876, 1);
INSERT INTO seat (account, room) VALUES (1795899560581365, 1);
INSERT INTO seat (account, room) VALUES (1795899560417978, 2);
INSERT INTO seat (account, room) VALUES (1795899560491260, 2);
INSERT INTO seat (account, room) VALUES (1795899560537876, 2);
INSERT INTO seat (account, room) VALUES (1795899560417978, 3);
INSERT INTO message (id, at, nick, author, recipient, addressee, text, waits) VALUES (1795899562898166, 1.79589956289816617962e+09, 'alice', 1795899560417978, 'carol', 1795899560537876, 'see you at four', 1);
INSERT INTO message (id, at, nick, author, recipient, addressee, text, waits) VALUES (1795899562901838, 1.79589956290183830256e+09, 'bob', 1795899560491260, 'alice', 1795899560417978, 'a word in private', 0);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795899560417978', '127.0.0.1', 0.0, 1.7958995604196784496e+09);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795899560491260', '127.0.0.1', 0.0, 1.79589956051016974448e+09);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795899560537876', '127.0.0.1', 0.0, 1.79589956054999685293e+09);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795899560581365', '127.0.0.1', 0.0, 1.79589956249815869328e+09);
INSERT INTO room_state (room, topic, public_from, private, moderated, members, topic_locked, slow, history, password) VALUES (2, 'Tea at four', 1, 0, 0, 0, 0, 7, 1, '');
INSERT INTO room_state (room, topic, public_from, private, moderated, members, topic_locked, slow, history, password) VALUES (3, 'A secret', 1, 1, 0, 0, 0, 0, 1, '');
INSERT INTO standing (room, author, name, rank, since) VALUES (2, 1795899560417978, 'alice', 3, 1);
INSERT INTO standing (room, author, name, rank, since) VALUES (2, 1795899560491260, 'bob', 2, 2);
INSERT INTO standing (room, author, name, rank, since) VALUES (2, 1795899560537876, 'carol', 1, 3);
INSERT INTO standing (room, author, name, rank, since) VALUES (3, 1795899560417978, 'alice', 3, 1);
INSERT INTO standing (room, author, name, rank, since) VALUES (3, 1795899560491260, 'bob', 0, 3);
INSERT INTO sanction (id, room, kind, mask, author, shown, by, reason, at, until) VALUES (1795899562847026, 2, 'mute', 'gast', -1795899562510525, 'gast', 'bob', 'be quiet', 1.79589956284702682498e+09, 4102444800.0);
INSERT INTO sanction (id, room, kind, mask, author, shown, by, reason, at, until) VALUES (1795899562866281, 2, 'ban', 'mallory', 0, 'mallory', 'bob', 'spam', 1.79589956286628127097e+09, 4102444800.0);
INSERT INTO sanction (id, room, kind, mask, author, shown, by, reason, at, until) VALUES (1795899562930304, 0, 'ban', '192.0.2.7/32', 0, '192.0.2.7', 'olive', 'flood', 1.79589956293030405046e+09, 4102444800.0);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899562663744, 2, 'den', 7, 1.79589956266374397271e+09, 'alice', 'alice', 'op', 'bob', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899562674267, 2, 'den', 8, 1.79589956267426729204e+09, 'alice', 'alice', 'voice', 'carol', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899562791303, 2, 'den', 12, 1.79589956279130387312e+09, 'alice', 'alice', 'delete line 11 of', 'bob', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899562847109, 2, 'den', 14, 1.79589956284710931776e+09, 'bob', 'bob', 'mute', 'gast', 'be quiet', 1.88229956284702682495e+09, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899562866332, 2, 'den', 14, 1.79589956286633276941e+09, 'bob', 'bob', 'ban', 'mallory', 'spam', 1.882299562866281271e+09, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899562875571, 2, 'den', 15, 1.79589956287557125091e+09, 'bob', 'bob', 'slow 7s', '', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899562930383, 0, '', 0, 1.79589956293038368229e+09, 'olive', 'olive', 'ban', '192.0.2.7', 'flood', 1.88229956293030405052e+09, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899562940263, 0, '', 0, 1.79589956294026374811e+09, 'olive', 'olive', 'announce', '', 'the server moves at noon', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899563038192, 3, 'attic', 3, 1.79589956303819227216e+09, 'alice', 'alice', 'private on', '', '', 0.0, 0);
INSERT INTO report (id, at, nick, account, target, room, reason, is_read) VALUES (1795899562918244, 1.79589956291824460032e+09, 'gast', '', 'bob', 2, 'he is rude', 1);
INSERT INTO indexed (up_to, again_to, folding) VALUES (1795899562674225, 0, '1, Unicode 14.0.0');
INSERT INTO journal (moved) VALUES (30);
INSERT INTO setting (account, name, value) VALUES (1795899560417978, 'bell', 'on');
INSERT INTO setting (account, name, value) VALUES (1795899560417978, 'numbers', 'on');
INSERT INTO setting (account, name, value) VALUES (1795899560417978, 'room', '3');
INSERT INTO setting (account, name, value) VALUES (1795899560417978, 'width', '120');
INSERT INTO setting (account, name, value) VALUES (1795899560491260, 'room', '2');
INSERT INTO setting (account, name, value) VALUES (1795899560537876, 'room', '2');
INSERT INTO ignored (account, key, place, name, author) VALUES (1795899560417978, 'gast', 0, 'gast', -1795899562510525);
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
-- chat.db.journal-0: PwAAAG3UcOqSH5GSAJzPAAZhXHOCYsYCD8tB2sLQKsTAcqVhY3RlZKNib2LPAAZhXHNa+Pytd2FzIGhlcmUgbGFzdACgoAB0zwAGYVxzWdq6pG5hbWWld2lkdGildmFsdWWjMTIwy0HawtAqube4o2JvYs8ABmFcc1r4/KVhbGljZc8ABmFcc1naurFhIHdvcmQgaW4gcHJpdmF0ZcIGYVxzWvj8rXRoZW4gbWFrZSB0ZWEJoKAAOwAAAKxzlgySGpGSAJzPAAZhXHN+6AkCDctB2sLQKrYobaVhY3RlZKNib2LPAAZhXHNa+PypcG91cnMgdGVhAKCgAGFpZKNib2LPAAZhXHNa+PyuYSBsaW5lIHRvIGVkaXQAoKAAQQAAAIdLxC2SFZGSAJzPAAZhXHN9vrYCC8tB2sLQKrFJXKRzYWlko2JvYs8ABmFcc1r4/LBhIGxpbmUgdG8gZGVsZXRlAKCgAFMAAABsSjsckhaRkgGBpGxpbmWczwAGYVxzfXCkAgrLQdrC0CqwAemkc2FpZKNib2LPAAZhXHNa+Py2YSBsaW5lIHRoYXQgd2FzIGVkaXRlZACmZWRpdGVkoAA5NTYwNTgxMzY1p2FkZHJlc3OgqGtub3duX2F0ywAAAAAAAAAAqHdob2xlX2F0ywAAAAAAAAAAqmlzX3NldHRsZWTDkgmCqWFsbG93YW5jZYSnYWNjb3VudKCnYWRkcmVzc6kxMjcuMC4wLjGoa25vd25fYXTLAAAAAAAAAACod2hvbGVfYXTLAAAAAAAAAACqaXNfc2V0dGxlZMOSCYKpYWxsb3dhbmNlhKdhY2NvdW50sDE3OTU4OTk1NjA1ODEzNjWnYWRkcmVzc6kxMjcuMC4wLjGoa25vd25fYXTLQdrC0Cqf4dWod2hvbGVfYXTLAAAAAAAAAACqaXNfc2V0dGxlZMKSCYKpYWxsb3dhbmNlhKdhY2NvdW50sDE3OTU4OTk1NjA1ODEzNjWnYWRkcmVzc6wxMjcuMC4wLjAvMjSoa25vd25fYXTLAAAAAAAAAACod2hvbGVfYXTLAAAAAAAAAACqaXNfc2V0dGxlZMOSBYGnYWNjb3VudM8ABmFcc1xY9ZIAnM8ABmFcc3mbCAEGy0HawtAqn+y+pmpvaW5lZKVvbGl2Zc8ABmFcc1xY9aAAoKAAkgeCp2FjY291bnTPAAZhXHNcWPWkcm9vbQE0AAAAIvQ2tpINkZIAnM8ABmFcc3nJfwEHy0HawtAqoK+ipmpvaW5lZKRnYXN00//5nqOMhjdDoACgoAAtAAAAoq74WpIOkZIKg6dhY2NvdW50zwAGYVxzWdq6pG5hbWWnbnVtYmVyc6V2YWx1ZaJvbg==
