from random import randint

from twisted_chat import Context, command


@command(aliases=["dice"])
def roll(ctx: Context, sides: int = 6) -> None:
    """Roll a die for everyone in the room."""
    ctx.room.announce(f"{ctx.user.nick} rolled {randint(1, max(sides, 1))} on a d{sides}")
