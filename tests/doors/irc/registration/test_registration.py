"""
Coming in: with and without capabilities, a password or SASL.
"""

import base64
import re
from pathlib import Path

import pytest
from attrs import evolve
from shared_irc import Clients
from twisted.internet.defer import Deferred

from twisted_chat.auth.memory import MemoryHasher
from twisted_chat.errors import NotAllowed
from twisted_chat.people.connections import Connections
from twisted_chat.testing import NO_LIMITS, Chat

PASSWORD = "correct-horse"
PLAIN = base64.b64encode(f"\0tina\0{PASSWORD}".encode()).decode()


def registered(name="tina", **options):
    """
    Return a server on which ``name`` is registered, and nobody is.
    """
    here = Clients(**options)
    client = here.arrive(name)
    client.sends(f"PRIVMSG NickServ :REGISTER {PASSWORD}", "QUIT")
    return here


def numerics(lines):
    return [line.split()[1] for line in lines]


def test_nick_and_user_are_enough_in_any_order():
    here = Clients(motd="Be kind.\nOr quiet.")
    client = here.connect()
    assert client.asks("USER tina 0 * :Tina") == []
    lines = client.asks("NICK tina")
    assert numerics(lines) == [
        "001", "002", "003", "004", "005", "005", "251", "252", "253", "254", "255", "265", "266",
        "375", "372", "372", "376", "NOTICE",
    ]  # fmt: skip
    assert lines[0] == ":chat.example 001 tina :Welcome to the chat, tina!~u@chat"
    assert ":chat.example 372 tina :- Or quiet." in lines
    assert lines[-1] == ":chat.example NOTICE tina :People meet in #lobby: /join #lobby"


def test_as_irssi_begins():
    client = Clients().connect()
    *earlier, last, refused = client.asks("CAP LS 302", "JOIN :")
    assert all(line.startswith(":chat.example CAP * LS * :") for line in earlier)
    assert last.startswith(":chat.example CAP * LS ")
    assert refused == ":chat.example 451 * :You have not registered"
    assert client.asks("CAP REQ :server-time multi-prefix") == [
        ":chat.example CAP * ACK :server-time multi-prefix"
    ]
    assert client.asks("NICK tina", "USER tina tina 127.0.0.1 :Tina") == []
    lines = client.asks("CAP END")
    assert all(line.startswith("@time=2023-11-14T22:13:20.000Z :") for line in lines)
    assert "001" in lines[0]


def test_what_docs_irc_md_names_is_offered():
    client = Clients().connect()
    offered = {
        word.partition("=")[0]
        for line in client.asks("CAP LS 302")
        for word in line.partition(" LS ")[2].removeprefix("* ").removeprefix(":").split()
    }
    page = (Path(__file__).parents[4] / "docs" / "irc.md").read_text()
    paragraph = page.partition("\nCapabilities: ")[2].partition("\nBeyond ")[0]
    named = set(re.findall(r"`(.+?)`", paragraph)) - {"msgid", "+typing"}
    assert len(named) == 26
    # SASL is offered where nobody on the way can read it, and sts where `--irc-sts` says so.
    assert offered | {"sasl", "sts"} == named


def test_a_client_that_negotiates_is_not_in_before_it_ends_that():
    client = Clients().connect()
    assert client.asks("NICK tina", "CAP LS", "USER tina 0 * :Tina")[1:] == []
    assert "001" in numerics(client.asks("CAP END"))


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        ("CAP REQ :no-such-cap", ":chat.example CAP * NAK no-such-cap"),
        ("CAP REQ :server-time no-such-cap", ":chat.example CAP * NAK :server-time no-such-cap"),
        ("CAP LIST", ":chat.example CAP * LIST :"),
        ("CAP FOO", ":chat.example 410 * FOO :There is no such command"),
        ("CAP", ":chat.example 410 * * :There is no such command"),
        ("NICK", ":chat.example 431 * :No nickname given"),
        ("USER tina", ":chat.example 461 * USER :It needs four parameters"),
        ("PRIVMSG ada :hi", ":chat.example 451 * :You have not registered"),
        ("FOO", ":chat.example 451 * :You have not registered"),
        ("PING", ":chat.example 461 * PING :It needs a parameter"),
        ("PING abc", ":chat.example PONG chat.example abc"),
        ("AUTHENTICATE EXTERNAL", ":chat.example 908 * PLAIN :are the mechanisms that there are"),
        ("AUTHENTICATE *", ":chat.example 906 * :SASL was aborted"),
    ],
)
def test_what_is_answered_before_there_is_a_nick(sent, answer):
    assert Clients().connect().asks(sent)[0] == answer


