"""
The site of a page that asks: Origin (RFC 6454, section 6.2; RFC 6455, section 10.2).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_SITE = re.compile(r"https?://[^\s/?#@]+")


def check_sites(option: str, sites: Iterable[str]) -> None:
    """
    Check that all of ``sites``, the values of ``option``, can be those of pages.

    Raises:
        ValueError: one cannot; with a sentence.
    """
    for site in sites:
        if _SITE.fullmatch(site.lower()) is None:
            raise ValueError(
                f"{option} must be a site such as https://chat.example.org, without a path, "
                f"not {site!r}."
            )


def is_from(origin: str, sites: Iterable[str], host: str) -> bool:
    """
    Return whether a page of ``origin`` is of one of ``sites``, or of the host that it connects to.

    Args:
        host: the host, and perhaps port, that it has asked for; of several there is none.
    """
    scheme, _, place = (site := _shortest(origin)).partition("://")
    if site in map(_shortest, sites):
        return True
    if scheme not in {"http", "https"} or not place:
        return False
    return site == _shortest(f"{scheme}://{host}")


def _shortest(site: str) -> str:
    """
    Return ``site`` as browsers write it: in lower case, and without the usual port.
    """
    site = site.lower()
    return site.removesuffix(":443" if site.startswith("https:") else ":80")
