"""
Proving who owns an account, by a password or by the key of a TLS certificate.
"""

import base64
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from certificate_chains import Issued
from shared_irc import Clients
from shared_irc_tls import Secure, SecureClient, print_of
from websockets.client import ClientProtocol
from websockets.uri import parse_uri

from twisted_chat.doors.web.forwarded import Proxies
from twisted_chat.doors.websocket.protocol import WebSocketFactory
from twisted_chat.errors import NotAllowed
from twisted_chat.people.logins import Logins

PASSWORD = "correct-horse"


def coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode() or "+"


def numerics(lines: list[str]) -> list[str]:
    return [line.split()[1] for line in lines]


@pytest.fixture
def secure(tmp_path: Path) -> Secure:
    return Secure(tmp_path)


def begins(client: SecureClient, nick: str) -> list[str]:
    """
    Begin as clients do that have a certificate, and return what is answered.
    """
    lines = client.asks("CAP LS 302")
    assert "sasl=PLAIN,EXTERNAL" in " ".join(lines).split()
    asked = client.asks("CAP REQ sasl", f"NICK {nick}", "USER t 0 * :T", "AUTHENTICATE EXTERNAL")
    assert asked[-1] == ":chat.example AUTHENTICATE +"
    return asked


def test_who_registers_with_a_certificate_comes_back_by_it(secure: Secure) -> None:
    laptop = secure.issue("tina at the laptop")
    client = secure.connect(laptop)
    client.asks("NICK tina", "USER t 0 * :T")
    told = client.asks(f"PRIVMSG NickServ :REGISTER {PASSWORD}")
    assert ":chat.example 900 tina tina!~u@chat tina :You are now logged in as tina" in told
    assert any(print_of(laptop) in line for line in told)
    (listed,) = client.asks("KEYS")
    assert f"{print_of(laptop)} tls-certificate tina at the laptop: since " in listed
    assert listed.endswith("not used yet")
    client.asks("QUIT")
    again = secure.connect(laptop)
    begins(again, "Tina")
    assert again.asks("AUTHENTICATE +") == [
        ":chat.example 900 * Tina!~u@chat tina :You are now logged in as tina",
        ":chat.example 903 * :SASL authentication successful",
    ]
    assert again.asks("CAP END")[0].startswith(":chat.example 001 tina ")
    assert "last used" in again.asks("KEYS")[0]


def registered(secure: Secure, nick: str) -> Issued:
    """
    Return the certificate with which ``nick`` has registered, and gone.
    """
    laptop = secure.issue("laptop")
    client = secure.connect(laptop)
    client.asks(f"NICK {nick}", "USER u 0 * :U", f"PRIVMSG NickServ :REGISTER {PASSWORD}", "QUIT")
    return laptop


def test_a_certificate_counts_for_the_nick_that_a_client_takes_behind_it(secure: Secure) -> None:
    # As irssi 1.4 does it.
    laptop = registered(secure, "tina")
    again = secure.connect(laptop)
    again.asks("CAP LS 302", "CAP REQ sasl", "AUTHENTICATE EXTERNAL")
    success = ":chat.example 903 * :SASL authentication successful"
    assert again.asks("AUTHENTICATE +") == [success]
    assert again.asks("CAP END", "NICK tina", "USER t 0 * :T")[:2] == [
        ":chat.example 900 * tina!~u@chat tina :You are now logged in as tina",
        ":chat.example 001 tina :Welcome to the chat, tina!~u@chat",
    ]
    assert "last used" in again.asks("KEYS")[0]


def test_it_counts_until_a_nick_is_taken_and_not_behind_that(
    secure: Secure, owner: SecureClient
) -> None:
    laptop = registered(secure, "bob")
    again = secure.connect(laptop)
    again.asks("CAP REQ sasl", "AUTHENTICATE EXTERNAL", "AUTHENTICATE +")
    # That is another one's, who has not added the certificate.
    assert numerics(again.asks("CAP END", "USER b 0 * :B", "NICK tina")) == ["904", "433"]
    assert numerics(again.asks("NICK bob"))[:2] == ["900", "001"]
    third = secure.connect(laptop)
    third.asks("CAP REQ sasl", "AUTHENTICATE EXTERNAL", "AUTHENTICATE +", f"PASS {PASSWORD}")
    assert numerics(third.asks("CAP END", "USER t 0 * :T", "NICK tina"))[:2] == ["904", "001"]


