"""
Webhooks: addresses of HTTP at which programs say lines in a room.

A webhook belongs to the account of its maker and to a room, and ends with either.  Its address
holds a token, of which only the hash is kept: who has the token may speak, and nobody else.
"""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

from attrs import define, evolve, field

from twisted_chat import errors
from twisted_chat.auth.tokens import hash_of, new_token
from twisted_chat.errors import NoSuchWebhook, TooMuch
from twisted_chat.limits import HostRates, Rate
from twisted_chat.people.owners.webhook_names import read_name, unused_name
from twisted_chat.replies.webhooks import WebhookAdded, WebhookList, WebhookRemoved, WebhookRow
from twisted_chat.store.tokens import Webhook, WebhookEnded, WebhookMade, WebhookUsed
from twisted_chat.text.clean import clean_lines, is_plain, short_blanks, strip_escapes
from twisted_chat.text.marks import HOOK, marked
from twisted_chat.text.names import fold, meant_of, shortened
from twisted_chat.world import policy
from twisted_chat.world.policy import Permission

if TYPE_CHECKING:
    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.delivery.journal import Journal
    from twisted_chat.history.audit import AuditLog
    from twisted_chat.history.recorder import Recorder
    from twisted_chat.people.accounts import Accounts
    from twisted_chat.rooms.speakers import Speakers
    from twisted_chat.store.deadlines import Deadlines
    from twisted_chat.store.snapshot import Snapshot
    from twisted_chat.world.model import Account, Room, Session
    from twisted_chat.world.world import World

#: The path of all addresses, before the token.
PATH = "/hook/"
#: Webhooks of one room.
MOST_WEBHOOKS = 20
#: Wrong tokens that are answered as such to one address; more must wait.
WRONG_TOKENS = Rate(10, 60)
# Bytes that a line counts as, besides its text: the disk has a row for it.
_LINE_BYTES = 64


