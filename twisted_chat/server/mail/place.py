"""
The operator's mail server: where it is, and who comes to it.
"""

from __future__ import annotations

import re

from attrs import field, frozen

from twisted_chat.errors import ChatError
from twisted_chat.options import BadSetting
from twisted_chat.people.mail.letters import read_address

#: The port of each kind of TLS (RFC 6409, RFC 8314, RFC 5321).
PORTS = {"starttls": 587, "tls": 465, "off": 25}
# A name or an IPv4 address, or an IPv6 address in brackets; and perhaps a port.
_PLACE = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+))(?::([0-9]{1,5}))?")


@frozen
class MailServer:
    """
    A mail server that takes letters (RFC 6409).

    Attributes:
        host: its name or address.
        tls: ``starttls``, ``tls`` or ``off``.
        user: the name to log in with; empty for not at all.
        sender: the address that letters come from.
    """

    host: str
    port: int
    tls: str
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def read(cls, place: str, tls: str, login: str, sender: str) -> MailServer:
        """
        Return the server at ``place``, as the operator gives it.

        Args:
            login: what the file with the user's name and password holds; empty for none.

        Raises:
            BadSetting: something of it is missing, or cannot be used.
        """
        if not (place and sender):
            raise BadSetting("smtp and smtp-sender belong together: give both.")
        found = _PLACE.fullmatch(place)
        port = int(found[3] or PORTS[tls]) if found else 0
        if found is None or not 0 < port <= 65535:
            raise BadSetting(
                f"smtp must be a host or host:port, such as mail.example.org:587, not {place!r}."
            )
        try:
            sender = read_address(sender)
        except ChatError as error:
            raise BadSetting(
                f"smtp-sender must be an address such as chat@example.org, not {sender!r}."
            ) from error
        user, password = cls._read_login(login) if login else ("", "")
        if user and tls == "off":
            raise BadSetting("smtp-login needs TLS: give smtp-tls as starttls or tls.")
        return cls(found[1] or found[2], port, tls, sender, user, password)

    @staticmethod
    def _read_login(login: str) -> tuple[str, str]:
        lines = login.splitlines()
        user, password = lines if len(lines) == 2 else ("", "")
        if not (user.isprintable() and user and password):
            # Nothing of it is shown.
            raise BadSetting(
                "smtp-login must be a file of two lines: the user's name, and the password."
            )
        return user, password

    @property
    def place(self) -> str:
        """
        What the chat is called in letters: the domain of the sender.
        """
        return self.sender.rpartition("@")[2]
