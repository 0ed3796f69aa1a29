"""
Talking on the page, with people at other doors.
"""

from __future__ import annotations

import json
import socket

from harness import WITHIN, wait_until
from heard_names import CASES
from stage import Stage

PASSWORD = "correct-horse-battery"


def test_two_people_talk_one_by_page_and_one_by_telnet(visit, server):
    bob = server.arrive("bob")
    ada = visit("ada")
    bob.expect("*** ada has joined #lobby ***")
    ada.types("hello bob")
    bob.expect("ada: hello bob")
    bob.types("hi ada, tea?")
    ada.reads("hi ada, tea?")
    assert ada.lines("said") == ["hello bob", "hi ada, tea?"]
    ada.sees("#members button", ["ada", "bob"])
    bob.types("/quit tea")
    ada.reads("bob has left the chat (tea)")
    ada.sees("#members button", ["ada"])


def test_a_line_may_be_answered_edited_pinned_and_deleted_and_reacted_to(visit, server):
    bob = server.arrive("bob")
    ada = visit("ada")
    bob.expect("*** ada has joined #lobby ***")
    bob.types("tea or coffee?")
    ada.reads("tea or coffee?")
    # From the field to the lines, to the latest of them, and back to the field by R.
    ada.presses("Alt+l", "r")
    ada.types("tea")
    number = bob.reads_line()
    assert number.endswith("bob: tea or coffee?): tea"), number
    ada.reads("↪ bob: tea or coffee?")
    ada.presses("Alt+l", "e")
    ada.presses("End")
    ada.types(", please")
    bob.expect("*** ada edited 4 (ada: tea): tea, please ***")
    ada.reads("tea, please (edited)")
    ada.presses("Alt+l", "ArrowUp", "+", "Enter")
    bob.expect("*** ada reacts to 3 (bob: tea or coffee?) with +1 ***")
    ada.reads("+1 1")
    ada.page.get_by_role("button", name="+1, 1").click()
    bob.expect("*** ada no longer reacts to 3 (bob: tea or coffee?) with +1 ***")
    ada.is_at(".line.said")
    # A click is no wish for a single key to do something.
    ada.presses("p", "ArrowDown", "ArrowUp", "p")
    ada.reads("(pinned)")
    ada.page.get_by_role("button", name="Pins").click()
    ada.sees("#title", ["Pinned in #lobby"])
    ada.sees("#lines .said .nick", ["bob"])
    ada.is_at(".line.said")
    ada.presses("Enter")
    ada.sees("#title", ["#lobby"])
    ada.is_at(".line.target")
    # What is gone for all is asked for first.
    asked = []
    ada.page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    ada.presses("Alt+l", "d")
    wait_until(lambda: bool(ada.page.title()) and asked, "asked")
    assert asked == ["Delete this line for all?"]
    ada.page.once("dialog", lambda dialog: dialog.accept())
    ada.presses("d")
    ada.reads("(deleted)")
    assert ada.lines("said") == ["tea or coffee? (pinned)"]


def test_a_reaction_may_be_any_symbol_and_what_was_being_typed_is_kept(visit, server):
    bob = server.arrive("bob")
    ada = visit("ada")
    bob.expect("*** ada has joined #lobby ***")
    bob.types("tea?")
    ada.reads("tea?")
    ada.page.keyboard.type("half a sen")
    # By a name that is typed, by a symbol that is shown, and not at all.
    ada.presses("Alt+l", "+")
    ada.sees("#about span", ["React to bob: tea?"])
    ada.types("lgtm")
    bob.expect("*** ada reacts to 3 (bob: tea?) with lgtm ***")
    ada.has_typed("half a sen")
    ada.presses("Alt+l", "+")
    ada.page.get_by_role("button", name="🎉").click()
    bob.expect("*** ada reacts to 3 (bob: tea?) with 🎉 ***")
    ada.has_typed("half a sen")
    ada.sees(".reactions button", ["lgtm 1", "🎉 1"])
    ada.presses("Alt+l", "+")
    ada.has_typed("+1")
    ada.presses("Escape")
    ada.has_typed("half a sen")
    # One that is refused is there to be mended.
    ada.presses("Alt+l", "ArrowUp", "+")
    ada.types("much-too-long-a-reaction")
    ada.sees(".refusal .text", ["A reaction may be at most 16 characters long, not 24."])
    ada.has_typed("much-too-long-a-reaction")
    ada.sees("#about span", ["React to bob: tea?"])
    ada.types("ok")
    bob.expect("*** ada reacts to 3 (bob: tea?) with ok ***")
    ada.has_typed("half a sen")
    # Nor is it lost where a line is edited meanwhile.
    ada.types("tence")
    bob.expect("ada: half a sentence")
    ada.reads("half a sentence")
    ada.page.keyboard.type("another")
    ada.presses("Alt+l", "e")
    ada.has_typed("half a sentence")
    ada.presses("Escape")
    ada.has_typed("another")
    bob.expect_nothing_more()


