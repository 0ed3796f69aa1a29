"""
The benchmark measures what it says: its arithmetic, its reading of lines, and one small run.
"""

import math
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
from collections import Counter, deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress

import attrs
import pytest
from attrs import define, field

from benchmarks import in_turn, load, measures, report, servers, targets
from benchmarks.__main__ import main
from benchmarks.brokers import WIRES
from benchmarks.crowd import CameToNothing, Crowd, Member
from benchmarks.figures import Spread, latency, percentile
from benchmarks.past import COMMON, RARE, Past, word
from benchmarks.reset import quick_from
from benchmarks.run import Record, Runner
from benchmarks.servers import SERVERS
from benchmarks.wire import (
    IRC_SIZE,
    JSON_SIZE,
    MARK,
    PLAIN_TEXT,
    TEXT_SIZE,
    names_in,
    stamped_text,
    stamps,
)
from twisted_chat.doors.irc.dialect import IrcDialect
from twisted_chat.doors.irc.site import Site
from twisted_chat.doors.json.dialect import LINES, encode
from twisted_chat.doors.websocket.wire import in_a_frame
from twisted_chat.events import Said
from twisted_chat.testing import Chat

BY_NAME = {server.name: server for server in SERVERS}
PEER, OURS = BY_NAME["asyncio tutorial"], BY_NAME["twisted-chat"]
FORGETFUL = BY_NAME["twisted-chat no history"]


@pytest.fixture
def runner(tmp_path):
    affinity, tools = os.sched_getaffinity(0), tmp_path / "tools"
    tools.mkdir()
    yield Runner(tools, 0.2)
    assert os.sched_getaffinity(0) == affinity


def case(**task):
    return measures.Case(measure=1, name="few", figures=measures._FULL, task=task)


def record(server, round_, **found):
    return Record(1, "few", server, round_, found)


# -- figures --------------------------------------------------------------------------------------


def test_a_percentile_is_a_value_that_was_measured():
    hundred = list(range(1, 101))
    assert percentile(hundred, 0.5) == 50
    assert percentile(hundred, 0.99) == 99
    assert percentile(hundred, 1.0) == 100
    assert percentile([7], 0.5) == percentile([7], 0.99) == 7
    assert math.isnan(percentile([], 0.5))


def test_latency_is_told_in_milliseconds():
    assert latency([3000, 1000, 2000]) == {
        "p50_ms": 2.0, "p99_ms": 3.0, "max_ms": 3.0, "latencies": 3,
    }  # fmt: skip


def test_a_spread_passes_over_what_was_not_measured():
    assert Spread.of([3.0, math.nan, 1.0, 2.0]) == Spread(2.0, 1.0, 3.0, 3)
    assert Spread.of([]).rounds == 0


def test_a_ratio_is_taken_round_by_round():
    # The machine was twice as busy in the second round.
    results = report.Results(
        [record("a", 1, rate=10), record("b", 1, rate=5), record("a", 2, rate=4),
         record("b", 2, rate=2), record("a", 3, rate=9)]
    )  # fmt: skip
    assert results.ratio(case(), "rate", "a", "b") == 2.0


def test_a_table_shows_medians_their_spread_and_failed_runs():
    found = [{"deliveries_per_s": 1000 * n, "p99_ms": 2.5} for n in (3, 1, 2)]
    records = [record("one", n, **each) for n, each in enumerate(found)]
    results = report.Results([*records, record("two", 1, error="it is deaf")])
    text = "\n".join(report.tables(results, [case()]))
    assert "| few  | one    | 2,000 (1,000 to 3,000) |" in text
    assert "- Came to nothing: few, two: it is deaf." in text
    lines = [line for line in text.splitlines() if line.startswith("|")]
    assert len({len(line) for line in lines}) == 1


def test_json_has_null_for_what_is_not_a_number(tmp_path):
    path = tmp_path / "results.json"
    report.write_json(path, {}, report.Results([record("one", 1, cpu_us=math.nan)]))
    assert '"cpu_us": null' in path.read_text()


