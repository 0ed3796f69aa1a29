"""
One command by SSH, with its exit status.
"""

import json
from typing import Any

import pytest
from logins import SECRET, register
from shared_ssh import Ssh, SshServer, line_of, new_key
from twisted.internet.defer import Deferred
from twisted.logger import capturedLogs, eventAsText

from twisted_chat.limits import Limits
from twisted_chat.store.sqlite.memory import MemoryStore


@pytest.fixture
def server() -> SshServer:
    return SshServer()


def asks(server: SshServer, command: str, name: str = "alice", **how: object) -> Ssh:
    return server.ssh(name, command=command, **how)


def answer(client: Ssh) -> tuple[int | None, str, str]:
    assert client.is_closed
    return client.status, client.output.decode(), client.errors.decode()


def test_a_message_is_sent_and_nothing_else_is_told(server: SshServer) -> None:
    bob = server.chat.arrive("bob")
    assert answer(asks(server, "msg bob hi there")) == (0, "", "")
    assert "[alice -> you] hi there" in bob.reads()


def test_what_is_typed_in_the_chat_is_done(server: SshServer) -> None:
    bob = server.chat.arrive("bob")
    assert answer(asks(server, "/msg bob hi")) == (0, "[you -> bob] hi\n", "")
    assert "[alice -> you] hi" in bob.reads()


@pytest.mark.parametrize("command", ["send #den tea is ready", "say den tea is ready"])
def test_a_line_is_said_in_a_room_that_is_entered_for_that(
    command: str, server: SshServer
) -> None:
    bob = server.chat.arrive("bob")
    bob.types("/join den")
    bob.reads()
    assert answer(asks(server, command)) == (0, "", "")
    assert "[#den] alice: tea is ready" in bob.reads()


def test_who_is_here_and_which_rooms_there_are(server: SshServer) -> None:
    server.chat.arrive("bob")
    assert answer(asks(server, "who")) == (0, "In #lobby: alice, bob.\n", "")
    assert "#lobby" in answer(asks(server, "rooms"))[1]


def test_the_last_lines_of_a_room(server: SshServer) -> None:
    bob = server.chat.arrive("bob")
    bob.types("one", "two", "three")
    status, out, _ = answer(asks(server, "tail lobby -n 2"))
    assert (status, [line.partition("] ")[2] for line in out.splitlines()]) == (
        0,
        ["bob: two", "bob: three"],
    )
    assert "bob: one" in answer(asks(server, "history lobby"))[1]


def test_a_room_is_followed_until_one_hangs_up(server: SshServer) -> None:
    bob = server.chat.arrive("bob")
    bob.types("one")
    alice = asks(server, "tail lobby -f")
    bob.types("two", "/join den", "elsewhere")
    bob.types("/join lobby", "three")
    lines = [line.partition("] ")[2] for line in alice.reads()]
    assert lines[0] == "bob: one"
    assert [line for line in lines if line.startswith("bob: ")] == [
        "bob: one",
        "bob: two",
        "bob: three",
    ]
    assert not alice.is_closed
    alice.hangs_up()
    assert "alice" not in server.chat.hub.users


class LateStore(MemoryStore):
    """
    A store that reads lines at once, and answers later.
    """

    is_late = False

    def __init__(self) -> None:
        super().__init__()
        self.late: list[tuple[Deferred, Deferred]] = []

    def lines(self, *args: Any, **how: Any) -> Deferred:
        found = super().lines(*args, **how)
        if not self.is_late:
            return found
        answer: Deferred = Deferred()
        self.late.append((found, answer))
        return answer

    def answers(self) -> None:
        while self.late:
            found, answer = self.late.pop(0)
            found.chainDeferred(answer)


@pytest.mark.parametrize("words", ["tail lobby -f", "tail --json lobby -f"])
def test_what_is_said_while_the_last_lines_are_read_is_shown_once(words: str) -> None:
    server = SshServer(store=LateStore())
    bob = server.chat.arrive("bob")
    bob.types("line one", "/topic tea and biscuits")
    store = server.chat.hub.store
    store.is_late = True
    alice = asks(server, words)
    assert store.late, "the page waits for the store"
    bob.types("line two", "/topic more biscuits")
    alice.settle()
    assert b"line" not in alice.output
    store.answers()
    bob.types("line three")
    alice.settle()
    said = ["line one", "tea and", "line two", "more biscuits", "line three"]
    assert [alice.output.count(each.encode()) for each in said] == [1, 1, 1, 1, 1]
    places = [alice.output.index(each.encode()) for each in said]
    assert places == sorted(places)


@pytest.mark.parametrize("words", ["tail lobby -n 1 -f", "tail --json lobby -n 1 -f"])
def test_the_page_of_who_enters_is_not_shown_behind_the_lines_that_were_asked_for(
    words: str,
) -> None:
    server = SshServer(store=LateStore(), limits=Limits(history_lines=20, rate=0.0))
    bob = server.chat.arrive("bob")
    bob.types(*[f"line {number}." for number in range(400)])
    server.chat.hub.store.is_late = True
    alice = asks(server, words)
    server.chat.hub.store.answers()
    alice.settle()
    bob.types("new line.")
    alice.settle()
    assert alice.output.count(b"line 399.") == 1
    assert alice.output.count(b"line 398.") == 0
    assert alice.output.count(b"new line.") == 1


