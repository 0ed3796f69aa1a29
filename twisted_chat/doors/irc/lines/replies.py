"""
The messages of replies: what one client alone is told, without the tags that all have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twisted_chat.doors.irc.lines.events import joined, kicked, marker
from twisted_chat.doors.irc.lines.help import typed_help
from twisted_chat.doors.irc.lines.said import Line, fit, in_one, notices
from twisted_chat.doors.irc.lines.typed import as_typed
from twisted_chat.doors.irc.message import trailing
from twisted_chat.doors.irc.numerics import (
    ERR_NONICKCHANGE,
    FAILING,
    RPL_AWAY,
    RPL_NOTOPIC,
    RPL_NOWAWAY,
    RPL_TOPIC,
    RPL_TOPICWHOTIME,
    RPL_UNAWAY,
    RPL_YOUREOPER,
    fail_code,
    numeric_of,
)
from twisted_chat.doors.irc.replies import (
    Denied,
    IrcReply,
    MarkerOf,
    NamesOf,
    Numerics,
    Sent,
    Written,
)
from twisted_chat.doors.words import lines_of
from twisted_chat.replies import (
    credentials,
    mail,
    moderation,
    people,
    plugins,
    questions,
    reply,
    rooms,
    server,
    webhooks,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from twisted_chat.doors.irc.negotiated import Negotiated
    from twisted_chat.replies.reply import Refused, Reply

#: Characters of a parameter that is not the last: what a client wrote is repeated so far.
LONGEST_PARAM = 64
#: Kicks are told where they happen, and the rest a client knows by itself.
_UNTOLD = (rooms.CurrentRoom, rooms.Numbered)
# Words of the server that name commands for their reader, at this client; of what users wrote they
# have their words of highlights alone.
_NAMING = (
    *(credentials.InvitationList, credentials.KeyList, credentials.LinkAnswered),
    *(credentials.LinkAsked, mail.MailCodeSent, mail.MailShown, people.Ignoring),
    *(people.SettingsShown, people.UnreadShown, people.WasMissed, plugins.PluginChanged),
    *(plugins.PluginList, webhooks.WebhookAdded, webhooks.WebhookList),
)


def lines_of_answer(how: Negotiated, told: IrcReply, reader: str) -> Iterable[Line]:
    """
    Return the messages of ``told``, which this door alone tells, for ``reader``.

    Raises:
        TypeError: there are none for it.
    """
    start = f":{how.site.name}"
    match told:
        case Numerics():
            return [(_numeric(start, reader, *line), "") for line in told.lines]
        case Sent():
            source = f":{told.source}" if told.source else start
            tags = f"batch={told.batch}" if told.batch else ""
            return [
                (" ".join([source, verb, *_params(params)]), tags) for verb, *params in told.lines
            ]
        case Written():
            return [(f"{start} {fit(line)}", "") for line in told.lines]
        case NamesOf():
            return [(f"{start} {line}", "") for line in names_of(how, reader, told.room)]
        case Denied():
            return _refused(how, told.refused, reader, told.verb, told.subject)
        case MarkerOf():
            return marker(how, reader, told.target)
        case _:
            raise TypeError(f"no messages for {type(told).__name__}")


def lines_of_reply(how: Negotiated, told: Reply, reader: str) -> Iterable[Line]:
    """
    Return the messages of ``told`` for ``reader``, who is ``*`` until they have a nick.
    """
    start = f":{how.site.name}"
    match told:
        case reply.Refused():
            return _refused(how, told, reader)
        case reply.Done():
            return [(f"{start} ACK", "")]
        case rooms.Entered() | rooms.RoomsRestored() | people.Welcome():
            return _of_arrival(how, told, reader)
        case server.Closed() | moderation.Kicked(is_yours=True, room=""):
            return [_closing(told)]
        case moderation.Sanctioned(is_yours=True, sanction=found) if (
            found.kind == "ban" and not found.room
        ):
            return [_closing(told)]
        case _:
            return _of_others(how, told, reader)


def _closing(told: Reply) -> Line:
    """
    Return the message that the connection is closed (RFC 2812, section 3.7.4).
    """
    return f"ERROR :{' '.join(map(fit, lines_of(told)))}", ""


def _of_arrival(how: Negotiated, told: Reply, reader: str) -> Iterable[Line]:
    match told:
        case people.Welcome():
            return _welcome(how, told)
        case rooms.RoomsRestored():
            return [line for room in told.rooms for line in _entered(how, reader, room)]
        case rooms.Entered() if not how.is_registering:
            return _entered(how, told.nick, told.room, told.topic)
        case _:
            return ()


def _welcome(how: Negotiated, told: people.Welcome) -> Iterator[Line]:
    if how.is_registering:
        for line in how.site.welcome(told.nick):
            yield f":{how.site.name} {line}", ""
    for room in told.rooms:
        yield from _entered(how, told.nick, room)
    if told.refusal is not None:
        refusal = as_typed(told.refusal.sentence)
        yield from notices(f":{how.site.name} NOTICE {told.nick}", refusal)


def _entered(how: Negotiated, nick: str, room: str, topic: str | None = None) -> Iterator[Line]:
    """
    Yield what tells ``nick`` that they are in ``room``: as RFC 2812, section 3.2.1.

    Args:
        topic: as they read it; None to look it up.
    """
    yield joined(how, nick, room, is_own=True), ""
    start = f":{how.site.name}"
    if topic is None:
        topic = how.site.topic_for(nick, room)
    if topic:
        yield in_one(f"{start} {RPL_TOPIC} {nick} #{room} :", topic), ""
        yield from _set_by(how, nick, room)
    yield from marker(how, nick, f"#{room}")
    if "no-implicit-names" not in how.caps:
        yield from ((f"{start} {line}", "") for line in names_of(how, nick, room))


def _set_by(how: Negotiated, reader: str, room: str) -> Iterator[Line]:
    """
    Yield who set the topic of ``room``, and when, if that is known.
    """
    by, at = how.site.topic_set(room)
    if by and at:
        yield f":{how.site.name} {RPL_TOPICWHOTIME} {reader} #{room} {fit(by)} {int(at)}", ""


def names_of(how: Negotiated, reader: str, room: str) -> Iterable[str]:
    """
    Return who is in ``room``, for ``reader``.
    """
    return how.site.names(room, reader, with_host="userhost-in-names" in how.caps)


def _of_others(how: Negotiated, told: Reply, reader: str) -> Iterable[Line]:
    start = f":{how.site.name}"
    match told:
        case people.Away(is_yours=True):
            numeric = RPL_UNAWAY if told.reason is None else RPL_NOWAWAY
            (sentence,) = lines_of(told)
            return [(f"{start} {numeric} {reader} :{fit(as_typed(sentence))}", "")]
        case people.Away():
            away = f"{start} {RPL_AWAY} {reader} {fit(told.nick)} :"
            return [(in_one(away, fit(told.reason or "") or "away"), "")]
        case people.RoleChanged(is_yours=True, role="operator"):
            return _operator(how, told, reader)
        case rooms.Topic():
            numeric = RPL_TOPIC if told.topic else RPL_NOTOPIC
            topic = told.topic or "No topic is set"
            line = in_one(f"{start} {numeric} {reader} #{fit(told.room)} :", topic)
            return [(line, ""), *(_set_by(how, reader, told.room) if told.topic else ())]
        case questions.Asked():
            default = "/msg ChatServ . takes the answer in brackets, " if told.default else ""
            how_to = (
                f"Answer with /msg ChatServ answer; {default}/msg ChatServ cancel takes it back."
            )
            return [*_in_words(how, told, reader), *notices(f"{start} NOTICE {reader}", how_to)]
        case moderation.Kicked(room=room) | moderation.Lifted(room=room) if room:
            return _of_moderation(how, told, reader)
        case moderation.Sanctioned() if told.sanction.room:
            return _of_moderation(how, told, reader)
        case _:
            return () if isinstance(told, _UNTOLD) else _in_words(how, told, reader)


def _operator(how: Negotiated, told: people.RoleChanged, reader: str) -> Iterator[Line]:
    """
    Yield that ``reader`` is an operator of the server now, or no longer.
    """
    words = fit(*lines_of(told))
    if told.is_granted:
        yield f":{how.site.name} {RPL_YOUREOPER} {reader} :{words}", ""
    else:
        yield from notices(f":{how.site.name} NOTICE {reader}", words)
    yield f":{how.site.source(reader)} MODE {reader} {'+' if told.is_granted else '-'}o", ""


def _in_words(how: Negotiated, told: Reply, reader: str) -> Iterator[Line]:
    """
    Yield the notices of ``told``.
    """
    rows = typed_help(told) if isinstance(told, server.Help) else lines_of(told)
    highlights = told.highlights if isinstance(told, people.SettingsShown) else ()
    for text in filter(None, rows):
        typed = as_typed(text, highlights) if isinstance(told, _NAMING) else text
        yield from notices(f":{how.site.name} NOTICE {reader}", typed)


def _of_moderation(how: Negotiated, told: Reply, reader: str) -> Iterable[Line]:
    match told:
        case moderation.Kicked(is_yours=True):
            return [(kicked(how, told.by, told.room, told.nick, told.reason), "")]
        case moderation.Sanctioned(is_yours=True, sanction=found):
            words = _in_words(how, told, reader)
            if found.kind != "ban":
                return words
            # As all others read it: of an earlier ban they are not told who set it, nor why.
            by, reason = (found.by, found.reason) if told.begins else ("", "")
            why = f"banned: {reason}" if reason else "banned"
            return [(kicked(how, by, found.room, reader, why), ""), *words]
        case moderation.Lifted(is_yours=True):
            return _in_words(how, told, reader)
        case _:
            # Who kicks reads of it in the channel, and who bans with all who operate that.
            return ()


def _refused(
    how: Negotiated, refused: Refused, reader: str, verb: str = "", subject: str = ""
) -> Iterable[Line]:
    """
    Return a refusal as its numeric; one without is a FAIL (standard-replies), or notices.

    Args:
        verb: of the message; empty for a command of ours, whose answers are notices.
    """
    start = f":{how.site.name}"
    found = numeric_of(refused.code, refused.facts, verb, subject)
    told = _sentence_of(refused)
    sentence = fit(" ".join(told.split()))
    if found is not None:
        numeric, middle = found
        if numeric == ERR_NONICKCHANGE:
            sentence = f"Your nick stays {fit(reader)}. {sentence}"
        return [(_numeric(start, reader, numeric, *middle, sentence), "")]
    # Of some verbs, and of text that is not UTF-8, their specifications tell all clients so.
    is_known = verb in FAILING or refused.code == "invalid-utf8"
    if is_known or (verb and "standard-replies" in how.caps):
        code = fail_code(fit(refused.code), verb)
        middle = list(map(_middle, subject.split(" ") if subject else ()))
        if (verb, code) == ("REDACT", "INVALID_TARGET"):
            # Of the message nothing is told (message-redaction, "Errors").
            del middle[1:]
        if code == "REDACT_WINDOW_EXPIRED":
            # In seconds (likewise).
            middle.append(str(60 * int(str(refused.facts["minutes"]))))
        words = " ".join([start, "FAIL", verb or "*", code, *middle])
        return [(f"{words} :{sentence}", "")]
    return notices(f"{start} NOTICE {reader}", told)


def _sentence_of(refused: Refused) -> str:
    """
    Return the sentence of a refusal, as it is read in a client of IRC.
    """
    told = refused.sentence
    if refused.code == "no-such-command":
        name = str(refused.facts["command"])
        told = told.replace(f": /{name}.", f": {name.upper()}.", 1)
    return as_typed(told, list(refused.facts.values()))


def _numeric(start: str, reader: str, numeric: str, *params: str) -> str:
    *words, last = filter(None, [start, numeric, reader, *_params(params)])
    return in_one(f"{' '.join(words)} ", last)


def _params(params: Sequence[str]) -> list[str]:
    """
    Return ``params``, of which there may be none, as they are written.
    """
    last = [trailing(fit(param)) for param in params[-1:]]
    return [*map(_middle, params[:-1]), *last]


def _middle(word: str) -> str:
    """
    Return ``word`` as a parameter that is not the last; ``*`` where it cannot be one.
    """
    word = fit(word[:LONGEST_PARAM])
    return "*" if not word or word[0] == ":" or " " in word else word
