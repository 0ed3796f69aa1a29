"""
The replies of this door alone are values: equal if they say the same.
"""

from twisted_chat.doors.irc.replies import Denied, NamesOf, Numerics, Sent, Written
from twisted_chat.replies.reply import Refused


def test_they_are_values():
    refused = Refused(0.0, "no-pins", "No lines.")
    for kind, given in (
        (Numerics, ((("315", "x"),),)),
        (Sent, ((("PONG", "x"),), "srv")),
        (NamesOf, ("den",)),
        (Written, (("422 x",),)),
        (Denied, ("PINS", "#den", refused)),
    ):
        assert kind(0.0, *given) == kind(0.0, *given)
        assert kind(0.0, *given) != kind(1.0, *given)
