"""
The commands that every server has: what they do, what they refuse, and in which words.
"""

import pytest

from twisted_chat.limits import Limits, Rate
from twisted_chat.testing import NO_LIMITS, Chat, Person

pytestmark = pytest.mark.usefixtures("utc")


def people(*nicks: str, limits: Limits = NO_LIMITS) -> tuple[Chat, list[Person]]:
    chat = Chat(limits=limits)
    found = [chat.arrive(nick) for nick in nicks]
    for person in found:
        person.reads()
    return chat, found


def pair() -> tuple[Person, Person]:
    _, (alice, bob) = people("alice", "bob")
    return alice, bob


def answers(*lines: str) -> list[str]:
    """
    Return what alice reads who types these, with bob in the room.
    """
    alice, _ = pair()
    alice.types(*lines)
    return alice.reads()


def answer(*lines: str) -> str:
    """
    Return the one line that alice reads who types the last of these.
    """
    alice, _ = pair()
    alice.types(*lines[:-1])
    alice.reads()
    alice.types(lines[-1])
    (line,) = alice.reads()
    return line


IN_NO_ROOM = "You are in no room. Enter one with /join room."


# -- all of them ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "problem", "usage"),
    [
        ("/join", "/join needs a room.", "/join room"),
        ("/join a b", "/join does not take so many words.", "/join room"),
        ("/leave a b", "/leave does not take so many words.", "/leave [room]"),
        ("/leave lobby now", "/leave does not take so many words.", "/leave [room]"),
        ("/rooms all", "/rooms does not take so many words.", "/rooms"),
        ("/who x y", "/who does not take so many words.", "/who [room]"),
        ("/who lobby now", "/who does not take so many words.", "/who [room]"),
        ("/whois", "/whois needs a nick.", "/whois nick"),
        ("/whois bob now", "/whois does not take so many words.", "/whois nick"),
        ("/nick", "/nick needs a name.", "/nick name"),
        ("/nick al pacino", "/nick does not take so many words.", "/nick name"),
        ("/msg", "/msg needs a nick.", "/msg nick text"),
        ("/msg bob", "/msg needs a text.", "/msg nick text"),
        ("@bob:", "/msg needs a text.", "/msg nick text"),
        ("/reply", "/reply needs a text.", "/reply text"),
        ("/me", "/me needs an action.", "/me action"),
        ("/say", "/say needs a text.", "/say text"),
        ("/back now", "/back does not take so many words.", "/back"),
        ("/ignore", "/ignore needs a nick.", "/ignore nick"),
        ("/ignore bob now", "/ignore does not take so many words.", "/ignore nick"),
        ("/unignore", "/unignore needs a nick.", "/unignore nick"),
        ("/unignore bob now", "/unignore does not take so many words.", "/unignore nick"),
        ("/invite", "/invite needs a nick.", "/invite nick"),
        ("/invite bob now", "/invite does not take so many words.", "/invite nick"),
        ("/color", "/color needs on or off.", "/color on|off"),
        ("/color red", 'setting must be on or off, not "red".', "/color on|off"),
        ("/time", "/time needs on or off.", "/time on|off"),
        ("/time 12", 'setting must be on or off, not "12".', "/time on|off"),
        ("/bell", "/bell needs on or off.", "/bell on|off"),
        ("/bell on now", "/bell does not take so many words.", "/bell on|off"),
        ("/stats all", "/stats does not take so many words.", "/stats"),
        ("/help join now", "/help does not take so many words.", "/help [command]"),
    ],
)
def test_what_was_typed_wrong_is_named_with_the_usage(line: str, problem: str, usage: str) -> None:
    alice, bob = pair()
    alice.types(line)
    assert alice.reads() == [problem, f"Usage: {usage}"]
    assert bob.reads() == []


