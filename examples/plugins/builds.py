"""
Says in a room what GitHub and Alertmanager send to their webhooks.

Let GitHub send JSON to ``/plugin/builds/github``, and Alertmanager to
``/plugin/builds/alertmanager``; both with the secret of the options, without which nothing is
taken.  Other services that send a text need no plugin: ``/webhook add`` makes an address for them.
"""

import hmac
from collections.abc import Iterator
from typing import Any

from attrs import frozen

from twisted_chat import ChatError, HttpRequest, HttpResponse, Hub, http_route, option

# How a run of a workflow, or a check, may end that nobody has to look at.
FINE = {"success", "neutral", "skipped"}
MOST_COMMITS, MOST_ALERTS, LONGEST = 3, 5, 200


@frozen
class Options:
    """What the operator may set."""

    room: str = option("lobby", "The room in which it is said.")
    secret: str = option(
        "", "What GitHub signs with, and Alertmanager sends; empty for nothing.", secret=True
    )


@http_route("/github", methods=["POST"])
def github(hub: Hub, request: HttpRequest) -> HttpResponse:
    """
    Take an event of GitHub.

    See https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries
    """
    secret = hub.options(Options).secret
    signature = hmac.new(secret.encode(), request.body, "sha256").hexdigest()
    given = request.headers.get("x-hub-signature-256", "")
    # In constant time: how long it takes must not tell how much of it was right.
    if not secret or not hmac.compare_digest(given.encode(), f"sha256={signature}".encode()):
        return HttpResponse("The signature is wrong.\n", status=403)
    kind = request.headers.get("x-github-event", "")
    return say(hub, told_by_github(kind, body_of(request)))


def told_by_github(kind: str, event: dict[str, Any]) -> Iterator[str]:
    """
    Yield the lines about an event; none if nobody has to know.
    """
    where = text_of(event, "repository", "full_name")
    who = text_of(event, "sender", "login")
    match kind:
        case "push":
            commits = list_of(event, "commits")
            branch = text_of(event, "ref").removeprefix("refs/heads/")
            many = f"{len(commits)} commit{'' if len(commits) == 1 else 's'}"
            if commits:
                yield f"{who} pushed {many} to {where}, {branch}: {text_of(event, 'compare')}"
            for commit in commits[-MOST_COMMITS:]:
                yield f"  {text_of(commit, 'id')[:7]} {text_of(commit, 'message')}"
        case "issues" | "pull_request":
            about = event.get("issue") or event.get("pull_request")
            action = text_of(event, "action")
            if action in {"opened", "closed", "reopened"}:
                is_merged = isinstance(about, dict) and about.get("merged") is True
                done = "merged" if is_merged else action
                what = "issue" if kind == "issues" else "pull request"
                number = text_of(about, "number")
                yield f"{who} {done} {what} {number} of {where}: {text_of(about, 'title')}"
                yield f"  {text_of(about, 'html_url')}"
        case "workflow_run":
            run = event.get("workflow_run")
            end = text_of(run, "conclusion")
            if text_of(event, "action") == "completed" and end not in FINE:
                branch = text_of(run, "head_branch")
                yield f"{text_of(run, 'name')} of {where}, {branch}: {end}"
                yield f"  {text_of(run, 'html_url')}"
        case "ping":
            yield f"GitHub tells what happens in {where} from now on."


@http_route("/alertmanager", methods=["POST"])
def alertmanager(hub: Hub, request: HttpRequest) -> HttpResponse:
    """
    Take a group of alerts.

    See https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
    """
    secret = hub.options(Options).secret
    given = request.headers.get("authorization", "")
    if not secret or not hmac.compare_digest(given.encode(), f"Bearer {secret}".encode()):
        return HttpResponse("The credentials are wrong.\n", status=403)
    return say(hub, told_by_alertmanager(body_of(request)))


def told_by_alertmanager(group: dict[str, Any]) -> Iterator[str]:
    """
    Yield a line for each alert.
    """
    alerts = list_of(group, "alerts")
    for alert in alerts[:MOST_ALERTS]:
        name = text_of(alert, "labels", "alertname")
        where = text_of(alert, "labels", "instance")
        state = "is over" if text_of(alert, "status") == "resolved" else "is firing"
        about = text_of(alert, "annotations", "summary")
        at = f" at {where}" if where else ""
        yield f"{name}{at} {state}{f': {about}' if about else ''}"
    if len(alerts) > MOST_ALERTS:
        yield f"... and {len(alerts) - MOST_ALERTS} more: {text_of(group, 'externalURL')}"


def body_of(request: HttpRequest) -> dict[str, Any]:
    """
    Return the object that was sent.
    """
    found = request.json()
    if not isinstance(found, dict):
        raise ChatError("The body must be an object.")
    return found


def text_of(value: Any, *path: str) -> str:
    """
    Return what stands at ``path``, in one short line; empty if nothing does.
    """
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    first, *_ = str("" if value is None else value).strip().splitlines() or [""]
    # JSON may hold half a surrogate pair, which is no text.
    first = first.encode(errors="replace").decode()
    return first if len(first) <= LONGEST else f"{first[:LONGEST]}..."


def list_of(value: dict[str, Any], name: str) -> list[Any]:
    """
    Return the list that stands there; empty if there is none.
    """
    found = value.get(name)
    return found if isinstance(found, list) else []


def say(hub: Hub, lines: Iterator[str]) -> HttpResponse:
    """
    Say ``lines``, if there are any, in the room of the options.
    """
    text = "\n".join(lines)
    if text:
        hub.find_room(hub.options(Options).room).announce(text)
    return HttpResponse(status=204)
