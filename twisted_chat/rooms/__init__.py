"""
What is said and done in rooms, who is in them, and who operates them.
"""
