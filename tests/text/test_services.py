"""
Names of services and staff: what nobody is called.
"""

import pytest
from real_names import real_names

from twisted_chat.text.services import service_like


@pytest.mark.parametrize(
    "name",
    [
        "Admin1", "server_", "NickServ", "security", "support", "_admin_", "admin-2", "4dm1n",
        "adm1n", "5upport", "s3curity", "SERVER99", "the_admin", "SysAdmin", "Mod2", "root3",
        "ChanServ", "AuthServ1", "server-admin", "admin_team", "chat.support", "moderators",
        # Other letters that look like these: l and I, Cyrillic, Greek, full width, accents.
        "ADMlN", "AdmIn7", "\u0430\u0501min", "R\u039f\u039fT", "\uff41dmin", "s\u00e9curity",
        # Small capitals.
        "ᴀᴅᴍɪɴ", "ʀᴏᴏᴛ", "ꜱᴇʀᴠᴇʀ", "ɴɪᴄᴋꜱᴇʀᴠ", "ᴀdmin1",
        "NickServices", "nickservice", "superadmin", "netadmin", "ircop", "webadmin",
        # What such names begin with, or end with, in every form.
        "IrcModerator", "OFFICIALHELPDESK", "TeamNoc", "MYSERV", "xService", "ICESERVICES",
        # Other languages.
        "администратор", "Модератор", "оператор1", "管理员", "管理員",
        "administrateur", "Modérateur",
    ],
)  # fmt: skip
def test_a_name_that_looks_like_a_service_or_staff_is_reserved(name: str) -> None:
    assert service_like(name)


@pytest.mark.parametrize(
    "name",
    [
        "alice", "sam2", "bob_", "server2go", "observer", "Roots", "Soper", "moody", "Adminton",
        "rooted", "modest", "team7", "the_chat", "serv", "systema", "supporter", "opera",
    ],
)  # fmt: skip
def test_other_names_are_free(name: str) -> None:
    assert not service_like(name)


def test_names_of_real_people_are_free() -> None:
    assert [name for name in real_names() if service_like(name)] == ["Server"]


def test_an_operator_may_reserve_more_names() -> None:
    reserved = ("acme", "Helper")
    assert all(service_like(name, reserved) for name in ("ACME", "acme_1", "4cme", "he1per"))
    assert not any(service_like(name, reserved) for name in ("acmes", "help", "helpers"))
    assert not service_like("acme")
