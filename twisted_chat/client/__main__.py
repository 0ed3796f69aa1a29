"""
The program ``twisted-chat``.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence

from twisted_chat.client.errors import DONE, ClientError
from twisted_chat.client.options import Options, read


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run the program, and return its exit status.
    """
    try:
        options = read(sys.argv[1:] if arguments is None else arguments)
        return asyncio.run(_run(options))
    except ClientError as error:
        print(f"twisted-chat: {error}", file=sys.stderr)
        return error.status
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader of a pipe has gone: nothing is left to be said to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE


async def _run(options: Options) -> int:
    from twisted_chat.client.start import start  # noqa: PLC0415  # --help needs none of it

    await start(options)
    return DONE


if __name__ == "__main__":
    sys.exit(main())
