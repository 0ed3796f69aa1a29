"""
What is said to NickServ and ChatServ.
"""

import pytest
from attrs import evolve
from shared_irc import Clients, SlowStore
from twisted.logger import capturedLogs

from twisted_chat.limits import Limits
from twisted_chat.testing import NO_LIMITS, Chat

SEVERAL = (
    ":chat.example NOTICE guest :NickServ takes a password of one word. For one of several, "
    "please say /quote REGISTER * * :and the password."
)


def registered():
    here = Clients()
    owner = here.arrive("tina")
    owner.sends("PRIVMSG NickServ :REGISTER correct-horse")
    return here, owner


def test_a_name_is_registered_and_needs_its_password_from_then_on():
    here, owner = registered()
    logged_in, line = owner.reads()
    assert logged_in.startswith(":chat.example 900 tina tina!~u@chat tina :")
    assert line.startswith(":chat.example NOTICE tina :tina is registered to you.")
    owner.sends("QUIT")
    guest = here.arrive("guest")
    assert guest.asks("PRIVMSG NickServ :IDENTIFY tina correct-horse")[0] == (
        ":guest!~u@chat NICK :tina"
    )
    assert ":chat.example 330 tina tina tina :is logged in as" in guest.asks("WHOIS tina")


def test_who_identifies_by_a_verb_is_logged_in_too():
    here, owner = registered()
    owner.sends("QUIT")
    guest = here.arrive("guest")
    assert guest.asks("IDENTIFY tina correct-horse")[0] == ":guest!~u@chat NICK :tina"


def test_who_identifies_while_they_are_here_already_goes_over_to_that_user():
    here, owner = registered()
    owner.sends("JOIN #den")
    guest = here.arrive("guest")
    guest.sends("JOIN #other")
    guest.reads()
    lines = guest.asks("PRIVMSG NickServ :IDENTIFY tina correct-horse")
    assert lines[:3] == [
        ":guest!~u@chat PART #lobby :logging in",
        ":guest!~u@chat PART #other :logging in",
        ":guest!~u@chat NICK tina",
    ]
    assert [line for line in lines if " JOIN " in line] == [
        ":tina!~u@chat JOIN :#lobby",
        ":tina!~u@chat JOIN :#den",
    ]


@pytest.mark.parametrize("is_here", [False, True])
def test_who_identifies_reads_once_that_they_are_logged_in(is_here):
    here, owner = registered()
    if not is_here:
        owner.sends("QUIT")
    guest = here.connect()
    guest.asks("CAP REQ account-notify", "CAP END", "NICK guest", "USER g 0 * :g")
    told = guest.asks("PRIVMSG NickServ :IDENTIFY tina correct-horse")
    assert [line for line in told if line.split()[1] in {"900", "ACCOUNT", "NOTICE"}] == [
        ":chat.example 900 tina tina!~u@chat tina :You are now logged in as tina",
        ":tina!~u@chat ACCOUNT tina",
        ":chat.example NOTICE tina :You are now logged in as tina.",
    ]


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("IDENTIFY wrong", ":chat.example 464 guest :Wrong name or password."),
        ("IDENTIFY tina wrong", ":chat.example 464 guest :Wrong name or password."),
        ("REGISTER correct horse", SEVERAL),
        ("REGISTER correct horse battery", SEVERAL),
        ("REGISTER short", ":chat.example NOTICE guest :A password needs at least 8 characters."),
        ("HELP", (":chat.example NOTICE guest :NickServ knows IDENTIFY password, IDENTIFY name "
                 "password, REGISTER password, REGISTER password code, PASSWD old new, "
                 "UNREGISTER password, GHOST name password, CERT ADD, CERT LIST and CERT DEL "
                 "fingerprint.")),
        ("GHOST tina wrong", ":chat.example 464 guest :Wrong name or password."),
        ("GHOST tina",
         (":chat.example NOTICE guest :To close your other connections, type /msg NickServ GHOST "
          "nick password.")),
        ("PASSWD correct-horse battery-staple",
         (":chat.example NOTICE guest :You are not logged in. /msg NickServ REGISTER "
         "password registers your name, /msg NickServ IDENTIFY nick password logs in.")),
    ],
)  # fmt: skip
def test_what_nickserv_refuses(said, answer):
    here, _ = registered()
    assert here.arrive("guest").asks(f"PRIVMSG NickServ :{said}") == [answer]


