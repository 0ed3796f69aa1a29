"""
What outsiders cannot learn of a channel or change in it, by any verb and any tag.

A wrong permission on REDACT, and metadata of channels that outsiders could read, were holes of a
leading server of IRC in 2026: the one policy decides here too.
"""

from __future__ import annotations

import pytest
from shared_irc import Client, Clients

CAPS = (
    "message-tags", "draft/message-redaction", "draft/chathistory", "batch", "echo-message",
    "standard-replies",
)  # fmt: skip
# Of a private room none of these may be in what an outsider is told.
SECRETS = ("cellar", "marker", "Treasure", "alice", "hidden words")


class Scene:
    """
    A private room with a topic, a ban, a mute, a key and a line; alice owns it, eve is outside.
    """

    def __init__(self) -> None:
        self.here = Clients()
        self.alice, self.eve = self._arrive("alice"), self._arrive("eve")
        self.alice.sends(
            "PRIVMSG NickServ :REGISTER correct-horse",
            "PART #lobby",
            "JOIN #cellar",
            "TOPIC #cellar :Treasure",
            "MODE #cellar +is",
            "MODE #cellar +k marker-key-1",
            "MODE #cellar +b marker",
            "PRIVMSG #cellar :hidden words",
        )
        said = next(m for m in self.alice.messages() if m.params[-1:] == ("hidden words",))
        self.id = said.tags["msgid"]
        self.eve.reads()

    def _arrive(self, nick: str) -> Client:
        client = self.here.arrive(nick, *CAPS)
        client.reads()
        return client


@pytest.fixture
def scene() -> Scene:
    return Scene()


# What makes a difference to nobody who is not there, and what makes a channel where there is none.
ASKED = [
    "MODE #cellar", "MODE #cellar +b", "MODE #cellar b", "TOPIC #cellar", "NAMES #cellar",
    "LIST #cellar", "LIST *cell*", "WHO #cellar", "WHO #cellar %tcuihsnfdlaor",
    "CHATHISTORY LATEST #cellar * 50", "CHATHISTORY AROUND #cellar msgid=ID 9",
    "CHATHISTORY BEFORE #cellar timestamp=2030-01-01T00:00:00.000Z 9",
    "PART #cellar", "PRIVMSG #cellar :hi", "NOTICE #cellar :hi", "INVITE eve #cellar",
    "KICK #cellar alice", "TOPIC #cellar :mine", "REDACT #cellar ID",
    "REDACT #cellar ID :because", "@+reply=ID PRIVMSG #cellar :hi",
    "@+reply=ID;+draft/react=x TAGMSG #cellar", "@+typing=active TAGMSG #cellar",
    "PRIVMSG ChatServ :history cellar", "PRIVMSG ChatServ :modes cellar",
    "PRIVMSG ChatServ :who cellar", "MARKREAD #cellar",
]  # fmt: skip
ALSO_ASKED = [
    "LIST", "JOIN #cellar", "JOIN #cellar wrong-key-1", "@+reply=ID PRIVMSG #lobby :hi",
    "@+reply=ID;+draft/react=x TAGMSG #lobby", "REDACT #lobby ID", "SEARCH hidden", "HISTORY",
    "LUSERS", "WHOIS eve", "METADATA #cellar LIST",
]  # fmt: skip


@pytest.mark.parametrize("asked", [*ASKED, *ALSO_ASKED])
def test_of_a_private_channel_an_outsider_learns_nothing_and_its_members_notice_nothing(
    scene: Scene, asked: str
) -> None:
    told = scene.eve.asks(asked.replace("ID", scene.id))
    # What they typed may come back to them as they typed it.
    words = {word.strip("#:") for word in asked.split()}
    for secret in SECRETS:
        if secret not in words:
            assert not any(secret in line for line in told), told
    assert scene.id not in "".join(told) or "ID" in asked
    assert scene.alice.reads() == []


@pytest.mark.parametrize("asked", ASKED)
def test_what_is_answered_is_the_same_as_for_a_channel_that_is_not_there(
    scene: Scene, asked: str
) -> None:
    there = scene.eve.asks(asked.replace("ID", scene.id))
    absent = scene.eve.asks(asked.replace("cellar", "nowhere").replace("ID", scene.id))
    assert [line.replace("nowhere", "cellar") for line in absent] == there


# -- REDACT ---------------------------------------------------------------------------------------


def said_by(client: Client, room: str, text: str) -> str:
    client.sends(f"PRIVMSG {room} :{text}")
    return next(m.tags["msgid"] for m in client.messages() if m.params[-1] == text)


def still_there(client: Client, room: str, text: str) -> bool:
    client.reads()
    return any(text in line for line in client.asks(f"CHATHISTORY LATEST {room} * 50"))


def test_nobody_but_its_author_and_operators_of_the_channel_delete_a_line() -> None:
    here = Clients()
    olga, alice, bob = (here.arrive(nick, *CAPS) for nick in ("olga", "alice", "bob"))
    olga.sends("PRIVMSG NickServ :REGISTER correct-horse")
    for client in (olga, alice, bob):
        client.sends("JOIN #den")
        client.reads()
    for text, who, may in [
        ("first words", bob, False), ("second words", alice, True), ("third words", olga, True),
    ]:  # fmt: skip
        id_ = said_by(alice, "#den", text)
        told = who.asks(f"REDACT #den {id_}")
        refused = [line for line in told if " FAIL REDACT REDACT_FORBIDDEN " in line]
        assert bool(refused) is not may, told
        assert still_there(bob, "#den", text) is not may
    # Rights in one channel are none in another, wherever the line is looked for.
    bob.sends("JOIN #bobs")
    bob.reads()
    id_ = said_by(alice, "#den", "fourth words")
    for channel in ("#bobs", "#den", "#lobby", "bob", "alice"):
        told = bob.asks(f"REDACT {channel} {id_}")
        assert any(" FAIL REDACT " in line for line in told), (channel, told)
    assert still_there(alice, "#den", "fourth words")


def test_who_has_left_or_was_kicked_or_banned_deletes_nothing_there() -> None:
    here = Clients()
    olga, alice = here.arrive("olga", *CAPS), here.arrive("alice", *CAPS)
    olga.sends("PRIVMSG NickServ :REGISTER correct-horse", "JOIN #den")
    alice.sends("JOIN #den")
    olga.reads()
    id_ = said_by(alice, "#den", "my own words")
    olga.sends("MODE #den +b alice")
    alice.reads()
    told = alice.asks(f"REDACT #den {id_}")
    assert any(" FAIL REDACT " in line for line in told), told
    assert still_there(olga, "#den", "my own words")


@pytest.mark.parametrize("id_", ["nonsense", "1-1", "0", "-1", "999999-999999", "''", "*"])
def test_an_id_that_is_none_deletes_nothing(id_: str) -> None:
    here = Clients()
    alice = here.arrive("alice", *CAPS)
    said_by(alice, "#lobby", "some words")
    (line,) = alice.asks(f"REDACT #lobby {id_}")
    assert line.startswith(f":chat.example FAIL REDACT UNKNOWN_MSGID #lobby {id_} :")
    assert still_there(alice, "#lobby", "some words")
