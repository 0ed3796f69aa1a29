"""
History: reading and searching it.
"""

import re

from twisted_chat import ChatError, Context, command
from twisted_chat.replies.reply import Reply

_MOST = 200
# Asks for who came, left and has another nick; a room of that name is `#joins`.
JOINS = "joins"
#: Marks everything as read.
ALL = "all"
_NUMBER = re.compile(r"[+-]?\d{1,18}")


@command(cost=4, reads=True)
async def history(ctx: Context, n: str = "", room: str = "", joins: str = "") -> None:
    """Show the latest lines of a room, by default 20; #12 is a room's name, joins adds those."""
    # They are accepted in any order; of two numbers, the second is a room.
    words = [word for word in (n, room, joins) if word and word != JOINS]
    number = next(filter(_NUMBER.fullmatch, words), "")
    if number:
        words.remove(number)
    count = int(number or 20)
    if len(words) > 1 or not 1 <= count <= _MOST:
        raise ChatError(
            f"Ask for 1 to {_MOST} lines of one room, such as /history 50 dev.",
            code="bad-count",
            most=_MOST,
        )
    chosen = ctx.hub.access.find(ctx.user, words[0]) if words else ctx.room
    await ctx.hub.archive.read_back(ctx.session, chosen, count, presence=JOINS in (n, room, joins))


@command(cost=4, reads=True)
async def more(ctx: Context) -> None:
    """Show the next page of what you read last: earlier lines, or later ones of /catchup."""
    await ctx.hub.pagers.more(ctx.session)


@command(cost=4, reads=True)
async def search(ctx: Context, *, words: str) -> None:
    """Find lines: words, "phrases", from:nick in:room before:2026-11-20 after:2d."""
    await ctx.hub.search.search(ctx.session, words)


@command(cost=4, reads=True)
async def show(ctx: Context, number: int, room: str = "") -> None:
    """Show the lines around a search result, or around a line by its number."""
    await ctx.hub.search.show(ctx.session, number, room)


@command(cost=4, reads=True)
async def catchup(ctx: Context) -> None:
    """Show what was said in your rooms while you were away, page by page."""
    await ctx.hub.archive.catch_up(ctx.session)


@command(cost=4)
async def unread(ctx: Context) -> None:
    """List your rooms with something unread, and who wrote to you."""
    ctx.hub.marks.settle_all(ctx.user)
    await ctx.hub.unread.show(ctx.session)


@command
def read(ctx: Context, room: str = "") -> Reply:
    """Mark a room as read, by default the current one, or with all every room and message."""
    # A room of that name is `#all`.
    if room.lower() == ALL:
        return ctx.hub.marks.mark_all(ctx.session, None)
    found = ctx.hub.find_room(room, seen_by=ctx.user) if room else ctx.room
    return ctx.hub.marks.mark_all(ctx.session, found)


@command(cost=4, reads=True)
async def messages(ctx: Context, nick: str, n: int = 20) -> None:
    """Show the last private messages between you and a user."""
    if not 1 <= n <= _MOST:
        raise ChatError(f"Ask for 1 to {_MOST} messages.", code="bad-count", most=_MOST)
    await ctx.hub.messages.show_between(ctx.session, nick, n)
