"""
Kicks, mutes, bans, the audit trail, announcements and reports, in rooms and on the whole server.
"""

import pytest
from logins import SECRET, come, log_in, told
from twisted.internet.defer import fail
from twisted.logger import capturedLogs, formatEvent

from twisted_chat.errors import NotAllowed
from twisted_chat.limits import Limits
from twisted_chat.store.interface import StoreFailed
from twisted_chat.store.records import RolesSet
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import Chat, Person
from twisted_chat.world.sanctions import read_mask

pytestmark = pytest.mark.usefixtures("utc")


def den(store: MemoryStore | None = None) -> tuple[Chat, Person, Person]:
    """
    Return a chat where alice, who owns #den, and bob, without account, are in it and nowhere else.
    """
    chat = Chat(store=store)
    alice, bob = come(chat, "alice", host="192.0.2.1"), chat.arrive("gast", "192.0.2.2")
    for person in (alice, bob):
        person.types("/join den", "/leave lobby")
    alice.reads()
    bob.reads()
    return chat, alice, bob


def server(store: MemoryStore | None = None) -> tuple[Chat, Person, Person]:
    """
    Return a chat with oscar, who operates the server, and a guest, both in the lobby.
    """
    chat = Chat(store=store)
    oscar = come(chat, "oscar", "operator", host="192.0.2.1")
    gast = chat.arrive("gast", "192.0.2.2")
    oscar.reads()
    return chat, oscar, gast


class FailingStore(MemoryStore):
    """
    A store whose disk has gone.
    """

    def audit(self, count, first, room=None, before=0):
        return fail(StoreFailed("disk I/O error"))

    def reports(self, count, *, unread=False, before=0):
        return fail(StoreFailed("disk I/O error"))


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
    assert told(gast, "/join den") == ["#den may be entered by invitation only."]