def test_rooms_show_what_is_unread_and_where_the_reader_is_named(visit, server):
    bob = server.arrive("bob")
    bob.types("/join den")
    ada = visit("ada")
    ada.types("/join den")
    ada.sees("#title", ["#den"])
    ada.types("here")
    bob.skip_to("[#den] ada: here")
    ada.presses("Alt+ArrowUp")
    ada.sees("#title", ["#lobby"])
    bob.types("one", "two for Ada")
    ada.sees("#rooms .badge", ["", "2"])
    ada.sees("#rooms .badge.called", ["2"])
    assert ada.page.title() == "(1) #lobby - Twisted Chat"
    button = ada.page.get_by_role("button", name="#den, 2 unread, 1 with your name")
    button.click()
    ada.sees("#rooms .badge", ["", ""])
    assert ada.page.title() == "#den - Twisted Chat"
    assert ada.texts(".line.mention .text") == ["two for Ada"]
    # What is said where one looks is read.
    bob.types("three")
    ada.reads("three")
    ada.sees("#rooms .badge", ["", ""])


def test_messages_that_another_program_has_marked_are_read(visit, server):
    bob = server.arrive("bob")
    ada = visit("ada")
    bob.expect("*** ada has joined #lobby ***")
    ada.types("/register")
    ada.is_at("#secret-fields input")
    ada.types(PASSWORD, PASSWORD)
    ada.sees("#me", ["You are ada"])
    bob.types("/msg ada one", "/msg ada two")
    ada.sees("#messages .badge", ["2"])
    with socket.create_connection(("127.0.0.1", int(server.address)), WITHIN) as connection:
        program = connection.makefile("rw")

        def asks(request: str, kind: str, **members: object) -> dict:
            program.write(json.dumps({"request": request, "label": "x", **members}) + "\n")
            program.flush()
            return next(each for each in map(json.loads, program) if each.get("event") == kind)

        asks("hello", "done", name="ada", password=PASSWORD)
        (of_bob,) = asks("unread", "unread")["private"]
        assert of_bob["messages"] == 2
        # By the id that the store has, which is not that of the event.
        asks("read", "done", nick="bob", id=of_bob["last"])
        ada.sees("#messages .badge", [""])


def test_people_write_to_each_other_alone(visit, server):
    bob = server.arrive("bob")
    ada = visit("ada")
    bob.expect("*** ada has joined #lobby ***")
    bob.types("/msg ada psst")
    ada.sees("#messages .badge", ["1"])
    assert ada.lines("told") == []
    ada.page.get_by_role("button", name="@bob").click()
    ada.reads("psst")
    ada.types("what?")
    bob.skip_to("[ada -> you] what?")
    ada.reads("what?")
    assert ada.lines("told") == ["psst", "what?"]
    ada.presses("Alt+ArrowDown")
    ada.sees("#title", ["#lobby"])
    ada.page.locator("#members").get_by_text("bob").click()
    ada.sees("#title", ["@bob"])


def test_names_and_commands_are_completed_by_the_server(visit, server):
    server.arrive("Ольга")
    server.arrive("bob")
    ada = visit("ada")
    ada.page.keyboard.type("😀 Оль")
    ada.presses("Tab")
    ada.has_typed("😀 Ольга ")
    ada.page.keyboard.type("x")
    ada.presses("Control+a")
    ada.page.keyboard.type("/un")
    ada.presses("Tab")
    ada.has_typed("/unban")
    words = ada.texts("#words li")
    assert {"/unban", "/unpin", "/unreact"} <= set(words)
    ada.presses("Tab")
    ada.has_typed(words[1])
    ada.presses("Shift+Tab")
    ada.has_typed("/unban")
    ada.presses("Escape")
    ada.has_typed("/un")
    ada.presses("Control+a")
    ada.page.keyboard.type("done :heart")
    ada.presses("Tab")
    ada.has_typed("done \u2764\ufe0f")
    assert ada.texts("#words li")[0] == "\u2764\ufe0f heart"
    ada.presses("Escape")
    ada.presses("Control+a")
    ada.page.keyboard.type("/un")
    ada.presses("Tab")
    ada.presses("Escape")
    ada.has_typed("/un")
    # Tab leads on again: nobody is kept in the field.
    ada.presses("Tab")
    assert ada.page.evaluate("document.activeElement.id") == "send"


