"""
The arrival: which hello is said, and what is asked after a refusal.
"""

import pytest
from shared_client import rows

from twisted_chat.client.errors import NotConnected, NotLoggedIn, Refused
from twisted_chat.client.talk.arrival import Arrival, Identity
from twisted_chat.client.talk.outgoing import Outgoing
from twisted_chat.client.talk.questions import Questions


def arrival(identity: Identity, *, can_ask: bool = True) -> tuple[Arrival, Questions, Outgoing]:
    questions, outgoing = Questions(), Outgoing()
    return Arrival(identity, questions, outgoing, can_ask), questions, outgoing


def hellos(outgoing: Outgoing) -> list[dict[str, object]]:
    always = {"label", "sentences", "questions"}
    said = [{k: v for k, v in each.items() if k not in always} for each in outgoing.outbox]
    outgoing.outbox.clear()
    return said


def test_a_token_comes_before_a_name_and_without_a_password() -> None:
    coming, _, outgoing = arrival(Identity("ada", "t", "laptop", "secret"))
    coming.say_hello({"lobby": 7}, 9)
    assert hellos(outgoing) == [
        {"request": "hello", "device": "laptop", "token": "t", "last": {"lobby": 7}, "seen": 9}
    ]
    coming.token_changed("t2")
    coming.say_hello({})
    assert [each["token"] for each in hellos(outgoing)] == ["t2"]
    beside, _, outgoing = arrival(Identity("ada", "t", resumes=False))
    beside.say_hello({})
    assert hellos(outgoing) == [{"request": "hello", "token": "t", "last": {}, "resume": False}]


def test_a_name_comes_with_the_password_that_was_asked_for() -> None:
    coming, questions, outgoing = arrival(Identity("ada"))
    coming.say_hello({})
    assert hellos(outgoing) == [{"request": "hello", "name": "ada"}]
    assert rows(list(coming.refused("password-required", "A password is needed."))) == []
    assert questions.current is not None
    assert questions.current.is_secret
    questions.answer("secret")
    assert hellos(outgoing) == [{"request": "hello", "name": "ada", "password": "secret"}]
    assert rows(list(coming.refused("wrong-password", "Wrong."))) == ["! Wrong."]
    # No password: another name.
    questions.answer("")
    questions.answer(" eve ")
    assert hellos(outgoing) == [{"request": "hello", "name": "eve"}]
    coming.came_in({"nick": "Eve", "token": "new"})
    assert coming.identity == Identity("Eve", "new")
    coming.renamed("eva")
    assert coming.identity.name == "eva"


def test_what_is_kept_of_a_name_that_is_given_is_used() -> None:
    questions, outgoing = Questions(), Outgoing()
    known = {"ada": Identity("ada", "kept")}
    coming = Arrival(Identity(), questions, outgoing, known=known.__getitem__)
    coming.say_hello({})
    questions.answer("ada")
    assert [each["token"] for each in hellos(outgoing)] == ["kept"]


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("server-full", NotConnected),
        ("no-such-door", Refused),
        ("banned", NotLoggedIn),
        ("not-encrypted", NotLoggedIn),
    ],
)
def test_where_nothing_helps_it_ends(code: str, error: type[Exception]) -> None:
    coming, _, _ = arrival(Identity("ada"))
    with pytest.raises(error, match=r"^That is so\.$"):
        list(coming.refused(code, "That is so."))


def test_a_script_is_not_asked() -> None:
    coming, _, _ = arrival(Identity(), can_ask=False)
    with pytest.raises(NotLoggedIn, match="A name is needed: --name gives one"):
        coming.say_hello({})
    for code in ("nick-in-use", "password-required"):
        with pytest.raises(NotLoggedIn):
            list(coming.refused(code, "No."))


def test_a_token_that_is_not_known_gives_way_to_the_name() -> None:
    coming, _, outgoing = arrival(Identity("ada", "old"))
    assert list(coming.refused("unknown-token", "Not known.")) == []
    assert hellos(outgoing) == [{"request": "hello", "name": "ada"}]


def test_a_code_from_another_device_is_typed_in_the_place_of_a_name() -> None:
    coming, questions, outgoing = arrival(Identity(device="laptop"))
    coming.say_hello({})
    questions.answer("/link KHTP-WMQD")
    (hello,) = hellos(outgoing)
    assert hello["link"] == "KHTP-WMQD"
    assert "name" not in hello
    assert rows(list(coming.refused("link-refused", "No."))) == ["! No."]
    questions.answer("/LINK bcdf ghjk")
    assert [each["link"] for each in hellos(outgoing)] == ["bcdf ghjk"]
    coming.came_in({"nick": "Ada", "token": "new"})
    # The code was good once.
    coming.say_hello({})
    assert [each.get("link") for each in hellos(outgoing)] == [None]


def test_link_alone_asks_for_the_code() -> None:
    coming, questions, outgoing = arrival(Identity())
    coming.say_hello({})
    questions.answer(" /link ")
    assert questions.current is not None
    assert questions.current.prompt == "The code of /link at the other device: "
    assert hellos(outgoing) == []
    questions.answer("")
    assert questions.current is not None
    assert questions.current.prompt == "Your name: "
    questions.answer("/link")
    questions.answer("KHTP-WMQD")
    (hello,) = hellos(outgoing)
    assert hello["link"] == "KHTP-WMQD"


@pytest.mark.parametrize("typed", ["/link", "/help", "/link KHTP-WMQD"])
def test_nothing_is_kept_of_what_is_no_name(typed: str) -> None:
    names: list[str] = []

    def known(name: str) -> Identity:
        names.append(name)
        return Identity(name)

    questions, outgoing = Questions(), Outgoing()
    coming = Arrival(Identity(), questions, outgoing, known=known)
    coming.say_hello({})
    questions.answer(typed)
    assert [name for name in names if name] == []


@pytest.mark.parametrize("code", ["", "BCDF-GHJK-LMNP-QRST"])
def test_a_newcomer_registers_where_guests_are_not_let_in(code: str) -> None:
    coming, questions, outgoing = arrival(Identity("ada"))
    coming.say_hello({})
    hellos(outgoing)
    told = rows(list(coming.refused("guests-not-let-in", "Guests are not let in.")))
    assert told == ["! Guests are not let in."]
    questions.answer(f"/register ada {code}")
    for _ in range(2):
        assert questions.current is not None
        assert questions.current.is_secret
        questions.answer("correct horse")
    given = {"name": "ada", "password": "correct horse", "register": True, "invitation": code}
    assert hellos(outgoing) == [{"request": "hello", **given}]


def test_two_passwords_that_differ_register_nothing() -> None:
    coming, questions, outgoing = arrival(Identity())
    coming.say_hello({})
    for typed in ("/register ada", "correct horse", "correct hoarse"):
        questions.answer(typed)
    assert hellos(outgoing) == []
    assert questions.current is not None
    assert questions.current.prompt == "Your name: "