@pytest.mark.parametrize(
    ("line", "refusal"),
    [
        ("/kick alice", "You cannot kick yourself."),
        ("/kick carol", "carol is not in #den."),
        ("/mute alice 10m", "You cannot mute yourself."),
        ("/mute gast 0s", "It must last for a second at least."),
        ("/mute gast 10m " + "x" * 201, "A reason may be at most 200 characters long, not 201."),
        ("/mute nobody 10m", "Nobody here is called nobody."),
        ("/mute oscar 10m", "oscar is an operator of the server."),
        ("/ban alice 1d", "You cannot ban yourself."),
        ("/ban 192.0.2.0/24 1d", "You cannot ban yourself."),
        ("/ban 0.0.0.0/0 1d", "A network may be no wider than /8, or /16 for IPv6."),
        ("/ban a/b 1d", "a/b is neither a name nor an address."),
        ("/ban oscar 1d", "oscar is an operator of the server."),
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
def test_nothing_is_done_to_those_who_are_no_less(deed: str) -> None:
    chat, alice, gast = den()
    bob, oscar = come(chat, "bob", host="192.0.2.3"), come(chat, "oscar", "operator", host="::1")
    for person in (bob, oscar):
        person.types("/join den")
    alice.types("/op bob", "/op gast")
    assert told(bob, *(deed.format(nick) for nick in ("alice", "gast", "oscar"))) == [
        "alice owns #den.",
        "gast operates #den.",
        "oscar is an operator of the server.",
    ]
    assert told(gast, deed.format("carol"))[0] in (
        "Nobody here is called carol.",
        "carol is banned by gast until 2023-11-15 22:14.",
    )
    assert told(alice, deed.format("oscar")) == ["oscar is an operator of the server."]
    alice.types(deed.format("bob"))
    assert any("alice" in line for line in bob.reads())


def test_who_does_not_operate_the_room_does_nothing() -> None:
    _, _, gast = den()
    lines = ("/kick alice", "/mute alice 1m", "/ban alice 1d", "/unban x", "/bans", "/audit")
    assert told(gast, *lines) == ["Only an operator of #den may do that."] * 6


# -- mute -----------------------------------------------------------------------------------------


def test_who_is_muted_does_not_speak_until_it_ends() -> None:
    chat, alice, gast = den()
    assert told(alice, "/mute gast 10m too loud") == [
        "gast is muted by alice until 2023-11-14 22:24: too loud"
    ]
    sentence = "You are muted in #den by alice until 2023-11-14 22:24: too loud"
    assert gast.reads() == [sentence]
    assert told(gast, "hello", "/me waves", "/topic x", "/nick guest", "hi") == [
        sentence,
        sentence,
        sentence,
        "You are now known as guest.",
        sentence,
    ]
    chat.advance(600)
    alice.reads()
    gast.types("hello")
    assert alice.reads() == ["guest: hello"]
    assert not chat.hub.rooms["den"].is_guarded


def test_a_mute_can_be_lifted() -> None:
    _, alice, gast = den()
    alice.types("/mute gast 10m")
    gast.reads()
    assert told(alice, "/unmute gast") == ["gast is muted no more."]
    assert gast.reads() == ["alice lets you speak in #den again."]
    gast.types("hello")
    assert alice.reads() == ["gast: hello"]


def test_who_is_muted_on_the_server_speaks_nowhere_and_to_nobody() -> None:
    chat, oscar, gast = server()
    assert told(oscar, "/servermute gast 10m")[-1] == (
        "gast is muted by oscar until 2023-11-14 22:24."
    )
    sentence = "You are muted on this server by oscar until 2023-11-14 22:24."
    gast.reads()
    assert told(gast, "hello", "/join attic", "hello", "/msg oscar hi")[::3] == [sentence] * 2
    assert told(oscar, "/serverunmute gast") == ["gast is muted no more."]
    assert gast.reads()[-1] == "oscar lets you speak on this server again."
    assert told(oscar, "/serverunmute gast") == ["gast is not muted on this server."]
    assert told(gast, "/msg oscar hi")[-1] == "[you -> oscar] hi"
    assert not any(room.is_guarded for room in chat.hub.rooms.values())


# -- ban ------------------------------------------------------------------------------------------


def test_a_mute_ends_neither_with_an_account_nor_with_being_without_one() -> None:
    store = MemoryStore()
    chat, oscar, gast = server(store)
    bob = come(chat, "bob")
    oscar.types("/servermute bob 1h", "/servermute gast 1h")
    bob.types("/nick robert", "/unregister", SECRET)
    gast.types("/nick guest", "/register", SECRET, SECRET, "/quit")
    guest = chat.connect()
    guest.types("guest", SECRET)
    for person in (bob, guest):
        assert told(person, "hello")[0].startswith("You are muted on this server by oscar until")
    # Nor with the server.
    chat = Chat(store=store)
    guest = chat.connect()
    guest.types("guest", SECRET)
    assert told(guest, "hello")[0].startswith("You are muted on this server by oscar until")


def test_a_ban_from_a_room_ends_neither_with_the_account() -> None:
    chat, alice, _ = den()
    bob = come(chat, "bob")
    bob.types("/join den")
    alice.types("/ban bob 1h")
    bob.types("/nick robert", "/unregister", SECRET)
    assert told(bob, "/join den")[0].startswith("You are banned from #den by alice until")


def test_a_ban_sends_out_and_keeps_out_until_it_ends() -> None:
    store = MemoryStore()
    chat, alice, gast = den(store)
    assert told(alice, "/ban gast 1d too loud") == [
        "*** gast has left #den (banned by alice: too loud) ***",
        "gast is banned by alice until 2023-11-15 22:14: too loud",
    ]
    sentence = "You are banned from #den by alice until 2023-11-15 22:14: too loud"
    assert gast.reads() == [sentence]
    assert told(gast, "/join den", "/nick guest", "/join den") == [
        sentence, "You are now known as guest.", sentence
    ]  # fmt: skip
    assert told(alice, "/bans") == ["ban of gast by alice until 2023-11-15 22:14: too loud"]
    chat = Chat(store=store)
    gast = chat.arrive("Gast")
    assert told(gast, "/join den") == [sentence]
    chat.advance(86400)
    assert told(gast, "/join den")[0].startswith("You are in #den")


def test_a_ban_of_an_account_holds_under_every_nick() -> None:
    chat, alice, _ = den()
    bob = come(chat, "bob", host="192.0.2.3")
    bob.types("/nick robert")
    alice.types("/ban bob 1d")
    assert told(bob, "/join den")[0].startswith("You are banned from #den by alice until")


def test_who_logs_in_as_somebody_banned_has_to_go() -> None:
    chat, alice, gast = den()
    come(chat, "bob").types("/quit")
    alice.types("/ban bob 1d")
    log_in(gast, "bob")
    alice.types("/who")
    assert alice.reads()[-1] == "In #den: alice."
    assert "You are banned from #den by alice until 2023-11-15 22:14." in gast.reads()


def test_whoever_takes_a_name_that_is_banned_has_to_go() -> None:
    _, alice, gast = den()
    alice.types("/ban guest 1d")
    assert told(gast, "/nick guest")[1].startswith("You are banned from #den by alice")
    alice.types("not for guest")
    assert told(gast, "/history 5 den")[0].startswith("You are banned from #den by alice")


def test_nobody_brings_somebody_in_from_a_banned_address_with_a_second_connection() -> None:
    chat, alice, _ = den()
    bob = come(chat, "bob")
    bob.types("/join den")
    alice.types("/ban 198.51.100.0/24 1d")
    second = come(chat, "bob", host="198.51.100.7")
    assert [line for line in second.reads() if line.startswith("You are banned from #den by")]
    alice.types("not for bob")
    assert not [line for line in second.reads() + bob.reads() if "not for bob" in line]


def test_a_second_connection_reads_what_waits_for_whoever_was_made_an_operator_meanwhile() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    come(chat, "bob")
    chat.arrive("gina")
    chat.arrive("gast").types("/report gina spams")
    account = chat.hub.world.find_account("bob")
    assert account is not None
    store.write([RolesSet(account.id, frozenset({"operator"}))])
    assert come(chat, "bob").reads()[-1].endswith("gast reports gina in #lobby: spams")


def test_unban_lets_in_again() -> None:
    _, alice, gast = den()
    alice.types("/ban gast 1d")
    gast.reads()
    assert told(alice, "/unban GAST") == ["gast is banned no more."]
    assert gast.reads() == ["alice lets you come to #den again."]
    assert told(gast, "/join den") == ["You are in #den as gast with alice."]
    assert told(alice, "/bans") == ["Nobody is banned from #den or muted."]


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
    ("typed", "mask", "hit", "spared"),
    [
        ("198.51.100.7", "198.51.100.7/32", ["198.51.100.7"], ["198.51.100.8"]),
        ("::ffff:198.51.100.7", "198.51.100.7/32", ["198.51.100.7"], ["198.51.100.8"]),
        ("198.51.100.7/24", "198.51.100.0/24", ["198.51.100.9"], ["198.51.101.1"]),
        ("::ffff:198.51.100.0/120", "198.51.100.0/24", ["198.51.100.9"], ["198.51.101.1"]),
        ("2001:db8::7", "2001:db8::/64", ["2001:db8::/64"], ["2001:db8:0:1::/64"]),
        ("2001:db8::7/128", "2001:db8::/64", ["2001:db8::/64"], ["2001:db8:0:1::/64"]),
        ("2001:db8::/48", "2001:db8::/48", ["2001:db8:0:1::/64"], ["2001:db8:1::/64"]),
        ("10.0.0.0/8", "10.0.0.0/8", ["10.255.0.1"], ["11.0.0.1", "::ffff:0:0/64", "peer"]),
    ],
)
def test_an_address_means_its_network(
    typed: str, mask: str, hit: list[str], spared: list[str]
) -> None:
    chat, oscar, _ = server()
    assert read_mask(typed).text == mask
    oscar.types(f"/serverban {typed} 1d")
    for host in hit:
        with pytest.raises(NotAllowed):
            chat.hub.connections.check_host(host)
    for host in spared:
        chat.hub.connections.check_host(host)
    oscar.types(f"/serverunban {typed}")
    chat.hub.connections.check_host(hit[0])


def test_a_ban_from_the_server_closes_and_refuses_with_one_sentence() -> None:
    store = MemoryStore()
    chat, oscar, gast = server(store)
    unnamed = chat.connect("192.0.2.2")
    oscar.types("/serverban 192.0.2.2 1d spam")
    sentence = "You are banned from this server by oscar until 2023-11-15 22:14: spam"
    assert gast.reads()[-1] == sentence
    assert not gast.is_connected
    assert unnamed.reads()[-1] == sentence
    assert not unnamed.is_connected
    for chat in (chat, Chat(store=store)):  # noqa: B020
        refused = chat.connect("192.0.2.2")
        assert refused.reads() == [sentence]
        assert not refused.is_connected
        chat.arrive("gast", "192.0.2.3")
    chat.advance(86400)
    assert chat.connect("192.0.2.2").is_connected


def test_a_name_that_is_banned_from_the_server_is_refused_at_the_name() -> None:
    chat, oscar, gast = server()
    oscar.types("/serverban gast 1d", "/serverban gina 1d")
    assert not gast.is_connected
    sentence = "You are banned from this server by oscar until 2023-11-15 22:14."
    gast = chat.connect()
    gast.types("gast")
    assert gast.reads() == [sentence]
    assert not gast.is_connected
    guest = chat.arrive("guest")
    assert told(guest, "/nick gina") == [sentence]
    bob = come(chat, "bob")
    bob.types("/nick robert")
    oscar.types("/serverban bob 1d")
    assert not bob.is_connected
    late = chat.arrive("late")
    log_in(late, "bob")
    assert late.reads()[-1] == sentence
    assert told(late, "/whois late")[0].startswith("late is in #lobby")
    bob = chat.connect()
    bob.types("bob", SECRET)
    assert bob.reads() == [sentence]
    assert not bob.is_connected


def test_a_storm_of_somebody_banned_costs_one_line_of_log_a_minute() -> None:
    chat, oscar, _ = server()
    oscar.types("/serverban 198.51.100.7 1d")
    with capturedLogs() as logged:
        for _ in range(6):
            for _ in range(100):
                assert not chat.connect("198.51.100.7").is_connected
            chat.advance(10)
        chat.connect("198.51.100.7")
    assert [formatEvent(event) for event in logged] == [
        "Refused '198.51.100.7', who is banned",
        "Refused '198.51.100.7', who is banned (599 more like it suppressed)",
    ]


def test_so_does_one_that_comes_by_a_proxy() -> None:
    chat, oscar, _ = server()
    oscar.types("/serverban 198.51.100.7 1d")
    chat.factory.is_proxied = True
    with capturedLogs() as logged:
        for _ in range(100):
            person = chat.connect("198.51.100.7")
            person.sends(b"gast\n")
            assert not person.is_connected
    assert [formatEvent(event) for event in logged] == ["Refused '198.51.100.7', who is banned"]


def test_so_does_a_storm_of_a_name_that_is_banned_and_who_shares_its_address_is_logged() -> None:
    chat = Chat(limits=Limits())
    oscar = come(chat, "oscar", "operator")
    oscar.types("/serverban gast 1d")
    with capturedLogs() as logged:
        for _ in range(6):
            for _ in range(100):
                person = chat.connect("198.51.100.7")
                if person.is_connected:
                    person.types("gast")
                assert not person.is_connected
            chat.advance(10)
        assert len(logged) == 3
        chat.connect("198.51.100.7").types("gast")
        chat.advance(300)
        chat.connect("198.51.100.7").hangs_up()
        chat.arrive("guest", "198.51.100.7").types("/quit")
    assert [formatEvent(event) for event in logged] == [
        "Connection 2 from '198.51.100.7'",
        "Refused 'gast', who is banned",
        "Connection 2 without a name closed: 'banned'",
        "Refused 'gast', who is banned (599 more like it suppressed)",
        "Connection 38 from '198.51.100.7'",
        "Connection 38 is 'guest'",
        "Connection 38 of 'guest' closed: 'quit'",
    ]


def test_bans_are_as_many_as_there_may_be_and_expired_ones_make_room() -> None:
    chat, alice, _ = den()
    alice.types(*(f"/ban n{number} {'1m' if number else '1d'}" for number in range(1000)))
    assert told(alice, "/ban more 1d") == ["There are 1000 already; lift some of them first."]
    assert told(alice, "/ban n7 1d")[0].startswith("n7 is banned")
    assert told(alice, "/bans")[-2:] == [
        "ban of n7 by alice until 2023-11-15 22:14.",
        "--- /more for what was before ---",
    ]
    read = told(alice, *["/more"] * 20)
    assert read[49].startswith("ban of n950 ")
    assert read[-2:] == [
        "ban of n50 by alice until 2023-11-14 22:15.",
        "There is nothing to go on with; /history reads the latest lines.",
    ]
    chat.advance(60)
    assert len(chat.hub.rooms["den"].bans) == 2
    assert told(alice, "/ban more 1d")[0].startswith("more is banned")


def test_a_kick_off_the_server_closes_every_connection() -> None:
    chat, oscar, gast = server()
    assert told(oscar, "/serverkick gast spam") == [
        "*** gast has left #lobby (kicked by oscar: spam) ***",
        "gast was sent away.",
    ]
    assert gast.reads()[-1] == "You were kicked from this server by oscar: spam"
    assert not gast.is_connected
    assert chat.arrive("gast").is_connected


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("/serverkick gast spam", "*** gast has left #lobby (kicked by oscar: spam) ***"),
        ("/serverban gast 1d spam", "*** gast has left #lobby (banned by oscar: spam) ***"),
    ],
)
def test_the_others_read_why_somebody_was_sent_away_who_was_muted(line: str, read: str) -> None:
    _, oscar, gast = server()
    oscar.types("/servermute gast 1d", "/mute gast 1d")
    assert told(oscar, line)[0] == read
    assert not gast.is_connected


