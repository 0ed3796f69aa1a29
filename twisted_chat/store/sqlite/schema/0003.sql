-- Of the audit trail, what every operator of the server may read.  An entry about a room is not
-- open if the room was closed then, or is now; it never becomes open again, because a room that is
-- opened hides what was before.  So the latest open entries are found without looking at others,
-- however many there are.
ALTER TABLE audit ADD COLUMN open INTEGER NOT NULL DEFAULT 1;

-- The first line of each room that may be read by users who were not let in; more than any, if
-- they may read nothing.
CREATE VIEW room_open AS
SELECT room, iif(private OR password <> '', 9223372036854775807, public_from) AS first
FROM room_state;

UPDATE audit SET open = 0
WHERE number < (SELECT first FROM room_open WHERE room_open.room = audit.room);

CREATE INDEX audit_open ON audit (id) WHERE open;
-- For rooms that a reader was let into, and for those that are closed or opened.
CREATE INDEX audit_by_number ON audit (room, open, number);

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
