PRAGMA application_id = 1417102184;
PRAGMA user_version = 12;
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
, topic_by TEXT NOT NULL DEFAULT '', topic_author INTEGER NOT NULL DEFAULT 0, most INTEGER NOT NULL DEFAULT 0) STRICT;
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
    number INTEGER NOT NULL, at REAL NOT NULL DEFAULT 0,
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
CREATE TABLE private_mark (
    account INTEGER NOT NULL,
    key TEXT NOT NULL, -- the folded nick of the other user; empty for all of them
    id INTEGER NOT NULL, -- of the message; 0 where only a time was said
    at REAL NOT NULL, -- as of a room
    PRIMARY KEY (account, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE plugin_value (
    plugin TEXT NOT NULL,
    kind TEXT NOT NULL, -- value or schedule
    room INTEGER NOT NULL, -- to which it belongs; 0 for none
    account INTEGER NOT NULL, -- likewise
    key TEXT NOT NULL,
    value TEXT NOT NULL, -- as JSON
    PRIMARY KEY (plugin, kind, room, account, key),
    CHECK (kind IN ('value', 'schedule')),
    CHECK (json_valid(value))
) STRICT, WITHOUT ROWID;
CREATE INDEX plugin_value_by_room ON plugin_value (room) WHERE room > 0;
CREATE INDEX plugin_value_by_account ON plugin_value (account) WHERE account > 0;
CREATE TABLE mail_address (
    account INTEGER PRIMARY KEY,
    address TEXT NOT NULL,
    confirmed_at REAL NOT NULL, -- in seconds since the epoch
    mailed_at REAL NOT NULL DEFAULT 0 -- when the last mail was made; 0 for none yet
) STRICT;
CREATE TABLE new_account (
    account INTEGER PRIMARY KEY
) STRICT;
CREATE TABLE webhook (
    id INTEGER PRIMARY KEY, -- as a line's
    hash TEXT NOT NULL UNIQUE, -- of the token in the address, which is not kept
    room INTEGER NOT NULL,
    name TEXT NOT NULL, -- without its mark
    author INTEGER NOT NULL, -- the account of its maker
    made_at REAL NOT NULL,
    used_at REAL NOT NULL -- 0 for never
) STRICT;
CREATE INDEX webhook_by_room ON webhook (room);
CREATE INDEX webhook_by_author ON webhook (author);
INSERT INTO room (id, key, name, pruned) VALUES (1, 'lobby', 'lobby', 0);
INSERT INTO room (id, key, name, pruned) VALUES (2, 'den', 'den', 0);
INSERT INTO room (id, key, name, pruned) VALUES (3, 'cellar', 'cellar', 0);
INSERT INTO room (id, key, name, pruned) VALUES (4, 'attic', 'attic', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1796081531129426, 1, 1, 1.79608153112942647931e+09, 'joined', 'alice', -1796081531129138, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1796081531164644, 1, 2, 1.79608153116464424126e+09, 'joined', 'bob', -1796081531164545, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1796081531188496, 1, 3, 1.79608153118849635122e+09, 'joined', 'carol', -1796081531188408, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1796081531207913, 1, 4, 1.79608153120791316035e+09, 'joined', 'olive', -1796081531207830, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1796081531227160, 1, 5, 1.79608153122716021534e+09, 'left', 'olive', 1796081531225833, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1796081531494932, 1, 6, 1.79608153149493193628e+09, 'joined', 'olive', 1796081531225833, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1796081531497442, 1, 7, 1.79608153149744272231e+09, 'joined', 'gast', -1796081531497346, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1796081531498533, 2, 1, 1.79608153149853372572e+09, 'joined', 'alice', 1796081531162095, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1796081531500349, 2, 2, 1.79608153150034976002e+09, 'joined', 'bob', 1796081531186470, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1796081531500666, 2, 3, 1.79608153150066637989e+09, 'joined', 'carol', 1796081531206189, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1796081531500870, 2, 4, 1.79608153150087022781e+09, 'joined', 'gast', -1796081531497346, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1796081531501066, 2, 5, 1.79608153150106620785e+09, 'topic', 'alice', 1796081531162095, 'Tea at four', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1796081531503081, 2, 6, 1.79608153150308156014e+09, 'rank', 'alice', 1796081531162095, 'operator + bob', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1796081531505101, 2, 7, 1.79608153150510168076e+09, 'rank', 'alice', 1796081531162095, 'voiced + carol', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1796081531507162, 1, 8, 1.79608153150716209414e+09, 'left', 'carol', 1796081531206189, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1796081531507181, 2, 8, 1.7960815315071811676e+09, 'left', 'carol', 1796081531206189, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1796081531507567, 2, 9, 1.79608153150756692881e+09, 'said', 'bob', 1796081531186470, 'the kettle boils', 0, '', '{"+1": [1796081531162095]}', 1796081531162095, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1796081531507911, 2, 10, 1.79608153150791168212e+09, 'said', 'bob', 1796081531186470, 'a line that was edited', 0, 'edited', '', 0, 'bob');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1796081531508037, 2, 11, 1.79608153150803732866e+09, 'said', 'bob', 1796081531186470, '', 0, 'deleted', '', 0, 'alice');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1796081531511753, 2, 12, 1.79608153151175332072e+09, 'said', 'bob', 1796081531186470, 'then make tea', 9, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1796081531511929, 2, 13, 1.79608153151192951203e+09, 'acted', 'bob', 1796081531186470, 'pours tea', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1796081531514361, 2, 14, 1.79608153151436138149e+09, 'mode', 'bob', 1796081531186470, 'slow 7', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1796081531559594, 3, 1, 1.79608153155959486958e+09, 'joined', 'olive', 1796081531225833, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1796081531560658, 3, 2, 1.79608153156065869331e+09, 'mode', 'olive', 1796081531225833, 'limit 50', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1796081531580399, 3, 3, 1.79608153158039927487e+09, 'mode', 'olive', 1796081531225833, 'lock 1', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1796081531599363, 3, 4, 1.79608153159936356543e+09, 'joined', 'bob', 1796081531186470, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1796081531600644, 3, 5, 1.79608153160064482685e+09, 'left', 'bob', 1796081531186470, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1796081531602461, 4, 1, 1.79608153160246181495e+09, 'joined', 'alice', 1796081531162095, '', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1796081531603335, 4, 2, 1.79608153160333490374e+09, 'mode', 'alice', 1796081531162095, 'private 1', 0, '', '', 0, '');
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned, by) VALUES (1796081531604931, 4, 3, 1.79608153160493111606e+09, 'topic', 'alice', 1796081531162095, 'A secret', 0, '', '', 0, '');
INSERT INTO account (id, name, key, password, roles, seen, invitation) VALUES (1796081531162095, 'alice', 'alice', '$argon2id$v=19$m=19456,t=2,p=1$3NUy+3w7wIzJlxvYcflRZg$Lk3PpPDXBP7l9w793lC6Z/5tp/9XqGgP/9TnuGMLYmI', '', NULL, 0);
INSERT INTO account (id, name, key, password, roles, seen, invitation) VALUES (1796081531186470, 'bob', 'bob', '$argon2id$v=19$m=19456,t=2,p=1$xQO2nnpCLzjuTzmI9pfL7g$9T6XSPPyt814/yk7HttG8VfJ1/D16DY9T6Yb4fllJgg', '', NULL, 0);
INSERT INTO account (id, name, key, password, roles, seen, invitation) VALUES (1796081531206189, 'carol', 'carol', '$argon2id$v=19$m=19456,t=2,p=1$QQWg80Zpl9BVY376RerGtw$HkwtSYiJdRkDZf0wxzE9euJ0U0Pff2uXclVcwAmmDf0', '', 1796081531505123, 0);
INSERT INTO account (id, name, key, password, roles, seen, invitation) VALUES (1796081531225833, 'olive', 'olive', '$argon2id$v=19$m=19456,t=2,p=1$t3GxvEgipc68rlhBNcmYkQ$Ia3ioaEDz1Ik8XQnF9KQpmK7ApgzdThrz09QbHWKrQg', 'operator', NULL, 0);
INSERT INTO seat (account, room) VALUES (1796081531162095, 1);
INSERT INTO seat (account, room) VALUES (1796081531186470, 1);
INSERT INTO seat (account, room) VALUES (1796081531206189, 1);
INSERT INTO seat (account, room) VALUES (1796081531225833, 1);
INSERT INTO seat (account, room) VALUES (1796081531162095, 2);
INSERT INTO seat (account, room) VALUES (1796081531186470, 2);
INSERT INTO seat (account, room) VALUES (1796081531206189, 2);
INSERT INTO seat (account, room) VALUES (1796081531225833, 3);
INSERT INTO seat (account, room) VALUES (1796081531162095, 4);
INSERT INTO message (id, at, nick, author, recipient, addressee, text, waits) VALUES (1796081531515206, 1.79608153151520609858e+09, 'alice', 1796081531162095, 'carol', 1796081531206189, 'see you at four', 1);
INSERT INTO message (id, at, nick, author, recipient, addressee, text, waits) VALUES (1796081531515431, 1.79608153151543116564e+09, 'bob', 1796081531186470, 'alice', 1796081531162095, 'a word in private', 0);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('#cellar', '127.0.0.1', 0.0, 1.79608153159928297989e+09);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1796081531162095', '127.0.0.1', 0.0, 1.7960815311630928516e+09);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1796081531186470', '127.0.0.1', 0.0, 1.796081531554703474e+09);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1796081531206189', '127.0.0.1', 0.0, 1.79608153120692014695e+09);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1796081531225833', '127.0.0.1', 0.0, 1.79608153149446964262e+09);
INSERT INTO room_state (room, topic, public_from, private, moderated, members, topic_locked, slow, history, password, topic_by, topic_author, most) VALUES (2, 'Tea at four', 1, 0, 0, 0, 0, 7, 1, '', 'alice', 1796081531162095, 0);
INSERT INTO room_state (room, topic, public_from, private, moderated, members, topic_locked, slow, history, password, topic_by, topic_author, most) VALUES (3, '', 1, 0, 0, 0, 0, 0, 1, '$argon2id$v=19$m=19456,t=2,p=1$w6LiorfWYFtR52cLGtpn/Q$jRWl0/uEPHX4nvc3rigqt2ceKH7v4Fwzz0A691/O0oc', '', 0, 50);
INSERT INTO room_state (room, topic, public_from, private, moderated, members, topic_locked, slow, history, password, topic_by, topic_author, most) VALUES (4, 'A secret', 1, 1, 0, 0, 0, 0, 1, '', 'alice', 1796081531162095, 0);
INSERT INTO standing (room, author, name, rank, since) VALUES (2, 1796081531162095, 'alice', 3, 1);
INSERT INTO standing (room, author, name, rank, since) VALUES (2, 1796081531186470, 'bob', 2, 2);
INSERT INTO standing (room, author, name, rank, since) VALUES (2, 1796081531206189, 'carol', 1, 3);
INSERT INTO standing (room, author, name, rank, since) VALUES (3, 1796081531186470, 'bob', -1, 4);
INSERT INTO standing (room, author, name, rank, since) VALUES (3, 1796081531225833, 'olive', 3, 1);
INSERT INTO standing (room, author, name, rank, since) VALUES (4, 1796081531162095, 'alice', 3, 1);
INSERT INTO standing (room, author, name, rank, since) VALUES (4, 1796081531186470, 'bob', 0, 3);
INSERT INTO sanction (id, room, kind, mask, author, shown, by, reason, at, until) VALUES (1796081531512161, 2, 'mute', 'gast', -1796081531497346, 'gast', 'bob', 'be quiet', 1.79608153151216125495e+09, 4102444800.0);
INSERT INTO sanction (id, room, kind, mask, author, shown, by, reason, at, until) VALUES (1796081531513406, 2, 'ban', 'mallory', 0, 'mallory', 'bob', 'spam', 1.79608153151340675353e+09, 4102444800.0);
INSERT INTO sanction (id, room, kind, mask, author, shown, by, reason, at, until) VALUES (1796081531516667, 0, 'ban', '192.0.2.7/32', 0, '192.0.2.7', 'olive', 'flood', 1.79608153151666688918e+09, 4102444800.0);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1796081531503110, 2, 'den', 7, 1796081531.50311, 'alice', 'alice', 'op', 'bob', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1796081531505123, 2, 'den', 8, 1.79608153150512289998e+09, 'alice', 'alice', 'voice', 'carol', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1796081531508570, 2, 'den', 12, 1.79608153150857019421e+09, 'alice', 'alice', 'delete line 11 of', 'bob', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1796081531512256, 2, 'den', 14, 1.79608153151225614549e+09, 'bob', 'bob', 'mute', 'gast', 'be quiet', 1.88248153151216125484e+09, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1796081531513474, 2, 'den', 14, 1.79608153151347470287e+09, 'bob', 'bob', 'ban', 'mallory', 'spam', 1.88248153151340675351e+09, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1796081531514383, 2, 'den', 15, 1.79608153151438355442e+09, 'bob', 'bob', 'slow 7s', '', '', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1796081531516701, 0, '', 0, 1.79608153151670169823e+09, 'olive', 'olive', 'ban', '192.0.2.7', 'flood', 1.88248153151666688925e+09, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1796081531517428, 0, '', 0, 1.79608153151742887493e+09, 'olive', 'olive', 'announce', '', 'the server moves at noon', 0.0, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1796081531557757, 0, '', 0, 1.79608153155775713922e+09, 'olive', 'olive', 'invite-code make 1', '', '', 1.79668633155628609658e+09, 1);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1796081531560676, 3, 'cellar', 3, 1.79608153156067681314e+09, 'olive', 'olive', 'limit 50', '', '', 0.0, 0);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1796081531562132, 3, 'cellar', 3, 1.79608153156213212016e+09, 'olive', 'olive', 'webhook add tea', '', '', 0.0, 0);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1796081531580423, 3, 'cellar', 4, 1.79608153158042311669e+09, 'olive', 'olive', 'lock', '', '', 0.0, 0);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until, open) VALUES (1796081531603351, 4, 'attic', 3, 1.79608153160335183139e+09, 'alice', 'alice', 'private on', '', '', 0.0, 0);
INSERT INTO report (id, at, nick, account, target, room, reason, is_read) VALUES (1796081531515655, 1.79608153151565551755e+09, 'gast', '', 'bob', 2, 'he is rude', 1);
INSERT INTO indexed (up_to, again_to, folding) VALUES (1796081531207913, 0, '1, Unicode 14.0.0');
INSERT INTO journal (moved) VALUES (33);
INSERT INTO setting (account, name, value) VALUES (1796081531162095, 'bell', 'on');
INSERT INTO setting (account, name, value) VALUES (1796081531162095, 'numbers', 'on');
INSERT INTO setting (account, name, value) VALUES (1796081531162095, 'room', '4');
INSERT INTO setting (account, name, value) VALUES (1796081531162095, 'width', '120');
INSERT INTO setting (account, name, value) VALUES (1796081531186470, 'room', '3');
INSERT INTO setting (account, name, value) VALUES (1796081531206189, 'room', '2');
INSERT INTO setting (account, name, value) VALUES (1796081531225833, 'room', '3');
INSERT INTO ignored (account, key, place, name, author) VALUES (1796081531162095, 'gast', 0, 'gast', -1796081531497346);
INSERT INTO token (hash, account, device, made_at, used_at, nick, visit, since, rooms, open, until, door) VALUES ('97f72700355cfc2317660b2a7a16dbcfd7e2ad06643991e1572564698cd47025', 1796081531186470, 'phone', 1.79608153155502057074e+09, 1.79608153160069751734e+09, 'bob', -1796081531164545, 1.79608153116454553606e+09, '1 2', 1, 1.79608153160069751734e+09, 'json');
INSERT INTO read_mark (account, room, number, at) VALUES (1796081531186470, 2, 9, 1.79608153150756692881e+09);
INSERT INTO read_mark (account, room, number, at) VALUES (1796081531186470, 3, 4, 1.79608153158039927487e+09);
INSERT INTO read_mark (account, room, number, at) VALUES (1796081531206189, 1, 7, 0.0);
INSERT INTO read_mark (account, room, number, at) VALUES (1796081531206189, 2, 7, 1.79608153150510168076e+09);
INSERT INTO read_mark (account, room, number, at) VALUES (1796081531225833, 1, 4, 0.0);
INSERT INTO ssh_key (account, fingerprint, kind, label, added_at, used_at) VALUES (1796081531186470, 'SHA256:mKqU+0K8OhKmA8bBQi9Rz0Q5l7/g160hIP+rJYSTNj4', 'ssh-ed25519', 'laptop', 1.7960815315183265209e+09, 0.0);
INSERT INTO told (hash, id, kind, event, lost) VALUES ('97f72700355cfc2317660b2a7a16dbcfd7e2ad06643991e1572564698cd47025', 1796081531600645, 'RoomLeft', '{"at":1796081531.6006448,"first":4,"last":5,"name":"cellar","room":3}', 0);
INSERT INTO told (hash, id, kind, event, lost) VALUES ('97f72700355cfc2317660b2a7a16dbcfd7e2ad06643991e1572564698cd47025', 1796081531600646, 'Left', '{"by":"","cause":"","nick":"bob","reason":"","room":"cellar","at":1796081531.6006448}', 0);
INSERT INTO told (hash, id, kind, event, lost) VALUES ('97f72700355cfc2317660b2a7a16dbcfd7e2ad06643991e1572564698cd47025', 1796081531604197, 'Invited', '{"nick":"alice","recipient":"bob","room":"attic","at":1796081531.6041977}', 0);
INSERT INTO revision (room, number, id) VALUES (2, 10, 1796081531508319);
INSERT INTO revision (room, number, id) VALUES (2, 11, 1796081531508556);
INSERT INTO revision (room, number, id) VALUES (2, 9, 1796081531511446);
INSERT INTO invitation (id, hash, author, by, made_at, until, uses, used) VALUES (1, 'e93572d94ea872d8af490488fb35d7f1f7ddb7fdc6cd91b035e2c1f06562b1f7', 1796081531225833, 'olive', 1.79608153155628609662e+09, 4102444800.0, 1, 0);
INSERT INTO webhook (id, hash, room, name, author, made_at, used_at) VALUES (1796081531561522, 'd42a50fb5696008cde2166f330ac6aae310649eb2b655267e4ba4322da7ac307', 3, 'tea', 1796081531225833, 1.79608153156152248377e+09, 0.0);
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
-- token: JqXvPNyjSXDlp_Mo2fjzM6ntWXU__32L
-- chat.db.journal-0: QAAAAHVIpV2SIpGSAJ3PAAZhhtGt0p8CD8tB2sOB3ubDMKVhY3RlZKNib2LPAAZhhtGnbSatd2FzIGhlcmUgbGFzdACgoACgbWJlcgSkcm9vbQOSAJ3PAAZhhtGtvwQDBctB2sOB3uZw96RsZWZ0o2JvYs8ABmGG0adtJqAAoKAAoJIPhqVldmVudNlFeyJhdCI6MTc5NjA4MTUzMS42MDA2NDQ4LCJmaXJzdCI6NCwibGFzdCI6NSwibmFtZSI6ImNlbGxhciIsInJvb20iOjN9qWZvcmdvdHRlbgCkaGFzaNlAOTdmNzI3MDAzNTVjZmMyMzE3NjYwYjJhN2ExNmRiY2ZkN2UyYWQwNjY0Mzk5MWUxNTcyNTY0Njk4Y2Q0NzAyNaJpZM8ABmGG0a2/BaRraW5kqFJvb21MZWZ0pGxvc3QAkguBpXRva2VujKdhY2NvdW50zwAGYYbRp20mpmRldmljZaVwaG9uZaRkb29ypGpzb26kaGFzaNlAOTdmNzI3MDAzNTVjZmMyMzE3NjYwYjJhN2ExNmRiY2ZkN2UyYWQwNjY0Mzk5MWUxNTcyNTY0Njk4Y2Q0NzAyNadpc19vcGVuw6dtYWRlX2F0y0Haw4He44V1pG5pY2ujYm9ipXJvb21zkgECpXNpbmNly0Haw4HeyofqpXVudGlsy0Haw4J045YQp3VzZWRfYXTLQdrDgd7mcdSldmlzaXTT//meeS5Y6H+SD4alZXZlbnTZVXsiYnkiOiIiLCJjYXVzZSI6IiIsIm5pY2siOiJib2IiLCJyZWFzb24iOiIiLCJyb29tIjoiY2VsbGFyIiwiYXQiOjE3OTYwODE1MzEuNjAwNjQ0OH2pZm9yZ290dGVuAKRoYXNo2UA5N2Y3MjcwMDM1NWNmYzIzMTc2NjBiMmE3YTE2ZGJjZmQ3ZTJhZDA2NjQzOTkxZTE1NzI1NjQ2OThjZDQ3MDI1omlkzwAGYYbRrb8GpGtpbmSkTGVmdKRsb3N0ACoAAABnbzvAkiCRkgqDp2FjY291bnTPAAZhhtGnDe+kbmFtZaRiZWxspXZhbHVlom9uLAAAAHYQ3OWSIZGSCoOnYWNjb3VudM8ABmGG0acN76RuYW1lpXdpZHRopXZhbHVlozEyMGKlcm9vbXOSAQKlc2luY2XLQdrDgd7Kh+qldW50aWzLQdrDgnTjlhCndXNlZF9hdMtB2sOB3uOWsaV2aXNpdNP/+Z55Lljofw==