def test_only_operators_of_the_server_do_something_on_all_of_it() -> None:
    _, alice, gast = den()
    lines = {
        "announce": "x", "reports": "", "serverkick": "alice", "servermute": "alice 1m",
        "serverban": "alice 1d", "serverbans": "", "serverunban": "x", "serverunmute": "x",
    }  # fmt: skip
    for name, words in lines.items():
        assert told(gast, f"/{name} {words}") == [f"Only an operator may use /{name}."]
    assert alice.reads() == []


def test_operators_of_the_server_see_where_somebody_comes_from() -> None:
    _, oscar, gast = server()
    assert told(oscar, "/whois gast")[-1] == "gast comes from 192.0.2.2."
    assert len(told(gast, "/whois oscar")) == 1


# -- the audit trail ------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["/private on", "/members on"])
def test_whoever_makes_a_room_again_reads_no_deeds_of_before(mode: str) -> None:
    chat = Chat()
    bob, carol = come(chat, "bob"), come(chat, "carol")
    bob.types("/join attic", mode, "/keephistory off", "/ban gina 1d secret", "/disown")
    bob.types("/leave attic")
    assert told(carol, "/join attic", "/audit")[1:] == ["Nothing was done."]


def test_every_deed_is_in_the_audit_trail() -> None:
    chat, alice, _ = den()
    alice.types(
        "/op gast", "/deop gast", "/slow 5s", "/mute gast 10m loud", "/unmute gast",
        "/kick gast", "/ban gast 1d spam", "/unban gast",
    )  # fmt: skip
    alice.types("/nick al")
    at = "2023-11-14 22:13"
    assert told(alice, "/audit") == [
        f"{at} alice: op gast in #den",
        f"{at} alice: deop gast in #den",
        f"{at} alice: slow 5s in #den",
        f"{at} alice: mute gast in #den until 2023-11-14 22:24: loud",
        f"{at} alice: unmute gast in #den",
        f"{at} alice: kick gast in #den",
        f"{at} alice: ban gast in #den until 2023-11-15 22:14: spam",
        f"{at} alice: unban gast in #den",
    ]
    alice.types("/disown")
    oscar = come(chat, "oscar", "operator")
    oscar.types("/announce tea")
    assert told(oscar, "/audit 2") == [
        f"{at} al (account alice): disown in #den",
        f"{at} oscar: announce: tea",
        "--- /more for what was before ---",
    ]


