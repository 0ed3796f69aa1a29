"""
Programs: what they say and run by name with typed arguments, with labels and with passwords.
"""

from __future__ import annotations

import enum
from types import ModuleType
from typing import Any, Literal

import pytest
from attrs import evolve
from logins import SECRET, come
from programs import Program, arrive, labels_of, plain, sentences
from stores import SlowStore
from twisted.internet.defer import Deferred
from twisted.logger import capturedLogs

from twisted_chat import (
    ChatError,
    Context,
    Duration,
    Room,
    Secret,
    Text,
    User,
    command,
    events,
    filters,
    on,
)
from twisted_chat.replies import Done, Labelled
from twisted_chat.testing import NO_LIMITS, Chat


def plugin(*functions: Any) -> ModuleType:
    module = ModuleType(__name__)
    vars(module).update({function.__name__: function for function in functions})
    return module


# -- saying ---------------------------------------------------------------------------------------


def test_what_a_program_says_is_said_whatever_it_begins_with() -> None:
    chat = Chat()
    bob = chat.arrive("bob")
    robot = arrive(chat, "robot")
    bob.reads()
    chat.dispatcher.say(robot.session, "/quit")
    chat.dispatcher.say(robot.session, "@bob: quit")
    chat.dispatcher.say(robot.session, "quit")
    chat.advance()
    assert bob.reads() == ["robot: /quit", "robot: @bob: quit", "robot: quit"]


def test_each_line_of_a_message_costs_as_much_as_one() -> None:
    chat = Chat(limits=evolve(NO_LIMITS, rate=1.0, burst=10))
    robot = arrive(chat, "robot")
    chat.advance(60)
    assert chat.dispatcher.wait(robot.session) == 0
    chat.dispatcher.say(robot.session, "1\n2\n3\n4\n5\n6\n7\n8\n9")
    assert chat.dispatcher.wait(robot.session) == 0
    chat.dispatcher.dispatch(robot.session, "1\n2\n3")
    assert chat.dispatcher.wait(robot.session) == pytest.approx(3)


# -- labels ---------------------------------------------------------------------------------------


def test_a_program_that_echoes_reads_its_own_line_with_its_number_and_its_label() -> None:
    chat = Chat()
    bob = chat.arrive("bob")
    robot, other = arrive(chat, "robot"), arrive(chat, "other")
    robot.reads()
    bob.types("before")
    chat.dispatcher.say(robot.session, "hello", "a1")
    bob.types("after")
    read = robot.reads()
    assert [(event.text, event.number) for event in plain(read)] == [
        ("before", 1 + (first := plain(read)[0].number) - 1),
        ("hello", first + 1),
        ("after", first + 2),
    ]
    assert labels_of(read) == ["", "a1", "a1", ""]
    assert isinstance(read[2], Labelled)
    assert isinstance(read[2].event, Done)
    # Nobody else reads it.
    assert labels_of(other.reads()) == ["", "", ""]


def test_who_does_not_echo_is_told_that_it_is_done() -> None:
    chat = Chat()
    robot = arrive(chat, "robot", echoes=False)
    chat.dispatcher.say(robot.session, "hello", "a1")
    chat.dispatcher.dispatch(robot.session, "hello", "a2")
    read = robot.reads()
    assert labels_of(read) == ["a1", "a2"]
    assert plain(read) == []
    chat.dispatcher.say(robot.session, "hello")
    assert robot.reads() == []


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("/me waves", events.Acted),
        ("/topic tea", events.TopicChanged),
        ("/msg bob psst", events.Told),
        ("/react 3 +1", events.Reacted),
        ("/edit 3 better", events.Edited),
    ],
)
def test_what_a_request_brings_about_comes_back_with_its_label(line: str, kind: Any) -> None:
    chat = Chat()
    chat.arrive("bob")
    robot, other = arrive(chat, "robot"), arrive(chat, "other")
    chat.dispatcher.say(robot.session, "a line")
    number = plain(robot.reads())[-1].number
    other.reads()
    chat.dispatcher.dispatch(robot.session, line.replace("3", str(number)), "x")
    read = robot.reads()
    assert labels_of(read) == ["x", "x"]
    assert isinstance(plain(read)[0], kind)
    assert set(labels_of(other.reads())) <= {""}


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("/nosuch", "No such command: /nosuch."),
        ("/kick nobody", "Nobody here is called nobody."),
        ("/serverkick bob", "Only an operator may use /serverkick."),
        ("/audit many", 'count must be a whole number, not "many".'),
        ("/register", "A password is needed for that, and none was given."),
        ("/fails", "Sorry, /fails failed. It has been logged."),
        ("/refuses", "Not now."),
        ("/refuses later", "Not later either."),
    ],
)
def test_a_refusal_has_the_label(line: str, sentence: str) -> None:
    waiting: list[Deferred[None]] = []

    @command
    def fails(ctx: Context) -> None:
        """Fail."""
        raise ValueError

    @command
    async def refuses(ctx: Context, when: str = "now") -> None:
        """Refuse."""
        if when == "later":
            waiting.append(Deferred())
            await waiting[0]
            raise ChatError("Not later either.")
        raise ChatError("Not now.")

    chat = Chat(plugin(fails, refuses))
    chat.arrive("bob")
    robot = arrive(chat, "robot")
    with capturedLogs():
        chat.dispatcher.dispatch(robot.session, line, "r")
    if waiting:
        chat.dispatcher.say(robot.session, "meanwhile", "m")
        assert labels_of(robot.reads()) == ["m", "m"]
        waiting[0].callback(None)
    read = robot.reads()
    assert set(labels_of(read)) == {"r"}
    assert sentences(read)[0].startswith(sentence)
    # A refusal is not done.
    assert not any(isinstance(event.event, Done) for event in read if isinstance(event, Labelled))


