"""
CHATHISTORY.
"""

import re

import pytest
from attrs import define
from shared_irc import Client, Clients

from twisted_chat.limits import Limits
from twisted_chat.testing import Chat

CAPS = ("batch", "message-tags", "server-time", "draft/chathistory", "standard-replies",
        "echo-message")  # fmt: skip


REDACTION, PLAYBACK = "draft/message-redaction", "draft/event-playback"


@define(eq=False)
class Talk:
    """
    A client in #den, in which it has said "m2" to "m11", a second apart.
    """

    client: Client
    ids: dict[int, str]

    def asks(self, *lines):
        return self.client.asks(*lines)


@pytest.fixture
def talk():
    here = Clients()
    alice = here.arrive("alice", *CAPS)
    alice.sends("JOIN #den")
    for number in range(2, 12):
        here.chat.advance(1)
        alice.sends(f"PRIVMSG #den :m{number}")
    said = [line for line in alice.reads() if " PRIVMSG #den " in line]
    return Talk(alice, {
        int(line.rsplit(":m", 1)[1]): re.search("msgid=([^; ]+)", line)[1] for line in said
    })  # fmt: skip


def at(second):
    return f"timestamp=2023-11-14T22:13:{20 + second:02}.000Z"


def texts(lines):
    """
    Return the texts of a batch, which is whole.
    """
    start, *inner, end = lines
    name = start.rsplit(" ", 2)[0].rsplit("+", 1)[1]
    assert start.endswith(f"BATCH +{name} chathistory #den")
    assert end.endswith(f"BATCH -{name}")
    assert all(f"batch={name}" in line.partition(" ")[0] for line in inner)
    return [line.rsplit(":", 1)[1] for line in inner]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("LATEST #den * 3", "m9 m10 m11"),
        ("LATEST #den {9} 5", "m10 m11"),
        ("LATEST #den {4} 2", "m10 m11"),
        ("LATEST #den {11} 2", ""),
        ("BEFORE #den {5} 2", "m3 m4"),
        ("BEFORE #den {2} 5", ""),
        ("AFTER #den {5} 2", "m6 m7"),
        ("AFTER #den {10} 9", "m11"),
        ("AROUND #den {6} 3", "m5 m6 m7"),
        ("AROUND #den {2} 3", "m2 m3 m4"),
        ("AROUND #den {6} 1", "m6"),
        ("BETWEEN #den {3} {7} 9", "m4 m5 m6"),
        ("BETWEEN #den {3} {7} 2", "m4 m5"),
        ("BETWEEN #den {7} {3} 2", "m5 m6"),
        ("BETWEEN #den {7} {8} 2", ""),
        (f"LATEST #den {at(8)} 9", "m10 m11"),
        (f"BEFORE #den {at(3)} 9", "m2 m3"),
        (f"AFTER #den {at(8)} 9", "m10 m11"),
        (f"BETWEEN #den {at(1)} {at(4)} 9", "m3 m4"),
        (f"BETWEEN #den {at(4)} {at(1)} 9", "m3 m4"),
        ("latest #DEN * 1", "m11"),
        ("LATEST #den * 0", ""),
    ],
)
def test_a_part_of_the_history_is_shown_as_it_was_said(talk, asked, found):
    lines = talk.asks("CHATHISTORY " + re.sub(r"\{(\d+)\}",
                      lambda place: f"msgid={talk.ids[int(place[1])]}", asked))  # fmt: skip
    assert " ".join(texts(lines)) == found


