"""
The journal file: what was said last, until it is in the database.
"""
