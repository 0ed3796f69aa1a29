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
    name TEXT NOT NULL, -- the same as it was shown
    author INTEGER NOT NULL, -- an account; for a visit without one, negative
    PRIMARY KEY (account, key)
) STRICT, WITHOUT ROWID;
INSERT INTO room (id, key, name, pruned) VALUES (1, 'lobby', 'lobby', 0);
INSERT INTO room (id, key, name, pruned) VALUES (2, 'den', 'den', 0);
INSERT INTO room (id, key, name, pruned) VALUES (3, 'attic', 'attic', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795899623520777, 1, 1, 1.79589962352077722545e+09, 'joined', 'alice', -1795899623520535, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795899623700341, 1, 2, 1.79589962370034170145e+09, 'joined', 'bob', -1795899623700213, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795899623803971, 1, 3, 1.79589962380397176735e+09, 'joined', 'carol', -1795899623803834, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795899623864280, 1, 4, 1795899623.86428, 'joined', 'olive', -1795899623864065, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795899623952085, 1, 5, 1.79589962395208525662e+09, 'left', 'olive', 1795899623921818, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795899626073962, 1, 6, 1.79589962607396197314e+09, 'joined', 'olive', 1795899623921818, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795899626080717, 1, 7, 1.79589962608071732519e+09, 'joined', 'gast', -1795899626080597, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795899626084089, 2, 1, 1.79589962608408904073e+09, 'joined', 'alice', 1795899623675054, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795899626088512, 2, 2, 1.79589962608851218218e+09, 'joined', 'bob', 1795899623798133, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795899626089032, 2, 3, 1.79589962608903193474e+09, 'joined', 'carol', 1795899623850130, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795899626091624, 2, 4, 1.79589962609162425996e+09, 'joined', 'gast', -1795899626080597, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795899626094153, 2, 5, 1.79589962609415340426e+09, 'topic', 'alice', 1795899623675054, 'Tea at four', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795899626098244, 2, 6, 1.79589962609824419026e+09, 'rank', 'alice', 1795899623675054, 'operator + bob', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795899626100589, 2, 7, 1.79589962610058951372e+09, 'rank', 'alice', 1795899623675054, 'voiced + carol', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795899626104666, 1, 8, 1.79589962610466599463e+09, 'left', 'carol', 1795899623850130, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795899626104681, 2, 8, 1.79589962610468125347e+09, 'left', 'carol', 1795899623850130, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795899626105274, 2, 9, 1.79589962610527396199e+09, 'said', 'bob', 1795899623798133, 'the kettle boils', 0, '', '{"+1": [1795899623675054]}', 1795899623675054, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795899626107972, 2, 10, 1.79589962610797238351e+09, 'said', 'bob', 1795899623798133, 'a line that was edited', 0, 'edited', '', 0, 'bob');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795899626110381, 2, 11, 1.79589962611038112642e+09, 'said', 'bob', 1795899623798133, '', 0, 'deleted', '', 0, 'alice');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795899626124412, 2, 12, 1.79589962612441205978e+09, 'said', 'bob', 1795899623798133, 'then make tea', 9, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795899626126851, 2, 13, 1.79589962612685155865e+09, 'acted', 'bob', 1795899623798133, 'pours tea', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795899626135815, 2, 14, 1.79589962613581490512e+09, 'mode', 'bob', 1795899623798133, 'slow 7', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795899626196982, 3, 1, 1.79589962619698262219e+09, 'joined', 'alice', 1795899623675054, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795899626201951, 3, 2, 1.79589962620195126531e+09, 'mode', 'alice', 1795899623675054, 'private 1', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795899626229864, 3, 3, 1.7958996262298641205e+09, 'topic', 'alice', 1795899623675054, 'A secret', 0, '', '', 0, '');
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795899623675054, 'alice', 'alice', '$argon2id$v=19$m=19456,t=2,p=1$tiJmc6c5tg8olV6nZ9tZvQ$wlWLgKwsJLKaEPbeHMGw0D2CmVPcMUJxR5uH6nS4RV0', '', NULL);
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795899623798133, 'bob', 'bob', '$argon2id$v=19$m=19456,t=2,p=1$nThaKwbOgT1u4X850lgDYQ$2A1PArW2OWLHFBf2L0lNyriZOqU2+1tFUOQSb30ua18', '', NULL);
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795899623850130, 'carol', 'carol', '$argon2id$v=19$m=19456,t=2,p=1$cTIWJMbhgCXgA80C2Pov7w$6bnfoWIZPxeQqSv7bzmbTHXW449zVxIo2G7Ikppex1s', '', 1795899626100617);
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795899623921818, 'olive', 'olive', '$argon2id$v=19$m=19456,t=2,p=1$Vdr2O/AxxABcjkLfqzd6UA$822hr945xKkVIxu2PUVbHJl5P4bdFHrys2VGsC+jzPM', 'operator', NULL);
INSERT INTO seat (account, room) VALUES (1795899623675054, 1);
INSERT INTO seat (account, room) VALUES (1795899623798133, 1);
INSERT INTO seat (account, room) VALUES (1795899623850130, 1);
INSERT INTO seat (account, room) VALUES (1795899623921818, 1);
INSERT INTO seat (account, room) VALUES (1795899623675054, 2);
INSERT INTO seat (account, room) VALUES (1795899623798133, 2);
INSERT INTO seat (account, room) VALUES (1795899623850130, 2);
INSERT INTO seat (account, room) VALUES (1795899623675054, 3);
INSERT INTO message (id, at, nick, author, recipient, addressee, text, waits) VALUES (1795899626138141, 1.7958996261381413936e+09, 'alice', 1795899623675054, 'carol', 1795899623850130, 'see you at four', 1);
INSERT INTO message (id, at, nick, author, recipient, addressee, text, waits) VALUES (1795899626139580, 1.79589962613958048823e+09, 'bob', 1795899623798133, 'alice', 1795899623675054, 'a word in private', 0);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795899623675054', '127.0.0.1', 0.0, 1.79589962369814276697e+09);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795899623798133', '127.0.0.1', 0.0, 1.79589962380202317233e+09);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795899623850130', '127.0.0.1', 0.0, 1.79589962385398125644e+09);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795899623921818', '127.0.0.1', 0.0, 1.7958996260734109878e+09);
INSERT INTO room_state (room, topic, public_from, private, moderated, members, topic_locked, slow, history, password) VALUES (2, 'Tea at four', 1, 0, 0, 0, 0, 7, 1, '');
INSERT INTO room_state (room, topic, public_from, private, moderated, members, topic_locked, slow, history, password) VALUES (3, 'A secret', 1, 1, 0, 0, 0, 0, 1, '');
INSERT INTO standing (room, author, name, rank, since) VALUES (2, 1795899623675054, 'alice', 3, 1);
INSERT INTO standing (room, author, name, rank, since) VALUES (2, 1795899623798133, 'bob', 2, 2);
INSERT INTO standing (room, author, name, rank, since) VALUES (2, 1795899623850130, 'carol', 1, 3);
INSERT INTO standing (room, author, name, rank, since) VALUES (3, 1795899623675054, 'alice', 3, 1);
INSERT INTO standing (room, author, name, rank, since) VALUES (3, 1795899623798133, 'bob', 0, 3);
INSERT INTO sanction (id, room, kind, mask, author, shown, by, reason, at, until) VALUES (1795899626129510, 2, 'mute', 'gast', -1795899626080597, 'gast', 'bob', 'be quiet', 1795899626.12951, 4102444800.0);
INSERT INTO sanction (id, room, kind, mask, author, shown, by, reason, at, until) VALUES (1795899626133450, 2, 'ban', 'mallory', 0, 'mallory', 'bob', 'spam', 1795899626.13345, 4102444800.0);
INSERT INTO sanction (id, room, kind, mask, author, shown, by, reason, at, until) VALUES (1795899626156267, 0, 'ban', '192.0.2.7/32', 0, '192.0.2.7', 'olive', 'flood', 1.79589962615626692766e+09, 4102444800.0);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899626098282, 2, 'den', 7, 1.79589962609828209874e+09, 'alice', 'alice', 'op', 'bob', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899626100617, 2, 'den', 8, 1.79589962610061717029e+09, 'alice', 'alice', 'voice', 'carol', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899626115573, 2, 'den', 12, 1.7958996261155731678e+09, 'alice', 'alice', 'delete line 11 of', 'bob', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899626129566, 2, 'den', 14, 1.79589962612956643107e+09, 'bob', 'bob', 'mute', 'gast', 'be quiet', 1882299626.12951, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899626133490, 2, 'den', 14, 1.79589962613349032405e+09, 'bob', 'bob', 'ban', 'mallory', 'spam', 1882299626.13345, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899626135841, 2, 'den', 15, 1.79589962613584160806e+09, 'bob', 'bob', 'slow 7s', '', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899626156345, 0, '', 0, 1.7958996261563448906e+09, 'olive', 'olive', 'ban', '192.0.2.7', 'flood', 1.88229962615626692772e+09, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899626184424, 0, '', 0, 1.79589962618442440037e+09, 'olive', 'olive', 'announce', '', 'the server moves at noon', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899626201978, 3, 'attic', 3, 1.79589962620197844504e+09, 'alice', 'alice', 'private on', '', '', 0.0, 0);
INSERT INTO report (id, at, nick, account, target, room, reason, is_read) VALUES (1795899626142074, 1.79589962614207434652e+09, 'gast', '', 'bob', 2, 'he is rude', 1);
INSERT INTO indexed (up_to, again_to, folding) VALUES (1795899626084089, 0, '1, Unicode 14.0.0');
INSERT INTO journal (moved) VALUES (29);
INSERT INTO setting (account, name, value) VALUES (1795899623675054, 'bell', 'on');
INSERT INTO setting (account, name, value) VALUES (1795899623675054, 'numbers', 'on');
INSERT INTO setting (account, name, value) VALUES (1795899623675054, 'room', '3');
INSERT INTO setting (account, name, value) VALUES (1795899623675054, 'width', '120');
INSERT INTO setting (account, name, value) VALUES (1795899623798133, 'room', '2');
INSERT INTO setting (account, name, value) VALUES (1795899623850130, 'room', '2');
INSERT INTO ignored (account, key, name, author) VALUES (1795899623675054, 'gast', 'gast', -1795899626080597);
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
-- chat.db.journal-0: QAAAAL3jjEySHpGSAJ3PAAZhXHdGFqQCD8tB2sLQOo7QQKVhY3RlZKNib2LPAAZhXHcg9XWtd2FzIGhlcmUgbGFzdACgoACgzwAGYVx3HxSupG5hbWWld2lkdGildmFsdWWjMTIwy0HawtA6iO7jo2JvYs8ABmFcdyD1daVhbGljZc8ABmFcdx8UrrFhIHdvcmQgaW4gcHJpdmF0ZcIABmFcdyD1da10aGVuIG1ha2UgdGVhCaCgAKA8AAAAyCTie5IZkZIAnc8ABmFcd0R+AwINy0HawtA6iB5WpWFjdGVko2JvYs8ABmFcdyD1dalwb3VycyB0ZWEAoKAAoGFpZKNib2LPAAZhXHcg9XWuYSBsaW5lIHRvIGVkaXQAoKAAoEIAAAAoq5eckhSRkgCdzwAGYVx3RD2tAgvLQdrC0DqHEHykc2FpZKNib2LPAAZhXHcg9XWwYSBsaW5lIHRvIGRlbGV0ZQCgoACgVwAAANnDxTaSFZGSAYGkbGluZZ3PAAZhXHdENEQCCstB2sLQOobpBaRzYWlko2JvYs8ABmFcdyD1dbZhIGxpbmUgdGhhdCB3YXMgZWRpdGVkAKZlZGl0ZWSgAKNib2JkpW9saXZlzwAGYVx3ItiaoACgoACgkgeCp2FjY291bnTPAAZhXHci2Jqkcm9vbQFhXHcjTtUBBctB2sLQOfzu96RsZWZ0pW9saXZlzwAGYVx3ItiaoACgoACg
