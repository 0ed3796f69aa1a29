"""
A plugin that is a package: put your own in its place.
"""

from twisted_chat import Context, command

__version__ = "1.0"


@command(in_room=True)
def hello(ctx: Context) -> None:
    """Say hello to the room."""
    ctx.room.announce(f"{ctx.user.nick} says hello.")
