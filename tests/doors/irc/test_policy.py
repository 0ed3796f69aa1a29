"""
The policy over IRC: what is hidden or forbidden at other doors is so here, whatever the verb.
"""

import pytest
from shared_irc import Clients

CAPS = ("message-tags", "batch", "server-time", "draft/chathistory", "draft/message-redaction",
        "draft/read-marker", "standard-replies", "labeled-response")  # fmt: skip
PAST, FUTURE = "timestamp=2020-01-01T00:00:00.0Z", "timestamp=2030-01-01T00:00:00.0Z"


@pytest.fixture
def here():
    return Clients()


def arrive(here, *nicks, caps=CAPS):
    """
    Return clients that have read all they were told.
    """
    clients = [here.arrive(nick, *caps) for nick in nicks]
    for each in clients:
        each.reads()
    return clients


def numeric(lines):
    (line,) = lines
    return line.split(" ", 1)[1].split()[1] if line.startswith("@") else line.split()[1]


@pytest.mark.parametrize("nick", ["a1ice", "ａlice", "alicе", "ALICE", "ChanServ", "NickServ"])
def test_a_name_that_looks_like_another_or_like_a_service_is_not_given(here, nick):
    arrive(here, "alice")
    eve = here.connect()
    lines = eve.asks("USER eve 0 * :Eve", f"NICK {nick}")
    assert lines[-1].split()[1] in {"432", "433"}
    # And they are still asked for one.
    assert eve.asks("JOIN #lobby")[0].split()[1] == "451"
    assert eve.asks("NICK eve")[0].split()[1] == "001"


def test_a_channel_that_looks_like_another_is_not_made(here):
    alice, eve = arrive(here, "alice", "eve")
    alice.sends("JOIN #vault")
    assert numeric(eve.asks("JOIN #vau1t")) == "476"


def test_of_who_is_ignored_no_words_are_read(here):
    alice, bob = arrive(here, "alice", "bob")
    alice.sends("JOIN #den", "IGNORE bob", "PRIVMSG #den :mine")
    bob.sends("JOIN #den")
    said = next(line for line in alice.reads() if " PRIVMSG " in line or "msgid" not in line)
    bob.reads()
    assert said
    bob.sends("PRIVMSG #den :rude 1", "NOTICE #den :rude 2", "PRIVMSG alice :rude 3",
              "NOTICE alice :rude 4", "PRIVMSG #den :\x01ACTION is rude\x01", "INVITE alice #rude",
              "AWAY :rude 5", "TOPIC #den :rude 6", "PART #den :rude 7")  # fmt: skip
    told = alice.reads()
    assert "rude" not in " ".join(told)
    assert any(" PART #den" in line for line in told)
    for asked in ("CHATHISTORY LATEST #den * 50", "CHATHISTORY LATEST bob * 50", "WHOIS bob",
                  "TOPIC #den", "WHO bob", "LIST"):  # fmt: skip
        assert "rude" not in " ".join(alice.asks(asked))


def test_who_is_muted_says_nothing_in_a_channel_in_any_way(here):
    alice, bob = arrive(here, "alice", "bob")
    alice.sends("JOIN #den", "PRIVMSG #den :tea?")
    bob.sends("JOIN #den")
    id_ = alice.asks("CHATHISTORY LATEST #den * 1")[-2].split("msgid=")[1].split(" ")[0]
    alice.sends("MODE #den +b m:bob!*@*")
    alice.reads()
    bob.reads()
    for sent in ("PRIVMSG #den :rude", "PRIVMSG #den :\x01ACTION is rude\x01",
                 f"@+reply={id_} PRIVMSG #den :rude", "TOPIC #den :rude"):  # fmt: skip
        assert numeric(bob.asks(sent)) in {"404", "482"}
    for sent in ("NOTICE #den :rude", f"@+reply={id_};+draft/react=rude TAGMSG #den",
                 "PART #den :rude"):  # fmt: skip
        bob.sends(sent)
    assert "rude" not in " ".join(alice.reads())


def test_who_is_banned_is_put_out_and_comes_not_in_again(here):
    alice, bob = arrive(here, "alice", "bob")
    alice.sends("JOIN #den")
    bob.sends("JOIN #den")
    bob.reads()
    alice.sends("MODE #den +b bob!*@*")
    assert any(" KICK #den bob " in line for line in bob.reads())
    assert numeric(bob.asks("JOIN #den")) == "474"
    assert numeric(bob.asks("PRIVMSG #den :hi")) == "404"


