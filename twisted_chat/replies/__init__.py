"""
Replies: what one session is told, such as answers, lists, pages and refusals.

Values, as events are; but they are neither kept nor given to plugins.  They hold facts and no
sentences: a door for users words them, and a door for programs passes them on.  Only a `Notice`
holds free text, a plugin's, and a `Refused` the sentence of its refusal.

Rooms are named without their ``#``, ``at`` and other times are wall-clock times in seconds since
the epoch, and spans are in seconds.  ``is_yours`` says that the reader is the one it is about.
"""
