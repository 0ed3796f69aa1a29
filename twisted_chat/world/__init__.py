"""
Who is here: rooms, users, sessions, and what a client is.
"""
