"""
Bots that people run on IRC, unchanged, over our door: they join, hear, answer, reply and react.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from harness import UNLIMITED, WITHIN, Person, Server, running
from test_irc_clients import reads_until

#: A bot may take its time to start.
LATER = 3 * WITHIN


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("bots"), "--port=0", *UNLIMITED) as started:
        yield started


@pytest.fixture
def ada(server: Server) -> Iterator[Person]:
    person = server.arrive("ada")
    yield person
    person.types("/quit")
    server.send_home()


@contextmanager
def bot(command: list[str], folder: Path, **environment: str) -> Iterator[Any]:
    """
    Run a bot until the test has ended; what it writes is shown if that fails.
    """
    with (folder / "bot.log").open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, **environment},
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait(WITHIN)
            sys.stdout.write((folder / "bot.log").read_text("utf-8", "replace")[-3000:])


# -- Limnoria -------------------------------------------------------------------------------------

CONFIGURATION = """\
supybot.nick: limnoria
supybot.ident: limnoria
supybot.networks: chat
supybot.networks.chat.servers: 127.0.0.1:{port}
supybot.networks.chat.ssl: False
supybot.networks.chat.channels: #lobby
supybot.plugins: Utilities Misc
supybot.plugins.Utilities: True
supybot.plugins.Misc: True
supybot.protocols.irc.throttleTime: 0.1
"""


def test_limnoria_does_what_it_is_asked_for(server: Server, ada: Person, tmp_path: Path) -> None:
    program = Path(sys.executable).with_name("limnoria")
    (tmp_path / "bot.conf").write_text(CONFIGURATION.format(port=server.address))
    with bot([str(program), "--allow-root", "bot.conf"], tmp_path):
        ada.skip_to("*** limnoria has joined #lobby ***", within=LATER)
        ada.types("limnoria: echo hello there")
        # It answers by the id of the message, as IRCv3's reply has it.
        answered = reads_until(ada, "): hello there")[-1]
        assert answered.startswith("limnoria (re ")
        assert answered.endswith(" ada: limnoria: echo hello there): hello there")
        ada.types("/msg limnoria echo a secret word")
        reads_until(ada, "[limnoria -> you] a secret word")
        ada.types("limnoria: no such thing")
        reads_until(ada, '"no" is not a valid command')


# -- irc-framework --------------------------------------------------------------------------------

SCRIPT = """
const { Client } = require("irc-framework");
const client = new Client();
client.requestCap(["message-tags", "echo-message", "draft/message-redaction"]);
client.connect({ host: "127.0.0.1", port: Number(process.argv[2]), nick: "framework" });
client.on("registered", () => client.join("#lobby"));
client.on("message", (event) => {
  if (event.nick !== "ada") return;
  const id = event.tags.msgid;
  if (event.message === "tea?") client.say(event.target, "yes please", { "+reply": id });
  if (event.message === "cake?") {
    client.tagmsg(event.target, { "+draft/react": "+1", "+reply": id });
  }
  if (event.type === "action") event.reply(`saw that you ${event.message}`);
  if (event.message === "bye") client.quit("so long");
});
"""


@pytest.fixture
def script(tmp_path: Path) -> list[str]:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    found = subprocess.run(
        [node, "-e", "require('irc-framework')"], capture_output=True, check=False, cwd=tmp_path
    )
    if found.returncode:
        pytest.skip("irc-framework is not where NODE_PATH says: npm install irc-framework")
    (tmp_path / "bot.js").write_text(SCRIPT)
    return [node, str(tmp_path / "bot.js")]


def test_a_bot_of_irc_framework_answers_replies_and_reacts(
    server: Server, ada: Person, script: list[str], tmp_path: Path
) -> None:
    with bot([*script, server.address], tmp_path):
        ada.skip_to("*** framework has joined #lobby ***", within=LATER)
        ada.types("tea?")
        assert "tea?): yes please" in reads_until(ada, "yes please")[-1]
        ada.types("cake?")
        assert "(ada: cake?) with +1" in reads_until(ada, "framework reacts to")[-1]
        ada.types("/me waves")
        reads_until(ada, "framework: saw that you waves")
        ada.types("bye")
        reads_until(ada, "so long")


# -- pydle ----------------------------------------------------------------------------------------

PYDLE = """
import sys

import pydle


class Bot(pydle.Client):
    async def on_connect(self):
        await super().on_connect()
        await self.join("#lobby")

    async def on_message(self, target, source, message):
        if source != self.nickname:
            to = target if self.is_channel(target) else source
            await self.message(to, f"{source} said {message}")


client = Bot("pydle", realname="A bot")
client.run("127.0.0.1", int(sys.argv[1]), tls=False)
"""


def test_a_bot_of_pydle_answers(server: Server, ada: Person, tmp_path: Path) -> None:
    (tmp_path / "bot.py").write_text(PYDLE)
    with bot([sys.executable, "bot.py", server.address], tmp_path):
        ada.skip_to("*** pydle has joined #lobby ***", within=LATER)
        ada.types("tea?", "/msg pydle psst")
        reads_until(ada, "pydle: ada said tea?")
        reads_until(ada, "[pydle -> you] ada said psst")
