#!/bin/sh
# chromium-headless-shell 156 of Debian 12, driven by playwright 1.65.2: the end of a modal dialog.
#
# Guess: when a dialog is closed, the field that had the focus before has it again, and takes what is
# typed, whether or not the fields of the dialog are removed from the document at the same time.
#
# Behaviour: if the field of the dialog in which was typed is removed in the same handler as the dialog
# is closed, before or after, the earlier field is document.activeElement and gets the events of keys,
# but nothing that is typed appears in it.  If the field of the dialog stays, it does.
#
# Output seen:
#     close: t abc
#     close, remove: t a
#     remove, close: t a
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet 'playwright==1.65.2' 2>/dev/null
chromium-headless-shell --version | grep -q ' 156\.'

cat > "$folder/type.py" <<'END'
import shutil

from playwright.sync_api import sync_playwright

PAGE = """
<textarea id=t></textarea>
<dialog id=d><form id=f><div id=w><input type=password></div><button>OK</button></form></dialog>
<script>t.focus(); f.onsubmit = event => { event.preventDefault(); DO };</script>
"""
WAYS = {
    "close": "d.close()",
    "close, remove": "d.close(); w.replaceChildren()",
    "remove, close": "w.replaceChildren(); d.close()",
}
with sync_playwright() as playwright:
    path = shutil.which("chromium-headless-shell")
    browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
    for name, do in WAYS.items():
        page = browser.new_page()
        page.set_content(PAGE.replace("DO", do))
        page.keyboard.type("a")
        page.evaluate("d.showModal()")
        page.keyboard.type("x")
        page.keyboard.press("Enter")
        page.wait_for_function("!d.open")
        page.keyboard.type("bc")
        print(f"{name}:", *page.evaluate("[document.activeElement.id, t.value]"))
    browser.close()
END
seen=$("$folder/venv/bin/python" "$folder/type.py")
echo "$seen"
[ "$seen" = "$(sed -n '/^# Output seen/,/^set -eu/s/^#     //p' "$0")" ]
