#!/usr/bin/env bash
#
# prompt_toolkit 3.0.53 shows no `bottom_toolbar` where the terminal is not asked for the position of
# its cursor (`Vt100_Output(enable_cpr=False)`), and says nothing: the toolbar waits until the height
# below the cursor is known, which then is never (`renderer_height_is_known`).  An output that tells
# that itself, with `get_rows_below_cursor_position`, shows it, just below the prompt.
#
# Expected: a toolbar, below the prompt, in both cases.  A client that does not want to wait for an
# answer of the terminal before each batch of lines has to tell the rows.
# Needs python3 and the network for two packages.

set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet prompt_toolkit==3.0.53 wcwidth==0.9.4

"$folder/venv/bin/python" - <<'PYTHON'
import io

from prompt_toolkit import PromptSession
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output.vt100 import Vt100_Output


class Telling(Vt100_Output):
    def get_rows_below_cursor_position(self):
        return 1


def shown(kind):
    screen = io.StringIO()
    output = kind(screen, lambda: Size(rows=24, columns=80), term="xterm", enable_cpr=False)
    with create_pipe_input() as keys:
        session = PromptSession("> ", bottom_toolbar="STATUS", input=keys, output=output)
        session.app.after_render += lambda _: keys.send_text("\r")
        session.prompt()
    return "STATUS" in screen.getvalue()


assert not shown(Vt100_Output), "the toolbar is shown by itself: that has changed"
assert shown(Telling), "the toolbar is not shown although the rows are told: that has changed"
print("Without CPR the toolbar is hidden, unless the output tells the rows below the cursor.")
PYTHON
