"""
Requests that are made again.
"""

from __future__ import annotations

from typing import Any

import pytest
from shared_json import two


def test_a_request_made_again_is_answered_again_but_done_once() -> None:
    alice, bob = two()
    first = alice.asks("say", text="tea?", label="s")
    assert [each["event"] for each in first] == ["said", "done"]
    assert alice.asks("say", text="tea?", label="s") == first
    (refused,) = alice.asks("say", text="coffee?", label="s")
    assert (refused["error"], refused["label"]) == ("label-used", "s")
    assert [each["text"] for each in bob.reads()] == ["tea?"]


@pytest.mark.parametrize("members", [{"name": "who"}, {"text": "/who"}])
def test_what_only_reads_is_done_again_under_its_label(members: dict[str, Any]) -> None:
    alice, bob = two()
    before, _ = alice.asks("command", label="w", **members)
    bob.asks("bye")
    alice.reads()
    after, _ = alice.asks("command", label="w", **members)
    assert [each["nick"] for each in before["members"]] == ["alice", "bob"]
    assert [each["nick"] for each in after["members"]] == ["alice"]


def test_a_setting_is_set_once_and_shown_again_under_one_label() -> None:
    alice, _ = two()

    def bell() -> bool:
        shown, _ = alice.asks("settings", name="bell", label="shown")
        return [each["value"] for each in shown["settings"]] == [True]

    alice.asks("settings", name="bell", value=True, label="on")
    assert bell()
    alice.asks("settings", name="bell", value=False, label="off")
    alice.asks("settings", name="bell", value=True, label="on")
    assert not bell()
