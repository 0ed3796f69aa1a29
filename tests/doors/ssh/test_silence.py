"""
What Conch logs goes nowhere: it names each packet, and the text of commands.
"""

from twisted.logger import capturedLogs

from twisted_chat.doors.ssh.silence import SILENT


def test_nothing_is_logged() -> None:
    with capturedLogs() as logs:
        SILENT.info("Executing command {command!r}", command="/msg bob topsecret")
        SILENT.error("Something")
    assert logs == []