def test_earlier_runs_are_kept_and_not_run_again(runner, tmp_path):
    path = tmp_path / "results.json"
    about = {"machine": {"cores": 2}, "versions": {}, "seconds": 5.0}
    assert report.read_json(path, about) == []
    runs = [record("one", 1, rate=3.0, cpu_us=math.nan), record("two", 1, error="it is deaf")]
    report.write_json(path, about, report.Results(runs))
    kept = report.read_json(path, about)
    assert kept == [record("one", 1, rate=3.0, cpu_us=None), runs[1]]
    with pytest.raises(ValueError, match="another seconds"):
        report.read_json(path, {**about, "seconds": 4.0})
    mute = [attrs.evolve(PEER, name=name, command=lambda _: ["false"]) for name in ("one", "two")]
    # What came to nothing then is not tried again either.
    run = [(each.server, each.round) for each in runner.run([case()], mute, 2, kept)]
    assert run == [("one", 2)]


def test_a_benchmark_that_was_interrupted_goes_on_where_it_was(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    words = ["--measures=8", "--servers=naive loop", f"--output={tmp_path}"]
    assert main([*words, "--rounds=1"]) == 0
    assert capsys.readouterr().out.count("8 start, round") == 1
    assert main([*words, "--rounds=2", "--resume"]) == 0
    told = capsys.readouterr().out
    assert "8 start, round 1" not in told
    assert "8 start, round 2, naive loop" in told
    assert "| start | naive loop |" in (tmp_path / "results.md").read_text()
    with pytest.raises(SystemExit, match="have another seconds"):
        main([*words, "--seconds=1", "--resume"])


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("--measures=15", "There is no measure 15, only 1 to 14."),
        ("--measures=all", "There is no measure all, only 1 to 14."),
        ("--servers=apache", "There is no server apache."),
        ("--case=none such", "No case of these measures has 'none such' in its name."),
    ],
)
def test_what_cannot_be_measured_is_said_in_one_sentence(word, sentence, monkeypatch):
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    with pytest.raises(SystemExit) as refusal:
        main([word])
    assert str(refusal.value) == sentence


def test_plots_are_drawn_of_what_was_measured(tmp_path):
    pytest.importorskip("matplotlib", reason="matplotlib draws the plots, and is not installed")
    cases = [each for each in measures.cases() if each.measure in (2, 3)]
    keys = {figure.key for each in cases for figure in each.figures}
    results = report.Results(
        [Record(each.measure, each.name, server, round_, dict.fromkeys(keys, round_ * each.x))
         for each in cases for server in ("twisted-chat", "floor") for round_ in (1, 2)]
    )  # fmt: skip
    paths = [path for plot in report.plots(cases) for path in plot.draw(results, tmp_path, "here")]
    assert {path.name for path in paths} == {
        f"{name}.{suffix}"
        for name in ("cost-against-members", "cost-against-rooms", "latency-against-load")
        for suffix in ("png", "svg")
    }
    for path in paths:
        assert path.read_bytes().startswith((b"\x89PNG", b"<?xml"))


def test_a_target_says_whether_it_is_met():
    assert targets.Target("ratio", 5.2, least=5.0).is_met
    assert not targets.Target("ratio", 1.3, most=1.2).is_met
    assert not targets.Target("ratio", math.nan, most=1.2).is_met
    assert targets.Target("KiB", 4.0, most=6.0).limit == "at most 6"


def test_targets_name_cases_that_there_are():
    cases = measures.cases()
    keys = {key for each in cases for key in (figure.key for figure in each.figures)}
    full = report.Results(
        [Record(each.measure, each.name, server.name, 1, dict.fromkeys(keys, 2.0))
         for each in cases for server in SERVERS]
    )  # fmt: skip
    assert not [target.what for target in targets.targets(full, cases) if math.isnan(target.value)]


