"""
Events as messages.
"""

import pytest
from attrs import fields
from hypothesis import given
from hypothesis import strategies as st
from shared_irc import Clients, known

from twisted_chat import events
from twisted_chat.doors.irc.dialect import IrcDialect, time_tag
from twisted_chat.doors.irc.message import parse
from twisted_chat.doors.irc.site import Site
from twisted_chat.events import Joined, Said
from twisted_chat.replies.pages import NewDay, PageKind, Transcript
from twisted_chat.replies.reply import Labelled, Notice
from twisted_chat.testing import Chat
from twisted_chat.world.settings import Preferences

SITE = Site(Chat().hub, "chat.example")
PLAIN = IrcDialect(SITE)
FULL = IrcDialect(
    SITE,
    frozenset({"server-time", "message-tags", "account-tag", "extended-join", "echo-message"}),
)


def test_a_line_has_its_time_id_and_account_where_that_was_asked_for():
    event = Said(1_700_000_000.1234, "lobby", "tina", "hi", 7, account="Tina")
    room = SITE.room_called("lobby")
    assert PLAIN.render(event) == b":tina!~u@chat PRIVMSG #lobby :hi\r\n"
    assert FULL.render(event) == (
        b"@time=2023-11-14T22:13:20.123Z;msgid=%d-7;account=Tina "
        b":tina!~u@chat PRIVMSG #lobby :hi\r\n" % room.timeline.id
    )


def test_an_answer_says_what_it_answers_and_where_tags_are_not_read_in_words():
    event = Said(0.0, "lobby", "tina", "yes", 8, re=7, quote="ada: tea?", quoted="ada")
    assert PLAIN.render(event) == b":tina!~u@chat PRIVMSG #lobby :(re ada: tea?) yes\r\n"
    tagged = known(parse(FULL.render(event).removesuffix(b"\r\n")))
    answered = SITE.message_id("lobby", 7)
    assert (tagged.tags["+reply"], tagged.tags["+draft/reply"]) == (answered, answered)


@pytest.mark.parametrize(
    ("at", "tag"),
    [
        (0.0, "1970-01-01T00:00:00.000Z"),
        (1_700_000_000.999, "2023-11-14T22:13:20.999Z"),
        (951_782_400.5, "2000-02-29T00:00:00.500Z"),
    ],
)
def test_the_time_is_that_of_the_event(at, tag):
    assert time_tag(at) == tag


def test_equal_dialects_are_one_key():
    assert IrcDialect(SITE, frozenset({"server-time"})) == IrcDialect(
        SITE, frozenset({"server-time"})
    )
    assert len({PLAIN, FULL, IrcDialect(SITE)}) == 2


def test_settings_make_no_difference():
    assert PLAIN.adapt(Preferences(color=True), several_rooms=True) is PLAIN
    assert PLAIN.preferences == Preferences()


def test_a_page_that_nobody_asked_for_and_a_new_day_are_not_told():
    assert PLAIN.render(NewDay(0.0)) == b""
    assert PLAIN.render(Transcript(0.0, PageKind.EARLIER, (), "lobby")) == b""


def test_a_label_is_on_each_reply():
    told = Labelled(0.0, Notice(0.0, "tea"), "a;b")
    assert PLAIN.render(told, "tina") == b"@label=a\\:b :chat.example NOTICE tina :tea\r\n"


_ALL = sorted(set(events.__all__) - {"Event", "Departure"})
_VALUES = {
    "str": st.text(), "int": st.integers(0, 99), "float": st.floats(0, 4e9), "bool": st.booleans(),
}  # fmt: skip


@pytest.mark.parametrize("name", _ALL)
@given(data=st.data())
def test_whatever_an_event_holds_it_is_whole_messages(name, data):
    kind = getattr(events, name)
    values = {each.name: data.draw(_VALUES[str(each.type)]) for each in fields(kind)}
    if "mode" in values:
        values["mode"] = data.draw(
            st.sampled_from(["private", "lock", "slow", "limit", "keephistory"])
        )
    if "rank" in values:
        values["rank"] = data.draw(st.sampled_from(["owner", "operator", "voiced"]))
    if name == "RankChanged" and values["rank"] == "owner":
        values["is_held"] = False
    for dialect in (PLAIN, FULL):
        *lines, rest = dialect.render(kind(**values), "tina").split(b"\r\n")
        assert rest == b""
        for line in lines:
            assert not {0, 10, 13} & set(line)
            body = line.partition(b" ")[2] if line.startswith(b"@") else line
            assert len(body) <= 510


