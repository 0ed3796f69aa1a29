"""
Whom the server runs as: read from twistd's options, and assumed for a while.
"""

import os
import pwd
from pathlib import Path
from typing import Any

import pytest

from twisted_chat.options import BadSetting
from twisted_chat.server.identity import Identity

_NOBODY = pwd.getpwnam("nobody")

only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
only_others = pytest.mark.skipif(os.geteuid() == 0, reason="root can become every user")


def test_without_a_user_everything_stays_as_it_is() -> None:
    before = os.geteuid(), os.getegid(), os.getgroups()
    with Identity().assumed():
        assert (os.geteuid(), os.getegid(), os.getgroups()) == before


def test_another_root_folder_is_refused() -> None:
    with pytest.raises(BadSetting, match=r"^--chroot cannot be used, .*; use a container, or .*"):
        Identity.of({"chroot": "/srv"})


@only_others
@pytest.mark.parametrize("given", [{"uid": 0}, {"gid": 0}])
def test_only_root_may_name_another_user(given: dict[str, Any]) -> None:
    with pytest.raises(BadSetting, match="work for root only"):
        Identity.of(given)


@only_root
def test_a_user_has_their_own_group_unless_another_is_named() -> None:
    assert Identity.of({"uid": _NOBODY.pw_uid}).gid == _NOBODY.pw_gid
    assert Identity.of({"uid": _NOBODY.pw_uid, "gid": 1}).gid == 1
    with pytest.raises(BadSetting, match=r"^--uid: there is no user 54321"):
        Identity.of({"uid": 54321})


@only_root
def test_what_is_made_meanwhile_is_theirs_and_root_is_root_again(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    folder = os.open(tmp_path, os.O_RDONLY)
    before = os.geteuid(), os.getegid(), os.getgroups()
    identity = Identity(_NOBODY.pw_uid, _NOBODY.pw_gid)
    with identity.assumed():
        # By its descriptor: the folders above may be root's alone.
        os.close(os.open("made", os.O_CREAT, dir_fd=folder))
        assert os.getgroups() == os.getgrouplist("nobody", _NOBODY.pw_gid)
    made = (tmp_path / "made").stat()
    assert (made.st_uid, made.st_gid) == (_NOBODY.pw_uid, _NOBODY.pw_gid)
    assert (os.geteuid(), os.getegid(), os.getgroups()) == before
    os.close(folder)


@only_root
def test_after_an_error_root_is_root_again() -> None:
    with pytest.raises(KeyError), Identity(_NOBODY.pw_uid, _NOBODY.pw_gid).assumed():
        raise KeyError
    assert os.geteuid() == 0


@only_root
@pytest.mark.parametrize(
    ("identity", "owner"),
    [
        (Identity(_NOBODY.pw_uid, 1), (_NOBODY.pw_uid, 1)),
        (Identity(gid=1), (0, 1)),
        (Identity(), (0, 0)),
    ],
)
def test_an_open_file_becomes_theirs(
    tmp_path: Path, identity: Identity, owner: tuple[int, int]
) -> None:
    path = tmp_path / "log"
    with path.open("w") as log:
        identity.give(log.fileno())
    assert (path.stat().st_uid, path.stat().st_gid) == owner


@only_root
def test_a_pipe_stays_whose_it_is() -> None:
    reading, writing = os.pipe()
    owner = os.fstat(writing).st_uid
    Identity(_NOBODY.pw_uid, _NOBODY.pw_gid).give(writing)
    assert os.fstat(writing).st_uid == owner == 0
    os.close(reading)
    os.close(writing)
