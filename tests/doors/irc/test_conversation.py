"""
What a client may send, and when.
"""

import pytest
from attrs import evolve
from shared_irc import Clients, two
from twisted.logger import capturedLogs

from twisted_chat.limits import Limits
from twisted_chat.people.logins import Logins
from twisted_chat.people.owners.links import Links
from twisted_chat.people.owners.upkeep import Upkeep
from twisted_chat.people.registration import Registration
from twisted_chat.testing import NO_LIMITS, Chat


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        ("JOIN", ":chat.example 461 alice JOIN :JOIN needs a parameter"),
        ("JOIN :", ":chat.example 461 alice JOIN :JOIN needs a parameter"),
        ("KICK #lobby", ":chat.example 461 alice KICK :KICK needs 2 parameters"),
        ("ping x", ":chat.example PONG chat.example x"),
        ("NOSUCH", (":chat.example 421 alice NOSUCH :No such command: NOSUCH. "
                    "Type /quote HELP for the list.")),
        ("search zzz", ":chat.example NOTICE alice :Nothing was found."),
        ("123 x", (":chat.example 421 alice 123 :No such command: 123. "
                   "Type /quote HELP for the list.")),
    ],
)  # fmt: skip
def test_what_is_answered(sent, answer):
    assert Clients().arrive("alice").asks(sent) == [answer]


def test_what_follows_waits_for_what_takes_longer():
    here = Clients()
    alice, bob = here.arrive("alice"), here.arrive("bob")
    alice.sends("JOIN #den", "MODE #den +k correct-horse")
    alice.reads()
    bob.sends("JOIN #den correct-horse", "PRIVMSG #den :behind the key")
    assert alice.reads() == [
        ":bob!~u@chat JOIN :#den",
        ":bob!~u@chat PRIVMSG #den :behind the key",
    ]


def test_a_ping_keeps_no_guest_from_being_idle():
    here = Clients(Chat(limits=Limits(rate=0.0, idle_timeout=100.0, history_lines=0)))
    alice = here.arrive("alice")
    for _ in range(15):
        here.chat.advance(10)
        alice.sends("PING x", "PONG y")
    assert not alice.is_connected
    assert alice.reads()[-1] == "ERROR :Disconnected: idle for too long."


def test_a_client_that_never_gives_a_nick_is_let_go():
    here = Clients(Chat(limits=Limits(login_timeout=30.0)))
    client = here.connect()
    client.sends("CAP LS 302")
    client.reads()
    here.chat.advance(31)
    assert client.reads() == ["ERROR :Disconnected: no name was given within 30 seconds."]
    assert not client.is_connected


def test_a_nick_that_is_banned_from_the_server_is_told_so_and_let_go():
    here = Clients()
    chief = here.chat.arrive("chief")
    here.chat.hub.find_user("chief").roles.add("operator")
    chief.types("/serverban mallory 1d")
    client = here.connect()
    lines = client.asks("NICK mallory", "USER m 0 * :m")
    assert "You are banned from this server" in " ".join(lines)
    assert not client.is_connected


def test_what_cannot_be_read_is_refused_and_the_next_message_is_done():
    alice = Clients().arrive("alice")
    alice.sends_bytes(
        b"PRIVMSG #lobby :\xff\r\n::\r\nPING x\r\n" + b"x" * 9000 + b"\r\nPING y\r\n"
    )
    assert alice.reads() == [
        ":chat.example FAIL * INVALID_UTF8 :A message must be in UTF-8; that one was not read.",
        ":chat.example 421 alice * :That was no message of IRC",
        ":chat.example PONG chat.example x",
        ":chat.example 417 alice :That message was too long",
        ":chat.example PONG chat.example y",
    ]


def test_an_answer_with_a_label_ends_where_its_message_ends_also_when_that_takes_longer():
    here = Clients()
    owner, alice = here.arrive("owner"), here.arrive("alice", "labeled-response", "batch")
    owner.sends("JOIN #den", "MODE #den +k correct-horse")
    lines = alice.asks(
        "@label=a JOIN #den correct-horse", "@label=b PONG", "@label=c STATS", "@label=d PING",
        "@label=e USER a b c d", "@label=f INVITE",
    )  # fmt: skip
    ends = [line for line in lines if line.startswith("@label")]
    assert [line[7] for line in ends] == list("abcdef")
    assert ends[0] == "@label=a :chat.example BATCH +label1 labeled-response"
    assert ends[1] == "@label=b :chat.example ACK"


