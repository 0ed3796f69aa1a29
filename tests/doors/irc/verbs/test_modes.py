"""
MODE of channels and users.
"""

from itertools import count

import pytest
from logins import come
from shared_irc import Clients, two

from twisted_chat.doors.irc.verbs.modes import modes_of, read_ban
from twisted_chat.errors import ChatError
from twisted_chat.testing import Chat


@pytest.fixture
def den():
    """
    Return a server, the owner of #den, and bob, who is in it too.
    """
    here = Clients()
    owner, bob = here.arrive("owner"), here.arrive("bob")
    owner.sends("PRIVMSG NickServ :REGISTER correct-horse", "JOIN #den")
    bob.sends("JOIN #den")
    owner.reads()
    bob.reads()
    return here, owner, bob


@pytest.mark.parametrize(
    ("mode", "shown"),
    [
        ("+m", "+nm"), ("+t", "+nt"), ("+R", "+nR"), ("+i", "+ni"), ("+N", "+nN"),
        ("+S 10", "+nS 10"), ("+k correct-horse", "+nk *"), ("+l 50", "+nl 50"),
    ],
)  # fmt: skip
def test_a_mode_is_set_told_shown_and_taken_back(den, mode, shown):
    _, owner, bob = den
    letter = mode[1]
    with_param = f":owner!~u@chat MODE #den {mode}"
    told = {"S": with_param, "l": with_param, "k": ":owner!~u@chat MODE #den +k *"}.get(
        letter, f":owner!~u@chat MODE #den +{letter}"
    )
    assert owner.asks(f"MODE #den {mode}") == [told]
    assert bob.reads() == [told]
    letters, *params = shown.split()
    expected = " ".join([":chat.example 324 owner #den", letters, *params])
    assert owner.asks("MODE #den") == [expected]
    ended = f":owner!~u@chat MODE #den -{letter}" + (" *" if letter == "k" else "")
    assert owner.asks(f"MODE #den -{letter}") == [ended]
    assert owner.asks("MODE #den") == [":chat.example 324 owner #den +n"]


def test_what_changes_nothing_is_not_told(den):
    _, owner, _ = den
    assert owner.asks("MODE #den -m", "MODE #den +n", "MODE #den -S", "MODE #den -v bob") == []


def test_several_changes_in_one_message_with_their_parameters(den):
    _, owner, bob = den
    owner.sends("MODE #den +mv-t+S bob 5")
    assert bob.reads() == [
        ":owner!~u@chat MODE #den +m",
        ":owner!~u@chat MODE #den +v bob",
        ":owner!~u@chat MODE #den +S 5",
    ]


def test_all_modes_without_a_parameter_are_done_in_one_message(den):
    _, owner, bob = den
    owner.sends("MODE #den +mtRNSi 5")
    assert bob.reads() == [
        f":owner!~u@chat MODE #den {change}" for change in ("+m", "+t", "+R", "+N", "+S 5", "+i")
    ]


def test_modes_with_a_parameter_beyond_the_limit_are_answered(den):
    here, owner, _ = den
    nicks = [f"c{number}" for number in range(1, 6)]
    for nick in nicks:
        here.arrive(nick).sends("JOIN #den")
    owner.reads()
    assert owner.asks(f"MODE #den +vvmvvv {' '.join(nicks)}") == [
        *(f":owner!~u@chat MODE #den {change}" for change in ("+v c1", "+v c2", "+m")),
        *(f":owner!~u@chat MODE #den {change}" for change in ("+v c3", "+v c4")),
        ":chat.example 696 owner #den v c5 :At most 4 modes with a parameter are set at once",
    ]


def test_what_the_same_message_takes_back_is_not_done(den):
    _, owner, bob = den
    owner.sends(f"MODE #den {'+m-m' * 50}+m")
    assert bob.reads() == [":owner!~u@chat MODE #den +m"]
    assert owner.asks(f"MODE #den {'+b' * 50}") == [
        ":owner!~u@chat MODE #den +m",
        ":chat.example 368 owner #den :End of channel ban list",
    ]
    assert owner.asks(f"MODE #den +{'xy' * 50}") == [
        ":chat.example 472 owner x :is unknown mode char to me",
        ":chat.example 472 owner y :is unknown mode char to me",
    ]


