"""
Ten thousand users in one room: one line to all of them does not delay the others for long.
"""

import time
from collections.abc import Callable
from pathlib import Path

from harness import UNLIMITED, Person, Server, crowd, wait_until

MEMBERS = 10_000
#: Seconds for which one turn may keep the reactor.
STALL = 0.1
#: Lines a second, and so many of them are looked at together.
PACE, LINES = 4, 3

# The reactor is asked to call back as soon as it can; when it does, it has had a turn.  Counted is
# the time in which it had a processor: that others have it too is no doing of the server's.
CLOCK = '''
import time

from twisted_chat import Context, command

longest = last = 0.0


def setup(hub):
    hub.later(0.002, swing, hub)


def swing(hub):
    global last, longest
    now = time.thread_time()
    longest, last = max(longest, now - (last or now)), now
    setup(hub)


@command
def longest_turn(ctx: Context) -> str:
    """Tell the longest time, in seconds, that the reactor was kept since this was last asked."""
    global longest
    shown, longest = longest, 0.0
    return f"{shown:f}"
'''


def _longest_turn(person: Person) -> float:
    person.types("/longest_turn")
    return float(person.reads_line())


def _window(talker: Person, watcher: Person) -> float:
    """
    Talk steadily, and return the longest turn meanwhile.
    """
    _longest_turn(watcher)
    for number in range(LINES):
        began = time.monotonic()
        talker.types(f"{number} {'x' * 60}")
        talker.expect_nothing_more()
        time.sleep(max(0.0, began + 1 / PACE - time.monotonic()))
    return _longest_turn(watcher)


def test_in_a_room_of_ten_thousand_no_turn_takes_a_tenth_of_a_second_while_a_user_speaks(
    start: Callable[..., Server], descriptors: Callable[[int], None], tmp_path: Path
) -> None:
    descriptors(MEMBERS + 500)
    plugin = tmp_path / "clock.py"
    plugin.write_text(CLOCK)
    server = start("--port=0", *UNLIMITED, "--max-clients=0", f"--plugins={plugin}")
    watcher = server.arrive("watcher")
    watcher.types("/leave")
    watcher.expect("You have left #lobby.")
    with crowd(server.address, [f"member{number}" for number in range(MEMBERS)]) as members:
        wait_until(lambda: watcher.counts_people() == MEMBERS + 1, "everybody is there")
        talker = server.arrive("talker")
        watcher.types("/who lobby")
        assert watcher.reads_line().endswith(f" and {MEMBERS - 99} more.")
        # Other work of the machine makes a turn longer, and nothing makes it shorter.
        turns: list[float] = []
        while min(turns, default=STALL) >= STALL and len(turns) < 8:
            turns.append(_window(talker, watcher))
        # All of that was heard by the first of them as by the last.
        heard = [member.recv(65536).decode().count("\r\ntalker: ") for member in members[::9999]]
        server.stop()
    assert heard == [LINES * len(turns)] * 2
    assert min(turns) < STALL, f"the longest turns were {turns}"
