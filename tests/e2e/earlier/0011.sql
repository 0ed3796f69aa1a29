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
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795933773479781, 1, 1, 1.79593377347978186602e+09, 'joined', 'alice', -1795933773479569, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795933773537700, 1, 2, 1795933773.5377, 'joined', 'bob', -1795933773537486, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795933773585785, 1, 3, 1.79593377358578562734e+09, 'joined', 'carol', -1795933773585571, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795933773619830, 1, 4, 1.79593377361983060841e+09, 'joined', 'olive', -1795933773619669, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795933773655606, 1, 5, 1.7959337736556062698e+09, 'left', 'olive', 1795933773652936, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795933774121034, 1, 6, 1.79593377412103486065e+09, 'joined', 'olive', 1795933773652936, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795933774126745, 1, 7, 1.79593377412674498564e+09, 'joined', 'gast', -1795933774126532, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795933774129604, 2, 1, 1.7959337741296048165e+09, 'joined', 'alice', 1795933773529548, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795933774133533, 2, 2, 1.79593377413353323937e+09, 'joined', 'bob', 1795933773579301, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795933774135127, 2, 3, 1.79593377413512706756e+09, 'joined', 'carol', 1795933773616463, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795933774135415, 2, 4, 1.79593377413541531559e+09, 'joined', 'gast', -1795933774126532, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795933774135626, 2, 5, 1.79593377413562607768e+09, 'topic', 'alice', 1795933773529548, 'Tea at four', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795933774136751, 2, 6, 1.79593377413675117496e+09, 'rank', 'alice', 1795933773529548, 'operator + bob', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795933774141732, 2, 7, 1.79593377414173245424e+09, 'rank', 'alice', 1795933773529548, 'voiced + carol', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795933774149931, 1, 8, 1.79593377414993119237e+09, 'left', 'carol', 1795933773616463, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795933774149959, 2, 8, 1.79593377414995908738e+09, 'left', 'carol', 1795933773616463, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795933774154502, 2, 9, 1.79593377415450286861e+09, 'said', 'bob', 1795933773579301, 'the kettle boils', 0, '', '{"+1": [1795933773529548]}', 1795933773529548, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795933774155011, 2, 10, 1.7959337741550116539e+09, 'said', 'bob', 1795933773579301, 'a line that was edited', 0, 'edited', '', 0, 'bob');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795933774155336, 2, 11, 1.79593377415533590312e+09, 'said', 'bob', 1795933773579301, '', 0, 'deleted', '', 0, 'alice');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795933774173792, 2, 12, 1.79593377417379236223e+09, 'said', 'bob', 1795933773579301, 'then make tea', 9, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795933774176699, 2, 13, 1.79593377417669939994e+09, 'acted', 'bob', 1795933773579301, 'pours tea', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795933774187103, 2, 14, 1.79593377418710374833e+09, 'mode', 'bob', 1795933773579301, 'slow 7', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795933774323277, 3, 1, 1.79593377432327771193e+09, 'joined', 'alice', 1795933773529548, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795933774325676, 3, 2, 1.7959337743256762028e+09, 'mode', 'alice', 1795933773529548, 'private 1', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1795933774328733, 3, 3, 1.79593377432873344424e+09, 'topic', 'alice', 1795933773529548, 'A secret', 0, '', '', 0, '');
INSERT INTO account (id, name, key, password, roles, seen, invitation) VALUES (1795933773529548, 'alice', 'alice', '$argon2id$v=19$m=19456,t=2,p=1$ddlPjH2T20BuaAisbxG6/w$WQmHhG5NeJEZmYEbcKQkGSeMI52WwBRElrYkBLl1QK8', '', NULL, 0);
INSERT INTO account (id, name, key, password, roles, seen, invitation) VALUES (1795933773579301, 'bob', 'bob', '$argon2id$v=19$m=19456,t=2,p=1$gdfpESgrDxNuigHmtUigFg$vK7Hc86zfajoeDNbDgHRSm0xL8eKpL1jgpdikimwHtM', '', NULL, 0);
INSERT INTO account (id, name, key, password, roles, seen, invitation) VALUES (1795933773616463, 'carol', 'carol', '$argon2id$v=19$m=19456,t=2,p=1$uj4eitJFCYoT3RXzIUFt0A$1aNV9ftqskuKZnvUBnOcv7V8ZdLId9PONSrKWhGEDco', '', 1795933774141753, 0);
INSERT INTO account (id, name, key, password, roles, seen, invitation) VALUES (1795933773652936, 'olive', 'olive', '$argon2id$v=19$m=19456,t=2,p=1$kCPaveLnIWgxnRwgfDKsZw$OaEuidEXib4cSO3YH/+IYnwf0y3Wzv6w+nyUbmYBHyc', 'operator', NULL, 0);
INSERT INTO seat (account, room) VALUES (1795933773529548, 1);
INSERT INTO seat (account, room) VALUES (1795933773579301, 1);
INSERT INTO seat (account, room) VALUES (1795933773616463, 1);
INSERT INTO seat (account, room) VALUES (1795933773652936, 1);
INSERT INTO seat (account, room) VALUES (1795933773529548, 2);
INSERT INTO seat (account, room) VALUES (1795933773579301, 2);
INSERT INTO seat (account, room) VALUES (1795933773616463, 2);
INSERT INTO seat (account, room) VALUES (1795933773529548, 3);
INSERT INTO message (id, at, nick, author, recipient, addressee, text, waits) VALUES (1795933774187926, 1.79593377418792605397e+09, 'alice', 1795933773529548, 'carol', 1795933773616463, 'see you at four', 1);
INSERT INTO message (id, at, nick, author, recipient, addressee, text, waits) VALUES (1795933774188267, 1.79593377418826723101e+09, 'bob', 1795933773579301, 'alice', 1795933773529548, 'a word in private', 0);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795933773529548', '127.0.0.1', 0.0, 1.79593377353533601758e+09);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795933773579301', '127.0.0.1', 0.0, 1.79593377430892920491e+09);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795933773616463', '127.0.0.1', 0.0, 1.79593377361780738828e+09);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795933773652936', '127.0.0.1', 0.0, 1.79593377412046408653e+09);
INSERT INTO room_state (room, topic, public_from, private, moderated, members, topic_locked, slow, history, password, topic_by, topic_author) VALUES (2, 'Tea at four', 1, 0, 0, 0, 0, 7, 1, '', 'alice', 1795933773529548);
INSERT INTO room_state (room, topic, public_from, private, moderated, members, topic_locked, slow, history, password, topic_by, topic_author) VALUES (3, 'A secret', 1, 1, 0, 0, 0, 0, 1, '', 'alice', 1795933773529548);
INSERT INTO standing (room, author, name, rank, since) VALUES (2, 1795933773529548, 'alice', 3, 1);
INSERT INTO standing (room, author, name, rank, since) VALUES (2, 1795933773579301, 'bob', 2, 2);
INSERT INTO standing (room, author, name, rank, since) VALUES (2, 1795933773616463, 'carol', 1, 3);
INSERT INTO standing (room, author, name, rank, since) VALUES (3, 1795933773529548, 'alice', 3, 1);
INSERT INTO standing (room, author, name, rank, since) VALUES (3, 1795933773579301, 'bob', 0, 3);
INSERT INTO sanction (id, room, kind, mask, author, shown, by, reason, at, until) VALUES (1795933774177288, 2, 'mute', 'gast', -1795933774126532, 'gast', 'bob', 'be quiet', 1.79593377417728853229e+09, 4102444800.0);
INSERT INTO sanction (id, room, kind, mask, author, shown, by, reason, at, until) VALUES (1795933774181689, 2, 'ban', 'mallory', 0, 'mallory', 'bob', 'spam', 1.79593377418168973925e+09, 4102444800.0);
INSERT INTO sanction (id, room, kind, mask, author, shown, by, reason, at, until) VALUES (1795933774190376, 0, 'ban', '192.0.2.7/32', 0, '192.0.2.7', 'olive', 'flood', 1.79593377419037628171e+09, 4102444800.0);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795933774136772, 2, 'den', 7, 1.79593377413677287102e+09, 'alice', 'alice', 'op', 'bob', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795933774141753, 2, 'den', 8, 1.79593377414175343516e+09, 'alice', 'alice', 'voice', 'carol', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795933774156090, 2, 'den', 12, 1.79593377415609073638e+09, 'alice', 'alice', 'delete line 11 of', 'bob', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795933774177348, 2, 'den', 14, 1.79593377417734861379e+09, 'bob', 'bob', 'mute', 'gast', 'be quiet', 1.88233377417728853222e+09, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795933774181728, 2, 'den', 14, 1.79593377418172860148e+09, 'bob', 'bob', 'ban', 'mallory', 'spam', 1.88233377418168973923e+09, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795933774187130, 2, 'den', 15, 1.79593377418713021284e+09, 'bob', 'bob', 'slow 7s', '', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795933774190429, 0, '', 0, 1.79593377419042944903e+09, 'olive', 'olive', 'ban', '192.0.2.7', 'flood', 1.88233377419037628177e+09, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795933774191046, 0, '', 0, 1.79593377419104671482e+09, 'olive', 'olive', 'announce', '', 'the server moves at noon', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1795933774325698, 3, 'attic', 3, 1.79593377432569813734e+09, 'alice', 'alice', 'private on', '', '', 0.0, 0);
INSERT INTO report (id, at, nick, account, target, room, reason, is_read) VALUES (1795933774188576, 1.79593377418857669831e+09, 'gast', '', 'bob', 2, 'he is rude', 1);
INSERT INTO indexed (up_to, again_to, folding) VALUES (1795933774187103, 0, '1, Unicode 14.0.0');
INSERT INTO journal (moved) VALUES (30);
INSERT INTO setting (account, name, value) VALUES (1795933773529548, 'bell', 'on');
INSERT INTO setting (account, name, value) VALUES (1795933773529548, 'numbers', 'on');
INSERT INTO setting (account, name, value) VALUES (1795933773529548, 'room', '3');
INSERT INTO setting (account, name, value) VALUES (1795933773529548, 'width', '120');
INSERT INTO setting (account, name, value) VALUES (1795933773579301, 'room', '2');
INSERT INTO setting (account, name, value) VALUES (1795933773616463, 'room', '2');
INSERT INTO ignored (account, key, place, name, author) VALUES (1795933773529548, 'gast', 0, 'gast', -1795933774126532);
INSERT INTO token (hash, account, device, made_at, used_at, nick, visit, since, rooms, open, until, door) VALUES ('e1aa42a8a6a1643edfbdfd76d1c68370a9e1a0e29dfd0c350593d10ae249aa78', 1795933773579301, 'phone', 1.79593377430954217912e+09, 1.79593377431206727024e+09, 'bob', -1795933773537486, 1.79593377353748631479e+09, '1 2', 1, 1.79593437431203579906e+09, 'json');
INSERT INTO ssh_key (account, fingerprint, kind, label, added_at, used_at) VALUES (1795933773579301, 'SHA256:mKqU+0K8OhKmA8bBQi9Rz0Q5l7/g160hIP+rJYSTNj4', 'ssh-ed25519', 'laptop', 1.79593377419176459313e+09, 0.0);
INSERT INTO told (hash, id, kind, event, lost) VALUES ('e1aa42a8a6a1643edfbdfd76d1c68370a9e1a0e29dfd0c350593d10ae249aa78', 1795933774327937, 'Invited', '{"nick":"alice","recipient":"bob","room":"attic","at":1795933774.3279376}', 0);
INSERT INTO revision (room, number, id) VALUES (2, 10, 1795933774155726);
INSERT INTO revision (room, number, id) VALUES (2, 11, 1795933774156074);
INSERT INTO revision (room, number, id) VALUES (2, 9, 1795933774165922);
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
-- token: n0jipWVSWMCDceOaIZNNZety_zSYroEd
-- chat.db.journal-0: QAAAAJMXmoWSH5GSAJ3PAAZhZGqoywsCD8tB2sLxk5VsPKVhY3RlZKNib2LPAAZhZGqdRCWtd2FzIGhlcmUgbGFzdACgoACgAAAAAACod2hvbGVfYXTLAAAAAAAAAACqaXNfc2V0dGxlZMOSCYKpYWxsb3dhbmNlhKdhY2NvdW50oKdhZGRyZXNzqTEyNy4wLjAuMahrbm93bl9hdMsAAAAAAAAAAKh3aG9sZV9hdMsAAAAAAAAAAKppc19zZXR0bGVkw5IJgqlhbGxvd2FuY2WEp2FjY291bnSwMTc5NTkzMzc3MzU3OTMwMadhZGRyZXNzqTEyNy4wLjAuMahrbm93bl9hdMtB2sLxk5PFf6h3aG9sZV9hdMsAAAAAAAAAAKppc19zZXR0bGVkwpIJgqlhbGxvd2FuY2WEp2FjY291bnSwMTc5NTkzMzc3MzU3OTMwMadhZGRyZXNzrDEyNy4wLjAuMC8yNKhrbm93bl9hdMsAAAAAAAAAAKh3aG9sZV9hdMsAAAAAAAAAAKppc19zZXR0bGVkw5ILgaV0b2tlboynYWNjb3VudM8ABmFkap1EJaZkZXZpY2WlcGhvbmWkZG9vcqRqc29upGhhc2jZQGUxYWE0MmE4YTZhMTY0M2VkZmJkZmQ3NmQxYzY4MzcwYTllMWEwZTI5ZGZkMGMzNTA1OTNkMTBhZTI0OWFhNzinaXNfb3BlbsOnbWFkZV9hdMtB2sLxk5PPiqRuaWNro2JvYqVyb29tc5IBAqVzaW5jZctB2sLxk2JmLaV1bnRpbMsAAAAAAAAAAKd1c2VkX2F0y0HawvGTk9EgpXZpc2l00//5npuVY18yKgAAAIxEkt+SHZGSCoOnYWNjb3VudM8ABmFkapyBzKRuYW1lpGJlbGyldmFsdWWib24PAQAAExDkWZIekpIKg6dhY2NvdW50zwAGYWRqnIHMpG5hbWWld2lkdGildmFsdWWjMTIwkguBpXRva2VujKdhY2NvdW50zwAGYWRqnUQlpmRldmljZaVwaG9uZaRkb29ypGpzb26kaGFzaNlAZTFhYTQyYThhNmExNjQzZWRmYmRmZDc2ZDFjNjgzNzBhOWUxYTBlMjlkZmQwYzM1MDU5M2QxMGFlMjQ5YWE3OKdpc19vcGVuw6dtYWRlX2F0y0HawvGTk8+KpG5pY2ujYm9ipXJvb21zkgECpXNpbmNly0HawvGTYmYtpXVudGlsy0HawvIpk/hlp3VzZWRfYXTLQdrC8ZOT+OmldmlzaXTT//mem5VjXzI=