def test_ranks_are_given_and_taken(den):
    _, owner, bob = den
    owner.sends("MODE #den +o bob", "MODE #den -o bob")
    assert bob.reads() == [
        ":owner!~u@chat MODE #den +o bob",
        ":owner!~u@chat MODE #den -o bob",
    ]
    line = owner.asks("MODE #den +q bob")[-1]
    assert "A channel is owned by who makes it" in line
    assert owner.asks("MODE #den -q owner") == [":owner!~u@chat MODE #den -q owner"]


@pytest.mark.parametrize(
    ("mode", "numeric"),
    [
        ("+m", "482"), ("+n", "482"), ("-n", "482"), ("+o bob", "482"), ("+b owner", "482"),
        ("+x", "472"), ("-q owner", "482"),
    ],
)  # fmt: skip
def test_who_is_no_operator_sets_no_mode(den, mode, numeric):
    here, _, bob = den
    (line,) = bob.asks(f"MODE #den {mode}")
    assert line.split()[1] == numeric
    assert here.chat.hub.find_room("den").modes.moderated is False


def test_a_full_channel_is_entered_by_its_operators_alone(den):
    here, owner, bob = den
    owner.sends("MODE #den +l 2")
    bob.sends("PART #den")
    assert here.arrive("gast").asks("JOIN #den")[0].startswith(":gast!~u@chat JOIN")
    bob.reads()
    assert bob.asks("JOIN #den") == [
        ":chat.example 471 bob #den :#den is full, 2 people are in it."
    ]
    owner.sends("MODE #den -l")
    bob.sends("JOIN #den")
    owner.sends("MODE #den +o bob", "MODE #den +l 1")
    bob.sends("PART #den")
    bob.reads()
    assert bob.asks("JOIN #den")[0].startswith(":bob!~u@chat JOIN")


@pytest.mark.parametrize("param", ["0", "-1", "abc", ":", "1000001", "9" * 30, ""])
def test_a_limit_is_a_number_of_members(den, param):
    here, owner, _ = den
    (line,) = owner.asks(f"MODE #den +l {param}".rstrip())
    assert line == (
        ":chat.example 696 owner #den l * :The limit of members is 1 to 1,000,000, or off."
    )
    assert here.chat.hub.find_room("den").modes.limit == 0


@pytest.mark.parametrize(
    ("param", "shown"), [("x", "x"), ("", "*"), ("0", "0"), ("-1", "-1"), (":1 2", "*")]
)
def test_slow_mode_takes_a_number_of_seconds_and_anything_else_leaves_it_as_it_is(
    den, param, shown
):
    here, owner, _ = den
    owner.asks("MODE #den +S 10")
    assert owner.asks(f"MODE #den +S {param}".rstrip()) == [
        f":chat.example 696 owner #den S {shown} :Slow mode takes a number of seconds, from 1 on."
    ]
    assert here.chat.hub.find_room("den").modes.slow == 10


def test_a_ban_puts_out_and_is_listed_and_lifted(den):
    _, owner, bob = den
    assert owner.asks("MODE #den +b bob!*@*") == [
        ":owner!~u@chat MODE #den +b bob!*@*",
        ":owner!~u@chat KICK #den bob :banned",
    ]
    assert bob.reads()[0] == ":owner!~u@chat KICK #den bob :banned"
    assert bob.asks("JOIN #den")[0].split()[1] == "474"
    ban, end = owner.asks("MODE #den +b")
    assert ban.startswith(":chat.example 367 owner #den bob!*@* owner 17000000")
    assert end == ":chat.example 368 owner #den :End of channel ban list"
    assert owner.asks("MODE #den -b bob!*@*") == [":owner!~u@chat MODE #den -b bob!*@*"]
    assert bob.asks("JOIN #den")[:2] == [
        ":chat.example NOTICE bob :owner lifted your ban from #den.",
        ":bob!~u@chat JOIN :#den",
    ]


