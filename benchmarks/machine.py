"""
The machine: cores, descriptors, and what /proc tells of a process.
"""

from __future__ import annotations

import os
import platform
import resource
from pathlib import Path

#: Descriptors that are left for everything but connections.
RESERVED_DESCRIPTORS = 500


def server_core() -> int:
    """
    Return the core for servers.
    """
    return min(os.sched_getaffinity(0))


def load_core() -> int:
    """
    Return the core for the load generator; the servers' if there is only one.
    """
    return max(os.sched_getaffinity(0))


def most_descriptors() -> int:
    """
    Return how many descriptors a process may be allowed to have.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    # Some systems allow so many that servers which make a table of them would fill the memory.
    return min(hard, 65536) if hard != resource.RLIM_INFINITY else 65536


def raise_descriptor_limit() -> int:
    """
    Raise the limit of descriptors as far as allowed, also for what is started, and return it.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most_descriptors(), hard))
    return most_descriptors()


def cpu_seconds(pid: int) -> float:
    """
    Return the seconds of CPU, user and system, that a process has used.

    The scheduler's own count has nanoseconds; the other one has ticks of 10 ms.
    """
    try:
        tasks = Path(f"/proc/{pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9
    except (FileNotFoundError, IndexError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_bytes(pid: int) -> int:
    """
    Return the resident memory of a process (RSS), in bytes.
    """
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize()
    (line,) = (line for line in text.splitlines() if line.startswith("Rss:"))
    return int(line.split()[1]) * 1024


def unsent_bytes(server_port: int, client_port: int) -> int:
    """
    Return the bytes that the kernel holds for one client of a server on this machine.
    """
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, remote, _, queues, *_ = line.split()
        ports = [int(address.rpartition(":")[2], 16) for address in (local, remote)]
        if ports == [server_port, client_port]:
            return int(queues.partition(":")[0], 16)
    return 0


def description() -> dict[str, str]:
    """
    Return what a reader of the figures wants to know of this machine.
    """
    return {
        "cpu": _line_of("/proc/cpuinfo", "model name") or platform.machine(),
        "cores": str(os.cpu_count()),
        "memory": _line_of("/proc/meminfo", "MemTotal"),
        "kernel": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }


def _line_of(path: str, name: str) -> str:
    for line in Path(path).read_text().splitlines():
        if line.startswith(name):
            return line.partition(":")[2].strip()
    return ""
