"""
Parameters: the value that a word is read into, and the errors for words that have none.
"""

import enum
from datetime import timedelta
from types import ModuleType
from typing import Annotated, Any, Literal, Optional

import pytest

from twisted_chat import Context, Duration, Hub, Room, User, command
from twisted_chat.commands.command import command_of
from twisted_chat.commands.params import params_of
from twisted_chat.testing import Chat


class Side(enum.Enum):
    LEFT = "l"
    RIGHT = "r"


def chat_with(*functions: Any) -> Chat:
    """
    Return a chat with a plugin of these commands.
    """
    module = ModuleType(__name__)
    vars(module).update({function.__name__: function for function in functions})
    return Chat(module)


def taking(annotation: Any) -> Any:
    """
    Return the command /take, which shows what it took.
    """

    def take(ctx: Context, value: Any) -> str:
        """Show what was taken."""
        return repr(getattr(value, "nick", getattr(value, "name", value)))

    take.__annotations__["value"] = annotation
    return command(take)


def answers(function: Any, *lines: str) -> list[str]:
    chat = chat_with(function)
    alice = chat.arrive("alice")
    chat.arrive("Bob")
    alice.reads()
    alice.types(*lines)
    return alice.reads()


# -- words ----------------------------------------------------------------------------------------


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