def test_the_audit_trail_is_read_page_by_page() -> None:
    _, alice, _ = den()
    for number in range(60):
        alice.types(f"/kick gast {number}" if number % 60 == 0 else f"/slow {number}s")
    read = told(alice, "/audit 1000")
    assert len(read) == 51
    assert read[-1] == "--- /more for what was before ---"
    read = told(alice, "/more", "/more")
    assert read[0] == "2023-11-14 22:13 alice: kick gast in #den: 0"
    assert len(read) == 11
    assert read[-1] == "There is nothing to go on with; /history reads the latest lines."


def test_an_operator_of_the_server_reads_the_trail_of_one_room() -> None:
    chat, alice, gast = den()
    oscar = come(chat, "oscar", "operator")
    oscar.types("/join attic", "/slow 5s", "/announce tea")
    alice.types("/kick gast")
    assert told(oscar, "/audit 20 den") == ["2023-11-14 22:13 alice: kick gast in #den"]
    alice.types("/disown", "/leave den")
    assert len(told(oscar, "/audit 20 #den")) == 2
    assert told(gast, "/audit 20 attic") == ["Only an operator of #attic may do that."]
    alice.types("/join vault", "/private on", "/slow 1s")
    assert told(oscar, "/audit 20 vault") == [
        "There is no room #vault. /rooms lists those there are."
    ]


