"""
Disks of a test's own that fail when they are told to: one that is full, one that does not answer.

Both are mounted, so they need mounts that no other program sees: see `with_own_mounts`.
"""

from __future__ import annotations

import contextlib
import errno
import os
import subprocess
from pathlib import Path
from typing import ClassVar

from attrs import define, field

BEGINS = "*** Messages are not saved at the moment: the disk fails. The log says why. ***"
ENDS = "*** Messages are saved again; {} lines were lost. ***"


class Unavailable(Exception):
    """
    This user, or this machine, cannot have such a disk; it says why.
    """


@define(eq=False)
class SoundDisk:
    """
    The disk that is there, which does not fail.

    Attributes:
        path: an empty folder.
    """

    path: Path
    name: ClassVar[str] = "sound"
    may_fail: ClassVar[bool] = False

    def begin(self) -> None:
        """
        Prepare it.

        Raises:
            Unavailable: it cannot be had.
        """

    def fail(self) -> None:
        """
        Let it fail from now on.
        """

    def recover(self) -> None:
        """
        Let it work again, if it fails.
        """

    def end(self) -> None:
        """
        Take it away.
        """


@define(eq=False)
class FullDisk(SoundDisk):
    """
    A disk in memory, which fails by having no byte left.

    Attributes:
        size: its bytes.
    """

    size: int = 64 << 20
    name: ClassVar[str] = "full"
    may_fail: ClassVar[bool] = True

    def begin(self) -> None:
        _run("mount", "-t", "tmpfs", "-o", f"size={self.size}", "tmpfs", str(self.path))

    def fail(self) -> None:
        fill(self.path / "filling")

    def recover(self) -> None:
        (self.path / "filling").unlink(missing_ok=True)

    def end(self) -> None:
        _run("umount", str(self.path))


@define(eq=False)
class FrozenDisk(SoundDisk):
    """
    A file system in a file, which fails by being frozen: each write to it waits, and so does a
    program that is killed in the middle of one.
    """

    name: ClassVar[str] = "frozen"
    may_fail: ClassVar[bool] = True
    size: int = 256 << 20
    _freezer: subprocess.Popen[bytes] | None = field(init=False, default=None)

    @property
    def _image(self) -> Path:
        return self.path.with_name(f"{self.path.name}.image")

    def begin(self) -> None:
        with self._image.open("wb") as image:
            image.truncate(self.size)
        _run("mkfs.ext4", "-q", "-F", str(self._image))
        # Its loop device goes with the mount.
        _run("mount", "-o", "loop", str(self._image), str(self.path))
        try:
            self.fail()
        except Unavailable:
            self.end()
            raise
        self.recover()

    def fail(self) -> None:
        # It thaws when its input ends, so also if this process does not live to tell it.
        freezing = 'fsfreeze --freeze "$1" && echo frozen && read line; fsfreeze --unfreeze "$1"'
        freezer = self._freezer = subprocess.Popen(
            ["sh", "-c", freezing, "sh", str(self.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert freezer.stdout is not None
        if not freezer.stdout.readline():
            self._freezer = None
            raise Unavailable(f"fsfreeze: {freezer.communicate()[1].decode().strip()}")

    def recover(self) -> None:
        if self._freezer is not None:
            self._freezer.communicate()
            self._freezer = None

    def end(self) -> None:
        self.recover()
        _run("umount", str(self.path))
        self._image.unlink()


DISKS = {disk.name: disk for disk in (SoundDisk, FullDisk, FrozenDisk)}


def with_own_mounts(*command: str) -> list[str]:
    """
    Return how to run ``command`` with mounts of its own.

    Raises:
        Unavailable: it cannot have them.
    """
    around = ["unshare", "--mount"]
    try:
        _run(*around, "true")
    except Unavailable:
        # A user who is not root may be so in a world of its own.
        around.append("--map-root-user")
        _run(*around, "true")
    return [*around, *command]


def fill(file: Path) -> None:
    """
    Write to ``file`` until its disk has no byte left.
    """
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT)
    try:
        for size in (1 << 20, 65536, 4096, 1):
            with contextlib.suppress(OSError):
                while True:
                    os.write(descriptor, bytes(size))
        try:
            os.write(descriptor, b"1")
        except OSError as error:
            assert error.errno == errno.ENOSPC  # noqa: PT017  # it is what is made, not tested
        else:
            raise AssertionError("the disk has room still")
    finally:
        os.close(descriptor)


def _run(*command: str) -> None:
    """
    Run ``command``.

    Raises:
        Unavailable: it is not there, or it fails.
    """
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except FileNotFoundError:
        raise Unavailable(f"there is no {command[0]}") from None
    if done.returncode:
        raise Unavailable(f"{command[0]}: {done.stderr.decode().strip()}")
