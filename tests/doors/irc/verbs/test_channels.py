"""
Channels: entering, leaving, listing, inviting, kicking.
"""

import pytest
from shared_irc import Clients, two

from twisted_chat.doors.irc.verbs import channels
from twisted_chat.limits import Limits
from twisted_chat.testing import Chat


def test_who_makes_a_channel_operates_it_and_others_join_and_leave():
    alice, bob = two()
    assert alice.asks("JOIN #den") == [
        ":alice!~u@chat JOIN :#den",
        ":chat.example 353 alice = #den :@alice",
        ":chat.example 366 alice #den :End of /NAMES list",
    ]
    alice.sends("TOPIC #den :tea")
    assert bob.asks("JOIN #DEN") == [
        ":bob!~u@chat JOIN :#den",
        ":chat.example 332 bob #den :tea",
        ":chat.example 333 bob #den alice 1700000000",
        ":chat.example 353 bob = #den :@alice bob",
        ":chat.example 366 bob #den :End of /NAMES list",
    ]
    assert alice.reads() == [":alice!~u@chat TOPIC #den :tea", ":bob!~u@chat JOIN :#den"]
    assert bob.asks("PART #den :so long") == [":bob!~u@chat PART #den :so long"]
    assert alice.reads() == [":bob!~u@chat PART #den :so long"]


def test_several_channels_are_joined_and_left_at_once_and_each_refusal_names_its_own():
    alice, _ = two()
    lines = alice.asks("JOIN #a,bad,#b")
    assert [line for line in lines if " JOIN " in line or " 403 " in line] == [
        ":alice!~u@chat JOIN :#a",
        ":chat.example 403 alice bad :There is no room #bad. /list lists the rooms.",
        ":alice!~u@chat JOIN :#b",
    ]
    assert alice.asks("PART #a,#nowhere,#b") == [
        ":alice!~u@chat PART #a",
        ":chat.example 403 alice #nowhere :There is no room #nowhere. /list lists the rooms.",
        ":alice!~u@chat PART #b",
    ]
    assert alice.asks("JOIN 0") == [":alice!~u@chat PART #lobby"]


@pytest.mark.parametrize(
    ("set_by_owner", "refusal"),
    [
        ("/private on", "473"),
        ("/members on", "477"),
        ("/ban bob 1d", "474"),
    ],
)
def test_a_channel_that_is_closed_says_so_in_its_numeric(set_by_owner, refusal):
    here = Clients()
    owner, bob = here.chat.arrive("owner"), here.arrive("bob")
    owner.types("/join den", set_by_owner)
    (line,) = bob.asks("JOIN #den")
    assert line.split()[1:4] == [refusal, "bob", "#den"]


def test_a_key_opens_a_locked_channel():
    here = Clients()
    alice, bob = here.arrive("alice"), here.arrive("bob")
    alice.sends("JOIN #den", "MODE #den +k correct-horse")
    assert alice.reads()[-1] == ":alice!~u@chat MODE #den +k *"
    for key, numeric in (("", "475"), (" wrong-horse", "475"), (" correct-horse", "JOIN")):
        assert bob.asks(f"JOIN #den{key}")[0].split()[1] == numeric


def test_a_private_channel_is_unknown_to_outsiders_in_every_way():
    here = Clients()
    alice, bob = here.arrive("alice"), here.arrive("bob")
    alice.sends("JOIN #den", "TOPIC #den :secret tea", "MODE #den +s")
    told = bob.asks(
        "LIST", "LIST #den", "NAMES #den", "TOPIC #den", "MODE #den", "MODE #den +b", "WHO #den",
        "WHO alice", "WHOIS alice", "PRIVMSG #den :hi", "INVITE bob #den", "KICK #den alice",
        "PART #den",
    )  # fmt: skip
    assert not [line for line in told if "secret" in line or "@alice" in line]
    assert [line for line in told if "#den" in line] == [
        ":chat.example 366 bob #den :End of /NAMES list",
        *[":chat.example 403 bob #den :There is no room #den. /list lists the rooms."] * 3,
        ":chat.example 315 bob #den :End of /WHO list",
        *[":chat.example 403 bob #den :There is no room #den. /list lists the rooms."] * 4,
    ]


