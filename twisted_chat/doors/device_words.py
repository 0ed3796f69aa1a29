"""
The words about accounts, devices, keys, codes, mail and webhooks, and of all questions.

The caller cleans the text.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import singledispatch
from typing import TYPE_CHECKING

from twisted_chat.doors.lists.rows import rows_of
from twisted_chat.replies import credentials, mail, questions, webhooks
from twisted_chat.store.decisions import deadline, moment
from twisted_chat.store.keys import CERTIFICATE
from twisted_chat.text.durations import in_seconds

if TYPE_CHECKING:
    from twisted_chat.world.client import Prompt

# What a device is at each door, in words for a user who knows the device and not the server.
_DOORS = {
    "line": "telnet or nc",
    "ssh": "ssh",
    "irc": "a client of IRC",
    "web": "a browser or another program",
    "json": "a program",
}


@singledispatch
def lines_about(reply: object) -> Iterable[str]:
    """
    Return the lines that a user reads for ``reply``.

    Raises:
        TypeError: there are no words for it.
    """
    return rows_of(reply)


# -- devices --------------------------------------------------------------------------------------


@lines_about.register
def _(reply: credentials.Devices) -> Iterable[str]:
    if not reply.devices:
        return ["No device can log in to your account without a password."]
    return [_row(each) for each in reply.devices]


def _row(device: credentials.Device) -> str:
    kind = "a key" if device.fingerprint else _DOORS.get(device.door, "a program")
    name = device.name or kind
    what = f"{name} ({device.fingerprint})" if device.fingerprint else name
    door = f" by {device.door}" if device.door else ""
    used = f"last used {moment(device.used_at)}{door}" if device.used_at else "not used yet"
    here = ", here now" if device.is_here else ""
    return f"{device.number} {what}: since {moment(device.since)}, {used}{here}"


@lines_about.register
def _(reply: credentials.Unlinked) -> Iterable[str]:
    name = reply.device.name or f"Device {reply.device.number}"
    return [f"{name} needs your password again."]


@lines_about.register
def _(reply: credentials.KeyList) -> Iterable[str]:
    if not reply.keys:
        return ["No key opens your account. /key add ssh-ed25519 AAAA... adds one."]
    return [
        f"{each.fingerprint} {each.kind}{f' {each.label}' if each.label else ''}: "
        f"since {moment(each.added_at)}, "
        f"{f'last used {moment(each.used_at)}' if each.used_at else 'not used yet'}"
        for each in reply.keys
    ]


@lines_about.register
def _(reply: credentials.KeyAdded) -> Iterable[str]:
    return [f"The {_called(reply.key)} opens your account from now on."]


@lines_about.register
def _(reply: credentials.KeyRemoved) -> Iterable[str]:
    return [f"The {_called(reply.key)} no longer opens your account."]


def _called(key: credentials.KeyShown) -> str:
    what = "TLS certificate" if key.kind == CERTIFICATE else "SSH key"
    label = f" ({key.label})" if key.label else ""
    return f"{what} {key.fingerprint}{label}"


# -- codes that link devices ----------------------------------------------------------------------


@lines_about.register
def _(reply: credentials.LinkOffered) -> Iterable[str]:
    minutes = f"{reply.seconds / 60:g} minutes"
    yield f"The code is {reply.code}. It lets one device in to your account, within {minutes}."
    yield f"Type it there in place of a name: /link {reply.code}. Then you are asked here."
    yield "Tell the code to nobody, also if they say that they run this server."


@lines_about.register
def _(reply: credentials.LinkAsked) -> Iterable[str]:
    what = _DOORS.get(reply.door, "a program")
    name = f' that calls itself "{reply.device}"' if reply.device else ""
    where = reply.host or "this server's machine"
    # The address first: it is certain, and nothing that a device says stands before it.
    yield f"*** A device at {where} wants to come in to your account: {what}{name}. ***"
    within = in_seconds(reply.seconds)
    yield f"Is it yours? Type /link yes or /link no within {within}."


@lines_about.register
def _(reply: credentials.LinkWaits) -> Iterable[str]:
    when = f"within {in_seconds(reply.seconds)}"
    code = f"Now type /link yes where {reply.account} made the code, {when}."
    return [f"{code} Your address is shown there."]


@lines_about.register
def _(reply: credentials.LinkAnswered) -> Iterable[str]:
    if reply.is_let_in:
        return ["The device is let in. /devices lists what needs no password."]
    return ["The device is not let in, and its code is good no more."]


# -- codes of invitations -------------------------------------------------------------------------


@lines_about.register
def _(reply: credentials.InvitationCreated) -> Iterable[str]:
    many = "One account" if reply.uses == 1 else f"{reply.uses} accounts"
    yield f"The invitation code is {reply.code}. It is shown only now."
    yield f"{many} can be made with it until {deadline(reply.until)}: /register {reply.code}"


@lines_about.register
def _(reply: credentials.InvitationList) -> Iterable[str]:
    if not reply.invitations:
        return ["There are no invitation codes. /invite-code makes one."]
    return [invitation_row(each, reply.at) for each in reply.invitations]


def invitation_row(row: credentials.InvitationRow, now: float) -> str:
    """
    Return one code of a list as it is shown.
    """
    by = row.by or "the server's operator"
    is_over = row.used >= row.uses or row.until <= now
    state = "over" if is_over else f"good until {deadline(row.until)}"
    names = f": {', '.join(row.accounts)}" if row.accounts else ""
    made = f"{row.number} by {by} on {moment(row.made_at)}"
    return f"{made}, {state}, used {row.used} of {row.uses} times{names}"


@lines_about.register
def _(reply: credentials.InvitationRevoked) -> Iterable[str]:
    return [f"The invitation code {reply.number} is good no more."]


# -- questions ------------------------------------------------------------------------------------

# What the server itself asks for.
_PROMPTS = {
    "password": "Password: ",
    "new-password": "New password: ",
    "repeated-password": "Repeat the password: ",
    "current-password": "Current password: ",
    "password-to-unregister": "Password, to delete your account: ",
    "invitation-code": "Invitation code: ",
}


def question_of(prompt: Prompt) -> str:
    """
    Return the question of ``prompt``; a plugin's is in its own words.

    Raises:
        KeyError: there are no words for its code.
    """
    if not prompt.code:
        return prompt.text + _hints(prompt.type, prompt.default)
    if prompt.room:
        return f"Password for #{prompt.room}: "
    return _PROMPTS[prompt.code]


@lines_about.register
def _(reply: questions.Asked) -> Iterable[str]:
    yield f"{reply.text} {_hints(reply.type, reply.default)}".rstrip()
    yield from _numbered(reply.options)


@lines_about.register
def _(reply: questions.Choices) -> Iterable[str]:
    return _numbered(reply.options)


def _numbered(options: Iterable[str]) -> Iterable[str]:
    return (f"{number} {option}" for number, option in enumerate(options, 1))


@lines_about.register
def _(_: questions.QuestionEnded) -> Iterable[str]:
    # What came of it is told by the command.
    return []


def _hints(kind: str, default: str) -> str:
    how = "(yes/no) " if kind == "boolean" else ""
    return f"{how}[{default}] " if default else how


# -- mail -----------------------------------------------------------------------------------------


@lines_about.register
def _(reply: mail.MailShown) -> Iterable[str]:
    if reply.address:
        yield f"When you are away, {reply.address} is told who wrote to you, once an hour at most."
        yield "/mail off ends that."
    elif not reply.awaiting:
        yield "You are told nothing by mail. /mail you@example.org begins that."
    if reply.awaiting:
        yield f"A code was sent to {reply.awaiting}. /mail and the code confirm that address."


@lines_about.register
def _(reply: mail.MailCodeSent) -> Iterable[str]:
    minutes = f"{reply.seconds / 60:g} minutes"
    yield f"A code is on its way to {reply.address}. Type /mail and the code within {minutes}."


# -- webhooks -------------------------------------------------------------------------------------


@lines_about.register
def _(reply: webhooks.WebhookAdded) -> Iterable[str]:
    yield f"Who sends a line to this address says it in #{reply.room}, as {reply.nick}:"
    # Alone on its row, so that it can be copied.
    yield f"{reply.site}{reply.path}"
    yield f"It is shown only now. /webhook remove {reply.name} ends it."


@lines_about.register
def _(reply: webhooks.WebhookList) -> Iterable[str]:
    if not reply.webhooks:
        return [f"#{reply.room} has no webhooks. /webhook add makes one."]
    return map(_webhook_row, reply.webhooks)


def _webhook_row(row: webhooks.WebhookRow) -> str:
    used = f"last used {moment(row.used_at)}" if row.used_at else "not used yet"
    silent = f"; silent, as {row.by} may not let it speak now" if row.is_silent else ""
    return f"{row.name} by {row.by} on {moment(row.made_at)}, {used}{silent}"


@lines_about.register
def _(reply: webhooks.WebhookRemoved) -> Iterable[str]:
    return [f"The webhook {reply.name} says nothing more in #{reply.room}."]
