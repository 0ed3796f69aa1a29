"""
What a terminal does when the user is named.
"""

from twisted_chat.client.show.alert import alert
from twisted_chat.client.show.line import Kind, Line

QUIET = Line(Kind.TALK, 0, "hi", nick="bob", room="dev")
NAMED = Line(Kind.TALK, 0, "hi ada", nick="bob", room="dev", rings=True)
TOLD = Line(Kind.PRIVATE, 0, "psst", nick="e\x1b]ve", rings=True)


def test_it_rings_once_and_only_for_what_rings() -> None:
    assert alert("bell", [QUIET]) == ""
    assert alert("bell", [NAMED, QUIET, TOLD]) == "\a"
    assert alert("off", [NAMED]) == ""


def test_a_notification_says_who_and_where_but_not_what() -> None:
    assert alert("notify", [NAMED]) == "\x1b]9;bob in #dev\x1b\\"
    assert alert("both", [TOLD]) == "\a\x1b]9;e^[]ve\x1b\\"
