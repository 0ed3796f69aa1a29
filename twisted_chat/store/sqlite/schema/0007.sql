-- A guest who is ignored has another author number for each visit.
CREATE TABLE ignored_by_visit (
    account INTEGER NOT NULL,
    key TEXT NOT NULL, -- the folded nick by which they were ignored
    place INTEGER NOT NULL, -- from 0, among the author numbers of that name: the latest is last
    name TEXT NOT NULL, -- the nick as it was shown
    author INTEGER NOT NULL, -- an account; for a visit without one, negative
    PRIMARY KEY (account, key, place)
) STRICT, WITHOUT ROWID;
INSERT INTO ignored_by_visit (account, key, place, name, author)
SELECT account, key, 0, name, author FROM ignored;
DROP TABLE ignored;
ALTER TABLE ignored_by_visit RENAME TO ignored;

-- Who set the topic, for those who ignore them; empty and 0 where that is not known.
ALTER TABLE room_state ADD COLUMN topic_by TEXT NOT NULL DEFAULT '';
ALTER TABLE room_state ADD COLUMN topic_author INTEGER NOT NULL DEFAULT 0;
UPDATE room_state SET (topic_by, topic_author) = (
    SELECT nick, author FROM line
    WHERE line.room = room_state.room AND kind = 'topic' AND text = room_state.topic
    ORDER BY number DESC LIMIT 1
)
WHERE topic <> '' AND EXISTS (
    SELECT 1 FROM line
    WHERE line.room = room_state.room AND kind = 'topic' AND text = room_state.topic
);
