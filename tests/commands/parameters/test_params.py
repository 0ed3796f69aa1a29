"""
Parameters: what the signature of a command takes, and what it may not be.
"""

from datetime import timedelta
from typing import Any, Literal

import pytest
from shared_command import Side, answers, taking

from twisted_chat import Context, Hub, Room, User, command
from twisted_chat.commands.command import command_of
from twisted_chat.commands.parameters.params import params_of

# -- optional words, and the rest of the line -----------------------------------------------------


@command
def walk(
    ctx: Context, steps: int, where: Side = Side.LEFT, pace: Literal["fast", "slow"] = "fast"
) -> str:
    """Walk some steps."""
    return f"{steps!r} {where!r} {pace!r}"


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("/walk 3", "3 <Side.LEFT: 'l'> 'fast'"),
        ("/walk 3 right", "3 <Side.RIGHT: 'r'> 'fast'"),
        ("/walk   3   right   slow  ", "3 <Side.RIGHT: 'r'> 'slow'"),
        ("/walk 3\tright\tslow", "3 <Side.RIGHT: 'r'> 'slow'"),
        ("/walk", "/walk needs steps."),
        ("/walk   ", "/walk needs steps."),
        ("/walk 3 right slow then", "/walk does not take so many words."),
        ("/walk right", 'steps must be a whole number, not "right".'),
        ("/walk 3 slow", 'where must be left or right, not "slow".'),
    ],
)
def test_words_are_read_in_order_and_defaults_stand_in_for_the_last(line: str, shown: str) -> None:
    answer, *more = answers(walk, line)
    assert answer == shown
    assert more in ([], ["Usage: /walk steps [left|right] [fast|slow]"])
    assert bool(more) == shown.endswith(".")


@command
def shout(ctx: Context, times: int, *, text: str) -> str:
    """Say it loud."""
    return repr((times, text))


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("/shout 2 hello", "(2, 'hello')"),
        ("/shout 2 two  spaces   inside", "(2, 'two  spaces   inside')"),
        ("/shout   2    hello  ", "(2, 'hello  ')"),
        ('/shout 2 "quoted" \\n {text} %s', "(2, '\"quoted\" \\\\n {text} %s')"),
        ("/shout 2", "/shout needs a text."),
        ("/shout 2   ", "/shout needs a text."),
        ("/shout", "/shout needs times."),
    ],
)
def test_a_keyword_only_parameter_takes_the_rest_as_it_stands(line: str, shown: str) -> None:
    assert answers(shout, line)[0] == shown


@command
def order(ctx: Context, *, item: Literal["small tea", "large tea"]) -> str:
    """Order a tea."""
    return repr(item)


def test_the_rest_is_read_as_its_annotation_says_too() -> None:
    assert answers(order, "/order Large Tea") == ["'large tea'"]
    assert answers(order, "/order cake") == [
        'item must be small tea or large tea, not "cake".',
        "Usage: /order small tea|large tea",
    ]
    assert answers(order, "/order")[0] == "/order needs small tea or large tea."


@command
def muse(ctx: Context, *, over: str | None = None) -> str:
    """Muse over something."""
    return repr(over)


def test_a_rest_that_is_not_there_is_its_default() -> None:
    assert answers(muse, "/muse", "/muse   ", "/muse a b") == ["None", "None", "'a b'"]


@command
def knock(ctx: Context, times: int = 1, *, text: str) -> str:
    """Knock and call."""
    return repr((times, text))


def test_a_rest_that_is_needed_is_asked_for_behind_optional_words() -> None:
    assert answers(knock, "/knock 2 hello") == ["(2, 'hello')"]
    for line in ("/knock", "/knock 2"):
        assert answers(knock, line) == ["/knock needs a text.", "Usage: /knock [times] text"]


@pytest.mark.parametrize(
    ("name", "sentence"), [("action", "/do needs an action."), ("nick", "/do needs a nick.")]
)
def test_what_is_needed_has_its_article(name: str, sentence: str) -> None:
    source = f"def do(ctx, {name}: str):\n    'Do.'"
    scope: dict[str, Any] = {"__name__": __name__}
    exec(source, scope)
    assert answers(command(scope["do"]), "/do") == [sentence, f"Usage: /do {name}"]


