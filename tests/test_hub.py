"""
What people meet: arriving, talking, moving between rooms, and going.
"""

from types import ModuleType
from typing import Any

import pytest
from attrs import evolve

from twisted_chat import ChatError, Context, Hub, command, filters, on
from twisted_chat.delivery import rendering
from twisted_chat.events import Left, Said
from twisted_chat.limits import Limits, Rate
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import NO_LIMITS, Chat, Person


def everybody(chat: Chat, *nicks: str) -> list[Person]:
    people = [chat.arrive(nick) for nick in nicks]
    for person in people:
        person.reads()
    return people


def plugin(*functions: Any) -> ModuleType:
    module = ModuleType(__name__)
    vars(module).update({function.__name__: function for function in functions})
    return module


# -- arriving -------------------------------------------------------------------------------------


def test_a_newcomer_reads_the_motd_and_is_asked_for_a_name() -> None:
    newcomer = Chat(motd="Welcome!\nBe kind.").connect()
    assert newcomer.receives() == b"Welcome!\r\nBe kind.\r\nEnter your name: "


def test_without_a_motd_the_prompt_comes_first() -> None:
    assert Chat().connect().receives() == b"Enter your name: "


def test_the_first_one_reads_where_they_are_and_how_to_get_help() -> None:
    alice = Chat().connect()
    alice.types("alice")
    assert alice.reads() == [
        "You are in #lobby as alice. Nobody else is here yet.",
        "Type /help for help.",
    ]


def test_the_third_one_reads_who_is_there_and_the_topic() -> None:
    chat = Chat()
    alice, _ = everybody(chat, "alice", "bob")
    alice.types("/topic tea at four")
    carol = chat.connect()
    carol.types("carol")
    assert carol.reads() == [
        "You are in #lobby as carol with alice and bob.",
        "Topic: tea at four",
        "Type /help for help.",
    ]


def test_a_crowd_is_not_listed_to_the_last() -> None:
    chat = Chat()
    everybody(chat, *[f"p{number}" for number in range(25)])
    last = chat.connect()
    last.types("last")
    line = last.reads()[0]
    assert line.startswith("You are in #lobby as last with p0, p1,")
    assert line.endswith("p18, p19 and 5 more.")


def test_the_others_read_who_has_joined() -> None:
    chat = Chat()
    (bob,) = everybody(chat, "bob")
    chat.arrive("alice")
    assert bob.reads() == ["*** alice has joined #lobby ***"]


def test_nobody_is_announced_before_they_have_a_name() -> None:
    chat = Chat()
    (bob,) = everybody(chat, "bob")
    stranger = chat.connect()
    stranger.types("not a name", "bob")
    stranger.hangs_up()
    assert bob.reads() == []


def test_a_hash_before_the_name_is_not_part_of_it() -> None:
    chat = Chat()
    alice = chat.connect()
    alice.types("#alice")
    assert alice.reads()[0] == "You are in #lobby as alice. Nobody else is here yet."


def test_a_name_is_taken_without_regard_to_case_and_width() -> None:
    chat = Chat()
    chat.arrive("Alice")
    for same in ("alice", "ALICE", "ａｌｉｃｅ"):
        other = chat.connect()
        other.receives()
        other.types(same)
        reason, prompt = other.receives().decode().split("\r\n")
        assert reason.endswith("is taken, please choose another.")
        assert prompt == "Enter your name: "


def test_a_name_that_looks_like_another_s_is_refused_with_the_reason() -> None:
    chat = Chat()
    everybody(chat, "alice", "Рома")
    likes = {"a1ice": "alice", "AIice": "alice", "ALlCE": "alice", "POMA": "Рома"}
    for name, like in likes.items():
        other = chat.connect()
        other.receives()
        other.types(name)
        assert other.receives().decode() == (
            f"The name {name} looks like {like}, who is here; please choose another.\r\n"
            "Enter your name: "
        )


def test_names_of_every_script_are_welcome() -> None:
    chat = Chat()
    people = everybody(chat, "Ольга", "太郎", "דוד", "محمد", "नमिता")
    people[0].types("/msg ОЛЬГА hello", "/msg 太郎 hello")
    assert people[1].reads() == ["[Ольга -> you] hello"]


