"""
What the operator grants a program is read from its table, and checked.
"""

from typing import Any

import pytest

from twisted_chat.options import BadSetting
from twisted_chat.plugins.options import read
from twisted_chat.plugins.programs.grant import Grant, is_half_program, is_program


def test_a_program_may_answer_commands_unless_more_is_granted() -> None:
    grant = read(Grant, {"run": ["./bot", "-v"]}, "[plugins.bot]")
    assert grant == Grant(run=("./bot", "-v"), rights=("commands",), filter_fails="open")


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ({}, "a program needs either run or token"),
        ({"run": ["x"], "token": "abc"}, "a program has either run or token, not both"),
        ({"run": []}, "a program needs either run or token"),
        ({"run": ["x"], "rights": ["all"]}, "rights must be some of commands, hear, filter, say"),
        (
            {"run": ["x"], "environment": ["A"]},
            "environment must be like NAME=value, but its 1. is not",
        ),
        ({"run": ["x"], "environment": ["=b"]}, "environment must be like NAME=value"),
        ({"run": ["x"], "filter-fails": "shut"}, "filter-fails must be open or closed"),
        ({"run": ["x"], "rites": []}, "there is no option 'rites'. Did you mean rights?"),
        ({"run": 7}, "run must be a list of strings"),
    ],
)
def test_what_cannot_be_granted_is_said_in_one_sentence(
    table: dict[str, Any], reason: str
) -> None:
    with pytest.raises(BadSetting) as raised:
        read(Grant, table, "[plugins.bot]")
    assert str(raised.value).startswith("[plugins.bot]: ")
    assert reason in str(raised.value)


def test_what_stands_in_the_environment_is_in_no_error_and_no_repr() -> None:
    table = {"run": ["x"], "environment": ["API_KEY=hush"]}
    assert "hush" not in repr(read(Grant, table, "[plugins.bot]"))
    for wrong in (["API_KEY=b", "hush"], {"API_KEY": "hush"}, "hush"):
        with pytest.raises(BadSetting) as raised:
            read(Grant, {**table, "environment": wrong}, "[plugins.bot]")
        assert "environment must be" in str(raised.value)
        assert "hush" not in str(raised.value)


def test_a_table_is_a_programs_by_what_starts_it_or_lets_it_in() -> None:
    assert is_program({"run": ["x"]})
    assert is_program({"token": "abc"})
    assert not is_program({"price": 7})


def test_one_that_forgets_both_is_known_by_its_other_options() -> None:
    assert is_half_program({"rights": ["hear"]})
    assert is_half_program({"filter-fails": "closed", "price": 7})
    assert not is_half_program({"price": 7})
    assert not is_half_program({})
