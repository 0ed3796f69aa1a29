"""
Reminders: ``/remind 10m the pizza``, ``/reminders`` lists yours, ``/unremind 1`` takes one back.

They come also after a restart of the server.  Who has an account and is not here reads theirs on
coming back; those of a guest who has left are dropped.
"""

from twisted_chat import ChatError, Context, Duration, Hub, Storage, command, events, on

MOST = 10


def kept_for(hub: Hub, author: int) -> Storage:
    """
    Return where the reminders of a user are: with their account, if they have one.
    """
    kept, account = hub.storage(__name__), hub.world.account_called(author)
    return kept.of(account) if account else kept


def mine(ctx: Context) -> list[tuple[float, str, str]]:
    """
    Return when each reminder of the user comes, its key and its text, the next one first.
    """
    found = kept_for(ctx.hub, ctx.user.author).items(f"{ctx.user.author}/")
    return sorted((due, key, text) for key, (due, text) in found)


@command
def remind(ctx: Context, after: Duration, *, text: str) -> str:
    """Be reminded of something: /remind 10m the pizza is in the oven."""
    forget_guests(ctx.hub)
    taken = [key for _, key, _ in mine(ctx)]
    free = [key for n in range(MOST) if (key := f"{ctx.user.author}/{n}") not in taken]
    if not free:
        raise ChatError(f"You have {MOST} reminders already. /unremind number takes one back.")
    due = ctx.hub.now() + after.total_seconds()
    kept_for(ctx.hub, ctx.user.author).set(free[0], [due, text])
    ctx.at(after, ring, ctx.user.author, free[0], key=free[0], account=ctx.user.account)
    return f"You will be reminded in {after}."


def ring(hub: Hub, author: int, key: str) -> None:
    """
    Tell a user; one with an account who is not here is told on coming back.
    """
    kept = kept_for(hub, author)
    if not (found := kept.get(key)):
        return
    here = [user for user in hub.users.values() if user.author == author]
    if here:
        here[0].notify(f"Reminder: {found[1]}")
    if here or not hub.world.account_called(author):
        kept.delete(key)


def forget_guests(hub: Hub) -> None:
    """
    Drop the reminders of guests who have left: nobody comes back as the same one.
    """
    here = {str(user.author) for user in hub.users.values()}
    for key in dict(hub.storage(__name__).items()):
        if key.partition("/")[0] not in here:
            hub.storage(__name__).delete(key)
            hub.cancel(__name__, key)


@on(events.Joined)
def tell(hub: Hub, event: events.Joined) -> None:
    """
    Tell a user who has come what they missed.
    """
    user = hub.find_user(event.nick)
    for key, (due, _) in kept_for(hub, user.author).items(f"{user.author}/"):
        if due <= hub.now():
            ring(hub, user.author, key)


@command(name="reminders")
def list_reminders(ctx: Context) -> str:
    """List what you will be reminded of, and when."""
    lines = []
    for number, (due, _, text) in enumerate(mine(ctx), 1):
        left = Duration(seconds=round(due - ctx.hub.now()))
        lines.append(f"{number}. in {left}: {text}")
    return "\n".join(lines) or "You have no reminders."


@command
def unremind(ctx: Context, number: int) -> str:
    """Take a reminder back, by its number in /reminders."""
    found = mine(ctx)
    if not 1 <= number <= len(found):
        raise ChatError(f"You have no reminder {number}. /reminders lists yours.")
    _, key, text = found[number - 1]
    kept_for(ctx.hub, ctx.user.author).delete(key)
    ctx.cancel(key)
    return f"You will not be reminded: {text}"
