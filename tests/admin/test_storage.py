"""
What plugins keep, from the shell.
"""

from contextlib import closing

from shared_main import REGISTERED, does

from twisted_chat.admin.__main__ import main
from twisted_chat.store.plugins import Kind, PluginValue
from twisted_chat.store.sqlite.database import open_database
from twisted_chat.store.sqlite.sql import load
from twisted_chat.store.sqlite.transactions import write

TEA = PluginValue("cups", Kind.VALUE, 0, REGISTERED, "thé", '"☕"')
VALUES = [
    *(PluginValue("poll", Kind.VALUE, 0, 0, str(number), "1") for number in range(12)),
    PluginValue("poll", Kind.SCHEDULE, 0, 0, "end", "{}"),
    TEA,
]


def test_what_plugins_keep_is_listed(chat_db, capsys):
    assert does(capsys, "storage") == ["No plugin keeps anything."]
    with closing(open_database(chat_db)) as server:
        write(server, VALUES)
        assert does(capsys, "storage") == [
            # 100 bytes each, and those of the key and of the JSON.
            "cups: 1 value, 0 schedules, 109 bytes",
            "poll: 12 values, 1 schedule, 1.33 KB",
        ]


def test_all_that_a_plugin_keeps_is_deleted_while_no_server_runs(chat_db, capsys):
    with closing(open_database(chat_db)) as server:
        write(server, VALUES)
        assert main(["forget", "poll"]) == 1
        assert "stop that one first" in capsys.readouterr().err
    assert does(capsys, "forget", "poll") == ["All that the plugin poll kept was deleted."]
    with closing(open_database(chat_db)) as server:
        assert load(server).plugin_values == (TEA,)
    assert main(["forget", "poll"]) == 1
    assert capsys.readouterr().err == (
        "twisted_chat.admin: No plugin 'poll' keeps anything; `storage` lists those that do.\n"
    )
