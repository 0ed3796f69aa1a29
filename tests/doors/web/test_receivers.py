"""
Receivers: refusals as HTTP has them.
"""

import pytest

from twisted_chat.doors.web.receivers import Answer, Turned
from twisted_chat.errors import BadName, ChatError, NoSuchWebhook, NotAllowed, TooMuch


@pytest.mark.parametrize(
    ("refusal", "status", "fields"),
    [
        (NoSuchWebhook(), 404, {}),
        (TooMuch("Wait.", seconds=7), 429, {"Retry-After": "7"}),
        (TooMuch("Too long."), 413, {}),
        (BadName("No."), 400, {}),
        (NotAllowed("That line is invisible.", code="invisible"), 400, {}),
        (NotAllowed("You are muted."), 403, {}),
        (ChatError("A filter says no."), 403, {}),
    ],
)
def test_a_refusal_has_its_status_and_its_sentence(
    refusal: ChatError, status: int, fields: dict[str, str]
) -> None:
    answer = Turned.of(refusal).answer
    assert (answer.status, answer.body, answer.fields) == (status, f"{refusal}\n", fields)


def test_an_answer_ends_the_connection_and_may_be_bare() -> None:
    whole = Answer(Turned.of(NoSuchWebhook()).answer.status, b"\xff", "image/png").written()
    head, _, body = whole.partition(b"\r\n\r\n")
    assert b"\r\nConnection: close" in head
    assert b"\r\nContent-Type: image/png\r\n" in head
    assert body == b"\xff"
    assert Answer(Turned.of(NoSuchWebhook()).answer.status, "x").written(bare=True)[-4:] == (
        b"\r\n\r\n"
    )