@pytest.mark.parametrize(
    ("typo", "meant"),
    [
        ("jion", "join"),
        ("leav", "leave"),
        ("roms", "rooms"),
        ("hwo", "who"),
        ("whoi", "whois"),
        ("nik", "nick"),
        ("mgs", "msg"),
        ("reply!", "reply"),
        ("topci", "topic"),
        ("awya", "away"),
        ("bakc", "back"),
        ("ignroe", "ignore"),
        ("unignroe", "unignore"),
        ("invit", "invite"),
        ("colr", "color"),
        ("tiem", "time"),
        ("blel", "bell"),
        ("stast", "stats"),
        ("hlep", "help"),
        ("qiut", "quit"),
    ],
)
def test_a_typo_is_told_what_may_have_been_meant(typo: str, meant: str) -> None:
    assert answer(f"/{typo} bob") == f"No such command: /{typo}. Did you mean /{meant}?"


@pytest.mark.parametrize(
    ("alias", "line", "first"),
    [
        ("j", "/j attic", "You are in #attic as alice. Nobody else is here yet."),
        ("l", "/l", "You have left #lobby."),
        ("part", "/part", "You have left #lobby."),
        ("list", "/list", "#lobby: 2 people"),
        ("channels", "/channels", "#lobby: 2 people"),
        ("w", "/w", "In #lobby: alice, bob."),
        ("names", "/names", "In #lobby: alice, bob."),
        ("users", "/users lobby", "In #lobby: alice, bob."),
        ("wi", "/wi bob", "bob is in #lobby, here since 22:13 (0s), idle for 0s."),
        ("n", "/n al", "You are now known as al."),
        ("name", "/name al", "You are now known as al."),
        ("m", "/m bob psst", "[you -> bob] psst"),
        ("tell", "/tell bob psst", "[you -> bob] psst"),
        ("query", "/query bob psst", "[you -> bob] psst"),
        ("r", "/r psst", "Nobody has written to you yet. /msg nick text writes first."),
        ("t", "/t", "#lobby has no topic."),
        ("i", "/i bob", "bob is in #lobby already."),
        ("colour", "/colour on", "Colours are on."),
        ("h", "/h stats", "/stats"),
        ("?", "/? stats", "/stats"),
        ("commands", "/commands stats", "/stats"),
        ("q", "/q", "Goodbye, alice."),
        ("exit", "/exit", "Goodbye, alice."),
        ("bye", "/bye", "Goodbye, alice."),
    ],
)
def test_an_alias_does_the_same(alias: str, line: str, first: str) -> None:
    assert answers(line)[0] == first
    assert any(alias in command.aliases for command in Chat().dispatcher.commands)


def test_every_alias_is_tested_above() -> None:
    aliases = [alias for command in Chat().dispatcher.commands for alias in command.aliases]
    tested = test_an_alias_does_the_same.pytestmark[0].args[1]
    assert sorted(aliases) == sorted(alias for alias, _, _ in tested)


@pytest.mark.parametrize("line", ["hello", "/say hello", "/me waves", "/topic", "/topic tea"])
def test_in_no_room_there_is_nobody_to_talk_to(line: str) -> None:
    assert answer("/leave", line) == IN_NO_ROOM


@pytest.mark.parametrize("line", ["/leave", "/who", "/invite bob"])
def test_in_no_room_there_is_nothing_to_leave_or_to_list(line: str) -> None:
    assert answer("/leave", line) == IN_NO_ROOM


@pytest.mark.parametrize(
    ("line", "own"),
    [
        ("hello", []),
        ("/say hello", []),
        ("/me waves", ["* alice waves"]),
        ("/topic tea", ["*** alice set the topic of #lobby: tea ***"]),
        ("/who", ["In #lobby: alice."]),
        ("/rooms", ["#lobby: 1 person"]),
        ("/nick al", ["*** alice is now known as al ***", "You are now known as al."]),
        ("/leave", ["You have left #lobby."]),
    ],
)
def test_alone_in_a_room_everything_works_too(line: str, own: list[str]) -> None:
    alice = Chat().arrive("alice")
    alice.types(line)
    assert alice.reads() in (own, own[1:])
    assert alice.is_connected


# -- rooms ----------------------------------------------------------------------------------------