@pytest.mark.parametrize(
    ("said", "password"),
    [
        ("REGISTER correct-horse guest@example.org", "correct-horse"),
        ("REGISTER \u00a0correct\u3000horse\u2003", "\u00a0correct\u3000horse\u2003"),
    ],
)
def test_what_is_registered_is_the_password_that_was_given(said, password):
    here = Clients()
    guest = here.arrive("guest")
    assert "guest is registered to you." in guest.asks(f"PRIVMSG NickServ :{said}")[1]
    guest.sends("QUIT")
    again = here.arrive("other")
    (renamed, *_) = again.asks(f"PRIVMSG NickServ :IDENTIFY guest {password}")
    assert renamed == ":other!~u@chat NICK :guest"


def test_a_user_of_irc_deletes_their_account():
    here, owner = registered()
    owner.reads()
    assert owner.asks("UNREGISTER") == [
        (
            ":chat.example NOTICE tina :To delete your account, type "
            "/msg NickServ UNREGISTER password."
        )
    ]
    assert owner.asks("PRIVMSG NickServ :UNREGISTER wrong-horse") == [
        ":chat.example 464 tina :Wrong name or password."
    ]
    told = owner.asks("PRIVMSG NickServ :UNREGISTER correct-horse")
    assert told[-1] == (
        ":chat.example NOTICE tina :Your account tina was deleted. What you said stays."
    )
    assert here.chat.hub.world.find_account("tina") is None


def test_where_no_guests_are_who_deletes_their_account_reads_so_and_goes():
    here = Clients(Chat(limits=evolve(NO_LIMITS, history_lines=0)))
    owner = here.arrive("tina", "labeled-response", "batch")
    owner.asks("PRIVMSG NickServ :REGISTER correct-horse")
    here.chat.hub.world.limits = evolve(here.chat.hub.world.limits, guests="off")
    assert owner.asks("@label=u PRIVMSG NickServ :UNREGISTER correct-horse") == [
        "@label=u :chat.example BATCH +label1 labeled-response",
        "@batch=label1 :chat.example 901 tina tina!~u@chat :You are now logged out",
        (
            "@batch=label1 :chat.example NOTICE tina :Your account tina was deleted. "
            "What you said stays."
        ),
        "@batch=label1 ERROR :Goodbye, tina.",
        ":chat.example BATCH -label1",
    ]
    assert not owner.is_connected


def test_a_user_of_irc_changes_their_password():
    here, owner = registered()
    owner.reads()
    assert owner.asks("PRIVMSG NickServ :PASSWD wrong-horse battery-staple") == [
        ":chat.example 464 tina :Wrong name or password."
    ]
    assert owner.asks("PRIVMSG NickServ :PASSWD correct-horse short") == [
        ":chat.example NOTICE tina :A password needs at least 8 characters."
    ]
    (changed,) = owner.asks("PRIVMSG NickServ :PASSWD correct-horse battery-staple")
    assert changed.startswith(":chat.example NOTICE tina :")
    owner.sends("QUIT")
    guest = here.arrive("guest")
    assert " 464 " in guest.asks("PRIVMSG NickServ :IDENTIFY tina correct-horse")[0]
    (renamed, *_) = guest.asks("PRIVMSG NickServ :IDENTIFY tina battery-staple")
    assert renamed == ":guest!~u@chat NICK :tina"


def test_over_a_connection_that_others_can_read_nickserv_refuses_everything():
    here, _ = registered()
    guest = here.arrive("guest", host="192.0.2.7")
    for said in ("IDENTIFY tina correct-horse", "REGISTER correct-horse"):
        (line,) = guest.asks(f"PRIVMSG NickServ :{said}")
        assert "This connection is not encrypted." in line


def test_a_guest_closes_the_connections_of_their_account_by_its_password():
    here, owner = registered()
    guest = here.arrive("guest")
    assert guest.asks("PRIVMSG NickServ :GHOST tina correct-horse") == [
        ":tina!~u@chat QUIT :ghost",
        ":chat.example NOTICE guest :Closed 1 other connection of tina.",
    ]
    assert not owner.is_connected
    assert guest.is_connected


