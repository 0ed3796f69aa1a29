"""
Verifier: whether a password is the right one, and how often one may be wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from attrs import evolve
from logins import SECRET, register
from shared_accounts import come_in, registered
from stores import HangingStore
from twisted.internet.defer import Deferred
from twisted.logger import capturedLogs, formatEvent, globalLogPublisher

from twisted_chat.auth.throttle import AT_ONCE
from twisted_chat.limits import Limits
from twisted_chat.store.allowances import AllowanceKept
from twisted_chat.store.records import Change
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import NO_LIMITS, Chat, MemoryHasher

FAR = "10.0.0.7"


def test_a_guess_that_was_not_checked_is_given_back_also_after_a_restart() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    register(chat, "alice")
    chat.hub.verifier._hasher.is_busy = True
    eve = chat.connect(FAR)
    eve.types("alice", "a guess")
    assert "The server is busy with logins, please try again in a moment." in eve.reads()
    again = Chat(store=store)
    read = []
    for count in (3, AT_ONCE - 3):
        eve = again.connect(FAR)
        eve.types("alice", *["a guess"] * count)
        read += eve.reads()
    assert read.count("Wrong name or password.") == AT_ONCE
    assert not any("please wait" in line for line in read)


class Waiting(MemoryHasher):
    """
    A hasher whose answer comes when it is told to.
    """

    def verify(self, hash: str | None, password: str) -> Deferred[bool]:  # noqa: A002
        self.answer: Deferred[bool] = Deferred()
        self.right = super().verify(hash, password)
        return self.answer


def used(store: MemoryStore) -> list[str]:
    """
    Return the addresses and accounts of which guesses are used up, as a next server knows it.
    """
    return [row.address for row in store.load().allowances if row.whole_at]


def test_a_server_that_ends_while_a_password_is_looked_at_has_used_up_no_guess() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    register(chat, "alice").hangs_up()
    hasher = chat.hub.verifier._hasher = Waiting()
    alice = chat.connect(FAR)
    alice.types("alice", SECRET)
    # As it would be after a kill here.
    assert used(store) == []
    hasher.answer.callback(True)
    chat.advance()
    assert any("You are in #lobby as alice" in line for line in alice.reads())
    assert used(store) == []


def test_a_wrong_password_is_kept_as_a_guess_before_its_answer_is_read() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    register(chat, "alice").hangs_up()
    hasher = chat.hub.verifier._hasher = Waiting()
    eve = chat.connect(FAR)
    eve.types("alice", "a guess")
    eve.reads()
    kept_when_told: list[list[str]] = []
    write = eve.transport.write
    eve.transport.write = lambda data: (kept_when_told.append(used(store)), write(data))[1]
    hasher.answer.callback(False)
    chat.advance()
    assert "Wrong name or password." in eve.reads()
    assert sorted(kept_when_told[0]) == ["", FAR]


def test_the_password_is_the_right_one_however_it_is_typed() -> None:
    chat = Chat()
    register(chat, "alice")
    second = chat.connect()
    # A wide space is the same as a narrow one (RFC 8265, section 4.2).
    second.types("alice", SECRET.replace(" ", "\u3000"))
    assert "You are in #lobby as alice, from 2 connections." in second.reads()


CANNOT_CHECK = (
    "That password cannot be checked now, please try again later. The server's log says why."
)


class NotingStore(MemoryStore):
    """
    A store that notes what it is given.
    """

    def __init__(self) -> None:
        super().__init__()
        self.noted: list[Change] = []

    def write(self, changes: Sequence[Change]) -> Deferred[None]:
        self.noted += changes
        return super().write(changes)


def test_an_unknown_name_and_a_wrong_password_are_answered_with_the_same_words() -> None:
    chat = Chat()
    registered(chat, "alice").hangs_up()
    bob = chat.arrive("bob")
    answers = []
    for name in ("alice", "nobody-at-all"):
        bob.types(f"/login {name}")
        assert bob.prompt == "Password: "
        bob.types("wrong password")
        answers.append(bob.reads())
        bob.types("")
        bob.reads()
        chat.advance(3)
    assert answers == [["Wrong name or password."]] * 2


def test_guesses_run_out_and_the_owner_comes_in_all_the_same_from_where_they_came_before() -> None:
    chat = Chat()
    registered(chat, "alice", "10.0.0.1").hangs_up()
    mallory = chat.arrive("mallory", "10.0.0.2")
    for _ in range(5):
        mallory.types("/login alice", "wrong password")
    mallory = chat.arrive("mallory2", "10.0.0.2")
    mallory.types("/login alice", SECRET)
    assert mallory.reads()[-1:] == ["Too many wrong passwords, please wait 60 s."]
    alice = come_in(chat, "alice", host="10.0.0.1")
    assert alice.reads()[-1] == "Type /help for help."


def test_a_user_who_keeps_guessing_does_not_keep_the_owner_out_of_a_new_address() -> None:
    chat = Chat()
    registered(chat, "alice", "10.0.0.1").hangs_up()

    def mallory_guesses() -> None:
        mallory = chat.arrive("mallory", "10.0.0.2")
        for _ in range(5):
            mallory.types("/login alice", "wrong password")
        mallory.hangs_up()

    mallory_guesses()
    guest = chat.arrive("guest", "10.9.0.1")
    guest.types("/login alice", SECRET)
    assert guest.reads()[-1] == "Too many wrong passwords, please wait 60 s."
    guest.hangs_up()
    for _ in range(6):
        chat.advance(10)
        mallory_guesses()
    guest = chat.arrive("guest", "10.9.0.1")
    guest.types("/login alice", SECRET)
    assert guest.reads()[-1] == "You are now known as alice."


def lines_of_guesses(type_guesses: Callable[[], None]) -> list[str]:
    """
    Return what the log says of wrong passwords while they are typed.
    """
    with capturedLogs() as events:
        type_guesses()
    lines = [str(formatEvent(event)) for event in events]
    return [line for line in lines if "wrong password for" in line]


def test_a_wrong_password_is_one_line_in_the_log_that_names_the_account_and_the_address() -> None:
    chat = Chat()
    registered(chat, "alice", "10.0.0.1").hangs_up()

    def guess() -> None:
        # The second is no name that anybody has; it may be a password.
        chat.arrive("mallory", "10.0.0.2").types("/login alice", "a wrong guess")
        chat.arrive("eve", "10.0.0.3").types("/login kanarienvogel", "another guess")

    assert lines_of_guesses(guess) == [
        "Connection 2 from '10.0.0.2' gave a wrong password for 'alice'",
        "Connection 3 from '10.0.0.3' gave a wrong password for no account",
    ]


def test_a_wrong_password_of_a_room_is_logged_too() -> None:
    chat = Chat()
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    alice.types("/join vault", "/lock", SECRET, SECRET)
    assert lines_of_guesses(lambda: bob.types("/join vault", "a wrong guess")) == [
        "Connection 2 from '127.0.0.1' gave a wrong password for #vault"
    ]


def test_many_wrong_passwords_cannot_fill_the_log() -> None:
    chat = Chat()

    def guess() -> None:
        for number in range(300):
            mallory = chat.arrive("mallory", f"10.0.{number // 200}.{number % 200}")
            # Guesses at one name run out earlier.
            mallory.types(f"/login name{number}", "a wrong guess")
            mallory.hangs_up()

    assert len(lines_of_guesses(guess)) == 20


def test_a_long_wait_for_a_guess_is_told_in_minutes() -> None:
    chat = Chat()
    registered(chat, "alice", "10.0.0.1").hangs_up()
    waits = []
    for number in range(2, 10):
        mallory = chat.arrive("mallory", f"10.{number}.0.1")
        mallory.types("/login alice", "wrong password")
        waits.append(mallory.reads()[-1].rpartition("please wait ")[2])
        mallory.hangs_up()
    assert waits[5:] == ["60 s.", "120 s.", "3 min."]


def test_the_store_is_told_of_guesses_but_not_of_refused_ones() -> None:
    store = NotingStore()
    chat = Chat(store=store)
    registered(chat, "alice", "10.0.0.1").hangs_up()
    for place in range(2, 12):
        mallory = chat.arrive("mallory", f"10.0.0.{place}")
        store.noted.clear()
        mallory.types("/login alice", "wrong password")
        assert any(isinstance(change, AllowanceKept) for change in store.noted) == (place < 7)
        mallory.hangs_up()


def test_a_user_who_is_told_to_try_again_has_not_guessed() -> None:
    chat = Chat()
    registered(chat, "alice", "10.0.0.1").hangs_up()
    bob = chat.arrive("bob", "10.0.0.2")
    hasher = chat.hub.verifier._hasher
    assert isinstance(hasher, MemoryHasher)
    hasher.is_busy = True
    for _ in range(6):
        bob.types("/login alice", SECRET)
        assert bob.reads()[-1].startswith("The server is busy with logins")
    hasher.is_busy = False
    bob.types("/login alice", SECRET)
    assert bob.reads()[-1] == "You are now known as alice."


def test_what_was_guessed_is_remembered_over_a_restart() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    registered(chat, "alice", "10.0.0.1").hangs_up()
    mallory = chat.arrive("mallory", "10.0.0.2")
    for _ in range(5):
        mallory.types("/login alice", "wrong password")
    again = Chat(store=store)
    mallory = again.arrive("mallory", "10.0.0.2")
    mallory.types("/login alice", SECRET)
    assert mallory.reads()[-1:] == ["Too many wrong passwords, please wait 60 s."]


def test_a_password_typed_where_a_name_belongs_is_kept_nowhere() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    bob = chat.arrive("bob")
    bob.types(f"/login {SECRET.replace(' ', '-')}", "nothing", "/login correcthorse", "nothing")
    dump = "\n".join(store._connection.iterdump())
    assert "horse" not in dump


def test_no_password_is_logged_whatever_goes_wrong() -> None:
    lines: list[str] = []

    def keep(event: dict[str, object]) -> None:
        lines.append(str(formatEvent(event)) + repr(event))

    class Broken(MemoryStore):
        def credentials(self, account: int) -> object:  # type: ignore[override]
            raise RuntimeError(f"nothing for {SECRET}")

    globalLogPublisher.addObserver(keep)
    try:
        chat = Chat(store=Broken(), limits=Limits())
        alice = chat.arrive("alice")
        alice.types("/register", SECRET, SECRET)
        bob = chat.arrive("bob")
        bob.types("/login alice", SECRET)
        assert bob.reads()[-1] == CANNOT_CHECK
    finally:
        globalLogPublisher.removeObserver(keep)
    assert lines
    assert not [line for line in lines if "horse" in line]


def test_a_wrong_code_is_a_guess_of_its_address_and_a_right_one_is_none() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    alice = registered(chat, "alice")
    eve = chat.connect(FAR)
    eve.types("/link BCDF-GHJK")
    assert used(store) == [FAR]
    alice.reads()
    for number in range(1, 20):
        alice.types("/link")
        code = alice.reads()[0].split()[3].strip(".")
        host = f"10.0.1.{number}"
        chat.connect(host).types(f"/link {code}")
    assert used(store) == [FAR]


def test_a_code_that_nobody_can_look_up_costs_no_guess_and_says_so() -> None:
    store = HangingStore()
    chat = Chat(store=store, limits=evolve(NO_LIMITS, registration="invite"))
    ada = chat.arrive("ada", FAR)
    store.holds = ("invitations",)
    ada.types("/register BCDF-GHJK-LMNP-QRST")
    for _ in range(10):
        chat.advance(1)
    assert ada.reads() == ["The database does not answer, please try again later."]
    assert used(store) == []