def test_a_list_of_names_that_was_wrong_in_one_round_of_three_is_wrong():
    rounds = [
        Record(5, "5,000 people", "twisted-chat irc", number, {"wrong_names": wrong})
        for number, wrong in enumerate([0.0, 37.0, 0.0])
    ]
    found = targets.targets(report.Results(rounds), measures.cases())
    (names,) = (target for target in found if target.value == 37)
    assert not names.is_met


# -- a long history -------------------------------------------------------------------------------


def lines_of(path):
    with closing(sqlite3.connect(path)) as database:
        return database.execute("SELECT * FROM line ORDER BY id").fetchall()


def test_a_past_is_the_same_every_time(tmp_path):
    for name in ("one.db", "two.db"):
        Past(6000, rooms=3).write(tmp_path / name)
    lines = lines_of(tmp_path / "one.db")
    assert len(lines) == 6000
    assert lines == lines_of(tmp_path / "two.db")


def test_a_past_has_its_lines_numbered_in_each_room(tmp_path):
    Past(6000, rooms=3).write(tmp_path / "chat.db")
    numbers = {}
    for _, room, number, *_ in lines_of(tmp_path / "chat.db"):
        assert number == numbers.get(room, 0) + 1
        numbers[room] = number
    assert sorted(numbers) == [1, 2, 3]
    assert numbers[1] > numbers[2] > numbers[3]


def test_a_past_has_common_words_and_rare_ones(tmp_path):
    Past(6000, rooms=1).write(tmp_path / "chat.db")
    said = Counter(text for line in lines_of(tmp_path / "chat.db") for text in line[7].split())
    assert [text for text, _ in said.most_common(3)] == COMMON[:3]
    assert all(said[text] < 10 for text in RARE)
    assert len({word(rank) for rank in range(20_000)}) == 20_000


def asked(*lines, after=""):
    return measures.Case(
        measure=10,
        name="few",
        figures=measures._ASKED,
        task={"kind": "ask", "asked": lines, "after": after},
        past=Past(600, rooms=2),
    )


def test_a_user_who_joins_a_room_with_a_past_is_timed_until_all_of_it_is_there(runner):
    (each,) = runner.run([asked("/join r0", "/join r1", after="/leave")], [OURS], 1)
    assert "error" not in each.found, each.found
    # The last lines, one above, their day, one below, and who is there.
    assert each.found["fewest_lines"] == 20 + 4
    assert 0 < each.found["first_ms"] <= each.found["max_ms"]
    assert each.found["latencies"] == 2


def test_lines_are_counted_while_others_read_what_was_said_in_other_rooms(runner):
    reading = measures.Case(
        measure=12,
        name="few",
        figures=measures._READING,
        task={
            "kind": "steady", "members": 5, "speakers": 0, "rate": 100.0, "is_marked": True,
            "reads": 50, "asked": ["/join r0\n/history\n/leave r0"],
        },
        past=Past(600, rooms=1),
    )  # fmt: skip
    (each,) = runner.run([reading], [OURS], 1)
    assert "error" not in each.found, each.found
    assert each.found["missing"] == each.found["surplus"] == 0
    # A second to warm up, and a fifth.
    assert 40 <= each.found["reads"] <= 70
    # Twice twenty lines of some words, in a room where nobody says anything.
    assert 1 < each.found["kib_a_read"] < 4


def test_those_who_stay_after_a_reset_are_told_of_all_who_went(runner):
    reset = measures.Case(
        measure=13,
        name="few",
        figures=measures._RESET,
        task={"kind": "reset", "members": 300, "staying": 40},
    )
    (each,) = runner.run([reset], [OURS], 1)
    assert "error" not in each.found, each.found
    assert each.found["left"] == each.found["told"] == 260
    assert 0 < each.found["cut_s"] < each.found["read_s"] <= each.found["seconds"]


