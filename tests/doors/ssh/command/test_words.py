"""
What `ssh host COMMAND` asks for.
"""

import pytest

from twisted_chat.doors.ssh.command.words import Request, Usage, read


@pytest.mark.parametrize(
    ("command", "request_"),
    [
        ("send #dev tea  is ready", Request("send", "#dev", "tea  is ready")),
        ("say dev tea", Request("send", "dev", "tea")),
        ("msg bob hi", Request("msg", "bob", "hi")),
        ("who", Request("who")),
        ("who dev", Request("who", "dev")),
        ("rooms", Request("rooms")),
        ("tail dev", Request("tail", "dev")),
        ("tail dev -n 5 -f", Request("tail", "dev", count=5, follows=True)),
        ("tail -n5 dev", Request("tail", "dev", count=5)),
        ("history -n 200 dev", Request("history", "dev", count=200)),
        ("/msg bob hi", Request("line", text="/msg bob hi")),
        ("/who", Request("line", text="/who")),
        ("--json who", Request("who", as_json=True)),
        ("who --json", Request("who", as_json=True)),
        ("who dev --json", Request("who", "dev", as_json=True)),
        ("tail dev --json", Request("tail", "dev", as_json=True)),
        ("send --json dev tea --json", Request("send", "dev", "tea --json", as_json=True)),
        ("send dev -- --json", Request("send", "dev", "--json")),
        ("msg bob -- -- x", Request("msg", "bob", "-- x")),
        ("send dev --x", Request("send", "dev", "--x")),
        ("send dev --", Request("send", "dev")),
        ("--json /who", Request("line", text="/who", as_json=True)),
    ],
)
def test_commands_are_read(command: str, request_: Request) -> None:
    assert read(command) == request_


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("", "A command is needed."),
        ("--json", "A command is needed."),
        ("sned dev tea", "There is no command 'sned' here."),
        ("send", "send needs ROOM."),
        ("say", "say needs ROOM."),
        ("msg", "msg needs NICK."),
        ("tail", "tail needs ROOM."),
        ("tail dev den", "tail does not know 'den'."),
        ("tail dev -x", "tail does not know '-x'."),
        ("history dev -f", "history does not know '-f'."),
        ("tail dev -n", "-n needs a number from 1 to 200."),
        ("tail dev -n 0", "-n needs a number from 1 to 200."),
        ("tail dev -n 99999999999999", "-n needs a number from 1 to 200."),
        ("tail dev -n 000000001999999", "-n needs a number from 1 to 200."),
        (f"tail dev -n 1{'0' * 5000}", "-n needs a number from 1 to 200."),
        ("who dev den", "who takes no more words."),
        ("rooms dev", "rooms takes no more words."),
    ],
)
def test_what_is_no_command_is_told_in_a_sentence(command: str, why: str) -> None:
    with pytest.raises(Usage, match=why):
        read(command)


@pytest.mark.parametrize(
    ("command", "with_tea"),
    [
        ("send dev", Request("send", "dev", "tea")),
        ("msg bob", Request("msg", "bob", "tea")),
        ("/msg bob", Request("line", text="/msg bob tea")),
        ("/me", Request("line", text="/me tea")),
    ],
)
def test_a_text_that_is_not_there_is_read(command: str, with_tea: Request) -> None:
    request = read(command)
    assert request.needs_text
    assert request.with_text("tea") == with_tea


@pytest.mark.parametrize("command", ["send dev tea", "who", "/who", "/msg bob hi", "tail dev"])
def test_nothing_is_read_where_no_text_is_needed(command: str) -> None:
    assert not read(command).needs_text
