"""
Who may come, and whom one is, at every door of a real server: guests, invitations, links, names.
"""

from __future__ import annotations

import itertools
import json
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from harness import UNLIMITED, WITHIN, Person, Server, running, wait_until
from json_person import JsonPerson, at_socket, at_websocket
from needs import need
from ssh_person import SshPerson

PASSWORD = "correct horse battery staple"
CONFIG = 'registration = "{}"\nguests = "{}"\n'
#: The first user, who lets others in.
OWNER = "owner"
_hosts = itertools.count()
# A second try has accounts of its own.
_numbers = itertools.count(1)
_CODE = re.compile(r"[A-Z]{4}(?:-[A-Z]{4})+")


def a_host() -> str:
    """
    Return an address of this machine from which nobody has guessed yet.
    """
    number = next(_hosts)
    return f"127.1.{number // 250}.{1 + number % 250}"


def reads_until(person: Person, words: str) -> str:
    """
    Return the next line with these words.
    """
    while words not in (line := person.reads_line()):
        pass
    return line


def admin(server: Server, *words: str) -> str:
    """
    Run the admin program beside the server, and return what it prints.
    """
    command = [sys.executable, "-m", "twisted_chat.admin", *words]
    ran = subprocess.run(
        command, cwd=server.directory, check=True, capture_output=True, text=True, timeout=WITHIN
    )
    return ran.stdout


def invited(server: Server) -> str:
    found = _CODE.search(admin(server, "invite"))
    assert found is not None
    return found[0]


def sets(server: Server, registration: str, guests: str) -> None:
    """
    Change who may come, while the server runs.
    """
    (server.directory / "chat.toml").write_text(CONFIG.format(registration, guests))
    before = server.log.count("Reloaded")
    server.signals(signal.SIGHUP)
    wait_until(lambda: server.log.count("Reloaded") > before, "it is reloaded")


def leave(server: Server) -> None:
    """
    Hang up for everybody, whatever they speak.
    """
    for person in server.people:
        person.hangs_up()
    server.people.clear()


class LineDoor:
    """
    A user at a prompt.
    """

    name = "line"
    what = "telnet or nc"
    told = (
        "Guests are not let in: log in with /login name, or register with /register {} and an "
        "invitation code."
    )

    def comes(self, server: Server, name: str) -> Person:
        person = server.connect(source=a_host())
        person.expect_prompt()
        person.types(name)
        return person

    def is_refused(self, server: Server, name: str) -> str:
        return self.comes(server, name).reads_line()

    def registers(self, server: Server, name: str, code: str) -> str:
        """
        Return the sentence with which a newcomer is let in, or refused.
        """
        person = self.comes(server, "x")
        person.reads_line()
        person.types(f"/register {name} {code}")
        if "wrong" in (line := self.first_of(person)):
            return line
        person.types(PASSWORD, PASSWORD)
        return reads_until(person, f"{name} is registered to you")

    def first_of(self, person: Person) -> str:
        """
        Return the line or prompt that comes next.
        """
        shown = b""
        while b"New password" not in shown and b"wrong" not in shown:
            shown += person.reads_some()
        return shown.decode(errors="replace")

    def links(self, server: Server, code: str, say_yes: Callable[[], None]) -> str:
        """
        Return whom a device is that comes with a code.
        """
        person = self.comes(server, f"/link {code}")
        reads_until(person, "Now type /link yes")
        say_yes()
        return reads_until(person, "as owner, from ")


class SshDoor(LineDoor):
    """
    The client of OpenSSH without a terminal.
    """

    name = "ssh"
    what = "ssh"

    def comes(self, server: Server, name: str) -> Person:
        person = SshPerson(server.address, a_host())
        server.people.append(person)
        # Its user name is a name too.
        first = "guest" if name.startswith("/") else name
        person.types(first)
        if first != name:
            reads_until(person, "Guests are not let in")
            person.types(name)
        return person


