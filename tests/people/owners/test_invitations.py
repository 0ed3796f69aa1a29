"""
Invitations: codes with which newcomers register, made and ended by operators.
"""

from __future__ import annotations

import re

import pytest
from attrs import evolve
from logins import SECRET
from shared_accounts import come_in, operator, registered
from shared_json import Programs
from stores import HangingStore, SlowStore
from twisted.internet.defer import Deferred
from twisted.logger import capturedLogs

from twisted_chat.auth.codes import hash_of_code
from twisted_chat.auth.memory import MemoryHasher
from twisted_chat.store.deadlines import ANSWER_WITHIN
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import NO_LIMITS, Chat, Person

INVITE = evolve(NO_LIMITS, registration="invite")
WRONG = "That invitation code is wrong, used up or over; ask for a new one."
IS_REGISTERED = "is registered to you. From now on, that name needs your password."


def boss_of(chat: Chat) -> Person:
    """
    Return an operator of a server that needs invitations now.
    """
    store = chat.hub.store
    assert isinstance(store, MemoryStore)
    boss = operator(chat, store, "boss")
    chat.hub.world.limits = INVITE
    return boss


def code_of(boss: Person, what: str = "") -> str:
    boss.reads()
    boss.types(f"/invite-code {what}".strip())
    found = re.search(r"code is ([A-Z-]{19})\.", boss.reads()[0])
    assert found is not None
    return found[1]


def test_a_code_is_needed_and_makes_one_account() -> None:
    chat = Chat(store=MemoryStore())
    code = code_of(boss_of(chat))
    ada = chat.arrive("ada", "10.0.0.1")
    ada.types("/register")
    assert ada.prompt == "Invitation code: "
    ada.types("BCDF-GHJK-LMNP-QRST")
    assert (ada.reads(), ada.prompt) == ([WRONG], "Invitation code: ")
    ada.types(code.lower())
    assert ada.prompt == "New password: "
    ada.types(SECRET, SECRET)
    assert ada.reads()[-1] == f"ada {IS_REGISTERED}"
    ben = chat.arrive("ben", "10.0.0.2")
    ben.types(f"/register {code}")
    assert ben.reads() == [WRONG]


def test_a_code_behind_the_command_is_looked_at_before_a_password_is_asked_for() -> None:
    chat = Chat(store=MemoryStore())
    code = code_of(boss_of(chat))
    ada = chat.arrive("ada", "10.0.0.1")
    ada.types(f"/register {code.replace('-', ' ')}")
    assert ada.prompt == "New password: "
    ada.types(SECRET, SECRET)
    assert ada.reads()[-1] == f"ada {IS_REGISTERED}"


def test_a_password_behind_the_command_is_refused_where_no_code_is_needed() -> None:
    chat = Chat()
    ada = chat.arrive("ada")
    ada.types("/register hunter22")
    assert ada.reads() == [
        "No code is needed here. Type /register alone; the password is asked for."
    ]


def test_an_operator_makes_lists_and_ends_codes_and_the_trail_says_so() -> None:
    chat = Chat(store=MemoryStore())
    boss = boss_of(chat)
    code = code_of(boss, "make 3 2h")
    ada = chat.arrive("ada", "10.0.0.1")
    ada.types(f"/register {code}", SECRET, SECRET)
    boss.reads()
    boss.types("/invite-code list")
    (row,) = boss.reads()
    assert row.startswith("1 by boss on ")
    assert row.endswith(", used 1 of 3 times: ada")
    boss.types("/invite-code revoke 1")
    assert boss.reads() == ["The invitation code 1 is good no more."]
    boss.types("/invite-code revoke 1")
    assert boss.reads() == ["No invitation code 1 is good now. /invite-code list lists them."]
    boss.types("/invite-code list")
    assert ", over, used 1 of 3 times: ada" in boss.reads()[0]
    ben = chat.arrive("ben", "10.0.0.2")
    ben.types(f"/register {code}")
    assert ben.reads() == [WRONG]
    boss.reads()
    boss.types("/audit")
    trail = boss.reads()
    assert "boss: invite-code make 3 until " in trail[0]
    assert trail[1].endswith("boss: invite-code revoke 1")
    assert code not in "".join(trail)


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("/invite-code make 0", "A code is good for 1 to 1000 accounts, not 0."),
        ("/invite-code make 1001", "A code is good for 1 to 1000 accounts, not 1001."),
        ("/invite-code make -1", "A code is good for 1 to 1000 accounts, not -1."),
        ("/invite-code make 1 0s", "A code must last at least one second."),
        (
            "/invite-code revoke",
            "/invite-code revoke needs the number of a code; /invite-code list numbers them.",
        ),
        (
            "/invite-code revoke 0",
            "No invitation code 0 is good now. /invite-code list lists them.",
        ),
        ("/invite-code list", "There are no invitation codes. /invite-code makes one."),
    ],
)
def test_what_cannot_be_is_named(line: str, answer: str) -> None:
    boss = boss_of(Chat(store=MemoryStore()))
    boss.types(line)
    assert boss.reads() == [answer]