@pytest.mark.parametrize(
    ("nick", "numeric"),
    [
        ("ada", "433"), ("ADA", "433"), ("аda", "432"), ("#", "432"), ("a b", "001"),
        ("root", "432"), ("nickserv", "432"), ("x" * 25, "432"),
        ("\u0430\u0501\u0430", "433"), ("a\x07b", "432"),
    ],
)  # fmt: skip
def test_a_nick_that_cannot_be_had_is_refused_and_another_one_is_taken(nick, numeric):
    here = Clients()
    here.chat.arrive("ada")
    client = here.connect()
    lines = client.asks("USER tina 0 * :Tina", f"NICK {nick}")
    assert numerics(lines)[0] == numeric
    if numeric != "001":
        assert numerics(client.asks("NICK tina"))[0] == "001"


def test_a_registered_name_needs_its_password():
    here = registered()
    client = here.connect()
    (line,) = client.asks("NICK tina", "USER tina 0 * :Tina")
    assert line == (
        ":chat.example 433 * tina :The name tina is registered. If it is yours, log in by SASL, "
        "or with the server password tina:password."
    )
    assert numerics(client.asks("PASS wrong", "NICK tina")) == ["464"]
    assert numerics(client.asks(f"PASS {PASSWORD}", "NICK tina"))[0] == "001"
    assert ":chat.example 330 tina tina tina :is logged in as" in client.asks("WHOIS tina")


def test_a_password_may_come_with_the_name_of_the_account():
    here = registered()
    client = here.connect()
    lines = client.asks(f"PASS tina:{PASSWORD}", "NICK guest", "USER tina 0 * :Tina")
    assert lines[0] == ":chat.example 001 tina :Welcome to the chat, tina!~u@chat"


# -- SASL -----------------------------------------------------------------------------------------


def response(name, password, authorised=""):
    return base64.b64encode(f"{authorised}\0{name}\0{password}".encode()).decode()


def begins_sasl(here):
    client = here.connect()
    client.sends("CAP LS 302", "CAP REQ sasl", "NICK tina_", "USER tina 0 * :Tina")
    client.reads()
    assert client.asks("AUTHENTICATE PLAIN") == [":chat.example AUTHENTICATE +"]
    return client


def test_sasl_logs_in():
    client = begins_sasl(registered())
    assert client.asks(f"AUTHENTICATE {response('tina', PASSWORD)}") == [
        ":chat.example 900 * tina_!~u@chat tina :You are now logged in as tina",
        ":chat.example 903 * :SASL authentication successful",
    ]
    assert numerics(client.asks("AUTHENTICATE PLAIN")) == ["907"]
    lines = client.asks("CAP END")
    assert lines[0] == ":chat.example 001 tina :Welcome to the chat, tina!~u@chat"


def test_a_new_password_ends_a_login_that_has_not_come_in_yet():
    here = registered()
    client = begins_sasl(here)
    client.asks(f"AUTHENTICATE {response('tina', PASSWORD)}")
    hub = here.chat.hub
    hub.accounts.revoke(hub.world.find_account("tina"))
    lines = client.asks("CAP END")
    assert not any(" 001 " in line for line in lines), lines


@pytest.mark.parametrize(
    "given",
    [response("tina", "wrong"), response("nobody", PASSWORD), "!!!", "+", "YQ==",
     base64.b64encode(b"\0tina\0\xff").decode(), response("tina", PASSWORD, "ada")],
)  # fmt: skip
def test_a_wrong_response_is_refused_and_the_next_one_may_be_right(given):
    client = begins_sasl(registered())
    assert numerics(client.asks(f"AUTHENTICATE {given}")) == ["904"]
    client.sends("AUTHENTICATE PLAIN", f"AUTHENTICATE {response('tina', PASSWORD)}")
    assert "903" in numerics(client.reads())