def test_an_account_that_was_just_made_counts_before_a_certificate(secure: Secure) -> None:
    laptop = registered(secure, "bob")
    hub = secure.port.chat.hub
    hub.world.limits = evolve(hub.world.limits, guests="off")
    again = secure.connect(laptop)
    again.asks("CAP REQ sasl", "AUTHENTICATE EXTERNAL", "AUTHENTICATE +")
    again.asks("NICK tina", "USER t 0 * :T")
    assert any("REGISTER SUCCESS tina" in line for line in again.asks(f"REGISTER * * {PASSWORD}"))
    told = again.asks("CAP END")
    assert numerics(told)[0] == "001"
    assert told[0].startswith(":chat.example 001 tina ")


@pytest.mark.parametrize("other", ["PLAIN", "*"])
def test_a_certificate_does_not_count_any_more_once_a_client_begins_again(
    secure: Secure, other: str
) -> None:
    laptop = registered(secure, "tina")
    again = secure.connect(laptop)
    again.asks("CAP REQ sasl", "AUTHENTICATE EXTERNAL", "AUTHENTICATE +", f"AUTHENTICATE {other}")
    assert "433" in numerics(again.asks("CAP END", "NICK tina", "USER t 0 * :T"))


def test_a_certificate_that_opens_no_account_is_refused_before_there_is_a_nick(
    secure: Secure,
) -> None:
    client = secure.connect(secure.issue("laptop"))
    client.asks("CAP REQ sasl", "AUTHENTICATE EXTERNAL")
    assert numerics(client.asks("AUTHENTICATE +")) == ["904"]


@pytest.fixture
def owner(secure: Secure) -> SecureClient:
    """
    Return a client of tina, who is registered, without a certificate.
    """
    client = secure.connect()
    client.asks("NICK tina", "USER t 0 * :T", f"PRIVMSG NickServ :REGISTER {PASSWORD}")
    return client


@pytest.mark.parametrize("form", ["colons", "bare", "openssl"])
def test_a_certificate_is_added_by_its_fingerprint_and_removed(
    secure: Secure, owner: SecureClient, form: str
) -> None:
    laptop = secure.issue("laptop")
    bare = print_of(laptop).removeprefix("SHA256:")
    colons = ":".join(bare[at : at + 2] for at in range(0, 64, 2)).upper()
    given = {"colons": colons, "bare": bare, "openssl": f"sha256 Fingerprint={colons}"}[form]
    owner.asks(f"KEY ADD {given}")
    client = secure.connect(laptop)
    begins(client, "tina")
    assert numerics(client.asks(f"AUTHENTICATE {coded('tina')}")) == ["900", "903"]
    owner.asks(f"PRIVMSG NickServ :CERT DEL {bare[:8]}")
    # It was proven before, and opens nothing any more.
    assert not any(" 001 " in line for line in client.asks("CAP END"))
    late = secure.connect(laptop)
    begins(late, "tina")
    (refused,) = late.asks("AUTHENTICATE +")
    assert refused == ":chat.example 904 * :Your TLS certificate opens no account"


def test_a_certificate_is_added_to_an_account_by_who_comes_with_it(
    secure: Secure, owner: SecureClient
) -> None:
    laptop = secure.issue("laptop")
    client = secure.connect(laptop)
    client.asks("NICK tina_", "USER t 0 * :T", f"PRIVMSG NickServ :IDENTIFY tina {PASSWORD}")
    client.asks("PRIVMSG NickServ :CERT ADD")
    assert print_of(laptop) in client.asks("PRIVMSG NickServ :CERT LIST")[0]


def test_a_certificate_of_two_accounts_opens_the_one_that_is_named(secure: Secure) -> None:
    laptop = secure.issue("laptop")
    for nick in ("tina", "work"):
        client = secure.connect(laptop)
        client.asks(f"NICK {nick}", "USER t 0 * :T", f"PRIVMSG NickServ :REGISTER {PASSWORD}")
        client.asks("QUIT")
    for nick, name, opened in [
        ("someone", "work", "work"), ("tina", "", "tina"), ("tina", "work", "work"),
        ("someone", "", ""), ("tina", "nobody", ""),
    ]:  # fmt: skip
        client = secure.connect(laptop)
        begins(client, nick)
        first = client.asks(f"AUTHENTICATE {coded(name)}")[0]
        assert (f" {opened} :You are now logged in" in first) if opened else (" 904 " in first)
        client.asks("QUIT")


