-- Lines are searched by the words that Twisted Chat's own folding makes of them
-- (twisted_chat/text/), no longer by those of FTS5.  All are indexed again, in the background.
DROP TRIGGER line_changes;
DROP TRIGGER line_changed;
DROP TRIGGER line_goes;
DROP TABLE line_index;
DROP VIEW line_words;
DROP TABLE indexed;

-- What can be searched for.  In scripts without spaces, every two letters that follow each other
-- are a word.  Entries are what hundreds of words have in common: one such letter, or the first
-- two letters of a word.  The nick and the room are a word each, so that they are looked up in the
-- index together with the text.  The three functions are Twisted Chat's.
CREATE VIEW line_words AS
SELECT
    id, words(text) AS text, entries(text) AS entries,
    'r' || room AS room, 'n' || hex(spelling(nick)) AS nick
FROM line
WHERE kind IN ('said', 'acted', 'announced', 'topic') AND state <> 'deleted';

-- The view has parted the words with spaces already; `ascii` parts them at nothing else.
CREATE VIRTUAL TABLE line_index USING fts5 (
    text, entries, room, nick,
    content = 'line_words', content_rowid = 'id', columnsize = 0,
    tokenize = 'ascii'
);

-- Lines are written now and indexed later, in the order of their ids: up to this one they are, by
-- this folding.  Lines up to `again_to` were indexed before, by another folding.
CREATE TABLE indexed (up_to INTEGER NOT NULL, again_to INTEGER NOT NULL, folding TEXT NOT NULL) STRICT;
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