def test_replies_that_come_later_have_the_label_of_their_request_and_no_other() -> None:
    waiting: dict[str, Deferred[str]] = {}

    @command
    async def wait(ctx: Context, what: str) -> str:
        """Wait for something."""
        waiting[what] = Deferred()
        found = await waiting[what]
        ctx.reply(f"here is {what}")
        return found

    @command
    def remind(ctx: Context, after: Duration, *, text: str) -> None:
        """Remind of something."""
        ctx.later(after.total_seconds(), ctx.reply, text)

    chat = Chat(plugin(wait, remind))
    robot = arrive(chat, "robot")
    chat.dispatcher.dispatch(robot.session, "/wait tea", "t")
    chat.dispatcher.dispatch(robot.session, "/wait milk", "m")
    chat.dispatcher.dispatch(robot.session, "/wait cup")
    chat.dispatcher.dispatch(robot.session, "/remind 5s drink", "r")
    assert [labels_of(robot.reads())] == [["r"]]
    for what in ("milk", "cup", "tea"):
        waiting[what].callback(f"{what} is there")
    chat.advance(5)
    read = robot.reads()
    assert sentences(read) == [
        "here is milk", "milk is there", "here is cup", "cup is there", "here is tea",
        "tea is there", "drink",
    ]  # fmt: skip
    assert labels_of(read) == ["m", "m", "m", "", "", "t", "t", "t", "r"]


def test_an_answer_to_a_line_that_is_read_from_the_disk_first_has_its_label() -> None:
    store = SlowStore(is_slow=False)
    chat = Chat(store=store)
    robot = arrive(chat, "robot")
    chat.dispatcher.say(robot.session, "old")
    number = plain(robot.reads())[-1].number
    for _ in range(2000):
        chat.dispatcher.say(robot.session, "new")
    chat.advance()
    robot.reads()
    store.is_slow = True
    chat.dispatcher.dispatch(robot.session, f"/re {number} yes", "late")
    assert robot.reads() == []
    chat.dispatcher.dispatch(robot.session, "/nosuch", "soon")
    store.is_slow = False
    store.answers()
    read = robot.reads()
    found = [
        event.event for event in read if isinstance(event, Labelled) and event.label == "late"
    ]
    said = found[0]
    assert isinstance(said, events.Said)
    assert (said.re, said.text) == (number, "yes")
    assert len(found) == 2


def test_a_page_of_history_that_is_read_later_has_its_label() -> None:
    chat = Chat(limits=evolve(NO_LIMITS, history_lines=5))
    come(chat, "alice").types("/join garden", "hello")
    robot = arrive(chat, "robot")
    read = robot.runs("join", "j", room="garden")
    assert set(labels_of(read)) == {"j"}
    assert len(read) >= 3


def test_what_plugins_say_to_an_event_is_no_reply_to_who_brought_it_about() -> None:
    @on(events.Said)
    def greet(hub: Any, event: events.Said) -> None:
        hub.find_user(event.nick).notify("Heard.")
        hub.find_room(event.room).announce("Somebody spoke.")

    @filters(events.Said)
    def refuse(hub: Any, event: events.Said) -> None:
        if event.text == "no":
            raise ChatError("Not that.")

    chat = Chat(plugin(greet, refuse))
    robot = arrive(chat, "robot")
    chat.dispatcher.say(robot.session, "hello", "a")
    read = robot.reads()
    assert labels_of(read) == ["a", "", "", "a"]
    chat.dispatcher.say(robot.session, "no", "b")
    read = robot.reads()
    assert (sentences(read), labels_of(read)) == (["Not that."], ["b"])


# -- running --------------------------------------------------------------------------------------


NOTHING = Text("-")


class Side(enum.Enum):
    LEFT = "l"
    RIGHT = "r"


