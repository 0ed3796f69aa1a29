PRAGMA application_id = 1417102184;
PRAGMA user_version = 11;
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
, invitation INTEGER NOT NULL DEFAULT 0) STRICT;
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
, until REAL NOT NULL DEFAULT 0, door TEXT NOT NULL DEFAULT '') STRICT, WITHOUT ROWID;
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
CREATE TABLE invitation (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- never used again
    hash TEXT NOT NULL UNIQUE, -- of the code, which is not kept
    author INTEGER NOT NULL, -- the account of its maker; 0 for the admin program
    by TEXT NOT NULL, -- what its maker was called; empty for the admin program
    made_at REAL NOT NULL,
    until REAL NOT NULL, -- when it ends, or was ended
    uses INTEGER NOT NULL, -- for how many accounts it is good
    used INTEGER NOT NULL DEFAULT 0,
    CHECK (used BETWEEN 0 AND uses)
) STRICT;
CREATE INDEX account_by_invitation ON account (invitation) WHERE invitation > 0;
INSERT INTO room (id, key, name, pruned) VALUES (1, 'lobby', 'lobby', 0);
INSERT INTO room (id, key, name, pruned) VALUES (2, 'den', 'den', 0);
INSERT INTO room (id, key, name, pruned) VALUES (3, 'attic', 'attic', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795937115999263, 1, 1, 1.79593711599926328663e+09, 'joined', 'alice', -1795937115998935, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795937116175880, 1, 2, 1.79593711617588043215e+09, 'joined', 'bob', -1795937116175717, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795937116249308, 1, 3, 1.79593711624930834768e+09, 'joined', 'carol', -1795937116249115, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795937116295663, 1, 4, 1.79593711629566288e+09, 'joined', 'olive', -1795937116295516, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795937116346762, 1, 5, 1.79593711634676218031e+09, 'left', 'olive', 1795937116337501, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795937117414060, 1, 6, 1.79593711741406059263e+09, 'joined', 'olive', 1795937116337501, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795937117417240, 1, 7, 1.79593711741724085806e+09, 'joined', 'gast', -1795937117417110, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795937117418443, 2, 1, 1.79593711741844367984e+09, 'joined', 'alice', 1795937116162626, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795937117419725, 2, 2, 1.79593711741972494131e+09, 'joined', 'bob', 1795937116245634, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795937117420046, 2, 3, 1.7959371174200463295e+09, 'joined', 'carol', 1795937116283676, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795937117420288, 2, 4, 1.79593711742028832442e+09, 'joined', 'gast', -1795937117417110, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795937117420501, 2, 5, 1.79593711742050099371e+09, 'topic', 'alice', 1795937116162626, 'Tea at four', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795937117421681, 2, 6, 1.79593711742168116564e+09, 'rank', 'alice', 1795937116162626, 'operator + bob', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795937117422465, 2, 7, 1.79593711742246580124e+09, 'rank', 'alice', 1795937116162626, 'voiced + carol', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795937117423310, 1, 8, 1.7959371174233102798e+09, 'left', 'carol', 1795937116283676, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795937117423327, 2, 8, 1.79593711742332720754e+09, 'left', 'carol', 1795937116283676, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795937117423728, 2, 9, 1.79593711742372870443e+09, 'said', 'bob', 1795937116245634, 'the kettle boils', 0, '', '{"+1": [1795937116162626]}', 1795937116162626, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795937117424117, 2, 10, 1.79593711742411708829e+09, 'said', 'bob', 1795937116245634, 'a line that was edited', 0, 'edited', '', 0, 'bob');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795937117424262, 2, 11, 1.79593711742426228521e+09, 'said', 'bob', 1795937116245634, '', 0, 'deleted', '', 0, 'alice');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795937117426849, 2, 12, 1.79593711742684936528e+09, 'said', 'bob', 1795937116245634, 'then make tea', 9, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795937117427034, 2, 13, 1.7959371174270341397e+09, 'acted', 'bob', 1795937116245634, 'pours tea', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795937117428781, 2, 14, 1.79593711742878127095e+09, 'mode', 'bob', 1795937116245634, 'slow 7', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795937117520235, 3, 1, 1.79593711752023530003e+09, 'joined', 'alice', 1795937116162626, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795937117521020, 3, 2, 1.79593711752102041245e+09, 'mode', 'alice', 1795937116162626, 'private 1', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795937117522484, 3, 3, 1.79593711752248477936e+09, 'topic', 'alice', 1795937116162626, 'A secret', 0, '', '', 0, '');
INSERT INTO account (id, name, key, password, roles, seen, invitation) VALUES (1795937116162626, 'alice', 'alice', '$argon2id$v=19$m=19456,t=2,p=1$Lh8fVdJH3Ah5DF5k/YhWRg$fqst1dYyOPnfxl6El+ydldXY24X6PeiZiWy8nmVVJHw', '', NULL, 0);
INSERT INTO account (id, name, key, password, roles, seen, invitation) VALUES (1795937116245634, 'bob', 'bob', '$argon2id$v=19$m=19456,t=2,p=1$nNe2UYlIPQPCbaOdM8KrsA$yfUdDumVxd80RTTZMwGqMyGRD0fvoeeBPXfZovu0bzk', '', NULL, 0);
INSERT INTO account (id, name, key, password, roles, seen, invitation) VALUES (1795937116283676, 'carol', 'carol', '$argon2id$v=19$m=19456,t=2,p=1$2qWrPDKixDmedZ9WYWrH1g$Cg0Xl8/I1dsvA7dapd2l7DWWoTnjZ/m0MpAPurvy4as', '', 1795937117422482, 0);
INSERT INTO account (id, name, key, password, roles, seen, invitation) VALUES (1795937116337501, 'olive', 'olive', '$argon2id$v=19$m=19456,t=2,p=1$dIYxO/UTXordrwc7AHS9rA$gFe40s57dPJkgNU/AF/RLyLzFtuZzzdegZige1ItIGA', 'operator', NULL, 0);
INSERT INTO seat (account, room) VALUES (1795937116162626, 1);
INSERT INTO seat (account, room) VALUES (1795937116245634, 1);
INSERT INTO seat (account, room) VALUES (1795937116283676, 1);
INSERT INTO seat (account, room) VALUES (1795937116337501, 1);
INSERT INTO seat (account, room) VALUES (1795937116162626, 2);
INSERT INTO seat (account, room) VALUES (1795937116245634, 2);
INSERT INTO seat (account, room) VALUES (1795937116283676, 2);
INSERT INTO seat (account, room) VALUES (1795937116162626, 3);
INSERT INTO message (id, at, nick, author, recipient, addressee, text, waits) VALUES (1795937117429438, 1.79593711742943811415e+09, 'alice', 1795937116162626, 'carol', 1795937116283676, 'see you at four', 1);
INSERT INTO message (id, at, nick, author, recipient, addressee, text, waits) VALUES (1795937117429695, 1.79593711742969489096e+09, 'bob', 1795937116245634, 'alice', 1795937116162626, 'a word in private', 0);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795937116162626', '127.0.0.1', 0.0, 1.79593711617361807822e+09);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795937116245634', '127.0.0.1', 0.0, 1.79593711751425456997e+09);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795937116283676', '127.0.0.1', 0.0, 1.7959371162935965061e+09);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795937116337501', '127.0.0.1', 0.0, 1.79593711741348528859e+09);
INSERT INTO room_state (room, topic, public_from, private, moderated, members, topic_locked, slow, history, password, topic_by, topic_author) VALUES (2, 'Tea at four', 1, 0, 0, 0, 0, 7, 1, '', 'alice', 1795937116162626);
INSERT INTO room_state (room, topic, public_from, private, moderated, members, topic_locked, slow, history, password, topic_by, topic_author) VALUES (3, 'A secret', 1, 1, 0, 0, 0, 0, 1, '', 'alice', 1795937116162626);
INSERT INTO standing (room, author, name, rank, since) VALUES (2, 1795937116162626, 'alice', 3, 1);
INSERT INTO standing (room, author, name, rank, since) VALUES (2, 1795937116245634, 'bob', 2, 2);
INSERT INTO standing (room, author, name, rank, since) VALUES (2, 1795937116283676, 'carol', 1, 3);
INSERT INTO standing (room, author, name, rank, since) VALUES (3, 1795937116162626, 'alice', 3, 1);
INSERT INTO standing (room, author, name, rank, since) VALUES (3, 1795937116245634, 'bob', 0, 3);
INSERT INTO sanction (id, room, kind, mask, author, shown, by, reason, at, until) VALUES (1795937117427286, 2, 'mute', 'gast', -1795937117417110, 'gast', 'bob', 'be quiet', 1.79593711742728590965e+09, 4102444800.0);
INSERT INTO sanction (id, room, kind, mask, author, shown, by, reason, at, until) VALUES (1795937117428211, 2, 'ban', 'mallory', 0, 'mallory', 'bob', 'spam', 1.79593711742821168894e+09, 4102444800.0);
INSERT INTO sanction (id, room, kind, mask, author, shown, by, reason, at, until) VALUES (1795937117430982, 0, 'ban', '192.0.2.7/32', 0, '192.0.2.7', 'olive', 'flood', 1.79593711743098211289e+09, 4102444800.0);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795937117421709, 2, 'den', 7, 1.79593711742170929904e+09, 'alice', 'alice', 'op', 'bob', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795937117422482, 2, 'den', 8, 1.79593711742248272897e+09, 'alice', 'alice', 'voice', 'carol', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795937117424825, 2, 'den', 12, 1.79593711742482542992e+09, 'alice', 'alice', 'delete line 11 of', 'bob', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795937117427331, 2, 'den', 14, 1.79593711742733120923e+09, 'bob', 'bob', 'mute', 'gast', 'be quiet', 1.88233711742728590963e+09, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795937117428234, 2, 'den', 14, 1.79593711742823481563e+09, 'bob', 'bob', 'ban', 'mallory', 'spam', 1.88233711742821168896e+09, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795937117428798, 2, 'den', 15, 1.7959371174287979603e+09, 'bob', 'bob', 'slow 7s', '', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795937117431031, 0, '', 0, 1.79593711743103122708e+09, 'olive', 'olive', 'ban', '192.0.2.7', 'flood', 1.88233711743098211278e+09, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795937117431639, 0, '', 0, 1.79593711743163943293e+09, 'olive', 'olive', 'announce', '', 'the server moves at noon', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795937117517528, 0, '', 0, 1.79593711751752853388e+09, 'olive', 'olive', 'invite-code make 1', '', '', 1.79654191751636242864e+09, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795937117521043, 3, 'attic', 3, 1.79593711752104306217e+09, 'alice', 'alice', 'private on', '', '', 0.0, 0);
INSERT INTO report (id, at, nick, account, target, room, reason, is_read) VALUES (1795937117429934, 1.79593711742993450159e+09, 'gast', '', 'bob', 2, 'he is rude', 1);
INSERT INTO indexed (up_to, again_to, folding) VALUES (1795937117428781, 0, '1, Unicode 14.0.0');
INSERT INTO journal (moved) VALUES (31);
INSERT INTO setting (account, name, value) VALUES (1795937116162626, 'bell', 'on');
INSERT INTO setting (account, name, value) VALUES (1795937116162626, 'numbers', 'on');
INSERT INTO setting (account, name, value) VALUES (1795937116162626, 'room', '3');
INSERT INTO setting (account, name, value) VALUES (1795937116162626, 'width', '120');
INSERT INTO setting (account, name, value) VALUES (1795937116245634, 'room', '2');
INSERT INTO setting (account, name, value) VALUES (1795937116283676, 'room', '2');
INSERT INTO ignored (account, key, place, name, author) VALUES (1795937116162626, 'gast', 0, 'gast', -1795937117417110);
INSERT INTO token (hash, account, device, made_at, used_at, nick, visit, since, rooms, open, until, door) VALUES ('09c7b4611cb14ba9ef395577a9ef412450801c455c84b7707a8f2d857dd41ded', 1795937116245634, 'phone', 1795937117.51484, 1.79593711751810479167e+09, 'bob', -1795937116175717, 1.79593711617571687695e+09, '1 2', 1, 1.79593711751810479167e+09, 'json');
INSERT INTO read_mark (account, room, number) VALUES (1795937116245634, 2, 9);
INSERT INTO ssh_key (account, fingerprint, kind, label, added_at, used_at) VALUES (1795937116245634, 'SHA256:mKqU+0K8OhKmA8bBQi9Rz0Q5l7/g160hIP+rJYSTNj4', 'ssh-ed25519', 'laptop', 1.79593711743237566952e+09, 0.0);
INSERT INTO told (hash, id, kind, event, lost) VALUES ('09c7b4611cb14ba9ef395577a9ef412450801c455c84b7707a8f2d857dd41ded', 1795937117521896, 'Invited', '{"nick":"alice","recipient":"bob","room":"attic","at":1795937117.5218966}', 0);
INSERT INTO revision (room, number, id) VALUES (2, 10, 1795937117424564);
INSERT INTO revision (room, number, id) VALUES (2, 11, 1795937117424811);
INSERT INTO revision (room, number, id) VALUES (2, 9, 1795937117426577);
INSERT INTO invitation (id, hash, author, by, made_at, until, uses, used) VALUES (1, 'b5e306c95e1abfb9dc3a4c0ab2d84825f4bcf12d74036372b9733a411330b805', 1795937116337501, 'olive', 1.79593711751636242869e+09, 4102444800.0, 1, 0);
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
-- token: sn6V2ai4CeF11v2iRGgJ0epWm_O8t38y
-- chat.db.journal-0: QAAAAB+8/W2SIJGSAJ3PAAZhZTHtzH8CD8tB2sL012F6AqVhY3RlZKNib2LPAAZhZTHaToKtd2FzIGhlcmUgbGFzdACgoACgzwAGYWUx2QpCpG5hbWWld2lkdGildmFsdWWjMTIwdGxlZMOSCYKpYWxsb3dhbmNlhKdhY2NvdW50oKdhZGRyZXNzqTEyNy4wLjAuMahrbm93bl9hdMsAAAAAAAAAAKh3aG9sZV9hdMsAAAAAAAAAAKppc19zZXR0bGVkw5IJgqlhbGxvd2FuY2WEp2FjY291bnSwMTc5NTkzNzExNjI0NTYzNKdhZGRyZXNzqTEyNy4wLjAuMahrbm93bl9hdMtB2sL012DpjKh3aG9sZV9hdMsAAAAAAAAAAKppc19zZXR0bGVkwpIJgqlhbGxvd2FuY2WEp2FjY291bnSwMTc5NTkzNzExNjI0NTYzNKdhZGRyZXNzrDEyNy4wLjAuMC8yNKhrbm93bl9hdMsAAAAAAAAAAKh3aG9sZV9hdMsAAAAAAAAAAKppc19zZXR0bGVkw5ILgaV0b2tlboynYWNjb3VudM8ABmFlMdpOgqZkZXZpY2WlcGhvbmWkZG9vcqRqc29upGhhc2jZQDA5YzdiNDYxMWNiMTRiYTllZjM5NTU3N2E5ZWY0MTI0NTA4MDFjNDU1Yzg0Yjc3MDdhOGYyZDg1N2RkNDFkZWSnaXNfb3BlbsOnbWFkZV9hdMtB2sL012DzI6RuaWNro2JvYqVyb29tc5IBAqVzaW5jZctB2sL01ws+8qV1bnRpbMsAAAAAAAAAAKd1c2VkX2F0y0HawvTXYPTipXZpc2l00//5nprOJsKbJQAAAK7NKBuSHZGSDoOnYWNjb3VudM8ABmFlMdpOgqZudW1iZXIJpHJvb20C
