"""
Queries: which lines may be found.
"""

import pytest
from stores import line

from twisted_chat.store.query import Query


@pytest.mark.parametrize(
    ("rooms", "is_everywhere", "is_readable"),
    [
        ({1: 5}, False, True),
        ({1: 6}, False, False),
        ({2: 1}, False, False),
        ({2: 1}, True, True),
        ({1: 6}, True, False),
    ],
)
def test_a_line_is_found_where_its_number_may_be_read(
    rooms: dict[int, int], is_everywhere: bool, is_readable: bool
) -> None:
    query = Query((), rooms, is_everywhere=is_everywhere)
    assert query.is_readable(line(5)._replace(room=1, number=5)) is is_readable
