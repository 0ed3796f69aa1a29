"""
Readers: the value that a word is read into, and the errors for words that have none.
"""

from typing import Annotated, Any, Literal, Optional

import pytest
from shared_command import Side, answers, taking

from twisted_chat import Duration, Room, User


@pytest.mark.parametrize(
    ("annotation", "word", "shown"),
    [
        (str, "word", "'word'"),
        (str, "12", "'12'"),
        (int, "12", "12"),
        (int, "-3", "-3"),
        (int, "+7", "7"),
        (int, "007", "7"),
        (int, "٣٤", "34"),
        (int, "9" * 18, "9" * 18),
        (float, "2.5", "2.5"),
        (float, "-.5", "-0.5"),
        (float, "3", "3.0"),
        (float, "1e3", "1000.0"),
        (float, "२.५", "2.5"),
        (bool, "on", "True"),
        (bool, "YES", "True"),
        (bool, "true", "True"),
        (bool, "off", "False"),
        (bool, "No", "False"),
        (bool, "false", "False"),
        (Duration, "90s", "Duration(seconds=90)"),
        (Duration, "1h30m", "Duration(seconds=5400)"),
        (Duration, "2D", "Duration(days=2)"),
        (Duration, "1w", "Duration(days=7)"),
        (Duration, "۱h۳۰m", "Duration(seconds=5400)"),
        (Duration, "0s", "Duration(0)"),
        (Literal["left", "right"], "right", "'right'"),
        (Literal["Left", "Right"], "left", "'Left'"),
        (Literal[4, 6], "6", "6"),
        (Side, "left", "'LEFT'"),
        (Side, "RIGHT", "'RIGHT'"),
        (User, "bob", "'Bob'"),
        (User, "#BOB", "'Bob'"),
        (User, "ｂｏｂ", "'Bob'"),  # full-width letters
        (Room, "lobby", "'lobby'"),
        (Room, "#LOBBY", "'lobby'"),
        (str | None, "word", "'word'"),
        (Optional[int], "12", "12"),  # noqa: UP045  # as people may write it
        (User | None, "bob", "'Bob'"),
        (None | int, "12", "12"),
        (Annotated[int, "of sides"], "12", "12"),
        ("int", "12", "12"),
    ],
    ids=str,
)
def test_a_word_is_read_as_the_annotation_says(annotation: Any, word: str, shown: str) -> None:
    assert answers(taking(annotation), f"/take {word}") == [shown]


@pytest.mark.parametrize(
    ("annotation", "word", "wanted", "usage"),
    [
        (int, "x", "a whole number", "value"),
        (int, "1.5", "a whole number", "value"),
        (int, "1_000", "a whole number", "value"),
        (int, "0x10", "a whole number", "value"),
        (int, "--1", "a whole number", "value"),
        (float, "x", "a number", "value"),
        (float, "1,5", "a number", "value"),
        (float, "nan", "a number", "value"),
        (float, "inf", "a number", "value"),
        (float, "-infinity", "a number", "value"),
        (float, "1e999", "a number", "value"),
        (float, "1_000", "a number", "value"),
        (bool, "maybe", "on or off", "on|off"),
        (bool, "1", "on or off", "on|off"),
        (Duration, "soon", "a time such as 90s, 10m or 2d, 1000d at most", "value"),
        (Duration, "10", "a time such as 90s, 10m or 2d, 1000d at most", "value"),
        (Duration, "-5m", "a time such as 90s, 10m or 2d, 1000d at most", "value"),
        (Duration, "1.5h", "a time such as 90s, 10m or 2d, 1000d at most", "value"),
        (Duration, "m", "a time such as 90s, 10m or 2d, 1000d at most", "value"),
        (Duration, "1001d", "a time such as 90s, 10m or 2d, 1000d at most", "value"),
        (Literal["left", "right"], "up", "left or right", "left|right"),
        (Literal[4, 6], "5", "4 or 6", "4|6"),
        (Side, "l", "left or right", "left|right"),
    ],
    ids=str,
)
def test_a_word_that_cannot_be_read_is_named_with_what_would_do(
    annotation: Any, word: str, wanted: str, usage: str
) -> None:
    assert answers(taking(annotation), f"/take {word}") == [
        f'value must be {wanted}, not "{word}".',
        f"Usage: /take {usage}",
    ]


def test_a_number_of_too_many_digits_is_one_all_the_same_and_refused_as_what_it_is() -> None:
    assert answers(taking(int), "/take " + "9" * 19) == [
        "9999999999999999999 is too large a number."
    ]
    assert answers(taking(int), "/take -" + "9" * 40) == [
        "-9999999999999999999999999999999... is too large a number."
    ]


def test_only_the_beginning_of_a_long_word_is_repeated() -> None:
    assert answers(taking(int), "/take " + "x" * 33) == [
        'value must be a whole number, not "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...".',
        "Usage: /take value",
    ]


@pytest.mark.parametrize("word", ["1" * 40 + "x", "0." + "0" * 40 + "x"], ids=len)
def test_a_long_word_is_read_to_its_end(word: str) -> None:
    assert answers(taking(float), f"/take {word}")[-1] == "Usage: /take value"


def test_a_long_number_is_read_to_its_last_digit() -> None:
    assert answers(taking(float), "/take " + "1" + "0" * 40) == ["1e+40"]


@pytest.mark.parametrize(
    ("annotation", "sentence"),
    [
        (User, "Nobody here is called nowhere."),
        (User | None, "Nobody here is called nowhere."),
        (Room, "There is no room #nowhere. /rooms lists the rooms."),
    ],
    ids=str,
)
def test_who_or_what_is_not_there_is_named(annotation: Any, sentence: str) -> None:
    assert answers(taking(annotation), "/take nowhere") == [sentence]


def test_a_room_that_is_not_there_is_named_with_one_hash() -> None:
    assert answers(taking(Room), "/take #nowhere") == [
        "There is no room #nowhere. /rooms lists the rooms."
    ]
