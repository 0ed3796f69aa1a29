"""
Settings: what users set for themselves, kept with their account and for all its connections.
"""

from __future__ import annotations

import contextlib
import difflib
from typing import TYPE_CHECKING

from attrs import define

from twisted_chat import errors
from twisted_chat.delivery.turn import Decision
from twisted_chat.replies.people import SettingChanged, SettingRow, SettingsShown
from twisted_chat.store.settings import (
    HIGHLIGHT,
    NOTIFY,
    ROOM,
    PrivateReadKept,
    ReadKept,
    ReadMark,
    SettingKept,
)
from twisted_chat.text.folding import fold_spelling
from twisted_chat.text.names import narrow, shortened
from twisted_chat.world.model import view_of
from twisted_chat.world.settings import SETTINGS, Notify, Setting, UserSettings, Value, as_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.history.access import Access
    from twisted_chat.people.ignoring import Ignores
    from twisted_chat.store.snapshot import Credentials
    from twisted_chat.world.model import Account, Session, User
    from twisted_chat.world.world import World

#: The word that sets a setting as the door does where nothing was said.
DEFAULT = "default"


@define(eq=False)
class Settings:
    """
    Shows and changes the settings of users, and gives them to who logs in.

    Args:
        world: knows the time.
        fanout: serves users so from then on, and keeps it.
        ignores: hide users who are ignored.
        access: knows the names of rooms.
    """

    _world: World
    _fanout: Fanout
    _ignores: Ignores
    _access: Access

    def show(self, session: Session, name: str = "") -> SettingsShown:
        """
        Return the settings of the user of ``session``, or the one called ``name``.

        Raises:
            ChatError: there is no such setting.
        """
        user = session.require_user()
        shown = [_find(name)] if name else list(SETTINGS.values())
        now, own = session.view.dialect.preferences, session.client.dialect.preferences
        set_by_user = user.settings.preferences
        rows = tuple(
            SettingRow(
                each.name,
                _first(getattr(now, each.name), getattr(set_by_user, each.name)),
                getattr(own, each.name),
                getattr(set_by_user, each.name) is not None,
                each.help,
            )
            for each in shown
        )
        ignored = () if name else tuple(each.name for each in user.ignored.values())
        room = "" if name or session.current is None else session.current.name
        notify = {} if name else user.settings.notify
        rooms = self._access.names(user, notify)
        return SettingsShown(
            *(self._world.now(), rows, ignored, room),
            is_kept=user.account is not None,
            highlights=() if name else tuple(user.settings.highlights.values()),
            # Of those that they may know of.
            notify=tuple(
                (rooms[id_], level.value) for id_, level in notify.items() if id_ in rooms
            ),
        )

    def change(self, session: Session, name: str, typed: str) -> SettingChanged:
        """
        Set the setting ``name`` of the user of ``session`` to what they typed.

        Args:
            typed: a word for a value, or `DEFAULT`.

        Raises:
            ChatError: there is no such setting, or it has no such value.
        """
        setting, word = _find(name), narrow(typed).strip()
        if word.lower() == DEFAULT:
            return self.set(session, setting.name, None)
        try:
            value = setting.read(word)
        except ValueError:
            raise errors.ChatError(
                f'{setting.name} must be {setting.wanted}, not "{shortened(typed.strip())}".',
                code="bad-setting",
                setting=setting.name,
                typed=shortened(typed.strip()),
            ) from None
        return self.set(session, setting.name, value)

    def set(self, session: Session, name: str, value: Value | None) -> SettingChanged:
        """
        Set a setting for all connections of the user of ``session``.

        Args:
            name: a field of `Preferences`.
            value: None is as the door does.
        """
        user = session.require_user()
        user.settings.set(name, value)
        decision = Decision(user, None, "set", name, is_private=True)
        self._keep(user, name, "" if value is None else as_text(value), decision)
        self._fanout.refresh(user)
        found = getattr(session.view.dialect.preferences, name) if value is None else value
        return SettingChanged(self._world.now(), name, found)

    def _keep(self, user: User, name: str, text: str, decision: Decision | None = None) -> None:
        if user.account is not None:
            self._fanout.keep(SettingKept(user.account.id, name, text), decision)

    def adapt(self, session: Session) -> None:
        """
        Show ``session`` what it reads as its client's dialect has become.
        """
        if not session.closed:
            self._fanout.look(session, view_of(session))

    # -- accounts ---------------------------------------------------------------------------------

    def load(self, account: Account, kept: Credentials) -> None:
        """
        Take what the store holds of ``account``, unless it is known already.
        """
        if account.settings is not None:
            return
        settings = account.settings = UserSettings()
        if kept.ignored:
            settings.ignored = {each.key: each for each in kept.ignored}
        if kept.read:
            settings.read = dict(kept.read)
        if kept.read_in_private:
            settings.read_in_private = dict(kept.read_in_private)
        for name, text in kept.settings:
            # A later version may have known more words.
            with contextlib.suppress(ValueError):
                _load(settings, name, text)

    def adopt(self, user: User, account: Account) -> None:
        """
        Give ``user``, who owns ``account`` now, its settings; a new account takes those they have.

        Users whom they ignored as a guest stay ignored.
        """
        visit = user.settings
        if account.settings is None:
            account.settings = visit
            for name, text in _kept(visit):
                self._keep(user, name, text)
            for room, mark in visit.read.items():
                self._fanout.keep(ReadKept(account.id, room, *mark))
            for key, mark in visit.read_in_private.items():
                self._fanout.keep(PrivateReadKept(account.id, key, *mark))
        else:
            self._take_marks(user, account, account.settings)
        user.settings = account.settings
        self._ignores.add(user, tuple(visit.ignored.values()))
        self._ignores.refresh(user)

    def _take_marks(self, user: User, account: Account, settings: UserSettings) -> None:
        """
        Take into ``settings``, those of ``account``, what ``user`` has read as a guest.
        """
        for room in [room.timeline.id for room in user.rooms]:
            read = user.settings.read.get(room)
            before = settings.read.get(room, ReadMark(0))
            if read is not None and read.number > before.number:
                mark = ReadMark(read.number, max(read.at, before.at))
                settings.read = {**settings.read, room: mark}
                self._fanout.keep(ReadKept(account.id, room, *mark))


