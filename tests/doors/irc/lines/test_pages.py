"""
Pages of history as messages.
"""

import json
import re

from shared_irc import Clients

from twisted_chat.doors.irc.dialect import IrcDialect
from twisted_chat.doors.irc.site import Site
from twisted_chat.events import (
    Acted,
    Deleted,
    ModeChanged,
    RankChanged,
    Said,
    Told,
    TopicChanged,
)
from twisted_chat.replies.pages import PageKind, Recalled, Transcript
from twisted_chat.testing import Chat

AT = 1_700_000_000.0
SITE = Site(Chat().hub, "chat.example")
PLAIN = IrcDialect(SITE)
BATCH = IrcDialect(SITE, frozenset({"batch", "server-time"}))
PLAYBACK = IrcDialect(SITE, BATCH.caps | {"draft/event-playback"})


def page(*lines, kind=PageKind.HISTORY, at=AT + 60, room="lobby", nick=""):
    recalled = tuple(Recalled(each.at, each, number) for number, each in enumerate(lines, 1))
    return Transcript(at, kind, recalled, room, nick)


def test_lines_are_told_as_they_were_said_in_a_batch():
    told = page(Said(AT, "lobby", "ada", "hi"), Acted(AT + 1.5, "lobby", "bob", "waves"))
    assert BATCH.render(told, "tina").decode().splitlines() == [
        "@time=2023-11-14T22:14:20.000Z :chat.example BATCH +history chathistory #lobby",
        "@time=2023-11-14T22:13:20.000Z;batch=history :ada!~u@chat PRIVMSG #lobby :hi",
        (
            "@time=2023-11-14T22:13:21.500Z;batch=history "
            ":bob!~u@chat PRIVMSG #lobby :\x01ACTION waves\x01"
        ),
        "@time=2023-11-14T22:14:20.000Z :chat.example BATCH -history",
    ]


def test_a_text_of_several_lines_is_a_batch_within_that_of_the_history():
    how = IrcDialect(SITE, frozenset({"batch", "draft/multiline", "server-time"}))
    told = page(Said(AT, "lobby", "ada", "one\ntwo"), Said(AT, "lobby", "bob", "hi"))
    said, shown = "time=2023-11-14T22:13:20.000Z", "time=2023-11-14T22:14:20.000Z"
    assert how.render(told, "tina").decode().splitlines() == [
        f"@{shown} :chat.example BATCH +history chathistory #lobby",
        f"@{said};batch=history :ada!~u@chat BATCH +text draft/multiline #lobby",
        "@batch=text :ada!~u@chat PRIVMSG #lobby :one",
        "@batch=text :ada!~u@chat PRIVMSG #lobby :two",
        f"@{said};batch=history :ada!~u@chat BATCH -text",
        f"@{said};batch=history :bob!~u@chat PRIVMSG #lobby :hi",
        f"@{shown} :chat.example BATCH -history",
    ]


def test_a_client_without_batches_reads_the_times_in_the_text(utc):
    told = page(
        Said(AT, "lobby", "ada", "hi"),
        Acted(AT, "lobby", "bob", "waves"),
        Said(AT, "lobby", "bob", "yes", 3, 1, "ada: hi", "ada"),
        Acted(AT, "lobby", "bob", "nods", 4, re=1, quote="ada: hi", quoted="ada"),
    )
    assert PLAIN.render(told, "tina").decode().splitlines() == [
        ":ada!~u@chat PRIVMSG #lobby :[22:13] hi",
        ":bob!~u@chat PRIVMSG #lobby :\x01ACTION [22:13] waves\x01",
        ":bob!~u@chat PRIVMSG #lobby :[22:13] (re ada: hi) yes",
        ":bob!~u@chat PRIVMSG #lobby :\x01ACTION [22:13] (re ada: hi) nods\x01",
    ]
    old = page(Said(AT, "lobby", "ada", "hi"), at=AT + 2 * 86400)
    assert PLAIN.render(old, "tina") == (b":ada!~u@chat PRIVMSG #lobby :[2023-11-14 22:13] hi\r\n")


