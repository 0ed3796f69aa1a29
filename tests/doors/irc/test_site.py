"""
The server as clients see it.
"""

import pytest

from twisted_chat.doors.irc.site import Site
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
    # What clients go by; each is tested where it is done.
    assert {
        "CASEMAPPING=ascii", "CHANTYPES=#", "PREFIX=(qov)~@+", "CHANMODES=b,k,Sl,imnstRN",
        "NICKLEN=24", "CHANNELLEN=33", "MODES=4", "EXTBAN=,m", "UTF8ONLY", "SAFELIST", "WHOX",
        "ELIST=MNU", "BOT=B", "MSGREFTYPES=msgid,timestamp",
        "CLIENTTAGDENY=*,-reply,-draft/reply,-draft/react,-draft/unreact,-typing",
    } <= set(words)  # fmt: skip


def test_a_topic_may_have_as_many_bytes_as_fit_beside_the_longest_names(site):
    # :srv.example 322 nick #room 1000000 :topic, with names of 24 and 32 letters of 4 bytes each.
    (line,) = [line for line in site.isupport("tina") if " TOPICLEN=" in line]
    assert " TOPICLEN=257 " in line


def test_reasons_may_have_as_many_bytes_as_letters_and_fit_beside_the_longest_names(site):
    # :nick!~u@chat KICK #room nick :reason, with names of 24 and 32 letters of 4 bytes each.
    words = " ".join(site.isupport("tina")).split()
    assert {"KICKLEN=171", "AWAYLEN=200"} <= set(words)


def test_the_message_of_the_day_is_shown(site):
    assert list(site.message_of_the_day("tina")) == [
        "375 tina :- srv.example Message of the day -",
        "372 tina :- Be kind.",
        "376 tina :End of the message of the day",
    ]


def test_of_who_is_not_here_nothing_is_known(site):
    assert (site.user_called("ada"), site.account_of("ada")) == (None, "*")
    assert site.topic_for("ada", "lobby") == ""
    assert site.names("nowhere", "tina", with_host=True) == [
        "366 tina #nowhere :End of /NAMES list"
    ]


def test_the_welcome_says_what_the_server_is_and_where_people_meet(site):
    lines = list(site.welcome("tina"))
    assert [line[:3] for line in lines][:4] == ["001", "002", "003", "004"]
    # Those of CHANMODES and PREFIX (RFC 2812, section 5.1).
    assert lines[3].split()[4:] == ["Bio", "NRSbiklmnoqstv", "bklqovS"]
    assert lines[2] == "003 tina :This server was started at 2023-11-14 22:13:20 UTC"
    assert "251 tina :There are 0 users and 0 invisible on 1 servers" in lines
    assert lines[-1] == "NOTICE tina :People meet in #lobby: /join #lobby"
    site.motd = ""
    assert list(site.message_of_the_day("tina")) == ["422 tina :There is no message of the day"]


def test_the_server_was_started_before_its_first_client_of_irc_came():
    chat = Chat()
    chat.advance(3600)
    (line,) = [line for line in Site(chat.hub).welcome("tina") if line.startswith("003")]
    assert line == "003 tina :This server was started at 2023-11-14 22:13:20 UTC"


def test_who_is_in_a_room_is_told_with_ranks_and_what_users_gave_as_their_names():
    chat = Chat()
    site = Site(chat.hub, "srv.example")
    ada, bob = chat.arrive("ada"), chat.arrive("bob")
    ada.types("/register")
    ada.types("correct-horse")
    ada.types("correct-horse")
    ada.types("/join den", "/topic tea")
    bob.types("/join den")
    users = chat.hub.users
    assert site.names("den", "bob", with_host=True) == [
        "353 bob = #den :~ada!~u@chat bob!~u@chat",
        "366 bob #den :End of /NAMES list",
    ]
    assert (site.account_of("ada"), site.topic_for("bob", "den")) == ("ada", "tea")
    assert site.names_of(users["ada"], users["bob"]) == ("~u", "bob")
    session = users["bob"].sessions[0]
    site.expect(session, "a-very-long-name", "Bob B.")
    # Already before it is noted as that of the user.
    assert site.own_realname("bob") == "Bob B."
    site.introduce(session, users["bob"])
    site.expect(session, "other", "Nobody")
    assert site.names_of(users["ada"], users["bob"]) == ("~a-very-lon", "Bob B.")
    ada.types("/ignore bob")
    assert site.names_of(users["ada"], users["bob"]) == ("~u", "bob")
    users["ada"].roles.add("operator")
    ada.types("/unignore bob", "/servermute bob 1h")
    assert site.names_of(users["ada"], users["bob"]) == ("~u", "bob")