def test_others_make_none() -> None:
    ada = registered(Chat(), "ada")
    ada.types("/invite-code")
    assert ada.reads() == ["Only operators of the server may use /invite-code."]


def test_a_code_ends_in_time() -> None:
    chat = Chat(store=MemoryStore())
    code = code_of(boss_of(chat), "make 1 60s")
    chat.advance(60)
    ada = chat.arrive("ada", "10.0.0.1")
    ada.types(f"/register {code}")
    assert ada.reads() == [WRONG]


@pytest.mark.parametrize("is_slow", [False, True])
def test_two_who_come_with_one_code_at_the_same_moment_make_one_account(is_slow: bool) -> None:
    store = SlowStore(is_slow=False)
    chat = Chat(store=store)
    boss = operator(chat, store, "boss")
    chat.hub.world.limits = INVITE
    code = code_of(boss)
    here = Programs(chat)
    people = [here.connect(f"10.0.0.{number}") for number in range(1, 5)]
    for number, each in enumerate(people):
        each.asks("hello", name=f"p{number}")
    store.is_slow, store.slow = is_slow, ("write", "invitations")
    for each in people:
        each.asks("command", name="register", args={"code": code, "password": SECRET})
    while store.asked:
        store.answers()
        chat.advance()
    made = [name for name in chat.hub.world.accounts if name.startswith("p")]
    assert len(made) == 1
    store.is_slow = False
    (kept,) = store.load().accounts[1:]
    assert [kept.key] == made
    boss.reads()
    boss.types("/invite-code list")
    assert boss.reads()[-1].endswith(f", used 1 of 1 times: {made[0]}")


@pytest.mark.parametrize("way", ["/passwd", "/unregister", "ban"])
def test_codes_end_with_what_opened_the_account_of_their_maker(way: str) -> None:
    chat = Chat(store=MemoryStore())
    boss = boss_of(chat)
    code = code_of(boss)
    match way:
        case "/passwd":
            boss.types("/passwd", SECRET, "battery staple", "battery staple")
        case "/unregister":
            boss.types("/unregister", SECRET)
        case _:
            account = chat.hub.world.find_account("boss")
            assert account is not None
            chat.hub.accounts.revoke(account)
            chat.advance()
    ada = chat.arrive("ada", "10.0.0.1")
    ada.types(f"/register {code}")
    assert ada.reads() == [WRONG]


def test_wrong_codes_are_guesses_and_passwords_of_that_address_wait_with_them() -> None:
    chat = Chat(store=MemoryStore())
    registered(chat, "owner").hangs_up()
    boss_of(chat)
    thief = chat.arrive("thief", "10.0.0.1")
    thief.types("/register", *[f"BCDF-GHJK-LMNP-QRS{letter}" for letter in "BCDFG"])
    assert thief.reads()[:4] == [WRONG] * 4
    assert not thief.is_connected
    again = come_in(chat, "owner", SECRET, "10.0.0.1")
    assert again.reads()[-1] == "Too many wrong passwords, please wait 60 s."


def test_a_right_code_costs_no_guess_however_often_it_is_looked_at() -> None:
    chat = Chat(store=MemoryStore())
    code = code_of(boss_of(chat), "make 9")
    ada = chat.arrive("ada", "10.0.0.1")
    for _ in range(9):
        ada.types(f"/register {code}")
        assert ada.prompt == "New password: "
        ada.types("")
        assert ada.reads()[-1] == "Cancelled."
        # What comes at once after that might be a password.
        chat.advance(2)


def test_no_code_is_kept_or_exported(tmp_path) -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    chat.hub.upkeep.exports = tmp_path
    boss = boss_of(chat)
    code = code_of(boss, "make 2 1h")
    boss.types("/export")
    (path,) = tmp_path.iterdir()
    text = path.read_text()
    assert '"type":"invitation","number":1,' in text
    assert '"uses":2,"used":0' in text
    dump = "\n".join(store._connection.iterdump())  # all that is kept
    for kept in (text, dump):
        assert code not in kept
        assert code.replace("-", "") not in kept


