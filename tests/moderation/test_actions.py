"""
Kicks, mutes, bans, the audit trail, announcements and reports, in rooms and on the whole server.
"""

import pytest
from logins import come, log_in, told
from shared_actions import den, server

from twisted_chat.store.records import RolesSet
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import Chat

pytestmark = pytest.mark.usefixtures("utc")


# -- kick -----------------------------------------------------------------------------------------


def test_a_kick_sends_out_and_tells_who_did_it_and_why() -> None:
    _, alice, gast = den()
    assert told(alice, "/kick gast too loud") == [
        "*** gast has left #den (kicked by alice: too loud) ***"
    ]
    assert gast.reads() == ["You were kicked from #den by alice: too loud"]
    assert told(gast, "/join den") == ["You are in #den as gast with alice."]
    assert told(alice, "/kick gast")[-1] == "*** gast has left #den (kicked by alice) ***"
    assert gast.reads() == ["You were kicked from #den by alice."]


def test_a_kick_ends_having_been_let_in() -> None:
    _, alice, gast = den()
    alice.types("/private on", "/kick gast")
    assert told(gast, "/join den") == ["#den can be entered by invitation only."]


@pytest.mark.parametrize(
    ("line", "refusal"),
    [
        ("/kick alice", "You cannot kick yourself."),
        ("/kick carol", "carol is not in #den."),
        ("/mute alice 10m", "You cannot mute yourself."),
        ("/mute gast 0s", "It must last at least one second."),
        ("/mute gast 10m " + "x" * 201, "A reason may be at most 200 characters long, not 201."),
        ("/mute nobody 10m", "Nobody here is called nobody."),
        ("/mute oscar 10m", "oscar is an operator of the server; you cannot do that to them."),
        ("/ban alice 1d", "You cannot ban yourself."),
        ("/ban 0.0.0.0/0 1d", "A network may be no wider than /8, or /16 for IPv6."),
        ("/ban a/b 1d", "a/b is neither a name nor an address."),
        ("/ban oscar 1d", "oscar is an operator of the server; you cannot do that to them."),
        ("/ban 10.0.0.256 1d", "10.0.0.256 is neither a name nor an address."),
        ("/ban 192.168.1 1d", "192.168.1 is neither a name nor an address."),
        ("/ban 01.2.3.4 1d", "01.2.3.4 is neither a name nor an address."),
        ("/ban gast, 1d", "gast, is neither a name nor an address."),
        ("/ban # 1d", "# is neither a name nor an address."),
        ("/ban ::ffff:0:0/64 1d", "A network may be no wider than /8, or /16 for IPv6."),
        ("/unban gast", "gast is not banned from #den."),
        ("/unmute gast", "gast is not muted in #den."),
    ],
)
def test_what_cannot_be_done_is_refused(line: str, refusal: str) -> None:
    chat, alice, gast = den()
    come(chat, "carol")
    come(chat, "oscar", "operator", host="192.0.2.9")
    assert told(alice, line) == [refusal]
    assert gast.reads() == []


@pytest.mark.parametrize("deed", ["/kick {}", "/mute {} 10m", "/ban {} 1d"])
def test_no_action_is_allowed_against_users_of_equal_or_higher_rank(deed: str) -> None:
    chat, alice, gast = den()
    bob, oscar = come(chat, "bob", host="192.0.2.3"), come(chat, "oscar", "operator", host="::1")
    for person in (bob, oscar):
        person.types("/join den")
    alice.types("/op bob", "/op gast")
    assert told(bob, *(deed.format(nick) for nick in ("alice", "gast", "oscar"))) == [
        "alice owns #den; you cannot do that to them.",
        "gast operates #den; you cannot do that to them.",
        "oscar is an operator of the server; you cannot do that to them.",
    ]
    assert told(gast, deed.format("carol"))[0] in (
        "Nobody here is called carol.",
        "You banned carol from #den for 1d, until 2023-11-15 22:14.",
    )
    assert told(alice, deed.format("oscar")) == [
        "oscar is an operator of the server; you cannot do that to them."
    ]
    alice.types(deed.format("bob"))
    assert any("alice" in line for line in bob.reads())


# -- mute -----------------------------------------------------------------------------------------


def test_a_muted_user_does_not_speak_until_the_mute_ends() -> None:
    chat, alice, gast = den()
    assert told(alice, "/mute gast 10m too loud") == [
        "You muted gast in #den for 10m, until 2023-11-14 22:24: too loud"
    ]
    sentence = "You are muted in #den by alice until 2023-11-14 22:24: too loud"
    assert gast.reads() == [sentence]
    assert told(gast, "hello", "/me waves", "/topic x", "/nick guest", "hi") == [
        sentence,
        sentence,
        sentence,
        sentence,
        sentence,
    ]
    assert alice.reads() == []
    chat.advance(600)
    gast.types("/nick guest")
    alice.reads()
    gast.types("hello")
    assert alice.reads() == ["guest: hello"]
    assert not chat.hub.rooms["den"].is_guarded


