"""
Sizes of files as operators write them.
"""

import pytest

from twisted_chat.text.sizes import Size, in_units


@pytest.mark.parametrize(
    ("typed", "size", "shown"),
    [
        ("200MB", 200_000_000, "200MB"),
        ("200 mb", 200_000_000, "200MB"),
        ("5G", 5_000_000_000, "5GB"),
        ("1500M", 1_500_000_000, "1500MB"),
        ("2t", 2_000_000_000_000, "2TB"),
        ("64K", 64_000, "64KB"),
        ("123", 123, "123B"),
        ("0", 0, "0"),
        (" 0MB ", 0, "0"),
        ("1MiB", 1_048_576, "1MiB"),
        ("3 kib", 3072, "3KiB"),
        ("2Gi", 2_147_483_648, "2GiB"),
        ("1048577", 1_048_577, "1048577B"),
    ],
)
def test_a_size_is_read_and_shown_so_that_it_can_be_read_again(
    typed: str, size: int, shown: str
) -> None:
    assert Size.parse(typed) == size
    assert str(Size.parse(typed)) == shown
    assert Size.parse(shown) == size


@pytest.mark.parametrize(
    "typed", ["", "MB", "-1MB", "1.5GB", "2 PB", "1e3", "200PiB", "2iB", "٣MB"]
)
def test_another_size_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"^must be a size such as 200MB or 5GB, or 0$"):
        Size.parse(typed)


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 bytes"), (999, "999 bytes"), (1_500, "1.5 KB"), (1_234_567_890, "1.23 GB")],
)
def test_a_size_is_told_in_three_digits(size: int, words: str) -> None:
    assert in_units(size) == words