def test_join_brings_into_a_room_that_is_made_for_it() -> None:
    alice, bob = pair()
    alice.types("/join Attic")
    assert alice.reads() == ["You are in #Attic as alice. Nobody else is here yet."]
    assert bob.reads() == []
    bob.types("/join #attic")
    assert bob.reads() == ["You are in #Attic as bob with alice."]
    assert alice.reads() == ["*** bob has joined #Attic ***"]
    alice.types("hello")
    assert bob.reads() == ["[#Attic] alice: hello"]


def test_join_switches_between_ones_own_rooms() -> None:
    alice, bob = pair()
    alice.types("/join attic", "/join lobby", "/join LOBBY")
    assert alice.reads()[1:] == ["You are now talking in #lobby."] * 2
    alice.types("hello")
    assert bob.reads() == ["alice: hello"]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("-attic", "A room name must begin with a letter, a digit or _."),
        ("at/tic", "A room name may hold only letters, digits and the characters _ - ' and ."),
        ("#", "A room name needs at least one letter or digit."),
        ("a" * 33, "A room name may be at most 32 characters long."),
    ],
)
def test_join_refuses_what_is_no_name(name: str, sentence: str) -> None:
    assert answer(f"/join {name}") == sentence


def test_join_keeps_to_the_limits() -> None:
    _, (alice,) = people("alice", limits=Limits(rate=0, max_rooms=2))
    alice.types("/join one", "/join two")
    assert alice.reads()[1:] == ["You are in 2 rooms already; /leave one first."]
    limits = Limits(rate=100, burst=100, create_rate=Rate(2, 60), join_rate=Rate(0))
    _, (alice,) = people("alice", limits=limits)
    alice.types("/join one", "/join two", "/join three")
    assert alice.reads()[2:] == ["You make rooms too often, please wait 30 s."]


def test_leave_goes_back_to_the_room_before() -> None:
    alice, bob = pair()
    alice.types("/join attic", "/join cellar", "/leave")
    assert alice.reads()[2:] == ["You have left #cellar.", "You are now talking in #attic."]
    alice.types("/leave lobby", "/leave #ATTIC")
    assert alice.reads() == ["You have left #lobby.", "You have left #attic."]
    assert bob.reads() == ["*** alice has left #lobby ***"]


def test_leave_refuses_a_room_one_is_not_in() -> None:
    alice, bob = pair()
    bob.types("/join attic")
    alice.types("/leave attic", "/leave cellar")
    assert alice.reads() == [
        "You are not in #attic. Enter it with /join attic.",
        "There is no room #cellar. /rooms lists those there are.",
    ]


def test_rooms_lists_the_fullest_first_with_their_topics() -> None:
    alice, bob = pair()
    bob.types("/join den", "/topic tea at four", "/join attic")
    alice.types("/join attic", "/leave lobby")
    alice.reads()
    alice.types("/rooms")
    assert alice.reads() == [
        "#attic: 2 people",
        "#den: 1 person - tea at four",
        "#lobby: 1 person",
    ]


def test_the_room_where_people_arrive_stays_when_it_is_empty_and_others_go() -> None:
    alice, bob = pair()
    alice.types("/join attic", "/leave")
    bob.types("/quit")
    alice.types("/leave")
    alice.reads()
    alice.types("/rooms", "/who lobby", "/who attic")
    assert alice.reads() == [
        "#lobby: 0 people",
        "In #lobby: nobody.",
        "There is no room #attic. /rooms lists those there are.",
    ]


def test_long_lists_are_cut_at_a_hundred() -> None:
    chat, (alice,) = people("alice")
    crowd = [chat.arrive(f"p{number:03}") for number in range(102)]
    for number, person in enumerate(crowd):
        person.types(f"/join r{number:03}")
    alice.reads()
    alice.types("/rooms", "/who")
    *rows, more, who = alice.reads()
    assert rows[:2] == ["#lobby: 103 people", "#r000: 1 person"]
    assert len(rows) == 100
    assert more == "... and 3 more."
    assert who.startswith("In #lobby: alice, p000, p001, ")
    assert who.endswith(", p097, p098 and 3 more.")