def test_answers_are_quick_again_when_all_but_two_of_two_hundred_are():
    quick, slow = False, True
    trouble = [slow] * 3 + [quick] * 100 + [slow] * 3
    answers = list(enumerate([*trouble, quick, quick, slow, *[quick] * 300]))
    # The one that follows may be slow, and one more.
    assert quick_from(answers) == len(trouble)
    with pytest.raises(CameToNothing, match="as quick as they were"):
        quick_from(list(enumerate([quick] * 199)))


def test_an_unknown_command_fails_the_run(runner):
    (each,) = runner.run([asked("/nonsense babe")], [OURS], 2)
    assert each.found == {"error": "No such command: /nonsense"}


def test_the_server_without_history_delivers_every_line(runner):
    saturated = case(kind="saturated", members=5, speakers=2, window=20)
    (each,) = runner.run([saturated], [FORGETFUL], 1)
    assert each.found["missing"] == each.found["surplus"] == 0
    assert each.found["deliveries_per_s"] > 0


@pytest.mark.parametrize("server", [OURS, FORGETFUL], ids=lambda server: server.name)
def test_only_the_server_without_history_has_forgotten_what_was_said(server, tmp_path):
    site = servers.Site(folder=tmp_path, tools=tmp_path, port=servers.free_port())
    with (
        servers.running(server, site),
        socket.create_connection(("127.0.0.1", site.port), timeout=60) as bob,
        bob.makefile("rb") as lines,
    ):
        bob.sendall(b"bob\n/me waves\n/leave\n/join lobby\n")
        heard = b""
        while heard.count(b"You are in #lobby") < 2:
            heard += lines.readline()
    assert (b"earlier in #lobby" in heard) == (server is OURS)
    assert bool(list(tmp_path.glob("chat.db*"))) == (server is OURS)


# -- wires ----------------------------------------------------------------------------------------


def test_each_line_has_one_size_and_one_mark():
    for text in (PLAIN_TEXT, stamped_text(123)):
        assert len(text) == TEXT_SIZE
        assert text.count(MARK) == 1


def test_a_line_of_json_is_as_long_as_the_floor_is_told():
    at, text = 1_700_000_000.123456, PLAIN_TEXT.decode()
    said = Said(at, "lobby", "n00001", text, 123456, id=1_700_000_000_123_456)
    assert len(LINES.render(said)) == JSON_SIZE
    told = b"n00001: " + WIRES["peer-json"].say("", PLAIN_TEXT)
    assert len(told) == JSON_SIZE
    assert len(in_a_frame(encode(said))) == JSON_SIZE + 3


def test_a_line_of_irc_is_as_long_as_the_floor_is_told():
    text = PLAIN_TEXT.decode()
    said = Said(1_700_000_000.0, "lobby", "n00001", text, 123456, id=1_700_000_000_123_456)
    assert len(IrcDialect(Site(Chat().hub)).render(said)) == IRC_SIZE
    told = b"n00001: " + WIRES["peer-irc"].say("", PLAIN_TEXT)
    assert len(told) == IRC_SIZE


def test_a_packet_of_mqtt_is_as_long_as_it_says():
    assert WIRES["mqtt"].say("r", b"x" * 10) == b"\x30\x0d\0\1r" + b"x" * 10
    # 321 is the example of the standard, section 2.2.3.
    assert WIRES["mqtt"].say("r", b"x" * 318)[:3] == b"\x30\xc1\x02"


def test_stamps_are_read_out_of_delivered_lines():
    lines = b"".join(b"bob: " + text + b"\r\n" for text in
                     (stamped_text(1), PLAIN_TEXT, stamped_text(987654321012345)))  # fmt: skip
    assert stamps(lines) == [1, 987654321012345]


def test_a_stamp_that_is_cut_in_two_is_passed_over():
    line = b"bob: " + stamped_text(123456789012345) + b"\r\n"
    for cut in range(len(line)):
        assert set(stamps(line[:cut]) + stamps(line[cut:])) <= {123456789012345}


