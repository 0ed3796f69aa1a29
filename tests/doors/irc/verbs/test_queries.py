"""
Who is who, who is where, and what the server is.
"""

import pytest
from shared_irc import Clients


@pytest.fixture
def here():
    return Clients()


def arrives(here, nick, username, realname):
    client = here.connect()
    client.sends(f"NICK {nick}", f"USER {username} 0 * :{realname}", "JOIN #lobby")
    client.reads()
    return client


def test_who_is_in_a_channel(here):
    alice = arrives(here, "alice", "al", "Alice A.")
    here.chat.arrive("ada").types("/away lunch")
    alice.reads()
    assert alice.asks("WHO #lobby") == [
        ":chat.example 352 alice #lobby ~al chat chat.example alice H :0 Alice A.",
        ":chat.example 352 alice #lobby ~u chat chat.example ada G :0 ada",
        ":chat.example 315 alice #lobby :End of /WHO list",
    ]


@pytest.mark.parametrize(
    ("mask", "found"),
    [("ada", ["ada"]), ("ADA", ["ada"]), ("a*", ["alice", "ada"]), ("a?a", ["ada"]),
     ("*!*@chat", ["alice", "ada"]), ("nobody", []), ("#nowhere", [])],
)  # fmt: skip
def test_whom_a_mask_finds(here, mask, found):
    alice = here.arrive("alice")
    here.chat.arrive("ada")
    here.chat.arrive("hidden").types("/leave lobby")
    alice.reads()
    *lines, end = alice.asks(f"WHO {mask}")
    assert [line.split()[7] for line in lines] == found
    assert end == f":chat.example 315 alice {mask} :End of /WHO list"


def test_who_of_operators_lists_them_alone_and_they_are_marked(here):
    alice = arrives(here, "alice", "al", "Alice A.")
    here.chat.arrive("bob")
    here.chat.arrive("olga")
    here.chat.hub.find_user("olga").roles.add("operator")
    alice.reads()
    listed = ":chat.example 352 alice #lobby ~u chat chat.example olga H* :0 olga"
    assert alice.asks("WHO #lobby o") == [
        listed, ":chat.example 315 alice #lobby :End of /WHO list",
    ]  # fmt: skip
    assert alice.asks("WHO *l* o%n")[:-1] == [":chat.example 354 alice olga"]
    assert alice.asks("USERHOST olga bob") == [
        ":chat.example 302 alice :olga*=+~u@chat bob=+~u@chat"
    ]


def test_brackets_in_a_mask_stand_for_themselves(here):
    alice = here.arrive("alice")
    here.chat.arrive("bob")
    alice.reads()
    assert alice.asks("WHO [xb]o*") == [":chat.example 315 alice [xb]o* :End of /WHO list"]


def test_whox_answers_the_fields_that_are_asked_for_in_their_order(here):
    alice = arrives(here, "alice", "al", "Alice A.")
    alice.sends("PRIVMSG NickServ :REGISTER correct-horse")
    alice.reads()
    assert alice.asks("WHO alice %tcuihsnfdlaor,42", "WHO #lobby %na")[::2] == [
        (
            ":chat.example 354 alice 42 #lobby ~al 255.255.255.255 chat chat.example alice H 0 0 "
            "alice n/a :Alice A."
        ),
        ":chat.example 354 alice alice alice",
    ]


def test_whox_tells_for_how_many_seconds_a_user_has_been_silent(here):
    alice, bob = here.arrive("alice"), here.arrive("bob")
    bob.sends("JOIN #lobby", "PRIVMSG #lobby :hello")
    here.chat.advance(65)
    alice.reads()
    assert alice.asks("WHO bob %nl")[0] == ":chat.example 354 alice bob 65"
    bob.sends("PRIVMSG #lobby :here I am")
    here.chat.advance(3)
    alice.reads()
    assert alice.asks("WHO bob %nl")[0] == ":chat.example 354 alice bob 3"


@pytest.mark.parametrize("fields", ["%", "%zz", "%,7"])
def test_whox_that_asks_for_no_field_that_there_is_comes_to_its_end(here, fields):
    alice = here.arrive("alice")
    assert alice.asks(f"WHO alice {fields}") == [
        ":chat.example 354 alice",
        ":chat.example 315 alice alice :End of /WHO list",
    ]
    assert alice.asks(f"WHO #lobby {fields}")[-1] == (
        ":chat.example 315 alice #lobby :End of /WHO list"
    )


def test_who_a_user_is(here):
    alice, bob = here.arrive("alice"), arrives(here, "bob", "bobby", "Bob B.")
    bob.sends("JOIN #den", "AWAY :lunch")
    alice.reads()
    assert alice.asks("WHOIS bob") == [
        ":chat.example 311 alice bob ~bobby chat * :Bob B.",
        ":chat.example 319 alice bob :#lobby @#den",
        ":chat.example 312 alice bob chat.example :Twisted Chat",
        ":chat.example 301 alice bob lunch",
        ":chat.example 317 alice bob 0 1700000000 :seconds idle, signon time",
        ":chat.example 318 alice bob :End of /WHOIS list",
    ]
    assert alice.asks("WHOIS chat.example nobody") == [
        ":chat.example 401 alice nobody :No such nick",
        ":chat.example 318 alice nobody :End of /WHOIS list",
    ]


def test_nobody_reads_the_real_name_of_who_is_ignored_or_muted(here):
    alice, bob = here.arrive("alice"), arrives(here, "bob", "bobby", "Words of bob")
    alice.sends("IGNORE bob")
    alice.reads()
    assert "Words" not in " ".join(alice.asks("WHOIS bob", "WHO bob"))
    alice.sends("UNIGNORE bob")
    alice.reads()
    assert "Words" in " ".join(alice.asks("WHOIS bob"))
    assert bob.is_connected


