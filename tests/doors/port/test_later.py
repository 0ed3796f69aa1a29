"""
A door that is made when its first client comes.
"""

from shared_irc import Clients
from twisted.internet.protocol import Factory

from twisted_chat.doors.port.later import Later


class Door(Factory):
    def __init__(self, settings, motd):
        self.given = settings, motd
        self.connections = 0

    def refresh(self, settings, motd):
        self.given = settings, motd

    def buildProtocol(self, addr):  # noqa: N802  # Twisted calls it so
        self.connections += 1
        return self.given


def test_it_is_made_once_with_the_settings_of_that_moment_and_follows_later_ones():
    made = []

    def make(settings, motd):
        made.append(Door(settings, motd))
        return made[-1]

    later = Later(make, "first", "hello")
    seen = []
    later.on_made = seen.append
    later.refresh("second", "moin")
    assert (made, later.connections) == ([], 0)
    assert later.buildProtocol(None) == ("second", "moin")
    later.refresh("third", "")
    assert later.buildProtocol(None) == ("third", "")
    assert (len(made), later.connections) == (1, 2)
    assert later.made is later.proper() is made[0]
    assert seen == made


def test_an_open_irc_door_follows_new_settings():
    here = Clients()
    limits = type(here.factory.limits)(max_line=100)
    later = Later(lambda *_: here.factory, None, "")
    later.buildProtocol(None)
    later.refresh(limits, "Be kind.")
    client = here.arrive("tina")
    assert client.asks("MOTD")[1] == ":chat.example 372 tina :- Be kind."
    (line,) = client.asks(f"PRIVMSG #lobby :{'x' * 100}")
    assert line.split()[1] == "417"
