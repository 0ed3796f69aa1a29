"""
Accounts: names of one's own, with a password that is asked for and never an argument.
"""

import time

from twisted_chat import Context, Duration, Session, command


@command(secret=True)
def register(ctx: Context) -> None:
    """Make the name you go by your own, with a password."""
    ctx.hub.registration.ask_to_register(ctx.session)


@command(cost=4, secret=True)
def login(ctx: Context, nick: str) -> None:
    """Come in under a name that is yours."""
    ctx.hub.logins.ask_to_log_in(ctx.session, nick)


@command
def logout(ctx: Context) -> None:
    """Be nobody on this connection, and be asked for a name."""
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
def sessions(ctx: Context) -> str:
    """List your connections."""
    return "\n".join(
        _row(ctx, session) + (" This is the one." if session is ctx.session else "")
        for session in ctx.user.sessions
    )


def _row(ctx: Context, session: Session) -> str:
    now = ctx.hub.seconds()
    here = Duration(seconds=round(now - session.connected_at))
    idle = Duration(seconds=round(now - session.active_at))
    since = time.strftime("%H:%M", time.localtime(ctx.hub.now() - here.total_seconds()))
    host = session.host or "this machine"
    return f"From {host} since {since} ({here}), idle for {idle}."


@command(cost=4, secret=True)
def unregister(ctx: Context) -> None:
    """Give your account up; the name is free again."""
    ctx.hub.registration.ask_to_unregister(ctx.session)


@command(cost=4, cooldown=60)
async def export(ctx: Context) -> str:
    """Write all that is kept on you to a file, in a folder of the operator's."""
    return await ctx.hub.registration.export(ctx.session)


@command(needs="operator")
async def grant(ctx: Context, nick: str, role: str) -> str:
    """Give somebody's account a role, such as operator."""
    return await ctx.hub.registration.grant(nick, role, granted=True, by=ctx.user)


@command(needs="operator")
async def revoke(ctx: Context, nick: str, role: str) -> str:
    """Take a role from somebody's account."""
    return await ctx.hub.registration.grant(nick, role, granted=False, by=ctx.user)