def test_a_user_who_is_muted_on_the_server_speaks_in_no_room_and_to_no_user() -> None:
    chat, oscar, gast = server()
    assert told(oscar, "/servermute gast 10m")[-1] == (
        "You muted gast on this server for 10m, until 2023-11-14 22:24."
    )
    sentence = "You are muted on this server by oscar until 2023-11-14 22:24."
    gast.reads()
    assert told(gast, "hello", "/join attic", "hello", "/msg oscar hi")[::3] == [sentence] * 2
    assert told(oscar, "/serverunmute gast") == ["gast is no longer muted on this server."]
    assert gast.reads()[-1] == "oscar lifted your mute on this server."
    assert told(oscar, "/serverunmute gast") == ["gast is not muted on this server."]
    assert told(gast, "/msg oscar hi")[-1] == "[you -> oscar] hi"
    assert not any(room.is_guarded for room in chat.hub.rooms.values())


# -- ban ------------------------------------------------------------------------------------------


def test_a_user_who_logs_in_as_a_banned_user_has_to_go() -> None:
    chat, alice, gast = den()
    come(chat, "bob").types("/quit")
    alice.types("/ban bob 1d")
    log_in(gast, "bob")
    alice.types("/who")
    assert alice.reads()[-1] == "In #den: alice."
    assert "You are banned from #den by alice until 2023-11-15 22:14." in gast.reads()


def test_a_user_who_takes_a_name_that_is_banned_has_to_go() -> None:
    _, alice, gast = den()
    alice.types("/ban guest 1d")
    assert told(gast, "/nick guest")[1].startswith("You are banned from #den by alice")
    alice.types("not for guest")
    assert told(gast, "/history 5 den")[0].startswith("You are banned from #den by alice")


def test_a_second_connection_lets_no_user_in_from_a_banned_address() -> None:
    chat, alice, _ = den()
    bob, oscar = come(chat, "bob"), come(chat, "oscar", "operator")
    bob.types("/join den")
    oscar.types("/join den", "/ban 198.51.100.0/24 1d")
    second = come(chat, "bob", host="198.51.100.7")
    assert [line for line in second.reads() if line.startswith("You are banned from #den by")]
    alice.types("not for bob")
    assert not [line for line in second.reads() + bob.reads() if "not for bob" in line]


def test_a_second_connection_reads_what_waits_for_a_user_who_was_made_an_operator_meanwhile() -> (
    None
):
    store = MemoryStore()
    chat = Chat(store=store)
    come(chat, "bob")
    chat.arrive("gina")
    chat.arrive("gast").types("/report gina spams")
    account = chat.hub.world.find_account("bob")
    assert account is not None
    store.write([RolesSet(account.id, frozenset({"operator"}))])
    assert come(chat, "bob").reads()[-1].endswith("gast reports gina in #lobby: spams")


def test_a_ban_from_where_people_arrive_leaves_them_in_no_room() -> None:
    chat, oscar, _ = server()
    oscar.types("/ban gina 1d")
    gina = chat.connect()
    gina.types("gina")
    assert gina.reads() == [
        "Welcome, gina. You are banned from #lobby by oscar until 2023-11-15 22:14.",
        "Type /help for help.",
    ]


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("/serverkick gast spam", "*** gast has left #lobby (kicked by oscar: spam) ***"),
        ("/serverban gast 1d spam", "*** gast has left #lobby (banned by oscar: spam) ***"),
    ],
)
def test_the_others_read_why_a_muted_user_was_sent_away(line: str, read: str) -> None:
    _, oscar, gast = server()
    oscar.types("/servermute gast 1d", "/mute gast 1d")
    assert told(oscar, line)[0] == read
    assert not gast.is_connected


# -- the audit trail ------------------------------------------------------------------------------


# -- announcements and reports --------------------------------------------------------------------


def test_no_network_is_banned_from_which_another_operator_comes() -> None:
    chat = Chat()
    oscar = come(chat, "oscar", "operator", host="10.0.0.1")
    alice = come(chat, "alice", "operator", host="10.1.0.9")
    bob = come(chat, "bob", host="10.1.0.10")
    assert told(oscar, "/serverban 10.1.0.0/24 1d", "/serverbans") == [
        "alice is an operator of the server; you cannot do that to them.",
        "There are no bans or mutes on this server.",
    ]
    assert alice.is_connected
    assert bob.is_connected