def test_who_lists_the_room_one_talks_in_or_another() -> None:
    alice, bob = pair()
    bob.types("/join attic", "/away")
    alice.types("/who", "/who attic", "/who #Attic", "/who cellar")
    assert alice.reads() == [
        "In #lobby: alice, bob (away).",
        "In #attic: bob (away).",
        "In #attic: bob (away).",
        "There is no room #cellar. /rooms lists those there are.",
    ]


@pytest.mark.parametrize("nothing", ["-", "－"])
def test_topic_shows_sets_and_takes_away(nothing: str) -> None:
    alice, bob = pair()
    alice.types("/topic", "/topic  tea  at four ", "/topic", f"/topic {nothing}", "/topic")
    set_, taken = (
        "*** alice set the topic of #lobby: tea  at four ***",
        "*** alice took away the topic of #lobby ***",
    )
    assert alice.reads() == [
        "#lobby has no topic.",
        set_,
        "Topic: tea  at four",
        taken,
        "#lobby has no topic.",
    ]
    assert bob.reads() == [set_, taken]


def test_a_topic_has_four_hundred_characters_at_most() -> None:
    assert answers("/topic " + "x" * 401, "/topic " + "y" * 400, "/topic") == [
        "A topic may be at most 400 characters long, not 401.",
        f"*** alice set the topic of #lobby: {'y' * 400} ***",
        "Topic: " + "y" * 400,
    ]


def test_invite_asks_somebody_to_the_room_one_talks_in() -> None:
    alice, bob = pair()
    alice.types("/join attic", "/invite BOB")
    assert alice.reads()[1:] == ["You have invited bob to #attic."]
    assert bob.reads() == ["*** alice invites you to #attic, /join attic goes there ***"]
    alice.types("/invite alice", "/invite carol")
    assert alice.reads() == ["alice is in #attic already.", "Nobody here is called carol."]


def test_whoever_is_ignored_invites_in_vain_and_is_not_told() -> None:
    alice, bob = pair()
    bob.types("/ignore alice")
    bob.reads()
    alice.types("/join attic", "/invite bob")
    assert alice.reads()[1:] == ["You have invited bob to #attic."]
    assert bob.reads() == []


# -- people ---------------------------------------------------------------------------------------


def test_nick_takes_another_name_and_everybody_reads_it_once() -> None:
    alice, bob = pair()
    for person in (alice, bob):
        person.types("/join attic")
        person.reads()
    alice.reads()
    alice.types("/nick #Al")
    assert alice.reads() == ["You are now known as Al."]
    assert bob.reads() == ["*** alice is now known as Al ***"]
    alice.types("hello")
    assert bob.reads() == ["[#attic] Al: hello"]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("bob", "The name bob is taken, please choose another."),
        ("BOB", "The name BOB is taken, please choose another."),
        ("alice", "You are alice already."),
        ("admin", "The name admin is reserved, please choose another."),
        ("42", "A name needs at least one letter."),
        ("al!", "A name may hold only letters, digits and the characters _ - ' and ."),
        ("a" * 25, "A name may be at most 24 characters long."),
    ],
)
def test_nick_refuses_what_cannot_be_ones_name(name: str, sentence: str) -> None:
    assert answer(f"/nick {name}") == sentence


def test_ones_own_name_may_be_written_another_way() -> None:
    assert answer("/nick ALICE") == "You are now known as ALICE."


def test_names_are_not_taken_too_often() -> None:
    limits = Limits(rate=100, burst=100, nick_rate=Rate(2, 60))
    _, (alice,) = people("alice", limits=limits)
    alice.types("/nick one", "/nick two", "/nick three")
    assert alice.reads()[2:] == ["You change your name too often, please wait 30 s."]