def test_each_line_has_its_own_time_and_id_as_when_it_was_said(talk):
    line = talk.asks("CHATHISTORY LATEST #den * 1")[1]
    assert line == (
        f"@time=2023-11-14T22:13:30.000Z;batch=history;msgid={talk.ids[11]} "
        ":alice!~u@chat PRIVMSG #den :m11"
    )


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("FOO #den * 1", "INVALID_PARAMS"),
        ("LATEST #den", "INVALID_PARAMS"),
        ("LATEST #nowhere * 1", "INVALID_TARGET"),
        ("LATEST #den * many", "INVALID_PARAMS"),
        ("BEFORE #den msgid=nonsense 1", "MESSAGE_ERROR"),
        ("BEFORE #den msgid=999-9 1", "MESSAGE_ERROR"),
        ("BEFORE #den id=9 1", "INVALID_MSGREFTYPE"),
        ("BEFORE #den yesterday 1", "INVALID_MSGREFTYPE"),
        ("BEFORE #den timestamp=yesterday 1", "INVALID_PARAMS"),
        ("BETWEEN #den * 1", "INVALID_PARAMS"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(talk, asked, code):
    (line,) = talk.asks(f"CHATHISTORY {asked}")
    assert f" FAIL CHATHISTORY {code} " in line


def test_the_history_of_a_room_that_was_private_is_not_for_outsiders(talk):
    chat = talk.client.chat
    talk.client.sends("MODE #den +s", "PRIVMSG #den :secret", "MODE #den -i", "PRIVMSG #den :open")
    here = Clients(chat)
    bob = here.arrive("bob", *CAPS)
    assert texts(bob.asks("CHATHISTORY LATEST #den * 50")) == ["open"]
    talk.client.sends("MODE #den +s")
    assert "INVALID_TARGET" in bob.asks("CHATHISTORY LATEST #den * 50")[0]


def test_a_deleted_line_leaves_its_place(talk):
    talk.client.sends(f"REDACT #den {talk.ids[11]}")
    talk.client.reads()
    assert texts(talk.asks("CHATHISTORY LATEST #den * 2")) == ["m10", "(deleted)"]


def test_a_client_that_knows_of_deleted_lines_is_told_of_one_in_history_as_such(talk):
    here = Clients(talk.client.chat)
    bob = here.arrive("bob", *CAPS, "draft/message-redaction")
    talk.client.sends(f"REDACT #den {talk.ids[10]} :oops")
    id_ = talk.ids[10]
    # It is not counted as a line.
    assert bob.asks("CHATHISTORY LATEST #den * 2")[1:-1] == [
        (
            f"@time=2023-11-14T22:13:29.000Z;batch=history;msgid={id_} "
            ":alice!~u@chat PRIVMSG #den :(deleted)"
        ),
        (
            "@time=2023-11-14T22:13:29.000Z;batch=history;draft/chathistory-context "
            f":alice!~u@chat REDACT #den {id_}"
        ),
        (
            f"@time=2023-11-14T22:13:30.000Z;batch=history;msgid={talk.ids[11]} "
            ":alice!~u@chat PRIVMSG #den :m11"
        ),
    ]


PASSWORD = "correct-horse"


@pytest.fixture
def letters():
    """
    Return two clients, the first with an account, that wrote "m1" to "m6" to each other.
    """
    here = Clients()
    tina, bob = here.arrive("tina", *CAPS), here.arrive("bob", *CAPS)
    tina.sends(f"PRIVMSG NickServ :REGISTER {PASSWORD}")
    tina.reads()
    ids = {}
    for number in range(1, 7):
        here.chat.advance(1)
        writer, reader = (tina, "bob") if number % 2 else (bob, "tina")
        writer.sends(f"PRIVMSG {reader} :m{number}")
        (line,) = writer.reads()[-1:]
        ids[number] = "msgid=" + re.search("msgid=([^; ]+)", line)[1]
        for each in (tina, bob):
            each.reads()
    return tina, bob, ids


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("LATEST {nick} * 2", "m5 m6"),
        ("LATEST {nick} {4} 9", "m5 m6"),
        ("BEFORE {nick} {4} 2", "m2 m3"),
        ("AFTER {nick} {4} 9", "m5 m6"),
        ("AROUND {nick} {4} 3", "m3 m4 m5"),
        ("BETWEEN {nick} {2} {5} 9", "m3 m4"),
        ("BETWEEN {nick} {5} {2} 1", "m4"),
        (f"AFTER {{nick}} {at(4)} 9", "m5 m6"),
        (f"BEFORE {{nick}} {at(4)} 9", "m1 m2 m3"),
        (f"BETWEEN {{nick}} {at(2)} {at(5)} 9", "m3 m4"),
        (f"LATEST {{nick}} {at(5)} 9", "m6"),
    ],
)
def test_private_messages_are_read_by_both(letters, asked, found):
    tina, bob, ids = letters
    for reader, nick in ((tina, "bob"), (bob, "tina")):
        places = {"nick": nick, **{str(number): id_ for number, id_ in ids.items()}}
        line = re.sub(r"\{(\w+)\}", lambda name, by=places: by[name[1]], asked)
        start, *inner, end = reader.asks(f"CHATHISTORY {line}")
        assert start.endswith(f" BATCH +history chathistory {nick}")
        assert end.endswith(" BATCH -history")
        assert [each.rsplit(":", 1)[1] for each in inner] == found.split()
        told = [f"msgid={re.search('msgid=([^; ]+)', each)[1]}" for each in inner]
        assert told == [ids[int(text[1:])] for text in found.split()]


