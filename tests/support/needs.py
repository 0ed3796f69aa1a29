"""
Programs that tests need, and that not every machine has.

Run by itself, it prints Debian's packages of those that are missing, for `.ci/run`.
"""

import os
import shutil
import sys

#: Debian's packages of each program.
PACKAGES = {
    "busybox": ["busybox"],
    "catgirl": ["catgirl"],
    "cc": ["gcc", "libc6-dev"],
    "chromium-headless-shell": ["chromium-headless-shell"],
    "curl": ["curl"],
    "dbclient": ["dropbear-bin"],
    "git": ["git"],
    "inetutils-telnet": ["inetutils-telnet"],
    "ip": ["iproute2"],
    "irssi": ["irssi"],
    "jq": ["jq"],
    "nc": ["netcat-openbsd"],
    "nc.openbsd": ["netcat-openbsd"],
    "ncat": ["ncat"],
    "nginx": ["nginx-light"],
    "openssl": ["openssl"],
    "plink": ["putty-tools"],
    "scp": ["openssh-client"],
    "ssh": ["openssh-client"],
    "ssh-keygen": ["openssh-client"],
    "ssh-keyscan": ["openssh-client"],
    "telnet": ["telnet"],
    "telnet-ssl": ["telnet-ssl"],
    "tmux": ["tmux"],
    "weechat": ["weechat-curses"],
    "weechat-headless": ["weechat-headless"],
}
#: What does as well.
INSTEAD = {"chromium-headless-shell": ["chromium"]}
# Where Debian has the programs of the administrator, which not everybody has on their PATH.
_ALSO = "/usr/local/sbin:/usr/sbin:/sbin"


def find(program: str) -> str | None:
    """
    Return the path of a program of `PACKAGES`, or of what does as well; None if there is none.
    """
    assert program in PACKAGES, f"{program} is not among the programs that .ci/run installs"
    path = f"{os.environ.get('PATH', os.defpath)}:{_ALSO}"
    names = [program, *INSTEAD.get(program, [])]
    return next(filter(None, (shutil.which(name, path=path) for name in names)), None)


def need(*programs: str) -> str:
    """
    Return the path of the first program; skip the test if one of them is not installed.

    Fail it where that cannot be: in CI, as ``CI=true`` says, on a machine on which `.ci/run`
    installs what is missing, where a test that is skipped would be missed by nobody.
    """
    # Not above: `.ci/run` looks for what is missing before there is an environment.
    import pytest

    found = [find(program) for program in programs]
    for program, path in zip(programs, found, strict=True):
        if path is None:
            if os.environ.get("CI") == "true" and shutil.which("apt-get") and not os.geteuid():
                pytest.fail(f"{program} is not installed, though it can be here")
            pytest.skip(f"{program} is not installed")
    assert found[0] is not None
    return found[0]


if __name__ == "__main__":
    missing = [program for program in PACKAGES if find(program) is None]
    wanted = dict.fromkeys(package for program in missing for package in PACKAGES[program])
    sys.stdout.write("".join(f"{package}\n" for package in wanted))
