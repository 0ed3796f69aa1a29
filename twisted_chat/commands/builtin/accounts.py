"""
Accounts: registering and logging in; a password is asked for and never an argument.
"""

from twisted_chat import Context, command
from twisted_chat.replies.reply import Reply


@command(secret=True)
def register(ctx: Context) -> None:
    """Register your name with a password."""
    ctx.hub.registration.ask_to_register(ctx.session)


@command(cost=4, secret=True)
def login(ctx: Context, nick: str) -> None:
    """Log in to your account."""
    ctx.hub.logins.ask_to_log_in(ctx.session, nick)


@command
def logout(ctx: Context) -> None:
    """Log out, stay connected, and choose a name again."""
    ctx.hub.logins.log_out(ctx.session)


@command(cost=4, secret=True)
def passwd(ctx: Context) -> None:
    """Change your password."""
    ctx.hub.registration.ask_to_change_password(ctx.session)


@command(cost=4, secret=True)
def ghost(ctx: Context, nick: str) -> None:
    """Close your other connections, such as one that hangs."""
    ctx.hub.logins.ask_to_close_others(ctx.session, nick)


@command
def sessions(ctx: Context) -> Reply:
    """List your connections."""
    return ctx.hub.directory.connections(ctx.session)


@command(cost=4, secret=True)
def unregister(ctx: Context) -> None:
    """Delete your account; its name becomes free."""
    ctx.hub.registration.ask_to_unregister(ctx.session)


@command(cost=4, cooldown=60)
async def export(ctx: Context) -> Reply:
    """Write what is kept about you to a file for the server's operator."""
    return await ctx.hub.registration.export(ctx.session)


@command(needs="operator")
async def grant(ctx: Context, nick: str, role: str) -> Reply:
    """Give an account a role, such as operator."""
    return await ctx.hub.registration.grant(nick, role, granted=True, by=ctx.user)


@command(needs="operator")
async def revoke(ctx: Context, nick: str, role: str) -> Reply:
    """Take a role from an account."""
    return await ctx.hub.registration.grant(nick, role, granted=False, by=ctx.user)
