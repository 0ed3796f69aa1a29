"""
Marks: nobody who is a user can look like a webhook or a bot, or the other way round.
"""

import sys
import unicodedata

import pytest

from twisted_chat.errors import BadName
from twisted_chat.text.lookalikes import skeleton
from twisted_chat.text.marks import HOOK, MAX_MARKED, is_marked, marked, read_marked
from twisted_chat.text.name_rules import read_nick

#: Categories of what a name may hold, with all that PRECIS refuses later.
LETTERS = {"Lu", "Ll", "Lt", "Lm", "Lo", "Nd", "Mn", "Mc"}


def test_who_is_marked_is_told_from_users() -> None:
    nick = marked("deploy", HOOK)
    assert (nick, is_marked(nick)) == ("deploy[hook]", True)
    assert not is_marked("deploy")
    assert not is_marked("deployhook")
    with pytest.raises(BadName):
        read_nick(nick)


def test_no_letter_of_a_name_looks_like_a_bracket() -> None:
    brackets = {skeleton("["), skeleton("]")}
    letters = (chr(code) for code in range(sys.maxunicode + 1))
    alike = [
        each
        for each in letters
        if unicodedata.category(each) in LETTERS and brackets & set(skeleton(each))
    ]
    assert alike == []


@pytest.mark.parametrize("name", ["deploy", "Élan", "ci-2", "деплой"])
def test_a_marked_name_may_be_in_every_script(name: str) -> None:
    assert read_marked(name) == name


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("server", "name-reserved"),
        ("Adm1n", "nick-looks-alike"),
        ("chanserv", "name-reserved"),
        ("ops", "name-reserved"),
        ("a b", "name-characters"),
        ("deploy[hook]", "name-characters"),
        ("d\u0435ploy", "name-mixes-scripts"),
        ("a" * (MAX_MARKED + 1), "name-too-long"),
        ("", "name-empty"),
    ],
)
def test_what_no_user_may_be_called_is_marked_neither(name: str, code: str) -> None:
    with pytest.raises(BadName) as refusal:
        read_marked(name, ["ops"])
    assert refusal.value.code == code
