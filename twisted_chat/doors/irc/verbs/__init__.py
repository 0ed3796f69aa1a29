"""
What messages of clients ask for, by chapter.
"""