def test_a_completion_that_is_given_up_before_it_comes_changes_nothing(visit):
    stage = Stage(late={"complete"})
    ada = visit()
    stage.opens(ada)
    ada.page.keyboard.type("/un")
    ada.presses("Tab")
    wait_until(lambda: stage.was_asked(ada, "/un"), "asked how it goes on")
    label = stage.asked[-1]["label"]
    ada.presses("Escape")
    words = {"words": ["/unban", "/unpin"], "names": ["", ""]}
    stage.tells({"event": "completed", "at": 1, "start": 0, "label": label, **words})
    stage.tells({"event": "done", "at": 1, "label": label})
    stage.tells({"event": "notice", "at": 1, "text": "x", "sentence": "It came too late."})
    ada.reads("It came too late.")
    ada.page.keyboard.type("known")
    ada.has_typed("/unknown")
    ada.presses("Control+a", "Delete")


def test_commands_are_typed_as_everywhere_and_what_is_refused_is_not_lost(visit, server):
    bob = server.arrive("bob")
    ada = visit("ada")
    bob.expect("*** ada has joined #lobby ***")
    ada.types("/topic tea")
    bob.expect("*** ada set the topic of #lobby: tea ***")
    ada.sees("#topic", ["tea"])
    ada.types("/me waves", "//not a command", "/usr/bin")
    bob.expect("* ada waves", "ada: /not a command", "ada: /usr/bin")
    ada.types("/nope")
    ada.reads("No such command: /nope.")
    ada.has_typed("/nope")
    ada.types("/whois bob")
    ada.reads("bob is in #lobby")
    ada.presses("ArrowUp")
    ada.has_typed("/whois bob")
    ada.presses("ArrowUp")
    ada.has_typed("/nope")


def test_a_paste_is_one_message(visit, server):
    bob = server.arrive("bob")
    ada = visit("ada")
    bob.expect("*** ada has joined #lobby ***")
    ada.page.evaluate("navigator.clipboard")
    ada.page.keyboard.insert_text("def f():\n    return 1\n\n/quit\n")
    assert ada.lines("said") == []
    ada.presses("Enter")
    ada.reads("return 1")
    assert ada.lines("said") == ["def f():\n    return 1\n\n/quit"]
    assert bob.reads_line() == "ada: def f():"


