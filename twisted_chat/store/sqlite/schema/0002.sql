-- Lines are searched by what Twisted Chat's own folding makes of them (twisted_chat/text/),
-- and no longer by FTS5's.  All of them are indexed anew, in the background.
DROP TRIGGER line_changes;
DROP TRIGGER line_changed;
DROP TRIGGER line_goes;
DROP TABLE line_index;
DROP VIEW line_words;
DROP TABLE indexed;

-- What can be searched for.  Of scripts without spaces, each two letters that follow are a word.  What
-- hundreds of words have in common, one such letter or the beginning of two, are the entries.
-- Who and where stand there as a word each, so that they are looked up in the index together with
-- what was said.  The three functions are Twisted Chat's.
CREATE VIEW line_words AS
SELECT
    id, words(text) AS text, entries(text) AS entries,
    'r' || room AS room, 'n' || hex(spelling(nick)) AS nick
FROM line
WHERE kind IN ('said', 'acted', 'announced', 'topic') AND state <> 'deleted';

-- What are words is known already: to `ascii`, all but the space between them is one.
CREATE VIRTUAL TABLE line_index USING fts5 (
    text, entries, room, nick,
    content = 'line_words', content_rowid = 'id', columnsize = 0,
    tokenize = 'ascii'
);

-- Lines are written now and indexed later, in the order of their ids: up to this one they are, by
-- this folding.  Lines up to `anew` were indexed before, by another one.
CREATE TABLE indexed (up_to INTEGER NOT NULL, anew INTEGER NOT NULL, folding TEXT NOT NULL) STRICT;
INSERT INTO indexed SELECT 0, coalesce(max(id), 0), '' FROM line;

-- What is indexed already changes with its line.
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
