"""
The server as clients see it.
"""

import pytest

from twisted_chat.doors.irc.site import Site, modes_of
from twisted_chat.testing import Chat


@pytest.fixture
def site():
    return Site(Chat().hub, "srv.example", "Be kind.", "e.")


def test_a_line_has_an_id_that_leads_back_to_it(site):
    lobby = site.room_called("LOBBY")
    id_ = site.message_id("lobby", 7)
    assert site.number_of(lobby, id_) == 7
    assert site.message_id("lobby", 0) == site.message_id("nowhere", 7) == ""


@pytest.mark.parametrize("id_", ["", "7", "e.1-", "e.1-x", "e.1-²", "1-7", "e.999-7", "e.1--7",
                                 "e.1-" + "9" * 19])  # fmt: skip
def test_what_is_no_id_leads_nowhere(site, id_):
    assert site.number_of(site.room_called("lobby"), id_) == 0


def test_every_token_of_isupport_fits_and_is_there_once(site):
    lines = list(site.isupport("tina"))
    words = [word for line in lines for word in line.partition(" :")[0].split()[2:]]
    assert len({word.partition("=")[0] for word in words}) == len(words)
    assert all(len(line) < 480 and len(line.split()) < 25 for line in lines)
    assert {"CASEMAPPING=ascii", "PREFIX=(qov)~@+", "UTF8ONLY", "NICKLEN=24"} <= set(words)


def test_the_message_of_the_day_is_shown(site):
    assert list(site.message_of_the_day("tina")) == [
        "375 tina :- srv.example Message of the day -",
        "372 tina :- Be kind.",
        "376 tina :End of the message of the day",
    ]


def test_a_room_without_modes_is_one_in_which_members_alone_speak(site):
    assert modes_of(site.room_called("lobby")) == "+n"


def test_of_who_is_not_here_nothing_is_known(site):
    assert (site.user_called("ada"), site.account_of("ada")) == (None, "*")
    assert site.topic_for("ada", "lobby") == ""
    assert site.names("nowhere", "tina", with_host=True) == [
        "366 tina #nowhere :End of /NAMES list"
    ]