def test_a_registered_name_is_kept_from_all_that_looks_like_it() -> None:
    chat = Chat()
    chat.hub.accounts.names.add("Carol")
    (bob,) = everybody(chat, "bob")
    for name in ("carol", "CAROL", "caro1", "Саго1"):
        bob.types(f"/nick {name}")
    assert bob.reads() == [
        "The name Carol is registered; /login Carol takes it if it is yours.",
        "The name Carol is registered; /login Carol takes it if it is yours.",
        "The name caro1 looks like Carol, which is registered; please choose another.",
        "The name Саго1 looks like Carol, which is registered; please choose another.",
    ]


def test_where_only_ascii_names_are_taken_others_are_refused() -> None:
    chat = Chat(limits=evolve(NO_LIMITS, ascii_names=True))
    (bob,) = everybody(chat, "bob")
    bob.types("/nick Ольга", "/nick zoë", "/join чай", "/nick ｚｏｅ")
    sentence = (
        "On this server, a name may hold only the letters A to Z, digits and the characters "
        "_ - ' and ."
    )
    assert bob.reads() == [sentence, sentence, sentence, "You are now known as zoe."]


def test_whoever_is_here_and_rooms_there_are_stay_when_only_ascii_names_are_taken() -> None:
    chat = Chat()
    olga, bob = everybody(chat, "Ольга", "bob")
    olga.types("/join чай")
    chat.hub.limits = evolve(chat.hub.limits, ascii_names=True)
    bob.types("/join чай")
    assert bob.reads()[-1] == "You are in #чай as bob with Ольга."


def test_a_name_that_cannot_be_is_refused_with_the_reason_and_the_prompt_comes_again() -> None:
    chat = Chat()
    other = chat.connect()
    other.receives()
    for name, reason in {
        "two words": "A name may hold only letters, digits and the characters _ - ' and .",
        "x" * 25: "A name may be at most 24 characters long.",
        "-": "A name must begin with a letter, a digit or _.",
        "12345": "A name needs at least one letter.",
        "server": "The name server is reserved, please choose another.",
        "/join dev": "Please give your name first, commands come after that.",
        "#": "A name needs at least one letter or digit.",
    }.items():
        other.types(name)
        assert other.receives().decode() == f"{reason}\r\nEnter your name: "


def test_enter_alone_brings_the_prompt_again() -> None:
    other = Chat().connect()
    other.receives()
    other.types("")
    assert other.receives() == b"Enter your name: "


def test_one_who_quits_at_the_prompt_is_let_go() -> None:
    for word in ("quit", "/quit", "q", "EXIT"):
        other = Chat().connect()
        other.receives()
        other.types(word)
        assert other.receives() == b"Goodbye.\r\n"
        assert not other.is_connected


def test_a_name_is_free_again_when_its_owner_has_gone() -> None:
    chat = Chat()
    chat.arrive("alice").hangs_up()
    again = chat.connect()
    again.types("alice")
    assert again.reads()[0].startswith("You are in #lobby as alice")


def test_one_who_gives_no_name_is_closed_with_a_sentence() -> None:
    chat = Chat(limits=evolve(NO_LIMITS, login_timeout=60.0))
    other = chat.connect()
    other.receives()
    chat.advance(59)
    assert other.is_connected
    for _ in range(2):
        other.sends(b"still typ")
        chat.advance(1)
    assert other.receives() == b"\r\nDisconnected: no name was given within 60 seconds.\r\n"
    assert not other.is_connected


# -- talking --------------------------------------------------------------------------------------


def test_a_line_reaches_the_others_and_not_its_speaker() -> None:
    alice, bob, carol = everybody(Chat(), "alice", "bob", "carol")
    alice.types("hello")
    assert alice.reads() == []
    assert bob.reads() == carol.reads() == ["alice: hello"]


def test_spaces_before_a_line_stay_as_in_pasted_code() -> None:
    alice, bob = everybody(Chat(), "alice", "bob")
    alice.types("def f():", "    return 1")
    assert bob.reads() == ["alice: def f():", "alice:     return 1"]


def test_an_empty_line_is_not_said() -> None:
    alice, bob = everybody(Chat(), "alice", "bob")
    alice.types("")
    alice.types("", "   ", "\t", "now")
    assert bob.reads() == ["alice: now"]


