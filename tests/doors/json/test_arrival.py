"""
Programs come in.
"""

from coming_back import PASSWORD, come, come_back, names, registered, token_of
from shared_json import Programs
from stores import SlowStore

from twisted_chat.limits import Limits
from twisted_chat.testing import BEGINNING, Chat


def test_hello_is_answered_with_the_version_and_who_one_is() -> None:
    bot = Programs().connect()
    assert bot.reads() == []
    entered, welcome, hello, done = bot.asks("hello", name="alice", label="h1")
    assert (entered["event"], entered["room"]) == ("entered", "lobby")
    assert (welcome["event"], welcome["rooms"]) == ("welcome", ["lobby"])
    assert hello["event"] == "hello"
    assert (hello["version"], hello["nick"], hello["account"]) == (1, "alice", "")
    assert hello["max_message"] == 16384
    assert done == {"event": "done", "at": BEGINNING, "label": "h1"}
    assert {each["label"] for each in (entered, welcome, hello)} == {"h1"}


def test_the_owner_of_an_account_says_hello_with_the_password() -> None:
    here = Programs()
    here.arrive("alice").asks("command", name="register", args={"password": PASSWORD})
    bot = here.connect()
    assert [each["error"] for each in bot.asks("hello", name="Alice")] == ["password-required"]
    (wrong,) = bot.asks("hello", name="Alice", password="tea", label="w")
    assert (wrong["error"], wrong["label"]) == ("wrong-password", "w")
    answers = bot.asks("hello", name="Alice", password=PASSWORD, label="h")
    assert answers[-1]["event"] == "done"
    (hello,) = [each for each in answers if each["event"] == "hello"]
    assert (hello["nick"], hello["account"]) == ("alice", "alice")
    said, _ = bot.asks("say", text="it is me", label="s")
    assert said["account"] == "alice"


def test_a_script_comes_to_an_account_beside_the_client_that_has_its_token() -> None:
    here = Programs()
    client = here.arrive("alice")
    client.asks("command", name="register", args={"password": PASSWORD})
    client.asks("bye")
    client = here.connect()
    (token,) = [
        each["token"]
        for each in client.asks("hello", name="alice", password=PASSWORD)
        if each["event"] == "hello"
    ]
    script = here.connect()
    hello = next(
        each
        for each in script.asks("hello", token=token, resume=False)
        if each["event"] == "hello"
    )
    assert (hello["account"], hello["is_resumed"], hello["token"]) == ("alice", False, "")
    client.reads()
    script.asks("say", text="from a script")
    assert [each["text"] for each in client.reads()] == ["from a script"]
    assert client.is_connected
    # What a guest has is the session alone.
    guest = here.connect()
    (token,) = [
        each["token"] for each in guest.asks("hello", name="bob") if each["event"] == "hello"
    ]
    (refused,) = here.connect().asks("hello", token=token, resume=False)
    assert refused["error"] == "unknown-token"
    assert guest.is_connected


def test_a_hello_that_a_ban_refuses_is_told_which_and_nothing_else() -> None:
    here = Programs()
    bob = here.arrive("bob")
    here.chat.hub.find_user("bob").roles.add("operator")
    bob.asks("command", text="/serverban eve 1h spam")
    eve = here.connect()
    (told,) = eve.asks("hello", name="eve", label="h")
    assert (told["event"], told["is_yours"], told["label"]) == ("sanctioned", True, "h")
    assert (told["sanction"]["kind"], told["sanction"]["reason"]) == ("ban", "spam")
    assert not eve.is_connected


# -- what it costs --------------------------------------------------------------------------------


def slow() -> Programs:
    """
    Return a server where a user may ask for four things at once, and for two a second after that.
    """
    limits = Limits(rate=2.0, burst=4, max_per_host=0, history_lines=0)
    return Programs(Chat(limits=limits))


def test_coming_back_costs_as_much_as_a_page_of_history_at_whatever_connection() -> None:
    here = slow()
    _, token = come(here)
    # Of the four, one was spent on the first hello, and a page is four.
    assert names(come_back(here, token, 0)[1])[-1] == "done"
    second, answers = come_back(here, token, 0)
    third, answers_too = come_back(here, token, 0)
    assert (answers, answers_too) == ([], [])
    here.chat.advance(0.9)
    assert second.reads() == []
    here.chat.advance(0.2)
    assert names(second.reads())[-1] == "done"
    here.chat.advance(1.7)
    assert third.reads() == []
    here.chat.advance(0.3)
    assert names(third.reads())[-1] == "done"
    # Of others nobody waits for that.
    assert names(here.connect().asks("hello", name="bob", label="h"))[-1] == "done"


def test_who_has_to_wait_before_coming_back_has_given_a_name_in_time() -> None:
    limits = Limits(rate=2.0, burst=4, max_per_host=0, history_lines=0, login_timeout=60.0)
    here = Programs(Chat(limits=limits))
    first, token = come(here)
    # Three hundred lines are two and a half minutes.
    first.asks("say", text="\n".join(["tea"] * 300))
    back, answers = come_back(here, token)
    assert answers == []
    for _ in range(130):
        here.chat.advance(1)
    assert (back.reads(), back.is_connected) == ([], True)
    for _ in range(20):
        here.chat.advance(1)
    assert names(back.reads())[-1] == "done"
    # Who says nothing is still sent away.
    silent = here.connect()
    for _ in range(61):
        here.chat.advance(1)
    assert not silent.is_connected


def test_a_program_that_is_gone_before_its_turn_takes_no_session_over() -> None:
    here = slow()
    _, token = come(here)
    back, _ = come_back(here, token)
    waiting, answers = come_back(here, token)
    assert answers == []
    waiting.transport.hang_up()
    here.chat.advance(60)
    assert back.is_connected
    assert names(back.asks("ping", label="p")) == ["done"]


def test_two_connections_that_come_with_one_token_at_the_same_moment_are_two_sessions() -> None:
    store = SlowStore(is_slow=False, slow=("credentials",))
    here = Programs(Chat(store=store))
    client, token = registered(here)
    client.asks("bye")
    store.is_slow = True
    both = [here.connect(), here.connect()]
    for each in both:
        assert each.asks("hello", token=token) == []
    store.answers(len(store.asked))
    store.is_slow = False
    here.chat.advance()
    tokens = [token_of(each.reads()) for each in both]
    assert len(set(tokens)) == 2
    assert len(here.chat.hub.find_user("alice").sessions) == 2
    # Each is held, and comes back, by itself.
    for each in both:
        each.transport.hang_up()
    for each in tokens:
        _, answers = come_back(here, each)
        (hello,) = [told for told in answers if told.get("event") == "hello"]
        assert (hello["is_resumed"], hello["token"]) == (True, each)


def test_a_name_of_a_device_that_is_too_long_is_refused() -> None:
    bot = Programs().connect()
    (refused,) = bot.asks("hello", name="alice", device="x" * 65)
    assert refused["message"] == "The member device must be a string of at most 64 characters."
    assert names(bot.asks("hello", name="alice", device="x" * 64))[-1] == "hello"


def test_who_is_not_to_be_held_leaves_with_the_connection() -> None:
    here = Programs()
    bob = here.arrive("bob")
    script = here.connect()
    (hello,) = [
        each
        for each in script.asks("hello", name="script", hold=False)
        if each["event"] == "hello"
    ]
    assert hello["token"] == ""
    bob.reads()
    script.transport.hang_up()
    here.chat.advance()
    assert [each["event"] for each in bob.reads()] == ["quit"]
