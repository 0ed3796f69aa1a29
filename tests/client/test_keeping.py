"""
What the client keeps: for its user alone, and each thing in its place.
"""

import stat
from pathlib import Path

import pytest

from twisted_chat.client.errors import UsageError
from twisted_chat.client.keeping import INSECURE, VERIFIED, Keeping
from twisted_chat.client.net.address import parse

PLAIN, TLS = parse("chat://chat.example"), parse("chats://chat.example")


def test_a_token_is_kept_for_the_user_alone(tmp_path: Path) -> None:
    keeping = Keeping(tmp_path / "kept")
    keeping.keep_fingerprint(TLS, VERIFIED)
    assert keeping.token(TLS, "ada") == ""
    keeping.keep_token(TLS, "Ada", "secret")
    assert keeping.token(TLS, "ada") == "secret"
    files = list((tmp_path / "kept").rglob("*.token"))
    assert [stat.S_IMODE(path.stat().st_mode) for path in files] == [0o600]
    assert stat.S_IMODE((tmp_path / "kept").stat().st_mode) == 0o700
    # One that came over TLS is not sent without it, nor to another server.
    assert keeping.token(PLAIN, "ada") == ""
    assert keeping.token(parse("chats://chat.example:1"), "ada") == ""
    keeping.keep_token(TLS, "ada", "")
    keeping.keep_token(TLS, "ada", "")
    assert keeping.token(TLS, "ada") == ""


def test_what_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    keeping = Keeping(tmp_path)
    address = parse("chat.example")
    keeping.keep_token(address, "ada", "t1")
    history = keeping.history()
    (token,) = (tmp_path / "tokens").rglob("*.token")
    for each in (token, history):
        each.chmod(0o644)
    assert keeping.token(address, "ada") == "t1"
    keeping.history()
    assert [each.stat().st_mode & 0o777 for each in (token, history)] == [0o600, 0o600]


def test_a_token_belongs_to_the_certificate_under_which_it_was_given(tmp_path: Path) -> None:
    keeping, insecure = Keeping(tmp_path), Keeping(tmp_path, INSECURE)
    given = Keeping(tmp_path, "CC:DD")
    for known in (VERIFIED, "AA:BB"):
        keeping.keep_fingerprint(TLS, known)
        assert keeping.token(TLS, "ada") == ""
        keeping.keep_token(TLS, "ada", known)
        assert keeping.token(TLS, "ada") == known
        assert insecure.token(TLS, "ada") == given.token(TLS, "ada") == ""
    insecure.keep_token(TLS, "ada", "others may know it")
    given.keep_token(TLS, "ada", "given")
    assert keeping.token(TLS, "ada") == "AA:BB"
    assert insecure.token(TLS, "ada") == "others may know it"
    # The same fingerprint, however it came to be known.
    keeping.keep_fingerprint(TLS, "CC:DD")
    assert keeping.token(TLS, "ada") == "given"
    # What is not known is worth nothing, and is asked about first.
    keeping.fingerprint_file(TLS).unlink()
    assert keeping.token(TLS, "ada") == ""


def test_a_name_that_no_file_can_have_is_one_sentence_at_most(tmp_path: Path) -> None:
    keeping = Keeping(tmp_path)
    name = "太" * 100
    with pytest.raises(UsageError, match="cannot be written"):
        keeping.keep_token(PLAIN, name, "t")
    keeping.keep_token(PLAIN, name, "")
    assert keeping.token(PLAIN, name) == ""


def test_names_and_hosts_cannot_leave_the_folder(tmp_path: Path) -> None:
    keeping = Keeping(tmp_path / "kept")
    keeping.keep_token(parse("chat://[::1]"), "../../x/太郎", "t")
    assert keeping.token(parse("chat://[::1]"), "../../x/太郎") == "t"
    assert list(tmp_path.iterdir()) == [tmp_path / "kept"]


def test_a_visit_goes_on_in_one_process(tmp_path: Path) -> None:
    first, second = Keeping(tmp_path), Keeping(tmp_path)
    assert first.take(TLS, "ada")
    assert not second.take(TLS, "ada")
    assert second.take(TLS, "bob")
    # The same process asks again where its user has logged out and comes back.
    assert first.take(TLS, "ada")
    first.release()
    assert second.take(TLS, "ada")
    second.release()


def test_fingerprints_and_lines_are_kept(tmp_path: Path) -> None:
    keeping = Keeping(tmp_path)
    assert keeping.fingerprint(TLS) == ""
    keeping.keep_fingerprint(TLS, "AB:CD")
    assert keeping.fingerprint(TLS) == "AB:CD"
    path = keeping.history()
    assert path.read_text() == ""
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_text("kept")
    assert keeping.history().read_text() == "kept"


def test_where_nothing_can_be_written_one_sentence_says_so(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("a file in the place of the folder")
    keeping = Keeping(tmp_path / "kept")
    with pytest.raises(UsageError, match=r"ada\.token cannot be written \(.*\)\.$"):
        keeping.keep_token(TLS, "ada", "t")
    assert keeping.take(TLS, "ada")
    assert keeping.history() == Path("/dev/null")


def test_a_file_that_is_damaged_is_as_good_as_none(tmp_path: Path) -> None:
    keeping = Keeping(tmp_path)
    keeping.keep_fingerprint(TLS, VERIFIED)
    keeping.keep_token(TLS, "ada", "t")
    (path,) = tmp_path.rglob("*.token")
    assert keeping.token(TLS, "ada") == "t"
    path.write_bytes(b"\xff\xfe")
    assert keeping.token(TLS, "ada") == ""


@pytest.mark.parametrize("damage", [b"", b"\xff\xfe", b"AB:C", b"<html>"])
def test_a_server_whose_fingerprint_cannot_be_read_is_not_taken_for_a_new_one(
    tmp_path: Path, damage: bytes
) -> None:
    keeping = Keeping(tmp_path)
    keeping.keep_fingerprint(TLS, "AB:CD")
    keeping.fingerprint_file(TLS).write_bytes(damage)
    with pytest.raises(UsageError, match=r"cannot be read\. Mend that file, or delete it"):
        keeping.fingerprint(TLS)