def test_the_order_is_the_same_for_everybody() -> None:
    chat = Chat()
    alice, bob, carol = everybody(chat, "alice", "bob", "carol")
    for person, word in ((alice, "1"), (bob, "2"), (alice, "3"), (bob, "4")):
        person.transport.receive(f"{word}\n".encode())
    chat.advance()
    assert carol.reads() == ["alice: 1", "bob: 2", "alice: 3", "bob: 4"]
    assert alice.reads() == ["bob: 2", "bob: 4"]
    assert bob.reads() == ["alice: 1", "alice: 3"]


def test_two_slashes_say_one() -> None:
    alice, bob = everybody(Chat(), "alice", "bob")
    alice.types("//join is a command")
    assert bob.reads() == ["alice: /join is a command"]


def test_one_in_several_rooms_reads_which_room_each_line_is_from() -> None:
    alice, bob = everybody(Chat(), "alice", "bob")
    for person in (alice, bob):
        person.types("/join dev")
        person.reads()
    alice.reads()
    alice.types("in dev")
    alice.types("/join lobby", "in lobby", "/me waves")
    assert bob.reads() == [
        "[#dev] alice: in dev",
        "[#lobby] alice: in lobby",
        "[#lobby] * alice waves",
    ]
    bob.types("/leave dev")
    bob.reads()
    alice.types("again")
    assert bob.reads() == ["alice: again"]


def test_private_lines_are_read_by_the_two_alone() -> None:
    alice, bob, carol = everybody(Chat(), "alice", "bob", "carol")
    alice.types("/msg bob psst")
    bob.types("/reply what?", "@Alice: come  here")
    assert alice.reads() == ["[you -> bob] psst", "[bob -> you] what?", "[bob -> you] come  here"]
    assert bob.reads() == [
        "[alice -> you] psst",
        "[you -> alice] what?",
        "[you -> alice] come  here",
    ]
    assert carol.reads() == []


def test_one_who_writes_to_somebody_away_reads_why() -> None:
    alice, bob = everybody(Chat(), "alice", "bob")
    bob.types("/away lunch")
    alice.types("/msg bob hello")
    assert alice.reads() == ["[you -> bob] hello", "bob is away: lunch"]


def test_ignoring_somebody_hides_what_they_say_and_not_that_they_are_here() -> None:
    alice, bob, carol = everybody(Chat(), "alice", "bob", "carol")
    alice.types("/ignore bob")
    alice.reads()
    bob.types("hello", "/me waves", "/msg alice psst", "/nick bobby", "still here", "/topic peace")
    carol.types("quiet today")
    assert alice.reads() == [
        "*** bob is now known as bobby ***",
        "*** bobby set the topic of #lobby: peace ***",
        "carol: quiet today",
    ]
    assert "[you -> alice] psst" in bob.reads()


def test_the_bell_rings_when_a_name_is_said_as_a_word() -> None:
    alice, bob, carol = everybody(Chat(), "alice", "bob", "carol")
    bob.types("/bell on")
    bob.receives()
    alice.types("bobsled", "Bob, come", "/msg bob psst")
    assert bob.receives() == (b"alice: bobsled\r\n\aalice: Bob, come\r\n\a[alice -> you] psst\r\n")
    assert carol.receives() == b"alice: bobsled\r\nalice: Bob, come\r\n"


def test_colours_and_times_are_a_matter_of_taste() -> None:
    alice, bob, carol = everybody(Chat(), "alice", "bob", "carol")
    bob.types("/color on")
    bob.receives()
    alice.types("hello")
    colourful = bob.receives()
    assert colourful.startswith(b"\x1b[")
    assert colourful.endswith(b"malice\x1b[0m: hello\r\n")
    assert carol.receives() == b"alice: hello\r\n"
    bob.types("/color off")
    assert bob.receives() == b"Colours are off.\r\n"
    alice.types("hello")
    assert bob.receives() == b"alice: hello\r\n"


# -- coming and going -----------------------------------------------------------------------------


def test_the_others_read_when_somebody_goes_and_why() -> None:
    chat = Chat()
    alice, bob, carol, dave = everybody(chat, "alice", "bob", "carol", "dave")
    alice.types("/quit good night")
    bob.hangs_up()
    carol.types("/leave")
    assert dave.reads() == [
        "*** alice has left #lobby (good night) ***",
        "*** bob has left #lobby ***",
        "*** carol has left #lobby ***",
    ]
    assert alice.reads() == ["Goodbye, alice."]
    assert not alice.is_connected
    assert carol.is_connected


