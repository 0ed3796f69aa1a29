"""
One suite of behaviours over every way in, the one in memory too: what holds for
`twisted_chat.testing` holds for the real thing.
"""

import itertools
import re
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import define, field
from harness import Certificate, Person, Server, running, wait_until
from irc_person import IrcPerson
from json_person import at_socket, at_websocket
from needs import need
from ssh_person import SshPerson

from twisted_chat import testing
from twisted_chat.limits import Limits

PER_HOST = 2
PASSWORD = "nobody-guesses-this"
_numbers = itertools.count(1)


@define(eq=False)
class MemoryPerson:
    """
    A user in memory, with the same methods as a user at a socket.
    """

    person: testing.Person
    _lines: deque[str] = field(init=False, factory=deque)

    def types(self, *lines: str) -> None:
        self.person.types(*lines)

    answers = types

    def logs_in(self, nick: str, password: str) -> None:
        self.person.types(nick, password)

    def sends(self, data: bytes) -> None:
        self.person.sends(data)

    def hangs_up(self) -> None:
        self.person.hangs_up()

    def reads_line(self) -> str:
        self._lines.extend(self.person.reads())
        return self._lines.popleft()

    goes = hangs_up

    def expect(self, *lines: str) -> None:
        assert [self.reads_line() for _ in lines] == list(lines)

    def expect_nothing_more(self) -> None:
        assert not self._lines
        assert self.person.reads() == []

    def expect_end(self) -> None:
        self.expect_nothing_more()
        assert not self.person.is_connected


PLUGIN = '''
from twisted_chat import Context, Table, command

@command
def tea(ctx: Context) -> str:
    """Show the tea."""
    return "There is tea."

@tea.command
async def brew(ctx: Context) -> Table:
    """Brew tea."""
    kind = await ctx.choose("Which tea?", ["Assam", "Sencha"])
    cups = await ctx.ask("How many cups?", int)
    ctx.room.announce(f"There is {kind} for {cups}")
    return Table(["tea", "cups"], [[kind, cups]])
'''


def written(folder: Path) -> Path:
    """
    Return the file of a plugin that asks, speaks and answers in a table.
    """
    path = folder / "tea.py"
    path.write_text(PLUGIN)
    return path


def _new_host() -> str:
    # Every connection from another address, so that tests do not meet one another's limits.
    number = next(_numbers)
    return f"127.{1 + number // 250}.{1 + number % 250}.1"


@define
class Door:
    """
    A way in: ``connect`` to it, from a host of one's own or the one that is given.

    Attributes:
        at_home: connects a terminal to the same server.
    """

    connect: Callable[[str], Any]
    at_home: Callable[[str], Any]

    def arrive(self, nick: str, others: str = "") -> Any:
        person = self.connect(_new_host())
        person.types(nick)
        place = f"You are in #lobby as {nick}"
        person.expect(
            f"{place} with {others}." if others else f"{place}. Nobody else is here yet.",
            "Type /help for help.",
        )
        return person

    def log_in(self, nick: str) -> Any:
        person = self.connect(_new_host())
        person.logs_in(nick, PASSWORD)
        return person

    def log_in_at_home(self, nick: str) -> Any:
        person = self.at_home(_new_host())
        person.logs_in(nick, PASSWORD)
        return person


def reads(person: Any, *lines: str) -> None:
    """
    Read on until each of these lines has come, one after the other.
    """
    for line in lines:
        # A prompt may stand before the first.
        while not person.reads_line().endswith(line):
            pass


