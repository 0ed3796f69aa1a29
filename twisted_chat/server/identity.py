"""
The user of the system that the server runs as.

Started as root with ``--uid`` or ``--gid``, twistd gives up root's privileges only after it has
made the server.  What makes files before that is done as that user, so that the server can still
write them afterwards.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import stat
from typing import TYPE_CHECKING, Any

from attrs import frozen

from twisted_chat.options import BadSetting

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@frozen
class Identity:
    """
    Whom the server runs as.

    Attributes:
        uid: the user; None for the one who starts it.
        gid: the group; None for that of ``uid``.
    """

    uid: int | None = None
    gid: int | None = None

    @classmethod
    def of(cls, twistd: Mapping[str, Any] | None) -> Identity:
        """
        Read the options of twistd itself; None are no options.

        Raises:
            BadSetting: the server cannot run so.
        """
        given = twistd or {}
        if given.get("chroot") is not None:
            raise BadSetting(
                "--chroot cannot be used, because files are opened before and after it; "
                "use a container, or RootDirectory= in a systemd unit."
            )
        uid, gid = given.get("uid"), given.get("gid")
        if os.geteuid() and (uid not in (None, os.geteuid()) or gid not in (None, os.getegid())):
            raise BadSetting("--uid and --gid work for root only; start as root, or omit them.")
        if uid is not None:
            try:
                group = pwd.getpwuid(uid).pw_gid
            except KeyError as error:
                raise BadSetting(
                    f"--uid: there is no user {uid}; name one of the system's."
                ) from error
            gid = group if gid is None else gid
        return cls(uid, gid)

    @contextlib.contextmanager
    def assumed(self) -> Iterator[None]:
        """
        Run the block as this user, if this process may still choose.

        Raises:
            BadSetting: it cannot become this user.
        """
        if os.geteuid() or (self.uid is None and self.gid is None):
            yield
            return
        group, groups = os.getegid(), os.getgroups()
        try:
            try:
                self._assume()
            except OSError as error:
                raise BadSetting(
                    f"cannot become user {self.uid} and group {self.gid}: {error.strerror}."
                ) from error
            yield
        finally:
            os.seteuid(0)
            os.setegid(group)
            os.setgroups(groups)

    def _assume(self) -> None:
        # In the order of twistd's own `switchUID`.
        if self.gid is not None:
            os.setegid(self.gid)
        if self.uid:
            os.initgroups(pwd.getpwuid(self.uid).pw_name, self.gid or 0)
            os.seteuid(self.uid)

    def give(self, descriptor: int) -> None:
        """
        Give an open file to this user; a device or a pipe stays whose it is.
        """
        if os.geteuid() == 0 and stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.fchown(descriptor, *(-1 if each is None else each for each in (self.uid, self.gid)))