def test_roles_and_what_is_done_to_other_peoples_lines_are_in_the_trail() -> None:
    chat, oscar, gast = server()
    come(chat, "bob")
    gast.types("rude", "ruder")
    oscar.types("/grant bob operator", "/revoke bob operator")
    said = [line.number for line in chat.hub.rooms["lobby"].timeline.recent]
    oscar.types(f"/edit {said[0]} ...", f"/delete {said[1]}", "oops", f"/delete {said[1] + 1}")
    at = "2023-11-14 22:13 oscar:"
    assert told(oscar, "/audit") == [
        f"{at} grant operator to bob",
        f"{at} revoke operator from bob",
        f"{at} edit line {said[0]} of gast in #lobby",
        f"{at} delete line {said[1]} of gast in #lobby",
    ]


def test_an_operator_reads_nothing_of_what_was_done_in_private() -> None:
    chat, alice, _ = den()
    oscar = come(chat, "oscar", "operator")
    alice.types("/slow 5s", "/private on", "/kick gast hush")
    assert told(oscar, "/audit") == ["Nothing was done."]
    alice.types("/private off", "/slow off")
    assert told(oscar, "/audit") == [
        "2023-11-14 22:13 alice: private off in #den",
        "2023-11-14 22:13 alice: slow off in #den",
    ]
    alice.types("/private on", "/disown", "/leave den")
    assert told(oscar, "/audit") == ["Nothing was done."]