def test_nobody_else_reads_private_messages(letters):
    tina, _, ids = letters
    eve = Clients(tina.chat)
    spy = eve.arrive("eve", *CAPS)
    for asked in ("LATEST tina * 9", f"AROUND bob {ids[3]} 9", f"BEFORE tina {ids[6]} 9"):
        assert len(spy.asks(f"CHATHISTORY {asked}")) == 2


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ("msgid=x", "MESSAGE_ERROR"),
        ("msgid=1-2", "MESSAGE_ERROR"),
        ("msgid=", "MESSAGE_ERROR"),
        ("tea", "INVALID_MSGREFTYPE"),
        ("timestamp=x", "INVALID_PARAMS"),
    ],
)
def test_what_is_no_private_message_is_refused(letters, place, code):
    (line,) = letters[0].asks(f"CHATHISTORY BEFORE bob {place} 9")
    assert f" FAIL CHATHISTORY {code} BEFORE bob :" in line


@pytest.mark.parametrize("mode", ["+k correct-horse", "+R", "+b eve"])
def test_the_history_of_a_channel_that_a_user_may_not_enter_is_no_target(talk, mode):
    eve = Clients(talk.client.chat).arrive("eve", *CAPS)
    if mode == "+R":
        talk.client.sends("PRIVMSG NickServ :REGISTER correct-horse")
    talk.client.sends(f"MODE #den {mode}")
    (line,) = eve.asks("CHATHISTORY LATEST #den * 9")
    assert " FAIL CHATHISTORY INVALID_TARGET LATEST #den :" in line


def targets(lines):
    start, *inner, end = lines
    assert start.endswith(" BATCH +targets draft/chathistory-targets")
    assert end.endswith(" BATCH -targets")
    assert all("batch=targets" in line.partition(" ")[0] for line in inner)
    return [tuple(line.split()[-2:]) for line in inner]


def test_with_whom_and_where_was_talk_is_listed_by_the_last_time(letters):
    tina, bob, _ = letters
    chat = tina.chat
    chat.advance(1)
    bob.sends("PRIVMSG #lobby :hello all")
    chat.advance(1)
    bob.sends("JOIN #secret", "PRIVMSG #secret :psst")
    tina.reads()
    start, end = "timestamp=2020-01-01T00:00:00.000Z", "timestamp=2262-01-01T00:00:00.000Z"
    told = [("bob", "2023-11-14T22:13:26.000Z"), ("#lobby", "2023-11-14T22:13:27.000Z")]
    assert targets(tina.asks(f"CHATHISTORY TARGETS {start} {end} 9")) == told
    assert targets(tina.asks(f"CHATHISTORY TARGETS {end} {start} 9")) == told
    assert targets(tina.asks(f"CHATHISTORY TARGETS {start} {end} 1")) == told[:1]
    # Backwards in time, they are counted from the latest one.
    assert targets(tina.asks(f"CHATHISTORY TARGETS {end} {start} 1")) == told[1:]
    assert targets(tina.asks(f"CHATHISTORY TARGETS {end} {start} 0")) == []
    assert targets(tina.asks(f"CHATHISTORY TARGETS {at(6)} {end} 9")) == told[1:]
    assert targets(tina.asks(f"CHATHISTORY TARGETS {start} {at(7)} 9")) == told[:1]
    (line,) = tina.asks(f"CHATHISTORY TARGETS msgid=1 {end} 9")
    assert " FAIL CHATHISTORY INVALID_PARAMS " in line


def listed(client):
    """
    Return the users who are targets, with their times, and with what LATEST shows last of each.
    """
    span = "timestamp=2020-01-01T00:00:00.000Z timestamp=2262-01-01T00:00:00.000Z"
    found = targets(client.asks(f"CHATHISTORY TARGETS {span} 9"))
    latest = []
    for nick, _ in found:
        _, *inner, _ = client.asks(f"CHATHISTORY LATEST {nick} * 1")
        latest.append(
            [(re.search("time=([^; ]+)", line)[1], line.split(" :")[-1]) for line in inner]
        )
    return found, latest


