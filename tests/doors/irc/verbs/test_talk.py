"""
PRIVMSG and NOTICE.
"""

import pytest
from shared_accounts import registered
from shared_irc import Clients, two
from shared_json import Programs

from twisted_chat.limits import Limits
from twisted_chat.testing import Chat


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        ("PRIVMSG", ":chat.example 411 alice :No recipient given (PRIVMSG)"),
        ("PRIVMSG bob", ":chat.example 412 alice :No text to send"),
        ("PRIVMSG bob :", ":chat.example 412 alice :No text to send"),
        ("PRIVMSG nobody :hi", ":chat.example 401 alice nobody :Nobody here is called nobody."),
        ("PRIVMSG #nowhere :hi",
         ":chat.example 403 alice #nowhere :There is no room #nowhere. /list lists the rooms."),
        ("PRIVMSG #lobby :\u3164", ":chat.example NOTICE alice :That line is invisible."),
    ],
)  # fmt: skip
def test_what_is_not_said_is_refused(sent, answer):
    alice, bob = two()
    assert alice.asks(sent) == [answer]
    assert bob.reads() == []


def test_to_several_at_once_and_no_more_than_may_be():
    alice, bob = two()
    assert alice.asks("PRIVMSG bob,#lobby,bob,nobody,c,d :hi") == [
        ":chat.example 401 alice nobody :Nobody here is called nobody.",
        ":chat.example 401 alice c :Nobody here is called c.",
        ":chat.example 407 alice d :Too many targets; the message was not sent",
    ]
    assert bob.reads() == [
        ":alice!~u@chat PRIVMSG bob :hi",
        ":alice!~u@chat PRIVMSG #lobby :hi",
    ]


def test_who_is_not_in_a_channel_or_may_not_speak_says_nothing_there():
    here = Clients()
    owner, bob = here.chat.arrive("owner"), here.arrive("bob")
    owner.types("/join den")
    assert bob.asks("PRIVMSG #den :hi")[0].split()[1:4] == ["404", "bob", "#den"]
    bob.sends("JOIN #den")
    owner.types("/moderated on")
    bob.reads()
    owner.reads()
    assert bob.asks("PRIVMSG #den :hi")[0].split()[1:4] == ["404", "bob", "#den"]
    assert bob.asks("NOTICE #den :hi", "NOTICE nobody :hi") == []
    assert owner.reads() == []


def test_of_what_clients_ask_each_other_actions_alone_are_passed_on():
    alice, bob = two()
    alice.sends("PRIVMSG bob :\x01VERSION\x01", "NOTICE bob :\x01VERSION x\x01",
                "PRIVMSG bob :\x01ACTION waves\x01")  # fmt: skip
    assert bob.reads() == [":alice!~u@chat PRIVMSG bob :\x01ACTION waves\x01"]


def test_a_private_action_is_one_for_clients_and_is_kept_and_told_elsewhere_in_words():
    caps = ("batch", "draft/chathistory", "echo-message")
    alice, bob = two(*caps)
    tina = alice.chat.arrive("tina")
    alice.sends("PRIVMSG NickServ :REGISTER correct-horse")
    alice.reads()
    bob.reads()
    alice.sends("PRIVMSG bob,tina :\x01ACTION waves\x01")
    assert alice.reads() == [
        f":alice!~u@chat PRIVMSG {each} :\x01ACTION waves\x01" for each in ("bob", "tina")
    ]
    assert bob.reads() == [":alice!~u@chat PRIVMSG bob :\x01ACTION waves\x01"]
    assert tina.reads()[-1:] == ["[alice -> you] * alice waves"]
    bob.sends("CHATHISTORY LATEST alice * 10")
    (kept,) = [each.params[-1] for each in bob.messages() if each.verb == "PRIVMSG"]
    # Behind its time.
    assert kept.partition(" ")[2] == "* alice waves"


def test_words_that_look_like_a_private_action_are_none():
    alice, bob = two()
    alice.sends("PRIVMSG bob :* alice waves")
    assert bob.reads() == [":alice!~u@chat PRIVMSG bob :* alice waves"]


def test_a_message_to_the_owner_of_an_account_who_is_away_waits_and_comes():
    here = Clients(Chat(limits=Limits(rate=0.0, history_lines=0)))
    tina, ada = here.arrive("tina"), here.arrive("ada")
    tina.sends("PRIVMSG NickServ :REGISTER correct-horse", "QUIT")
    ada.reads()
    assert ada.asks("PRIVMSG tina :are you there?") == [
        ":chat.example NOTICE ada :tina is offline and will see it on returning."
    ]
    again = here.connect()
    again.sends("PASS correct-horse", "NICK tina", "USER t 0 * :t")
    (line,) = [line for line in again.reads() if " PRIVMSG " in line]
    assert line.startswith(":ada!~u@chat PRIVMSG tina :[")
    assert line.endswith("] are you there?")