class JsonDoor:
    """
    A program that sends objects as lines.
    """

    name = "json"
    what = "a program"
    told = (
        "Guests are not let in: log in to an account, or register the name {} with an invitation "
        "code."
    )

    def connects(self, server: Server) -> JsonPerson:
        return at_socket(server.connect(source=a_host()).socket)

    def asks(self, person: JsonPerson, **hello: Any) -> Iterator[dict[str, Any]]:
        """
        Say hello, and yield what comes.
        """
        person._send(json.dumps({"request": "hello", "label": "h", **hello}).encode())  # as it is
        yield from self.reads(person)

    def reads(self, person: JsonPerson) -> Iterator[dict[str, Any]]:
        while (came := person._receive()) is not None:  # likewise
            yield from map(json.loads, came)

    def first(self, told: Iterator[dict[str, Any]], *names: str) -> dict[str, Any]:
        return next(each for each in told if each.get("event") in names or "error" in each)

    def is_refused(self, server: Server, name: str) -> str:
        told = self.asks(self.connects(server), name=name)
        return str(self.first(told, "hello")["message"])

    def registers(self, server: Server, name: str, code: str) -> str:
        given = {"name": name, "password": PASSWORD, "register": True, "invitation": code}
        told = self.first(self.asks(self.connects(server), **given), "hello")
        return str(told.get("message") or f"{told['account']} is registered to you")

    def links(self, server: Server, code: str, say_yes: Callable[[], None]) -> str:
        told = self.asks(self.connects(server), link=code, device="phone")
        assert self.first(told, "link-waits")["account"] == OWNER
        say_yes()
        hello = self.first(told, "hello")
        # A program keeps a token.
        back = self.asks(self.connects(server), token=hello["token"], resume=False)
        assert self.first(back, "hello")["account"] == OWNER
        return f"as {hello['account']}, from "


class WebDoor(JsonDoor):
    """
    A program within a WebSocket, as the page is.
    """

    name = "web"
    what = "a browser or another program"

    def connects(self, server: Server) -> JsonPerson:
        return at_websocket(server.connect(source=a_host()).socket)


class IrcDoor:
    """
    A client of IRC.
    """

    name = "irc"
    what = "a client of IRC"
    told = (
        "Guests are not let in: log in by SASL, or with the server password name:password, or "
        "register: /quote REGISTER * code password."
    )

    def comes(self, server: Server, name: str) -> Person:
        person = server.connect(source=a_host())
        person.types(f"NICK {name}", f"USER {name} 0 * :{name}")
        return person

    def is_refused(self, server: Server, name: str) -> str:
        return self.comes(server, name).reads_line().partition(" :")[2]

    def registers(self, server: Server, name: str, code: str) -> str:
        person = self.comes(server, name)
        person.reads_line()
        person.types(f"REGISTER * {code} :{PASSWORD}")
        while f" REGISTER SUCCESS {name} :" not in (line := person.reads_line()):
            if "wrong" in line:
                return line.partition(" :")[2]
        # IRC has these words for it, which its clients know.
        return f"{name} is registered to you"

    def links(self, server: Server, code: str, say_yes: Callable[[], None]) -> str:
        person = self.comes(server, "guest")
        person.types(f"LINK {code}")
        reads_until(person, "Now type /link yes")
        say_yes()
        assert reads_until(person, " 001 ").startswith(":chat.server 001 owner ")
        reads_until(person, ":owner!~u@chat JOIN :#lobby")
        return "as owner, from "


DOORS = [LineDoor(), SshDoor(), JsonDoor(), WebDoor(), IrcDoor()]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("who")
    (folder / "chat.toml").write_text(CONFIG.format("invite", "off"))
    options = ("--config=chat.toml", "--port=0", "--history-lines=0", *UNLIMITED)
    with running(folder, *options) as server:
        # The first account of a server is made with a code from the shell.
        LineDoor().registers(server, OWNER, invited(server))
        leave(server)
        yield server


@pytest.fixture(params=DOORS, ids=lambda door: door.name)
def door(request: pytest.FixtureRequest, house: Server) -> Iterator[Any]:
    if request.param.name == "ssh":
        need("ssh")
    yield request.param
    leave(house)


def test_a_guest_is_told_at_every_door_what_would_be_right(door: Any, house: Server) -> None:
    assert door.is_refused(house, "bob") == door.told.format("bob")


def test_a_newcomer_registers_at_every_door_with_a_code_which_is_good_once(
    door: Any, house: Server
) -> None:
    code, name = invited(house), f"new{next(_numbers)}{door.name}"
    assert f"{name} is registered to you" in door.registers(house, name, code)
    refused = "That invitation code is wrong, used up or over; ask for a new one."
    assert refused in door.registers(house, f"other{name}", code)
    assert admin(house, "invitations").rstrip().endswith(f", over, used 1 of 1 times: {name}")