def test_a_client_that_knows_only_batches_or_only_times_reads_the_time_in_the_text(utc):
    told = page(Said(AT, "lobby", "ada", "hi"))
    batch = IrcDialect(SITE, frozenset({"batch"}))
    assert batch.render(told, "tina").decode().splitlines() == [
        ":chat.example BATCH +history chathistory #lobby",
        "@batch=history :ada!~u@chat PRIVMSG #lobby :[22:13] hi",
        ":chat.example BATCH -history",
    ]
    times = IrcDialect(SITE, frozenset({"server-time"}))
    assert times.render(told, "tina") == (
        b"@time=2023-11-14T22:13:20.000Z :ada!~u@chat PRIVMSG #lobby :[22:13] hi\r\n"
    )


def test_an_answer_with_its_time_in_the_text_says_once_what_it_answers(utc):
    told = page(Said(AT, "lobby", "bob", "yes", 3, 2, "ada: tea?", "ada"))
    tags = IrcDialect(SITE, frozenset({"batch", "message-tags"}))
    (line,) = tags.render(told, "tina").decode().splitlines()[1:-1]
    assert line.endswith(" :bob!~u@chat PRIVMSG #lobby :[22:13] (re ada: tea?) yes")
    rich = IrcDialect(SITE, tags.caps | {"draft/message-redaction"})
    (line,) = rich.render(told, "tina").decode().splitlines()[1:-1]
    assert f";+reply={SITE.message_id('lobby', 2)};" in line
    assert line.endswith(" :bob!~u@chat PRIVMSG #lobby :[22:13] yes")


def test_how_a_channel_was_set_is_told_in_words_and_not_as_what_holds_now(utc):
    told = page(
        TopicChanged(AT, "lobby", "ada", "OLD"),
        ModeChanged(AT, "lobby", "ada", "moderated", 1),
        RankChanged(AT, "lobby", "ada", "bob", "operator", is_held=True),
    )
    assert PLAIN.render(told, "tina").decode().splitlines() == [
        ":chat.example NOTICE #lobby :[22:13] ada set the topic of #lobby: OLD",
        (
            ":chat.example NOTICE #lobby :[22:13] ada turned moderation on: "
            "only users with a voice may speak"
        ),
        ":chat.example NOTICE #lobby :[22:13] ada made bob an operator",
    ]
    inner = BATCH.render(told, "tina").decode().splitlines()[1:-1]
    assert [line.split(" ", 2)[2][:6] for line in inner] == ["NOTICE"] * 3
    replayed = PLAYBACK.render(told, "tina").decode().splitlines()[1:-1]
    assert [line.split(" ")[2] for line in replayed] == ["TOPIC", "MODE", "MODE"]


def test_what_was_deleted_or_changed_says_so():
    lines = (
        Recalled(AT, Deleted(AT, "lobby", "bob", 1, "ada", AT), 1),
        Recalled(AT, Deleted(AT, "lobby", "ada", 2, "ada", AT), 2),
        Recalled(AT, Said(AT, "lobby", "ada", "tea"), 3, edited_by="ada"),
    )
    told = BATCH.render(Transcript(AT, PageKind.HISTORY, lines, "lobby"), "tina").decode()
    texts = [line.rsplit(":", 1)[1] for line in told.splitlines()[1:-1]]
    assert texts == ["(deleted by bob)", "(deleted)", "tea (edited)"]


def crowd(*nicks):
    """
    Return a dialect whose clients read reactions in history, and the author numbers of ``nicks``.
    """
    chat = Chat()
    for nick in ("tina", *nicks):
        chat.arrive(nick)
    how = IrcDialect(
        Site(chat.hub, "chat.example"), PLAYBACK.caps | {"message-tags", "draft/message-redaction"}
    )
    return how, [chat.hub.world.users[nick].author for nick in nicks]