def test_a_notice_is_one_for_clients_and_a_message_for_others():
    alice, bob = two()
    reader = alice.chat.arrive("tina")
    alice.reads()
    bob.reads()
    alice.sends("NOTICE #lobby :beep", "NOTICE bob :boop", "NOTICE tina :psst")
    assert bob.reads() == [
        ":alice!~u@chat NOTICE #lobby :beep",
        ":alice!~u@chat NOTICE bob :boop",
    ]
    assert reader.reads() == ["alice: beep", "[alice -> you] psst"]
    assert alice.reads() == []


def test_an_action_that_answers_a_line_is_one_that_does_at_every_door_and_in_history():
    caps = ("message-tags", "batch", "server-time", "draft/chathistory")
    here = Clients()
    alice, bob = here.arrive("alice"), here.arrive("bob", *caps, "draft/message-redaction")
    terry, programs = here.chat.arrive("terry"), Programs(here.chat)
    bot = programs.arrive("bot")
    bob.reads()
    alice.sends("PRIVMSG #lobby :tea?")
    (asked,) = bob.messages()
    for each in (alice, terry, bot):
        each.reads()
    bob.sends(f"@+reply={asked.tags['msgid']} PRIVMSG #lobby :\x01ACTION nods\x01")
    assert alice.reads() == [":bob!~u@chat PRIVMSG #lobby :\x01ACTION (re alice: tea?) nods\x01"]
    (line,) = terry.reads()
    assert line.startswith("* bob (re ")
    assert line.endswith(" alice: tea?) nods")
    (told,) = bot.reads()
    assert (told["event"], told["text"], told["quote"]) == ("acted", "nods", "alice: tea?")
    bob.reads()
    bob.sends("CHATHISTORY LATEST #lobby * 1")
    (kept,) = [each for each in bob.messages() if each.verb == "PRIVMSG"]
    assert kept.params == ("#lobby", "\x01ACTION nods\x01")
    assert kept.tags["+reply"] == kept.tags["+draft/reply"] == asked.tags["msgid"]


def test_a_notice_that_answers_a_line_is_a_notice_and_is_kept_as_a_message():
    caps = ("message-tags", "batch", "server-time", "draft/chathistory")
    alice, bob = two(*caps, "draft/message-redaction")
    alice.sends("PRIVMSG #lobby :tea?")
    (asked,) = bob.messages()
    id_ = asked.tags["msgid"]
    bob.sends(f"@+reply={id_} NOTICE #lobby :tea.")
    (told,) = alice.messages()
    assert (told.verb, told.params) == ("NOTICE", ("#lobby", "tea."))
    assert told.tags["+reply"] == id_
    bob.sends("CHATHISTORY LATEST #lobby * 10")
    kept = [(each.verb, each.params) for each in bob.messages() if each.verb != "BATCH"]
    assert kept == [("PRIVMSG", ("#lobby", "tea?")), ("PRIVMSG", ("#lobby", "tea."))]


def test_an_action_in_a_notice_is_passed_on_to_nobody():
    alice, bob = two()
    action = "\x01ACTION waves\x01"
    assert alice.asks(f"NOTICE #lobby :{action}", f"NOTICE bob :{action}") == []
    assert bob.reads() == []


def test_nothing_answers_a_notice():
    here = Clients()
    alice, bob = here.arrive("alice"), here.arrive("bob")
    bob.sends("AWAY :lunch")
    alice.reads()
    assert alice.asks("NOTICE bob :beep", "NOTICE nobody :beep", "NOTICE #nowhere :beep") == []
    assert alice.asks("NOTICE", "NOTICE bob", "NOTICE a,b,c,d,e :beep") == []


def test_what_users_write_to_themselves_comes_back_and_its_echo_has_the_label():
    caps = ("echo-message", "labeled-response", "batch", "message-tags")
    alice = Clients().arrive("alice", *caps)
    assert sorted(alice.asks("@label=1 PRIVMSG alice :note")) == [
        ":alice!~u@chat PRIVMSG alice :note",
        "@label=1 :alice!~u@chat PRIVMSG alice :note",
    ]
    unechoed = Clients().arrive("alice", "labeled-response", "batch")
    assert unechoed.asks("@label=1 PRIVMSG alice :note") == [
        ":alice!~u@chat PRIVMSG alice :note",
        "@label=1 :chat.example ACK",
    ]
    without = Clients().arrive("alice")
    assert without.asks("PRIVMSG alice :note") == [":alice!~u@chat PRIVMSG alice :note"]


MULTILINE = ("batch", "message-tags", "draft/multiline", "echo-message")


