"""
Rooms: talk, members, ranks and modes.
"""
