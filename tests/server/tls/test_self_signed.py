"""
A self-signed certificate: made once, for its owner alone, and accepted by who pins it.
"""

from __future__ import annotations

import datetime as dt
import os
import ssl
import stat
import subprocess
from pathlib import Path

import pytest
from needs import need
from shared_port import Port
from shared_tls import Encrypted, trusting

from twisted_chat.server.identity import Identity
from twisted_chat.server.tls.certificates import Certificates, Unfit
from twisted_chat.server.tls.self_signed import self_signed


def test_a_self_signed_certificate_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "self-signed.pem"
    umask = os.umask(0)
    try:
        pair = self_signed(path, Identity())
    finally:
        os.umask(umask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    first = pair.read().fingerprint
    assert self_signed(path, Identity()).read().fingerprint == first
    assert [each.name for each in tmp_path.iterdir()] == ["self-signed.pem"]
    assert pair.read().ends_at - dt.datetime.now(dt.UTC) > dt.timedelta(days=3600)
    # A client that has pinned the file itself accepts it.
    port = Port(certificates=Certificates([pair]))
    client = Encrypted(port.connect(), trusting(path), "localhost")
    client.shakes_hands()
    assert client.certificate == ssl.PEM_cert_to_DER_cert(
        path.read_text()[path.read_text().index("-----BEGIN CERTIFICATE") :]
    )


def test_the_fingerprint_is_that_of_openssl(tmp_path: Path) -> None:
    path = tmp_path / "self-signed.pem"
    pair = self_signed(path, Identity())
    openssl = [need("openssl"), "x509", "-noout", "-fingerprint", "-sha256", "-in", str(path)]
    told = subprocess.run(openssl, capture_output=True, check=True, text=True).stdout
    assert told.strip().partition("=")[2] == pair.read().fingerprint


def test_where_none_can_be_made_the_folder_is_named(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "self-signed.pem"
    with pytest.raises(Unfit) as refused:
        self_signed(path, Identity())
    assert str(refused.value) == f"cannot write {path}: No such file or directory."
