"""
Lent roles: being an operator for a visit, by the password of another account.
"""

from __future__ import annotations

from attrs import evolve
from logins import SECRET, told
from shared_accounts import come_in, operator, registered
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from twisted_chat.errors import ChatError
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import NO_LIMITS, Chat, Person

#: Of the hosts in these tests, only this machine's connections are private.
ELSEWHERE = "192.0.2.7"
NONE = "Only operators of the server may use /announce."


def server() -> Chat:
    """
    Return a chat in which ada, who has left, is an operator of the server.
    """
    store = MemoryStore()
    chat = Chat(store=store, limits=evolve(NO_LIMITS, password_over_cleartext="warn"))
    operator(chat, store, "ada").types("/quit")
    return chat


def lent(chat: Chat, person: Person, name: str = "ada", password: str = SECRET) -> str:
    """
    Ask for the role, and return the code of the refusal; empty for none.
    """
    session = person.protocol.session
    assert session is not None
    codes: list[str] = []

    def refused(failure: Failure) -> None:
        failure.trap(ChatError)
        codes.append(failure.value.code)

    def done(_: None) -> None:
        codes.append("")

    asked = Deferred.fromCoroutine(chat.hub.lent_roles.lend(session, name, password))
    asked.addCallbacks(done, refused)
    chat.advance()
    (code,) = codes
    person.reads()
    return code


def is_operator(person: Person) -> bool:
    return told(person, "/announce tea") != [NONE]


def test_the_password_of_an_operator_makes_one_for_the_visit_who_keeps_nick_and_account() -> None:
    chat = server()
    bob = registered(chat, "bob")
    assert not is_operator(bob)
    assert lent(chat, bob) == ""
    assert is_operator(bob)
    user = chat.hub.find_user("bob")
    assert (user.nick, user.account_name) == ("bob", "bob")
    assert told(bob, "/audit 2")[0].endswith(" bob: oper ada")
    bob.types("/quit")
    assert not is_operator(come_in(chat, "bob"))


def test_wrong_passwords_are_guesses_at_that_account_and_others_lend_nothing() -> None:
    chat = server()
    gast = chat.arrive("gast")
    registered(chat, "bob")
    assert lent(chat, gast, password="wrong horse") == "wrong-password"
    assert lent(chat, gast, "nobody") == "wrong-password"
    assert lent(chat, gast, "bob") == "not-an-operator"
    assert not is_operator(gast)
    guesses = {lent(chat, gast, password=f"wrong {number}") for number in range(20)}
    assert "too-many-guesses" in guesses
    # The right one is not tried either.
    assert lent(chat, chat.arrive("other")) == "too-many-guesses"


def test_an_operator_has_no_connection_that_others_can_read() -> None:
    chat = server()
    eve = chat.arrive("eve", ELSEWHERE)
    assert lent(chat, eve) == "not-encrypted"
    registered(chat, "bob").types("/quit")
    bob = come_in(chat, "bob")
    second = chat.connect(ELSEWHERE)
    second.types("bob", SECRET)
    assert second.protocol.session is not None
    assert second.protocol.session.nick == "bob"
    assert lent(chat, bob) == "not-encrypted"
    assert not is_operator(bob)
    second.hangs_up()
    assert lent(chat, bob) == ""
    # Nor does one come later.
    second = chat.connect(ELSEWHERE)
    second.types("bob", SECRET)
    assert second.protocol.session is None or not second.protocol.session.nick


def test_a_lent_role_is_not_lent_on() -> None:
    chat = server()
    bob = registered(chat, "bob")
    assert lent(chat, bob) == ""
    assert lent(chat, chat.arrive("carol"), "bob") == "not-an-operator"


def test_the_role_ends_with_that_of_the_lender_and_what_is_ones_own_stays() -> None:
    chat = server()
    bob, dora = registered(chat, "bob"), registered(chat, "dora")
    Deferred.fromCoroutine(chat.hub.roles.grant("dora", "operator", granted=True))
    chat.advance()
    for each in (bob, dora):
        assert lent(chat, each) == ""
    assert told(dora, "/revoke ada operator") == ["ada is no longer an operator."]
    assert bob.reads() == ["You are no longer an operator."]
    assert (is_operator(bob), is_operator(dora)) == (False, True)
    assert lent(chat, bob) == "not-an-operator"


def test_another_password_of_the_lender_and_a_ban_end_it() -> None:
    chat = server()
    gast, root = chat.arrive("gast"), come_in(chat, "ada")
    assert lent(chat, gast) == ""
    root.types("/passwd", SECRET, "another horse", "another horse")
    assert not is_operator(gast)
    assert lent(chat, gast) == "wrong-password"
    assert lent(chat, gast, password="another horse") == ""
    root.types("/unregister", "another horse")
    assert not is_operator(gast)
    assert lent(chat, gast, password="another horse") == "wrong-password"


def test_who_gives_it_up_is_none_for_the_rest_of_the_visit() -> None:
    chat = server()
    gast = chat.arrive("gast")
    lent(chat, gast)
    chat.hub.lent_roles.give_up(chat.hub.find_user("gast"))
    chat.advance()
    assert gast.reads() == ["You are no longer an operator."]
    chat.hub.lent_roles.give_up(chat.hub.find_user("gast"))
    chat.advance()
    assert gast.reads() == []
    assert not is_operator(gast)


def test_a_role_that_comes_too_late_is_not_given() -> None:
    chat = server()
    gast, root = chat.arrive("gast"), come_in(chat, "ada")
    session = gast.protocol.session
    assert session is not None
    codes: list[str] = []
    asked = Deferred.fromCoroutine(chat.hub.lent_roles.lend(session, "ada", SECRET))
    asked.addErrback(lambda failure: codes.append(failure.value.code))
    chat.hub.accounts.revoke(chat.hub.world.accounts["ada"])
    chat.advance()
    assert (codes, is_operator(gast)) in ((["login-ended"], False), ([], False))
    assert root.is_connected