@pytest.mark.parametrize(
    ("wire", "greeting"),
    [
        ("peer", b"Enter your name: Welcome.\r\n"),
        ("chat", b"Enter your name: You are in #lobby.\r\nType /help for help.\r\n"),
        ("json", b'{"event":"entered"}\n{"event":"hello"}\n'),
        ("websocket", b'HTTP/1.1 101 X\r\nA: b\r\n\r\n\x81\x11{"event":"hello"}'),
        ("nats", b'INFO {"server_id":"N"} \r\nPONG\r\n'),
        ("mqtt", b"\x20\x02\x00\x00\x90\x03\x00\x01\x00"),
        ("irc", b":x 001 a :hi\r\n:x 376 a :End\r\n:a JOIN #lobby\r\n:x 366 a #lobby :End\r\n"),
    ],
)
def test_a_user_is_let_in_however_the_greeting_is_cut(wire, greeting):
    whole = answers(wire, [greeting])
    assert whole == answers(wire, [greeting[n : n + 1] for n in range(len(greeting))])
    assert b"a" in whole


def test_a_list_of_names_is_read_to_its_end_without_marks_of_rank():
    said = (
        b":x 001 r :hi\r\n:x 376 r :End\r\n:r JOIN #lobby\r\n"
        b":x 353 r = #lobby :~n00000 @n00001\r\n:x 353 r = #lobby :+n00002 n00003\r\n"
        b":x 366 r #lobby :End\r\n:x 353 r = #other :n00004\r\n"
    )
    assert read_names(said) == ["n00000", "n00001", "n00002", "n00003"]
    with pytest.raises(ConnectionAbortedError):
        read_names(said[: said.index(b":x 366")])
    with pytest.raises(ConnectionAbortedError):
        read_names(b":x 433 * r :In use\r\n" + said)


def read_names(said):
    with socket.create_server(("127.0.0.1", 0)) as server, ThreadPoolExecutor(1) as reader:
        names = reader.submit(names_in, server.getsockname()[1], "lobby", "r")
        with server.accept()[0] as connection, suppress(ConnectionError):
            connection.sendall(said)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(4096):
                pass
        return names.result()


@pytest.mark.parametrize(
    ("named", "wrong"),
    [("abc", 0), ("cab", 0), ("ab", 1), ("abcd", 1), ("abcc", 1), ("abd", 2), ("", 3)],
)
def test_each_name_that_is_missing_strange_or_told_twice_is_wrong(named, wrong):
    assert load.wrong_names(named, "abc") == wrong


def answers(wire, chunks):
    steps = WIRES[wire].arrival("a", "")
    with socket.socket() as unused:
        member = Member("a", "", deque(steps), unused, unused.fileno())
        said = member.hear(b"") + b"".join(map(member.hear, chunks))
    assert not member.steps
    return said


def test_a_program_hears_itself_too():
    people = [Member(nick, "x", deque(), None, 0) for nick in ("a", "b")]
    account = load.Account(people, True)
    account.say(people[0], 3)
    assert [account.expected(person) for person in people] == [3, 3]


def test_a_person_hears_all_of_their_room_but_themselves():
    people = [Member(nick, room, deque(), None, 0) for nick, room in ("ax", "bx", "cy")]
    account = load.Account(people)
    account.say(people[0], 3)
    account.say(people[2])
    assert [account.expected(person) for person in people] == [0, 3, 0]
    assert account.total() == 3


# -- running --------------------------------------------------------------------------------------


@pytest.mark.parametrize("ssh", ["lines", "edited"])
def test_those_who_come_by_ssh_are_delivered_every_line(runner, ssh):
    few = case(
        kind="steady", members=6, speakers=2, rate=50, ssh=ssh, is_marked=True
    )  # fmt: skip
    (run,) = runner.run([few], [OURS], 1)
    assert (run.found["missing"], run.found["lost_connections"]) == (0, 0)
    assert run.found["cpu_us"] > 0


