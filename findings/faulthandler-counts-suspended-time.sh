#!/bin/sh
# CPython 3.11.2 (Debian 12): faulthandler.dump_traceback_later(seconds).
#
# Guess: a process that is suspended, by Ctrl-Z or `kill -STOP`, does not use up the time, or has a
# moment to put the alarm off when it goes on.
#
# Behaviour: the time goes on, by the monotonic clock.  A process that was suspended for longer
# dumps its stacks as soon as it is continued, and with exit=True it ends then, before any Python
# code runs.  A program that puts the alarm off regularly has to cancel it before it is suspended.
#
# Output seen:
#     suspended for 2 s of an alarm of 1 s: ended with status 1
#     the same, but for 0 s: ended with status 0
set -eu
cat_program() {
    cat <<'END'
import faulthandler
import os
import signal
import subprocess
import sys
import time

# Puts an alarm of one second off every tenth of a second, ten times.
CHILD = """
import faulthandler, time
for _ in range(10):
    faulthandler.dump_traceback_later(1, exit=True)
    time.sleep(0.1)
"""
for seconds, words in ((2, "suspended for 2 s of an alarm of 1 s"), (0, "the same, but for 0 s")):
    child = subprocess.Popen([sys.executable, "-c", CHILD], stderr=subprocess.DEVNULL)
    time.sleep(0.5)
    child.send_signal(signal.SIGSTOP)
    time.sleep(seconds)
    child.send_signal(signal.SIGCONT)
    print(f"{words}: ended with status {child.wait()}")
END
}

seen=$(cat_program | /usr/bin/python3)
echo "$seen"
[ "$seen" = "$(sed -n '/^# Output seen/,/^set -eu/s/^#     //p' "$0")" ]