@pytest.mark.parametrize(
    "sent",
    [
        *("GHOST tina", "ghost TINA canary-pw", "PRIVMSG ChatServ :/ghost tina"),
        "PRIVMSG NickServ :GHOST tina",
    ],
)
def test_who_is_logged_in_closes_their_other_connections_without_a_password(sent):
    _, owner = registered()
    owner.reads()
    with capturedLogs() as events:
        answer = owner.asks(sent)
    assert answer == [":chat.example NOTICE tina :Closed 0 other connections of tina."]
    assert not any("canary" in str(event) for event in events)


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ("LOGIN", "To log in, {}type /msg NickServ IDENTIFY nick password."),
        ("LOGIN tina", "To log in, {}type /msg NickServ IDENTIFY nick password."),
        ("Login tina canary-pw", "To log in, {}type /msg NickServ IDENTIFY nick password."),
        ("PRIVMSG ChatServ :/LOGIN tina canary-pw",
         "To log in, {}type /msg NickServ IDENTIFY nick password."),
        ("PASSWD canary-pw canary-new",
         "To change your password, {}type /msg NickServ PASSWD old new."),
        ("PRIVMSG ChatServ :register canary-pw",
         "To register your name, {}type /msg NickServ REGISTER password."),
        ("UNREGISTER canary-pw",
         "To delete your account, {}type /msg NickServ UNREGISTER password."),
        ("GHOST tina canary-pw",
         "To close your other connections, {}type /msg NickServ GHOST nick password."),
        ("LOCK canary-pw", "To lock a channel, {}type /mode #channel +k password."),
        ("PRIVMSG ChatServ :/lock canary-pw",
         "To lock a channel, {}type /mode #channel +k password."),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    ("host", "first"), [("127.0.0.1", ""), ("192.0.2.7", "connect over TLS and ")]
)
def test_a_command_that_takes_a_password_says_what_to_type_and_keeps_none(sent, told, host, first):
    here, _ = registered()
    guest = here.arrive("guest", host=host)
    with capturedLogs() as events:
        answer = guest.asks(sent)
    assert answer == [f":chat.example NOTICE guest :{told.format(first)}"]
    assert not any("canary" in str(event) for event in events)


def test_what_is_said_to_a_service_is_kept_nowhere_and_costs_what_a_line_costs():
    here = Clients(Chat(limits=Limits(rate=0.0)))
    guest = here.arrive("guest")
    before = here.chat.hub.recorder.last_id
    guest.sends("PRIVMSG NickServ :IDENTIFY guest secret-word")
    assert here.chat.hub.recorder.last_id == before


@pytest.mark.parametrize("target", ["ChatServ", "chatserv", "ChatServ@chat.server"])
def test_chatserv_does_every_command_with_or_without_a_slash(target):
    here = Clients()
    alice = here.arrive("alice")
    alice.sends("PRIVMSG #lobby :green tea")
    for typed in ("search tea", "/search tea", " /search  tea"):
        lines = alice.asks(f"PRIVMSG {target} :{typed}")
        assert any("green tea" in line for line in lines)
        assert all(line.startswith(":chat.example NOTICE alice :") for line in lines)
    assert "/quote SEARCH" in " ".join(alice.asks(f"PRIVMSG {target} : "))


@pytest.mark.parametrize("verb", ["NS", "nickserv"])
def test_nickserv_has_a_verb_of_its_own(verb):
    here, _ = registered()
    guest = here.arrive("guest")
    assert guest.asks(f"{verb} IDENTIFY tina wrong") == [
        ":chat.example 464 guest :Wrong name or password."
    ]
    assert guest.asks(f"{verb} :IDENTIFY tina correct-horse")[-1] == (
        ":chat.example NOTICE tina :You are now logged in as tina."
    )
    assert any("NickServ knows" in line for line in guest.asks(verb))


@pytest.mark.parametrize("how", ["{}", "PRIVMSG ChatServ :{}"])
@pytest.mark.parametrize("caps", [(), ("echo-message", "message-tags")])
def test_what_a_command_says_is_told_to_the_client_that_typed_it_too(caps, how):
    alice = Clients().arrive("alice", *caps)
    alice.sends("PRIVMSG #lobby :tea?")
    number = alice.chat.hub.find_room("lobby").timeline.number
    alice.reads()
    typed = (f"re {number} yes", "me grins", f"re {number} yes, please")
    told = alice.asks(*(how.format(each) for each in typed))
    assert [line.partition(" PRIVMSG #lobby :")[2].rpartition(") ")[2] for line in told] == [
        "yes", "\x01ACTION grins\x01", "yes, please",
    ]  # fmt: skip
    # What is said without a command, its client shows by itself, if it has not asked for it.
    assert len(alice.asks("PRIVMSG #lobby :that is all")) == len(caps[:1])