def test_whois_tells_where_somebody_is_and_how_long() -> None:
    chat, (alice, bob) = people("alice", "bob")
    chat.advance(3600)
    bob.types("/join attic", "/join den", "/away at the dentist")
    chat.advance(90)
    alice.types("/whois BOB")
    assert alice.reads() == [
        "bob is in #lobby, #attic, #den, here since 22:13 (1h1m30s), idle for 1m30s.",
        "bob is away: at the dentist",
    ]
    bob.types("/away", "/leave", "/leave", "/leave")
    alice.reads()
    alice.types("/whois bob", "/whois carol")
    assert alice.reads() == [
        "bob is in no room, here since 22:13 (1h1m30s), idle for 0s.",
        "bob is away.",
        "Nobody here is called carol.",
    ]


def test_away_is_told_to_those_who_write_until_one_is_back() -> None:
    alice, bob = pair()
    bob.types("/away lunch  break ", "hello")
    assert bob.reads() == ["You are marked as away. /back ends it."]
    alice.types("/msg bob psst")
    assert alice.reads() == ["bob: hello", "[you -> bob] psst", "bob is away: lunch  break"]
    bob.types("/away")
    alice.types("/msg bob psst")
    assert alice.reads() == ["[you -> bob] psst", "bob is away."]
    bob.reads()
    bob.types("/back", "/back")
    assert bob.reads() == ["Welcome back.", "You were not away."]
    alice.types("/msg bob psst")
    assert alice.reads() == ["[you -> bob] psst"]


def test_a_reason_has_two_hundred_characters_at_most() -> None:
    alice, bob = pair()
    bob.types("/away " + "x" * 201, "/away " + "y" * 200)
    assert bob.reads() == [
        "That may be at most 200 characters long, not 201.",
        "You are marked as away. /back ends it.",
    ]
    alice.types("/msg bob psst")
    assert alice.reads()[1] == "bob is away: " + "y" * 200


def test_the_reason_of_somebody_who_goes_is_cut_rather_than_that_they_stay() -> None:
    alice, bob = pair()
    bob.types("/quit " + "x" * 300)
    assert alice.reads() == [f"*** bob has left #lobby ({'x' * 200}) ***"]


def test_ignore_hides_what_somebody_says_until_unignore() -> None:
    alice, bob = pair()
    alice.types("/ignore BOB")
    assert alice.reads() == ["You no longer read what bob says. /unignore bob ends it."]
    bob.types("one", "/me waves", "/msg alice psst")
    assert bob.reads() == ["* bob waves", "[you -> alice] psst"]
    assert alice.reads() == []
    bob.types("/nick rob", "two", "/quit three")
    assert alice.reads() == [
        "*** bob is now known as rob ***",
        "*** rob has left #lobby ***",
    ]
    alice.types("/unignore rob", "/unignore rob")
    assert alice.reads() == [
        "You read again what rob says.",
        "You do not ignore rob.",
    ]


def test_a_name_of_nobody_is_not_repeated_in_all_its_length() -> None:
    assert answer("/whois " + "x" * 4000) == f"Nobody here is called {'x' * 32}...."
    assert answer("/who " + "x" * 4000) == (
        f"There is no room #{'x' * 32}.... /rooms lists those there are."
    )


def test_ignore_refuses_oneself_and_nobody() -> None:
    assert answer("/ignore alice") == "You cannot ignore yourself."
    assert answer("/ignore carol") == "Nobody here is called carol."
    assert answer("/unignore carol") == "You do not ignore carol."


def test_one_ignores_so_many_and_no_more() -> None:
    _, (alice, *_) = people("alice", "bob", "carol", limits=Limits(rate=0, max_ignored=1))
    alice.types("/ignore bob", "/ignore carol", "/unignore bob", "/ignore carol")
    assert alice.reads() == [
        "You no longer read what bob says. /unignore bob ends it.",
        "You ignore 1 people already; /unignore somebody first.",
        "You read again what bob says.",
        "You no longer read what carol says. /unignore carol ends it.",
    ]


# -- talk -----------------------------------------------------------------------------------------


