"""
The ports: bound where the settings say, named in the log, and closed.
"""

from __future__ import annotations

from functools import partial

import pytest
from shared_service import started

from twisted_chat.server import settings as all_settings

Settings = partial(all_settings.Settings, database="memory:")


def test_the_log_names_every_endpoint(log: list[str]) -> None:
    started(Settings(listen=("tcp:1000", "haproxy:tcp6:1001", "unix:chat.sock")))
    assert [line for line in log if line.startswith("Listening on ")] == [
        "Listening on 0.0.0.0:1000",
        "Listening on [::]:1001 behind a proxy",
        "Listening on 'chat.sock'",
    ]


@pytest.mark.parametrize(
    ("listen", "site"),
    [
        (("line:tcp:1000", "tcp:1001", "tcp:1002"), "http://localhost:1001"),
        (("line:tcp:1000",), ""),
    ],
)
def test_the_site_is_that_of_the_first_port_with_pages(listen: tuple[str, ...], site: str) -> None:
    _, service = started(Settings(listen=listen))
    assert service.ports.site == site


@pytest.mark.parametrize(("port", "is_told"), [(1000, False), (6697, True)])
def test_a_port_of_sts_on_which_it_does_not_listen_is_told_to_the_log(
    port: int, is_told: bool, log: list[str]
) -> None:
    settings = Settings(listen=("tcp:1000",), irc_sts=f"port={port},duration=1")
    started(settings)
    told = [line for line in log if line.startswith(f"irc-sts sends clients to port {port}, ")]
    assert len(told) == is_told


def test_once_closed_it_listens_nowhere() -> None:
    _, service = started(Settings(listen=("tcp:1000", "tcp:1001")))
    assert [port.getHost().port for port in service.ports.every] == [1000, 1001]
    closed: list[object] = []
    service.ports.close().addCallback(closed.append)
    assert closed == [[(True, None), (True, None)]]
    assert service.ports.every == []


def test_a_socket_that_is_a_file_is_marked_as_that_of_the_process_that_serves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    held: list[object] = []
    monkeypatch.setattr("twisted_chat.server.ports.hold", held.append)
    _, service = started(Settings(listen=("tcp:1000", "unix:chat.sock")))
    service.privilegedStartService()
    assert held == service.ports.every