def test_a_paste_that_is_too_long_is_refused_and_not_lost(visit, server):
    bob = server.arrive("bob")
    ada = visit("ada")
    bob.expect("*** ada has joined #lobby ***")
    # More than the server reads, and more than it stays connected for.
    refusal = "That is too long: a message may have 16384 bytes."
    for count, length in enumerate((20_000, 100_000), 1):
        ada.page.keyboard.insert_text("é" * (length // 2))
        ada.presses("Enter")
        ada.sees(".refusal .text", [refusal] * count)
        ada.has_typed("é" * (length // 2))
    ada.types("short")
    bob.expect("ada: short")


def test_links_are_links_and_nothing_else_is(visit, server):
    bob = server.arrive("bob")
    ada = visit("ada")
    bob.types(
        "see https://chat.example/a_(b)?q=1#x, (http://chat.example). "
        "javascript:alert(1) data:text/html,x ftp://chat.example <b>HTTPS://Chat.Example</b>"
    )
    ada.reads("see https://chat.example")
    links = ada.page.locator("#lines a")
    assert links.all_inner_texts() == [
        "https://chat.example/a_(b)?q=1#x",
        "http://chat.example",
        "HTTPS://Chat.Example",
    ]
    for link in links.all():
        assert link.get_attribute("rel") == "noopener noreferrer"
        assert link.get_attribute("target") == "_blank"
        assert link.get_attribute("href").startswith(("http://chat", "https://chat"))


def test_a_bracket_belongs_to_the_link_that_opened_it(visit, server):
    bob = server.arrive("bob")
    ada = visit("ada")
    bob.types("https://a.example/(x)y_(z) (https://b.example/A_(b))! [https://c.example/a[0]],")
    # Many of them keep no reader waiting; when each was counted again, it took seconds.
    bob.types(f"https://d.example{')' * 4000}", "the end")
    ada.reads("the end")
    assert ada.page.locator("#lines a").all_inner_texts() == [
        "https://a.example/(x)y_(z)",
        "https://b.example/A_(b)",
        "https://c.example/a[0]",
        "https://d.example",
    ]


def test_an_account_is_made_and_entered_with_a_password_that_is_never_shown(visit, server):
    ada = visit("ada")
    ada.types("/register")
    ada.is_at("#secret-fields input")
    # A slip is no new password.
    ada.types("correct-horse-battery", "correct-horse-batter")
    ada.sees("#secret-title", ["These are two passwords. Type one twice."])
    ada.types("y")
    ada.sees("#me", ["You are ada"])
    ada.types("/logout")
    ada.page.locator("#entry-name").wait_for()
    other = visit()
    other.page.locator("#entry-name").wait_for()
    other.types("ada")
    other.sees("#entry-told", ["The name ada has an account: give its password."])
    other.types("wrong-horse-battery")
    other.sees("#entry-told", ["Wrong name or password."])
    other.presses("Control+a")
    other.types("correct-horse-battery")
    other.sees("#me", ["You are ada"])
    assert "horse" not in other.page.content()
    assert "horse" not in server.log


def test_in_no_room_the_page_says_so_and_a_room_is_joined_at_the_side(visit, server):
    ada = visit("ada")
    ada.types("/leave")
    ada.sees("#title", ["No room"])
    ada.types("hello?")
    ada.sees("#told", ["You are not in a room. Enter one with /join room."])
    ada.has_typed("hello?")
    ada.page.locator("#others summary").click()
    ada.page.locator("#join-room").fill("den")
    ada.presses("Enter")
    ada.sees("#title", ["#den"])
    ada.sees("#told", [""])
    bob = server.arrive("bob")
    bob.types("/join attic")
    bob.skip_to("You are in #attic as bob. Nobody else is here yet.")
    ada.page.locator("#others summary").click()
    ada.page.locator("#others summary").click()
    ada.page.get_by_role("button", name="#attic (1)").click()
    ada.sees("#title", ["#attic"])


def test_a_line_that_is_taller_than_the_window_can_be_edited_and_a_notice_is_passed_over(
    visit, server
):
    ada = visit("ada")
    ada.types("word " * 700)
    ada.reads("word word")
    ada.presses("Alt+l", "e")
    ada.sees("#about span", ["Edit ada: " + ("word " * 700).strip()])
    ada.presses("Escape")
    server.arrive("bob")
    ada.reads("bob has joined #lobby")
    ada.presses("Alt+l", "r")
    ada.page.locator("#about span", has_text="Reply to ada").wait_for()
    ada.presses("Escape")


def test_strangers_cannot_fill_the_list_of_messages(visit):
    stage = Stage()
    ada = visit()
    stage.opens(ada)
    told = {"event": "told", "recipient": "ada", "quote": "", "re": 0, "at": 1.0}
    for number in range(150):
        stage.tells({**told, "nick": f"guest{number}", "text": f"hi {number}", "id": number + 2})
        if number == 0:
            ada.page.get_by_role("button", name="@guest0").click()
            ada.reads("hi 0")
    ada.page.get_by_role("button", name="@guest149").wait_for()
    names = ada.texts("#messages .name")
    assert len(names) == 100
    # The one that is looked at stays.
    assert names[0] == "@guest0"


def test_each_line_that_names_the_reader_has_a_notification(visit, server):
    bob = server.arrive("bob")
    ada = visit("ada")
    ada.page.evaluate(
        "() => { globalThis.shown = []; document.hasFocus = () => false;"
        " globalThis.Notification = class { static permission = 'granted';"
        "  constructor(title, options) { shown.push({title, ...options}) } } }"
    )
    bob.types("tea, ada?", "ada: cake?")
    ada.page.wait_for_function("shown.length === 2")
    shown = ada.page.evaluate("shown")
    assert [each["body"] for each in shown] == ["tea, ada?", "ada: cake?"]
    # One takes the place of the other, and is heard too.
    assert {each["tag"] for each in shown} == {"#lobby"}
    assert all(each["renotify"] for each in shown)


def test_a_name_is_heard_by_the_page_where_the_server_hears_it(visit):
    ada = visit()
    heard = ada.page.evaluate(
        "async cases => {"
        " const main = document.querySelector('script[type=module]').src;"
        " const { State } = await import(new URL('state.js', main));"
        " return cases.map(([text, nick]) => {"
        "  const state = new State({}); state.nick = nick; return state.names(text) }) }",
        [[text, key] for text, key, _ in CASES],
    )
    assert [(*case[:2], is_named) for case, is_named in zip(CASES, heard, strict=True)] == CASES


def test_what_is_told_while_the_lines_of_a_room_are_read_stays_among_them(visit):
    ada = visit()
    shown = ada.page.evaluate(
        "async () => {"
        " const main = document.querySelector('script[type=module]').src;"
        " const { Place } = await import(new URL('place.js', main));"
        " const line = (number, text) => ({ number, text });"
        " const place = new Place('room', 'den');"
        " const texts = () => place.lines.map((each) => each.text);"
        " const fill = (...lines) => place.fill(lines, { isAtEnd: true, hasEarlier: false });"
        " place.append(line(0, 'You are told of no line.'));"
        " fill();"
        " const empty = texts();"
        " for (const each of [line(3, 'three'), line(0, 'Pinned.'), line(5, 'five')])"
        "  place.append(each);"
        " fill(line(1, 'one'), line(2, 'two'), line(3, 'three'), line(4, 'four'));"
        " const before = texts();"
        # A later page holds nothing of what stood before it.
        " fill(line(4, 'four'), line(5, 'five'), line(6, 'six'));"
        " return [empty, before, texts()] }"
    )
    empty, before, after = shown
    assert empty == ["You are told of no line."]
    assert before == ["one", "two", "You are told of no line.", "three", "four", "Pinned.", "five"]
    assert after == ["four", "Pinned.", "five", "six"]


def test_what_was_told_in_a_session_that_is_over_is_not_below_what_is_said_in_the_next(visit):
    ada = visit()
    assert ada.page.evaluate(
        "async () => {"
        " const main = document.querySelector('script[type=module]').src;"
        " const { State } = await import(new URL('state.js', main));"
        " const state = new State({ changed() {}, isWatched: () => false });"
        " const hello = { event: 'hello', nick: 'ada', account: '', is_resumed: false };"
        " const line = (number, text) => ({ number, text });"
        " state.take(hello);"
        " state.take({ event: 'rooms-restored', rooms: ['den'] });"
        " const place = state.room('den');"
        " for (const each of [line(10, 'ten'), line(0, 'bob left')]) place.append(each);"
        " state.take(hello);"
        " const kept = place.lines.map((each) => each.text);"
        " place.fill([line(10, 'ten'), line(11, 'eleven')], { isAtEnd: true, hasEarlier: true });"
        " return [kept, place.lines.map((each) => each.text)] }"
    ) == [["ten"], ["ten", "eleven"]]


def test_who_goes_to_two_lines_at_once_comes_to_both(visit):
    ada = visit()
    assert ada.page.evaluate(
        "async () => {"
        " const main = document.querySelector('script[type=module]').src;"
        " const { State } = await import(new URL('state.js', main));"
        " const { Actions } = await import(new URL('actions.js', main));"
        " const state = new State({ changed() {}, isWatched: () => false });"
        " state.take({ event: 'rooms-restored', rooms: ['den'] });"
        " const asked = [];"
        " const ask = async (request, { around, before }) => {"
        "  if (request !== 'history') return [];"
        "  asked.push(around ?? `before ${before}`);"
        "  await new Promise((resolve) => setTimeout(resolve, 20));"
        "  const number = around ?? before - 1;"
        "  const event = { event: 'said', room: 'den', nick: 'bob', text: `${number}` };"
        "  const page = { event: 'transcript', kind: 'history', lines: [{ number, event }] };"
        "  return [{ ...page, has_more: true }] };"
        " const actions = new Actions({ ask, isIn: true }, state);"
        " const place = state.room('den');"
        " place.append({ number: 500, text: 'here' });"
        " place.hasEarlier = true;"
        " actions.earlier(place);"
        " const found = await Promise.all([100, 300].map((each) => actions.jump('den', each)));"
        " return [found, asked] }"
    ) == [[True, True], ["before 500", 100, 300]]


def test_the_reader_is_told_of_the_lines_that_they_chose(visit, server):
    bob = server.arrive("bob")
    bob.types("/join den")
    ada = visit("ada")
    ada.types("/highlight tea", "/join den", "/notify none")
    ada.reads("You are told of no line in #den.")
    ada.types("/notify all lobby")
    ada.reads("You are told of every line in #lobby.")
    ada.page.evaluate(
        "() => { globalThis.shown = []; document.hasFocus = () => false;"
        " globalThis.Notification = class { static permission = 'granted';"
        "  constructor(title, options) { shown.push(options.body) } } }"
    )
    bob.types("Tea, ada?", "/join lobby", "anything", "a TEA")
    ada.page.wait_for_function("shown.length === 2")
    assert ada.page.evaluate("shown") == ["anything", "a TEA"]
    # The second one mentions her, the first does not.
    ada.sees("#rooms .badge.called", ["2"])
    assert ada.page.title().startswith("(1) ")