def test_what_is_piped_in_is_one_message(server: SshServer) -> None:
    bob = server.chat.arrive("bob")
    alice = asks(server, "send lobby")
    alice.types("one\n")
    alice.types("two\n")
    alice.ends_input()
    assert answer(alice) == (0, "", "")
    said = bob.reads()
    assert said[-3:] == ["alice: one", "  | two", "*** alice has left #lobby ***"]


def test_one_line_that_is_piped_in_may_be_longer_than_one_that_is_typed(server: SshServer) -> None:
    bob = server.chat.arrive("bob")
    piped = asks(server, "send lobby")
    piped.types("x" * 10_000 + "\n")
    piped.ends_input()
    assert answer(piped) == (0, "", "")
    assert "x" * 10_000 in "".join(bob.reads()).replace("alice: ", "").replace(" ", "")


@pytest.mark.parametrize("name", ["alice", "owner"])
def test_what_is_piped_in_may_take_longer_than_a_login(name: str) -> None:
    server = SshServer(limits=Limits(login_timeout=60.0))
    register(server.chat, "owner").hangs_up()
    bob = server.chat.arrive("bob")
    piped = asks(server, "send lobby", name, passwords=(SECRET,))
    server.chat.advance(50)
    piped.types("one\n")
    server.chat.advance(500)
    piped.types("two\n")
    piped.ends_input()
    assert answer(piped) == (0, "", "")
    assert bob.reads()[-3:] == [f"{name}: one", "  | two", f"*** {name} has left #lobby ***"]


def test_a_name_that_one_cannot_have_is_told_before_the_text_is_read(server: SshServer) -> None:
    piped = asks(server, "send lobby", "root")
    assert answer(piped)[0] == 4


def test_what_is_piped_in_and_is_empty_or_too_long_is_not_sent() -> None:
    server = SshServer(max_message=100)
    empty = asks(server, "send lobby")
    empty.types("\n")
    empty.ends_input()
    assert answer(empty)[0] == 2
    assert "There is no text to send." in answer(empty)[2]
    long = asks(server, "send lobby")
    long.types("x" * 200)
    status, _, why = answer(long)
    assert (status, "100 bytes" in why) == (1, True)


@pytest.mark.parametrize("command", ["send lobby {}", "msg bob {}", "/msg bob {}"])
def test_a_text_on_the_command_line_may_be_as_long_as_one_that_is_piped_in(command: str) -> None:
    server = SshServer(max_message=100)
    bob = server.chat.arrive("bob")
    status, _, why = answer(asks(server, command.format("x" * 101)))
    assert (status, "100 bytes" in why) == (1, True)
    assert not [line for line in bob.reads() if "xxx" in line]
    assert answer(asks(server, command.format("x" * 80)))[0] == 0


@pytest.mark.parametrize(
    "command", ["send nowhere hi", "send --json nowhere hi", "tail nowhere -f"]
)
def test_no_room_is_made(command: str, server: SshServer) -> None:
    status, _, why = answer(asks(server, command))
    assert (status, "There is no room #nowhere." in why) == (1, True)
    assert "nowhere" not in server.chat.hub.rooms


def test_who_is_sent_out_of_the_room_that_they_follow_is_told_so_and_it_ends(
    server: SshServer,
) -> None:
    olive = server.chat.arrive("olive")
    server.chat.hub.users["olive"].roles.add("operator")
    olive.types("/join den")
    alice = asks(server, "tail den -f")
    olive.types("/kick bob", "hi", "/kick alice noise")
    alice.settle()
    assert answer(alice) == (
        1,
        alice.output.decode(),
        "You were kicked from #den by olive: noise\n",
    )
    assert b"olive: hi" in alice.output
    again = asks(server, "tail den -f")
    olive.types("/ban alice 1h")
    again.settle()
    assert answer(again)[0] == 1


def test_an_owner_who_leaves_the_room_elsewhere_follows_it_no_more(server: SshServer) -> None:
    alice = register(server.chat, "alice")
    alice.types("/join den")
    follower = asks(server, "tail den -f", passwords=(SECRET,))
    assert not follower.is_closed
    alice.types("/leave den")
    follower.settle()
    assert answer(follower)[0] == 1


@pytest.mark.parametrize("command", ["tail lobby -f", "send lobby", "msg bob"])
def test_at_a_terminal_ctrl_c_ends_it_and_nothing_is_sent(command: str, server: SshServer) -> None:
    bob = server.chat.arrive("bob")
    alice = asks(server, command, term="xterm")
    alice.types("hello\x03")
    status, shown, _ = answer(alice)
    assert (status, shown.endswith("^C\r\n")) == (130, True)
    assert not [line for line in bob.reads() if "hello" in line]


