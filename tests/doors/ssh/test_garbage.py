"""
What a client may not send is told apart from our own bugs, by where it was raised.
"""

from collections.abc import Callable

import pytest
from twisted.conch.error import ConchError
from twisted.conch.ssh.common import getNS

from twisted_chat.auth.keys import read_blob
from twisted_chat.doors.ssh.garbage import Garbage, is_own_fault, read_numbers
from twisted_chat.doors.ssh.sending import Sending
from twisted_chat.text.names import fold

BROKEN: object = object()


def refuse() -> None:
    raise ConchError("Nothing is forwarded here.")


@pytest.mark.parametrize(
    "raises",
    [
        lambda: read_numbers(b"\0\0\0", 1),
        lambda: getNS(b"\0\0"),
        lambda: getNS(b""),
        refuse,
    ],
)
def test_what_a_client_may_not_send_is_none(raises: Callable[[], object]) -> None:
    with pytest.raises((Garbage, ConchError, Exception)) as caught:
        raises()
    assert not is_own_fault(caught.value)


@pytest.mark.parametrize(
    "raises",
    [
        # By this door, by another part of the server, and by what these call.
        lambda: Sending(BROKEN, lambda: None).add(b"x"),
        lambda: fold(BROKEN),  # type: ignore[arg-type]
        lambda: read_blob(BROKEN),  # type: ignore[arg-type]
    ],
)
def test_a_bug_is_one(raises: Callable[[], object]) -> None:
    with pytest.raises(Exception) as caught:
        raises()
    assert is_own_fault(caught.value)


def test_numbers_are_read_from_the_front() -> None:
    assert read_numbers(b"\0\0\0\1\0\0\1\0x", 2) == (1, 256)