def test_names_list_shows_ranks_and_all_who_are_there():
    here = Clients()
    owner = here.arrive("owner")
    owner.sends("PRIVMSG NickServ :REGISTER correct-horse", "JOIN #den")
    nicks = [f"user{chr(97 + one)}{chr(97 + two)}" for one in range(10) for two in range(10)]
    for nick in nicks:
        here.chat.arrive(nick).types("/join den")
    owner.sends("MODE #den +v useraa", "MODE #den +o userab")
    owner.reads()
    lines = owner.asks("NAMES #den")
    named = [name for line in lines[:-1] for name in line.split(" :", 1)[1].split()]
    assert len(lines) == 3
    assert named == ["~owner", "+useraa", "@userab", *nicks[2:]]
    assert all(len(line) <= 510 for line in lines)


# No name of a channel is longer: it has 32 letters of 4 bytes each.
LARGE = "#" + "𐌰" * 32
# So many enter in all, and in one turn: a list goes on in a turn, and the next has a new one.
CROWD, IN_A_TURN = 2000, 500


def crowd_of(here):
    """
    Bring many into one channel; return the nicks, and the client that entered last.
    """
    shapes = ("user{}", "anna_who_is_here_now{:04}", "Тая{}", "𐌰" * 20 + "{:04}")
    nicks = [shapes[number % len(shapes)].format(number) for number in range(CROWD)]
    clients = [here.connect() for _ in nicks]
    for number, (nick, client) in enumerate(zip(nicks, clients, strict=True), 1):
        lines = f"NICK {nick}\r\nUSER u 0 * :U\r\nJOIN {LARGE}\r\n"
        client.transport.receive(lines.encode())
        number % IN_A_TURN or here.chat.advance()
    return nicks, clients[-1]


def named(lines, reader):
    """
    Return who is named in lines that are nothing but names of LARGE, ended once.
    """
    start = f":chat.example 353 {reader} = {LARGE} :"
    *names, end = lines
    assert end == f":chat.example 366 {reader} {LARGE} :End of /NAMES list"
    assert all(line.startswith(start) for line in names)
    # With the end of each that makes the 512 of RFC 2812, section 2.3.
    assert all(len(line.encode()) <= 510 for line in lines)
    return [name for line in names for name in line.removeprefix(start).split(" ")]


def test_names_of_thousands_are_all_who_joined_each_once_however_a_client_reads_them():
    here = Clients(Chat(limits=Limits(rate=0.0, max_per_host=0, max_clients=0)))
    nicks, last = crowd_of(here)
    lines = last.reads()
    joined = lines.index(f":{nicks[-1]}!~u@chat JOIN :{LARGE}")
    # Who made the channel operates it.
    expected = [f"@{nicks[0]}", *nicks[1:]]
    assert named(lines[joined + 1 :], nicks[-1]) == expected
    both = ("multi-prefix", "userhost-in-names")
    for letter, caps in zip("𐌱𐌲𐌳𐌴", ((), both[:1], both[1:], both), strict=True):
        # No nick is longer, which makes the start of each line as long as it can be.
        reader = letter * 24
        client = here.arrive(reader, *caps)
        expected.append(reader)
        host = "!~u@chat" if "userhost-in-names" in caps else ""
        shown = [name + host for name in expected]
        assert named(client.asks(f"JOIN {LARGE}")[1:], reader) == shown
        assert named(client.asks(f"NAMES {LARGE}"), reader) == shown


def test_names_with_their_hosts_where_that_was_asked_for():
    alice = Clients().arrive("alice", "userhost-in-names")
    assert alice.asks("NAMES #lobby")[0] == ":chat.example 353 alice = #lobby :alice!~u@chat"
    assert alice.asks("NAMES #nowhere", "NAMES") == [
        ":chat.example 366 alice #nowhere :End of /NAMES list",
        ":chat.example 366 alice * :End of /NAMES list",
    ]


def test_the_list_of_channels_has_their_members_and_topics():
    alice, bob = two()
    bob.sends("JOIN #den", "TOPIC #den :green tea")
    assert alice.asks("LIST") == [
        ":chat.example 321 alice Channel :Users  Name",
        ":chat.example 322 alice #lobby 2 :",
        ":chat.example 322 alice #den 1 :green tea",
        ":chat.example 323 alice :End of /LIST",
    ]
    assert alice.asks("LIST #den")[1:-1] == [":chat.example 322 alice #den 1 :green tea"]


