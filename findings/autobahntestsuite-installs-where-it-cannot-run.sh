#!/usr/bin/env bash
#
# autobahntestsuite 25.10.1 (October 2025), the conformance tests of WebSockets, installs on Python
# 3 without a word: its metadata asks for no version of Python and for no other package.  It is
# written for Python 2, and needs Twisted and autobahn:
#
#   $ wstest --help
#   ModuleNotFoundError: No module named '_version'
#
# Expected: a release of that year runs on Python 3, or says that it does not (Requires-Python).  A
# test run that only looks whether `pip install` works believes that it has the suite.
# Needs python3 and the network for one package.

set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check autobahntestsuite==25.10.1
if said=$("$folder/venv/bin/wstest" --help 2>&1); then
    echo "It runs now: $said"
    exit 1
fi
echo "$said" | tail -1
echo "$said" | grep -q "No module named '_version'"
requires=$("$folder/venv/bin/python" -c '
from importlib.metadata import metadata
found = metadata("autobahntestsuite")
print(found["Requires-Python"], found.get_all("Requires-Dist"))
')
echo "Requires-Python and Requires-Dist: $requires"
[[ $requires == "None None" ]]
