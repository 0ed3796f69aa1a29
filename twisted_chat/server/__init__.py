"""
A server that runs: its options, endpoints and parts.
"""

import sys

if sys.flags.optimize > 1:
    # Here, before the commands are imported: without help they cannot be.
    raise SystemExit(
        "twistd chat: Python was told to drop docstrings, which are the help of the commands; "
        "set PYTHONOPTIMIZE to 1 or nothing, or use -O in place of -OO."
    )