def test_what_is_needed_of_a_few_words_is_one_of_them() -> None:
    assert answers(taking(bool), "/take") == ["/take needs on or off.", "Usage: /take on|off"]


# -- signatures -----------------------------------------------------------------------------------


def test_the_usage_line_shows_what_is_optional_and_what_can_be_chosen() -> None:
    def go(
        ctx: Context,
        who: User,
        side: Side,
        loud: bool | None = None,
        room: Room | None = None,
        *,
        why: str = "",
    ) -> None:
        """Go."""

    found = command_of(command(go))
    assert found is not None
    assert found.usage == "/go who left|right [on|off] [room] [why]"


def test_a_positional_only_parameter_takes_a_word() -> None:
    @command
    def twice(ctx: Context, word: str, /) -> str:
        """Say it twice."""
        return word * 2

    assert answers(twice, "/twice ha") == ["haha"]


def no_context() -> None: ...
def only_keywords(*, ctx: Context) -> None: ...
def only_stars(*ctx: Context) -> None: ...
def bare(ctx: Context, value) -> None: ...  # type: ignore[no-untyped-def]  # on purpose
def of_anything(ctx: Context, value: Any) -> None: ...
def of_an_object(ctx: Context, value: object) -> None: ...
def of_bytes(ctx: Context, value: bytes) -> None: ...
def of_a_list(ctx: Context, value: list[int]) -> None: ...
def of_a_list_of_a_kind(ctx: Context, value: [int]) -> None: ...  # type: ignore[valid-type]
def of_two_kinds(ctx: Context, value: int | str) -> None: ...
def of_a_hub(ctx: Context, value: Hub) -> None: ...
def of_a_timedelta(ctx: Context, value: timedelta) -> None: ...
def of_nothing(ctx: Context, value: None) -> None: ...
def of_an_unknown(ctx: Context, value: "Nobody") -> None: ...  # type: ignore[name-defined]  # noqa: F821
def starred(ctx: Context, *value: str) -> None: ...
def double_starred(ctx: Context, **value: str) -> None: ...
def two_rests(ctx: Context, *, value: str, other: str) -> None: ...


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (no_context, "no_context needs a first parameter, the context"),
        (only_keywords, "only_keywords needs a first parameter, the context"),
        (only_stars, "only_stars needs a first parameter, the context"),
        (bare, "bare: value needs an annotation that says what it is read into"),
        (of_anything, "of_anything: nothing can read value into typing.Any"),
        (of_an_object, "of_an_object: nothing can read value into <class 'object'>"),
        (of_bytes, "of_bytes: nothing can read value into <class 'bytes'>"),
        (of_a_list, "of_a_list: nothing can read value into list[int]"),
        (of_a_list_of_a_kind, "of_a_list_of_a_kind: nothing can read value into [<class 'int'>]"),
        (of_two_kinds, "of_two_kinds: nothing can read value into int | str"),
        (of_a_hub, "of_a_hub: nothing can read value into <class 'twisted_chat.hub.Hub'>"),
        (
            of_a_timedelta,
            "of_a_timedelta: nothing can read value into <class 'datetime.timedelta'>",
        ),
        (of_nothing, "of_nothing: nothing can read value into <class 'NoneType'>"),
        (
            of_an_unknown,
            "of_an_unknown: an annotation is not defined: name 'Nobody' is not defined",
        ),
        (
            starred,
            "starred: value may not be a variable parameter; a keyword-only one takes the rest",
        ),
        (
            double_starred,
            (
                "double_starred: value may not be a variable parameter; "
                "a keyword-only one takes the rest"
            ),
        ),
        (
            two_rests,
            "two_rests has more than one keyword-only parameter; only one can take the rest",
        ),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_a_signature_that_nothing_can_fill_is_refused_at_import(
    function: Any, reason: str
) -> None:
    with pytest.raises(TypeError) as raised:
        params_of(function)
    assert str(raised.value) == f"{__name__}.{reason}"


# -- durations ------------------------------------------------------------------------------------