def test_a_list_that_is_too_long_says_so_and_a_search_finds_the_smallest(monkeypatch):
    monkeypatch.setattr(channels, "_LISTED", 2)
    here = Clients()
    alice, bob = here.arrive("alice"), here.arrive("bob")
    alice.asks("JOIN #den,#attic,#zoo")
    bob.asks("JOIN #zoo")
    alice.reads()
    assert alice.asks("LIST")[1:] == [
        ":chat.example 322 alice #lobby 2 :",
        ":chat.example 322 alice #zoo 2 :",
        ":chat.example 323 alice :End of /LIST; 2 smaller ones are left out, which a mask finds",
    ]
    assert alice.asks("LIST #de*")[1:-1] == [":chat.example 322 alice #den 1 :"]
    assert alice.asks("LIST <2")[1:-1] == [
        ":chat.example 322 alice #attic 1 :", ":chat.example 322 alice #den 1 :",
    ]  # fmt: skip


def test_a_topic_is_shown_set_and_removed():
    alice, bob = two()
    assert alice.asks("TOPIC #lobby") == [":chat.example 331 alice #lobby :No topic is set"]
    alice.sends("TOPIC #lobby :tea", "TOPIC #lobby", "TOPIC #lobby :")
    assert alice.reads() == [
        ":alice!~u@chat TOPIC #lobby :tea",
        ":chat.example 332 alice #lobby :tea",
        ":chat.example 333 alice #lobby alice 1700000000",
        ":alice!~u@chat TOPIC #lobby :",
    ]
    bob.sends("JOIN #den", "MODE #den +t")
    alice.sends("JOIN #den")
    alice.reads()
    assert alice.asks("TOPIC #den :mine")[0].split()[1] == "482"


def test_a_user_is_invited_and_kicked():
    here = Clients()
    alice, bob = here.arrive("alice"), here.arrive("bob")
    alice.sends("JOIN #den", "MODE #den +i")
    alice.reads()
    assert alice.asks("INVITE bob #den") == [":chat.example 341 alice bob #den"]
    assert bob.reads() == [":alice!~u@chat INVITE bob :#den"]
    bob.sends("JOIN #den")
    assert alice.asks("INVITE bob #den")[-1].split()[1] == "443"
    bob.reads()
    alice.sends("KICK #den bob :too loud")
    kicked = ":alice!~u@chat KICK #den bob :too loud"
    assert (alice.reads(), bob.reads()) == ([kicked], [kicked])
    assert alice.asks("KICK #den bob")[0].split()[1:4] == ["441", "alice", "bob"]
    assert alice.asks("KICK #den nobody")[0].split()[1] == "401"


def test_a_client_without_history_of_its_own_is_shown_the_latest_lines_behind_its_join(utc):
    here = Clients(Chat(limits=Limits(rate=0.0, history_lines=20)))
    ada = here.chat.arrive("ada")
    ada.types("/join den", "first", "second")
    tina = here.arrive("tina")
    lines = tina.asks("JOIN #den")
    assert lines[0] == ":tina!~u@chat JOIN :#den"
    assert lines[3:] == [
        ":ada!~u@chat PRIVMSG #den :[22:13] first",
        ":ada!~u@chat PRIVMSG #den :[22:13] second",
    ]


def test_who_may_not_speak_gives_no_reason_for_leaving():
    here = Clients()
    owner, bob = here.chat.arrive("owner"), here.arrive("bob")
    owner.types("/join den")
    bob.sends("JOIN #den")
    owner.types("/moderated on")
    owner.reads()
    bob.sends("PART #den :words for all")
    assert owner.reads() == ["*** bob has left #den ***"]


