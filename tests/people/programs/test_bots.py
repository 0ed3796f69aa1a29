"""
Bots: a plugin speaks under a name of its own, and all that holds for users holds for it.
"""

from pathlib import Path

import pytest
from logins import come
from shared_irc import Clients
from shared_json import Programs

from twisted_chat import Bot, ChatError
from twisted_chat.errors import LooksLike, NickInUse
from twisted_chat.store.records import bot_author, is_bot
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import NO_LIMITS, Chat

PLUGIN = """
from twisted_chat import Context, command

def setup(hub):
    hub.bot("pollbot")

@command
def poll(ctx: Context) -> None:
    "Let the bot speak."
    ctx.hub.bot("pollbot").say(ctx.room, "Tea or coffee?")
"""


def a_bot(chat: Chat) -> Bot:
    return chat.hub.bot("pollbot")


def test_it_speaks_under_its_own_marked_name_at_every_door() -> None:
    chat = Chat()
    alice = chat.arrive("alice")
    program = Programs(chat).connect()
    program.asks("hello", name="prog")
    client = Clients(chat).arrive("ann", "message-tags")
    alice.reads()
    bot = a_bot(chat)
    bot.say(chat.hub.rooms["lobby"], "Tea or\ncoffee?")
    chat.advance()
    assert alice.reads() == [
        "*** pollbot has joined #lobby ***",
        "pollbot (bot): Tea or",
        "  | coffee?",
    ]
    *_, joined, said = program.reads()
    assert (joined["event"], joined["nick"]) == ("joined", "pollbot")
    assert (said["event"], said["nick"], said["is_bot"]) == ("said", "pollbot", True)
    _, *lines = client.reads()
    assert lines[0].endswith(";bot :pollbot!~u@chat PRIVMSG #lobby :Tea or")
    assert lines[1:] == ["@bot :pollbot!~u@chat PRIVMSG #lobby :coffee?"]


def test_who_and_whois_mark_it() -> None:
    chat = Chat()
    alice = chat.arrive("alice")
    client = Clients(chat).arrive("ann")
    program = Programs(chat).connect()
    program.asks("hello", name="prog")
    a_bot(chat).enter(chat.hub.rooms["lobby"])
    chat.advance()
    alice.reads()
    alice.types("/who", "/whois pollbot")
    who, whois, marked = alice.reads()
    assert who == "In #lobby: alice, ann, pollbot (bot), prog."
    assert whois.startswith("pollbot is in #lobby, here since ")
    assert marked == "pollbot is a bot."
    client.reads()
    assert any(" pollbot HB :" in line for line in client.asks("WHO #lobby"))
    assert any(" 335 ann pollbot " in line for line in client.asks("WHOIS pollbot"))
    found = next(each for each in program.asks("who") if each["event"] == "who")
    assert {each["nick"]: each["is_bot"] for each in found["members"]}["pollbot"] is True


def test_its_lines_are_kept_as_those_of_a_bot_also_over_a_restart() -> None:
    store = MemoryStore()
    chat = Chat(store=store, limits=NO_LIMITS)
    a_bot(chat).say(chat.hub.rooms["lobby"], "Tea?")
    chat.advance()
    again = Chat(store=store)
    alice = again.arrive("alice")
    alice.types("/history")
    assert alice.reads()[1].endswith("] pollbot (bot): Tea?")


def test_nobody_else_has_its_name_or_one_that_looks_like_it() -> None:
    chat = Chat()
    a_bot(chat)
    alice = chat.connect()
    told = alice.does("PollBot", "p0llbot", "alice")
    assert told[0] == "The name PollBot is taken, please choose another."
    assert told[1] == "The name p0llbot looks like pollbot, who is here; please choose another."
    alice.types("/nick pollbot")
    assert "The name pollbot is taken, please choose another." in alice.reads()


def test_it_takes_nobodys_name() -> None:
    chat = Chat()
    chat.arrive("pollbot")
    with pytest.raises(NickInUse):
        a_bot(chat)
    with pytest.raises(LooksLike):
        chat.hub.bot("p0llbot")
    come(chat, "oscar").hangs_up()
    with pytest.raises(ChatError, match="registered"):
        chat.hub.bot("oscar")


def test_nobody_comes_in_as_it() -> None:
    chat = Chat()
    a_bot(chat)
    for line in ("/login pollbot", "/ghost pollbot"):
        alice = chat.arrive("alice")
        alice.types(line, "password", "password")
        assert alice.protocol.session is not None
        assert alice.protocol.session.nick == "alice"
        alice.hangs_up()
    program = Programs(chat).connect()
    told = program.asks("hello", name="pollbot", register=True, password="a long enough one")
    assert told[-1]["error"] == "nick-in-use"


