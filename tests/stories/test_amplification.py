"""
How much a few bytes can make the server send, and how long a thousand of them take, or one where
ten thousand users are.

The server is full of what makes answers long: a thousand users, two hundred rooms, and names,
topics, reasons and lines as long as they may be, of letters that take four bytes each.
"""

import pytest
from logins import SECRET
from logins import come as come_in
from pace import processor_time
from shared_json import Programs

from twisted_chat.history.programs.unread import MOST
from twisted_chat.limits import Limits
from twisted_chat.people.reading.notifying import LONGEST_WORD, MOST_WORDS
from twisted_chat.rooms.talk import MAX_TOPIC
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import NO_LIMITS, Chat
from twisted_chat.text.checks import MAX_REASON
from twisted_chat.text.names import MAX_NICK, MAX_ROOM

PEOPLE, ROOMS = 1000, 200
PIPELINED = 1000
#: Seconds of processor time for a thousand commands.
WITHIN = 4.0
#: So many users are in the room where one of them is kicked or muted, and the longest delay.
THRONG = 10_000
HELD_UP = 0.1
#: Four bytes in UTF-8.
LETTER = "\N{GOTHIC LETTER AHSA}"
#: One byte on the way in, and three on the way out, as U+FFFD.
CONTROL = "\x01"

#: As many words as a user may highlight, as long as they may be.
LONGEST_WORDS = [
    f"/highlight {f'{number:02}'}{LETTER * (LONGEST_WORD - 2)}" for number in range(MOST_WORDS)
]

#: What only operators may do, of a room or of the server, and what has to stand behind it.
REFUSED = {
    "announce": "x", "audit": "", "bans": "", "deop": "somebody", "disown": "", "invite-code": "",
    "keephistory": "off", "limit": "2", "members": "on", "moderated": "on", "op": "a",
    "plugin": "off x", "private": "on", "reports": "", "serverbans": "", "slow": "1s",
    "topiclock": "on", "unvoice": "somebody", "voice": "a", "wallops": "x", "webhook": "",
}  # fmt: skip

#: What is done against a user, or undone, and what has to be done before.
DEEDS = [
    ("kick", "/kick n1 {}", []),
    ("mute", "/mute n2 1d {}", []),
    ("unmute", "/unmute n3", ["/mute n3 1d {}"]),
    ("ban", "/ban n4 1d {}", []),
    ("ban", "/ban nobody 1d {}", []),
    ("ban", "/ban 10.15.0.1 1d {}", []),
    ("ban", "/ban 2001:db8:10::/48 1d {}", []),
    ("unban", "/unban n5", ["/ban n5 1d {}"]),
    ("unban", "/unban 10.17.0.1", ["/ban 10.17.0.1 1d {}"]),
    ("serverkick", "/serverkick n6 {}", []),
    ("servermute", "/servermute n7 1d {}", []),
    ("serverunmute", "/serverunmute n8", ["/servermute n8 1d {}"]),
    ("serverban", "/serverban n9 1d {}", []),
    ("serverban", "/serverban nobody 1d {}", []),
    ("serverban", "/serverban 10.19.0.1 1d {}", []),
    ("serverban", "/serverban 2001:db8:12::/48 1d {}", []),
    ("serverunban", "/serverunban n11", ["/serverban n11 1d {}"]),
    ("serverunban", "/serverunban 10.21.0.1", ["/serverban 10.21.0.1 1d {}"]),
]

