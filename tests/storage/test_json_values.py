"""
Which values and keys a plugin may keep: what JSON has, and nothing that would come back changed.
"""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twisted_chat.storage.json_values import (
    MAX_DEPTH,
    MAX_KEY,
    MAX_PARTS,
    as_json,
    of_json,
    require_key,
)

_VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def deep(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth - 1):
        value = [value]
    return value


@given(_VALUES)
def test_what_comes_back_is_what_was_given_and_of_the_same_types(value: Any) -> None:
    back = of_json(as_json(value))
    assert back == value
    # True is 1 and 1.0, and 0.0 is -0.0, to ==.
    assert repr(back) == repr(value)


def test_a_value_is_written_as_short_as_json_is() -> None:
    assert as_json({"tea": [1, 2.5, True, None, "☕"]}) == '{"tea":[1,2.5,true,null,"☕"]}'


class Shouted(str):
    __slots__ = ()


@pytest.mark.parametrize(
    "value",
    [
        (1, 2),
        {1, 2},
        b"tea",
        1j,
        datetime(2026, 1, 1, tzinfo=UTC),
        {1: "one"},
        {None: 1},
        {True: 1},
        [{"a": object()}],
        Shouted("tea"),
        {Shouted("tea"): 1},
        print,
    ],
    ids=repr,
)
def test_what_json_has_not_is_no_value(value: object) -> None:
    with pytest.raises(TypeError, match=r"is None, a bool, int|a key of a dict is a str"):
        as_json(value)


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (float("nan"), "JSON has no nan"),
        ([float("-inf")], "JSON has no -inf"),
        (2**63, "at most 64 bits"),
        ({"a": -(2**63) - 1}, "at most 64 bits"),
        ("half \ud83d", "half of a surrogate pair"),
        ({"\udc00": 1}, "half of a surrogate pair"),
        (deep(MAX_DEPTH + 1), f"at most {MAX_DEPTH} deep"),
        ([0] * MAX_PARTS, f"at most {MAX_PARTS} parts"),
    ],
    ids=lambda value: "" if isinstance(value, list) else repr(value),
)
def test_what_json_has_not_all_of_is_refused(value: object, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        as_json(value)


def test_as_much_as_may_be_is_taken() -> None:
    assert of_json(as_json(deep(MAX_DEPTH))) == deep(MAX_DEPTH)
    assert of_json(as_json([0] * (MAX_PARTS - 1))) == [0] * (MAX_PARTS - 1)


def test_a_value_that_holds_itself_or_the_same_again_and_again_ends() -> None:
    ring: list[Any] = []
    ring.append(ring)
    with pytest.raises(ValueError, match="deep"):
        as_json(ring)
    # Each holds the one before twice: two to the thirtieth.
    twice: list[Any] = []
    for _ in range(30):
        twice = [twice, twice]
    with pytest.raises(ValueError, match="parts"):
        as_json(twice)


@pytest.mark.parametrize("key", ["a", "vote/Ольга", "🫖" * MAX_KEY, " ", "two\nlines"])
def test_a_key_is_a_short_text(key: str) -> None:
    require_key(key)


@pytest.mark.parametrize("key", ["", "a" * (MAX_KEY + 1), "\ud83d", "a\0b"], ids=ascii)
def test_another_text_is_no_key(key: str) -> None:
    with pytest.raises(ValueError, match=r"a key has|half of"):
        require_key(key)


@pytest.mark.parametrize("key", [1, None, b"a", Shouted("a")], ids=repr)
def test_nothing_else_is_a_key(key: object) -> None:
    with pytest.raises(TypeError, match="a key is a str, not"):
        require_key(key)
