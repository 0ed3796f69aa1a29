#!/bin/sh
# Twisted 26.10.0: twisted.python.logfile.LogFile, in a folder whose name has brackets.
#
# Behaviour: to find the numbered files of before, it takes the path of the log for a pattern.  In a
# folder called "[logs]" it finds none, so that each rotation puts the last file in place of the one
# before, whatever number of files it is to keep.
#
# Output seen:
#     logs: log.1 has "2", log.2 has "1"
#     [logs]: log.1 has "2", log.2 is not there
#
# Needs python3 with venv, and the network for one package.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet 'twisted==26.10.0'

cat > "$folder/rotate.py" <<'END'
import pathlib, sys
from twisted.python.logfile import LogFile

for name in ("logs", "[logs]"):
    place = pathlib.Path(sys.argv[1], name)
    place.mkdir()
    log = LogFile("log", str(place), maxRotatedFiles=9)
    for text in "12":
        log.write(text)
        log.rotate()
    log.close()
    found = []
    for file in (place / "log.1", place / "log.2"):
        what = f'has "{file.read_text()}"' if file.exists() else "is not there"
        found.append(f"{file.name} {what}")
    print(f"{name}: {', '.join(found)}")
END

"$folder/venv/bin/python" "$folder/rotate.py" "$folder" > "$folder/output"
cat "$folder/output"
diff - "$folder/output" <<'END'
logs: log.1 has "2", log.2 has "1"
[logs]: log.1 has "2", log.2 is not there
END
