"""
What the editor of the line is made of.
"""

import asyncio
import io
import threading
from pathlib import Path

import pytest
from prompt_toolkit.completion import CompleteEvent, Completion
from prompt_toolkit.data_structures import Size
from prompt_toolkit.document import Document
from shared_client import Talker, come
from shared_json import Programs

from twisted_chat.client.editing import Asker, History, output_to
from twisted_chat.client.talk.questions import Question


def completed(ada: Talker, text: str) -> list[Completion]:
    async def ask() -> list[Completion]:
        asker = Asker(ada.talk, ada.goes_on)
        assert list(asker.get_completions(Document(text), CompleteEvent())) == []
        found = asker.get_completions_async(Document(text), CompleteEvent())
        return [each async for each in found]

    return asyncio.run(ask())


def test_the_server_is_asked_how_a_line_can_continue() -> None:
    here = Programs()
    ada = come(here, "ada")
    come(here, "bob")
    (found,) = completed(ada, "/msg b")
    assert (found.text, found.start_position) == ("bob", -1)
    assert completed(ada, "/zzz") == []


def test_what_is_typed_as_a_password_is_not_sent_to_be_completed() -> None:
    ada = come(Programs(), "ada")
    ada.talk.questions.ask(Question("Password: ", is_secret=True), lambda _: None)
    assert completed(ada, "secret:tad") == []
    assert ada.talk.outgoing.outbox == []


def test_emoji_are_found_by_their_names() -> None:
    ada = come(Programs(), "ada")
    (found,) = completed(ada, "done :tad")
    assert (found.text, found.start_position) == ("\U0001f389", -4)
    assert found.display_text == "\U0001f389 tada"


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"start": "0", "words": ["bob"]},
        {"start": 0, "words": 7},
        {"start": 9**9, "words": [7]},
        {"start": 1, "words": ["bob"], "names": ["x", "y"]},
        {"start": 1, "words": ["bob"], "names": ["\x1b[2J"]},
    ],
)
def test_what_is_no_completion_harms_nothing(odd: dict[str, object]) -> None:
    ada = come(Programs(), "ada")

    async def run() -> list[Completion]:
        asker = Asker(ada.talk, lambda: None)

        async def gather() -> list[Completion]:
            found = asker.get_completions_async(Document("b"), CompleteEvent())
            return [each async for each in found]

        asked = asyncio.ensure_future(gather())
        await asyncio.sleep(0)
        label = ada.talk.outgoing.outbox[-1]["label"]
        ada.talk.take({"event": "completed", **odd, "label": label})
        ada.talk.take({"event": "done", "label": label})
        return await asked

    found = asyncio.run(run())
    assert all(each.start_position == 0 for each in found)
    assert not any("\x1b" in each.display_text for each in found)


def test_a_word_with_what_cannot_be_seen_is_not_offered() -> None:
    ada = come(Programs(), "ada")

    async def run() -> list[str]:
        asker = Asker(ada.talk, lambda: None)
        asked = asyncio.ensure_future(
            anext(asker.get_completions_async(Document("b"), CompleteEvent()))
        )
        await asyncio.sleep(0)
        label = ada.talk.outgoing.outbox[-1]["label"]
        words = ["bob\n/quit", "b\u202eob", "bo\x1b[2J", "bob"]
        ada.talk.take({"event": "completed", "start": 0, "words": words, "label": label})
        ada.talk.take({"event": "done", "label": label})
        return [(await asked).text]

    assert asyncio.run(run()) == ["bob"]


def test_without_a_connection_nothing_is_offered() -> None:
    ada = come(Programs(), "ada")
    ada.is_cut_off()
    assert completed(ada, "/msg b") == []


def test_lines_are_kept_over_runs_but_passwords(tmp_path: Path) -> None:
    history = History(tmp_path / "history", lambda: False)
    for text in ("hello", "/login ada secret", "one\ntwo"):
        history.append_string(text)
    later = History(tmp_path / "history", lambda: False)
    assert list(later.load_history_strings()) == ["one\ntwo", "hello"]
    asked = History(tmp_path / "history", lambda: True)
    asked.append_string("an answer")
    assert "an answer" not in (tmp_path / "history").read_text()
    # Where nothing can be written, they are known for this run.
    lost = History(tmp_path / "none" / "history", lambda: False)
    lost.append_string("kept in memory")
    assert lost.get_strings() == ["kept in memory"]


def test_two_windows_may_keep_their_lines_in_one_file(tmp_path: Path) -> None:
    # What no encoding can hold is kept as signs in its place.
    pastes = ["\n".join(f"{name} {n}" for n in range(2000)) + "\udcff" for name in "ab"]

    def keep(text: str) -> None:
        history = History(tmp_path / "history", lambda: False)
        for _ in range(20):
            history.append_string(text)

    windows = [threading.Thread(target=keep, args=[text]) for text in pastes]
    for each in windows:
        each.start()
    for each in windows:
        each.join()
    found = list(History(tmp_path / "history", lambda: False).load_history_strings())
    assert len(found) == 40
    assert set(found) == {text.replace("\udcff", "?") for text in pastes}


def test_a_terminal_is_not_asked_where_its_cursor_is() -> None:
    output = output_to(io.StringIO(), lambda: Size(rows=24, columns=80))
    assert output.get_rows_below_cursor_position() == 1
    assert not output.responds_to_cpr