def test_a_mute_stops_from_speaking_and_who_may_not_read_the_list_reads_none(den):
    _, owner, bob = den
    owner.sends("MODE #den +b m:bob")
    bob.reads()
    assert bob.asks("PRIVMSG #den :hi")[0].split()[1:4] == ["404", "bob", "#den"]
    assert bob.asks("MODE #den b") == [":chat.example 368 bob #den :End of channel ban list"]


def test_a_ban_of_an_address_is_listed_to_who_may_not_know_that_as_one_that_hits_nobody(den):
    here, owner, _ = den
    sue = here.arrive("sue")
    here.chat.hub.users["sue"].roles.add("operator")
    sue.sends("JOIN #den", "MODE #den +b *!*@192.0.2.7")
    sue.reads()
    at = int(here.chat.hub.now())
    end = "#den :End of channel ban list"
    assert sue.asks("MODE #den b") == [
        f":chat.example 367 sue #den 192.0.2.7!*@* sue {at}",
        f":chat.example 368 sue {end}",
    ]
    owner.reads()
    assert owner.asks("MODE #den b") == [
        f":chat.example 367 owner #den *!*@an-address sue {at}",
        f":chat.example 368 owner {end}",
    ]


@pytest.mark.parametrize(
    ("mask", "read"),
    [
        ("bob", ("ban", "bob")), ("bob!*@*", ("ban", "bob")), ("bob!~u@chat", ("ban", "bob")),
        ("m:bob!*@*", ("mute", "bob")), ("*!*@192.0.2.7", ("ban", "192.0.2.7/32")),
        ("*!*@2001:db8::/32", ("ban", "2001:db8::/32")),
    ],
)  # fmt: skip
def test_a_mask_is_read_as_whom_it_means(mask, read):
    assert read_ban(mask) == read


@pytest.mark.parametrize("mask", ["*!*@*", "*!*@chat", "b?b!*@*", "*", "m:*!*@*", "m:", "!*@*"])
def test_a_mask_that_would_hit_everybody_or_nobody_is_refused(mask):
    with pytest.raises(ChatError, match="A ban is of a nick"):
        read_ban(mask)


def test_modes_of_users():
    alice = Clients().arrive("alice")
    assert alice.asks("MODE alice", "MODE bob", "MODE alice +x") == [
        ":chat.example 221 alice +i",
        ":chat.example 502 alice :You can set your own modes only",
        ":chat.example 501 alice :There is no such mode",
    ]


def test_who_would_be_visible_is_told_that_they_stay_invisible():
    alice = Clients().arrive("alice")
    for change in ("-i", "+i-i", "-ii"):
        assert alice.asks(f"MODE alice {change}") == [":chat.example 221 alice +i"]
    # Of all modes, as they are when the other changes of the message are made.
    assert alice.asks("MODE alice -i+B") == [
        ":alice!~u@chat MODE alice +B",
        ":chat.example 221 alice +iB",
    ]
    assert alice.asks("MODE alice +i", "MODE alice -i+i") == []


@pytest.mark.parametrize(
    ("mode", "answer"),
    [
        ("+o nobody", "401 alice nobody"),
        ("+o carol", "441 alice carol #den"),
        ("+v carol", "441 alice carol #den"),
        ("+o bob", "482 alice #den"),
        ("+o", "696 alice #den o *"),
        ("-v", "696 alice #den v *"),
        ("+k :", "696 alice #den k *"),
        ("+k :a b", "696 alice #den k *"),
        ("+k beer", "696 alice #den k *"),
    ],
)
def test_what_an_operator_cannot_set_says_why(mode, answer):
    here = Clients()
    alice, bob, _ = (here.arrive(nick) for nick in ("alice", "bob", "carol"))
    alice.sends("JOIN #den")
    bob.sends("JOIN #den")
    alice.reads()
    (line,) = alice.asks(f"MODE #den {mode}")
    assert line.startswith(f":chat.example {answer} :")


def test_who_does_not_operate_a_channel_learns_nothing_by_appointing():
    here = Clients()
    alice, bob, _ = (here.arrive(nick) for nick in ("alice", "bob", "carol"))
    alice.sends("JOIN #den")
    bob.sends("JOIN #den")
    bob.reads()
    for nick in ("nobody", "carol", "alice", "bob"):
        (line,) = bob.asks(f"MODE #den +o {nick}")
        assert line.startswith(":chat.example 482 bob #den :")