def test_where_a_user_comes_from_is_told_to_operators_of_the_server_alone(here):
    alice = here.arrive("alice")
    here.arrive("bob", host="192.0.2.7")
    assert "192.0.2.7" not in " ".join(alice.asks("WHOIS bob", "WHO bob", "USERHOST bob"))
    here.chat.hub.find_user("alice").roles.add("operator")
    assert ":chat.example 338 alice bob 192.0.2.7 :comes from" in alice.asks("WHOIS bob")


def test_who_is_here_and_who_is_away(here):
    alice = here.arrive("alice")
    here.chat.arrive("ada").types("/away lunch")
    alice.reads()
    assert alice.asks("ISON ada nobody ALICE", "ISON :ada alice", "USERHOST ada nobody alice") == [
        ":chat.example 303 alice :ada alice",
        ":chat.example 303 alice :ada alice",
        ":chat.example 302 alice :ada=-~u@chat alice=+~u@chat",
    ]


def test_the_channels_of_a_user_are_told_in_several_messages_of_whole_names(here):
    # Nicks may have so many bytes that the least room is left.
    nick = "\U00020000" * 24
    bob = here.arrive(nick)
    channels = [f"#a-room-with-a-very-long-name-{number:02}" for number in range(19)]
    bob.sends(*[f"JOIN {channel}" for channel in channels])
    bob.reads()
    lines = [line for line in bob.asks(f"WHOIS {nick}") if line.startswith(":chat.example 319 ")]
    start = f":chat.example 319 {nick} {nick} :"
    assert [line.removeprefix(start) for line in lines] == [
        " ".join(["#lobby", *[f"@{channel}" for channel in channels[:8]]]),
        " ".join([f"@{channel}" for channel in channels[8:16]]),
        " ".join([f"@{channel}" for channel in channels[16:]]),
    ]
    assert all(len(line.encode()) <= 510 for line in lines)


def test_users_who_are_here_are_told_in_several_messages_of_whole_nicks(here):
    alice = here.arrive("alice")
    nicks = [f"a-user-with-a-long-name{letter}" for letter in "abcdefghijklmnopqrst"]
    for nick in nicks:
        here.chat.arrive(nick)
    alice.reads()
    lines = alice.asks(f"ISON {' '.join(nicks)}")
    assert lines == [
        f":chat.example 303 alice :{' '.join(nicks[:19])}",
        f":chat.example 303 alice {nicks[19]}",
    ]
    assert all(len(line) <= 510 for line in lines)
    assert alice.asks("ISON nobody") == [":chat.example 303 alice :"]


def test_nothing_is_kept_of_who_has_left(here):
    assert here.arrive("alice").asks("WHOWAS bob") == [
        ":chat.example 406 alice bob :There was no such nick",
        ":chat.example 369 alice bob :End of WHOWAS",
    ]


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("MOTD", ":chat.example 422 alice :There is no message of the day"),
        ("LUSERS", ":chat.example 251 alice :There are 0 users and 1 invisible on 1 servers"),
        ("TIME", ":chat.example 391 alice chat.example :2023-11-14 22:13:20 UTC"),
        ("VERSION", ":chat.example 351 alice twisted-chat-0.1.0 chat.example :Twisted Chat"),
        ("INFO", (":chat.example 371 alice :Twisted Chat 0.1.0, a chat server for people in "
                 "terminals")),
    ],
)  # fmt: skip
def test_what_the_server_is(here, asked, first):
    assert here.arrive("alice").asks(asked)[0] == first


def test_who_has_left_or_is_called_otherwise_was_here():
    here = Clients()
    alice, first = here.arrive("alice"), here.arrive("bob")
    first.sends("QUIT")
    here.chat.advance(60)
    here.arrive("bob").sends("NICK robert")
    alice.reads()
    told = [
        ":chat.example 314 alice bob ~bob chat * bob",
        ":chat.example 312 alice bob chat.example :2023-11-14 22:14:20 UTC",
    ]
    earlier = [
        ":chat.example 314 alice bob ~bob chat * bob",
        ":chat.example 312 alice bob chat.example :2023-11-14 22:13:20 UTC",
    ]
    end = ":chat.example 369 alice bob :End of WHOWAS"
    assert alice.asks("WHOWAS bob") == [*told, *earlier, end]
    assert alice.asks("WHOWAS BOB 1") == [*told, end.replace("bob", "BOB")]
    assert alice.asks("WHOWAS bob 0") == [*told, *earlier, end]
    assert alice.asks("WHOWAS carol") == [
        ":chat.example 406 alice carol :There was no such nick",
        ":chat.example 369 alice carol :End of WHOWAS",
    ]


def test_of_who_is_ignored_no_names_are_told_when_they_have_left():
    here = Clients()
    alice, bob = here.arrive("alice"), here.connect()
    bob.sends("NICK bob", "USER rude 0 * :Rude words")
    alice.sends("IGNORE bob")
    bob.sends("QUIT")
    alice.reads()
    assert alice.asks("WHOWAS bob")[0] == ":chat.example 314 alice bob ~u chat * bob"


def test_the_most_who_were_here_are_told():
    here = Clients()
    alice, bob = here.arrive("alice"), here.arrive("bob")
    bob.sends("QUIT")
    alice.reads()
    assert ":chat.example 265 alice 1 2 :Current local users 1, max 2" in alice.asks("LUSERS")