def test_the_time_of_a_target_is_that_of_the_latest_message_that_it_shows():
    here = Clients()
    tina, carl = here.arrive("tina", *CAPS), here.arrive("bob", *CAPS)
    tina.sends(f"PRIVMSG NickServ :REGISTER {PASSWORD}")

    def says(client, text):
        here.chat.advance(1)
        client.sends(f"PRIVMSG tina :{text}")
        tina.reads()

    says(carl, "one")
    carl.sends("NICK carl")
    bob = here.arrive("bob", *CAPS)
    says(bob, "two")
    at_21, at_22, at_23 = (f"2023-11-14T22:13:{second}.000Z" for second in (21, 22, 23))
    assert listed(tina) == ([("bob", at_22)], [[(at_22, "two")]])
    # Who is called carl had the nick of bob, by which all that they write is shown too.
    says(carl, "three")
    both = [("bob", at_23), ("carl", at_23)]
    assert sorted(listed(tina)[0]) == both
    assert listed(tina)[1] == [[(at_23, "three")]] * 2
    span = f"timestamp={at_22} timestamp=2262-01-01T00:00:00.000Z"
    assert sorted(targets(tina.asks(f"CHATHISTORY TARGETS {span} 9"))) == both
    tina.asks("IGNORE carl")
    assert listed(tina) == ([("bob", at_22)], [[(at_22, "two")]])
    assert at_21 not in str(tina.asks("CHATHISTORY LATEST bob * 9"))


def test_whom_a_user_ignores_is_a_target_for_what_they_wrote_to_them():
    here = Clients()
    tina, eve = here.arrive("tina", *CAPS), here.arrive("eve", *CAPS)
    tina.sends(f"PRIVMSG NickServ :REGISTER {PASSWORD}")
    here.chat.advance(1)
    tina.sends("PRIVMSG eve :mine")
    here.chat.advance(1)
    eve.sends("PRIVMSG tina :theirs")
    tina.reads()
    at_21, at_22 = "2023-11-14T22:13:21.000Z", "2023-11-14T22:13:22.000Z"
    assert listed(tina) == ([("eve", at_22)], [[(at_22, "theirs")]])
    tina.asks("IGNORE eve")
    assert listed(tina) == ([("eve", at_21)], [[(at_21, "mine")]])


def test_a_nick_by_which_another_user_is_meant_now_is_no_target():
    here = Clients()
    tina, guest = here.arrive("tina", *CAPS), here.arrive("oca", *CAPS)
    tina.sends(f"PRIVMSG NickServ :REGISTER {PASSWORD}")
    guest.sends("PRIVMSG tina :tea?", "QUIT")
    tina.reads()
    assert [nick for nick, _ in listed(tina)[0]] == ["oca"]
    # In Cyrillic, it looks the same, and is who a client means that asks for that nick.
    alike = here.arrive("\u043e\u0441\u0430", *CAPS)
    tina.reads()
    assert listed(tina) == ([], [])
    alike.sends("QUIT")
    tina.reads()
    assert [nick for nick, _ in listed(tina)[0]] == ["oca"]


def test_how_a_channel_was_set_is_played_back_to_who_asks_for_it():
    here = Clients()
    alice = here.arrive("alice", *CAPS, "draft/event-playback")
    bob = here.arrive("bob", *CAPS)
    alice.sends("JOIN #den")
    bob.sends("JOIN #den")
    for each in ("PRIVMSG #den :one", "TOPIC #den :tea", "MODE #den +m", "PRIVMSG #den :two"):
        here.chat.advance(1)
        alice.sends(each)
    lines = [line for line in alice.reads() if re.search(r" (PRIVMSG|TOPIC|MODE) #den ", line)]
    bob.reads()
    _, *inner, _ = alice.asks("CHATHISTORY LATEST #den * 9")
    assert [line.replace("batch=history;", "") for line in inner] == lines
    topic = re.search("msgid=([^; ]+)", lines[1])[1]
    _, *before, _ = alice.asks(f"CHATHISTORY BEFORE #den msgid={topic} 9")
    assert len(before) == 1
    _, *after, _ = alice.asks(f"CHATHISTORY AFTER #den msgid={topic} 9")
    assert len(after) == 2
    _, *talk, _ = bob.asks("CHATHISTORY LATEST #den * 9")
    assert [line.rsplit(":", 1)[1] for line in talk] == ["one", "two"]


