"""
The configuration of the client.
"""

from pathlib import Path

import pytest

from twisted_chat.client.config import Config, ServerConfig, folder, load
from twisted_chat.client.errors import UsageError
from twisted_chat.client.net.address import parse

TEXT = """
notify = ["release"]
alert = "both"
times = false

[colours]
news = "blue"
time = ""

[servers.work]
address = "chats://chat.example"
name = "ada"
rooms = ["dev", "tea"]
notify = ["deploy"]
"""


def loaded(tmp_path: Path, text: str) -> Config:
    path = tmp_path / "config.toml"
    path.write_text(text)
    return load(path)


def test_a_configuration_is_read(tmp_path: Path) -> None:
    config = loaded(tmp_path, TEXT)
    assert (config.notify, config.alert, config.times) == (("release",), "both", False)
    assert config.colours == {"news": "blue", "time": ""}
    work = ServerConfig("chats://chat.example", "ada", ("dev", "tea"), ("deploy",))
    assert config.servers == {"work": work}


def test_colours_are_chosen_or_left_out_with_one_key(tmp_path: Path) -> None:
    assert loaded(tmp_path, "").has_colours
    assert loaded(tmp_path, TEXT).has_colours
    assert not loaded(tmp_path, "colours = false").has_colours


def test_a_server_is_found_by_its_name_and_by_its_address(tmp_path: Path) -> None:
    config = loaded(tmp_path, TEXT)
    work = config.servers["work"]
    assert config.find("work") == (parse("chats://chat.example"), work)
    assert config.find("work", "23")[0].port == 23
    found, server = config.find("chats://eve@chat.example")
    assert (found.name, server) == ("eve", work)
    # Without encryption it is another one.
    assert config.find("chat.example")[1] == ServerConfig()


def test_without_a_file_all_is_as_by_default(tmp_path: Path) -> None:
    assert load(tmp_path / "none") == Config()
    with pytest.raises(UsageError, match="there is no such file"):
        load(tmp_path / "none", must_exist=True)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("x = [", "is not TOML"),
        ("colour = true", "colour is not known; known are notify, alert, times"),
        ("times = 1", "times must be true or false"),
        ("notify = 'x'", "notify must be a list of texts"),
        ("alert = 'loud'", "alert must be one of bell, notify, both, off"),
        ("servers = 1", "servers must be a table"),
        ("[servers.a]\nname = 'x'", "servers.a needs an address"),
        ("[servers.a]\naddress = 'http://x'", "servers.a.address: http:// is not known"),
        ("[servers.b]\naddress = 'x:0'", "servers.b.address: "),
        ("[servers.a]\naddress = 'x'\nroom = 'y'", "servers.a.room is not known"),
        ("[colours]\nsky = 'blue'", "colours.sky is not known"),
        ("[colours]\nnews = 'red'", "colours.news must be one of green, blue"),
        ("[colours]\nnews = ['grey']", "colours.news must be one of green, blue"),
        ("[colours]\nnews = 0", "colours.news must be one of green, blue"),
        ("colours = true", "colours must be a table, or false"),
        ("color = false", "color is not known"),
        ("has_colours = false", "has_colours is not known"),
    ],
)
def test_what_is_wrong_is_said_with_the_file(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence) as refused:
        loaded(tmp_path, text)
    assert str(refused.value).startswith(str(tmp_path))


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_bytes(b"\xff")
    with pytest.raises(UsageError, match=r"config.toml is not in UTF-8\.$"):
        load(tmp_path / "config.toml")


def test_a_folder_is_no_configuration(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot be read \(Is a directory\)\.$"):
        load(tmp_path)
    # Under a home that is no folder there is none.
    (tmp_path / "home").touch()
    assert load(tmp_path / "home" / "config.toml") == Config()


def test_who_has_no_home_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless(_: Path) -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "expanduser", homeless)
    with pytest.raises(UsageError, match="set HOME or XDG_CONFIG_HOME"):
        folder({})


def test_the_folder_is_where_the_user_keeps_such_files() -> None:
    assert folder({"XDG_CONFIG_HOME": "/x"}) == Path("/x/twisted-chat")
    assert folder({"HOME": "/home/ada"}) == Path("/home/ada/.config/twisted-chat")
    assert folder({"HOME": "/h", "XDG_CONFIG_HOME": "x"}) == Path("/h/.config/twisted-chat")