def test_a_long_response_comes_in_pieces_and_one_that_is_too_long_is_refused():
    client = begins_sasl(registered())
    whole = response("tina", PASSWORD + "x" * 281)
    assert len(whole) == 400
    assert client.asks(f"AUTHENTICATE {whole}") == []
    assert numerics(client.asks("AUTHENTICATE +")) == ["904"]
    client.asks("AUTHENTICATE PLAIN")
    whole = response("tina", "x" * 400)
    assert client.asks(f"AUTHENTICATE {whole[:400]}") == []
    assert numerics(client.asks(f"AUTHENTICATE {whole[400:]}")) == ["904"]
    client = begins_sasl(registered())
    pieces = [f"AUTHENTICATE {'A' * 400}"] * 6
    assert numerics(client.asks(*pieces)) == ["904"]
    client = begins_sasl(registered())
    assert numerics(client.asks(f"AUTHENTICATE {'A' * 401}")) == ["905"]


def test_a_client_with_a_nick_registers_no_second_time():
    client = Clients().arrive("tina")
    assert numerics(client.asks("USER a 0 * :b", "PASS x")) == ["462", "462"]


def test_capabilities_may_change_later():
    client = Clients().arrive("tina")
    assert client.asks("CAP REQ :server-time") == [":chat.example CAP tina ACK server-time"]
    (line,) = client.asks("PING a")
    assert line.startswith("@time=")
    client.sends("CAP REQ :-server-time")
    client.reads()
    assert client.asks("PING a") == [":chat.example PONG chat.example a"]


# -- the edges of negotiation ---------------------------------------------------------------------


@pytest.mark.parametrize("has_nick", [False, True])
def test_another_subcommand_is_refused_at_any_time_and_ends_nothing(has_nick):
    client = Clients().arrive("tina") if has_nick else Clients().connect()
    nick = "tina" if has_nick else "*"
    assert client.asks("CAP NONSENSE", "CAP nonsense a b", "CAP ACK :server-time") == [
        f":chat.example 410 {nick} NONSENSE :There is no such command",
        f":chat.example 410 {nick} nonsense :There is no such command",
        f":chat.example 410 {nick} ACK :There is no such command",
    ]
    assert client.asks("CAP LIST") == [f":chat.example CAP {nick} LIST :"]


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("server-time multi-prefix", "ACK :server-time multi-prefix"),
        ("server-time  -multi-prefix ", "ACK :server-time  -multi-prefix "),
        ("-server-time", "ACK -server-time"),
        ("-no-such-cap", "NAK -no-such-cap"),
        ("--server-time", "NAK --server-time"),
        ("server-time=1", "NAK server-time=1"),
        ("sasl=PLAIN", "NAK sasl=PLAIN"),
        ("SERVER-TIME", "NAK SERVER-TIME"),
        ("", "ACK :"),
        ("-", "NAK -"),
    ],
)
def test_what_is_asked_for_is_repeated_and_granted_or_not(asked, answer):
    client = Clients().connect()
    assert client.asks(f"CAP REQ :{asked}") == [f":chat.example CAP * {answer}"]


def test_a_request_that_would_not_fit_into_its_answer_is_not_granted():
    client = Clients().connect()
    words = " ".join(["server-time"] * 42)
    (line,) = client.asks(f"CAP REQ :{words}")
    assert line.startswith(":chat.example CAP * NAK :server-time server-time ")
    assert len(line) == 510
    assert client.asks("CAP LIST") == [":chat.example CAP * LIST :"]


def test_an_end_may_come_twice_or_without_a_beginning_or_before_all_else():
    client = Clients().connect()
    assert client.asks("CAP END", "NICK tina", "USER t 0 * :T")[0].split()[1] == "001"
    assert client.asks("CAP END", "CAP END", "PING a") == [":chat.example PONG chat.example a"]
    client = Clients().connect()
    client.asks("CAP LS 302", "NICK tina", "USER t 0 * :T")
    lines = client.asks("CAP END", "CAP END")
    assert numerics(lines).count("001") == 1


def test_after_registration_a_list_is_shown_and_holds_up_nothing():
    client = Clients().arrive("tina")
    for asked in ("CAP LS", "CAP LS 302"):
        first, *_, last = client.asks(asked, "PING a")
        assert first.startswith(":chat.example CAP tina LS ")
        assert last == ":chat.example PONG chat.example a"


# -- coming back ----------------------------------------------------------------------------------

BY_PASSWORD = (f"PASS {PASSWORD}", "NICK tina", "USER t 0 * :T")
BY_SASL = (
    "CAP REQ sasl", "NICK tina", "USER t 0 * :T", "AUTHENTICATE PLAIN",
    f"AUTHENTICATE {response('tina', PASSWORD)}", "CAP END",
)  # fmt: skip