def test_what_is_played_back_has_the_account_that_it_had_when_it_happened():
    here, caps = Clients(), (*CAPS, "account-tag", "draft/event-playback", REDACTION)
    alice, bob = here.arrive("alice", *caps), here.arrive("bob", *caps)
    alice.sends("PRIVMSG NickServ :REGISTER correct-horse", "JOIN #den")
    bob.sends("JOIN #den", "PRIVMSG #den :hi", "PRIVMSG alice :tea?")
    alice.reads()
    alice.sends("TOPIC #den :tea", "MODE #den +m", "MODE #den +v bob")
    said = alice.asks("PRIVMSG #den :oops", "PRIVMSG bob :yes")
    (id_,) = [re.search("msgid=([^; ]+)", line)[1] for line in said if line.endswith(":oops")]
    alice.asks(f"REDACT #den {id_}", "NICK ally")
    # Nobody is called so now.
    told = bob.asks("CHATHISTORY LATEST #den * 9")
    told = told[[" BATCH +" in line for line in told].index(True) :]
    accounts = [re.findall("account=([^; ]+)", line) for line in told]
    assert list(zip([line.split()[2] for line in told], accounts, strict=True)) == [
        ("BATCH", []),
        ("PRIVMSG", []),
        ("TOPIC", ["alice"]),
        ("MODE", ["alice"]),
        ("MODE", ["alice"]),
        ("PRIVMSG", ["alice"]),
        ("REDACT", ["alice"]),
        ("BATCH", []),
    ]
    _, asked, answered, _ = bob.asks("CHATHISTORY LATEST ally * 9")
    assert "account=" not in asked
    assert ";account=alice :alice!~u@chat PRIVMSG bob :yes" in answered


def test_a_line_that_another_user_deleted_has_the_account_of_its_writer_alone():
    here, caps = Clients(), (*CAPS, "account-tag", REDACTION)
    alice, bob = here.arrive("alice", *caps), here.arrive("bob", *caps)
    for client in (alice, bob):
        client.sends("PRIVMSG NickServ :REGISTER correct-horse", "JOIN #den")
        client.reads()
    (said,) = bob.asks("PRIVMSG #den :oops")
    alice.sends(f"REDACT #den {re.search('msgid=([^; ]+)', said)[1]}")
    alice.reads()
    _, deleted, redacted, _ = alice.asks("CHATHISTORY LATEST #den * 9")
    assert ";account=bob :bob!~u@chat PRIVMSG #den :(deleted by alice)" in deleted
    # By which account is not kept.
    assert "account=" not in redacted
    assert " :alice!~u@chat REDACT #den " in redacted


def test_who_registers_reads_on_what_they_wrote_before_as_a_guest():
    here = Clients()
    tina, gast = here.arrive("tina", *CAPS), here.arrive("gast", *CAPS)
    tina.sends(f"PRIVMSG NickServ :REGISTER {PASSWORD}")
    here.chat.advance(1)
    gast.sends("PRIVMSG tina :before")
    here.chat.advance(1)
    tina.sends("PRIVMSG gast :heard")
    asked = (
        "CHATHISTORY LATEST tina * 10",
        "CHATHISTORY AROUND tina timestamp=2023-11-14T22:13:21.000Z 9",
    )
    gast.reads()
    before = [gast.asks(each) for each in asked]
    gast.sends(f"PRIVMSG NickServ :REGISTER {PASSWORD}")
    gast.reads()
    for found in (before, [gast.asks(each) for each in asked]):
        for page in found:
            assert [line.rpartition(" :")[2] for line in page if " PRIVMSG " in line] == [
                "before",
                "heard",
            ]
    span = "timestamp=2000-01-01T00:00:00.000Z timestamp=2099-01-01T00:00:00.000Z"
    targets = gast.asks(f"CHATHISTORY TARGETS {span} 9")
    assert [line.split()[-2] for line in targets if " TARGETS " in line] == ["tina"]


def reacts(id_, symbol):
    return f"@+draft/react={symbol};+reply={id_} TAGMSG #den"


