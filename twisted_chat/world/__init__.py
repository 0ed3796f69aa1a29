"""
The world: rooms, users, sessions and clients.
"""
