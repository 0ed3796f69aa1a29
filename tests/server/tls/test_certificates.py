"""
Certificates: read, sent with their whole chain, chosen by name, and renewed.
"""

from __future__ import annotations

import ssl
import subprocess
from pathlib import Path

import pytest
from certificate_chains import Authority, Issued, pem_of_key
from cryptography.hazmat.primitives.asymmetric import ec
from needs import need
from shared_port import Port
from shared_tls import Encrypted, trusting

from twisted_chat.server.tls.certificates import Certificates, Pair, Unfit


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def issued(authority: Authority) -> Issued:
    return authority.issue("chat", "chat.example")


def pair_of(issued: Issued) -> Pair:
    return Pair(issued.fullchain, issued.privkey)


def shown(certificates: Certificates, root: Path, host: str = "chat.example") -> bytes:
    """
    Return the certificate that a client is shown who trusts ``root`` and asks for ``host``.
    """
    client = Encrypted(Port(certificates=certificates).connect(), trusting(root), host)
    client.shakes_hands()
    return client.certificate


def test_a_client_that_trusts_the_root_alone_accepts_what_certbot_writes(
    authority: Authority, issued: Issued
) -> None:
    assert shown(Certificates([pair_of(issued)]), authority.root) == issued.der


def test_the_leaf_alone_would_not_do(authority: Authority, issued: Issued, tmp_path: Path) -> None:
    first, _, _ = issued.fullchain.read_bytes().partition(b"-----END CERTIFICATE-----\n")
    leaf = tmp_path / "cert.pem"
    leaf.write_bytes(first + b"-----END CERTIFICATE-----\n")
    with pytest.raises(ssl.SSLCertVerificationError):
        shown(Certificates([Pair(leaf, issued.privkey)]), authority.root)
    rest = tmp_path / "chain.pem"
    rest.write_bytes(issued.fullchain.read_bytes()[len(leaf.read_bytes()) :])
    whole = Certificates([Pair(leaf, issued.privkey, rest)])
    assert shown(whole, authority.root) == issued.der


def test_a_renewed_certificate_is_for_those_who_come_then_and_others_live_on(
    authority: Authority, issued: Issued
) -> None:
    certificates = Certificates([pair_of(issued)])
    port = Port(certificates=certificates)
    alice = Encrypted(port.connect(), trusting(authority.root))
    alice.shakes_hands()
    alice.sends(b"alice\n")
    again = authority.issue("again", "chat.example")
    certificates.renew([pair_of(again)])
    bob = Encrypted(port.connect(), trusting(authority.root))
    bob.shakes_hands()
    bob.sends(b"bob\n")
    assert (alice.certificate, bob.certificate) == (issued.der, again.der)
    alice.reads()
    bob.sends(b"hello\n")
    assert alice.reads() == b"bob: hello\r\n"


def test_the_certificate_is_that_of_the_name_that_is_asked_for(authority: Authority) -> None:
    first = authority.issue("first", "chat.example", "talk.example")
    second = authority.issue("second", "Other.example", "*.wild.example")
    certificates = Certificates([pair_of(first), pair_of(second)])
    for host, expected in [
        ("chat.example", first),
        ("talk.example", first),
        ("other.example", second),
        ("any.wild.example", second),
    ]:
        assert shown(certificates, authority.root, host) == expected.der
    for host in ("nobody.example", "a.b.wild.example", "wild.example"):
        with pytest.raises(ssl.SSLCertVerificationError, match="match"):
            shown(certificates, authority.root, host)


def test_a_client_that_names_other_protocols_is_served_all_the_same(
    authority: Authority, issued: Issued
) -> None:
    for offered in (["h2", "http/1.1"], ["irc"]):
        context = trusting(authority.root)
        context.set_alpn_protocols(offered)
        client = Encrypted(Port(certificates=Certificates([pair_of(issued)])).connect(), context)
        client.shakes_hands()
        chosen = client._tls.selected_alpn_protocol()
        assert chosen == ("http/1.1" if "h2" in offered else None)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_two_versions_of_tls_are_spoken(
    authority: Authority, issued: Issued, version: ssl.TLSVersion
) -> None:
    context = trusting(authority.root)
    context.minimum_version = context.maximum_version = version
    client = Encrypted(Port(certificates=Certificates([pair_of(issued)])).connect(), context)
    client.shakes_hands()
    assert client.version == version.name.replace("_", ".")


def test_older_ones_are_not(authority: Authority, issued: Issued) -> None:
    context = trusting(authority.root)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="deprecated"):
        context.minimum_version = ssl.TLSVersion.TLSv1
    with pytest.warns(DeprecationWarning, match="deprecated"):
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    client = Encrypted(Port(certificates=Certificates([pair_of(issued)])).connect(), context)
    with pytest.raises(ssl.SSLError):
        client.shakes_hands()


