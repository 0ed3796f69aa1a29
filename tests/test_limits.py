import pytest
from hypothesis import given
from hypothesis import strategies as st

from twisted_chat.errors import TooManyConnections, TooManyNewConnections, TooMuch
from twisted_chat.limits import FailureCounter, HostCounter, Limits, Rate, TokenBucket

# -- how much and how often -----------------------------------------------------------------------


def test_a_burst_goes_through_at_once_and_then_two_a_second():
    bucket = TokenBucket(rate=2, burst=10)
    assert [bucket.take(0) for _ in range(12)] == [True] * 10 + [False] * 2
    assert bucket.wait(0) == 0.5
    assert not bucket.take(0.4)
    assert bucket.take(0.5)
    assert not bucket.take(0.9)
    assert bucket.take(1.0)


def test_a_bucket_holds_no_more_than_its_burst_however_long_it_rests():
    bucket = TokenBucket(rate=2, burst=3)
    assert [bucket.take(1_000_000) for _ in range(4)] == [True, True, True, False]


def test_one_who_waits_just_as_long_as_told_is_let_through():
    bucket = TokenBucket(rate=3, burst=1)
    now = 0.1
    for _ in range(1000):
        now += bucket.wait(now)
        assert bucket.take(now)
    assert 333.0 < now < 333.2


def test_a_thing_that_costs_more_makes_the_next_one_wait_longer():
    bucket = TokenBucket(rate=2, burst=4)
    assert bucket.take(0)
    bucket.spend(5)
    assert bucket.wait(0) == 1.5
    assert bucket.wait(1.5) == 0


def test_a_rate_of_zero_is_no_limit():
    bucket = TokenBucket(rate=0, burst=0)
    assert all(bucket.take(0) for _ in range(10_000))
    assert bucket.wait(0) == 0


def test_a_burst_of_zero_is_no_limit_either():
    bucket = TokenBucket(rate=1, burst=0)
    assert all(bucket.take(0) for _ in range(10_000))


@pytest.mark.parametrize("burst", [0.1, 0.5, 1])
def test_a_bucket_always_lets_one_thing_through_at_once(burst):
    bucket = TokenBucket(rate=1, burst=burst)
    assert bucket.take(0)
    assert not bucket.take(0)
    assert bucket.take(1)


def test_a_clock_that_steps_back_gives_nothing_away():
    bucket = TokenBucket(rate=1, burst=1)
    assert bucket.take(100)
    assert not bucket.take(50)
    assert not bucket.take(100.5)
    assert bucket.take(101)


@given(st.lists(st.floats(0, 10), max_size=100), st.integers(1, 20), st.integers(1, 20))
def test_no_more_than_the_burst_and_the_rate_ever_go_through(pauses, rate, burst):
    bucket, now, through = TokenBucket(rate, burst), 0.0, 0
    for pause in pauses:
        now += pause
        through += bucket.take(now)
        assert through <= burst + rate * now + 0.001


def test_a_bucket_is_full_again_after_its_time():
    bucket = TokenBucket(rate=2, burst=10)
    assert bucket.is_full(0)
    bucket.take(0)
    assert not bucket.is_full(0.4)
    assert bucket.is_full(0.5)


# -- rates as an operator writes them -------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "rate"),
    [("10/50", Rate(10, 50)), (" 3 / 90 ", Rate(3, 90)), ("0", Rate(0)), ("0/5", Rate(0, 5))],
)
def test_a_rate_is_a_count_and_seconds(text, rate):
    assert Rate.parse(text) == rate


@pytest.mark.parametrize(
    "text", ["", "10", "10/", "/5", "1/0", "-1/5", "1/-5", "1.5/2", "ten/5", "1/2/3", "\u0661/5"]
)
def test_what_is_no_rate_is_refused(text):
    with pytest.raises(ValueError, match="a count and seconds, such as 10/50, or 0"):
        Rate.parse(text)


@pytest.mark.parametrize(("rate", "text"), [(Rate(10, 50), "10/50"), (Rate(0), "0")])
def test_a_rate_is_shown_as_it_is_written(rate, text):
    assert str(rate) == text
    assert Rate.parse(text) == rate


def test_a_rate_lets_its_count_through_in_its_seconds():
    bucket = Rate(10, 50).bucket()
    assert [bucket.take(0) for _ in range(11)] == [True] * 10 + [False]
    assert not bucket.take(4.9)
    assert bucket.take(5)


