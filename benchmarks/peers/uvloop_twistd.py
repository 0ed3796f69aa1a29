"""
``twistd`` on Twisted's asyncio reactor around a loop of uvloop's.

Run by path, with the arguments of twistd.
"""

from __future__ import annotations

import asyncio

import uvloop
from twisted.internet import asyncioreactor

if __name__ == "__main__":
    loop = uvloop.new_event_loop()
    asyncio.set_event_loop(loop)
    asyncioreactor.install(loop)

    # Only now: this imports the installed reactor, and without -r twistd keeps that.
    from twisted.scripts.twistd import run

    run()