def test_say_says_what_a_line_does() -> None:
    alice, bob = pair()
    alice.types("/say /join is a command", "/say   spaced  out ")
    assert bob.reads() == ["alice: /join is a command", "alice: spaced  out "]
    assert alice.reads() == []


def test_me_is_read_by_everybody() -> None:
    alice, bob = pair()
    alice.types("/me waves  at bob")
    assert alice.reads() == bob.reads() == ["* alice waves  at bob"]


@pytest.mark.parametrize("line", ["/msg bob psst  you", "/msg #BOB psst  you", "@bob:psst  you"])
def test_msg_is_read_by_one_alone(line: str) -> None:
    _, (alice, bob, carol) = people("alice", "bob", "carol")
    alice.types(line)
    assert alice.reads() == ["[you -> bob] psst  you"]
    assert bob.reads() == ["[alice -> you] psst  you"]
    assert carol.reads() == []


def test_msg_reaches_whoever_is_in_no_room() -> None:
    alice, bob = pair()
    for person in (alice, bob):
        person.types("/leave")
        person.reads()
    alice.types("/msg bob psst")
    assert bob.reads() == ["[alice -> you] psst"]


def test_msg_to_nobody_is_refused() -> None:
    assert answer("/msg carol psst") == "Nobody here is called carol."


def test_reply_answers_whoever_wrote_last() -> None:
    _, (alice, bob, carol) = people("alice", "bob", "carol")
    bob.types("/msg alice one")
    carol.types("/msg alice two")
    alice.types("/reply three")
    assert alice.reads()[2:] == ["[you -> carol] three"]
    carol.types("/r four")
    assert alice.reads() == ["[carol -> you] four"]
    assert bob.reads() == ["[you -> alice] one"]


def test_reply_needs_somebody_who_wrote() -> None:
    assert answer("/reply psst") == ("Nobody has written to you yet. /msg nick text writes first.")
    assert answer("/msg bob psst", "/reply psst") == (
        "Nobody has written to you yet. /msg nick text writes first."
    )


def test_reply_finds_whoever_took_another_name() -> None:
    alice, bob = pair()
    bob.types("/msg alice psst", "/nick rob")
    alice.reads()
    alice.types("/reply yes?")
    assert alice.reads() == ["[you -> rob] yes?"]


def test_reply_never_reaches_another_person_who_took_the_name() -> None:
    _, (alice, bob, carol) = people("alice", "bob", "carol")
    bob.types("/msg alice psst", "/nick rob")
    carol.types("/nick bob")
    for person in (alice, bob, carol):
        person.reads()
    alice.types("/reply the key is under the mat")
    assert carol.reads() == []
    bob.types("/msg alice psst", "/quit")
    carol.types("/nick carla", "/nick rob")
    carol.reads()
    alice.types("/reply the key is under the mat")
    assert carol.reads() == []


# -- reading --------------------------------------------------------------------------------------


def test_color_turns_colours_on_and_off() -> None:
    alice, bob = pair()
    alice.types("/color on")
    bob.types("/me waves")
    alice.types("/color off")
    bob.types("/me waves")
    with_colours, without = [line for line in alice.reads() if "waves" in line]
    assert "\x1b[" in with_colours
    assert without == "* bob waves"
    assert answers("/color on", "/color off") == ["Colours are on.", "Colours are off."]


def test_time_puts_the_time_before_each_line() -> None:
    chat, (alice, bob) = people("alice", "bob")
    alice.types("/time on")
    bob.types("one")
    chat.advance(3600)
    bob.types("two")
    alice.types("/time off")
    bob.types("three")
    assert alice.reads() == [
        "Times are on.",
        "[22:13] bob: one",
        "[23:13] bob: two",
        "Times are off.",
        "bob: three",
    ]


