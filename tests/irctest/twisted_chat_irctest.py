"""
Lets irctest, the public suite for servers of IRC, start this server.

irctest is no part of this project: get it from https://github.com/progval/irctest, and run within
its folder, in an environment that has this project and irctest's requirements::

    PYTHONPATH=.../tests/irctest pytest --controller twisted_chat_irctest \\
        -m "not services and not implementation-specific and not deprecated and not strict" \\
        irctest/server_tests

Its tests of accounts, of which some need another nick than the account's name, are selected by
``services`` in the place of ``not services``.
"""

from __future__ import annotations

import sys
from typing import Any

from irctest.basecontrollers import (
    BaseServerController,
    DirectoryBasedController,
    NotImplementedByController,
)

# What irctest sends is no flood, each of its clients comes from one address, and it gives
# passwords over connections that are not encrypted, and reads exactly what it expects.
_OPTIONS = (
    *("--rate=0", "--history-lines=0", "--max-per-host=0"),
    *("--login-timeout=20", "--password-over-cleartext=allow", "--register-rate=0"),
    "--irc-name=My.Little.Server",
)

# The operator of irctest, who is there before anybody comes.
_OPERATOR = """
from argon2 import PasswordHasher
from twisted.internet.defer import Deferred

from twisted_chat.store.records import AccountMade, RolesSet
from twisted_chat.world.model import Account


def setup(hub):
    id_, roles = hub.recorder.next_id(hub.now()), frozenset({"operator"})
    hub.world.add_account(Account(id_, "operuser", "operuser", roles))
    hashed = PasswordHasher(1, 1024, 1).hash("operpassword")
    hub.fanout.commit(AccountMade(id_, "operuser", "operuser", hashed, "", hub.now()))
    hub.fanout.commit(RolesSet(id_, roles))
"""

# Some of its accounts have passwords that are too short or too common for new ones here, and one
# of its users has a name that is reserved for staff: for its sake these are taken as they are.
_TWISTD = """
from twisted_chat.auth import passwords

passwords.MIN_PASSWORD = 1

from twisted_chat.people import registration

registration.new_password = lambda text, *_: text

from twisted_chat.text import services

services._STAFF = tuple(name for name in services._STAFF if name != "ircop")

from twisted.scripts.twistd import run

run()
"""


class TwistedChatController(BaseServerController, DirectoryBasedController):
    """
    Starts a server for each test, with nothing but the IRC door.
    """

    software_name = "Twisted Chat"
    supported_sasl_mechanisms = frozenset({"PLAIN"})
    supports_sts = False
    extban_mute_char = "m"

    def run(
        self, hostname: str, port: int, *, password: str | None, ssl: bool, **how: Any
    ) -> None:
        """
        Start the server.
        """
        if password:
            raise NotImplementedByController("a password of the whole server")
        if how.get("faketime"):
            raise NotImplementedByController("a clock that is not the system's")
        self.port, self.hostname = port, hostname
        self.create_config()
        endpoint = f"tcp:{port}:interface={hostname}"
        if ssl:
            self.gen_ssl()
            endpoint = f"ssl:{port}:privateKey={self.key_path}:certKey={self.pem_path}"
        plugins = self.directory / "plugins"
        plugins.mkdir()
        (plugins / "operator.py").write_text(_OPERATOR)
        places = [f"--listen=irc:{endpoint}", f"--plugins={plugins}"]
        if web := how.get("websocket_hostname"):
            places.append(f"--listen=tcp:{how['websocket_port']}:interface={web}")
        self.proc = self.execute([
            *(sys.executable, "-c", _TWISTD, "--nodaemon", "--pidfile="),
            *("chat", *places, "--database=memory:", *_OPTIONS),
        ], cwd=self.directory)  # fmt: skip

    def wait_for_services(self) -> None:
        """
        Return at once: accounts need no other program.
        """

    def registerUser(self, case: Any, username: str, password: str | None = None) -> None:  # noqa: N802
        """
        Register an account as its owner would.
        """
        client = case.addClient(show_io=False)
        case.sendLine(client, f"NICK {username}")
        case.sendLine(client, f"USER {username} 0 * :{username}")
        while case.getRegistrationMessage(client).command != "001":
            pass
        case.getMessages(client)
        case.sendLine(client, f"PRIVMSG NickServ :REGISTER {password}")
        while not any("registered" in str(m) for m in case.getMessages(client)):
            pass
        case.sendLine(client, "QUIT")
        case.assertDisconnected(client)


def get_irctest_controller_class() -> type[TwistedChatController]:
    """
    Return the class of the controller, for irctest.
    """
    return TwistedChatController