def test_a_small_run_counts_every_delivery(runner):
    saturated = case(kind="saturated", members=7, speakers=3, window=20)
    (found,) = (each.found for each in runner.run([saturated], [PEER], 1))
    assert "error" not in found, found
    assert found["missing"] == found["surplus"] == found["lost_connections"] == 0
    assert found["deliveries_per_s"] > 0
    assert found["server_cpu_s"] > 0
    assert found["latencies"] > 0
    assert 0 <= found["p50_ms"] <= found["p99_ms"] <= found["max_ms"]


def needed(name: str) -> None:
    """
    Skip the test where the server called ``name`` cannot be started, and say why.
    """
    if why_not := BY_NAME[name].why_not():
        pytest.skip(f"{name}: {why_not}")


@pytest.mark.parametrize(
    "name", ["floor", "least twisted", "twisted-chat irc", "inspircd", "ergo"]
)
def test_a_server_with_rooms_tells_a_line_to_its_room_alone(name, runner):
    needed(name)
    rooms = case(kind="steady", members=12, rooms=3, speakers=0, rate=200.0)
    (found,) = (each.found for each in runner.run([rooms], [BY_NAME[name]], 1))
    assert "error" not in found, found
    assert found["missing"] == found["surplus"] == found["lost_connections"] == 0
    # Each line reaches three others.
    assert found["deliveries_per_s"] == pytest.approx(600, rel=0.5)


@pytest.mark.parametrize("name", ["twisted-chat irc", "inspircd"])
def test_all_who_arrived_are_in_the_list_of_names(name, runner):
    needed(name)
    arrived = case(kind="arrivals", members=7)
    (found,) = (each.found for each in runner.run([arrived], [BY_NAME[name]], 1))
    assert "error" not in found, found
    assert found["wrong_names"] == 0


@pytest.mark.parametrize("name", ["nats", "mosquitto", "bun publish"])
def test_a_broker_delivers_every_line(name, runner):
    needed(name)
    saturated = case(kind="saturated", members=5, speakers=2, window=20)
    everybody = attrs.evolve(saturated, takes=lambda _: True)
    (found,) = (each.found for each in runner.run([everybody], [BY_NAME[name]], 1))
    assert "error" not in found, found
    assert found["missing"] == found["surplus"] == found["lost_connections"] == 0
    assert found["deliveries_per_s"] > 0


def test_ergo_is_told_from_other_programs_of_its_name_by_its_version(tmp_path, monkeypatch):
    monkeypatch.setattr(servers, "_program", lambda _: "")
    assert BY_NAME["ergo"].why_not() == "ergo is not installed"
    program = tmp_path / "ergo"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(servers, "_program", lambda _: str(program))
    another = f"it is not installed: {program} is another program of that name"
    for said, why_not in [
        ("ergo-2.11.1", ""),
        ("ergo-v2.19.1", ""),
        ("ergo-2.14.0-0123456789abcdef", ""),
        ("ergo version 0.3.1", another),
        ("0.3.1", another),
        ("", another),
    ]:
        program.write_text(f"#!/bin/sh\necho >litter\necho '{said}'\n")
        program.chmod(0o755)
        assert BY_NAME["ergo"].why_not() == why_not
    assert list(tmp_path.iterdir()) == [program]
    program.chmod(0o644)
    assert BY_NAME["ergo"].why_not() == another


def test_a_line_that_is_said_alone_is_one_send_to_each(runner):
    alone = case(kind="saturated", members=5, speakers=1, window=1)
    (found,) = (each.found for each in runner.run([alone], [PEER], 1))
    assert "error" not in found, found
    assert found["lines_per_send"] == pytest.approx(1, rel=0.05)


def test_what_cannot_be_done_is_told_and_tried_once(runner):
    nothing = case(kind="nonsense", members=2)
    found = [each.found for each in runner.run([nothing], [PEER], 3)]
    assert len(found) == 1
    assert "KeyError: 'nonsense'" in found[0]["error"]