def test_a_text_is_typed_at_a_terminal_until_ctrl_d(server: SshServer) -> None:
    bob = server.chat.arrive("bob")
    alice = asks(server, "send lobby", term="xterm")
    alice.types("onf\x7fe\r")
    alice.types("two\x04\r\x04")
    assert answer(alice)[0] == 0
    assert alice.rows == ["one", "two"], "and what is typed is shown"
    assert bob.reads()[-3:] == ["alice: one", "  | two", "*** alice has left #lobby ***"]
    empty = asks(server, "send lobby", term="xterm")
    empty.types("\x04")
    assert answer(empty)[0] == 2


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("msg nobody hi", "Nobody here is called nobody.\n"),
        ("/nonsense", "No such command: /nonsense."),
        ("who nowhere", "#nowhere"),
        ("tail nowhere", "#nowhere"),
        ("/register", "A password is needed for that, and none was given.\n"),
    ],
)
def test_what_the_server_refuses_ends_with_1_and_its_sentence(
    command: str, why: str, server: SshServer
) -> None:
    status, out, error = answer(asks(server, command))
    assert (status, out) == (1, "")
    assert why in error


def test_wrong_words_end_with_2_and_how_it_is_used(server: SshServer) -> None:
    status, out, error = answer(asks(server, "sned lobby tea"))
    assert (status, out) == (2, "")
    assert error.startswith("There is no command 'sned' here.\nUsage: ssh HOST COMMAND")


@pytest.mark.parametrize(
    ("name", "why"), [("root", "reserved"), ("a b", "name"), ("bob", "taken")]
)
def test_a_name_that_one_cannot_have_ends_with_4(name: str, why: str, server: SshServer) -> None:
    server.chat.arrive("bob")
    status, out, error = answer(asks(server, "who", name))
    assert (status, out) == (4, "")
    assert why in error


def test_the_server_that_ends_meanwhile_ends_it_with_3(server: SshServer) -> None:
    alice = asks(server, "tail lobby -f")
    server.chat.hub.shut_down()
    alice.settle()
    status, _, why = answer(alice)
    assert (status, "The server is shutting down" in why) == (3, True)


def test_who_leaves_by_command_is_done(server: SshServer) -> None:
    assert answer(asks(server, "/quit bye"))[0] == 0


def test_an_owner_comes_in_with_a_key_and_beside_their_other_sessions(server: SshServer) -> None:
    alice, key = register(server.chat, "alice"), new_key()
    alice.types(f"/key add {line_of(key)}")
    bob = server.chat.arrive("bob")
    alice.reads()
    assert answer(asks(server, "msg bob hi", keys=(key,)))[0] == 0
    assert bob.reads() == ["[alice -> you] hi"], "and nobody joins or leaves"


def test_an_owner_gives_their_password_where_they_have_no_key(server: SshServer) -> None:
    register(server.chat, "alice").hangs_up()
    assert answer(asks(server, "who", passwords=(SECRET,)))[0] == 0


def test_in_json_each_answer_is_an_object_of_the_wire(server: SshServer) -> None:
    bob = server.chat.arrive("bob")
    bob.types("one")
    (who,) = map(json.loads, answer(asks(server, "who --json"))[1].splitlines())
    assert (who["event"], [each["nick"] for each in who["members"]]) == ("who", ["alice", "bob"])
    (said,) = map(json.loads, answer(asks(server, "send --json lobby tea"))[1].splitlines())
    assert (said["event"], said["text"]) == ("said", "tea")
    status, out, _ = answer(asks(server, "msg --json nobody hi"))
    assert (status, json.loads(out)["error"]) == (1, "no-such-user")
    (page,) = map(json.loads, answer(asks(server, "tail --json lobby"))[1].splitlines())
    assert page["lines"][-1]["event"]["text"] == "tea"
    follower = asks(server, "tail --json -f lobby")
    bob.types("two")
    assert json.loads(follower.reads()[-1])["text"] == "two"


def test_at_a_terminal_lines_end_as_terminals_need_it(server: SshServer) -> None:
    assert answer(asks(server, "who", term="xterm"))[1] == "In #lobby: alice.\r\n"
    for command in ("who --json", "sned lobby"):
        _, out, errors = answer(asks(server, command, term="xterm"))
        told = out + errors
        assert told.count("\r\n") == told.count("\n") > 0


def test_nothing_that_is_sent_reaches_the_log(server: SshServer) -> None:
    server.chat.arrive("bob")
    with capturedLogs() as logs:
        asks(server, "msg bob topsecret")
        asks(server, "/topsecret")
        asks(server, "topsecret")
        piped = asks(server, "send lobby")
        piped.types("topsecret")
        piped.ends_input()
        asks(server, "msg bob topsecret", "topsecret name")
    written = [eventAsText(log) for log in logs]
    assert any("Connection" in line for line in written)
    assert not [line for line in written if "topsecret" in line]
