"""
Secrets typed ahead: where one cannot be asked for or checked, no user ever reads it.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import pytest
from attrs import evolve
from stores import HangingStore
from twisted.internet.address import IPv4Address
from twisted.internet.defer import Deferred
from twisted.logger import capturedLogs, formatEvent

from twisted_chat import ChatError, Context, command
from twisted_chat.calls import ANSWER_WITHIN
from twisted_chat.limits import Rate
from twisted_chat.store.interface import StoreFailed
from twisted_chat.store.records import PasswordSet, RolesSet
from twisted_chat.store.snapshot import Credentials
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import NO_LIMITS, Chat, MemoryHasher, Person

FAR = "198.51.100.7"
ALICE = "kettle-on-the-hob"
OPERATORS = "quarry under frost"
NEW = "zinnia-by-lamplight"
VAULT = "mind the third step"
SECRETS = (ALICE, OPERATORS, NEW, VAULT)
CANNOT_CHECK = (
    "That password cannot be checked now, please try again later. The server's log says why."
)
CANNOT_HASH = (
    "A new password cannot be saved now, please try again later. The server's log says why."
)

# -- how a client sends what it has to say --------------------------------------------------------


def in_one_packet(person: Person, lines: list[str]) -> None:
    person.sends("".join(f"{line}\r\n" for line in lines).encode())


def line_by_line(person: Person, lines: list[str]) -> None:
    for line in lines:
        person.types(line)


def byte_by_byte(person: Person, lines: list[str]) -> None:
    for byte in "".join(f"{line}\r\0" for line in lines).encode():
        person.sends(bytes([byte]))


def cut_within_lines(person: Person, lines: list[str]) -> None:
    data = "".join(f"{line}\n" for line in lines).encode()
    for start in range(0, len(data), 7):
        person.sends(data[start : start + 7])


WAYS = [in_one_packet, line_by_line, byte_by_byte, cut_within_lines]
Way = Callable[[Person, list[str]], None]


# -- a server with users --------------------------------------------------------------------------


class House:
    """
    Alice and an operator have accounts and are away, a vault is locked, and Carol listens.
    """

    def __init__(self, store: MemoryStore | None = None, *plugins: ModuleType) -> None:
        self.store = store or MemoryStore()
        self.chat = Chat(*plugins, store=self.store)
        for nick, password in (("alice", ALICE), ("oscar", OPERATORS), ("vera", ALICE)):
            person = self.chat.arrive(nick)
            person.types("/register", password, password)
            if nick == "vera":
                person.types("/join attic", "/private on", "/join vault", "/lock", VAULT, VAULT)
            else:
                person.hangs_up()
        oscar = self.chat.hub.world.find_account("oscar")
        assert oscar is not None
        self.store.write([RolesSet(oscar.id, frozenset({"operator"}))])
        self.listeners = [self.chat.arrive("carol"), person]
        for each in self.listeners:
            each.reads()

    @property
    def hasher(self) -> MemoryHasher:
        hasher = self.chat.hub.verifier._hasher
        assert isinstance(hasher, MemoryHasher)
        return hasher

    def damage(self, nick: str) -> None:
        account = self.chat.hub.world.find_account(nick)
        assert account is not None
        self.store.write([PasswordSet(account.id, "torn page")])

    def damage_vault(self) -> None:
        vault = self.chat.hub.rooms["vault"]
        vault.modes = evolve(vault.modes, password="torn page")  # no password

    def come_in(self, nick: str, password: str = ALICE) -> Person:
        person = self.chat.connect()
        person.types(nick, password)
        person.reads()
        return person

    def require_secrecy(self) -> None:
        """
        Check that no secret was read, became a nick, or is in the database.
        """
        read = [line for each in self.listeners for line in each.reads()]
        hub = self.chat.hub
        names = [each.nick for each in hub.users.values()] + list(hub.rooms)
        dump = list(self.store._connection.iterdump())
        for text in (*read, *names, *dump):
            for secret in SECRETS:
                assert secret not in text, text
                assert secret.replace(" ", "") not in text, text


def no_secret_in(events: list[dict[str, object]]) -> None:
    for event in events:
        text = f"{formatEvent(event)} {event!r}"
        assert not any(secret in text for secret in SECRETS), text


# -- what goes wrong ------------------------------------------------------------------------------


def unsafe(house: House) -> None:
    house.chat.hub.world.limits = evolve(NO_LIMITS, password_over_cleartext="deny")


def damaged(house: House) -> None:
    house.damage("alice")
    house.damage_vault()


def no_memory(house: House) -> None:
    house.hasher.fails_with = MemoryError("no room for 19456 blocks")


def no_thread(house: House) -> None:
    house.hasher.fails_with = RuntimeError("can't start new thread")


def busy(house: House) -> None:
    house.hasher.is_busy = True


FAULTS = [unsafe, damaged, no_memory, no_thread, busy]

# What a user who has just connected sends.
FROM_OUTSIDE = [
    ["alice", ALICE],
    ["ALICE", "not this one", ALICE],
    ["dora", "/login alice", ALICE],
    ["dora", "/login alice", "not this one", ALICE],
    ["dora", "/ghost alice", ALICE],
    ["dora", "/join vault", VAULT],
    ["dora", "/register", NEW, NEW],
]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("lines", FROM_OUTSIDE, ids=" ".join)
def test_a_secret_that_cannot_be_asked_for_or_checked_reaches_no_user(
    way: Way, fault: Callable[[House], None], lines: list[str]
) -> None:
    house = House()
    fault(house)
    person = house.chat.connect(FAR)
    with capturedLogs() as events:
        way(person, lines)
        house.chat.advance(5)
    house.require_secrecy()
    no_secret_in(events)
    assert person.is_connected


# What a user sends who connected before, when all was well.
FROM_INSIDE = [
    ["/passwd", ALICE, NEW, NEW],
    ["/passwd", "not this one", ALICE, NEW, NEW],
    ["/unregister", ALICE],
    ["/login oscar", OPERATORS],
    ["/join den", "/lock", NEW, NEW],
]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("lines", FROM_INSIDE, ids=" ".join)
def test_a_secret_of_a_user_who_is_already_here_reaches_no_user_either(
    way: Way, fault: Callable[[House], None], lines: list[str]
) -> None:
    house = House()
    alice = house.come_in("alice")
    fault(house)
    alice.transport.peerAddr = IPv4Address("TCP", FAR, 50000)
    with capturedLogs() as events:
        way(alice, lines)
        house.chat.advance(5)
    house.require_secrecy()
    no_secret_in(events)
    assert house.chat.hub.world.find_account("alice") is not None


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("lines", [*FROM_OUTSIDE[:5], *FROM_INSIDE[:3]], ids=" ".join)
@pytest.mark.parametrize("how", ["hangs", "fails", "raises"])
def test_a_store_that_does_not_answer_lets_no_user_read_what_was_typed_ahead(
    way: Way, lines: list[str], how: str
) -> None:
    class Failing(HangingStore):
        def credentials(self, account: int) -> Deferred[Credentials | None]:
            if "fails" in self.holds:
                raise StoreFailed("disk I/O error")
            if "raises" in self.holds:
                raise LookupError("no such row")
            return super().credentials(account)

    store = Failing()
    house = House(store)
    inside = lines in FROM_INSIDE
    person = house.come_in("alice") if inside else house.chat.connect(FAR)
    store.holds = ("credentials",) if how == "hangs" else (how,)
    with capturedLogs() as events:
        way(person, lines)
        for _ in range(60):
            house.chat.advance(0.5)
    store.holds = ()
    house.require_secrecy()
    no_secret_in(events)


@pytest.mark.parametrize("way", WAYS)
def test_a_hash_that_never_ends_lets_no_user_read_what_was_typed_ahead(way: Way) -> None:
    class Endless(MemoryHasher):
        def verify(self, hash: str | None, password: str) -> Deferred[bool]:  # noqa: A002
            return Deferred()

    house = House()
    house.chat.hub.verifier._hasher = Endless()
    person = house.chat.connect()
    way(person, ["alice", "not this one", ALICE, ALICE])
    # The name may wait for an answer of telnet.
    house.chat.advance(1)
    house.chat.advance(ANSWER_WITHIN)
    assert "That cannot be done now, please try again later" in " ".join(person.reads())
    house.chat.advance(5)
    house.require_secrecy()
    person.types("dora")
    assert house.listeners[0].reads() == ["*** dora has joined #lobby ***"]


# -- commands that are refused before they ask ----------------------------------------------------

REFUSED = [
    # A guest has none to change or to give up.
    ["/passwd", ALICE, NEW, NEW],
    ["/unregister", ALICE],
    # Nor operates the lobby.
    ["/lock", VAULT, VAULT],
    ["/login", ALICE],
    ["/login alice please", ALICE],
    ["/register alice", NEW, NEW],
    ["/regster", NEW, NEW],
    # Nor may take a name that is another's, or looks like one, or is none; nor enter such a room.
    ["/nick alice", ALICE],
    ["/nick a1ice", ALICE],
    ["/nick vera", ALICE],
    ["/nick caro1", OPERATORS],
    ["/nick al\u0456ce", ALICE],
    ["/nick server", OPERATORS],
    ["/join vau1t", VAULT],
    ["/join v@ult", VAULT],
    ["/join attic", VAULT],
    ["/pasword", ALICE, NEW, NEW],
    ["/unregistr", ALICE],
]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("lines", REFUSED, ids=" ".join)
def test_a_secret_behind_a_command_that_would_have_asked_for_it_is_dropped(
    way: Way, lines: list[str]
) -> None:
    house = House()
    dora = house.chat.arrive("dora")
    house.listeners[0].reads()
    way(dora, lines)
    house.require_secrecy()
    house.chat.advance(2)
    dora.reads()
    dora.types("that was it")
    assert house.listeners[0].reads() == ["dora: that was it"]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "lines", [["/register", ALICE, ALICE], ["/ghost alice", ALICE]], ids=" ".join
)
def test_a_secret_behind_a_command_that_asks_an_owner_no_password_is_dropped_too(
    way: Way, lines: list[str]
) -> None:
    house = House()
    way(house.come_in("alice"), lines)
    house.require_secrecy()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("lines", REFUSED, ids=" ".join)
def test_a_secret_of_a_user_who_types_too_fast_is_dropped_too(way: Way, lines: list[str]) -> None:
    house = House()
    house.chat.hub.world.limits = evolve(NO_LIMITS, rate=0.2, burst=1.0)
    dora = house.chat.arrive("dora")
    way(dora, lines)
    for _ in range(200):
        house.chat.advance(0.5)
    house.require_secrecy()
    assert [line for line in dora.reads() if "not sent" in line]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "lines",
    [["/reg", NEW, NEW], ["/registration alice", NEW, NEW], ["/pass", ALICE, NEW, NEW]],
    ids=" ".join,
)
def test_what_only_begins_like_a_command_that_asks_a_secret_is_taken_for_one(
    way: Way, lines: list[str]
) -> None:
    house = House()
    dora = house.chat.arrive("dora")
    way(dora, lines)
    house.require_secrecy()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "lines", [["/register", NEW, NEW], ["/passwd", ALICE, NEW, NEW], ["/reg", NEW]], ids=" ".join
)
def test_no_command_before_the_name_makes_a_password_a_name(way: Way, lines: list[str]) -> None:
    house = House()
    way(house.chat.connect(), lines)
    house.require_secrecy()


@pytest.mark.parametrize(
    "lines", [["/register", NEW, NEW], ["/login alice", ALICE, ALICE]], ids=" ".join
)
@pytest.mark.parametrize("seconds", [61, 600])
def test_a_secret_that_comes_after_its_question_has_gone_is_read_by_no_user(
    lines: list[str], seconds: int
) -> None:
    house = House()
    dora = house.chat.arrive("dora")
    dora.types(lines[0])
    house.chat.advance(seconds)
    dora.types(*lines[1:])
    house.require_secrecy()


def test_an_own_question_that_fails_is_never_called_switched_off() -> None:
    house = House()
    house.damage("alice")
    with capturedLogs() as events:
        for _ in range(12):
            house.chat.connect(FAR).types("alice", ALICE)
    assert not [event for event in events if "switched off" in str(formatEvent(event))]


def test_the_end_of_a_secret_that_is_typed_slowly_is_read_by_no_user() -> None:
    house = House()
    dora = house.chat.arrive("dora")
    dora.types("/passwd", ALICE)
    for byte in f"{NEW}\n".encode():
        dora.sends(bytes([byte]))
        house.chat.advance(0.7)
    house.require_secrecy()
    assert "dora" in house.chat.hub.users


@pytest.mark.parametrize("way", WAYS)
def test_a_secret_behind_a_join_that_is_refused_is_read_by_no_user(way: Way) -> None:
    house = House()
    carol, vera = house.listeners
    vera.types("/ban dora 1d")
    dora = house.chat.arrive("dora")
    carol.reads()
    way(dora, ["/join vault", VAULT])
    house.require_secrecy()


@pytest.mark.parametrize("way", WAYS)
def test_where_registration_is_closed_no_new_password_is_read(way: Way) -> None:
    house = House()
    house.chat.hub.world.limits = evolve(NO_LIMITS, register_rate=Rate(1, 3600))
    for nick in ("dora", "emil"):
        person = house.chat.arrive(nick, FAR)
        way(person, ["/register", NEW, NEW])
        house.require_secrecy()


# -- one fault harms no other user ----------------------------------------------------------------


def test_a_damaged_hash_is_told_logged_and_costs_no_guess_and_no_other_login() -> None:
    house = House()
    house.damage("alice")
    with capturedLogs() as events:
        for _ in range(12):
            person = house.chat.connect(FAR)
            in_one_packet(person, ["alice", ALICE])
            assert CANNOT_CHECK in person.reads()
            assert person.prompt == "Enter your name: "
            person.hangs_up()
    failures = [event for event in events if "log_level" in event and "Error" in str(event)]
    lines = [str(formatEvent(event)) for event in failures]
    # As many as of any other failure: five an hour.
    assert len(lines) == 5
    assert all("The password of 'alice' cannot be checked" in line for line in lines)
    assert not [line for line in lines if "kettle" in line or "torn" in line]
    assert not house.chat.hub.isolation.is_off("a password")
    oscar = house.come_in("oscar", OPERATORS)
    oscar.types("/stats")
    assert ", up " in oscar.reads()[0]


@pytest.mark.parametrize(
    "error", [MemoryError(), RuntimeError("can't start new thread"), OSError()]
)
def test_when_what_failed_works_again_so_does_every_login(error: Exception) -> None:
    house = House()
    house.hasher.fails_with = error
    for number in range(8):
        person = house.chat.connect(FAR)
        person.types("alice", ALICE)
        assert CANNOT_CHECK in person.reads()
        person.hangs_up()
        person = house.chat.arrive(f"guest{number}", FAR)
        person.types("/register", NEW, NEW)
        assert CANNOT_HASH in person.reads()
        person.hangs_up()
    house.hasher.fails_with = None
    alice = house.chat.connect(FAR)
    alice.types("alice", ALICE)
    assert alice.reads()[-1] == "Type /help for help."


def test_an_unknown_name_that_cannot_be_checked_is_answered_as_a_known_one() -> None:
    house = House()
    house.hasher.fails_with = MemoryError()
    dora = house.chat.arrive("dora")
    answers = []
    for name in ("alice", "nobody-at-all"):
        dora.types(f"/login {name}", ALICE)
        answers.append(dora.reads())
        house.chat.advance(5)
    assert answers == [[CANNOT_CHECK]] * 2


def test_a_locked_room_whose_hash_is_damaged_says_so_and_another_one_is_entered() -> None:
    house = House()
    vera = house.listeners[1]
    vera.types("/join den", "/lock", NEW, NEW)
    house.damage_vault()
    dora = house.chat.arrive("dora")
    for _ in range(6):
        dora.types("/join vault", VAULT)
        assert dora.reads() == [CANNOT_CHECK]
        house.chat.advance(2)
    dora.types("/join den", NEW)
    assert dora.reads() == ["You are in #den as dora with vera."]


# -- plugins --------------------------------------------------------------------------------------


def plugin(name: str, source: str) -> ModuleType:
    made = ModuleType(name)
    made.__dict__.update(command=command, Context=Context, ChatError=ChatError)
    exec(source, made.__dict__)  # as plugin files are
    return made


NOSY = """
asked = []
@command
def nosy(ctx: Context) -> None:
    "Ask everybody, all the time."
    for session in list(ctx.hub.sessions):
        if session is not ctx.session:
            try:
                ctx.hub.ask(session, "And your colour? ", asked.append)
            except ChatError as refusal:
                ctx.reply(str(refusal))
