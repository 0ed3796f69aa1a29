"""
The options of plugins: an attrs class ``Options`` in the module, values in the operator's file.

A plugin called ``dice`` finds its values in the table ``[plugins.dice]``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from twisted_chat.options import BadSetting, from_toml, key, option_called
from twisted_chat.text.clean import sentence

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType


def declared_in(module: ModuleType) -> type[attrs.AttrsInstance] | None:
    """
    Return the class ``Options`` that ``module`` defines; None if it has none.

    Raises:
        TypeError: it is no attrs class, or one of its fields is not made by `option`.
    """
    found = vars(module).get("Options")
    if not isinstance(found, type) or found.__module__ != module.__name__:
        return None
    if not attrs.has(found):
        raise TypeError("Options must be an attrs class: put @frozen of attrs before it")
    for attribute in attrs.fields(found):
        if "help" not in attribute.metadata:
            raise TypeError(
                f"Options.{attribute.name} must be made by option(default, help), "
                "so that it has a default and a sentence of help"
            )
    return found


def read(
    declared: type[attrs.AttrsInstance], table: Mapping[str, Any], where: str
) -> attrs.AttrsInstance:
    """
    Return the options of a plugin.

    Args:
        declared: its class.
        table: the values of the operator, by the names of options in the file.
        where: what the table is called, for the error.

    Raises:
        BadSetting: a value cannot be used, or there is no option of that name.
    """
    known = {key(attribute): attribute for attribute in attrs.fields(declared)}
    values: dict[str, Any] = {}
    for name, value in table.items():
        attribute = option_called(name, known, where)
        values[attribute.alias or attribute.name] = from_toml(attribute, value, where)
    try:
        return declared(**values)
    except (ValueError, TypeError) as error:
        # From a validator of the class.
        raise BadSetting(sentence(f"{where}: {error}")) from error