#: For every command, the cheapest lines that make the server answer most, and what is the most
#: that they may make it answer, in bytes.
ANSWERS = [
    ("away", ["/away"], 60),
    ("back", ["/back"], 25),
    ("bell", ["/bell on"], 30),
    ("catchup", ["/catchup"], 90),
    ("color", ["/color on"], 30),
    ("delete", ["/delete 1"], 70),
    ("edit", ["/edit 1 x"], 70),
    ("editor", ["/editor on"], 70),
    ("export", ["/export"], 90),
    ("ghost", ["/ghost x", "y"], 160),
    ("grant", ["/grant a operator"], 60),
    # One line for each command.
    ("help", ["/? all"], 8_500),
    ("help", ["/? topic"], 120),
    # As many long lines as fit on a page.
    ("history", ["/history 200 c"], 70_000),
    ("highlight", ["/highlight x"], 50),
    # Each answer names all words so far.
    ("highlight", [*LONGEST_WORDS, "/highlight"], 32_000),
    # That, and two hundred short ones, each time from the beginning.
    ("history", ["/history 200 c", "/history 200 lobby"], 100_000),
    ("ignore", ["/ignore a"], 70),
    ("invite", ["/i a"], 40),
    # Twenty names, and the topic.
    ("join", ["/j b"], 4_000),
    ("join", ["/j b", "/l"], 4_000),
    ("leave", ["/l", "/l"], 80),
    ("lock", ["/lock"], 60),
    ("login", ["/login x", "y"], 160),
    ("logout", ["/logout"], 90),
    ("me", ["/me x"], 25),
    # Why they are away.
    ("messages", ["/messages a"], 90),
    ("more", ["/history 1", "/more", "/more"], 300),
    ("modes", ["/modes"], 40),
    ("msg", ["/m a x"], 900),
    ("msg", ["@a:x"], 900),
    ("nick", ["/n x"], 45),
    ("notify", ["/notify"], 60),
    ("notify", ["/notify all"], 50),
    ("numbers", ["/numbers on"], 30),
    ("passwd", ["/passwd"], 90),
    ("quit", ["q"], 30),
    ("re", ["/re 1 x"], 70),
    ("register", ["/register", "y"], 160),
    ("pin", ["/pin 1"], 70),
    ("plugins", ["/plugins"], 50),
    # The longest lines there are.
    ("pins", ["/join c", "/pins", "/join lobby"], 80_000),
    ("quit", ["q"], 30),
    ("re", ["/re 1 x"], 70),
    ("react", ["/react 1 x"], 70),
    ("read", ["/read"], 30),
    ("read", ["/read all"], 50),
    ("reply", ["/r x"], 900),
    ("revoke", ["/revoke a operator"], 60),
    ("report", ["/report a x"], 60),
    # A hundred rows, each with a name and a topic.
    ("rooms", ["/list"], 50_000),
    ("say", ["/say"], 60),
    ("sessions", ["/sessions"], 110),
    ("devices", ["/devices"], 110),
    ("key", ["/key add x"], 110),
    ("keys", ["/keys"], 110),
    ("unlink", ["/unlink 1"], 110),
    # A guest has no account to let a device in to.
    ("link", ["/link"], 110),
    ("link", ["/link x"], 100),
    # Nor to be told by mail of.
    ("mail", ["/mail"], 110),
    # Ten of the longest lines there are, and those around one.
    ("search", [f"/search {LETTER * 2}* in:c"], 42_000),
    # A row for each setting.
    ("set", ["/set"], 700),
    ("set", ["/set color on"], 30),
    ("show", [f"/search {LETTER * 2}* in:c", "/show 1"], 70_000),
    ("stats", ["/stats"], 100),
    ("time", ["/time on"], 25),
    ("topic", ["/t"], 1_650),
    ("topic", ["/t x"], 60),
    ("unhighlight", ["/unhighlight x"], 40),
    ("unpin", ["/unpin 1"], 70),
    ("unreact", ["/unreact 1 x"], 70),
    ("unlock", ["/unlock"], 60),
    ("unignore", ["/ignore a", "/unignore a"], 120),
    # A guest is shown all at once; for what an account has not read, see below.
    ("unread", ["/unread"], 30),
    ("unregister", ["/unregister"], 90),
    # A hundred names.
    ("who", ["/w"], 10_500),
    # Twenty rooms, and why they are away.
    ("whois", ["/wi a"], 4_000),
    # A user who may do none of this is told so; for what operators read, see below.
    *[
        # The lobby has no owner, and it is told how one owns a room.
        (name, [f"/{name} {words}".strip()], 160 if name in ("op", "disown") else 65)
        for name, words in REFUSED.items()
    ],
    # An unknown word is told with a guess, and no more of it than could be a name.
    ("", ["/z"], 60),
    ("", ["/joim"], 60),
    ("", [f"/{LETTER * 900}"], 200),
    ("", [f"/x{CONTROL * 1000}"], 200),
    ("", [f"/color {CONTROL * 1000}"], 200),
    # Nor of a user or room that is not there.
    ("", [f"/w {CONTROL * 1000}"], 200),
    ("", [f"/wi {CONTROL * 1000}"], 200),
    ("", [f"/unignore {CONTROL * 1000}"], 200),
]


def longest(beginning, length):
    return f"{beginning}{LETTER * length}"[:length]


@pytest.fixture(scope="module")
def crowded():
    return crowd()


def crowd():
    chat = Chat(limits=NO_LIMITS)
    hub, reason = chat.hub, LETTER * MAX_REASON
    for number in range(PEOPLE):
        name = longest(f"{number}-", MAX_NICK) if number else "a"
        person = chat.connect(f"10.0.{number % 250}.{number // 250}", settle=False)
        hub.directory.set_away(hub.arrivals.enter(person.protocol.session, name), reason)
    users = list(hub.users.values())
    for number in range(ROOMS - 1):
        name = {0: "b", 19: "c"}.get(number) or longest(f"{number}-", MAX_ROOM)
        # The first of them is where the first hundred are, and the first is in twenty.
        members = users[:100] if number == 0 else users[:1] if number < 19 else users[number:][:3]
        for user in members:
            hub.membership.join(user.sessions[0], name).topic = LETTER * MAX_TOPIC
    for _ in range(20):
        hub.talk.say(users[19].sessions[0], hub.rooms["c"], LETTER * 1000)
        hub.annotations.pin(users[19], hub.rooms["c"], hub.rooms["c"].timeline.number)
    hub.rooms["lobby"].topic = LETTER * MAX_TOPIC
    chat.advance()
    return chat


