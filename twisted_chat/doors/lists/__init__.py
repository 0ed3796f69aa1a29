"""
Lists: the rows that a user reads for them.
"""
