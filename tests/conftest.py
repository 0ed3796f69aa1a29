"""
What tests of several modules need.
"""

import time
from collections.abc import Iterator

import pytest
from hypothesis import settings

# The same examples at every run, on a busy machine too: what passes here passes at the next one.
# `--hypothesis-profile=default` tries others.
settings.register_profile("repeatable", derandomize=True, deadline=None)


@pytest.fixture
def utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """
    Let the server's local time be the one that the tests expect.
    """
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--own-coverage",
        action="store_true",
        help="print how much of each module its own test covers, and fail if it is not enough",
    )


def pytest_configure(config: pytest.Config) -> None:
    if not config.getoption("--hypothesis-profile"):
        settings.load_profile("repeatable")
    if config.getoption("--own-coverage"):
        from own_coverage import OwnCoverage

        config.pluginmanager.register(OwnCoverage())
