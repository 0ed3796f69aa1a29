"""
The arrival: says hello, and finds out what the server takes if it refuses that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from attrs import define, evolve, field, frozen

from twisted_chat.client.errors import NotConnected, NotLoggedIn, Refused
from twisted_chat.client.show.line import Line, Message, refusal
from twisted_chat.client.talk.outgoing import Outgoing
from twisted_chat.client.talk.questions import Question, Questions

# The name is taken, or wrong; another one may do.
_OTHER_NAME = re.compile(
    r"nick-|name-|same-nick|too-long|bad-request|invisible"
    r"|guests-|registration-|invitation-|wrong-code|bad-code|own-code|link-|bad-password|password-|too-many-guesses"
)
# What may be given in the place of a name.
_LINK = re.compile(r"/link(?:\s+(.+))?", re.IGNORECASE)
_REGISTER = re.compile(r"/register\s+(\S+)\s*(.*)", re.IGNORECASE)
_PASSWORD = frozenset({"wrong-password", "password-required"})
# Not the user's fault, and over in a while.
_LATER = frozenset(
    {
        "server-full", "too-many-connections", "too-many-new-connections", "store-unavailable",
        "busy-with-logins", "connection-closing", "cannot-check-password", "cannot-now", "failed",
    }
)  # fmt: skip


@frozen
class Identity:
    """
    Who comes.

    Attributes:
        name: of the user; empty if it is to be asked for.
        token: of an earlier visit; empty for none.
        device: what this program calls the computer, for the owner of the account.
        password: of the account, as it was just typed; it is not kept.
        is_held: the user may come back when the connection is lost; otherwise they leave then.
        link: a code that was made at another device; empty for none.
        registers: an account of ``name`` is to be made.
        invitation: a code for that; may be empty.
        resumes: the visit of ``token`` goes on here; otherwise it stays where it is, and this is
            another one of the same account.
    """

    name: str = ""
    token: str = field(default="", repr=False)
    device: str = ""
    password: str = field(default="", repr=False)
    resumes: bool = True
    is_held: bool = True
    link: str = field(default="", repr=False)
    registers: bool = False
    invitation: str = field(default="", repr=False)


@define(eq=False)
class Arrival:
    """
    Comes in, and comes in again.

    Args:
        identity: who comes; with the name and the token that the server gives them.
        questions: are asked for what is not known.
        outgoing: sends the hello.
        can_ask: whether there is a user to answer questions.
        known: returns what is kept of a name that the user gives.

    Attributes:
        was_in: the server has let the user in before.
    """

    identity: Identity
    _questions: Questions
    _outgoing: Outgoing
    _can_ask: bool = True
    _known: Callable[[str], Identity] = Identity
    was_in: bool = field(init=False, default=False)

    def say_hello(self, last: dict[str, int], seen: int = 0) -> None:
        """
        Say hello, or ask the user for what that needs.

        Args:
            last: the number of the last line known of each room.
            seen: the largest id that was told; 0 for none.

        Raises:
            NotLoggedIn: there is no user to ask.
        """
        who = self.identity
        # The words for what comes to the protocol later; a server that has none leaves that out.
        hello: Message = {"request": "hello", "label": self._outgoing.label(), "sentences": True}
        hello["questions"] = self._can_ask
        if who.device:
            hello["device"] = who.device
        if not who.is_held:
            hello["hold"] = False
        if who.token:
            hello |= {"token": who.token, "last": dict(last)}
            if seen:
                hello["seen"] = seen
            if not who.resumes:
                hello["resume"] = False
        elif who.link:
            hello["link"] = who.link
        elif who.name:
            hello["name"] = who.name
            if who.password:
                hello["password"] = who.password
            if who.registers:
                hello |= {"register": True, "invitation": who.invitation}
        else:
            self._ask(Question("Your name: "), self._named)
            return
        self._outgoing.outbox.append(hello)

    def came_in(self, hello: Message) -> None:
        """
        Take the name and the token that the server gives.
        """
        self.was_in = True
        token = str(hello["token"]) or self.identity.token
        nick = str(hello["nick"])
        who = self.identity
        self.identity = Identity(nick, token, who.device, resumes=who.resumes, is_held=who.is_held)

    def token_changed(self, token: str) -> None:
        """
        Take another token; empty for none.
        """
        self.identity = evolve(self.identity, token=token)

    def log_out(self) -> None:
        """
        Ask for another name, or the same one again.
        """
        self.identity = evolve(self.identity, name="", token="", password="")
        self.say_hello({})

    def renamed(self, nick: str) -> None:
        """
        Take another name.
        """
        self.identity = evolve(self.identity, name=nick)

    def refused(self, code: str, sentence: str) -> Iterator[Line]:
        """
        Ask for what the server would take instead of the hello that it refused.

        Raises:
            ClientError: there is nothing to be asked.
        """
        if code == "unknown-token":
            self.identity = evolve(self.identity, token="")
            self.say_hello({})
        elif code in _LATER:
            raise NotConnected(sentence)
        elif code == "no-such-door":
            raise Refused(sentence)
        elif not self._can_ask:
            raise NotLoggedIn(sentence)
        elif code in _PASSWORD:
            self.identity = evolve(self.identity, password="")
            if code == "wrong-password":
                yield refusal(sentence)
            prompt = f"Password of {self.identity.name}: "
            self._ask(Question(prompt, is_secret=True), self._proved)
        elif _OTHER_NAME.match(code):
            yield refusal(sentence)
            self._ask(Question("Your name: "), self._named)
        else:
            raise NotLoggedIn(sentence)

    def _ask(self, question: Question, answered: Callable[[str], None]) -> None:
        if not self._can_ask:
            raise NotLoggedIn("A name is needed: --name gives one.")
        self._questions.ask(question, answered)

    def _named(self, name: str) -> None:
        name = name.strip()
        if (link := _LINK.fullmatch(name)) is not None:
            if not link[1]:
                self._ask(Question("The code of /link at the other device: "), self._coded)
                return
            self.identity = evolve(self._known(""), link=link[1])
        elif (new := _REGISTER.fullmatch(name)) is not None:
            self.identity = evolve(self._known(""), name=new[1], invitation=new[2], registers=True)
            self._ask(Question("New password: ", is_secret=True), self._chosen)
            return
        elif name.startswith("/"):
            # That is no name, of which something might be kept; the server says so.
            self.identity = evolve(self._known(""), name=name)
        else:
            self.identity = self._known(name)
        self.say_hello({})

    def _coded(self, code: str) -> None:
        # With nothing, a name is asked for again.
        self._named(f"/link {code}" if code.strip() else "")

    def _chosen(self, password: str) -> None:
        """
        Ask for a new password once more: nobody has seen it.
        """

        def again(typed: str) -> None:
            same = typed == password and bool(password)
            self.identity = evolve(self.identity, password=password) if same else Identity()
            self.say_hello({})

        self._ask(Question("Repeat the password: ", is_secret=True), again)

    def _proved(self, password: str) -> None:
        # An empty one: they may have meant another name.
        name = self.identity.name if password else ""
        self.identity = evolve(self.identity, name=name, password=password)
        self.say_hello({})