def test_an_operator_mutes_it_and_puts_it_out_until_it_is_invited() -> None:
    chat = Chat()
    alice = chat.arrive("alice")
    alice.types("/join den")
    bot, den = a_bot(chat), chat.hub.rooms["den"]
    bot.enter(den)
    alice.types("/mute pollbot 10m", "/who")
    # The user of the plugin reads it: it is not they who are muted.
    with pytest.raises(ChatError, match=r"^pollbot is muted in #den by alice until "):
        bot.say(den, "Tea?")
    alice.types("/unmute pollbot", "/kick pollbot too loud")
    assert bot.user not in den.members
    with pytest.raises(ChatError, match=r"put out of #den; /invite pollbot lets it in again"):
        bot.say(den, "Tea?")
    alice.reads()
    alice.types("/invite pollbot")
    bot.say(den, "Tea?")
    chat.advance()
    assert alice.reads()[-1] == "[#den] pollbot (bot): Tea?"


def test_it_enters_no_room_that_is_closed_to_it() -> None:
    chat = Chat()
    alice = chat.arrive("alice")
    alice.types("/join den", "/private on")
    bot, den = a_bot(chat), chat.hub.rooms["den"]
    with pytest.raises(ChatError, match="invitation only"):
        bot.say(den, "Tea?")
    alice.types("/invite pollbot")
    assert bot.user in den.members
    bot.leave(den)
    assert bot.user not in den.members
    bot.leave(den)
    alice.does("/private off", "/ban pollbot 1d")
    with pytest.raises(ChatError, match="banned"):
        bot.enter(den)


def test_it_is_ignored_as_everybody_is() -> None:
    chat = Chat()
    alice = chat.arrive("alice")
    a_bot(chat)
    alice.types("/ignore pollbot")
    a_bot(chat).say(chat.hub.rooms["lobby"], "Tea?")
    chat.advance()
    assert alice.reads() == [
        "You no longer see what pollbot says. /unignore pollbot ends that.",
        "*** pollbot has joined #lobby ***",
    ]


def test_an_operator_of_the_server_removes_it_until_a_reload(tmp_path: Path) -> None:
    (tmp_path / "polls.py").write_text(PLUGIN)
    chat = Chat(tmp_path)
    oscar = come(chat, "oscar", "operator")
    bot = a_bot(chat)
    bot.enter(chat.hub.rooms["lobby"])
    oscar.types("/serverkick pollbot")
    chat.advance()
    assert not bot.is_here
    with pytest.raises(ChatError, match="was removed from the server"):
        bot.say(chat.hub.rooms["lobby"], "Tea?")
    assert "pollbot" not in chat.hub.users
    chat.plugins.load()
    assert a_bot(chat).is_here


def test_it_stays_over_a_reload_and_goes_with_its_plugin(tmp_path: Path) -> None:
    (tmp_path / "polls.py").write_text(PLUGIN)
    chat = Chat(tmp_path)
    alice = chat.arrive("alice")
    alice.types("/poll")
    alice.reads()
    chat.plugins.load()
    chat.advance()
    assert alice.reads() == []
    alice.types("/poll")
    assert alice.reads() == ["pollbot (bot): Tea or coffee?"]
    (tmp_path / "polls.py").write_text("")
    chat.plugins.load()
    chat.advance()
    assert alice.reads() == ["*** pollbot has left #lobby ***"]
    assert "pollbot" not in chat.hub.users
    a_bot(chat)
    chat.plugins.unload()
    assert "pollbot" not in chat.hub.users


def test_its_number_is_one_that_no_user_has() -> None:
    assert bot_author("pollbot") == bot_author("PollBot")
    assert bot_author("pollbot") != bot_author("pollbot2")
    assert is_bot(bot_author("x"))
    assert not is_bot(-int(4e15))
    assert not is_bot(12)
    assert bot_author("x") >= -(2**63)


def test_it_keeps_no_room_open_where_no_person_is() -> None:
    chat = Chat()
    alice = chat.arrive("alice")
    alice.types("/join den")
    bot, other = a_bot(chat), chat.hub.bot("teabot")
    for each in (bot, other):
        each.say(chat.hub.rooms["den"], "Tea?")
    alice.types("/leave den")
    assert "den" not in chat.hub.rooms
    assert bot.user.rooms == other.user.rooms == []
    alice.types("/join den")
    bot.say(chat.hub.rooms["den"], "Tea?")
    alice.hangs_up()
    assert "den" not in chat.hub.rooms


def test_who_speaks_alone_in_a_room_with_nobody_may_stay_there() -> None:
    chat = Chat()
    bot = a_bot(chat)
    bot.say(chat.hub.rooms["lobby"], "Nobody here?")
    chat.advance()
    assert bot.user in chat.hub.rooms["lobby"].members
