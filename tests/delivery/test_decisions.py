"""
Decisions: users are told of those that are not saved yet, and when they are.
"""

import pytest
from attrs import define, field
from logins import come, told
from stores import SlowStore

from twisted_chat.moderation.alarms import INTERVAL
from twisted_chat.testing import Chat, Person

UNDONE = "The disk fails; if the server stops now, this is undone."


@define(eq=False)
class House:
    """
    A room of Alice's that Bob operates and a guest is in, and an operator of the server.
    """

    store: SlowStore = field(factory=lambda: SlowStore(is_slow=False, slow=("write",)))
    chat: Chat = field(init=False)
    alice: Person = field(init=False)
    bob: Person = field(init=False)
    gast: Person = field(init=False)
    oscar: Person = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.chat = Chat(store=self.store)
        self.alice, self.bob, self.gast = (
            come(self.chat, nick) for nick in ("alice", "bob", "gast")
        )
        self.oscar = come(self.chat, "oscar", "operator")
        for person in (self.alice, self.bob, self.gast):
            person.types("/join den")
        self.alice.types("/op bob")
        self.chat.hub.alarms.start()
        self.chat.advance(0)
        self.saved(self.alice)

    def saved(self, *people: Person) -> list[list[str]]:
        """
        Return what people read of what is saved; what else they read is forgotten.
        """
        everybody = (self.alice, self.bob, self.gast, self.oscar)
        read = {id(person): person.reads() for person in everybody}
        return [
            [line for line in read[id(person)] if "saved" in line and "***" not in line]
            for person in people
        ]

    def fails(self) -> None:
        """
        Let the disk fail from now on.
        """
        self.store.is_slow = True

    def refuses(self) -> None:
        """
        Let what is asked for fail now.
        """
        while self.store.asked:
            self.store.fails()
            self.chat.advance(0)
        self.chat.advance(0)

    def recovers(self) -> None:
        self.store.is_slow = False
        self.store.answers(len(self.store.asked))
        self.chat.advance(INTERVAL)
        self.chat.advance(INTERVAL)


@pytest.fixture
def house() -> House:
    return House()


@pytest.mark.parametrize("is_known", [False, True])
@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("/private on", "private on in #den"),
        ("/ban gast 1h", "ban gast in #den"),
        ("/kick gast", "kick gast in #den"),
        ("/voice gast", "voice gast in #den"),
        ("/topic tea", "topic in #den"),
    ],
)
def test_a_decision_in_a_room_is_told_to_its_owner_and_to_who_decides(
    house: House, line: str, what: str, is_known: bool
) -> None:
    house.fails()
    if is_known:
        # The disk fails already when it is decided.
        house.gast.types("hello")
        house.refuses()
    house.bob.types(line)
    house.refuses()
    unsaved = [f"(not saved yet) bob: {what}. {UNDONE}"]
    assert house.saved(house.bob, house.alice, house.gast, house.oscar) == [
        unsaved, unsaved, [], []
    ]  # fmt: skip
    house.recovers()
    saved = [f"(saved now) bob: {what}"]
    assert house.saved(house.bob, house.alice, house.gast, house.oscar) == [saved, saved, [], []]
    house.recovers()
    assert house.saved(house.bob, house.alice) == [[], []]


def test_an_owner_does_not_read_which_address_is_banned_from_their_room(house: House) -> None:
    house.oscar.types("/join den")
    house.fails()
    house.oscar.types("/ban 192.0.2.0/28 1h")
    house.refuses()
    own, others = (
        f"(not saved yet) oscar: ban {what} in #den. {UNDONE}"
        for what in ("192.0.2.0/28", "an address")
    )
    assert house.saved(house.oscar, house.alice, house.bob) == [[own], [others], []]


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("/serverban mallory 1h", "ban mallory"),
        ("/servermute gast 1h", "mute gast"),
        ("/announce tea", "announce"),
    ],
)
def test_a_decision_on_the_whole_server_is_told_to_all_operators(
    house: House, line: str, what: str
) -> None:
    other = come(house.chat, "carol", "operator")
    other.reads()
    house.fails()
    house.oscar.types(line)
    house.refuses()
    unsaved = [f"(not saved yet) oscar: {what}. {UNDONE}"]
    assert house.saved(house.oscar, house.alice) == [unsaved, []]
    assert unsaved[0] in other.reads()
    house.recovers()
    assert f"(saved now) oscar: {what}" in other.reads()


