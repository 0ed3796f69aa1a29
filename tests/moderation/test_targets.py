"""
Targets of kicks, mutes and bans, by nick, account and address, and who hears of them.
"""

import pytest
from logins import come, told

from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import Chat, Person

UNTIL = "until 2023-11-15 22:14"


pytestmark = pytest.mark.usefixtures("utc")


def den(chat: Chat, *people: Person) -> Person:
    """
    Make #den, which alice owns, and bring these users into it.
    """
    alice = come(chat, "alice", host="192.0.2.1")
    for person in (alice, *people):
        person.types("/join den", "/leave lobby")
    for person in (alice, *people):
        person.reads()
    return alice


# -- who hears of it ------------------------------------------------------------------------------


@pytest.mark.parametrize("deed", ["/ban gast 1d", "/mute gast 1m"])
def test_a_ban_tells_nothing_to_users_who_have_nothing_to_do_with_the_room(
    deed: str,
) -> None:
    chat = Chat()
    alice = come(chat, "alice")
    gast = chat.arrive("gast", "192.0.2.2")
    alice.types("/join shop")
    gast.reads()
    assert len(told(alice, f"{deed} BUY CHEAP PILLS")) == 1
    assert gast.reads() == []


def test_a_user_who_was_let_in_hears_of_a_ban_wherever_they_are() -> None:
    chat = Chat()
    gast, alice = chat.arrive("gast", "192.0.2.2"), den(chat)
    bob = come(chat, "bob", host="192.0.2.3")
    alice.types("/private on", "/invite gast", "/invite bob")
    gast.types("/nick guest")
    bob.types("/nick robert")
    gast.reads()
    bob.reads()
    oscar = come(chat, "oscar", "operator", host="198.51.100.9")
    alice.types("/invite oscar")
    oscar.types("/join den")
    bob.reads()
    gast.reads()
    oscar.types("/ban 192.0.2.2/31 1d enough")
    sentence = f"You are banned from #den by oscar {UNTIL}: enough"
    assert gast.reads() == [sentence]
    assert bob.reads() == [sentence]
    oscar.types("/unban 192.0.2.2/31")
    assert told(bob, "/join den") == ["#den can be entered by invitation only."]


def test_a_user_who_may_not_speak_gives_no_reasons_either() -> None:
    chat = Chat()
    gast, bob = chat.arrive("gast"), come(chat, "bob")
    alice = den(chat, gast, bob)
    oscar = come(chat, "oscar", "operator")
    oscar.types("/servermute alice 1d")
    muted = f"You are muted on this server by oscar {UNTIL}."
    alice.reads()
    lines = ("/kick gast and so on", "/mute gast 1m so", "/ban gast 1d so", "/away so", "/away")
    assert told(alice, *lines) == [
        muted, muted, muted, muted, "You are marked as away. /back ends that."
    ]  # fmt: skip
    assert told(alice, "/join you-are-stupid", "/invite carol", "/nick stupid") == [
        muted, "Nobody here is called carol.", muted
    ]  # fmt: skip
    assert gast.reads() == []
    assert told(alice, "/kick gast")[-1] == "*** gast has left #den (kicked by alice) ***"
    gast.reads()
    assert told(alice, "/ban gast 1d", "/unban gast")[-1] == "gast is no longer banned from #den."
    assert gast.reads() == []
    alice.types("/op bob")
    oscar.types("/serverunmute alice")
    alice.types("/mute bob 1d")
    assert told(bob, "/ban gast 1d so") == [f"You are muted in #den by alice {UNTIL}."]


# -- staff, and users of equal rank ---------------------------------------------------------------


NOT_AN_ADDRESS = (
    "Only operators of the server may ban and unban addresses. /report tells them of a user, and "
    "/ban nick 1d bans one by name."
)


def test_no_owner_of_a_room_finds_an_address_by_halving() -> None:
    chat = Chat()
    alice, victim = den(chat), chat.arrive("victim", "127.0.0.77")
    addresses = [f"127.0.0.77/{prefix}" for prefix in range(8, 33)]
    for address in (*addresses, "127.0.0.77", "::ffff:127.0.0.77", "2001:db8::/32"):
        assert told(alice, f"/ban {address} 10m", f"/unban {address}") == [NOT_AN_ADDRESS] * 2
        assert told(alice, f"/mute {address} 10m") == [f"Nobody here is called {address}."]
    assert told(alice, "/bans") == ["There are no bans or mutes in #den."]
    assert told(alice, "/invite victim") == ["You have invited victim to #den."]
    assert told(victim, "/join den") == ["You are in #den as victim with alice."]


@pytest.mark.parametrize("host", ["198.51.100.7", "203.0.113.7"])
def test_a_ban_of_an_address_answers_no_question_of_a_room_owner(host: str) -> None:
    chat = Chat()
    alice, oscar = den(chat), come(chat, "oscar", "operator", host="192.0.2.9")
    oscar.types("/join den", "/ban 198.51.100.0/24 1h spam", "/unban nobody", "/leave den")
    chat.arrive("gast", host)
    # All of this is the same, wherever gast comes from.
    asked = [
        "/invite gast",
        "/whois gast",
        "/bans",
        "/audit",
        "/who",
        "/unban gast",
        "/voice gast",
    ]
    assert told(alice, *asked) == [
        "You have invited gast to #den.",
        "gast is in #lobby, here since 22:13 (0s), idle for 0s.",
        "ban of an address by oscar until 2023-11-14 23:14: spam",
        "2023-11-14 22:13 oscar: ban an address in #den until 2023-11-14 23:14: spam",
        "In #den: alice.",
        "gast is not banned from #den.",
        "gast is not in #den.",
    ]
    # The operator of the server reads it.
    assert told(oscar, "/join den", "/bans")[-1].startswith("ban of 198.51.100.0/24 by oscar")
    assert "ban 198.51.100.0/24 in #den" in told(oscar, "/audit")[-1]


