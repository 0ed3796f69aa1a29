"""
Names: who is in each channel.
"""

from hypothesis import given
from hypothesis import strategies as st

from twisted_chat.doors.irc.kept.names import Names
from twisted_chat.testing import Chat


class Den:
    """
    A server whose #den ada owns.
    """

    def __init__(self):
        self.chat = Chat()
        self.names = Names(self.chat.hub.turns)
        self.people = {}
        self.comes("ada")

    @property
    def room(self):
        return self.chat.hub.find_room("den")

    def comes(self, nick):
        person = self.chat.connect()
        self.people[nick] = person
        person.types(nick)
        self.does(nick, "/join den")

    def does(self, nick, line):
        """
        Do a command, and leave the turn open.
        """
        session = self.people[nick].protocol.session
        self.chat.dispatcher.dispatch(session, line)

    def lists(self, behind="", most=400):
        return self.names.lines(self.room, behind, most)


def test_members_are_listed_with_the_prefix_of_their_rank():
    den = Den()
    den.comes("bob")
    assert den.lists() == ["@ada bob"]
    den.chat.advance()
    assert den.lists(behind="!x@y") == ["@ada!x@y bob!x@y"]


def test_who_enters_in_the_same_turn_stands_behind_those_before():
    den = Den()
    people = ["bob", "carol", "dora"]
    for nick in people:
        person = den.chat.connect()
        den.people[nick] = person
        person.types(nick)
    den.chat.advance()
    for index, nick in enumerate(people, 1):
        den.does(nick, "/join den")
        assert den.lists() == [" ".join(["@ada", *people[:index]])]
        den.does(nick, "hello")


CHANGES = st.sampled_from(
    [
        *("bob:/join den", "carol:/join den", "dora:/join den", "bob:/leave den"),
        *("carol:/leave den", "ada:/voice bob", "ada:/op carol", "ada:/unvoice bob"),
        *("ada:/kick carol", "dora:/nick eve", "dora:/nick dora", "bob:hello", "ada:/away"),
        *("ada:/op bob", "ada:/deop bob", "dora:/quit", "turn"),
    ]
)


@given(changes=st.lists(CHANGES, max_size=20), behind=st.sampled_from(["", "!~u@chat"]))
def test_whatever_happened_in_a_turn_the_names_are_those_of_now(changes, behind):
    den = Den()
    owner = den.people["ada"]
    owner.types("/register", "correct horse", "correct horse")
    for nick in ("bob", "carol", "dora"):
        person = den.people[nick] = den.chat.connect()
        person.types(nick)
    for change in changes:
        if change == "turn":
            den.chat.advance()
            continue
        nick, _, line = change.partition(":")
        if den.people[nick].protocol.session is not None:
            den.does(nick, line)
        lines = den.lists(behind, 30)
        marks = {"owner": "~", "operator": "@", "voiced": "+"}
        ranks = {
            each.name: marks.get(each.rank.name.lower(), "")
            for each in den.room.standings.values()
        }
        expected = [f"{ranks.get(user.nick, '')}{user.nick}{behind}" for user in den.room.members]
        assert " ".join(lines).split() == expected
        assert all(len(line) <= 30 for line in lines)


def test_a_line_is_full_by_its_bytes_and_a_long_name_stands_alone():
    den = Den()
    for nick in ("Дора", "Ева"):
        den.comes(nick)
    assert den.lists(most=13) == ["@ada Дора", "Ева"]
    assert den.lists(most=3) == ["@ada", "Дора", "Ева"]