def test_who_adds_the_certificate_of_another_to_their_account_lures_nobody_in(
    secure: Secure, owner: SecureClient
) -> None:
    laptop = secure.issue("bob's laptop")
    owner.asks(f"KEY ADD {print_of(laptop)}")
    for steps in (["NICK bob"], ["NICK bob", "USER b 0 * :B"]):
        bob = secure.connect(laptop)
        bob.asks("CAP REQ sasl", *steps, "AUTHENTICATE EXTERNAL")
        assert numerics(bob.asks("AUTHENTICATE +")) == ["904"]
    bob = secure.connect(laptop)
    bob.asks("CAP REQ sasl", "AUTHENTICATE EXTERNAL", "AUTHENTICATE +")
    told = bob.asks("CAP END", "NICK bob", "USER b 0 * :B")
    assert numerics(told)[:2] == ["904", "001"]
    assert not any("logged in" in line for line in told)
    guest = secure.connect(laptop)
    guest.asks("NICK guest", "USER g 0 * :G", "AUTHENTICATE EXTERNAL")
    assert numerics(guest.asks("AUTHENTICATE +")) == ["904"]


def test_a_certificate_whose_login_was_refused_opens_no_account_by_a_password(
    secure: Secure, owner: SecureClient
) -> None:
    laptop = secure.issue("laptop")
    owner.asks(f"KEY ADD {print_of(laptop)}", "QUIT")
    hub = secure.port.chat.hub
    account = hub.world.find_account("tina")
    assert account is not None
    client = secure.connect(laptop)
    client.asks("CAP REQ sasl", "CAP END", "NICK guest", "USER g 0 * :G", "JOIN #den")
    come_back = Logins.come_back

    async def refuse(*_: Any, **__: Any) -> None:
        raise NotAllowed("Not today.", code="not-allowed")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Logins, "come_back", refuse)
        client.asks("AUTHENTICATE EXTERNAL")
        assert client.asks(f"AUTHENTICATE {coded('tina')}") == [
            ":chat.example 904 guest :Not today."
        ]
    assert Logins.come_back is come_back
    client.asks("AUTHENTICATE PLAIN")
    lines = client.asks(f"AUTHENTICATE {coded(f'{chr(0)}tina{chr(0)}{PASSWORD}')}")
    assert numerics(lines)[-1] == "903"
    assert account.user is not None
    assert [each.opened_by for each in account.user.sessions] == [""]
    assert any(line.endswith("not used yet") for line in client.asks("KEYS"))


def test_another_certificate_of_the_same_name_opens_nothing(
    secure: Secure, owner: SecureClient
) -> None:
    owner.asks(f"KEY ADD {print_of(secure.issue('laptop'))}")
    for stranger in (secure.issue("laptop"), secure.issue("laptop2"), None):
        client = secure.connect(stranger)
        begins(client, "tina")
        assert numerics(client.asks(f"AUTHENTICATE {coded('tina')}")) == ["904"]


def test_a_new_password_ends_what_a_certificate_opens(secure: Secure, owner: SecureClient) -> None:
    laptop = secure.issue("laptop")
    owner.asks(f"KEY ADD {print_of(laptop)}")
    hub = secure.port.chat.hub
    account = hub.world.find_account("tina")
    assert account is not None
    hub.accounts.revoke(account)
    client = secure.connect(laptop)
    begins(client, "tina")
    assert numerics(client.asks("AUTHENTICATE +")) == ["904"]


def test_without_tls_there_is_no_way_by_a_certificate() -> None:
    client = Clients().connect()
    assert "sasl=PLAIN" in " ".join(client.asks("CAP LS 302")).split()
    assert client.asks("CAP REQ sasl", "AUTHENTICATE EXTERNAL")[1:] == [
        ":chat.example 908 * PLAIN :are the mechanisms that there are",
        ":chat.example 904 * :There is no such mechanism",
    ]


def test_a_browser_is_not_asked_for_a_certificate(secure: Secure) -> None:
    laptop = secure.issue("laptop")
    secure.connect(laptop).asks(
        "NICK tina", "USER t 0 * :T", f"PRIVMSG NickServ :REGISTER {PASSWORD}", "QUIT"
    )
    client = secure.connect(laptop, alpn="http/1.1")
    begins(client, "tina")
    (refused,) = client.asks("AUTHENTICATE +")
    assert refused == ":chat.example 904 * :Your client has shown no TLS certificate"