def _load(settings: UserSettings, name: str, text: str) -> None:
    """
    Take a setting as it is kept.

    Raises:
        ValueError: it has no such value.
    """
    if name == ROOM:
        settings.room = int(text)
    elif name == HIGHLIGHT:
        settings.highlights = {fold_spelling(word): word for word in text.split()}
    elif name.startswith(NOTIFY):
        room = int(name.removeprefix(NOTIFY))
        if Notify(text) is not Notify.MENTIONS:
            settings.notify = {**settings.notify, room: Notify(text)}
    elif name in SETTINGS:
        settings.set(name, SETTINGS[name].read(text))


def _kept(settings: UserSettings) -> Iterator[tuple[str, str]]:
    """
    Yield the names and values of ``settings`` as they are kept.
    """
    for setting in SETTINGS.values():
        value = getattr(settings.preferences, setting.name)
        if value is not None:
            yield setting.name, as_text(value)
    if settings.room:
        yield ROOM, str(settings.room)
    if settings.highlights:
        yield HIGHLIGHT, " ".join(settings.highlights.values())
    for room, level in settings.notify.items():
        yield f"{NOTIFY}{room}", level.value


def _first(value: Value | None, otherwise: Value | None) -> Value | None:
    return otherwise if value is None else value


def _find(name: str) -> Setting:
    """
    Return the setting that a user calls ``name``.

    Raises:
        ChatError: there is none.
    """
    setting = SETTINGS.get(_ALSO.get(key := narrow(name).lower(), key))
    if setting is None:
        near = difflib.get_close_matches(key, SETTINGS, 1)
        rest = f" Did you mean {near[0]}?" if near else f" There are {', '.join(SETTINGS)}."
        raise errors.ChatError(
            f"There is no setting {shortened(name)}.{rest}",
            code="no-such-setting",
            setting=shortened(name),
        )
    return setting


# As British English has it, as in /colour.
_ALSO = {"colour": "color"}