@command
def take(
    ctx: Context,
    who: User,
    count: int = 1,
    share: float = 0.5,
    loud: bool = False,  # noqa: FBT002  # as plugins declare it
    side: Side = Side.LEFT,
    where: Room | None = None,
    how: Literal["fast", "slow"] = "slow",
    password: Secret | None = None,
    *,
    text: Text = NOTHING,
) -> str:
    """Take some of everything."""
    words = (who.nick, count, share, loud, side.name, where and where.name, how, password)
    return f"{' '.join(map(repr, words))} {text!r} <{ctx.typed}>"


@pytest.mark.parametrize(
    ("args", "told"),
    [
        ({"who": "BOB"}, "'bob' 1 0.5 False 'LEFT' None 'slow' None '-' <BOB>"),
        (
            {"text": "a\r\nb ", "loud": True, "count": 3, "who": "bob", "password": "pss t"},
            "'bob' 3 0.5 True 'LEFT' None 'slow' Secret(...) 'a\\nb ' <bob 3 True a\r\nb >",
        ),
        (
            {"who": "bob", "share": 2, "count": "7", "where": "#Lobby", "side": "right"},
            "'bob' 7 2.0 False 'RIGHT' 'lobby' 'slow' None '-' <bob 7 2 right #Lobby>",
        ),
        (
            {"who": "bob", "count": None, "how": "FAST", "share": 0.25, "loud": "off"},
            "'bob' 1 0.25 False 'LEFT' None 'fast' None '-' <bob 0.25 off FAST>",
        ),
    ],
)
def test_arguments_are_read_by_name_as_words_would_be(args: dict[str, Any], told: str) -> None:
    chat = Chat(plugin(take))
    chat.arrive("bob")
    robot = arrive(chat, "robot")
    (notice,) = sentences(robot.runs("take", **args))[:1]
    assert "\n".join(sentences(robot.runs("/TAKE", **args))) == told.replace("\r\n", "\n")
    assert notice


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        ({}, "/take needs a who."),
        ({"who": None}, "/take needs a who."),
        ({"who": "nobody"}, "Nobody here is called nobody."),
        ({"who": "bob", "colour": "red"}, "/take takes no colour."),
        ({"who": "bob", "count": 1.5}, 'count must be a whole number, not "1.5".'),
        ({"who": "bob", "count": [1]}, "count must be a whole number."),
        (
            {"who": "bob", "count": 10**18},
            "1000000000000000000 is too large a number.",
        ),
        ({"who": "bob", "share": float("inf")}, 'share must be a number, not "inf".'),
        ({"who": "bob", "loud": 1}, 'loud must be on or off, not "1".'),
        ({"who": "bob", "how": ""}, "how must be one word."),
        ({"who": "bob\n*** eve has left ***"}, "who must be one word."),
        ({"who": "bob", "password": 5}, "password must be text."),
        ({"who": "bob", "text": {}}, "text must be text."),
    ],
)
def test_arguments_that_do_not_fit_are_refused_in_one_sentence(
    args: dict[str, Any], sentence: str
) -> None:
    chat = Chat(plugin(take))
    chat.arrive("bob")
    robot = arrive(chat, "robot")
    with capturedLogs() as logged:
        assert sentences(robot.runs("take", **args))[0] == sentence
    assert not logged


def test_what_a_command_needs_may_not_be_empty() -> None:
    chat = Chat()
    robot = arrive(chat, "robot")
    assert sentences(robot.runs("say", text=" "))[0] == "/say needs a text."


def test_a_secret_is_never_typed_nor_shown_by_its_declaration() -> None:
    chat = Chat(plugin(take))
    chat.arrive("bob")
    alice = chat.arrive("alice")
    found = chat.dispatcher.find("take")
    assert found.usage.endswith(" [where] [fast|slow] [text]")
    alice.types("/login alice psst")
    assert alice.reads()[-2:] == ["/login does not take so many words.", "Usage: /login nick"]

    def fault(ctx: Context, password: Secret) -> None:
        """Ask wrongly."""

    with pytest.raises(TypeError, match="password is a secret: it must default to None"):
        command(fault)


def test_text_that_is_no_talk_is_one_line() -> None:
    chat = Chat()
    robot = arrive(chat, "robot")
    robot.runs("topic", text="tea\r\n*** bob has left ***\u2028now")
    assert chat.hub.rooms["lobby"].topic == "tea *** bob has left *** now"
    with pytest.raises(ChatError, match="A topic must be one line"):
        chat.hub.talk.set_topic(robot.session.require_user(), chat.hub.rooms["lobby"], "a\nb")


# -- passwords ------------------------------------------------------------------------------------


def account(chat: Chat, nick: str = "robot", **facts: Any) -> Program:
    robot = arrive(chat, nick)
    for name, value in facts.items():
        setattr(robot, name, value)
    return robot


