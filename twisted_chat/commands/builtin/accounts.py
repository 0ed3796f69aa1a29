"""
Accounts: names of one's own, with a password that is asked for and never typed behind a command.
"""

import time
from collections.abc import Awaitable

from twisted_chat import Context, Duration, Secret, Session, command


@command(secret=True)
def register(ctx: Context, password: Secret | None = None) -> Awaitable[str] | None:
    """Make the name you go by your own, with a password."""
    if password is None:
        ctx.hub.registration.ask_to_register(ctx.session)
        return None
    return ctx.hub.registration.register(ctx.session, password)


@command(cost=4, secret=True)
def login(ctx: Context, nick: str, password: Secret | None = None) -> Awaitable[None] | None:
    """Come in under a name that is yours."""
    if password is None:
        ctx.hub.logins.ask_to_log_in(ctx.session, nick)
        return None
    return ctx.hub.logins.log_in(ctx.session, nick, password)


@command
def logout(ctx: Context) -> None:
    """Be nobody on this connection, and be asked for a name."""
    ctx.hub.logins.log_out(ctx.session)


@command(cost=4, secret=True)
def passwd(
    ctx: Context, old: Secret | None = None, new: Secret | None = None
) -> Awaitable[str] | None:
    """Change your password."""
    if old is None or new is None:
        ctx.hub.registration.ask_to_change_password(ctx.session)
        return None
    return ctx.hub.registration.change_password(ctx.session, old, new)


@command(cost=4, secret=True)
def ghost(ctx: Context, nick: str, password: Secret | None = None) -> Awaitable[None] | None:
    """Close your other connections, such as one that hangs."""
    if password is None:
        ctx.hub.logins.ask_to_close_others(ctx.session, nick)
        return None
    return ctx.hub.logins.close_others(ctx.session, nick, password)


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
def unregister(ctx: Context, password: Secret | None = None) -> Awaitable[str] | None:
    """Give your account up; the name is free again."""
    if password is None:
        ctx.hub.registration.ask_to_unregister(ctx.session)
        return None
    return ctx.hub.registration.unregister(ctx.session, password)


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