def test_who_makes_a_room_anew_reads_nothing_of_what_was_done_in_private_without_history() -> None:
    chat, alice, _ = den()
    bob = come(chat, "bob")
    alice.types("/private on", "/keephistory off", "/kick gast hush", "/disown", "/leave den")
    bob.types("/join den")
    assert told(bob, "/audit") == ["Nothing was done."]


# -- announcements and reports --------------------------------------------------------------------


def test_an_announcement_reaches_everybody_once() -> None:
    chat, oscar, gast = server()
    gast.types("/join attic")
    alone = chat.arrive("alone")
    alone.types("/leave")
    for person in (oscar, gast, alone):
        person.reads()
    oscar.types("/announce tea at four")
    for person in (oscar, gast, alone):
        assert person.reads() == ["*** oscar announces: tea at four ***"]


def test_a_report_reaches_the_operators_who_are_here() -> None:
    chat, oscar, gast = server()
    chat.arrive("mallory")
    oscar.reads()
    gast.reads()
    assert told(gast, "/report mallory spams") == [
        "The operators who are here have read your report."
    ]
    assert oscar.reads() == ["*** gast reports mallory in #lobby: spams ***"]
    assert told(gast, "/report mallory again") == ["/report can be used again in 10 s."]
    assert told(oscar, "/reports") == ["2023-11-14 22:13 gast reports mallory in #lobby: spams"]
    chat.advance(10)
    assert told(gast, "/report gast me") == ["You cannot report yourself."]