def test_a_nick_that_is_refused_leaves_the_one_before():
    client = Clients().connect()
    (refused,) = client.asks("NICK tina", "NICK #bad")
    assert refused.split()[1] == "432"
    assert client.asks("USER t 0 * :Tina")[0].startswith(":chat.example 001 tina :")


BY_NICKSERV = ("NICK guest", "USER g 0 * :G", f"PRIVMSG NickServ :IDENTIFY tina {PASSWORD}")


@pytest.mark.parametrize("words", [BY_PASSWORD, BY_SASL, BY_NICKSERV])
def test_a_password_that_is_checked_while_it_is_changed_opens_nothing_more(monkeypatch, words):
    here = registered()
    verify, held = MemoryHasher.verify, []

    def wait(self, *given):
        held.append(waiting := Deferred())
        return waiting.addCallback(lambda _: verify(self, *given))

    monkeypatch.setattr(MemoryHasher, "verify", wait)
    robber = here.connect()
    robber.asks(*words)
    monkeypatch.setattr(MemoryHasher, "verify", verify)
    hub = here.chat.hub
    account = hub.world.find_account("tina")
    hub.accounts.revoke(account)
    (waiting,) = held
    waiting.callback(None)
    here.chat.advance(1)
    lines = robber.reads()
    assert account.user is None
    assert not {"900", "903"} & set(numerics(lines)), lines
    if words is BY_SASL:
        assert "904" in numerics(lines)


def opened_by_link(here, client, *words):
    """
    Log a client in to the account of tina, who is here, after it has sent these lines.
    """
    tina = here.arrive("tina_")
    tina.sends(f"PRIVMSG NickServ :IDENTIFY tina {PASSWORD}")
    tina.reads()
    code = re.search(r"[A-Z0-9]{4}-?[A-Z0-9]{4}", " ".join(tina.asks("LINK")))[0]
    client.asks(f"LINK {code}", *words)
    tina.sends("LINK yes")
    return client.reads()


def test_who_logs_out_is_disconnected_as_no_client_can_begin_again():
    here = registered()
    client, guest = here.connect(), here.arrive("guest")
    client.asks(*BY_PASSWORD)
    client.sends("JOIN #lobby")
    guest.asks("JOIN #lobby")
    assert client.asks("LOGOUT")[-2:] == [
        ":chat.example NOTICE tina :You have logged out. Goodbye, tina.",
        "ERROR :Goodbye, tina.",
    ]
    assert not client.is_connected
    assert guest.reads() == [":tina!~u@chat QUIT :logged out"]


def test_whose_account_is_deleted_where_no_guests_are_is_disconnected():
    here = registered()
    client = here.connect()
    client.asks(*BY_PASSWORD)
    here.chat.hub.world.limits = evolve(here.chat.hub.world.limits, guests="off")
    terminal = here.chat.connect()
    terminal.types("tina", PASSWORD, "/unregister", PASSWORD)
    assert client.reads()[-1] == "ERROR :Goodbye, tina."
    assert not client.is_connected


def test_an_exchange_that_has_not_ended_is_aborted_by_the_nick():
    client = Clients().connect()
    client.asks("CAP LS 302", "CAP REQ sasl", "NICK tina", "USER t 0 * :T", "AUTHENTICATE PLAIN")
    assert numerics(client.asks("CAP END"))[:2] == ["906", "001"]
    # The next one begins at its beginning.
    assert client.asks("AUTHENTICATE PLAIN") == [":chat.example AUTHENTICATE +"]


def test_after_a_login_that_has_ended_a_client_may_prove_who_it_is_again():
    here = registered()
    client = begins_sasl(here)
    client.asks(f"AUTHENTICATE {response('tina', PASSWORD)}")
    hub = here.chat.hub
    hub.accounts.revoke(hub.world.find_account("tina"))
    client.asks("CAP END")
    assert client.asks("AUTHENTICATE PLAIN") == [":chat.example AUTHENTICATE +"]
    lines = client.asks(f"AUTHENTICATE {response('tina', PASSWORD)}", "NICK x")
    assert ":chat.example 001 tina :Welcome to the chat, tina!~u@chat" in lines


