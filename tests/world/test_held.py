"""
What stands in the place of a lost connection.
"""

from twisted_chat.events import Told
from twisted_chat.world.client import Prompt
from twisted_chat.world.held import Held
from twisted_chat.world.settings import Preferences


def test_nobody_is_there_to_write_to_or_to_ask() -> None:
    held = Held()
    held.write(b"x")
    held.hold_back(1)
    held.resume()
    held.close("kicked")
    assert held.prompt(Prompt()) == b""
    assert held.dialect.render(Told(0.0, "ada", "bob", "psst")) == b""
    assert held.adapt(Preferences(), several_rooms=True) is held
    assert not held.can_be_asked