def test_a_room_without_modes_is_one_in_which_members_alone_speak():
    assert modes_of(Chat().hub.world.rooms["lobby"]) == "+n"


def test_a_room_cannot_be_opened_to_who_is_not_in_it(den):
    _, owner, bob = den
    (line,) = owner.asks("MODE #den -n")
    assert line == ":chat.example NOTICE owner :Only members speak in #den, so +n stays."
    assert bob.reads() == []
    assert owner.asks("MODE #den") == [":chat.example 324 owner #den +n"]


def test_a_private_room_is_opened_by_minus_i_alone(den):
    here, owner, _ = den
    assert owner.asks("MODE #den -s") == []
    assert owner.asks("MODE #den +s") == [":owner!~u@chat MODE #den +i"]
    (line,) = owner.asks("MODE #den -s")
    assert line == ":chat.example NOTICE owner :#den is private (+i); MODE #den -i opens it."
    assert here.chat.hub.find_room("den").modes.private
    assert owner.asks("MODE #den -i") == [":owner!~u@chat MODE #den -i"]


def test_who_operates_a_channel_is_given_no_voice_and_that_is_told(den):
    _, owner, bob = den
    (line,) = owner.asks("MODE #den +v owner")
    assert line == ":chat.example NOTICE owner :owner owns #den already."
    owner.sends("MODE #den +o bob")
    bob.reads()
    (line,) = owner.asks("MODE #den +v bob")[-1:]
    assert line == ":chat.example NOTICE owner :bob operates #den already."
    assert bob.reads() == []


def test_a_key_that_is_named_as_it_is_taken_away_is_no_parameter_of_what_follows(den):
    _, owner, _ = den
    owner.asks("MODE #den +k correct-horse")
    assert owner.asks("MODE #den -k+l correct-horse 7") == [
        ":owner!~u@chat MODE #den -k *",
        ":owner!~u@chat MODE #den +l 7",
    ]


@pytest.mark.parametrize("change", ["+k", "+v", "+o", "+S", "+S x", "+l", "-s", "+v owner", "-n"])
def test_who_may_not_set_a_mode_is_told_that_and_not_what_is_wrong_with_it(den, change):
    _, owner, bob = den
    owner.asks("MODE #den +i")
    bob.reads()
    (told,) = bob.asks(f"MODE #den {change}")
    assert told.startswith(":chat.example 482 bob #den :")


def test_a_key_must_be_given(den):
    _, owner, _ = den
    assert owner.asks("MODE #den +k") == [":chat.example 696 owner #den k * :It needs a key."]


def test_of_a_mode_that_is_set_and_taken_away_at_once_the_last_counts(den):
    here, owner, bob = den
    owner.sends("MODE #den +k-k correct-horse", "MODE #den +ll 5 7")
    assert bob.reads() == [":owner!~u@chat MODE #den +l 7"]
    assert not here.chat.hub.find_room("den").modes.password


def test_modes_that_end_with_the_only_operator_are_told_before_they_quit():
    here = Clients()
    guest, bob = here.arrive("guest"), here.arrive("bob")
    guest.sends("JOIN #den", "MODE #den +m")
    bob.sends("JOIN #den")
    bob.reads()
    guest.sends("QUIT :good night")
    # Who has quit is no source of anything; the reason is that of an operator, who may speak.
    assert bob.reads() == [":guest!~u@chat MODE #den -m", ":guest!~u@chat QUIT :good night"]


@pytest.mark.parametrize("is_here", [True, False])
@pytest.mark.parametrize("deed", ["/ban carol 1d", "/deop carol", "/kick carol"])
def test_modes_that_end_with_the_only_operator_come_from_who_ended_their_rank(den, deed, is_here):
    here, owner, bob = den
    carol, oscar = here.arrive("carol"), come(here.chat, "oscar", "operator")
    carol.sends("PRIVMSG NickServ :REGISTER correct-horse", "JOIN #den")
    owner.sends("MODE #den +o carol", "DISOWN")
    carol.sends("MODE #den +m")
    oscar.types("/join den")
    if not is_here:
        carol.sends("QUIT")
    bob.reads()
    oscar.types(deed)
    told = [line for line in bob.reads() if " MODE #den -m" in line]
    # A kick is of who is here.
    is_done = is_here or "/kick" not in deed
    assert told == [":oscar!~u@chat MODE #den -m"] * is_done


