PRAGMA application_id = 1417102184;
PRAGMA user_version = 10;
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
, until REAL NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
CREATE TABLE done (
    id INTEGER PRIMARY KEY,
    hash TEXT NOT NULL,
    label TEXT NOT NULL, mark TEXT NOT NULL DEFAULT '',
    UNIQUE (hash, label)
) STRICT;
CREATE TABLE read_mark (
    account INTEGER NOT NULL,
    room INTEGER NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (account, room)
) STRICT, WITHOUT ROWID;
CREATE TABLE ssh_key (
    account INTEGER NOT NULL,
    fingerprint TEXT NOT NULL, -- of the key itself, which is not kept
    kind TEXT NOT NULL,
    label TEXT NOT NULL,
    added_at REAL NOT NULL,
    used_at REAL NOT NULL, -- 0 for never
    PRIMARY KEY (account, fingerprint)
) STRICT, WITHOUT ROWID;
CREATE TABLE told (
    hash TEXT NOT NULL, -- of the token
    id INTEGER NOT NULL, -- as a line's
    kind TEXT NOT NULL, -- of event
    event TEXT NOT NULL, -- its fields, as JSON
    lost INTEGER NOT NULL, -- the id up to which there was too much to keep; 0 for none
    PRIMARY KEY (hash, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE revision (
    room INTEGER NOT NULL,
    number INTEGER NOT NULL,
    id INTEGER NOT NULL, -- as a line's, of the last such change
    PRIMARY KEY (room, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX revision_by_id ON revision (id);
INSERT INTO room (id, key, name, pruned) VALUES (1, 'lobby', 'lobby', 0);
INSERT INTO room (id, key, name, pruned) VALUES (2, 'den', 'den', 0);
INSERT INTO room (id, key, name, pruned) VALUES (3, 'attic', 'attic', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795922812129230, 1, 1, 1795922812.12923, 'joined', 'alice', -1795922812128650, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795922812302512, 1, 2, 1.79592281230251193044e+09, 'joined', 'bob', -1795922812302345, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795922812397663, 1, 3, 1.79592281239766287802e+09, 'joined', 'carol', -1795922812397512, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795922812466375, 1, 4, 1.79592281246637535093e+09, 'joined', 'olive', -1795922812466239, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795922812528640, 1, 5, 1795922812.52864, 'left', 'olive', 1795922812521547, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795922814072277, 1, 6, 1.79592281407227754587e+09, 'joined', 'olive', 1795922812521547, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795922814074545, 1, 7, 1.79592281407454586032e+09, 'joined', 'gast', -1795922814074396, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795922814078003, 2, 1, 1.79592281407800364494e+09, 'joined', 'alice', 1795922812281784, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795922814089121, 2, 2, 1.79592281408912158007e+09, 'joined', 'bob', 1795922812390704, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795922814090017, 2, 3, 1.79592281409001779555e+09, 'joined', 'carol', 1795922812449570, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795922814093715, 2, 4, 1.79592281409371542933e+09, 'joined', 'gast', -1795922814074396, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795922814094123, 2, 5, 1.79592281409412312504e+09, 'topic', 'alice', 1795922812281784, 'Tea at four', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795922814095487, 2, 6, 1.79592281409548759456e+09, 'rank', 'alice', 1795922812281784, 'operator + bob', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795922814096401, 2, 7, 1.79592281409640145304e+09, 'rank', 'alice', 1795922812281784, 'voiced + carol', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795922814097369, 1, 8, 1.79592281409736919403e+09, 'left', 'carol', 1795922812449570, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795922814097380, 2, 8, 1.7959228140973801613e+09, 'left', 'carol', 1795922812449570, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795922814097885, 2, 9, 1.79592281409788489341e+09, 'said', 'bob', 1795922812390704, 'the kettle boils', 0, '', '{"+1": [1795922812281784]}', 1795922812281784, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795922814098284, 2, 10, 1.79592281409828472132e+09, 'said', 'bob', 1795922812390704, 'a line that was edited', 0, 'edited', '', 0, 'bob');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795922814098516, 2, 11, 1.79592281409851622581e+09, 'said', 'bob', 1795922812390704, '', 0, 'deleted', '', 0, 'alice');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795922814104149, 2, 12, 1.79592281410414957997e+09, 'said', 'bob', 1795922812390704, 'then make tea', 9, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795922814104460, 2, 13, 1795922814.10446, 'acted', 'bob', 1795922812390704, 'pours tea', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795922814137678, 2, 14, 1.79592281413767862322e+09, 'mode', 'bob', 1795922812390704, 'slow 7', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795922814326352, 3, 1, 1.79592281432635188101e+09, 'joined', 'alice', 1795922812281784, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795922814330072, 3, 2, 1.79592281433007216456e+09, 'mode', 'alice', 1795922812281784, 'private 1', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795922814343222, 3, 3, 1.79592281434322285655e+09, 'topic', 'alice', 1795922812281784, 'A secret', 0, '', '', 0, '');
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795922812281784, 'alice', 'alice', '$argon2id$v=19$m=19456,t=2,p=1$IF0RAYctQrf572aDiJy3zA$IeuX05KGF0SharEjUo850kN0r9/uF7OdsR7pSHvLOc0', '', NULL);
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795922812390704, 'bob', 'bob', '$argon2id$v=19$m=19456,t=2,p=1$17noiP5JCeHF1HoNRjYI/Q$+Hv9rmDc4RxNdWe9wWDyw83uBWfmPmdLC6hqRsw0U/Q', '', NULL);
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795922812449570, 'carol', 'carol', '$argon2id$v=19$m=19456,t=2,p=1$y6GnKys5TjhuGJh0rBwgrw$lqXhjUwAjJAvhbM00RJaaMWOSqaLTnMQ56niuqOyAq0', '', 1795922814096417);
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795922812521547, 'olive', 'olive', '$argon2id$v=19$m=19456,t=2,p=1$R/hFHcy/5WyZW+zBmMj+fw$hT70b492E28tWXEebpm/eKq+u4ZYuOb+Y8ceX64b4vk', 'operator', NULL);
INSERT INTO seat (account, room) VALUES (1795922812281784, 1);
INSERT INTO seat (account, room) VALUES (1795922812390704, 1);
INSERT INTO seat (account, room) VALUES (1795922812449570, 1);
INSERT INTO seat (account, room) VALUES (1795922812521547, 1);
INSERT INTO seat (account, room) VALUES (1795922812281784, 2);
INSERT INTO seat (account, room) VALUES (1795922812390704, 2);
INSERT INTO seat (account, room) VALUES (1795922812449570, 2);
INSERT INTO seat (account, room) VALUES (1795922812281784, 3);
INSERT INTO message (id, at, nick, author, recipient, addressee, text, waits) VALUES (1795922814149493, 1.79592281414949297901e+09, 'alice', 1795922812281784, 'carol', 1795922812449570, 'see you at four', 1);
INSERT INTO message (id, at, nick, author, recipient, addressee, text, waits) VALUES (1795922814165639, 1.79592281416563916206e+09, 'bob', 1795922812390704, 'alice', 1795922812281784, 'a word in private', 0);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795922812281784', '127.0.0.1', 0.0, 1.79592281229764556878e+09);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795922812390704', '127.0.0.1', 0.0, 1.79592281430769729611e+09);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795922812449570', '127.0.0.1', 0.0, 1.79592281246158552167e+09);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795922812521547', '127.0.0.1', 0.0, 1.79592281407172012328e+09);
INSERT INTO room_state (room, topic, public_from, private, moderated, members, topic_locked, slow, history, password, topic_by, topic_author) VALUES (2, 'Tea at four', 1, 0, 0, 0, 0, 7, 1, '', 'alice', 1795922812281784);
INSERT INTO room_state (room, topic, public_from, private, moderated, members, topic_locked, slow, history, password, topic_by, topic_author) VALUES (3, 'A secret', 1, 1, 0, 0, 0, 0, 1, '', 'alice', 1795922812281784);
INSERT INTO standing (room, author, name, rank, since) VALUES (2, 1795922812281784, 'alice', 3, 1);
INSERT INTO standing (room, author, name, rank, since) VALUES (2, 1795922812390704, 'bob', 2, 2);
INSERT INTO standing (room, author, name, rank, since) VALUES (2, 1795922812449570, 'carol', 1, 3);
INSERT INTO standing (room, author, name, rank, since) VALUES (3, 1795922812281784, 'alice', 3, 1);
INSERT INTO standing (room, author, name, rank, since) VALUES (3, 1795922812390704, 'bob', 0, 3);
INSERT INTO sanction (id, room, kind, mask, author, shown, by, reason, at, until) VALUES (1795922814115695, 2, 'mute', 'gast', -1795922814074396, 'gast', 'bob', 'be quiet', 1.79592281411569571498e+09, 4102444800.0);
INSERT INTO sanction (id, room, kind, mask, author, shown, by, reason, at, until) VALUES (1795922814123649, 2, 'ban', 'mallory', 0, 'mallory', 'bob', 'spam', 1.79592281412364912027e+09, 4102444800.0);
INSERT INTO sanction (id, room, kind, mask, author, shown, by, reason, at, until) VALUES (1795922814184020, 0, 'ban', '192.0.2.7/32', 0, '192.0.2.7', 'olive', 'flood', 1.79592281418402028086e+09, 4102444800.0);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795922814095514, 2, 'den', 7, 1.7959228140955142975e+09, 'alice', 'alice', 'op', 'bob', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795922814096417, 2, 'den', 8, 1.79592281409641718863e+09, 'alice', 'alice', 'voice', 'carol', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795922814099227, 2, 'den', 12, 1.79592281409922719e+09, 'alice', 'alice', 'delete line 11 of', 'bob', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795922814115762, 2, 'den', 14, 1.79592281411576223373e+09, 'bob', 'bob', 'mute', 'gast', 'be quiet', 1.88232281411569571487e+09, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795922814123693, 2, 'den', 14, 1.79592281412369322779e+09, 'bob', 'bob', 'ban', 'mallory', 'spam', 1.88232281412364912034e+09, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795922814137715, 2, 'den', 15, 1.79592281413771581643e+09, 'bob', 'bob', 'slow 7s', '', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795922814184092, 0, '', 0, 1.79592281418409252169e+09, 'olive', 'olive', 'ban', '192.0.2.7', 'flood', 1.88232281418402028084e+09, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795922814185722, 0, '', 0, 1.79592281418572258947e+09, 'olive', 'olive', 'announce', '', 'the server moves at noon', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795922814330098, 3, 'attic', 3, 1.79592281433009886746e+09, 'alice', 'alice', 'private on', '', '', 0.0, 0);
INSERT INTO report (id, at, nick, account, target, room, reason, is_read) VALUES (1795922814171896, 1.79592281417189645765e+09, 'gast', '', 'bob', 2, 'he is rude', 1);
INSERT INTO indexed (up_to, again_to, folding) VALUES (1795922814137678, 0, '1, Unicode 14.0.0');
INSERT INTO journal (moved) VALUES (30);
INSERT INTO setting (account, name, value) VALUES (1795922812281784, 'bell', 'on');
INSERT INTO setting (account, name, value) VALUES (1795922812281784, 'numbers', 'on');
INSERT INTO setting (account, name, value) VALUES (1795922812281784, 'room', '3');
INSERT INTO setting (account, name, value) VALUES (1795922812281784, 'width', '120');
INSERT INTO setting (account, name, value) VALUES (1795922812390704, 'room', '2');
INSERT INTO setting (account, name, value) VALUES (1795922812449570, 'room', '2');
INSERT INTO ignored (account, key, place, name, author) VALUES (1795922812281784, 'gast', 0, 'gast', -1795922814074396);
INSERT INTO token (hash, account, device, made_at, used_at, nick, visit, since, rooms, open, until) VALUES ('3454ab9dac11564cf6b326090b7c66340894ef3deab5682c5075b90977af562b', 1795922812390704, 'phone', 1.79592281430827116961e+09, 1.79592281431500840191e+09, 'bob', -1795922812302345, 1.79592281230234551434e+09, '1 2', 1, 1.79592281431500840191e+09);
INSERT INTO ssh_key (account, fingerprint, kind, label, added_at, used_at) VALUES (1795922812390704, 'SHA256:mKqU+0K8OhKmA8bBQi9Rz0Q5l7/g160hIP+rJYSTNj4', 'ssh-ed25519', 'laptop', 1.79592281419298624989e+09, 0.0);
INSERT INTO told (hash, id, kind, event, lost) VALUES ('3454ab9dac11564cf6b326090b7c66340894ef3deab5682c5075b90977af562b', 1795922814338004, 'Invited', '{"nick":"alice","recipient":"bob","room":"attic","at":1795922814.3380048}', 0);
INSERT INTO revision (room, number, id) VALUES (2, 10, 1795922814098888);
INSERT INTO revision (room, number, id) VALUES (2, 11, 1795922814099213);
INSERT INTO revision (room, number, id) VALUES (2, 9, 1795922814103800);
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
-- token: Uqd5z_DieBIwXmnSsCq3So_XjiQysu8J
-- chat.db.journal-0: QAAAALNGAYCSH5GSAJ3PAAZhYd1k0cgCD8tB2sLm35bo1KVhY3RlZKNib2LPAAZhYd1GzTCtd2FzIGhlcmUgbGFzdACgoACgAAAAAACod2hvbGVfYXTLAAAAAAAAAACqaXNfc2V0dGxlZMOSCYKpYWxsb3dhbmNlhKdhY2NvdW50oKdhZGRyZXNzqTEyNy4wLjAuMahrbm93bl9hdMsAAAAAAAAAAKh3aG9sZV9hdMsAAAAAAAAAAKppc19zZXR0bGVkw5IJgqlhbGxvd2FuY2WEp2FjY291bnSwMTc5NTkyMjgxMjM5MDcwNKdhZGRyZXNzqTEyNy4wLjAuMahrbm93bl9hdMtB2sLm35OxUKh3aG9sZV9hdMsAAAAAAAAAAKppc19zZXR0bGVkwpIJgqlhbGxvd2FuY2WEp2FjY291bnSwMTc5NTkyMjgxMjM5MDcwNKdhZGRyZXNzrDEyNy4wLjAuMC8yNKhrbm93bl9hdMsAAAAAAAAAAKh3aG9sZV9hdMsAAAAAAAAAAKppc19zZXR0bGVkw5ILgaV0b2tlbounYWNjb3VudM8ABmFh3UbNMKZkZXZpY2WlcGhvbmWkaGFzaNlAMzQ1NGFiOWRhYzExNTY0Y2Y2YjMyNjA5MGI3YzY2MzQwODk0ZWYzZGVhYjU2ODJjNTA3NWI5MDk3N2FmNTYyYqdpc19vcGVuw6dtYWRlX2F0y0Hawubfk7q3pG5pY2ujYm9ipXJvb21zkgECpXNpbmNly0HawubfE1mhpXVudGlsywAAAAAAAAAAp3VzZWRfYXTLQdrC5t+TvESldmlzaXTT//meniK6i/cqAAAAAPykC5IdkZIKg6dhY2NvdW50zwAGYWHdRSO4pG5hbWWkYmVsbKV2YWx1ZaJvbgUBAACQUaJJkh6SkgqDp2FjY291bnTPAAZhYd1FI7ikbmFtZaV3aWR0aKV2YWx1ZaMxMjCSC4GldG9rZW6Lp2FjY291bnTPAAZhYd1GzTCmZGV2aWNlpXBob25lpGhhc2jZQDM0NTRhYjlkYWMxMTU2NGNmNmIzMjYwOTBiN2M2NjM0MDg5NGVmM2RlYWI1NjgyYzUwNzViOTA5NzdhZjU2MmKnaXNfb3BlbsOnbWFkZV9hdMtB2sLm35O6t6RuaWNro2JvYqVyb29tc5IBAqVzaW5jZctB2sLm3xNZoaV1bnRpbMtB2sLndZQoZqd1c2VkX2F0y0HawubflCkZpXZpc2l00//5np4iuov3
