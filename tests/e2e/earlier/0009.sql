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
CREATE TABLE ssh_key (
    account INTEGER NOT NULL,
    fingerprint TEXT NOT NULL, -- of the key itself, which is not kept
    kind TEXT NOT NULL,
    label TEXT NOT NULL,
    added_at REAL NOT NULL,
    used_at REAL NOT NULL, -- 0 for never
    PRIMARY KEY (account, fingerprint)
) STRICT, WITHOUT ROWID;
INSERT INTO room (id, key, name, pruned) VALUES (1, 'lobby', 'lobby', 0);
INSERT INTO room (id, key, name, pruned) VALUES (2, 'den', 'den', 0);
INSERT INTO room (id, key, name, pruned) VALUES (3, 'attic', 'attic', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795912180033362, 1, 1, 1.79591218003336262703e+09, 'joined', 'alice', -1795912180032857, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795912180151334, 1, 2, 1.79591218015133476256e+09, 'joined', 'bob', -1795912180151201, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795912180221510, 1, 3, 1.79591218022151064871e+09, 'joined', 'carol', -1795912180221350, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795912180256679, 1, 4, 1.79591218025667953483e+09, 'joined', 'olive', -1795912180256558, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795912180284221, 1, 5, 1.79591218028422093394e+09, 'left', 'olive', 1795912180281801, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795912181770246, 1, 6, 1.79591218177024650572e+09, 'joined', 'olive', 1795912180281801, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795912181780293, 1, 7, 1.79591218178029322621e+09, 'joined', 'gast', -1795912181780134, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795912181781520, 2, 1, 1.79591218178152036669e+09, 'joined', 'alice', 1795912180143736, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795912181784707, 2, 2, 1.79591218178470730785e+09, 'joined', 'bob', 1795912180217830, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795912181785255, 2, 3, 1.79591218178525543211e+09, 'joined', 'carol', 1795912180250944, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795912181785682, 2, 4, 1.79591218178568267824e+09, 'joined', 'gast', -1795912181780134, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795912181786016, 2, 5, 1.79591218178601598736e+09, 'topic', 'alice', 1795912180143736, 'Tea at four', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795912181789890, 2, 6, 1.79591218178989076611e+09, 'rank', 'alice', 1795912180143736, 'operator + bob', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795912181791236, 2, 7, 1.79591218179123592374e+09, 'rank', 'alice', 1795912180143736, 'voiced + carol', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795912181792457, 1, 8, 1.79591218179245781902e+09, 'left', 'carol', 1795912180250944, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795912181792472, 2, 8, 1.79591218179247283934e+09, 'left', 'carol', 1795912180250944, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795912181792997, 2, 9, 1.79591218179299736022e+09, 'said', 'bob', 1795912180217830, 'the kettle boils', 0, '', '{"+1": [1795912180143736]}', 1795912180143736, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795912181793377, 2, 10, 1.79591218179337716101e+09, 'said', 'bob', 1795912180217830, 'a line that was edited', 0, 'edited', '', 0, 'bob');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795912181793659, 2, 11, 1.79591218179365897178e+09, 'said', 'bob', 1795912180217830, '', 0, 'deleted', '', 0, 'alice');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795912181799556, 2, 12, 1.79591218179955649375e+09, 'said', 'bob', 1795912180217830, 'then make tea', 9, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795912181799892, 2, 13, 1.79591218179989242555e+09, 'acted', 'bob', 1795912180217830, 'pours tea', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795912181807923, 2, 14, 1.79591218180792379375e+09, 'mode', 'bob', 1795912180217830, 'slow 7', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795912181821994, 3, 1, 1.79591218182199430469e+09, 'joined', 'alice', 1795912180143736, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795912181823248, 3, 2, 1.79591218182324886321e+09, 'mode', 'alice', 1795912180143736, 'private 1', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795912181825031, 3, 3, 1.79591218182503175736e+09, 'topic', 'alice', 1795912180143736, 'A secret', 0, '', '', 0, '');
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795912180143736, 'alice', 'alice', '$argon2id$v=19$m=19456,t=2,p=1$fG5ihmiKZFXcm3L0L5ucfQ$8wuQHJ4V53kC3vOFJD/aO1ARGY5d1MhFPnjl9u4CMvc', '', NULL);
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795912180217830, 'bob', 'bob', '$argon2id$v=19$m=19456,t=2,p=1$ixOWcxYAfTFOPTMJmOzlOQ$WbhO2kJsgzhoIdA6Awm4lLJyDtnUuW24Wt/flfIO/FY', '', NULL);
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795912180250944, 'carol', 'carol', '$argon2id$v=19$m=19456,t=2,p=1$dEm+wbYEZE0PJ/S9wHHUAQ$71gseMExbEGq8A9yhdC9tCuJb1Kn7XnbEdCryrG1jwA', '', 1795912181791259);
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795912180281801, 'olive', 'olive', '$argon2id$v=19$m=19456,t=2,p=1$6dis4kFCK0wo7zwRw0wpWQ$1Jeeubv/LVbPBgyPLcBWVRfXh/zfmLOjspjvv84P6Zk', 'operator', NULL);
INSERT INTO seat (account, room) VALUES (1795912180143736, 1);
INSERT INTO seat (account, room) VALUES (1795912180217830, 1);
INSERT INTO seat (account, room) VALUES (1795912180250944, 1);
INSERT INTO seat (account, room) VALUES (1795912180281801, 1);
INSERT INTO seat (account, room) VALUES (1795912180143736, 2);
INSERT INTO seat (account, room) VALUES (1795912180217830, 2);
INSERT INTO seat (account, room) VALUES (1795912180250944, 2);
INSERT INTO seat (account, room) VALUES (1795912180143736, 3);
INSERT INTO message (id, at, nick, author, recipient, addressee, text, waits) VALUES (1795912181812829, 1.7959121818128294945e+09, 'alice', 1795912180143736, 'carol', 1795912180250944, 'see you at four', 1);
INSERT INTO message (id, at, nick, author, recipient, addressee, text, waits) VALUES (1795912181814745, 1.79591218181474542624e+09, 'bob', 1795912180217830, 'alice', 1795912180143736, 'a word in private', 0);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795912180143736', '127.0.0.1', 0.0, 1.79591218014826750756e+09);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795912180217830', '127.0.0.1', 0.0, 1.79591218021954059603e+09);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795912180250944', '127.0.0.1', 0.0, 1.79591218025371623032e+09);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795912180281801', '127.0.0.1', 0.0, 1.79591218176975536344e+09);
INSERT INTO room_state (room, topic, public_from, private, moderated, members, topic_locked, slow, history, password, topic_by, topic_author) VALUES (2, 'Tea at four', 1, 0, 0, 0, 0, 7, 1, '', 'alice', 1795912180143736);
INSERT INTO room_state (room, topic, public_from, private, moderated, members, topic_locked, slow, history, password, topic_by, topic_author) VALUES (3, 'A secret', 1, 1, 0, 0, 0, 0, 1, '', 'alice', 1795912180143736);
INSERT INTO standing (room, author, name, rank, since) VALUES (2, 1795912180143736, 'alice', 3, 1);
INSERT INTO standing (room, author, name, rank, since) VALUES (2, 1795912180217830, 'bob', 2, 2);
INSERT INTO standing (room, author, name, rank, since) VALUES (2, 1795912180250944, 'carol', 1, 3);
INSERT INTO standing (room, author, name, rank, since) VALUES (3, 1795912180143736, 'alice', 3, 1);
INSERT INTO standing (room, author, name, rank, since) VALUES (3, 1795912180217830, 'bob', 0, 3);
INSERT INTO sanction (id, room, kind, mask, author, shown, by, reason, at, until) VALUES (1795912181800253, 2, 'mute', 'gast', -1795912181780134, 'gast', 'bob', 'be quiet', 1.79591218180025339124e+09, 4102444800.0);
INSERT INTO sanction (id, room, kind, mask, author, shown, by, reason, at, until) VALUES (1795912181802503, 2, 'ban', 'mallory', 0, 'mallory', 'bob', 'spam', 1.79591218180250382428e+09, 4102444800.0);
INSERT INTO sanction (id, room, kind, mask, author, shown, by, reason, at, until) VALUES (1795912181816561, 0, 'ban', '192.0.2.7/32', 0, '192.0.2.7', 'olive', 'flood', 1.79591218181656098367e+09, 4102444800.0);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795912181789931, 2, 'den', 7, 1.79591218178993177411e+09, 'alice', 'alice', 'op', 'bob', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795912181791259, 2, 'den', 8, 1.79591218179125928881e+09, 'alice', 'alice', 'voice', 'carol', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795912181794431, 2, 'den', 12, 1.7959121817944316864e+09, 'alice', 'alice', 'delete line 11 of', 'bob', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795912181800304, 2, 'den', 14, 1.79591218180030393601e+09, 'bob', 'bob', 'mute', 'gast', 'be quiet', 1.8823121818002533913e+09, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795912181802537, 2, 'den', 14, 1.79591218180253767971e+09, 'bob', 'bob', 'ban', 'mallory', 'spam', 1.88231218180250382421e+09, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795912181807956, 2, 'den', 15, 1.79591218180795645711e+09, 'bob', 'bob', 'slow 7s', '', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795912181816617, 0, '', 0, 1.79591218181661725042e+09, 'olive', 'olive', 'ban', '192.0.2.7', 'flood', 1.88231218181656098364e+09, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795912181817495, 0, '', 0, 1.79591218181749582294e+09, 'olive', 'olive', 'announce', '', 'the server moves at noon', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795912181823270, 3, 'attic', 3, 1.79591218182327079771e+09, 'alice', 'alice', 'private on', '', '', 0.0, 0);
INSERT INTO report (id, at, nick, account, target, room, reason, is_read) VALUES (1795912181815167, 1.79591218181516718869e+09, 'gast', '', 'bob', 2, 'he is rude', 1);
INSERT INTO indexed (up_to, again_to, folding) VALUES (1795912180284221, 0, '1, Unicode 14.0.0');
INSERT INTO journal (moved) VALUES (29);
INSERT INTO setting (account, name, value) VALUES (1795912180143736, 'bell', 'on');
INSERT INTO setting (account, name, value) VALUES (1795912180143736, 'numbers', 'on');
INSERT INTO setting (account, name, value) VALUES (1795912180143736, 'room', '3');
INSERT INTO setting (account, name, value) VALUES (1795912180143736, 'width', '120');
INSERT INTO setting (account, name, value) VALUES (1795912180217830, 'room', '2');
INSERT INTO setting (account, name, value) VALUES (1795912180250944, 'room', '2');
INSERT INTO ignored (account, key, place, name, author) VALUES (1795912180143736, 'gast', 0, 'gast', -1795912181780134);
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
-- chat.db.journal-0: QAAAAJQv9ZuSHpGSAJ3PAAZhX2OlQd8CD8tB2sLcfXTdbqVhY3RlZKNib2LPAAZhX2OMt+atd2FzIGhlcmUgbGFzdACgoACgzwAGYV9ji5Z4pG5hbWWld2lkdGildmFsdWWjMTIwy0Hawtx9dCTKo2JvYs8ABmFfY4y35qVhbGljZc8ABmFfY4uWeLFhIHdvcmQgaW4gcHJpdmF0ZcIABmFfY4y35q10aGVuIG1ha2UgdGVhCaCgAKA8AAAAp+AEBpIZkZIAnc8ABmFfY6Tb1AINy0Hawtx9czFwpWFjdGVko2JvYs8ABmFfY4y35qlwb3VycyB0ZWEAoKAAoGFpZKNib2LPAAZhX2OMt+auYSBsaW5lIHRvIGVkaXQAoKAAoEIAAAAA41Y1khSRkgCdzwAGYV9jpMN7AgvLQdrC3H1yy0+kc2FpZKNib2LPAAZhX2OMt+awYSBsaW5lIHRvIGRlbGV0ZQCgoACgVwAAAOGXLUGSFZGSAYGkbGluZZ3PAAZhX2OkwmECCstB2sLcfXLGsaRzYWlko2JvYs8ABmFfY4y35rZhIGxpbmUgdGhhdCB3YXMgZWRpdGVkAKZlZGl0ZWSgAKNib2JkpW9saXZlzwAGYV9jjbHJoACgoACgkgeCp2FjY291bnTPAAZhX2ONscmkcm9vbQFhX2ONuz0BBctB2sLcfRIwraRsZWZ0pW9saXZlzwAGYV9jjbHJoACgoACg
