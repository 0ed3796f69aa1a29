"""
The doors by name.
"""

from functools import partial

import pytest
from shared_service import started
from twisted.internet.address import IPv4Address

from twisted_chat.doors.recognise import Kind
from twisted_chat.limits import Rate
from twisted_chat.options import BadSetting
from twisted_chat.server import settings as all_settings
from twisted_chat.server.doors import Given, is_door, names_of, open_doors

Settings = partial(all_settings.Settings, database="memory:")


def test_names_stand_with_commas_between() -> None:
    assert names_of("line") == ("line",)
    assert names_of("web, line") == ("web", "line")
    assert [is_door(name) for name in ("line", "tcp", "")] == [True, False, False]


@pytest.mark.parametrize("text", ["", "line,", "lines", "tcp"])
def test_another_name_is_refused_with_those_there_are(text: str) -> None:
    with pytest.raises(BadSetting, match="doors must be some of line,web,json,ssh,irc, not '"):
        names_of(text)


def test_each_kind_of_client_has_its_door() -> None:
    _, service = started(Settings(listen=("tcp:1000",)))
    given = Given(service.hub, service.dispatcher, Settings(), is_proxied=True)
    doors = open_doors(["web", "line"], given)
    assert doors.keys() == {Kind.HTTP, Kind.LINES}
    assert doors[Kind.LINES].is_proxied
    assert doors[Kind.HTTP].proper().is_proxied
    assert doors[Kind.HTTP].proper().hub is doors[Kind.LINES].hub is service.hub


def test_a_door_is_made_with_its_first_client_and_the_settings_of_that_moment() -> None:
    _, service = started(Settings(listen=("tcp:1000",)))
    line, *others = service._admission.doors
    assert line.buildProtocol(None).factory is line
    assert [each.made for each in others] == [None] * 4
    service._reread = lambda: Settings(max_message=50)
    service.reload()
    assert others[1].proper().limits.max_message == 50


def test_the_door_of_irc_knows_which_proxies_are_trusted() -> None:
    _, service = started(Settings(listen=("tcp:1000",)))
    settings = Settings(trusted_proxy=("192.0.2.1",))
    given = Given(service.hub, service.dispatcher, settings, is_proxied=False)
    factory = open_doors(["irc"], given)[Kind.IRC].buildProtocol(None).factory
    peers = [IPv4Address("TCP", host, 1) for host in ("192.0.2.1", "192.0.2.2")]
    assert [factory.trusts(settings, peer) for peer in peers] == [True, False]


def test_an_open_door_follows_new_settings(tmp_path) -> None:
    motd = tmp_path / "motd"
    motd.write_text("Be kind.")
    _, service = started(Settings(listen=("tcp:1000",)))
    service._reread = lambda: Settings(
        motd=str(motd),
        max_line=100,
        max_message=50,
        web_origin=("https://a.example",),
        trusted_proxy=("unix",),
        http_rate=Rate(1, 60),
        web="off",
    )
    line, web, json, ssh, irc = (
        getattr(door, "proper", lambda door=door: door)() for door in service._admission.doors
    )
    service.reload()
    assert line.invitation == b"Be kind.\r\nEnter your name: "
    assert line.limits.max_line == 100
    assert irc.buildProtocol(None)._stream.limit == 100
    assert json.limits.max_message == 50
    assert (ssh.line_door.greeting, ssh.limits.max_line) == (b"Be kind.\r\n", 100)
    assert ssh.max_message == 50
    assert web.proxies.unix
    assert web.origins == ("https://a.example",)
    assert not web.has_page
    web.refresh(Settings(), "")
    assert not web.proxies.unix
    assert web.has_page


@pytest.mark.parametrize(
    ("doors", "web", "is_shown"),
    [
        ("line,web,json", "on", True),
        ("web,json", "off", False),
        # It could not connect.
        ("line,web", "on", False),
    ],
)
def test_the_page_is_shown_where_it_can_connect_and_is_not_switched_off(doors, web, is_shown):
    _, service = started(Settings(listen=("tcp:1000",), doors=doors, web=web))
    names = doors.split(",")
    factory = service._admission.doors[names.index("web")].proper()
    assert (factory.page is not None and factory.has_page) is is_shown
