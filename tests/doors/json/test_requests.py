"""
Requests: which they are, and what is kept of one.
"""

from msgspec.structs import replace

from twisted_chat.doors.json.requests import Command, Hello, Say, content


def test_arguments_are_the_same_in_any_order() -> None:
    one, other = {"nick": "ada", "text": "psst"}, {"text": "psst", "nick": "ada"}
    given = [Command(name="msg", args=args) for args in (one, other)]
    assert list(given[0].args) != list(given[1].args)
    assert content(given[0]) == content(given[1])
    third = Command(name="msg", args={"nick": "psst", "text": "ada"}, label="7")
    assert content(third) != content(given[0])
    assert content(third) == content(replace(third, label="8"))


def test_what_is_kept_of_a_request_is_as_it_was_in_earlier_versions() -> None:
    assert content(Say(text="tea", label="7")) == (b'Say{"label":"","text":"tea","room":""}')
    command = Command(name="msg", args={"text": "psst", "nick": "ada"})
    assert content(command) == (
        b'Command{"label":"","name":"msg","args":{"nick":"ada","text":"psst"},"text":""}'
    )


def test_a_password_is_not_shown_in_a_log() -> None:
    assert "horse" not in repr(Hello(name="ada", password="correct-horse"))
