from twisted_chat import ChatError, Context, command


@command(in_room=True)
def poll(ctx: Context) -> str:
    """Show the poll."""
    found = poll_in(ctx)
    votes = list(found["votes"].values())
    counts = [f"{answer}: {votes.count(answer)}" for answer in found["answers"]]
    return f"{found['question']} {', '.join(counts)}"


@poll.command
def ask(ctx: Context, *, question: str) -> str:
    """Ask: question | answer | answer."""
    asked, *answers = [part.strip() for part in question.split("|")]
    if len(answers) < 2:
        raise ChatError("Give a question and two answers.")
    ctx.storage.room.set("poll", {"question": asked, "answers": answers, "votes": {}})
    return asked


@poll.command
def vote(ctx: Context, *, answer: str) -> str:
    """Vote for an answer."""
    found = poll_in(ctx)
    if answer not in found["answers"]:
        raise ChatError(f"The answers are: {', '.join(found['answers'])}.")
    found["votes"][ctx.user.nick] = answer
    ctx.storage.room.set("poll", found)
    return f"You are for {answer}."


def poll_in(ctx: Context) -> dict:
    found = ctx.storage.room.get("poll")
    if found is None:
        raise ChatError("There is no poll.")
    return found