def come(chat):
    """
    Connect a user who was away and to whom another has written.
    """
    person = chat.arrive("mallory", "10.1.0.1")
    user = person.protocol.session.user
    chat.hub.directory.set_away(user, "")
    chat.hub.private_talk.tell(chat.hub.users["a"].sessions[0], user, "hello")
    chat.advance()
    person.receives()
    return person


def test_every_command_is_measured(crowded):
    assert {name for name, _, _ in ANSWERS + DEEDS} - {""} == {
        command.name for command in crowded.dispatcher.commands
    }


@pytest.mark.parametrize(("name", "lines", "most"), ANSWERS, ids=lambda value: str(value)[:20])
def test_an_answer_is_bounded_and_so_is_the_time_that_a_thousand_take(crowded, name, lines, most):
    person = come(crowded)
    try:
        person.types(*lines)
        # Half of it at least, or this would not be what it is about.
        assert most / 2 < len(person.receives()) <= most
        with processor_time(WITHIN):
            person.types(*lines * (PIPELINED // len(lines)))
        assert len(person.receives()) <= PIPELINED * most
    finally:
        person.hangs_up()


def test_a_long_answer_counts_for_several_lines_of_what_one_person_may_send():
    chat = crowd()
    chat.hub.world.limits = Limits()
    person = come(chat)
    person.types(*["/list"] * PIPELINED)
    for _ in range(60):
        chat.advance(1.0)
    answers = person.receives().count(f"... and {ROOMS - 100} more.".encode())
    # Ten lines at once, two a second from there on, and four for each answer.
    assert answers <= (10 + 2 * 60) / 4 + 1
    assert answers > 20


@pytest.fixture(scope="module")
def throng():
    """
    Return oscar, who operates the server, and a chat with ten thousand people where they arrive.
    """
    chat = Chat(limits=NO_LIMITS)
    oscar = chat.arrive("oscar")
    chat.hub.find_user("oscar").roles.add("operator")
    for number in range(THRONG):
        four = f"10.{number % 250}.{number // 250}.1"
        six = f"2001:db8:{number:x}::/64"
        person = chat.connect(four if number % 2 else six, settle=False)
        chat.hub.arrivals.enter(person.protocol.session, f"n{number}")
    for number in range(9_900):
        # Nearly as many as there may be.
        chat.dispatcher.dispatch(oscar.protocol.session, f"/serverban m{number} 1d")
    chat.advance()
    return chat, oscar


@pytest.mark.parametrize(("name", "line", "before"), DEEDS, ids=lambda value: str(value)[:20])
def test_an_action_against_one_of_ten_thousand_delays_no_user(throng, name, line, before):
    chat, oscar = throng
    oscar.types(*(each.format(LETTER * MAX_REASON) for each in before))
    oscar.receives()
    with processor_time(HELD_UP):
        chat.dispatcher.dispatch(oscar.protocol.session, line.format(LETTER * MAX_REASON))
    chat.advance()
    # What everybody reads of it, and the answer.
    assert len(oscar.receives()) <= 2 * (4 * MAX_REASON + 100)
    assert chat.hub.store.audit(1, {}, is_everywhere=True).result[0].deed == name.removeprefix(
        "server"
    )


def test_what_operators_read_is_bounded_as_well():
    chat = Chat(limits=NO_LIMITS)
    oscar = chat.arrive("oscar")
    chat.hub.find_user("oscar").roles.add("operator")
    for number in range(100):
        oscar.types(f"/serverban {longest(f'p{number}', MAX_NICK)} 1d {LETTER * MAX_REASON}")
    oscar.receives()
    for line in ("/audit 999999999", "/serverbans", "/reports 999999999"):
        oscar.types(line)
        assert len(oscar.receives()) < 60_000


def test_what_is_unread_of_an_account_is_bounded_as_well():
    chat = Chat(store=MemoryStore(), limits=NO_LIMITS)
    oscar, bob = come_in(chat, "oscar"), chat.arrive("bob")
    names = [longest(f"{number}-", MAX_ROOM) for number in range(Limits().max_rooms)]
    for person in (oscar, bob):
        person.types(*(f"/join {name}" for name in names))
    oscar.types("/quit")
    for name in names:
        bob.types(f"/join {name}", *["oscar"] * 5)
    # A program is told what others write, and marks none of it.
    Programs(chat).connect().asks("hello", name="oscar", password=SECRET)
    for number in range(MOST):
        writer = chat.arrive(longest(f"{number}-", MAX_NICK))
        writer.types("/msg oscar hello")
        writer.hangs_up()
    oscar = come_in(chat, "oscar")
    oscar.receives()
    oscar.types("/unread")
    chat.advance()
    assert 20_000 < len(oscar.receives()) < 50_000
