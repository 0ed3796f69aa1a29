"""
Help, figures, and the way out.
"""

import pytest
from shared_builtin import answer, answers, pair, people

pytestmark = pytest.mark.usefixtures("utc")


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
