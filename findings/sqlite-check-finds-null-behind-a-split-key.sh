#!/bin/sh
# SQLite 3.40.1: PRAGMA integrity_check and quick_check of a table WITHOUT ROWID.
#
# Guess: in which order the columns of a table are declared makes no difference to whether it is
# whole.
#
# Behaviour: where a column with NOT NULL stands between two columns of the primary key, each check
# says that it holds NULL, which it does not.  A server that looks before it opens a file takes it
# for damaged.  With the columns of the key first, all is well.  3.41.0 does not do so any more.
#
# Output seen:
#     key of columns 1 and 3: NULL value in t.b; rows with NULL: 0
#     key of columns 1 and 2: ok; rows with NULL: 0
set -eu
version=$(sqlite3 --version | cut -d' ' -f1)
echo "SQLite $version"
[ "$version" = 3.40.1 ]

check() {
    sqlite3 :memory: <<END | paste -sd';' | sed 's/;/; rows with NULL: /'
CREATE TABLE t ($1, PRIMARY KEY (a, c)) WITHOUT ROWID;
INSERT INTO t (a, b, c) VALUES (1, 'x', 2);
PRAGMA integrity_check;
SELECT count(*) FROM t WHERE b IS NULL;
END
}

a="a INTEGER NOT NULL" b="b TEXT NOT NULL" c="c INTEGER NOT NULL"
seen=$(
    echo "key of columns 1 and 3: $(check "$a, $b, $c")"
    echo "key of columns 1 and 2: $(check "$a, $c, $b")"
)
echo "$seen"
[ "$seen" = "$(sed -n '/^# Output seen/,/^set -eu/s/^#     //p' "$0")" ]
