"""
The last seconds before a restart.
"""

from shared_json import Programs

from twisted_chat.people.lame_duck import LameDuck
from twisted_chat.testing import Chat

WARNING = (
    "*** The server is going down for a restart: you will be disconnected within 30 seconds. ***"
)
GOODBYE = "Disconnected: the server is restarting. Goodbye."


def bowing_out(chat, seconds=30.0):
    """
    Begin, and return a list that is not empty once it is over.
    """
    over = []
    hub = chat.hub
    LameDuck(
        hub.world,
        hub.questions,
        hub.connections,
        hub.visits,
        seconds,
        lambda: over.append(chat.clock.seconds()),
    ).begin()
    return over


def test_everybody_is_told_once_and_then_closed_with_a_goodbye():
    chat = Chat()
    alice, nameless = chat.arrive("alice"), chat.connect()
    over = bowing_out(chat)
    chat.advance(0)
    nameless.types("bob")
    for _ in range(120):
        chat.advance(0.25)
    assert over
    for person in (alice, nameless):
        assert not person.is_connected
        read = person.reads()
        assert [read.count(line) for line in (WARNING, GOODBYE)] == [1, 1]
        assert read[-1] == GOODBYE


def test_a_warning_at_a_prompt_has_a_line_of_its_own():
    chat = Chat()
    chat.arrive("alice").types("/register", "tea at four", "tea at four", "/quit")
    nameless, owner = chat.connect(), chat.connect()
    owner.types("alice")
    for person in (nameless, owner):
        person.receives()
    bowing_out(chat)
    chat.advance(0)
    line = f"\r\n{WARNING}\r\n".encode()
    assert nameless.receives() == line + b"Enter your name: "
    # A telnet shows what is typed behind the warning's line, and hides the password again.
    shown, _, again = owner.receives().partition(line)
    assert (shown, again) == (b"\xff\xfc\x01", b"\xff\xfb\x01Password: ")
    owner.types("tea at four")
    assert owner.reads()[0].startswith("You are in #lobby as alice")


def test_users_who_are_still_there_talk_and_read_who_has_gone(monkeypatch):
    monkeypatch.setattr("twisted_chat.people.lame_duck.random.random", lambda: 0.5)
    chat = Chat()
    people = {nick: chat.arrive(nick) for nick in ("alice", "bob")}
    people["alice"].reads()
    bowing_out(chat)
    for _ in range(60):
        chat.advance(0.25)
    (last,) = [nick for nick, person in people.items() if person.is_connected]
    (first,) = set(people) - {last}
    people[last].types("/who")
    assert people[last].reads() == [
        WARNING,
        f"*** {first} has left #lobby (restart) ***",
        f"In #lobby: {last}.",
    ]


def test_a_crowd_is_closed_evenly_and_in_no_known_order():
    chat = Chat()
    crowd = [chat.connect(settle=False) for _ in range(300)]
    chat.advance()
    bowing_out(chat)
    left_at = {}
    for second in range(1, 31):
        for _ in range(4):
            chat.advance(0.25)
        for number, person in enumerate(crowd):
            if not person.is_connected:
                left_at.setdefault(number, second)
    assert len(left_at) == len(crowd)
    seconds = list(left_at.values())
    counts = [seconds.count(second) for second in range(1, 31)]
    assert 300 / 30 / 3 < min(counts) <= max(counts) < 300 / 30 * 3
    assert [left_at[number] for number in range(300)] != sorted(seconds)


def test_it_ends_as_soon_as_no_user_is_left():
    chat = Chat()
    alice = chat.arrive("alice")
    over = bowing_out(chat, seconds=1e9)
    alice.types("/quit")
    chat.advance(0.25)
    assert over == [0.25]


def test_without_users_it_ends_at_once():
    assert bowing_out(Chat()) == [0]


def test_the_session_of_a_program_goes_on_after_the_restart():
    here = Programs()
    alice = here.chat.arrive("alice")
    bot = here.arrive("bot")
    alice.reads()
    over = bowing_out(here.chat)
    for _ in range(120):
        here.chat.advance(0.25)
    assert over
    # Alice may leave before it, by chance.
    told = [(each["event"], each["cause"]) for each in bot.reads() if each["event"] != "quit"]
    assert told == [("closes-soon", "restart"), ("closed", "restart")]
    assert not bot.is_connected
    assert not [line for line in alice.reads() if "bot" in line]
    assert here.chat.hub.find_user("bot").is_away
