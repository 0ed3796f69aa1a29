"""
The words about devices, keys, codes and mail.
"""

from __future__ import annotations

import pytest

from twisted_chat.doors.words import lines_of
from twisted_chat.replies import credentials, mail, webhooks
from twisted_chat.replies.reply import Reply
from twisted_chat.testing import BEGINNING as AT

pytestmark = pytest.mark.usefixtures("utc")

PHONE = credentials.Device(1, "phone", AT, AT + 60, False, "web")
KEY = credentials.KeyShown("SHA256:abc", "ssh-ed25519", "laptop", AT)
NAMELESS = credentials.KeyShown("SHA256:def", "ssh-ed25519", "", AT, AT + 60)
ROW = credentials.InvitationRow(3, "ada", AT, AT + 3600, 5, 2, ("bob", "carl"))

WORDS: list[tuple[Reply, list[str]]] = [
    (credentials.Devices(AT, ()), ["No device can log in to your account without a password."]),
    (
        credentials.Devices(
            AT,
            (
                PHONE,
                credentials.Device(2, "", AT, AT + 60, True),
                credentials.Device(3, "laptop", AT, 0, False, "ssh", "SHA256:abc"),
                credentials.Device(4, "", AT, AT + 60, True, "ssh", "SHA256:def"),
                credentials.Device(5, "", AT, AT, True, "line"),
            ),
        ),
        [
            "1 phone: since 2023-11-14 22:13, last used 2023-11-14 22:14 by web",
            "2 a program: since 2023-11-14 22:13, last used 2023-11-14 22:14, here now",
            "3 laptop (SHA256:abc): since 2023-11-14 22:13, not used yet",
            (
                "4 a key (SHA256:def): since 2023-11-14 22:13, last used 2023-11-14 22:14 by ssh, "
                "here now"
            ),
            "5 telnet or nc: since 2023-11-14 22:13, last used 2023-11-14 22:13 by line, here now",
        ],
    ),
    (credentials.Unlinked(0, PHONE), ["phone needs your password again."]),
    (
        credentials.Unlinked(0, credentials.Device(2, "", 0, 0, False)),
        ["Device 2 needs your password again."],
    ),
    (
        credentials.KeyList(0, ()),
        ["No key opens your account. /key add ssh-ed25519 AAAA... adds one."],
    ),
    (
        credentials.KeyList(0, (KEY, NAMELESS)),
        [
            "SHA256:abc ssh-ed25519 laptop: since 2023-11-14 22:13, not used yet",
            "SHA256:def ssh-ed25519: since 2023-11-14 22:13, last used 2023-11-14 22:14",
        ],
    ),
    (
        credentials.KeyAdded(0, KEY),
        ["The SSH key SHA256:abc (laptop) opens your account from now on."],
    ),
    (
        credentials.KeyRemoved(0, NAMELESS),
        ["The SSH key SHA256:def no longer opens your account."],
    ),
    (
        credentials.LinkOffered(0, "BCDF-GHJK", 600.0),
        [
            "The code is BCDF-GHJK. It lets one device in to your account, within 10 minutes.",
            "Type it there in place of a name: /link BCDF-GHJK. Then you are asked here.",
            "Tell the code to nobody, also if they say that they run this server.",
        ],
    ),
    (
        credentials.LinkAsked(0, "ssh", "OpenSSH_9.2", "192.0.2.7", 120.0),
        [
            (
                "*** A device at 192.0.2.7 wants to come in to your account: ssh that calls "
                'itself "OpenSSH_9.2". ***'
            ),
            "Is it yours? Type /link yes or /link no within 120 seconds.",
        ],
    ),
    (
        credentials.LinkAsked(0, "line", "", "", 120.0),
        [
            (
                "*** A device at this server's machine wants to come in to your account: telnet "
                "or nc. ***"
            ),
            "Is it yours? Type /link yes or /link no within 120 seconds.",
        ],
    ),
    (
        credentials.LinkWaits(0, "ada", 120.0),
        [
            (
                "Now type /link yes where ada made the code, within 120 seconds. Your address is "
                "shown there."
            )
        ],
    ),
    (
        credentials.LinkAnswered(0, True),
        ["The device is let in. /devices lists what needs no password."],
    ),
    (
        credentials.LinkAnswered(0, False),
        ["The device is not let in, and its code is good no more."],
    ),
    (
        mail.MailShown(0, ""),
        ["You are told nothing by mail. /mail you@example.org begins that."],
    ),
    (
        mail.MailShown(0, "", "ada@example.org"),
        ["A code was sent to ada@example.org. /mail and the code confirm that address."],
    ),
    (
        mail.MailShown(0, "ada@example.org", "ada@example.com"),
        [
            "When you are away, ada@example.org is told who wrote to you, once an hour at most.",
            "/mail off ends that.",
            "A code was sent to ada@example.com. /mail and the code confirm that address.",
        ],
    ),
    (
        mail.MailCodeSent(0, "ada@example.org", 3600.0),
        [
            "A code is on its way to ada@example.org. Type /mail and the code within 60 minutes.",
        ],
    ),
    (
        webhooks.WebhookAdded(0, "ops", "ci", "ci[hook]", "https://x.example", "/hook/abc"),
        [
            "Who sends a line to this address says it in #ops, as ci[hook]:",
            "https://x.example/hook/abc",
            "It is shown only now. /webhook remove ci ends it.",
        ],
    ),
    (
        webhooks.WebhookList(0, "ops", ()),
        ["#ops has no webhooks. /webhook add makes one."],
    ),
    (
        webhooks.WebhookList(
            0,
            "ops",
            (
                webhooks.WebhookRow("ci", "ci[hook]", "ada", AT, 0.0, False),
                webhooks.WebhookRow("cd", "cd[hook]", "bob", AT, AT, True),
            ),
        ),
        [
            "ci by ada on 2023-11-14 22:13, not used yet",
            (
                "cd by bob on 2023-11-14 22:13, last used 2023-11-14 22:13; "
                "silent, as bob may not let it speak now"
            ),
        ],
    ),
    (
        webhooks.WebhookRemoved(0, "ops", "ci"),
        ["The webhook ci says nothing more in #ops."],
    ),
    (
        credentials.InvitationCreated(0, "BCDF-GHJK-LMNP-QRST", 1, AT),
        [
            "The invitation code is BCDF-GHJK-LMNP-QRST. It is shown only now.",
            (
                "One account can be made with it until 2023-11-14 22:14: "
                "/register BCDF-GHJK-LMNP-QRST"
            ),
        ],
    ),
    (
        credentials.InvitationCreated(0, "BCDF-GHJK-LMNP-QRST", 5, AT),
        [
            "The invitation code is BCDF-GHJK-LMNP-QRST. It is shown only now.",
            "5 accounts can be made with it until 2023-11-14 22:14: /register BCDF-GHJK-LMNP-QRST",
        ],
    ),
    (
        credentials.InvitationList(0, ()),
        ["There are no invitation codes. /invite-code makes one."],
    ),
    (
        credentials.InvitationList(
            AT, (ROW, credentials.InvitationRow(4, "", AT, AT + 9, 1, 1, ()))
        ),
        [
            (
                "3 by ada on 2023-11-14 22:13, good until 2023-11-14 23:14, used 2 of 5 times: "
                "bob, carl"
            ),
            "4 by the server's operator on 2023-11-14 22:13, over, used 1 of 1 times",
        ],
    ),
    (credentials.InvitationRevoked(0, 3), ["The invitation code 3 is good no more."]),
]


@pytest.mark.parametrize(("reply", "lines"), WORDS, ids=lambda each: type(each).__name__)
def test_a_reply_has_its_words(reply: Reply, lines: list[str]) -> None:
    assert list(lines_of(reply)) == lines