def test_modes_that_end_with_an_account_come_from_the_nick_of_its_owner(den):
    _, owner, bob = den
    owner.sends("MODE #den +m", "NICK boss")
    bob.reads()
    owner.sends("PRIVMSG NickServ :UNREGISTER correct-horse")
    assert [line for line in bob.reads() if line.endswith(" MODE #den -m")] == [
        ":boss!~u@chat MODE #den -m"
    ]


def test_modes_end_from_who_has_come_in_and_is_banned(den):
    here, owner, bob = den
    carol, oscar = here.arrive("carol"), come(here.chat, "oscar", "operator")
    carol.sends("JOIN #den")
    owner.sends("MODE #den +o carol", "DISOWN")
    carol.sends("MODE #den +m")
    oscar.types("/join den", "/ban dora 1d")
    bob.reads()
    carol.sends("NICK dora")
    assert [line for line in bob.reads() if " MODE " in line] == [":dora!~u@chat MODE #den -m"]


def test_who_is_banned_reads_why_and_by_which_account_as_all_others_do():
    here = Clients()
    owner = here.arrive("owner")
    owner.asks("PRIVMSG NickServ :REGISTER correct-horse", "JOIN #den")
    bob, carol = here.arrive("bob", "account-tag"), here.arrive("carol", "account-tag")
    for client in (bob, carol):
        client.asks("JOIN #den")
    bob.reads()
    world = here.chat.hub.world
    # As the clock of a server, it goes on while the ban is set.
    world.now = count(world.now(), 0.001).__next__
    owner.sends("BAN #den bob 1d be gone")
    kicked = "@account=owner :owner!~u@chat KICK #den bob :banned: be gone"
    assert bob.reads()[0] == kicked
    assert carol.reads() == [kicked]


def test_who_takes_a_nick_that_is_banned_reads_what_all_others_do_and_nobody_s_account():
    here = Clients()
    op1, mal = here.arrive("op1"), here.arrive("mal")
    op1.asks("JOIN #den", "BAN #den nix 1d tea")
    bob, carol = here.arrive("bob", "account-tag"), here.arrive("carol", "account-tag")
    for client in (bob, carol):
        client.asks("JOIN #den")
    op1.asks("QUIT")
    here.chat.advance(60)
    mal.asks("PRIVMSG NickServ :REGISTER correct-horse", "NICK op1")
    bob.reads()
    carol.reads()
    bob.sends("NICK nix")
    told = [":bob!~u@chat NICK :nix", ":chat.example KICK #den nix :banned"]
    assert carol.reads() == told
    read = bob.reads()
    assert read[:2] == told
    # Why is in words, for them alone.
    assert read[2].startswith(":chat.example NOTICE nix :You are banned from #den by op1 until ")
    assert read[2].endswith(": tea")


NO_OWNER = (
    ":chat.example 482 alice #den :Only the owner of a room or an operator of the server may do "
    "that, and #den has no owner."
)


def test_a_guest_who_appoints_an_operator_is_told_that_this_needs_an_owner():
    alice, bob = two()
    for each in (alice, bob):
        each.sends("JOIN #den")
    alice.reads()
    assert alice.asks("MODE #den +o bob") == [
        f"{NO_OWNER} Once you have registered, you own the rooms that you make."
    ]
    # That is true: not of this one, but of the next.
    alice.sends("PRIVMSG NickServ :REGISTER correct-horse")
    alice.sends("JOIN #attic")
    bob.sends("JOIN #attic")
    alice.reads()
    assert alice.asks("MODE #den +o bob") == [
        f"{NO_OWNER} With your account, you own the rooms that you make."
    ]
    assert alice.asks("MODE #attic +o bob") == [":alice!~u@chat MODE #attic +o bob"]
