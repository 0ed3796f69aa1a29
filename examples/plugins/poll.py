"""
Polls, one at a time in each room.

``/poll Where do we eat? | pizza | noodles`` asks, ``/vote 2`` answers, ``/poll`` shows how it
stands and ``/endpoll`` tells everybody how it ended.  Only the votes of those who are in the room
count, so nobody votes twice by going out and coming back.
"""

from weakref import WeakKeyDictionary

from attrs import define, field

from twisted_chat import ChatError, Context, Room, User, command


@define
class Poll:
    """
    A question, the answers to choose from, and who chose which.
    """

    asker: User
    question: str
    answers: list[str]
    votes: dict[User, int] = field(factory=dict)

    def standing(self, room: Room) -> str:
        """
        Return the question and how many of those in the room are for each answer.
        """
        votes = [number for user, number in self.votes.items() if user in room.members]
        counts = [f"{votes.count(n)} for {answer}" for n, answer in enumerate(self.answers, 1)]
        return f"{self.question} {', '.join(counts)}"


# Keyed by the room itself, and weakly: a room that is gone takes its poll with it.
polls: WeakKeyDictionary[Room, Poll] = WeakKeyDictionary()


def poll_in(room: Room) -> Poll:
    """
    Return the poll that is open in the room.
    """
    if room not in polls:
        raise ChatError("There is no poll in this room. /poll question | answer | answer asks.")
    return polls[room]


@command(in_room=True)
def poll(ctx: Context, *, question: str = "") -> str | None:
    """Ask the room: /poll question | answer | answer. Alone, show how it stands."""
    if not question:
        return poll_in(ctx.room).standing(ctx.room)
    if ctx.room in polls:
        raise ChatError("There is a poll in this room already. /endpoll ends it.")
    asked, *answers = [part.strip() for part in question.split("|")]
    if len(answers) < 2 or not all([asked, *answers]):
        raise ChatError("A poll is a question and its answers: /poll Tea? | yes | no")
    if not ctx.user.may_speak(ctx.room):
        raise ChatError("You may not speak in this room now, so you cannot ask it anything.")
    choices = ", ".join(f"/vote {n} for {answer}" for n, answer in enumerate(answers, 1))
    # First, because a word filter may refuse it.
    ctx.room.announce(f"{ctx.user.nick} asks: {asked} {choices}")
    polls[ctx.room] = Poll(ctx.user, asked, answers)
    return None


@command(in_room=True)
def vote(ctx: Context, number: int) -> str:
    """Choose an answer of the poll in this room; your last choice counts."""
    found = poll_in(ctx.room)
    if not 1 <= number <= len(found.answers):
        raise ChatError(f"The answers have the numbers 1 to {len(found.answers)}.")
    found.votes[ctx.user] = number
    return f"You are for {found.answers[number - 1]}."


@command(in_room=True)
def endpoll(ctx: Context) -> None:
    """End the poll in this room, which only the one who asked can do while they are here."""
    found = poll_in(ctx.room)
    if found.asker is not ctx.user and found.asker in ctx.room.members:
        raise ChatError(f"Only {found.asker.nick} can end this poll.")
    del polls[ctx.room]
    ctx.room.announce(f"The poll has ended: {found.standing(ctx.room)}")
