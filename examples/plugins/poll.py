"""
Polls, one at a time in each room; a restart of the server ends none.

``/poll Where do we eat? | pizza | noodles`` asks, ``/vote 2`` answers, ``/poll`` shows how it
stands and ``/endpoll`` tells everybody how it ended.  Only the votes of those who are in the room
count, so nobody votes twice by going out and coming back, or under another name.
"""

from typing import Any

from twisted_chat import ChatError, Context, command


def poll_in(ctx: Context) -> dict[str, Any]:
    """
    Return the poll that is open in the room: its asker, its question and its answers.
    """
    found: dict[str, Any] | None = ctx.storage.room.get("poll")
    if found is None:
        raise ChatError("There is no poll in this room. /poll question | answer | answer asks.")
    return found


def standing(ctx: Context) -> str:
    """
    Return the question and how many of those in the room are for each answer.
    """
    found, kept = poll_in(ctx), ctx.storage.room
    votes = [kept.get(f"vote/{member.key}") for member in ctx.room.members]
    counts = [f"{votes.count(n)} for {answer}" for n, answer in enumerate(found["answers"], 1)]
    return f"{found['question']} {', '.join(counts)}"


@command(in_room=True)
def poll(ctx: Context, *, question: str = "") -> str | None:
    """Ask the room: /poll question | answer | answer. Alone, show how it stands."""
    if not question:
        return standing(ctx)
    if ctx.storage.room.get("poll"):
        raise ChatError("There is a poll in this room already. /endpoll ends it.")
    asked, *answers = [part.strip() for part in question.split("|")]
    if len(answers) < 2 or not all([asked, *answers]):
        raise ChatError("A poll is a question and its answers: /poll Tea? | yes | no")
    if not ctx.user.may_speak(ctx.room):
        raise ChatError("You may not speak in this room now, so you cannot ask it anything.")
    choices = ", ".join(f"/vote {n} for {answer}" for n, answer in enumerate(answers, 1))
    # First, because a word filter may refuse it.
    ctx.room.announce(f"{ctx.user.nick} asks: {asked} {choices}")
    kept = {"asker": ctx.user.nick, "question": asked, "answers": answers}
    ctx.storage.room.set("poll", kept)
    return None


@command(in_room=True)
def vote(ctx: Context, number: int) -> str:
    """Choose an answer of the poll in this room; your last choice counts."""
    answers = poll_in(ctx)["answers"]
    if not 1 <= number <= len(answers):
        raise ChatError(f"The answers have the numbers 1 to {len(answers)}.")
    ctx.storage.room.set(f"vote/{ctx.user.key}", number)
    return f"You are for {answers[number - 1]}."


@command(in_room=True)
def endpoll(ctx: Context) -> None:
    """End the poll in this room, which only the one who asked can do while they are here."""
    asker, result = poll_in(ctx)["asker"], standing(ctx)
    if asker != ctx.user.nick and asker in [member.nick for member in ctx.room.members]:
        raise ChatError(f"Only {asker} can end this poll.")
    for key in dict(ctx.storage.room.items()):
        ctx.storage.room.delete(key)
    ctx.room.announce(f"The poll has ended: {result}")