def test_a_message_has_so_many_bytes_with_its_command_and_its_end_and_a_batch_in_its_text():
    here = Clients()
    alice = here.arrive("alice", "batch", "draft/multiline", "message-tags")
    bob = here.chat.arrive("bob")
    alice.reads()
    # "PRIVMSG #lobby :" is 16 bytes, and the end 2.
    assert alice.asks(f"PRIVMSG #lobby :{'x' * 4078}") == []
    assert bob.reads()[-1] == f"alice: {'x' * 4078}"
    assert alice.asks(f"@a=b PRIVMSG #lobby :{'x' * 4079}") == [
        ":chat.example 417 alice :That message was too long"
    ]
    alice.sends(
        "BATCH +1 draft/multiline #lobby", f"@batch=1 PRIVMSG #lobby :{'x' * 2048}",
        f"@batch=1;draft/multiline-concat PRIVMSG #lobby :{'y' * 2048}", "BATCH -1",
    )  # fmt: skip
    assert bob.reads() == [f"alice: {'x' * 2048}{'y' * 2048}"]


def test_what_cannot_be_read_is_refused_with_its_label():
    alice = Clients().arrive("alice", "labeled-response", "batch")
    alice.sends_bytes(
        b"@label=a PRIVMSG #lobby :\xff\r\n@label=b \r\n@label=c PRIVMSG #lobby :"
        + b"x" * 9000
        + b"\r\n@label=d PING y\r\n"
    )
    told = "A message must be in UTF-8; that one was not read."
    assert alice.reads() == [
        f"@label=a :chat.example FAIL * INVALID_UTF8 :{told}",
        "@label=b :chat.example 421 alice * :That was no message of IRC",
        "@label=c :chat.example 417 alice :That message was too long",
        "@label=d :chat.example PONG chat.example y",
    ]


def test_a_command_of_ours_that_waits_for_the_disk_ends_its_answer_too():
    alice = Clients().arrive("alice", "labeled-response", "batch")
    alice.sends("PRIVMSG #lobby :green tea")
    lines = alice.asks("@label=s SEARCH tea", "@label=m MESSAGES bob")
    assert [line.split(" ")[0] for line in lines if line.startswith("@label")] == [
        "@label=s", "@label=m",
    ]  # fmt: skip


@pytest.mark.parametrize("has_nick", [True, False])
@pytest.mark.parametrize(
    "line",
    ["REGISTER * * canary-pw", "REGISTER * * canary-pw tail", "NS REGISTER canary-pw t@example.de",
     "IDENTIFY canary-pw", "IDENTIFY tina canary-pw",
     "PRIVMSG NickServ :REGISTER canary-pw t@example.org", "LINK canary-pw tail",
     "NS PASSWD canary-pw canary-new"],
)  # fmt: skip
def test_no_password_reaches_the_log_when_something_breaks(monkeypatch, line, has_nick):
    def fail(_, *given):
        quoted = [each for each in given if isinstance(each, str) and "canary" in each]
        raise ValueError(f"broken by {quoted}")

    for owner, name in [(Registration, "register"), (Registration, "make"), (Links, "ask_for"),
                        (Logins, "prove"), (Upkeep, "change_password")]:  # fmt: skip
        monkeypatch.setattr(owner, name, fail)
    here = Clients(Chat(limits=evolve(NO_LIMITS, guests="open" if has_nick else "off")))
    client = here.connect()
    client.sends("NICK tina", "USER t 0 * :T")
    with capturedLogs() as events:
        client.sends(line)
    told = [str(event) for event in events if "traceback" in event]
    if has_nick or line.startswith(("REGISTER", "LINK")):
        assert told
        assert "ValueError" in told[0]
    assert not any("canary" in str(event) for event in events)


@pytest.mark.parametrize(
    ("sent", "many"),
    [
        ("PING", 20), ("PING x", 20), ("PONG x", 20), ("CAP LIST", 20), ("USERHOST ada", 20),
        ("TAGMSG #lobby", 20), ("\u00e4", 20), ("BATCH -x", 20), ("NOSUCH", 20),
        ("@batch=1;draft/multiline-concat PRIVMSG #lobby :x", 700),
    ],
)  # fmt: skip
def test_whatever_a_client_sends_counts_towards_its_rate(sent: str, many: int) -> None:
    here = Clients(Chat(limits=Limits(rate=2.0, burst=10.0, history_lines=0)))
    client = here.arrive("tina", "batch", "message-tags", "draft/multiline")
    here.chat.advance(60)
    client.sends("BATCH +1 draft/multiline #lobby")
    client.reads()
    client.sends(*[sent] * many)
    answers = client.asks("PING end")
    assert len(answers) <= 11
    assert ":chat.example PONG chat.example end" not in answers
    for _ in range(30):
        here.chat.advance(1)
    assert client.reads()[-1] == ":chat.example PONG chat.example end"


