#!/bin/sh
# SQLite 3.50.4 (by apsw 3.50.4.0): INSERT of many rows, in WAL mode.
#
# Guess: a statement that inserts 64 rows writes less than 64 statements, and in WAL mode each
# changed page is written once, to the log.
#
# Behaviour: a statement of several rows that may fail in their midst first copies each page that it
# changes, and from 64 KiB on the copies go to a file without a name in SQLITE_TMPDIR or /var/tmp.
# Rows that belong to 100 groups of an index change as many pages: the copies are 15 times what is
# written to the log.  A statement for each row copies nothing, nor does INSERT OR ROLLBACK, after
# which there would be nothing to go back to; with PRAGMA temp_store = MEMORY nothing is written.
#
# Output seen (bytes written by the process in a transaction of 3,200 rows, per byte of the log):
#     64 rows a statement: 16.4
#     1 row a statement: 1.0
#     64 rows a statement, OR ROLLBACK: 1.0
#     64 rows a statement, temp_store = MEMORY: 1.0
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet apsw==3.50.4.0

cat >"$folder/insert.py" <<'END'
import os
import tempfile

import apsw


def written() -> int:
    with open("/proc/self/io") as counters:
        return int(next(line for line in counters if line.startswith("wchar")).split()[1])


def share(verb: str, at_once: int, store: str) -> float:
    with tempfile.TemporaryDirectory() as folder:
        log = f"{folder}/a.db-wal"
        database = apsw.Connection(f"{folder}/a.db")
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA wal_autocheckpoint = 0")
        database.execute(f"PRAGMA temp_store = {store}")
        database.execute(
            "CREATE TABLE line (id INTEGER PRIMARY KEY, room INTEGER NOT NULL,"
            " number INTEGER NOT NULL, text TEXT NOT NULL)"
        )
        database.execute("CREATE UNIQUE INDEX by_number ON line (room, number)")
        insert = f"{verb} INTO line VALUES " + ", ".join(["(?, ?, ?, ?)"] * at_once)
        for first in range(0, 12_800, 3_200):
            before, size = written(), os.path.getsize(log)
            database.execute("BEGIN")
            for start in range(first, first + 3_200, at_once):
                rows = ((n, n % 100, n // 100, "x" * 40) for n in range(start, start + at_once))
                database.execute(insert, [value for row in rows for value in row])
            database.execute("COMMIT")
        return (written() - before) / (os.path.getsize(log) - size)


print(f"64 rows a statement: {share('INSERT', 64, 'FILE'):.1f}")
print(f"1 row a statement: {share('INSERT', 1, 'FILE'):.1f}")
print(f"64 rows a statement, OR ROLLBACK: {share('INSERT OR ROLLBACK', 64, 'FILE'):.1f}")
print(f"64 rows a statement, temp_store = MEMORY: {share('INSERT', 64, 'MEMORY'):.1f}")
END

seen=$("$folder/venv/bin/python" "$folder/insert.py")
echo "$seen"
[ "$seen" = "$(sed -n '/^# Output seen/,/^set -eu/s/^#     //p' "$0")" ]