"""


def test_a_plugin_is_not_given_a_password_that_is_typed_while_it_asks() -> None:
    nosy = plugin("nosy", NOSY)
    store = HangingStore()
    house = House(store, nosy)
    for listener in house.listeners:
        listener.hangs_up()
    mallory, victim = house.chat.arrive("mallory"), house.chat.connect()
    # While it is asked for, while it is looked at, and while it is withheld.
    victim.types("alice")
    mallory.types("/nosy")
    assert mallory.reads() == ["Please answer the other question first."]
    store.holds = ("credentials",)
    victim.sends(f"not this one\n{ALICE}\n".encode())
    mallory.types("/nosy")
    assert mallory.reads() == ["Please answer the other question first."]
    store.goes_on()
    house.chat.advance()
    assert mallory.reads() == ["*** alice has joined #lobby ***"]
    assert nosy.asked == []


def test_a_password_question_replaces_a_plugins_question() -> None:
    nosy = plugin("nosy", NOSY)
    house = House(None, nosy)
    for listener in house.listeners:
        listener.hangs_up()
    mallory, victim = house.chat.arrive("mallory"), house.chat.connect()
    mallory.types("/nosy")
    assert victim.prompt == "And your colour? "
    # As where another plugin lets people in.
    house.chat.hub.logins.ask_to_log_in(victim.protocol.session, "alice")
    house.chat.advance()
    assert victim.prompt == "Password: "
    victim.types(ALICE)
    assert victim.reads()[-1] == "Type /help for help."
    assert nosy.asked == []


FAILING = """
from functools import partial

