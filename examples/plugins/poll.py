"""
Polls, one at a time in each room; neither a restart nor a ``kill -9`` of the server ends one.

``/poll ask Where do we eat? | pizza | noodles`` asks, ``/poll vote`` offers the answers, ``/poll``
shows how it stands, and ``/poll end`` tells everybody how it ended.  Only the votes of those who
are in the room count, so nobody votes twice by going out and coming back, or under another name.

``docs/plugins.md`` builds this file step by step.
"""

from collections.abc import Iterable
from typing import Any

from attrs import frozen

from twisted_chat import (
    ChatError,
    Context,
    HttpRequest,
    Hub,
    Room,
    Storage,
    command,
    fold,
    http_route,
    option,
)


@frozen
class Options:
    """What the operator may set."""

    answers: int = option(6, "How many answers a poll may have, at most 50.")
    published: str = option("", "The public room whose poll anybody may read by HTTP.")
    report_to: str = option("", "The address to which a result is sent by HTTP.")


@command(in_room=True)
def poll(ctx: Context) -> str:
    """Show how the poll in this room stands."""
    return standing(ctx.room, ctx.storage.room)


@poll.command
def ask(ctx: Context, *, question: str) -> None:
    """Ask the room: /poll ask question | answer | answer."""
    asked, answers = parts(question, min(ctx.hub.options(Options).answers, 50))
    if "votes" in ctx.storage.room.get("poll", {}):
        raise ChatError("There is a poll in this room already. /poll end ends it.")
    if not ctx.user.may_speak(ctx.room):
        raise ChatError("You may not speak in this room now, so you cannot ask it anything.")
    # First, because a word filter may refuse it.
    ctx.room.announce(f"{ctx.user.nick} asks: {asked} {', '.join(answers)}")
    found = {"asker": ctx.user.nick, "question": asked, "answers": answers, "votes": {}}
    ctx.storage.room.set("poll", found)


def parts(question: str, most: int) -> tuple[str, list[str]]:
    """Split what was typed into the question and its answers."""
    asked, *answers = [part.strip() for part in question.split("|")]
    if not 2 <= len(answers) <= most or not all([asked, *answers]):
        raise ChatError(f"A poll is a question and 2 to {most} answers: Tea? | yes | no")
    if len({fold(answer) for answer in answers}) < len(answers):
        raise ChatError("Two of the answers are the same.")
    if max(map(len, answers)) > 100:
        raise ChatError("An answer has at most 100 characters.")
    return asked, answers


@poll.command
async def vote(ctx: Context, *, answer: str = "") -> str:
    """Choose an answer of the poll in this room; your last choice counts."""
    kept = ctx.storage.room
    if not answer:
        found = poll_in(kept)
        answer = await ctx.choose(f"{found['asker']} asks: {found['question']}", found["answers"])
    # Only now, because others have voted while this one was asked.
    found = poll_in(kept)
    chosen = {fold(each): each for each in found["answers"]}.get(fold(answer))
    if chosen is None:
        raise ChatError(f"The answers are: {', '.join(found['answers'])}.")
    found["votes"][ctx.user.key] = chosen
    kept.set("poll", found)
    return f"You are for {chosen}."


@vote.completes("answer")
def complete_answer(ctx: Context, typed: str) -> Iterable[str]:
    """Offer the answers."""
    return list(poll_in(ctx.storage.room)["answers"])


@poll.command
async def end(ctx: Context) -> None:
    """End the poll in this room, which only the one who asked can do while they are here."""
    room, kept = ctx.room, ctx.storage.room
    asker = poll_in(kept)["asker"]
    if asker != ctx.user.nick and asker in [member.nick for member in room.members]:
        raise ChatError(f"Only {asker} can end this poll.")
    result = standing(room, kept)
    kept.delete("poll")
    room.announce(f"The poll has ended: {result}")
    if address := ctx.hub.options(Options).report_to:
        await ctx.http.post(address, json={"room": room.name, "result": result})


@http_route("/standing")
def publish(hub: Hub, request: HttpRequest) -> dict[str, Any]:
    """Show how the poll in the published room stands."""
    name = hub.options(Options).published
    if not name or not (room := hub.find_room(name)).is_public:
        raise ChatError("No poll is published.")
    kept = hub.storage(__name__).of(room)
    return {"question": poll_in(kept)["question"], "votes": counts(room, kept)}


def poll_in(kept: Storage) -> dict[str, Any]:
    """Return the poll that is open in a room."""
    found: dict[str, Any] = kept.get("poll", {})
    if "votes" not in found:  # An earlier version kept them elsewhere.
        raise ChatError("There is no poll in this room. /poll ask begins one.")
    return found


def counts(room: Room, kept: Storage) -> dict[str, int]:
    """Count how many of those in the room are for each answer."""
    found = poll_in(kept)
    votes = [found["votes"].get(member.key) for member in room.members]
    return {answer: votes.count(answer) for answer in found["answers"]}


def standing(room: Room, kept: Storage) -> str:
    """Return the question, and how many are for each answer."""
    votes = [f"{votes} for {answer}" for answer, votes in counts(room, kept).items()]
    return f"{poll_in(kept)['question']} {', '.join(votes)}"
