"""
Options: declaring them as fields of an attrs class, and reading their values.

The server declares its own so, and each plugin may.  The type of a value is that of its default: a
string, a number, a switch, a list of strings, a `Duration`, or a class whose ``parse`` reads it.
"""

from __future__ import annotations

import difflib
import json
import math
from typing import TYPE_CHECKING, Any

from attrs import field

from twisted_chat.text.clean import sentence
from twisted_chat.text.durations import Duration, read_age

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    import attrs


#: Where a value came from, where the operator said nothing.
DEFAULT = "default"


class BadSetting(Exception):
    """
    A setting cannot be used.  The text is one sentence that says which, why, and what would do.
    """


def option(default: Any, meaning: str, *, secret: bool = False, **names: Any) -> Any:
    """
    Return an attrs field that is also an option of the server.

    Args:
        default: the value if the operator gives none.
        meaning: one sentence of help.
        secret: its value stands in no list of options, no error and no ``repr``.
        names: more metadata for the settings.
    """
    return field(
        default=default,
        metadata={"help": meaning, "secret": secret, **names},
        repr=not secret,
    )


def key(attribute: attrs.Attribute[Any]) -> str:
    """
    Return an option's name on the command line and in the file.
    """
    return attribute.name.replace("_", "-")


def is_repeatable(attribute: attrs.Attribute[Any]) -> bool:
    """
    Return whether an option may be given more than once.
    """
    return isinstance(attribute.default, tuple)


def is_flag(attribute: attrs.Attribute[Any]) -> bool:
    """
    Return whether an option stands on the command line without a value.
    """
    return isinstance(attribute.default, bool)


def is_secret(attribute: attrs.Attribute[Any]) -> bool:
    """
    Return whether the value of an option is not to be shown.
    """
    return bool(attribute.metadata.get("secret"))


def shown(value: Any) -> str:
    """
    Return a value as the operator writes it on the command line.
    """
    if isinstance(value, float):
        return f"{value:g}"
    return "0" if value == Duration(0) else str(value)


def meant(name: str, known: Iterable[str]) -> str:
    """
    Return the question whether the nearest of ``known`` was meant; empty if none is near.
    """
    near = difflib.get_close_matches(name, list(known), 1)
    return f" Did you mean {near[0]}?" if near else ""


def option_called(
    name: str, known: Mapping[str, attrs.Attribute[Any]], where: str
) -> attrs.Attribute[Any]:
    """
    Return the option of this name.

    Args:
        known: all there are, by their names in the file.
        where: in which file, or part of it, the name stands, for the error.

    Raises:
        BadSetting: there is none.
    """
    if name not in known:
        raise BadSetting(f"{where}: there is no option {name!r}.{meant(name, known)}")
    return known[name]


def from_toml(attribute: attrs.Attribute[Any], value: Any, where: str) -> Any:
    """
    Return the value of an option that stands in the file as ``value``.

    Args:
        where: in which file, or part of it, for the error.

    Raises:
        BadSetting: it cannot be used.
    """
    name = key(attribute)
    if is_repeatable(attribute):
        if isinstance(value, str):
            value = [value]
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise BadSetting(
                f"{where}: {name} must be a list of strings{_instead(attribute, value)}."
            )
        return tuple(value)
    if is_flag(attribute):
        if not isinstance(value, bool):
            raise BadSetting(f"{where}: {name} must be true or false{_instead(attribute, value)}.")
        return value
    fits = (
        isinstance(value, str) if type(attribute.default) is str else not isinstance(value, bool)
    )
    if not fits or not isinstance(value, (str, int, float)):
        wanted = "a string" if type(attribute.default) is str else "a number"
        raise BadSetting(f"{where}: {name} must be {wanted}{_instead(attribute, value)}.")
    return from_words(attribute, str(value), f"{where}: ")


def from_words(
    attribute: attrs.Attribute[Any], text: str | list[str] | int, where: str = ""
) -> Any:
    """
    Return the value of an option that was typed as ``text``.

    Args:
        text: a list for a repeatable option, and 1 for one without a value.
        where: stands before its name in the error.

    Raises:
        BadSetting: it cannot be used.
    """
    if isinstance(text, int):
        return bool(text)
    if isinstance(text, list):
        return tuple(text)
    name = where + key(attribute)
    kind = type(attribute.default)
    parse = _parser(kind)
    if parse is not None:
        try:
            return parse(text)
        except ValueError as error:
            raise BadSetting(f"{name} {error}{_instead(attribute, text)}.") from error
    if kind is int:
        if not text.isascii() or not text.isdigit() or len(text) > 15:
            raise BadSetting(
                f"{name} must be a whole number, 0 or more{_instead(attribute, text)}."
            )
        return int(text)
    if kind is float:
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not (math.isfinite(number) and number >= 0):
            raise BadSetting(f"{name} must be a number, 0 or more{_instead(attribute, text)}.")
        return number
    return _chosen(attribute, text, name)


def _chosen(attribute: attrs.Attribute[Any], text: str, name: str) -> str:
    choices = attribute.metadata.get("choices", (text,))
    if text not in choices:
        wanted = " or ".join(choices)
        raise BadSetting(f"{name} must be {wanted}{_instead(attribute, text)}.")
    return text


def _instead(attribute: attrs.Attribute[Any], value: Any) -> str:
    """
    Return the part of an error that says what was given.
    """
    return "" if is_secret(attribute) else f", not {value!r}"


def _parser(kind: type) -> Callable[[str], Any] | None:
    """
    Return what parses a word, or raises a ValueError that says what it must be; None for others.
    """
    return read_age if kind is Duration else getattr(kind, "parse", None)


def as_line(name: str, value: Any, origin: str, *, is_secret: bool = False) -> str:
    """
    Return the line of TOML that gives an option its value, with where that came from.

    If the value ``is_secret``, the line is a comment that says no more than that it is set.
    """
    if not origin.isprintable():
        # A path may hold any character; a comment ends with its line.
        origin = json.dumps(origin, ensure_ascii=False)
    if is_secret and value:
        return f"# {name} = (set)  # {origin}"
    return f"{name} = {_toml(value)}  # {origin}"


def _toml(value: Any) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (str, Duration)) or _parser(type(value)) is not None:
        return json.dumps(shown(value), ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def read_text(what: str, path: Path) -> str:
    """
    Return the text of the file ``path`` that the option ``what`` names.

    Raises:
        BadSetting: it cannot be read, or is not UTF-8.
    """
    try:
        # Without the byte order mark with which some editors begin a file.
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise BadSetting(f"{what}: cannot read {path}: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise BadSetting(f"{what}: {path} is not UTF-8 text.") from error
    except ValueError as error:
        # Its name holds a NUL, or what the system's encoding cannot write.
        raise BadSetting(sentence(f"{what}: {str(path)!r} cannot be a file: {error}")) from error
