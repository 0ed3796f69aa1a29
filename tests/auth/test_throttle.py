"""
Guesses: few for users who do not know the password, and always one for its owner.
"""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from twisted_chat.auth import throttle
from twisted_chat.auth.throttle import (
    AT_ONCE,
    INTERVAL,
    KNOWN_ADDRESSES,
    MAX_TURNS,
    TURN,
    Throttle,
)
from twisted_chat.store.allowances import Allowance

NOW = 1_700_000_000.0
HOUR = 3600

HOME, WORK, STRANGER = "192.0.2.1", "192.0.2.2", "198.51.100.7"


def known(*addresses):
    """
    Return guesses at the account of alice, who has come in from these addresses.
    """
    counted = Throttle()
    for address in addresses:
        assert counted.guess("alice", address, NOW - HOUR) == 0
        counted.succeeded("alice", address, NOW - HOUR)
    return counted


def guessed(counted, account="alice", address=STRANGER, now=NOW, most=1000):
    """
    Guess as often as there is a guess, and return how often that was.
    """
    for count in range(most):
        if counted.guess(account, address, now):
            return count
    return most


# -- how many -------------------------------------------------------------------------------------


def test_there_are_five_at_once_and_then_one_a_minute():
    counted = Throttle()
    assert guessed(counted) == 5
    assert counted.guess("alice", STRANGER, NOW) == 60
    assert counted.guess("alice", STRANGER, NOW + 59) == 1
    assert guessed(counted, now=NOW + 60) == 1
    assert guessed(counted, now=NOW + 60 + 150) == 2
    assert guessed(counted, now=NOW + 10 * HOUR) == 5


def test_being_told_to_wait_costs_nothing():
    counted = Throttle()
    guessed(counted)
    for second in range(60):
        assert counted.guess("alice", STRANGER, NOW + second) == 60 - second
    assert counted.guess("alice", STRANGER, NOW + 60) == 0


def test_one_address_has_no_more_for_many_accounts():
    counted = Throttle()
    assert sum(guessed(counted, f"user{number}", most=1) for number in range(100)) == 5


def test_many_addresses_have_no_more_for_one_account():
    counted = Throttle()
    assert sum(guessed(counted, address=f"10.0.0.{number}", most=1) for number in range(100)) == 5


def test_a_unix_socket_that_brings_many_is_limited_by_account_alone():
    counted = Throttle()
    for number in range(100):
        assert guessed(counted, f"user{number}", address=None) == 5


def an_hour(counted, addresses):
    """
    Guess at alice from each of these addresses every second of an hour.

    Returns:
        how many guesses were allowed, and how many seconds alice, who logs in once a minute, had
        to wait at most.
    """
    count, longest = 0, 0.0
    for second in range(HOUR):
        now = NOW + second
        count += sum(guessed(counted, address=address, now=now) for address in addresses)
        if second % 60 == 30:
            longest = max(longest, counted.guess("alice", HOME, now))
            counted.succeeded("alice", HOME, now)
    return count, longest


def test_an_hour_of_guessing_gives_64_from_one_address_and_from_a_hundred():
    for number in (1, 100):
        addresses = [f"198.51.100.{each}" for each in range(number)]
        assert an_hour(known(HOME), addresses) == (64, 0.0)


def test_a_user_who_guesses_from_the_owners_address_too_has_twice_as_many_guesses():
    assert an_hour(known(HOME, WORK), [STRANGER, WORK]) == (2 * 64, 0.0)


# -- the owner ------------------------------------------------------------------------------------


def test_strangers_do_not_lock_the_owner_out():
    counted = known(HOME)
    guessed(counted)
    assert counted.guess("alice", "203.0.113.9", NOW) > 0
    assert guessed(counted, address=HOME) == 5
    assert counted.guess("alice", HOME, NOW) == 60


def test_a_user_who_guesses_at_others_from_the_same_address_does_not_lock_the_owner_out():
    counted = known(HOME)
    guessed(counted, "bob", HOME)
    assert counted.guess("carol", HOME, NOW) > 0
    assert guessed(counted, address=HOME) == 5


