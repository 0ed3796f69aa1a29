"""
The settings: where a value comes from, and what is said of one that cannot be used.
"""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from twisted_chat.limits import Rate
from twisted_chat.options import BadSetting, is_flag, key
from twisted_chat.server.settings import Settings, load, options
from twisted_chat.text.durations import Duration

DEFAULTS = {
    "port": 7342,
    "listen": (),
    "room": "lobby",
    "motd": "",
    "plugins": (),
    "login_timeout": 60,
    "idle_timeout": 3600,
    "rate": 2,
    "burst": 10,
    "max_line": 4096,
    "send_queue": 262144,
    "send_timeout": 30,
    "peer_timeout": 150,
    "max_clients": 10000,
    "max_per_host": 16,
}


def write(tmp_path: Path, text: str) -> str:
    path = tmp_path / "chat.toml"
    path.write_text(text)
    return str(path)


def test_the_defaults_are_those_that_are_documented() -> None:
    settings = load({})
    assert {name: getattr(settings, name) for name in DEFAULTS} == DEFAULTS


def test_every_option_has_a_sentence_of_help() -> None:
    for attribute in options():
        assert attribute.metadata["help"].endswith("."), attribute.name


def test_the_file_wins_over_the_default_and_the_command_line_over_the_file(tmp_path: Path) -> None:
    config = write(tmp_path, 'port = 1000\nrate = 0.5\nroom = "hall"\nplugins = ["a", "b"]\n')
    settings = load({"port": "2000"}, config)
    assert (settings.port, settings.rate, settings.room) == (2000, 0.5, "hall")
    assert settings.plugins == ("a", "b")
    assert settings.origins == {
        "port": "command line",
        "rate": config,
        "room": config,
        "plugins": config,
    }


def test_what_takes_no_value_is_true_where_it_is_given(tmp_path: Path) -> None:
    assert not load({}).ascii_names
    assert load({"ascii-names": 1}).ascii_names
    assert load({}, write(tmp_path, "ascii-names = true")).ascii_names
    assert not load({}, write(tmp_path, "ascii-names = false")).ascii_names


def test_a_time_is_read_with_its_unit_and_zero_without(tmp_path: Path) -> None:
    assert load({"keep-history": "3650d"}).keep_history.days == 3650
    assert load({}, write(tmp_path, 'keep-history = "36h"')).keep_history == Duration(hours=36)
    assert not load({}, write(tmp_path, "keep-history = 0")).keep_history
    shown = [
        line
        for settings in (load({}), load({"keep-history": "36h"}))
        for line in settings.lines({})
        if line.startswith("keep-history")
    ]
    assert shown == ['keep-history = "0"  # default', 'keep-history = "1d12h"  # command line']


def test_zero_is_a_value_for_every_limit() -> None:
    numbers = [
        each for each in options() if isinstance(each.default, (int, float, Rate, Duration))
    ]
    limits = [each for each in numbers if not is_flag(each)]
    settings = load({key(each): "0" for each in limits})
    assert all(getattr(settings, each.name) in (0, Rate(0), Duration(0)) for each in limits)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"port": "http"}, "port must be a whole number, 0 or more, not 'http'."),
        ({"port": "-1"}, "port must be a whole number, 0 or more, not '-1'."),
        ({"port": "65536"}, "port must be from 0 to 65535, not 65536."),
        ({"port": "²"}, "port must be a whole number, 0 or more, not '²'."),
        ({"rate": "fast"}, "rate must be a number, 0 or more, not 'fast'."),
        ({"rate": "nan"}, "rate must be a number, 0 or more, not 'nan'."),
        ({"rate": "inf"}, "rate must be a number, 0 or more, not 'inf'."),
        (
            {"keep-history": "90"},
            "keep-history must be a time such as 90d or 12h, or 0, not '90'.",
        ),
        (
            {"keep-history": "40000d"},
            "keep-history must be a time such as 90d or 12h, or 0, not '40000d'.",
        ),
        ({"burst": "-3"}, "burst must be a number, 0 or more, not '-3'."),
        (
            {"nick-rate": "3"},
            "nick-rate must be a count and seconds, such as 10/50, or 0, not '3'.",
        ),
        (
            {"nick-rate": "3/0"},
            "nick-rate must be a count and seconds, such as 10/50, or 0, not '3/0'.",
        ),
        (
            {"room": "two words"},
            (
                "room cannot be 'two words': A room name may hold only letters, digits and the "
                "characters _ - ' and ."
            ),
        ),
        (
            {"web-origin": ["https://a.example/"]},
            (
                "web-origin must be a site such as https://chat.example.org, without a path, "
                "not 'https://a.example/'."
            ),
        ),
        (
            {"web-address": "chat.example.org"},
            (
                "web-address must be a site such as https://chat.example.org, without a path, "
                "not 'chat.example.org'."
            ),
        ),
        (
            {"plugin-http-allow": ["localhost"]},
            (
                "plugin-http-allow must be an address such as 127.0.0.1 or a network such as "
                "10.0.0.0/8, not 'localhost'."
            ),
        ),
        ({"motd": "/nowhere"}, "motd: cannot read /nowhere: No such file or directory."),
        (
            {"irc-sts": "6697"},
            "irc-sts must be such as port=6697,duration=86400, not '6697'.",
        ),
        (
            {"irc-sts": "port=6697,duration=1", "tls": "self-signed"},
            (
                "irc-sts needs a certificate that clients can verify: give tls-certificate and "
                "tls-key. With a self-signed one nobody could come in."
            ),
        ),
    ],
)
def test_a_bad_value_is_one_sentence(given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BadSetting) as caught:
        load(given)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("prot = 1", "{}: there is no option 'prot'. Did you mean port?"),
        ("zzzzz = 1", "{}: there is no option 'zzzzz'."),
        (
            "login_timeout = 1",
            "{}: there is no option 'login_timeout'. Did you mean login-timeout?",
        ),
        ("port = true", "{}: port must be a number, not True."),
        ("port = 1.5", "{}: port must be a whole number, 0 or more, not '1.5'."),
        ("port = [1]", "{}: port must be a number, not [1]."),
        ('ascii-names = "yes"', "{}: ascii-names must be true or false, not 'yes'."),
        ("ascii-names = 1", "{}: ascii-names must be true or false, not 1."),
        ("room = 7", "{}: room must be a string, not 7."),
        ("listen = [7]", "{}: listen must be a list of strings, not [7]."),
        ("port = ", "{} is not TOML: Invalid value (at end of document)."),
    ],
)
def test_a_bad_file_is_one_sentence_that_names_it(
    tmp_path: Path, text: str, sentence: str
) -> None:
    config = write(tmp_path, text)
    with pytest.raises(BadSetting) as caught:
        load({}, config)
    assert str(caught.value) == sentence.format(config)


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(BadSetting, match=r"^config: cannot read /nowhere: No such file"):
        load({}, "/nowhere")


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "chat.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(BadSetting, match=r"^config: .*chat.toml is not UTF-8 text\.$"):
        load({}, str(path))