def test_bell_rings_where_one_is_named_or_written_to() -> None:
    alice, bob = pair()
    alice.types("/bell on")
    bob.types("hello Alice!", "malice", "/msg alice psst")
    alice.types("/bell off")
    bob.types("alice?")
    assert alice.receives().decode().split("\r\n") == [
        "The bell is on.",
        "\abob: hello Alice!",
        "bob: malice",
        "\a[bob -> you] psst",
        "The bell is off.",
        "bob: alice?",
        "",
    ]
    assert b"\a" not in bob.receives()


# -- the server -----------------------------------------------------------------------------------

TOPICS = """\
Accounts    /export /ghost /login /logout /passwd /register /sessions /unregister
History     /catchup /history /messages /more /search /show
Lines       /delete /edit /pin /pins /re /react /unpin
Moderation  /audit /ban /bans /kick /mute /report /unban /unmute
Owners      /deop /disown /keephistory /lock /members /moderated /modes /op /private /slow /topiclock /unlock /unvoice /voice
People      /away /back /ignore /nick /unignore /whois
Reading     /bell /color /numbers /time
Rooms       /invite /join /leave /rooms /topic /who
Server      /help /quit /stats
Talk        /me /msg /reply /say
/help all says what each of them does, and /help join tells about /join.
Anything else you type is said in the room you talk in."""  # noqa: E501  # as wide as it is read

LIST = """\
/audit [count] [room]         Show who did what to whom in a room; to operators of the server, anywhere.
/away [reason]                Tell those who write to you that you are away.
/back                         Be no longer away.
/ban who duration [reason]    Keep a nick, an account or an address out of the room for so long, such as 1d.
/bans                         List the latest bans and mutes of the room you talk in.
/bell on|off                  Ring when somebody says your name or writes to you, or do not.
/catchup                      Read what was said in your rooms since you were last here.
/color on|off                 Read with colours, or without.
/delete number                Take away what a line of yours says, within 15 minutes.
/deop nick                    Make somebody an operator of the room no more.
/disown                       Let the room be nobody's, as its owner; it goes when everybody has left.
/edit number text             Let a line of yours say something else, within 15 minutes.
/export                       Write all that is kept on you to a file, in a folder of the operator's.
/ghost nick                   Close your other connections, such as one that hangs.
/help [command]               List the commands, or tell about one; /help all tells about all.
/history [n] [room]           Read a room's latest lines, 20 or as many as you say; #12 is a room's name.
/ignore nick                  Read nothing more that somebody says.
/invite nick                  Ask somebody to come to the room you talk in.
/join room                    Enter a room, made if there is none, or talk in another one of yours.
/keephistory on|off           Keep what is said in the room from here on, or do not.
/kick nick [reason]           Send somebody out of the room you talk in.
/leave [room]                 Leave a room, the one you talk in unless you name another.
/lock                         Have the room entered with a password, which you are asked for.
/login nick                   Come in under a name that is yours.
/logout                       Be nobody on this connection, and be asked for a name.
/me action                    Tell the room what you do: /me waves.
/members on|off               Let only people with an account into the room, or everybody.
/messages nick [n]            Read the last messages between you and somebody.
/moderated on|off             Let only those speak in the room who have a voice, or everybody.
/modes                        Show how the room is set, whose it is, and who operates it.
/more                         Read on: the page before the one that you have read last.
/msg nick text                Write to one person alone; @nick:text does the same.
/mute nick duration [reason]  Let somebody not speak in the room for so long, such as 10m.
/nick name                    Take another name.
/numbers on|off               Read the number before each line, for /re and /edit, or not.
/op nick                      Make somebody an operator of the room you talk in, as its owner.
/passwd                       Change your password.
/pin number                   Put a line of the room among those that stay.
/pins                         Read the lines of the room that stay.
/private on|off               Have the room listed to nobody and entered by invitation, or not.
/quit [reason]                Leave the chat.
/re number text               Answer a line of the room by its number: /re 12 yes.
/react number symbol          React to a line of the room: /react 12 +1.
/register                     Make the name you go by your own, with a password.
/reply text                   Answer whoever wrote to you last.
/report nick reason           Tell the operators of the server what somebody does.
/rooms                        List the rooms, the fullest first.
/say text                     Say something in the room, as a line without a slash does.
/search words                 Find what was said: words, "phrases", from:nick in:room before:2026-11-20 after:2d.
/sessions                     List your connections.
/show number                  Read what was said around a line that was found.
/slow wait                    Let everybody speak in the room once in so long, such as 10s, or at will: off.
/stats                        Tell how long the server is up, and how many people, rooms and lines there are.
/time on|off                  Read the time before each line, or not.
/topic [text]                 Show the topic of the room, or set it; a single - takes it away.
/topiclock on|off             Let only operators of the room set its topic, or everybody.
/unban who                    Let whoever was banned into the room again.
/unignore nick                Read again what somebody says.
/unlock                       Let people enter the room without a password.
/unmute nick                  Let somebody speak in the room again.
/unpin number                 Take a line of the room from those that stay.
/unregister                   Give your account up; the name is free again.
/unvoice nick                 Take somebody's voice back.
/voice nick                   Let somebody speak where the room is moderated, and at once where it is slow.
/who [room]                   List who is in a room, the one you talk in unless you name another.
/whois nick                   Tell about somebody: their rooms, how long they are here and idle."""  # noqa: E501  # as wide as it is read


