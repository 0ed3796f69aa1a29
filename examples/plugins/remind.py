"""
Reminders: ``/remind 10m the pizza``, ``/reminders`` lists yours, ``/unremind 1`` takes one back.

They are for users who are here: a reminder of a user who has left is dropped silently.
"""

from collections.abc import Callable

from attrs import define, field

from twisted_chat import ChatError, Context, Duration, User, command

MOST = 10


@define(eq=False)
class Reminder:
    """
    What to remind of, and when, in seconds of the hub's clock.
    """

    text: str
    due: float
    cancel: Callable[[], None] = field(init=False)


# Everybody's, the next one first.
reminders: dict[User, list[Reminder]] = {}


@command
def remind(ctx: Context, after: Duration, *, text: str) -> str:
    """Be reminded of something: /remind 10m the pizza is in the oven."""
    drop([user for user in reminders if not user.sessions])
    mine = reminders.setdefault(ctx.user, [])
    if len(mine) >= MOST:
        raise ChatError(f"You have {MOST} reminders already. /unremind number takes one back.")
    reminder = Reminder(text, ctx.hub.seconds() + after.total_seconds())
    reminder.cancel = ctx.later(after.total_seconds(), ring, ctx.user, reminder).cancel
    mine.append(reminder)
    mine.sort(key=lambda each: each.due)
    return f"You will be reminded in {after}."


def ring(user: User, reminder: Reminder) -> None:
    """
    Tell ``user``; a user who has left is told nothing.
    """
    reminders[user].remove(reminder)
    user.notify(f"Reminder: {reminder.text}")


@command(name="reminders")
def list_reminders(ctx: Context) -> str:
    """List what you will be reminded of, and when."""
    lines = []
    for number, reminder in enumerate(reminders.get(ctx.user, []), 1):
        left = Duration(seconds=round(reminder.due - ctx.hub.seconds()))
        lines.append(f"{number}. in {left}: {reminder.text}")
    return "\n".join(lines) or "You have no reminders."


@command
def unremind(ctx: Context, number: int) -> str:
    """Take a reminder back, by its number in /reminders."""
    mine = reminders.get(ctx.user, [])
    if not 1 <= number <= len(mine):
        raise ChatError(f"You have no reminder {number}. /reminders lists yours.")
    reminder = mine.pop(number - 1)
    reminder.cancel()
    return f"You will not be reminded: {reminder.text}"


def drop(users: list[User]) -> None:
    """
    Take back all reminders of ``users``.
    """
    for user in users:
        for reminder in reminders.pop(user):
            reminder.cancel()


def teardown() -> None:
    """
    Leave no timer running; called when the plugin is removed or reloaded.
    """
    drop(list(reminders))
