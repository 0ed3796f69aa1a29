"""
What plugins ask by HTTP: redirects, bounds and errors, without a network.
"""

from __future__ import annotations

from typing import Any

import pytest
from attrs import define, field
from stores import result_of
from twisted.internet.defer import Deferred, succeed
from twisted.internet.task import Clock

from twisted_chat.errors import HttpFailed
from twisted_chat.http.client import (
    LARGEST,
    LONGEST,
    MOST_AT_ONCE,
    MOST_REDIRECTS,
    TIMEOUT,
    Asked,
    HttpAnswer,
    HttpClient,
)
from twisted_chat.version import VERSION


@define
class Site:
    """
    Answers by URL, and notes what it is asked.
    """

    pages: dict[str, HttpAnswer] = field(factory=dict)
    asked: list[Asked] = field(factory=list)

    def fetch(self, asked: Asked) -> Deferred[HttpAnswer]:
        self.asked.append(asked)
        page = self.pages.get(asked.url)
        return Deferred() if page is None else succeed(page)


def client(pages: dict[str, HttpAnswer] | None = None) -> tuple[HttpClient, Site, Clock]:
    clock, site = Clock(), Site(pages or {})
    http = HttpClient(clock)
    http.inner = site
    return http, site, clock


def moved(to: str, status: int = 302) -> HttpAnswer:
    return HttpAnswer(status, {"location": to})


def done(coroutine: Any) -> Any:
    return result_of(Deferred.fromCoroutine(coroutine))


A = "https://a.example/x"


def test_a_page_is_asked_for_and_read() -> None:
    page = HttpAnswer(200, {"content-type": "application/json"}, '{"t": "ü"}'.encode(), A)
    http, site, _ = client({A: page})
    found = done(http.get(A, headers={"x-key": "7"}))
    assert (found.status, found.is_ok, found.text) == (200, True, '{"t": "ü"}')
    assert found.json() == {"t": "ü"}
    (asked,) = site.asked
    assert (asked.method, asked.body) == ("GET", b"")
    assert asked.headers == {
        "User-Agent": f"twisted-chat/{VERSION}", "Accept": "*/*", "X-Key": "7"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("how", "body", "kind"),
    [
        ({"json": {"a": [1]}}, b'{"a": [1]}', "application/json"),
        ({"form": {"a": "b c", "d": "&"}}, b"a=b+c&d=%26", "application/x-www-form-urlencoded"),
        ({"body": "ü"}, "ü".encode(), "text/plain; charset=utf-8"),
        ({"body": b"\xff"}, b"\xff", None),
        ({"body": b"\xff", "headers": {"content-type": "image/png"}}, b"\xff", "image/png"),
        ({}, b"", None),
    ],
)
def test_something_is_sent_as_what_it_is(how: Any, body: bytes, kind: str | None) -> None:
    http, site, _ = client({A: HttpAnswer(201)})
    assert done(http.post(A, **how)).status == 201
    assert (site.asked[0].method, site.asked[0].body) == ("POST", body)
    assert site.asked[0].headers.get("Content-Type") == kind


def test_an_error_of_the_server_is_an_answer_and_no_json_is_an_error() -> None:
    http, _, _ = client({A: HttpAnswer(500, body=b"<oops>", url=A)})
    found = done(http.request("delete", A))
    assert (found.status, found.is_ok) == (500, False)
    with pytest.raises(
        HttpFailed, match=r"^The server a\.example answered something else than JSON\.$"
    ):
        found.json()


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a.example/", "file:///etc/passwd", "a.example", "//a.example", "https://", "https:///x",
        "https://user:pw@a.example/", "https://user@a.example/", "https://a.example:0/",
        "https://a.example:x/", "https://[::1/", "https://a.example/a b", "https://ä.example/",
        "https://a.example/\r\nX: 1", "gopher://127.0.0.1:6379/_x", "",
        "http://a..b/", "http://.a/", "http://./", "http://a../", f"http://{'a' * 64}/",
        f"http://a.{'a' * 64}.example/",
    ],
)  # fmt: skip
def test_only_http_and_https_are_asked_and_nothing_is_smuggled(url: str) -> None:
    http, site, _ = client()
    with pytest.raises(HttpFailed, match="That address cannot be asked"):
        done(http.get(url))
    assert site.asked == []


@pytest.mark.parametrize(
    "url", [f"http://{'a' * 63}.example/", "http://a.example./", "http://[::1]/"]
)
def test_the_longest_name_the_root_and_an_address_are_asked(url: str) -> None:
    http, _, _ = client({url: HttpAnswer(200)})
    assert done(http.get(url)).is_ok


# -- redirects ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "method", "then"),
    [
        (301, "POST", "GET"),
        (302, "POST", "GET"),
        (303, "POST", "GET"),
        (303, "PUT", "GET"),
        (301, "PUT", "PUT"),
        (307, "POST", "POST"),
        (308, "POST", "POST"),
        (303, "HEAD", "HEAD"),
    ],
)
def test_a_redirect_is_followed_as_browsers_do(status: int, method: str, then: str) -> None:
    http, site, _ = client({A: moved("/y", status), "https://a.example/y": HttpAnswer(200)})
    assert done(http.request(method, A, json=1)).status == 200
    first, second = site.asked
    assert (first.method, second.method, second.url) == (method, then, "https://a.example/y")
    assert second.body == (b"1" if then in ("POST", "PUT") else b"")
    assert ("Content-Type" in second.headers) == bool(second.body)


