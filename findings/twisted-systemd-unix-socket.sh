#!/bin/sh
# Twisted 26.10.0: endpoint "systemd:domain=UNIX:index=0", a listening UNIX socket that
# a launcher opened and handed over as sd_listen_fds(3) says.
#
# Behaviour: the reactor takes the socket for one that it bound itself.  When the port is closed, it
# removes the file of the socket, though the launcher still holds the socket and hands it to the
# next process: nobody finds it by its path any more.  A TCP socket handed over likewise goes on.
# It also changes the mode of the file to 0666, which a process that does not own it cannot.
#
# And where LISTEN_FDS comes without LISTEN_FDNAMES, which sd_listen_fds(3) allows, no socket is
# found at all, also by its index: "list index out of range".
#
# Output seen:
#     with a name: mode 600 became 666; after the stop the file is gone
#     without a name: IndexError: list index out of range
#
# Needs python3 with venv, and the network for one package.  Loopback only.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet 'twisted==26.10.0'

cat > "$folder/served.py" <<'END'
import os, stat, sys
from twisted.internet import reactor
from twisted.internet.endpoints import serverFromString
from twisted.internet.protocol import Factory, Protocol

path = sys.argv[1]
try:
    endpoint = serverFromString(reactor, "systemd:domain=UNIX:index=0")
except LookupError as error:
    print(f"without a name: {type(error).__name__}: {error}")
    sys.exit()
before = stat.S_IMODE(os.stat(path).st_mode)
ports = []
endpoint.listen(Factory.forProtocol(Protocol)).addCallback(ports.append)
after = stat.S_IMODE(os.stat(path).st_mode)


def stopped(_):
    left = "is there" if os.path.exists(path) else "is gone"
    print(f"with a name: mode {before:o} became {after:o}; after the stop the file {left}")
    reactor.stop()


reactor.callWhenRunning(lambda: ports[0].stopListening().addCallback(stopped))
reactor.callLater(20, reactor.stop)
reactor.run()
END

cat > "$folder/launcher.py" <<'END'
import os, socket, sys

python, served, path, names = sys.argv[1:]
listening = socket.socket(socket.AF_UNIX)
listening.bind(path)
listening.listen()
os.chmod(path, 0o600)
child = os.fork()
if not child:
    os.dup2(listening.fileno(), 103)
    os.dup2(103, 3)
    os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
    if names:
        os.environ["LISTEN_FDNAMES"] = names
    os.execv(python, [python, served, path])
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
END

python=$folder/venv/bin/python
{
    "$python" "$folder/launcher.py" "$python" "$folder/served.py" "$folder/one.sock" chat
    "$python" "$folder/launcher.py" "$python" "$folder/served.py" "$folder/two.sock" ""
} > "$folder/output"
cat "$folder/output"
diff - "$folder/output" <<'END'
with a name: mode 600 became 666; after the stop the file is gone
without a name: IndexError: list index out of range
END