def test_a_ban_of_an_address_does_not_hit_users_of_equal_rank() -> None:
    chat = Chat()
    oscar = come(chat, "oscar", "operator", host="192.0.2.9")
    bob, gast = come(chat, "bob", host="198.51.100.8"), chat.arrive("gast", "198.51.100.7")
    alice = den(chat, bob, gast, oscar)
    alice.types("/op bob")
    for network in ("198.51.100.9", "198.51.100.0/24"):
        assert (
            told(oscar, f"/ban {network} 1d")[-1]
            == f"You banned {network} from #den for 1d, {UNTIL}."
        )
    assert told(alice, "/who") == ["In #den: alice, bob, oscar."]
    oscar.types("/leave")
    assert told(oscar, "/join den") == ["You are in #den as oscar with alice and bob."]
    alice.types("/deop bob")
    assert told(bob, "hello")[-1] == f"You are banned from #den by oscar {UNTIL}."


def test_staff_is_not_banned_while_they_are_away() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    come(chat, "oscar", "operator").types("/quit")
    chat = Chat(store=store)
    alice = den(chat)
    assert (
        told(alice, "/ban Oscar 1d", "/mute oscar 1d")
        == ["oscar is an operator of the server; you cannot do that to them."] * 2
    )
    bob = come(chat, "bob", "operator")
    bob.reads()
    assert (
        told(bob, "/serverban oscar 1d", "/servermute oscar 1d")
        == ["oscar is an operator of the server; you cannot do that to them."] * 2
    )


# -- who has been renamed -------------------------------------------------------------------------


def test_a_rank_is_not_found_by_a_nick_that_is_another_persons_by_now() -> None:
    chat = Chat()
    gast, bob = chat.arrive("gast"), come(chat, "bob")
    alice = den(chat, gast, bob)
    alice.types("/op gast", "/op bob")
    gast.types("/nick guest")
    stranger = chat.arrive("gast")
    stranger.types("/join den")
    assert told(alice, "/modes")[0].endswith("Owner: alice. Operators: bob, guest.")
    assert told(alice, "/deop gast") == ["gast does not operate #den."]
    assert told(bob, "/ban gast 1d")[-1] == f"You banned gast from #den for 1d, {UNTIL}."
    assert told(bob, "/ban guest 1d") == ["guest operates #den; you cannot do that to them."]
    assert told(alice, "/deop guest") == ["*** alice removed guest as an operator ***"]


@pytest.mark.parametrize(
    ("done", "undone", "freed"),
    [
        ("/mute gast 1d", "/unmute guest", "gast is no longer muted in #den."),
        ("/mute gast 1d", "/unmute gast", "gast is no longer muted in #den."),
        ("/ban gast 1d", "/unban guest", "gast is no longer banned from #den."),
    ],
)
def test_an_action_is_undone_for_its_target_under_any_nick(
    done: str, undone: str, freed: str
) -> None:
    chat = Chat()
    gast = chat.arrive("gast")
    alice = den(chat, gast)
    alice.types(done)
    gast.types("/leave den", "/nick guest")
    stranger = chat.arrive("gast")
    gast.reads()
    assert told(alice, undone) == [freed]
    assert len(gast.reads()) == 1
    assert stranger.reads() == []
    gast.types("/join den", "hello")
    assert alice.reads()[-1] == "guest: hello"


def test_a_ban_of_an_account_is_lifted_by_its_name_and_by_any_nick_of_its_owner() -> None:
    chat = Chat()
    bob = come(chat, "bob")
    alice = den(chat, bob)
    bob.types("/nick robert")
    alice.types("/ban robert 1d")
    assert told(alice, "/unban bob") == ["robert is no longer banned from #den."]
    alice.types("/ban bob 1d")
    assert told(alice, "/unban robert") == ["bob is no longer banned from #den."]
    alice.types("/mute robert 1d")
    bob.types("/quit")
    assert told(alice, "/unmute bob") == ["robert is no longer muted in #den."]
    assert told(alice, "/audit")[-2].endswith("alice: mute robert (account bob) in #den " + UNTIL)


# -- who is not here ------------------------------------------------------------------------------


def test_a_user_who_has_just_left_can_still_be_muted() -> None:
    chat = Chat()
    gast, bob = chat.arrive("gast"), come(chat, "bob")
    alice = den(chat, gast, bob)
    gast.types("something nasty", "/quit")
    bob.types("/quit")
    alice.reads()
    assert told(alice, "/mute gast 1d", "/mute bob 1d", "/mute somebody 1d") == [
        f"You muted gast in #den for 1d, {UNTIL}.",
        f"You muted bob in #den for 1d, {UNTIL}.",
        "Nobody here is called somebody.",
    ]
    gast = chat.arrive("gast")
    gast.types("/join den")
    assert told(gast, "again")[-1] == f"You are muted in #den by alice {UNTIL}."


def test_a_banned_user_cannot_be_invited_however_open_the_room_is() -> None:
    chat = Chat()
    gast = chat.arrive("gast")
    alice = den(chat)
    alice.types("/ban gast 1d")
    assert told(alice, "/invite gast") == ["gast is banned from #den."]
    assert not any("invites" in line for line in gast.reads())