def test_a_report_waits_for_the_next_operator_also_over_a_restart() -> None:
    store = MemoryStore()
    chat, alice, gast = den(store)
    alice.types("/private on")
    assert told(gast, "/report alice is mean") == [
        "The next operator who comes will read your report."
    ]
    chat = Chat(store=store)
    oscar = come(chat, "oscar", "operator")
    assert oscar.reads()[-2:] == [
        "*** While no operator was here: ***",
        "2023-11-14 22:13 gast reports alice: is mean",
    ]
    oscar.types("/quit")
    oscar = come(chat, "oscar")
    assert not any("reports" in line for line in oscar.reads())


def test_nobody_reads_what_is_reported_of_themselves() -> None:
    chat, oscar, gast = server()
    carol = come(chat, "carol", "operator")
    oscar.types("/nick boss")
    carol.types("/report boss abuses his power", "/quit")
    assert told(gast, "/report boss abuses his power") == [
        "The next operator who comes will read your report."
    ]
    assert told(oscar, "/reports") == ["Nothing was reported."]
    assert chat.hub.reports.unread == 2
    report = "reports boss (account oscar) in #lobby: abuses his power"
    bob = come(chat, "bob", "operator")
    assert bob.reads()[-2:] == [
        f"2023-11-14 22:13 carol {report}",
        f"2023-11-14 22:13 gast {report}",
    ]
    assert chat.hub.reports.unread == 0


def test_who_reported_is_not_the_one_who_has_looked_at_it() -> None:
    chat, oscar, _ = server()
    assert told(oscar, "/report gast spams") == [
        "The next operator who comes will read your report."
    ]
    assert told(oscar, "/reports") == ["2023-11-14 22:13 oscar reports gast in #lobby: spams"]
    assert come(chat, "bob", "operator").reads()[-1].endswith("spams")


def test_who_has_just_gone_can_be_reported() -> None:
    chat, oscar, gast = server()
    mallory = chat.arrive("mallory")
    mallory.types("buy pills", "/quit")
    oscar.reads()
    assert told(gast, "/report malory spams") == ["Nobody here is called malory."]
    chat.advance(10)
    gast.types("/report mallory spams")
    assert oscar.reads() == ["*** gast reports mallory in #lobby: spams ***"]


def test_what_was_not_shown_waits_on_and_more_shows_it() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    for number in range(45):
        mallory, gast = chat.arrive("mallory"), chat.arrive("gast")
        gast.types(f"/report mallory {number}", "/quit")
        mallory.types("/quit")
    oscar = come(chat, "oscar", "operator")
    assert [line.rpartition(" ")[2] for line in oscar.reads()[-21:-1]] == [
        str(number) for number in range(25, 45)
    ]
    assert chat.hub.reports.unread == 25
    read = told(oscar, "/more")
    assert read[-1] == "--- /more for what was before ---"
    assert [line.rpartition(" ")[2] for line in read[:-1]] == [
        str(number) for number in range(5, 25)
    ]
    chat = Chat(store=store)
    oscar = come(chat, "oscar")
    assert len([line for line in oscar.reads() if " reports " in line]) == 5
    assert chat.hub.reports.unread == 0
    assert len(told(oscar, "/reports 1000")) == 45
    assert len(told(oscar, "/reports 30", "/more")) == 46


def test_what_cannot_be_read_is_told() -> None:
    _, oscar, _ = server(FailingStore())
    assert told(oscar, "/audit", "/reports") == [
        "The audit trail cannot be read now.",
        "The reports cannot be read now.",
    ]


def test_no_network_is_banned_from_which_another_operator_comes() -> None:
    chat = Chat()
    oscar = come(chat, "oscar", "operator", host="10.0.0.1")
    alice = come(chat, "alice", "operator", host="10.1.0.9")
    bob = come(chat, "bob", host="10.1.0.10")
    assert told(oscar, "/serverban 10.1.0.0/24 1d", "/serverbans") == [
        "alice is an operator of the server.",
        "Nobody is banned from this server or muted.",
    ]
    assert alice.is_connected
    assert bob.is_connected
