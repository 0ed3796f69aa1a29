"""
Requests: which requests of programs are done, and so are not done again.
"""

from __future__ import annotations

from enum import Enum
from hashlib import blake2b
from typing import TYPE_CHECKING

from attrs import define

from twisted_chat.delivery.labels import label_of, labelled
from twisted_chat.errors import ChatError
from twisted_chat.replies.reply import Done
from twisted_chat.store.tokens import RequestDone

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.events import Event
    from twisted_chat.people.programs.visits import Visits
    from twisted_chat.world.model import Session

#: The requests of one session that are known to be done; of more, the earliest is forgotten.
MOST_DONE = 1000
# Bytes of what tells a request from another one with the same label.
_MARK = 8


class LabelUsed(ChatError):
    """
    A label was another request's.
    """

    code = "label-used"

    def __init__(self, label: str) -> None:
        super().__init__(
            "This label was on another request before. Each request needs one of its own.",
            label=label,
        )


class Stage(Enum):
    """
    How far a request had come when its program made it.
    """

    NEW = "new"
    #: It was made before, and is answered when that ends.
    RUNNING = "running"
    #: It was made before, and done.
    DONE = "done"


@define(eq=False)
class Requests:
    """
    Knows the requests of each session that are being done or are done, by their labels.

    Args:
        fanout: has them kept, and tells of refusals.
        visits: hold them.
        now: returns the time of day, in seconds since the epoch.
    """

    _fanout: Fanout
    _visits: Visits
    _now: Callable[[], float]

    def begin(self, session: Session, label: str, request: bytes) -> Stage:
        """
        Return how far ``session`` has come with this request; a new one is running from now on.

        Args:
            request: all of it that matters.

        Raises:
            LabelUsed: the label was on another request.
        """
        visit = self._visits.of(session)
        if visit is None:
            return Stage.NEW
        mark = blake2b(request, key=visit.key, digest_size=_MARK).hexdigest() if visit.key else ""
        asked = visit.asked = visit.asked or {}
        done = visit.done.get(label) if visit.done else None
        before = asked.get(label) if done is None else done
        if before is None:
            asked[label] = mark
            if len(asked) > MOST_DONE:
                del asked[next(iter(asked))]
            if session.inbox is not None:
                session.inbox.answers.begin(label)
            return Stage.NEW
        if before not in ("", mark):
            raise LabelUsed(label)
        return Stage.RUNNING if done is None else Stage.DONE

    def note_done(self, session: Session, label: str) -> None:
        """
        Note that what ``session`` asked for with ``label`` is done, together with what it did.

        Of what is not to be done once only, `begin` was not asked, and nothing is noted.  If the
        program has come back meanwhile, with another session, that is told.
        """
        visit = self._visits.begun_by(session)
        mark = visit.asked.pop(label, None) if visit is not None and visit.asked else None
        if visit is None or mark is None:
            return
        if visit.session.inbox is not None:
            visit.session.inbox.answers.end(label, is_done=True)
        done = visit.done = visit.done or {}
        done[label] = mark
        forgotten = next(iter(done)) if len(done) > MOST_DONE else ""
        done.pop(forgotten, None)
        self._fanout.keep(RequestDone(visit.token.hash, label, forgotten, mark))
        if visit.session is not session:
            with labelled(visit.session, label):
                self._fanout.tell(visit.session, Done(self._now()))

    def tell_again(self, session: Session, label: str) -> None:
        """
        Tell ``session``, as a part of its request ``label``, what that was answered before.

        Nothing is told if that is not kept any more, as after a restart, or was too long.
        """
        if session.inbox is not None:
            for event in session.inbox.answers.to(label):
                self._fanout.tell(session, event)

    def current(self, session: Session) -> Session:
        """
        Return the session in which a request of ``session`` goes on.

        It is another one if that was lost and its program has come back.
        """
        visit = self._visits.begun_by(session) if session.closed else None
        return session if visit is None else visit.session

    def answer(self, session: Session, answer: str | Event) -> None:
        """
        Tell ``session`` alone what its request came to, or the one in which that goes on.
        """
        here = self.current(session)
        if here is session:
            self._fanout.answer(session, answer)
            return
        with labelled(here, label_of(session)):
            self._fanout.answer(here, answer)

    def refuse(self, session: Session, refusal: ChatError) -> None:
        """
        Tell ``session`` alone why what it asked for is not done; it may be asked for again.
        """
        visit, label = self._visits.begun_by(session), label_of(session)
        if visit is None or not label:
            self._fanout.refuse(session, refusal)
            return
        if visit.asked:
            visit.asked.pop(label, None)
        if visit.session.inbox is not None:
            visit.session.inbox.answers.end(label, is_done=False)
        with labelled(visit.session, label):
            self._fanout.refuse(visit.session, refusal)
