"""
The exit statuses of commands are those of the program `twisted-chat`, where both have one.
"""

import pytest

from twisted_chat.client import errors
from twisted_chat.doors.ssh.command.status import Status


@pytest.mark.parametrize(
    ("status", "same"),
    [
        (Status.DONE, errors.DONE),
        (Status.REFUSED, errors.Refused.status),
        (Status.USAGE, errors.UsageError.status),
        (Status.LOST, errors.NotConnected.status),
        (Status.NOT_LET_IN, errors.NotLoggedIn.status),
        # As `main` returns it.
        (Status.INTERRUPTED, 130),
    ],
)
def test_scripts_read_the_same_status_from_ssh_and_from_the_client(
    status: Status, same: int
) -> None:
    assert int(status) == same