def test_several_lines_are_one_line_of_ours_and_a_batch_for_who_can_read_it():
    here = Clients()
    alice, bob = here.arrive("alice", *MULTILINE), here.arrive("bob", *MULTILINE)
    carol, terminal = here.arrive("carol", "message-tags"), here.chat.arrive("tina")
    for each in (alice, bob, carol):
        each.reads()
    echo = alice.asks(
        "BATCH +1 draft/multiline #lobby",
        "@batch=1 PRIVMSG #lobby :one",
        "@batch=1 PRIVMSG #lobby :",
        "@batch=1 PRIVMSG #lobby :#two ",
        "@batch=1;draft/multiline-concat PRIVMSG #lobby :and a half",
        "BATCH -1",
    )
    start, *inner, end = echo
    tags, _, rest = start.partition(" ")
    assert tags.startswith("@msgid=")
    assert rest == ":alice!~u@chat BATCH +text draft/multiline #lobby"
    assert inner == [
        "@batch=text :alice!~u@chat PRIVMSG #lobby :one",
        "@batch=text :alice!~u@chat PRIVMSG #lobby :",
        "@batch=text :alice!~u@chat PRIVMSG #lobby :#two and a half",
    ]
    assert end == ":alice!~u@chat BATCH -text"
    assert bob.reads() == echo
    # Who cannot reads each line that shows something; the id stands on the first of them.
    assert carol.reads() == [
        f"{tags} :alice!~u@chat PRIVMSG #lobby :one",
        ":alice!~u@chat PRIVMSG #lobby :#two and a half",
    ]
    assert terminal.reads() == ["alice: one", "  | ", "  | #two and a half"]


def test_a_long_line_is_one_line_in_several_messages_cut_between_letters():
    here = Clients()
    bob, carol = here.arrive("bob", *MULTILINE), here.arrive("carol")
    tina = here.chat.arrive("tina")
    for each in (bob, carol):
        each.reads()
    text = "Ärger 🌍 " * 120
    tina.types(text.strip())
    start, *inner, end = bob.reads()
    assert " BATCH +text draft/multiline #lobby" in start
    assert end.endswith(" BATCH -text")
    pieces = [line.partition(" PRIVMSG #lobby :")[2] for line in inner]
    assert "".join(pieces) == text.strip()
    assert not inner[0].startswith("@batch=text;")
    assert all(line.startswith("@batch=text;draft/multiline-concat ") for line in inner[1:])
    others = carol.reads()
    assert [line.partition(" PRIVMSG #lobby :")[2] for line in others] == pieces
    assert max(len(line.encode()) for line in others) <= 510


def test_each_message_of_a_long_text_says_who_said_it_and_the_first_alone_its_id():
    here = Clients()
    erna = registered(here.chat, "erna")
    carol = here.arrive("carol", "message-tags", "account-tag")
    carol.reads()
    erna.types("k" * 900)
    first, *others = carol.reads()
    assert first.startswith("@msgid=")
    assert ";account=erna :erna!" in first
    assert others
    assert all(line.startswith("@account=erna :erna!~u@chat PRIVMSG") for line in others)


@pytest.mark.parametrize("end", ["\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
def test_one_message_is_one_line_whatever_ends_lines_elsewhere(end):
    alice, bob = two()
    assert alice.asks(f"PRIVMSG #lobby :a{end}b", f"PRIVMSG bob :c{end}d") == []
    assert bob.reads() == [
        ":alice!~u@chat PRIVMSG #lobby :a b",
        ":alice!~u@chat PRIVMSG bob :c d",
    ]


def test_a_batch_that_is_no_text_is_refused_and_nothing_is_said():
    alice, bob = two("batch", "message-tags", "draft/multiline")
    assert alice.asks("BATCH +1 draft/multiline #lobby", "@batch=2 PRIVMSG #lobby :hi") == [
        ":chat.example FAIL BATCH MULTILINE_INVALID :There is no such batch."
    ]
    assert alice.asks("BATCH -1") == []
    assert bob.reads() == []


def test_who_has_not_asked_for_batches_cannot_send_one():
    alice = Clients().arrive("alice")
    (line,) = alice.asks("BATCH +1 draft/multiline #lobby")
    assert line.split()[1:4] == ["421", "alice", "BATCH"]


def test_an_action_of_several_lines_is_one_in_each():
    alice, bob = two("batch", "draft/multiline")
    alice.sends(
        "BATCH +1 draft/multiline #lobby", "@batch=1 PRIVMSG #lobby :\x01ACTION waves\x01",
        "@batch=1 PRIVMSG #lobby :and smiles", "BATCH -1",
    )  # fmt: skip
    assert bob.reads() == [
        f":alice!~u@chat PRIVMSG #lobby :\x01ACTION {each}\x01" for each in ("waves", "and smiles")
    ]