def test_a_code_lets_a_device_in_at_every_door(door: Any, house: Server) -> None:
    owner = LineDoor().comes(house, OWNER)
    owner.types(PASSWORD)
    reads_until(owner, "as owner")
    owner.types("/link")
    found = _CODE.search(reads_until(owner, "The code is "))
    assert found is not None

    def say_yes() -> None:
        asked = reads_until(owner, "wants to come in to your account: ")
        assert "*** A device at 127.1." in asked
        assert door.what in asked
        owner.types("/link yes")

    assert "as owner, from " in door.links(house, found[0], say_yes)
    reads_until(owner, "The device is let in.")


def test_ssh_takes_a_code_in_the_place_of_a_password(house: Server, tmp_path: Path) -> None:
    need("ssh")
    owner = LineDoor().comes(house, OWNER)
    owner.types(PASSWORD)
    reads_until(owner, "as owner")
    owner.types("/link")
    found = _CODE.search(reads_until(owner, "The code is "))
    assert found is not None
    # What OpenSSH asks instead of a terminal.
    asked = tmp_path / "ask"
    asked.write_text(f"#!/bin/sh\necho {found[0]}\n")
    asked.chmod(0o700)
    environment = {"SSH_ASKPASS": str(asked), "SSH_ASKPASS_REQUIRE": "force", "PATH": "/usr/bin"}
    options = ("-F", "none", "-o", "StrictHostKeyChecking=no", "-o", "IdentityFile=none")
    hosts = ("-o", "UserKnownHostsFile=/dev/null", "-p", house.address, "-l", OWNER)
    command = ["ssh", *options, *hosts, "127.0.0.1", "/sessions"]
    with subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as ssh:
        told = reads_until(owner, "wants to come in to your account: ssh that calls itself")
        assert "OpenSSH" in told
        owner.types("/link yes")
        out, errors = ssh.communicate(timeout=WITHIN)
    assert "This is the current one." in out
    assert "Now type /link yes where owner made the code." in errors
    leave(house)


SERVICES = ("NickServ", "ChanServ", "root", "server", "admin", "operator", "Moderator", "r00t",
            "Adm1n", "Chan\u0405erv", "serv\u0435r", "\uff21dmin")  # fmt: skip


def test_names_of_services_are_nobodys_at_every_door(door: Any, house: Server) -> None:
    sets(house, "open", "on")
    try:
        for name in SERVICES:
            told = door.is_refused(house, name)
            assert "is reserved" in told or "script" in told or "letters" in told, (name, told)
            leave(house)
    finally:
        sets(house, "invite", "off")


def test_what_is_closed_says_so_and_what_is_open_again_lets_in(house: Server) -> None:
    line = LineDoor()
    sets(house, "closed", "off")
    person = line.comes(house, "bob")
    person.expect("Guests are not let in: log in with /login name; no accounts are made here now.")
    person.types("/register bob")
    person.expect("No accounts are made here now; ask the server's operator.")
    sets(house, "open", "on")
    person = line.comes(house, "bob")
    reads_until(person, "Type /help for help.")
    sets(house, "closed", "off")
    # Who is there stays, and may not register now.
    person.types("/register")
    person.expect("No accounts are made here now; ask the server's operator.")
    sets(house, "invite", "off")
    leave(house)


def test_two_at_the_same_moment_make_one_account_with_one_code(house: Server) -> None:
    for _ in range(5):
        code, number = invited(house), next(_numbers)
        people = [house.connect(source=a_host()) for _ in range(4)]
        for place, person in enumerate(people):
            hello = {"request": "hello", "name": f"r{number}x{place}", "password": PASSWORD}
            hello |= {"register": True, "invitation": code, "label": "h"}
            person.sends(json.dumps(hello).encode() + b"\n")
        told = []
        for person in people:
            data = b""
            while (found := re.search(rb'"event":"(hello)"|"error":"([a-z-]+)"', data)) is None:
                data += person.reads_some()
            told.append((found[1] or found[2]).decode())
        assert sorted(told) == ["hello", *["wrong-code"] * 3]
        leave(house)
    listed = admin(house, "invitations").splitlines()[-5:]
    assert [line.partition(", used ")[2].partition(":")[0] for line in listed] == [
        "1 of 1 times"
    ] * 5
