"""
Codes, tokens and addresses, while the server is killed again and again.

Newcomers register with invitation codes, several with each code at the same moment, and come back
with their tokens; owners unlink devices, offer links, and confirm addresses for mail or forget
them; and the admin program makes accounts beside the server.  After each kill, what a program was
told must be so: an account that was made is there, a code makes one account, a token that was not
ended opens, one that was ended does not, an address that was confirmed is kept, one that was
forgotten is not, and a code of an earlier life is worth nothing.

``PYTHONPATH=tests/e2e python tests/e2e/code_kill.py 100`` kills so often.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from asking import lives
from attrs import define, field
from harness import UNLIMITED, Server

from twisted_chat.admin import accounts, invitations

PASSWORD = "nobody guesses this"
OPTIONS = ("--port=0", "--registration=invite", "--plugins=letters.py", *UNLIMITED)
#: A plugin that puts letters into a file, and a letter as it stands there: to whom, and its code.
LETTERS = """
import re
from pathlib import Path

class Post:
    place = "chat.example.org"

    def send(self, letter):
        code = re.search("/mail ([A-Z]{4}-[A-Z]{4})", letter.text)
        with Path("letters").open("a") as file:
            file.write(f"{letter.to} {code[1]}\\n")

def setup(hub):
    hub.addresses.post = Post()