def test_what_can_be_no_code_is_no_guess_and_is_not_repeated() -> None:
    chat = Chat(store=MemoryStore())
    boss_of(chat)
    ada = chat.arrive("ada", "10.0.0.1")
    ada.types("/register", *["hunter22"] * 9)
    told = (
        "An invitation code has 16 letters, such as BCDF-GHJK-LMNP-QRST, and none of them is a "
        "vowel or Y."
    )
    assert ada.reads() == [told] * 9
    assert ada.prompt == "Invitation code: "


def test_a_code_that_is_revoked_in_the_same_moment_makes_no_account() -> None:
    chat = Chat(store=MemoryStore())
    boss = boss_of(chat)
    code = code_of(boss)
    ada = chat.arrive("ada", "10.0.0.1")
    ada.types(f"/register {code}", SECRET)
    with capturedLogs() as events:
        # In one turn.
        boss.transport.receive(b"/invite-code revoke 1\r\n")
        ada.transport.receive(SECRET.encode() + b"\r\n")
        chat.advance(1)
    assert ada.reads()[-1] == WRONG
    assert chat.hub.world.find_account("ada") is None
    assert [event for event in events if "log_failure" in event] == []


def test_a_code_whose_maker_goes_in_the_same_moment_makes_no_account() -> None:
    chat = Chat(store=MemoryStore())
    boss = boss_of(chat)
    code = code_of(boss)
    ada = chat.arrive("ada", "10.0.0.1")
    ada.types(f"/register {code}", SECRET)
    boss.types("/unregister")
    with capturedLogs() as events:
        boss.transport.receive(SECRET.encode() + b"\r\n")
        ada.transport.receive(SECRET.encode() + b"\r\n")
        chat.advance(1)
    assert ada.reads()[-1] == WRONG
    assert chat.hub.world.find_account("ada") is None
    assert [event for event in events if "log_failure" in event] == []


def test_a_newcomer_does_not_wait_for_ever_for_another_one_with_the_same_code() -> None:
    store = HangingStore()
    chat = Chat(store=store)
    code = code_of(boss_of(chat), "make 2")
    hash_ = hash_of_code(code)
    held = Deferred.fromCoroutine(
        chat.hub.invitations.hold(chat.connect("10.0.0.1").protocol.session, code)
    )
    assert held.called
    ada = chat.arrive("ada", "10.0.0.2")
    ada.types(f"/register {code}", SECRET, SECRET)
    ada.reads()
    chat.advance(ANSWER_WITHIN)
    assert ada.reads() == ["Another user comes with that code just now, please try again later."]
    _, let_go = held.result
    let_go()
    assert hash_ not in chat.hub.invitations._locks
    ada.types(f"/register {code}", SECRET, SECRET)
    assert ada.reads()[-1] == f"ada {IS_REGISTERED}"


def test_a_fault_of_ours_does_not_keep_a_code_from_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chat = Chat(store=MemoryStore())
    code = code_of(boss_of(chat))
    ada = chat.arrive("ada", "10.0.0.1")
    ada.types(f"/register {code}", SECRET)
    with monkeypatch.context() as patch, capturedLogs():
        patch.setattr(type(chat.hub.world), "add_account", lambda *_: 1 // 0)
        ada.types(SECRET)
    ben = chat.arrive("ben", "10.0.0.2")
    ben.types(f"/register {code}", SECRET, SECRET)
    assert ben.reads()[-1] == f"ben {IS_REGISTERED}"


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("", "invitation-needed"),
        ("nonsense", "bad-code"),
        ("BCDF-GHJK-LMNP-QRST", "wrong-code"),
    ],
)
def test_a_password_costs_nothing_without_a_good_code(code: str, why: str) -> None:
    chat = Chat(store=MemoryStore())
    boss_of(chat)
    hashed: list[str] = []

    class Counting(MemoryHasher):
        def hash(self, password: str) -> Deferred[str]:
            hashed.append(password)
            return super().hash(password)

    chat.hub.verifier._hasher = Counting()
    program = Programs(chat).connect("10.0.0.1")
    told = program.asks("hello", name="ada", password=SECRET, register=True, invitation=code)
    assert [each["error"] for each in told if "error" in each] == [why]
    assert hashed == []