@pytest.fixture(scope="module")
def endpoints(
    certificate: Certificate, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    tls = f"privateKey={certificate.key}:certKey={certificate.certificate}"
    return {
        "tcp": "tcp:0:interface=127.0.0.1",
        "unix": f"unix:{tmp_path_factory.mktemp('unix') / 'chat'}",
        "tls": f"ssl:0:{tls}:interface=127.0.0.1",
        "proxied": "haproxy:tcp:0:interface=127.0.0.1",
        "json": "tcp:0:interface=127.0.0.1",
        "json-tls": f"ssl:0:{tls}:interface=127.0.0.1",
    }


@pytest.fixture(scope="module", params=["default reactor", "asyncio"])
def open_house(
    request: pytest.FixtureRequest,
    endpoints: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[dict[str, Any]]:
    reactor = "asyncio" if request.param == "asyncio" else ""
    options = [f"--listen={endpoint}" for endpoint in endpoints.values()]
    options.append(f"--plugins={written(tmp_path_factory.mktemp('plugins'))}")
    with running(
        tmp_path_factory.mktemp("house"),
        *options,
        "--rate=0",
        "--history-lines=0",
        f"--max-per-host={PER_HOST}",
        reactor=reactor,
    ) as server:
        assert ("asyncio" in server.log) == bool(reactor)
        yield {"server": server, **dict(zip(endpoints, server.addresses, strict=True))}


@pytest.fixture
def memory(tmp_path: Path) -> Door:
    limits = Limits(rate=0.0, max_per_host=PER_HOST)
    chat = testing.Chat(written(tmp_path), limits=limits)

    def connect(host: str) -> MemoryPerson:
        return MemoryPerson(chat.connect(host))

    return Door(connect, connect)


@pytest.fixture(params=["tcp", "unix", "tls", "proxied"])
def real(
    request: pytest.FixtureRequest, open_house: dict[str, Any], certificate: Certificate
) -> Iterator[Door]:
    server: Server = open_house["server"]
    address = open_house[request.param]

    def connect(host: str) -> Any:
        match request.param:
            case "unix":
                return server.connect(address)
            case "proxied":
                return server.connect(address, proxied_for=host)
            case "tls":
                return server.connect(address, source=host, tls=certificate.context())
            case _:
                return server.connect(address, source=host)

    yield Door(connect, _terminal(open_house))
    server.send_home()


def _terminal(open_house: dict[str, Any]) -> Callable[[str], Any]:
    server: Server = open_house["server"]
    return lambda host: server.connect(open_house["tcp"], source=host)


class Behaviour:
    """
    Behaviour that is the same at every door.
    """

    def test_who_is_there_is_told_to_a_user_who_comes_and_the_others_read_who_came(self, door):
        alice = door.arrive("alice")
        bob = door.arrive("bob", "alice")
        carol = door.arrive("carol", "alice and bob")
        alice.expect("*** bob has joined #lobby ***", "*** carol has joined #lobby ***")
        bob.expect("*** carol has joined #lobby ***")
        for person in (alice, bob, carol):
            person.expect_nothing_more()

    def test_a_line_is_read_by_the_others_and_not_by_its_speaker(self, door):
        alice = door.arrive("alice")
        bob = door.arrive("bob", "alice")
        alice.expect("*** bob has joined #lobby ***")
        alice.types("hello")
        bob.expect("alice: hello")
        bob.types("Grüße, 世界 🌍")
        alice.expect("bob: Grüße, 世界 🌍")
        alice.expect_nothing_more()
        bob.expect_nothing_more()

    def test_every_end_of_a_line_is_understood_and_cut_anywhere(self, door):
        alice = door.arrive("alice")
        bob = door.arrive("bob", "alice")
        for byte in "eins\nzwei\r\ndrei\r\0vier\rfünf\n".encode():
            alice.sends(bytes([byte]))
        bob.expect("alice: eins", "alice: zwei", "alice: drei", "alice: vier", "alice: fünf")
        bob.expect_nothing_more()

    def test_the_order_is_the_same_for_everybody(self, door):
        alice = door.arrive("alice")
        bob = door.arrive("bob", "alice")
        carol = door.arrive("carol", "alice and bob")
        dave = door.arrive("dave", "alice, bob and carol")
        bob.expect("*** carol has joined #lobby ***", "*** dave has joined #lobby ***")
        carol.expect("*** dave has joined #lobby ***")
        for start in range(0, 40, 4):
            for person in (alice, bob):
                person.types(*[f"line {number}" for number in range(start, start + 4)])
        read = [carol.reads_line() for _ in range(80)]
        assert [dave.reads_line() for _ in range(80)] == read
        for nick in ("alice", "bob"):
            own = [line for line in read if line.startswith(f"{nick}: ")]
            assert own == [f"{nick}: line {number}" for number in range(40)]
        assert [bob.reads_line() for _ in range(40)] == [x for x in read if x[:5] == "alice"]

    def test_a_taken_name_is_refused_and_another_one_is_asked_for(self, door):
        alice = door.arrive("alice")
        other = door.connect(_new_host())
        other.types("ALICE")
        other.expect("The name ALICE is taken, please choose another.")
        other.types("bob")
        other.expect("You are in #lobby as bob with alice.", "Type /help for help.")
        alice.expect("*** bob has joined #lobby ***")

    def test_the_others_are_told_of_a_user_who_goes_whichever_way_they_go(self, door):
        alice = door.arrive("alice")
        ways = [
            ("/quit so long", "Goodbye, bob.", " (so long)"),
            ("/quit", "Goodbye, bob.", ""),
            ("q", "Goodbye, bob.", ""),
        ]
        for typed, answer, shown in ways:
            bob = door.arrive("bob", "alice")
            alice.expect("*** bob has joined #lobby ***")
            bob.types(typed)
            bob.expect(answer)
            bob.expect_end()
            alice.expect(f"*** bob has left #lobby{shown} ***")
        bob = door.arrive("bob", "alice")
        alice.expect("*** bob has joined #lobby ***")
        bob.hangs_up()
        alice.expect("*** bob has left #lobby ***")
        alice.expect_nothing_more()

    def test_a_private_message_is_for_two(self, door):
        alice = door.arrive("alice")
        bob = door.arrive("bob", "alice")
        carol = door.arrive("carol", "alice and bob")
        alice.expect("*** bob has joined #lobby ***", "*** carol has joined #lobby ***")
        bob.expect("*** carol has joined #lobby ***")
        bob.types("/away lunch")
        bob.expect("You are marked as away. /back ends that.")
        alice.types("/msg bob psst")
        alice.expect("[you -> bob] psst", "bob is away: lunch")
        bob.expect("[alice -> you] psst")
        bob.types("/reply what?")
        bob.expect("[you -> alice] what?")
        alice.expect("[bob -> you] what?")
        alice.types("@bob:this")
        alice.expect("[you -> bob] this", "bob is away: lunch")
        bob.expect("[alice -> you] this")
        for person in (alice, bob, carol):
            person.expect_nothing_more()

    def test_in_several_rooms_every_line_says_in_which(self, door):
        alice = door.arrive("alice")
        bob = door.arrive("bob", "alice")
        alice.expect("*** bob has joined #lobby ***")
        alice.types("/join dev")
        alice.expect("You are in #dev as alice. Nobody else is here yet.")
        bob.types("/join #DEV")
        bob.expect("You are in #dev as bob with alice.")
        alice.expect("*** bob has joined #dev ***")
        alice.types("fixed")
        bob.expect("[#dev] alice: fixed")
        bob.types("/join lobby", "to the lobby")
        bob.expect("You are now talking in #lobby.")
        alice.expect("[#lobby] bob: to the lobby")
        alice.types("/leave")
        alice.expect("You have left #dev.", "You are now talking in #lobby.")
        bob.expect("*** alice has left #dev ***")
        bob.types("again")
        alice.expect("bob: again")
        alice.expect_nothing_more()
        bob.expect_nothing_more()

    def test_a_command_asks_and_nobody_else_reads_the_answers(self, door):
        def reads_until(text: str) -> None:
            # A prompt stands before what is read next, where there is one.
            while text not in alice.reads_line():
                pass

        alice = door.arrive("alice")
        bob = door.arrive("bob", "alice")
        alice.expect("*** bob has joined #lobby ***")
        alice.types("/tea brew")
        reads_until("2 Sencha")
        bob.types("Mind the kettle")
        reads_until("bob: Mind the kettle")
        alice.answers("3")
        reads_until('The answer must be Assam or Sencha, not "3".')
        reads_until("2 Sencha")
        alice.answers("sencha")
        alice.answers("2")
        assert "There is Sencha for 2" in bob.reads_line()
        reads_until("There is Sencha for 2")
        alice.expect("tea     cups", "Sencha     2")
        alice.types("/tea brwe")
        alice.expect("No such command: /tea brwe. Did you mean /tea brew?")
        for person in (alice, bob):
            person.expect_nothing_more()

    def test_rooms_the_current_one_and_what_is_read_stay_with_an_account(self, door):
        nick, room = f"owner{next(_numbers)}", f"room{next(_numbers)}"
        home = door.at_home(_new_host())
        home.types(nick, "/register", PASSWORD, PASSWORD)
        reads(home, f"{nick} is registered to you. From now on, that name needs your password.")
        home.types(f"/join {room}", "/highlight tea", "/unread")
        reads(home, "Nothing is unread.")
        bob = door.at_home(_new_host())
        bob.types(f"bob{room}", f"/join {room}")
        reads(home, f"*** bob{room} has joined #{room} ***")
        home.types("I will be back", "/quit")
        reads(home, f"Goodbye, {nick}.")
        home.goes()
        bob.types("one", f"two {nick}", "some tea?", "/zzzz")
        reads(bob, "No such command: /zzzz. Type /help for the list.")
        # Here they are in the same room, which is the current one, and have not read that.
        alice = door.log_in(nick)
        alice.types("/unread")
        while not (line := alice.reads_line()).startswith("3 lines in "):
            pass
        assert line.startswith(f"3 lines in #{room}, 2 name you, from number ")
        alice.types("hello")
        reads(bob, f"[#{room}] {nick}: hello")
        bob.types("you are back")
        reads(alice, f"[#{room}] bob{room}: you are back")
        alice.types("/read all", "/notify none", "/unread")
        reads(alice, "All rooms and messages are read.", "Nothing is unread.")
        alice.hangs_up()
        reads(bob, f"*** {nick} has left #{room} ***")
        bob.types("are you?", f"{nick}?", "/zzzz")
        reads(bob, "No such command: /zzzz. Type /help for the list.")
        # So it is everywhere.
        home = door.log_in_at_home(nick)
        home.types("/unread")
        while not (line := home.reads_line()).startswith("2 lines in "):
            pass
        assert line.startswith(f"2 lines in #{room}, from number ")
        home.types("/quit")
        reads(home, f"Goodbye, {nick}.")
        for person in (home, bob):
            person.goes()

    def test_a_refusal_ends_nothing(self, door):
        alice = door.arrive("alice")
        bob = door.arrive("bob", "alice")
        alice.expect("*** bob has joined #lobby ***")
        alice.types("/jion dev", "/msg", "/color maybe", "still here")
        alice.expect(
            "No such command: /jion. Did you mean /join?",
            "/msg needs a nick.",
            "Usage: /msg nick text",
            'setting must be on or off, not "maybe".',
            "Usage: /color on|off",
        )
        bob.expect("alice: still here")
        alice.expect_nothing_more()

    def test_no_user_can_send_what_moves_a_cursor(self, door):
        alice = door.arrive("alice")
        bob = door.arrive("bob", "alice")
        alice.sends(b"red \x1b[31m, c1 \xc2\x9b2J, bell \a, bad \xc3(\n")
        line = bob.reads_line()
        assert line.startswith("alice: red ")
        assert line.isprintable()


class TestInMemory(Behaviour):
    """
    The server that plugin authors test with.
    """

    @pytest.fixture
    def door(self, memory: Door) -> Door:
        return memory


class TestReal(Behaviour):
    """
    The real process, on every kind of endpoint, on two reactors.
    """

    @pytest.fixture
    def door(self, real: Door) -> Door:
        return real


@pytest.fixture(params=["lines", "lines in tls", "websocket", "websocket in tls"])
def programs(
    request: pytest.FixtureRequest, open_house: dict[str, Any], certificate: Certificate
) -> Iterator[Door]:
    server: Server = open_house["server"]
    people = []

    def connect(host: str) -> Any:
        tls = certificate.context() if "tls" in request.param else None
        address = open_house["json-tls" if tls else "json"]
        connection = server.connect(address, source=host, tls=tls).socket
        at = at_websocket if "websocket" in request.param else at_socket
        people.append(at(connection))
        return people[-1]

    yield Door(connect, _terminal(open_house))
    for person in people:
        person.goes()
    server.people.clear()


class TestPrograms(Behaviour):
    """
    The door of programs, whose events a person could read as lines.
    """

    @pytest.fixture
    def door(self, programs: Door) -> Door:
        return programs


@pytest.fixture(params=["irc", "irc in tls"])
def by_irc(
    request: pytest.FixtureRequest, open_house: dict[str, Any], certificate: Certificate
) -> Iterator[Door]:
    server: Server = open_house["server"]
    people: list[IrcPerson] = []

    def connect(host: str) -> Any:
        tls = certificate.context() if "tls" in request.param else None
        address = open_house["tls" if tls else "tcp"]
        people.append(IrcPerson(server.connect(address, source=host, tls=tls).socket))
        return people[-1]

    yield Door(connect, _terminal(open_house))
    for person in people:
        person.goes()
    server.people.clear()


class TestIrc(Behaviour):
    """
    A client of IRC, which makes a terminal's words of what it is told.
    """

    @pytest.fixture
    def door(self, by_irc: Door) -> Door:
        return by_irc


@pytest.fixture
def by_ssh(open_house: dict[str, Any]) -> Iterator[Door]:
    need("ssh")
    people: list[SshPerson] = []

    def connect(host: str) -> Any:
        people.append(SshPerson(open_house["tcp"], host))
        return people[-1]

    yield Door(connect, _terminal(open_house))
    for person in people:
        person.goes()


class TestSsh(Behaviour):
    """
    The client of OpenSSH, whose input and output are no terminal.
    """

    @pytest.fixture
    def door(self, by_ssh: Door) -> Door:
        return by_ssh


class Counted:
    """
    What holds where connections have an address.
    """

    def test_connections_are_counted_by_the_address_they_come_from(self, door):
        host = _new_host()
        first = door.connect(host)
        first.types("alice")
        first.expect(
            "You are in #lobby as alice. Nobody else is here yet.", "Type /help for help."
        )
        second = door.connect(host)
        second.types("bob")
        second.expect("You are in #lobby as bob with alice.", "Type /help for help.")
        third = door.connect(host)
        # A proxied connection has no address before there is something to read.
        third.types("carol")
        third.expect("Too many connections from your address, please try again later.")
        third.expect_end()
        first.expect("*** bob has joined #lobby ***")
        door.arrive("dave", "alice and bob")
        second.types("/quit")
        second.expect("*** dave has joined #lobby ***", "Goodbye, bob.")
        second.expect_end()
        fourth = door.connect(host)
        fourth.types("erin")
        fourth.expect("You are in #lobby as erin with alice and dave.", "Type /help for help.")


class TestCountedInMemory(Counted):
    """
    The server that plugin authors test with.
    """

    @pytest.fixture
    def door(self, memory: Door) -> Door:
        return memory


@pytest.mark.parametrize("real", ["tcp", "proxied"], indirect=True)
class TestCountedReal(Counted):
    """
    Straight from the peer, and as a proxy tells.
    """

    @pytest.fixture
    def door(self, real: Door) -> Door:
        return real


@pytest.mark.parametrize("real", ["tcp", "tls", "proxied"], indirect=True)
def test_a_peer_that_vanishes_is_noticed_by_the_kernel(real: Door) -> None:
    person = real.arrive("alice")
    ports = [person.socket.getpeername()[1], person.socket.getsockname()[1]]

    def has_keepalive_timer() -> bool:
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
            _, local, remote, _, _, timer, *_ = line.split()
            if [int(end.partition(":")[2], 16) for end in (local, remote)] == ports:
                return timer.startswith("02:")
        return False

    wait_until(has_keepalive_timer, "keepalive is on")


@pytest.fixture
def at_every_door(open_house: dict[str, Any]) -> Iterator[tuple[dict[str, Any], Person]]:
    """
    One person at a terminal, by IRC, as the page comes and by SSH, and bob; all not yet greeted.
    """
    need("ssh")
    server: Server = open_house["server"]

    def connection() -> Any:
        return server.connect(open_house["tcp"], source=_new_host())

    bob = connection()
    devices = {
        "terminal": connection(),
        "irc": IrcPerson(connection().socket, reads_own=True),
        "page": at_websocket(connection().socket),
        "ssh": SshPerson(open_house["tcp"], _new_host()),
    }
    devices["page"].reads_own = True
    yield devices, bob
    for person in (*devices.values(), bob):
        person.goes()
    server.people.clear()


def test_one_person_is_in_a_room_by_every_door_at_once(
    at_every_door: tuple[dict[str, Any], Person],
) -> None:
    devices, bob = at_every_door
    nick, other, room = (f"{word}{next(_numbers)}" for word in ("owner", "bob", "room"))
    home, *others = devices.values()
    home.types(nick, "/register", PASSWORD, PASSWORD, f"/join {room}")
    reads(home, f"You are in #{room} as {nick}. Nobody else is here yet.")
    for device in others:
        device.logs_in(nick, PASSWORD)
        device.types("/unread")
        reads(device, "Nothing is unread.")
    # To others they are one.
    bob.types(other, f"/join {room}")
    reads(bob, f"You are in #{room} as {other} with {nick}.")
    for device in devices.values():
        reads(device, f"*** {other} has joined #{room} ***")
    for name, device in devices.items():
        device.types(f"/join {room}", f"by {name}, чай ☕")
        reads(bob, f"[#{room}] {nick}: by {name}, чай ☕")
    bob.types("all of you?")
    for name, device in devices.items():
        heard = said_until(device, f"{other}: all of you?")
        # A terminal shows what is typed there itself.
        is_told_own = name in ("irc", "page")
        assert heard == [each for each in devices if each != name or is_told_own]
        device.expect_nothing_more()


def said_until(person: Any, last: str) -> list[str]:
    """
    Read on until ``last`` has come, and return by which devices was said what came before.
    """
    lines: list[str] = []
    while not lines or not lines[-1].endswith(last):
        lines.append(person.reads_line())
    return [found[1] for line in lines if (found := re.search(r": by (\w+), чай ☕$", line))]
