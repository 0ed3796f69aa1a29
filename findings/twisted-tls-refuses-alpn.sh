#!/bin/sh
# Twisted 26.10.0 with pyOpenSSL 26.4.0: the TLS of a server that names no protocols (ALPN).
#
# Guess: a server made with CertificateOptions without `acceptableProtocols` answers a client that
# names protocols, as curl and browsers do, as if it knew nothing of the extension (RFC 7301).
#
# Behaviour: it refuses each such client with a fatal internal_error; only clients that name none get
# in.  That is so for every factory that does not name protocols itself, and for the `ssl:` endpoint.
#
# Output seen:
#     []: completed
#     ['http/1.1']: TLSV1_ALERT_INTERNAL_ERROR
#     ['irc']: TLSV1_ALERT_INTERNAL_ERROR
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet 'twisted==26.10.0' 'pyopenssl==26.4.0' \
    'service-identity==26.1.0' 'cryptography==50.0.2' 2>/dev/null

cat > "$folder/alpn.py" <<'END'
import datetime
import ssl

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.ssl import PrivateCertificate
from twisted.internet.testing import StringTransport
from twisted.protocols.tls import TLSMemoryBIOFactory

key = ec.generate_private_key(ec.SECP256R1())
name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "chat.example")])
now = datetime.datetime.now(datetime.timezone.utc)
made = (
    x509.CertificateBuilder()
    .subject_name(name)
    .issuer_name(name)
    .public_key(key.public_key())
    .serial_number(1)
    .not_valid_before(now - datetime.timedelta(days=1))
    .not_valid_after(now + datetime.timedelta(days=1))
    .sign(key, hashes.SHA256())
)
pem = key.private_bytes(
    serialization.Encoding.PEM,
    serialization.PrivateFormat.PKCS8,
    serialization.NoEncryption(),
) + made.public_bytes(serialization.Encoding.PEM)
options = PrivateCertificate.loadPEM(pem).options()


def handshake(protocols):
    server = TLSMemoryBIOFactory(options, False, Factory.forProtocol(Protocol)).buildProtocol(None)
    transport = StringTransport()
    server.makeConnection(transport)
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if protocols:
        context.set_alpn_protocols(protocols)
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = context.wrap_bio(incoming, outgoing)
    for _ in range(5):
        try:
            client.do_handshake()
            return "completed"
        except ssl.SSLWantReadError:
            server.dataReceived(outgoing.read())
            incoming.write(transport.value())
            transport.clear()
        except ssl.SSLError as error:
            return error.reason
    return "not completed"


for protocols in ([], ["http/1.1"], ["irc"]):
    print(f"{protocols}: {handshake(protocols)}")
END

seen=$("$folder/venv/bin/python" "$folder/alpn.py")
echo "$seen"
[ "$seen" = "$(sed -n '/^# Output seen/,/^set -eu/s/^#     //p' "$0")" ]
