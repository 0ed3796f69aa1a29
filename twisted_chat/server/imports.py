"""
What a start does not use is not imported: the libraries of TLS take 12 MiB, a fifth of the memory.

Twisted's reactor imports OpenSSL wherever it is installed, and works without it.  So it is told
that there is none, unless it is needed.
"""

from __future__ import annotations

import contextlib
import sys
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

from twisted_chat.plugins.sources import ENTRY_POINTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twisted_chat.server.settings import Settings

_LIBRARY = "OpenSSL"


def may_need_tls(settings: Settings) -> bool:
    """
    Return whether the server speaks TLS, or a plugin may, which nobody can know.
    """
    return bool(
        settings.tls == "self-signed"
        or settings.tls_certificate
        or (settings.smtp and settings.smtp_tls != "off")
        or any("ssl:" in endpoint for endpoint in settings.listen)
        or settings.plugins
        or entry_points(group=ENTRY_POINTS)
    )


@contextlib.contextmanager
def unused_left_out(settings: Settings) -> Iterator[None]:
    """
    Let what is imported in this block go without TLS, if it is not needed and not there already.
    """
    if _LIBRARY in sys.modules or may_need_tls(settings):
        yield
        return
    # An import of it fails now, as if it were not installed.
    sys.modules[_LIBRARY] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[_LIBRARY]