def with_rsa(folder: Path) -> Pair:
    certificate, key = folder / "rsa.pem", folder / "rsa-key.pem"
    subprocess.run(
        [
            *(need("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes"),
            *("-subj", "/CN=rsa", "-keyout", key, "-out", certificate),
        ],
        check=True,
        capture_output=True,
    )
    return Pair(certificate, key)


@pytest.mark.parametrize(
    ("ciphers", "is_spoken"),
    [
        ("ECDHE-RSA-AES128-GCM-SHA256", True),
        ("ECDHE-RSA-CHACHA20-POLY1305", True),
        # In blocks, and without forward secrecy.
        ("ECDHE-RSA-AES256-SHA384", False),
        ("ECDHE-RSA-AES128-SHA", False),
        ("AES256-GCM-SHA384", False),
        ("DHE-RSA-AES128-GCM-SHA256", False),
    ],
)
def test_only_ciphers_with_forward_secrecy_and_one_pass_are_spoken(
    tmp_path: Path, ciphers: str, is_spoken: bool
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(ciphers)
    client = Encrypted(Port(certificates=Certificates([with_rsa(tmp_path)])).connect(), context)
    if is_spoken:
        client.shakes_hands()
        assert client.version == "TLSv1.2"
    else:
        with pytest.raises(ssl.SSLError):
            client.shakes_hands()


def test_a_client_is_asked_for_a_certificate_and_needs_none(
    authority: Authority, issued: Issued, tmp_path: Path
) -> None:
    stranger = Authority(tmp_path).issue("stranger")
    for own in (None, stranger):
        context = trusting(authority.root)
        if own is not None:
            context.load_cert_chain(own.fullchain, own.privkey)
        port = Port(certificates=Certificates([pair_of(issued)]))
        client = Encrypted(port.connect(), context)
        client.shakes_hands()
        client.sends(b"alice\n")
        assert b"You are in #lobby as alice" in client.reads()


def test_a_session_of_tls_is_resumed(authority: Authority, issued: Issued) -> None:
    port = Port(certificates=Certificates([pair_of(issued)]))
    context = trusting(authority.root)
    first = Encrypted(port.connect(), context)
    first.shakes_hands()
    first.sends(b"alice\n")
    first.reads()
    again = Encrypted(port.connect(), context, session=first.session)
    again.shakes_hands()
    again.sends(b"bob\n")
    assert b"You are in #lobby as bob" in again.reads()
    assert again.is_resumed


# -- what cannot be used --------------------------------------------------------------------------

NO_CERTIFICATE = (
    "{file} holds no certificate in PEM; use the fullchain.pem of certbot, or what openssl writes."
)


def test_a_pair_that_does_not_fit_is_refused_and_the_old_one_stays(
    authority: Authority, issued: Issued
) -> None:
    certificates = Certificates([pair_of(issued)])
    other = authority.issue("other", "chat.example")
    with pytest.raises(Unfit) as refused:
        certificates.renew([Pair(other.fullchain, issued.privkey)])
    assert str(refused.value) == (
        f"{issued.privkey} is not the key of {other.fullchain}; "
        "both must be of one renewal, and the chain must begin with its own certificate."
    )
    assert certificates.pairs == [pair_of(issued)]
    assert shown(certificates, authority.root) == issued.der


@pytest.mark.parametrize(
    ("which", "content", "sentence"),
    [
        (
            "certificate",
            b"",
            NO_CERTIFICATE,
        ),
        (
            "certificate",
            b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            NO_CERTIFICATE,
        ),
        ("key", b"x", "{file} holds no private key in PEM; use the privkey.pem of certbot."),
        (
            "key",
            pem_of_key(ec.generate_private_key(ec.SECP256R1()), b"passphrase"),
            "{file} has a passphrase; write it without with `openssl pkey -in OLD -out NEW`.",
        ),
    ],
    ids=["empty", "no certificate", "no key", "passphrase"],
)
def test_a_file_that_cannot_be_used_is_named_with_what_would_do(
    issued: Issued, tmp_path: Path, which: str, content: bytes, sentence: str
) -> None:
    file = tmp_path / "file.pem"
    file.write_bytes(content)
    pair = Pair(file, issued.privkey) if which == "certificate" else Pair(issued.fullchain, file)
    with pytest.raises(Unfit) as refused:
        Certificates([pair])
    assert str(refused.value) == sentence.format(file=file)


def test_a_file_that_is_not_there_is_named(issued: Issued, tmp_path: Path) -> None:
    missing = tmp_path / "missing.pem"
    for pair in (Pair(missing, issued.privkey), Pair(issued.fullchain, missing)):
        with pytest.raises(Unfit) as refused:
            Certificates([pair])
        assert str(refused.value) == f"cannot read {missing}: No such file or directory."
    with pytest.raises(Unfit, match="cannot be a file: embedded null byte"):
        Certificates([Pair(Path("a\0b"), issued.privkey)])
