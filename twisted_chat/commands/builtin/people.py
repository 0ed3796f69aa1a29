"""
People: nicks, whois, being away, and ignoring users.
"""

import time

from twisted_chat import ChatError, Context, Duration, User, command


@command(aliases=["n", "name"])
def nick(ctx: Context, name: str) -> None:
    """Change your name."""
    ctx.hub.nicks.rename(ctx.user, name)


@command(aliases=["wi"])
def whois(ctx: Context, nick: User) -> str:
    """Show a user's rooms, and how long they are here and idle."""
    seen = filter(ctx.user.sees, nick.rooms)
    rooms = ", ".join(f"#{room.name}" for room in seen) or "no room"
    here = Duration(seconds=max(0, round(ctx.hub.now() - nick.since)))
    since = time.strftime("%H:%M", time.localtime(nick.since))
    idle = Duration(seconds=round(nick.idle))
    lines = [f"{nick.nick} is in {rooms}, here since {since} ({here}), idle for {idle}."]
    if nick.away is not None:
        lines.append(_away_line(nick))
    if ctx.user.is_staff:
        hosts = dict.fromkeys(session.host or "this machine" for session in nick.sessions)
        lines.append(f"{nick.nick} comes from {', '.join(hosts)}.")
    return "\n".join(lines)


def _away_line(user: User) -> str:
    return f"{user.nick} is away: {user.away}" if user.away else f"{user.nick} is away."


@command
def away(ctx: Context, *, reason: str = "") -> str:
    """Mark yourself as away; users who write to you are told."""
    ctx.hub.profile.set_away(ctx.user, reason.strip())
    return "You are marked as away. /back ends that."


@command
def back(ctx: Context) -> str:
    """End being away."""
    if ctx.user.away is None:
        raise ChatError("You are not away.")
    ctx.hub.profile.set_away(ctx.user, None)
    return "Welcome back."


@command
def ignore(ctx: Context, nick: User) -> str:
    """Hide what a user says."""
    ctx.hub.profile.ignore(ctx.user, nick)
    return f"You no longer see what {nick.nick} says. /unignore {nick.nick} ends that."


@command
def unignore(ctx: Context, nick: str) -> str:
    """Show what a user says again."""
    ctx.hub.profile.unignore(ctx.user, nick)
    return f"You see what {nick} says again."
