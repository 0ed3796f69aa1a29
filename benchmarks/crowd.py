"""
The crowd: many connections in one process, how they come in, and what they are sent.
"""

from __future__ import annotations

import ctypes
import select
import socket
import ssl
import struct
import sys
import time
from array import array
from collections import deque
from typing import TYPE_CHECKING

from attrs import define, field

from benchmarks.ssh import SshSocket
from benchmarks.wire import now, stamps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from benchmarks.wire import Step

#: What is done with what a member is sent.
COUNTED, SAMPLED = 1, 2
# Seconds in which one more must be in, while some are on their way.
_TIMEOUT = 60.0
_READ_SIZE = 262144
_DELAYS_ROOM = 4_000_000
_EVENTS = 128
# Where tcpi_data_segs_in is in `struct tcp_info` of linux/tcp.h.
_SEGMENTS = slice(152, 156)
# What a step waits for is shorter than this.
_TAIL = 80
# Closed without lingering, so that no connection is left in TIME_WAIT for the next run.
_AT_ONCE = struct.pack("ii", 1, 0)


class CameToNothing(Exception):
    """
    A run cannot go on, and why.
    """


@define(eq=False)
class Member:
    """
    One connection.

    Attributes:
        steps: what is left of the way in.
        unsent: what the kernel has not taken yet.
    """

    nick: str
    room: str
    steps: deque[Step]
    socket: socket.socket | SshSocket
    fd: int
    unsent: bytes = b""
    _tail: bytes = b""
    is_connecting: bool = True

    def hear(self, data: bytes) -> bytes:
        """
        Take what was received on the way in and return what is sent next.
        """
        heard = self._tail + data
        answer = b""
        while self.steps:
            step = self.steps[0]
            if step.expect is not None:
                found = step.expect.search(heard)
                if found is None:
                    break
                heard = heard[found.end() :]
            answer += step.send
            self.steps.popleft()
        self._tail = heard[-_TAIL:]
        return answer

    def told(self) -> str:
        """
        Return how far a member has got on the way in.
        """
        step = self.steps[0] if self.steps else None
        if self.is_connecting or step is None or step.expect is None:
            return f"{self.nick} is not connected"
        return f"{self.nick} waits for {step.expect.pattern.decode()!r}"


class _Shared(ctypes.Structure):
    # As `struct crowd` in drain.c.
    _fields_ = (
        ("marks", ctypes.c_void_p),
        ("bytes", ctypes.c_void_p),
        ("flags", ctypes.c_void_p),
        ("delays", ctypes.c_void_p),
        ("delays_room", ctypes.c_uint64),
        ("delays_count", ctypes.c_uint64),
        ("lost", ctypes.c_uint64),
        ("epoll", ctypes.c_uint32),
        ("mark", ctypes.c_uint32),
    )


