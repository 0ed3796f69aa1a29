"""
Requests on their way: what waits, what is asked, and what is sent again.
"""

from typing import Any

from twisted_chat.client.talk.outgoing import Outgoing


def test_what_is_sent_without_a_connection_goes_out_with_the_next_one() -> None:
    outgoing = Outgoing()
    first = outgoing.send({"request": "say", "text": "one"})
    assert (outgoing.outbox, outgoing.waiting) == ([], 1)
    outgoing.open()
    second = outgoing.send({"request": "say", "text": "two"})
    assert first != second
    assert [each["text"] for each in outgoing.outbox] == ["one", "two"]
    assert outgoing.answered({"event": "done", "label": first}) is not None
    assert outgoing.answered({"event": "done", "label": first}) is None
    outgoing.close()
    assert outgoing.outbox == []
    outgoing.open()
    # Under the same label, so that it is not done twice.
    assert outgoing.outbox == [{"request": "say", "text": "two", "label": second}]
    assert outgoing.take_waiting() == ["two"]
    assert outgoing.waiting == 0


def test_what_is_asked_is_told_to_who_asked_alone() -> None:
    outgoing, answers = Outgoing(), []
    outgoing.ask({"request": "who"}, answers.append)
    assert answers == [[]]
    outgoing.open()
    outgoing.ask({"request": "who"}, answers.append)
    (request,) = outgoing.outbox
    who: dict[str, Any] = {"event": "who", "label": request["label"]}
    assert not outgoing.collect({"event": "said"})
    assert outgoing.collect(who)
    assert outgoing.collect({"event": "done", "label": request["label"]})
    assert answers == [[], [who]]
    outgoing.ask({"request": "who"}, answers.append)
    refused = {"error": "no", "label": outgoing.outbox[-1]["label"]}
    assert outgoing.collect(refused)
    assert answers[-1] == [refused]
    outgoing.ask({"request": "who"}, answers.append)
    outgoing.close()
    assert answers[-1] == []


def test_what_needs_no_answer_is_sent_or_left() -> None:
    outgoing = Outgoing()
    outgoing.tell({"request": "bye"})
    assert outgoing.outbox == []
    outgoing.open()
    outgoing.tell({"request": "bye"})
    assert outgoing.outbox == [{"request": "bye"}]
