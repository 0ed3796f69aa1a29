PRAGMA application_id = 1417102184;
PRAGMA user_version = 2;
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
INSERT INTO room (id, key, name, pruned) VALUES (1, 'lobby', 'lobby', 0);
INSERT INTO room (id, key, name, pruned) VALUES (2, 'den', 'den', 0);
INSERT INTO room (id, key, name, pruned) VALUES (3, 'attic', 'attic', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899542738394, 1, 1, 1.795899542738394022e+09, 'joined', 'alice', -1795899542738241, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899542895320, 1, 2, 1.79589954289532041545e+09, 'joined', 'bob', -1795899542895137, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899543027624, 1, 3, 1.79589954302762460705e+09, 'joined', 'carol', -1795899543027506, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899543094311, 1, 4, 1.79589954309431171415e+09, 'joined', 'olive', -1795899543094163, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899543170434, 1, 5, 1.79589954317043447489e+09, 'left', 'olive', 1795899543163863, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899545000367, 1, 6, 1.79589954500036764152e+09, 'joined', 'olive', 1795899543163863, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899545004827, 1, 7, 1.79589954500482702247e+09, 'joined', 'gast', -1795899545004704, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899545005911, 2, 1, 1.79589954500591158863e+09, 'joined', 'alice', 1795899542881289, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899545014456, 2, 2, 1.795899545014456749e+09, 'joined', 'bob', 1795899543024179, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899545015093, 2, 3, 1.79589954501509308816e+09, 'joined', 'carol', 1795899543086345, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899545015476, 2, 4, 1.79589954501547646517e+09, 'joined', 'gast', -1795899545004704, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899545015835, 2, 5, 1.79589954501583528518e+09, 'topic', 'alice', 1795899542881289, 'Tea at four', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899545022397, 2, 6, 1.79589954502239775653e+09, 'rank', 'alice', 1795899542881289, 'operator + bob', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899545030452, 2, 7, 1.79589954503045225141e+09, 'rank', 'alice', 1795899542881289, 'voiced + carol', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899545038977, 1, 8, 1.79589954503897786144e+09, 'left', 'carol', 1795899543086345, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899545038997, 2, 8, 1.79589954503899693486e+09, 'left', 'carol', 1795899543086345, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899545039772, 2, 9, 1.79589954503977227212e+09, 'said', 'bob', 1795899543024179, 'the kettle boils', 0, '', '{"+1": [1795899542881289]}', 1795899542881289);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899545040237, 2, 10, 1.79589954504023694989e+09, 'said', 'bob', 1795899543024179, 'a line that was edited', 0, 'edited', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899545040558, 2, 11, 1.7958995450405585766e+09, 'said', 'bob', 1795899543024179, 'alice', 0, 'deleted', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899545055712, 2, 12, 1.79589954505571246148e+09, 'said', 'bob', 1795899543024179, 'then make tea', 9, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899545056081, 2, 13, 1.79589954505608105661e+09, 'acted', 'bob', 1795899543024179, 'pours tea', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899545078450, 2, 14, 1.79589954507845020294e+09, 'mode', 'bob', 1795899543024179, 'slow 7', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899545126687, 3, 1, 1.79589954512668776515e+09, 'joined', 'alice', 1795899542881289, '', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899545144398, 3, 2, 1.7958995451443986892e+09, 'mode', 'alice', 1795899542881289, 'private 1', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899545148355, 3, 3, 1.79589954514835524555e+09, 'topic', 'alice', 1795899542881289, 'A secret', 0, '', '', 0);
INSERT INTO line (id, room, number, at, kind, nick, author, text, re, state, reacted, pinned) VALUES (1795899545149747, 2, 15, 1.79589954514974761007e+09, 'acted', 'bob', 1795899543024179, 'was here last', 0, '', '', 0);
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795899542881289, 'alice', 'alice', '$argon2id$v=19$m=19456,t=2,p=1$RA/iF498WD2n9WnO0BE6GQ$Yk8np+citDLzZj9GN9huhNcFxHQWfjrw9bpglWaeo2M', '', NULL);
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795899543024179, 'bob', 'bob', '$argon2id$v=19$m=19456,t=2,p=1$+13FmY2pwBf4lHbtgMd55Q$aEQmMzrL1B6vueW+OsklAIh7p/WEhq3Gol88AL7PsEg', '', NULL);
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795899543086345, 'carol', 'carol', '$argon2id$v=19$m=19456,t=2,p=1$Lpj/eFNA81eTJ8C4VUsiVg$QsnmMcz/wdrum66bsO6Fn6s3HjVPyhWt8AXc0iizOrk', '', 1795899545030494);
INSERT INTO account (id, name, key, password, roles, seen) VALUES (1795899543163863, 'olive', 'olive', '$argon2id$v=19$m=19456,t=2,p=1$oPoFhe+AcfZENY6EoYVONg$D66yU3gYWZe/KL0TOGkDX4DPFYdQ798q1uth0gffqs8', 'operator', NULL);
INSERT INTO seat (account, room) VALUES (1795899542881289, 1);
INSERT INTO seat (account, room) VALUES (1795899543024179, 1);
INSERT INTO seat (account, room) VALUES (1795899543086345, 1);
INSERT INTO seat (account, room) VALUES (1795899543163863, 1);
INSERT INTO seat (account, room) VALUES (1795899542881289, 2);
INSERT INTO seat (account, room) VALUES (1795899543024179, 2);
INSERT INTO seat (account, room) VALUES (1795899543086345, 2);
INSERT INTO seat (account, room) VALUES (1795899542881289, 3);
INSERT INTO message (id, at, nick, author, recipient, addressee, text, waits) VALUES (1795899545093095, 1.79589954509309554096e+09, 'alice', 1795899542881289, 'carol', 1795899543086345, 'see you at four', 1);
INSERT INTO message (id, at, nick, author, recipient, addressee, text, waits) VALUES (1795899545093809, 1.79589954509380984306e+09, 'bob', 1795899543024179, 'alice', 1795899542881289, 'a word in private', 0);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795899542881289', '127.0.0.1', 0.0, 1.79589954288321924208e+09);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795899543024179', '127.0.0.1', 0.0, 1.79589954302586507798e+09);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795899543086345', '127.0.0.1', 0.0, 1.7958995430882792473e+09);
INSERT INTO allowance (account, address, whole_at, known_at) VALUES ('1795899543163863', '127.0.0.1', 0.0, 1.79589954499979233739e+09);
INSERT INTO room_state (room, topic, public_from, private, moderated, members, topic_locked, slow, history, password) VALUES (2, 'Tea at four', 1, 0, 0, 0, 0, 7, 1, '');
INSERT INTO room_state (room, topic, public_from, private, moderated, members, topic_locked, slow, history, password) VALUES (3, 'A secret', 1, 1, 0, 0, 0, 0, 1, '');
INSERT INTO standing (room, author, name, rank, since) VALUES (2, 1795899542881289, 'alice', 3, 1);
INSERT INTO standing (room, author, name, rank, since) VALUES (2, 1795899543024179, 'bob', 2, 2);
INSERT INTO standing (room, author, name, rank, since) VALUES (2, 1795899543086345, 'carol', 1, 3);
INSERT INTO standing (room, author, name, rank, since) VALUES (3, 1795899542881289, 'alice', 3, 1);
INSERT INTO standing (room, author, name, rank, since) VALUES (3, 1795899543024179, 'bob', 0, 3);
INSERT INTO sanction (id, room, kind, mask, author, shown, by, reason, at, until) VALUES (1795899545056518, 2, 'mute', 'gast', -1795899545004704, 'gast', 'bob', 'be quiet', 1.79589954505651879313e+09, 4102444800.0);
INSERT INTO sanction (id, room, kind, mask, author, shown, by, reason, at, until) VALUES (1795899545068150, 2, 'ban', 'mallory', 0, 'mallory', 'bob', 'spam', 1.79589954506815075874e+09, 4102444800.0);
INSERT INTO sanction (id, room, kind, mask, author, shown, by, reason, at, until) VALUES (1795899545106515, 0, 'ban', '192.0.2.7/32', 0, '192.0.2.7', 'olive', 'flood', 1.7958995451065149307e+09, 4102444800.0);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until) VALUES (1795899545022444, 2, 'den', 7, 1.79589954502244448664e+09, 'alice', 'alice', 'op', 'bob', '', 0.0);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until) VALUES (1795899545030494, 2, 'den', 8, 1.7958995450304944515e+09, 'alice', 'alice', 'voice', 'carol', '', 0.0);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until) VALUES (1795899545041933, 2, 'den', 12, 1.79589954504193353651e+09, 'alice', 'alice', 'delete line 11 of', 'bob', '', 0.0);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until) VALUES (1795899545056569, 2, 'den', 14, 1.79589954505656909937e+09, 'bob', 'bob', 'mute', 'gast', 'be quiet', 1.8822995450565187931e+09);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until) VALUES (1795899545068197, 2, 'den', 14, 1.79589954506819748881e+09, 'bob', 'bob', 'ban', 'mallory', 'spam', 1.88229954506815075872e+09);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until) VALUES (1795899545078488, 2, 'den', 15, 1.79589954507848811142e+09, 'bob', 'bob', 'slow 7s', '', '', 0.0);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until) VALUES (1795899545106594, 0, '', 0, 1.79589954510659456253e+09, 'olive', 'olive', 'ban', '192.0.2.7', 'flood', 1.88229954510651493072e+09);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until) VALUES (1795899545114407, 0, '', 0, 1.79589954511440706252e+09, 'olive', 'olive', 'announce', '', 'the server moves at noon', 0.0);
INSERT INTO audit (id, room, room_name, number, at, nick, account, deed, target, reason, until) VALUES (1795899545144432, 3, 'attic', 3, 1.79589954514443278315e+09, 'alice', 'alice', 'private on', '', '', 0.0);
INSERT INTO report (id, at, nick, account, target, room, reason, is_read) VALUES (1795899545094273, 1.79589954509427332874e+09, 'gast', '', 'bob', 2, 'he is rude', 1);
INSERT INTO indexed (up_to, again_to, folding) VALUES (1795899543170434, 0, '1, Unicode 14.0.0');
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