@pytest.mark.parametrize("leave", ["QUIT", "PART #den"])
def test_who_comes_back_learns_of_reactions_behind_the_lines_that_they_are_about(talk, leave):
    here = Clients(talk.client.chat)
    bob = here.arrive("bob", *CAPS)
    bob.sends(f"PRIVMSG NickServ :REGISTER {PASSWORD}", "JOIN #den")
    bob.sends(reacts(talk.ids[10], "+1"), reacts(talk.ids[10], "tea"))
    talk.client.sends(reacts(talk.ids[10], "+1"), reacts(talk.ids[11], "+1"))
    talk.client.sends(f"@+draft/unreact=+1;+reply={talk.ids[11]} TAGMSG #den")
    # Who is not in the channel is called by their account.
    bob.sends("NICK bobby", leave)
    carol = here.arrive("carol", *CAPS, "account-tag", PLAYBACK)
    start, said, *told, last, end = carol.asks("CHATHISTORY LATEST #den * 2")
    assert said.endswith(" PRIVMSG #den :m10")
    about = f"+reply={talk.ids[10]};+draft/reply={talk.ids[10]}"
    at_m10 = "@time=2023-11-14T22:13:29.000Z;batch=history"
    context = "draft/chathistory-context"
    bob_says = ":bob!~u@chat TAGMSG #den"
    assert told == [
        f"{at_m10};+draft/react=+1;{about};account=bob;{context} {bob_says}",
        f"{at_m10};+draft/react=tea;{about};account=bob;{context} {bob_says}",
        f"{at_m10};+draft/react=+1;{about};{context} :alice!~u@chat TAGMSG #den",
    ]
    # They are not counted, and pages begin and end with lines.
    assert last.endswith(" PRIVMSG #den :m11")
    assert " BATCH +" in start
    assert " BATCH -" in end
    assert texts(carol.asks(f"CHATHISTORY AFTER #den msgid={talk.ids[10]} 9")) == ["m11"]
    assert texts(carol.asks(f"CHATHISTORY AFTER #den {at(9)} 9")) == ["m11"]
    assert texts(carol.asks(f"CHATHISTORY BEFORE #den {at(9)} 1")) == ["m9"]


@pytest.mark.parametrize(
    "caps",
    [
        CAPS,
        (*CAPS, REDACTION),
        ("batch", "server-time", "draft/chathistory", PLAYBACK),
        ("message-tags", "server-time", "draft/chathistory", PLAYBACK),
    ],
)
def test_history_of_others_has_no_reactions(talk, caps):
    carol = Clients(talk.client.chat).arrive("carol", *caps)
    talk.client.sends(reacts(talk.ids[11], "+1"))
    lines = carol.asks("CHATHISTORY LATEST #den * 1")
    (line,) = [line for line in lines if " BATCH " not in line]
    assert line.endswith("m11")


def test_who_is_shown_the_latest_lines_as_they_enter_is_told_of_reactions():
    here = Clients(Chat(limits=Limits(rate=0.0, history_lines=20)))
    alice = here.arrive("alice", *CAPS)
    alice.sends("JOIN #den")
    alice.reads()
    (said,) = alice.asks("PRIVMSG #den :hi")
    alice.sends(reacts(re.search("msgid=([^; ]+)", said)[1], "+1"))
    carol = here.arrive("carol", "batch", "message-tags", "server-time", PLAYBACK)
    *_, start, told, reaction, end = carol.asks("JOIN #den")
    assert start.endswith(" BATCH +history chathistory #den")
    assert told.endswith(" PRIVMSG #den :hi")
    assert re.search(r";\+draft/react=\+1;.* :alice!~u@chat TAGMSG #den$", reaction)
    assert end.endswith(" BATCH -history")


def tagged(lines):
    """
    Return who reacts with what in ``lines``, and as which account.
    """
    found = [line for line in lines if " TAGMSG " in line]
    parts = [re.findall("(?:react=| :)([^;! ]+)", line) for line in found]
    accounts = [re.findall("account=([^;]+)", line) for line in found]
    return [(*each, *account) for each, account in zip(parts, accounts, strict=True)]


def looks(here):
    """
    Return the reactions in #den that a client reads which has just come.
    """
    carol = here.arrive("carol", *CAPS, "account-tag", PLAYBACK)
    return tagged(carol.asks("CHATHISTORY LATEST #den * 9"))


def says(client, text="hi"):
    """
    Send ``text`` to #den by ``client``, and return the id of that message.
    """
    said = [line for line in client.asks(f"PRIVMSG #den :{text}") if " PRIVMSG " in line]
    return re.search("msgid=([^; ]+)", said[-1])[1]


def test_a_guest_who_is_in_the_channel_since_before_the_line_is_told_by_their_nick(talk):
    here = Clients(talk.client.chat)
    bob = here.arrive("bob", *CAPS)
    bob.sends("JOIN #den")
    bob.sends(reacts(says(talk.client), "+1"), "NICK bobby")
    assert looks(here) == [("+1", "bobby")]