def test_a_leaving_word_alone_on_a_line_leaves() -> None:
    for word in ("q", "exit", "close", "disconnect", "quit", "QUIT "):
        chat = Chat()
        alice, bob = everybody(chat, "alice", "bob")
        alice.types(word)
        assert not alice.is_connected
        assert bob.reads() == ["*** alice has left #lobby ***"]


def test_a_leaving_word_within_a_line_is_said() -> None:
    alice, bob = everybody(Chat(), "alice", "bob")
    alice.types("quit that")
    assert bob.reads() == ["alice: quit that"]


def test_those_who_come_in_one_turn_are_told_in_one_line() -> None:
    chat = Chat()
    (watcher,) = everybody(chat, "watcher")
    crowd = [chat.connect(settle=False) for _ in range(3)]
    for person, nick in zip(crowd, ("alice", "bob", "carol"), strict=True):
        person.transport.receive(f"{nick}\n".encode())
    chat.advance()
    assert watcher.reads() == ["*** alice, bob and carol have joined #lobby ***"]
    assert crowd[0].reads()[2:] == ["*** bob and carol have joined #lobby ***"]


def test_those_who_go_in_one_turn_are_told_in_one_line_with_who_comes() -> None:
    chat = Chat()
    watcher, alice, bob = everybody(chat, "watcher", "alice", "bob")
    watcher.reads()
    alice.transport.hang_up()
    bob.transport.receive(b"/quit bye\n")
    chat.connect(settle=False).transport.receive(b"carol\n")
    chat.advance()
    assert watcher.reads() == ["*** carol has joined and alice and bob (bye) have left #lobby ***"]


def test_a_join_storm_in_a_large_room_is_told_as_a_count() -> None:
    chat = Chat()
    watcher = everybody(chat, *[f"p{number}" for number in range(100)])[0]
    watcher.reads()
    for number in range(40):
        chat.connect(settle=False).transport.receive(f"late{number}\n".encode())
    chat.advance()
    assert watcher.reads() == ["*** 40 people have joined #lobby ***"]


def test_those_who_leave_a_large_room_at_once_are_counted_though_it_is_small_then() -> None:
    chat = Chat()
    watcher, *crowd = everybody(chat, *[f"p{number}" for number in range(130)])
    watcher.reads()
    for person in crowd[:60]:
        person.transport.hang_up()
    chat.advance()
    assert watcher.reads() == ["*** 60 people have left #lobby ***"]


def test_a_storm_of_arrivals_costs_each_one_line_not_one_for_each_other() -> None:
    chat = Chat()
    crowd = [chat.connect(settle=False) for _ in range(300)]
    for number, person in enumerate(crowd):
        person.transport.receive(f"p{number}\n".encode())
    chat.advance()
    assert all(len(person.reads()) <= 3 for person in crowd)


def test_somebody_alone_is_named_in_a_large_room_too() -> None:
    chat = Chat()
    watcher = everybody(chat, *[f"p{number}" for number in range(120)])[0]
    watcher.reads()
    chat.arrive("alice")
    assert watcher.reads() == ["*** alice has joined #lobby ***"]


def test_an_empty_room_is_gone_and_the_lobby_stays() -> None:
    chat = Chat()
    (alice,) = everybody(chat, "alice")
    alice.types("/join dev", "/leave", "/leave")
    assert set(chat.hub.rooms) == {"lobby"}


def test_one_who_has_left_every_room_is_told_how_to_enter_one() -> None:
    (alice,) = everybody(Chat(), "alice")
    alice.types("/leave", "hello?", "/me waves", "/who")
    assert alice.reads() == [
        "You have left #lobby.",
        "You are in no room. Enter one with /join room.",
        "You are in no room. Enter one with /join room.",
        "You are in no room. Enter one with /join room.",
    ]


def test_a_rename_is_read_once_by_one_who_shares_several_rooms() -> None:
    alice, bob = everybody(Chat(), "alice", "bob")
    for person in (alice, bob):
        person.types("/join dev")
        person.reads()
    alice.reads()
    alice.types("/nick alicia")
    assert bob.reads() == ["*** alice is now known as alicia ***"]


# -- limits ---------------------------------------------------------------------------------------


