"""
Lines that a program filters, from every door: none goes past it, and none is lost or overtaken.
"""

from typing import Any

from services import Table, sitting, tells
from shared_irc import Clients
from shared_json import Bot

KINDS = ["said", "acted", "edited", "topic-changed"]


def set_table() -> tuple[Table, Bot, Any]:
    """
    Return a server with a filter, the filter, and a user who reads.
    """
    table = sitting()
    reader = table.arrive("reader")
    bot = table.serve(filters=KINDS)
    return table, bot, reader


def lets_pass(bot: Bot) -> list[str]:
    """
    Let all that waits be said, one after the other, and return what it was.
    """
    passed = []
    while checks := bot.reads():
        for check in checks:
            line = check["line"]
            passed.append(line.get("text", line.get("topic")))
            tells(bot, "verdict", check=check["check"])
    return passed


def talk(reader: Any) -> list[str]:
    return [line for line in reader.reads() if "has joined" not in line]


def test_a_program_that_says_and_leaves_is_heard_and_answered_in_order() -> None:
    table, bot, reader = set_table()
    robot = table.programs.arrive("robot")
    talk(reader)
    tells(robot, "say", text="one", label="s1")
    tells(robot, "act", text="waves", label="s2")
    tells(robot, "bye", label="b")
    assert robot.reads() == []
    assert lets_pass(bot) == ["one", "waves"]
    answered = [(each["event"], each.get("label")) for each in robot.reads()]
    assert answered == [
        *(("said", "s1"), ("done", "s1"), ("acted", "s2"), ("done", "s2")),
        *(("done", "b"), ("closed", "b")),
    ]
    assert talk(reader) == ["robot: one", "* robot waves", "*** robot has left #lobby ***"]


def test_a_program_whose_line_is_refused_reads_why_with_its_label() -> None:
    table, bot, _ = set_table()
    robot = table.programs.arrive("robot")
    tells(robot, "say", text="one", label="s1")
    tells(bot, "verdict", check=bot.reads()[0]["check"], refusal="Not that, please.")
    (refused,) = robot.reads()
    assert (refused["error"], refused["message"], refused["label"]) == (
        *("filtered", "Not that, please."),
        "s1",
    )


def test_a_client_of_irc_that_says_and_quits_is_heard() -> None:
    table, bot, reader = set_table()
    client = Clients(table.chat).arrive("ircer")
    client.sends("JOIN #lobby")
    client.reads()
    talk(reader)
    client.sends("PRIVMSG #lobby :one", "PRIVMSG #lobby :two", "TOPIC #lobby :tea", "QUIT :bye")
    assert lets_pass(bot) == ["one", "two", "tea"]
    assert talk(reader) == [
        *("ircer: one", "ircer: two", "*** ircer set the topic of #lobby: tea ***"),
        "*** ircer has left #lobby (bye) ***",
    ]


def test_nothing_overtakes_a_line_that_a_client_of_irc_says_by_a_command_of_ours() -> None:
    table, bot, reader = set_table()
    client = Clients(table.chat).arrive("ircer", "labeled-response", "batch")
    client.sends("JOIN #lobby")
    client.reads()
    talk(reader)
    client.sends(
        *("SAY one", "PRIVMSG ChatServ :me waves", "TOPIC #lobby :tea", "PRIVMSG #lobby :two"),
        *("@label=p PING x", "QUIT :bye"),
    )
    # The pong, too, comes in its turn.
    assert client.reads() == []
    assert lets_pass(bot) == ["one", "waves", "tea", "two"]
    assert talk(reader) == [
        *("ircer: one", "* ircer waves", "*** ircer set the topic of #lobby: tea ***"),
        *("ircer: two", "*** ircer has left #lobby (bye) ***"),
    ]


def test_a_client_of_irc_whose_line_is_refused_reads_why() -> None:
    table, bot, _ = set_table()
    client = Clients(table.chat).arrive("ircer")
    client.sends("JOIN #lobby")
    client.reads()
    client.sends("PRIVMSG #lobby :one")
    tells(bot, "verdict", check=bot.reads()[0]["check"], refusal="Not that, please.")
    assert any("Not that, please." in line for line in client.reads())


def test_who_closes_their_end_behind_a_line_is_heard() -> None:
    table, bot, reader = set_table()
    alice = table.arrive("alice")
    talk(reader)
    alice.sends(b"one\n/me waves\ntwo\n")
    alice.protocol.readConnectionLost()
    table.chat.advance()
    assert lets_pass(bot) == ["one", "waves", "two"]
    table.chat.advance(10)
    assert talk(reader) == [
        "alice: one",
        "* alice waves",
        "alice: two",
        "*** alice has left #lobby ***",
    ]


def test_a_line_that_is_deleted_while_its_edit_waits_stays_deleted() -> None:
    table, bot, reader = set_table()
    alice = table.arrive("alice")
    alice.types("one")
    lets_pass(bot)
    alice.types("/edit last two")
    (check,) = bot.reads()
    table.chat.hub.find_user("alice")
    number = check["line"]["number"]
    room = table.chat.hub.find_room("lobby")
    table.chat.hub.annotations.delete(table.chat.hub.find_user("alice"), room, number)
    table.chat.advance()
    talk(reader)
    alice.reads()
    tells(bot, "verdict", check=check["check"])
    assert talk(reader) == []
    assert alice.reads() == [f"Line {number} was deleted by alice."]


def test_a_user_who_is_muted_while_their_line_waits_is_not_heard() -> None:
    table, bot, reader = set_table()
    alice = table.arrive("alice")
    table.chat.hub.find_user("reader").roles.add("operator")
    talk(reader)
    alice.types("one")
    reader.types("/servermute alice 10m")
    reader.reads()
    lets_pass(bot)
    assert talk(reader) == []


def test_a_line_that_no_user_says_is_checked_too() -> None:
    table, bot, reader = set_table()
    speakers, room = table.chat.hub.speakers, table.chat.hub.find_room("lobby")
    speakers.say(room, "ci[hook]", "built")
    refused = speakers.say(room, "ci[hook]", "failed")
    assert talk(reader) == []
    first, second = bot.reads()
    tells(bot, "verdict", check=second["check"], refusal="Not that, please.")
    tells(bot, "verdict", check=first["check"], text="Built.")
    assert talk(reader) == ["ci[hook]: Built."]
    refusals: list[str] = []
    assert refused is not None
    refused.addErrback(lambda failure: refusals.append(str(failure.value)))
    assert refusals == ["Not that, please."]
