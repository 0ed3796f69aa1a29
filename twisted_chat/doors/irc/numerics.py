"""
Numerics, and which of them tells of which refusal.

The numbers are those of RFC 1459, section 6, RFC 2812, section 5, and where these are silent of
modern.ircdocs.horse and IRCv3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from twisted_chat.text.names import fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from twisted_chat.errors import Fact

RPL_WELCOME: Final = "001"
RPL_YOURHOST: Final = "002"
RPL_CREATED: Final = "003"
RPL_MYINFO: Final = "004"
RPL_ISUPPORT: Final = "005"
RPL_UMODEIS: Final = "221"
RPL_LUSERCLIENT: Final = "251"
RPL_LUSEROP: Final = "252"
RPL_LUSERUNKNOWN: Final = "253"
RPL_LUSERCHANNELS: Final = "254"
RPL_LUSERME: Final = "255"
RPL_LOCALUSERS: Final = "265"
RPL_GLOBALUSERS: Final = "266"
RPL_AWAY: Final = "301"
RPL_USERHOST: Final = "302"
RPL_ISON: Final = "303"
RPL_UNAWAY: Final = "305"
RPL_NOWAWAY: Final = "306"
RPL_WHOISUSER: Final = "311"
RPL_WHOISSERVER: Final = "312"
RPL_WHOISOPERATOR: Final = "313"
RPL_WHOWASUSER: Final = "314"
RPL_ENDOFWHO: Final = "315"
RPL_WHOISIDLE: Final = "317"
RPL_ENDOFWHOIS: Final = "318"
RPL_WHOISCHANNELS: Final = "319"
RPL_LISTSTART: Final = "321"
RPL_LIST: Final = "322"
RPL_LISTEND: Final = "323"
RPL_CHANNELMODEIS: Final = "324"
RPL_WHOISACCOUNT: Final = "330"
RPL_NOTOPIC: Final = "331"
RPL_TOPIC: Final = "332"
RPL_TOPICWHOTIME: Final = "333"
RPL_WHOISBOT: Final = "335"
RPL_INVITELIST: Final = "336"
RPL_ENDOFINVITELIST: Final = "337"
RPL_WHOISACTUALLY: Final = "338"
RPL_INVITING: Final = "341"
RPL_VERSION: Final = "351"
RPL_WHOREPLY: Final = "352"
RPL_NAMREPLY: Final = "353"
RPL_WHOSPCRPL: Final = "354"
RPL_ENDOFNAMES: Final = "366"
RPL_BANLIST: Final = "367"
RPL_ENDOFBANLIST: Final = "368"
RPL_ENDOFWHOWAS: Final = "369"
RPL_INFO: Final = "371"
RPL_MOTD: Final = "372"
RPL_ENDOFINFO: Final = "374"
RPL_MOTDSTART: Final = "375"
RPL_ENDOFMOTD: Final = "376"
RPL_YOUREOPER: Final = "381"
RPL_TIME: Final = "391"
ERR_NOSUCHNICK: Final = "401"
ERR_NOSUCHSERVER: Final = "402"
ERR_NOSUCHCHANNEL: Final = "403"
ERR_CANNOTSENDTOCHAN: Final = "404"
ERR_TOOMANYCHANNELS: Final = "405"
ERR_WASNOSUCHNICK: Final = "406"
ERR_TOOMANYTARGETS: Final = "407"
ERR_INVALIDCAPCMD: Final = "410"
ERR_NORECIPIENT: Final = "411"
ERR_NOTEXTTOSEND: Final = "412"
ERR_INPUTTOOLONG: Final = "417"
ERR_UNKNOWNCOMMAND: Final = "421"
ERR_NOMOTD: Final = "422"
ERR_NONICKNAMEGIVEN: Final = "431"
ERR_ERRONEUSNICKNAME: Final = "432"
ERR_NICKNAMEINUSE: Final = "433"
ERR_USERNOTINCHANNEL: Final = "441"
ERR_NOTONCHANNEL: Final = "442"
ERR_USERONCHANNEL: Final = "443"
ERR_NONICKCHANGE: Final = "447"
ERR_NOTREGISTERED: Final = "451"
ERR_NEEDMOREPARAMS: Final = "461"
ERR_ALREADYREGISTERED: Final = "462"
ERR_PASSWDMISMATCH: Final = "464"
ERR_YOUREBANNEDCREEP: Final = "465"
ERR_CHANNELISFULL: Final = "471"
ERR_UNKNOWNMODE: Final = "472"
ERR_INVITEONLYCHAN: Final = "473"
ERR_BANNEDFROMCHAN: Final = "474"
ERR_BADCHANNELKEY: Final = "475"
ERR_BADCHANMASK: Final = "476"
ERR_NEEDREGGEDNICK: Final = "477"
ERR_NOPRIVILEGES: Final = "481"
ERR_CHANOPRIVSNEEDED: Final = "482"
ERR_NOOPERHOST: Final = "491"
ERR_UMODEUNKNOWNFLAG: Final = "501"
ERR_USERSDONTMATCH: Final = "502"
ERR_HELPNOTFOUND: Final = "524"
ERR_INVALIDMODEPARAM: Final = "696"
RPL_HELPSTART: Final = "704"
RPL_HELPTXT: Final = "705"
RPL_ENDOFHELP: Final = "706"
RPL_MONONLINE: Final = "730"
RPL_MONOFFLINE: Final = "731"
RPL_MONLIST: Final = "732"
RPL_ENDOFMONLIST: Final = "733"
ERR_MONLISTFULL: Final = "734"
RPL_LOGGEDIN: Final = "900"
RPL_LOGGEDOUT: Final = "901"
RPL_SASLSUCCESS: Final = "903"
ERR_SASLFAIL: Final = "904"
ERR_SASLTOOLONG: Final = "905"
ERR_SASLABORTED: Final = "906"
ERR_SASLALREADY: Final = "907"
RPL_SASLMECHS: Final = "908"

# The names of facts that are the middle parameters of a numeric; "room" gets its hash.
_NICK, _ROOM, _BOTH, _NOTHING = ("nick",), ("room",), ("nick", "room"), ()
# Those that begin with "=" stand there as they are.
_KEY, _LIMIT = ("room", "=k", "=*"), ("room", "=l", "=*")

# By the code of a refusal: the numeric, and what stands in its middle.
_NUMERICS: dict[str, tuple[str, tuple[str, ...]]] = {
    "nameless": (ERR_NOTREGISTERED, _NOTHING),
    "nick-in-use": (ERR_NICKNAMEINUSE, _NICK),
    "nick-looks-alike": (ERR_NICKNAMEINUSE, _NICK),
    "nick-registered": (ERR_NICKNAMEINUSE, _NICK),
    "name-reserved": (ERR_ERRONEUSNICKNAME, _NICK),
    "no-such-user": (ERR_NOSUCHNICK, _NICK),
    "no-such-room": (ERR_NOSUCHCHANNEL, _ROOM),
    "room-gone": (ERR_NOSUCHCHANNEL, _ROOM),
    "room-looks-alike": (ERR_BADCHANMASK, _ROOM),
    "not-in-room": (ERR_NOTONCHANNEL, _ROOM),
    "not-a-member": (ERR_USERNOTINCHANNEL, _BOTH),
    "member-already": (ERR_USERONCHANNEL, _BOTH),
    "too-many-rooms": (ERR_TOOMANYCHANNELS, _ROOM),
    "room-full": (ERR_CHANNELISFULL, _ROOM),
    "invitation-only": (ERR_INVITEONLYCHAN, _ROOM),
    "banned": (ERR_BANNEDFROMCHAN, _ROOM),
    "room-locked": (ERR_BADCHANNELKEY, _ROOM),
    "members-only": (ERR_NEEDREGGEDNICK, _ROOM),
    "moderated": (ERR_CANNOTSENDTOCHAN, _ROOM),
    "muted": (ERR_CANNOTSENDTOCHAN, _ROOM),
    "slow": (ERR_CANNOTSENDTOCHAN, _ROOM),
    "operators-only": (ERR_CHANOPRIVSNEEDED, _ROOM),
    "owner-only": (ERR_CHANOPRIVSNEEDED, _ROOM),
    "target-outranks": (ERR_CHANOPRIVSNEEDED, _ROOM),
    "server-operators-only": (ERR_NOPRIVILEGES, _NOTHING),
    "role-needed": (ERR_NOPRIVILEGES, _NOTHING),
    "not-an-operator": (ERR_NOOPERHOST, _NOTHING),
    "no-such-command": (ERR_UNKNOWNCOMMAND, ("command",)),
    "line-too-long": (ERR_INPUTTOOLONG, _NOTHING),
    "guests-not-let-in": (ERR_PASSWDMISMATCH, _NOTHING),
    "wrong-password": (ERR_PASSWDMISMATCH, _NOTHING),
    "login-ended": (ERR_PASSWDMISMATCH, _NOTHING),
    "too-many-guesses": (ERR_PASSWDMISMATCH, _NOTHING),
}
# The same, where it differs by what was asked for.
_BY_VERB: dict[tuple[str, str], tuple[str, tuple[str, ...]]] = {
    ("JOIN", "wrong-password"): (ERR_BADCHANNELKEY, _ROOM),
    ("JOIN", "muted"): (ERR_NOSUCHCHANNEL, _ROOM),
    ("PRIVMSG", "not-in-room"): (ERR_CANNOTSENDTOCHAN, _ROOM),
    ("PRIVMSG", "members-only"): (ERR_CANNOTSENDTOCHAN, _ROOM),
    ("PRIVMSG", "banned"): (ERR_CANNOTSENDTOCHAN, _ROOM),
    ("TOPIC", "moderated"): (ERR_CHANOPRIVSNEEDED, _ROOM),
    # As UnrealIRCd and InspIRCd tell it: of 437 programs take another nick, and try again.
    ("NICK", "moderated"): (ERR_NONICKCHANGE, _NOTHING),
    ("NICK", "muted"): (ERR_NONICKCHANGE, _NOTHING),
    ("OPER", "banned"): (ERR_NOOPERHOST, _NOTHING),
    ("OPER", "not-encrypted"): (ERR_NOOPERHOST, _NOTHING),
    ("KILL", "target-outranks"): (ERR_NOPRIVILEGES, _NOTHING),
    ("KICK", "no-such-user"): (ERR_NOSUCHNICK, _NICK),
    ("MODE", "limit-out-of-range"): (ERR_INVALIDMODEPARAM, _LIMIT),
    **{
        ("MODE", code): (ERR_INVALIDMODEPARAM, _KEY)
        for code in (
            *("bad-key", "password-common", "password-is-name", "password-too-short"),
            *("password-too-long", "password-characters", "password-character"),
        )
    },
}

# The codes of a FAIL where a specification names them, by verb and the code of a refusal; else
# it is that code in capitals (standard-replies).
_FAILS = {
    ("REDACT", "no-such-line"): "UNKNOWN_MSGID",
    ("REDACT", "not-a-line"): "UNKNOWN_MSGID",
    ("REDACT", "deleted"): "UNKNOWN_MSGID",
    ("REDACT", "not-your-line"): "REDACT_FORBIDDEN",
    ("REDACT", "line-too-old"): "REDACT_WINDOW_EXPIRED",
    ("REDACT", "operators-only"): "REDACT_FORBIDDEN",
    ("REDACT", "banned"): "REDACT_FORBIDDEN",
    ("REDACT", "room-locked"): "REDACT_FORBIDDEN",
    ("REDACT", "members-only"): "REDACT_FORBIDDEN",
    ("REDACT", "no-such-room"): "INVALID_TARGET",
    ("REDACT", "not-in-room"): "INVALID_TARGET",
    ("CHATHISTORY", "no-such-room"): "INVALID_TARGET",
    ("CHATHISTORY", "banned"): "INVALID_TARGET",
    ("CHATHISTORY", "room-locked"): "INVALID_TARGET",
    ("CHATHISTORY", "members-only"): "INVALID_TARGET",
    ("REGISTER", "logged-in"): "ALREADY_AUTHENTICATED",
    ("REGISTER", "nick-registered"): "ACCOUNT_EXISTS",
    ("REGISTER", "nick-looks-alike"): "ACCOUNT_EXISTS",
    ("REGISTER", "password-too-short"): "WEAK_PASSWORD",
    ("REGISTER", "password-common"): "WEAK_PASSWORD",
    ("REGISTER", "password-is-name"): "WEAK_PASSWORD",
    ("REGISTER", "password-too-long"): "UNACCEPTABLE_PASSWORD",
    ("REGISTER", "password-characters"): "UNACCEPTABLE_PASSWORD",
    ("REGISTER", "password-character"): "UNACCEPTABLE_PASSWORD",
    ("REGISTER", "cannot-save"): "TEMPORARILY_UNAVAILABLE",
    ("REGISTER", "saved-unknown"): "TEMPORARILY_UNAVAILABLE",
    ("REGISTER", "too-many-new-accounts"): "TEMPORARILY_UNAVAILABLE",
}
#: Verbs of extensions by which a refusal is always a FAIL: their clients know what that is.
FAILING = frozenset(
    {"BATCH", "CHATHISTORY", "MARKREAD", "REDACT", "REGISTER", "SETNAME", "VERIFY"}
)


def fail_code(code: str, verb: str) -> str:
    """
    Return the code of a FAIL for a refusal of a message with this ``verb``.
    """
    return _FAILS.get((verb, code)) or code.upper().replace("-", "_")


def numeric_of(
    code: str, facts: Mapping[str, Fact], verb: str = "", subject: str = ""
) -> tuple[str, Sequence[str]] | None:
    """
    Return the numeric for a refusal, with its middle parameters; None if it has none.

    Args:
        code: of the refusal.
        facts: of the refusal.
        verb: of the message that is refused; empty if it was none.
        subject: the name in that message, which stands where the facts have none.
    """
    if verb in FAILING:
        return None
    verb = "PRIVMSG" if verb in {"NOTICE", "TAGMSG"} else verb
    found = _BY_VERB.get((verb, code)) or _NUMERICS.get(code)
    if found is None and code.startswith("name-"):
        is_room = facts.get("what", "room name" if verb == "JOIN" else "") == "room name"
        found = (ERR_NOSUCHCHANNEL, _ROOM) if is_room else (ERR_ERRONEUSNICKNAME, _NICK)
    if found is None:
        return None
    numeric, names = found
    if names == _ROOM and not (facts.get("room") or subject):
        # It is about no channel, but a command.
        return None
    if numeric == ERR_NOPRIVILEGES and facts.get("room"):
        numeric, names = ERR_CHANOPRIVSNEEDED, _ROOM
    middle = [_param(name, code, facts, subject) for name in names]
    return numeric, middle


def _param(name: str, code: str, facts: Mapping[str, Fact], subject: str) -> str:
    if name[0] == "=":
        return name[1:]
    fact = str(facts.get(name, ""))
    if name == "command":
        # As verbs are written in IRC.
        return fact.upper()
    if name == "room":
        typed = subject.removeprefix("#")
        # As the client wrote it, so that it knows its own.  Of a KICK without a channel the
        # subject is a nick; a refusal of a message to a user is about that user, and no channel.
        is_typed = fold(fact) == fold(typed) if fact else code != "no-such-room"
        return subject if typed and is_typed else f"#{fact}"
    return fact or subject or "*"