@pytest.mark.parametrize(
    ("searched", "found"),
    [
        ("", "#den #lobby #tea"),
        ("#den", "#den"),
        ("#DEN,#tea", "#den #tea"),
        ("*e*", "#den #tea"),
        ("#?ea", "#tea"),
        ("#[dt]e*", ""),
        ("!*e*", "#lobby"),
        ("!*e*,!#l*", ""),
        (">1", "#lobby #tea"),
        ("<2", "#den"),
        (">1,<3,!#t*", "#lobby"),
        (">0,#tea", "#tea"),
        (">x", "#den #lobby #tea"),
        ("<99999999999", "#den #lobby #tea"),
    ],
)
def test_channels_are_searched_for(searched, found):
    here = Clients()
    alice, bob = here.arrive("alice"), here.arrive("bob")
    alice.sends("JOIN #den,#tea")
    bob.sends("JOIN #tea")
    bob.reads()
    lines = [line.split() for line in bob.asks(f"LIST {searched}")]
    assert sorted(words[3] for words in lines if words[1] == "322") == found.split()


def test_the_channels_to_which_one_is_invited_are_listed():
    here = Clients()
    alice, bob = here.arrive("alice"), here.arrive("bob")
    assert bob.asks("INVITE") == [":chat.example 337 bob :End of /INVITE list"]
    alice.sends("JOIN #den", "MODE #den +i", "INVITE bob #den")
    bob.reads()
    assert bob.asks("INVITE") == [
        ":chat.example 336 bob #den",
        ":chat.example 337 bob :End of /INVITE list",
    ]
    bob.sends("JOIN #den")
    bob.reads()
    assert bob.asks("INVITE") == [":chat.example 337 bob :End of /INVITE list"]
    (line,) = bob.asks("INVITE alice")
    assert line.split()[1] == "461"


def test_several_are_kicked_from_one_channel_or_from_one_each():
    here = Clients()
    alice, bob, carol = (here.arrive(nick) for nick in ("alice", "bob", "carol"))
    for left in ("#a,#b", "#a,#a"):
        for each in (alice, bob, carol):
            each.sends("JOIN #a,#b")
            each.reads()
        alice.reads()
        first, second = left.split(",")
        assert alice.asks(f"KICK {left} bob,carol :bye") == [
            f":alice!~u@chat KICK {first} bob :bye",
            f":alice!~u@chat KICK {second} carol :bye",
        ]
        for each in (bob, carol):
            each.sends("PART #a,#b")
    alice.sends("PART #b")
    alice.reads()


def test_no_more_are_kicked_than_may_be_and_the_rest_is_answered():
    here = Clients()
    alice = here.arrive("alice")
    alice.sends("JOIN #den")
    nicks = [f"n{number}" for number in range(1, 7)]
    for nick in nicks:
        here.arrive(nick).sends("JOIN #den")
    alice.reads()
    assert alice.asks(f"KICK #den {','.join(nicks)} :bye") == [
        *(f":alice!~u@chat KICK #den {nick} :bye" for nick in nicks[:4]),
        ":chat.example 407 alice n5 :Too many targets; they were not kicked",
        ":chat.example 407 alice n6 :Too many targets; they were not kicked",
    ]


def test_who_set_the_topic_and_when_is_told_to_who_enters():
    here = Clients()
    alice, bob = here.arrive("alice"), here.arrive("bob")
    alice.sends("JOIN #den", "TOPIC #den :tea")
    assert ":chat.example 333 bob #den alice 1700000000" in bob.asks("JOIN #den")
    assert bob.asks("TOPIC #den") == [
        ":chat.example 332 bob #den :tea",
        ":chat.example 333 bob #den alice 1700000000",
    ]


def test_channels_with_keys_are_entered_in_the_order_in_which_they_are_named():
    here = Clients()
    alice, bob = here.arrive("alice"), here.arrive("bob")
    alice.sends("JOIN #one", "JOIN #two", "JOIN #three", "MODE #one +k correct-horse")
    alice.sends("MODE #two +k battery-staple")
    bob.sends("JOIN #one,#two,#three,bad correct-horse,wrong-horse")
    answers = [line.split() for line in bob.reads()]
    told = [words[1:4] for words in answers if words[1] in {"JOIN", "475", "403"}]
    assert told == [
        ["JOIN", ":#one"], ["475", "bob", "#two"], ["JOIN", ":#three"], ["403", "bob", "bad"],
    ]  # fmt: skip