"""
#: Seconds from the first request to the kill, at least and at most.
SPAN = (0.05, 2.0)
#: Codes that are offered in one life, and how many come with each.
CODES, AT_ONCE = 3, 2
#: The part of the codes for mail that are not typed in the life in which they were sent.
LEFT = 0.3


@define(eq=False)
class Account:
    """
    An account that a program was told is made.

    Attributes:
        token: with which it comes back.
        is_ended: it was told that the token is ended; None while it was asked for and not told.
        address: where mail goes; empty for nowhere, None while another was asked for and not told.
    """

    name: str
    token: str
    is_ended: bool | None = False
    address: str | None = ""


@define(eq=False)
class Tale:
    """
    What was done, and what was wrong.
    """

    folder: Path
    chance: random.Random
    accounts: dict[str, Account] = field(factory=dict)
    links: list[str] = field(factory=list)
    mail_codes: list[tuple[str, str]] = field(factory=list)
    made_beside: list[str] = field(factory=list)
    confirmed: int = 0
    forgotten: int = 0
    late: int = 0
    asked: int = 0
    refused: int = 0
    unlinked: int = 0
    returned: int = 0
    problems: list[str] = field(factory=list)
    _life: int = 0
    _programs: int = 0

    @property
    def database(self) -> Path:
        return self.folder / "chat.db"

    def is_complete(self) -> bool:
        """
        Return whether there was some of everything.
        """
        counts = self.refused, self.unlinked, self.confirmed, self.forgotten, self.late
        return bool(self.accounts and self.links) and all(counts)

    async def live(self, kills: int) -> None:
        """
        Kill so many servers, and look at what each has left.
        """
        (self.folder / "letters.py").write_text(LETTERS)
        for seconds in lives(self.chance, SPAN, kills, self.is_complete):
            self._life += 1
            server = await asyncio.to_thread(Server.start, self.folder, *OPTIONS)
            port = int(server.address)
            try:
                await self._check_links(port)
                await self._check_mail_codes(port)
                doing = [asyncio.create_task(each) for each in self._doing(port)]
                await asyncio.sleep(seconds)
                server.process.kill()
                await asyncio.to_thread(server.process.wait)
                await asyncio.gather(*doing)
            finally:
                server.kill()
                (self.folder / "log").unlink(missing_ok=True)
            self._look()
        server = await asyncio.to_thread(Server.start, self.folder, *OPTIONS)
        try:
            await self._come_back(int(server.address))
            await self._log_in(int(server.address))
        finally:
            server.kill()
        self._look()

    def _doing(self, port: int) -> list[Any]:
        now = time.time()
        codes = [invitations.make(self.database, 1, now + 3600, now) for _ in range(CODES)]
        coming = [
            self._register(port, f"p{self._life}x{place}x{number}", code)
            for place, code in enumerate(codes)
            for number in range(AT_ONCE)
        ]
        open_ones = [each for each in self.accounts.values() if each.is_ended is False]
        coming += [self._unlink(port, each) for each in open_ones[:2]]
        coming += [self._offer(port, each) for each in open_ones[2:4]]
        nowhere = [each for each in open_ones[4:] if each.address == ""]
        somewhere = [each for each in open_ones[4:] if each.address]
        coming += [self._confirm(port, each) for each in nowhere[:4]]
        coming += [self._forget(port, each) for each in somewhere[:1]]
        coming.append(self._make_beside())
        self.chance.shuffle(coming)
        return coming

    # -- what programs do -------------------------------------------------------------------------

    @contextlib.asynccontextmanager
    async def _program(self, port: int) -> AsyncIterator[Any]:
        """
        Connect a program, and yield what asks for something and returns what answers it.
        """
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            # From addresses that have no wrong guesses yet.
            self._programs += 1
            source = f"127.1.{self._programs // 250}.{1 + self._programs % 250}"
            reader, writer = await asyncio.open_connection(
                "127.0.0.1", port, local_addr=(source, 0)
            )
            label = 0

            async def ask(**request: Any) -> list[dict[str, Any]]:
                nonlocal label
                label += 1
                data = json.dumps({**request, "label": str(label)}).encode()
                writer.write(data + b"\n")
                answers: list[dict[str, Any]] = []
                while True:
                    told = json.loads(await reader.readuntil(b"\n"))
                    if told.get("label") != str(label):
                        # Others come and go meanwhile.
                        continue
                    answers.append(told)
                    if "error" in told or told.get("event") == "done":
                        return answers

            try:
                yield ask
            finally:
                writer.close()

    async def _register(self, port: int, name: str, code: str) -> None:
        self.asked += 1
        async with self._program(port) as ask:
            given = {"name": name, "password": PASSWORD, "register": True, "invitation": code}
            answers = await ask(request="hello", **given)
            if "error" in answers[-1]:
                self.refused += 1
                if answers[-1]["error"] != "wrong-code":
                    self.problems.append(f"{name}: {answers[-1]}")
                return
            (hello,) = [each for each in answers if each["event"] == "hello"]
            self.accounts[name] = Account(name, hello["token"])

    async def _unlink(self, port: int, account: Account) -> None:
        async with self._program(port) as ask:
            await ask(request="hello", name=account.name, password=PASSWORD)
            account.is_ended = None
            (unlinked, *_) = await ask(request="command", name="unlink", args={"number": 1})
            account.is_ended = unlinked.get("event") == "unlinked"
            self.unlinked += account.is_ended

    async def _offer(self, port: int, account: Account) -> None:
        async with self._program(port) as ask:
            await ask(request="hello", token=account.token, resume=False)
            offered = (await ask(request="command", name="link"))[0]
            self.links.append(offered["code"])

    async def _confirm(self, port: int, account: Account) -> None:
        address = f"{account.name}-{self._life}@example.org"
        async with self._program(port) as ask:
            await ask(request="hello", token=account.token, resume=False)
            (sent, *_) = await ask(request="command", name="mail", args={"address": address})
            if sent.get("event") != "mail-code-sent":
                # It was asked for too often, over all lives.
                return
            code = self._code_for(address)
            self.mail_codes.append((account.name, code))
            if self.chance.random() < LEFT:
                # For the next life, in which it is worth nothing.
                return
            account.address = None
            (shown, *_) = await ask(request="command", name="mail", args={"address": code})
            if shown.get("address") != address:
                self.problems.append(f"{account.name}: {shown} and not {address}")
            account.address = address
            self.confirmed += 1
            self.mail_codes.remove((account.name, code))

    def _code_for(self, address: str) -> str:
        lines = (self.folder / "letters").read_text().splitlines()
        (code,) = [
            code for to, _, code in (each.partition(" ") for each in lines) if to == address
        ]
        return code

    async def _forget(self, port: int, account: Account) -> None:
        async with self._program(port) as ask:
            await ask(request="hello", token=account.token, resume=False)
            account.address = None
            (shown, *_) = await ask(request="command", name="mail", args={"address": "off"})
            if shown.get("address") != "":
                self.problems.append(f"{account.name}: {shown} and not forgotten")
            account.address = ""
            self.forgotten += 1

    async def _make_beside(self) -> None:
        name = f"beside{self._life}"
        await asyncio.to_thread(accounts.make, self.database, name, PASSWORD, time.time())
        self.made_beside.append(name)

    # -- what must be so --------------------------------------------------------------------------

    async def _check_links(self, port: int) -> None:
        for code in self.links[-3:]:
            async with self._program(port) as ask:
                (told,) = await ask(request="hello", link=code)
                if told.get("error") != "wrong-code":
                    self.problems.append(f"a link code of an earlier life: {told}")

    async def _check_mail_codes(self, port: int) -> None:
        while self.mail_codes:
            name, code = self.mail_codes.pop()
            async with self._program(port) as ask:
                await ask(request="hello", name=name, password=PASSWORD)
                (told, *_) = await ask(request="command", name="mail", args={"address": code})
                self.late += 1
                if told.get("error") != "wrong-code":
                    self.problems.append(f"a mail code of an earlier life: {told}")

    def _look(self) -> None:
        """
        Compare what programs were told with what is kept.
        """
        with contextlib.closing(sqlite3.connect(self.database)) as connection:
            names = {name for (name,) in connection.execute("SELECT name FROM account")}
            counted = connection.execute(
                "SELECT invitation.id, used, uses, count(account.id) FROM invitation "
                "LEFT JOIN account ON account.invitation = invitation.id GROUP BY invitation.id"
            ).fetchall()
            without = connection.execute("SELECT name FROM account WHERE NOT invitation")
            self.problems += [
                f"{name} came without a code"
                for (name,) in without
                if not name.startswith("beside")
            ]
            addresses = dict(
                connection.execute(
                    "SELECT name, address FROM mail_address JOIN account ON account = account.id"
                )
            )
        for account in self.accounts.values():
            kept = addresses.get(account.name, "")
            if account.address is None:
                # Either will do, and which it is holds from now on.
                account.address = kept
            elif account.address != kept:
                self.problems.append(f"{account.name}: {kept!r} and not {account.address!r}")
        self.problems += [f"{name} is lost" for name in {*self.made_beside} - names]
        self.problems += [f"{name} is lost" for name in self.accounts.keys() - names]
        self.problems += [
            f"code {number}: used {used} of {uses}, and {made} accounts"
            for number, used, uses, made in counted
            if not used == made <= uses
        ]

    async def _come_back(self, port: int) -> None:
        for account in self.accounts.values():
            async with self._program(port) as ask:
                answers = await ask(request="hello", token=account.token, resume=False)
                is_in = "error" not in answers[-1]
                self.returned += is_in
                if account.is_ended is not None and is_in is account.is_ended:
                    self.problems.append(f"{account.name}: {account.is_ended} and {answers[-1]}")

    async def _log_in(self, port: int) -> None:
        for name in self.made_beside:
            async with self._program(port) as ask:
                answers = await ask(request="hello", name=name, password=PASSWORD)
                if "error" in answers[-1]:
                    self.problems.append(f"{name}: {answers[-1]}")


def killed(folder: Path, kills: int, seed: int) -> Tale:
    """
    Return what was done and wrong in so many lives.
    """
    tale = Tale(folder, random.Random(seed))
    asyncio.run(tale.live(kills))
    sys.stdout.write(
        f"{kills} kills, {tale.asked} asked for an account, {len(tale.accounts)} had one, "
        f"{tale.refused} refused, {tale.unlinked} tokens ended, {tale.returned} came back, "
        f"{len(tale.links)} links, {tale.confirmed} addresses confirmed, "
        f"{tale.forgotten} forgotten, {tale.late} codes too late, "
        f"{len(tale.made_beside)} accounts made beside\n"
    )
    return tale


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        found = killed(Path(made), int(sys.argv[1]), 1).problems
    sys.exit("\n".join(found[:20]))
