#!/bin/sh
# SQLite 3.40.1, FTS5 with a prefix index: CREATE VIRTUAL TABLE ... USING fts5(text, prefix = '2').
#
# Guess: a word of exactly two characters needs no second entry in the index of beginnings of two,
# as its beginning is the word itself, which the main index has.
#
# Behaviour: it has one, with all its places, so that a text of such words costs twice the room, and
# what is found is the same without.  That is what an index of each two letters of Chinese is made
# of; longer words cost less, for many share a beginning.
#
# Output seen (bytes of the index, in percent of that without `prefix`):
#     words of 2 letters: 199 percent
#     words of 3 letters: 171 percent
set -eu
version=$(sqlite3 --version | cut -d' ' -f1)
echo "SQLite $version"
[ "$version" = 3.40.1 ]

# 20,000 lines of ten words, of 26 or 676 beginnings times 26 endings.
size() {
    sqlite3 :memory: <<END
CREATE VIRTUAL TABLE line USING fts5(text, detail = full, columnsize = 0, content = ''$1);
INSERT INTO line (rowid, text)
WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 200000)
SELECT (n + 9) / 10, group_concat($2, ' ') FROM number GROUP BY (n + 9) / 10;
INSERT INTO line (line) VALUES ('optimize');
SELECT sum(length(block)) FROM line_data;
END
}

letter() {
    echo "char(97 + (n * $1 + n / $2) % 26)"
}

two="$(letter 7919 13) || $(letter 104729 17)"
three="$two || $(letter 1299709 19)"
seen=$(
    echo "words of 2 letters: $((100 * $(size ", prefix = '2'" "$two") / $(size '' "$two"))) percent"
    echo "words of 3 letters: $((100 * $(size ", prefix = '2'" "$three") / $(size '' "$three"))) percent"
)
echo "$seen"
[ "$seen" = "$(sed -n '/^# Output seen/,/^set -eu/s/^#     //p' "$0")" ]