@define(eq=False)
class Crowd:
    """
    Everybody who is connected to one server.

    Args:
        port: where the server listens on 127.0.0.1.
        descriptors: one more than the highest there can be.
        tls: encrypts, if it is given.
        by_ssh: returns whether the member of a nick comes by SSH with a terminal, or without one;
            None where nobody comes by SSH.
        library: the path of the compiled drain.c; empty to do the same in Python.
        crowding: how many are on their way in at once.

    Attributes:
        mark: the byte that each counted line holds once.
        marks, sizes: for each descriptor, how many marks and bytes came.
        flags: for each descriptor, what is done with what comes.
    """

    port: int
    descriptors: int
    tls: ssl.SSLContext | None = None
    library: str = ""
    crowding: int = 256
    mark: bytes = b"\n"
    by_ssh: Callable[[str], bool] | None = None
    members: list[Member] = field(init=False, factory=list)
    marks: array[int] = field(init=False)
    sizes: array[int] = field(init=False)
    flags: array[int] = field(init=False)
    _delays: array[int] = field(init=False)
    _shared: _Shared = field(init=False)
    _drain: ctypes._NamedFuncPointer | None = field(init=False, default=None)
    _by_fd: dict[int, Member] = field(init=False, factory=dict)
    _blocked: dict[Member, None] = field(init=False, factory=dict)
    _buffer: bytearray = field(init=False)
    _epoll: select.epoll = field(init=False, factory=select.epoll)

    def __attrs_post_init__(self) -> None:
        self.marks = array("Q", bytes(8 * self.descriptors))
        self.sizes = array("Q", bytes(8 * self.descriptors))
        self.flags = array("B", bytes(self.descriptors))
        self._delays = array("I", bytes(4 * _DELAYS_ROOM))
        self._buffer = bytearray(_READ_SIZE)
        self._shared = _Shared(
            marks=self.marks.buffer_info()[0],
            bytes=self.sizes.buffer_info()[0],
            flags=self.flags.buffer_info()[0],
            delays=self._delays.buffer_info()[0],
            delays_room=_DELAYS_ROOM,
            epoll=self._epoll.fileno(),
            mark=self.mark[0],
        )
        # Encrypted bytes are not for recv(2).
        if self.library and not self.is_encrypted:
            self._drain = ctypes.CDLL(self.library).drain
            self._drain.argtypes = (ctypes.c_void_p, ctypes.c_int)
            self._drain.restype = ctypes.c_int64

    @property
    def is_encrypted(self) -> bool:
        """
        Whether what comes is not what was said.
        """
        return self.tls is not None or self.by_ssh is not None

    # -- the way in -------------------------------------------------------------------------------

    def arrive(self, people: Iterable[tuple[str, str, list[Step]]]) -> list[Member]:
        """
        Bring people in, as fast as the server lets them, and return them.

        Args:
            people: nick, room and steps of each.

        Raises:
            CameToNothing: a member is not let in.
        """
        coming = iter(people)
        under_way: dict[int, Member] = {}
        arrived: list[Member] = []
        deadline = time.monotonic() + _TIMEOUT
        more = True
        while more or under_way:
            while more and len(under_way) < self.crowding:
                person = next(coming, None)
                if person is None:
                    more = False
                    break
                member = self._connect(*person)
                under_way[member.fd] = member
                arrived.append(member)
            for fd, _ in self._epoll.poll(1.0, 1024):
                member = self._by_fd[fd]
                self._further(member)
                if fd in under_way and not member.is_connecting and not member.steps:
                    del under_way[fd]
                    deadline = time.monotonic() + _TIMEOUT
            if time.monotonic() > deadline:
                stuck = next(iter(under_way.values()))
                raise CameToNothing(f"{len(under_way)} do not get in; {stuck.told()}")
        self.members += arrived
        return arrived

    def _connect(self, nick: str, room: str, steps: list[Step]) -> Member:
        connection = socket.socket()
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        connection.connect_ex(("127.0.0.1", self.port))
        fd = connection.fileno()
        member = Member(nick, room, deque(steps), connection, fd)
        self._by_fd[fd] = member
        self._epoll.register(fd, select.EPOLLIN | select.EPOLLOUT)
        return member

    def _further(self, member: Member) -> None:
        if member.is_connecting:
            try:
                if self._is_connected(member):
                    member.is_connecting = False
                    self._epoll.modify(member.fd, select.EPOLLIN)
                    self._say_all(member, member.hear(b""))
            except OSError as error:
                raise CameToNothing(f"{member.nick} is not let in: {error}") from error
            return
        while True:
            size = self._receive(member)
            if size:
                data = bytes(memoryview(self._buffer)[:size])
                if member.steps:
                    self._say_all(member, member.hear(data))
                self.sizes[member.fd] += size
            if not size or not self.is_encrypted:
                return

    def _is_connected(self, member: Member) -> bool:
        connection = member.socket
        if not isinstance(connection, (ssl.SSLSocket, SshSocket)):
            error = connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if error:
                raise OSError(error, "cannot connect")
            if self.by_ssh is not None:
                has_terminal = self.by_ssh(member.nick)
                connection = SshSocket(connection, member.nick, has_terminal=has_terminal)
            elif self.tls is not None:
                connection = self.tls.wrap_socket(connection, do_handshake_on_connect=False)
            else:
                return True
            member.socket = connection
        try:
            connection.do_handshake()
        except ssl.SSLWantReadError:
            self._epoll.modify(member.fd, select.EPOLLIN)
            return False
        except ssl.SSLWantWriteError:
            self._epoll.modify(member.fd, select.EPOLLOUT)
            return False
        return True

    def _say_all(self, member: Member, data: bytes) -> None:
        if data and member.socket.send(data) < len(data):
            raise CameToNothing(f"{member.nick} cannot send on the way in")

    def _receive(self, member: Member) -> int:
        """
        Read into the buffer and return how much; 0 for nothing.
        """
        try:
            size = member.socket.recv_into(self._buffer)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return 0
        except OSError:
            size = 0
        if not size:
            self._shared.lost += 1
            self._epoll.unregister(member.fd)
            if member.steps:
                raise CameToNothing(f"{member.nick} is cut off on the way in")
        return size

    # -- what goes on -----------------------------------------------------------------------------

    @property
    def lost(self) -> int:
        """
        How many connections have ended.
        """
        return int(self._shared.lost)

    def settle(self, quiet: float = 0.3, within: float = 60.0) -> None:
        """
        Read until nothing came for ``quiet`` seconds, and begin to count again.

        Raises:
            CameToNothing: something comes again and again.
        """
        give_up = time.monotonic() + within
        while True:
            before = sum(self.sizes)
            until = time.monotonic() + quiet
            while time.monotonic() < until:
                self.drain(0.05)
            if sum(self.sizes) == before:
                break
            if time.monotonic() > give_up:
                raise CameToNothing(f"it does not get quiet within {within:g} s")
        self.restart_count()

    def segments(self) -> int:
        """
        Return how many TCP segments with data came to all members that are connected.

        On the loopback interface a send of up to 64 KiB is one, if it waited for nothing.
        """
        return sum(
            int.from_bytes(
                member.socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _SEGMENTS.stop)[
                    _SEGMENTS
                ],
                sys.byteorder,
            )
            for member in self.members
        )

    def restart_count(self) -> None:
        """
        Forget the marks that came.
        """
        for member in self.members:
            self.marks[member.fd] = 0

    def drain(self, timeout: float) -> int:
        """
        Wait for something to come and make one pass over it.

        Returns:
            how many marks it holds that came to those who are counted.
        """
        if self._blocked:
            self._unblock()
        if self._drain is None:
            return self._drain_in_python(timeout)
        return int(self._drain(ctypes.byref(self._shared), int(timeout * 1000)))

    def _drain_in_python(self, timeout: float) -> int:
        total = 0
        buffer, mark = self._buffer, self.mark
        for fd, _ in self._epoll.poll(timeout, _EVENTS):
            member, flags = self._by_fd[fd], self.flags[fd]
            while size := self._receive(member):
                marks = buffer.count(mark, 0, size)
                self.marks[fd] += marks
                self.sizes[fd] += size
                if flags & COUNTED:
                    total += marks
                if flags & SAMPLED:
                    self._sample(memoryview(buffer)[:size])
                if not self.is_encrypted:
                    break
        return total

    def _sample(self, data: memoryview) -> None:
        came = now()
        for stamp in stamps(data):
            if self._shared.delays_count < _DELAYS_ROOM:
                self._delays[self._shared.delays_count] = max(0, came - stamp)
                self._shared.delays_count += 1

    def wait(self, seconds: float) -> None:
        """
        Wait until something can be read; finer than the milliseconds of epoll.
        """
        select.select([self._epoll.fileno()], [], [], seconds)

    def delays(self) -> array[int]:
        """
        Return the microseconds that sampled lines took, and begin again.
        """
        delays = self._delays[: self._shared.delays_count]
        self._shared.delays_count = 0
        return delays

    def send(self, member: Member, data: bytes) -> None:
        """
        Send, or keep what the kernel does not take for later.
        """
        if member.unsent:
            member.unsent += data
            return
        member.unsent = data
        self._push(member)
        if member.unsent:
            self._blocked[member] = None

    def _push(self, member: Member) -> None:
        try:
            sent = member.socket.send(member.unsent)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return
        except OSError:
            # The end is read, and counted, where everything is read.
            member.unsent = b""
            return
        member.unsent = member.unsent[sent:]

    def _unblock(self) -> None:
        for member in tuple(self._blocked):
            self._push(member)
            if not member.unsent:
                del self._blocked[member]

    def ignore(self, member: Member) -> None:
        """
        Never read again what ``member`` is sent.
        """
        self._epoll.unregister(member.fd)

    def is_connected(self, member: Member) -> bool:
        """
        Return whether the server still keeps the connection, also of a member who reads nothing.
        """
        # The first byte of struct tcp_info is the state; 1 is TCP_ESTABLISHED.
        return member.socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1) == b"\1"

    def close(self) -> None:
        """
        Close all connections.
        """
        for member in self._by_fd.values():
            member.socket.close()
        self._epoll.close()
