"""
Events as tests compare them.
"""

from attrs import evolve

from twisted_chat.events import Event


def without_id(event: Event) -> Event:
    """
    Return ``event`` without its id, which is a time in microseconds.
    """
    return evolve(event, id=0) if hasattr(event, "id") else event
