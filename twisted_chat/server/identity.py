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
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen

from twisted_chat.server.settings import BadSetting

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@frozen
class Identity:
    """
    Whom the server runs as.

    Attributes:
        uid: the user; None for the one who starts it.
        gid: the group; None for that of ``uid``.
        log_file: the log that twistd opens as root; None if it opens none.
    """

    uid: int | None = None
    gid: int | None = None
    log_file: Path | None = None

    @classmethod
    def of(cls, twistd: Mapping[str, Any] | None, directory: Path = Path()) -> Identity:
        """
        Read the options of twistd itself; None are no options.

        Args:
            directory: where relative paths begin.

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
        return cls(uid, gid, _log_file(given, directory))

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

    def take_log(self) -> None:
        """
        Give the log file, which twistd has opened, to this user, who rotates it later.
        """
        if os.geteuid() or self.log_file is None or not self.uid:
            return
        with contextlib.suppress(OSError):
            os.chown(self.log_file, self.uid, -1 if self.gid is None else self.gid)


def _log_file(given: Mapping[str, Any], directory: Path) -> Path | None:
    name: str | None = given.get("logfile")
    if given.get("syslog") or given.get("logger") or name == "-":
        return None
    if not name:
        # As in `UnixAppLogger`: a daemon has this one, and what stays in the foreground has none.
        return None if given.get("nodaemon") or given.get("debug") else directory / "twistd.log"
    return directory / name