def test_a_new_room_an_invitation_and_a_report_are_told_to_who_makes_them(house: House) -> None:
    house.alice.types("/private on")
    house.saved()
    house.fails()
    house.bob.types("/join attic")
    house.bob.types("/invite oscar den")
    house.oscar.types("/join attic")
    house.bob.types("/report oscar rude")
    house.refuses()
    by_bob, by_oscar, to_alice = house.saved(house.bob, house.oscar, house.alice)
    assert f"(not saved yet) bob: become owner in #attic. {UNDONE}" in by_bob
    assert f"(not saved yet) bob: report oscar. {UNDONE}" in by_bob
    # Not the one who is reported, however much they are to know.
    assert not [line for line in by_oscar if "report" in line]
    assert to_alice == [line for line in by_bob if "invite" in line]


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("/set width 150", "set width"),
        ("/set bell default", "set bell"),
        ("/ignore gast", "ignore gast"),
        ("/unignore oscar", "unignore oscar"),
        ("/msg carol tea?", "message carol"),
    ],
)
def test_what_concerns_a_user_alone_is_told_to_nobody_else(
    house: House, line: str, what: str
) -> None:
    come(house.chat, "carol").types("/quit")
    house.bob.types("/ignore oscar", "/join den")
    house.saved()
    house.fails()
    house.bob.types(line)
    house.refuses()
    unsaved = [f"(not saved yet) bob: {what}. {UNDONE}"]
    assert house.saved(house.bob, house.alice, house.gast, house.oscar) == [unsaved, [], [], []]
    house.recovers()
    saved = [f"(saved now) bob: {what}"]
    assert house.saved(house.bob, house.alice, house.gast, house.oscar) == [saved, [], [], []]


def test_a_guest_who_sets_something_for_this_visit_reads_nothing_of_it(house: House) -> None:
    house.fails()
    house.gast.types("hello", "/set bell on", "/ignore bob", "/unignore bob")
    house.refuses()
    assert house.saved(house.gast) == [[]]


@pytest.mark.parametrize(
    ("line", "told"),
    [("/ban mallory 1h", "You banned mallory from #den"), ("/set bell on", "The bell is on.")],
)
def test_that_a_decision_is_not_saved_is_told_in_the_same_write_as_the_decision(
    house: House, line: str, told: str
) -> None:
    # A kill between the two would leave them with what is not true.
    house.fails()
    writes: list[bytes] = []
    house.bob.protocol.write_by(writes.append)
    house.bob.types(line)
    house.refuses()
    (written,) = [each.decode() for each in writes if told.encode() in each]
    assert "(not saved yet)" in written


def test_what_is_saved_is_told_as_it_always_was(house: House) -> None:
    read = told(house.bob, "/ban gast 1h")
    assert not [line for line in read if "saved" in line]
    # Also where the disk takes its time.
    house.fails()
    house.bob.types("/mute gast 1h")
    house.store.answers(len(house.store.asked))
    house.chat.advance(0)
    house.recovers()
    assert house.saved(house.bob, house.alice) == [[], []]


def test_a_restart_undoes_what_was_said_to_be_unsaved_and_keeps_the_rest(house: House) -> None:
    house.bob.types("/ban mallory 1h")
    house.fails()
    house.bob.types("/slow 5s")
    house.refuses()
    assert house.saved(house.bob) == [[f"(not saved yet) bob: slow 5s in #den. {UNDONE}"]]
    chat = Chat(store=house.store.store)
    alice = come(chat, "alice")
    alice.types("/join den")
    assert told(alice, "/bans")[-1].startswith("ban of mallory")
    assert "slow" not in " ".join(told(alice, "/modes"))
