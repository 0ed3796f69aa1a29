-- What is said stands in the journal file first: up to this frame it is in the tables.
CREATE TABLE journal (moved INTEGER NOT NULL) STRICT;
INSERT INTO journal VALUES (0);
