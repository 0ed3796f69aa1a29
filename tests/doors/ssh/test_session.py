"""
Sessions by SSH: under which name one comes in, and what one sees.
"""

import pytest
from logins import SECRET, register
from shared_ssh import SshServer, new_key


def test_anybody_comes_in_under_the_user_name_of_ssh() -> None:
    server = SshServer()
    alice, bob = server.ssh("alice"), server.ssh("bob", keys=(new_key(),))
    assert alice.reads()[0] == "You are in #lobby as alice. Nobody else is here yet."
    assert bob.reads()[0] == "You are in #lobby as bob with alice."
    alice.types("hello\n")
    assert bob.reads() == ["alice: hello"]
    assert alice.questions == bob.questions == []


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("root", "The name root is reserved, please choose another."),
        ("a b", "A name may hold only letters, digits and the characters _ - ' and ."),
        ("bob", "The name bob is taken, please choose another."),
        ("b0b", "The name b0b looks like bob, who is here; please choose another."),
    ],
)
def test_a_name_that_one_cannot_have_is_asked_for_again(name: str, why: str) -> None:
    server = SshServer()
    server.chat.arrive("bob")
    guest = server.ssh(name)
    assert guest.is_let_in
    assert why in guest.output.decode()
    assert guest.output.endswith(b"Enter your name: ")
    guest.types("carol\n")
    assert guest.reads()[-2].endswith("You are in #lobby as carol with bob.")


@pytest.mark.parametrize("name", ["\x1b[2Jeve", "a\r\nb", "\u202eeve", "x" * 3000, ""])
def test_a_user_name_that_would_harm_a_terminal_harms_none(name: str) -> None:
    server = SshServer()
    bob, guest = server.chat.arrive("bob"), server.ssh(name)
    assert guest.is_let_in
    assert guest.output.endswith((b"Enter your name: ", b"Type /help for help.\r\n"))
    read = guest.output.decode() + "".join(bob.reads())
    assert not {"\x1b", "\u202e"} & set(read)
    assert len(read) < 1000
    command = server.ssh(name, command="who")
    assert (command.status, command.output) == (4, b"")
    assert b"\x1b" not in command.errors


def test_a_name_that_was_registered_in_another_door_needs_its_password_there_too() -> None:
    server = SshServer()
    guest = server.ssh("root")
    register(server.chat, "alice").hangs_up()
    guest.types("alice\n")
    assert guest.output.endswith(b"Password: ")
    guest.types(f"{SECRET}\n")
    assert "as alice" in guest.reads()[-2]


def test_the_greeting_of_the_server_comes_first() -> None:
    assert SshServer(motd="Be kind.").ssh("alice").reads()[0] == "Be kind."


def test_at_a_terminal_the_line_stands_below_what_is_said() -> None:
    server = SshServer()
    alice = server.ssh("alice", term="xterm")
    bob = server.chat.arrive("bob")
    alice.types("I am typ")
    bob.types("hello, this is a line that is longer than the sixty columns of her window")
    alice.types("ing")
    assert alice.rows == [
        "You are in #lobby as alice. Nobody else is here yet.",
        "Type /help for help.",
        "*** bob has joined #lobby ***",
        "bob: hello, this is a line that is longer than the sixty",
        "    columns of her window",
        "#lobby> I am typing",
    ]
    alice.types("\r")
    assert bob.reads()[-1] == "alice: I am typing"
    assert alice.rows[-2:] == ["#lobby> I am typing", "#lobby>"]


def test_a_paste_of_several_lines_is_one_message() -> None:
    server = SshServer()
    alice, bob = server.ssh("alice", term="xterm"), server.chat.arrive("bob")
    alice.types("\x1b[200~one\rtwo\x1b[201~\r")
    assert bob.reads()[-2:] == ["alice: one", "  | two"]


def test_tab_completes_what_the_server_knows() -> None:
    server = SshServer()
    alice, bob = server.ssh("alice", term="xterm"), server.chat.arrive("bob")
    bob.reads()
    alice.types("/ms\tb\thi\r")
    assert bob.reads() == ["[alice -> you] hi"]


def test_a_password_is_not_shown_at_a_terminal() -> None:
    server = SshServer()
    alice = server.ssh("alice", term="xterm")
    alice.types("/register\r")
    for typed in (SECRET, SECRET):
        alice.types(typed)
        alice.types("\r")
    assert "registered" in " ".join(alice.rows)
    assert SECRET not in alice.output.decode()


