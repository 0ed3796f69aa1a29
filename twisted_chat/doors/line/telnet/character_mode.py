"""
The character mode of telnet: the client sends each key, and the server edits the line.

It is offered to who seems to sit at a terminal: whose client has told the size of a window and the
name of a terminal that moves its cursor, and has answered quickly, for each key is shown only when
it comes back.  Programs tell nothing of that, and neither do clients whose input is piped.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from attrs import define, field

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted_chat.doors.line.telnet.options import Options
    from twisted_chat.world.model import Session

#: Seconds within which a client that is quick enough has told the name of its terminal.
QUICK = 0.5
# Terminals that people use, by how their names begin; clients of games tell their own.
_MOVES_CURSOR = re.compile(
    r"(?:dec-)?(?:vt\d|ansi|xterm|screen|tmux|linux|rxvt|putty|konsole|gnome|vte|kitty|alacritty|foot"
    r"|wezterm|iterm|contour|st-|eterm|mlterm|cygwin|mintty|teraterm|cons25|sun|wsvt)"
)


@define(eq=False)
class CharacterMode:
    """
    Whether the lines of one client are edited here.

    Args:
        begin: edits them from now on, in a terminal of this name.
        end: leaves that to the client again.

    Attributes:
        is_on: they are.
    """

    _begin: Callable[[str], None]
    _end: Callable[[], None]
    is_on: bool = field(init=False, default=False)
    # What the user wanted, when that was looked at last.
    _wanted: bool | None = field(init=False, default=None)

    def look(self, options: Options, session: Session, *, has_begun_line: bool) -> None:
        """
        Do what the client has agreed to, and offer it what its user may want.

        Args:
            has_begun_line: something is typed that would be lost.
        """
        if options.edits != self.is_on:
            self._follow(options)
        if session.user is None:
            if options.has_window:
                # It is known then when a password has let them in.
                options.ask_for_kind()
            return
        before, wanted = self._wanted, session.user.settings.preferences.editor
        self._wanted = wanted
        if wanted is False:
            if options.offers_editing and not has_begun_line:
                options.stop_editing()
                self._follow(options)
        elif not options.offers_editing and self._may_offer(
            options, is_wanted=wanted is True, is_new=wanted is not before
        ):
            options.offer_editing()

    def _follow(self, options: Options) -> None:
        is_changed, self.is_on = options.edits != self.is_on, options.edits
        if is_changed and self.is_on:
            self._begin(options.kind or "")
        elif is_changed:
            self._end()

    def _may_offer(self, options: Options, *, is_wanted: bool, is_new: bool) -> bool:
        if options.refuses_editing and not (is_wanted and is_new):
            return False
        if options.kind is None:
            if options.has_window or is_wanted:
                options.ask_for_kind()
            return False
        if is_wanted:
            return True
        moves = _MOVES_CURSOR.match(options.kind) is not None
        return options.has_window and moves and options.answered_in <= QUICK