def test_a_topic_of_topiclen_bytes_is_read_whole_beside_the_longest_names():
    here = Clients()
    nick, other, room, topic = "\U00010428" * 24, "\U00010429" * 24, "\U0001042a" * 32, "ж" * 128
    setter, reader = here.arrive(nick), here.arrive(other)
    setter.sends(f"JOIN #{room}")
    assert setter.asks(f"TOPIC #{room} :{topic}!")[-1].endswith(f" TOPIC #{room} :{topic}!")
    assert f":chat.example 332 {other} #{room} :{topic}!" in reader.asks(f"JOIN #{room}")
    assert f":chat.example 332 {other} #{room} :{topic}!" in reader.asks(f"TOPIC #{room}")
    assert f":chat.example 322 {other} #{room} 2 {topic}!" in reader.asks("LIST")


def test_a_topic_of_another_door_that_does_not_fit_says_that_there_is_more():
    here = Clients()
    alice, terry = here.arrive("alice"), here.chat.arrive("terry")
    alice.reads()
    terry.types(f"/topic {'ж' * 400}")
    assert alice.reads() == [f":terry!~u@chat TOPIC #lobby :{'ж' * 239}..."]
    assert alice.asks("TOPIC #lobby")[0] == f":chat.example 332 alice #lobby :{'ж' * 237}..."
    assert f":chat.example 322 alice #lobby 2 {'ж' * 237}..." in alice.asks("LIST")


@pytest.mark.parametrize("reason", ["x" * 171, "ж" * 85 + "!"])
def test_a_reason_of_kicklen_bytes_is_read_whole_beside_the_longest_names(reason):
    here = Clients()
    nick, other, room = "\U00010428" * 24, "\U00010429" * 24, "\U0001042a" * 32
    alice, bob = here.arrive(nick), here.arrive(other)
    alice.sends(f"JOIN #{room}")
    bob.sends(f"JOIN #{room}")
    bob.reads()
    alice.sends(f"KICK #{room} {other} :{reason}")
    assert bob.reads() == [f":{nick}!~u@chat KICK #{room} {other} :{reason}"]


def test_a_reason_to_kick_that_does_not_fit_says_that_there_is_more():
    alice, bob = two()
    alice.sends("JOIN #den")
    bob.asks("JOIN #den")
    alice.sends(f"KICK #den bob :{'𐐨' * 200}")
    (line,) = bob.reads()
    assert line == f":alice!~u@chat KICK #den bob :{'𐐨' * 119}..."


@pytest.mark.parametrize(
    ("sent", "channel"),
    [
        ("JOIN #", "#"), ("JOIN # key", "#"), ("JOIN ##", "##"), ("JOIN #a*b", "#a*b"),
        ("JOIN #-", "#-"), ("JOIN &den", "&den"), ("JOIN den", "den"), ("JOIN :#a b", "*"),
        (f"JOIN #{'x' * 33}", f"#{'x' * 33}"), ("PART #", "#"), ("TOPIC #", "#"), ("MODE #", "#"),
        ("PRIVMSG # :tea?", "#"), ("KICK # bob", "#"), ("INVITE bob #", "#"),
    ],
)  # fmt: skip
def test_what_can_be_no_channel_is_refused_as_one_by_its_name(sent, channel):
    alice, _ = two()
    (line,) = alice.asks(sent)
    assert line.startswith(f":chat.example 403 alice {channel} :")


@pytest.mark.parametrize("is_one_line", [True, False])
def test_a_client_that_comes_back_enters_as_many_channels_as_it_may_be_in(is_one_line):
    here = Clients(Chat(limits=Limits(history_lines=0)))
    makers = ("ada", "bob", "cyd", "dan", "eve")
    for maker in makers:
        # No more than one user may make.
        made = f"#{maker}1,#{maker}2,#{maker}3,#{maker}4"
        here.connect().sends(f"NICK {maker}", f"USER {maker} 0 * :x", f"JOIN {made}")
    channels = [f"#{maker}{number}" for maker in makers for number in (1, 2, 3, 4)]
    named = [",".join(channels)] if is_one_line else channels
    tina = here.connect()
    tina.sends("NICK tina", "USER tina 0 * :x", *(f"JOIN {each}" for each in named))
    for _ in range(7):
        here.chat.advance(1)
    entered = [line for line in tina.reads() if line.startswith(":tina!~u@chat JOIN")]
    assert entered == [f":tina!~u@chat JOIN :{channel}" for channel in channels]
