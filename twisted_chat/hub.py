"""
The hub: puts all parts of the chat together, for all doors.

Each part is given the parts that it uses, and none is given the hub.  Doors, commands and plugins
are.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from twisted_chat.auth.keys import Keys
from twisted_chat.auth.prompts import PasswordPrompts
from twisted_chat.auth.tokens import Tokens
from twisted_chat.auth.verifier import Verifier
from twisted_chat.delivery.decisions import Decisions
from twisted_chat.delivery.fanout import Fanout
from twisted_chat.delivery.hooks import Hooks
from twisted_chat.delivery.journal import Journal
from twisted_chat.delivery.questions import Questions
from twisted_chat.delivery.turns import Turns
from twisted_chat.history.access import Access
from twisted_chat.history.archive import Archive
from twisted_chat.history.audit import AuditLog
from twisted_chat.history.messages import Messages
from twisted_chat.history.pager import Pagers
from twisted_chat.history.programs.private import PrivateSpans
from twisted_chat.history.programs.spans import Spans
from twisted_chat.history.programs.unread import UnreadLines
from twisted_chat.history.reader import Reader
from twisted_chat.history.recorder import Recorder
from twisted_chat.history.retention import Retention
from twisted_chat.history.search import Search
from twisted_chat.history.timelines import Timelines
from twisted_chat.http.client import HttpClient
from twisted_chat.http.routes import Routes
from twisted_chat.isolation import Isolation
from twisted_chat.moderation.actions import Moderation
from twisted_chat.moderation.alarms import Alarms
from twisted_chat.moderation.bans import Bans
from twisted_chat.moderation.reports import Reports
from twisted_chat.people.accounts import Accounts
from twisted_chat.people.arrivals import Arrivals
from twisted_chat.people.connections import Connections
from twisted_chat.people.directory import Directory
from twisted_chat.people.ignoring import Ignores
from twisted_chat.people.logins import Logins
from twisted_chat.people.mail.addresses import Addresses
from twisted_chat.people.mail.news import News
from twisted_chat.people.nicks import Nicks
from twisted_chat.people.owners.devices import Devices
from twisted_chat.people.owners.invitations import Invitations
from twisted_chat.people.owners.lent_roles import LentRoles
from twisted_chat.people.owners.links import Links
from twisted_chat.people.owners.newcomers import Newcomers
from twisted_chat.people.owners.roles import Roles
from twisted_chat.people.owners.upkeep import Upkeep
from twisted_chat.people.owners.webhooks import Webhooks
from twisted_chat.people.programs.bots import Bots
from twisted_chat.people.programs.gaps import Gaps
from twisted_chat.people.programs.holding import Holding
from twisted_chat.people.programs.requests import Requests
from twisted_chat.people.programs.visits import Visits
from twisted_chat.people.reading.marks import Marks
from twisted_chat.people.reading.notifying import Notifying
from twisted_chat.people.registration import Registration
from twisted_chat.people.sessions import Sessions
from twisted_chat.people.settings import Settings
from twisted_chat.people.timeouts import Timeouts
from twisted_chat.rooms.annotations import Annotations
from twisted_chat.rooms.appointments import Appointments
from twisted_chat.rooms.calendar import Calendar
from twisted_chat.rooms.locks import Locks
from twisted_chat.rooms.membership import Membership
from twisted_chat.rooms.modes import RoomModes
from twisted_chat.rooms.private_talk import PrivateTalk
from twisted_chat.rooms.ranks import Ranks
from twisted_chat.rooms.registry import Registry
from twisted_chat.rooms.speakers import Speakers
from twisted_chat.rooms.talk import Talk
from twisted_chat.rooms.typists import Typists
from twisted_chat.storage.places import PluginPlaces
from twisted_chat.storage.schedules import Schedules
from twisted_chat.storage.values import Values
from twisted_chat.store.deadlines import Deadlines
from twisted_chat.world.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.interfaces import IReactorTime

    from twisted_chat.auth.passwords import Hasher
    from twisted_chat.limits import Limits
    from twisted_chat.store.interface import Store


class Hub(PluginPlaces):
    """
    Puts the parts together.

    Args:
        clock: ends turns, and times clients out.
        store: keeps history, accounts and decisions.
        hasher: hashes passwords.
        limits: what users may use.
        arrival_room: the name of the room in which new users arrive; it always exists.
        now: wall-clock time, in seconds since the epoch, for events.
        stopwatch: returns seconds, precise enough to measure a call of a plugin.
        exports: the folder for the files of `Store.export`.
        pause: sleeps for at most so many seconds, so that a busy server gathers what is said, as
            in `Turns`; None for one that does not.
        data: the folder for the files of plugins, which need not exist yet.

    Attributes:
        rooms: by folded name.
        users: by folded nick.
        sessions: every connection, named or not.
        http: asks other servers for plugins.
        find_user: as in `World`; so are ``find_room``, ``seconds`` and ``now``.
        notify: as in `Fanout`.
    """

    def __init__(  # noqa: PLR0915  # each part once
        self,
        clock: IReactorTime,
        store: Store,
        hasher: Hasher,
        limits: Limits,
        arrival_room: str = "lobby",
        *,
        now: Callable[[], float] = time.time,
        stopwatch: Callable[[], float] = time.perf_counter,
        exports: Path = Path("exports"),
        pause: Callable[[float], object] | None = None,
        data: Path = Path("plugin-data"),
    ) -> None:
        super().__init__(data)
        self.clock, self.store = clock, store
        world = self.world = World(clock, now, limits, arrival_room)
        self.isolation = Isolation(clock, stopwatch)
        log = self.isolation.log
        # What plugins answer by HTTP, and what they ask.
        self.routes, self.http = Routes(self.isolation), HttpClient(clock)

        # delivery
        self.hooks = hooks = Hooks(self.isolation)
        self.journal = journal = Journal(
            store, clock, log, lambda begins: self.alarms.tell_of_outage(begins=begins)
        )
        turns = self.turns = Turns(clock, journal, log, pause)
        fanout = self.fanout = Fanout(world, turns, log)
        questions = self.questions = Questions(world, fanout, self.isolation)
        decisions = Decisions(world, fanout, journal)
        turns.observers.append(decisions.observe)
        deadlines = Deadlines(clock, log, turns.kept)

        # history
        recorder = self.recorder = Recorder(fanout.keep)
        timelines = self.timelines = Timelines(world, store, fanout.keep)
        reader = self.reader = Reader(world, store, recorder, deadlines)
        pagers = self.pagers = Pagers(fanout, deadlines)
        access = self.access = Access(world, timelines, journal, fanout)
        archive = self.archive = Archive(world, fanout, reader, access, pagers, deadlines)
        self.spans = Spans(world, fanout, reader, access, deadlines)
        self.private_spans = PrivateSpans(world, fanout, reader, deadlines)
        unread = self.unread = UnreadLines(world, fanout, reader, recorder, deadlines)
        self.search = Search(world, fanout, reader, access, pagers, deadlines)
        messages = self.messages = Messages(
            world, fanout, store, reader, access, pagers, deadlines
        )
        audit = self.audit = AuditLog(world, fanout, store, recorder, access, pagers, deadlines)
        self.retention = Retention(world, store, recorder, timelines, log)

        # rooms
        talk = self.talk = Talk(world, fanout, hooks, recorder)
        self.private_talk = PrivateTalk(world, fanout, hooks, recorder, messages)
        speakers = self.speakers = Speakers(world, hooks, recorder, talk)
        self.typists = Typists(world, fanout)
        self.annotations = Annotations(world, hooks, recorder, reader, talk, audit, deadlines)
        ranks = self.ranks = Ranks(world, fanout, recorder, talk)
        self.appointments = Appointments(world, recorder, talk, audit, ranks)
        registry = self.registry = Registry(world, fanout, timelines, ranks)
        modes = self.modes = RoomModes(world, fanout, recorder, talk, audit, ranks)
        membership = self.membership = Membership(
            world, fanout, hooks, recorder, timelines, archive, ranks, registry
        )

        # settings
        ignores = self.ignores = Ignores(world, fanout)
        settings = self.settings = Settings(world, fanout, ignores, access)
        marks = self.marks = Marks(world, fanout, reader, recorder, unread, deadlines)
        notifying = self.notifying = Notifying(world, fanout, access)
        membership.on_leaving = marks.settle_room

        # connections
        bans = self.bans = Bans(world, fanout, pagers)
        sessions = self.sessions = Sessions(world)
        keys = self.keys = Keys(world, fanout)
        accounts = self.accounts = Accounts(
            world, fanout, journal, deadlines, recorder, ranks, membership, bans, ignores,
            settings, keys,
        )  # fmt: skip
        connections = self.connections = Connections(
            world, fanout, questions, sessions, accounts, membership, ignores, marks
        )
        close = self.close = connections.close
        tokens = self.tokens = Tokens(world, fanout)
        visits = self.visits = Visits(world, fanout, tokens, recorder)
        holding = self.holding = Holding(
            world, fanout, timelines, registry, membership, sessions, accounts, connections,
            settings, tokens, visits, recorder, questions,
        )  # fmt: skip
        requests = self.requests = Requests(fanout, visits, world.now)
        self.gaps = Gaps(world, fanout, reader, access)
        devices = self.devices = Devices(world, tokens, keys, accounts, visits, connections)
        visits.on_ended = holding.ended
        accounts.on_closing, accounts.on_revoked = devices.close_opened, [visits.revoke]
        connections.on_parted, connections.on_given = visits.parted, visits.given
        accounts.on_owned = visits.note
        membership.on_changed += (lambda user, _: visits.note(user)), notifying.follow

        # what may close them
        verifier = self.verifier = Verifier(world, fanout, store, deadlines, hasher, close, log)
        prompts = PasswordPrompts(world, fanout, questions, verifier)
        self.locks = Locks(world, verifier, questions, prompts, membership, modes, ranks)
        reports = self.reports = Reports(world, fanout, store, recorder, pagers, deadlines, log)
        moderation = self.moderation = Moderation(
            world, fanout, talk, audit, recorder, ranks, membership, bans, reports, close,
            accounts.revoke,
        )  # fmt: skip
        self.alarms = Alarms(world, fanout, journal, store, decisions, log)
        turns.on_broken = connections.break_off
        connections.watchers += (
            Timeouts(world, fanout, connections).watch,
            Calendar(world, fanout).watch,
        )

        # users
        nicks = self.nicks = Nicks(
            world, fanout, hooks, recorder, ranks, moderation, accounts, connections, ignores
        )
        bots = self.bots = Bots(world, connections, nicks, membership, talk)
        self.bot, membership.on_bot_invited = bots.make, bots.invited
        membership.on_bot_alone = bots.alone
        arrivals = self.arrivals = Arrivals(
            world, fanout, recorder, pagers, membership, moderation, reports, accounts,
            connections, nicks, ignores,
        )  # fmt: skip
        logins = self.logins = Logins(
            world, fanout, questions, verifier, prompts, recorder, timelines, messages,
            membership, moderation, connections, nicks, arrivals, settings, archive, marks,
            notifying,
        )  # fmt: skip
        invitations = self.invitations = Invitations(
            world, fanout, store, deadlines, verifier, accounts, audit
        )
        links = self.links = Links(
            world, fanout, questions, self.isolation, verifier, accounts, logins
        )
        accounts.on_gone, accounts.on_revoked[1:] = links.end, [links.end, invitations.end_all]
        webhooks = self.webhooks = Webhooks(
            world, fanout, journal, deadlines, recorder, speakers, accounts, audit
        )
        registry.on_closed = webhooks.end_of
        accounts.on_revoked.append(webhooks.end_all)
        self.registration = Registration(
            world, fanout, verifier, prompts, recorder, accounts, connections, nicks, logins,
            invitations,
        )  # fmt: skip
        self.upkeep = Upkeep(
            world, fanout, store, deadlines, verifier, prompts, ranks, registry, accounts, logins,
            exports,
        )  # fmt: skip
        self.newcomers = Newcomers(world, fanout, store, log)
        addresses = self.addresses = Addresses(world, fanout, verifier, accounts, logins)
        news = self.news = News(world, addresses, settings, timelines)
        addresses.on_changed = news.place
        membership.on_changed.append(news.move)
        accounts.on_revoked += addresses.revoke, news.forget
        turns.observers.append(news.observe)
        world.watchers.append(news.watch)
        world.followers.append(news.follow)
        messages.on_kept = news.hear
        lent_roles = self.lent_roles = LentRoles(
            world, fanout, verifier, logins, connections, audit, reports
        )
        accounts.on_revoked.append(lent_roles.end)
        self.roles = Roles(
            world, fanout, store, deadlines, audit, reports, accounts, invitations, lent_roles
        )
        self.directory = Directory(world, fanout, talk, journal)

        # plugins
        values = self.values = Values(world, fanout, log)
        schedules = self.schedules = Schedules(world, values, self.isolation)
        timelines.on_ended = values.end_room
        accounts.on_removed = [addresses.forget, schedules.end_account, values.end_account]
        schedules.given = self

        # The methods that plugins, commands and doors call by these names.
        self.rooms, self.users = world.rooms, world.users
        self.find_user, self.find_room = world.find_user, world.find_room
        self.seconds, self.now, self.later = world.seconds, world.now, self.isolation.call_later
        self.notify, self.tell, self.refuse = fanout.notify, fanout.tell, requests.refuse
        self.ask, self.answer, self.ask_name = questions.ask, questions.answer, questions.ask_name
        self.at, self.every, self.cancel = schedules.at, schedules.every, schedules.cancel
        self.ask_again, self.withhold = questions.ask_again, questions.withhold
        self.connect = connections.connect
        self.disconnect, self.shut_down = connections.disconnect, connections.shut_down
        world.notify, world.announce, hooks.given = fanout.notify, talk.announce, self
        self.routes.given = self

        kept = store.load()
        recorder.begin(kept.last_id)
        timelines.begin(kept.rooms, kept.last_room)
        verifier.begin(kept.allowances)
        for part in (
            values, schedules, accounts, registry, bans, holding, keys, addresses, news, webhooks,
        ):  # fmt: skip
            part.begin(kept)
        reports.unread = kept.unread