def test_another_site_is_given_no_secrets() -> None:
    secrets = {"authorization": "Bearer x", "cookie": "y", "x-api-key": "z", "PRIVATE-TOKEN": "t"}
    plain = {"accept": "text/plain", "user-agent": "bot/1"}
    there = {"https://b.example/": HttpAnswer(200), "https://a.example/y": HttpAnswer(200)}
    http, site, _ = client({A: moved("https://b.example/"), **there})
    done(http.get(A, headers=secrets | plain))
    assert site.asked[0].headers["X-Api-Key"] == "z"
    assert site.asked[1].headers == {"Accept": "text/plain", "User-Agent": "bot/1"}
    # What is sent again is named as what it is.
    site.pages[A] = moved("https://b.example/", 307)
    done(http.post(A, json=1, headers=secrets))
    assert site.asked[-1].headers.keys() == {"Accept", "User-Agent", "Content-Type"}
    assert site.asked[-1].body == b"1"
    site.pages[A] = moved("/y")
    done(http.get(A, headers=secrets))
    assert site.asked[-1].headers["Authorization"] == "Bearer x"


def test_a_redirect_may_not_lead_out_of_https_or_elsewhere() -> None:
    http, site, _ = client({A: moved("http://a.example/x")})
    with pytest.raises(
        HttpFailed, match=r"^The server a\.example redirects from https to http\.$"
    ):
        done(http.get(A))
    for elsewhere in ("file:///etc/passwd", "https://[::1/", "https://a..example/"):
        site.pages[A] = moved(elsewhere)
        with pytest.raises(HttpFailed, match="cannot be asked"):
            done(http.get(A))
    site.pages = {"http://a.example/": moved(A), A: HttpAnswer(204)}
    assert done(http.get("http://a.example/")).status == 204


def test_a_circle_ends() -> None:
    http, site, _ = client({A: moved(A)})
    with pytest.raises(HttpFailed, match="redirects too often"):
        done(http.get(A))
    assert len(site.asked) == MOST_REDIRECTS + 1


def test_a_redirect_without_a_target_is_an_answer() -> None:
    http, _, _ = client({A: HttpAnswer(302)})
    assert done(http.get(A)).status == 302


# -- bounds ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("asked", "seconds"), [(None, TIMEOUT), (2.0, 2.0), (999.0, LONGEST)])
def test_what_takes_too_long_ends(asked: float | None, seconds: float) -> None:
    http, _, clock = client()
    how = {} if asked is None else {"timeout": asked}
    waiting = Deferred.fromCoroutine(http.get(A, **how))
    clock.advance(seconds - 0.1)
    assert not waiting.called
    clock.advance(0.2)
    with pytest.raises(HttpFailed, match=r"^The server a\.example took too long to answer\.$"):
        result_of(waiting)
    assert clock.getDelayedCalls() == []


@pytest.mark.parametrize(
    ("bounds", "sentence"),
    [
        ({"timeout": -5}, r"^timeout must be more than 0 seconds, not -5\.$"),
        ({"timeout": 0}, r"^timeout must be more than 0 seconds, not 0\.$"),
        ({"timeout": float("nan")}, r"^timeout must be more than 0 seconds, not nan\.$"),
        ({"most": -1}, r"^most must be 0 bytes or more, not -1\.$"),
        ({"most": -1, "timeout": -5}, r"^timeout must be more than 0 seconds, not -5\.$"),
    ],
)
def test_bounds_that_are_none_are_the_plugins_fault_before_anybody_is_asked(
    bounds: dict[str, Any], sentence: str
) -> None:
    http, site, clock = client()
    with pytest.raises(ValueError, match=sentence):
        done(http.get(A, **bounds))
    assert (site.asked, clock.getDelayedCalls()) == ([], [])


def test_how_much_is_read_is_bounded() -> None:
    http, site, _ = client({A: HttpAnswer(200)})
    done(http.get(A, most=7))
    done(http.get(A, most=LARGEST * 9))
    assert [each.most for each in site.asked] == [7, LARGEST]


def test_so_many_are_asked_at_once_and_no_more() -> None:
    http, site, clock = client()
    waiting = [Deferred.fromCoroutine(http.get(A)) for _ in range(MOST_AT_ONCE)]
    with pytest.raises(HttpFailed, match="too many others"):
        done(http.get(A))
    clock.advance(TIMEOUT)
    for each in waiting:
        with pytest.raises(HttpFailed):
            result_of(each)
    site.pages[A] = HttpAnswer(200)
    assert done(http.get(A)).status == 200


def test_a_server_in_memory_asks_nobody() -> None:
    with pytest.raises(
        HttpFailed, match=r"^The server a\.example cannot be asked by a server in memory\.$"
    ):
        done(HttpClient(Clock()).get(A))
