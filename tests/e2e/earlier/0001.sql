PRAGMA application_id = 1417102184;
PRAGMA user_version = 1;
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
CREATE VIEW line_words AS
SELECT id, 'r' || room AS room, 'n' || hex(lower(nick)) AS nick, text FROM line
WHERE kind IN ('said', 'acted', 'announced', 'topic') AND state <> 'deleted';
CREATE VIRTUAL TABLE line_index USING fts5 (
    room, nick, text,
    content = 'line_words', content_rowid = 'id', columnsize = 0, prefix = '2',
    tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TABLE indexed (up_to INTEGER NOT NULL) STRICT;
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
) STRICT;
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
INSERT INTO room (id, key, name, pruned) VALUES (1, 'lobby', 'lobby', 0);
INSERT INTO room (id, key, name, pruned) VALUES (2, 'den', 'den', 0);
INSERT INTO room (id, key, name, pruned) VALUES (3, 'attic', 'attic', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899537738520, 1, 1, 1.79589953773852014544e+09, 'joined', 'alice', -1795899537738304, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899538020692, 1, 2, 1.79589953802069258689e+09, 'joined', 'bob', -1795899538020536, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899538155558, 1, 3, 1.79589953815555882455e+09, 'joined', 'carol', -1795899538155445, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899538202829, 1, 4, 1.79589953820282983779e+09, 'joined', 'olive', -1795899538202703, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899538233918, 1, 5, 1.79589953823391842839e+09, 'left', 'olive', 1795899538232429, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899539175222, 1, 6, 1.79589953917522263527e+09, 'joined', 'olive', 1795899538232429, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899539177006, 1, 7, 1.79589953917700624469e+09, 'joined', 'gast', -1795899539176907, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899539177918, 2, 1, 1.79589953917791795732e+09, 'joined', 'alice', 1795899538015544, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899539196154, 2, 2, 1.79589953919615411765e+09, 'joined', 'bob', 1795899538150458, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899539196754, 2, 3, 1.79589953919675421713e+09, 'joined', 'carol', 1795899538196194, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899539197125, 2, 4, 1.79589953919712495798e+09, 'joined', 'gast', -1795899539176907, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899539197453, 2, 5, 1.79589953919745302195e+09, 'topic', 'alice', 1795899538015544, 'Tea at four', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899539214406, 2, 6, 1.79589953921440649035e+09, 'announced', '', 0, 'alice made bob an operator', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899539220381, 2, 7, 1.79589953922038102155e+09, 'announced', '', 0, 'alice gave carol a voice', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899539234452, 1, 8, 1.79589953923445248603e+09, 'left', 'carol', 1795899538196194, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899539234474, 2, 8, 1.79589953923447394369e+09, 'left', 'carol', 1795899538196194, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899539235137, 2, 9, 1.79589953923513722419e+09, 'said', 'bob', 1795899538150458, 'the kettle boils', 0, '', '{"+1": [1795899538015544]}', 1795899538015544);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899539235601, 2, 10, 1.7958995392356011867e+09, 'said', 'bob', 1795899538150458, 'a line that was edited', 0, 'edited', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899539235872, 2, 11, 1.79589953923587274551e+09, 'said', 'bob', 1795899538150458, 'alice', 0, 'deleted', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899539244026, 2, 12, 1.79589953924402594568e+09, 'said', 'bob', 1795899538150458, 'then make tea', 9, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899539244353, 2, 13, 1.79589953924435329437e+09, 'acted', 'bob', 1795899538150458, 'pours tea', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899539270300, 2, 14, 1.79589953927030062676e+09, 'announced', '', 0, 'bob lets everybody speak once in 7s', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899539330468, 3, 1, 1.79589953933046841622e+09, 'joined', 'alice', 1795899538015544, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899539342268, 3, 2, 1.79589953934226870539e+09, 'announced', '', 0, 'alice made this room private', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899539358241, 3, 3, 1.79589953935824155808e+09, 'topic', 'alice', 1795899538015544, 'A secret', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899539364403, 2, 15, 1.79589953936440372469e+09, 'acted', 'bob', 1795899538150458, 'was here last', 0, '', '', 0);
INSERT INTO indexed (up_to) VALUES (1795899538233918);
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795899538015544, 'alice', 'alice', '$argon2id$v=19$m=19456,t=2,p=1$31Kyym6eDOQHUmkAHKwCEA$dkm1sTxv1NQ4dHrUSwHo/++IvHBuRE7Phhv+ChqC1gE', '', NULL);
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795899538150458, 'bob', 'bob', '$argon2id$v=19$m=19456,t=2,p=1$gTUFHAyMjRQmyVI2m2pUAw$cVl/uwod8iv9HVuqUyvKiKm3Zmf0AQKLp+cs3B6AxRI', '', NULL);
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795899538196194, 'carol', 'carol', '$argon2id$v=19$m=19456,t=2,p=1$pX5EFHv71UtwejdIIpF9gQ$6Agrl+ss3g0AeoOx+LPssGbLEJPX6LSnDqZFGBaPzkk', '', 1795899539220400);
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795899538232429, 'olive', 'olive', '$argon2id$v=19$m=19456,t=2,p=1$UPCRR1iIcLKbwyb2ctYM7Q$qfWBICGmxfp99/hYZNVc7MjHiN/0qa4DIY8WQueh4Ds', 'operator', NULL);
INSERT INTO seat (account, room) VALUES (1795899538015544, 1);
INSERT INTO seat (account, room) VALUES (1795899538150458, 1);
INSERT INTO seat (account, room) VALUES (1795899538196194, 1);
INSERT INTO seat (account, room) VALUES (1795899538232429, 1);
INSERT INTO seat (account, room) VALUES (1795899538015544, 2);
INSERT INTO seat (account, room) VALUES (1795899538150458, 2);
INSERT INTO seat (account, room) VALUES (1795899538196194, 2);
INSERT INTO seat (account, room) VALUES (1795899538015544, 3);
INSERT INTO message (id, at, nick, author, recipient, addressee, text, waits) VALUES (1795899539290389, 1.79589953929038953777e+09, 'alice', 1795899538015544, 'carol', 1795899538196194, 'see you at four', 1);
INSERT INTO message (id, at, nick, author, recipient, addressee, text, waits) VALUES (1795899539290951, 1.79589953929095125194e+09, 'bob', 1795899538150458, 'alice', 1795899538015544, 'a word in private', 0);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795899538015544', '127.0.0.1', 0.0, 1.79589953801667666431e+09);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795899538150458', '127.0.0.1', 0.0, 1.79589953815390539169e+09);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795899538196194', '127.0.0.1', 0.0, 1.7958995381973190307e+09);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795899538232429', '127.0.0.1', 0.0, 1.7958995391747694016e+09);
INSERT INTO room_state (room, topic, public_from, private, moderated, members, topic_locked, slow, history, password) VALUES (2, 'Tea at four', 1, 0, 0, 0, 0, 7, 1, '');
INSERT INTO room_state (room, topic, public_from, private, moderated, members, topic_locked, slow, history, password) VALUES (3, 'A secret', 1, 1, 0, 0, 0, 0, 1, '');
INSERT INTO standing (room, author, name, rank, since) VALUES (2, 1795899538015544, 'alice', 3, 1);
INSERT INTO standing (room, author, name, rank, since) VALUES (2, 1795899538150458, 'bob', 2, 2);
INSERT INTO standing (room, author, name, rank, since) VALUES (2, 1795899538196194, 'carol', 1, 3);
INSERT INTO standing (room, author, name, rank, since) VALUES (3, 1795899538015544, 'alice', 3, 1);
INSERT INTO standing (room, author, name, rank, since) VALUES (3, 1795899538150458, 'bob', 0, 3);
INSERT INTO sanction (id, room, kind, mask, author, shown, by, reason, at, until) VALUES (1795899539244737, 2, 'mute', 'gast', -1795899539176907, 'gast', 'bob', 'be quiet', 1.79589953924473690982e+09, 4102444800.0);
INSERT INTO sanction (id, room, kind, mask, author, shown, by, reason, at, until) VALUES (1795899539253450, 2, 'ban', 'mallory', 0, 'mallory', 'bob', 'spam', 1.79589953925345087049e+09, 4102444800.0);
INSERT INTO sanction (id, room, kind, mask, author, shown, by, reason, at, until) VALUES (1795899539306337, 0, 'ban', '192.0.2.7/32', 0, '192.0.2.7', 'olive', 'flood', 1.79589953930633759501e+09, 4102444800.0);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until) VALUES (1795899539214439, 2, 'den', 7, 1.79589953921443915363e+09, 'alice', 'alice', 'op', 'bob', '', 0.0);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until) VALUES (1795899539220400, 2, 'den', 8, 1.79589953922040033345e+09, 'alice', 'alice', 'voice', 'carol', '', 0.0);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until) VALUES (1795899539236892, 2, 'den', 12, 1.79589953923689270016e+09, 'alice', 'alice', 'delete line 11 of', 'bob', '', 0.0);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until) VALUES (1795899539244778, 2, 'den', 14, 1.79589953924477839465e+09, 'bob', 'bob', 'mute', 'gast', 'be quiet', 1.88229953924473690984e+09);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until) VALUES (1795899539253489, 2, 'den', 14, 1.79589953925348973272e+09, 'bob', 'bob', 'ban', 'mallory', 'spam', 1.88229953925345087047e+09);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until) VALUES (1795899539270330, 2, 'den', 15, 1.79589953927033066753e+09, 'bob', 'bob', 'slow 7s', '', '', 0.0);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until) VALUES (1795899539306412, 0, '', 0, 1.79589953930641245839e+09, 'olive', 'olive', 'ban', '192.0.2.7', 'flood', 1.88229953930633759498e+09);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until) VALUES (1795899539314109, 0, '', 0, 1.79589953931410908696e+09, 'olive', 'olive', 'announce', '', 'the server moves at noon', 0.0);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until) VALUES (1795899539342295, 3, 'attic', 3, 1.79589953934229493138e+09, 'alice', 'alice', 'private on', '', '', 0.0);
INSERT INTO report (id, at, nick, account, target, room, reason, is_read) VALUES (1795899539291328, 1.79589953929132866861e+09, 'gast', '', 'bob', 2, 'he is rude', 1);
INSERT INTO line_index (rowid, room, nick, text) SELECT id, room, nick, text FROM line_words
WHERE id <= (SELECT up_to FROM indexed);
CREATE TRIGGER line_changes BEFORE UPDATE OF text, state ON line
WHEN (old.text <> new.text OR old.state <> new.state) AND old.id <= (SELECT up_to FROM indexed)
BEGIN
    INSERT INTO line_index (line_index, rowid, room, nick, text)
    SELECT 'delete', id, room, nick, text FROM line_words WHERE id = old.id;
END;
CREATE TRIGGER line_changed AFTER UPDATE OF text, state ON line
WHEN (old.text <> new.text OR old.state <> new.state) AND old.id <= (SELECT up_to FROM indexed)
BEGIN
    INSERT INTO line_index (rowid, room, nick, text)
    SELECT id, room, nick, text FROM line_words WHERE id = old.id;
END;
CREATE TRIGGER line_goes BEFORE DELETE ON line
WHEN old.id <= (SELECT up_to FROM indexed)
BEGIN
    INSERT INTO line_index (line_index, rowid, room, nick, text)
    SELECT 'delete', id, room, nick, text FROM line_words WHERE id = old.id;
END;