def test_the_account_of_who_joins_is_told_where_that_was_asked_for():
    here = Clients()
    here.arrive("ada").sends("PRIVMSG NickServ :REGISTER correct-horse")
    site = here.factory.site
    dialect = IrcDialect(site, frozenset({"extended-join"}))
    assert dialect.render(Joined(0.0, "den", "ada")) == b":ada!~u@chat JOIN #den ada :ada\r\n"
    assert dialect.render(Joined(0.0, "den", "bob")) == b":bob!~u@chat JOIN #den * :bob\r\n"


def test_who_joins_and_is_called_otherwise_at_once_has_their_account_and_real_name() -> None:
    here = Clients()
    alice, bob = here.arrive("alice"), here.arrive("bob", "extended-join", "account-tag")
    bob.sends("JOIN #den")
    alice.sends("PRIVMSG NickServ :REGISTER correct-horse", "SETNAME :Alice of the Tea")
    bob.reads()
    alice.sends("JOIN #den", "NICK ally", "NICK al")
    assert bob.reads() == [
        "@account=alice :alice!~u@chat JOIN #den alice :Alice of the Tea",
        "@account=alice :alice!~u@chat NICK :ally",
        "@account=alice :ally!~u@chat NICK :al",
    ]
    # Who comes and goes at once has the account still, and no real name, as nobody can look
    # whether they are ignored.
    alice.sends("PART #den", "JOIN #den", "QUIT")
    assert bob.reads() == [
        "@account=alice :al!~u@chat PART #den",
        "@account=alice :al!~u@chat JOIN #den alice :al",
        "@account=alice :al!~u@chat QUIT :",
    ]


def test_the_real_name_of_who_is_ignored_is_hidden_also_if_they_are_called_otherwise_at_once() -> (
    None
):
    here = Clients()
    alice, bob = here.arrive("alice"), here.arrive("bob", "extended-join")
    alice.sends("SETNAME :Alice of the Tea")
    bob.sends("JOIN #den", "IGNORE alice")
    bob.reads()
    alice.sends("JOIN #den", "NICK ally")
    assert bob.reads() == [":alice!~u@chat JOIN #den * :alice", ":alice!~u@chat NICK :ally"]


def test_who_takes_a_nick_that_another_has_just_left_has_their_own_account_alone() -> None:
    here = Clients()
    bob, ann, carol = here.arrive("bob", "extended-join"), here.arrive("ann"), here.arrive("carol")
    bob.sends("JOIN #den")
    ann.sends("PRIVMSG NickServ :REGISTER correct-horse", "NICK alice", "JOIN #den")
    ann.sends("NICK al")
    carol.sends("NICK alice", "JOIN #den")
    assert [line for line in bob.reads() if " JOIN #den " in line][-2:] == [
        ":alice!~u@chat JOIN #den ann :ann",
        ":alice!~u@chat JOIN #den * :carol",
    ]


def test_what_is_done_has_the_account_of_who_does_it() -> None:
    here = Clients()
    alice, bob = here.arrive("alice"), here.arrive("bob", "account-tag", "away-notify")
    alice.sends("PRIVMSG NickServ :REGISTER correct-horse")
    bob.reads()
    for sent in ("TOPIC #lobby :tea", "AWAY :tea", "JOIN #den", "INVITE bob #den", "QUIT"):
        alice.sends(sent)
    assert bob.reads() == [
        "@account=alice :alice!~u@chat TOPIC #lobby :tea",
        "@account=alice :alice!~u@chat AWAY :tea",
        "@account=alice :alice!~u@chat INVITE bob :#den",
        "@account=alice :alice!~u@chat QUIT :",
    ]


def test_who_kicks_is_called_otherwise_or_leaves_has_their_account_and_a_guest_has_none() -> None:
    here = Clients()
    alice, bob, carol = (here.arrive(nick, "account-tag") for nick in ("alice", "bob", "carol"))
    alice.sends("PRIVMSG NickServ :REGISTER correct-horse", "JOIN #den")
    for each in (bob, carol):
        each.sends("JOIN #den")
    for each in (alice, bob, carol):
        each.reads()
    kick = "@account=alice :alice!~u@chat KICK #den bob :out"
    assert alice.asks("KICK #den bob :out") == [kick]
    assert (bob.reads(), carol.reads()) == ([kick], [kick])
    renamed = "@account=alice :alice!~u@chat NICK :eve"
    assert (alice.asks("NICK eve"), carol.reads()) == ([renamed], [renamed])
    alice.sends("QUIT :bye")
    assert carol.reads() == ["@account=alice :eve!~u@chat QUIT :bye"]
    # Another user may be called so next.
    bob.sends("NICK eve", "QUIT")
    assert carol.reads() == [":bob!~u@chat NICK :eve", ":eve!~u@chat QUIT :"]
