"""
Settings: what users set for themselves, kept with their account and for all its connections.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from attrs import define

from twisted_chat import errors
from twisted_chat.delivery.turn import Decision
from twisted_chat.replies.people import SettingChanged, SettingRow, SettingsShown
from twisted_chat.replies.programs import ReadUpTo
from twisted_chat.store.settings import ROOM, PrivateReadKept, ReadKept, ReadMark, SettingKept
from twisted_chat.text.names import narrow, shortened
from twisted_chat.world.model import view_of
from twisted_chat.world.settings import SETTINGS, Setting, UserSettings, Value, as_text

if TYPE_CHECKING:
    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.people.ignoring import Ignores
    from twisted_chat.store.interface import Credentials
    from twisted_chat.world.model import Account, Room, Session, User
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
    """

    _world: World
    _fanout: Fanout
    _ignores: Ignores

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
        return SettingsShown(
            self._world.now(), rows, ignored, room, is_kept=user.account is not None
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

    def mark_read(self, session: Session, room: Room, number: int) -> None:
        """
        Note that the user of ``session`` has read ``room`` up to line ``number``.

        Their other programs are told.

        Raises:
            NotInRoom: they are not in it.
        """
        user = session.require_user()
        if user not in room.members:
            raise errors.NotInRoom(room.name)
        number = min(number, room.timeline.number)
        if number <= user.settings.read_up_to(room.timeline.id):
            return
        user.settings.read = {**user.settings.read, room.timeline.id: ReadMark(number)}
        if user.account is not None:
            self._fanout.keep(ReadKept(user.account.id, room.timeline.id, number))
        for other in user.sessions:
            # Who reads at a terminal marks nothing, and so has no use for it.
            if other is not session and not other.client.can_be_asked:
                self._fanout.tell(other, ReadUpTo(self._world.now(), room.name, number))

    def tell_read(self, session: Session) -> None:
        """
        Tell ``session`` up to which lines its user has read the rooms that they are in.
        """
        user = session.require_user()
        for room in user.rooms:
            number = user.settings.read_up_to(room.timeline.id)
            if number:
                self._fanout.tell(session, ReadUpTo(self._world.now(), room.name, number))

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
            if name == ROOM and text.isdecimal():
                settings.room = int(text)
            elif name in SETTINGS:
                try:
                    settings.set(name, SETTINGS[name].read(text))
                except ValueError:
                    # A later version may have known more words.
                    continue

    def adopt(self, user: User, account: Account) -> None:
        """
        Give ``user``, who owns ``account`` now, its settings; a new account takes those they have.

        Users whom they ignored as a guest stay ignored.
        """
        visit = user.settings
        if account.settings is None:
            account.settings = visit
            for setting in SETTINGS.values():
                value = getattr(visit.preferences, setting.name)
                if value is not None:
                    self._keep(user, setting.name, as_text(value))
            if visit.room:
                self._keep(user, ROOM, str(visit.room))
            for room, mark in visit.read.items():
                self._fanout.keep(ReadKept(account.id, room, *mark))
            for key, mark in visit.read_in_private.items():
                self._fanout.keep(PrivateReadKept(account.id, key, *mark))
        user.settings = account.settings
        self._ignores.add(user, tuple(visit.ignored.values()))
        self._ignores.refresh(user)


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