def test_a_new_width_counts_for_what_comes_then() -> None:
    server = SshServer()
    alice, bob = server.ssh("alice", term="xterm", columns=60), server.chat.arrive("bob")
    alice.resizes(30)
    before = len(alice.output)
    bob.types("a line that is longer than thirty columns")
    alice.settle()
    assert b"bob: a line that is longer\r\n" in alice.output[before:]


def test_a_terminal_that_is_dumb_gets_no_sequences() -> None:
    server = SshServer()
    alice, bob = server.ssh("alice", term="dumb"), server.chat.arrive("bob")
    alice.types("hel")
    bob.types("hi")
    alice.types("lo\r")
    assert b"\x1b" not in alice.output
    assert alice.rows[-3:] == ["hel", "bob: hi", "hello"]
    assert bob.reads()[-1] == "alice: hello"


def test_who_leaves_reads_goodbye_and_ends_with_status_0() -> None:
    alice = SshServer().ssh("alice", term="xterm")
    alice.types("\x04")
    assert alice.rows[-1] == "Goodbye, alice."
    assert alice.output.endswith(b"\x1b[?2004l")
    assert (alice.status, alice.is_closed, alice.is_connected) == (0, True, False)


def test_input_that_ends_without_a_terminal_ends_the_session() -> None:
    server = SshServer()
    bob, alice = server.chat.arrive("bob"), server.ssh("alice")
    bob.reads()
    alice.types("hello\n")
    alice.ends_input()
    assert bob.reads() == ["alice: hello", "*** alice has left #lobby ***"]
    assert alice.is_closed


def test_who_hangs_up_leaves() -> None:
    server = SshServer()
    bob, alice = server.chat.arrive("bob"), server.ssh("alice")
    bob.reads()
    alice.hangs_up()
    assert bob.reads() == ["*** alice has left #lobby ***"]
    assert server.factory.connections == 0


# -- owners of accounts, and single commands ------------------------------------------------------


def test_an_owner_comes_back_to_their_rooms_and_their_key_is_noted() -> None:
    server = SshServer()
    key = new_key()
    alice = server.ssh("alice", keys=(key,))
    alice.types(f"/register\n{SECRET}\n{SECRET}\n/join den\n/quit\n")
    again = server.ssh("alice", keys=(key,))
    assert "You are also in #den; /join room switches rooms." in again.reads()
    account = server.chat.hub.world.find_account("alice")
    (kept,) = server.chat.hub.keys.of(account)
    assert kept.used_at > 0


def test_what_an_owner_types_before_they_are_in_is_not_taken_for_a_name() -> None:
    server = SshServer()
    register(server.chat, "alice").hangs_up()
    bob = server.chat.arrive("bob")
    alice = server.ssh("alice", passwords=(SECRET,))
    alice.types("hello\n")
    assert bob.reads()[-1] == "alice: hello"


@pytest.mark.parametrize(
    ("name", "command", "status"),
    [("bob", "who", 0), ("alice", "who", 0), ("root", "who", 4), ("bob", "sned", 2)],
)
def test_a_command_comes_in_as_a_session_does(name: str, command: str, status: int) -> None:
    server = SshServer()
    register(server.chat, "alice").hangs_up()
    assert server.ssh(name, command=command, passwords=(SECRET,)).status == status


def test_after_ctrl_c_at_a_secret_what_is_typed_next_is_said() -> None:
    server = SshServer()
    bob = server.chat.arrive("bob")
    alice = server.ssh("alice", term="xterm")
    alice.types("/register\r")
    alice.types("secr\x03")
    alice.types("hello\r")
    assert bob.reads()[-1] == "alice: hello"
    assert not [row for row in alice.rows if "was not sent" in row]
    alice.types("/register\r")
    alice.types("\x03")
    alice.types("\x04")
    assert not alice.is_connected


def test_what_comes_with_ctrl_c_at_a_secret_is_not_said() -> None:
    server = SshServer()
    bob = server.chat.arrive("bob")
    alice = server.ssh("alice", term="xterm")
    alice.types("/register\r")
    bob.reads()
    alice.types("secr\x03secret words\r")
    assert not [line for line in bob.reads() if "secret" in line]


@pytest.mark.parametrize(
    ("term", "are_links"),
    [("xterm-256color", True), ("linux", False), ("dumb", False), ("", False)],
)
def test_addresses_are_links_where_the_terminal_opens_them(term: str, are_links: bool) -> None:
    server = SshServer()
    alice, bob = server.ssh("alice", term=term), server.chat.arrive("bob")
    bob.types("see https://chat.example/")
    alice.settle()
    assert b"https://chat.example/" in alice.output
    assert (b"\x1b]8;" in alice.output) is are_links