@define(eq=False)
class Webhooks:
    """
    Makes and ends webhooks, and says in rooms what comes to them.

    Args:
        world: holds the rooms and accounts.
        fanout: has their ends and uses kept.
        journal: says whether what was said is kept.
        deadlines: wait until it is.
        recorder: numbers them.
        speakers: say it.
        accounts: keep changes that their owners wait for.
        audit: is told who makes and ends them.

    Attributes:
        site: the address of the server, as far as it is known, without a slash behind it.
    """

    _world: World
    _fanout: Fanout
    _journal: Journal
    _deadlines: Deadlines
    _recorder: Recorder
    _speakers: Speakers
    _accounts: Accounts
    _audit: AuditLog
    site: str = field(init=False, default="http://localhost:7342")
    # By the hash of the token: how long a look-up takes tells nothing of a token.
    _known: dict[str, Webhook] = field(init=False, factory=dict)
    # Of each room, by the number of the webhook.
    _of: dict[int, dict[int, Webhook]] = field(init=False, factory=dict)
    _rates: HostRates = field(init=False, factory=HostRates)
    _wrong: HostRates = field(init=False, factory=HostRates)

    def begin(self, kept: Snapshot) -> None:
        """
        Load the webhooks that the store holds; end those whose room or maker is gone.
        """
        for webhook in kept.webhooks:
            is_here = webhook.room in self._world.numbered
            if is_here and self._world.account_called(webhook.author) is not None:
                self._load(webhook)
            else:
                self._fanout.keep(WebhookEnded(webhook.id))

    def _load(self, webhook: Webhook) -> None:
        self._known[webhook.hash] = webhook
        self._of.setdefault(webhook.room, {})[webhook.id] = webhook

    def _forget(self, webhook: Webhook) -> None:
        self._known.pop(webhook.hash, None)
        own = self._of.get(webhook.room, {})
        own.pop(webhook.id, None)
        if not own:
            self._of.pop(webhook.room, None)

    # -- by operators of the room -----------------------------------------------------------------

    async def add(self, session: Session, room: Room, typed: str) -> WebhookAdded:
        """
        Make a webhook of ``room``.

        Args:
            typed: its name; a usual one if empty.

        Raises:
            NotAllowed: the user of ``session`` does not operate the room, or has no account.
            BadName: the name is not valid, or looks like another one.
            TooMuch: the room has as many as it may.
            ChatError: it cannot be kept.
        """
        user, account = session.require_user(), session.require_account()
        policy.check(user, Permission.OPERATE, room)
        own = self._of.get(room.timeline.id, {})
        if len(own) >= MOST_WEBHOOKS:
            raise TooMuch(
                f"#{room.name} has as many webhooks as it may: {MOST_WEBHOOKS}. "
                "/webhook remove ends one.",
                code="too-many-webhooks",
                most=MOST_WEBHOOKS,
                room=room.name,
            )
        names = [each.name for each in own.values()]
        name = read_name(self._world, typed, account, names) if typed else unused_name(names)
        self._audit.spend(user)
        now, token = self._world.now(), new_token()
        webhook = Webhook(
            self._recorder.next_id(now), hash_of(token), room.timeline.id, name, account.id, now
        )

        # From now on its name is taken; nobody has the token yet.
        self._load(webhook)
        note = partial(self._audit.note, user, room, f"webhook add {name}")
        await self._accounts.write(WebhookMade(webhook), note, partial(self._forget, webhook))
        if webhook.hash not in self._known:
            # It ended with the room while it was being kept.
            raise errors.NoSuchRoom(room.name)
        nick = marked(name, HOOK)
        return WebhookAdded(now, room.name, name, nick, self.site, f"{PATH}{token}")

    def listed(self, session: Session, room: Room) -> WebhookList:
        """
        Return the webhooks of ``room``, without their addresses.

        Raises:
            NotAllowed: the user of ``session`` does not operate the room.
        """
        policy.check(session.require_user(), Permission.OPERATE, room)
        rows = [self._row(each, room) for each in self._of.get(room.timeline.id, {}).values()]
        return WebhookList(self._world.now(), room.name, tuple(rows))

    def _row(self, webhook: Webhook, room: Room) -> WebhookRow:
        maker = self._world.account_called(webhook.author)
        nick = marked(webhook.name, HOOK)
        is_silent = maker is None or not policy.may_post(maker, room)
        by = maker.name if maker is not None else ""
        return WebhookRow(webhook.name, nick, by, webhook.made_at, webhook.used_at, is_silent)

    async def remove(self, session: Session, room: Room, typed: str) -> WebhookRemoved:
        """
        End a webhook of ``room``, which any of its operators may have made.

        Args:
            typed: its name, with or without its mark.

        Raises:
            NotAllowed: the user of ``session`` does not operate the room.
            NoSuchWebhook: the room has none of this name.
            ChatError: that cannot be kept.
        """
        user = session.require_user()
        policy.check(user, Permission.OPERATE, room)
        if not typed:
            raise errors.ChatError(
                "/webhook remove needs a name. /webhook list lists them.",
                code="missing-argument",
                command="webhook",
                argument="name",
            )
        own = {fold(each.name): each for each in self._of.get(room.timeline.id, {}).values()}
        webhook = own.get(meant_of(typed.removesuffix(marked("", HOOK)), own))
        if webhook is None:
            raise NoSuchWebhook(shortened(typed), room.name)
        self._audit.spend(user)
        found = webhook

        def kept() -> None:
            self._forget(found)
            self._audit.note(user, room, f"webhook remove {found.name}")

        await self._accounts.write(WebhookEnded(webhook.id), kept)
        return WebhookRemoved(self._world.now(), room.name, webhook.name)

    # -- with its room or its maker ---------------------------------------------------------------

    def end_of(self, room: Room) -> None:
        """
        End all webhooks of ``room``, which is deleted.
        """
        self._end(list(self._of.get(room.timeline.id, {}).values()))

    def end_all(self, account: Account, asker: Session | None = None) -> None:
        """
        End all webhooks of ``account``, which is banned or gone.

        Args:
            asker: the session of its owner who asks for a new password: that ends none, as who
                speaks by a webhook does not come in to the account.
        """
        if asker is None:
            self._end([each for each in self._known.values() if each.author == account.id])

    def _end(self, ended: list[Webhook]) -> None:
        for webhook in ended:
            self._forget(webhook)
            self._fanout.keep(WebhookEnded(webhook.id))

    # -- by programs ------------------------------------------------------------------------------

    def find(self, token: str, host: str | None) -> Webhook:
        """
        Return the webhook with this ``token``.

        Args:
            host: the address that gives it; None if there is none.

        Raises:
            NoSuchWebhook: there is none.
            TooMuch: likewise, and the address has given too many that are wrong.
        """
        webhook = self._known.get(hash_of(token))
        if webhook is not None:
            return webhook
        now = self._world.seconds()
        bucket = self._wrong.bucket(host or "", WRONG_TOKENS, now)
        wait = math.ceil(bucket.wait(now))
        if wait and self._world.limits.rate:
            raise TooMuch(
                f"Too many wrong addresses of webhooks, please wait {wait} s.",
                code="too-often",
                command="webhook",
                seconds=wait,
            )
        bucket.spend()
        raise NoSuchWebhook

    async def say(self, webhook: Webhook, text: str, name: str = "") -> bool:
        """
        Say ``text`` in the room of ``webhook``, and wait until it is kept as all lines are.

        Args:
            text: one line or several, which are one message.
            name: under which it speaks this time, without a mark; its own if empty.

        Returns:
            whether it is kept: if the disk fails, lines are told nevertheless.

        Raises:
            NoSuchWebhook: it has ended.
            WebhookSilent: its maker may not let it speak any more.
            TooMuch: it has to wait, or the text has too many lines.
            ChatError: the name or the text will not do, or a filter refuses it.
        """
        room, maker = self._require_voice(webhook)
        others = [each.name for each in self._of[webhook.room].values() if each.id != webhook.id]
        own = marked(webhook.name, HOOK)
        nick = own
        if name:
            nick = marked(read_name(self._world, name, maker, others), HOOK)
        fit = text if is_plain(text) else _fit(text)
        self._spend(webhook, fit)
        may = partial(self._require_voice, webhook)
        waits = self._speakers.say(room, nick, fit, own=own, may=may)
        if waits is not None:
            await waits
        if webhook.hash in self._known:
            # What hears the line may have ended it.
            used = evolve(webhook, used_at=self._world.now())
            self._load(used)
            self._fanout.keep(WebhookUsed(used.id, used.used_at))
        await self._deadlines.settle()
        return not self._journal.is_failing

    def _require_voice(self, webhook: Webhook) -> tuple[Room, Account]:
        """
        Return the room and the maker of ``webhook``, which may speak now.

        Raises:
            NoSuchWebhook: it has ended.
            WebhookSilent: its maker may not let it speak any more.
        """
        room = self._world.numbered.get(webhook.room)
        maker = self._world.account_called(webhook.author)
        if room is None or maker is None or webhook.hash not in self._known:
            raise NoSuchWebhook
        policy.check_webhook(maker, room)
        return room, maker

    def _spend(self, webhook: Webhook, text: str) -> None:
        limits, now = self._world.limits, self._world.seconds()
        if not limits.rate:
            return
        rates = [rate for rate in (limits.hook_rate, limits.text_rate) if rate.count]
        buckets = {rate: self._rates.bucket(str(webhook.id), rate, now) for rate in rates}
        wait = max((math.ceil(each.wait(now)) for each in buckets.values()), default=0)
        if wait:
            raise TooMuch(
                f"This webhook speaks too often, please wait {wait} s.",
                code="too-often",
                command="webhook",
                seconds=wait,
            )
        lines, size = 1 + text.count("\n"), len(text.encode("utf-8", "replace"))
        for rate, bucket in buckets.items():
            bucket.spend(lines if rate is limits.hook_rate else size + _LINE_BYTES)


def _fit(text: str) -> str:
    """
    Return ``text`` as all read it: clean, and without what colours a log.
    """
    lines = map(strip_escapes, text.rstrip().splitlines())
    return short_blanks(clean_lines("\n".join(lines)))