@pytest.mark.parametrize("given", ["!!!", "YQ", base64.b64encode(b"\xff").decode()])
def test_what_cannot_be_read_is_refused(secure: Secure, given: str) -> None:
    client = secure.connect()
    begins(client, "tina")
    assert numerics(client.asks(f"AUTHENTICATE {given}")) == ["904"]
    assert numerics(client.asks("AUTHENTICATE *")) == ["906"]


def test_a_guest_who_is_here_already_logs_in_and_an_owner_does_not_twice(
    secure: Secure, owner: SecureClient
) -> None:
    owner.asks(f"KEY ADD {print_of(secure.issue('laptop'))}", "JOIN #den", "QUIT")
    guest = secure.connect()
    guest.asks("CAP REQ sasl", "CAP END", "NICK guest", "USER g 0 * :G", "JOIN #den")
    guest.asks("AUTHENTICATE PLAIN")
    lines = guest.asks(f"AUTHENTICATE {coded(f'{chr(0)}tina{chr(0)}{PASSWORD}')}")
    assert lines == [
        ":guest!~u@chat NICK :tina",
        ":chat.example MODE #den +q tina",
        ":chat.example 900 tina tina!~u@chat tina :You are now logged in as tina",
        ":chat.example 903 tina :SASL authentication successful",
    ]
    assert numerics(guest.asks("AUTHENTICATE PLAIN")) == ["907"]


def test_a_guest_goes_over_by_a_certificate_to_the_owner_who_is_here(
    secure: Secure, owner: SecureClient
) -> None:
    laptop = secure.issue("laptop")
    owner.asks(f"KEY ADD {print_of(laptop)}", "JOIN #den")
    guest = secure.connect(laptop)
    guest.asks("CAP REQ sasl", "CAP END", "NICK guest", "USER g 0 * :G", "JOIN #other")
    lines = guest.asks("AUTHENTICATE EXTERNAL", f"AUTHENTICATE {coded('tina')}")
    assert ":guest!~u@chat PART #other :logging in" in lines
    assert ":guest!~u@chat NICK tina" in lines
    assert ":tina!~u@chat JOIN :#den" in lines
    assert "last used" in owner.asks("KEYS")[-1]


# -- behind a proxy -------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["trusted", "told the address"])
def test_the_certificate_of_a_proxy_is_nobodys_key(secure: Secure, how: str) -> None:
    factory, proxy = secure.irc.factory, secure.issue("proxy")
    if how == "trusted":
        factory.trusts = lambda _, peer: peer.host == "192.0.2.1"
    else:
        factory.is_proxied = True
    client = secure.connect(proxy)
    assert "sasl=PLAIN" in " ".join(client.asks("CAP LS 302", "CAP END")).split()
    client.asks("NICK tina", "USER t 0 * :T")
    told = client.asks(f"PRIVMSG NickServ :REGISTER {PASSWORD}", "KEYS")
    assert not any(print_of(proxy) in line for line in told)
    other = secure.connect(proxy)
    assert other.asks("CAP REQ sasl", "NICK tina", "AUTHENTICATE EXTERNAL")[1:] == [
        ":chat.example 908 * PLAIN :are the mechanisms that there are",
        ":chat.example 904 * :There is no such mechanism",
    ]


def test_the_certificate_of_a_proxy_that_passes_on_pages_is_nobodys_key(secure: Secure) -> None:
    web = secure.port.web
    web.proxies = Proxies.read(["192.0.2.1"])
    sockets = WebSocketFactory(secure.port.chat.clock, {"text.ircv3.net": secure.irc.factory})
    web.sockets = lambda: sockets
    connection = secure.connect(secure.issue("proxy"))
    page = ClientProtocol(parse_uri("wss://chat.example/ws"), subprotocols=["text.ircv3.net"])  # type: ignore[list-item]
    request = page.connect()
    request.headers["X-Forwarded-For"], request.headers["X-Forwarded-Proto"] = "10.0.0.1", "https"
    page.send_request(request)

    def reads() -> str:
        for data in page.data_to_send():
            connection.tls.sends(data)
        page.receive_data(connection.tls.reads())
        return " ".join(
            each.data.decode() for each in page.events_received() if hasattr(each, "data")
        )

    reads()
    page.send_text(b"CAP LS 302")
    assert "sasl=PLAIN" in reads().split()
    (session,) = secure.port.chat.hub.world.begun
    assert session.key is None