# What a guest does after a reaction as anon, or before it.  "secret" is an account.
@pytest.mark.parametrize(
    "does",
    [
        ("QUIT",),
        ("PART #den",),
        ("PART #den", "NICK other"),
        ("PART #den", "NICK other", "JOIN #den"),
        ("PART #den", "JOIN #den"),
        ("PART #den", f"PRIVMSG NickServ :IDENTIFY secret {PASSWORD}"),
        ("PART #den", f"PRIVMSG NickServ :IDENTIFY secret {PASSWORD}", "JOIN #den"),
        (f"PRIVMSG NickServ :IDENTIFY secret {PASSWORD}",),
        ("PART #den", "NICK other", f"PRIVMSG NickServ :REGISTER {PASSWORD}"),
        ("PART #den", "NICK other", f"PRIVMSG NickServ :REGISTER {PASSWORD}", "JOIN #den"),
        (f"PRIVMSG NickServ :REGISTER {PASSWORD}",),
    ],
)
def test_history_does_not_tell_who_a_guest_is_by_now(talk, does):
    here = Clients(talk.client.chat)
    own = here.arrive("secret", *CAPS)
    own.sends(f"PRIVMSG NickServ :REGISTER {PASSWORD}", "QUIT")
    anon = here.arrive("anon", *CAPS)
    anon.sends("JOIN #den")
    anon.sends(reacts(says(talk.client), "+1"))
    for each in does:
        anon.sends(each)
    assert looks(here) == []


def test_an_account_in_the_channel_tells_nothing_of_what_its_user_did_as_a_guest(talk):
    here = Clients(talk.client.chat)
    bob = here.arrive("bob", *CAPS)
    bob.sends("JOIN #den")
    id_ = says(talk.client)
    bob.sends(reacts(id_, "guest"), f"PRIVMSG NickServ :REGISTER {PASSWORD}", "NICK bobby")
    bob.sends(reacts(id_, "own"))
    assert looks(here) == [("own", "bobby", "bob")]


def test_who_logs_in_elsewhere_is_told_by_the_account_that_reacted(talk):
    here = Clients(talk.client.chat)
    bob = here.arrive("bob", *CAPS)
    bob.sends(f"PRIVMSG NickServ :REGISTER {PASSWORD}", "JOIN #den")
    bob.sends(reacts(says(talk.client), "+1"), "PART #den", "NICK bobby")
    assert looks(here) == [("+1", "bob", "bob")]


def test_nobody_reads_in_history_who_reacted_whom_they_ignore(talk):
    here = Clients(talk.client.chat)
    bob, eve, dave = (here.arrive(nick, *CAPS) for nick in ("bob", "eve", "dave"))
    for each in (bob, eve, dave):
        each.sends("JOIN #den")
    id_ = says(talk.client)
    for each in (bob, eve, dave):
        each.sends(reacts(id_, "+1"))
    carol = here.arrive("carol", *CAPS, PLAYBACK)
    carol.asks("IGNORE eve")
    assert tagged(carol.asks("CHATHISTORY LATEST #den * 1")) == [("+1", "bob"), ("+1", "dave")]
    # What happens under an ignored nick is hidden, no matter who has it by now.
    eve.sends("NICK mallory")
    dave.sends("NICK eve")
    assert tagged(carol.asks("CHATHISTORY LATEST #den * 1")) == [("+1", "bob")]


def test_who_reacted_as_a_guest_and_with_their_account_is_told_once(talk):
    here = Clients(talk.client.chat)
    bob = here.arrive("bob", *CAPS, PLAYBACK)
    bob.sends("JOIN #den", reacts(talk.ids[11], "+1"))
    bob.sends(f"PRIVMSG NickServ :REGISTER {PASSWORD}", reacts(talk.ids[11], "+1"))
    bob.reads()
    lines = bob.asks("CHATHISTORY LATEST #den * 1")
    assert len([line for line in lines if " TAGMSG " in line]) == 1


def test_a_deleted_line_has_no_reactions(talk):
    carol = Clients(talk.client.chat).arrive("carol", *CAPS, PLAYBACK)
    talk.client.sends(reacts(talk.ids[11], "+1"), f"REDACT #den {talk.ids[11]}")
    assert texts(carol.asks("CHATHISTORY LATEST #den * 1")) == ["(deleted)"]
