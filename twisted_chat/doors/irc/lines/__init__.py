"""
The messages of events, replies and pages of history.
"""