def reacted_to(reacted, *numbers):
    said = Said(AT, "lobby", "ada", "hi")
    lines = (Recalled(AT, said, number, reacted=json.dumps(reacted)) for number in numbers)
    return Transcript(AT, PageKind.HISTORY, tuple(lines), "lobby")


def reactions(how, page):
    """
    Return the reactions that tina reads, with their ends.
    """
    lines = how.render(page, "tina").decode().splitlines(keepends=True)
    return [line for line in lines if " TAGMSG " in line]


def test_of_too_many_reactions_each_line_has_a_share_with_each_symbol_first():
    how, authors = crowd(*(f"user{number}" for number in range(10)))
    reacted = {"+1": authors, "tea": authors[:2]}

    def told(count):
        numbers = range(101, 101 + count)
        found = reactions(how, reacted_to(reacted, *numbers))
        by_line = {number: [] for number in numbers}
        for line in found:
            symbol, number, nick = re.search(r"react=(\S+?);\S+?-(\d+);\S+ :(\w+)!", line).groups()
            by_line[int(number)].append((symbol, nick))
        return list(by_line.values())

    one = [("+1", "user0"), ("tea", "user0"), ("+1", "user1"), ("tea", "user1")]
    one += [("+1", f"user{number}") for number in range(2, 10)]
    assert told(1) == [one]
    # One with +1 has 149 bytes and one with tea 150: of 18 lines all have 32,220 bytes in all.
    assert told(18) == [one] * 18
    # 19 lines have 31,179 with eleven each, and ten of them more fit into 32,768 bytes.
    assert told(19) == [one] * 10 + [one[:11]] * 9
    # Two of each of 99 lines have 29,601, and 21 more fit.
    assert told(99) == [one[:3]] * 21 + [one[:2]] * 78


def test_the_reactions_of_a_page_are_a_small_part_of_what_may_wait_for_a_client():
    nicks = [f"{chr(0x10428) * 23}{chr(0x10428 + number)}" for number in range(20)]
    how, authors = crowd(*nicks)
    symbols = [f"{chr(0x1F440) * 15}{chr(0x1F440 + number)}" for number in range(20)]
    found = reactions(how, reacted_to(dict.fromkeys(symbols, authors), *range(101, 201)))
    assert 32_000 < len("".join(found).encode()) <= 32_768


def test_reactions_of_who_may_not_be_told_take_no_place_of_others():
    how, authors = crowd("bob")
    gone = [*range(-1_000_999, -1_000_000)]
    (told,) = reactions(how, reacted_to({"+1": gone + authors}, 101))
    assert " :bob!~u@chat TAGMSG " in told


def test_a_page_is_not_searched_for_ever_for_a_reaction_that_may_be_told(monkeypatch):
    how, _ = crowd()
    asked = []
    monkeypatch.setattr(Site, "who_reacted", lambda *each: (asked.append(each), ("", ""))[1])
    gone = [*range(-1_001_000, -1_000_000)]
    assert reactions(how, reacted_to({"+1": gone}, *range(101, 201))) == []
    assert len(asked) == 2000
    # Twenty of each line.
    assert {number for *_, number in asked} == {*range(101, 201)}


def test_messages_that_waited_are_told_as_messages(utc):
    told = page(Told(AT, "ada", "tina", "psst"), kind=PageKind.WAITING, room="")
    assert PLAIN.render(told, "tina") == b":ada!~u@chat PRIVMSG tina :[22:13] psst\r\n"


