#!/bin/sh
# precis-i18n 1.1.2: the UnicodeEncodeError of Profile.enforce(text).
#
# Guess: its `start` is a place in the text that was given, as with the codecs whose error it is, so
# that text[error.start] is the character that was refused.
#
# Behaviour: it is a place in `error.object`, and that is the text as the profile has mapped it so
# far: composed, small, narrow.  Where a letter came as itself and its mark, or a capital becomes two
# characters, text[error.start] is another character, or there is none.  The name of the character
# is that of error.object[error.start].
#
# Output seen:
#     OpaqueString: refused at 5, where the text has LATIN SMALL LETTER S, the object ZERO WIDTH SPACE
#     UsernameCaseMapped: refused at 3, where the text has nothing, the object ZERO WIDTH SPACE
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet 'precis-i18n==1.1.2' 2>/dev/null

cat > "$folder/refused.py" <<'END'
import unicodedata

from precis_i18n import get_profile

TYPED = {"OpaqueString": "e\u0301pass\u200bword", "UsernameCaseMapped": "\u0130x\u200b"}
for profile, text in TYPED.items():
    try:
        get_profile(profile).enforce(text)
    except UnicodeEncodeError as error:
        at = slice(error.start, error.start + 1)
        has = [unicodedata.name(each[at]) if each[at] else "nothing" for each in (text, error.object)]
        print(f"{profile}: refused at {error.start}, where the text has {has[0]}, the object {has[1]}")
END

seen=$("$folder/venv/bin/python" "$folder/refused.py")
echo "$seen"
[ "$seen" = "$(sed -n '/^# Output seen/,/^set -eu/s/^#     //p' "$0")" ]
