"""
Quotas: counted for a mailbox however it is spelled, over restarts, and when the clock steps back.
"""

import pytest
from attrs import define, field

from twisted_chat.limits import Rate
from twisted_chat.people.mail.quotas import Quota, Quotas, mailbox_of
from twisted_chat.store.allowances import MAILS, Allowance, AllowanceKept

DAILY = Quota("alice", Rate(4, 4 * 3600))
NOON = 1_700_000_000.0


@define
class Desk:
    """
    Quotas, with a clock and a list of what is kept.
    """

    time: float = NOON
    kept: list[AllowanceKept] = field(factory=list)
    quotas: Quotas = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.quotas = Quotas(self, self)  # type: ignore[arg-type]

    def now(self) -> float:
        return self.time

    def keep(self, change: AllowanceKept) -> None:
        self.kept.append(change)


@pytest.mark.parametrize(
    ("address", "mailbox"),
    [
        ("You@Example.org", "you@example.org"),
        ("you+a+b@example.org", "you@example.org"),
        ("y.o.u+a@example.org", "you@example.org"),
        ("you@googlemail.com", "you@gmail.com"),
        ("+a@example.org", "+a@example.org"),
    ],
)
def test_spellings_of_one_mailbox_are_the_same(address: str, mailbox: str) -> None:
    assert mailbox_of(address) == mailbox


def test_so_many_are_sent_and_then_one_at_a_time() -> None:
    desk = Desk()
    for _ in range(4):
        assert desk.quotas.wait(DAILY) == 0
        desk.quotas.spend(DAILY)
    assert desk.quotas.wait(DAILY) == pytest.approx(3600)
    desk.time += 3599
    assert desk.quotas.wait(DAILY) == pytest.approx(1)
    desk.time += 1
    assert desk.quotas.wait(DAILY) == 0
    desk.quotas.spend(DAILY)
    assert desk.quotas.wait(DAILY) == pytest.approx(3600)
    # Another one has all of its own.
    assert desk.quotas.wait(Quota("bob", DAILY.rate)) == 0
    assert desk.quotas.wait(DAILY, Quota("bob", DAILY.rate)) == pytest.approx(3600)


def test_what_is_kept_is_counted_after_a_restart() -> None:
    before = Desk()
    for _ in range(4):
        before.quotas.spend(DAILY)
    after = Desk()
    # Those of passwords stand beside it.
    guesses = Allowance("17", "alice", NOON + 300)
    after.quotas.begin([before.kept[-1].allowance, guesses])
    assert before.kept[-1].allowance.account == MAILS
    assert after.quotas.wait(DAILY) == pytest.approx(3600)


def test_a_clock_that_steps_back_keeps_nobody_waiting_for_longer() -> None:
    desk = Desk()
    for _ in range(4):
        desk.quotas.spend(DAILY)
    desk.time -= 10 * 86400
    assert desk.quotas.wait(DAILY) == pytest.approx(3600)


def test_the_store_learns_no_address() -> None:
    quota = Quota.to_mailbox("victim@example.org", DAILY.rate)
    assert "victim" not in quota.key
    assert quota == Quota.to_mailbox("v.ictim+1@EXAMPLE.org", DAILY.rate)
    assert quota != Quota.to_mailbox("other@example.org", DAILY.rate)
    assert quota != Quota.to_mailbox("victim@example.org", DAILY.rate, whose="account 5")


def test_what_is_whole_again_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("twisted_chat.people.mail.quotas._REMEMBERED", 8)
    desk = Desk()
    desk.quotas._forget_at = 8
    for number in range(100):
        desk.quotas.spend(Quota(str(number), Rate(1, 60)))
        desk.time += 61
    assert len(desk.quotas._whole_at) <= 8