# -- connections of one host ----------------------------------------------------------------------


def admits(hosts, host, limits, now):
    try:
        hosts.admit(host, limits, now)
    except TooMuch:
        return False
    return True


def test_a_host_has_only_so_many_connections_at_once():
    limits, hosts = Limits(max_per_host=3), HostCounter()
    assert [admits(hosts, "192.0.2.1", limits, 0) for _ in range(4)] == [True, True, True, False]
    assert admits(hosts, "192.0.2.2", limits, 0)
    hosts.release("192.0.2.1")
    assert admits(hosts, "192.0.2.1", limits, 0)
    assert not admits(hosts, "192.0.2.1", limits, 0)


def test_a_host_opens_connections_only_so_fast():
    limits, hosts = Limits(max_per_host=16, host_rate=Rate(32, 600)), HostCounter()
    admitted = 0
    for _ in range(100):
        if admits(hosts, "192.0.2.1", limits, 0):
            admitted += 1
            hosts.release("192.0.2.1")
    assert admitted == 32
    assert not admits(hosts, "192.0.2.1", limits, 18)
    assert admits(hosts, "192.0.2.1", limits, 18.75)
    assert admits(hosts, "192.0.2.2", limits, 18.75)


def test_a_host_is_told_whether_it_has_too_many_or_is_too_fast_and_how_long_to_wait():
    limits, hosts = Limits(max_per_host=2, host_rate=Rate(3, 600)), HostCounter()
    for _ in range(2):
        hosts.admit("192.0.2.1", limits, 0)
    with pytest.raises(TooManyConnections):
        hosts.admit("192.0.2.1", limits, 0)
    hosts.release("192.0.2.1")
    hosts.admit("192.0.2.1", limits, 0)
    hosts.release("192.0.2.1")
    with pytest.raises(TooManyNewConnections, match=r"please wait 151 s\.$"):
        hosts.admit("192.0.2.1", limits, 49.5)
    hosts.admit("192.0.2.1", limits, 49.5 + 151)


def test_without_a_limit_per_host_there_is_no_rate_either():
    limits, hosts = Limits(max_per_host=0), HostCounter()
    assert all(admits(hosts, "192.0.2.1", limits, 0) for _ in range(10_000))


def test_without_a_host_rate_only_the_count_is_limited():
    limits, hosts = Limits(max_per_host=2, host_rate=Rate(0)), HostCounter()
    for _ in range(10_000):
        assert admits(hosts, "192.0.2.1", limits, 0)
        hosts.release("192.0.2.1")


def test_hosts_that_came_once_are_forgotten_when_they_are_many():
    limits, hosts = Limits(), HostCounter()
    for number in range(50_000):
        assert admits(hosts, f"host {number}", limits, number)
        hosts.release(f"host {number}")
    assert len(hosts._opened) <= 4096
    assert hosts._open == {}


def test_a_storm_of_new_hosts_costs_little_for_each(monkeypatch):
    looks, is_full = [], TokenBucket.is_full

    def counted(bucket, now):
        looks.append(now)
        return is_full(bucket, now)

    monkeypatch.setattr(TokenBucket, "is_full", counted)
    limits, hosts = Limits(), HostCounter()
    for number in range(50_000):
        admits(hosts, f"host {number}", limits, 0)
        hosts.release(f"host {number}")
        assert len(looks) <= 4 * (number + 1)


def test_a_crowd_of_hosts_does_not_make_one_forgotten_that_is_too_fast():
    limits, hosts = Limits(host_rate=Rate(1, 1_000_000)), HostCounter()
    assert admits(hosts, "hasty", limits, 0)
    hosts.release("hasty")
    for number in range(5000):
        admits(hosts, f"host {number}", limits, 1)
    assert not admits(hosts, "hasty", limits, 1)


# -- failures -------------------------------------------------------------------------------------


def test_the_fifth_failure_within_a_minute_is_one_too_many():
    counter = FailureCounter()
    assert [counter.failed(now) for now in (0, 10, 20, 59, 60)] == [False] * 4 + [True]
    assert counter.tripped


def test_failures_that_lie_apart_are_forgiven():
    counter = FailureCounter()
    assert not any(counter.failed(now) for now in range(0, 1000, 20))
    assert not counter.tripped