def test_a_program_gives_passwords_with_its_requests() -> None:
    chat = Chat()
    robot = account(chat)
    read = robot.runs("register", "1", password=SECRET)
    assert sentences(read)[0].startswith("robot is yours from here on")
    assert set(labels_of(read)) == {"1"}
    user = robot.session.require_user()
    assert user.account is not None
    assert sentences(robot.runs("passwd", old="wrong one", new="another secret")) == [
        "Wrong name or password."
    ]
    assert sentences(robot.runs("passwd", old=SECRET, new="x")) == [
        "A password needs at least 8 characters."
    ]
    assert sentences(robot.runs("passwd", old=SECRET, new="another secret")) == [
        "Your password is changed."
    ]
    second = account(chat, "guest")
    second.runs("login", nick="robot", password="another secret")
    assert second.session.user is user
    assert sentences(second.runs("ghost", nick="robot", password="another secret")) == [
        "Closed 1 other connection of robot."
    ]
    assert robot.closed == "ghost"
    assert sentences(second.runs("unregister", password="another secret")) == [
        "robot is nobody's any more. What you said stays where you said it."
    ]
    assert chat.hub.world.find_account("robot") is None


def test_a_program_locks_and_enters_a_room_by_its_password() -> None:
    chat = Chat()
    owner, guest = account(chat, "owner"), account(chat, "guest")
    owner.runs("register", password=SECRET)
    owner.runs("join", room="vault", password="needed by nobody")
    assert sentences(owner.runs("lock", password="open sesame")) == []
    assert sentences(guest.runs("join", "1", room="vault"))[0].startswith("#vault is locked")
    assert sentences(guest.runs("join", "2", room="vault", password="close sesame")) == [
        "That is not the password of #vault."
    ]
    guest.runs("join", "3", room="vault", password="open sesame")
    assert chat.hub.rooms["vault"] in guest.session.require_user().rooms


def test_a_private_room_is_nothing_that_a_password_finds() -> None:
    chat = Chat()
    owner, guest = account(chat, "owner"), account(chat, "guest")
    owner.runs("register", password=SECRET)
    owner.runs("join", room="vault")
    owner.runs("private", setting=True)
    told = sentences(guest.runs("join", room="vault", password="open sesame"))
    assert told == sentences(guest.runs("join", room="vault"))
    assert chat.hub.rooms["vault"] not in guest.session.require_user().rooms


@pytest.mark.parametrize("name", ["register", "login", "passwd", "ghost", "unregister", "lock"])
def test_a_program_that_gives_no_password_is_refused_and_its_next_line_is_talk(name: str) -> None:
    chat = Chat()
    bob = come(chat, "bob")
    robot = account(chat)
    if name in ("passwd", "unregister", "lock"):
        robot.runs("register", password=SECRET)
    robot.runs("join", room="vault")
    bob.types("/join vault")
    bob.reads()
    args = {"nick": "bob"} if name in ("login", "ghost") else {}
    read = robot.runs(name, "r", **args)
    assert sentences(read) == ["A password is needed for that, and none was given."]
    assert robot.session.question is None
    chat.dispatcher.say(robot.session, "hello")
    chat.advance()
    assert bob.reads()[-1].endswith("robot: hello")


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("register", {"password": SECRET}),
        ("login", {"nick": "bob", "password": SECRET}),
        ("ghost", {"nick": "bob", "password": SECRET}),
        ("lock", {"password": SECRET}),
    ],
)
def test_a_password_over_a_connection_that_others_read_is_refused_where_that_may_not_be(
    name: str, args: dict[str, Any]
) -> None:
    chat = Chat(limits=evolve(NO_LIMITS, password_over_cleartext="deny"))
    come(chat, "bob")
    robot = account(chat, is_private=False)
    robot.runs("join", room="vault")
    assert sentences(robot.runs(name, **args)) == [
        "A password would pass unencrypted here; please connect over TLS for that."
    ]
    assert robot.session.require_user().account is None
    assert not chat.hub.rooms["vault"].modes.password


def test_wrong_passwords_of_a_program_are_counted_like_anybodys() -> None:
    chat = Chat()
    come(chat, "bob")
    robot = account(chat)
    for _ in range(5):
        robot.runs("login", nick="bob", password="wrong one")
    assert robot.closed == "too many wrong passwords"


def test_no_password_reaches_the_log() -> None:
    @command
    def leak(ctx: Context, password: Secret | None = None) -> None:
        """Fail with a password at hand."""
        raise ValueError(f"{password} {password!r}")

    chat = Chat(plugin(leak))
    robot = account(chat)
    with capturedLogs() as logged:
        robot.runs("leak", password="hunter2 and more")
    assert logged
    assert "hunter2" not in str(logged)
