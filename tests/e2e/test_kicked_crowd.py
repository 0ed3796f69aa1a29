"""
Many users who read nothing and are kicked: an orderly close would never end.
"""

import contextlib
import time
from collections.abc import Callable
from pathlib import Path

from harness import UNLIMITED, Server, crowd, sockets_of, wait_until

COUNT = 1000
#: Seconds from a kick until nothing of the connection is left: 5, and many for a busy machine.
GONE_WITHIN = 30.0

KICK = '''
from twisted_chat import Context, command


@command
def throwout(ctx: Context) -> str:
    """Throw everybody else out."""
    others = [session for session in ctx.hub.sessions if session is not ctx.session]
    for session in others:
        ctx.hub.close(session, "You were thrown out.", "thrown out")
    return f"{len(others)} thrown out."
'''


def _open_files(server: Server) -> int:
    # Sockets alone: the database is opened by each of its threads when it is first needed.
    count = 0
    for file in Path(f"/proc/{server.pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            count += str(file.readlink()).startswith("socket:")
    return count


def test_a_thousand_who_do_not_read_are_gone_some_seconds_after_they_were_thrown_out(
    start: Callable[..., Server], descriptors: Callable[[int], None], tmp_path: Path
) -> None:
    descriptors(COUNT + 500)
    plugin = tmp_path / "kick.py"
    plugin.write_text(KICK)
    # They are neither cut nor timed out before they are kicked.
    server = start(
        "--port=0", *UNLIMITED, "--send-queue=0", "--send-timeout=0", f"--plugins={plugin}"
    )
    alice = server.arrive("alice")
    wait_until(lambda: sockets_of(server.address) == 1, "nobody else is there any more")
    files = _open_files(server)
    nicks = [f"deaf{number}" for number in range(COUNT)]
    with crowd(server.address, nicks, receive_buffer=2048, segment=536):
        wait_until(lambda: alice.counts_people() == COUNT + 1, "everybody is there")
        # More for each than the two kernels keep.
        alice.types(*["x" * 4000] * 40)
        alice.types("/throwout")
        alice.skip_to(f"{COUNT} thrown out.")
        began = time.monotonic()
        # That none has gone yet shows that none could be closed in good order.
        assert _open_files(server) == files + COUNT
        assert sockets_of(server.address) == 1 + COUNT
        wait_until(
            lambda: _open_files(server) == files and sockets_of(server.address) == 1,
            "no socket of theirs is left",
            began + GONE_WITHIN - time.monotonic(),
        )
    assert alice.counts_people() == 1
