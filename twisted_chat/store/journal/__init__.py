"""
The journal: what was said last, until it is in the database.
"""