def test_a_server_that_ends_is_told_with_what_it_said(tmp_path):
    broken = attrs.evolve(PEER, command=lambda site: ["sh", "-c", "echo no such luck; exit 3"])
    site = servers.Site(folder=tmp_path, tools=tmp_path, port=servers.free_port())
    with (
        pytest.raises(servers.CannotStart, match="ended with status 3: no such luck"),
        servers.running(broken, site),
    ):
        pytest.fail("it runs")


def test_a_crowd_that_is_refused_fails_the_run():
    crowd = Crowd(servers.free_port(), 100)
    with pytest.raises(CameToNothing):
        crowd.arrive([("a", "", WIRES["peer"].arrival("a", ""))])
    crowd.close()


def test_servers_that_run_together_are_told_lines_in_turn():
    # In a process of its own, as it takes a core and switches garbage collection off.
    command = [sys.executable, "-m", "benchmarks.in_turn", "--members=5", "--lines=3"]
    which = "--servers=twisted-chat,asyncio tutorial"
    done = subprocess.run(
        [*command, which], check=True, capture_output=True, text=True, timeout=120
    )
    head, ours, peer = done.stdout.splitlines()
    assert head == "3 lines to 5 members of each, in turn"
    assert re.fullmatch(
        r"twisted-chat +p50 [\d.]+ ms  p99 [\d.]+ ms  last of .*, beside asyncio tutorial: [\d.]+",
        ours,
    )
    assert re.fullmatch(r"asyncio tutorial +p50 [\d.]+ ms  p99 [\d.]+ ms", peer)


@define
class Trickle:
    """
    A crowd of which one member more reads a line in each pass.
    """

    readers: int
    sent: list = field(factory=list)
    read: int = 0

    def delays(self):
        taken, self.read = self.read, 0
        return [1000 * number for number in range(1, taken + 1)]

    def send(self, member, data):
        self.sent.append(member.nick)

    def drain(self, timeout):
        if self.read == self.readers:
            return 0
        self.read += 1
        return 1


def hall(name, readers, members=4):
    people = [Member(f"n{number}", "", deque(), None, number) for number in range(members)]
    return in_turn.Hall(name, WIRES["irc"], Trickle(readers), people)


def test_a_line_is_read_by_all_others_before_the_next_is_said():
    one = hall("one", readers=3)
    for number in range(5):
        one.say(number, 0)
    assert one.delays == [[1000, 2000, 3000]] * 5
    assert one._crowd.sent == ["n0", "n1", "n2", "n3", "n0"]


def test_a_line_that_does_not_come_to_all_is_an_error(monkeypatch):
    monkeypatch.setattr(in_turn, "_READ_WITHIN", 0.01)
    with pytest.raises(CameToNothing, match=r"one: 2 of 3 members were sent a line"):
        hall("one", readers=2).say(0, 0)


def test_servers_are_told_beside_the_last_one():
    one, other = hall("one", readers=3), hall("other", readers=3)
    one.delays = [[1000, 2000], [5000, 3000], [500, 9000]]
    other.delays = [[4000, 1000], [1000, 4000], [3000, 4000]]
    assert list(in_turn.told([one, other])) == [
        "one                p50 2.00 ms  p99 9.00 ms  last of those sampled, beside other: 1.250",
        "other              p50 3.00 ms  p99 4.00 ms",
    ]


@pytest.mark.parametrize(
    ("argument", "complaint"),
    [
        (
            "--servers=twisted-chat,nobody",
            "there is no server 'nobody'; there are: twisted-chat, ",
        ),
        ("--members=1", "there must be 2 members and 1 line at least"),
        ("--lines=0", "there must be 2 members and 1 line at least"),
    ],
)
def test_what_cannot_be_measured_in_turn_is_refused(monkeypatch, capsys, argument, complaint):
    monkeypatch.setattr("sys.argv", ["in_turn", argument])
    with pytest.raises(SystemExit):
        in_turn.main()
    assert complaint in capsys.readouterr().err