def test_the_right_guess_is_given_back():
    counted = known(HOME)
    for address in (HOME, WORK, STRANGER):
        for _ in range(100):
            assert counted.guess("alice", address, NOW) == 0
            counted.succeeded("alice", address, NOW)
    assert guessed(counted, "bob", STRANGER) == 5


def test_logging_in_to_an_own_account_gives_no_more_guesses_at_others():
    counted = Throttle()
    count = 0
    for _ in range(100):
        if not counted.guess("mallory", STRANGER, NOW):
            counted.succeeded("mallory", STRANGER, NOW)
        count += guessed(counted, most=1)
    assert count == 5


def test_a_guess_that_was_wrong_makes_no_address_known():
    counted = Throttle()
    guessed(counted, address=HOME)
    assert counted.guess("alice", STRANGER, NOW) > 0
    assert counted.guess("alice", HOME, NOW) > 0


def test_the_latest_of_many_addresses_of_an_owner_are_known():
    counted = Throttle()
    for number in range(KNOWN_ADDRESSES + 1):
        counted.succeeded("alice", f"10.0.0.{number}", NOW + number)
    counted.succeeded("alice", "10.0.0.1", NOW + 20)
    counted.succeeded("alice", "10.0.1.1", NOW + 21)
    places = [f"10.0.0.{number}" for number in range(KNOWN_ADDRESSES + 1)]
    assert is_known(counted, "alice", *places, "10.0.1.1") == [
        *("10.0.0.1", "10.0.0.3", "10.0.0.4", "10.0.0.5", "10.0.0.6", "10.0.0.7", "10.0.0.8"),
        "10.0.1.1",
    ]


# -- turns ----------------------------------------------------------------------------------------


def attacked(addresses, seconds=2 * HOUR):
    """
    Guess at alice from addresses every five seconds, while alice connects from a new one.

    Returns:
        how often they guessed, and how long she waited.
    """
    counted, count, waited, asks_at = Throttle(), 0, None, seconds // 2
    for second in range(0, seconds, 5):
        now = NOW + second
        count += sum(guessed(counted, address=address, now=now) for address in addresses)
        if second >= asks_at and waited is None:
            wait = counted.guess("alice", HOME, now)
            if not wait:
                waited = second - seconds // 2
            # She reads how long she has to wait, and comes back a little late.
            asks_at = second + wait + 30
    return count, waited


def test_a_user_who_guesses_from_one_network_keeps_the_owner_out_for_two_minutes_at_most():
    count, waited = attacked([f"198.51.100.{number}" for number in range(10)])
    assert waited is not None
    assert waited <= 120 + 30
    assert count <= AT_ONCE + 2 * 60


def test_a_user_who_guesses_from_many_networks_makes_the_owner_wait_a_minute_for_each():
    for networks in (5, 20):
        count, waited = attacked([f"10.0.{number}.1" for number in range(networks)])
        assert waited is not None
        assert waited <= networks * 60 + 120 + 30
        assert count <= AT_ONCE + 2 * 60 + 2


def test_in_ipv6_a_network_is_what_one_customer_has():
    counted = Throttle()
    guessed(counted)
    waits = [
        counted.guess("alice", f"2001:db8:{number:x}:{part:x}::/64", NOW)
        for number in range(3)
        for part in range(3)
    ]
    assert waits == [60] * 3 + [120] * 3 + [180] * 3


def test_a_turn_is_given_once_and_stands_for_two_minutes():
    counted = Throttle()
    guessed(counted)
    assert counted.guess("alice", HOME, NOW) == 60
    assert counted.guess("alice", f"{HOME}00", NOW + 20) == 40
    # Others come and ask, and have theirs behind it.
    waits = [counted.guess("alice", f"10.0.{number}.1", NOW + 20) for number in range(9)]
    assert waits == [100 + 60 * number for number in range(9)]
    assert counted.guess("alice", HOME, NOW + 60 + TURN - 1) == 0
    assert counted.guess("alice", HOME, NOW + 60 + TURN - 1) > 400
    assert counted.guess("alice", "10.0.0.1", NOW + 120 + TURN + 1) > 300


