"""
Lookups: a name that looks the same as a user's finds that user, and no other.
"""

import pytest
from logins import SECRET, register, told

from twisted_chat.store.records import AccountMade
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import Chat, MemoryHasher, Person

# A name, and how it is typed on another keyboard.
SPELT = [
    ("Лук\u02bcянець", "Лук'янець"),
    ("Лук'янець", "лук\u2019янець"),
    ("İbrahim", "ibrahim"),
    ("Yıldız", "yildiz"),
    ("علی", "علي"),
    ("كريم", "کریم"),
    ("Νίκος", "ΝΙΚΟΣ"),
    ("Фёдор", "федор"),
    ("נֹעַם", "נעם"),
    ("نور٣", "نور۳"),
    ("Ka\u02bbiulani", "ka'iulani"),
    ("比尔・盖茨", "比尔·盖茨"),
    ("רמב״ם", 'רמב"ם'),
]


@pytest.mark.parametrize(("name", "typed"), SPELT)
def test_an_owner_comes_in_however_their_name_is_spelt(name: str, typed: str) -> None:
    chat = Chat()
    register(chat, name).hangs_up()
    owner = chat.connect()
    owner.types(typed, SECRET)
    assert owner.reads()[-2] == f"You are in #lobby as {name}. Nobody else is here yet."
    owner.hangs_up()
    guest = chat.arrive("alice")
    assert told(guest, f"/login {typed}", SECRET)[-1] == f"You are now known as {name}."


@pytest.mark.parametrize(("name", "typed"), SPELT)
def test_a_message_finds_users_who_are_here_or_have_an_account(name: str, typed: str) -> None:
    chat = Chat()
    guest, alice = chat.arrive(name), register(chat, "alice")
    guest.reads()
    assert told(alice, f"/msg {typed} hello") == [f"[you -> {name}] hello"]
    assert guest.reads() == ["[alice -> you] hello"]
    guest.types("/register", SECRET, SECRET)
    guest.hangs_up()
    assert told(alice, f"/msg {typed} again")[-1] == (
        f"{name} is offline and will see it on returning."
    )
    assert told(alice, f"/messages {typed}")[1].endswith(f"[you -> {name}] hello")


def test_a_user_who_comes_under_anothers_name_needs_their_password() -> None:
    chat = Chat()
    register(chat, "alice")
    stranger = chat.connect()
    stranger.types("a1ice")
    assert stranger.reads()[0] == "a1ice looks like alice, which is registered."
    assert (stranger.prompt, stranger.sees_typing) == ("Password: ", False)
    stranger.types("wrong password")
    assert stranger.reads() == ["Wrong name or password."]
    stranger.types("")
    assert (stranger.reads(), stranger.prompt) == (["Cancelled."], "Enter your name: ")
    # After a pause, so that it is not taken for a password.
    chat.advance(3)
    stranger.types("carol")
    assert stranger.reads()[-2] == "You are in #lobby as carol with alice."


def test_a_name_that_looks_like_that_of_a_user_here_is_not_free() -> None:
    chat = Chat()
    chat.arrive("Фёдор")
    other = chat.connect()
    other.types("Федор")
    assert other.reads() == [
        "The name Федор looks like Фёдор, who is here; please choose another."
    ]


def test_names_that_can_be_told_apart_are_not_found_by_each_other() -> None:
    chat = Chat()
    alice = chat.arrive("alice")
    chat.arrive("zoë")
    chat.arrive("Йохан")
    alice.reads()
    assert told(alice, "/msg zoe hello", "/msg Иохан hello") == [
        "Nobody here is called zoe.",
        "Nobody here is called Иохан.",
    ]


def of_older_times() -> Chat:
    """
    Return a chat with accounts from before names that look alike were refused.
    """
    store = MemoryStore()
    for number, (name, key) in enumerate([("İbrahim", "i\u0307brahim"), ("ibrahim",) * 2], 1):
        hashed = MemoryHasher().hash(f"{SECRET} {number}").result
        store.write([AccountMade(number, name, key, hashed)])
    return Chat(store=store)


def test_each_of_two_users_who_look_alike_is_found_by_their_own_name_alone() -> None:
    chat = of_older_times()
    first, second = chat.connect(), chat.connect()
    first.types("İbrahim", f"{SECRET} 1")
    second.types("IBRAHIM", f"{SECRET} 2")
    assert second.reads()[-2] == "You are in #lobby as ibrahim with İbrahim."
    first.reads()
    alice = chat.arrive("alice")
    second.reads()
    first.reads()
    alice.types("/msg ibrahim hello", "/msg İbrahim hello", "/msg İbrahİm hello")
    assert alice.reads()[-3:] == [
        "[you -> ibrahim] hello",
        "[you -> İbrahim] hello",
        "Nobody here is called İbrahİm.",
    ]
    assert second.reads() == first.reads() == ["[alice -> you] hello"]


def test_what_is_done_against_a_user_hits_them_however_their_name_is_spelt() -> None:
    chat, guest, alice = company()
    assert told(alice, "/mute ibrahim 1h")[0].startswith("You muted İbrahim in #den")
    assert told(guest, "hello")[0].startswith("You are muted in #den by alice")
    assert told(alice, "/unmute ibrahim") == ["İbrahim is no longer muted in #den."]
    assert told(alice, "/ban ibrahim 1d")[-1].startswith("You banned İbrahim from #den")
    assert told(guest, "/join den")[0].startswith("You are banned from #den by alice")
    # By their name, which they come back with.
    guest.hangs_up()
    back = chat.arrive("İbrahim")
    assert told(back, "/join den")[0].startswith("You are banned from #den by alice")
    back.hangs_up()
    assert told(alice, "/unban ibrahim") == ["İbrahim is no longer banned from #den."]


def test_a_user_who_has_just_left_is_not_taken_for_one_with_a_similar_name() -> None:
    chat, guest, alice = company("bob")
    guest.types("spam")
    guest.hangs_up()
    other = chat.arrive("b0b")
    other.types("/join den")
    alice.reads()
    assert told(alice, "/ban bob 1d")[-1].startswith("You banned bob from #den")
    assert other.is_connected
    assert told(alice, "/who")[0].count("b0b") == 1


def test_a_user_is_ignored_however_their_name_is_spelt() -> None:
    _, guest, alice = company()
    told(alice, "/ignore ibrahim")
    guest.types("hello")
    assert alice.reads() == []
    assert told(alice, "/unignore İBRAHIM") == ["You see what İBRAHIM says again."]
    guest.types("hello")
    assert alice.reads() == ["İbrahim: hello"]


def company(name: str = "İbrahim") -> tuple[Chat, Person, Person]:
    """
    Return a chat with a guest in #den, which alice owns.
    """
    chat = Chat()
    alice, guest = register(chat, "alice"), chat.arrive(name)
    alice.types("/join den", "/leave lobby")
    guest.types("/join den", "/leave lobby")
    alice.reads()
    guest.reads()
    return chat, guest, alice
