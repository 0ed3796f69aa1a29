"""
Replies about what opens an account beside its password, and about codes with which users make one.

That is devices, keys, and the codes that link a device.  A reply with a code in it is told once
and kept nowhere.
"""

from __future__ import annotations

from attrs import field, frozen

from twisted_chat.replies.reply import Reply


@frozen
class Device:
    """
    What is in the reader's account without a password: by a token, a key, or a code of ``/link``.

    Attributes:
        number: among them, from 1.
        name: as the program calls it, or the label of the key; may be empty.
        since: when it came first, or the key was added.
        used_at: when it came or went last, or its user entered or left a room, changed their nick
            or logged in there; 0 for never.
        is_here: its session goes on, or may be resumed.
        door: at which it came last, such as ``web``; empty if that is not known.
        fingerprint: of the key, as ssh-keygen shows it; empty for all else.
    """

    number: int
    name: str
    since: float
    used_at: float
    is_here: bool
    door: str = ""
    fingerprint: str = ""


@frozen
class Devices(Reply):
    """
    The devices of the reader's account.
    """

    devices: tuple[Device, ...]


@frozen
class Unlinked(Reply):
    """
    ``device`` needs the reader's password again.
    """

    device: Device


@frozen
class KeyShown:
    """
    A key with which the reader comes to their account without a password.

    Attributes:
        fingerprint: as ssh-keygen shows it; of a TLS certificate as OpenSSL does.
        kind: such as ``ssh-ed25519``, or ``tls-certificate``.
        label: what the reader calls it; may be empty.
        added_at: when it was added.
        used_at: when it was used last; 0 for never.
    """

    fingerprint: str
    kind: str
    label: str
    added_at: float
    used_at: float = 0.0


@frozen
class KeyList(Reply):
    """
    The keys of the reader's account.
    """

    keys: tuple[KeyShown, ...]


@frozen
class KeyAdded(Reply):
    """
    ``key`` opens the reader's account from now on.
    """

    key: KeyShown


@frozen
class KeyRemoved(Reply):
    """
    ``key`` no longer opens the reader's account.
    """

    key: KeyShown


@frozen
class LinkOffered(Reply):
    """
    Another device comes to the reader's account with ``code``, once, within ``seconds``.
    """

    code: str = field(repr=False)
    seconds: float


@frozen
class LinkAsked(Reply):
    """
    A device with the reader's code wants to be let in to their account.

    Attributes:
        door: at which it is, such as ``ssh``.
        device: what it calls itself; may be empty.
        host: the address it comes from, also where that is this machine; empty by a UNIX socket.
        seconds: within which the reader must answer.
    """

    door: str
    device: str
    host: str
    seconds: float


@frozen
class LinkWaits(Reply):
    """
    The reader has to confirm, at the device where the code of ``account`` was made.

    Attributes:
        seconds: within which.
    """

    account: str
    seconds: float


@frozen
class LinkAnswered(Reply):
    """
    The device that asked for it is let in to the reader's account, or not.
    """

    is_let_in: bool


@frozen
class InvitationCreated(Reply):
    """
    So many newcomers make accounts with ``code`` until a time, in seconds since the epoch.
    """

    code: str = field(repr=False)
    uses: int
    until: float


@frozen
class InvitationRow:
    """
    A code for newcomers.

    Attributes:
        number: among all codes there were.
        by: who made it; empty for the operator at the shell.
        made_at: when it was made.
        until: when it ends, or was ended.
        uses: for how many accounts it is good.
        used: how many were made with it.
        accounts: their names, as far as they are still there.
    """

    number: int
    by: str
    made_at: float
    until: float
    uses: int
    used: int
    accounts: tuple[str, ...]


@frozen
class InvitationList(Reply):
    """
    The codes for newcomers, the latest last.
    """

    invitations: tuple[InvitationRow, ...]


@frozen
class InvitationRevoked(Reply):
    """
    No account is made any more with the code of this number.
    """

    number: int