def test_help_lists_every_command_by_its_topic_and_fits_a_terminal() -> None:
    assert answers("/help") == TOPICS.split("\n")
    assert answers("/") == TOPICS.split("\n")


def test_help_all_tells_what_each_command_does() -> None:
    assert answers("/help all") == LIST.split("\n")


@pytest.mark.parametrize("name", ["join", "/join", "j", "/J", "／ｊｏｉｎ"])
def test_help_tells_about_one_command(name: str) -> None:
    assert answers(f"/help {name}") == [
        "/join room",
        "  Enter a room, made if there is none, or talk in another one of yours.",
        "  Also: /j",
    ]


def test_help_about_a_command_without_aliases_names_none() -> None:
    assert answers("/help stats") == [
        "/stats",
        "  Tell how long the server is up, and how many people, rooms and lines there are.",
    ]


def test_help_about_an_unknown_command_says_so() -> None:
    assert answer("/help jion") == "No such command: /jion. Did you mean /join?"


def test_stats_counts_people_rooms_and_lines() -> None:
    chat, (alice, bob) = people("alice", "bob")
    alice.types("hello", "/me waves", "/msg bob psst", "/who")
    bob.types("/join attic")
    alice.reads()
    chat.advance(86400 + 61)
    alice.types("/stats")
    assert alice.reads() == ["Up 1d1m1s. People: 2. Rooms: 2. Lines since the start: 3."]


def test_stats_tells_operators_what_is_not_saved_if_there_is_any() -> None:
    chat, (alice, olive) = people("alice", "olive")
    chat.hub.users["olive"].roles.add("operator")
    olive.types("/stats")
    assert len(olive.reads()) == 1
    chat.hub.journal.lost = 7
    alice.types("/stats")
    olive.types("/stats")
    assert len(alice.reads()) == 1
    assert olive.reads()[1:] == ["Of what was said, 0 are not saved yet, and 7 were lost."]


@pytest.mark.parametrize(
    ("line", "heard"),
    [
        ("/quit", "*** alice has left #lobby ***"),
        ("/quit  dinner is  ready ", "*** alice has left #lobby (dinner is  ready) ***"),
        ("quit", "*** alice has left #lobby ***"),
        ("q", "*** alice has left #lobby ***"),
        ("Exit", "*** alice has left #lobby ***"),
        ("close", "*** alice has left #lobby ***"),
        ("disconnect", "*** alice has left #lobby ***"),
        ("/quit " + "x" * 300, f"*** alice has left #lobby ({'x' * 200}) ***"),
    ],
)
def test_quit_leaves_the_chat(line: str, heard: str) -> None:
    alice, bob = pair()
    alice.types(line, "unheard")
    assert alice.reads() == ["Goodbye, alice."]
    assert not alice.is_connected
    assert bob.reads() == [heard]