def test_a_turn_at_an_account_is_none_at_another():
    counted = Throttle()
    guessed(counted, "alice")
    for number in range(5):
        counted.guess("bob", f"10.0.{number}.1", NOW)
    assert counted.guess("alice", HOME, NOW) == 60
    assert counted.guess("bob", HOME, NOW) == 60
    assert counted.guess("carol", HOME, NOW) == 0


def test_after_an_hour_of_turns_no_more_are_given_until_one_has_come():
    counted = Throttle()
    guessed(counted)
    for number in range(1000):
        counted.guess("alice", f"10.{number // 250}.{number % 250}.1", NOW)
    assert counted.guess("alice", HOME, NOW) == HOUR + 60
    assert counted.guess("alice", HOME, NOW + 60) == HOUR


# -- kept -----------------------------------------------------------------------------------------


def is_known(counted, account, *addresses):
    return [
        each for each in addresses if any(row.known_at for row in counted.rows_of(account, each))
    ]


def rows(counted):
    """
    Return what is kept when each guess is, for the people and places of these tests.
    """
    everybody = product(["alice", "bob"], [HOME, WORK, STRANGER, None])
    return {row for one in everybody for row in counted.rows_of(*one)}


def reloaded(counted):
    again = Throttle()
    again.load(rows(counted))
    return again


def test_a_restart_gives_no_guesses_and_takes_none():
    counted = known(HOME, WORK)
    guessed(counted)
    guessed(counted, address=HOME, most=3)
    counted = reloaded(counted)
    assert counted.guess("alice", STRANGER, NOW) == 60
    assert counted.guess("bob", STRANGER, NOW) == 60
    assert guessed(counted, address=HOME) == 2
    assert guessed(counted, address=WORK) == 5


def test_what_a_guess_changes_is_told_to_be_kept():
    counted = Throttle()
    network = "192.0.2.0/24"
    counted.guess("alice", HOME, NOW)
    assert counted.rows_of("alice", HOME) == [
        Allowance("alice", "", NOW + 60),
        Allowance("", HOME, NOW + 60),
        Allowance("alice", HOME, 0.0),
        Allowance("alice", network, 0.0),
    ]
    # What is whole again is told as well, so that it is kept no longer.
    counted.succeeded("alice", HOME, NOW)
    assert counted.rows_of("alice", HOME) == [
        Allowance("alice", "", 0.0),
        Allowance("", HOME, 0.0),
        Allowance("alice", HOME, 0.0, NOW),
        Allowance("alice", network, 0.0),
    ]


def test_full_allowances_are_not_kept_except_for_a_known_address():
    assert not Allowance("alice", "", NOW + 60).is_settled(NOW)
    assert Allowance("alice", "", NOW + 60).is_settled(NOW + 60)
    assert not Allowance("alice", HOME, 0.0, NOW).is_settled(NOW + HOUR)


addresses = st.sampled_from([HOME, WORK, STRANGER, None])
steps = st.lists(
    st.tuples(
        st.sampled_from(["alice", "bob"]),
        addresses,
        st.booleans(),
        st.sampled_from([0.0, 0.5, 20.0, 60.0, 200.0]),
    ),
    max_size=60,
)


@settings(max_examples=200)
@given(steps, st.integers(0, 60))
def test_whenever_it_restarts_the_answers_are_the_same(steps, restart):
    one, other, now = Throttle(), Throttle(), NOW
    for number, (account, address, right, seconds) in enumerate(steps):
        now += seconds
        if number == restart:
            other = reloaded(other)
        wait = one.guess(account, address, now)
        assert other.guess(account, address, now) == wait
        if right and not wait:
            one.succeeded(account, address, now)
            other.succeeded(account, address, now)
    assert rows(one) == rows(other)


@settings(max_examples=200)
@given(steps)
def test_no_period_has_more_wrong_guesses_than_allowed(steps):
    counted, now = known(HOME), NOW
    taken = {}
    for account, address, _, seconds in steps:
        now += seconds
        if counted.guess(account, address, now) == 0:
            is_owners = (account, address) == ("alice", HOME)
            taken.setdefault((account, address if is_owners else "any"), []).append(now)
            if not is_owners and address is not None:
                taken.setdefault(address, []).append(now)
    for times in taken.values():
        for first, begin in enumerate(times):
            for last, end in enumerate(times[first:], first):
                # A turn that has come stands for a while.
                assert last - first + 1 <= AT_ONCE + (end - begin + TURN) / INTERVAL + 1e-3


