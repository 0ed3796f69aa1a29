"""
Notifying: of which lines users want to be told, in each room and by which words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define

from twisted_chat import errors
from twisted_chat.delivery.turn import Decision
from twisted_chat.replies.people import HighlightsShown, NotifySet
from twisted_chat.replies.programs import Attention
from twisted_chat.store.settings import HIGHLIGHT, NOTIFY, SettingKept
from twisted_chat.text.folding import fold_spelling
from twisted_chat.text.names import shortened
from twisted_chat.world.settings import Notify

if TYPE_CHECKING:
    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.history.access import Access
    from twisted_chat.world.model import Room, Session, User
    from twisted_chat.world.world import World

#: Words that one user can highlight, and characters of one.
MOST_WORDS, LONGEST_WORD = 20, 32


@define(eq=False)
class Notifying:
    """
    Sets of which lines users are told; `UserSettings.deserves` decides by that.

    Args:
        world: tells the time.
        fanout: keeps it, and tells programs.
        access: knows the names of rooms.
    """

    _world: World
    _fanout: Fanout
    _access: Access

    def set_level(self, session: Session, room: Room, level: str) -> NotifySet:
        """
        Set of which lines of ``room`` the user of ``session`` is told.

        Args:
            level: that of `Notify`, as text.
        """
        user, id_ = session.require_user(), room.timeline.id
        notify = {each: set_ for each, set_ in user.settings.notify.items() if each != id_}
        is_default = level == Notify.MENTIONS.value
        if not is_default:
            notify[id_] = Notify(level)
        user.settings.notify = notify
        self._keep(user, f"{NOTIFY}{id_}", "" if is_default else level)
        return NotifySet(self._world.now(), room.name, level)

    def show_level(self, session: Session, room: Room) -> NotifySet:
        """
        Return of which lines of ``room`` the user of ``session`` is told.
        """
        level = session.require_user().settings.notify.get(room.timeline.id, Notify.MENTIONS)
        return NotifySet(self._world.now(), room.name, level.value)

    def highlight(self, session: Session, word: str) -> HighlightsShown:
        """
        Let lines with ``word`` mention the user of ``session`` from now on.

        Raises:
            ChatError: it is no word, or there are too many.
        """
        user = session.require_user()
        words = dict(user.settings.highlights)
        # As it is heard.
        key = fold_spelling(word)
        if not any(map(str.isalnum, key)) or len(word) > LONGEST_WORD:
            raise errors.ChatError(
                f"A highlight is one word of at most {LONGEST_WORD} characters, with a letter or "
                "a digit.",
                code="bad-highlight",
                most=LONGEST_WORD,
            )
        if key not in words and len(words) >= MOST_WORDS:
            raise errors.TooMuch(
                f"You highlight {MOST_WORDS} words already; /unhighlight word ends one.",
                code="too-many-highlights",
                most=MOST_WORDS,
            )
        words[key] = word
        return self._set_words(user, words)

    def end_highlight(self, session: Session, word: str) -> HighlightsShown:
        """
        Let lines with ``word`` mention the user of ``session`` no more.

        Raises:
            ChatError: it is none that they highlight.
        """
        user = session.require_user()
        words = dict(user.settings.highlights)
        if words.pop(fold_spelling(word), None) is None:
            raise errors.ChatError(
                f"You do not highlight {shortened(word)}.",
                code="no-such-highlight",
                word=shortened(word),
            )
        return self._set_words(user, words)

    def show_words(self, session: Session) -> HighlightsShown:
        """
        Return the words by which lines mention the user of ``session``.
        """
        words = session.require_user().settings.highlights
        return HighlightsShown(self._world.now(), tuple(words.values()))

    def tell(self, session: Session, *, always: bool = False) -> None:
        """
        Tell the program of ``session`` of which lines its user wants to be told, if they said so.

        Args:
            always: also if they did not, as its user was another one.
        """
        settings = session.require_user().settings
        if always or settings.highlights or settings.notify:
            self._fanout.tell(session, self._attention(session.require_user()))

    def follow(self, user: User, room: Room) -> None:
        """
        Tell the programs of ``user`` of the level of ``room``, if they have entered it unknown.
        """
        if room.timeline.id in user.settings.notify and room.modes.private and room in user.rooms:
            # Before they were let in, it was hidden from them.
            self._tell_all(user)

    def _attention(self, user: User) -> Attention:
        settings = user.settings
        names = self._access.names(user, settings.notify)
        levels = {
            names[id_]: level.value for id_, level in settings.notify.items() if id_ in names
        }
        return Attention(self._world.now(), tuple(settings.highlights.values()), levels)

    def _set_words(self, user: User, words: dict[str, str]) -> HighlightsShown:
        user.settings.highlights = words
        self._keep(user, HIGHLIGHT, " ".join(words.values()))
        return HighlightsShown(self._world.now(), tuple(words.values()))

    def _keep(self, user: User, name: str, text: str) -> None:
        if user.account is not None:
            decision = Decision(user, None, "set", name.partition("/")[0], is_private=True)
            self._fanout.keep(SettingKept(user.account.id, name, text), decision)
        self._tell_all(user)

    def _tell_all(self, user: User) -> None:
        for session in user.sessions:
            if session.client.marks_itself:
                self._fanout.tell(session, self._attention(user))
