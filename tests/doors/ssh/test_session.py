"""
Sessions by SSH: who comes in, and under which name.
"""

from logins import register
from shared_ssh import SshServer, line_of, new_key

PASSWORD = "correct horse battery staple"


def test_anybody_comes_in_under_the_user_name_of_ssh() -> None:
    server = SshServer()
    alice, bob = server.ssh("alice"), server.ssh("bob", keys=(new_key(),))
    assert alice.reads()[0] == "You are in #lobby as alice. Nobody else is here yet."
    assert bob.reads()[0] == "You are in #lobby as bob with alice."
    alice.types("hello\n")
    assert bob.reads() == ["alice: hello"]
    assert alice.questions == bob.questions == []
