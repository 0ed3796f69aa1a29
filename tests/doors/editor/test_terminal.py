"""
A terminal whose lines are edited here, as the line door uses it.
"""

from attrs import frozen
from screens import Window

from twisted_chat.doors.editor.terminal import EditedTerminal, complete, place_of
from twisted_chat.limits import Limits
from twisted_chat.testing import Chat
from twisted_chat.world.client import Prompt


@frozen
class Nothing:
    start: int = 0
    words: tuple[str, ...] = ()


class Alice:
    def __init__(self) -> None:
        self.window, self.sizes = Window(60), []
        self.now = 0.0
        self.terminal = EditedTerminal(
            *(100, 60, lambda: "#den> ", lambda *_: Nothing()),
            lambda: self.sizes.append(1),
            lambda: self.now,
        )
        self.sent: list[bytes] = []
        self.write = self.terminal.writer(self._send)

    def _send(self, data: bytes) -> None:
        self.sent.append(data)
        self.window.write(data)


def test_a_paste_whose_end_is_lost_is_over_after_some_seconds() -> None:
    alice = Alice()
    assert alice.terminal.split(b"\x1b[200~hello") == []
    assert alice.terminal.split(b"\r") == []
    alice.now += 10
    assert alice.terminal.split(b"\r") == [b"hello"]


def test_prompts_stand_in_their_order_among_what_is_written() -> None:
    alice = Alice()
    secret = Prompt(code="password", secret=True)
    alice.write(b"The name is registered.\r\n" + alice.terminal.show(secret))
    assert alice.window.rows == ["The name is registered.", "Password:"]
    assert alice.terminal.split(b"hunter2\r") == [b"hunter2"]
    assert alice.terminal.has_begun_line is False
    alice.write(alice.terminal.show(None) + b"You are in #den as alice.\r\n")
    assert alice.window.rows == [
        "The name is registered.",
        "Password:",
        "You are in #den as alice.",
        "#den>",
    ]


def test_a_name_is_asked_for_in_words_and_a_plugins_question_is_clean() -> None:
    alice = Alice()
    alice.write(alice.terminal.show(Prompt(wants_name=True)))
    assert alice.window.rows == ["Enter your name:"]
    alice.write(alice.terminal.show(Prompt("Sure?\x1b[2J ")))
    assert alice.window.rows[0].startswith("Sure?")
    alice.write(alice.terminal.show(Prompt("Sure? ", is_answered=True)))
    assert alice.window.rows[0].startswith("Sure?")


def test_a_paste_is_one_line_with_newlines() -> None:
    alice = Alice()
    assert alice.terminal.split(b"\x1b[200~one\rtwo\x1b[201~\r") == [b"one\ntwo"]


def test_at_the_end_the_terminal_is_as_it_was_and_nothing_is_written_any_more() -> None:
    alice = Alice()
    alice.terminal.split(b"begun")
    assert alice.terminal.has_begun_line
    alice.write(b"Goodbye.\r\n")
    alice.terminal.finish()
    assert alice.sent[-1].endswith(b"\x1b[?2004l")
    sent = len(alice.sent)
    alice.write(b"more\r\n")
    alice.terminal.finish()
    alice.terminal.resize(10)
    assert alice.terminal.split(b"x") == []
    assert len(alice.sent) == sent
    assert alice.window.rows == ["Goodbye."]


def test_another_width_is_told_on() -> None:
    alice = Alice()
    alice.terminal.resize(40)
    assert (alice.terminal.columns, alice.sizes) == (40, [1])


def test_only_ctrl_c_by_itself_stops_what_waits() -> None:
    alice = Alice()
    assert alice.terminal.find_interrupt(b"\x03") == 0
    assert alice.terminal.find_interrupt(b"a\x03") == -1
    assert alice.terminal.cut(b"\x03") == b""
    assert not alice.terminal.ask_for_window()
    assert alice.terminal.ask_for_letters(b"") == 0
    assert alice.terminal.decode(b"\xff") == b"\xff"
    alice.terminal.drop_begun()


def test_keys_cost_something_and_more_in_a_long_line() -> None:
    alice = Alice()
    assert alice.terminal.cost(512, 0) == 1
    assert alice.terminal.cost(512, 3) == 1, "the lines cost besides"
    alice.terminal.split(b"x" * 64)
    assert alice.terminal.cost(1, 0) == 1 / 512 + 64 / 32768


def test_the_room_stands_before_the_line_and_tab_costs_a_line() -> None:
    chat = Chat(limits=Limits(rate=1.0, burst=3))
    chat.arrive("bob")
    alice = chat.arrive("alice")
    session = alice.protocol.session
    assert session is not None
    assert place_of(session) == "#lobby> "
    chat.advance(60)
    found = [complete(chat.dispatcher, session, "hi b", 4).words for _ in range(4)]
    assert found == [("bob",)] * 3 + [()]
    session.current = None
    assert place_of(session) == "> "