def test_an_idle_person_is_warned_a_minute_before_and_then_closed() -> None:
    chat = Chat(limits=evolve(NO_LIMITS, idle_timeout=3600.0))
    alice = chat.arrive("alice")
    bob = chat.arrive("bob")
    alice.reads()
    for _ in range(3539):
        chat.advance(1)
    bob.types("busy")
    assert alice.reads() == ["bob: busy"]
    chat.advance(1)
    assert alice.reads() == ["You will be disconnected in 60 seconds unless you type something."]
    for _ in range(60):
        chat.advance(1)
    assert alice.reads() == ["Disconnected: idle timeout."]
    assert not alice.is_connected
    assert bob.reads() == ["*** alice has left #lobby (idle timeout) ***"]


@pytest.mark.parametrize(("timeout", "warned_at"), [(64.0, 4), (61.0, 1), (60.0, 30), (10.0, 5)])
def test_the_warning_comes_a_minute_before_where_there_is_one(
    timeout: float, warned_at: int
) -> None:
    chat = Chat(limits=evolve(NO_LIMITS, idle_timeout=timeout))
    alice = chat.arrive("alice")
    for _ in range(warned_at - 1):
        chat.advance(1)
    assert alice.reads() == []
    chat.advance(1)
    left = round(timeout) - warned_at
    assert alice.reads() == [
        f"You will be disconnected in {left} seconds unless you type something."
    ]


def test_one_who_types_after_the_warning_stays() -> None:
    chat = Chat(limits=evolve(NO_LIMITS, idle_timeout=120.0))
    alice = chat.arrive("alice")
    for _ in range(3):
        for _ in range(61):
            chat.advance(1)
        assert len(alice.reads()) == 1
        alice.types("here")
    assert alice.is_connected


def test_a_name_that_looks_like_another_s_cannot_be_taken_later_but_one_s_own_can() -> None:
    chat = Chat()
    alice, bob = everybody(chat, "alice", "bob")
    bob.types("/nick a1ice", "/nick B0b", "/nick bob")
    alice.types("/nick carol")
    bob.types("/nick a1ice")
    refused, *others = bob.reads()
    assert refused == "The name a1ice looks like alice, who is here; please choose another."
    assert others == [
        "You are now known as B0b.",
        "You are now known as bob.",
        "*** alice is now known as carol ***",
        "You are now known as a1ice.",
    ]


def test_a_name_that_looked_like_that_of_somebody_who_has_gone_is_free() -> None:
    chat = Chat()
    chat.arrive("alice").hangs_up()
    other = chat.connect()
    other.types("a1ice")
    assert other.reads()[0].startswith("You are in #lobby as a1ice")


def test_no_two_rooms_look_alike_be_they_there_or_asleep() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    alice, bob = everybody(chat, "alice", "bob")
    alice.types("/join dev0")
    bob.types("/join devO", "/join DEV0", "/leave")
    alice.types("/leave")
    bob.types("/join devO", "/join 1obby")
    assert bob.reads() == [
        "#devO looks like #dev0; please choose another name.",
        "You are in #dev0 as bob with alice.",
        "You have left #dev0.",
        "You are now talking in #lobby.",
        "#devO looks like #dev0; please choose another name.",
        "#1obby looks like #lobby; please choose another name.",
    ]
    again = Chat(store=store)
    bob = again.arrive("bob")
    bob.types("/join devO", "/join dev0")
    assert bob.reads() == [
        "#devO looks like #dev0; please choose another name.",
        "You are in #dev0 as bob. Nobody else is here yet.",
    ]


def test_names_are_not_changed_all_the_time() -> None:
    chat = Chat(limits=Limits(rate=100.0, nick_rate=Rate(2, 60)))
    alice = chat.arrive("alice")
    alice.types("/nick a1", "/nick a2", "/nick a3")
    assert alice.reads() == [
        "You are now known as a1.",
        "You are now known as a2.",
        "You change your name too often, please wait 30 s.",
    ]
    chat.advance(30)
    alice.types("/nick a3")
    assert alice.reads() == ["You are now known as a3."]


def test_rooms_are_not_joined_nor_made_all_the_time() -> None:
    chat = Chat(limits=Limits(rate=100.0, join_rate=Rate(3, 60), create_rate=Rate(2, 600)))
    alice = chat.arrive("alice")
    alice.types("/join a", "/join b", "/join c")
    assert alice.reads()[2:] == ["You make rooms too often, please wait 300 s."]
    alice.types("/join d")
    assert alice.reads() == ["You join rooms too often, please wait 20 s."]