THREE_LINES = "\r\n".join(
    [
        "BATCH +1 draft/multiline #lobby",
        *[f"@batch=1 PRIVMSG #lobby :{text}" for text in ("a\u2028b", "c", "d")],
        "BATCH -1",
    ]
)


@pytest.mark.parametrize(
    ("sent", "lines"),
    [
        ("PRIVMSG #lobby :words", 1),
        ("PRIVMSG #lobby :\x1ditalic\x1d and \x1estruck\x1e", 1),
        ("PRIVMSG #lobby :a\u2028b\x85c", 1),
        ("TOPIC #lobby :\x1dnew\x1d", 1),
        ("MSG tom :a\u2028b", 1),
        (THREE_LINES, 3),
    ],
)  # fmt: skip
def test_a_message_costs_as_many_lines_as_others_read(sent: str, lines: int) -> None:
    here = Clients(Chat(limits=Limits(rate=1.0, burst=100.0, history_lines=0)))
    tom = here.arrive("tom")
    client = here.arrive("tina", "batch", "message-tags", "draft/multiline")
    tom.reads()
    session = client.protocol.session
    assert session is not None
    rates = here.chat.dispatcher.rates
    here.chat.advance(200)
    assert rates.wait(session) == 0
    client.sends(*[sent] * 20)
    assert len(tom.reads()) == 20 * lines
    client.sends(*["PING x"] * (100 - 20 * lines - 5))
    # The beginnings and parts of batches cost a little too.
    assert rates.wait(session) == 0
    client.sends(*["PING x"] * 6)
    assert rates.wait(session) > 0


@pytest.mark.parametrize("sent", ["PING", "NICK", "PRIVMSG #lobby :x", "PONG", "\u00e4"])
def test_it_counts_before_there_is_a_nick_too(sent: str) -> None:
    here = Clients(Chat(limits=Limits(rate=2.0, burst=10.0, login_timeout=0.0, history_lines=0)))
    client = here.connect()
    client.sends(*[sent] * 20)
    assert ":chat.example PONG chat.example end" not in client.asks("PING end")


def test_who_gives_labels_up_gets_answers_without() -> None:
    alice = Clients().arrive("alice", "labeled-response", "batch")
    assert alice.asks("@label=a PING x") == ["@label=a :chat.example PONG chat.example x"]
    alice.asks("CAP REQ :-labeled-response")
    assert alice.asks("@label=b PING x") == [":chat.example PONG chat.example x"]


def test_a_batch_ends_with_the_capability() -> None:
    alice, bob = two("batch", "message-tags", "draft/multiline")
    alice.asks("BATCH +1 draft/multiline #lobby", "@batch=1 PRIVMSG #lobby :a")
    (_, refused, _) = alice.asks("CAP REQ :-draft/multiline", "CAP REQ :draft/multiline")
    assert "FAIL BATCH MULTILINE_INVALID" in refused
    assert alice.asks("@batch=1 PRIVMSG #lobby :b", "BATCH -1") == []
    assert bob.reads() == []
    alice.asks("BATCH +1 draft/multiline #lobby", "@batch=1 PRIVMSG #lobby :c", "BATCH -1")
    (said,) = bob.reads()
    assert said.endswith(" :alice!~u@chat PRIVMSG #lobby :c")


def test_a_client_with_multiline_alone_sends_batches() -> None:
    alice, bob = two("batch", "draft/multiline")
    # Also as it gives up the other capability within one, and then without it.
    for given_up in ([], ["CAP REQ :-batch"], []):
        begun = "BATCH +1 draft/multiline #lobby", "@batch=1 PRIVMSG #lobby :one"
        answers = alice.asks(*begun, *given_up, "@batch=1 PRIVMSG #lobby :two", "BATCH -1")
        assert answers == [":chat.example CAP alice ACK -batch" for _ in given_up]
        assert bob.reads()[1:3] == [
            f"@batch=text :alice!~u@chat PRIVMSG #lobby :{word}" for word in ("one", "two")
        ]