def test_in_a_slow_channel_one_has_to_wait(here):
    alice, bob = arrive(here, "alice", "bob")
    alice.sends("JOIN #den", "MODE #den +S 30")
    bob.sends("JOIN #den", "PRIVMSG #den :one")
    bob.reads()
    assert numeric(bob.asks("PRIVMSG #den :two")) == "404"
    here.chat.advance(31)
    assert bob.asks("PRIVMSG #den :three") == []


@pytest.mark.parametrize(
    "asked",
    [
        "NAMES #{}", "WHO #{}", "LIST #{}", "LIST #{}*", "TOPIC #{}", "TOPIC #{} :x", "MODE #{}",
        "MODE #{} +b", "MODE #{} +o alice", "MODE #{} +k beer", "INVITE eve #{}",
        "INVITE alice #{}", "KICK #{} alice", "PART #{}", "PRIVMSG #{} :hi", "NOTICE #{} :hi",
        "TAGMSG #{}", "@+draft/react=x;+reply=2-1 TAGMSG #{}", "REDACT #{} 2-1",
        "CHATHISTORY LATEST #{} * 9", f"CHATHISTORY BEFORE #{{}} {FUTURE} 9",
        "MARKREAD #{}", f"MARKREAD #{{}} {FUTURE}", "HISTORY #{}",
        "MODES #{}", "PRIVMSG ChatServ :topic #{}",
    ],
)  # fmt: skip
def test_an_outsider_learns_nothing_of_a_private_channel_not_even_that_it_is_there(here, asked):
    alice, eve = arrive(here, "alice", "eve")
    alice.sends("JOIN #vault", "TOPIC #vault :gold", "MODE #vault +s", "PRIVMSG #vault :secret")
    eve.sends("MODE #lobby +b")
    eve.reads()
    told = [line.split(" ", 1)[1] if line[0] == "@" else line
            for line in eve.asks(asked.format("vault"))]  # fmt: skip
    nothing = [line.split(" ", 1)[1] if line[0] == "@" else line
               for line in eve.asks(asked.format("nowhere"))]  # fmt: skip
    assert [line.replace("vault", "nowhere") for line in told] == nothing
    assert "gold" not in " ".join(told)


def test_an_outsider_is_told_of_no_room_of_another_user(here):
    alice, eve = arrive(here, "alice", "eve")
    alice.sends("JOIN #vault", "MODE #vault +s", "PRIVMSG #vault :secret")
    eve.reads()
    for asked in ("WHOIS alice", "WHO alice", "WHO a*", "LIST", "NAMES", "LUSERS", "WHOWAS alice",
                  f"CHATHISTORY TARGETS {PAST} {FUTURE} 50"):  # fmt: skip
        assert "vault" not in " ".join(eve.asks(asked))
    assert " 254 eve 1 " in " ".join(eve.asks("LUSERS"))


def test_nobody_deletes_a_line_of_another_who_does_not_operate_the_channel(here):
    alice, bob, carol = arrive(here, "alice", "bob", "carol")
    for each in (alice, bob, carol):
        each.sends("JOIN #den")
    bob.sends("PRIVMSG #den :hello")
    id_ = next(line for line in carol.reads() if " PRIVMSG " in line)
    id_ = id_.split("msgid=")[1].split(" ")[0].split(";")[0]
    for each in (alice, bob):
        each.reads()
    (line,) = carol.asks(f"REDACT #den {id_}")
    assert f" FAIL REDACT REDACT_FORBIDDEN #den {id_} :" in line
    # Nor by naming another channel, which they operate.
    carol.sends("JOIN #own")
    carol.reads()
    (line,) = carol.asks(f"REDACT #own {id_}")
    assert f" FAIL REDACT UNKNOWN_MSGID #own {id_} :" in line
    assert alice.reads() == bob.reads() == []


def test_nobody_is_told_where_another_user_comes_from(here):
    alice = here.arrive("alice", host="192.0.2.7")
    (eve,) = arrive(here, "eve")
    alice.sends("JOIN #den")
    for asked in ("WHOIS alice", "WHO alice %tcuihsnfdlaor,7", "USERHOST alice", "JOIN #den"):
        assert "192.0.2" not in " ".join(eve.asks(asked))
    alice.sends("QUIT")
    assert "192.0.2" not in " ".join(eve.asks("WHOWAS alice"))
