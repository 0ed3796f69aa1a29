"""
The page: files of the package that a browser loads, and how long it may keep them.

The document names all others under a folder that is called after what they hold.  So they may be
kept for ever, and a browser never mixes those of two versions of the server.
"""

from __future__ import annotations

import hashlib
from functools import cache
from http import HTTPStatus
from importlib import resources
from typing import TYPE_CHECKING

from attrs import frozen

from twisted_chat.doors.web.request import answer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twisted_chat.doors.web.request import Request

# What the page may do: load its own files and connect to its own server.  No text becomes markup
# or code, as with trusted types nothing of the page can (W3C, Trusted Types, section 4.4).
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
_KINDS = {
    "html": "text/html",
    "js": "text/javascript",
    "css": "text/css",
    "svg": "image/svg+xml",
}
_DOCUMENT = "index.html"
_FOLDER = "static/"
# Asked again each time, and kept for a year (RFC 9111, section 5.2; RFC 8246).
_ASKED, _KEPT = "no-cache", "public, max-age=31536000, immutable"


@frozen
class Page:
    """
    The files of the page.

    Attributes:
        files: their texts by path, such as ``/`` and ``/static/5f4dcc3b/page.css``.
        version: a name of all that they hold.
    """

    files: Mapping[str, str]
    version: str

    @classmethod
    def of(cls, files: Mapping[str, str]) -> Page:
        """
        Return the page of ``files``, which are texts by name; one is ``index.html``.
        """
        whole = "\0".join(f"{name}\0{files[name]}" for name in sorted(files))
        version = hashlib.sha256(whole.encode()).hexdigest()[:16]
        folder = f"{_FOLDER}{version}/"
        paths = {f"/{folder}{name}": text for name, text in files.items() if name != _DOCUMENT}
        return cls(paths | {"/": files[_DOCUMENT].replace(_FOLDER, folder)}, version)

    def answer(self, request: Request) -> bytes | None:
        """
        Return the answer to a GET or HEAD; None if no file is there.
        """
        text = self.files.get(request.path)
        if text is None:
            return None
        is_document = request.path == "/"
        tag = f'"{self.version}"'
        fields = {
            "Cache-Control": _ASKED if is_document else _KEPT,
            "ETag": tag,
            "Content-Security-Policy": _POLICY,
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
        }
        status = HTTPStatus.NOT_MODIFIED if _has(request, tag) else HTTPStatus.OK
        return answer(
            status,
            text,
            kind=_KINDS["html" if is_document else request.path.rpartition(".")[2]],
            bare=request.method == "HEAD",
            goes_on=request.goes_on,
            fields=fields,
        )


def _has(request: Request, tag: str) -> bool:
    """
    Return whether the client has the file already (If-None-Match; RFC 9110, section 13.1.2).
    """
    tags = [each.strip().removeprefix("W/") for each in _none_match(request).split(",")]
    return tag in tags or tags == ["*"]


def _none_match(request: Request) -> str:
    return request.fields.get("if-none-match", "")


@cache
def read_page() -> Page:
    """
    Return the page of this package.
    """
    folder = resources.files(__package__) / "static"
    files = {each.name: each.read_text("utf-8") for each in folder.iterdir()}
    return Page.of(files)
