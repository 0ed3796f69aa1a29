"""
The operator's mail server, as it stands in the settings.
"""

import pytest

from twisted_chat.options import BadSetting
from twisted_chat.server.mail.place import MailServer

SENDER = "chat@example.org"


@pytest.mark.parametrize(
    ("place", "tls", "host", "port"),
    [
        ("mail.example.org", "starttls", "mail.example.org", 587),
        ("mail.example.org", "tls", "mail.example.org", 465),
        ("localhost", "off", "localhost", 25),
        ("127.0.0.1:2525", "off", "127.0.0.1", 2525),
        ("[::1]", "starttls", "::1", 587),
        ("[2001:db8::1]:26", "starttls", "2001:db8::1", 26),
    ],
)
def test_where_it_is(place: str, tls: str, host: str, port: int) -> None:
    server = MailServer.read(place, tls, "", SENDER)
    assert (server.host, server.port, server.tls) == (host, port, tls)
    assert (server.place, server.user) == ("example.org", "")


def test_who_comes_to_it_and_the_password_is_never_shown() -> None:
    server = MailServer.read("mail.example.org", "tls", "chat\nwith space and ü\n", SENDER)
    assert (server.user, server.password) == ("chat", "with space and ü")
    assert "with space" not in repr(server)


@pytest.mark.parametrize(
    ("place", "tls", "login", "sender", "told"),
    [
        ("", "tls", "", SENDER, "smtp and smtp-sender belong together: give both."),
        ("mail", "tls", "", "", "smtp and smtp-sender belong together: give both."),
        (
            "mail:0", "tls", "", SENDER,
            "smtp must be a host or host:port, such as mail.example.org:587, not 'mail:0'.",
        ),
        (
            "mail:65536", "tls", "", SENDER,
            "smtp must be a host or host:port, such as mail.example.org:587, not 'mail:65536'.",
        ),
        (
            "smtp://mail", "tls", "", SENDER,
            "smtp must be a host or host:port, such as mail.example.org:587, not 'smtp://mail'.",
        ),
        (
            "mail", "tls", "", "chat\nBcc: x@y",
            "smtp-sender must be an address such as chat@example.org, not 'chat\\nBcc: x@y'.",
        ),
        (
            "mail", "off", "chat\nsecret\n", SENDER,
            "smtp-login needs TLS: give smtp-tls as starttls or tls.",
        ),
        (
            "mail", "tls", "secret\n", SENDER,
            "smtp-login must be a file of two lines: the user's name, and the password.",
        ),
        (
            "mail", "tls", "chat\nsecret\nmore\n", SENDER,
            "smtp-login must be a file of two lines: the user's name, and the password.",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_in_one_sentence(
    place: str, tls: str, login: str, sender: str, told: str
) -> None:
    with pytest.raises(BadSetting) as caught:
        MailServer.read(place, tls, login, sender)
    assert str(caught.value) == told
