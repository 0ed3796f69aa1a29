"""
The site of a page, as its browser names it.
"""

import pytest

from twisted_chat.http.origin import check_sites, is_from

NAMED = ["https://page.example.net:443", "HTTP://Page.Example.Org", "http://localhost:8080"]


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        ("https://page.example.net", True),
        ("http://page.example.net", False),
        ("http://page.example.org", True),
        ("http://page.example.org:80", True),
        ("http://page.example.org:81", False),
        ("http://localhost:8080", True),
        ("http://localhost", False),
    ],
)
def test_a_site_that_is_named_is_found_however_it_is_written(origin: str, expected: bool) -> None:
    check_sites("web-origin", NAMED)
    assert is_from(origin, NAMED, "chat.example.org") is expected


@pytest.mark.parametrize(
    ("origin", "host", "expected"),
    [
        ("https://chat.example.org", "chat.example.org", True),
        ("https://chat.example.org", "CHAT.example.org:443", True),
        ("http://chat.example.org:7342", "chat.example.org:7342", True),
        ("http://[2001:db8::1]:7342", "[2001:db8::1]:7342", True),
        ("https://chat.example.org", "chat.example.org:80", False),
        ("https://chat.example.org", "chat.example.org, evil.example", False),
        ("https://chat.example.org", "evil.example", False),
        ("https://chat.example.org", "", False),
        ("null", "null", False),
        ("http://", "", False),
        ("ftp://chat.example.org", "chat.example.org", False),
        ("https://[", "chat.example.org", False),
    ],
)
def test_a_page_of_the_server_itself_comes_from_the_host_that_it_asks_for(
    origin: str, host: str, expected: bool
) -> None:
    assert is_from(origin, [], host) is expected


@pytest.mark.parametrize(
    "site",
    ["https://chat.example.org/", "chat.example.org", "*", "ftp://a", "null", "", "http://"],
)
def test_what_is_no_site_is_refused_with_what_would_be_one(site: str) -> None:
    with pytest.raises(ValueError, match="web-origin") as refused:
        check_sites("web-origin", ["https://page.example.net", site])
    assert str(refused.value) == (
        "web-origin must be a site such as https://chat.example.org, without a path, "
        f"not {site!r}."
    )
