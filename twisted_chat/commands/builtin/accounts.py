"""
Accounts: registering and logging in; a password is asked for and never typed behind a command.
"""

from collections.abc import Awaitable
from typing import Literal

from twisted_chat import Context, Secret, command
from twisted_chat.replies.reply import Reply


@command(secret=True)
def register(
    ctx: Context, *, code: str = "", password: Secret | None = None
) -> Awaitable[object] | None:
    """Register your name with a password, and with an invitation code where one is needed."""
    if password is None:
        return ctx.hub.registration.ask_to_register(ctx.session, code)
    return ctx.hub.registration.register(ctx.session, password, code)


@command(cost=4, secret=True)
def login(ctx: Context, nick: str, password: Secret | None = None) -> Awaitable[None] | None:
    """Log in to your account."""
    if password is None:
        ctx.hub.logins.ask_to_log_in(ctx.session, nick)
        return None
    return ctx.hub.logins.log_in(ctx.session, nick, password)


@command
def logout(ctx: Context) -> None:
    """Log out, stay connected, and choose a name again."""
    ctx.hub.logins.log_out(ctx.session)


@command(cost=4, secret=True)
def passwd(
    ctx: Context, old: Secret | None = None, new: Secret | None = None
) -> Awaitable[Reply] | None:
    """Change your password."""
    if old is None or new is None:
        ctx.hub.upkeep.ask_to_change_password(ctx.session)
        return None
    return ctx.hub.upkeep.change_password(ctx.session, old, new)


@command(cost=4, secret=True)
def ghost(ctx: Context, nick: str, password: Secret | None = None) -> Awaitable[None] | None:
    """Close your other connections, such as one that hangs."""
    if password is None:
        ctx.hub.logins.ask_to_close_others(ctx.session, nick)
        return None
    return ctx.hub.logins.close_others(ctx.session, nick, password)


@command(reads=True)
def sessions(ctx: Context) -> Reply:
    """List your connections."""
    return ctx.hub.directory.connections(ctx.session)


@command(reads=True)
def devices(ctx: Context) -> Reply:
    """List what comes to your account without a password: programs, and keys of SSH."""
    return ctx.hub.devices.list(ctx.session)


@command
async def unlink(ctx: Context, number: int) -> Reply:
    """Close the connections of a device, and let it need your password; /devices numbers them."""
    return await ctx.hub.devices.unlink(ctx.session, number)


@command(secret=True)
def link(ctx: Context, *, code: str = "") -> Awaitable[None] | Reply:
    """Let another device in: make a code, type it there, and say /link yes or /link no here."""
    match code.strip().lower():
        case "":
            return ctx.hub.links.offer(ctx.session)
        case "yes" | "no" as word:
            return ctx.hub.links.answer(ctx.session, is_let_in=word == "yes")
    return ctx.hub.links.ask(ctx.session, code)


@command
async def mail(ctx: Context, *, address: str = "") -> Reply:
    """Be told by mail who wrote while you were away: /mail you@example.org, /mail off."""
    typed = address.strip()
    if not typed:
        return ctx.hub.addresses.show(ctx.session)
    if typed.lower() == "off":
        return await ctx.hub.addresses.end(ctx.session)
    if "@" in typed:
        return ctx.hub.addresses.ask(ctx.session, typed)
    return await ctx.hub.addresses.confirm(ctx.session, typed)


@command
def keys(ctx: Context) -> Reply:
    """List the SSH keys and TLS certificates that open your account."""
    return ctx.hub.accounts.list_keys(ctx.session)


@command
async def key(ctx: Context, deed: Literal["add", "remove"], *, key: str = "") -> Reply:
    """Add an SSH key or a TLS certificate, or remove one; without a key the one you came with."""
    if deed == "add":
        return await ctx.hub.accounts.add_key(ctx.session, key)
    return await ctx.hub.devices.remove_key(ctx.session, key)


@command(cost=4, secret=True)
def unregister(ctx: Context, password: Secret | None = None) -> Awaitable[Reply | None] | None:
    """Delete your account; its name becomes free."""
    if password is None:
        ctx.hub.upkeep.ask_to_unregister(ctx.session)
        return None
    return ctx.hub.upkeep.unregister(ctx.session, password)


@command(cost=4)
async def export(ctx: Context) -> Reply:
    """Write what is kept about you to a file for the server's operator."""
    return await ctx.hub.upkeep.export(ctx.session)


@command(needs="operator")
async def grant(ctx: Context, nick: str, role: str) -> Reply:
    """Give an account a role, such as operator."""
    return await ctx.hub.roles.grant(nick, role, granted=True, by=ctx.user)


@command(needs="operator")
async def revoke(ctx: Context, nick: str, role: str) -> Reply:
    """Take a role from an account."""
    return await ctx.hub.roles.grant(nick, role, granted=False, by=ctx.user)