def test_who_is_let_in_by_a_code_after_coming_as_a_guest_is_told_to_go_over():
    here = registered()
    client = here.connect()
    lines = opened_by_link(here, client, "NICK gus", "USER g 0 * :G", "JOIN #den")
    assert lines[:2] == [":gus!~u@chat PART #den :logging in", ":gus!~u@chat NICK tina"]
    assert client.protocol.session.opened_by == "link"
    assert "gus" not in here.chat.hub.users


@pytest.mark.parametrize("way", ["SASL", "NickServ", "link"])
def test_a_guest_who_may_not_come_in_to_an_account_is_told_nothing_but_that(way, monkeypatch):
    here = registered()
    tina = here.arrive("tina_")
    tina.sends(f"PRIVMSG NickServ :IDENTIFY tina {PASSWORD}")
    guest = here.arrive("guest", host="127.0.0.2")

    def refuse(*_):
        raise NotAllowed("Not today.", code="not-allowed")

    monkeypatch.setattr(Connections, "check_name", refuse)
    if way == "SASL":
        guest.asks("AUTHENTICATE PLAIN")
        lines = guest.asks(f"AUTHENTICATE {response('tina', PASSWORD)}")
        assert lines == [":chat.example 904 guest :Not today."]
    elif way == "NickServ":
        lines = guest.asks(f"PRIVMSG NickServ :IDENTIFY tina {PASSWORD}")
        assert lines == [":chat.example NOTICE guest :Not today."]
    else:
        tina.reads()
        code = re.search(r"[A-Z0-9]{4}-?[A-Z0-9]{4}", " ".join(tina.asks("LINK")))[0]
        guest.asks(f"LINK {code}")
        tina.sends("LINK yes")
        assert guest.reads() == [":chat.example NOTICE guest :Not today."]
    assert guest.protocol.session.nick == "guest"


@pytest.mark.parametrize("words", [BY_PASSWORD, BY_SASL, BY_NICKSERV])
def test_an_account_that_comes_back_is_shown_what_was_said_meanwhile(words):
    here = registered(chat=Chat(limits=evolve(NO_LIMITS, history_lines=20)))
    tina, ada = here.arrive("guest"), here.chat.arrive("ada")
    tina.sends(f"PRIVMSG NickServ :IDENTIFY tina {PASSWORD}", "JOIN #den")
    ada.types("/join den")
    tina.sends("TOPIC #den :green tea", "TOPIC #den :black tea", "QUIT")
    ada.types("you missed this")
    lines = here.connect().asks(*words)
    # A topic of before is not shown as if it were that of now.
    assert [line for line in lines if "green tea" in line or " TOPIC " in line] == []
    (shown,) = [line for line in lines if "you missed this" in line]
    assert shown.startswith(":ada!~u@chat PRIVMSG #den :[")
    assert lines.index(shown) > lines.index(":tina!~u@chat JOIN :#den")


def test_a_client_that_asks_for_history_is_shown_none_by_itself():
    here = registered(chat=Chat(limits=evolve(NO_LIMITS, history_lines=20)))
    tina, ada = here.arrive("guest"), here.chat.arrive("ada")
    tina.sends(f"PRIVMSG NickServ :IDENTIFY tina {PASSWORD}", "JOIN #den")
    ada.types("/join den")
    tina.sends("QUIT")
    ada.types("you missed this")
    client = here.connect()
    client.asks("CAP REQ :draft/chathistory batch", "CAP END")
    assert not any("you missed this" in line for line in client.asks(*BY_PASSWORD))


@pytest.mark.parametrize(
    "proof",
    [
        [f"PASS {PASSWORD}", "NICK tina"],
        ["NICK tina", "AUTHENTICATE PLAIN", f"AUTHENTICATE {PLAIN}"],
    ],
)
def test_who_comes_back_reads_their_real_name_and_account_in_their_own_joins(proof):
    here = registered()
    first = here.connect()
    first.asks(f"PASS {PASSWORD}", "NICK tina", "USER t 0 * :Tina", "JOIN #den", "QUIT")
    bob = here.arrive("bob", "extended-join", "account-tag")
    bob.asks("JOIN #den")
    again = here.connect()
    told = again.asks("CAP REQ :extended-join account-tag sasl", *proof)
    told += again.asks("USER t 0 * :Tina T.", "CAP END")
    own = [line for line in told if " JOIN " in line]
    assert own == [
        f"@account=tina :tina!~u@chat JOIN {channel} tina :Tina T."
        for channel in ("#lobby", "#den")
    ]
    assert [line for line in bob.reads() if " JOIN " in line] == own
