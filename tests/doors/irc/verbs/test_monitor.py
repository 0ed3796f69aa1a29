"""
MONITOR.
"""

from shared_irc import Clients


def test_what_is_monitored_is_added_listed_shown_removed_and_cleared():
    here = Clients()
    alice = here.arrive("alice")
    end = ":chat.example 733 alice :End of MONITOR list"
    assert alice.asks("MONITOR L", "MONITOR S", "MONITOR + alice,nobody", "MONITOR l") == [
        end,
        ":chat.example 730 alice alice!~u@chat",
        ":chat.example 731 alice nobody",
        ":chat.example 732 alice alice,nobody",
        end,
    ]
    assert alice.asks("MONITOR - ALICE,x", "MONITOR S", "MONITOR C", "MONITOR L", "MONITOR") == [
        ":chat.example 731 alice nobody",
        end,
        ":chat.example 461 alice MONITOR :It needs one",
    ]


def test_names_that_are_too_many_are_told():
    alice = Clients().arrive("alice")
    names = ",".join(f"n{number:03}" for number in range(101))
    assert alice.asks(f"MONITOR + {names}")[-1] == (
        ":chat.example 734 alice 100 n100 :Monitor list is full"
    )