def test_nobody_is_in_more_rooms_than_they_may_be() -> None:
    chat = Chat(limits=evolve(NO_LIMITS, max_rooms=2))
    alice = chat.arrive("alice")
    alice.types("/join a", "/join b")
    assert alice.reads()[1:] == ["You are in 2 rooms already; /leave one first."]


def test_a_room_holds_no_more_than_it_may() -> None:
    chat = Chat(limits=evolve(NO_LIMITS, room_size=2))
    alice, bob = everybody(chat, "alice", "bob")
    carol = chat.connect()
    carol.types("carol", "/join lobby", "/join elsewhere")
    assert carol.reads() == [
        "Welcome, carol. #lobby is full, 2 people are in it.",
        "Type /help for help.",
        "#lobby is full, 2 people are in it.",
        "You are in #elsewhere as carol. Nobody else is here yet.",
    ]
    assert alice.reads() == bob.reads() == []


def test_nobody_ignores_more_people_than_they_may() -> None:
    chat = Chat(limits=evolve(NO_LIMITS, max_ignored=1))
    alice, _, _ = everybody(chat, "alice", "bob", "carol")
    alice.types("/ignore bob", "/ignore carol")
    assert alice.reads()[1:] == ["You ignore 1 people already; /unignore somebody first."]


def test_the_shutdown_is_told_to_everybody_and_nobody_is_told_of_the_others_going() -> None:
    chat = Chat()
    alice, bob = everybody(chat, "alice", "bob")
    newcomer = chat.connect()
    newcomer.receives()
    chat.hub.shut_down()
    chat.advance()
    for person in (alice, bob, newcomer):
        assert person.reads() == ["*** The server is shutting down. ***"]
        assert not person.is_connected
    assert not chat.hub.sessions


# -- plugins that turn everything upside down -----------------------------------------------------


def test_a_filter_that_throws_the_speaker_out_leaves_nothing_said() -> None:
    @filters(Said)
    def bouncer(hub: Hub, event: Said) -> None:
        hub.close(hub.find_user(event.nick).sessions[0], "Out.", "thrown out")

    chat = Chat(plugin(bouncer))
    alice, bob = everybody(chat, "alice", "bob")
    alice.types("hello")
    assert bob.reads() == ["*** alice has left #lobby (thrown out) ***"]
    assert alice.reads() == ["Out."]
    assert not alice.is_connected


def test_a_handler_that_empties_the_rooms_of_one_who_goes_is_no_trouble() -> None:
    @on(Left)
    def tidy(hub: Hub, event: Left) -> None:
        for room in tuple(hub.rooms.values()):
            for user in tuple(room.members):
                if not user.is_here:
                    hub.membership.leave(user, room)

    chat = Chat(plugin(tidy))
    alice, bob = everybody(chat, "alice", "bob")
    alice.types("/join dev", "/join ops", "/quit")
    assert set(chat.hub.rooms) == {"lobby"}
    assert [user.nick for user in chat.hub.rooms["lobby"].members] == ["bob"]
    assert bob.reads() == ["*** alice has left #lobby ***"]


def test_somebody_who_has_gone_can_be_brought_nowhere() -> None:
    refused: list[str] = []

    @on(Left)
    def cling(hub: Hub, event: Left) -> None:
        for attempt in (
            lambda: hub.membership.join(gone, "dev"),
            lambda: hub.nicks.rename(gone.user, "ghost"),
            lambda: hub.talk.tell(gone, bobs.user, "boo"),
            lambda: hub.arrivals.enter(gone, "ghost"),
        ):
            try:
                attempt()
            except ChatError as refusal:
                refused.append(str(refusal))

    chat = Chat(plugin(cling))
    alice, bob = everybody(chat, "alice", "bob")
    gone, bobs = alice.protocol.session, bob.protocol.session
    alice.hangs_up()
    assert len(refused) == 4
    assert set(chat.hub.users) == {"bob"}
    assert set(chat.hub.rooms) == {"lobby"}
    assert bob.reads() == ["*** alice has left #lobby ***"]


