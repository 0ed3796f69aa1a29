"""
The program ``twisted-chat``.
"""

from __future__ import annotations

import asyncio
import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from twisted_chat.client.errors import DONE, ClientError
from twisted_chat.client.options import Options, read
from twisted_chat.client.show.clean import sentence


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run the program, and return its exit status.
    """
    _open_streams()
    _take_any_character()
    try:
        options = read(sys.argv[1:] if arguments is None else arguments)
        return asyncio.run(_run(options))
    except ClientError as error:
        # It may be a sentence of the server.
        print(sentence(str(error)), file=sys.stderr)
        return error.status
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader of a pipe has gone: nothing is left to be said to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except OSError as error:
        # The disk is full, for example, or the terminal is gone.
        with suppress(OSError):
            print(sentence(f"It cannot go on ({error.strerror})."), file=sys.stderr)
        return ClientError.status


def _open_streams() -> None:
    """
    Open what the caller has closed, as with ``<&-``: nothing is read there, and anything written.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            opened = Path(os.devnull).open(mode, encoding="utf-8")  # noqa: SIM115  # to the end
            setattr(sys, name, opened)


def _take_any_character() -> None:
    """
    Read and write what the encoding of the terminal does not know as signs in its place.
    """
    for stream, errors in (
        (sys.stdin, "replace"),
        (sys.stdout, "backslashreplace"),
        (sys.stderr, "backslashreplace"),
    ):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=errors)


async def _run(options: Options) -> int:
    from twisted_chat.client.start import start  # noqa: PLC0415  # --help needs none of it

    return await start(options)


if __name__ == "__main__":
    sys.exit(main())
