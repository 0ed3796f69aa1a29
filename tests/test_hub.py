"""
The hub as users meet it: arriving, talking, moving between rooms, and leaving.
"""

from shared_hub import everybody
from twisted.logger import capturedLogs, formatEvent

from twisted_chat.testing import Chat

# -- arriving -------------------------------------------------------------------------------------


def test_a_newcomer_reads_the_motd_and_is_asked_for_a_name() -> None:
    newcomer = Chat(motd="Welcome!\nBe kind.").connect()
    assert newcomer.receives() == b"Welcome!\r\nBe kind.\r\nEnter your name: "


def test_without_a_motd_the_prompt_comes_first() -> None:
    assert Chat().connect().receives() == b"Enter your name: "


def test_the_first_one_reads_where_they_are_and_how_to_get_help() -> None:
    alice = Chat().connect()
    alice.types("alice")
    assert alice.reads() == [
        "You are in #lobby as alice. Nobody else is here yet.",
        "Type /help for help.",
    ]


def test_the_others_read_who_has_joined() -> None:
    chat = Chat()
    (bob,) = everybody(chat, "bob")
    chat.arrive("alice")
    assert bob.reads() == ["*** alice has joined #lobby ***"]


def test_no_user_is_announced_before_they_have_a_name() -> None:
    chat = Chat()
    (bob,) = everybody(chat, "bob")
    stranger = chat.connect()
    stranger.types("not a name", "bob")
    stranger.hangs_up()
    assert bob.reads() == []


def test_a_hash_before_the_name_is_not_part_of_it() -> None:
    chat = Chat()
    alice = chat.connect()
    alice.types("#alice")
    assert alice.reads()[0] == "You are in #lobby as alice. Nobody else is here yet."


def test_names_of_every_script_are_welcome() -> None:
    chat = Chat()
    people = everybody(chat, "Ольга", "太郎", "דוד", "محمد", "नमिता")
    people[0].types("/msg ОЛЬГА hello", "/msg 太郎 hello")
    assert people[1].reads() == ["[Ольга -> you] hello"]


def test_a_registered_name_is_kept_from_all_that_looks_like_it() -> None:
    chat = Chat()
    chat.hub.world.registered.add("Carol")
    (bob,) = everybody(chat, "bob")
    for name in ("carol", "CAROL", "caro1", "Саго1"):
        bob.types(f"/nick {name}")
        chat.advance(5)  # what comes sooner may be Carol's password, and is held back
    assert bob.reads() == [
        "The name Carol is registered. If it is yours, /login Carol takes it.",
        "The name Carol is registered. If it is yours, /login Carol takes it.",
        "The name caro1 looks like Carol, which is registered; please choose another.",
        "The name Саго1 looks like Carol, which is registered; please choose another.",
    ]


def test_a_name_that_cannot_be_is_refused_with_the_reason_and_the_prompt_comes_again() -> None:
    chat = Chat()
    other = chat.connect()
    other.receives()
    for name, reason in {
        "two words": "A name may hold only letters, digits and the characters _ - ' and .",
        "x" * 25: "A name may be at most 24 characters long.",
        "-": "A name must begin with a letter, a digit or _.",
        "12345": "A name needs at least one letter.",
        "server": "The name server is reserved, please choose another.",
        "/join dev": "Please give your name first; commands come after that.",
        "#": "A name needs at least one letter or digit.",
    }.items():
        other.types(name)
        assert other.receives().decode() == f"{reason}\r\nEnter your name: "


def test_enter_alone_brings_the_prompt_again() -> None:
    other = Chat().connect()
    other.receives()
    other.types("")
    assert other.receives() == b"Enter your name: "


def test_one_who_quits_at_the_prompt_is_let_go() -> None:
    for word in ("quit", "/quit", "q", "EXIT"):
        other = Chat().connect()
        other.receives()
        other.types(word)
        assert other.receives() == b"Goodbye.\r\n"
        assert not other.is_connected


def test_a_name_is_free_again_when_its_owner_has_gone() -> None:
    chat = Chat()
    chat.arrive("alice").hangs_up()
    again = chat.connect()
    again.types("alice")
    assert again.reads()[0].startswith("You are in #lobby as alice")


# -- talking --------------------------------------------------------------------------------------


def test_an_empty_line_is_not_said() -> None:
    alice, bob = everybody(Chat(), "alice", "bob")
    alice.types("")
    alice.types("", "   ", "\t", "now")
    assert bob.reads() == ["alice: now"]


# -- coming and going -----------------------------------------------------------------------------


# -- limits ---------------------------------------------------------------------------------------


# -- plugins that turn everything upside down -----------------------------------------------------


def test_a_timer_of_a_plugin_that_fails_is_logged_with_its_name_and_can_be_cancelled() -> None:
    chat = Chat()

    def strike(count: int) -> None:
        raise ValueError(count)

    chat.hub.later(5, strike, 1).cancel()
    chat.hub.later(5, strike, 2)
    with capturedLogs() as events:
        chat.advance(5)
    (line,) = [formatEvent(event) for event in events]
    assert f"{__name__}.test_a_timer" in line.splitlines()[0]
    assert line.splitlines()[0].endswith("strike failed:")
    assert line.splitlines()[-1] == "ValueError: 2"