class Form:
    def fill(self, text):
        raise LookupError
    def __call__(self, text):
        raise LookupError

def fail(where, text):
    raise LookupError

HOW = {
    "function": lambda text: fail("here", text),
    "partial": partial(fail, "here"),
    "partial of a partial": partial(partial(fail, "here")),
    "method": Form().fill,
    "partial of a method": partial(Form().fill),
    "object": Form(),
    "of a library": [].index,
}

def ask(hub, session, how, **more):
    hub.ask(session, "Colour? ", HOW[how], **more)
"""


@pytest.mark.parametrize(
    "how",
    [
        "function", "partial", "partial of a partial", "method", "partial of a method", "object",
        "of a library",
    ],
)  # fmt: skip
@pytest.mark.parametrize("more", [{}, {"name": "colour"}, {"name": "a password"}], ids=str)
def test_what_fails_in_one_plugin_switches_off_no_other_and_no_password(
    how: str, more: dict[str, str]
) -> None:
    one, other = plugin("one", FAILING), plugin("other", FAILING)
    house = House(None, one, other)
    dora = house.chat.arrive("dora")
    hub, session = house.chat.hub, dora.protocol.session
    assert session is not None
    for _ in range(5):
        one.ask(hub, session, how, **more)
        dora.types("red")
    with pytest.raises(ChatError, match="switched off"):
        one.ask(hub, session, how, **more)
    other.ask(hub, session, how, **more)
    dora.types("red")
    other_way = "partial" if how in ("function", "object", "method") else "method"
    if not more and how != "partial of a method":
        one.ask(hub, session, other_way)
        dora.types("red")
    dora.reads()
    dora.types("/login alice", ALICE)
    assert dora.reads() == ["You are now known as alice."]