def test_messages_that_waited_come_in_one_batch_for_each_user_who_wrote_them():
    told = page(
        Told(AT, "ada", "tina", "psst"),
        Told(AT + 1, "bob", "tina", "tea?"),
        Told(AT + 2, "ada", "tina", "call me"),
        kind=PageKind.WAITING,
        room="",
    )
    lines = BATCH.render(told, "tina").decode().splitlines()
    assert [line.split(" ", 1)[1] for line in lines] == [
        ":chat.example BATCH +history chathistory ada",
        ":ada!~u@chat PRIVMSG tina :psst",
        ":ada!~u@chat PRIVMSG tina :call me",
        ":chat.example BATCH -history",
        ":chat.example BATCH +history chathistory bob",
        ":bob!~u@chat PRIVMSG tina :tea?",
        ":chat.example BATCH -history",
    ]


def test_other_pages_are_notices_in_the_words_of_a_terminal_with_the_numbers_for_answers():
    here = Clients()
    tina, ada = here.arrive("tina"), here.chat.arrive("ada")
    ada.types("green tea", "/msg tina psst")
    tina.reads()
    lines = tina.asks("SEARCH tea", "MESSAGES ada")
    assert all(line.startswith(":chat.example NOTICE tina :") for line in lines)
    (found,) = [line for line in lines if line.endswith("ada: green tea")]
    number = re.search(r" \[(\d+)\] \[#lobby\] ", found)[1]
    assert not any("[" in line for line in lines if "psst" in line)
    tina.sends(f"RE {number} yes", f"REACT {number} +1")
    assert ada.reads()[-2:] == [
        f"tina (re {number} ada: green tea): yes",
        f"*** tina reacts to {number} (ada: green tea) with +1 ***",
    ]


def test_a_line_that_was_found_has_one_number_by_which_it_is_answered_and_shown(utc):
    here = Clients()
    tina = here.arrive("tina")
    tina.asks("JOIN #den", "PRIVMSG #lobby :green tea")
    tina.asks("PRIVMSG #den :no", "PRIVMSG #den :tea", "PRIVMSG #den :more tea")
    # The second result is line 3 of #den.
    assert tina.asks("SEARCH tea") == [
        ":chat.example NOTICE tina :--- search results ---",
        ":chat.example NOTICE tina :[22:13] [4] [#den] tina: more tea",
        ":chat.example NOTICE tina :[22:13] [3] [#den] tina: tea",
        ":chat.example NOTICE tina :[22:13] [2] [#lobby] tina: green tea",
        ":chat.example NOTICE tina :--- end of search results ---",
    ]
    assert tina.asks("SHOW 2") == [
        ":chat.example NOTICE tina :--- in #lobby ---",
        ":chat.example NOTICE tina :> [22:13] [2] tina: green tea",
    ]
    assert tina.asks("RE #lobby 2 yes") == [
        ":tina!~u@chat PRIVMSG #lobby :(re tina: green tea) yes"
    ]


def test_of_two_found_lines_of_one_number_the_room_is_named_unless_it_is_the_current_one(utc):
    here = Clients()
    carol = here.arrive("carol")
    for room in ("den", "tea", "pub"):
        carol.asks(f"JOIN #{room}", f"PRIVMSG #{room} :{'zz' if room != 'pub' else 'no'}")
    assert [line.partition("] ")[2] for line in carol.asks("SEARCH zz")[1:-1]] == [
        "[2] [#tea] carol: zz",
        "[2] [#den] carol: zz",
    ]
    assert carol.asks("SHOW 2") == [
        (
            ":chat.example NOTICE carol :Your last search found a line 2 in several rooms. "
            "Name the room, as /quote SHOW 2 tea does."
        )
    ]
    shown = ":chat.example NOTICE carol :--- in #%s ---"
    for typed in ("SHOW 2 tea", "SHOW 2 #tea"):
        assert carol.asks(typed)[0] == shown % "tea"
    # Of the channel that they wrote to last.
    carol.asks("PRIVMSG #den :no")
    assert carol.asks("SHOW 2")[0] == shown % "den"
    carol.asks("PART #den,#tea,#pub,#lobby")
    assert carol.asks("SHOW 1") == [
        (
            ":chat.example NOTICE carol :Your last search found no line 1. "
            "/quote SHOW 1 room shows that of a room."
        )
    ]
