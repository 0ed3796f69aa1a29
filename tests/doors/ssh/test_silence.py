"""
What Conch logs goes nowhere, for it names each packet, and the text of commands; but bugs of ours.
"""

import pytest
from twisted.conch.error import ConchError
from twisted.conch.ssh.common import getNS
from twisted.logger import capturedLogs

from twisted_chat.doors.ssh.sending import Sending
from twisted_chat.doors.ssh.silence import SILENT


def test_nothing_is_logged() -> None:
    with capturedLogs() as logs:
        SILENT.info("Executing command {command!r}", command="/msg bob topsecret")
        SILENT.error("Something")
        for refusal in (ConchError("Nothing is forwarded here."), None):
            try:
                if refusal is not None:
                    raise refusal
                getNS(b"\0")
            except Exception:  # noqa: BLE001  # whatever Conch raises
                SILENT.failure("channel open failed")
    assert logs == []


def test_a_bug_of_ours_that_conch_catches_is_logged_without_its_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    typed = "topsecret"

    class Broken:
        @property
        def localClosed(self) -> bool:  # noqa: N802  # Conch's
            raise KeyError(typed)

    try:
        Sending(Broken(), lambda: None).add(b"x")
    except KeyError:
        SILENT.failure("channel open failed")
    logged = capsys.readouterr().err
    assert "A request by SSH failed" in logged
    assert "KeyError" in logged
    assert "in add" in logged
    assert "topsecret" not in logged
