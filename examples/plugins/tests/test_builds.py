"""
GitHub's and Alertmanager's webhooks, through a whole server in memory.
"""

import hmac
import json
from pathlib import Path
from typing import Any

import pytest

from twisted_chat.testing import Chat, Person

BUILDS = str(Path(__file__).parents[1] / "builds.py")
SECRET = "swordfish"
# Written by hand, after the documented shape.
REPOSITORY = {"full_name": "octo/garden", "html_url": "https://github.com/octo/garden"}
SENDER = {"login": "mona", "id": 1, "type": "User"}
PUSH = {
    "ref": "refs/heads/main",
    "before": "6113728f27ae82c7b1a177c8d03f9e96e0adf246",
    "after": "0d1a26e67d8f5eaf1f6ba5c57fc3c7d91ac0fd1c",
    "compare": "https://github.com/octo/garden/compare/6113728f27ae...0d1a26e67d8f",
    "repository": REPOSITORY,
    "sender": SENDER,
    "commits": [
        {"id": "c1bd7d5b6f2a0d1a26e67d8f5eaf1f6ba5c57fc3", "message": "Sow\n\nLong story."},
        {"id": "0d1a26e67d8f5eaf1f6ba5c57fc3c7d91ac0fd1c", "message": "Water the beds"},
    ],
}
PULL = {
    "action": "closed",
    "number": 7,
    "pull_request": {
        "number": 7,
        "title": "Plant beans",
        "html_url": "https://github.com/octo/garden/pull/7",
        "state": "closed",
        "merged": True,
    },
    "repository": REPOSITORY,
    "sender": SENDER,
}
RUN = {
    "action": "completed",
    "workflow_run": {
        "name": "Tests",
        "head_branch": "main",
        "status": "completed",
        "conclusion": "failure",
        "html_url": "https://github.com/octo/garden/actions/runs/30433642",
    },
    "repository": REPOSITORY,
    "sender": SENDER,
}
ALERTS = {
    "version": "4",
    "groupKey": '{}:{alertname="DiskFull"}',
    "truncatedAlerts": 0,
    "status": "firing",
    "receiver": "chat",
    "groupLabels": {"alertname": "DiskFull"},
    "commonLabels": {"alertname": "DiskFull"},
    "commonAnnotations": {},
    "externalURL": "http://alertmanager.example:9093",
    "alerts": [
        {
            "status": "firing",
            "labels": {"alertname": "DiskFull", "instance": "db1:9100", "severity": "page"},
            "annotations": {"summary": "97 % of / are in use"},
            "startsAt": "2026-11-29T07:00:00.000Z",
            "endsAt": "0001-01-01T00:00:00Z",
            "generatorURL": "http://prometheus.example/graph",
            "fingerprint": "b2f2e2d5d2b6a1f0",
        },
        {"status": "resolved", "labels": {"alertname": "Slow"}, "annotations": {}},
    ],
}


def here(secret: str = SECRET) -> tuple[Chat, Person]:
    chat = Chat(BUILDS, options={"builds": {"secret": secret}})
    return chat, chat.arrive("alice")


def github(chat: Chat, kind: str, event: Any, secret: str = SECRET) -> int:
    body = json.dumps(event).encode()
    signature = hmac.new(secret.encode(), body, "sha256").hexdigest()
    headers = {"X-GitHub-Event": kind, "X-Hub-Signature-256": f"sha256={signature}"}
    response = chat.web.request("POST", "/plugin/builds/github", body=body, headers=headers)
    assert response is not None
    return response.status


def alertmanager(chat: Chat, group: Any, secret: str = SECRET) -> int:
    headers = {"Authorization": f"Bearer {secret}"}
    response = chat.web.request("POST", "/plugin/builds/alertmanager", json=group, headers=headers)
    assert response is not None
    return response.status


@pytest.mark.parametrize(
    ("kind", "event", "read"),
    [
        (
            "push",
            PUSH,
            [
                f"*** mona pushed 2 commits to octo/garden, main: {PUSH['compare']}",
                "  |   c1bd7d5 Sow",
                "  |   0d1a26e Water the beds ***",
            ],
        ),
        (
            "pull_request",
            PULL,
            [
                "*** mona merged pull request 7 of octo/garden: Plant beans",
                "  |   https://github.com/octo/garden/pull/7 ***",
            ],
        ),
        (
            "issues",
            {
                **PULL,
                "action": "opened",
                "issue": {"number": 8, "title": "Slugs", "html_url": "https://x.example/8"},
            },
            ["*** mona opened issue 8 of octo/garden: Slugs", "  |   https://x.example/8 ***"],
        ),
        (
            "workflow_run",
            RUN,
            [
                "*** Tests of octo/garden, main: failure",
                "  |   https://github.com/octo/garden/actions/runs/30433642 ***",
            ],
        ),
        ("workflow_run", {**RUN, "workflow_run": {"conclusion": "success"}}, []),
        ("push", {**PUSH, "commits": []}, []),
        ("issues", {**PULL, "action": "labeled"}, []),
        ("star", {"action": "created"}, []),
        (
            "ping",
            {"zen": "Keep it logically awesome.", "repository": REPOSITORY},
            ["*** GitHub tells what happens in octo/garden from now on. ***"],
        ),
    ],
)
def test_the_room_reads_what_happened(kind: str, event: Any, read: list[str]) -> None:
    chat, alice = here()
    assert github(chat, kind, event) == 204
    assert alice.reads() == read


def test_alerts_are_told_one_by_one_and_not_too_many() -> None:
    chat, alice = here()
    assert alertmanager(chat, ALERTS) == 204
    first, second = alice.reads()
    assert first.startswith("*** DiskFull at db1:9100 is firing: 97 % of / are in use")
    assert "Slow is over" in second
    assert alertmanager(chat, {**ALERTS, "alerts": ALERTS["alerts"] * 9}) == 204  # type: ignore[operator]
    assert "and 13 more: http://alertmanager.example:9093" in alice.reads()[-1]


def test_who_does_not_know_the_secret_says_nothing() -> None:
    chat, alice = here()
    assert github(chat, "push", PUSH, "trout") == 403
    assert alertmanager(chat, ALERTS, "trout") == 403
    for path in ("github", "alertmanager"):
        response = chat.web.request("POST", f"/plugin/builds/{path}", json=PUSH)
        assert response is not None
        assert response.status == 403
    assert alice.reads() == []


def test_without_a_secret_nobody_says_anything() -> None:
    chat, alice = here("")
    assert github(chat, "push", PUSH, "") == 403
    assert alertmanager(chat, ALERTS, "") == 403
    assert alice.reads() == []


@pytest.mark.parametrize("event", [[], "push", 7, None])
def test_what_is_no_object_is_refused(event: Any) -> None:
    chat, _ = here()
    assert github(chat, "push", event) == 400
    assert alertmanager(chat, event) == 400 or event is None


@pytest.mark.parametrize("odd", [None, 5, True, "x", "\ud83d", [], [5], [[]], [{}], {}, {"a": 1}])
def test_nobody_switches_it_off_by_odd_shapes(odd: Any) -> None:
    chat, alice = here()
    for kind, event in (("push", PUSH), ("pull_request", PULL), ("workflow_run", RUN)):
        assert [github(chat, kind, {**event, name: odd}) for name in event] == [204] * len(event)
    assert [alertmanager(chat, {**ALERTS, name: odd}) for name in ALERTS] == [204] * len(ALERTS)
    alice.reads()
    assert github(chat, "push", PUSH) == 204
    assert alice.reads()[0].startswith("*** mona pushed 2 commits to octo/garden, main: ")