def test_a_storm_in_a_large_room_costs_in_proportion_to_its_size() -> None:
    def work_for(size: int) -> int:
        chat = Chat()
        crowd = [chat.connect(settle=False) for _ in range(size)]
        for number, person in enumerate(crowd):
            person.transport.receive(f"p{number}\n".encode())
        counted, original = [0], rendering.PresenceRun.add

        def add(self: Any, *args: Any) -> Any:
            counted[0] += 1
            return original(self, *args)

        rendering.PresenceRun.add = add
        try:
            chat.advance()
        finally:
            rendering.PresenceRun.add = original
        assert crowd[0].reads()[2:] == [f"*** {size - 1} people have joined #lobby ***"]
        assert crowd[size - 2].reads()[2:] == [f"*** p{size - 1} has joined #lobby ***"]
        return counted[0] + size

    assert work_for(800) < 3 * work_for(400)


def test_a_mass_departure_from_a_large_room_tells_nobody_of_everybody() -> None:
    chat = Chat()
    watcher, *crowd = everybody(chat, *[f"p{number}" for number in range(601)])
    for person in (watcher, *crowd):
        person.reads()
    for person in crowd[:300]:
        # Their input ends, and they may still read.
        person.protocol.readConnectionLost()
    watcher.transport.receive(b"where are you all going?\n")
    for person in crowd[300:]:
        person.protocol.readConnectionLost()
    chat.advance()
    said = "p0: where are you all going?"
    assert watcher.reads() == ["*** 600 people have left #lobby ***"]
    assert crowd[-1].reads() == [
        "*** 300 people have left #lobby ***",
        said,
        "*** 299 people have left #lobby ***",
    ]
    assert crowd[1].reads() == ["*** p1 has left #lobby ***"]


def test_what_is_no_text_is_refused_before_anything_happens() -> None:
    troubles: list[type[Exception]] = []

    @command
    def junk(ctx: Context) -> None:
        """Say what cannot be said."""
        hub, session = ctx.hub, ctx.session
        for attempt in (
            lambda: hub.talk.say(session, ctx.room, 7),
            lambda: hub.talk.act(session, ctx.room, None),
            lambda: hub.talk.tell(session, ctx.user, b"x"),
            lambda: hub.talk.set_topic(ctx.user, ctx.room, 7),
            lambda: hub.close(session, "Bye.", None),
            lambda: hub.disconnect(session, None),
            lambda: hub.membership.leave(ctx.user, ctx.room, None),
        ):
            try:
                attempt()
            except TypeError as error:
                troubles.append(type(error))

    chat = Chat(plugin(junk))
    alice, bob = everybody(chat, "alice", "bob")
    bob.types("/bell on")
    alice.types("/junk", "still here")
    assert troubles == [TypeError] * 7
    assert bob.reads() == ["The bell is on.", "alice: still here"]
    bob.types("/who")
    assert bob.reads() == ["In #lobby: alice, bob."]


def test_whoever_and_whatever_is_shown_in_a_traceback_is_short() -> None:
    chat = Chat()
    alice, *_ = everybody(chat, *[f"p{number}" for number in range(20)])
    session = alice.protocol.session
    assert repr(session.user) == "<User 'p0'>"
    assert repr(session) == "<Session 1 'p0'>"
    assert repr(chat.hub.rooms["lobby"]) == "<Room 'lobby'>"
    assert len(repr(chat.hub)) < 100
    assert len(repr(session.view)) < 300


def test_the_names_one_ignores_do_not_pile_up() -> None:
    chat = Chat(limits=evolve(NO_LIMITS, max_ignored=2))
    alice, bob, _ = everybody(chat, "alice", "bob", "carol")
    alice.types("/ignore bob")
    for number in range(5):
        bob.types(f"/nick b{number}")
    dave = chat.arrive("b3")
    alice.reads()
    dave.types("hello")
    bob.types("hello")
    assert alice.reads() == ["b3: hello"]
    alice.types("/ignore carol")
    assert alice.reads()[0].startswith("You no longer read what carol says.")


def test_bells_of_many_are_not_rung_by_one_long_word() -> None:
    chat = Chat()
    alice, *others = everybody(chat, "alice", *["a" * length for length in range(1, 17)])
    for person in others:
        person.types("/bell on")
        person.receives()
    alice.types("a" * 4000, "a.b-aa")
    rung = [person.receives().count(b"\a") for person in others]
    assert rung == [1, 1] + [0] * 14