def test_what_is_printed_can_be_read_back(tmp_path: Path) -> None:
    given = {"port": "99", "rate": "0.5", "room": "hall", "plugins": ["a\\b", 'say "hi"']}
    first = load(given)
    printed = "\n".join(first.lines({}))
    assert 'room = "hall"  # command line' in printed.splitlines()
    assert "ascii-names = false  # default" in printed.splitlines()
    assert "burst = 10  # default" in printed.splitlines()
    assert tomllib.loads(printed)["plugins"] == ["a\\b", 'say "hi"']
    assert load({}, write(tmp_path, printed)) == first


def test_the_table_of_plugins_says_what_to_load_and_holds_their_options(tmp_path: Path) -> None:
    text = '[plugins]\nload = ["dice.py"]\n[plugins.dice]\nsides = 20\n[plugins.poll]\n'
    config = write(tmp_path, text)
    settings = load({}, config, tmp_path)
    assert settings.plugins == (str(tmp_path / "dice.py"),)
    assert settings.plugin_tables == {"dice": {"sides": 20}, "poll": {}}
    # Of a plugin that an installed package brings, nothing is loaded here.
    assert load({}, write(tmp_path, "[plugins.dice]\nsides = 2\n")).plugins == ()


def test_what_stands_about_a_plugin_must_be_a_table(tmp_path: Path) -> None:
    with pytest.raises(BadSetting) as caught:
        load({}, write(tmp_path, "[plugins]\ndice = 3\n"))
    assert str(caught.value).endswith(
        "plugins.dice must be the table of a plugin's options, [plugins.dice], not 3; "
        "what to load is plugins.load."
    )


def test_the_greeting_is_what_the_motd_file_says(tmp_path: Path) -> None:
    path = tmp_path / "motd"
    path.write_text("Grüß Gott!\n")
    assert Settings(motd=str(path)).greeting() == "Grüß Gott!\n"
    # As an editor of Windows writes it.
    path.write_text("Grüß Gott!\n", "utf-8-sig")
    assert Settings(motd=str(path)).greeting() == "Grüß Gott!\n"
    assert Settings().greeting() == ""


def test_a_mail_server_is_read_with_its_login_from_a_file_in_the_folder(tmp_path: Path) -> None:
    (tmp_path / "login").write_text("me\nsecret\n")
    given = {"smtp": "mail:26", "smtp-sender": "a@example.org", "smtp-login": "login"}
    settings = load(given, directory=tmp_path)
    server = settings.mail_server()
    assert server is not None
    assert (server.host, server.port, server.user) == ("mail", 26, "me")
    assert not any("secret" in line for line in settings.lines({}))
    assert "secret" not in repr(settings)
    assert load({}).mail_server() is None
    for wrong in ({"smtp": "mail"}, {**given, "smtp-login": "none"}, {**given, "smtp-tls": "no"}):
        with pytest.raises(BadSetting):
            load(wrong, directory=tmp_path)
