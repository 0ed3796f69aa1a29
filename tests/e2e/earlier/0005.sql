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
    name TEXT NOT NULL, -- the same as it was shown
    author INTEGER NOT NULL, -- an account; for a visit without one, negative
    PRIMARY KEY (account, key)
) STRICT, WITHOUT ROWID;
INSERT INTO room (id, key, name, pruned) VALUES (1, 'lobby', 'lobby', 0);
INSERT INTO room (id, key, name, pruned) VALUES (2, 'den', 'den', 0);
INSERT INTO room (id, key, name, pruned) VALUES (3, 'attic', 'attic', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899775974037, 1, 1, 1.79589977597403740883e+09, 'joined', 'alice', -1795899775953220, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899776069503, 1, 2, 1.79589977606950378422e+09, 'joined', 'bob', -1795899776069368, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899776213742, 1, 3, 1.79589977621374225621e+09, 'joined', 'carol', -1795899776213567, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899776283431, 1, 4, 1.79589977628343105313e+09, 'joined', 'olive', -1795899776283301, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899776346152, 1, 5, 1.79589977634615278242e+09, 'left', 'olive', 1795899776331333, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899779094761, 1, 6, 1.7958997790947608948e+09, 'joined', 'olive', 1795899776331333, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899779100088, 1, 7, 1.79589977910008811948e+09, 'joined', 'gast', -1795899779099971, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899779102897, 2, 1, 1.79589977910289716718e+09, 'joined', 'alice', 1795899776049763, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899779130033, 2, 2, 1.79589977913003349301e+09, 'joined', 'bob', 1795899776206868, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899779132420, 2, 3, 1.79589977913242077826e+09, 'joined', 'carol', 1795899776264629, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899779133095, 2, 4, 1.79589977913309574129e+09, 'joined', 'gast', -1795899779099971, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899779137931, 2, 5, 1.79589977913793134691e+09, 'topic', 'alice', 1795899776049763, 'Tea at four', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899779159298, 2, 6, 1.79589977915929794316e+09, 'rank', 'alice', 1795899776049763, 'operator + bob', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899779190049, 2, 7, 1.79589977919004893302e+09, 'rank', 'alice', 1795899776049763, 'voiced + carol', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899779214524, 1, 8, 1.79589977921452450754e+09, 'left', 'carol', 1795899776264629, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899779214546, 2, 8, 1.79589977921454668047e+09, 'left', 'carol', 1795899776264629, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899779230003, 2, 9, 1.7958997792300035953e+09, 'said', 'bob', 1795899776206868, 'the kettle boils', 0, '', '{"+1": [1795899776049763]}', 1795899776049763);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899779230897, 2, 10, 1.79589977923089694983e+09, 'said', 'bob', 1795899776206868, 'a line that was edited', 0, 'edited', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899779237938, 2, 11, 1.79589977923793816562e+09, 'said', 'bob', 1795899776206868, 'alice', 0, 'deleted', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899779286161, 2, 12, 1.79589977928616142269e+09, 'said', 'bob', 1795899776206868, 'then make tea', 9, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899779286751, 2, 13, 1.79589977928675150874e+09, 'acted', 'bob', 1795899776206868, 'pours tea', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899779343640, 2, 14, 1.79589977934364080432e+09, 'mode', 'bob', 1795899776206868, 'slow 7', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899779456477, 3, 1, 1.79589977945647716523e+09, 'joined', 'alice', 1795899776049763, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899779476633, 3, 2, 1.79589977947663378713e+09, 'mode', 'alice', 1795899776049763, 'private 1', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899779510120, 3, 3, 1.79589977951012086864e+09, 'topic', 'alice', 1795899776049763, 'A secret', 0, '', '', 0);
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795899776049763, 'alice', 'alice', '$argon2id$v=19$m=19456,t=2,p=1$Q6k/+HogaAwzjK8sJ7qCcQ$/ZCtMOJabNpICdxx7gRYoomQt2ue11CEZ0LEgh7U6mQ', '', NULL);
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795899776206868, 'bob', 'bob', '$argon2id$v=19$m=19456,t=2,p=1$3+Oniw0jj9oUZN2aFbsBtw$fbulK97oJqCKQVnoxae5NkAfST/vRou8yEkY37YZj3o', '', NULL);
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795899776264629, 'carol', 'carol', '$argon2id$v=19$m=19456,t=2,p=1$1Ib6fQNhz89Ub/GjSPltyA$WEyHfcrAohCozv+zvwNkxfUEkF1ygsunesN+y64ySDQ', '', 1795899779190100);
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795899776331333, 'olive', 'olive', '$argon2id$v=19$m=19456,t=2,p=1$ozsky3NbkQKN04IVwDyNAA$W6dumr5VpTOTif0rTx9HLX05qQLPiaRvu/ijGdCwJDE', 'operator', NULL);
INSERT INTO seat (account, room) VALUES (1795899776049763, 1);
INSERT INTO seat (account, room) VALUES (1795899776206868, 1);
INSERT INTO seat (account, room) VALUES (1795899776264629, 1);
INSERT INTO seat (account, room) VALUES (1795899776331333, 1);
INSERT INTO seat (account, room) VALUES (1795899776049763, 2);
INSERT INTO seat (account, room) VALUES (1795899776206868, 2);
INSERT INTO seat (account, room) VALUES (1795899776264629, 2);
INSERT INTO seat (account, room) VALUES (1795899776049763, 3);
INSERT INTO message (id, at, nick, author, recipient, addressee, text, waits) VALUES (1795899779350871, 1.79589977935087132454e+09, 'alice', 1795899776049763, 'carol', 1795899776264629, 'see you at four', 1);
INSERT INTO message (id, at, nick, author, recipient, addressee, text, waits) VALUES (1795899779353925, 1.79589977935392546655e+09, 'bob', 1795899776206868, 'alice', 1795899776049763, 'a word in private', 0);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795899776049763', '127.0.0.1', 0.0, 1.79589977605199980735e+09);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795899776206868', '127.0.0.1', 0.0, 1.79589977621153712274e+09);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795899776264629', '127.0.0.1', 0.0, 1.79589977626994895931e+09);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795899776331333', '127.0.0.1', 0.0, 1.79589977909422826769e+09);
INSERT INTO room_state (room, topic, public_from, private, moderated, members, topic_locked, slow, history, password) VALUES (2, 'Tea at four', 1, 0, 0, 0, 0, 7, 1, '');
INSERT INTO room_state (room, topic, public_from, private, moderated, members, topic_locked, slow, history, password) VALUES (3, 'A secret', 1, 1, 0, 0, 0, 0, 1, '');
INSERT INTO standing (room, author, name, rank, since) VALUES (2, 1795899776049763, 'alice', 3, 1);
INSERT INTO standing (room, author, name, rank, since) VALUES (2, 1795899776206868, 'bob', 2, 2);
INSERT INTO standing (room, author, name, rank, since) VALUES (2, 1795899776264629, 'carol', 1, 3);
INSERT INTO standing (room, author, name, rank, since) VALUES (3, 1795899776049763, 'alice', 3, 1);
INSERT INTO standing (room, author, name, rank, since) VALUES (3, 1795899776206868, 'bob', 0, 3);
INSERT INTO sanction (id, room, kind, mask, author, shown, by, reason, at, until) VALUES (1795899779299379, 2, 'mute', 'gast', -1795899779099971, 'gast', 'bob', 'be quiet', 1.79589977929937934871e+09, 4102444800.0);
INSERT INTO sanction (id, room, kind, mask, author, shown, by, reason, at, until) VALUES (1795899779318253, 2, 'ban', 'mallory', 0, 'mallory', 'bob', 'spam', 1.79589977931825375552e+09, 4102444800.0);
INSERT INTO sanction (id, room, kind, mask, author, shown, by, reason, at, until) VALUES (1795899779374239, 0, 'ban', '192.0.2.7/32', 0, '192.0.2.7', 'olive', 'flood', 1.79589977937423944469e+09, 4102444800.0);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899779159356, 2, 'den', 7, 1.79589977915935683243e+09, 'alice', 'alice', 'op', 'bob', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899779190100, 2, 'den', 8, 1.79589977919010019297e+09, 'alice', 'alice', 'voice', 'carol', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899779260450, 2, 'den', 12, 1.79589977926045012471e+09, 'alice', 'alice', 'delete line 11 of', 'bob', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899779299460, 2, 'den', 14, 1.79589977929946064943e+09, 'bob', 'bob', 'mute', 'gast', 'be quiet', 1.88229977929937934873e+09, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899779318313, 2, 'den', 14, 1.79589977931831383702e+09, 'bob', 'bob', 'ban', 'mallory', 'spam', 1.88229977931825375554e+09, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899779343705, 2, 'den', 15, 1.7958997793437051773e+09, 'bob', 'bob', 'slow 7s', '', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899779374320, 0, '', 0, 1.79589977937432074541e+09, 'olive', 'olive', 'ban', '192.0.2.7', 'flood', 1.88229977937423944471e+09, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899779398038, 0, '', 0, 1.79589977939803838733e+09, 'olive', 'olive', 'announce', '', 'the server moves at noon', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795899779476692, 3, 'attic', 3, 1.79589977947669267657e+09, 'alice', 'alice', 'private on', '', '', 0.0, 0);
INSERT INTO report (id, at, nick, account, target, room, reason, is_read) VALUES (1795899779354569, 1.79589977935456919675e+09, 'gast', '', 'bob', 2, 'he is rude', 1);
INSERT INTO indexed (up_to, again_to, folding) VALUES (1795899779190049, 0, '1, Unicode 14.0.0');
INSERT INTO journal (moved) VALUES (30);
INSERT INTO setting (account, name, value) VALUES (1795899776049763, 'bell', 'on');
INSERT INTO setting (account, name, value) VALUES (1795899776049763, 'numbers', 'on');
INSERT INTO setting (account, name, value) VALUES (1795899776049763, 'room', '3');
INSERT INTO setting (account, name, value) VALUES (1795899776049763, 'width', '120');
INSERT INTO setting (account, name, value) VALUES (1795899776206868, 'room', '2');
INSERT INTO setting (account, name, value) VALUES (1795899776264629, 'room', '2');
INSERT INTO ignored (account, key, name, author) VALUES (1795899776049763, 'gast', 'gast', -1795899779099971);
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
-- chat.db.journal-0: PwAAAO7iex+SH5GSAJzPAAZhXIBpJZ8CD8tB2sLQYOGJM6VhY3RlZKNib2LPAAZhXIA2iBStd2FzIGhlcmUgbGFzdACgoAB0zwAGYVyANCJjpG5hbWWld2lkdGildmFsdWWjMTIwy0HawtBg1qa3o2JvYs8ABmFcgDaIFKVhbGljZc8ABmFcgDQiY7FhIHdvcmQgaW4gcHJpdmF0ZcIGYVyANogUrXRoZW4gbWFrZSB0ZWEJoKAAOwAAABEmyiqSGpGSAJzPAAZhXIBlht8CDctB2sLQYNJaI6VhY3RlZKNib2LPAAZhXIA2iBSpcG91cnMgdGVhAKCgAGFpZKNib2LPAAZhXIA2iBSuYSBsaW5lIHRvIGVkaXQAoKAAQQAAALgHjjaSFZGSAJzPAAZhXIBkyDICC8tB2sLQYM86YaRzYWlko2JvYs8ABmFcgDaIFLBhIGxpbmUgdG8gZGVsZXRlAKCgAFMAAAAwiGZ+khaRkgGBpGxpbmWczwAGYVyAZKyxAgrLQdrC0GDOxwSkc2FpZKNib2LPAAZhXIA2iBS2YSBsaW5lIHRoYXQgd2FzIGVkaXRlZACmZWRpdGVkoAA5Nzc2MzMxMzMzp2FkZHJlc3OgqGtub3duX2F0ywAAAAAAAAAAqHdob2xlX2F0ywAAAAAAAAAAqmlzX3NldHRsZWTDkgmCqWFsbG93YW5jZYSnYWNjb3VudKCnYWRkcmVzc6kxMjcuMC4wLjGoa25vd25fYXTLAAAAAAAAAACod2hvbGVfYXTLAAAAAAAAAACqaXNfc2V0dGxlZMOSCYKpYWxsb3dhbmNlhKdhY2NvdW50sDE3OTU4OTk3NzYzMzEzMzOnYWRkcmVzc6kxMjcuMC4wLjGoa25vd25fYXTLQdrC0GDGB9aod2hvbGVfYXTLAAAAAAAAAACqaXNfc2V0dGxlZMKSCYKpYWxsb3dhbmNlhKdhY2NvdW50sDE3OTU4OTk3NzYzMzEzMzOnYWRkcmVzc6wxMjcuMC4wLjAvMjSoa25vd25fYXTLAAAAAAAAAACod2hvbGVfYXTLAAAAAAAAAACqaXNfc2V0dGxlZMOSBYGnYWNjb3VudM8ABmFcgDhuRZIAnM8ABmFcgGKY6QEGy0HawtBgxhCQpmpvaW5lZKVvbGl2Zc8ABmFcgDhuRaAAoKAAkgeCp2FjY291bnTPAAZhXIA4bkWkcm9vbQE0AAAA+O+5qJINkZIAnM8ABmFcgGKtuAEHy0HawtBgxmfYpmpvaW5lZKRnYXN00//5nqN/nVK9oACgoAAtAAAAGC06zpIOkZIKg6dhY2NvdW50zwAGYVyANCJjpG5hbWWnbnVtYmVyc6V2YWx1ZaJvbg==
