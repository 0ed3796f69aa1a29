"""
What was said before: numbered, kept, read back, searched and deleted.
"""