@pytest.mark.parametrize("how", ["{}", "PRIVMSG ChatServ :{}"])
@pytest.mark.parametrize(
    ("caps", "told"),
    [
        ((), ":chat.example NOTICE alice :[you -> bob] hi there"),
        (("echo-message",), ":alice!~u@chat PRIVMSG bob :hi there"),
    ],
)
def test_who_writes_to_another_by_a_command_reads_that_they_have(how, caps, told):
    here = Clients()
    alice, bob = here.arrive("alice", *caps), here.arrive("bob")
    alice.reads()
    bob.reads()
    assert alice.asks(how.format("msg bob hi there")) == [told]
    assert bob.reads() == [":alice!~u@chat PRIVMSG bob :hi there"]
    # Without a command, its client shows that by itself, if it has not asked for it.
    assert alice.asks("PRIVMSG bob :hi there") == [told][: len(caps)]


LATE = '''
from twisted_chat import Context, command

@command
async def order(ctx: Context) -> None:
    """Order what one says."""
    what = await ctx.ask("What?")
    ctx.hub.talk.say(ctx.session, ctx.room, f"{what}, please")

@command
def soon(ctx: Context) -> None:
    """Wave in five seconds."""
    ctx.later(5, ctx.hub.talk.act, ctx.session, ctx.room, "waves")
'''


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (["ORDER", "PRIVMSG ChatServ :tea"], "PRIVMSG #lobby :tea, please"),
        (["SOON"], "PRIVMSG #lobby :\x01ACTION waves\x01"),
    ],
)
@pytest.mark.parametrize("caps", [(), ("echo-message",)])
def test_so_is_what_it_says_after_it_has_asked_or_waited(typed, told, caps, tmp_path):
    (tmp_path / "late.py").write_text(LATE)
    here = Clients(Chat(tmp_path / "late.py"))
    alice, bob = here.arrive("alice", *caps), here.arrive("bob")
    alice.sends(*typed)
    # What is said meanwhile is no part of the command.
    alice.sends("PRIVMSG #lobby :meanwhile")
    here.chat.advance(5)
    lines = [line for line in alice.reads() if line.startswith(":alice!")]
    assert lines.count(f":alice!~u@chat {told}") == 1
    assert lines.count(":alice!~u@chat PRIVMSG #lobby :meanwhile") == len(caps)
    assert f":alice!~u@chat {told}" in bob.reads()


def test_so_is_an_answer_to_a_line_that_is_read_from_the_disk():
    store = SlowStore()
    here = Clients(Chat(store=store))
    alice, bob = here.arrive("alice"), here.arrive("bob")
    bob.sends(*(f"PRIVMSG #lobby :line {number}" for number in range(20)))
    here.chat.hub.find_room("lobby").timeline.recent.clear()
    alice.reads()
    assert alice.asks("RE 4 yes") == []
    store.waiting[0].callback(None)
    here.chat.advance()
    assert alice.reads() == [":alice!~u@chat PRIVMSG #lobby :(re bob: line 1) yes"]


TWICE = '''
from twisted_chat import Context, command

@command
async def order(ctx: Context) -> None:
    """Order what one says."""
    what = await ctx.ask("What?")
    if await ctx.confirm(f"{what}?"):
        ctx.reply(f"There is {what}.")
'''


def test_the_last_answer_to_a_command_is_acknowledged_as_the_others_are(tmp_path):
    (tmp_path / "twice.py").write_text(TWICE)
    alice = Clients(Chat(tmp_path / "twice.py")).arrive("alice", "labeled-response", "batch")
    alice.sends("@label=a ORDER", "@label=b PRIVMSG ChatServ :tea")
    alice.reads()
    told = alice.asks("@label=c PRIVMSG ChatServ :yes")
    assert "@label=c :chat.example ACK" in told
    assert any(line.endswith("There is tea.") for line in told)


@pytest.mark.parametrize(
    "said",
    [
        "ChatServ :help",
        "ChatServ :topic tea",
        "NickServ :REGISTER correct-horse",
        "nickserv@services :REGISTER correct-horse",
    ],
)
def test_a_notice_to_a_service_does_nothing_and_is_kept_nowhere(said):
    here = Clients()
    guest = here.arrive("guest")
    with capturedLogs() as logged:
        assert guest.asks(f"NOTICE {said}") == []
    assert not logged
    assert guest.asks("TOPIC #lobby") == [":chat.example 331 guest #lobby :No topic is set"]
    assert here.chat.hub.world.find_account("guest") is None


def test_a_notice_to_a_service_counts_for_the_rate():
    here = Clients(Chat(limits=evolve(NO_LIMITS, rate=1.0, burst=5.0)))
    guest = here.arrive("guest")
    guest.sends(*["NOTICE NickServ :HELP"] * 20, "PING late")
    assert not any("late" in line for line in guest.reads())
