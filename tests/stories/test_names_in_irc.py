"""
Ranks in rooms that change without a word: clients of IRC keep a list of names, which stays right.
"""

from shared_irc import Client, Clients

from twisted_chat.testing import Chat

PASSWORD = "correct-horse"


def a_room(nick: str = "olga") -> tuple[Clients, Client, Client]:
    """
    Return a server, the owner of #den, and bob, who is in it.
    """
    here = Clients(Chat())
    owner, bob = here.arrive(nick), here.arrive("bob")
    owner.sends(f"PRIVMSG NickServ :REGISTER {PASSWORD}", "JOIN #den")
    bob.sends("JOIN #den")
    owner.reads()
    bob.reads()
    return here, owner, bob


def names(client: Client) -> set[str]:
    (line, _) = client.asks("NAMES #den")
    return set(line.rpartition(":")[2].split())


def test_an_owner_who_enters_again_is_shown_as_owner() -> None:
    _, owner, bob = a_room()
    owner.sends("PART #den", "JOIN #den")
    assert bob.reads() == [
        ":olga!~u@chat PART #den",
        ":olga!~u@chat JOIN :#den",
        ":chat.example MODE #den +q olga",
    ]
    assert names(bob) == {"~olga", "bob"}


def test_a_guest_who_logs_in_is_shown_with_the_rank_of_their_account() -> None:
    here, owner, bob = a_room()
    owner.sends("QUIT")
    guest = here.arrive("guest")
    guest.sends("JOIN #den")
    bob.reads()
    guest.sends(f"PRIVMSG NickServ :IDENTIFY olga {PASSWORD}")
    assert bob.reads() == [
        ":guest!~u@chat NICK :olga",
        ":chat.example MODE #den +q olga",
    ]
    assert ":chat.example MODE #den +q olga" in guest.reads()


def test_one_rank_takes_the_place_of_another() -> None:
    _, owner, bob = a_room()
    owner.sends("MODE #den +v bob", "MODE #den +o bob")
    assert bob.reads() == [
        ":olga!~u@chat MODE #den +v bob",
        ":olga!~u@chat MODE #den +o bob",
        ":chat.example MODE #den -v bob",
    ]
    owner.sends("MODE #den -o bob")
    assert bob.reads() == [":olga!~u@chat MODE #den -o bob"]
    assert names(bob) == {"~olga", "bob"}


def test_an_account_that_is_here_under_another_nick_is_told_by_that() -> None:
    _, owner, bob = a_room()
    bob.sends(f"PRIVMSG NickServ :REGISTER {PASSWORD}", "NICK bobby")
    owner.sends("MODE #den +o bobby")
    bob.reads()
    owner.sends("MODE #den -o bobby")
    assert bob.reads() == [":olga!~u@chat MODE #den -o bobby"]


def test_who_deletes_their_account_owns_the_room_no_more() -> None:
    here, owner, bob = a_room()
    terminal = here.chat.connect()
    terminal.types("olga", PASSWORD, "/unregister", PASSWORD)
    assert ":chat.example MODE #den -q olga" in bob.reads()
    assert names(bob) == {"olga", "bob"}
    assert ":chat.example MODE #den -q olga" in owner.reads()


def test_who_silences_a_mask_as_elsewhere_loses_no_channel() -> None:
    _, owner, bob = a_room()
    (line,) = owner.asks("MODE #den -q bob")
    assert line.startswith(":chat.example NOTICE olga :bob does not own #den.")
    (line,) = owner.asks("MODE #den -q")
    assert line == ":chat.example 696 olga #den q * :It needs a nick."
    assert bob.reads() == []
    assert names(bob) == {"~olga", "bob"}


def test_a_new_name_of_who_is_ignored_is_told_as_nobody_stays_behind() -> None:
    here, _, bob = a_room()
    eve, watcher = here.arrive("eve"), here.chat.arrive("walt")
    eve.sends("JOIN #den")
    watcher.types("/join den", "/ignore eve")
    bob.sends("IGNORE eve")
    bob.reads()
    watcher.reads()
    eve.sends("NICK eva", "PRIVMSG #den :hello", "PART #den")
    assert bob.reads() == [":eve!~u@chat NICK :eva", ":eva!~u@chat PART #den"]
    # At a terminal a name is words, and is hidden.
    assert watcher.reads() == ["*** eva has left #den ***"]


def test_why_a_user_is_away_is_hidden_from_who_ignores_them() -> None:
    here, _, _ = a_room()
    alice = here.arrive("alice", "away-notify")
    eve = here.arrive("eve")
    alice.sends("JOIN #den", "IGNORE eve")
    alice.reads()
    eve.sends("AWAY :rude words")
    # They share the lobby.
    assert alice.reads() == [":eve!~u@chat AWAY :away"]
    eve.sends("JOIN #den")
    assert alice.reads() == [":eve!~u@chat JOIN :#den", ":eve!~u@chat AWAY :away"]


def test_who_is_ignored_does_not_learn_it_by_their_own_join() -> None:
    here, _, bob = a_room()
    eve = here.arrive("eve", "extended-join", "setname")
    eve.asks("SETNAME :Eve of Eden")
    bob.sends("IGNORE eve")
    assert eve.asks("JOIN #zebra")[0] == ":eve!~u@chat JOIN #zebra * :Eve of Eden"
