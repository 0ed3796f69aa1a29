"""
Certificates as an authority gives them: a root that clients know, one between, and one's own.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from attrs import frozen
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common_name)])


def pem_of_key(key: ec.EllipticCurvePrivateKey, passphrase: bytes = b"") -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(passphrase)
        if passphrase
        else serialization.NoEncryption(),
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


@frozen
class Issued:
    """
    A certificate as certbot leaves it.
    """

    fullchain: Path
    privkey: Path
    leaf: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.leaf.public_bytes(serialization.Encoding.DER)


class Authority:
    """
    Signs certificates by way of one between.

    Attributes:
        root: the file that clients trust.
    """

    def __init__(self, folder: Path, now: dt.datetime | None = None) -> None:
        self.folder = folder
        self.now = now or dt.datetime.now(dt.UTC)
        self._root_key = ec.generate_private_key(ec.SECP256R1())
        self._between_key = ec.generate_private_key(ec.SECP256R1())
        root = self._sign(_name("root"), self._root_key, _name("root"), self._root_key, depth=1)
        self._between = self._sign(
            _name("between"), self._between_key, _name("root"), self._root_key, depth=0
        )
        self.root = folder / "root.pem"
        self.root.write_bytes(_pem(root))

    def issue(self, name: str, *hosts: str, days: float = 90) -> Issued:
        """
        Write a certificate for ``hosts``, with the one between, and its key.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        leaf = self._sign(
            _name(name), key, _name("between"), self._between_key, hosts=hosts, days=days
        )
        issued = Issued(self.folder / f"{name}-full.pem", self.folder / f"{name}-key.pem", leaf)
        issued.fullchain.write_bytes(_pem(leaf) + _pem(self._between))
        issued.privkey.write_bytes(pem_of_key(key))
        return issued

    def _sign(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        issuer: x509.Name,
        issuer_key: ec.EllipticCurvePrivateKey,
        *,
        depth: int | None = None,
        hosts: tuple[str, ...] = (),
        days: float = 3650,
    ) -> x509.Certificate:
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.now - dt.timedelta(days=365))
            .not_valid_after(self.now + dt.timedelta(days=days))
            .add_extension(x509.BasicConstraints(depth is not None, depth), critical=True)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
            )
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
                critical=False,
            )
        )
        if hosts:
            names = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
            builder = builder.add_extension(names, critical=False)
        return builder.sign(issuer_key, hashes.SHA256())