@settings(max_examples=200)
@given(steps, st.floats(-1e9, 1e9), st.integers(0, 60))
def test_no_user_waits_longer_than_an_hour_whatever_the_clock_does(steps, step, when):
    counted, now = known(HOME), NOW
    for address in (HOME, STRANGER):
        guessed(counted, address=address)
    for number, (account, address, _, seconds) in enumerate(steps):
        now += step if number == when else seconds
        wait = counted.guess(account, address, now)
        is_owners = (account, address) == ("alice", HOME)
        assert 0 <= wait <= (INTERVAL if is_owners else (MAX_TURNS + 1) * INTERVAL)
        if wait:
            now += wait
            assert counted.guess(account, address, now) == 0


def test_a_row_from_the_future_locks_no_account():
    counted = Throttle()
    counted.load([Allowance("alice", "", NOW * 2), Allowance("alice", "198.51.100.0/24", NOW * 2)])
    wait = counted.guess("alice", STRANGER, NOW)
    assert wait == HOUR + 60
    assert counted.guess("alice", STRANGER, NOW + wait) == 0


def test_a_clock_that_steps_back_a_day_costs_the_owner_a_minute_at_most():
    counted = known(HOME)
    guessed(counted, address=HOME)
    yesterday = NOW - 24 * HOUR
    assert counted.guess("alice", HOME, yesterday) == 60
    assert counted.guess("alice", HOME, yesterday + 30) == 30
    assert counted.guess("alice", HOME, yesterday + 60) == 0


# -- memory ---------------------------------------------------------------------------------------


def test_a_flood_of_names_and_addresses_is_bounded_and_frees_no_account(monkeypatch):
    monkeypatch.setattr(throttle, "MAX_KEPT", 1000)
    counted = known(HOME)
    guessed(counted)
    for number in range(5000):
        counted.guess(f"user{number}", f"address {number}", NOW + number / 100)
        assert len(counted._whole_at) <= 1002
    assert counted.guess("alice", "203.0.113.9", NOW + 50) == 10
    assert counted.guess("alice", HOME, NOW + 50) == 0


def test_what_is_loaded_is_bounded_too(monkeypatch):
    monkeypatch.setattr(throttle, "MAX_KEPT", 100)
    counted = Throttle()
    counted.load(Allowance(f"user{number}", "", NOW + 200 + number / 10) for number in range(500))
    assert len(counted._whole_at) <= 100


def test_of_many_accounts_the_addresses_of_the_latest_owners_are_known(monkeypatch):
    monkeypatch.setattr(throttle, "KNOWN_ACCOUNTS", 10)
    counted = Throttle()
    for number in range(20):
        counted.succeeded(f"user{number}", HOME, NOW + number)
    known_ones = [number for number in range(20) if is_known(counted, f"user{number}", HOME)]
    assert known_ones == [*range(10, 20)]


# -- codes ----------------------------------------------------------------------------------------


def test_wrong_codes_use_up_the_guesses_of_an_address_and_of_nobody_else():
    counted = Throttle()
    assert guessed(counted, "") == AT_ONCE
    # They are the same guesses as those at passwords.
    assert counted.guess("alice", STRANGER, NOW) == INTERVAL
    for account, address in product(("", "bob"), (HOME, WORK)):
        assert counted.guess(account, address, NOW) == 0
    assert [(row.account, row.address) for row in counted.rows_of("", STRANGER)] == [
        ("", STRANGER)
    ]
    again = Throttle()
    again.load(counted.rows_of("", STRANGER))
    assert again.guess("", STRANGER, NOW) == INTERVAL
    assert again.guess("", STRANGER, NOW + INTERVAL) == 0


def test_a_code_that_was_right_or_was_not_looked_up_costs_nothing():
    counted = Throttle()
    for _ in range(3 * AT_ONCE):
        assert counted.guess("", STRANGER, NOW) == 0
        counted.give_back("", STRANGER, NOW)


def test_a_socket_of_this_machine_has_no_address_to_count():
    assert guessed(Throttle(), "", None, most=50) == 50
    assert Throttle().rows_of("", None) == []
